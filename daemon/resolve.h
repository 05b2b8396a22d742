/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_RESOLVE_H
#define EVENTWALL_DAEMON_RESOLVE_H

/* A host name to addresses without stopping the loop.  The system's resolver blocks and may take half a
 * minute; it runs in a thread of its own for one look-up, and the answer comes as an event of the loop.
 * So /etc/hosts and all that nsswitch knows still count. */

#include <event2/event.h>
#include <stdint.h>
#include <sys/socket.h>

#define EW_RESOLVE_MOST 8

struct ew_addresses {
	struct {
		struct sockaddr_storage a;
		socklen_t n;
	} v[EW_RESOLVE_MOST];
	unsigned n;
	const char *error; /* static text when n is 0 */
};

struct ew_resolve;

/* Called once, in the loop, never before ew_resolve_start() has returned; the look-up is gone then. */
typedef void (*ew_resolved_fn)(void *arg, const struct ew_addresses *all);

/* NULL: no memory, no thread. */
struct ew_resolve *ew_resolve_start(struct event_base *base, const char *host, uint16_t port,
                                    ew_resolved_fn fn, void *arg);

/* Forget it: `fn` will not be called.  Nulls the pointer; NULL is fine. */
void ew_resolve_cancel(struct ew_resolve **r);

#endif
