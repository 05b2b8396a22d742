/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* mqtt_parse.c, mqtt_frame.c, mqtt_write.c: every packet there and back, every prefix, every refusal. */

#include "eventwall/mqtt.h"
#include "guard.h"
#include "tap.h"

enum { C = EW_MQTT_CLIENT, S = EW_MQTT_SERVER };

#define B(s) EW_LIT(s)

static struct ew_mqtt_stream stream_for(unsigned from, unsigned version, uint8_t first)
{
	unsigned type = first >> 4;
	bool greets = type == EW_MQTT_CONNECT || type == EW_MQTT_CONNACK;

	return (struct ew_mqtt_stream){ .from = (uint8_t)from,
		                        .version = type == EW_MQTT_CONNECT ? 0 : (uint8_t)version,
		                        .open = !greets };
}

static bool same_stream(const struct ew_mqtt_stream *a, const struct ew_mqtt_stream *b)
{
	return a->from == b->from && a->version == b->version && a->max == b->max && a->open == b->open;
}

static const struct {
	const char *name;
	unsigned from, version;
	struct ew_bytes bytes;
} good[] = {
	{ "CONNECT 3.1", C, 3, B("\x10\x0f\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x01x") },
	{ "CONNECT 3.1 of a bridge", C, 3, B("\x10\x0f\x00\x06MQIsdp\x83\x02\x00\x3c\x00\x01x") },
	{ "CONNECT 3.1.1, empty client id", C, 4,
	  B("\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00") },
	{ "CONNECT 3.1.1 of a bridge", C, 4,
	  B("\x10\x0d\x00\x04MQTT\x84\x00\x00\x3c\x00\x01" "b") },
	{ "CONNECT 3.1.1 with all", C, 4,
	  B("\x10\x1c\x00\x04MQTT\x04\xf6\x00\x0a\x00\x01" "c\x00\x03w/t\x00\x02\xff\x00\x00\x01u\x00\x01p") },
	{ "CONNECT 5", C, 5, B("\x10\x0d\x00\x04MQTT\x05\x00\x00\x3c\x00\x00\x00") },
	{ "CONNECT 5, password alone", C, 5,
	  B("\x10\x10\x00\x04MQTT\x05\x42\x00\x3c\x00\x00\x00\x00\x01p") },
	{ "CONNECT 5 with all", C, 5,
	  B("\x10\x38\x00\x04MQTT\x05\xee\x00\x0a\x14"
	    "\x11\x00\x00\x00\x05\x21\x00\x0a\x27\x00\x01\x00\x00\x22\x00\x00\x17\x01\x19\x00"
	    "\x00\x01" "c\x08\x18\x00\x00\x00\x01\x03\x00\x00\x00\x01w\x00\x02hi\x00\x01u\x00\x01p") },
	{ "CONNACK 3.1.1", S, 4, B("\x20\x02\x01\x00") },
	{ "CONNACK 3.1.1 refused", S, 4, B("\x20\x02\x00\x05") },
	{ "CONNACK 5", S, 5, B("\x20\x03\x00\x00\x00") },
	{ "CONNACK 5 with properties", S, 5,
	  B("\x20\x13\x01\x00\x10\x21\x00\x14\x24\x01\x25\x01\x12\x00\x03" "abc\x13\x00\x05") },
	{ "CONNACK 5 refused", S, 5, B("\x20\x0b\x00\x87\x08\x1f\x00\x05never") },
	{ "PUBLISH QoS 0, empty payload", C, 4, B("\x30\x03\x00\x01t") },
	{ "PUBLISH QoS 1, retain", C, 4, B("\x33\x08\x00\x01t\x00\x01pay") },
	{ "PUBLISH QoS 2, dup", S, 3, B("\x3c\x07\x00\x01t\xff\xff\x00\x01") },
	{ "PUBLISH 5", C, 5, B("\x32\x07\x00\x01t\x00\x07\x00p") },
	{ "PUBLISH 5 by alias", C, 5, B("\x30\x07\x00\x00\x03\x23\x00\x01p") },
	{ "PUBLISH 5 with all", S, 5,
	  B("\x35\x34\x00\x03" "a/b\x00\x09\x2a\x01\x01\x02\x00\x00\x00\x3c\x03\x00\x01j\x08\x00\x01r"
	    "\x09\x00\x02\x00\xff\x26\x00\x01k\x00\x01v\x26\x00\x01k\x00\x01w\x0b\x01\x0b\x80\x01\x23\x00\x02"
	    "yo") },
	{ "PUBACK 3.1.1", C, 4, B("\x40\x02\x12\x34") },
	{ "PUBACK 5 shortest", C, 5, B("\x40\x02\x12\x34") },
	{ "PUBACK 5 with reason 0", C, 5, B("\x40\x03\x12\x34\x00") },
	{ "PUBACK 5 spelt out", C, 5, B("\x40\x04\x12\x34\x00\x00") },
	{ "PUBACK 5 refused", S, 5, B("\x40\x03\x12\x34\x99") },
	{ "PUBACK 5 refused, spelt out", S, 5, B("\x40\x04\x12\x34\x99\x00") },
	{ "PUBACK 5 with a string", S, 5, B("\x40\x08\x12\x34\x99\x04\x1f\x00\x01x") },
	{ "PUBREC", C, 4, B("\x50\x02\x00\x01") },
	{ "PUBREL", C, 4, B("\x62\x02\x00\x01") },
	{ "PUBREL 3.1, dup", C, 3, B("\x6a\x02\x00\x01") },
	{ "PUBREL 5, unknown id", S, 5, B("\x62\x03\x00\x01\x92") },
	{ "PUBCOMP", S, 4, B("\x70\x02\x00\x01") },
	{ "PUBCOMP 5", S, 5, B("\x70\x04\x00\x01\x92\x00") },
	{ "SUBSCRIBE 3.1.1", C, 4, B("\x82\x0a\x00\x01\x00\x01#\x02\x00\x01+\x00") },
	{ "SUBSCRIBE 3.1, dup", C, 3, B("\x8a\x06\x00\x01\x00\x01#\x01") },
	{ "SUBSCRIBE 5", C, 5, B("\x82\x14\x00\x01\x02\x0b\x05\x00\x0c$share/g/+/#\x19") },
	{ "SUBSCRIBE 5, no local", C, 5, B("\x82\x07\x00\x01\x00\x00\x01t\x2e") },
	{ "SUBACK 3.1.1", S, 4, B("\x90\x05\x00\x01\x00\x80\x02") },
	{ "SUBACK 5", S, 5, B("\x90\x06\x00\x01\x00\x00\x9e\x02") },
	{ "UNSUBSCRIBE 3.1.1", C, 4, B("\xa2\x08\x00\x01\x00\x01#\x00\x01+") },
	{ "UNSUBSCRIBE 5", C, 5, B("\xa2\x06\x00\x01\x00\x00\x01t") },
	{ "UNSUBACK 3.1.1", S, 4, B("\xb0\x02\x00\x01") },
	{ "UNSUBACK 5", S, 5, B("\xb0\x05\x00\x01\x00\x00\x11") },
	{ "PINGREQ", C, 4, B("\xc0\x00") },
	{ "PINGRESP", S, 5, B("\xd0\x00") },
	{ "DISCONNECT 3.1.1", C, 4, B("\xe0\x00") },
	{ "DISCONNECT 5 shortest", C, 5, B("\xe0\x00") },
	{ "DISCONNECT 5 with reason 0", C, 5, B("\xe0\x01\x00") },
	{ "DISCONNECT 5 spelt out", C, 5, B("\xe0\x02\x00\x00") },
	{ "DISCONNECT 5 taken over", S, 5, B("\xe0\x01\x8e") },
	{ "DISCONNECT 5 with expiry", C, 5, B("\xe0\x07\x04\x05\x11\x00\x00\x00\x00") },
	{ "AUTH success", S, 5, B("\xf0\x00") },
	{ "AUTH", C, 5, B("\xf0\x0c\x18\x0a\x15\x00\x01m\x16\x00\x03\x00\xff\x01") },
};

static void test_good(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct ew_bytes b = good[i].bytes;
		struct ew_mqtt_stream s = stream_for(good[i].from, good[i].version, b.p[0]);
		struct ew_mqtt_packet p;
		bool more = true, small = true;

		for (size_t n = 0; n < b.n; n++) {
			struct ew_mqtt_stream cut = s;
			struct ew_bytes g = guard_put(ew_bytes(b.p, n));
			struct ew_parse r = ew_mqtt_parse(&cut, g, &p);
			more &= r.status == EW_MORE && r.consumed == 0 && r.want > n && r.want <= b.n &&
			        (n < 2 || r.want == b.n) && same_stream(&cut, &s);
			guard_drop(g);
		}
		ok(more, "%s: each prefix asks for more", good[i].name);

		struct ew_bytes g = guard_put(b);
		struct ew_parse r = ew_mqtt_parse(&s, g, &p);
		ok(r.status == EW_OK && r.consumed == b.n, "%s: read whole (%s)", good[i].name,
		   r.reason ? r.reason : "");
		ok(s.open && s.version == good[i].version && p.version == good[i].version,
		   "%s: version and state", good[i].name);

		uint8_t room[256] = { 0 };
		struct ew_bytes out = guard_put(ew_bytes(room, b.n));
		size_t n = ew_mqtt_write((uint8_t *)(uintptr_t)out.p, out.n, &p);
		ok(n == b.n && ew_bytes_eq(out, b), "%s: written back to the same bytes", good[i].name);
		for (size_t cap = 0; cap < b.n; cap++)
			small &= ew_mqtt_write((uint8_t *)(uintptr_t)out.p + b.n - cap, cap, &p) == 0;
		ok(small && ew_mqtt_size(&p) == b.n, "%s: no room, no bytes", good[i].name);
		size_t head = ew_mqtt_write_head((uint8_t *)(uintptr_t)out.p, out.n, &p);
		ok(head + p.payload.n == b.n && memcmp(out.p, b.p, head) == 0, "%s: head alone",
		   good[i].name);
		guard_drop(out);
		guard_drop(g);
	}
}

#define BAD(fault) EW_MQTT_FAULT_##fault

static const struct {
	const char *name;
	unsigned from, version;
	struct ew_bytes bytes;
	enum ew_mqtt_fault fault;
} bad[] = {
	{ "type 0", C, 4, B("\x00\x00"), BAD(TYPE) },
	{ "AUTH in 3.1.1", C, 4, B("\xf0\x00"), BAD(TYPE) },
	{ "flags on PINGREQ", C, 4, B("\xc1\x00"), BAD(FLAGS) },
	{ "flags on PUBREL", C, 4, B("\x60\x02\x00\x01"), BAD(FLAGS) },
	{ "dup on PUBREL of 3.1.1", C, 4, B("\x6a\x02\x00\x01"), BAD(FLAGS) },
	{ "flags on SUBSCRIBE", C, 5, B("\x80\x07\x00\x01\x00\x00\x01t\x00"), BAD(FLAGS) },
	{ "flags on CONNECT", C, 4, B("\x11\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"), BAD(FLAGS) },
	{ "QoS 3", C, 4, B("\x36\x05\x00\x01t\x00\x01"), BAD(QOS) },
	{ "dup at QoS 0", C, 4, B("\x38\x03\x00\x01t"), BAD(DUP) },
	{ "five byte length", C, 4, B("\x30\xff\xff\xff\xff\x01"), BAD(LENGTH) },
	{ "length in two bytes for one", C, 4, B("\x30\x83\x00\x00\x01t"), BAD(LENGTH_FORM) },
	{ "length zero in two bytes", C, 4, B("\xc0\x80\x00"), BAD(LENGTH_FORM) },
	{ "PUBLISH ends in its topic", C, 4, B("\x30\x03\x00\x05t"), BAD(SHORT) },
	{ "PUBLISH without room for an id", C, 4, B("\x32\x04\x00\x01t\x00"), BAD(SHORT) },
	{ "PUBACK of one byte", C, 4, B("\x40\x01\x00"), BAD(SHORT) },
	{ "PUBACK with more, 3.1.1", C, 4, B("\x40\x03\x00\x01\x00"), BAD(TRAILING) },
	{ "PINGREQ with a body", C, 4, B("\xc0\x01x"), BAD(TRAILING) },
	{ "DISCONNECT with a body, 3.1.1", C, 4, B("\xe0\x01\x00"), BAD(TRAILING) },
	{ "bytes after the properties of a PUBACK", C, 5,
	  B("\x40\x05\x00\x01\x00\x00x"), BAD(TRAILING) },
	{ "bytes after the password", C, 4,
	  B("\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x00x"), BAD(TRAILING) },
	{ "UNSUBACK with codes, 3.1.1", S, 4, B("\xb0\x03\x00\x01\x00"), BAD(TRAILING) },
	{ "PUBLISH id 0", C, 4, B("\x32\x05\x00\x01t\x00\x00"), BAD(ID) },
	{ "PUBACK id 0", S, 4, B("\x40\x02\x00\x00"), BAD(ID) },
	{ "SUBSCRIBE id 0", C, 4, B("\x82\x06\x00\x00\x00\x01#\x01"), BAD(ID) },
	{ "U+0000 in a topic", C, 4, B("\x30\x05\x00\x03" "a\x00" "b"), BAD(NUL) },
	{ "surrogate in a topic", C, 4, B("\x30\x05\x00\x03\xed\xa0\x80"), BAD(UTF8) },
	{ "overlong in a client id", C, 4,
	  B("\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02\xc0\xaf"), BAD(UTF8) },
	{ "U+0000 in a user name", C, 4,
	  B("\x10\x0f\x00\x04MQTT\x04\x82\x00\x3c\x00\x00\x00\x01\x00"), BAD(NUL) },
	{ "invalid UTF-8 in a filter", C, 4, B("\x82\x06\x00\x01\x00\x01\xff\x00"), BAD(UTF8) },
	{ "+ in a topic name", C, 4, B("\x30\x05\x00\x03" "a/+"), BAD(TOPIC_WILDCARD) },
	{ "# in a topic name", S, 5, B("\x30\x04\x00\x01#\x00"), BAD(TOPIC_WILDCARD) },
	{ "wildcard in a will topic", C, 4,
	  B("\x10\x11\x00\x04MQTT\x04\x06\x00\x3c\x00\x00\x00\x01#\x00\x00"), BAD(TOPIC_WILDCARD) },
	{ "empty will topic", C, 4,
	  B("\x10\x10\x00\x04MQTT\x04\x06\x00\x3c\x00\x00\x00\x00\x00\x00"), BAD(TOPIC_EMPTY) },
	{ "empty topic, 3.1.1", C, 4, B("\x30\x02\x00\x00"), BAD(TOPIC_EMPTY) },
	{ "empty topic without alias", C, 5, B("\x30\x03\x00\x00\x00"), BAD(TOPIC_EMPTY) },
	{ "topic alias 0", C, 5, B("\x30\x07\x00\x01t\x03\x23\x00\x00"), BAD(TOPIC_ALIAS) },
	{ "empty filter", C, 4, B("\x82\x05\x00\x01\x00\x00\x00"), BAD(FILTER) },
	{ "# before the end", C, 4, B("\x82\x08\x00\x01\x00\x03#/a\x00"), BAD(FILTER) },
	{ "+ within a level", C, 4, B("\xa2\x06\x00\x01\x00\x02" "a+"), BAD(FILTER) },
	{ "share without a filter", C, 5,
	  B("\x82\x0e\x00\x01\x00\x00\x08$share/g\x00"), BAD(SHARE) },
	{ "share with an empty filter", C, 4,
	  B("\x82\x0e\x00\x01\x00\x09$share/g/\x00"), BAD(SHARE) },
	{ "share with a wildcard group", C, 5,
	  B("\x82\x10\x00\x01\x00\x00\x0a$share/+/a\x00"), BAD(SHARE) },
	{ "share with an empty group", C, 5,
	  B("\x82\x0f\x00\x01\x00\x00\x09$share//a\x00"), BAD(SHARE) },
	{ "no local on a share", C, 5,
	  B("\x82\x10\x00\x01\x00\x00\x0a$share/g/a\x04"), BAD(SHARE_NO_LOCAL) },
	{ "SUBSCRIBE without filters", C, 4, B("\x82\x02\x00\x01"), BAD(NO_FILTER) },
	{ "UNSUBSCRIBE without filters", C, 5, B("\xa2\x03\x00\x01\x00"), BAD(NO_FILTER) },
	{ "SUBACK without codes", S, 4, B("\x90\x02\x00\x01"), BAD(NO_FILTER) },
	{ "subscription QoS 3", C, 4, B("\x82\x06\x00\x01\x00\x01#\x03"), BAD(OPTIONS) },
	{ "no local in 3.1.1", C, 4, B("\x82\x06\x00\x01\x00\x01#\x04"), BAD(OPTIONS) },
	{ "retain handling 3", C, 5, B("\x82\x07\x00\x01\x00\x00\x01#\x30"), BAD(OPTIONS) },
	{ "reserved option bits", C, 5, B("\x82\x07\x00\x01\x00\x00\x01#\x40"), BAD(OPTIONS) },
	{ "SUBSCRIBE ends before its options", C, 4, B("\x82\x05\x00\x01\x00\x01#"), BAD(SHORT) },
	{ "properties past the packet", C, 5, B("\x30\x04\x00\x01t\x05"), BAD(PROPERTY_LENGTH) },
	{ "a property past the properties", C, 5,
	  B("\x30\x07\x00\x01t\x02\x23\x00\x01"), BAD(PROPERTY_LENGTH) },
	{ "property length not minimal", C, 5, B("\x30\x05\x00\x01t\x80\x00"), BAD(LENGTH_FORM) },
	{ "property length of five bytes", C, 5,
	  B("\x30\x08\x00\x01t\xff\xff\xff\xff\x01"), BAD(LENGTH) },
	{ "unknown property", C, 5, B("\x30\x06\x00\x01t\x02\x04\x00"), BAD(PROPERTY_ID) },
	{ "property id in two bytes", C, 5,
	  B("\x30\x07\x00\x01t\x03\x81\x00\x01"), BAD(PROPERTY_ID) },
	{ "property of another packet", C, 5,
	  B("\x30\x09\x00\x01t\x05\x11\x00\x00\x00\x01"), BAD(PROPERTY_PLACE) },
	{ "subscription id from a client", C, 5,
	  B("\x30\x06\x00\x01t\x02\x0b\x01"), BAD(PROPERTY_PLACE) },
	{ "session expiry from a server", S, 5,
	  B("\xe0\x07\x00\x05\x11\x00\x00\x00\x01"), BAD(PROPERTY_PLACE) },
	{ "will property outside a will", C, 5,
	  B("\x10\x12\x00\x04MQTT\x05\x02\x00\x3c\x05\x18\x00\x00\x00\x01\x00\x00"), BAD(PROPERTY_PLACE) },
	{ "duplicate property", C, 5,
	  B("\x30\x08\x00\x01t\x04\x01\x00\x01\x01"), BAD(PROPERTY_TWICE) },
	{ "two subscription ids in a SUBSCRIBE", C, 5,
	  B("\x82\x0b\x00\x01\x04\x0b\x01\x0b\x02\x00\x01#\x00"), BAD(PROPERTY_TWICE) },
	{ "format indicator 2", C, 5, B("\x30\x06\x00\x01t\x02\x01\x02"), BAD(PROPERTY_VALUE) },
	{ "receive maximum 0", C, 5,
	  B("\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x03\x21\x00\x00\x00\x00"), BAD(PROPERTY_VALUE) },
	{ "maximum packet size 0", S, 5,
	  B("\x20\x08\x00\x00\x05\x27\x00\x00\x00\x00"), BAD(PROPERTY_VALUE) },
	{ "subscription id 0", C, 5,
	  B("\x82\x09\x00\x01\x02\x0b\x00\x00\x01#\x00"), BAD(PROPERTY_VALUE) },
	{ "wildcard in a response topic", C, 5,
	  B("\x30\x08\x00\x01t\x04\x08\x00\x01+"), BAD(TOPIC_WILDCARD) },
	{ "invalid UTF-8 in a user property", C, 5,
	  B("\x30\x0a\x00\x01t\x06\x26\x00\x01\xff\x00\x00"), BAD(UTF8) },
	{ "auth data without method", C, 5,
	  B("\x10\x11\x00\x04MQTT\x05\x02\x00\x3c\x04\x16\x00\x01x\x00\x00"), BAD(AUTH_METHOD) },
	{ "AUTH without method", C, 5, B("\xf0\x02\x18\x00"), BAD(AUTH_METHOD) },
	{ "AUTH of one byte", C, 5, B("\xf0\x01\x18"), BAD(SHORT) },
	{ "AUTH success from a client", C, 5, B("\xf0\x00"), BAD(REASON_CODE) },
	{ "PUBACK with a DISCONNECT reason", S, 5, B("\x40\x03\x00\x01\x96"), BAD(REASON_CODE) },
	{ "PUBREL with a PUBREC reason", C, 5, B("\x62\x03\x00\x01\x10"), BAD(REASON_CODE) },
	{ "will disconnect from a server", S, 5, B("\xe0\x01\x04"), BAD(REASON_CODE) },
	{ "return code 6", S, 4, B("\x20\x02\x00\x06"), BAD(REASON_CODE) },
	{ "SUBACK code 3", S, 4, B("\x90\x03\x00\x01\x03"), BAD(REASON_CODE) },
	{ "SUBACK code 3, 5", S, 5, B("\x90\x04\x00\x01\x00\x03"), BAD(REASON_CODE) },
	{ "reserved connect flag", C, 4,
	  B("\x10\x0c\x00\x04MQTT\x04\x03\x00\x3c\x00\x00"), BAD(CONNECT_FLAGS) },
	{ "will QoS 3", C, 4,
	  B("\x10\x0c\x00\x04MQTT\x04\x1e\x00\x3c\x00\x00"), BAD(CONNECT_FLAGS) },
	{ "will QoS without will", C, 4,
	  B("\x10\x0c\x00\x04MQTT\x04\x0a\x00\x3c\x00\x00"), BAD(CONNECT_FLAGS) },
	{ "will retain without will", C, 5,
	  B("\x10\x0d\x00\x04MQTT\x05\x22\x00\x3c\x00\x00\x00"), BAD(CONNECT_FLAGS) },
	{ "password without user, 3.1.1", C, 4,
	  B("\x10\x0f\x00\x04MQTT\x04\x42\x00\x3c\x00\x00\x00\x01p"), BAD(CONNECT_FLAGS) },
	{ "user flag without user", C, 3,
	  B("\x10\x0f\x00\x06MQIsdp\x03\x82\x00\x3c\x00\x01x"), BAD(SHORT) },
	{ "reserved connack flag", S, 4, B("\x20\x02\x02\x00"), BAD(CONNACK_FLAGS) },
	{ "session present in a refusal", S, 4, B("\x20\x02\x01\x05"), BAD(CONNACK_FLAGS) },
	{ "level 6", C, 5, B("\x10\x0c\x00\x04MQTT\x06\x02\x00\x3c\x00\x00"), BAD(VERSION) },
	{ "MQIsdp at level 4", C, 4,
	  B("\x10\x0f\x00\x06MQIsdp\x04\x02\x00\x3c\x00\x01x"), BAD(VERSION) },
	{ "protocol name in lower case", C, 4,
	  B("\x10\x0c\x00\x04mqtt\x04\x02\x00\x3c\x00\x00"), BAD(VERSION) },
	{ "empty client id, 3.1", C, 3,
	  B("\x10\x0e\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x00"), BAD(CLIENT_ID) },
	{ "empty client id, session kept", C, 4,
	  B("\x10\x0c\x00\x04MQTT\x04\x00\x00\x3c\x00\x00"), BAD(CLIENT_ID) },
	{ "CONNACK from a client", C, 4, B("\x20\x02\x00\x00"), BAD(DIRECTION) },
	{ "SUBACK from a client", C, 4, B("\x90\x03\x00\x01\x00"), BAD(DIRECTION) },
	{ "PINGRESP from a client", C, 5, B("\xd0\x00"), BAD(DIRECTION) },
	{ "SUBSCRIBE from a server", S, 4, B("\x82\x06\x00\x01\x00\x01#\x00"), BAD(DIRECTION) },
	{ "CONNECT from a server", S, 4, B("\x10\x00"), BAD(DIRECTION) },
	{ "DISCONNECT from a server, 3.1.1", S, 4, B("\xe0\x00"), BAD(DIRECTION) },
};

static void test_bad(void)
{
	bool covered[EW_MQTT_FAULT_COUNT] = { false };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ew_bytes b = bad[i].bytes;
		struct ew_mqtt_stream s = stream_for(bad[i].from, bad[i].version, b.p[0]), was = s;
		struct ew_mqtt_packet p;
		bool prefixes = true;

		for (size_t n = 0; n < b.n; n++) {
			struct ew_bytes g = guard_put(ew_bytes(b.p, n));
			struct ew_parse r = ew_mqtt_parse(&s, g, &p);
			prefixes &= r.status == EW_MORE || r.reason == ew_mqtt_fault_reason(bad[i].fault);
			guard_drop(g);
		}
		struct ew_bytes g = guard_put(b);
		struct ew_parse r = ew_mqtt_parse(&s, g, &p);
		ok(r.status == ew_mqtt_fault_status(bad[i].fault) && r.consumed == 0 && r.reason &&
		   strcmp(r.reason, ew_mqtt_fault_reason(bad[i].fault)) == 0 &&
		   p.refuse == ew_mqtt_fault_code(bad[i].fault),
		   "%s is %s (got %s)", bad[i].name, ew_mqtt_fault_reason(bad[i].fault),
		   r.reason ? r.reason : ew_status_name(r.status));
		ok(prefixes && same_stream(&s, &was), "%s: prefixes, state", bad[i].name);
		guard_drop(g);
		covered[bad[i].fault] = true;
	}
	covered[EW_MQTT_FAULT_TOO_LARGE] = covered[EW_MQTT_FAULT_CONNECT_TWICE] = true;
	covered[EW_MQTT_FAULT_BEFORE_CONNECT] = true; /* these three: test_stream() */
	for (int f = 1; f < EW_MQTT_FAULT_COUNT; f++)
		ok(covered[f], "%s has a case", ew_mqtt_fault_reason(f));
}

static void test_stream(void)
{
	struct ew_mqtt_stream s = { .from = C, .max = 100 };
	struct ew_mqtt_packet p;
	struct ew_mqtt_head head;
	uint8_t refuse = 0;

	struct ew_parse r = ew_mqtt_parse(&s, B("\xc0"), &p);
	ok(r.status == EW_MALFORMED && p.refuse == 0x82, "a ping before CONNECT, on its first byte");
	is_str(r.reason, "mqtt.before-connect", "and by name");
	r = ew_mqtt_parse(&s, good[4].bytes, &p);
	ok(r.status == EW_OK && s.open && s.version == 4, "CONNECT opens the stream");
	ok(p.connect.has_will && p.connect.will.qos == 2 && p.connect.will.retain &&
	   ew_bytes_eq(p.connect.will.topic, B("w/t")) &&
	   ew_bytes_eq(p.connect.will.payload, B("\xff\x00")) && ew_bytes_eq(p.connect.user, B("u")) &&
	   ew_bytes_eq(p.connect.password, B("p")) && p.connect.keep_alive == 10 && p.connect.clean,
	   "and all its parts are there");
	r = ew_mqtt_parse(&s, B("\x10"), &p);
	is_str(r.reason ? r.reason : "", "mqtt.connect-twice", "a second CONNECT, on its first byte");
	r = ew_mqtt_frame(&s, B("\x30\x62"), &head, &refuse);
	ok(r.status == EW_OK && r.consumed == 2, "a packet of exactly the maximum");
	r = ew_mqtt_frame(&s, B("\x32\xc1\x84\x3d"), &head, &refuse);
	ok(r.status == EW_OVERSIZE && refuse == 0x95 && head.size == 4 && head.length == 1000001,
	   "a packet too large, from its fixed header, with its length");
	s.max = 0;
	r = ew_mqtt_parse(&s, B("\x30\xff\xff\xff\x7f"), &p);
	ok(r.status == EW_MORE && r.want == 268435460, "the largest packet there is");

	s = (struct ew_mqtt_stream){ .from = S, .version = 5 };
	r = ew_mqtt_parse(&s, B("\xf0\x06\x18\x04\x15\x00\x01m"), &p);
	ok(r.status == EW_OK && !s.open, "AUTH before CONNACK");
	r = ew_mqtt_parse(&s, B("\x30\x04\x00\x01t\x00"), &p);
	is_str(r.reason ? r.reason : "", "mqtt.before-connect", "PUBLISH before CONNACK");
	r = ew_mqtt_parse(&s, B("\x20\x03\x00\x00\x00\x30"), &p);
	ok(r.status == EW_OK && r.consumed == 5 && s.open, "CONNACK opens; the rest is left alone");
	r = ew_mqtt_parse(&s, B("\x20\x03\x00\x00\x00"), &p);
	is_str(r.reason ? r.reason : "", "mqtt.connect-twice", "a second CONNACK");
}

static void test_publish_parts(void)
{
	struct ew_mqtt_stream s = { .from = S, .version = 5, .open = true };
	struct ew_mqtt_packet p;
	struct ew_mqtt_property prop;
	struct ew_bytes rest;
	size_t users = 0, subs = 0;

	struct ew_parse r = ew_mqtt_parse(&s, good[18].bytes, &p);
	ok(r.status == EW_OK && p.qos == 2 && p.retain && !p.dup && p.id == 9 &&
	   ew_bytes_eq(p.topic, B("a/b")) && ew_bytes_eq(p.payload, B("yo")), "PUBLISH parts");
	for (rest = p.properties; ew_mqtt_property_next(&rest, &prop);) {
		if (prop.id == EW_MQTT_PROPERTY_USER_PROPERTY && ew_bytes_eq(prop.name, B("k")))
			users++;
		if (prop.id == EW_MQTT_PROPERTY_SUBSCRIPTION_ID)
			subs += prop.number;
	}
	ok(users == 2 && subs == 1 + 128 && rest.n == 0, "repeated properties are kept in order");
	ok(ew_mqtt_property_find(p.properties, EW_MQTT_PROPERTY_CORRELATION_DATA, &prop) &&
	   ew_bytes_eq(prop.text, B("\x00\xff")), "binary property");
	ok(!ew_mqtt_property_find(p.properties, EW_MQTT_PROPERTY_WILL_DELAY, &prop), "absent property");
}

static void test_peek(void)
{
	struct ew_mqtt_head head = { EW_MQTT_PUBLISH, 0x0b, 5, 5000000 };
	struct ew_mqtt_packet p;
	struct ew_bytes b = B("\x00\x03" "a/b\x00\x07more");
	bool more = true;

	for (size_t n = 0; n < 7; n++) {
		struct ew_bytes g = guard_put(ew_bytes(b.p, n));
		struct ew_parse r = ew_mqtt_publish_peek(&head, g, &p);
		more &= r.status == EW_MORE && r.want == (n < 2 ? 2 : 7);
		guard_drop(g);
	}
	ok(more, "peek asks for topic and id");
	struct ew_bytes g = guard_put(ew_bytes(b.p, 7));
	struct ew_parse r = ew_mqtt_publish_peek(&head, g, &p);
	ok(r.status == EW_OK && p.id == 7 && p.qos == 1 && p.dup && p.retain &&
	   ew_bytes_eq(p.topic, B("a/b")), "and reads them");
	guard_drop(g);
	head.length = 4;
	ok(ew_mqtt_publish_peek(&head, b, &p).status == EW_MALFORMED, "a topic past the packet");
}

static void test_limits_of_writing(void)
{
	static uint8_t big[70000];
	struct ew_mqtt_packet p = { .type = EW_MQTT_PUBLISH, .version = 4,
		                    .topic = { big, sizeof(big) } };
	struct ew_mqtt_filter f = { .filter = { big, 65536 } };
	struct ew_mqtt_property prop = { .id = EW_MQTT_PROPERTY_CONTENT_TYPE, .text = { big, 65536 } };
	static uint8_t out[140000];

	memset(big, 'a', sizeof(big));
	ok(ew_mqtt_write(out, sizeof(out), &p) == 0, "a topic past 65535 bytes cannot be written");
	p.topic.n = 65535;
	ok(ew_mqtt_write(out, sizeof(out), &p) == 65535 + 2 + 4, "the longest can");
	p.payload = ew_bytes(big, EW_MQTT_LENGTH_MOST);
	ok(ew_mqtt_size(&p) == 0, "a packet past 256 MiB cannot");
	ok(ew_mqtt_filter_put(out, sizeof(out), EW_MQTT_SUBSCRIBE, &f) == 0, "nor a filter");
	ok(ew_mqtt_property_put(out, sizeof(out), &prop) == 0, "nor a property");
	prop = (struct ew_mqtt_property){ .id = EW_MQTT_PROPERTY_SUBSCRIPTION_ID, .number = 268435456 };
	ok(ew_mqtt_property_put(out, sizeof(out), &prop) == 0, "nor a varint of five bytes");
	prop.id = 0x04;
	ok(ew_mqtt_property_put(out, sizeof(out), &prop) == 0, "nor an unknown property");
	p = (struct ew_mqtt_packet){ .type = 0, .version = 4 };
	ok(ew_mqtt_write(out, sizeof(out), &p) == 0, "nor a packet of type 0");
}

/* Section 2.4 and the tables of section 3, read packet by packet: the table in the code is written
 * code by code, so a slip in one shows here. */
static void test_reasons(void)
{
	static const struct {
		unsigned type, from;
		struct ew_bytes codes;
	} spec[] = {
		{ EW_MQTT_CONNACK, S,
		  B("\x00\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89"
		    "\x8a\x8c\x90\x95\x97\x99\x9a\x9b\x9c\x9d\x9f") },
		{ EW_MQTT_PUBACK, C, B("\x00\x10\x80\x83\x87\x90\x91\x97\x99") },
		{ EW_MQTT_PUBACK, S, B("\x00\x10\x80\x83\x87\x90\x91\x97\x99") },
		{ EW_MQTT_PUBREC, C, B("\x00\x10\x80\x83\x87\x90\x91\x97\x99") },
		{ EW_MQTT_PUBREC, S, B("\x00\x10\x80\x83\x87\x90\x91\x97\x99") },
		{ EW_MQTT_PUBREL, C, B("\x00\x92") },
		{ EW_MQTT_PUBREL, S, B("\x00\x92") },
		{ EW_MQTT_PUBCOMP, C, B("\x00\x92") },
		{ EW_MQTT_PUBCOMP, S, B("\x00\x92") },
		{ EW_MQTT_SUBACK, S, B("\x00\x01\x02\x80\x83\x87\x8f\x91\x97\x9e\xa1\xa2") },
		{ EW_MQTT_UNSUBACK, S, B("\x00\x11\x80\x83\x87\x8f\x91") },
		{ EW_MQTT_DISCONNECT, C,
		  B("\x00\x04\x80\x81\x82\x83\x90"
		    "\x93\x94\x95\x96\x97\x98\x99") },
		{ EW_MQTT_DISCONNECT, S,
		  B("\x00\x80\x81\x82\x83\x87\x89\x8b\x8c\x8d\x8e\x8f\x90\x93"
		    "\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\xa1\xa2") },
		{ EW_MQTT_AUTH, C, B("\x18\x19") },
		{ EW_MQTT_AUTH, S, B("\x00\x18") },
	};

	for (size_t i = 0; i < sizeof(spec) / sizeof(spec[0]); i++) {
		bool same = true;
		for (unsigned code = 0; code < 256; code++) {
			bool want = memchr(spec[i].codes.p, (int)code, spec[i].codes.n) != NULL;
			same &= ew_mqtt_reason_valid(code, spec[i].type, spec[i].from) == want;
		}
		ok(same, "reason codes of %s from %s", ew_mqtt_type_name(spec[i].type),
		   spec[i].from == C ? "clients" : "servers");
	}
	is_str(ew_mqtt_reason_text(0x99), "payload format invalid", "text of a reason");
	is_str(ew_mqtt_reason_text(0x05), "unknown reason", "text of none");
	ok(ew_mqtt_return_code(0x87) == 5 && ew_mqtt_return_code(0x85) == 2 &&
	   ew_mqtt_return_code(0x81) == 0, "return codes for 3.x");
}

int main(void)
{
	test_good();
	test_bad();
	test_stream();
	test_publish_parts();
	test_peek();
	test_limits_of_writing();
	test_reasons();
	return done();
}
