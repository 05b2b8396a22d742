/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Patterns that the fast engine does not look for as they are: behind gates, split, guessed at and confirmed.  What
 * is found is what PCRE2 alone finds in each value; work has a bound, and past it is found. */

#include "signatures/regex.h"
#include "signatures/rule.h"
#include "tap.h"
#include "tree.h"

#include <unistd.h>

static const struct {
	const char *pattern, *gate[3];
	enum ew_match match;
} row[] = {
	{ "(a|b)\\1", { NULL }, EW_MATCH_CONFIRMED },
	{ "a(?!b)", { NULL }, EW_MATCH_CONFIRMED },
	{ "(?<!a)b", { NULL }, EW_MATCH_CONFIRMED },
	{ "(?<=a)b", { NULL }, EW_MATCH_CONFIRMED },
	{ "^(?!a)b", { NULL }, EW_MATCH_CONFIRMED },
	{ "a(?=b$)", { NULL }, EW_MATCH_CONFIRMED },
	{ "a(?!$)", { NULL }, EW_MATCH_CONFIRMED },
	{ "(?<!^)ab", { NULL }, EW_MATCH_CONFIRMED },
	{ "(?=a|^)ab", { NULL }, EW_MATCH_CONFIRMED },
	{ "^(?=.*x)a", { NULL }, EW_MATCH_CONFIRMED },
	{ "([ab])x\\1$", { NULL }, EW_MATCH_CONFIRMED },
	{ "(?>a*)b", { NULL }, EW_MATCH_CONFIRMED },
	{ "(?<q>['$])a\\k<q>", { NULL }, EW_MATCH_CONFIRMED },
	{ "\\b([ab]+) \\1\\b", { NULL }, EW_MATCH_CONFIRMED },
	{ "(?m)^a(?!b)$", { NULL }, EW_MATCH_CONFIRMED },
	{ "(')?a\\1", { NULL }, EW_MATCH_CONFIRMED },
	{ "(a)?b\\1", { NULL }, EW_MATCH_CONFIRMED },
	{ "(?:^|,)a(?!,)", { NULL }, EW_MATCH_CONFIRMED },
	{ "(a)|b\\1b", { NULL }, EW_MATCH_CONFIRMED },
	{ "a(?!b)|(?<!x)b", { NULL }, EW_MATCH_CONFIRMED },
	{ "(?i)a(?!b)|bb", { NULL }, EW_MATCH_CONFIRMED },
	{ "^ab$|b(?!a)", { NULL }, EW_MATCH_SPLIT },
	{ "xa|x(?=b)|(?<=,)a", { NULL }, EW_MATCH_SPLIT },
	{ "a$|(?:b(?!x))", { NULL }, EW_MATCH_SPLIT },
	{ "^a.*b$", { "x" }, EW_MATCH_GATED },
	{ "a.b", { "^,", "x$" }, EW_MATCH_GATED },
	{ "'a", { "a" }, EW_MATCH_GATED },
	{ "b", { "a.?x", "\\$" }, EW_MATCH_GATED },
	{ "(a|b)\\1", { "x", "\\$" }, EW_MATCH_CONFIRMED },
	{ "a(?R)?b", { "ab" }, EW_MATCH_CONFIRMED },
	{ "(?|(a)|(b))x?\\1", { "^a" }, EW_MATCH_CONFIRMED },
	{ "(a)?(?(1)b|x)b", { "b$" }, EW_MATCH_CONFIRMED },
	{ "(?<=a)b*+b?x", { "x" }, EW_MATCH_CONFIRMED },
	{ "ab", { NULL }, EW_MATCH_EXACT },
};
enum { ROWS = sizeof(row) / sizeof(*row), GATES = 3 };

static char set_path[64], said[2048];
static struct ew_regex *whole[ROWS], *gate[ROWS][GATES];

static void note(void *arg, const char *text)
{
	(void)arg;
	snprintf(said, sizeof(said), "%s", text);
}

static void put_json(FILE *f, const char *s)
{
	putc('"', f);
	for (; *s; s++)
		fprintf(f, *s == '\\' || *s == '"' ? "\\%c" : "%c", *s);
	putc('"', f);
}

static struct ew_ruleset *load(const char *cache)
{
	const char *paths[] = { set_path };
	struct ew_ruleset_options opt = { .note = note, .cache_dir = cache };
	struct ew_error e = { .line = 0 };
	char text[1024];

	*said = 0;
	struct ew_ruleset *rs = ew_ruleset_load(paths, 1, &opt, &e);
	ew_error_print(&e, text, sizeof(text));
	if (!rs)
		snprintf(said, sizeof(said), "%s", text);
	return rs;
}

static void begin_signature(FILE *f, unsigned id, const char *pattern)
{
	fprintf(f, "{\"id\":%u,\"name\":\"n\",\"class\":\"c\",\"on\":\"both\",\"views\":[],\"score\":1,"
	        "\"hit\":[\"h\"],\"miss\":[\"m\"],\"pattern\":", id);
	put_json(f, pattern);
}

/* The rows [first, last) as a set, ids from 1. */
static struct ew_ruleset *load_rows(int first, int last, const char *cache)
{
	FILE *f = fopen(set_path, "w");

	if (!f)
		abort();
	fprintf(f, "{\"set\":\"t\",\"version\":\"1\",\"signatures\":[");
	for (int i = first; i < last; i++) {
		fputs(i > first ? ",\n" : "", f);
		begin_signature(f, (unsigned)i + 1, row[i].pattern);
		for (int k = 0; k < GATES && row[i].gate[k]; k++) {
			fputs(k ? "," : ",\"gate\":[", f);
			put_json(f, row[i].gate[k]);
		}
		fputs(row[i].gate[0] ? "]}" : "}", f);
	}
	fputs("]}", f);
	fclose(f);
	return load(cache);
}

static struct ew_regex *plainly(const char *pattern)
{
	char why[EW_REGEX_WHY];
	size_t at;
	struct ew_regex *r = ew_regex_new(ew_bytes_str(pattern), EW_REGEX_ANY_CASE, &at, why);

	if (!r)
		abort();
	return r;
}

static bool is_there(int i, struct ew_bytes text)
{
	bool open = !row[i].gate[0];

	for (int k = 0; k < GATES && row[i].gate[k]; k++)
		open |= ew_regex_find(gate[i][k], text, 0, NULL);
	return text.n > 0 && open && ew_regex_find(whole[i], text, 0, NULL);
}

static uint64_t seed = 88172645463325252u;

static unsigned any(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

static struct ew_bytes random_text(struct ew_message *m)
{
	static const char pieces[] = "ababABxX ,'$\n\xff\0-";
	uint8_t *p = ew_arena_alloc_raw(m->arena, 16);
	unsigned n = any(9), kinds = any(3) ? 9 : sizeof(pieces) - 1; /* the first nine are plain */

	for (unsigned i = 0; i < n; i++)
		p[i] = (uint8_t)pieces[any(kinds)];
	return ew_bytes(p, n);
}

static void random_fields(struct ew_message *m)
{
	for (unsigned n = 1 + any(8); n > 0; n--)
		tree_add(m, m->root, random_text(m), random_text(m), EW_KIND_TEXT, EW_FIELD_NAMED);
}

static bool check_hits(const struct ew_message *m, int first, int last)
{
	const struct ew_hit *h = m->hits;

	for (int i = first; i < last; i++) {
		for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
			for (int on_name = 1; on_name >= 0; on_name--) {
				struct ew_bytes text = on_name ? f->name : f->value;
				if (!(f->flags & EW_FIELD_NAMED) || !is_there(i, text))
					continue;
				if (!h || h->signature->id != (unsigned)i + 1 || h->field != f ||
				    h->on_name != on_name || h->end > text.n || h->why) {
					printf("# missing: %s in %.*s\n", row[i].pattern, (int)text.n, text.p);
					return false;
				}
				h = h->next;
			}
		}
	}
	if (h)
		printf("# PCRE2 does not find: %s in %.*s\n", h->signature->pattern, (int)h->text.n, h->text.p);
	return !h && m->unjudged == 0;
}

/* The same of one signature, `alone` and open where `gate` is, if there is one. */
static bool is_as_alone(const struct ew_message *m, const struct ew_regex *alone, const struct ew_regex *open)
{
	const struct ew_hit *h = m->hits;

	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		for (int on_name = 1; on_name >= 0; on_name--) {
			struct ew_bytes text = on_name ? f->name : f->value;
			bool found = text.n > 0 && f->flags & EW_FIELD_NAMED &&
			             ew_regex_find(alone, text, 0, NULL) &&
			             (!open || ew_regex_find(open, text, 0, NULL));
			bool told = h && h->field == f && h->on_name == on_name;
			if (found != told) {
				printf("# %s in \"%.*s\": ", found ? "not found" : "found", (int)text.n, text.p);
				return false;
			}
			h = told ? h->next : h;
		}
	}
	return !h;
}

/* `n` random messages.  How many hits; 0: they are not those of PCRE2. */
static size_t play(struct ew_scanner *s, const struct ew_ruleset *rs, int first, int last, int n)
{
	struct ew_message *m = ew_message_new(&tree_limits);
	size_t hits = 0;
	bool good = rs && m && ew_scanner_adopt(s, rs);

	for (int i = 0; good && i < n; i++) {
		ew_message_reset(m, &tree_limits);
		random_fields(m);
		good = ew_scan(s, rs, m) == EW_OK && check_hits(m, first, last);
		hits += m->hit_count;
	}
	ew_message_free(&m);
	return good ? hits : 0;
}

static void check_property(struct ew_scanner *s)
{
	struct ew_ruleset *rs;
	char cache[80];

	for (int i = 0; i < ROWS; i++) {
		whole[i] = plainly(row[i].pattern);
		for (int k = 0; k < GATES && row[i].gate[k]; k++)
			gate[i][k] = plainly(row[i].gate[k]);
	}
	for (int i = 0; i < ROWS; i++) {
		rs = load_rows(i, i + 1, NULL);
		ok(rs && play(s, rs, i, i + 1, 1500) > 0, "%s: as PCRE2 alone", row[i].pattern);
		is_str(rs ? ew_match_name((enum ew_match)ew_ruleset_at(rs, 0)->match) : said,
		       ew_match_name(row[i].match), "%s is", row[i].pattern);
		bool slow = row[i].match == EW_MATCH_SPLIT || row[i].match == EW_MATCH_CONFIRMED;
		ok((strstr(said, "backtracks") != NULL) == slow, "and that is%s told", slow ? "" : " not");
		ew_ruleset_unref(&rs);
	}
	rs = load_rows(0, ROWS, NULL);
	size_t hits = play(s, rs, 0, ROWS, 4000);
	ok(hits > 10000, "all of them together: %zu hits", hits);
	ew_ruleset_unref(&rs);

	snprintf(cache, sizeof(cache), "%s.cache", set_path);
	for (int round = 0; round < 2; round++) {
		rs = load_rows(0, ROWS, cache);
		ok(rs && ew_ruleset_from_cache(rs) == round && play(s, rs, 0, ROWS, 200) > 0,
		   "%s", round ? "and from there" : "into a cache");
		ew_ruleset_unref(&rs);
	}
	char command[200];
	snprintf(command, sizeof(command), "rm -rf '%s'", cache);
	ok(system(command) == 0, "the cache is removed");
	for (int i = 0; i < ROWS; i++) {
		ew_regex_free(&whole[i]);
		for (int k = 0; k < GATES; k++)
			ew_regex_free(&gate[i][k]);
	}
}

/* One signature; the rest of its text is `more`. */
static struct ew_ruleset *load_one(const char *pattern, const char *more)
{
	FILE *f = fopen(set_path, "w");

	if (!f)
		abort();
	fprintf(f, "{\"set\":\"t\",\"version\":\"1\",\"signatures\":[\n");
	begin_signature(f, 7, pattern);
	fprintf(f, "%s}]}", more);
	fclose(f);
	return load(NULL);
}

/* A pattern in which everything may stand anywhere; brackets are closed. */
static void make_pattern(char *out, size_t room)
{
	static const char *const pieces[] = {
		"a", "b", "x", ",", "[ab]", "[^a]", ".", "ab", "\\b", "^", "$", "|", "(", "(?:", "(?=", "(?!",
		"(?<=", "(?<!", "(?>", "(", ")", ")", ")", "*", "+", "?", "{2}", "*?", "++", "\\1", "\\2", "(?i)",
	};
	size_t n = 0, open = 0;

	for (unsigned i = 3 + any(12); i > 0; i--) {
		const char *piece = pieces[any(any(2) ? 8 : sizeof(pieces) / sizeof(*pieces))];
		if (*piece == ')' && open == 0)
			continue;
		open += *piece == '(' && strcmp(piece, "(?i)") != 0;
		open -= *piece == ')';
		n += (size_t)snprintf(out + n, room - n, "%s", piece);
	}
	while (open-- > 0)
		n += (size_t)snprintf(out + n, room - n, ")");
}

/* Any pattern that loads, with a gate or without: row 0 of a table of its own. */
static void check_any_patterns(struct ew_scanner *s)
{
	struct ew_message *m = ew_message_new(&tree_limits);
	unsigned loaded[EW_MATCH_CONFIRMED + 1] = { 0 }, hits = 0;
	bool good = m != NULL;

	for (int i = 0; good && i < 1200; i++) {
		char pattern[128];
		make_pattern(pattern, sizeof(pattern));
		bool gated = any(4) == 0;
		struct ew_ruleset *rs = load_one(pattern, gated ? ",\"gate\":[\"^a\",\"x\"]" : "");
		if (!rs)
			continue;
		struct ew_regex *alone = plainly(pattern), *open = plainly("^a|x");
		loaded[ew_ruleset_at(rs, 0)->match]++;
		good = ew_scanner_adopt(s, rs);
		for (int k = 0; good && k < 40; k++) {
			ew_message_reset(m, &tree_limits);
			random_fields(m);
			good = ew_scan(s, rs, m) == EW_OK && is_as_alone(m, alone, gated ? open : NULL);
			hits += m->hit_count;
		}
		if (!good)
			printf("# %s%s\n", pattern, gated ? ", gated" : "");
		ew_regex_free(&alone);
		ew_regex_free(&open);
		ew_ruleset_unref(&rs);
	}
	ok(good, "any pattern: as PCRE2 alone");
	ok(loaded[EW_MATCH_EXACT] > 50 && loaded[EW_MATCH_GATED] > 50 && loaded[EW_MATCH_SPLIT] > 5 &&
	   loaded[EW_MATCH_CONFIRMED] > 50 && hits > 10000, "exact %u, gated %u, split %u, confirmed %u: %u hits",
	   loaded[0], loaded[1], loaded[2], loaded[3], hits);
	ew_message_free(&m);
}

static void check_refusals(void)
{
	static const struct {
		const char *pattern, *more, *part;
	} bad[] = {
		{ "(?!a)", "", "guess everywhere" },
		{ "a(?R)?b", "", "\"gate\"" },
		{ "(a)\\2", "", "ack reference" },
		{ "(?=a)", ",\"gate\":[\"x\"]", "empty text" },
		{ "a*", ",\"gate\":[\"x\"]", "empty text" },
		{ "a|b(?!c)|", "", "empty text" },
		{ "a(", ",\"gate\":[\"x\"]", "byte" },
		{ "a", ",\"gate\":[\"x*\"]", "always open" },
		{ "a", ",\"gate\":[\"(x)\\\\1\"]", "the gate" },
		{ "a", ",\"gate\":[]", "a list of 1 to" },
		{ "a", ",\"gate\":\"x\"", "a list of 1 to" },
		{ "a", ",\"gate\":[1]", "a list of strings" },
		{ "(*UTF)a(?!b)", ",\"gate\":[\"x\"]", "using UTF is disabled" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct ew_ruleset *rs = load_one(bad[i].pattern, bad[i].more);
		if (!ok(!rs && strstr(said, bad[i].part), "%s%s: %s", bad[i].pattern, bad[i].more, bad[i].part))
			printf("# said: %s\n", said);
		ew_ruleset_unref(&rs);
	}
}

/* A pattern and a value that keep an engine that backtracks busy for ages. */
static void check_bound(struct ew_scanner *s)
{
	struct ew_ruleset *rs = load_one("(x+x+)+\\1y", "");
	struct ew_message *m = ew_message_new(&tree_limits);
	char text[80];
	uint64_t work = 1000, had = work;
	size_t from, to;

	if (!rs || !m || !ew_scanner_adopt(s, rs))
		abort();
	memset(text, 'x', sizeof(text));
	memcpy(text + 60, "z\0y", 4);
	struct ew_bytes b = ew_bytes((const uint8_t *)text, 63);
	tree_add(m, m->root, EW_LIT("a"), EW_LIT("xxxxxxy"), EW_KIND_TEXT, EW_FIELD_NAMED);
	tree_add(m, m->root, EW_LIT("b"), b, EW_KIND_TEXT, EW_FIELD_NAMED);
	tree_add(m, m->root, EW_LIT("c"), EW_LIT("xxzy"), EW_KIND_TEXT, EW_FIELD_NAMED);
	ok(ew_scan(s, rs, m) == EW_OK && m->hits && !m->hits->why && m->hits->from == 0 && m->hits->end == 7,
	   "a value that is found, and where");
	ok(ew_ruleset_locate(rs, m->hits, &from, &to) && from == 0 && to == 7, "which tools are told");
	ok(m->hit_count >= 2 && m->hits->next->why && strstr(m->hits->next->why, "too much work") &&
	   m->unjudged == m->hit_count - 1, "what cannot be judged is found, and counted");
	ew_message_reset(m, &tree_limits);
	tree_text(m, m->root, "c", "xxzy");
	ok(ew_scan(s, rs, m) == EW_OK && m->hit_count == 0 && m->unjudged == 0,
	   "the next message has its own bound");
	const struct ew_rule *r = (const struct ew_rule *)ew_ruleset_at(rs, 0);
	ok(ew_regex_judge(r->regex, b, &work, &from, &to) == EW_REGEX_GAVE_UP && work == 0, "no more than it may");
	work = had;
	ok(ew_regex_judge(r->regex, EW_LIT("xxxx xxzy"), &work, &from, &to) == EW_REGEX_NONE && work < had &&
	   work > 0, "and what was done is taken off");
	ew_message_free(&m);
	ew_ruleset_unref(&rs);
}

int main(void)
{
	struct ew_scanner *s = ew_scanner_new();

	snprintf(set_path, sizeof(set_path), "/tmp/eventwall-test-confirm-%d.json", (int)getpid());
	check_property(s);
	check_any_patterns(s);
	check_refusals();
	check_bound(s);
	unlink(set_path);
	ew_scanner_free(&s);
	return done();
}
