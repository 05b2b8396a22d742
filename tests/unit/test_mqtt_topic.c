/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* mqtt_topic.c: names, filters, shares, matching. */

#include "eventwall/mqtt.h"
#include "guard.h"
#include "tap.h"

static bool matches(const char *filter, const char *topic)
{
	struct ew_bytes f = guard_put(ew_bytes_str(filter)), t = guard_put(ew_bytes_str(topic));
	bool yes = ew_mqtt_filter_matches(f, t);

	guard_drop(f);
	guard_drop(t);
	return yes;
}

static void test_matching(void)
{
	static const struct {
		const char *filter, *topic;
		bool yes;
	} rows[] = {
		{ "a", "a", true },         { "a", "b", false },        { "a/b", "a", false },
		{ "a", "a/b", false },      { "#", "a/b/c", true },     { "a/#", "a", true },
		{ "a/#", "a/b/c", true },   { "a/#", "ab", false },     { "+", "a", true },
		{ "+", "a/b", false },      { "+/+", "/a", true },      { "/+", "/a", true },
		{ "+", "/a", false },       { "a/+", "a", false },      { "a/+", "a/", true },
		{ "a/+/c", "a/b/c", true }, { "a/+/c", "a/b/d", false }, { "#", "$SYS/x", false },
		{ "+/x", "$SYS/x", false }, { "$SYS/#", "$SYS/x", true }, { "$SYS/+", "$SYS/x", true },
		{ "a/+/#", "a/b", true },   { "a/+/#", "a", false },    { "a//b", "a//b", true },
		{ "+/+/#", "a", false },    { "/", "/", true },         { "#", "/", true },
		{ "a/b", "a/B", false },    { "", "a", false },         { "a", "", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ok(matches(rows[i].filter, rows[i].topic) == rows[i].yes, "\"%s\" %s \"%s\"",
		   rows[i].filter, rows[i].yes ? "selects" : "does not select", rows[i].topic);
}

static void test_checks(void)
{
	struct ew_bytes group;
	static uint8_t big[65536];

	ok(ew_mqtt_filter_check(EW_LIT("a/+/b/#")) == 0 && ew_mqtt_filter_check(EW_LIT("+")) == 0 &&
	   ew_mqtt_filter_check(EW_LIT("#")) == 0 && ew_mqtt_filter_check(EW_LIT("/")) == 0 &&
	   ew_mqtt_filter_check(EW_LIT("$share/g/#")) == 0 &&
	   ew_mqtt_filter_check(EW_LIT("$shared/x")) == 0, "filters");
	ok(ew_mqtt_filter_check(EW_LIT("a#")) && ew_mqtt_filter_check(EW_LIT("#/a")) &&
	   ew_mqtt_filter_check(EW_LIT("a+/b")) && ew_mqtt_filter_check(EW_LIT("+a")) &&
	   ew_mqtt_filter_check(EW_LIT("##")) && ew_mqtt_filter_check(EW_LIT("")) &&
	   ew_mqtt_filter_check(EW_LIT("a\0b")) && ew_mqtt_filter_check(EW_LIT("\xff")), "not filters");
	ok(ew_mqtt_filter_check(EW_LIT("$share")) == EW_MQTT_FAULT_SHARE &&
	   ew_mqtt_filter_check(EW_LIT("$share/")) == EW_MQTT_FAULT_SHARE &&
	   ew_mqtt_filter_check(EW_LIT("$share/g")) == EW_MQTT_FAULT_SHARE &&
	   ew_mqtt_filter_check(EW_LIT("$share/g/")) == EW_MQTT_FAULT_SHARE &&
	   ew_mqtt_filter_check(EW_LIT("$share/g#/a")) == EW_MQTT_FAULT_SHARE &&
	   ew_mqtt_filter_check(EW_LIT("$share/g/a#")) == EW_MQTT_FAULT_FILTER, "not shares");
	struct ew_bytes inner = ew_mqtt_filter_inner(EW_LIT("$share/group/a/b"), &group);
	ok(ew_bytes_eq(inner, EW_LIT("a/b")) && ew_bytes_eq(group, EW_LIT("group")), "inside a share");
	inner = ew_mqtt_filter_inner(EW_LIT("a/b"), &group);
	ok(ew_bytes_eq(inner, EW_LIT("a/b")) && group.n == 0, "inside no share");
	memset(big, 'a', sizeof(big));
	ok(ew_mqtt_topic_check(ew_bytes(big, 65535)) == 0 && ew_mqtt_topic_check(ew_bytes(big, 65536)) &&
	   ew_mqtt_filter_check(ew_bytes(big, 65536)), "length of a topic");
}

int main(void)
{
	test_matching();
	test_checks();
	return done();
}
