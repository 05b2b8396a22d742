/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* CONNECT and CONNACK: who a client is, whether its will may be, and what the broker allows.
 *
 * A CONNECT makes up to two events: one of what the client says of itself, and one of its will, which is
 * judged as the PUBLISH that it is going to be.  Only then is the broker connected to.
 *
 * Changed on the way are: a will that is stripped; in a CONNACK of MQTT 5, and in a CONNECT where both
 * directions are judged, Topic Alias Maximum and Maximum Packet Size, lowered to what is kept here.  All else
 * goes as it came. */

#include "daemon/mqtt_proxy.h"

#include "daemon/mqtt_event.h"
#include "daemon/pipeline.h"

#include <stdlib.h>

/* ---- properties ------------------------------------------------------------------------------ */

static bool find_number(struct ew_bytes properties, enum ew_mqtt_property_id id, uint32_t *number_r)
{
	struct ew_mqtt_property prop;

	if (!ew_mqtt_property_find(properties, id, &prop))
		return false;
	*number_r = prop.number;
	return true;
}

/* The same section with one number lowered to `most`, or added with it if it is not there and `adds`. */
static bool lower(struct ew_bytes section, enum ew_mqtt_property_id id, uint32_t most, bool adds,
                  struct ew_buffer *out)
{
	struct ew_mqtt_property prop;
	bool there = false;

	if (!ew_buffer_reserve(out, section.n + 8))
		return false;
	while (ew_mqtt_property_next(&section, &prop)) {
		if (prop.id == id) {
			there = true;
			prop.number = prop.number < most ? prop.number : most;
		}
		out->to += ew_mqtt_property_put(out->p + out->to, ew_buffer_room(out), &prop);
	}
	prop = (struct ew_mqtt_property){ .id = (uint8_t)id, .number = most };
	if (!there && adds)
		out->to += ew_mqtt_property_put(out->p + out->to, ew_buffer_room(out), &prop);
	return true;
}

/* ---- CONNECT --------------------------------------------------------------------------------- */

static bool keep_names(struct ew_mqtt_session *s, const struct ew_mqtt_connect *c)
{
	s->names = malloc(c->client_id.n + c->user.n + 1);
	if (!s->names)
		return false;
	uint8_t *p = (uint8_t *)s->names;
	if (c->client_id.n)
		memcpy(p, c->client_id.p, c->client_id.n);
	if (c->user.n)
		memcpy(p + c->client_id.n, c->user.p, c->user.n);
	s->who = (struct ew_mqtt_who){ ew_bytes(p, c->client_id.n), ew_bytes(p + c->client_id.n, c->user.n) };
	return true;
}

/* The CONNECT that was kept, which parsed before. */
static void parse_kept(const struct ew_mqtt_session *s, struct ew_mqtt_packet *p)
{
	struct ew_mqtt_stream in = { .from = EW_MQTT_CLIENT };
	struct ew_parse r = ew_mqtt_parse(&in, ew_buffer_view(&s->connect), p);

	ew_assert(r.status == EW_OK);
}

static bool is_good_text(struct ew_bytes properties, struct ew_bytes payload)
{
	uint32_t format = 0;

	return !find_number(properties, EW_MQTT_PROPERTY_PAYLOAD_FORMAT, &format) || !format ||
	       ew_utf8_valid(payload);
}

/* Why a will is not to be, by the rules; 0: it may. */
static uint8_t check_will(struct ew_mqtt_session *s, const struct ew_mqtt_will *w)
{
	const struct ew_mqtt_proxy *c = s->front->c;
	struct ew_mqtt_property response;
	const struct ew_strings *retain = w->payload.n ? &c->retain : &c->retain_delete;

	if (!ew_mqtt_patterns_cover(c->publish.v, c->publish.n, &s->who, w->topic) ||
	    (w->retain && !ew_mqtt_patterns_cover(retain->v, retain->n, &s->who, w->topic)))
		return EW_MQTT_REASON_NOT_AUTHORIZED;
	if (ew_mqtt_property_find(w->properties, EW_MQTT_PROPERTY_RESPONSE_TOPIC, &response) &&
	    !ew_mqtt_patterns_cover(c->publish.v, c->publish.n, &s->who, response.text))
		return EW_MQTT_REASON_NOT_AUTHORIZED;
	return is_good_text(w->properties, w->payload) ? 0 : EW_MQTT_REASON_PAYLOAD_FORMAT;
}

static void strip_will(struct ew_mqtt_session *s)
{
	struct ew_mqtt_packet p;
	struct ew_buffer out = { 0 };

	parse_kept(s, &p);
	p.connect.has_will = false;
	size_t n = ew_mqtt_size(&p);
	if (!ew_buffer_reserve(&out, n)) {
		ew_mqtt_session_end(s, EW_MQTT_REASON_UNAVAILABLE, true);
		return;
	}
	out.to += ew_mqtt_write(out.p, ew_buffer_room(&out), &p);
	ew_buffer_release(&s->connect);
	s->connect = out;
}

static void will_is_refused(struct ew_mqtt_session *s, uint8_t reason)
{
	if (s->front->c->on_will == EW_ON_WILL_REFUSE) {
		ew_mqtt_session_end(s, reason, true);
		return;
	}
	strip_will(s);
	ew_mqtt_session_dial(s);
}

static void judge_will(struct ew_mqtt_session *s)
{
	struct ew_mqtt_packet p;

	parse_kept(s, &p);
	if (!p.connect.has_will) {
		ew_mqtt_session_dial(s);
		return;
	}
	uint8_t refused = check_will(s, &p.connect.will);
	if (refused) {
		ew_mqtt_note_refusal(s, "will", ew_mqtt_reason_text(refused), p.connect.will.topic, 1);
		will_is_refused(s, refused);
		return;
	}
	struct ew_event *ev = ew_mqtt_event_new(&s->client, EW_MQTT_OF_WILL, "will");
	if (!ev) {
		ew_mqtt_session_end(s, EW_MQTT_REASON_UNAVAILABLE, true);
		return;
	}
	/* The CONNECT stays where it is until the broker gets it, or the event is gone. */
	const struct ew_mqtt_will *w = &p.connect.will;
	struct ew_mqtt_packet as = { .type = EW_MQTT_PUBLISH, .version = p.version, .retain = w->retain,
		                     .qos = w->qos, .payload = w->payload, .properties = w->properties };
	ev->envelope.qos = w->qos;
	ew_mqtt_name_publish(ev, &as, w->topic);
	ew_mqtt_event_bound(ev);
	(void)ew_mqtt_event_submit(ev);
}

static void judge_client(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p)
{
	struct ew_mqtt_parts parts = { .no_message = true, .client_id = s->who.client_id, .user = s->who.user };
	struct ew_event *ev = ew_mqtt_event_new(&s->client, EW_MQTT_OF_CONNECT, "CONNECT");

	if (!ev) {
		ew_mqtt_session_end(s, EW_MQTT_REASON_UNAVAILABLE, true);
		return;
	}
	ev->bodiless = true;
	ew_mqtt_name_properties(ev, p->properties, &parts);
	ew_mqtt_event_bound(ev);
	(void)ew_mqtt_event(ev->m, &parts);
	(void)ew_mqtt_event_submit(ev);
}

void ew_mqtt_connect_refuse(struct ew_mqtt_session *s, struct ew_bytes raw, uint8_t reason)
{
	struct ew_reader r = ew_reader(raw);
	uint8_t byte = ew_read_u8(&r);

	/* Which version it wants to be, as far as that can be said: head, name, level. */
	for (int i = 0; i < 4 && ew_read_u8(&r) & 0x80; i++)
		;
	struct ew_bytes name = ew_read_bytes(&r, ew_read_be16(&r));
	uint8_t level = ew_read_u8(&r);
	if (byte >> 4 == EW_MQTT_CONNECT && !r.short_read && name.n) {
		s->version = level >= EW_MQTT_5 && level < 0x80 ? EW_MQTT_5 : EW_MQTT_311;
		/* Before 5 only what a CONNACK has a code for is answered. */
		if (s->version < EW_MQTT_5 && !ew_mqtt_return_code(reason))
			reason = 0;
	}
	ew_mqtt_session_end(s, reason, true);
}

enum ew_status ew_mqtt_take_connect(struct ew_mqtt_session *s, struct ew_bytes raw)
{
	struct ew_mqtt_packet p;
	uint32_t number = 1;

	ew_buffer_put(&s->connect, raw.p, raw.n);
	if (s->connect.failed)
		return EW_LIMIT;
	struct ew_parse r = ew_mqtt_parse(&s->client.in, ew_buffer_view(&s->connect), &p);
	if (r.status != EW_OK) {
		ew_mqtt_note_refusal(s, "CONNECT", r.reason, ew_bytes(NULL, 0), 1);
		ew_mqtt_connect_refuse(s, raw, p.refuse);
		return EW_OK;
	}
	if (!keep_names(s, &p.connect))
		return EW_LIMIT;
	s->version = p.version;
	s->broker.in = (struct ew_mqtt_stream){ .from = EW_MQTT_SERVER, .version = p.version };
	s->both = s->front->c->inspect == EW_INSPECT_BOTH;
	if (s->both)
		s->broker.in.max = ew_mqtt_packet_most(s->front);
	s->clean = p.connect.clean;
	s->keep_alive = p.connect.keep_alive;
	if (find_number(p.properties, EW_MQTT_PROPERTY_REQUEST_PROBLEM, &number))
		s->tells_why = number;
	if (find_number(p.properties, EW_MQTT_PROPERTY_MAXIMUM_PACKET_SIZE, &number))
		s->client.takes_most = number;
	s->state = EW_SESSION_JUDGING;
	judge_client(s, &p);
	return EW_OK;
}

void ew_mqtt_connect_judged(struct ew_mqtt_session *s, struct ew_event *ev, enum ew_outcome outcome)
{
	bool will = ew_mqtt_matter(ev)->kind == EW_MQTT_OF_WILL;

	if (s->state != EW_SESSION_JUDGING)
		return; /* the client did not wait for it */
	if (outcome == EW_FORWARDED && !will)
		judge_will(s);
	else if (outcome == EW_FORWARDED)
		ew_mqtt_session_dial(s);
	else if (outcome == EW_FAILED)
		ew_mqtt_session_end(s, EW_MQTT_REASON_UNAVAILABLE, true);
	else if (will)
		will_is_refused(s, ew_mqtt_event_code(ev));
	else
		ew_mqtt_session_end(s, ew_mqtt_event_code(ev), true);
}

/* Where the broker's messages are judged, too, their size and aliases are bounded as those of clients are. */
static bool lower_connect(struct ew_mqtt_session *s, struct ew_mqtt_packet *p)
{
	struct ew_buffer one = { 0 }, two = { 0 };
	uint32_t aliases = 0, size = (uint32_t)ew_mqtt_packet_most(s->front);
	bool good = lower(p->properties, EW_MQTT_PROPERTY_TOPIC_ALIAS_MAXIMUM, EW_MQTT_ALIASES_MOST, false, &one) &&
	            lower(ew_buffer_view(&one), EW_MQTT_PROPERTY_MAXIMUM_PACKET_SIZE, size, true, &two);

	p->properties = ew_buffer_view(&two);
	if (good)
		ew_mqtt_send(&s->broker, p);
	(void)find_number(p->properties, EW_MQTT_PROPERTY_TOPIC_ALIAS_MAXIMUM, &aliases);
	s->broker.aliases.most = (uint16_t)aliases;
	ew_buffer_release(&one);
	ew_buffer_release(&two);
	return good;
}

void ew_mqtt_send_connect(struct ew_mqtt_session *s)
{
	struct ew_mqtt_packet p;

	parse_kept(s, &p);
	if (p.version < EW_MQTT_5 || !s->both)
		ew_mqtt_put(&s->broker, ew_buffer_view(&s->connect));
	else if (!lower_connect(s, &p))
		ew_mqtt_session_end(s, EW_MQTT_REASON_UNAVAILABLE, true);
	ew_buffer_release(&s->connect);
}

/* ---- CONNACK --------------------------------------------------------------------------------- */

static bool learn_assigned_id(struct ew_mqtt_session *s, struct ew_bytes id)
{
	struct ew_mqtt_connect c = { .client_id = id, .user = s->who.user };

	s->first_names = s->names; /* events under way may still show them */
	return keep_names(s, &c);
}

static bool take_limits(struct ew_mqtt_session *s, struct ew_bytes properties)
{
	struct ew_mqtt_property prop;
	uint32_t number;

	if (find_number(properties, EW_MQTT_PROPERTY_RECEIVE_MAXIMUM, &number))
		s->quota = (uint16_t)number;
	if (find_number(properties, EW_MQTT_PROPERTY_SERVER_KEEP_ALIVE, &number))
		s->keep_alive = (uint16_t)number;
	if (find_number(properties, EW_MQTT_PROPERTY_RETAIN_AVAILABLE, &number))
		s->retains = number;
	if (find_number(properties, EW_MQTT_PROPERTY_MAXIMUM_PACKET_SIZE, &number)) {
		s->broker.takes_most = number;
		if (number < s->client.in.max)
			s->client.in.max = number;
	}
	if (find_number(properties, EW_MQTT_PROPERTY_TOPIC_ALIAS_MAXIMUM, &number))
		s->client.aliases.most = (uint16_t)(number < EW_MQTT_ALIASES_MOST ? number
		                                                                  : EW_MQTT_ALIASES_MOST);
	return !ew_mqtt_property_find(properties, EW_MQTT_PROPERTY_ASSIGNED_CLIENT_ID, &prop) ||
	       learn_assigned_id(s, prop.text);
}

/* With our own limits in it.  One that they would make too large for the client goes as it came: what it sends is
 * held to them all the same. */
static bool put_connack(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, struct ew_bytes raw)
{
	struct ew_buffer one = { 0 }, two = { 0 };
	struct ew_mqtt_packet mine = *p;
	bool good = lower(p->properties, EW_MQTT_PROPERTY_TOPIC_ALIAS_MAXIMUM, EW_MQTT_ALIASES_MOST, false, &one) &&
	            lower(ew_buffer_view(&one), EW_MQTT_PROPERTY_MAXIMUM_PACKET_SIZE,
	                  (uint32_t)s->client.in.max, true, &two);

	mine.properties = ew_buffer_view(&two);
	if (good && ew_mqtt_size(&mine) <= s->client.takes_most)
		ew_mqtt_send(&s->client, &mine);
	else if (good)
		ew_mqtt_put(&s->client, raw);
	ew_buffer_release(&one);
	ew_buffer_release(&two);
	return good;
}

void ew_mqtt_take_connack(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, struct ew_bytes raw)
{
	bool good = true;

	if (p->reason) {
		ew_mqtt_put(&s->client, raw);
		ew_mqtt_session_finish(s);
		return;
	}
	s->resumed = p->session_present;
	if (s->version == EW_MQTT_5)
		good = take_limits(s, p->properties) && put_connack(s, p, raw);
	else
		ew_mqtt_put(&s->client, raw);
	if (!good) {
		ew_mqtt_session_end(s, EW_MQTT_REASON_UNAVAILABLE, true);
		return;
	}
	ew_mqtt_front_recall(s->front, s);
	s->state = EW_SESSION_UP;
	s->broker.wrote_ns = s->client.read_ns = ew_coarse_ns();
	ew_mqtt_session_kick(s); /* what the client did not wait with */
}
