/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One turn of a session: read, take packet by packet, answer, write, both ends.  All input goes through
 * run().  What it calls may end the session under its feet: the memory stays until the turn of the loop is
 * over, so it looks at the state.
 *
 * Back-pressure: an end is not read while the other, or itself, has much unsent, nor while a packet from it
 * cannot be taken.  One packet is held at most, and no more than a read beyond it.  What the broker sends is
 * not held at all where it is not judged: a large packet passes as it comes, and what we have to say
 * meanwhile waits behind it. */

#include "daemon/mqtt_proxy.h"

#define READ_SIZE 16384u
#define UNSENT_MOST 262144u
#define STARVED_LEAST 32768u /* with so much a client goes on when memory is short: small packets still pass */
#define THROWN_MOST 1048576u /* read after the last words; who sends more is cut */

static void go_on_ending(struct ew_mqtt_session *s)
{
	bool client = ew_mqtt_end_goes_on(&s->client), broker = ew_mqtt_end_goes_on(&s->broker);

	if (!client && !broker)
		ew_mqtt_session_close(s);
}

static void lost(struct ew_mqtt_end *e)
{
	struct ew_mqtt_session *s = e->session;

	e->ended = true;
	ew_mqtt_end_close(e);
	if (s->state < EW_SESSION_UP && e == &s->broker)
		ew_mqtt_session_end(s, EW_MQTT_REASON_UNAVAILABLE, true);
	else
		ew_mqtt_session_finish(s);
}

/* A packet from the broker that is larger than is judged: clients of 3.x cannot tell a broker how much they
 * take. */
static enum ew_status take_too_large(struct ew_mqtt_end *e, const struct ew_mqtt_head *head)
{
	struct ew_bytes in = ew_buffer_view(&e->held);
	struct ew_mqtt_packet p;
	struct ew_parse r = ew_mqtt_publish_peek(head, ew_bytes_from(in, head->size), &p);

	if (r.status == EW_MORE)
		return ew_buffer_reserve(&e->held, head->size + r.want) ? EW_MORE : EW_LIMIT;
	if (r.status != EW_OK) {
		ew_mqtt_refuse_packet(e, in, p.refuse, r.reason);
		return EW_MORE;
	}
	enum ew_status status = ew_mqtt_take_too_large(e, &p);
	if (status == EW_OK)
		e->skip = head->size + (uint64_t)head->length;
	return status;
}

/* EW_OK: there may be more; EW_MORE: not now. */
static enum ew_status take_one(struct ew_mqtt_end *e)
{
	struct ew_mqtt_session *s = e->session;
	struct ew_bytes in = ew_buffer_view(&e->held);
	struct ew_mqtt_head head;
	uint8_t code = 0;

	if (e->pass) {
		size_t n = in.n < e->pass ? in.n : (size_t)e->pass;
		ew_mqtt_put(ew_mqtt_other(e), ew_bytes(in.p, n));
		e->held.from += n;
		e->pass -= n;
		if (e->pass)
			return EW_MORE;
		ew_mqtt_put(ew_mqtt_other(e), ew_buffer_view(&ew_mqtt_other(e)->later));
		ew_buffer_release(&ew_mqtt_other(e)->later);
		return EW_OK;
	}
	if (e->skip) {
		size_t n = in.n < e->skip ? in.n : (size_t)e->skip;
		e->held.from += n;
		e->skip -= n;
		return EW_OK;
	}
	struct ew_parse r = ew_mqtt_frame(&e->in, in, &head, &code);
	if (r.status == EW_MORE)
		return EW_MORE;
	if (r.status == EW_OVERSIZE && head.type == EW_MQTT_PUBLISH && !ew_mqtt_is_client(e))
		return take_too_large(e, &head);
	if (r.status != EW_OK) {
		ew_mqtt_refuse_packet(e, in, code, r.reason);
		return EW_MORE;
	}
	size_t total = head.size + (size_t)head.length;
	bool streams = head.type == EW_MQTT_PUBLISH && !ew_mqtt_is_client(e) &&
	               !s->both && s->state == EW_SESSION_UP;
	if (streams && total > in.n) {
		e->pass = total;
		return EW_OK;
	}
	if (in.n < total)
		return ew_buffer_reserve(&e->held, total - in.n) ? EW_MORE : EW_LIMIT;
	enum ew_status status = ew_mqtt_is_client(e)
	                                ? ew_mqtt_take_from_client(s, &head, ew_bytes(in.p, total))
	                                : ew_mqtt_take_from_broker(s, &head, ew_bytes(in.p, total));
	if (status == EW_OK && s->state < EW_SESSION_GONE)
		e->held.from += total;
	else if (s->state < EW_SESSION_ENDING)
		e->blocked = true;
	return status;
}

static void take_all(struct ew_mqtt_end *e)
{
	struct ew_mqtt_session *s = e->session;
	size_t left = ew_buffer_held(&e->held);

	e->blocked = false;
	while (ew_buffer_held(&e->held) && s->state < EW_SESSION_ENDING) {
		enum ew_status status = take_one(e);
		if (status == EW_LIMIT)
			ew_mqtt_session_end(s, EW_MQTT_REASON_QUOTA, true);
		if (status != EW_OK)
			break;
		if (s->judging && s->judging_of == e) {
			e->blocked = true;
			break;
		}
	}
	if (s->state >= EW_SESSION_ENDING || ew_buffer_held(&e->held) == 0) {
		ew_buffer_release(&e->held);
		e->part_ns = 0;
	} else if (e->blocked) {
		e->part_ns = 0; /* it waits for us, not we for it */
	} else if (e->part_ns == 0 || ew_buffer_held(&e->held) < left) {
		e->part_ns = ew_coarse_ns();
	}
}

/* Through the layer, if there is one: whatever it says goes out before any packet. */
static void unwrap(struct ew_mqtt_session *s)
{
	struct ew_mqtt_end *e = &s->client;
	struct ew_buffer back = { 0 };
	size_t before = ew_buffer_held(&e->held);
	const char *reason = NULL;

	if (!s->layer_begun || s->state >= EW_SESSION_ENDING || ew_buffer_held(&s->wire) == 0)
		return;
	enum ew_status status = s->layer->take(s->layer_state, &s->wire, &e->held, UNSENT_MOST, &back, &reason);
	if (ew_buffer_held(&back)) {
		if (ew_conn_unsent(&e->conn) == 0)
			e->wrote_ns = ew_coarse_ns();
		ew_conn_queue(&e->conn, back.p + back.from, ew_buffer_held(&back));
	}
	ew_buffer_release(&back);
	if (ew_buffer_held(&e->held) > before)
		e->read_ns = ew_coarse_ns(); /* what keeps a WebSocket alive says nothing of the client behind it */
	if (ew_buffer_held(&s->wire) == 0)
		ew_buffer_release(&s->wire);
	ew_mqtt_peer_learn(s);
	if (status != EW_OK)
		e->ended = true; /* what came before its end is still taken */
	if (status != EW_OK && status != EW_TRUNCATED)
		ew_mqtt_note_refusal(s, "transport", reason, ew_bytes(NULL, 0), 1);
}

/* Below everything else: whom a balancer names.  Then the layer begins. */
static void meet(struct ew_mqtt_session *s, struct ew_buffer *in)
{
	enum ew_status status = s->unnamed ? ew_mqtt_peer_take(s, in) : EW_OK;

	if (status == EW_MORE)
		return;
	if (status == EW_OK && s->layer && !s->layer_begun)
		s->layer_begun = s->layer->begin(s->layer_state, &s->front->websocket, s->peer);
	if (status != EW_OK || (s->layer && !s->layer_begun))
		ew_mqtt_session_finish(s);
}

static void read_some(struct ew_mqtt_end *e)
{
	struct ew_mqtt_session *s = e->session;
	bool wrapped = s->layer && ew_mqtt_is_client(e);
	struct ew_buffer *to = wrapped ? &s->wire : &e->held;

	if (!ew_buffer_reserve(to, READ_SIZE)) {
		ew_mqtt_session_end(s, EW_MQTT_REASON_QUOTA, true);
		return;
	}
	ssize_t n = ew_conn_read(&e->conn, to->p + to->to, ew_buffer_room(to));
	if (n > 0) {
		if (!wrapped)
			e->read_ns = ew_coarse_ns();
		if (s->state < EW_SESSION_ENDING)
			to->to += (size_t)n;
		else if ((e->thrown += (uint32_t)n) > THROWN_MOST)
			ew_mqtt_end_close(e);
	} else if (n == EW_CONN_END) {
		e->ended = true;
	} else if (n == EW_CONN_BROKEN) {
		lost(e);
	}
	if (n > 0 && s->state == EW_SESSION_ARRIVING && ew_mqtt_is_client(e))
		meet(s, to);
	if (ew_buffer_held(to) == 0)
		ew_buffer_release(to);
	if (wrapped && n > 0)
		unwrap(s);
}

static bool is_starved(const struct ew_mqtt_session *s)
{
	return s->front->bytes > (size_t)s->front->c->buffers_mb << 20 && s->bytes > STARVED_LEAST;
}

static bool reads(const struct ew_mqtt_session *s, const struct ew_mqtt_end *e)
{
	if (e->ended)
		return false;
	if (s->state == EW_SESSION_ENDING)
		return e->shut;
	if (e == &s->client && (s->state == EW_SESSION_JUDGING || s->state == EW_SESSION_DIALLING))
		return false;
	return !e->blocked && !is_starved(s) && ew_conn_unsent(&s->client.conn) < UNSENT_MOST &&
	       ew_conn_unsent(&s->broker.conn) < UNSENT_MOST;
}

static void watch(struct ew_mqtt_session *s, struct ew_mqtt_end *e)
{
	bool dialling = e == &s->broker && s->state == EW_SESSION_DIALLING;

	if (!ew_conn_is_open(&e->conn) || dialling)
		return;
	ew_conn_watch(&e->conn, reads(s, e));
	/* What is not read for want of memory is late all the same: else unfinished packets could hold all of
	 * it. */
	if (!e->conn.reads && !s->starved)
		e->part_ns = 0;
}

static size_t end_bytes(const struct ew_mqtt_end *e)
{
	return e->held.cap + e->conn.out.cap + e->later.cap + e->aliases.bytes + ew_mqtt_owed_bytes(&e->owed);
}

/* All of a session that a peer can make grow. */
static void count_bytes(struct ew_mqtt_session *s)
{
	size_t bytes = end_bytes(&s->client) + end_bytes(&s->broker) + s->wire.cap + s->connect.cap +
	               s->who.client_id.n + s->who.user.n + s->suback_bytes;

	s->front->bytes += bytes - s->bytes;
	s->bytes = bytes;
	s->starved = s->state < EW_SESSION_ENDING && is_starved(s);
}

void ew_mqtt_session_run(struct ew_mqtt_session *s, struct ew_mqtt_end *from)
{
	if (s->running || s->state == EW_SESSION_GONE)
		return;
	s->running = true;
	if (from && ew_conn_is_open(&from->conn) && reads(s, from))
		read_some(from);
	else if (s->layer && !s->client.blocked)
		unwrap(s);
	if (!s->unnamed)
		take_all(&s->client);
	take_all(&s->broker);
	if (s->client.ended && !s->client.blocked && s->state < EW_SESSION_ENDING)
		ew_mqtt_session_finish(s);
	if (s->broker.ended && !s->broker.blocked)
		ew_mqtt_session_end(s, s->state < EW_SESSION_UP ? EW_MQTT_REASON_UNAVAILABLE : 0, true);
	ew_mqtt_publish_answer(&s->client);
	ew_mqtt_publish_answer(&s->broker);
	if (s->state != EW_SESSION_DIALLING && !ew_mqtt_end_flush(&s->broker))
		lost(&s->broker);
	if (!ew_mqtt_end_flush(&s->client))
		lost(&s->client);
	if (s->state == EW_SESSION_ENDING)
		go_on_ending(s);
	s->running = false;
	if (s->state == EW_SESSION_GONE)
		return;
	count_bytes(s);
	watch(s, &s->client);
	watch(s, &s->broker);
}

void ew_mqtt_sessions_run_ready(struct ew_mqtt_front *f)
{
	struct ew_mqtt_session *s = f->ready;

	f->ready = NULL;
	while (s) {
		struct ew_mqtt_session *next = s->next_ready;
		s->ready = false;
		ew_mqtt_session_run(s, NULL);
		s = next;
	}
}

void ew_mqtt_on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct ew_mqtt_end *e = arg;

	(void)fd;
	(void)what;
	ew_mqtt_session_run(e->session, e);
}

void ew_mqtt_on_client_writable(evutil_socket_t fd, short what, void *arg)
{
	struct ew_mqtt_end *e = arg;

	(void)fd;
	(void)what;
	ew_conn_watch_write(&e->conn, false);
	ew_mqtt_session_run(e->session, NULL);
}
