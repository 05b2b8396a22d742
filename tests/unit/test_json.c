/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* json.c, json_read.c, json_text.c, names.c, ndjson.c, utf16.c: dialects, damage, wrong guesses. */

#include "eventwall/protocol.h"
#include "guard.h"
#include "tap.h"
#include "decoded.h"

#include <time.h>

static const struct ew_limits defaults = EW_LIMITS_DEFAULT;
static struct ew_message *m;

struct row {
	const char *in;
	size_t n;
	const char *tree;
};
#define ROW(in, tree) { in, sizeof(in) - 1, tree }

/* Declared as application/json. */
static const struct row declared[] = {
	/* RFC 8259 */
	ROW("{}", "b|json={}"),
	ROW("[]", "b|json=[]"),
	ROW(" [ ] ", "b|json=[ ]"),
	ROW("1", "b|json=1"),
	ROW(" true ", "b|json=true"),
	ROW("\"\"", "b|json="),
	ROW("{\"a\":1,\"b\":[true,null,\"x\"],\"c\":{\"d\":-1.5e+3}}",
	    "b|json.a=1; b|json.b[0]=true; b|json.b[1]=null; b|json.b[2]=x; b|json.c.d=-1.5e+3"),
	ROW("{ \"a\" : [ 1 , 2 ] , \"b\" : { } }", "b|json.a[0]=1; b|json.a[1]=2; b|json.b={ }"),
	ROW("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"]",
	    "b|json[0]|escape=\"/\\08\\0c\\0a\\0d\\09A\\c3\\a9\\e2\\82\\ac\\f0\\9f\\98\\80"),
	ROW("{\"\":1,\"a.b\":2}", "b|json[\"\"]=1; b|json[\"a.b\"]=2"),
	ROW("[18446744073709551615,-9223372036854775808,1.7976931348623157e308,0e999,0.0001e311]",
	    "b|json[0]=18446744073709551615; b|json[1]=-9223372036854775808; "
	    "b|json[2]=1.7976931348623157e308; b|json[3]=0e999; b|json[4]=0.0001e311"),
	/* JSON in strings */
	ROW("\"{\\\"a\\\":1}\"", "b|json|json.a=1"),
	ROW("[\"{\\\"a\\\":\\\"[\\\\\\\"x\\\\\\\"]\\\"}\"]", "b|json[0]|json.a|json[0]=x"),
	/* named deviations */
	ROW("\xef\xbb\xbf{\"a\":1}", "b|json.a=1 <bom>"),
	ROW("{\"a\":1,\"a\":2}", "b|json.a=1; b|json.a=2 <dup_key>"),
	ROW("{\"a\":1,\"\\u0061\":2}", "b|json.a=1; b|json.a=2 <dup_key>"),
	ROW("[{\"a\":1},{\"a\":2}]", "b|json[0].a=1; b|json[1].a=2"),
	ROW("[\"x\\u0000y\"]", "b|json[0]=x\\00y <nul>"),
	ROW("{\"k\\u0000\":1}", "b|json[\"k\\u0000\"]=1 <nul>"),
	ROW("[\"\\ud800\"]", "b|json[0]=\\ed\\a0\\80 <lone_surrogate>"),
	ROW("[\"\\ud800\\u0041\"]", "b|json[0]=\\ed\\a0\\80A <lone_surrogate>"),
	ROW("[\"\\udc00\\ud800\"]", "b|json[0]=\\ed\\b0\\80\\ed\\a0\\80 <lone_surrogate>"),
	ROW("[\"\xed\xa0\x80\"]", "b|json[0]=\\ed\\a0\\80 <invalid_utf8> <lone_surrogate>"),
	ROW("[\"\xc0\xaf\"]", "b|json[0]=\\c0\\af <invalid_utf8> <overlong>"),
	ROW("[\"\xe9\"]", "b|json[0]=\\e9 <invalid_utf8>"),
	ROW("[18446744073709551616]", "b|json[0]=18446744073709551616 <bignum>"),
	ROW("[-9223372036854775809]", "b|json[0]=-9223372036854775809 <bignum>"),
	ROW("[1e309]", "b|json[0]=1e309 <bignum>"),
	ROW("[1.8e308]", "b|json[0]=1.8e308 <bignum>"),
	ROW("[0.1e999]", "b|json[0]=0.1e999 <bignum>"),
	ROW("[NaN,-Infinity]", "b|json[0]=NaN; b|json[1]=-Infinity <nonfinite>"),
	ROW("[1,]", "b|json[0]=1 <trailing_comma>"),
	ROW("{\"a\":1,}", "b|json.a=1 <trailing_comma>"),
	ROW("[1]//x", "b|json[0]=1 <comment>"),
	ROW("[ # ]\n1, #\r2#x\n]#", "b|json[0]=1; b|json[1]=2 <comment>"),
	ROW("/* x */{/**/\"a\"/*:*/:/* */1// }\n}", "b|json.a=1 <comment>"),
	ROW("[\"a\nb\tc\"]", "b|json[0]=a\\0ab\\09c <ctl_in_string>"),
	ROW("[\"a\0b\"]", "b|json[0]=a\\00b <ctl_in_string> <nul>"),
	ROW("{'a':'b\"c'}", "b|json.a=b\"c <relaxed_json>"),
	ROW("{a:1,$b_:2}", "b|json.a=1; b|json.$b_=2 <relaxed_json>"),
	ROW("[0x1F,+1,.5,5.,01,1_0]",
	    "b|json[0]=0x1F; b|json[1]=+1; b|json[2]=.5; b|json[3]=5.; b|json[4]=01; b|json[5]=1_0 "
	    "<json_syntax> <relaxed_json> <malformed>"),
	ROW("[0x1F,+1,.5,5.,01]",
	    "b|json[0]=0x1F; b|json[1]=+1; b|json[2]=.5; b|json[3]=5.; b|json[4]=01 <relaxed_json>"),
	ROW("[True,None]", "b|json[0]=True; b|json[1]=None <relaxed_json>"),
	ROW("[\"\\x41\\'\\v\\q\\u12\"]",
	    "b|json[0]=A'\\0bq\\u12; b|escape|json[0]=A'\\0bq\\u12 <ctl_in_string> <relaxed_json>"),
	ROW("[\"a\\\nb\"]", "b|json[0]=ab; b|escape|json[0]=ab <relaxed_json>"),
	ROW("[1,,2]", "b|json[0]=1; b|json[1]=2 <relaxed_json>"),
	ROW("[\f1\xc2\xa0]", "b|json[0]=1\\c2\\a0 <json_syntax> <relaxed_json> <malformed>"),
	ROW("[\f1 \xc2\xa0]", "b|json[0]=1 <relaxed_json>"),
	/* several documents */
	ROW("{\"a\":1}{\"b\":2}", "b|json.a=1; b|json.b=2 <trailing_data>"),
	ROW("{\"a\":1} x", "b|json.a=1 <trailing_data>"),
	ROW("{\"a\":1} x {\"b\":2}", "b|json.a=1; b|json.b=2 <trailing_data>"),
	ROW("1 2", "b|json=1 <trailing_data>"),
	ROW("{}\n{}", "b|json={}; b|json={} <trailing_data>"),
	/* damage: what comes behind it is still read */
	ROW("cb({\"a\":1})", "b|json.a=1 <json_syntax> <trailing_data> <malformed>"),
	ROW("'a{b' ]", "b|json=a{b <relaxed_json> <trailing_data>"),
	ROW(")]}',\n{\"a\":1}", "b|json.a=1 <json_syntax> <malformed>"),
	ROW("{\"a\" 1,\"b\":2}", "b|json.a=1; b|json.b=2 <json_syntax> <malformed>"),
	ROW("{\"a\":1 \"b\":2}", "b|json.a=1; b|json.b=2 <json_syntax> <malformed>"),
	ROW("{\"a\":,\"b\":2}", "b|json.a=; b|json.b=2 <json_syntax> <malformed>"),
	ROW("{\"a\",\"b\":2}", "b|json.a=; b|json.b=2 <json_syntax> <malformed>"),
	ROW("{\"a\"::1}", "b|json.a=:1 <json_syntax> <malformed>"),
	ROW("[\"a\":\"b\"]", "b|json[0]=a; b|json[1]=b <json_syntax> <malformed>"),
	ROW("[foo,\"b\"]", "b|json[0]=foo; b|json[1]=b <json_syntax> <malformed>"),
	ROW("{\"a\":[1},\"b\":2}", "b|json.a[0]=1; b|json.b=2 <json_syntax> <malformed>"),
	ROW("{{\"a\":\"x\"}}", "b|json[\"\"].a=x <json_syntax> <malformed>"),
	ROW("{\"a\":\"x", "b|json.a=x <json_syntax> <truncated>"),
	ROW("{\"a\":\"x\\", "b|json.a=x\\ <json_syntax> <truncated>"),
	ROW("[[\"a\"],", "b|json[0][0]=a <json_syntax> <truncated>"),
	ROW("[/*\"a\"]", "b|json=[/*\"a\"] <comment> <json_syntax> <truncated>"),
	ROW("hello", " <ct_mismatch> <malformed>"),
	ROW("<x>y</x>", "b|xml.x=y <ct_mismatch> <malformed>"),
	ROW("", ""),
	ROW("   ", " <ct_mismatch> <malformed>"),
	/* wide text */
	ROW("{\0\"\0a\0\"\0:\0001\0}\0", "b|json.a=1; b|utf16|json.a=1 <utf16>"),
	ROW("\0{\0\"\0a\0\"\0:\0001\0}", "b|json.a=1; b|utf16|json.a=1 <utf16>"),
	ROW("\xff\xfe[\0\"\0\x3d\xd8\x00\xde\"\0]\0",
	    "b|json[0]=\\f0\\9f\\98\\80; b|utf16|json[0]=\\f0\\9f\\98\\80 <bom> <utf16>"),
	ROW("\xfe\xff\0[\0\"\xd8\x3d\0\"\0]",
	    "b|json[0]=\\ed\\a0\\bd; b|utf16|json[0]=\\ed\\a0\\bd "
	    "<bom> <invalid_utf8> <lone_surrogate> <utf16>"),
	ROW("[\0\0\0001\0\0\0]\0\0\0", "b|json[0]=1 <utf16>"),
	ROW("\0\0\xfe\xff\0\0\0[\0\0\0]", "b|json=[]; b|utf16|json=[] <bom> <utf16>"),
	ROW("[\0]\0\0", "b|json=[] <invalid_utf8> <utf16>"),
};

/* Nothing declared: JSON is opened, text is left alone, without a trace. */
static const struct row guessed[] = {
	ROW("{\"a\":1}", "b|json.a=1"),
	ROW("\n\t {\"a\":1} \n", "b|json.a=1"),
	ROW("\xef\xbb\xbf[1]", "b|json[0]=1 <bom>"),
	ROW("{a:1}", "b|json.a=1 <relaxed_json>"),
	ROW("\"{\\\"a\\\":1}\"", "b|json|json.a=1"),
	ROW("{\"a\":\"x", "b|json.a=x <json_syntax>"),
	ROW("{\"a\":1} x", "b|json.a=1 <trailing_data>"),
	ROW("/**/{\"a\":1}", "b|json.a=1 <comment>"),
	ROW("\xff\xfe{\0}\0", "b|json={}; b|utf16|json={} <bom> <utf16>"),
	ROW("[INFO] service started", ""),
	ROW("[error] \"x\" in \"y\"", ""),
	ROW("[2024-01-01 12:30] start", ""),
	ROW("[1] first note", ""),
	ROW("[0][1]", ""),
	ROW("{name}", ""),
	ROW("{{user}}", ""),
	ROW("{% if x %}", ""),
	ROW("{note: see below}", ""),
	ROW("{} is the empty set", ""),
	ROW("\"a\" and \"b\"", ""),
	ROW("\"", ""),
	ROW("[", ""),
	ROW("[[[[", ""),
	ROW("// a comment", ""),
	ROW("12345", ""),
	ROW("true", ""),
	ROW("NaN", ""),
	/* one document each line */
	ROW("{\"a\":1}\n{\"b\":2}\r\n[3]\n", "b|ndjson[0].a=1; b|ndjson[1].b=2; b|ndjson[2][0]=3"),
	ROW("\x1e{\"a\":1}\n\x1e{\"b\":2}\n", "b|ndjson[0].a=1; b|ndjson[1].b=2"),
	ROW("{\"a\":1}\n{\n\"b\":2\n}", "b|ndjson[0].a=1; b|ndjson[1].b=2"),
	ROW("{\"a\":1}\n{\"b\":2} {\"c\":3}",
	    "b|ndjson[0].a=1; b|ndjson[1].b=2; b|ndjson[2].c=3 <trailing_data>"),
	ROW("{\"a\":[1]\n,\"b\":[\n{\"c\":1}\n]}", "b|json.a[0]=1; b|json.b[0].c=1"),
	ROW("[x]\n[y]", ""),
	/* wide text that is no JSON */
	ROW("\xff\xfeh\0i\0!\0", "b|utf16=hi! <bom> <utf16>"),
	ROW("h\0e\0l\0l\0o\0", "b|utf16=hello <utf16>"),
	ROW("h\0i\0\x01\x02\x03\x04\x05\x06", ""),
};

static const struct row lines[] = {
	ROW("{\"a\":1}", "b|ndjson[0].a=1"),
	ROW("1\n\"x\"\nnull\n", "b|ndjson[0]=1; b|ndjson[1]=x; b|ndjson[2]=null"),
	ROW("{\"a\":\n", "b|ndjson[0].a= <json_syntax> <truncated>"),
	ROW("\n\n", " <ct_mismatch> <malformed>"),
};

static bool prefix(void *type, struct ew_bytes b)
{
	ew_message_reset(m, &defaults);
	tree_decode(m, b, type);
	return tree_broken(m) == NULL;
}

/* An only-child chain is what most rows want to see; a lone leaf prints as the empty string. */
static void rows(const struct row *r, size_t n, const char *type)
{
	for (; n--; r++) {
		struct ew_bytes g = guard_put(ew_bytes(r->in, r->n));
		ew_message_reset(m, &defaults);
		struct ew_field *f = tree_decode(m, g, type);
		is_str(tree_print(m, f), r->tree, "%s: %.*s", type ? type : "guessed",
		       (int)strcspn(r->in, "#\n"), r->in);
		guard_drop(g);
		if (!each_prefix(ew_bytes(r->in, r->n), prefix, (void *)(uintptr_t)type))
			ok(false, "a prefix of it: %s", tree_broken(m));
	}
}

static double seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

/* `unit` `times` over between `head` and `tail`, declared, with `lim`. */
static double hostile(const char *head, const char *unit, size_t times, const char *tail,
                      const struct ew_limits *lim)
{
	size_t h = strlen(head), u = strlen(unit), t = strlen(tail);
	char *buf = malloc(h + u * times + t + 1);

	if (!buf)
		abort();
	memcpy(buf, head, h);
	for (size_t i = 0; i < times; i++)
		memcpy(buf + h + u * i, unit, u);
	memcpy(buf + h + u * times, tail, t);
	ew_message_reset(m, lim);
	double start = seconds();
	tree_decode(m, ew_bytes(buf, h + u * times + t), "application/json");
	double took = seconds() - start;
	const char *broken = tree_broken(m);
	if (broken)
		ok(false, "tree of a hostile document: %s", broken);
	free(buf);
	return took;
}

static void hostile_documents(void)
{
	struct ew_limits wide = defaults;
	char *big = malloc(4000000);
	size_t n = 0;

	hostile("", "[", 100000, "", &defaults);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "depth") == 0, "100,000 brackets");
	ok(hostile("", "[", 64u << 20, "", &defaults) < 0.5 && m->status == EW_LIMIT, "64 MiB of brackets");
	ok(hostile("", "{\"a\":", 64u << 20 >> 3, "", &defaults) < 0.5 && m->status == EW_LIMIT,
	   "64 MiB of objects");
	ok(hostile("[", "1,", 4u << 20, "1]", &defaults) < 0.5 && strcmp(m->reason, "fields") == 0,
	   "four million elements");
	ok(hostile("[\"", "\\u0041", 1u << 20, "\"]", &defaults) < 0.5 && m->status == EW_OK, "escapes");
	ok(hostile("[", "\"\\", 1u << 20, "]", &defaults) < 1, "quotes and backslashes");
	ok(hostile("", "/**/", 1u << 20, "[]", &defaults) < 1, "comments");
	ok(hostile("", "\x01", 1u << 20, "[]", &defaults) < 1, "control bytes");
	ok(hostile("[", "}", 1u << 20, "]", &defaults) < 1, "closers of the wrong sort");
	ok(hostile("", "{}", 1u << 20, "", &defaults) < 1, "empty documents");
	ok(hostile("{", ":", 1u << 20, "}", &defaults) < 1, "colons");
	wide.depth = 100000;
	wide.fields = 1000000;
	wide.arena = 1u << 30;
	hostile("", "[", 100000, "", &wide);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "depth") == 0, "depth stops where a byte ends");
	if (!big)
		abort();
	big[n++] = '{';
	for (int i = 0; i < 100000; i++)
		n += (size_t)snprintf(big + n, 40, "\"key%d\":%d,", i, i);
	n += (size_t)snprintf(big + n, 40, "\"last\":0}");
	ew_message_reset(m, &wide);
	double start = seconds();
	tree_decode(m, ew_bytes(big, n), "application/json");
	ok(seconds() - start < 1 && m->status == EW_OK && m->anomalies == 0, "100,000 names");
	memcpy(big + n - 9, "\"key77\":0}", 10);
	ew_message_reset(m, &wide);
	tree_decode(m, ew_bytes(big, n + 1), "application/json");
	ok(m->status == EW_OK && m->anomalies == UINT64_C(1) << EW_ANOMALY_DUP_KEY, "one of them twice");
	free(big);
}

static void guesses_are_limited(void)
{
	char text[20000] = "{\"a\":1} ";

	/* Prose that begins like a document must not eat the budget. */
	for (size_t i = 8; i < sizeof(text); i++)
		text[i] = i % 3 ? 'x' : ' ';
	ew_message_reset(m, &defaults);
	tree_decode(m, ew_bytes(text, sizeof(text)), NULL);
	ok(m->status == EW_OK && m->used_fields < 10, "words behind a document");
	memcpy(text, "{\"a\":1, ", 8);
	ew_message_reset(m, &defaults);
	tree_decode(m, ew_bytes(text, sizeof(text)), NULL);
	ok(m->status == EW_OK && m->used_fields < 50, "words within a document");
	memcpy(text, "[\"a\":1, ", 8);
	ew_message_reset(m, &defaults);
	tree_decode(m, ew_bytes(text, sizeof(text)), NULL);
	ok(m->status == EW_OK && m->used_fields == 1 && !m->anomalies, "words within a list");
}

static void coverage(void)
{
	struct ew_field *f;

	ew_message_reset(m, &defaults);
	f = tree_decode(m, EW_LIT("{\"a\":1,\"a\":1e999}"), NULL);
	ok(f->flags & EW_FIELD_COVERED, "odd but whole: the text is not scanned again");
	ew_message_reset(m, &defaults);
	f = tree_decode(m, EW_LIT("{\"a\":1/*x*/}"), NULL);
	ok(f->flags & EW_FIELD_OPENED && !(f->flags & EW_FIELD_COVERED), "a comment hides text: it is");
	ew_message_reset(m, &defaults);
	f = tree_decode(m, EW_LIT("[{\"a\":\"[1,]\"},\"{\\\"b\\\":2}\"]"), NULL);
	ok(f->flags & EW_FIELD_COVERED, "an anomaly further down does not uncover what is above");
	ew_message_reset(m, &defaults);
	f = tree_decode(m, EW_LIT("\" onfocus=f() x=\""), NULL);
	ok(f->flags & EW_FIELD_OPENED && !(f->flags & EW_FIELD_COVERED), "text in quotes may mean its quotes");
}

/* All names and values of the document in order, but for the object {"zz":7}. */
static void spell_tree(struct ew_bytes doc, char *out, size_t cap)
{
	size_t n = 0;

	ew_message_reset(m, &defaults);
	const struct ew_field *f = tree_decode(m, doc, "application/json");
	for (f = f->child; f && strcmp(f->via->name, "json") != 0; f = f->next)
		;
	for (const struct ew_field *at = f; at && n < cap; at = ew_field_next(at, f)) {
		bool other = ew_bytes_eq(at->value, EW_LIT("{\"zz\":7}")) || ew_bytes_eq(at->name, EW_LIT("zz"));
		if (at != f && !other && ew_field_is_leaf(at))
			n += (size_t)snprintf(out + n, cap - n, "%.*s=%.*s;", (int)at->name.n,
			                      (const char *)at->name.p, (int)at->value.n,
			                      (const char *)at->value.p);
	}
	if (n < cap)
		snprintf(out + n, cap - n, "%llx %s %s", (unsigned long long)m->anomalies,
		         ew_status_name(m->status), tree_broken(m) ? tree_broken(m) : "");
}

/* An object is read the same whether or not the one before it is like it, whatever is wrong with it: what is
 * taken from the model must be what would have been read. */
static void models(void)
{
	static const char *const first[] = {
		"{\"a\":1,\"b\":{\"c\":\"x\",\"d\":[{\"e\":1}]},\"f\":\"y\"}",
		"{'a\"b':1,\"c\":2}", "{\"a\\u0062\":1,\"ab\":2}", "{\"x\"a\\u0062:1,\"c\":2}",
		"{\"\":1,\"a\":2,\"a\":3}", "{\"a\":[{\"b\":1},{\"b\":2,\"c\":3}],\"d\":null}",
	};
	static const char bytes[] = "\"'\\{}[],:abu0 \n";
	char doc[600], like[4000], unlike[4000];
	uint32_t seed = 5;
	int wrong = 0, alike = 0;

	for (int round = 0; round < 30000; round++) {
		const char *a = first[round % 6];
		char b[160];
		snprintf(b, sizeof(b), "%s", round % 5 ? a : first[(round / 5) % 6]);
		for (int k = round % 4; k > 0; k--) {
			seed = seed * 1664525 + 1013904223;
			size_t n = strlen(b), at = (seed >> 8) % n;
			uint8_t byte = (uint8_t)bytes[(seed >> 20) % (sizeof(bytes) - 1)];
			if (seed & 64 && n + 2 < sizeof(b))
				memmove(b + at + 1, b + at, n - at + 1);
			b[at] = (char)byte;
		}
		/* At a guard page, since a name of a model is looked for past the end. */
		snprintf(doc, sizeof(doc), "[%s,%s]", a, b);
		struct ew_bytes g = guard_put(ew_bytes_str(doc));
		spell_tree(g, like, sizeof(like));
		for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root))
			alike += !!(f->flags & EW_FIELD_SAME_NAME);
		guard_drop(g);
		snprintf(doc, sizeof(doc), "[%s,{\"zz\":7},%s]", a, b);
		spell_tree(ew_bytes_str(doc), unlike, sizeof(unlike));
		if (strcmp(like, unlike) != 0 && wrong++ < 5)
			printf("# %s\n#   %s\n#   %s\n", doc, like, unlike);
	}
	is_int(wrong, 0, "with a model and without (%d names taken from one)", alike);
	ok(alike > 30000, "models are used");
}

int main(void)
{
	m = ew_message_new(&defaults);
	if (!m)
		abort();
	rows(declared, sizeof(declared) / sizeof(*declared), "application/json");
	rows(guessed, sizeof(guessed) / sizeof(*guessed), NULL);
	rows(lines, sizeof(lines) / sizeof(*lines), "application/x-ndjson");
	guesses_are_limited();
	coverage();
	hostile_documents();
	models();
	ew_message_free(&m);
	return done();
}
