/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The HTTP sink: one attempt to bring an event to a function, and the way of its answer.
 *
 * When somebody waits for the answer (an HTTP client), it is passed on as it comes and any whole answer
 * counts as delivered.  Else only its status counts: 2xx delivered; 404, 408, 409, 425, 429 and 5xx may
 * be better later; everything else never will.
 *
 * An attempt on a pooled connection that fails before the first byte of an answer is made once more on
 * a fresh one, if that cannot do harm: the method is idempotent, or no byte was sent, or the event came
 * from a source that delivers at least once anyway.
 *
 * The trap: done() may send the next event over the same connection before it returns, so a connection
 * is given back first and not touched afterwards. */

#include "daemon/http_back.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define MS UINT64_C(1000000)
#define TICK_MS 100
#define READ_SIZE 65536u
#define INTERIM_MOST 16u
#define DROPPED_MOST 1048576u /* of an answer that nobody waits for */

static const struct ew_http_limits answer_limits = {
	.line = 8192, .head = 32768, .headers = EW_HTTP_MAX_HEADERS, .body = SIZE_MAX
};

static void on_readable(evutil_socket_t fd, short what, void *arg);
static void on_writable(evutil_socket_t fd, short what, void *arg);

/* ---- how an attempt ends */

/* What `reply` is for: not for what goes into quarantine. */
static const struct ew_reply_ops *listener_of(const struct ew_event *ev)
{
	return ev->as_quarantine ? NULL : ev->reply;
}

static void set_deadline(struct ew_upstream *u, uint32_t ms)
{
	u->seen_ns = ew_coarse_ns();
	u->deadline_ns = u->seen_ns + ms * MS;
}

static void fail(struct ew_upstream *u, const char *reason, unsigned code)
{
	struct ew_event *ev = u->ev;
	ew_done_fn done = u->done;

	ev->reply_code = code;
	ew_upstream_release(u, false);
	done(ev, EW_TEMPORARY, reason);
}

static void no_connection(struct ew_upstream *u, int why)
{
	fail(u, why == ECONNREFUSED ? "connection refused" : "cannot connect", 502);
}

static void try_to_connect(struct ew_upstream *u)
{
	if (ew_upstream_connect(u, on_readable, on_writable) == EW_UPSTREAM_DEAD)
		no_connection(u, errno);
}

static void begin(struct ew_upstream *u)
{
	set_deadline(u, u->back->base.config->http.connect_timeout_ms);
	try_to_connect(u);
}

/* The connection broke.  Once more on a fresh one, or that was it. */
static void broken(struct ew_upstream *u, const char *reason)
{
	struct ew_event *ev = u->ev;
	bool harmless = u->idempotent || !u->sent_any || ev->transport != EW_TRANSPORT_HTTP;
	struct ew_upstream *fresh = NULL;

	if (u->pooled && !u->answered_any && harmless)
		fresh = ew_upstream_get(u->back, false);
	if (!fresh) {
		fail(u, reason, 502);
		return;
	}
	ew_count_one(u->back->base.worker, RETRIES);
	fresh->ev = ev;
	fresh->done = u->done;
	ev->sink_state = fresh;
	ew_upstream_release(u, false);
	begin(fresh);
}

static enum ew_delivery judge_code(unsigned code)
{
	if (code >= 200 && code < 300)
		return EW_DELIVERED;
	if (code >= 500 || code == 404 || code == 408 || code == 409 || code == 425 || code == 429)
		return EW_TEMPORARY;
	return EW_PERMANENT;
}

static const char *code_text(struct ew_event *ev, unsigned code)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "answered %u", code) + 1;
	struct ew_bytes kept = ew_arena_dup(ev->m->arena, ew_bytes(text, (size_t)n));

	return kept.p ? (const char *)kept.p : "answered with an error";
}

static void complete(struct ew_upstream *u, bool keep)
{
	struct ew_event *ev = u->ev;
	ew_done_fn done = u->done;
	const struct ew_reply_ops *reply = listener_of(ev);
	/* An HTTP client gets whatever the function answered, also one that has gone meanwhile. */
	bool answers = ev->transport == EW_TRANSPORT_HTTP && !ev->as_quarantine;
	enum ew_delivery result = answers ? EW_DELIVERED : judge_code(u->code);

	ev->reply_code = u->code;
	if (u->filled)
		ew_conn_watch(&u->conn, false); /* watched again it tells what is still there */
	/* Bytes past the answer, or an answer to half a request: nobody may read on from here. */
	ew_upstream_release(u, keep && !u->ended && ew_buffer_held(&u->in) == 0 &&
	                       ew_conn_unsent(&u->conn) == 0);
	if (reply)
		reply->end(ev);
	done(ev, result, result == EW_DELIVERED ? NULL : code_text(ev, ev->reply_code));
}

/* ---- reading an answer */

static bool take_head(struct ew_upstream *u)
{
	struct ew_http_back *b = u->back;
	struct ew_http_head *h = &b->head;
	struct ew_parse p = ew_http_response(h, ew_buffer_view(&u->in), u->method, &answer_limits,
	                                     &u->scanned);

	if (p.status == EW_MORE)
		return false;
	if (p.status != EW_OK || h->code == 101) {
		fail(u, "bad answer", 502);
		return false;
	}
	u->in.from += p.consumed;
	u->scanned = 0;
	if (h->code < 200) {
		if (++u->interim > INTERIM_MOST) {
			fail(u, "too many interim answers", 502);
			return false;
		}
		return true;
	}
	if (h->body == EW_HTTP_BODY_CHUNKED) {
		if (!u->chunks && !(u->chunks = malloc(sizeof(*u->chunks)))) {
			fail(u, "no memory", 502);
			return false;
		}
		u->chunks->state = (struct ew_http_chunked){ 0 };
		u->chunks->text_len = 0;
	}
	u->code = h->code;
	u->body = h->body;
	u->left = h->body == EW_HTTP_BODY_LENGTH ? h->length : 0;
	u->keep = h->keep_alive && h->body != EW_HTTP_BODY_CLOSE;
	if (listener_of(u->ev))
		listener_of(u->ev)->head(u->ev, h);
	return true;
}

/* Pass a part on.  False: the attempt is over. */
static bool pass(struct ew_upstream *u, const uint8_t *p, size_t n)
{
	const struct ew_reply_ops *reply = listener_of(u->ev);

	if (n == 0)
		return true;
	if (!reply) {
		u->dropped += n;
		if (u->dropped <= DROPPED_MOST)
			return true;
		complete(u, false);
		return false;
	}
	if (!reply->body(u->ev, ew_bytes(p, n)) && listener_of(u->ev)) {
		u->paused = true;
		ew_conn_watch(&u->conn, false);
	}
	return true;
}

/* True: the attempt goes on, more bytes are needed. */
static bool take_body(struct ew_upstream *u)
{
	uint8_t *p = u->in.p + u->in.from;
	size_t n = ew_buffer_held(&u->in);
	bool whole = false;

	if (u->body == EW_HTTP_BODY_CHUNKED) {
		struct ew_parse r = ew_http_unchunk(&u->chunks->state, p, &n, &answer_limits,
		                                    u->chunks->text, &u->chunks->text_len);
		if (r.status != EW_OK && r.status != EW_MORE) {
			fail(u, "bad answer", 502);
			return false;
		}
		whole = r.status == EW_OK;
		u->in.from = whole ? u->in.from + r.consumed : u->in.to;
	} else if (u->body == EW_HTTP_BODY_CLOSE) {
		u->in.from = u->in.to;
	} else {
		n = n < u->left ? n : (size_t)u->left;
		u->left -= n;
		u->in.from += n;
		whole = u->left == 0;
	}
	if (!pass(u, p, n))
		return false;
	if (whole)
		complete(u, u->keep);
	return !whole;
}

static void at_end(struct ew_upstream *u)
{
	if (u->code && u->body == EW_HTTP_BODY_CLOSE)
		complete(u, false);
	else if (u->answered_any)
		fail(u, "answer cut short", 502);
	else
		broken(u, "closed without an answer");
}

/* True: the attempt goes on and there may be more to read. */
static bool read_answer(struct ew_upstream *u)
{
	if (!ew_buffer_reserve(&u->in, u->in.p ? 1 : READ_SIZE)) {
		fail(u, "no memory", 502);
		return false;
	}
	size_t room = ew_buffer_room(&u->in);
	ssize_t got = ew_conn_read(&u->conn, u->in.p + u->in.to, room);
	if (got == EW_CONN_NOTHING) {
		if (!u->answered_any) /* nothing came after all */
			ew_buffer_release(&u->in);
		return false;
	}
	if (got == EW_CONN_END) {
		at_end(u);
		return false;
	}
	if (got == EW_CONN_BROKEN) {
		if (u->answered_any)
			fail(u, "connection reset", 502);
		else
			broken(u, "connection reset");
		return false;
	}
	u->in.to += (size_t)got;
	u->answered_any = true;
	u->filled = (size_t)got == room;
	set_deadline(u, u->back->base.config->http.timeout_ms);
	while (u->code == 0) {
		if (!take_head(u))
			return u->state == EW_UPSTREAM_ANSWER;
	}
	if (!take_body(u))
		return false; /* and what `u` does now is not our business */
	u->in.from = u->in.to = 0;
	if (!u->paused && listener_of(u->ev)) /* write out what is held back */
		(void)listener_of(u->ev)->body(u->ev, ew_bytes(NULL, 0));
	return !u->paused;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct ew_upstream *u = arg;

	(void)fd;
	if (u->state == EW_UPSTREAM_IDLE) {
		ew_upstream_drop_idle(u);
		return;
	}
	u->ended |= what & EV_CLOSED;
	while (u->state == EW_UPSTREAM_ANSWER && read_answer(u))
		;
}

static void resume(struct ew_event *ev)
{
	struct ew_upstream *u = ev->sink_state;

	if (!u->paused)
		return;
	u->paused = false;
	set_deadline(u, u->back->base.config->http.timeout_ms);
	ew_conn_watch(&u->conn, true);
}

/* ---- sending */

/* All of it is with the function now, and a second time would be once too often. */
static void tell_sent(struct ew_upstream *u)
{
	if (ew_conn_unsent(&u->conn) == 0 && !u->idempotent && listener_of(u->ev))
		listener_of(u->ev)->sent(u->ev);
}

static void transmit(struct ew_upstream *u)
{
	struct ew_http_back *b = u->back;
	struct ew_outgoing *o = &b->out;
	bool sent;

	if (!ew_outgoing_build(o, &b->base.config->http, b->authority, u->ev)) {
		fail(u, "no memory", 502);
		return;
	}
	/* Not a view of the event's: all that matters is whether the answer has content. */
	u->method = ew_bytes_eq(o->method, EW_LIT("HEAD")) ? EW_LIT("HEAD") : EW_LIT("POST");
	u->idempotent = o->idempotent;
	u->sent_any = u->answered_any = u->paused = u->keep = u->filled = false;
	u->scanned = u->interim = u->code = 0;
	u->left = u->dropped = 0;
	u->state = EW_UPSTREAM_ANSWER;
	struct ew_bytes head = ew_buffer_view(&o->head);
	if (o->made.to) {
		/* `made` is used again for the next event: what the kernel does not take is copied. */
		struct ew_bytes part[2] = { head, o->body };
		sent = ew_conn_send(&u->conn, part, 2);
	} else {
		sent = ew_conn_send_lent(&u->conn, head, o->body);
	}
	u->sent_any = ew_conn_unsent(&u->conn) < head.n + o->body.n;
	if (!sent) {
		u->sent_any = false; /* the first write was refused whole */
		broken(u, "connection reset");
		return;
	}
	if (!u->pooled)
		u->seen_ns = ew_coarse_ns(); /* else it was looked at just now */
	u->deadline_ns = u->seen_ns + b->base.config->http.timeout_ms * MS;
	ew_conn_watch(&u->conn, true);
	tell_sent(u);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct ew_upstream *u = arg;

	(void)what;
	if (u->state == EW_UPSTREAM_CONNECT) {
		int why = 0;
		socklen_t n = sizeof(why);
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &n) != 0 || why != 0) {
			if (ew_upstream_connect(u, on_readable, on_writable) == EW_UPSTREAM_DEAD)
				no_connection(u, why);
			return;
		}
		ew_conn_watch_write(&u->conn, false);
		transmit(u);
		return;
	}
	size_t was = ew_conn_unsent(&u->conn);
	if (!ew_conn_flush(&u->conn)) {
		/* It may have answered before it closed: the read will tell. */
		ew_conn_watch_write(&u->conn, false);
		return;
	}
	if (ew_conn_unsent(&u->conn) < was) {
		u->sent_any = true;
		set_deadline(u, u->back->base.config->http.timeout_ms);
	}
	if (u->state == EW_UPSTREAM_ANSWER && was)
		tell_sent(u);
}

/* ---- time */

static void look_at(struct ew_upstream *u, uint64_t now)
{
	if (u->state == EW_UPSTREAM_NAME)
		try_to_connect(u);
	if (u->paused || u->state >= EW_UPSTREAM_IDLE || now < u->deadline_ns)
		return;
	if (u->state == EW_UPSTREAM_NAME)
		fail(u, "address not known", 502);
	else if (u->state == EW_UPSTREAM_CONNECT)
		fail(u, "connect timeout", 504);
	else
		fail(u, "timeout", 504);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct ew_http_back *b = arg;
	struct ew_upstream *u, *next;
	uint64_t now = ew_coarse_ns();

	(void)fd;
	(void)what;
	for (u = b->busy.head; u; u = next) {
		next = u->next;
		look_at(u, now);
	}
	ew_upstream_tidy(b, false);
	if (!b->busy.count && !b->idle.count) {
		event_del(&b->tick);
		b->ticking = false;
	}
}

static void keep_ticking(struct ew_http_back *b)
{
	struct timeval t = { 0, TICK_MS * 1000 };

	if (!b->ticking)
		b->ticking = event_add(&b->tick, &t) == 0;
}

/* ---- what the worker asks of a sink */

static void http_send(struct ew_sink *s, struct ew_event *ev, ew_done_fn done)
{
	struct ew_http_back *b = (struct ew_http_back *)s;
	struct ew_upstream *u = ew_upstream_get(b, true);

	ev->reply_code = 0;
	if (!u) {
		done(ev, EW_TEMPORARY, "no memory");
		return;
	}
	u->ev = ev;
	u->done = done;
	ev->sink_state = u;
	ev->reply_resume = resume;
	keep_ticking(b);
	if (u->pooled)
		transmit(u);
	else
		begin(u);
}

static void http_close(struct ew_sink *s)
{
	struct ew_http_back *b = (struct ew_http_back *)s;

	event_del(&b->tick);
	while (b->busy.head)
		fail(b->busy.head, "shutting down", 503);
	ew_upstream_tidy(b, true);
	ew_name_close(&b->name);
	ew_outgoing_fini(&b->out);
	free(b);
	ew_buffers_unref();
}

static struct ew_sink *http_open(struct ew_worker *w, const struct ew_function_config *f,
                                 struct ew_error *e)
{
	struct ew_http_back *b = calloc(1, sizeof(*b));
	/* Nothing is served yet when a worker opens its first sinks, so it may wait for an address. */
	bool may_block = w->generation == NULL;

	if (b)
		b->name = ew_name_open(f->http.host, f->http.port, may_block);
	if (!b || !b->name) {
		free(b);
		ew_error_set(e, NULL, 0, "out of memory");
		return NULL;
	}
	ew_buffers_ref();
	bool v6 = strchr(f->http.host, ':') != NULL;
	int n = snprintf(b->authority_text, sizeof(b->authority_text), "%s%s%s", v6 ? "[" : "", f->http.host,
	                 v6 ? "]" : "");
	if (f->http.port != 80 && n > 0 && (size_t)n < sizeof(b->authority_text))
		snprintf(b->authority_text + n, sizeof(b->authority_text) - (size_t)n, ":%u",
		         (unsigned)f->http.port);
	b->authority = ew_bytes_str(b->authority_text);
	event_assign(&b->tick, w->base, -1, EV_PERSIST, on_tick, b);
	return &b->base;
}

const struct ew_sink_ops ew_sink_http = {
	.name = "http",
	.open = http_open,
	.send = http_send,
	.close = http_close,
};
