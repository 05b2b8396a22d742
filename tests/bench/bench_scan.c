/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What scanning costs: a message of ordinary leaves at three sizes, beside the engine alone over the
 * same text, and each signature by itself.
 *
 *     bench_scan [-s] SET.json...        -s: every signature, slowest first
 *
 * Times are of this thread's CPU, best of several rounds, so that other load hardly shows. */

#include "eventwall/protocol.h"
#include "signatures/anchor.h"
#include "signatures/rule.h"
#include "tests/unit/tree.h"

#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const struct ew_limits limits = EW_LIMITS_DEFAULT;

/* Leaves as events have them. */
static const char *const leaves[] = {
	"8f14e45f-ceea-467f-9b3e-1c2d7a0b5e11", "2024-03-18T09:26:53.589Z",
	"arn:aws:sqs:eu-west-1:123456789012:orders",
	"order.created", "4711", "149.90", "true", "null", "EUR", "Jane O'Neil", "jane.oneil@example.com",
	"https://shop.example.com/products/4711?ref=newsletter&utm_source=mail", "+49 30 901820",
	"Please leave the parcel with the neighbours (no. 5) & ring twice; thanks!", "application/json",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
	"ObjectCreated:Put", "uploads/2024/03/18/invoice-000123.pdf", "d41d8cd98f00b204e9800998ecf8427e",
	"sensor-17",
	"21.5", "-0.0031", "Berlin", "Unter den Linden 77, 10117 Berlin", "SUCCEEDED",
	"The customer asked whether the invoice could be sent again, since the first one went missing.",
	"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "192.0.2.44", "eu-west-1", "v1.24.3", "refs/heads/main",
	"Merge pull request #42 from example/fix-rounding\n\nRound half to even, as the tax office wants it.",
};
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
		const char *name = names[i % COUNT(names)], *value = leaves[i * 7 % COUNT(leaves)];
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

struct cost {
	const struct ew_rule *rule;
	double mbps;
	size_t bytes;
	unsigned found;
};

static int slowest_first(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;

	return (x->mbps > y->mbps) - (x->mbps < y->mbps);
}

static struct cost cost_of(const struct ew_rule *r, const char *text, size_t n)
{
	struct cost c = { .rule = r };
	char *moved = malloc(ew_anchor_room(strlen(r->pattern)));
	hs_compile_error_t *he;
	hs_scratch_t *scratch = NULL;
	hs_database_t *db;
	const char *why;

	if (!moved || !ew_anchor_rewrite(r->pattern, moved, &why) ||
	    hs_compile(moved, HS_FLAG_DOTALL | (r->exact_case ? 0 : HS_FLAG_CASELESS), HS_MODE_BLOCK, NULL, &db,
	               &he) != HS_SUCCESS ||
	    hs_alloc_scratch(db, &scratch) != HS_SUCCESS || hs_database_size(db, &c.bytes) != HS_SUCCESS)
		abort();
	c.mbps = (double)n * 1e3 / time_engine(db, scratch, text, n);
	(void)hs_scan(db, text, (unsigned)n, 0, scratch, count_match, &c.found);
	hs_free_scratch(scratch);
	hs_free_database(db);
	free(moved);
	return c;
}

static void each(const struct ew_ruleset *rs)
{
	static char text[1 << 17];
	struct ew_message *m = ew_message_new(&limits);
	struct cost *cost = calloc(rs->rules.count + 1, sizeof(*cost));
	size_t n, k = 0;

	if (!m || !cost)
		abort();
	fill(m, 16384);
	n = gather(m, false, text);
	for (size_t i = 0; i < rs->rules.count; i++)
		if (rs->rules.rule[i]->pattern)
			cost[k++] = cost_of(rs->rules.rule[i], text, n);
	qsort(cost, k, sizeof(*cost), slowest_first);
	for (size_t i = 0; i < k; i++)
		printf("%6u %8.0f MB/s %8zu B %s%s\n", cost[i].rule->pub.id, cost[i].mbps, cost[i].bytes,
		       cost[i].rule->pub.name, cost[i].found ? " (found in ordinary text)" : "");
	free(cost);
	ew_message_free(&m);
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "-s") == 0;
	int first = all ? 2 : 1;
	struct ew_error e = { .line = 0 };
	struct ew_ruleset *rs =
		ew_ruleset_load((const char *const *)argv + first, (size_t)(argc - first), NULL, &e);

	if (!rs) {
		fprintf(stderr, "%s:%u: %s\n", e.file, e.line, e.text);
		return 1;
	}
	printf("%zu signatures\n", ew_ruleset_count(rs));
	compare(rs, 300);
	compare(rs, 4096);
	compare(rs, 65536);
	if (all)
		each(rs);
	ew_ruleset_unref(&rs);
	return 0;
}
