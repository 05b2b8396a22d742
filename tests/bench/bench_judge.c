/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What judging costs beside the engine alone: an HTTP request with a JSON body of three sizes becomes
 * fields, is opened and scanned, and then the very text that was scanned is given to the same databases
 * again, first as it was laid out, then leaf by leaf.
 *
 *     bench_judge [-1] SET.json...       -1: one round of each, for counting instructions
 *
 * Times are of this thread's CPU, best of several rounds in turn, so that other load hardly shows. */

#include "eventwall/event.h"
#include "eventwall/protocol.h"
#include "signatures/rule.h"

#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 9
#define SPANS_MOST 65536

static const struct ew_limits limits = EW_LIMITS_DEFAULT;

static const char *const words[] = { "order", "kettle", "Lisbon", "invoice", "delayed", "pickup", "warehouse",
	"customer", "please", "ring", "twice", "second", "floor", "blue", "box", "return", "label", "tuesday",
	"morning" };

#define WORDS (sizeof(words) / sizeof(*words))

/* The text of one subject, as the scanner lays it out, and where the leaves are in it. */
struct text {
	char *p;
	size_t n, spans;
	struct {
		unsigned from, n;
	} span[SPANS_MOST];
};

static struct text gathered[EW_SUBJECT_COUNT];
static hs_scratch_t *scratch;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static size_t put_words(char *out, size_t cap, const char *name, size_t first, size_t count)
{
	size_t n = (size_t)snprintf(out, cap, ", \"%s\": \"", name);

	for (size_t k = 0; k < count; k++)
		n += (size_t)snprintf(out + n, cap - n, "%s%s", k ? " " : "", words[(first + k) % WORDS]);
	return n + (size_t)snprintf(out + n, cap - n, "\"");
}

/* An order with as many rows as fit into about `size` bytes: identifiers, numbers and prose. */
static struct ew_bytes make_body(size_t size)
{
	size_t cap = size + 1024, n;
	char *out = malloc(cap);

	if (!out)
		abort();
	n = (size_t)snprintf(out, cap,
	                     "{\"specversion\": \"1.0\", \"id\": \"a3f1-4711\", \"source\": \"/shop/eu\", "
	                     "\"type\": \"order.made\", \"data\": [");
	for (size_t i = 0; i == 0 || n + 130 < size; i++) {
		n += (size_t)snprintf(out + n, cap - n,
		                      "%s{\"sku\": \"SKU-%05zu\", \"qty\": %zu, \"price\": %zu.%02zu",
		                      i ? ", " : "", i, i % 7 + 1, 3 + i * 5 / 4, i * 25 % 100);
		n += put_words(out + n, cap - n, "name", i, 3);
		n += put_words(out + n, cap - n, "note", i * 3, 6);
		n += (size_t)snprintf(out + n, cap - n, "}");
	}
	n += (size_t)snprintf(out + n, cap - n, "]}");
	return ew_bytes(out, n);
}

static void open_event(struct ew_message *m, struct ew_bytes body)
{
	static const struct ew_pair headers[] = {
		{ { (const uint8_t *)"Host", 4 }, { (const uint8_t *)"shop.example.com", 16 } },
		{ { (const uint8_t *)"Content-Type", 12 }, { (const uint8_t *)"application/json", 16 } },
		{ { (const uint8_t *)"Content-Length", 14 }, { (const uint8_t *)"12345", 5 } },
		{ { (const uint8_t *)"User-Agent", 10 }, { (const uint8_t *)"shop-agent/2.1", 14 } },
	};
	struct ew_http_parts parts = { .method = EW_LIT("POST"), .target = EW_LIT("/orders?region=eu"),
		.headers = headers, .header_count = sizeof(headers) / sizeof(*headers), .body = body };

	ew_message_reset(m, &limits);
	m->raw = body;
	if (ew_http_event(m, &parts) != EW_OK || ew_decode(m) != EW_OK)
		abort();
}

static void add(struct text *t, struct ew_bytes b)
{
	if (b.n == 0)
		return;
	if (t->spans == SPANS_MOST)
		abort();
	t->span[t->spans].from = (unsigned)t->n;
	t->span[t->spans++].n = (unsigned)b.n;
	memcpy(t->p + t->n, b.p, b.n);
	t->n += b.n;
	t->p[t->n++] = (char)0xff;
}

/* As signatures/scan.c does it. */
static void gather(const struct ew_message *m)
{
	for (int i = 0; i < EW_SUBJECT_COUNT; i++) {
		gathered[i].p[0] = (char)0xff;
		gathered[i].n = 1;
		gathered[i].spans = 0;
	}
	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		if (f->flags & EW_FIELD_QUIET)
			continue;
		if (f->flags & EW_FIELD_NAMED)
			add(&gathered[EW_SUBJECT_NAME], f->name);
		if (ew_field_is_leaf(f) && !(f->flags & EW_FIELD_COVERED))
			add(&gathered[EW_SUBJECT_VALUE], f->value);
	}
}

static int ignore(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg)
{
	(void)id, (void)from, (void)to, (void)flags, (void)arg;
	return 0;
}

static void engine_once(const struct ew_ruleset *rs)
{
	for (int i = 0; i < EW_SUBJECT_COUNT; i++) {
		const struct text *t = &gathered[i];
		const hs_database_t *db = rs->matcher[i].db[EW_SCAN_GATHER];
		if (db && t->spans &&
		    hs_scan(db, t->p, (unsigned)t->n, 0, scratch, ignore, NULL) != HS_SUCCESS)
			abort();
	}
}

static void engine_by_leaf(const struct ew_ruleset *rs)
{
	for (int i = 0; i < EW_SUBJECT_COUNT; i++) {
		const struct text *t = &gathered[i];
		const hs_database_t *db = rs->matcher[i].db[EW_SCAN_LEAF];
		for (size_t k = 0; db && k < t->spans; k++) {
			if (hs_scan(db, t->p + t->span[k].from, t->span[k].n, 0, scratch, ignore, NULL) !=
			    HS_SUCCESS)
				abort();
		}
	}
}

static void least(double *best, double began, size_t times)
{
	double t = (now() - began) / (double)times;

	*best = *best == 0 || t < *best ? t : *best;
}

static void compare(struct ew_scanner *s, const struct ew_ruleset *rs, size_t size, size_t rounds)
{
	struct ew_bytes body = make_body(size);
	struct ew_message *m = ew_message_new(&limits);
	size_t times = rounds == 1 ? 1 : 1000000 / (size + 300) + 1;
	double opened = 0, judged = 0, engine = 0, by_leaf = 0;

	if (!m)
		abort();
	for (size_t r = 0; r < rounds; r++) {
		double t = now();
		for (size_t i = 0; i < times; i++)
			open_event(m, body);
		least(&opened, t, times);
		t = now();
		for (size_t i = 0; i < times; i++) {
			open_event(m, body);
			if (ew_scan(s, rs, m) != EW_OK || m->hit_count)
				abort();
		}
		least(&judged, t, times);
		gather(m);
		t = now();
		for (size_t i = 0; i < times; i++)
			engine_once(rs);
		least(&engine, t, times);
		t = now();
		for (size_t i = 0; i < times; i++)
			engine_by_leaf(rs);
		least(&by_leaf, t, times);
	}
	printf("%6zu B  opened %8.0f ns  opened and scanned %8.0f ns   engine alone: gathered %8.0f ns = %.2f x"
	       "   leaf by leaf %8.0f ns = %.2f x\n",
	       body.n, opened, judged, engine, judged / engine, by_leaf, judged / by_leaf);
	ew_message_free(&m);
	free((void *)(uintptr_t)body.p);
}

int main(int argc, char **argv)
{
	bool once = argc > 1 && strcmp(argv[1], "-1") == 0;
	int first = once ? 2 : 1;
	struct ew_error e = { .line = 0 };
	struct ew_ruleset_options opt = { .cache_dir = getenv("EW_BENCH_CACHE") };
	struct ew_ruleset *rs =
		ew_ruleset_load((const char *const *)argv + first, (size_t)(argc - first), &opt, &e);
	struct ew_scanner *s = ew_scanner_new();

	if (!rs) {
		fprintf(stderr, "%s:%u: %s\n", e.file, e.line, e.text);
		return 1;
	}
	if (!s || !ew_scanner_adopt(s, rs))
		abort();
	for (int i = 0; i < EW_SUBJECT_COUNT; i++) {
		if (!(gathered[i].p = malloc(1 << 20)))
			abort();
		for (int of = 0; of < EW_SCAN_COUNT; of++) {
			const hs_database_t *db = rs->matcher[i].db[of];
			if (db && hs_alloc_scratch(db, &scratch) != HS_SUCCESS)
				abort();
		}
	}
	compare(s, rs, 300, once ? 1 : ROUNDS);
	compare(s, rs, 4096, once ? 1 : ROUNDS);
	compare(s, rs, 65536, once ? 1 : ROUNDS);
	hs_free_scratch(scratch);
	for (int i = 0; i < EW_SUBJECT_COUNT; i++)
		free(gathered[i].p);
	ew_scanner_free(&s);
	ew_ruleset_unref(&rs);
	return 0;
}
