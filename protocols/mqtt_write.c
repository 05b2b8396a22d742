/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* MQTT packets from structs to bytes, each in one exact form.
 *
 * Every packet is walked twice with the same code: once into no room at all, which counts, then into
 * the caller's buffer.  So the remaining length cannot differ from what follows it. */

#include "mqtt.h"

struct out {
	uint8_t *p;
	size_t cap;
	size_t n;  /* what the whole takes, written or not */
	bool bad;  /* something that MQTT cannot say */
};

static void put_raw(struct out *o, struct ew_bytes b)
{
	if (b.n && o->n <= o->cap && b.n <= o->cap - o->n)
		memcpy(o->p + o->n, b.p, b.n);
	o->n += b.n;
}

static void put_u8(struct out *o, unsigned v)
{
	uint8_t b = (uint8_t)v;

	put_raw(o, ew_bytes(&b, 1));
}

static void put_u16(struct out *o, unsigned v)
{
	put_u8(o, v >> 8);
	put_u8(o, v & 0xff);
}

static void put_varint(struct out *o, size_t v)
{
	if (v > EW_MQTT_LENGTH_MOST)
		o->bad = true;
	do {
		put_u8(o, (unsigned)(v & 0x7f) | (v > 0x7f ? 0x80 : 0));
		v >>= 7;
	} while (v);
}

static void put_text(struct out *o, struct ew_bytes b)
{
	if (b.n > UINT16_MAX)
		o->bad = true;
	put_u16(o, (unsigned)b.n);
	put_raw(o, b);
}

static void put_properties(struct out *o, struct ew_bytes properties)
{
	put_varint(o, properties.n);
	put_raw(o, properties);
}

static void put_connect(struct out *o, const struct ew_mqtt_packet *p)
{
	const struct ew_mqtt_connect *c = &p->connect;
	unsigned flags = (c->clean ? 0x02u : 0) | (c->has_password ? 0x40u : 0) | (c->has_user ? 0x80u : 0);

	if (c->has_will)
		flags |= 0x04u | (unsigned)(c->will.qos & 3) << 3 | (c->will.retain ? 0x20u : 0);
	put_text(o, p->version == EW_MQTT_31 ? EW_LIT("MQIsdp") : EW_LIT("MQTT"));
	put_u8(o, p->version | (c->bridge ? 0x80u : 0));
	put_u8(o, flags);
	put_u16(o, c->keep_alive);
	if (p->version == EW_MQTT_5)
		put_properties(o, p->properties);
	put_text(o, c->client_id);
	if (c->has_will) {
		if (p->version == EW_MQTT_5)
			put_properties(o, c->will.properties);
		put_text(o, c->will.topic);
		put_text(o, c->will.payload);
	}
	if (c->has_user)
		put_text(o, c->user);
	if (c->has_password)
		put_text(o, c->password);
}

static void put_short_form(struct out *o, const struct ew_mqtt_packet *p)
{
	bool full = p->properties.n || p->form == EW_MQTT_FORM_FULL ||
	            (p->type == EW_MQTT_AUTH && p->reason);

	if (p->version != EW_MQTT_5)
		return;
	if (full || p->reason || p->form == EW_MQTT_FORM_REASON)
		put_u8(o, p->reason);
	if (full)
		put_properties(o, p->properties);
}

/* All behind the fixed header but a PUBLISH's payload. */
static void put_body(struct out *o, const struct ew_mqtt_packet *p)
{
	switch (p->type) {
	case EW_MQTT_CONNECT:
		put_connect(o, p);
		break;
	case EW_MQTT_CONNACK:
		put_u8(o, p->session_present);
		put_u8(o, p->reason);
		if (p->version == EW_MQTT_5)
			put_properties(o, p->properties);
		break;
	case EW_MQTT_PUBLISH:
		put_text(o, p->topic);
		if (p->qos)
			put_u16(o, p->id);
		if (p->version == EW_MQTT_5)
			put_properties(o, p->properties);
		break;
	case EW_MQTT_PUBACK:
	case EW_MQTT_PUBREC:
	case EW_MQTT_PUBREL:
	case EW_MQTT_PUBCOMP:
		put_u16(o, p->id);
		put_short_form(o, p);
		break;
	case EW_MQTT_SUBSCRIBE:
	case EW_MQTT_UNSUBSCRIBE:
	case EW_MQTT_SUBACK:
	case EW_MQTT_UNSUBACK:
		put_u16(o, p->id);
		if (p->version == EW_MQTT_5)
			put_properties(o, p->properties);
		put_raw(o, p->list);
		break;
	case EW_MQTT_PINGREQ:
	case EW_MQTT_PINGRESP:
		break;
	case EW_MQTT_DISCONNECT:
	case EW_MQTT_AUTH:
		put_short_form(o, p);
		break;
	default:
		o->bad = true;
	}
}

static unsigned flags_of(const struct ew_mqtt_packet *p)
{
	switch (p->type) {
	case EW_MQTT_PUBLISH:
		return (p->dup ? 8u : 0) | (unsigned)(p->qos & 3) << 1 | (p->retain ? 1u : 0);
	case EW_MQTT_PUBREL:
	case EW_MQTT_SUBSCRIBE:
	case EW_MQTT_UNSUBSCRIBE:
		return 2u | (p->dup && p->version == EW_MQTT_31 ? 8u : 0);
	default:
		return 0;
	}
}

/* Answers the size of the whole; `head_r` that without the payload. */
static size_t put_packet(struct out *o, const struct ew_mqtt_packet *p, size_t *head_r)
{
	struct out count = { NULL, 0, 0, false };
	size_t payload = p->type == EW_MQTT_PUBLISH ? p->payload.n : 0;

	put_body(&count, p);
	if (count.bad || payload > EW_MQTT_LENGTH_MOST || count.n > EW_MQTT_LENGTH_MOST - payload)
		return 0;
	put_u8(o, (unsigned)p->type << 4 | flags_of(p));
	put_varint(o, count.n + payload);
	put_body(o, p);
	*head_r = o->n;
	return o->n + payload;
}

size_t ew_mqtt_size(const struct ew_mqtt_packet *p)
{
	struct out o = { NULL, 0, 0, false };
	size_t head;

	return put_packet(&o, p, &head);
}

size_t ew_mqtt_write_head(uint8_t *out, size_t cap, const struct ew_mqtt_packet *p)
{
	struct out o = { out, cap, 0, false };
	size_t head = 0;

	return put_packet(&o, p, &head) && head <= cap ? head : 0;
}

size_t ew_mqtt_write(uint8_t *out, size_t cap, const struct ew_mqtt_packet *p)
{
	struct out o = { out, cap, 0, false };
	size_t head = 0, all = put_packet(&o, p, &head);

	if (all == 0 || all > cap)
		return 0;
	if (all > head)
		memcpy(out + head, p->payload.p, p->payload.n);
	return all;
}

size_t ew_mqtt_filter_put(uint8_t *out, size_t cap, enum ew_mqtt_type type,
                          const struct ew_mqtt_filter *f)
{
	struct out o = { out, cap, 0, false };

	put_text(&o, f->filter);
	if (type == EW_MQTT_SUBSCRIBE)
		put_u8(&o, (f->qos & 3u) | (f->no_local ? 4u : 0) | (f->retain_as_published ? 8u : 0) |
		               (f->retain_handling & 3u) << 4);
	return o.bad || o.n > cap ? 0 : o.n;
}
