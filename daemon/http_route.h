/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_HTTP_ROUTE_H
#define EVENTWALL_DAEMON_HTTP_ROUTE_H

/* Which route of a listener a request belongs to.
 *
 * The host decides first (exact, then the longest *.suffix, then any), then the longest path prefix on
 * segment borders; among routes equal in both, the method.  A method that none of them lists is 405,
 * never a fall back to a shorter path: a restriction must not open a detour. */

#include "daemon/buffer.h"
#include "daemon/generation.h"

struct ew_http_routes {
	struct ew_http_route_entry {
		const struct ew_route *route;
		struct ew_bytes host; /* without "*" when `suffix` */
		struct ew_bytes path; /* without a slash at its end */
		bool suffix;
	} *entry;
	size_t count;
};

/* Those of `g` that listen on `listen`.  False: no memory, the table is as it was. */
EW_MUSTCHECK bool ew_http_routes_build(struct ew_http_routes *t, const struct ew_generation *g,
                                       const char *listen);
void ew_http_routes_fini(struct ew_http_routes *t);

struct ew_http_choice {
	const struct ew_route *route; /* NULL: refused */
	unsigned refuse;              /* 404, 405 or 400; 503 without memory */
	const char *reason;
	const struct ew_http_route_entry *best; /* for Allow, when 405 */
	struct ew_bytes path; /* normalised: within `target`, or at the start of `scratch` */
};

/* `host` as in the head, with its port.  `scratch` is an empty buffer, which an odd path gives a block: the
 * caller's to release. */
void ew_http_routes_choose(const struct ew_http_routes *t, struct ew_bytes host, struct ew_bytes method,
                           struct ew_bytes target, struct ew_buffer *scratch,
                           struct ew_http_choice *choice_r);

/* The methods that would have been taken, as the value of Allow. */
size_t ew_http_routes_allow(const struct ew_http_routes *t, const struct ew_http_route_entry *best,
                            char *out, size_t cap);

#endif
