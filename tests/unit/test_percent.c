/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* percent.c and qp.c: readings, repetition, anomalies. */

#include "opened.h"
#include "tap.h"

static bool opens(const char *value, const char *path, const char *want)
{
	struct ew_bytes g = guard_put(ew_bytes_str(value));
	struct ew_message *m = opened(g);
	bool good = m->status == EW_OK && has(m, path, want);

	if (!good)
		print_tree(m);
	ew_message_free(&m);
	guard_drop(g);
	return good;
}

static bool flags(const char *value, enum ew_anomaly a)
{
	struct ew_message *m = opened(ew_bytes_str(value));
	bool yes = ew_message_has(m, a);

	ew_message_free(&m);
	return yes;
}

int main(void)
{
	ok(opens("%27%20or%201%3D1", "v|percent", "' or 1=1"), "percent");
	ok(opens("%2527%2520or", "v|percent|percent", "' or"), "twice");
	ok(opens("%27+or+1", "v|plus", "' or 1") && opens("%27+or+1", "v|percent", "'+or+1"),
	   "both readings of a plus sign");
	ok(opens("'+or+1", "v|plus", "' or 1"), "a plus sign alone");
	ok(opens("%u0027+or", "v|plus", "' or"), "the form of IIS");
	ok(opens("%252B%2527", "v|percent|percent", "+'"), "a plus sign out of two layers");
	ok(opens("eyJjIjoiJ%79J9", "v|percent", "eyJjIjoiJyJ9") &&
	   opens("eyJjIjoiJ%79J9", "v|percent|base64", "{\"c\":\"'\"}"), "base64 below percent");

	ok(flags("%27%zz", EW_ANOMALY_MIXED_ENCODING), "a broken escape beside a good one");
	ok(!flags("100%", EW_ANOMALY_MIXED_ENCODING) && !flags("%zz", EW_ANOMALY_MIXED_ENCODING),
	   "broken ones alone are text");
	ok(flags("..%c0%af", EW_ANOMALY_OVERLONG), "overlong");
	ok(flags("a%00.png", EW_ANOMALY_NUL) && flags("%u0000", EW_ANOMALY_NUL), "NUL");
	ok(flags("caf%e9", EW_ANOMALY_INVALID_UTF8) && !flags("caf%c3%a9", EW_ANOMALY_INVALID_UTF8),
	   "UTF-8 or not");

	/* Twenty layers, and plus signs that come back at each: exponential if done naively. */
	static uint8_t deep[4096];
	size_t n = 0;
	for (int k = 0; k < 40; k++) {
		deep[n++] = '%';
		for (int i = 0; i < k % 20; i++) {
			memcpy(deep + n, "25", 2);
			n += 2;
		}
		memcpy(deep + n, k & 1 ? "2B" : "27", 2);
		n += 2;
	}
	struct ew_message *m = opened(ew_bytes(deep, n));
	ok(m->status == EW_LIMIT, "twenty layers of both end at a budget: %s", m->reason);
	ok(m->used_output <= m->limits->output && m->used_fields <= m->limits->fields, "within budget");
	ew_message_free(&m);

	char as[] = "qp";
	m = opened_as(EW_LIT("uni=\r\non=20select =41"), as);
	ok(m->status == EW_OK && has(m, "v|qp", "union select A"), "quoted-printable");
	ew_message_free(&m);
	m = opened_as(EW_LIT("1=1"), as);
	ok(m->status == EW_OK && has(m, "v|qp", "1=1") &&
	   ew_message_has(m, EW_ANOMALY_MIXED_ENCODING), "a broken escape is told");
	ew_message_free(&m);
	m = opened(EW_LIT("a=41"));
	ok(!field_at(m, "v|qp", ew_bytes(NULL, 0)), "never guessed");
	ew_message_free(&m);
	ok(each_prefix(EW_LIT("a%41%u0041%uD83D%uDE00%%zz+%c0%af%00"), opens_safely, NULL) &&
	   each_prefix(EW_LIT("a=41=\r\n= \n=zz="), opens_safely, as), "each prefix");
	return done();
}
