/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* mqtt_owed.c: who answers a PUBLISH, and when it is our turn. */

#include "daemon/mqtt_owed.h"
#include "tap.h"

static struct ew_mqtt_owed o;

static uint32_t add(uint16_t id, uint8_t qos)
{
	uint32_t number = 0;

	ok(ew_mqtt_owed_add(&o, id, qos, &number), "PUBLISH %u", id);
	return number;
}

/* Ours that may go now, as text: "7 8". */
static const char *turn(void)
{
	static char out[256];
	struct ew_mqtt_due d;
	size_t n = 0;

	out[0] = 0;
	while (ew_mqtt_owed_next(&o, &d))
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%u", n ? " " : "", d.id);
	return out;
}

static void test_order(void)
{
	uint32_t seven = add(7, 1), eight = add(8, 1), nine = add(9, 2), ten = add(10, 1);

	ew_mqtt_owed_theirs(&o, seven);
	ew_mqtt_owed_ours(&o, eight, 0x87, "");
	ew_mqtt_owed_theirs(&o, nine);
	ew_mqtt_owed_ours(&o, ten, 0x99, "");
	is_str(turn(), "", "ours wait for the receiver's before them");
	ok(ew_mqtt_owed_waits(&o, 9) && !ew_mqtt_owed_waits(&o, 8), "who waits for the receiver is known");
	ok(ew_mqtt_owed_answered(&o, 9), "an answer out of order is taken");
	ok(!ew_mqtt_owed_answered(&o, 9), "once");
	is_str(turn(), "", "and lets nobody pass");
	ok(ew_mqtt_owed_answered(&o, 7), "the first");
	is_str(turn(), "8 10", "then ours go as far as nothing is due");
	ok(o.n == 0 && o.ready == 0, "nothing is left");
	ok(!ew_mqtt_owed_answered(&o, 8), "an answer that nobody waits for");
}

static void test_wrap(void)
{
	uint32_t number[200];
	bool good = true;

	for (int round = 0; round < 50; round++) {
		for (uint16_t i = 0; i < 100; i++)
			good = ew_mqtt_owed_add(&o, (uint16_t)(i + 1), 1, &number[i]) && good;
		for (uint16_t i = 0; i < 100; i++)
			ew_mqtt_owed_theirs(&o, number[i]);
		for (uint16_t i = 0; i < 100; i++)
			good = ew_mqtt_owed_answered(&o, (uint16_t)(i + 1)) && good;
	}
	ok(good && o.n == 0, "the ring goes round");
	ew_mqtt_owed_fini(&o);
	good = true;
	for (uint32_t i = 0; i < 65536; i++)
		good = ew_mqtt_owed_add(&o, (uint16_t)i, 1, &number[0]) && good;
	ok(good && !ew_mqtt_owed_add(&o, 1, 1, &number[0]), "and holds no more than there are ids");
	for (uint32_t i = 0; i < 65536; i++)
		ew_mqtt_owed_theirs(&o, number[0] - 65535 + i);
	ok(ew_mqtt_owed_bytes(&o) == 65536 * sizeof(struct ew_mqtt_due), "which take what they take");
	for (uint32_t i = 0; i < 65536; i++)
		good = ew_mqtt_owed_answered(&o, (uint16_t)i) && good;
	ok(good && ew_mqtt_owed_bytes(&o) == 0, "and give it back when all are answered");
	uint32_t one = add(7, 1);
	ew_mqtt_owed_ours(&o, one, 0x87, "");
	is_str(turn(), "7", "then it goes on");
	ew_mqtt_owed_fini(&o);
}

static void test_ids(void)
{
	struct ew_mqtt_ids s = { 0 };

	ok(!ew_mqtt_ids_has(&s, 3) && !ew_mqtt_ids_remove(&s, 3), "empty");
	ok(ew_mqtt_ids_add(&s, 3) && ew_mqtt_ids_add(&s, 3) && s.n == 1, "an id is held once");
	ok(ew_mqtt_ids_has(&s, 3) && ew_mqtt_ids_remove(&s, 3) && s.n == 0, "and let go");
	for (uint16_t i = 1; i <= EW_MQTT_OURS_MOST + 1; i++)
		(void)!ew_mqtt_ids_add(&s, i);
	ok(s.n == EW_MQTT_OURS_MOST && !ew_mqtt_ids_has(&s, 1) && ew_mqtt_ids_has(&s, 2),
	   "past the most the oldest is forgotten");
	ew_mqtt_ids_fini(&s);
}

int main(void)
{
	test_order();
	test_wrap();
	test_ids();
	return done();
}
