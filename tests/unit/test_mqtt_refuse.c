/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* mqtt_refuse.c: the table of answers by version, QoS and cause; and that each is a legal packet. */

#include "daemon/mqtt_refuse.h"
#include "tap.h"

static void test_publish(void)
{
	static const struct {
		uint8_t version, qos, type, reason;
		bool remember;
	} rows[] = {
		{ EW_MQTT_5, 0, 0, 0x87, false },
		{ EW_MQTT_5, 1, EW_MQTT_PUBACK, 0x87, false },
		{ EW_MQTT_5, 2, EW_MQTT_PUBREC, 0x87, false },
		{ EW_MQTT_311, 0, 0, 0, false },
		{ EW_MQTT_311, 1, EW_MQTT_PUBACK, 0, false },
		{ EW_MQTT_311, 2, EW_MQTT_PUBREC, 0, true },
		{ EW_MQTT_31, 1, EW_MQTT_PUBACK, 0, false },
		{ EW_MQTT_31, 2, EW_MQTT_PUBREC, 0, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_mqtt_answer a =
			ew_mqtt_refuse_publish(rows[i].version, rows[i].qos, 0x87, EW_ON_DROP_ANSWER);
		ok(a.type == rows[i].type && a.reason == rows[i].reason && a.remember == rows[i].remember &&
		       !a.disconnect,
		   "version %u, QoS %u", rows[i].version, rows[i].qos);
	}
	for (unsigned why = 0; why <= EW_MQTT_WHY_RATE; why++) {
		uint8_t code = ew_mqtt_refuse_code((enum ew_mqtt_why)why, 0x87);
		bool good = true;
		for (uint8_t qos = 0; qos < 3; qos++) {
			struct ew_mqtt_answer a =
				ew_mqtt_refuse_publish(EW_MQTT_5, qos, code, EW_ON_DROP_ANSWER);
			good = good && (!a.type || ew_mqtt_reason_valid(a.reason, a.type, EW_MQTT_SERVER));
			a = ew_mqtt_refuse_publish(EW_MQTT_5, qos, code, EW_ON_DROP_DISCONNECT);
			good = good && a.disconnect && !a.type &&
			       ew_mqtt_reason_valid(a.reason, EW_MQTT_DISCONNECT, EW_MQTT_SERVER);
		}
		ok(good && code >= 0x80, "cause %u: a code that the packet may carry", why);
	}
	is_int(ew_mqtt_refuse_publish(EW_MQTT_5, 1, 0x98, EW_ON_DROP_ANSWER).reason, 0x80,
	       "a code of DISCONNECT alone is no answer");
}

static void test_causes(void)
{
	is_int(ew_mqtt_refuse_code(ew_mqtt_why(true, EW_MALFORMED), 0x90), 0x90, "a signature: as configured");
	is_int(ew_mqtt_refuse_code(ew_mqtt_why(false, EW_MALFORMED), 0x87), 0x99, "unreadable");
	is_int(ew_mqtt_refuse_code(ew_mqtt_why(false, EW_OVERSIZE), 0x87), 0x99, "too large");
	is_int(ew_mqtt_refuse_code(ew_mqtt_why(false, EW_LIMIT), 0x87), 0x83, "not inspected to the end");
	is_int(ew_mqtt_refuse_code(ew_mqtt_why(false, EW_ENGINE), 0x87), 0x83, "the engine failed");
	is_int(ew_mqtt_refuse_code(EW_MQTT_WHY_RULE, 0x90), 0x87, "not this client's topic");
	is_int(ew_mqtt_refuse_code(EW_MQTT_WHY_RATE, 0x87), 0x97, "too often");
}

static void test_others(void)
{
	is_int(ew_mqtt_refuse_connect(EW_MQTT_5, 0x99), 0x99, "a CONNACK of 5 says why");
	is_int(ew_mqtt_refuse_connect(EW_MQTT_5, 0x91), 0x87, "in a code it may carry");
	is_int(ew_mqtt_refuse_connect(EW_MQTT_311, 0x99), 5, "one of 3.1.1 says that it may not");
	is_int(ew_mqtt_refuse_connect(EW_MQTT_311, 0x88), 3, "or that the broker is away");
	is_int(ew_mqtt_refuse_filter(EW_MQTT_5, 0x87), 0x87, "a SUBACK of 5");
	is_int(ew_mqtt_refuse_filter(EW_MQTT_5, 0x99), 0x87, "in a code it may carry");
	is_int(ew_mqtt_refuse_filter(EW_MQTT_311, 0x87), 0x80, "one of 3.1.1");
	is_int(ew_mqtt_refuse_filter(EW_MQTT_31, 0x87), 0, "3.1 has no word for it");
}

int main(void)
{
	test_publish();
	test_causes();
	test_others();
	return done();
}
