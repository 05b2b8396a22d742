/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A search for slow inputs.  Pieces that are nasty, and each line of the corpora, are repeated in several wrappers
 * and judged as the body of a request; what costs most for its size is kept and changed at random, and what then
 * costs more takes its place.  At the end the worst of each stage are made in several sizes:
 *
 *     slow [-t SECONDS] [-s SEED] [-n ROWS] [-c FILE]... SET.json...     -c: lines to begin with
 *     slow -j FILE SET.json...     judges that body alone, for a profiler, and prints its tree
 *
 * A row is one input: nanoseconds a byte, as many times as an ordinary order of that size takes, and the exponent
 * by which time grows from 16 to 64 KiB, where 1 is linear.  Times are of this thread's CPU, the least of some. */

#include "eventwall/event.h"
#include "eventwall/protocol.h"
#include "eventwall/ruleset.h"
#include "eventwall/unpackers.h"
#include "slow_recipe.h"

#include <math.h>
#include <time.h>
#include <unistd.h>

enum stage { DECODE, SCAN, BOTH, STAGES };

static const char *const stages[STAGES] = { "decode", "scan", "both" };
static const size_t sizes[] = { 1024, 4096, 16384, 65536, RECIPE_MOST - 512 };
enum { SIZES = sizeof(sizes) / sizeof(*sizes), SEARCHED = 2, LARGER = 3 };
#define HOPELESS 2000 /* ns a byte */

struct cost {
	double of[STAGES]; /* ns a byte */
};

/* One line of descent: what it began as only gives way to what is worse of it. */
struct line {
	struct recipe r[STAGES];
	struct cost cost[STAGES];
};

static const struct ew_limits limits = EW_LIMITS_DEFAULT;
static struct ew_message *m;
static struct ew_ruleset *rules;
static struct ew_scanner *scanner;
static struct ew_unpackers unpackers = { .salt = 1 }; /* as a worker keeps them */
static struct recipe_text body, spare;
static struct line *lines;
static size_t line_count, line_cap;
static struct cost ordinary[SIZES];
static uint64_t seed = 1;

static unsigned any(size_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)((seed >> 33) % n);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The least of `times`, in each stage. */
static struct cost judge(struct ew_bytes b, const char *type, int times)
{
	struct ew_pair header = { EW_LIT("Content-Type"), ew_bytes_str(type) };
	struct ew_http_parts parts = { .method = EW_LIT("POST"), .target = EW_LIT("/orders"), .headers = &header,
		                       .header_count = *type != '\0', .body = b };
	struct cost least = { { HUGE_VAL, HUGE_VAL, HUGE_VAL } };

	for (int i = 0; i < times; i++) {
		ew_message_reset(m, &limits);
		m->raw = b;
		m->unpackers = &unpackers;
		if (ew_http_event(m, &parts) != EW_OK)
			break;
		double began = now();
		(void)ew_decode(m);
		double opened = now();
		(void)ew_scan(scanner, rules, m);
		double all = now();
		least.of[DECODE] = fmin(least.of[DECODE], (opened - began) / (double)b.n);
		least.of[SCAN] = fmin(least.of[SCAN], (all - opened) / (double)b.n);
		least.of[BOTH] = fmin(least.of[BOTH], (all - began) / (double)b.n);
	}
	return least;
}

static struct cost judge_recipe(const struct recipe *r, size_t size, int times)
{
	recipe_make(&body, &spare, r, size);
	return judge(ew_bytes(body.p, body.n), r->type, times);
}

/* An order as shops send them. */
static void make_ordinary(size_t size)
{
	char item[256];

	body.n = 0;
	recipe_put(&body, "[", 1);
	for (unsigned i = 0; body.n + 130 < size; i++) {
		int n = snprintf(item, sizeof(item),
		                 "%s{\"sku\": \"SKU-%05u\", \"qty\": %u, \"price\": %u.95, "
		                 "\"name\": \"blue kettle no. %u\", "
		                 "\"note\": \"please ring twice, second floor, invoice for %u pieces\"}",
		                 i ? ", " : "", i, i % 7, i * 5 % 400, i, i * 3 % 17);
		recipe_put(&body, item, (size_t)n);
	}
	recipe_put(&body, "]", 1);
}

static void begin_line(const struct recipe *r)
{
	struct cost c = judge_recipe(r, sizes[SEARCHED], 1);

	if (line_count == line_cap) {
		line_cap = line_cap ? 2 * line_cap : 1024;
		lines = realloc(lines, line_cap * sizeof(*lines));
		if (!lines)
			abort();
	}
	for (int s = 0; s < STAGES; s++) {
		lines[line_count].r[s] = *r;
		lines[line_count].cost[s] = c;
	}
	line_count++;
}

static void begin_piece(const char *type, struct ew_bytes head, struct ew_bytes piece, enum recipe_wrap wrap)
{
	struct recipe r = { .wrap = wrap };

	if (piece.n == 0)
		return;
	snprintf(r.type, sizeof(r.type), "%s", type);
	r.head_n = head.n < RECIPE_HEAD ? head.n : RECIPE_HEAD;
	r.piece_n = piece.n < RECIPE_PIECE ? piece.n : RECIPE_PIECE;
	if (r.head_n)
		memcpy(r.head, head.p, r.head_n);
	memcpy(r.piece, piece.p, r.piece_n);
	begin_line(&r);
}

/* Each in every wrapper. */
static const char *const pieces[] = {
	"'", "\"", "`", "'a'", "\"a\",", "\\'", "(", ")", ")(", "[", "{", "}", "{{", "$(", "${", "/*", "*/",
	"//", "--", "#", "; ", "' or ", "'or'", "||", "&&", "=", "a=", "<", "<a ", "<a/>", "<!--",
	"!!a.b.C", "*)(", "a\n", "\r\n", "$ne", "O:1:\"a\":1:{", "cos\n", "\x80\x04", "ignore ", "...a",
	"a:b ", "@a ", "\"\"\"", "\\", "class=\"", " ", "_", "%25", "%2525", "%u0041", "&#x26;", "&amp;",
	"&lt", "\\x5c", "\\u005c", "\\101", "aGVsbG8g", "aGVsbG8g aGVs ", "=41", "=?utf-8?b?YQ==?= ",
	"+AGE-", "data:,a ", "eyJhIjoxfQ", "eyJhIjoxfQ.", "68656c6c6f20", "MFRGGZDF", "a b ", "a=b&",
	"a: b\n", "- a\n", "- ", "? ", "&a *a ", "a,b\n", "\",\"", "--x\r\n", "../", "..;/", "http://",
	"http://a@", "file:///", "127.0.0.1 ", "\xef\xbc\x9c", "a\xd0\xb0", "\xc0\xaf", "\xf3\xa0\x81\xac",
	"\xff", "${jndi:", "SELECT ", "union select ", "1,", "a(", "a.b", "<?xml", "<!ENTITY a 'b'>", "&a;",
	"<![CDATA[", "]]>", "#{", "<%", "{%", "{{a}}", "rO0AB", "H4sI", "a|b", "a;", "^", "~", "@",
	"begin 644 a\n", "M", "<~87cURD]", "java.lang.", "x'41'", "0x41 ", "->", "{\"a\":", "[1", "1e9 ",
	"true", "\"\\u0061\"", "\x0a\x01" "a", "\x81\xa1" "a", "\xa1\x61" "a", "\x08\x01", "you are ",
	"</script>", "<script>", "onerror=", "javascript:", "a' and 'b'='c", "\t", "\v", "/", "\\\\",
	"a/../", "curl ", "cat /",
};

/* Inside of one declared format. */
static const struct {
	const char *type, *head, *piece;
} typed[] = {
	{ "application/json", "", "[]" }, { "application/json", "{", "\"a\":1," },
	{ "application/json", "", "/**/" }, { "application/json", "\"", "\\u0041" },
	{ "application/json", "[", "," }, { "application/json", "", "[{\"a\":" },
	{ "application/x-ndjson", "", "{}\n" }, { "text/xml", "<a>", "<b/>" },
	{ "text/xml", "<a ", "b='c' " }, { "text/xml", "<a>", "&#65;" },
	{ "text/xml", "<!DOCTYPE a [", "<!ENTITY a 'b'>" }, { "text/xml", "", "<a>" },
	{ "text/xml", "<a ", "xmlns:a='b' " }, { "text/xml", "<a>", "<?a b?>" },
	{ "application/yaml", "", "a: " }, { "application/yaml", "", "- " },
	{ "application/yaml", "", "&a [" }, { "application/yaml", "", "a: |\n" },
	{ "application/yaml", "", "? a\n" }, { "application/yaml", "", "\n" },
	{ "application/yaml", "a: \"", "\\x41" }, { "application/x-www-form-urlencoded", "", "a=b&" },
	{ "application/x-www-form-urlencoded", "a=", "%25" },
	{ "application/x-www-form-urlencoded", "", "a[b]=c&" },
	{ "application/x-www-form-urlencoded", "", "&" },
	{ "multipart/form-data; boundary=x", "", "--x\r\n\r\n\r\n" },
	{ "multipart/form-data; boundary=x", "--x\r\n\r\n", "\r\n--" },
	{ "multipart/form-data; boundary=x", "--x\r\n", "a: b\r\n" }, { "message/rfc822", "", "a: b\r\n" },
	{ "message/rfc822", "Subject: ", "=?utf-8?q?a?= " },
	{ "message/rfc822", "Content-Transfer-Encoding: quoted-printable\r\n\r\n", "=41" },
	{ "message/rfc822", "Content-Type: multipart/mixed; boundary=a\r\n\r\n", "--a\r\n\r\n" },
	{ "application/graphql", "{", "a " }, { "application/graphql", "", "{a" },
	{ "application/graphql", "", "fragment a on b{c}" }, { "text/csv", "", "a,b\n" },
	{ "text/csv", "", "\"," }, { "text/csv", "", "\"a\"\n" }, { "application/cbor", "", "\x81" },
	{ "application/cbor", "", "\x61" "a" }, { "application/cbor", "", "\xa1\x61" "a" },
	{ "application/cbor", "\x5f", "\x41" "a" }, { "application/msgpack", "", "\x81\xa1" "a" },
	{ "application/msgpack", "", "\xa1" "a" }, { "application/x-protobuf", "", "\x08\x01" },
	{ "application/x-protobuf", "", "\x0a\x01" "a" },
	{ "application/x-protobuf", "", "\x0a\x02\x08\x01" }, { "application/jwt", "", "eyJhIjoxfQ." },
	{ "text/plain", "begin 644 a\n", "M" "86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A86%A\n" },
	{ "application/x-jackson-smile", ":)\n", "\x40" "a" },
};

static void begin_file(const char *path)
{
	char text[4096];
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		exit(1);
	}
	while (fgets(text, sizeof(text), f)) {
		struct ew_bytes b = ew_bytes(text, strcspn(text, "\n"));
		if (b.n > 0 && b.p[0] != '#')
			begin_piece("", ew_bytes(NULL, 0), b, (enum recipe_wrap)any(WRAPS));
	}
	fclose(f);
}

static void begin_tables(void)
{
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++)
		for (int w = 0; w < WRAPS; w++)
			begin_piece("", ew_bytes(NULL, 0), ew_bytes_str(pieces[i]), (enum recipe_wrap)w);
	for (size_t i = 0; i < sizeof(typed) / sizeof(*typed); i++)
		begin_piece(typed[i].type, ew_bytes_str(typed[i].head), ew_bytes_str(typed[i].piece), AS_IS);
}

static size_t splice(uint8_t *to, size_t n, size_t cap, const uint8_t *from, size_t k)
{
	size_t at = any(n + 1);

	k = k < cap - n ? k : cap - n;
	memmove(to + at + k, to + at, n - at);
	memcpy(to + at, from, k);
	return n + k;
}

static void change(struct recipe *r)
{
	const struct recipe *other = &lines[any(line_count)].r[any(STAGES)];
	uint8_t byte = any(3) ? (uint8_t)(' ' + any(95)) : (uint8_t)any(256);
	size_t at, n;

	switch (any(8)) {
	case 0: case 1: /* a part of another */
		at = any(other->piece_n);
		n = 1 + any(other->piece_n - at < 24 ? other->piece_n - at : 24);
		r->piece_n = splice(r->piece, r->piece_n, RECIPE_PIECE, other->piece + at, n);
		break;
	case 2:
		at = any(other->piece_n);
		n = 1 + any(other->piece_n - at < 24 ? other->piece_n - at : 24);
		r->head_n = splice(r->head, r->head_n, RECIPE_HEAD, other->piece + at, n);
		break;
	case 3: /* less of it */
		if (r->piece_n > 1) {
			at = any(r->piece_n - 1);
			n = 1 + any(r->piece_n - at - 1);
			memmove(r->piece + at, r->piece + at + n, r->piece_n - at - n);
			r->piece_n -= n;
		}
		break;
	case 4:
		r->piece[any(r->piece_n)] = byte;
		break;
	case 5:
		r->piece_n = splice(r->piece, r->piece_n, RECIPE_PIECE, &byte, 1);
		break;
	case 6:
		if (r->type[0] == '\0')
			r->wrap = (enum recipe_wrap)any(WRAPS);
		break;
	default:
		r->head_n = any(2) ? 0 : r->head_n;
		break;
	}
}

/* Of the lines those that cost most in a stage are changed most. */
static void search(double seconds)
{
	double until = now() + seconds * 1e9;

	for (size_t tries = 0; now() < until; tries++) {
		enum stage s = (enum stage)(tries % STAGES);
		struct line *l = &lines[any(line_count)];
		for (int k = 0; k < 6; k++) {
			struct line *o = &lines[any(line_count)];
			l = o->cost[s].of[s] > l->cost[s].of[s] ? o : l;
		}
		struct recipe r = l->r[s];
		for (unsigned k = 1 + any(3); k > 0; k--)
			change(&r);
		struct cost c = judge_recipe(&r, sizes[SEARCHED], 1);
		if (c.of[s] > l->cost[s].of[s] * 1.05)
			c = judge_recipe(&r, sizes[SEARCHED], 3);
		if (c.of[s] > l->cost[s].of[s] * 1.02) {
			l->r[s] = r;
			l->cost[s] = c;
		}
	}
}

static void print_bytes(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n && i < 100; i++) {
		if (p[i] >= ' ' && p[i] < 0x7f && p[i] != '\\')
			putchar(p[i]);
		else
			printf("\\x%02x", p[i]);
	}
}

static void judge_file(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		exit(1);
	}
	body.n = fread(body.p, 1, RECIPE_MOST, f);
	fclose(f);
	struct cost c = judge(ew_bytes(body.p, body.n), "", 30);
	for (const struct ew_field *x = m->root; x; x = ew_field_next(x, m->root)) {
		printf("%*s%s %zu bytes%s: ", x->layers * 2 + 1, "", x->via ? x->via->name : "-", x->value.n,
		       x->flags & EW_FIELD_COVERED ? ", covered" : "");
		print_bytes(x->value.p, x->value.n < 40 ? x->value.n : 40);
		putchar('\n');
	}
	printf("decode %.1f, scan %.1f, both %.1f ns a byte\n", c.of[DECODE], c.of[SCAN], c.of[BOTH]);
}

static void print_row(const struct recipe *r, enum stage s)
{
	double at[SIZES];

	for (int i = 0; i < SIZES; i++) {
		if (i > 0 && at[i - 1] > HOPELESS) { /* it would take minutes */
			at[i] = at[i - 1];
			printf("       -     ");
			continue;
		}
		at[i] = judge_recipe(r, sizes[i], i == SIZES - 1 ? 1 : 3).of[s];
		printf(" %7.1f/%4.1f", at[i], at[i] / ordinary[i].of[s]);
	}
	printf("  %5.2f  %-7s %s%s", 1 + log(at[LARGER] / at[SEARCHED]) / log(4), recipe_wraps[r->wrap], r->type,
	       *r->type ? " " : "");
	printf("[");
	print_bytes(r->head, r->head_n);
	printf("][");
	print_bytes(r->piece, r->piece_n);
	printf("]");
	/* Left by the largest. */
	printf(" %s%s%s, %zu fields, %zu hits\n", ew_status_name(m->status), m->reason ? " " : "",
	       m->reason ? m->reason : "", m->used_fields, (size_t)m->hit_count);
}

static void print_worst(enum stage s, size_t rows)
{
	printf("\n%s: ns a byte / times the ordinary at 1, 4, 16, 64, 1024 KiB; exponent; wrapper; [head][piece]; "
	       "the end\n",
	       stages[s]);
	for (size_t i = 0; i < rows && i < line_count; i++) {
		size_t worst = i;
		for (size_t k = i; k < line_count; k++)
			worst = lines[k].cost[s].of[s] > lines[worst].cost[s].of[s] ? k : worst;
		struct line l = lines[worst];
		lines[worst] = lines[i];
		lines[i] = l;
		print_row(&l.r[s], s);
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	const char *file[64], *only = NULL;
	size_t files = 0, rows = 25;
	double seconds = 60;
	struct ew_error e = { .line = 0 };
	struct ew_ruleset_options opt = { .cache_dir = getenv("EW_BENCH_CACHE") };

	for (int c; (c = getopt(argc, argv, "t:s:n:c:j:")) != -1;) {
		if (c == 't')
			seconds = atof(optarg);
		else if (c == 's')
			seed = strtoull(optarg, NULL, 10) | 1;
		else if (c == 'n')
			rows = strtoul(optarg, NULL, 10);
		else if (c == 'j')
			only = optarg;
		else if (c == 'c' && files < sizeof(file) / sizeof(*file))
			file[files++] = optarg;
		else
			return 2;
	}
	rules = ew_ruleset_load((const char *const *)argv + optind, (size_t)(argc - optind), &opt, &e);
	if (!rules) {
		fprintf(stderr, "%s:%u: %s\n", e.file, e.line, e.text);
		return 1;
	}
	scanner = ew_scanner_new();
	m = ew_message_new(&limits);
	body.p = malloc(RECIPE_ROOM);
	spare.p = malloc(RECIPE_ROOM);
	if (!scanner || !ew_scanner_adopt(scanner, rules) || !m || !body.p || !spare.p)
		abort();
	if (only) {
		judge_file(only);
		return 0;
	}
	for (int i = 0; i < SIZES; i++) {
		make_ordinary(sizes[i]);
		ordinary[i] = judge(ew_bytes(body.p, body.n), "application/json", 50);
		printf("ordinary, %7zu bytes: decode %.2f, scan %.2f, both %.2f ns a byte\n", body.n,
		       ordinary[i].of[DECODE], ordinary[i].of[SCAN], ordinary[i].of[BOTH]);
	}
	begin_tables();
	for (size_t i = 0; i < files; i++)
		begin_file(file[i]);
	printf("%zu inputs to begin with\n", line_count);
	fflush(stdout);
	search(seconds);
	for (int s = 0; s < STAGES; s++)
		print_worst((enum stage)s, rows);
	free(lines);
	free(body.p);
	free(spare.p);
	ew_message_free(&m);
	ew_unpackers_fini(&unpackers);
	ew_scanner_free(&scanner);
	ew_ruleset_unref(&rules);
	return 0;
}
