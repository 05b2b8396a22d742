/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_FETCH_H
#define EVENTWALL_DAEMON_FETCH_H

/* One document by HTTP GET, for what the process itself has to know.  No event ever goes this way. */

#include "daemon/name.h"
#include "eventwall/bytes.h"

#include <event2/event.h>

#define EW_FETCH_MOST (2u << 20) /* bytes of an answer */

struct ew_fetch;

/* Called once and never from within ew_fetch_start(); the fetch is gone then.  `code` 0: there was no answer that
 * could be read in time. */
typedef void (*ew_fetched_fn)(void *arg, unsigned code, struct ew_bytes body);

/* `name` must outlive it; the texts are copied.  NULL: no memory. */
struct ew_fetch *ew_fetch_start(struct event_base *base, struct ew_name *name, const char *authority,
                                const char *target, uint32_t timeout_ms, ew_fetched_fn fn, void *arg);

/* Forget it: `fn` will not be called.  Nulls the pointer; NULL is fine. */
void ew_fetch_cancel(struct ew_fetch **f);

#endif
