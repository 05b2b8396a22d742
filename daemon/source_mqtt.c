/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A subscriber at an MQTT broker that acknowledges only what is settled: PUBACK and PUBREC go out after the
 * function took the event or its drop was recorded.  mqtt_flight.h keeps the books.
 *
 * The function sees an event twice when the process dies between delivery and acknowledgement, at QoS 2,
 * too: what was received is not written to disk.  That is the price of not losing it.
 *
 * A packet too large to take is thrown away byte by byte, recorded as an oversize event, and
 * acknowledged: it never blocks the queue.  One that is merely larger than the route's limit is read whole
 * and goes to the route's policy.
 *
 * Without a shared subscription only worker 0 subscribes, or each event would come once per worker. */

#include "daemon/mqtt_event.h"
#include "daemon/mqtt_flight.h"
#include "daemon/mqtt_link.h"
#include "daemon/pipeline.h"
#include "daemon/source.h"
#include "eventwall/aliases.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define OVERHEAD_MOST 131072u /* topic and properties beside a payload of the limit's size */
#define MADE_UP_EXPIRY_S 300u /* a session nobody can come back to outlives a lost connection, no more */

struct mqtt_source {
	struct ew_source base;
	struct ew_mqtt_link link;
	const struct ew_mqtt_source *c;
	char *client_id;
	bool made_up; /* the client id: the next process will have another */
	bool subscribed, subscribing;
	bool paused, draining;
	bool closed;    /* only waits for its last event */
	bool give_back; /* an event failed: have the broker send it again */
	struct ew_mqtt_flights flights;
};

static struct mqtt_source *of(struct ew_source *s)
{
	return (struct mqtt_source *)s;
}

static void answer(struct mqtt_source *s, enum ew_mqtt_type type, uint16_t id, uint8_t reason)
{
	struct ew_mqtt_packet p = { .type = (uint8_t)type, .version = s->link.version, .id = id,
		                    .reason = s->link.version == EW_MQTT_5 ? reason : 0 };

	ew_mqtt_link_send(&s->link, &p);
}

/* Acknowledge from the front as far as things are settled. */
static bool on_turn(void *owner)
{
	struct mqtt_source *s = owner;
	bool sent = false;
	uint16_t id;
	uint8_t qos;

	if (s->give_back && !s->draining) {
		ew_mqtt_link_fail(&s->link, EW_MQTT_REASON_UNSPECIFIED, "an event was given back");
		return false;
	}
	if (s->link.skip)
		return false; /* a PUBLISH is not acknowledged before its last byte */
	while (ew_mqtt_flights_next(&s->flights, &id, &qos)) {
		answer(s, qos == 2 ? EW_MQTT_PUBREC : EW_MQTT_PUBACK, id, 0);
		sent = true;
	}
	return sent;
}

static bool has_room(const struct mqtt_source *s)
{
	return !s->paused && !s->draining &&
	       s->base.in_flight + s->flights.settled < s->c->receive_maximum;
}

/* True if this PUBLISH must not make a new event. */
static bool is_known(struct mqtt_source *s, const struct ew_mqtt_packet *p)
{
	enum ew_mqtt_arrival a = ew_mqtt_flights_arrive(&s->flights, p);

	if (a == EW_MQTT_RECEIVED)
		answer(s, EW_MQTT_PUBREC, p->id, 0);
	return a != EW_MQTT_NEW;
}

/* False: no memory. */
static bool begin_flight(struct mqtt_source *s, struct ew_event *ev, const struct ew_mqtt_packet *p)
{
	if (p->qos)
		ev->origin = ew_mqtt_flights_begin(&s->flights, p, ev);
	return !p->qos || ev->origin;
}

static void submit_incomplete(struct mqtt_source *s, struct ew_event *ev, const struct ew_mqtt_packet *p,
                              enum ew_status why, const char *reason)
{
	if (!begin_flight(s, ev, p)) {
		ew_event_discard(&ev);
		s->give_back = true;
		return;
	}
	ev->incomplete = true;
	ew_message_fault(ev->m, why, reason, NULL);
	ew_mqtt_name_topic(ev, p->topic);
	ew_pipeline_submit(ev); /* finishes before it returns: the topic is a view of the read buffer */
}

/* EW_OK, or why the broker must not send such a thing. */
static enum ew_status parse(struct mqtt_source *s, struct ew_bytes raw, struct ew_mqtt_packet *p,
                            const char **reason_r, uint8_t *refuse_r)
{
	struct ew_parse r = ew_mqtt_parse(&s->link.in, raw, p);
	struct ew_mqtt_property alias;

	*reason_r = r.reason;
	*refuse_r = p->refuse;
	if (r.status != EW_OK ||
	    !ew_mqtt_property_find(p->properties, EW_MQTT_PROPERTY_TOPIC_ALIAS, &alias))
		return r.status;
	/* None was offered, so every alias is past the maximum. */
	*reason_r = ew_mqtt_fault_reason(EW_MQTT_FAULT_TOPIC_ALIAS);
	*refuse_r = EW_MQTT_REASON_TOPIC_ALIAS;
	return EW_MALFORMED;
}

/* No room for a new event.  One that is under way already needs none, and must be taken up: else it would
 * come as a new one when there is room, since by then it is settled. */
static enum ew_status publish_without_room(struct mqtt_source *s, struct ew_bytes raw,
                                           const char **reason_r, uint8_t *refuse_r)
{
	struct ew_mqtt_packet p;
	enum ew_status status;

	if (s->draining || !s->flights.first)
		return EW_MORE;
	status = parse(s, raw, &p, reason_r, refuse_r);
	if (status != EW_OK)
		return status;
	return is_known(s, &p) ? EW_OK : EW_MORE;
}

static enum ew_status on_publish(void *owner, struct ew_bytes raw, const char **reason_r,
                                 uint8_t *refuse_r)
{
	struct mqtt_source *s = owner;
	struct ew_mqtt_packet p;
	struct ew_event *ev;
	enum ew_status status;

	if (!has_room(s))
		return publish_without_room(s, raw, reason_r, refuse_r);
	ev = ew_event_new(s->base.worker, &s->base, s->base.route, EW_TRANSPORT_MQTT);
	if (!ev)
		return EW_MORE; /* asked again at the next tick */
	struct ew_bytes copy = ew_arena_dup(ev->m->arena, raw);
	status = parse(s, copy.p ? copy : raw, &p, reason_r, refuse_r);
	if (status != EW_OK || is_known(s, &p)) {
		ew_event_discard(&ev);
		return status;
	}
	if (!copy.p) {
		submit_incomplete(s, ev, &p, EW_LIMIT, "limits.arena");
		return EW_OK;
	}
	if (!begin_flight(s, ev, &p)) {
		ew_event_discard(&ev);
		return EW_MORE;
	}
	ew_mqtt_name_publish(ev, &p, p.topic);
	ew_pipeline_submit(ev);
	return EW_OK;
}

static bool on_too_large(void *owner, const struct ew_mqtt_packet *p)
{
	struct mqtt_source *s = owner;
	struct ew_event *ev;

	if (!has_room(s))
		return false;
	if (is_known(s, p))
		return true;
	ev = ew_event_new(s->base.worker, &s->base, s->base.route, EW_TRANSPORT_MQTT);
	if (!ev)
		return false;
	submit_incomplete(s, ev, p, EW_OVERSIZE, "mqtt.too-large");
	return true;
}

static void check_granted(struct mqtt_source *s, const struct ew_mqtt_packet *p)
{
	const struct ew_mqtt_source *c = s->c;

	s->subscribing = false;
	for (size_t i = 0; i < p->list.n; i++) {
		const char *filter = i < c->topics.n ? c->topics.v[i] : "?";
		uint8_t code = p->list.p[i];
		if (code >= 0x80) {
			ew_mqtt_note(s->base.worker, "error", s->link.name,
			             "the broker refuses the subscription to %s: %s", filter,
			             code == 0x80 ? "no reason given" : ew_mqtt_reason_text(code));
			ew_mqtt_link_fail(&s->link, 0, "subscription refused");
			return;
		}
		if (code < c->qos)
			ew_mqtt_note(s->base.worker, "warning", s->link.name,
			             "the broker grants QoS %u for %s, not %u", code, filter, c->qos);
	}
	if (p->list.n != c->topics.n) {
		ew_mqtt_link_fail(&s->link, EW_MQTT_REASON_PROTOCOL_ERROR,
		                  "a SUBACK that does not fit the SUBSCRIBE");
		return;
	}
	s->subscribed = true;
}

static void on_packet(void *owner, const struct ew_mqtt_packet *p)
{
	struct mqtt_source *s = owner;
	uint8_t reason = 0;

	switch (p->type) {
	case EW_MQTT_SUBACK:
		if (s->subscribing)
			check_granted(s, p);
		break;
	case EW_MQTT_PUBREL:
		/* An id we do not know was settled by a process before this one. */
		if (!ew_mqtt_flights_release(&s->flights, p->id))
			reason = EW_MQTT_REASON_ID_NOT_FOUND;
		answer(s, EW_MQTT_PUBCOMP, p->id, reason);
		break;
	default:
		ew_mqtt_link_fail(&s->link, EW_MQTT_REASON_PROTOCOL_ERROR,
		                  "an acknowledgement of something we did not send");
	}
}

static void subscribe(struct mqtt_source *s)
{
	const struct ew_mqtt_source *c = s->c;
	struct ew_mqtt_packet p = { .type = EW_MQTT_SUBSCRIBE, .version = s->link.version, .id = 1 };
	struct ew_buffer list = { 0 };
	char filter[65536];

	for (size_t i = 0; i < c->topics.n; i++) {
		/* Retained messages once, not again at each reconnect (5). */
		struct ew_mqtt_filter f = { .qos = (uint8_t)c->qos };
		f.retain_handling = s->link.version == EW_MQTT_5 ? 1 : 0;
		int n = snprintf(filter, sizeof(filter), "%s%s%s%s", *c->share ? "$share/" : "", c->share,
		                 *c->share ? "/" : "", c->topics.v[i]);
		f.filter = ew_bytes(filter, (size_t)n);
		if (!ew_buffer_reserve(&list, f.filter.n + 3))
			break;
		list.to += ew_mqtt_filter_put(list.p + list.to, ew_buffer_room(&list), EW_MQTT_SUBSCRIBE,
		                              &f);
	}
	p.list = ew_buffer_view(&list);
	s->subscribing = true;
	ew_mqtt_link_send(&s->link, &p);
	ew_buffer_release(&list);
}

static void on_up(void *owner, const struct ew_mqtt_packet *connack)
{
	struct mqtt_source *s = owner;

	/* clean_start forgets the session of an earlier process; from here on it is ours.  3.1.1 could not tell
	 * the broker to forget a made-up one later. */
	s->link.clean = s->made_up && s->link.version < EW_MQTT_5;
	if (!connack->session_present) {
		ew_mqtt_flights_forget(&s->flights);
		s->subscribed = false;
	}
	if (!s->subscribed)
		subscribe(s);
}

static void on_down(void *owner)
{
	struct mqtt_source *s = owner;

	s->subscribing = false;
	s->give_back = false; /* all that is not acknowledged comes again */
	ew_mqtt_flights_lost(&s->flights);
}

static const struct ew_mqtt_link_ops link_ops = {
	.up = on_up,
	.down = on_down,
	.publish = on_publish,
	.too_large = on_too_large,
	.packet = on_packet,
	.turn = on_turn,
};

static void free_source(struct mqtt_source *s)
{
	ew_mqtt_flights_fini(&s->flights);
	ew_aliases_free(&s->base.aliases);
	free(s->client_id);
	free(s);
}

static void mqtt_finish(struct ew_source *src, struct ew_event *ev, enum ew_outcome outcome)
{
	struct mqtt_source *s = of(src);
	struct ew_mqtt_flight *f = ev->origin;

	if (f) {
		if (outcome == EW_FAILED && !f->old)
			s->give_back = true;
		ew_mqtt_flights_settle(&s->flights, f, outcome != EW_FAILED);
	}
	if (s->closed) {
		if (s->base.in_flight == 0)
			free_source(s);
	} else if (!s->link.running && (f || s->link.blocked)) {
		ew_mqtt_link_kick(&s->link);
	}
}

static void mqtt_pause(struct ew_source *src, bool on)
{
	struct mqtt_source *s = of(src);

	s->paused = on;
	if (!on)
		ew_mqtt_link_kick(&s->link);
}

static void mqtt_drain(struct ew_source *src)
{
	of(src)->draining = true;
}

static bool mqtt_drained(const struct ew_source *src)
{
	const struct mqtt_source *s = (const struct mqtt_source *)src;

	return !ew_mqtt_link_is_up(&s->link) || (s->flights.settled == 0 && ew_conn_unsent(&s->link.conn) == 0);
}

static void point_at(struct mqtt_source *s, const struct ew_route *route)
{
	const struct ew_mqtt_source *c = &route->config->mqtt;
	struct ew_mqtt_link *l = &s->link;

	s->c = c;
	l->name = route->config->name;
	l->host = c->host;
	l->port = c->port;
	l->user = ew_bytes_str(c->username);
	l->password = ew_bytes_str(c->password);
	l->packet_most = route->config->limits.message + OVERHEAD_MOST;
	l->in.max = l->packet_most;
}

static void mqtt_adopt(struct ew_source *src, const struct ew_route *route)
{
	point_at(of(src), route);
}

static void mqtt_close(struct ew_source *src)
{
	struct mqtt_source *s = of(src);

	if (s->made_up)
		ew_mqtt_link_end_session(&s->link);
	ew_mqtt_link_close(&s->link);
	s->closed = true;
	/* When the process is cut short, sinks still hold events of ours: the last one frees us. */
	if (s->base.in_flight == 0)
		free_source(s);
}

static bool make_client_id(struct mqtt_source *s, unsigned index, struct ew_error *e)
{
	uint64_t noise;
	int n;

	s->made_up = *s->c->client_id == 0;
	if (s->made_up) {
		if (getrandom(&noise, sizeof(noise), 0) != sizeof(noise))
			noise = ew_now_ns();
		n = asprintf(&s->client_id, "ew%016llx", (unsigned long long)noise);
	} else {
		n = asprintf(&s->client_id, "%s-%u", s->c->client_id, index);
	}
	if (n < 0) {
		s->client_id = NULL;
		return ew_error_set(e, NULL, 0, "out of memory");
	}
	return true;
}

static bool check_filters(const struct ew_route_config *r, struct ew_error *e)
{
	const struct ew_mqtt_source *c = &r->mqtt;

	if (strpbrk(c->share, "/+#"))
		return ew_error_set(e, NULL, 0, "route \"%s\": a share is a name without / + and #", r->name);
	for (size_t i = 0; i < c->topics.n; i++) {
		enum ew_mqtt_fault f = ew_mqtt_filter_check(ew_bytes_str(c->topics.v[i]));
		if (!f && *c->share && !strncmp(c->topics.v[i], "$share/", 7))
			return ew_error_set(e, NULL, 0, "route \"%s\": write the topic \"%s\" without $share, "
			                    "since \"share\" is set", r->name, c->topics.v[i]);
		if (f || strlen(c->topics.v[i]) + strlen(c->share) + 9 > UINT16_MAX)
			return ew_error_set(e, NULL, 0, "route \"%s\": \"%s\" is not a topic filter: # may only "
			                    "be the last level, + only a whole one", r->name, c->topics.v[i]);
	}
	return true;
}

static struct ew_source *mqtt_open(struct ew_worker *w, const struct ew_route *route, struct ew_error *e)
{
	const struct ew_mqtt_source *c = &route->config->mqtt;
	struct mqtt_source *s;

	if (!check_filters(route->config, e))
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s) {
		(void)ew_error_set(e, NULL, 0, "out of memory");
		return NULL;
	}
	point_at(s, route);
	if (!make_client_id(s, w->index, e)) {
		free(s);
		return NULL;
	}
	if (c->aliases_kb && !(s->base.aliases = ew_aliases_new((size_t)c->aliases_kb << 10))) {
		(void)ew_error_set(e, NULL, 0, "out of memory");
		free(s->client_id);
		free(s);
		return NULL;
	}
	s->base.worker = w;
	s->link.worker = w;
	s->link.ops = &link_ops;
	s->link.owner = s;
	s->link.version = (uint8_t)c->version;
	s->link.clean = s->made_up || c->clean_start;
	s->link.session_expiry_s = c->session_expiry_s;
	if (s->made_up && c->session_expiry_s > MADE_UP_EXPIRY_S)
		s->link.session_expiry_s = MADE_UP_EXPIRY_S;
	s->link.keep_alive_s = (uint16_t)c->keepalive_s;
	s->link.receive_maximum = (uint16_t)c->receive_maximum;
	s->link.client_id = ew_bytes_str(s->client_id);
	if (w->index == 0 || *c->share)
		ew_mqtt_link_open(&s->link);
	return &s->base;
}

const struct ew_source_ops ew_source_mqtt = {
	.name = "mqtt",
	.holds = true,
	.open = mqtt_open,
	.adopt = mqtt_adopt,
	.finish = mqtt_finish,
	.pause = mqtt_pause,
	.drain = mqtt_drain,
	.drained = mqtt_drained,
	.close = mqtt_close,
};
