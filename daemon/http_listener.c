/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The listening side of the HTTP source: its cap on connections, and its clock.
 *
 * Each worker has its own socket on the address (SO_REUSEPORT) and the kernel spreads connections.
 * Whoever closes one first takes what waits in its queue: those clients would be reset. */

#include "daemon/http_front.h"

static bool is_full(const struct ew_http_front *s)
{
	return s->client_count >= ew_http_config(s)->http.connections_max;
}

static bool has_room(void *owner)
{
	struct ew_http_front *s = owner;

	return !is_full(s) || s->list[EW_HTTP_IDLE].head;
}

static bool evict(void *owner)
{
	return ew_http_evict_idle(owner);
}

static void on_accepted(void *owner, int fd, const char *peer, const uint8_t address[16])
{
	struct ew_http_front *s = owner;

	if (is_full(s))
		(void)ew_http_evict_idle(s);
	ew_http_client_new(s, fd, peer, address);
}

static void on_refused(void *owner)
{
	struct ew_http_front *s = owner;

	ew_count_one(s->base.worker, HTTP_REJECTS);
}

static const struct ew_listener_ops listener_ops = { has_room, evict, on_accepted, on_refused };

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ew_http_clients_tick(arg);
}

bool ew_http_listen(struct ew_http_front *s, struct ew_worker *w, const char *address,
                    struct ew_error *e)
{
	struct timeval tick = { 0, 250000 };

	if (!ew_listener_open(&s->listener, w->base, address, &listener_ops, s, e))
		return false;
	event_assign(&s->tick, w->base, -1, EV_PERSIST, on_tick, s);
	if (event_add(&s->tick, &tick) == 0)
		return true;
	ew_http_unlisten(s, false);
	return ew_error_set(e, NULL, 0, "cannot listen on \"%s\": out of memory", address);
}

void ew_http_unlisten(struct ew_http_front *s, bool take_waiting)
{
	ew_listener_close(&s->listener, take_waiting);
}
