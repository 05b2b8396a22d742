/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Who waits stands in an array, and knows its place.  A callback may close any connection, and may make others
 * wait: those stand behind it and are called in the same go.
 *
 * libevent calls what is activated during a turn behind all that was active, and of a higher priority before all
 * of it.  The trap: the callbacks run nobody else's code on their stack, so a burst that is full must not be sent
 * from where it was filled. */

#include "daemon/burst.h"

#include "daemon/conn.h"

void ew_burst_send(struct ew_burst *b)
{
	for (unsigned i = 0; i < b->count; i++) {
		struct ew_conn *c = b->conn[i];
		if (!c)
			continue;
		c->waits = 0;
		event_get_callback(&c->writable)(c->fd, EV_WRITE, event_get_callback_arg(&c->writable));
	}
	b->count = 0;
	b->bytes = 0;
}

static void on_burst(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ew_burst_send(arg);
}

void ew_burst_init(struct ew_burst *b, struct event_base *base)
{
	b->count = 0;
	b->bytes = 0;
	event_assign(&b->now, base, -1, 0, on_burst, b);
	event_priority_set(&b->now, 0);
	event_assign(&b->end, base, -1, 0, on_burst, b);
}

void ew_burst_fini(struct ew_burst *b)
{
	event_del(&b->now);
	event_del(&b->end);
}

/* Once it is, it is to its end. */
static bool is_busy(struct ew_burst *b)
{
	if (event_pending(&b->end, EV_TIMEOUT, NULL))
		return true;
	if (event_base_get_num_events(event_get_base(&b->end), EVENT_BASE_COUNT_ACTIVE) < EW_BURST_BUSY)
		return false;
	event_active(&b->end, EV_TIMEOUT, 0);
	return true;
}

bool ew_burst_takes(struct ew_burst *b, struct ew_conn *c, size_t n)
{
	if (n > EW_BURST_ALONE || b->count == EW_BURST_MOST)
		return false;
	if (c->waits)
		return true;
	if (b->count == 0 && !is_busy(b))
		return false;
	b->conn[b->count++] = c;
	c->waits = b->count;
	b->bytes += n;
	if (b->count == EW_BURST_SENDS || (b->bytes >= EW_BURST_BYTES && b->bytes - n < EW_BURST_BYTES))
		event_active(&b->now, EV_TIMEOUT, 0);
	return true;
}

void ew_burst_drop(struct ew_burst *b, struct ew_conn *c)
{
	if (!c->waits)
		return;
	b->conn[c->waits - 1] = NULL;
	c->waits = 0;
}
