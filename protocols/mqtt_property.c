/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* MQTT 5 properties: one table says which exist, what they hold, where they may stand and how often.
 *
 * MQTT 5 section 2.2.2.  A section stays as it came: a view that is checked once and then walked, so
 * that order and duplicates survive and nothing is copied. */

#include "mqtt.h"

#define IN(type) (1u << EW_MQTT_##type)
#define BOTH                                                                                       \
	(IN(PUBLISH) | IN(PUBACK) | IN(PUBREC) | IN(PUBREL) | IN(PUBCOMP) | IN(DISCONNECT) | IN(AUTH))
#define ALL_CLIENT (BOTH | IN(CONNECT) | IN(WILL) | IN(SUBSCRIBE) | IN(UNSUBSCRIBE))
#define ALL_SERVER (BOTH | IN(CONNACK) | IN(SUBACK) | IN(UNSUBACK))

/* NOTHING is 0, so that holes of the table are unknown properties. */
enum kind { NOTHING, U8, U16, U32, VARINT, TEXT, TOPIC, BINARY, PAIR };

static const struct kind_row {
	const char *name;
	enum kind kind;
	uint32_t least, most;
	uint16_t from[2]; /* places, by enum ew_mqtt_side */
	uint16_t repeats;
} kinds[0x80] = {
#define EW_MQTT_PROPERTY_ROW(suffix, id, name, kind, least, most, c, s, r)                         \
	[id] = { name, kind, least, most, { c, s }, r },
#include "eventwall/mqtt_property.def"
#undef EW_MQTT_PROPERTY_ROW
};

const char *ew_mqtt_property_name(unsigned id)
{
	return id < 0x80 ? kinds[id].name : NULL;
}

/* Without judging the value: the walker runs on sections that were checked. */
static enum ew_mqtt_fault take_property(struct ew_bytes *rest, struct ew_mqtt_property *prop)
{
	struct ew_mqtt_in in = { ew_reader(*rest), EW_MQTT_FAULT_NONE };

	*prop = (struct ew_mqtt_property){ .id = ew_read_u8(&in.r) };
	if (prop->id >= 0x80)
		return EW_MQTT_FAULT_PROPERTY_ID;
	switch (kinds[prop->id].kind) {
	case NOTHING:
		return EW_MQTT_FAULT_PROPERTY_ID;
	case U8:
		prop->number = ew_read_u8(&in.r);
		break;
	case U16:
		prop->number = ew_read_be16(&in.r);
		break;
	case U32:
		prop->number = ew_read_be32(&in.r);
		break;
	case VARINT:
		prop->number = ew_mqtt_in_varint(&in);
		break;
	case PAIR:
		prop->name = ew_mqtt_in_binary(&in);
		prop->text = ew_mqtt_in_binary(&in);
		break;
	case TEXT:
	case TOPIC:
	case BINARY:
		prop->text = ew_mqtt_in_binary(&in);
		break;
	}
	if (in.r.short_read)
		return EW_MQTT_FAULT_PROPERTY_LENGTH;
	*rest = ew_bytes(in.r.p, in.r.n);
	return in.fault;
}

static enum ew_mqtt_fault check_value(const struct ew_mqtt_property *prop)
{
	const struct kind_row *k = &kinds[prop->id];
	enum ew_mqtt_fault f;

	switch (k->kind) {
	case U8:
	case U16:
	case U32:
	case VARINT:
		if (prop->number >= k->least && prop->number <= k->most)
			return EW_MQTT_FAULT_NONE;
		return prop->id == EW_MQTT_PROPERTY_TOPIC_ALIAS ? EW_MQTT_FAULT_TOPIC_ALIAS
		                                                : EW_MQTT_FAULT_PROPERTY_VALUE;
	case PAIR:
		f = ew_mqtt_text_check(prop->name);
		return f ? f : ew_mqtt_text_check(prop->text);
	case TEXT:
		return ew_mqtt_text_check(prop->text);
	case TOPIC:
		return ew_mqtt_topic_check(prop->text);
	default:
		return EW_MQTT_FAULT_NONE;
	}
}

enum ew_mqtt_fault ew_mqtt_property_check(struct ew_bytes properties, enum ew_mqtt_type place,
                                          enum ew_mqtt_side from)
{
	struct ew_mqtt_property prop;
	uint64_t seen[2] = { 0, 0 };

	while (properties.n) {
		enum ew_mqtt_fault f = take_property(&properties, &prop);
		if (f)
			return f;
		const struct kind_row *k = &kinds[prop.id];
		uint64_t bit = UINT64_C(1) << (prop.id & 63);
		if (!(k->from[from] >> place & 1))
			return EW_MQTT_FAULT_PROPERTY_PLACE;
		if ((seen[prop.id >> 6] & bit) && !(k->repeats >> place & 1))
			return EW_MQTT_FAULT_PROPERTY_TWICE;
		seen[prop.id >> 6] |= bit;
		f = check_value(&prop);
		if (f)
			return f;
	}
	bool method = seen[0] >> EW_MQTT_PROPERTY_AUTH_METHOD & 1;
	bool data = seen[0] >> EW_MQTT_PROPERTY_AUTH_DATA & 1;
	if (!method && (data || place == EW_MQTT_AUTH))
		return EW_MQTT_FAULT_AUTH_METHOD;
	return EW_MQTT_FAULT_NONE;
}

bool ew_mqtt_property_next(struct ew_bytes *rest, struct ew_mqtt_property *prop_r)
{
	return rest->n && take_property(rest, prop_r) == EW_MQTT_FAULT_NONE;
}

bool ew_mqtt_property_find(struct ew_bytes properties, enum ew_mqtt_property_id id,
                           struct ew_mqtt_property *prop_r)
{
	while (ew_mqtt_property_next(&properties, prop_r)) {
		if (prop_r->id == id)
			return true;
	}
	return false;
}

static size_t put_number(uint8_t *out, size_t cap, uint32_t v, size_t width)
{
	if (cap < width || (width < 4 && v >> (8 * width)))
		return 0;
	for (size_t i = 0; i < width; i++)
		out[i] = (uint8_t)(v >> (8 * (width - 1 - i)));
	return width;
}

static size_t put_varint(uint8_t *out, size_t cap, uint32_t v)
{
	size_t n = 0;

	if (v > EW_MQTT_LENGTH_MOST)
		return 0;
	do {
		if (n == cap)
			return 0;
		out[n++] = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
		v >>= 7;
	} while (v);
	return n;
}

static size_t put_binary(uint8_t *out, size_t cap, struct ew_bytes b)
{
	if (b.n > UINT16_MAX || cap < 2 || b.n > cap - 2)
		return 0;
	put_number(out, 2, (uint32_t)b.n, 2);
	if (b.n)
		memcpy(out + 2, b.p, b.n);
	return 2 + b.n;
}

size_t ew_mqtt_property_put(uint8_t *out, size_t cap, const struct ew_mqtt_property *prop)
{
	size_t n, m;

	if (cap == 0 || prop->id >= 0x80)
		return 0;
	out[0] = prop->id;
	out++;
	cap--;
	switch (kinds[prop->id].kind) {
	case U8:
		n = put_number(out, cap, prop->number, 1);
		break;
	case U16:
		n = put_number(out, cap, prop->number, 2);
		break;
	case U32:
		n = put_number(out, cap, prop->number, 4);
		break;
	case VARINT:
		n = put_varint(out, cap, prop->number);
		break;
	case TEXT:
	case TOPIC:
	case BINARY:
		n = put_binary(out, cap, prop->text);
		break;
	case PAIR:
		n = put_binary(out, cap, prop->name);
		m = n ? put_binary(out + n, cap - n, prop->text) : 0;
		n = m ? n + m : 0;
		break;
	default:
		n = 0;
	}
	return n ? n + 1 : 0;
}
