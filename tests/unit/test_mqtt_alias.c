/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* mqtt_alias.c: what an alias means to its sender, and whether the receiver was told. */

#include "daemon/mqtt_alias.h"
#include "tap.h"

static struct ew_mqtt_aliases a;
static struct ew_bytes topic;
static uint16_t alias;

/* `number` 0xffffffff: the PUBLISH has no alias. */
static uint8_t publish(uint32_t number, const char *name)
{
	static uint8_t section[8];
	struct ew_mqtt_property prop = { .id = EW_MQTT_PROPERTY_TOPIC_ALIAS, .number = number };
	struct ew_mqtt_packet p = { .type = EW_MQTT_PUBLISH, .version = EW_MQTT_5,
		                    .topic = ew_bytes_str(name) };

	if (number != UINT32_MAX)
		p.properties = ew_bytes(section, ew_mqtt_property_put(section, sizeof(section), &prop));
	return ew_mqtt_alias_resolve(&a, &p, &topic, &alias);
}

static void is_topic(const char *want, const char *what)
{
	ok(ew_bytes_eq(topic, ew_bytes_str(want)), "%s", what);
}

int main(void)
{
	is_int(publish(1, "x"), 0x94, "none was offered");
	a.most = 5;
	is_int(publish(UINT32_MAX, "plain"), 0, "a PUBLISH without one");
	ok(alias == 0 && !a.v, "costs nothing");
	is_topic("plain", "and keeps its topic");
	is_int(publish(0, "x"), 0x94, "alias 0");
	is_int(publish(6, "x"), 0x94, "past the maximum");
	is_int(publish(4, ""), 0x82, "not bound");
	is_int(publish(4, "a/b"), 0, "bound");
	is_int(alias, 4, "by its number");
	ok(ew_mqtt_alias_wants_topic(&a, 4), "the receiver was not told");
	is_int(publish(4, ""), 0, "used");
	is_topic("a/b", "means the topic");
	ok(ew_mqtt_alias_wants_topic(&a, 4), "which has to be put in, since the first was dropped");
	ew_mqtt_alias_forwarded(&a, 4);
	publish(4, "");
	ok(!ew_mqtt_alias_wants_topic(&a, 4), "once");
	publish(4, "a/b");
	ok(!ew_mqtt_alias_wants_topic(&a, 4), "the same topic again changes nothing");
	publish(4, "c");
	publish(4, "");
	is_topic("c", "bound anew");
	ok(ew_mqtt_alias_wants_topic(&a, 4), "and the receiver still has the old topic");

	static char large[65536];
	memset(large, 'x', 65535);
	for (uint32_t i = 1; i <= 4; i++)
		is_int(publish(i, large), 0, "a topic as long as can be");
	large[0] = 'y';
	is_int(publish(5, large), 0x97, "the fifth passes the budget");
	is_int(publish(1, large), 0, "in the place of another it does not");
	ok(a.bytes <= EW_MQTT_ALIAS_BYTES_MOST, "which is kept");
	ew_mqtt_aliases_fini(&a);
	ok(!a.v && a.most == 0, "a new connection begins with none");
	return done();
}
