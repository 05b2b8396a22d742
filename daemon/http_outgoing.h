/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_HTTP_OUTGOING_H
#define EVENTWALL_DAEMON_HTTP_OUTGOING_H

/* The request that brings an event to a function.
 *
 * An HTTP event in plain format keeps method, target, fields and content; its head is written anew:
 *
 *     Host               the function's own authority; what the client asked for is in X-Forwarded-Host
 *     target             the function's path, then the target as it came
 *     fields             as they came, without those the source marked to be skipped
 *     X-Forwarded-For    the client, behind the ones that a trusted peer named; -Proto, -Host alike
 *     Forwarded, Via     appended
 *     Content-Length     one, of the content that was inspected; never a transfer coding
 *
 * All other events, and all formats but plain, are a POST to the function's path. */

#include "daemon/buffer.h"
#include "daemon/event.h"

struct ew_outgoing {
	struct ew_buffer head;   /* and small content behind it */
	struct ew_buffer made;   /* content that a format made; else empty */
	struct ew_bytes method;
	struct ew_bytes body;    /* the rest: within `made`, or the event's own */
	bool idempotent;         /* by its method: sending it twice does what once does */
	bool sent_as_is;         /* method and target are the client's */
};

/* `authority` is the value of Host.  False: no memory. */
EW_MUSTCHECK bool ew_outgoing_build(struct ew_outgoing *o, const struct ew_http_function *f,
                                    struct ew_bytes authority, const struct ew_event *ev);
void ew_outgoing_fini(struct ew_outgoing *o);

#endif
