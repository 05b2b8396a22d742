/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* mqtt_property.c: the table against table 2-4 of the specification, values, walking damage. */

#include "eventwall/mqtt.h"
#include "guard.h"
#include "tap.h"

/* Table 2-4 as printed: packets by name.  Which side sends which packet follows from the packet, but
 * for PUBLISH and DISCONNECT, where < is "from a client only" and > "from a server only". */
static const struct {
	unsigned id;
	char kind; /* 1 2 4 v t b p */
	const char *places;
} spec[] = {
	{ 0x01, '1', "PUBLISH WILL" },
	{ 0x02, '4', "PUBLISH WILL" },
	{ 0x03, 't', "PUBLISH WILL" },
	{ 0x08, 't', "PUBLISH WILL" },
	{ 0x09, 'b', "PUBLISH WILL" },
	{ 0x0b, 'v', "PUBLISH> SUBSCRIBE" },
	{ 0x11, '4', "CONNECT CONNACK DISCONNECT<" },
	{ 0x12, 't', "CONNACK" },
	{ 0x13, '2', "CONNACK" },
	{ 0x15, 't', "CONNECT CONNACK AUTH" },
	{ 0x16, 'b', "CONNECT CONNACK AUTH" },
	{ 0x17, '1', "CONNECT" },
	{ 0x18, '4', "WILL" },
	{ 0x19, '1', "CONNECT" },
	{ 0x1a, 't', "CONNACK" },
	{ 0x1c, 't', "CONNACK DISCONNECT>" },
	{ 0x1f, 't', "CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH" },
	{ 0x21, '2', "CONNECT CONNACK" },
	{ 0x22, '2', "CONNECT CONNACK" },
	{ 0x23, '2', "PUBLISH" },
	{ 0x24, '1', "CONNACK" },
	{ 0x25, '1', "CONNACK" },
	{ 0x26, 'p', "CONNECT CONNACK PUBLISH WILL PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK "
	             "UNSUBSCRIBE UNSUBACK DISCONNECT AUTH" },
	{ 0x27, '4', "CONNECT CONNACK" },
	{ 0x28, '1', "CONNACK" },
	{ 0x29, '1', "CONNACK" },
	{ 0x2a, '1', "CONNACK" },
};

static const char *const client_sends = "CONNECT PUBLISH WILL PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE "
                                        "UNSUBSCRIBE DISCONNECT AUTH";
static const char *const server_sends = "CONNACK PUBLISH PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK "
                                        "DISCONNECT AUTH";

/* The character behind `word` in `list`; 0 if it is not there ("PUB" is not in "PUBLISH"). */
static char find_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at++) {
		if ((at == list || at[-1] == ' ') && (at[n] == 0 || strchr(" <>", at[n])))
			return at[n] ? at[n] : ' ';
	}
	return 0;
}

static size_t one_of(uint8_t *out, unsigned id, char kind)
{
	size_t n = 0;

	out[n++] = (uint8_t)id;
	switch (kind) {
	case '4':
		out[n++] = 0;
		out[n++] = 0; /* fall through */
	case '2':
		out[n++] = 0; /* fall through */
	case '1':
	case 'v':
		out[n++] = 1;
		break;
	case 'p':
		out[n++] = 0;
		out[n++] = 0; /* fall through */
	default:
		out[n++] = 0;
		out[n++] = 1;
		out[n++] = 't';
	}
	return n;
}

static void test_places(void)
{
	uint8_t buf[32];

	for (size_t i = 0; i < sizeof(spec) / sizeof(spec[0]); i++) {
		bool same = true, twice = true;
		for (unsigned side = 0; side < 2; side++) {
			for (unsigned type = 0; type < 16; type++) {
				const char *name = type ? ew_mqtt_type_name(type) : "WILL";
				char mark = find_word(spec[i].places, name);
				bool may = mark && mark != (side ? '<' : '>') &&
				           find_word(side ? server_sends : client_sends, name);
				size_t n = one_of(buf, spec[i].id, spec[i].kind);
				enum ew_mqtt_fault f = ew_mqtt_property_check(ew_bytes(buf, n), type, side);
				/* in an AUTH only the missing method may be blamed */
				bool good = f == 0 || f == EW_MQTT_FAULT_AUTH_METHOD;
				same &= good == may && (good || f == EW_MQTT_FAULT_PROPERTY_PLACE);
				if (!may)
					continue;
				n += one_of(buf + n, spec[i].id, spec[i].kind);
				f = ew_mqtt_property_check(ew_bytes(buf, n), type, side);
				bool repeats = spec[i].id == 0x26 ||
				               (spec[i].id == 0x0b && type == EW_MQTT_PUBLISH);
				twice &= (f == EW_MQTT_FAULT_PROPERTY_TWICE) == !repeats;
			}
		}
		ok(same, "0x%02x %s: places", spec[i].id, ew_mqtt_property_name(spec[i].id));
		ok(twice, "0x%02x %s: once or more", spec[i].id, ew_mqtt_property_name(spec[i].id));
	}
	unsigned known = 0;
	for (unsigned id = 0; id < 256; id++)
		known += ew_mqtt_property_name(id) != NULL;
	is_int(known, sizeof(spec) / sizeof(spec[0]), "no property beside the specification's");
}

static bool never_reads_past(void *arg, struct ew_bytes prefix)
{
	struct ew_mqtt_property prop;
	struct ew_bytes rest = prefix;

	(void)arg;
	while (ew_mqtt_property_next(&rest, &prop)) {
		if (prop.text.n > prefix.n || prop.name.n > prefix.n)
			return false;
	}
	return (void)ew_mqtt_property_check(prefix, EW_MQTT_PUBLISH, EW_MQTT_SERVER), true;
}

static void test_round_trip(void)
{
	uint8_t buf[512], copy[512];
	size_t n = 0, m = 0;

	for (size_t i = 0; i < sizeof(spec) / sizeof(spec[0]); i++)
		n += one_of(buf + n, spec[i].id, spec[i].kind);
	struct ew_bytes rest = { buf, n };
	struct ew_mqtt_property prop;
	bool small = true;
	while (ew_mqtt_property_next(&rest, &prop)) {
		size_t k = ew_mqtt_property_put(copy + m, sizeof(copy) - m, &prop);
		for (size_t cap = 0; cap < k; cap++) {
			struct ew_bytes g = guard_put(ew_bytes(copy, cap));
			small &= ew_mqtt_property_put((uint8_t *)(uintptr_t)g.p, cap, &prop) == 0;
			guard_drop(g);
		}
		m += k;
	}
	ok(n == m && memcmp(buf, copy, n) == 0, "walked and put again, all properties");
	ok(small, "no room, no bytes");
	ok(each_prefix(ew_bytes(buf, n), never_reads_past, NULL), "each prefix is walked safely");
}

int main(void)
{
	test_places();
	test_round_trip();
	return done();
}
