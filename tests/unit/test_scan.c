/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The scanner: its result equals scanning each value alone, whatever the values hold; order, scores,
 * targets, anomalies, limits. */

#include "signatures/view.h"
#include "signatures/analyser.h"
#include "tap.h"
#include "tree.h"

#include <hs.h>
#include <unistd.h>

static const char *const patterns[] = {
	"^ab",          "ab$",           "^ab$",          "^a|b$",         "(?:^|,)ab",
	"(^|,)a(,|$)",  "\\bab\\b",      "\\Bab",         "ab\\B",         "[^a]b",
	"a[^b]$",       "^[^a]b",        "\\Aab",         "ab\\Z",         "ab\\z",
	"a.b",          "a.*b$",         "^a.*b",         "a\\nb",         "^\\s*ab",
	"(?m)^ab",      "(?m)ab$",       "[$^]a",         "\\^a\\$",       "a\\xffb",
	"^\\xff",       "\\xff$",        "\\ba.{2}b\\b",  "(?:a|^b)x",     "a(?:b|$)",
	"(?:^a)?bx",    "(?:^a|,b){1}",  "((^)a|b(x$))",  "(?i)^AB",       "[]^]a",
	"[^]$]a$",      "\\Q^a\\E",      "^(?:a|b)+$",    "(?:ab|^)x",     "\\bx$",
	"(?:,|^\\b)a",  "a\\b$",         "^\\ba",         "a[[:space:]]$", "-a(?#^)b",
};
enum { PATTERNS = sizeof(patterns) / sizeof(*patterns) };

/* Views of pattern `i`, as a set spells them. */
static const char *const views_of[] = {
	"[]", "[\"folded\"]", "[\"squeezed\",\"folded\"]", "[\"command\"]", "[\"path\",\"command\"]",
};
enum { VIEWS_OF = sizeof(views_of) / sizeof(*views_of) };

static char set_path[64];
static hs_database_t *alone[PATTERNS];
static hs_scratch_t *scratch;

static void write_set(const char *text)
{
	FILE *f = fopen(set_path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

static void put_json(FILE *f, const char *s)
{
	putc('"', f);
	for (; *s; s++)
		fprintf(f, *s == '\\' || *s == '"' ? "\\%c" : "%c", *s);
	putc('"', f);
}

static struct ew_ruleset *load(void)
{
	const char *paths[] = { set_path };
	struct ew_error e = { .line = 0 };
	char text[1024];
	struct ew_ruleset *rs = ew_ruleset_load(paths, 1, NULL, &e);

	ew_error_print(&e, text, sizeof(text));
	if (!rs)
		printf("# %s\n", text);
	return rs;
}

/* Both subjects, each pattern, in an order that is not that of the ids. */
static struct ew_ruleset *load_patterns(int first, int last)
{
	FILE *f = fopen(set_path, "w");

	if (!f)
		abort();
	fprintf(f, "{\"set\":\"t\",\"version\":\"1\",\"signatures\":[");
	for (int i = first; i < last; i++) {
		fprintf(f, "%s{\"id\":%d,\"name\":\"n\",\"class\":\"c\",\"on\":\"both\",\"score\":1,\"pattern\":",
		        i > first ? "," : "", 1000 - i);
		put_json(f, patterns[i]);
		fprintf(f, ",\"views\":%s,", views_of[i % VIEWS_OF]);
		fprintf(f, "\"hit\":[\"h\"],\"miss\":[\"m\"]}\n");
	}
	fprintf(f, "]}");
	fclose(f);
	return load();
}

static int stop_at_first(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                         void *arg)
{
	(void)id, (void)from, (void)to, (void)flags;
	*(bool *)arg = true;
	return 1;
}

static bool matches_alone(int i, struct ew_bytes b)
{
	bool found = false;

	if (b.n)
		hs_scan(alone[i], (const char *)b.p, (unsigned)b.n, 0, scratch, stop_at_first, &found);
	return found;
}

/* Is it found in a view that it is looked for in?  The first of them to `*view_r`. */
static bool matches_in_view(int i, struct ew_bytes b, enum ew_view *view_r)
{
	uint8_t folded[64], made[64];

	if (b.n > sizeof(made))
		abort();
	struct ew_bytes base = ew_bytes(folded, b.n ? ew_view_make(EW_VIEW_FOLDED, b, folded) : 0);
	for (int v = EW_VIEW_RAW; v < EW_VIEW_COUNT; v++) {
		struct ew_bytes from = v > EW_VIEW_FOLDED ? base : b;
		*view_r = (enum ew_view)v;
		if (v != EW_VIEW_RAW && !strstr(views_of[i % VIEWS_OF], ew_view_names[v]))
			continue;
		if (b.n && matches_alone(i, ew_bytes(made, ew_view_make(*view_r, from, made))))
			return true;
	}
	return false;
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
	static const struct ew_bytes pieces[] = {
		EW_LIT("a"), EW_LIT("b"), EW_LIT("A"), EW_LIT("B"), EW_LIT("\xff"), EW_LIT("\n"), EW_LIT(" "),
		EW_LIT(","), EW_LIT("x"), EW_LIT("^"), EW_LIT("$"), EW_LIT("-"), EW_LIT("]"), EW_LIT("\0"),
		EW_LIT("\xef\xbd\x81"), EW_LIT("\xd0\xb0"), EW_LIT("\xc1\xa1"), EW_LIT("/*"), EW_LIT("*/"),
		EW_LIT("\\"), EW_LIT("'"), EW_LIT("$@"), EW_LIT("/../"), EW_LIT("/./"), EW_LIT("\xe2\x80\x8b"),
	};
	uint8_t *p = ew_arena_alloc_raw(m->arena, 64);
	size_t n = 0;

	for (unsigned i = any(8); i > 0; i--) {
		struct ew_bytes piece = pieces[any(any(2) ? 2 : sizeof(pieces) / sizeof(*pieces))];
		memcpy(p + n, piece.p, piece.n);
		n += piece.n;
	}
	return ew_bytes(p, n);
}

static void random_tree(struct ew_message *m)
{
	struct ew_field *at = m->root;
	struct ew_bytes said = { NULL, 0 };
	unsigned n = 1 + any(12);

	for (unsigned i = 0; i < n; i++) {
		static const enum ew_kind kinds[] = { EW_KIND_TEXT, EW_KIND_BYTES, EW_KIND_OBJECT, EW_KIND_ARRAY };
		static const unsigned flags[] = { EW_FIELD_NAMED, 0, EW_FIELD_NAMED | EW_FIELD_COVERED,
			                          EW_FIELD_NAMED | EW_FIELD_QUIET, EW_FIELD_OPENED };
		struct ew_field *f = tree_add(m, at, random_text(m), random_text(m), kinds[any(4)],
		                              flags[any(2) ? 0 : any(5)]);
		if (any(5) == 0)
			f->via = &tree_base64;
		if (any(4) == 0 && f->flags & EW_FIELD_NAMED && said.n) {
			f->name = said;
			f->flags |= EW_FIELD_SAME_NAME;
		} else if (f->flags & EW_FIELD_NAMED && !(f->flags & EW_FIELD_QUIET)) {
			said = f->name;
		}
		if (any(3) == 0)
			at = f;
		else if (any(3) == 0 && at->parent)
			at = at->parent;
	}
}

/* Next hit by order of id, then field, name before value. */
static bool check_hits(const struct ew_message *m, int first, int last)
{
	const struct ew_hit *h = m->hits;
	uint32_t score = 0, count = 0;

	for (int i = last - 1; i >= first; i--) {
		bool scored = false;
		for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
			for (int on_name = 1; on_name >= 0; on_name--) {
				bool seen = on_name ? f->flags & EW_FIELD_NAMED
				                    : ew_field_is_leaf(f) && !(f->flags & EW_FIELD_COVERED);
				enum ew_view view;
				if (!seen || f->flags & EW_FIELD_QUIET ||
				    !matches_in_view(i, on_name ? f->name : f->value, &view))
					continue;
				if (!h || h->signature->id != (uint32_t)(1000 - i) || h->field != f ||
				    h->on_name != on_name || h->view != view || h->end > h->text.n ||
				    !matches_alone(i, h->text)) {
					printf("# missing: %s\n", patterns[i]);
					return false;
				}
				h = h->next;
				count++;
				score += !scored;
				scored = true;
			}
		}
	}
	if (h)
		printf("# not alone: %s\n", patterns[1000 - h->signature->id]);
	return !h && score == m->score && count == m->hit_count;
}

static void add_many(struct ew_message *m, int n)
{
	for (int i = 0; i < n; i++)
		tree_text(m, m->root, "k", i % 3 ? "ab" : "-x-");
}

static void check_property(void)
{
	struct ew_ruleset *rs = load_patterns(0, PATTERNS);
	struct ew_scanner *s = ew_scanner_new();
	struct ew_message *m = ew_message_new(&tree_limits);
	bool good = rs && s && m && ew_scanner_adopt(s, rs);
	unsigned hits = 0, clean = 0;

	ok(good, "all patterns load");
	for (int i = 0; i < PATTERNS; i++) {
		hs_compile_error_t *he;
		if (hs_compile(patterns[i], HS_FLAG_DOTALL | HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH, HS_MODE_BLOCK,
		               NULL, &alone[i], &he) != HS_SUCCESS ||
		    hs_alloc_scratch(alone[i], &scratch) != HS_SUCCESS)
			abort();
	}
	for (int i = 0; good && i < 4000; i++) {
		ew_message_reset(m, &tree_limits);
		random_tree(m);
		good = ew_scan(s, rs, m) == EW_OK && check_hits(m, 0, PATTERNS);
		hits += m->hit_count;
		clean += m->hit_count == 0;
	}
	ok(good, "random trees: the same as each value alone");
	ok(hits > 10000 && clean > 10, "and the trees were telling: %u hits, %u without", hits, clean);

	for (int k = 0; good && k < PATTERNS; k++) {
		struct ew_ruleset *one = load_patterns(k, k + 1);
		good = one && ew_scanner_adopt(s, one);
		for (int i = 0; good && i < 400; i++) {
			ew_message_reset(m, &tree_limits);
			random_tree(m);
			good = ew_scan(s, one, m) == EW_OK && check_hits(m, k, k + 1);
		}
		ew_ruleset_unref(&one);
	}
	ok(good, "each pattern by itself, where most values are no candidates");

	ew_message_reset(m, &tree_limits);
	add_many(m, 1200);
	ok(rs && ew_scan(s, rs, m) == EW_LIMIT && m->status == EW_LIMIT && strcmp(m->reason, "matches") == 0,
	   "too many matches are a limit");
	ew_message_reset(m, &tree_limits);
	add_many(m, 300);
	ok(rs && ew_scan(s, rs, m) == EW_OK && m->hit_count > 1000 && check_hits(m, 0, PATTERNS),
	   "past the gathered matches every value is scanned");
	for (int i = 0; i < PATTERNS; i++)
		hs_free_database(alone[i]);
	hs_free_scratch(scratch);
	ew_message_free(&m);
	ew_scanner_free(&s);
	ew_ruleset_unref(&rs);
}

static const char decisions[] =
	"{\"set\":\"t\",\"version\":\"1\",\"signatures\":["
	"{\"id\":9,\"name\":\"n\",\"class\":\"c\",\"pattern\":\"evil\",\"target\":\"body.**\","
	" \"action\":\"drop\",\"hit\":[\"\"],\"miss\":[\"\"]},"
	"{\"id\":5,\"name\":\"n\",\"class\":\"c\",\"anomaly\":\"dup_key\",\"score\":3,"
	" \"hit\":[\"\"],\"miss\":[\"\"]},"
	"{\"id\":3,\"name\":\"n\",\"class\":\"c\",\"pattern\":\"Evil\",\"flags\":[\"exact_case\"],"
	" \"target\":[\"**.note\",\"http.header.*\"],\"severity\":\"error\",\"hit\":[\"\"],\"miss\":[\"\"]},"
	"{\"id\":7,\"name\":\"n\",\"class\":\"c\",\"pattern\":\"^\\\\$ne$\",\"on\":\"name\",\"hit\":[\"\"],"
	" \"miss\":[\"\"]}]}";

static void check_decisions(void)
{
	write_set(decisions);
	struct ew_ruleset *rs = load();
	struct ew_scanner *s = ew_scanner_new();
	struct ew_message *m = ew_message_new(&tree_limits);
	struct ew_field *body = tree_text(m, tree_object(m, m->root, "http"), "body", "");
	struct ew_field *header = tree_object(m, body->parent, "header");
	char seen[256] = "";
	size_t n = 0, from = 9, to = 0;

	tree_text(m, body, "note", "an Evil thing, evil");
	tree_text(m, body, "other", "EVIL $ne");
	tree_text(m, body, "$ne", "1");
	tree_text(m, header, "x", "Evil");
	tree_text(m, header, "$neither", "Evi");
	ew_message_flag(m, EW_ANOMALY_DUP_KEY);
	ok(rs && ew_scanner_adopt(s, rs) && ew_scan(s, rs, m) == EW_OK, "scanned");
	for (const struct ew_hit *h = m->hits; h; h = h->next) {
		char path[64] = "-";
		if (h->field)
			ew_field_path(h->field, path, sizeof(path));
		n += (size_t)snprintf(seen + n, sizeof(seen) - n, "%u %s%s, ", h->signature->id, path,
		                      h->on_name ? "~" : "");
	}
	is_str(seen, "3 http.body.note, 3 http.header.x, 5 -, 7 http.body.$ne~, 9 http.body.note, "
	       "9 http.body.other, ", "ids in order, targets and case kept, names marked");
	is_int(m->score, 4 + 3 + 3 + 5, "each signature scores once");
	ok(!m->hits->signature->drop && m->hits_tail->signature->drop, "one decides alone");
	is_int(m->hits->end, 7, "the end of the match");
	ok(ew_ruleset_locate(rs, m->hits, &from, &to) && from == 3 && to == 7, "and its begin, on demand");
	ok(!ew_ruleset_locate(rs, m->hits->next->next, &from, &to), "an anomaly has no place");
	ok(ew_scan(s, rs, m) == EW_OK && m->score == 15 && m->hit_count == 6, "a second scan starts afresh");
	struct ew_ruleset *also = ew_ruleset_ref(rs);
	ew_ruleset_unref(&rs);
	ok(!rs && ew_scan(s, also, m) == EW_OK && m->hit_count == 6, "held by the other reference");
	ew_message_reset(m, &tree_limits);
	ok(ew_scan(s, also, m) == EW_OK && !m->hits && m->score == 0, "a message without fields");
	ew_message_free(&m);
	ew_scanner_free(&s);
	ew_ruleset_unref(&also);
}

/* A long text that has to be looked at alone, forty times: as it came, or as decoders made it. */
static enum ew_status scan_forty(struct ew_scanner *s, const struct ew_ruleset *rs, struct ew_message *m,
                                 struct ew_bytes text, unsigned layers)
{
	ew_message_reset(m, &tree_limits);
	struct ew_field *body = tree_object(m, tree_object(m, m->root, "http"), "body");

	for (int i = 0; i < 40; i++)
		tree_add(m, body, EW_LIT("x"), text, EW_KIND_TEXT, EW_FIELD_NAMED)->layers = (uint8_t)layers;
	return ew_scan(s, rs, m);
}

static void check_work(void)
{
	static char text[200000];
	write_set(decisions);
	struct ew_ruleset *rs = load();
	struct ew_scanner *s = ew_scanner_new();
	struct ew_message *m = ew_message_new(&tree_limits);
	struct ew_bytes b = ew_bytes(text, sizeof(text));

	memset(text, 'x', sizeof(text));
	memcpy(text, "evil", 4);
	if (!rs || !s || !m || !ew_scanner_adopt(s, rs))
		abort();
	ok(scan_forty(s, rs, m, b, 0) == EW_OK && m->hit_count == 40, "what came is looked at");
	ok(scan_forty(s, rs, m, b, 1) == EW_LIMIT && m->status == EW_LIMIT && strcmp(m->reason, "scan") == 0,
	   "what was made of little is looked at so often and no more");
	ok(m->hit_count > 0 && m->hit_count < 40, "what was found before is told");
	memset(text, 'x', 4);
	ok(scan_forty(s, rs, m, b, 1) == EW_OK && m->hit_count == 0, "what need not be looked at costs nothing");
	ew_message_free(&m);
	ew_scanner_free(&s);
	ew_ruleset_unref(&rs);
}

static uint64_t tick(void)
{
	static uint64_t now;
	return now += 1000;
}

/* Every operator, whether it looks itself or has gates, at some bytes or at all texts. */
static void check_measures(void)
{
	const struct ew_analyser *a;

	for (size_t i = 0; (a = ew_analyser_at(i)); i++) {
		struct ew_cost c = { .found = SIZE_MAX };
		char set[512];
		snprintf(set, sizeof(set),
		         "{\"set\": \"x\", \"version\": \"1\", \"signatures\": [{\"id\": 1, "
		         "\"name\": \"x\", \"class\": \"x\", \"operator\": \"%s\"%s%s%s, \"hit\": [\"x\"], "
		         "\"miss\": [\"y\"]}]}",
		         a->name, a->arguments ? ", \"argument\": \"" : "", a->arguments ? a->arguments[0] : "",
		         a->arguments ? "\"" : "");
		write_set(set);
		struct ew_ruleset *rs = load();
		ok(rs && ew_ruleset_measure(rs, 0, tick, &c) && c.found == 0, "%s is measured and finds nothing",
		   a->name);
		ew_ruleset_unref(&rs);
	}
}

int main(void)
{
	snprintf(set_path, sizeof(set_path), "/tmp/eventwall-test-scan-%d.json", (int)getpid());
	check_property();
	check_decisions();
	check_work();
	check_measures();
	unlink(set_path);
	return done();
}
