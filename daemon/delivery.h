/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_DELIVERY_H
#define EVENTWALL_DAEMON_DELIVERY_H

/* Between verdict and sink: room, retries with backoff, the circuit breaker, quarantine. */

#include "daemon/event.h"

/* Send to the route's function; ends in ew_pipeline_finish(). */
void ew_delivery_forward(struct ew_event *ev);

/* Send to the route's quarantine; ends in ew_pipeline_finish(ev, outcome). */
void ew_delivery_quarantine(struct ew_event *ev, enum ew_outcome outcome);

/* At shutdown: fail what waits in queues and timers, so that nothing is acknowledged that was not
 * delivered. */
void ew_delivery_cut(struct ew_sink *s);

#endif
