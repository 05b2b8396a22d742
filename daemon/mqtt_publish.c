/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One PUBLISH, from either end: rules, event, and on to the other end or back with an answer.
 *
 * Packet ids are not changed: each client has a connection of its own to the broker, so the two count alike.
 * A message of the client's that is dropped is answered as mqtt_refuse.h says, in the order of its arrival;
 * one of the broker's is acknowledged in the client's place, or the broker's window would leak.
 *
 * The traps: a DUP may carry another payload than the message that it says to repeat, so it is judged as any;
 * and an alias may have been bound by a message that was dropped (mqtt_alias.h). */

#include "daemon/mqtt_proxy.h"

#include "daemon/mqtt_event.h"
#include "daemon/pipeline.h"

#include <stdlib.h>
#include <sys/random.h>

#define TOPIC_BUCKETS 16384u /* topics that fall into one share its rate */

/* ---- answers --------------------------------------------------------------------------------- */

static bool add_reason_string(struct ew_mqtt_session *s, struct ew_mqtt_packet *p, const char *event, uint8_t *out,
                              size_t cap)
{
	struct ew_mqtt_property prop = { .id = EW_MQTT_PROPERTY_REASON_STRING };
	char text[64] = "refused";

	if (*event)
		snprintf(text, sizeof(text), "refused, event %s", event);
	prop.text = ew_bytes_str(text);
	p->properties = ew_bytes(out, ew_mqtt_property_put(out, cap, &prop));
	return ew_mqtt_size(p) <= s->client.takes_most;
}

void ew_mqtt_publish_answer(struct ew_mqtt_end *to)
{
	struct ew_mqtt_session *s = to->session;
	struct ew_mqtt_due due;
	uint8_t room[80];

	if (s->state != EW_SESSION_UP || to->skip)
		return;
	while (to->owed.ready && ew_mqtt_owed_next(&to->owed, &due)) {
		struct ew_mqtt_packet p = { .type = due.qos == 2 ? EW_MQTT_PUBREC : EW_MQTT_PUBACK,
			                    .version = s->version, .id = due.id, .reason = due.reason };
		if (due.reason && s->tells_why && s->front->c->reason_string &&
		    !add_reason_string(s, &p, due.event, room, sizeof(room)))
			p.properties.n = 0;
		ew_mqtt_send(to, &p);
		if (ew_mqtt_is_client(to) && (due.qos == 1 || due.reason >= 0x80))
			ew_mqtt_quota_free(s);
	}
}

/* The message goes nowhere: tell who sent it. */
static void refuse(struct ew_mqtt_end *from, const struct ew_mqtt_matter *m, uint8_t code, const char *event)
{
	struct ew_mqtt_session *s = from->session;
	bool client = ew_mqtt_is_client(from);
	struct ew_mqtt_answer a = ew_mqtt_refuse_publish(s->version, m->qos, code, s->front->c->on_drop);

	if (!client) /* the broker did nothing wrong: as far as it is concerned the client has the message */
		a = (struct ew_mqtt_answer){ .remember = m->qos == 2 };
	if (a.disconnect) {
		ew_mqtt_session_end(s, a.reason, s->front->c->publish_will);
		return;
	}
	if (m->qos == 0)
		return;
	ew_mqtt_owed_ours(&from->owed, m->number, a.reason, event);
	if (a.remember && !ew_mqtt_ids_add(&from->ours, m->id))
		ew_mqtt_session_end(s, EW_MQTT_REASON_QUOTA, true);
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool has_rate(struct ew_mqtt_session *s, struct ew_bytes topic)
{
	struct ew_mqtt_front *f = s->front;
	const struct ew_mqtt_proxy *c = f->c;
	uint64_t now = ew_coarse_ns();

	if (c->client_rate && !ew_mqtt_bucket_take(&s->bucket, now, c->client_rate, c->client_burst))
		return false;
	if (!c->topic_rate)
		return true;
	if (!f->topic_buckets) {
		f->topic_buckets = calloc(TOPIC_BUCKETS, sizeof(*f->topic_buckets));
		if (getrandom(f->topic_key, sizeof(f->topic_key), 0) != sizeof(f->topic_key))
			f->topic_key[0] = (uint8_t)ew_now_ns();
	}
	if (!f->topic_buckets)
		return false;
	uint64_t *bucket = &f->topic_buckets[ew_siphash(f->topic_key, topic) % TOPIC_BUCKETS];
	return ew_mqtt_bucket_take(bucket, now, c->topic_rate, c->topic_burst);
}

/* A flood makes a line a second, not one a message. */
static void note_rate(struct ew_mqtt_session *s, struct ew_bytes topic)
{
	uint64_t now = ew_coarse_ns();

	s->too_many++;
	if (now - s->noted_ns < 1000000000u)
		return;
	ew_mqtt_note_refusal(s, "PUBLISH", "rate", topic, s->too_many);
	s->too_many = 0;
	s->noted_ns = now;
}

/* May this client publish so?  0, or the reason code why not. */
static uint8_t check_rules(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, struct ew_bytes topic)
{
	const struct ew_mqtt_proxy *c = s->front->c;
	const struct ew_strings *retain = p->payload.n ? &c->retain : &c->retain_delete;
	struct ew_mqtt_property response;
	const char *why = NULL;

	if (!ew_mqtt_patterns_cover(c->publish.v, c->publish.n, &s->who, topic))
		why = "topic";
	else if (p->retain && !ew_mqtt_patterns_cover(retain->v, retain->n, &s->who, topic))
		why = "retain";
	else if (c->publish.n &&
	         ew_mqtt_property_find(p->properties, EW_MQTT_PROPERTY_RESPONSE_TOPIC, &response) &&
	         !ew_mqtt_patterns_cover(c->publish.v, c->publish.n, &s->who, response.text))
		why = "response topic";
	if (why) {
		ew_mqtt_note_refusal(s, "PUBLISH", why, topic, 1);
		return EW_MQTT_REASON_NOT_AUTHORIZED;
	}
	if (has_rate(s, topic))
		return 0;
	note_rate(s, topic);
	return EW_MQTT_REASON_QUOTA;
}

/* Has the client to wait before it is read further? */
static bool must_wait(const struct ew_mqtt_session *s)
{
	const struct ew_mqtt_proxy *c = s->front->c;

	return c->client_rate && c->on_rate == EW_ON_RATE_HOLD &&
	       ew_mqtt_bucket_wait(s->bucket, ew_coarse_ns(), c->client_rate, c->client_burst);
}

/* ---- the packet ------------------------------------------------------------------------------ */

/* What ends the connection: 0, or its reason code. */
static uint8_t check_session(struct ew_mqtt_end *from, const struct ew_mqtt_packet *p, struct ew_bytes *topic_r,
                             uint16_t *alias_r)
{
	struct ew_mqtt_session *s = from->session;
	uint8_t code = s->version == EW_MQTT_5 ? ew_mqtt_alias_resolve(&from->aliases, p, topic_r, alias_r) : 0;

	if (code || !ew_mqtt_is_client(from) || s->version < EW_MQTT_5)
		return code;
	if (p->retain && !s->retains)
		return EW_MQTT_REASON_NO_RETAIN;
	if (p->qos && s->in_use >= s->quota)
		return EW_MQTT_REASON_RECEIVE_MAXIMUM;
	return 0;
}

/* A DUP of a message that was dropped and whose PUBREL is ours. */
static bool is_known(struct ew_mqtt_end *from, const struct ew_mqtt_packet *p)
{
	struct ew_mqtt_packet rec = { .type = EW_MQTT_PUBREC, .version = p->version, .id = p->id };

	if (p->qos != 2 || !ew_mqtt_ids_has(&from->ours, p->id))
		return false;
	if (p->dup)
		ew_mqtt_send(from, &rec);
	else
		ew_mqtt_ids_remove(&from->ours, p->id);
	return p->dup;
}

static void name_parts(struct ew_event *ev, const struct ew_mqtt_packet *p, struct ew_bytes topic)
{
	struct ew_mqtt_property format;

	ev->envelope.qos = p->qos;
	ew_mqtt_name_publish(ev, p, topic);
	ew_mqtt_event_bound(ev);
	if (ew_mqtt_property_find(p->properties, EW_MQTT_PROPERTY_PAYLOAD_FORMAT, &format) && format.number &&
	    !ew_utf8_valid(p->payload))
		ew_message_fault(ev->m, EW_MALFORMED, "mqtt.payload-format", NULL);
}

/* The event is ours until it is submitted.  EW_OK: the packet is settled or on its way. */
static enum ew_status take(struct ew_mqtt_end *from, struct ew_event **evp, const struct ew_mqtt_packet *p)
{
	struct ew_event *ev = *evp;
	struct ew_mqtt_session *s = from->session;
	struct ew_mqtt_matter *m = ew_mqtt_matter(ev);
	bool client = ew_mqtt_is_client(from), counts = client && p->qos && s->version == EW_MQTT_5;
	struct ew_bytes topic = p->topic;

	uint8_t code = check_session(from, p, &topic, &m->alias);
	if (code) {
		ew_mqtt_refuse_packet(from, ew_bytes(NULL, 0), code, ew_mqtt_reason_text(code));
		return EW_OK;
	}
	m->no_topic = p->topic.n == 0;
	if (m->no_topic && !(topic = ew_arena_dup(ev->m->arena, topic)).p)
		return EW_LIMIT;
	if (p->qos && !ew_mqtt_owed_add(&from->owed, p->id, p->qos, &m->number))
		return EW_LIMIT;
	m->id = p->id;
	m->qos = p->qos;
	s->in_use = (uint16_t)(s->in_use + counts);
	code = client ? check_rules(s, p, topic) : 0;
	if (code) {
		refuse(from, m, code, "");
		return EW_OK;
	}
	name_parts(ev, p, topic);
	*evp = NULL;
	(void)ew_mqtt_event_submit(ev);
	return EW_OK;
}

enum ew_status ew_mqtt_take_publish(struct ew_mqtt_end *from, struct ew_bytes raw)
{
	struct ew_mqtt_session *s = from->session;
	bool client = ew_mqtt_is_client(from);
	struct ew_mqtt_packet p;

	if (s->front->paused || (client && must_wait(s)))
		return EW_MORE;
	struct ew_event *ev = ew_mqtt_event_new(from, EW_MQTT_OF_PUBLISH, client ? "PUBLISH" : "PUBLISH to client");
	struct ew_bytes copy = ev ? ew_arena_dup(ev->m->arena, raw) : ew_bytes(NULL, 0);
	if (!copy.p) {
		ew_event_discard(&ev);
		return EW_LIMIT;
	}
	ew_mqtt_matter(ev)->raw = copy.p;
	ew_mqtt_matter(ev)->size = (uint32_t)copy.n;
	struct ew_parse r = ew_mqtt_parse(&from->in, copy, &p);
	enum ew_status status = EW_OK;
	if (r.status != EW_OK)
		ew_mqtt_refuse_packet(from, raw, p.refuse, r.reason);
	else if (!is_known(from, &p))
		status = take(from, &ev, &p);
	ew_event_discard(&ev);
	return status;
}

enum ew_status ew_mqtt_take_too_large(struct ew_mqtt_end *from, const struct ew_mqtt_packet *p)
{
	if (from->session->front->paused)
		return EW_MORE;
	if (is_known(from, p))
		return EW_OK;
	struct ew_event *ev = ew_mqtt_event_new(from, EW_MQTT_OF_PUBLISH, "PUBLISH to client");
	struct ew_mqtt_matter *m = ev ? ew_mqtt_matter(ev) : NULL;
	struct ew_bytes topic = ev ? ew_arena_dup(ev->m->arena, p->topic) : ew_bytes(NULL, 0);
	if (!ev || (p->qos && !ew_mqtt_owed_add(&from->owed, p->id, p->qos, &m->number))) {
		ew_event_discard(&ev);
		return EW_LIMIT;
	}
	m->id = p->id;
	m->qos = p->qos;
	ev->envelope.qos = p->qos;
	ev->incomplete = true;
	ew_message_fault(ev->m, EW_OVERSIZE, "mqtt.too-large", NULL);
	ew_mqtt_name_topic(ev, topic);
	(void)ew_mqtt_event_submit(ev);
	return EW_OK;
}

/* ---- once it is judged ----------------------------------------------------------------------- */

/* With the topic put in that the receiver does not have for the alias. */
static bool put_with_topic(struct ew_event *ev, struct ew_mqtt_end *to)
{
	const struct ew_mqtt_matter *m = ew_mqtt_matter(ev);
	struct ew_mqtt_stream in = m->from->in;
	struct ew_mqtt_packet p;
	struct ew_parse r = ew_mqtt_parse(&in, ew_bytes(m->raw, m->size), &p);

	ew_assert(r.status == EW_OK);
	p.topic = ev->envelope.subject;
	if (ew_mqtt_size(&p) > to->takes_most)
		return false;
	ew_mqtt_send(to, &p);
	return true;
}

enum ew_outcome ew_mqtt_publish_forward(struct ew_event *ev)
{
	struct ew_mqtt_matter *m = ew_mqtt_matter(ev);
	struct ew_mqtt_end *from = m->from, *to = ew_mqtt_other(from);

	if (from->session->state != EW_SESSION_UP) {
		ev->failure = "its connection has ended";
		return EW_FAILED;
	}
	if (!m->alias || !m->no_topic || !ew_mqtt_alias_wants_topic(&from->aliases, m->alias)) {
		ew_mqtt_put(to, ew_bytes(m->raw, m->size));
	} else if (!put_with_topic(ev, to)) {
		ev->failure = "too large with the topic of its alias";
		return EW_FAILED;
	}
	if (m->alias)
		ew_mqtt_alias_forwarded(&from->aliases, m->alias);
	if (m->qos)
		ew_mqtt_owed_theirs(&from->owed, m->number);
	return EW_FORWARDED;
}

void ew_mqtt_publish_judged(struct ew_mqtt_session *s, struct ew_event *ev, enum ew_outcome outcome)
{
	const struct ew_mqtt_matter *m = ew_mqtt_matter(ev);

	if (s->state != EW_SESSION_UP || outcome == EW_FORWARDED)
		return;
	if (outcome == EW_FAILED)
		ew_mqtt_session_end(s, EW_MQTT_REASON_IMPLEMENTATION, true);
	else
		refuse(m->from, m, ew_mqtt_event_code(ev), ev->id);
}
