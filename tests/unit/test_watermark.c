/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The watermark against a plain array that is searched from the start each time. */

#include "daemon/watermark.h"
#include "tests/unit/tap.h"

#include <stdlib.h>

#define RECORDS 700

static uint32_t seed = 1;

static uint32_t dice(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void settle_in_order(void)
{
	struct ew_watermark w;
	uint64_t t;
	bool good = true;

	ew_watermark_init(&w);
	is_int(w.mark, -1, "nothing settled, no mark");
	for (int i = 0; i < 1000; i++) {
		good = good && ew_watermark_push(&w, 100 + i, &t) && ew_watermark_settle(&w, t) &&
		       w.mark == 101 + i && ew_watermark_span(&w) == 0;
	}
	ok(good, "settled in order, the mark follows at once");
	is_int(w.cap, 64, "and the ring stays small");
	ew_watermark_fini(&w);
}

static void wait_for_oldest(void)
{
	struct ew_watermark w;
	uint64_t t[5];
	const int64_t offsets[5] = { 10, 11, 14, 15, 18 };
	bool pushed = true;

	ew_watermark_init(&w);
	for (int i = 0; i < 5; i++)
		pushed = pushed && ew_watermark_push(&w, offsets[i], &t[i]);
	ok(pushed, "offsets may have gaps");
	ok(!ew_watermark_settle(&w, t[3]) && w.mark == -1, "a later one alone moves nothing");
	ok(ew_watermark_settle(&w, t[0]) && w.mark == 11, "the oldest moves to just past itself");
	ok(ew_watermark_settle(&w, t[1]) && w.mark == 12, "the next, too");
	ok(!ew_watermark_settle(&w, t[4]) && w.mark == 12, "14 holds what is behind it");
	ok(ew_watermark_settle(&w, t[2]) && w.mark == 19, "14 lets all go");
	is_int(w.end, 19, "end is past the newest");
	ok(!ew_watermark_push(&w, 18, &t[0]), "an offset that comes again is refused");
	ok(!ew_watermark_push(&w, 3, &t[0]), "one that goes backwards, too");
	ok(!ew_watermark_push(&w, -1, &t[0]), "and a negative one");
	ok(!ew_watermark_push(&w, INT64_MAX, &t[0]), "and one that has no next");
	ew_watermark_reset(&w);
	ok(ew_watermark_push(&w, 3, &t[0]) && w.mark == -1, "after a reset any offset may begin");
	ew_watermark_fini(&w);
}

/* Random pushes and settlings; the mark is checked after each. */
static bool play(uint32_t window)
{
	static int64_t offset[RECORDS];
	static uint64_t ticket[RECORDS];
	static bool settled[RECORDS];
	struct ew_watermark w;
	int pushed = 0, left = 0;
	int64_t next = dice(1000);
	bool good = true;

	ew_watermark_init(&w);
	memset(settled, 0, sizeof(settled));
	while (good && (pushed < RECORDS || left > 0)) {
		if (pushed < RECORDS && (uint32_t)left < window && dice(2)) {
			offset[pushed] = next;
			good = ew_watermark_push(&w, next, &ticket[pushed]);
			next += 1 + dice(3) * dice(4);
			pushed++;
			left++;
		} else if (left > 0) {
			int i = (int)dice((uint32_t)pushed);
			while (settled[i])
				i = (i + 1) % pushed;
			settled[i] = true;
			left--;
			(void)ew_watermark_settle(&w, ticket[i]);
		}
		int first = 0;
		while (first < pushed && settled[first])
			first++;
		good = good && w.mark == (first ? offset[first - 1] + 1 : -1) &&
		       ew_watermark_span(&w) == (uint64_t)(pushed - first);
	}
	good = good && w.mark == offset[RECORDS - 1] + 1;
	ew_watermark_fini(&w);
	return good;
}

int main(void)
{
	static const uint32_t windows[] = { 1, 2, 63, 64, 65, 500 };

	settle_in_order();
	wait_for_oldest();
	for (unsigned i = 0; i < sizeof(windows) / sizeof(*windows); i++) {
		bool good = true;
		for (int round = 0; round < 20; round++)
			good = good && play(windows[i]);
		ok(good, "random order, %u in flight: the mark is the first unsettled one", windows[i]);
	}
	return done();
}
