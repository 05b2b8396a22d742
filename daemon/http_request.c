/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* From bytes to a submitted event: the head, the route, the body, the event; and refusals, for what
 * never becomes one.
 *
 * The route is chosen as soon as the head is there, since its limits bound the body; the event is made
 * then, so it is judged by the generation that was current when the head was read.  A body past the
 * route's limit is an event, too (a verdict on it is counted and logged), but an incomplete one that no
 * policy can forward. */

#include "daemon/http_front.h"

#include "daemon/pipeline.h"

#include <stdio.h>
#include <stdlib.h>

static void note_reject(struct ew_http_client *c, unsigned code, const char *reason)
{
	char members[320];

	ew_count_one(c->source->base.worker, HTTP_REJECTS);
	snprintf(members, sizeof(members),
	         "\"source\":\"http\",\"listen\":\"%s\",\"peer\":\"%s\",\"status\":%u,\"reason\":\"%s\"",
	         c->source->listen, c->peer, code, reason ? reason : "http.bad");
	ew_eventlog_note(c->source->base.worker->log, "http_reject", members);
}

void ew_http_refuse(struct ew_http_client *c, unsigned code, const char *reason, const char *allow)
{
	note_reject(c, code, reason);
	if (c->x && c->x->ev && !c->x->submitted)
		ew_event_discard(&c->x->ev);
	c->last = c->linger = true;
	ew_http_set_state(c, EW_HTTP_BUSY);
	ew_http_answer(c, code, NULL, allow);
	ew_http_client_answered(c);
}

static void refuse(struct ew_http_client *c, unsigned code, const char *reason)
{
	ew_http_refuse(c, code, reason, NULL);
}

/* ---- from head to event */

static void fill_envelope(struct ew_http_client *c, struct ew_bytes body)
{
	struct ew_http_exchange *x = c->x;
	struct ew_envelope *e = &x->ev->envelope;
	bool trust = ew_http_config(c->source)->http.trust_forwarded;

	for (size_t i = 0; i < x->head.header_count; i++)
		x->skip[i] = x->head.hop[i] || (x->head.proxy[i] && !trust);
	e->subject = x->path.p ? x->path : ew_bytes(x->head.target.p, x->path.n);
	e->method = x->head.method;
	e->target = x->head.target;
	e->host = x->head.host;
	e->content_type = x->head.type ? x->head.type->value : ew_bytes(NULL, 0);
	e->peer = ew_bytes_str(c->peer);
	e->headers = x->head.header;
	e->skip = x->skip;
	e->header_count = x->head.header_count;
	e->body = body;
}

static void submit(struct ew_http_client *c, struct ew_bytes body)
{
	struct ew_http_exchange *x = c->x;
	struct ew_event *ev = x->ev;
	struct ew_http_parts parts = {
		.method = x->head.method,
		.target = x->head.target,
		.headers = x->head.header,
		.header_count = x->head.header_count,
		.trailers = x->chunked ? x->chunks->trailer : NULL,
		.trailer_count = x->chunked ? x->chunks->count : 0,
		.body = body,
	};

	fill_envelope(c, body);
	ev->m->raw = body;
	ev->m->anomalies |= x->head.anomalies;
	if (ev->route->config->mode != EW_MODE_OFF)
		(void)ew_http_event(ev->m, &parts); /* the answer stays in the message */
	ev->reply = &ew_http_reply;
	x->submitted = true;
	ew_http_set_state(c, EW_HTTP_BUSY);
	ew_pipeline_submit(ev);
}

/* The content of a request is of no use while its function thinks about it; a large one would only take memory,
 * and the cache from the next one.  Head and what the client has sent on move to a block of their own. */
void ew_http_shed_body(struct ew_event *ev)
{
	struct ew_http_client *c = ev->origin;
	struct ew_http_exchange *x = c->x;
	size_t content = ev->envelope.body.n, rest = x->in.to - x->end;
	struct ew_buffer small = { 0 };

	/* Hits and exceptions are told of in the words of the event. */
	if (x->in.cap <= EW_BLOCK_SIZE || ev->m->hits || ev->m->status != EW_OK ||
	    x->body_from + rest > EW_BLOCK_SIZE || !ew_buffer_reserve(&small, x->body_from + rest))
		return;
	ew_buffer_put(&small, x->in.p, x->body_from);
	ew_buffer_put(&small, x->in.p + x->end, rest);
	ew_buffer_release(&x->in);
	ew_http_uncharge(x);
	x->in = small;
	x->body_to = x->end = x->body_from;
	ew_http_rebase(&x->head, x->in.p);
	fill_envelope(c, ew_bytes(NULL, content)); /* its size is still told */
	ev->m->raw = ew_bytes(NULL, 0);
	ev->m->root->child = ev->m->root->last = NULL;
}

/* Larger than the route takes: an event of its own kind, judged by its head, never forwarded. */
static void submit_oversize(struct ew_http_client *c)
{
	struct ew_http_exchange *x = c->x;

	ew_message_fault(x->ev->m, EW_OVERSIZE, "http.f-big", NULL);
	x->ev->incomplete = true;
	c->last = c->linger = true;
	x->chunked = false;
	submit(c, ew_bytes(NULL, 0));
}

static void take_length(struct ew_http_client *c)
{
	struct ew_http_exchange *x = c->x;
	size_t want = x->head.body == EW_HTTP_BODY_LENGTH ? (size_t)x->head.length : 0;

	x->body_to = x->in.to;
	if (x->in.to - x->body_from < want)
		return;
	x->body_to = x->end = x->body_from + want;
	c->hint = x->end;
	submit(c, ew_bytes(x->in.p + x->body_from, want));
}

static void take_chunks(struct ew_http_client *c)
{
	struct ew_http_exchange *x = c->x;
	struct ew_http_chunks *k = x->chunks;
	struct ew_http_limits lim = c->source->limits;
	size_t n = x->in.to - x->body_to;

	lim.body = x->ev->route->config->limits.message;
	struct ew_parse p = ew_http_unchunk(&k->state, x->in.p + x->body_to, &n, &lim, k->text,
	                                    &k->text_len);
	if (p.status == EW_MORE) {
		x->body_to += n;
		x->in.to = x->body_to;
		return;
	}
	if (p.status == EW_OK && k->text_len)
		p.status = ew_http_trailers(ew_bytes(k->text, k->text_len), k->trailer,
		                            EW_HTTP_TRAILER_FIELDS, &k->count).status;
	if (p.status == EW_OVERSIZE) {
		submit_oversize(c);
	} else if (p.status != EW_OK) {
		refuse(c, 400, p.reason);
	} else {
		x->end = x->body_to + p.consumed;
		x->body_to += n;
		submit(c, ew_bytes(x->in.p + x->body_from, x->body_to - x->body_from));
	}
}

void ew_http_take_body(struct ew_http_client *c)
{
	if (c->x->chunked)
		take_chunks(c);
	else
		take_length(c);
}

static bool choose_route(struct ew_http_client *c, const struct ew_route **route_r)
{
	struct ew_http_front *s = c->source;
	struct ew_http_exchange *x = c->x;
	struct ew_http_choice choice;
	struct ew_buffer scratch = { 0 };
	char allow[256];

	ew_http_routes_choose(&s->routes, x->head.host, x->head.method, x->head.target, &scratch,
	                      &choice);
	if (choice.route)
		x->ev = ew_event_new(s->base.worker, &s->base, choice.route, EW_TRANSPORT_HTTP);
	if (x->ev) {
		x->ev->origin = c;
		/* A view into the buffer is only made when it stays where it is. */
		x->path = scratch.p && choice.path.p == scratch.p
		                  ? ew_arena_dup(x->ev->m->arena, choice.path)
		                  : ew_bytes(NULL, choice.path.n);
	}
	ew_buffer_release(&scratch);
	*route_r = choice.route;
	if (x->ev)
		return true;
	if (choice.refuse == 405)
		ew_http_routes_allow(&s->routes, choice.best, allow, sizeof(allow));
	ew_http_refuse(c, choice.route ? 503 : choice.refuse, choice.route ? "http.overload" : choice.reason,
	            choice.refuse == 405 ? allow : NULL);
	return false;
}

static void begin_body(struct ew_http_client *c, const struct ew_route *route)
{
	struct ew_http_exchange *x = c->x;
	size_t most = route->config->limits.message;

	if (x->head.body == EW_HTTP_BODY_LENGTH && x->head.length > most) {
		submit_oversize(c);
		return;
	}
	if (x->head.body == EW_HTTP_BODY_CHUNKED) {
		if (!x->chunks && !(x->chunks = malloc(sizeof(*x->chunks)))) {
			refuse(c, 503, "http.overload");
			return;
		}
		x->chunked = true;
		x->chunks->state = (struct ew_http_chunked){ 0 };
		x->chunks->text_len = x->chunks->count = 0;
	}
	if (!x->chunked && x->in.to - x->body_from >= (x->head.body ? x->head.length : 0)) {
		take_length(c); /* the common case, without the lists and clocks of waiting */
		return;
	}
	ew_http_set_state(c, EW_HTTP_BODY);
	if (x->head.expect_continue && x->in.to == x->body_from)
		ew_http_continue(c);
	if (c->state == EW_HTTP_BODY) /* not if it went away meanwhile */
		ew_http_take_body(c);
}

/* Many small ranges of a large thing are work for the function and none for the client. */
static bool asks_for_too_much(const struct ew_http_head *h, size_t most)
{
	size_t ranges = 0;

	for (size_t i = 0; i < h->header_count; i++) {
		if (!ew_bytes_eq_nocase(h->header[i].name, EW_LIT("range")))
			continue;
		ranges++;
		for (size_t k = 0; k < h->header[i].value.n; k++)
			ranges += h->header[i].value.p[k] == ',';
	}
	return ranges > most;
}

void ew_http_take_head(struct ew_http_client *c)
{
	struct ew_http_front *s = c->source;
	struct ew_http_exchange *x = c->x;
	const struct ew_route *route;

	if (!ew_http_refresh(s)) {
		refuse(c, 503, "http.overload");
		return;
	}
	if (c->unnamed && !ew_http_take_name(c))
		return;
	struct ew_parse p = ew_http_request(&x->head, ew_buffer_view(&x->in), &s->limits, &x->scanned);
	if (p.status == EW_MORE) {
		x->head.header_count = 0; /* no views yet that would have to move */
		if (c->state == EW_HTTP_IDLE)
			ew_http_set_state(c, EW_HTTP_HEAD);
		return;
	}
	if (p.status != EW_OK) {
		refuse(c, x->head.refuse, p.reason);
		return;
	}
	if (asks_for_too_much(&x->head, ew_http_config(s)->http.ranges_max)) {
		refuse(c, 416, "http.h-range");
		return;
	}
	c->requests++;
	uint32_t most = ew_http_config(s)->http.requests_max;
	c->last = !x->head.keep_alive || s->base.draining || (most && c->requests >= most);
	x->body_from = x->body_to = x->in.from + p.consumed;
	if (choose_route(c, &route))
		begin_body(c, route);
}
