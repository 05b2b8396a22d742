/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The HTTP source: a reverse proxy's listening side.  One object per address and worker serves all
 * routes that name the address; which one a request belongs to is chosen per request.
 *
 *     http_listener.c   sockets that listen, connections coming in
 *     http_balancer.c   what a balancer says of a client
 *     http_client.c     one connection: reading, states, time limits
 *     http_request.c    one request: head, route, body, event
 *     http_reply.c      answers
 *     here              what the worker asks of a source, and how an outcome becomes an answer
 *
 * HTTP cannot hold an event back: the client waits for an answer, so a function without room is told
 * to it as 503.  A reload touches no socket. */

#include "daemon/http_front.h"

#include <stdlib.h>

bool ew_http_refresh(struct ew_http_front *s)
{
	const struct ew_generation *g = s->base.generation;

	if (s->routes_of == g && s->routes_number == g->number)
		return true;
	if (!ew_http_routes_build(&s->routes, g, s->listen))
		return false;
	s->routes_of = g;
	s->routes_number = g->number;
	s->limits = (struct ew_http_limits){
		.line = g->config->http.line_max,
		.head = g->config->http.head_max,
		.headers = g->config->http.headers_max,
		.body = SIZE_MAX, /* the route's limit is looked at once there is a route */
	};
	return true;
}

static void free_front(struct ew_http_front *s)
{
	ew_http_unlisten(s, false);
	if (event_initialized(&s->tick))
		event_del(&s->tick);
	ew_http_routes_fini(&s->routes);
	free(s->listen);
	free(s);
	ew_buffers_unref();
}

static struct ew_source *http_open(struct ew_worker *w, const struct ew_route *route, struct ew_error *e)
{
	struct ew_http_front *s = calloc(1, sizeof(*s));

	if (!s || !(s->listen = strdup(route->config->http.listen))) {
		free(s);
		ew_error_set(e, NULL, 0, "out of memory");
		return NULL;
	}
	ew_buffers_ref();
	s->base.worker = w;
	if (!ew_http_listen(s, w, s->listen, e)) {
		free_front(s);
		return NULL;
	}
	return &s->base;
}

/* Why there was no delivery, as a status.  A message that fits a signature is 403; one that could not be
 * read is told so. */
static unsigned dropped_code(const struct ew_event *ev)
{
	if (ev->deciding && !ev->incomplete)
		return 403;
	switch (ev->m->status) {
	case EW_MALFORMED:
	case EW_AMBIGUOUS:
	case EW_TRUNCATED:
		return 400;
	case EW_UNSUPPORTED:
		return 415;
	case EW_OVERSIZE:
	case EW_LIMIT:
		return 413;
	case EW_ENGINE:
		return 500;
	case EW_OVERLOAD:
		return 503;
	default:
		return 403;
	}
}

static unsigned outcome_code(const struct ew_event *ev, enum ew_outcome outcome)
{
	switch (outcome) {
	case EW_FORWARDED:
	case EW_QUARANTINED:
		return 202;
	case EW_DROPPED:
		return dropped_code(ev);
	default:
		/* A drop that could not be kept in quarantine is still a drop to the client. */
		if (ev->verdict == EW_VERDICT_DROP)
			return dropped_code(ev);
		return ev->reply_code >= 500 ? ev->reply_code : 503;
	}
}

static void http_finish(struct ew_source *src, struct ew_event *ev, enum ew_outcome outcome)
{
	struct ew_http_client *c = ev->origin;

	c->x->ev = NULL;
	if (c->state == EW_HTTP_GONE) {
		ew_http_client_park(c);
		return;
	}
	if (src->draining)
		c->last = true;
	if (!ev->reply_started) {
		ew_http_answer(c, outcome_code(ev, outcome), ev->id, NULL);
	} else if (!c->x->ended) {
		ew_http_client_close(c); /* cut short: closing says so where a length cannot */
		return;
	}
	ew_http_client_answered(c);
}

static void http_pause(struct ew_source *src, bool on)
{
	(void)src; /* clients are told 503 instead of being left to wait */
	(void)on;
}

static void http_drain(struct ew_source *src)
{
	struct ew_http_front *s = (struct ew_http_front *)src;

	src->draining = true;
	ew_http_unlisten(s, true);
	ew_http_drain_idle(s);
}

static bool http_drained(const struct ew_source *src)
{
	return ((const struct ew_http_front *)src)->client_count == 0;
}

static void http_close(struct ew_source *src)
{
	struct ew_http_front *s = (struct ew_http_front *)src;

	for (int state = 0; state < EW_HTTP_STATES; state++) {
		while (s->list[state].head) {
			struct ew_http_client *c = s->list[state].head;
			struct ew_event *ev = c->x ? c->x->ev : NULL;
			ew_http_client_close(c);
			if (c->x && c->x->ev) { /* submitted, and no sink calls back any more */
				c->x->ev = NULL;
				ew_event_discard(&ev);
				ew_http_client_park(c);
			}
		}
	}
	ew_http_clients_reap(s, true);
	free_front(s);
}

const struct ew_source_ops ew_source_http = {
	.name = "http",
	.holds = false,
	.open = http_open,
	.finish = http_finish,
	.pause = http_pause,
	.drain = http_drain,
	.drained = http_drained,
	.close = http_close,
};
