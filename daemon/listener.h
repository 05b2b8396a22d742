/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_LISTENER_H
#define EVENTWALL_DAEMON_LISTENER_H

/* Listening sockets of one address in a worker's loop.  What comes in is handed to the owner, who also says how
 * many may. */

#include "eventwall/bytes.h"
#include "eventwall/error.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stdint.h>

#define EW_LISTENER_ADDRESSES 4 /* a name may stand for a few */
#define EW_PEER_TEXT 46         /* an IPv6 address as text */

struct ew_listener_ops {
	/* May another connection come now?  False: asked again a little later. */
	bool (*room)(void *owner);
	/* Give a descriptor back, if one can be done without.  False: none can. */
	bool (*evict)(void *owner);
	/* One has come; `fd` is the owner's.  `address` is the peer's, an IPv4 one mapped into IPv6. */
	void (*accepted)(void *owner, int fd, const char *peer, const uint8_t address[16]);
	/* One was closed at once, for want of descriptors. */
	void (*refused)(void *owner);
};

struct ew_listener {
	const struct ew_listener_ops *ops;
	void *owner;
	struct {
		int fd;
		struct event accept;
	} socket[EW_LISTENER_ADDRESSES];
	unsigned count;
	struct event pause;
	int spare_fd; /* given up to be able to accept and close when descriptors run out */
};

/* Open on "host:port", "[v6]:port", ":port" or "*:port".  False: `e` says why, and nothing is open. */
EW_MUSTCHECK bool ew_listener_open(struct ew_listener *l, struct event_base *base, const char *address,
                                   const struct ew_listener_ops *ops, void *owner, struct ew_error *e);

/* Also when it never was open.  `take_waiting`: hand over first what waits in the queues. */
void ew_listener_close(struct ew_listener *l, bool take_waiting);

#endif
