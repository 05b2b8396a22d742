/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_PIPELINE_H
#define EVENTWALL_DAEMON_PIPELINE_H

/* The way of one event: decode, scan, decide, deliver, finish, log. */

#include "daemon/event.h"
#include "daemon/generation.h"

struct ew_scanner;

/* Judge and deliver.  Takes ev.  The source has filled ev->envelope and called ew_http_event() or its
 * like on ev->m (a status recorded there, or a fault of its own such as EW_OVERSIZE, makes the event an
 * exception of that cause).  finish() may be called before this returns. */
void ew_pipeline_submit(struct ew_event *ev);

/* The rest of it, once nothing is waited for: for registry.c. */
void ew_pipeline_go_on(struct ew_event *ev);

/* Only judge: fills the verdict.  For `explain`, which delivers nothing. */
void ew_pipeline_judge(struct ew_message *m, const struct ew_route *route, struct ew_scanner *scanner,
                       enum ew_verdict *verdict_r, const struct ew_hit **deciding_r, bool *passed_r);

/* Was it the signatures that decided, or would have?  Not so for a light hit beside an exception. */
static inline bool ew_pipeline_by_signature(const struct ew_event *ev)
{
	return ev->deciding && ew_hit_decides(ev->deciding, ev->m, ev->route->config->threshold);
}

/* Settle: log, count, tell the source, free.  Used by delivery.c. */
void ew_pipeline_finish(struct ew_event *ev, enum ew_outcome outcome);

#endif
