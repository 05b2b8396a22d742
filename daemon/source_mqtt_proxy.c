/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The MQTT proxy as a source: a listener in front of a broker.
 *
 *     source_mqtt_proxy.c   what the worker asks of a source; the broker's addresses; what is kept over connections
 *     mqtt_session.c        a client and its connection to the broker: states, time limits
 *     mqtt_turn.c           one turn of it: reading, packet by packet, writing
 *     mqtt_end.c            one of its two connections
 *     mqtt_peer.c           who the client is, behind balancers and proxies
 *     mqtt_dial.c           connecting to the broker
 *     mqtt_judge.c          events
 *     mqtt_connect.c        CONNECT, wills, CONNACK
 *     mqtt_client_side.c    other packets of a client
 *     mqtt_broker_side.c    packets of the broker
 *     mqtt_publish.c        PUBLISH, both ways
 *     mqtt_subscribe.c      SUBSCRIBE, UNSUBSCRIBE
 *     mqtt_alias.c mqtt_owed.c mqtt_refuse.c mqtt_rules.c   the pure parts
 *
 * What passes goes to the broker that the client is connected to, in finish order, which is that of arrival:
 * one event of an end is judged at a time.  Only drops that a quarantine keeps take longer, and nothing waits
 * for them but their own answer.
 *
 * A reload touches no connection while listener and broker stay the same; rules, signatures and rates count
 * from the next packet on, whether the broker's messages are judged from the next connection on. */

#include "daemon/mqtt_proxy.h"

#include "daemon/mqtt_link.h"

#include <stdlib.h>

#define TICK_MS 250
#define LEFT_MOST 1024 /* absent clients whose ids are remembered */

/* ---- the broker's addresses ------------------------------------------------------------------ */

static void on_resolved(void *arg, const struct ew_addresses *all)
{
	struct ew_mqtt_front *f = arg;
	struct ew_mqtt_session *next;

	f->resolve = NULL;
	f->addresses = *all;
	f->resolved_ns = ew_coarse_ns();
	for (struct ew_mqtt_session *s = f->sessions; s; s = next) {
		next = s->next;
		if (s->state == EW_SESSION_DIALLING)
			ew_mqtt_session_dial(s);
	}
	f->addresses.error = NULL; /* those who come later look again */
}

void ew_mqtt_front_look_up(struct ew_mqtt_front *f)
{
	if (!f->resolve)
		f->resolve = ew_resolve_start(f->base.worker->base, f->c->host, f->c->port, on_resolved, f);
}

/* ---- ids that outlive a connection ----------------------------------------------------------- */

static struct ew_mqtt_left **find_left(struct ew_mqtt_front *f, struct ew_bytes client_id)
{
	struct ew_mqtt_left **at = &f->left;

	while (*at && !ew_bytes_eq(ew_bytes((*at)->client_id, (*at)->n), client_id))
		at = &(*at)->next;
	return at;
}

static void forget(struct ew_mqtt_front *f, struct ew_mqtt_left **at)
{
	struct ew_mqtt_left *l = *at;

	*at = l->next;
	ew_mqtt_ids_fini(&l->ids);
	free(l);
	f->left_count--;
}

/* Has the client come back on another connection before this one ended?  Newer ones stand before it. */
static bool has_successor(const struct ew_mqtt_front *f, const struct ew_mqtt_session *s)
{
	for (const struct ew_mqtt_session *o = f->sessions; o && o != s; o = o->next)
		if (o->state == EW_SESSION_UP && ew_bytes_eq(o->who.client_id, s->who.client_id))
			return true;
	return false;
}

/* The newest stand first; past the most the oldest goes.  Then the broker answers its PUBREL, as brokers do for an
 * id that they do not know. */
void ew_mqtt_front_remember(struct ew_mqtt_front *f, struct ew_mqtt_session *s)
{
	struct ew_mqtt_left *l, **at;

	if (s->clean || s->version >= EW_MQTT_5 || s->client.ours.n == 0 || f->closed)
		return;
	if (has_successor(f, s))
		return; /* it may have given an id to another message by now */
	at = find_left(f, s->who.client_id);
	if (*at)
		forget(f, at);
	if (f->left_count == LEFT_MOST) {
		for (at = &f->left; (*at)->next;)
			at = &(*at)->next;
		forget(f, at);
	}
	l = malloc(sizeof(*l) + s->who.client_id.n);
	if (!l)
		return;
	l->ids = s->client.ours;
	s->client.ours = (struct ew_mqtt_ids){ .v = NULL };
	l->n = s->who.client_id.n;
	memcpy(l->client_id, s->who.client_id.p, l->n);
	l->next = f->left;
	f->left = l;
	f->left_count++;
}

/* 3.1 has no word for a session that is there, so there they count unless the client wants a clean one. */
void ew_mqtt_front_recall(struct ew_mqtt_front *f, struct ew_mqtt_session *s)
{
	struct ew_mqtt_left **at = find_left(f, s->who.client_id);

	if (s->version >= EW_MQTT_5 || !*at)
		return;
	if (!s->clean && (s->resumed || s->version == EW_MQTT_31)) {
		s->client.ours = (*at)->ids;
		(*at)->ids = (struct ew_mqtt_ids){ .v = NULL };
	}
	forget(f, at);
}

/* ---- the listener ---------------------------------------------------------------------------- */

static bool has_room(void *owner)
{
	const struct ew_mqtt_front *f = owner;

	return f->count < f->c->connections_max;
}

static bool evict(void *owner)
{
	(void)owner; /* no client is worth less than another */
	return false;
}

static void on_accepted(void *owner, int fd, const char *peer, const uint8_t address[16])
{
	(void)peer;
	ew_mqtt_session_new(owner, fd, address);
}

static void on_refused(void *owner)
{
	struct ew_mqtt_front *f = owner;

	ew_count_one(f->base.worker, MQTT_REJECTS);
}

static const struct ew_listener_ops listener_ops = { has_room, evict, on_accepted, on_refused };

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct ew_mqtt_front *f = arg;
	struct ew_mqtt_session *next;
	uint64_t now = ew_coarse_ns();

	(void)fd;
	(void)what;
	ew_mqtt_sessions_reap(f);
	for (struct ew_mqtt_session *s = f->sessions; s; s = next) {
		next = s->next;
		ew_mqtt_session_tick(s, now);
	}
}

static void on_kick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ew_mqtt_sessions_run_ready(arg);
}

/* ---- what the worker asks -------------------------------------------------------------------- */

static struct ew_mqtt_front *of(struct ew_source *s)
{
	return (struct ew_mqtt_front *)s;
}

static void free_front(struct ew_mqtt_front *f)
{
	ew_listener_close(&f->listener, false);
	ew_resolve_cancel(&f->resolve);
	event_del(&f->tick);
	event_del(&f->kick);
	while (f->left)
		forget(f, &f->left);
	free(f->topic_buckets);
	free(f);
	ew_buffers_unref();
}

/* Connections that are there keep the layer that they began with. */
static void configure(struct ew_mqtt_front *f, const struct ew_mqtt_proxy *c)
{
	f->c = c;
	f->layer = c->websocket ? &ew_mqtt_websocket : NULL;
	f->websocket = (struct ew_websocket_settings){ .path = c->websocket_path,
		                                       .origins = c->websocket_origins.v,
		                                       .origin_count = c->websocket_origins.n,
		                                       .trusted = c->forwarders.v,
		                                       .trusted_count = c->forwarders.n };
}

static struct ew_source *proxy_open(struct ew_worker *w, const struct ew_route *route, struct ew_error *e)
{
	struct ew_mqtt_front *f = calloc(1, sizeof(*f));
	struct timeval tick = { 0, TICK_MS * 1000 };

	if (!f) {
		(void)ew_error_set(e, NULL, 0, "out of memory");
		return NULL;
	}
	ew_buffers_ref();
	configure(f, &route->config->proxy);
	f->base.worker = w;
	event_assign(&f->tick, w->base, -1, EV_PERSIST, on_tick, f);
	evtimer_assign(&f->kick, w->base, on_kick, f);
	if (!ew_listener_open(&f->listener, w->base, f->c->listen, &listener_ops, f, e)) {
		free_front(f);
		return NULL;
	}
	if (event_add(&f->tick, &tick) != 0) {
		free_front(f);
		(void)ew_error_set(e, NULL, 0, "out of memory");
		return NULL;
	}
	return &f->base;
}

static void proxy_adopt(struct ew_source *src, const struct ew_route *route)
{
	configure(of(src), &route->config->proxy);
}

static enum ew_outcome proxy_forward(struct ew_source *src, struct ew_event *ev)
{
	(void)src;
	return ew_mqtt_matter(ev)->kind == EW_MQTT_OF_PUBLISH ? ew_mqtt_publish_forward(ev) : EW_FORWARDED;
}

static void proxy_finish(struct ew_source *src, struct ew_event *ev, enum ew_outcome outcome)
{
	struct ew_mqtt_session *s = ev->origin;

	(void)src;
	if (s->judging == ev)
		s->judging = NULL;
	switch ((enum ew_mqtt_kind)ew_mqtt_matter(ev)->kind) {
	case EW_MQTT_OF_CONNECT:
	case EW_MQTT_OF_WILL:
		ew_mqtt_connect_judged(s, ev, outcome);
		break;
	case EW_MQTT_OF_PUBLISH:
		ew_mqtt_publish_judged(s, ev, outcome);
		break;
	case EW_MQTT_OF_LIST:
		ew_mqtt_list_judged(s, ev, outcome);
		break;
	case EW_MQTT_OF_AUTH:
		ew_mqtt_auth_judged(s, ev, outcome);
		break;
	}
	ew_mqtt_session_settle(s);
}

static void proxy_pause(struct ew_source *src, bool on)
{
	struct ew_mqtt_front *f = of(src);

	f->paused = on;
	for (struct ew_mqtt_session *s = f->sessions; s && !on; s = s->next) {
		if (s->client.blocked || s->broker.blocked)
			ew_mqtt_session_kick(s);
	}
}

/* Clients are told to go elsewhere; their wills are not taken back, since they are cut off. */
static void proxy_drain(struct ew_source *src)
{
	struct ew_mqtt_front *f = of(src);
	struct ew_mqtt_session *next;

	src->draining = true;
	ew_listener_close(&f->listener, true);
	for (struct ew_mqtt_session *s = f->sessions; s; s = next) {
		next = s->next;
		ew_mqtt_publish_answer(&s->client);
		ew_mqtt_publish_answer(&s->broker);
		ew_mqtt_session_end(s, s->state < EW_SESSION_UP ? EW_MQTT_REASON_UNAVAILABLE
		                                                : EW_MQTT_REASON_SHUTTING_DOWN, true);
	}
}

static bool proxy_drained(const struct ew_source *src)
{
	return ((const struct ew_mqtt_front *)src)->count == 0;
}

static void proxy_close(struct ew_source *src)
{
	struct ew_mqtt_front *f = of(src);

	/* No event is under way any more: their sinks are closed. */
	f->closed = true;
	f->ready = NULL;
	while (f->sessions) {
		struct ew_mqtt_session *s = f->sessions;
		s->pending = s->state == EW_SESSION_GONE;
		if (s->pending)
			ew_mqtt_session_settle(s);
		else
			ew_mqtt_session_close(s);
	}
	ew_mqtt_sessions_reap(f);
	free_front(f);
}

const struct ew_source_ops ew_source_mqtt_proxy = {
	.name = "mqtt_proxy",
	.holds = true,
	.open = proxy_open,
	.adopt = proxy_adopt,
	.forward = proxy_forward,
	.finish = proxy_finish,
	.pause = proxy_pause,
	.drain = proxy_drain,
	.drained = proxy_drained,
	.close = proxy_close,
};
