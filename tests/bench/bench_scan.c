/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What scanning costs: a message of ordinary leaves at three sizes, beside the engine alone over the
 * same text.  (Each signature by itself: `eventwall rules cost`.)
 *
 *     bench_scan SET.json...
 *
 * Times are of this thread's CPU, best of several rounds, so that other load hardly shows. */

#include "eventwall/protocol.h"
#include "signatures/ordinary.h"
#include "signatures/rule.h"
#include "tests/unit/tree.h"

#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const struct ew_limits limits = EW_LIMITS_DEFAULT;

static const char *const names[] = {
	"id",    "time", "source", "type", "orderId",     "amount",    "currency",  "customer",
	"email", "url",  "phone",  "note", "contentType", "userAgent", "eventName", "key",
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Leaves with names and values of `size` bytes together. */
static void fill(struct ew_message *m, size_t size)
{
	struct ew_field *body = tree_object(m, m->root, "body");

	for (size_t i = 0, n = 0; n < size; i++) {
		const char *name = names[i % COUNT(names)], *value = ew_ordinary_value(i);
		tree_text(m, body, name, value);
		n += strlen(name) + strlen(value) + 6;
	}
}

static int count_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg)
{
	(void)id, (void)from, (void)to, (void)flags;
	++*(unsigned *)arg;
	return 0;
}

/* The values (or names) of `m` as the scanner lays them out. */
static size_t gather(const struct ew_message *m, bool of_names, char *out)
{
	size_t n = 0;

	out[n++] = (char)0xff;
	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		struct ew_bytes b = of_names ? f->name : f->value;
		if (b.n == 0 || !(f->flags & EW_FIELD_NAMED))
			continue;
		memcpy(out + n, b.p, b.n);
		n += b.n;
		out[n++] = (char)0xff;
	}
	return n;
}

static double time_engine(const hs_database_t *db, hs_scratch_t *scratch, const char *text, size_t n)
{
	unsigned reps = (unsigned)(2000000 / (n + 200)) + 1, found = 0;
	double best = 1e18;

	for (int round = 0; round < 7; round++) {
		double t = now();
		for (unsigned i = 0; i < reps; i++)
			if (hs_scan(db, text, (unsigned)n, 0, scratch, count_match, &found) != HS_SUCCESS)
				abort();
		t = (now() - t) / reps;
		best = t < best ? t : best;
	}
	return best;
}

static double time_scan(struct ew_scanner *s, const struct ew_ruleset *rs, struct ew_message *m, size_t n)
{
	unsigned reps = (unsigned)(2000000 / (n + 200)) + 1;
	double best = 1e18;

	for (int round = 0; round < 7; round++) {
		double t = now();
		for (unsigned i = 0; i < reps; i++)
			if (ew_scan(s, rs, m) != EW_OK)
				abort();
		t = (now() - t) / reps;
		best = t < best ? t : best;
	}
	return best;
}

static void compare(const struct ew_ruleset *rs, size_t size)
{
	struct ew_scanner *s = ew_scanner_new();
	struct ew_message *m = ew_message_new(&limits);
	hs_scratch_t *scratch = NULL;
	static char text[EW_SUBJECT_COUNT][1 << 20];
	size_t n[EW_SUBJECT_COUNT];
	double engine = 0;

	if (!s || !m || !ew_scanner_adopt(s, rs))
		abort();
	fill(m, size);
	for (int i = 0; i < EW_SUBJECT_COUNT; i++) {
		n[i] = gather(m, i == EW_SUBJECT_NAME, text[i]);
		if (!rs->matcher[i].db[EW_SCAN_GATHER])
			continue;
		if (hs_alloc_scratch(rs->matcher[i].db[EW_SCAN_GATHER], &scratch) != HS_SUCCESS)
			abort();
		engine += time_engine(rs->matcher[i].db[EW_SCAN_GATHER], scratch, text[i], n[i]);
	}
	double whole = time_scan(s, rs, m, size);
	printf("%6zu B: ew_scan %8.0f ns, engine alone %8.0f ns (%.2f), %5.0f MB/s, %u hits\n", size,
	       whole, engine, whole / engine, (double)(n[0] + n[1]) * 1e3 / whole, m->hit_count);
	hs_free_scratch(scratch);
	ew_message_free(&m);
	ew_scanner_free(&s);
}

int main(int argc, char **argv)
{
	struct ew_error e = { .line = 0 };
	struct ew_ruleset *rs =
		ew_ruleset_load((const char *const *)argv + 1, (size_t)(argc - 1), NULL, &e);

	if (!rs) {
		fprintf(stderr, "%s:%u: %s\n", e.file, e.line, e.text);
		return 1;
	}
	printf("%zu signatures\n", ew_ruleset_count(rs));
	compare(rs, 300);
	compare(rs, 4096);
	compare(rs, 65536);
	ew_ruleset_unref(&rs);
	return 0;
}
