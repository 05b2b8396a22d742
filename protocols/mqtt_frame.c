/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* MQTT framing: fixed header, remaining length, and the names of types, reasons and faults.
 *
 * MQTT 3.1.1 and 5 sections 2.1 and 4.13, MQTT 3.1 section 2.1.  All a first byte gives away is decided
 * on it: a peer that sends the wrong packet never makes us wait for, let alone keep, its body.
 *
 * Stricter than the text: 3.1.1 does not forbid a remaining length in more bytes than needed; here it
 * is refused in every version, since readers behind us differ.  The trap: in 3.1 PUBREL, SUBSCRIBE and
 * UNSUBSCRIBE may carry DUP, in later versions never. */

#include "mqtt.h"

#define IN(type) (1u << EW_MQTT_##type)
#define PUBACKS (IN(PUBACK) | IN(PUBREC))
#define ACKS (PUBACKS | IN(PUBREL) | IN(PUBCOMP))

static const struct {
	const char *reason, *text;
	enum ew_status status;
	uint8_t code;
} faults[EW_MQTT_FAULT_COUNT] = {
	[EW_MQTT_FAULT_NONE] = { "mqtt.ok", "nothing is wrong", EW_OK, 0 },
#define EW_MQTT_FAULT_ROW(suffix, reason, status, code, text)                                      \
	[EW_MQTT_FAULT_##suffix] = { reason, text, EW_##status, code },
#include "eventwall/mqtt_fault.def"
#undef EW_MQTT_FAULT_ROW
};

static const struct {
	const char *text;
	uint16_t from[2]; /* packets, by enum ew_mqtt_side */
} reasons[256] = {
#define EW_MQTT_REASON_ROW(suffix, code, text, c, s) [code] = { text, { c, s } },
#include "eventwall/mqtt_reason.def"
#undef EW_MQTT_REASON_ROW
};

/* Who sends which packet: bits by enum ew_mqtt_side. */
static const struct {
	const char *name;
	uint8_t sides;
} types[16] = {
	[0] = { "reserved", 0 },
	[EW_MQTT_CONNECT] = { "CONNECT", 1 },
	[EW_MQTT_CONNACK] = { "CONNACK", 2 },
	[EW_MQTT_PUBLISH] = { "PUBLISH", 3 },
	[EW_MQTT_PUBACK] = { "PUBACK", 3 },
	[EW_MQTT_PUBREC] = { "PUBREC", 3 },
	[EW_MQTT_PUBREL] = { "PUBREL", 3 },
	[EW_MQTT_PUBCOMP] = { "PUBCOMP", 3 },
	[EW_MQTT_SUBSCRIBE] = { "SUBSCRIBE", 1 },
	[EW_MQTT_SUBACK] = { "SUBACK", 2 },
	[EW_MQTT_UNSUBSCRIBE] = { "UNSUBSCRIBE", 1 },
	[EW_MQTT_UNSUBACK] = { "UNSUBACK", 2 },
	[EW_MQTT_PINGREQ] = { "PINGREQ", 1 },
	[EW_MQTT_PINGRESP] = { "PINGRESP", 2 },
	[EW_MQTT_DISCONNECT] = { "DISCONNECT", 3 }, /* a server's is of 5 only */
	[EW_MQTT_AUTH] = { "AUTH", 3 },
};

const char *ew_mqtt_type_name(unsigned type)
{
	return type < 16 ? types[type].name : types[0].name;
}

const char *ew_mqtt_reason_text(unsigned code)
{
	return code < 256 && reasons[code].text ? reasons[code].text : "unknown reason";
}

bool ew_mqtt_reason_valid(unsigned code, enum ew_mqtt_type type, enum ew_mqtt_side from)
{
	return code < 256 && (reasons[code].from[from] >> type & 1);
}

uint8_t ew_mqtt_return_code(unsigned reason)
{
	switch (reason) {
	case EW_MQTT_REASON_VERSION:
		return 1;
	case EW_MQTT_REASON_CLIENT_ID:
		return 2;
	case EW_MQTT_REASON_UNAVAILABLE:
	case EW_MQTT_REASON_BUSY:
		return 3;
	case EW_MQTT_REASON_BAD_USER:
		return 4;
	case EW_MQTT_REASON_NOT_AUTHORIZED:
	case EW_MQTT_REASON_BANNED:
		return 5;
	default:
		return 0;
	}
}

const char *ew_mqtt_fault_reason(enum ew_mqtt_fault f)
{
	return faults[f].reason;
}

const char *ew_mqtt_fault_text(enum ew_mqtt_fault f)
{
	return faults[f].text;
}

enum ew_status ew_mqtt_fault_status(enum ew_mqtt_fault f)
{
	return faults[f].status;
}

uint8_t ew_mqtt_fault_code(enum ew_mqtt_fault f)
{
	return faults[f].code;
}

static enum ew_mqtt_fault check_order(const struct ew_mqtt_stream *s, uint8_t type)
{
	bool greets = type == (s->from == EW_MQTT_CLIENT ? EW_MQTT_CONNECT : EW_MQTT_CONNACK);

	if (s->open)
		return greets ? EW_MQTT_FAULT_CONNECT_TWICE : EW_MQTT_FAULT_NONE;
	if (greets || (s->from == EW_MQTT_SERVER && type == EW_MQTT_AUTH))
		return EW_MQTT_FAULT_NONE;
	return EW_MQTT_FAULT_BEFORE_CONNECT;
}

static enum ew_mqtt_fault check_flags(uint8_t type, uint8_t flags, uint8_t version)
{
	switch (type) {
	case EW_MQTT_PUBLISH:
		if ((flags & 6) == 6)
			return EW_MQTT_FAULT_QOS;
		return (flags & 8) && !(flags & 6) ? EW_MQTT_FAULT_DUP : EW_MQTT_FAULT_NONE;
	case EW_MQTT_PUBREL:
	case EW_MQTT_SUBSCRIBE:
	case EW_MQTT_UNSUBSCRIBE:
		if (version == EW_MQTT_31)
			flags &= (uint8_t)~8u;
		return flags == 2 ? EW_MQTT_FAULT_NONE : EW_MQTT_FAULT_FLAGS;
	default:
		return flags ? EW_MQTT_FAULT_FLAGS : EW_MQTT_FAULT_NONE;
	}
}

static enum ew_mqtt_fault check_first_byte(const struct ew_mqtt_stream *s, uint8_t byte)
{
	uint8_t type = byte >> 4;
	enum ew_mqtt_fault f;

	if (type == 0 || (type == EW_MQTT_AUTH && s->version && s->version < EW_MQTT_5))
		return EW_MQTT_FAULT_TYPE;
	if (!(types[type].sides >> s->from & 1) ||
	    (type == EW_MQTT_DISCONNECT && s->from == EW_MQTT_SERVER && s->version < EW_MQTT_5))
		return EW_MQTT_FAULT_DIRECTION;
	f = check_order(s, type);
	return f ? f : check_flags(type, byte & 15, s->version);
}

static struct ew_parse refuse(enum ew_mqtt_fault f, uint8_t *refuse_r)
{
	if (refuse_r)
		*refuse_r = faults[f].code;
	return (struct ew_parse){ .status = faults[f].status, .reason = faults[f].reason };
}

struct ew_parse ew_mqtt_frame(const struct ew_mqtt_stream *s, struct ew_bytes in,
                              struct ew_mqtt_head *head_r, uint8_t *refuse_r)
{
	if (in.n == 0)
		return (struct ew_parse){ .status = EW_MORE, .want = 2 };

	enum ew_mqtt_fault f = check_first_byte(s, in.p[0]);
	if (f)
		return refuse(f, refuse_r);

	uint32_t length = 0;
	for (uint8_t i = 1; i < EW_MQTT_HEAD_MOST; i++) {
		if (i >= in.n)
			return (struct ew_parse){ .status = EW_MORE, .want = in.n + 1 };
		uint8_t byte = in.p[i];
		length |= (uint32_t)(byte & 0x7f) << (7 * (i - 1));
		if (byte & 0x80)
			continue;
		if (byte == 0 && i > 1)
			return refuse(EW_MQTT_FAULT_LENGTH_FORM, refuse_r);
		*head_r = (struct ew_mqtt_head){ in.p[0] >> 4, in.p[0] & 15, (uint8_t)(i + 1), length };
		if (s->max && (size_t)i + 1 + length > s->max)
			return refuse(EW_MQTT_FAULT_TOO_LARGE, refuse_r);
		return (struct ew_parse){ .status = EW_OK, .consumed = (size_t)i + 1 };
	}
	return refuse(EW_MQTT_FAULT_LENGTH, refuse_r);
}
