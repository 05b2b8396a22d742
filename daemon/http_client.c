/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One client's connection: reading, its states and their time limits, one request at a time.
 *
 *     IDLE -> HEAD -> BODY -> BUSY -> FLUSH -> IDLE ...      refused or last: -> FLUSH -> LINGER -> gone
 *
 * A request is read whole before anything else happens to it.  Head and body stay in the buffer they
 * were read into; the event only borrows them, so while one is out the buffer must not move: bytes of
 * the next request are read into what room is left, and then no more.
 *
 * The trap: submitting may finish the event before it returns, and finishing may want to begin the next
 * request.  Only go_on() begins requests; called from within itself it returns at once and the loop
 * that is already running goes round again.
 *
 * After a refusal nothing more is parsed: it is read and thrown away.  The verdict comes in the same
 * turn of the loop as the last byte of the request, so a client that is gone by then cannot be told from one
 * that half-closed and waits; such an event is judged and delivered. */

#include "daemon/http_front.h"

#include <stdio.h>
#include <stdlib.h>

#define SECOND UINT64_C(1000000000)
#define LINGER_NS (2 * SECOND)
#define LINGER_BYTES (17u << 20) /* the largest message there may be, and a head */
#define WASTE_TURNS 16
#define DRAIN_IDLE_NS SECOND
#define RATE_GRACE_NS (5 * SECOND)
#define HINT_MOST 131072u
#define READ_AHEAD 16384u /* at least this much room for the requests behind one in judgement */
#define KEEP_MOST 256u

/* Bytes of bodies in flight that do not fit into a first block, over all workers. */
static _Atomic size_t body_pool;

static void unlist(struct ew_http_client *c)
{
	struct ew_http_front *s = c->source;

	if (c->prev)
		c->prev->next = c->next;
	else
		s->list[c->state].head = c->next;
	if (c->next)
		c->next->prev = c->prev;
	else
		s->list[c->state].tail = c->prev;
	c->prev = c->next = NULL;
}

static void enlist(struct ew_http_client *c, enum ew_http_state state)
{
	struct ew_http_front *s = c->source;

	c->state = state;
	c->prev = s->list[state].tail;
	if (c->prev)
		c->prev->next = c;
	else
		s->list[state].head = c;
	s->list[state].tail = c;
}

void ew_http_set_state(struct ew_http_client *c, enum ew_http_state state)
{
	ew_assert(c->state != EW_HTTP_GONE); /* nobody comes back from there */
	unlist(c);
	enlist(c, state);
	/* The others have no limit on the time in the state. */
	if (state <= EW_HTTP_BODY || state == EW_HTTP_LINGER)
		c->since_ns = ew_coarse_ns();
}

/* ---- exchanges */

static struct ew_http_exchange *exchange_new(struct ew_http_front *s)
{
	struct ew_http_exchange *x = s->free_exchanges;

	if (x) {
		s->free_exchanges = x->next_free;
		s->free_exchange_count--;
	} else {
		x = malloc(sizeof(*x));
		if (!x)
			return NULL;
		x->chunks = NULL;
	}
	/* Not the head: the parser fills what it reports. */
	x->in = (struct ew_buffer){ 0 };
	x->scanned = x->body_from = x->body_to = x->end = x->charged = 0;
	x->head.header_count = 0;
	x->ev = NULL;
	x->starved = x->chunked = x->submitted = false;
	x->chunked_out = x->no_content = x->ended = x->wants_resume = false;
	x->left_out = 0;
	return x;
}

void ew_http_uncharge(struct ew_http_exchange *x)
{
	if (x->charged)
		atomic_fetch_sub_explicit(&body_pool, x->charged, memory_order_relaxed);
	x->charged = 0;
}

static void exchange_delete(struct ew_http_exchange *x)
{
	free(x->chunks);
	free(x);
}

static void exchange_free(struct ew_http_front *s, struct ew_http_exchange *x)
{
	ew_http_uncharge(x);
	ew_buffer_release(&x->in);
	if (s->free_exchange_count >= KEEP_MOST) {
		exchange_delete(x);
		return;
	}
	x->next_free = s->free_exchanges;
	s->free_exchanges = x;
	s->free_exchange_count++;
}

/* May the buffer of `x` grow by `more` bytes?  All workers draw on one pool. */
static bool charge(struct ew_http_client *c, size_t more)
{
	struct ew_http_exchange *x = c->x;
	size_t most = (size_t)ew_http_config(c->source)->http.body_pool_mb << 20;
	size_t now = x->in.to + more;

	if (now <= EW_BLOCK_SIZE || now - EW_BLOCK_SIZE <= x->charged)
		return true;
	size_t add = now - EW_BLOCK_SIZE - x->charged;
	size_t used = atomic_fetch_add_explicit(&body_pool, add, memory_order_relaxed);
	if (used + add > most) {
		atomic_fetch_sub_explicit(&body_pool, add, memory_order_relaxed);
		return false;
	}
	x->charged += add;
	return true;
}

/* Room for `more` bytes.  False: there is none now. */
static bool make_room(struct ew_http_client *c, size_t more)
{
	struct ew_http_exchange *x = c->x;
	const uint8_t *was = x->in.p;

	if (more <= ew_buffer_room(&x->in))
		return true;
	/* The offsets of a request are from the start of the buffer, where a request always lies. */
	ew_assert(x->in.from == 0);
	if (!charge(c, more) || !ew_buffer_reserve(&x->in, more))
		return false;
	if (x->in.p != was && x->head.header_count)
		ew_http_rebase(&x->head, x->in.p);
	return true;
}

/* ---- the end of clients */

static void forget_event(struct ew_http_client *c)
{
	struct ew_http_exchange *x = c->x;

	if (x->submitted)
		x->ev->reply = NULL; /* nobody listens any more; finish() still comes */
	else
		ew_event_discard(&x->ev);
}

void ew_http_client_park(struct ew_http_client *c)
{
	unlist(c);
	c->next = c->source->parked;
	c->source->parked = c;
}

void ew_http_client_close(struct ew_http_client *c)
{
	struct ew_http_front *s = c->source;

	if (c->state == EW_HTTP_GONE)
		return;
	ew_conn_close(&c->conn);
	ew_http_set_state(c, EW_HTTP_GONE);
	ew_http_peers_leave(&s->peers, c->address);
	s->client_count--;
	if (c->x && c->x->ev) {
		bool resume = c->x->wants_resume;
		struct ew_event *ev = c->x->ev;
		forget_event(c);
		if (c->x->submitted) {
			c->x->wants_resume = false;
			if (resume && ev->reply_resume)
				ev->reply_resume(ev); /* so that the sink reads the rest and ends */
			return; /* finish() parks it */
		}
	}
	ew_http_client_park(c);
}

void ew_http_clients_reap(struct ew_http_front *s, bool all)
{
	while (s->parked) {
		struct ew_http_client *c = s->parked;
		s->parked = c->next;
		if (c->x)
			exchange_free(s, c->x);
		if (s->free_client_count < KEEP_MOST) {
			c->next = s->free_clients;
			s->free_clients = c;
			s->free_client_count++;
		} else {
			free(c);
		}
	}
	while (all && s->free_clients) {
		struct ew_http_client *c = s->free_clients;
		s->free_clients = c->next;
		free(c);
	}
	while (all && s->free_exchanges) {
		struct ew_http_exchange *x = s->free_exchanges;
		s->free_exchanges = x->next_free;
		exchange_delete(x);
	}
}

bool ew_http_evict_idle(struct ew_http_front *s)
{
	struct ew_http_client *c = s->list[EW_HTTP_IDLE].head;

	if (!c)
		return false;
	ew_http_client_close(c);
	return true;
}

/* ---- going on */

/* The answer is out.  Make what was read behind the request the start of the next one. */
static void next_request(struct ew_http_client *c)
{
	struct ew_http_exchange *x = c->x;
	struct ew_bytes rest = ew_bytes_from(ew_bytes(x->in.p, x->in.to), x->end);

	c->x = NULL;
	ew_http_set_state(c, EW_HTTP_IDLE);
	if (rest.n) {
		c->x = exchange_new(c->source);
		if (c->x && ew_buffer_reserve(&c->x->in, rest.n))
			ew_buffer_put_bytes(&c->x->in, rest);
		else
			ew_http_client_close(c);
	}
	exchange_free(c->source, x);
	if (c->state == EW_HTTP_IDLE && c->source->base.draining && !c->x)
		ew_http_client_close(c);
}

static void finish_last(struct ew_http_client *c)
{
	struct ew_http_exchange *x = c->x;

	/* Unread input at close would make the kernel send RST, which may overtake the answer. */
	if (c->peer_done || !(c->linger || (x && x->in.to > x->end))) {
		ew_http_client_close(c);
		return;
	}
	c->conn.ops->shut(&c->conn);
	c->x = NULL;
	if (x)
		exchange_free(c->source, x);
	ew_http_set_state(c, EW_HTTP_LINGER);
	ew_conn_watch(&c->conn, true);
}

/* One step; false: nothing to do before something happens outside. */
static bool step(struct ew_http_client *c)
{
	enum ew_http_state was = c->state;
	struct ew_http_exchange *x = c->x;

	switch (c->state) {
	case EW_HTTP_IDLE:
	case EW_HTTP_HEAD:
		if (!x || ew_buffer_held(&x->in) == 0)
			return false;
		ew_http_take_head(c);
		return c->state != was && c->state != EW_HTTP_HEAD;
	case EW_HTTP_BODY:
		ew_http_take_body(c);
		return c->state != was;
	case EW_HTTP_FLUSH:
		if (ew_conn_unsent(&c->conn))
			return false;
		if (c->last)
			finish_last(c);
		else
			next_request(c);
		return c->state != was;
	default:
		return false;
	}
}

static bool is_reading(const struct ew_http_client *c)
{
	return c->state == EW_HTTP_IDLE || c->state == EW_HTTP_HEAD || c->state == EW_HTTP_BODY;
}

static void go_on(struct ew_http_client *c)
{
	if (c->running)
		return;
	c->running = true;
	while (step(c))
		;
	c->running = false;
	if (!is_reading(c))
		return;
	if (!c->peer_done)
		ew_conn_watch(&c->conn, true); /* it stops while a request in judgement fills the buffer */
	else if (c->x)
		ew_http_refuse(c, 400, "http.f-early", NULL);
	else
		ew_http_client_close(c);
}

void ew_http_client_answered(struct ew_http_client *c)
{
	if (c->state == EW_HTTP_GONE)
		return;
	ew_http_set_state(c, EW_HTTP_FLUSH);
	go_on(c);
}

/* ---- reading */

/* How much room the next read should have. */
static size_t room_wanted(const struct ew_http_client *c)
{
	const struct ew_http_exchange *x = c->x;
	size_t held = x->in.to;

	if (c->state == EW_HTTP_BODY && !x->chunked) {
		/* Straight to the whole body for common sizes; a large one must be sent to be held. */
		size_t left = x->body_from + (size_t)x->head.length - held;
		size_t most = held * 4 > HINT_MOST ? held * 4 : HINT_MOST;
		return left < most ? left : most;
	}
	if (c->state == EW_HTTP_IDLE && held == 0)
		return c->hint < EW_BLOCK_SIZE ? EW_BLOCK_SIZE : c->hint < HINT_MOST ? c->hint : HINT_MOST;
	return ew_buffer_room(&x->in) ? 1 : held; /* when full: twice as much */
}

static void on_end(struct ew_http_client *c, ssize_t got)
{
	c->peer_done = true;
	ew_conn_watch(&c->conn, false);
	if (got == EW_CONN_BROKEN) {
		ew_http_client_close(c);
		return;
	}
	switch (c->state) {
	case EW_HTTP_HEAD:
	case EW_HTTP_BODY:
		ew_http_refuse(c, 400, "http.f-early", NULL);
		break;
	case EW_HTTP_BUSY:
	case EW_HTTP_FLUSH:
		break; /* it may have half-closed and wait for its answers */
	default:
		ew_http_client_close(c);
	}
}

/* While a request is in judgement.  `ended`: the end of the stream has arrived, too. */
static void read_ahead(struct ew_http_client *c, bool ended)
{
	struct ew_http_exchange *x = c->x;
	size_t room;
	ssize_t got;

	do {
		room = x ? ew_buffer_room(&x->in) : 0;
		if (room == 0 || x->in.to - x->end >= READ_AHEAD || c->last) {
			ew_conn_watch(&c->conn, false);
			return;
		}
		got = ew_conn_read(&c->conn, x->in.p + x->in.to, room);
		if (got > 0)
			x->in.to += (size_t)got;
	} while (got > 0 && ((size_t)got == room || ended));
	if (got == EW_CONN_END || got == EW_CONN_BROKEN)
		on_end(c, got);
}

static void read_out(struct ew_http_client *c, bool ended)
{
	uint8_t waste[16384];
	ssize_t got;
	int turns = 0;

	do {
		got = ew_conn_read(&c->conn, waste, sizeof(waste));
		if (got > 0)
			c->lingered += (size_t)got;
	} while (got > 0 && ++turns < WASTE_TURNS && ((size_t)got == sizeof(waste) || ended));
	if (got == EW_CONN_END || got == EW_CONN_BROKEN || c->lingered > LINGER_BYTES) {
		ew_http_client_close(c);
	} else if (turns == WASTE_TURNS) { /* the others first: watched again it tells what is left */
		ew_conn_watch(&c->conn, false);
		ew_conn_watch(&c->conn, true);
	}
}

/* True: there may be more to read, and nobody will tell. */
static bool read_request(struct ew_http_client *c, bool ended)
{
	if (!c->x && !(c->x = exchange_new(c->source))) {
		ew_http_client_close(c);
		return false;
	}
	struct ew_http_exchange *x = c->x;
	if (!make_room(c, room_wanted(c)) && (x->in.to || !make_room(c, EW_BLOCK_SIZE))) {
		if (c->state != EW_HTTP_BODY) {
			ew_http_refuse(c, 503, "http.overload", NULL);
			return true;
		}
		/* Until others have gone, or the time for the body is over. */
		x->starved = true;
		ew_conn_watch(&c->conn, false);
		return false;
	}
	x->starved = false;
	size_t room = ew_buffer_room(&x->in);
	ssize_t got = ew_conn_read(&c->conn, x->in.p + x->in.to, room);
	if (got <= 0) {
		if (x->in.to == 0) {
			exchange_free(c->source, x);
			c->x = NULL;
		}
		if (got != EW_CONN_NOTHING)
			on_end(c, got);
		return false;
	}
	x->in.to += (size_t)got;
	go_on(c);
	return (size_t)got == room || ended || (is_reading(c) && c->x);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct ew_http_client *c = arg;
	bool more = true, ended = what & EV_CLOSED;

	(void)fd;
	while (more && is_reading(c))
		more = read_request(c, ended);
	if (!more || c->state == EW_HTTP_GONE)
		return;
	if (c->state == EW_HTTP_LINGER)
		read_out(c, ended);
	else
		read_ahead(c, ended);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct ew_http_client *c = arg;

	(void)fd;
	(void)what;
	size_t was = ew_conn_unsent(&c->conn);
	bool waited = c->conn.writes;
	if (!ew_conn_flush(&c->conn)) {
		ew_http_client_close(c);
		return;
	}
	if (ew_conn_unsent(&c->conn) < was || !waited)
		c->wrote_ns = ew_coarse_ns();
	if (ew_conn_unsent(&c->conn))
		return;
	if (c->x && c->x->wants_resume) {
		c->x->wants_resume = false;
		if (c->x->ev->reply_resume)
			c->x->ev->reply_resume(c->x->ev);
	}
	go_on(c);
}

void ew_http_client_new(struct ew_http_front *s, int fd, const char *peer, const uint8_t address[16])
{
	struct ew_http_client *c = s->free_clients;
	uint32_t most = ew_http_config(s)->http.connections_per_address;
	struct ew_http_peer *from = ew_http_peers_enter(&s->peers, address, most ? most : UINT32_MAX);

	if (!from) {
		ew_count_one(s->base.worker, HTTP_REJECTS);
		evutil_closesocket(fd);
		return;
	}
	if (c) {
		s->free_clients = c->next;
		s->free_client_count--;
	} else {
		c = malloc(sizeof(*c));
	}
	if (!c) {
		ew_http_peers_leave(&s->peers, from);
		evutil_closesocket(fd);
		return;
	}
	*c = (struct ew_http_client){ .source = s, .address = from };
	snprintf(c->peer, sizeof(c->peer), "%s", peer);
	c->unnamed = ew_http_is_balancer(s, address);
	ew_conn_open_edge(&c->conn, &ew_conn_plain, s->base.worker->base, fd, on_readable, on_writable, c);
	c->conn.burst = &s->base.worker->burst;
	s->client_count++;
	ew_count_one(s->base.worker, CONNECTIONS);
	enlist(c, EW_HTTP_IDLE);
	c->since_ns = ew_coarse_ns();
	ew_conn_watch(&c->conn, true);
}

void ew_http_drain_idle(struct ew_http_front *s)
{
	struct ew_http_client *c, *next;

	for (c = s->list[EW_HTTP_IDLE].head; c; c = next) {
		next = c->next;
		if (c->requests == 0)
			continue; /* just accepted: its request is on the way */
		on_readable(c->conn.fd, EV_READ, c);
		if (c->state == EW_HTTP_IDLE)
			ew_http_client_close(c);
	}
}

/* ---- time */

static bool too_slow(const struct ew_http_client *c, uint64_t now)
{
	uint64_t ns = now - c->since_ns;
	uint64_t got = c->x->in.to - c->x->body_from;
	const struct ew_config *cfg = ew_http_config(c->source);

	return ns > RATE_GRACE_NS && got * SECOND < (uint64_t)cfg->http.body_rate_min * (ns - RATE_GRACE_NS);
}

static void stuck_writer(struct ew_http_client *c, uint64_t now, uint64_t limit)
{
	if (c->conn.writes && now > c->wrote_ns && now - c->wrote_ns > limit)
		ew_http_client_close(c);
}

void ew_http_clients_tick(struct ew_http_front *s)
{
	const struct ew_config *cfg = ew_http_config(s);
	uint64_t now = ew_coarse_ns(), ms = 1000000;
	uint64_t idle = s->base.draining ? DRAIN_IDLE_NS : cfg->http.idle_timeout_ms * ms;
	struct ew_http_client *c, *next;

	while ((c = s->list[EW_HTTP_IDLE].head) && now - c->since_ns > idle)
		ew_http_client_close(c);
	while ((c = s->list[EW_HTTP_LINGER].head) && now - c->since_ns > LINGER_NS)
		ew_http_client_close(c);
	while ((c = s->list[EW_HTTP_HEAD].head) && now - c->since_ns > cfg->http.head_timeout_ms * ms)
		ew_http_refuse(c, 408, "http.t-head", NULL);
	for (c = s->list[EW_HTTP_BODY].head; c; c = next) {
		next = c->next;
		if (now - c->since_ns > cfg->http.body_timeout_ms * ms)
			ew_http_refuse(c, c->x->starved ? 503 : 408,
			               c->x->starved ? "http.overload" : "http.t-body", NULL);
		else if (c->x->starved)
			ew_conn_watch(&c->conn, true);
		else if (too_slow(c, now))
			ew_http_refuse(c, 408, "http.t-rate", NULL);
	}
	for (int state = EW_HTTP_BUSY; state <= EW_HTTP_FLUSH; state++) {
		for (c = s->list[state].head; c; c = next) {
			next = c->next;
			stuck_writer(c, now, cfg->http.write_timeout_ms * ms);
		}
	}
	ew_http_clients_reap(s, false);
	ew_buffers_tidy();
}
