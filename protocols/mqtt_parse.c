/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* MQTT packets to structs of views: one small parser a packet.
 *
 * MQTT 3.1, 3.1.1 and 5, section 3.  All bytes of a packet are accounted for: none missing, none left
 * over.  Stricter than the texts: 3.1 lets user name and password be missing although their flags are
 * set, here they are not; a property out of its range is refused even where the text only frowns.
 *
 * What is deliberately let through: control characters and non-characters in text (the text says
 * SHOULD NOT), client ids longer than 23 bytes in 3.1, will QoS and retain that a broker may not have. */

#include "mqtt.h"

uint32_t ew_mqtt_in_varint(struct ew_mqtt_in *in)
{
	uint32_t v = 0;

	for (unsigned shift = 0; shift < 28; shift += 7) {
		uint8_t byte = ew_read_u8(&in->r);
		v |= (uint32_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if (byte == 0 && shift)
			ew_mqtt_note(in, EW_MQTT_FAULT_LENGTH_FORM);
		return v;
	}
	ew_mqtt_note(in, EW_MQTT_FAULT_LENGTH);
	return 0;
}

struct ew_bytes ew_mqtt_in_binary(struct ew_mqtt_in *in)
{
	size_t n = ew_read_be16(&in->r);

	return ew_read_bytes(&in->r, n);
}

struct ew_bytes ew_mqtt_in_text(struct ew_mqtt_in *in)
{
	struct ew_bytes b = ew_mqtt_in_binary(in);

	ew_mqtt_note(in, ew_mqtt_text_check(b));
	return b;
}

static struct ew_bytes read_rest(struct ew_mqtt_in *in)
{
	return ew_read_bytes(&in->r, in->r.n);
}

static struct ew_bytes read_topic(struct ew_mqtt_in *in)
{
	struct ew_bytes b = ew_mqtt_in_text(in);

	ew_mqtt_note(in, ew_mqtt_topic_levels(b));
	return b;
}

static uint16_t read_id(struct ew_mqtt_in *in)
{
	uint16_t id = ew_read_be16(&in->r);

	if (id == 0)
		ew_mqtt_note(in, EW_MQTT_FAULT_ID);
	return id;
}

static struct ew_bytes read_properties(struct ew_mqtt_in *in, enum ew_mqtt_type place,
                                       enum ew_mqtt_side from)
{
	size_t n = ew_mqtt_in_varint(in);

	if (n > in->r.n)
		ew_mqtt_note(in, EW_MQTT_FAULT_PROPERTY_LENGTH);
	struct ew_bytes b = ew_read_bytes(&in->r, n);
	if (!in->fault)
		ew_mqtt_note(in, ew_mqtt_property_check(b, place, from));
	return b;
}

static void read_reason(struct ew_mqtt_in *in, struct ew_mqtt_packet *p, enum ew_mqtt_side from)
{
	p->reason = ew_read_u8(&in->r);
	if (!ew_mqtt_reason_valid(p->reason, p->type, from))
		ew_mqtt_note(in, EW_MQTT_FAULT_REASON_CODE);
}

static uint8_t connect_version(struct ew_bytes name, uint8_t level)
{
	if (ew_bytes_eq(name, EW_LIT("MQTT")) && (level == 4 || level == 0x84))
		return EW_MQTT_311;
	if (ew_bytes_eq(name, EW_LIT("MQTT")) && level == 5)
		return EW_MQTT_5;
	if (ew_bytes_eq(name, EW_LIT("MQIsdp")) && (level == 3 || level == 0x83))
		return EW_MQTT_31;
	return 0;
}

static void read_connect_flags(struct ew_mqtt_in *in, struct ew_mqtt_packet *p)
{
	struct ew_mqtt_connect *c = &p->connect;
	uint8_t flags = ew_read_u8(&in->r);

	c->clean = flags & 0x02;
	c->has_will = flags & 0x04;
	c->will.qos = flags >> 3 & 3;
	c->will.retain = flags & 0x20;
	c->has_password = flags & 0x40;
	c->has_user = flags & 0x80;
	if ((flags & 1) || c->will.qos == 3 || (!c->has_will && (c->will.qos || c->will.retain)) ||
	    (p->version < EW_MQTT_5 && c->has_password && !c->has_user))
		ew_mqtt_note(in, EW_MQTT_FAULT_CONNECT_FLAGS);
}

static void parse_connect(struct ew_mqtt_in *in, struct ew_mqtt_packet *p)
{
	struct ew_mqtt_connect *c = &p->connect;
	struct ew_bytes name = ew_mqtt_in_binary(in);
	uint8_t level = ew_read_u8(&in->r);

	p->version = connect_version(name, level);
	if (!p->version) {
		/* An unknown version may have any shape behind this point. */
		ew_mqtt_note(in, EW_MQTT_FAULT_VERSION);
		return;
	}
	c->bridge = level & 0x80;
	read_connect_flags(in, p);
	c->keep_alive = ew_read_be16(&in->r);
	if (p->version == EW_MQTT_5)
		p->properties = read_properties(in, EW_MQTT_CONNECT, EW_MQTT_CLIENT);
	c->client_id = ew_mqtt_in_text(in);
	if (c->client_id.n == 0 &&
	    (p->version == EW_MQTT_31 || (p->version == EW_MQTT_311 && !c->clean)))
		ew_mqtt_note(in, EW_MQTT_FAULT_CLIENT_ID);
	if (c->has_will) {
		if (p->version == EW_MQTT_5)
			c->will.properties = read_properties(in, EW_MQTT_WILL, EW_MQTT_CLIENT);
		c->will.topic = read_topic(in);
		c->will.payload = ew_mqtt_in_binary(in);
	}
	if (c->has_user)
		c->user = ew_mqtt_in_text(in);
	if (c->has_password)
		c->password = ew_mqtt_in_binary(in);
}

static void parse_connack(struct ew_mqtt_in *in, struct ew_mqtt_packet *p, enum ew_mqtt_side from)
{
	uint8_t flags = ew_read_u8(&in->r);

	p->session_present = flags & 1;
	if (p->version == EW_MQTT_5) {
		read_reason(in, p, from);
		p->properties = read_properties(in, EW_MQTT_CONNACK, from);
	} else {
		p->reason = ew_read_u8(&in->r);
		if (p->reason > 5)
			ew_mqtt_note(in, EW_MQTT_FAULT_REASON_CODE);
	}
	if ((flags & 0xfe) || (p->reason && p->session_present))
		ew_mqtt_note(in, EW_MQTT_FAULT_CONNACK_FLAGS);
}

static void read_publish_flags(struct ew_mqtt_packet *p, uint8_t flags)
{
	p->dup = flags & 8;
	p->qos = flags >> 1 & 3;
	p->retain = flags & 1;
}

static void parse_publish(struct ew_mqtt_in *in, struct ew_mqtt_packet *p, uint8_t flags,
                          enum ew_mqtt_side from)
{
	struct ew_mqtt_property alias;

	read_publish_flags(p, flags);
	p->topic = ew_mqtt_in_text(in);
	if (p->topic.n || p->version < EW_MQTT_5)
		ew_mqtt_note(in, ew_mqtt_topic_levels(p->topic));
	if (p->qos)
		p->id = read_id(in);
	if (p->version == EW_MQTT_5) {
		p->properties = read_properties(in, EW_MQTT_PUBLISH, from);
		if (p->topic.n == 0 &&
		    !ew_mqtt_property_find(p->properties, EW_MQTT_PROPERTY_TOPIC_ALIAS, &alias))
			ew_mqtt_note(in, EW_MQTT_FAULT_TOPIC_EMPTY);
	}
	p->payload = read_rest(in);
}

struct ew_parse ew_mqtt_publish_peek(const struct ew_mqtt_head *head, struct ew_bytes in,
                                     struct ew_mqtt_packet *p)
{
	struct ew_mqtt_in at = { ew_reader(ew_bytes(in.p, in.n < head->length ? in.n : head->length)),
	                         EW_MQTT_FAULT_NONE };
	size_t have = at.r.n, want;

	*p = (struct ew_mqtt_packet){ .type = EW_MQTT_PUBLISH };
	read_publish_flags(p, head->flags);
	want = (size_t)ew_read_be16(&at.r) + 2 + (p->qos ? 2 : 0);
	if (at.r.short_read)
		want = 2;
	if (have < want && want <= head->length)
		return (struct ew_parse){ .status = EW_MORE, .want = want };

	at.r = ew_reader(ew_bytes(in.p, have));
	p->topic = ew_mqtt_in_text(&at);
	if (p->topic.n)
		ew_mqtt_note(&at, ew_mqtt_topic_levels(p->topic));
	if (p->qos)
		p->id = read_id(&at);
	if (at.r.short_read)
		ew_mqtt_note(&at, EW_MQTT_FAULT_SHORT);
	p->fault = (uint8_t)at.fault;
	p->refuse = ew_mqtt_fault_code(at.fault);
	if (at.fault)
		return (struct ew_parse){ .status = ew_mqtt_fault_status(at.fault),
			                  .reason = ew_mqtt_fault_reason(at.fault) };
	return (struct ew_parse){ .status = EW_OK, .consumed = want };
}

/* Reason code and properties, either of which may be left out at the end. */
static void read_short_form(struct ew_mqtt_in *in, struct ew_mqtt_packet *p, enum ew_mqtt_side from)
{
	if (in->r.n == 0) {
		if (!in->r.short_read && !ew_mqtt_reason_valid(0, p->type, from))
			ew_mqtt_note(in, EW_MQTT_FAULT_REASON_CODE);
		return;
	}
	read_reason(in, p, from);
	if (in->r.n == 0 && p->type != EW_MQTT_AUTH) {
		p->form = p->reason ? EW_MQTT_FORM_SHORTEST : EW_MQTT_FORM_REASON;
		return;
	}
	p->properties = read_properties(in, p->type, from);
	p->form = p->properties.n ? EW_MQTT_FORM_SHORTEST : EW_MQTT_FORM_FULL;
}

bool ew_mqtt_filter_next(struct ew_bytes *rest, enum ew_mqtt_type type, struct ew_mqtt_filter *f_r)
{
	struct ew_reader r = ew_reader(*rest);

	if (rest->n == 0)
		return false;
	*f_r = (struct ew_mqtt_filter){ .filter = { NULL, 0 } };
	size_t n = ew_read_be16(&r);
	f_r->filter = ew_read_bytes(&r, n);
	if (type == EW_MQTT_SUBSCRIBE) {
		uint8_t options = ew_read_u8(&r);
		f_r->qos = options & 3;
		f_r->no_local = options & 4;
		f_r->retain_as_published = options & 8;
		f_r->retain_handling = options >> 4 & 3;
	}
	*rest = ew_bytes(r.p, r.n);
	return !r.short_read;
}

static void check_filter(struct ew_mqtt_in *in, const struct ew_mqtt_packet *p)
{
	struct ew_bytes filter = ew_mqtt_in_text(in);

	ew_mqtt_note(in, ew_mqtt_filter_levels(filter));
	if (p->type != EW_MQTT_SUBSCRIBE)
		return;
	uint8_t options = ew_read_u8(&in->r);
	uint8_t known = p->version == EW_MQTT_5 ? 0x3f : 0x03;
	if ((options & 3) == 3 || (options & 0x30) == 0x30 || (options & ~known))
		ew_mqtt_note(in, EW_MQTT_FAULT_OPTIONS);
	if ((options & 4) && ew_bytes_starts(filter, EW_LIT("$share/")))
		ew_mqtt_note(in, EW_MQTT_FAULT_SHARE_NO_LOCAL);
}

static void parse_subscribe(struct ew_mqtt_in *in, struct ew_mqtt_packet *p, uint8_t flags,
                            enum ew_mqtt_side from)
{
	p->dup = flags & 8;
	p->id = read_id(in);
	if (p->version == EW_MQTT_5)
		p->properties = read_properties(in, p->type, from);
	p->list = ew_bytes(in->r.p, in->r.n);
	if (in->r.n == 0)
		ew_mqtt_note(in, EW_MQTT_FAULT_NO_FILTER);
	while (in->r.n && !in->fault)
		check_filter(in, p);
}

static void parse_suback(struct ew_mqtt_in *in, struct ew_mqtt_packet *p, enum ew_mqtt_side from)
{
	p->id = read_id(in);
	if (p->version == EW_MQTT_5)
		p->properties = read_properties(in, p->type, from);
	else if (p->type == EW_MQTT_UNSUBACK)
		return;
	p->list = read_rest(in);
	if (p->list.n == 0)
		ew_mqtt_note(in, EW_MQTT_FAULT_NO_FILTER);
	for (size_t i = 0; i < p->list.n; i++) {
		uint8_t code = p->list.p[i];
		if (p->version == EW_MQTT_5 ? !ew_mqtt_reason_valid(code, p->type, from)
		                            : code > 2 && code != 0x80)
			ew_mqtt_note(in, EW_MQTT_FAULT_REASON_CODE);
	}
}

static void parse_body(struct ew_mqtt_in *in, struct ew_mqtt_packet *p, uint8_t flags,
                       enum ew_mqtt_side from)
{
	switch (p->type) {
	case EW_MQTT_CONNECT:
		parse_connect(in, p);
		break;
	case EW_MQTT_CONNACK:
		parse_connack(in, p, from);
		break;
	case EW_MQTT_PUBLISH:
		parse_publish(in, p, flags, from);
		break;
	case EW_MQTT_PUBREL:
		p->dup = flags & 8;
		/* fall through */
	case EW_MQTT_PUBACK:
	case EW_MQTT_PUBREC:
	case EW_MQTT_PUBCOMP:
		p->id = read_id(in);
		if (p->version == EW_MQTT_5)
			read_short_form(in, p, from);
		break;
	case EW_MQTT_SUBSCRIBE:
	case EW_MQTT_UNSUBSCRIBE:
		parse_subscribe(in, p, flags, from);
		break;
	case EW_MQTT_SUBACK:
	case EW_MQTT_UNSUBACK:
		parse_suback(in, p, from);
		break;
	case EW_MQTT_DISCONNECT:
	case EW_MQTT_AUTH:
		if (p->version == EW_MQTT_5)
			read_short_form(in, p, from);
		break;
	default: /* pings are all head */
		break;
	}
	if (in->r.short_read)
		ew_mqtt_note(in, EW_MQTT_FAULT_SHORT);
	else if (in->r.n)
		ew_mqtt_note(in, EW_MQTT_FAULT_TRAILING);
}

struct ew_parse ew_mqtt_parse(struct ew_mqtt_stream *s, struct ew_bytes in, struct ew_mqtt_packet *p)
{
	struct ew_mqtt_head head;

	*p = (struct ew_mqtt_packet){ .version = s->version };
	struct ew_parse got = ew_mqtt_frame(s, in, &head, &p->refuse);
	if (got.status != EW_OK)
		return got;
	size_t total = head.size + (size_t)head.length;
	p->type = head.type;
	if (in.n < total)
		return (struct ew_parse){ .status = EW_MORE, .want = total };

	struct ew_mqtt_in body = { ew_reader(ew_bytes(in.p + head.size, head.length)),
	                           EW_MQTT_FAULT_NONE };
	parse_body(&body, p, head.flags, s->from);
	if (body.fault) {
		p->fault = (uint8_t)body.fault;
		p->refuse = ew_mqtt_fault_code(body.fault);
		return (struct ew_parse){ .status = ew_mqtt_fault_status(body.fault),
			                  .reason = ew_mqtt_fault_reason(body.fault) };
	}
	if (p->type == EW_MQTT_CONNECT)
		s->version = p->version;
	if (p->type == EW_MQTT_CONNECT || p->type == EW_MQTT_CONNACK)
		s->open = true;
	return (struct ew_parse){ .status = EW_OK, .consumed = total };
}
