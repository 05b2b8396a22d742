/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* mqtt_rules.c: topics of a client, and how often. */

#include "daemon/mqtt_rules.h"
#include "tap.h"

#define SECOND UINT64_C(1000000000)

static const struct {
	const char *pattern, *client, *user, *topic;
	bool fits;
} rows[] = {
	{ "a/b", "c", "", "a/b", true },
	{ "a/b", "c", "", "a/c", false },
	{ "a/b", "c", "", "a/b/c", false },
	{ "a/b", "c", "", "a", false },
	{ "a/#", "c", "", "a/b/c", true },
	{ "a/#", "c", "", "a", true },
	{ "a/#", "c", "", "ab", false },
	{ "+/b", "c", "", "a/b", true },
	{ "+/b", "c", "", "/b", true },
	{ "a/", "c", "", "a/", true },
	{ "a/", "c", "", "a", false },
	{ "#", "c", "", "a", true },
	{ "#", "c", "", "$SYS/x", false },
	{ "+/x", "c", "", "$SYS/x", false },
	{ "$SYS/#", "c", "", "$SYS/x", true },
	{ "dev/%c/#", "one", "", "dev/one/t", true },
	{ "dev/%c/#", "one", "", "dev/two/t", false },
	{ "dev/%c/#", "one", "", "dev/one", true },
	{ "dev/x%cy/%u", "one", "me", "dev/xoney/me", true },
	{ "dev/x%cy/%u", "one", "me", "dev/xone/me", false },
	{ "dev/%u", "one", "", "dev/", false },
	{ "dev/%c", "", "me", "dev/", false },
	{ "dev/%c/#", "+", "", "dev/+/t", false },
	{ "dev/%c/#", "#", "", "dev/#", false },
	{ "dev/%c", "a/b", "", "dev/a/b", false },
	{ "%u/#", "c", "$SYS", "$SYS/x", false },
	{ "dev/%d", "c", "", "dev/%d", true },
	{ "100%", "c", "", "100%", true },
	/* filters: all that they select must fit */
	{ "a/#", "c", "", "a/+", true },
	{ "a/#", "c", "", "a/+/#", true },
	{ "a/#", "c", "", "#", false },
	{ "a/#", "c", "", "+/b", false },
	{ "a/+", "c", "", "a/+", true },
	{ "a/+", "c", "", "a/#", false },
	{ "+/+", "c", "", "a/+", true },
	{ "dev/%c/#", "one", "", "dev/+/#", false },
	{ "#", "c", "", "$SYS/#", false },
};

static void test_patterns(void)
{
	char *list[] = { (char *)(uintptr_t)"a/#", (char *)(uintptr_t)"dev/%c" };
	struct ew_mqtt_who one = { EW_LIT("one"), EW_LIT("") };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_mqtt_who who = { ew_bytes_str(rows[i].client), ew_bytes_str(rows[i].user) };
		ok(ew_mqtt_pattern_covers(ew_bytes_str(rows[i].pattern), &who, ew_bytes_str(rows[i].topic)) ==
		       rows[i].fits,
		   "%s %s %s as %s", rows[i].topic, rows[i].fits ? "fits" : "does not fit", rows[i].pattern,
		   rows[i].client);
	}
	ok(ew_mqtt_patterns_cover(list, 2, &one, EW_LIT("dev/one")), "one of a list");
	ok(!ew_mqtt_patterns_cover(list, 2, &one, EW_LIT("dev/two")), "none of a list");
	ok(ew_mqtt_patterns_cover(list, 0, &one, EW_LIT("$SYS")), "an empty list fits everything");
	ok(ew_mqtt_pattern_check(EW_LIT("dev/%c/#")) && !ew_mqtt_pattern_check(EW_LIT("a/#/b")) &&
	       !ew_mqtt_pattern_check(EW_LIT("$share/g/a")),
	   "what is a pattern");
}

static void test_bucket(void)
{
	uint64_t b = 0, now = 5 * SECOND;
	int taken = 0;

	for (int i = 0; i < 10; i++)
		taken += ew_mqtt_bucket_take(&b, now, 2, 3);
	is_int(taken, 3, "a burst, and no more");
	is_int((long)(ew_mqtt_bucket_wait(b, now, 2, 3) / 1000000), 500, "half a second to the next");
	ok(!ew_mqtt_bucket_take(&b, now + SECOND / 2 - 1, 2, 3), "not before");
	ok(ew_mqtt_bucket_take(&b, now + SECOND / 2, 2, 3), "but then");
	now += 100 * SECOND;
	taken = 0;
	for (int i = 0; i < 10; i++)
		taken += ew_mqtt_bucket_take(&b, now, 2, 3);
	is_int(taken, 3, "silence fills the bucket, and not further");
	b = 0;
	taken = 0;
	for (int i = 0; i < 1000; i++)
		taken += ew_mqtt_bucket_take(&b, now + (uint64_t)i * SECOND / 100, 10, 1);
	ok(taken >= 99 && taken <= 101, "a hundred asked a second, ten given: %d in ten seconds", taken);
}

int main(void)
{
	test_patterns();
	test_bucket();
	return done();
}
