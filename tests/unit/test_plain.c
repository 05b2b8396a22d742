/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* plain.c: which text is plain, and that what is left of a pattern finds in plain text what the whole does.
 * gather.c: that the same text is laid out as plain. */

#include "guard.h"
#include "signatures/gather.h"
#include "signatures/plain.h"
#include "tap.h"

#include <hs.h>
#include <stdlib.h>

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-_:@";

/* Laid out behind others if it is plain, and nowhere else. */
static bool is_laid_out(struct ew_gather *g, struct ew_bytes text)
{
	static const struct ew_field nobody;
	size_t slots = g->slots, len = g->len;
	enum ew_gathered done = ew_gather_plain(g, &nobody, text);

	if (done == EW_GATHER_ODD && (g->slots != slots || g->len != len))
		abort();
	return done == EW_GATHERED && g->slots == slots + 1 && ew_bytes_eq(ew_gather_text(g, slots), text) &&
	       g->buf[g->slot[slots].start - 1] == 0xff && g->buf[g->len - 1] == 0xff;
}

static void texts(void)
{
	struct ew_gather gather = { 0 };
	int wrong = 0, misplaced = 0;

	for (size_t n = 0; n < 50; n++) {
		uint8_t text[50];
		for (size_t i = 0; i < n; i++)
			text[i] = (uint8_t)plain[(i * 7 + n) % (sizeof(plain) - 1)];
		struct ew_bytes g = guard_put(ew_bytes(text, n));
		wrong += !ew_plain_text(g);
		misplaced += !is_laid_out(&gather, g);
		guard_drop(g);
		for (size_t at = 0; at < n; at++) {
			uint8_t was = text[at];
			for (int c = 0; c < 256; c++) {
				text[at] = (uint8_t)c;
				bool is = c && strchr(plain, c);
				wrong += ew_plain_text(ew_bytes(text, n)) != is;
				misplaced += is_laid_out(&gather, ew_bytes(text, n)) != is;
			}
			text[at] = was;
		}
	}
	is_int(wrong, 0, "each byte at each place of each length, at a guard page");
	is_int(misplaced, 0, "and as many are laid out as plain, each as it was");
	ew_gather_free(&gather);
}

static void rows(void)
{
	static const struct {
		const char *pattern, *left; /* NULL: never */
	} all[] = {
		{ "abc", "abc" },
		{ "a'c", NULL },
		{ "a\\x27c", NULL },
		{ "a\\.c", "a\\.c" },
		{ "a.c", "a.c" },
		{ "a\\(", NULL },
		{ "a\\(?", "a" },
		{ "a'{0,3}b", "ab" },
		{ "a'{1,3}b", NULL },
		{ "a'*?b+?", "ab+?" },
		{ "a|b'|c", "a|c" },
		{ "'|c", "c" },
		{ "'|\"", NULL },
		{ "x(?:'|\")y", NULL },
		{ "x(?:'|\")*y", "xy" },
		{ "x(?:'|\"|-)y", "x(?:-)y" },
		{ "x(a(b|'c)|(<|>))y", "x(a(b))y" },
		{ "x((<)|(>))?y", "xy" },
		{ "[<>]a", NULL },
		{ "[<>-]a", "[<>-]a" },
		{ "[^a-z]a", "[^a-z]a" },
		{ "[^\\x00-\\x7f]a", NULL },
		{ "[\\x27\\\"]a|b", "b" },
		{ "[+-/]a", "[+-/]a" },
		{ "[!-#]a", NULL },
		{ "[]<]a", NULL },
		{ "[\\s<]a", "[\\s<]a" },
		{ "[[:punct:]]", "[[:punct:]]" },
		{ "^a$|^'$", "^a$" },
		{ "\\ba\\b", "\\ba\\b" },
		{ "a{2}", "a{2}" },
		{ "{a", NULL },
		{ "\\n", NULL },
		{ "\\s", "\\s" },
		{ "\\W", "\\W" },
		{ "\xc3\xa9", NULL },
	};
	static const char *const unknown[] = { "(?i)a|b", "(?=a)b", "a(?m)b|'", "\\Qa'\\E", "(?>a|')b", "(a",
		                               "a)" };
	char left[64];

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		enum ew_plain answer = ew_plain_prune(all[i].pattern, left);
		if (all[i].left)
			is_str(answer == EW_PLAIN_PRUNED ? left : "", all[i].left, "%s", all[i].pattern);
		else
			is_int(answer, EW_PLAIN_NEVER, "%s", all[i].pattern);
	}
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		is_int(ew_plain_prune(unknown[i], left), EW_PLAIN_UNKNOWN, "not looked through: %s", unknown[i]);
}

static uint32_t seed = 11;

static uint32_t any(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

struct text {
	char p[256];
	size_t n;
};

static void put(struct text *t, const char *s)
{
	t->n += (size_t)snprintf(t->p + t->n, sizeof(t->p) - t->n, "%s", s);
}

/* A pattern that the engine may take: parts that are plain, odd or either, grouped and repeated. */
static struct text any_pattern(void)
{
	static const char *const parts[] = { "a", "b", "'", "\\x27", "[a']", "['<]", "[^ab]", ".", "\\s", "-", "<",
		                             "\\.", "\\(", "c" };
	static const char *const repeats[] = { "", "", "", "", "?", "*", "+", "{0,2}", "{2}", "*?" };
	struct text t = { .n = 0 };
	int depth = 0;

	for (uint32_t i = 0, n = 1 + any(8); i < n; i++) {
		if (any(5) == 0 && depth < 3) {
			put(&t, any(2) ? "(" : "(?:");
			depth++;
		}
		put(&t, parts[any(14)]);
		put(&t, repeats[any(10)]);
		if (depth && any(4) == 0) {
			put(&t, ")");
			put(&t, repeats[any(10)]);
			depth--;
		}
		if (any(5) == 0) {
			put(&t, "|");
			put(&t, parts[any(14)]);
		}
	}
	while (depth--)
		put(&t, ")");
	return t;
}

static int note_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg)
{
	(void)id, (void)from, (void)to, (void)flags;
	*(bool *)arg = true;
	return 1;
}

static hs_scratch_t *scratch;

static hs_database_t *compiled(const char *pattern)
{
	hs_compile_error_t *e = NULL;
	hs_database_t *db = NULL;

	if (hs_compile(pattern, HS_FLAG_DOTALL | HS_FLAG_CASELESS, HS_MODE_BLOCK, NULL, &db, &e) != HS_SUCCESS)
		hs_free_compile_error(e);
	else if (hs_alloc_scratch(db, &scratch) != HS_SUCCESS)
		abort();
	return db;
}

static bool matches(const hs_database_t *db, const char *text, size_t n)
{
	bool found = false;

	hs_scan(db, text, (unsigned)n, 0, scratch, note_match, &found);
	return found;
}

static void same_matches(void)
{
	int compared = 0, pruned = 0, never = 0, found = 0, wrong = 0;

	for (int round = 0; round < 1500; round++) {
		struct text made = any_pattern();
		const char *pattern = made.p;
		char left[256];
		hs_database_t *whole = compiled(pattern), *rest = NULL;
		if (!whole)
			continue; /* it matches nothing at all, say */
		enum ew_plain answer = ew_plain_prune(pattern, left);
		if (answer == EW_PLAIN_PRUNED && !(rest = compiled(left))) {
			wrong++;
			printf("# not accepted: %s, left of %s\n", left, pattern);
		}
		pruned += answer == EW_PLAIN_PRUNED && strcmp(left, pattern) != 0;
		never += answer == EW_PLAIN_NEVER;
		for (int i = 0; i < 60; i++) {
			char text[12];
			size_t n = 1 + any(11);
			for (size_t k = 0; k < n; k++)
				text[k] = any(4) ? "abcABC"[any(6)] : plain[any(sizeof(plain) - 1)];
			bool a = matches(whole, text, n), b = rest && matches(rest, text, n);
			compared++;
			found += a;
			if (a != b && wrong++ < 5)
				printf("# %s and %s differ on \"%.*s\"\n", pattern, rest ? left : "nothing",
				       (int)n, text);
		}
		hs_free_database(whole);
		hs_free_database(rest);
	}
	ok(pruned > 200 && never > 200 && found > 5000, "%d pruned, %d never, %d matches", pruned, never, found);
	is_int(wrong, 0, "the same matches in %d texts", compared);
	hs_free_scratch(scratch);
}

int main(void)
{
	texts();
	rows();
	same_matches();
	return done();
}
