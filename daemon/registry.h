/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_REGISTRY_H
#define EVENTWALL_DAEMON_REGISTRY_H

/* Schemas by the number that stands before a record, from a registry that speaks as Confluent's does:
 * GET /schemas/ids/N.  Each worker asks for itself and remembers the answers. */

#include "daemon/event.h"

struct ew_registry; /* of a worker, made when first needed */
struct ew_registry_schema;

/* `ev` was submitted and its route asks a registry.  True: it waits for the answer or the end of schema_wait_ms,
 * and ew_pipeline_go_on() takes it from there.  False: what is known is known, ev->m->schema says it. */
EW_MUSTCHECK bool ew_registry_hold(struct ew_event *ev);

/* The event is gone and its names with it. */
void ew_registry_release(struct ew_registry_schema **s);

/* The loop has ended: what waits has failed.  Then everything may go. */
void ew_registry_cut(struct ew_worker *w);
void ew_registry_free(struct ew_registry **r);

#endif
