/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* mqtt_flight.c: order of acknowledgements, lost connections, redelivery, QoS 2 ids. */

#include "daemon/mqtt_flight.h"
#include "tap.h"

static int dummy;

static struct ew_mqtt_packet message(uint16_t id, uint8_t qos, bool dup, const char *payload)
{
	return (struct ew_mqtt_packet){ .type = EW_MQTT_PUBLISH, .version = EW_MQTT_5, .id = id, .qos = qos,
		                        .dup = dup, .topic = EW_LIT("t"),
		                        .payload = ew_bytes_str(payload) };
}

static struct ew_mqtt_flight *begin(struct ew_mqtt_flights *fs, uint16_t id, uint8_t qos, const char *payload)
{
	struct ew_mqtt_packet p = message(id, qos, false, payload);

	return ew_mqtt_flights_begin(fs, &p, &dummy);
}

static enum ew_mqtt_arrival arrive(struct ew_mqtt_flights *fs, uint16_t id, uint8_t qos, bool dup,
                                   const char *payload)
{
	struct ew_mqtt_packet p = message(id, qos, dup, payload);

	return ew_mqtt_flights_arrive(fs, &p);
}

/* The ids that may be acknowledged now, as text: "7 8". */
static const char *acks(struct ew_mqtt_flights *fs)
{
	static char out[256];
	size_t n = 0;
	uint16_t id;
	uint8_t qos;

	out[0] = 0;
	while (ew_mqtt_flights_next(fs, &id, &qos))
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%u", n ? " " : "", id);
	return out;
}

static void test_order(void)
{
	struct ew_mqtt_flights fs = { 0 };
	struct ew_mqtt_flight *f[4];

	for (uint16_t i = 0; i < 4; i++)
		f[i] = begin(&fs, (uint16_t)(7 + i), i == 2 ? 2 : 1, "x");
	ew_mqtt_flights_settle(&fs, f[2], true);
	ew_mqtt_flights_settle(&fs, f[1], true);
	is_str(acks(&fs), "", "nothing before the first is settled");
	is_int(fs.settled, 2, "two wait");
	ew_mqtt_flights_settle(&fs, f[0], true);
	is_str(acks(&fs), "7 8 9", "then in the order of arrival, both qualities in one line");
	ew_mqtt_flights_settle(&fs, f[3], false);
	is_str(acks(&fs), "", "what was not taken is never acknowledged");
	ok(fs.settled == 0 && !fs.first, "nothing is left");
	f[0] = begin(&fs, 1, 1, "x");
	f[1] = begin(&fs, 2, 1, "x");
	ew_mqtt_flights_settle(&fs, f[1], true);
	ew_mqtt_flights_settle(&fs, f[0], false);
	is_str(acks(&fs), "2", "and does not hold up those behind it");
	ew_mqtt_flights_fini(&fs);
}

static void test_quality_2(void)
{
	struct ew_mqtt_flights fs = { 0 };
	struct ew_mqtt_flight *f = begin(&fs, 65535, 2, "x");

	is_int(arrive(&fs, 65535, 2, true, "x"), EW_MQTT_UNDERWAY, "an id that is judged is not begun again");
	is_int(arrive(&fs, 65535, 2, false, "y"), EW_MQTT_UNDERWAY, "nor without DUP: the id says it");
	ew_mqtt_flights_settle(&fs, f, true);
	is_int(arrive(&fs, 65535, 2, true, "x"), EW_MQTT_UNDERWAY, "nor while its PUBREC waits");
	is_str(acks(&fs), "65535", "PUBREC");
	is_int(arrive(&fs, 65535, 2, true, "x"), EW_MQTT_RECEIVED, "after it, the id is remembered");
	is_int(arrive(&fs, 65535, 1, false, "x"), EW_MQTT_NEW, "for QoS 2 only");
	ew_mqtt_flights_lost(&fs);
	is_int(arrive(&fs, 65535, 2, true, "x"), EW_MQTT_RECEIVED, "over a reconnect, too");
	ok(ew_mqtt_flights_release(&fs, 65535), "until PUBREL");
	ok(!ew_mqtt_flights_release(&fs, 65535), "which comes once");
	is_int(arrive(&fs, 65535, 2, false, "z"), EW_MQTT_NEW, "then the id is free");
	f = begin(&fs, 3, 2, "x");
	ew_mqtt_flights_lost(&fs);
	ew_mqtt_flights_settle(&fs, f, true);
	is_int(arrive(&fs, 3, 2, true, "x"), EW_MQTT_RECEIVED, "settled while the connection was away");
	ew_mqtt_flights_forget(&fs);
	is_int(arrive(&fs, 3, 2, true, "x"), EW_MQTT_NEW, "a new session forgets it");
	ew_mqtt_flights_fini(&fs);
}

static void test_redelivery(void)
{
	struct ew_mqtt_flights fs = { 0 };
	struct ew_mqtt_flight *a = begin(&fs, 1, 1, "a"), *b = begin(&fs, 2, 1, "b");
	struct ew_mqtt_flight *c = begin(&fs, 3, 1, "c"), *d = begin(&fs, 4, 1, "d");

	ew_mqtt_flights_settle(&fs, b, true);
	ew_mqtt_flights_lost(&fs);
	is_int(fs.settled, 0, "a connection takes its waiting acknowledgements with it");
	is_str(acks(&fs), "", "and nothing old is acknowledged on the next");
	is_int(arrive(&fs, 3, 1, true, "c"), EW_MQTT_UNDERWAY, "one that is still judged is taken up");
	is_int(arrive(&fs, 1, 1, true, "a"), EW_MQTT_UNDERWAY, "and another");
	is_int(arrive(&fs, 2, 1, true, "b"), EW_MQTT_NEW, "one that was settled comes twice");
	is_int(arrive(&fs, 4, 1, true, "other"), EW_MQTT_NEW, "an id used for something else is new");
	is_int(arrive(&fs, 4, 1, false, "d"), EW_MQTT_NEW, "and so is one without DUP");
	ew_mqtt_flights_settle(&fs, a, true);
	is_str(acks(&fs), "", "the order is that of the new connection");
	ew_mqtt_flights_settle(&fs, c, true);
	is_str(acks(&fs), "3 1", "so 3 comes first now");
	ew_mqtt_flights_settle(&fs, d, true);
	is_str(acks(&fs), "", "one that nobody asked for again is not acknowledged");
	ok(!fs.first, "and does not stay");
	a = begin(&fs, 5, 1, "a");
	ew_mqtt_flights_lost(&fs);
	ew_mqtt_flights_forget(&fs);
	is_int(arrive(&fs, 5, 1, true, "a"), EW_MQTT_NEW, "in a new session an id means nothing");
	is_int(arrive(&fs, 0, 0, false, "a"), EW_MQTT_NEW, "QoS 0 is always new");
	ew_mqtt_flights_settle(&fs, a, true);
	ew_mqtt_flights_fini(&fs);
	ok(!fs.first && !fs.unused, "all is given back");
}

int main(void)
{
	test_order();
	test_quality_2();
	test_redelivery();
	return done();
}
