/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The life of a client and its connection to the broker.
 *
 *     ARRIVING -> JUDGING -> DIALLING -> GREETING -> UP -> ENDING -> GONE
 *      CONNECT    its event    TCP        CONNACK
 *
 * A session that is gone is freed in a later turn of the loop, and not before its last event has come back. */

#include "daemon/mqtt_proxy.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ENDING_NS 5000000000u /* for last words */

void ew_mqtt_session_set(struct ew_mqtt_session *s, enum ew_session_state state)
{
	s->state = state;
	s->since_ns = ew_coarse_ns();
}

void ew_mqtt_session_kick(struct ew_mqtt_session *s)
{
	if (s->ready || s->front->closed)
		return;
	s->ready = true;
	s->next_ready = s->front->ready;
	s->front->ready = s;
	event_active(&s->front->kick, EV_TIMEOUT, 0);
}

static void unlink_session(struct ew_mqtt_session *s)
{
	struct ew_mqtt_front *f = s->front;

	if (s->prev)
		s->prev->next = s->next;
	else
		f->sessions = s->next;
	if (s->next)
		s->next->prev = s->prev;
	s->next = f->parked;
	f->parked = s;
	f->count--;
}

void ew_mqtt_session_close(struct ew_mqtt_session *s)
{
	if (s->state == EW_SESSION_GONE)
		return;
	ew_mqtt_end_close(&s->client);
	ew_mqtt_end_close(&s->broker);
	s->front->bytes -= s->bytes;
	s->bytes = 0;
	ew_mqtt_front_remember(s->front, s);
	ew_mqtt_session_set(s, EW_SESSION_GONE);
	if (s->pending == 0)
		unlink_session(s);
}

static void free_end(struct ew_mqtt_end *e)
{
	ew_mqtt_aliases_fini(&e->aliases);
	ew_mqtt_owed_fini(&e->owed);
	ew_mqtt_ids_fini(&e->ours);
}

void ew_mqtt_sessions_reap(struct ew_mqtt_front *f)
{
	struct ew_mqtt_session *all = f->parked;

	f->parked = NULL;
	while (all) {
		struct ew_mqtt_session *s = all;
		all = s->next;
		if (s->ready && !f->closed) {
			s->next = f->parked;
			f->parked = s;
			continue;
		}
		free_end(&s->client);
		free_end(&s->broker);
		ew_mqtt_subacks_fini(s);
		if (s->layer_begun)
			s->layer->end(s->layer_state);
		free(s->layer_state);
		ew_buffer_release(&s->wire);
		ew_buffer_release(&s->connect);
		free(s->names);
		free(s->first_names);
		free(s);
	}
}

void ew_mqtt_session_finish(struct ew_mqtt_session *s)
{
	if (s->state >= EW_SESSION_ENDING)
		return;
	if (s->layer_begun && ew_conn_is_open(&s->client.conn)) {
		struct ew_buffer back = { 0 };
		s->layer->bye(s->layer_state, &back);
		ew_conn_queue(&s->client.conn, back.p, ew_buffer_held(&back));
		ew_buffer_release(&back);
	}
	ew_mqtt_front_remember(s->front, s); /* nothing more is taken; the client may be back before we are done */
	s->client.closing = s->broker.closing = true;
	s->client.blocked = s->broker.blocked = false;
	ew_mqtt_session_set(s, EW_SESSION_ENDING);
	ew_mqtt_session_kick(s);
}

static void tell_client(struct ew_mqtt_session *s, uint8_t reason)
{
	struct ew_mqtt_packet p = { .version = s->version, .reason = reason, .type = EW_MQTT_DISCONNECT };

	if (!reason || !s->version)
		return;
	if (s->state < EW_SESSION_UP) {
		p.type = EW_MQTT_CONNACK;
		p.reason = ew_mqtt_refuse_connect(s->version, reason);
	} else if (s->version < EW_MQTT_5 || s->broker.pass) {
		return; /* 3.x has no word for it, and half a packet is followed by nothing */
	} else if (!ew_mqtt_reason_valid(reason, EW_MQTT_DISCONNECT, EW_MQTT_SERVER)) {
		p.reason = EW_MQTT_REASON_UNSPECIFIED;
	}
	ew_mqtt_send(&s->client, &p);
}

void ew_mqtt_session_end(struct ew_mqtt_session *s, uint8_t reason, bool with_will)
{
	struct ew_mqtt_packet bye = { .type = EW_MQTT_DISCONNECT, .version = s->version };

	if (s->state >= EW_SESSION_ENDING)
		return;
	tell_client(s, reason);
	if (s->state == EW_SESSION_UP && !with_will)
		ew_mqtt_send(&s->broker, &bye);
	ew_mqtt_session_finish(s);
}

void ew_mqtt_session_new(struct ew_mqtt_front *f, int fd, const uint8_t address[16])
{
	struct ew_mqtt_session *s = calloc(1, sizeof(*s));
	int one = 1;

	if (s && f->layer)
		s->layer_state = calloc(1, f->layer->state_size);
	if (!s || (f->layer && !s->layer_state)) {
		free(s);
		close(fd);
		return;
	}
	s->front = f;
	s->layer = f->layer;
	ew_mqtt_peer_init(s, fd, address);
	s->client.session = s->broker.session = s;
	s->client.in = (struct ew_mqtt_stream){ .from = EW_MQTT_CLIENT, .max = ew_mqtt_packet_most(f) };
	s->client.takes_most = s->broker.takes_most = UINT32_MAX;
	s->tells_why = s->retains = true;
	s->quota = UINT16_MAX;
	s->broker.conn.fd = -1;
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one)); /* a client may do without keep-alive */
	ew_conn_open(&s->client.conn, &ew_conn_plain, f->base.worker->base, fd, ew_mqtt_on_readable,
	             ew_mqtt_on_client_writable, &s->client);
	ew_mqtt_session_set(s, EW_SESSION_ARRIVING);
	s->next = f->sessions;
	if (f->sessions)
		f->sessions->prev = s;
	f->sessions = s;
	f->count++;
	ew_count_one(f->base.worker, CONNECTIONS);
	ew_conn_watch(&s->client.conn, true);
}

void ew_mqtt_session_settle(struct ew_mqtt_session *s)
{
	ew_assert(s->pending > 0);
	s->pending--;
	if (s->state != EW_SESSION_GONE)
		ew_mqtt_session_kick(s);
	else if (s->pending == 0)
		unlink_session(s);
}

/* The broker must not take a client for dead whose packets we keep from it: when it sends and nothing of it
 * goes on, or when it is made to wait. */
static void keep_alive(struct ew_mqtt_session *s, uint64_t now)
{
	uint64_t half = (uint64_t)s->keep_alive * 500000000u;
	struct ew_mqtt_packet ping = { .type = EW_MQTT_PINGREQ, .version = s->version };
	bool speaks = s->client.read_ns > s->broker.wrote_ns || s->client.blocked;

	if (!half || !speaks || now - s->broker.wrote_ns < half || s->our_pings == UINT16_MAX)
		return;
	s->our_pings++;
	ew_mqtt_send(&s->broker, &ping);
	ew_mqtt_session_kick(s);
}

static bool is_late(uint64_t since_ns, uint64_t now, uint32_t ms)
{
	return since_ns && now > since_ns && now - since_ns > (uint64_t)ms * 1000000;
}

static bool is_stuck(const struct ew_mqtt_end *e, uint64_t now, uint32_t ms)
{
	return ew_conn_unsent(&e->conn) && is_late(e->wrote_ns, now, ms);
}

void ew_mqtt_session_tick(struct ew_mqtt_session *s, uint64_t now)
{
	const struct ew_mqtt_proxy *c = s->front->c;

	switch (s->state) {
	case EW_SESSION_ARRIVING:
		if (is_late(s->since_ns, now, c->connect_timeout_ms)) {
			ew_mqtt_note_refusal(s, "CONNECT", "timeout", ew_bytes(NULL, 0), 1);
			ew_mqtt_session_finish(s);
		}
		break;
	case EW_SESSION_DIALLING:
	case EW_SESSION_GREETING:
		if (is_late(s->since_ns, now, c->connect_timeout_ms))
			ew_mqtt_broker_is_away(s, "no answer in time");
		break;
	case EW_SESSION_UP:
		if (!s->client.blocked && !s->client.pass &&
		    is_late(s->client.part_ns, now, c->packet_timeout_ms)) {
			ew_mqtt_note_refusal(s, "packet", "timeout", ew_bytes(NULL, 0), 1);
			ew_mqtt_session_end(s, EW_MQTT_REASON_UNSPECIFIED, true);
		} else if (is_stuck(&s->client, now, c->packet_timeout_ms) ||
		           is_stuck(&s->broker, now, c->packet_timeout_ms)) {
			ew_mqtt_session_close(s);
		} else {
			keep_alive(s, now);
			if (s->starved || (s->client.blocked && !s->judging))
				ew_mqtt_session_kick(s); /* a rate or memory may let it go on */
		}
		break;
	case EW_SESSION_ENDING:
		if (now > s->since_ns && now - s->since_ns > ENDING_NS)
			ew_mqtt_session_close(s);
		break;
	default:
		break;
	}
}
