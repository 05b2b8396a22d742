/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* xml.c and xml_prolog.c: what becomes a field, what is never expanded, and what damage leaves. */

#include "decoded.h"
#include "opened.h"
#include "tap.h"

static struct ew_message *read_as(const char *value, bool expected)
{
	struct ew_message *m = ew_message_new(&opened_limits);

	if (!m)
		abort();
	(void)open_with(m, ew_bytes_str(value), expected ? "xml" : NULL, ew_bytes(NULL, 0), expected);
	return m;
}

/* Declared or not, that leaf is there and nothing is wrong. */
static bool opens(const char *value, const char *path, const char *want)
{
	bool good = true;

	for (int expected = 0; expected < 2; expected++) {
		struct ew_message *m = read_as(value, expected);
		bool fine = m->status == EW_OK && has(m, path, want);
		if (!fine)
			print_tree(m);
		good &= fine;
		ew_message_free(&m);
	}
	return good;
}

static void test_fields(void)
{
	static const struct {
		const char *what, *value, *path, *want;
	} rows[] = {
		{ "text", "<a>x; y</a>", "v|xml.a", "x; y" },
		{ "nested", "<a><b><c>$(id)</c></b></a>", "v|xml.a.b.c", "$(id)" },
		{ "namespaces", "<s:E xmlns:s='u'><s:B>q</s:B></s:E>", "v|xml.s:E.s:B", "q" },
		{ "an attribute", "<a b=\"' or 1=1\"/>", "v|xml.a.b", "' or 1=1" },
		{ "text beside an attribute", "<a b='c'>t</a>", "v|xml.a", "t" },
		{ "text around a comment", "<a>un<!-- x -->ion</a>", "v|xml.a", "union" },
		{ "the comment", "<a>un<!-- x -->ion</a>", "v|xml.#comment", " x " },
		{ "CDATA", "<a>un<![CDATA[ion <all>]]></a>", "v|xml.a", "union <all>" },
		{ "text around an instruction", "<a>un<?php x?>ion</a>", "v|xml.a", "union" },
		{ "the instruction", "<a>un<?php x?>ion</a>", "v|xml.?php", "x" },
		{ "text around a child", "<a>un<b/>ion</a>", "v|xml.a", "union" },
		{ "text through children", "<a>un<b>io</b>n</a>", "v|xml", "union" },
		{ "the five", "<a b='&quot;'>&lt;x&gt; &amp;&apos;</a>", "v|xml.a", "<x> &'" },
		{ "character references", "<a>&#x75;&#110;ion</a>", "v|xml.a", "union" },
		{ "an unknown entity", "<a>x&nbsp;y</a>", "v|xml.a", "x&nbsp;y" },
		{ "a declaration", "\xef\xbb\xbf \r\n<?xml version='1.0' encoding='windows-1252'?>\n<a>\x80'</a>",
		  "v|xml.a", "\xc2\x80'" },
		{ "Latin letters", "<a>caf\xe9</a>", "v|xml.a", "caf\xc3\xa9" },
		{ "a document in a document", "<a>&lt;b&gt;&amp;#39;&lt;/b&gt;</a>", "v|xml.a|xml.b", "'" },
		{ "siblings of one name", "<a><i>1</i><i>2</i></a>", "v|xml.a.i", "2" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(opens(rows[i].value, rows[i].path, rows[i].want), "%s", rows[i].what);

	static const char wide[] = "\xff\xfe<\0?\0x\0m\0l\0 \0e\0n\0c\0o\0d\0i\0n\0g\0=\0'\0u\0t\0f\0-\0"
	                           "1\0006\0'\0?\0>\0<\0a\0>\0'\0<\0/\0a\0>\0";
	struct ew_message *m = opened(ew_bytes(wide, sizeof(wide) - 1));
	ok(has(m, "v|xml.a", "'") && ew_message_has(m, EW_ANOMALY_UTF16), "UTF-16");
	ew_message_free(&m);
	m = read_as("<a b='%41'>x+y</a>", false);
	ok(has(m, "v|xml.a.b|percent", "A") && !field_at(m, "v|percent", ew_bytes(NULL, 0)) &&
	   !field_at(m, "v|plus", ew_bytes(NULL, 0)), "what is all in leaves is not opened as a whole");
	ew_message_free(&m);
	m = read_as("<a b='java&colon;x'/>", false);
	ok(has(m, "v|entity", "<a b='java:x'/>"), "with references it is");
	ew_message_free(&m);
	m = read_as("<a>x</a>", true);
	const struct ew_field *v = field_at(m, "v", EW_LIT("<a>x</a>"));
	ok(v && !(v->flags & EW_FIELD_COVERED), "markup stays to be matched");
	ew_message_free(&m);
}

static void test_doctype(void)
{
	static const char doc[] = "<?xml version='1.0'?><!-- [ --><!DOCTYPE a PUBLIC \"p\" 'http://a/x.dtd' [\n"
	                          "<!ENTITY lol \"la'la\"> <!-- ]> --> <!ENTITY % p SYSTEM 'file:///x'>\n"
	                          "<!ATTLIST a b CDATA \"]>\">]><a b='1'>&lol;&lol;</a>";
	struct ew_message *m = read_as(doc, true);

	ok(m->status == EW_AMBIGUOUS && strcmp(m->reason, "xml.doctype") == 0 &&
	   ew_message_has(m, EW_ANOMALY_DOCTYPE), "a document type is refused where XML is declared");
	ok(has(m, "v|xml.!DOCTYPE.lol", "la'la"), "the text of an entity");
	ok(has(m, "v|xml.!DOCTYPE.SYSTEM", "file:///x"), "a system identifier");
	ok(has(m, "v|xml.!DOCTYPE.PUBLIC", "http://a/x.dtd") && has(m, "v|xml.!DOCTYPE.PUBLIC", "p"),
	   "a public one");
	ok(has(m, "v|xml.a", "&lol;&lol;") && has(m, "v|xml.a.b", "1"), "nothing is expanded");
	ew_message_free(&m);
	m = read_as(doc, false);
	ok(m->status == EW_OK && ew_message_has(m, EW_ANOMALY_DOCTYPE) && has(m, "v|xml.a", "&lol;&lol;"),
	   "a guess only tells of it");
	ew_message_free(&m);
	m = read_as("<!DOCTYPE html><html><p>x</p></html>", true);
	ok(m->status == EW_OK && !ew_message_has(m, EW_ANOMALY_DOCTYPE) && has(m, "v|xml.html.p", "x"),
	   "one that says nothing is harmless");
	ew_message_free(&m);
	m = read_as("<!DOCTYPE a [<!ENTITY x '", true);
	ok(m->status == EW_AMBIGUOUS && ew_message_has(m, EW_ANOMALY_DOCTYPE), "one that does not end");
	ew_message_free(&m);
}

static void test_damage(void)
{
	static const struct {
		const char *what, *value, *path, *want;
		enum ew_status declared;
	} rows[] = {
		{ "HTML", "<p>Hello<br>wor<!-- -->ld</p>", "v|xml", "Helloworld", EW_MALFORMED },
		{ "what was read stays", "<a><b>'x</b><c", "v|xml.a.b", "'x", EW_TRUNCATED },
		{ "an open element", "<a><b>'x", "v|xml.a.b", "'x", EW_TRUNCATED },
		{ "no quotes", "<a b=c>un<!-- -->ion</a>", "v|xml", "union", EW_MALFORMED },
		{ "CDATA behind damage", "<a></b><![CDATA[<'>]]>", "v|xml", "<'>", EW_MALFORMED },
		{ "more behind the end", "<a>x</a>y", "v|xml", "xy", EW_MALFORMED },
		{ "an open quote", "<a><b c=\"><!-- --></b>x<d>y", "v|xml", "xy", EW_MALFORMED },
		{ "an unknown charset", "<?xml version='1.0' encoding='utf-7'?><a>x</a>", "v|xml.a", "x",
		  EW_UNSUPPORTED },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_message *m = read_as(rows[i].value, true);
		bool good = has(m, rows[i].path, rows[i].want) && m->status == rows[i].declared;
		if (!good)
			print_tree(m);
		ew_message_free(&m);
		m = read_as(rows[i].value, false);
		good &= has(m, rows[i].path, rows[i].want) && m->status == EW_OK;
		ok(good, "%s: read, an exception if declared", rows[i].what);
		ew_message_free(&m);
	}
	static const char *const shut[] = { "<someone@example.com> wrote", "< 3", "<-", "<<x>", "<", "a < b > c",
		                            "<int, char>", "<a", "<3 you" };
	bool closed = true;
	for (size_t i = 0; i < sizeof(shut) / sizeof(*shut); i++) {
		struct ew_message *m = opened(ew_bytes_str(shut[i]));
		closed &= m->status == EW_OK && !m->anomalies && !field_at(m, "v|xml", ew_bytes(NULL, 0));
		ew_message_free(&m);
	}
	ok(closed, "what only begins with a bracket leaves no trace");
	struct ew_message *m = read_as("not XML", true);
	ok(m->status == EW_MALFORMED && ew_message_has(m, EW_ANOMALY_CT_MISMATCH), "declared and none");
	ew_message_free(&m);
}

static void test_limits(void)
{
	enum { DEEP = 20000 };
	char *deep = malloc(DEEP * 7 + 1);
	struct ew_limits lim = opened_limits;
	struct ew_message *m = ew_message_new(&lim);

	if (!deep || !m)
		abort();
	for (size_t i = 0; i < DEEP; i++) {
		memcpy(deep + i * 3, "<a>", 3);
		memcpy(deep + DEEP * 3 + i * 4, "</a>", 4);
	}
	(void)open_with(m, ew_bytes(deep, DEEP * 7), "xml", ew_bytes(NULL, 0), true);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "depth") == 0, "depth is bounded");
	ew_message_reset(m, &lim);
	(void)open_with(m, ew_bytes(deep, DEEP * 7), NULL, ew_bytes(NULL, 0), false);
	ok(m->status == EW_OK && m->anomalies == UINT64_C(1) << EW_ANOMALY_DEPTH,
	   "of a guess, too, which is an anomaly and no exception");
	lim.fields = 40;
	ew_message_reset(m, &lim);
	(void)open_with(m, EW_LIT("<u>u<i>n</i><i>i<!-- --></i><i>o</i><i>n</i><i>a</i><i>b</i><i>c</i><i>d</i><i>e"
	                          "</i><i>&#39;</i></u>"), NULL, ew_bytes(NULL, 0), false);
	ok(m->status == EW_OK && has(m, "v|xml|entity", "unionabcde'") && m->used_fields < 10,
	   "a guess takes a share of the fields, then its text alone is left");
	lim.fields = 1000;
	lim.output = 10;
	ew_message_reset(m, &lim);
	(void)open_with(m, EW_LIT("<a>a text of some length</a>"), "xml", ew_bytes(NULL, 0), true);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "output") == 0, "output is bounded");
	ew_message_free(&m);
	free(deep);
}

static bool declared_safely(void *arg, struct ew_bytes prefix)
{
	struct ew_message *m = ew_message_new(&opened_limits);

	(void)arg;
	(void)open_with(m, prefix, "xml", ew_bytes(NULL, 0), true);
	bool sane = m->status != EW_OK || prefix.n == 0 || prefix.p[prefix.n - 1] == '>';
	ew_message_free(&m);
	return sane;
}

/* A parser that has read one thing reads the next as a new one would. */
static void test_kept_parser(void)
{
	static const char *const turns[] = {
		"<a b='c'>d", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
		"<a xmlns:p='q'><p:b/>&amp;</a>", "<a>\xe9</a>",
		"<a>&e;</a>", "<a b='1' b='2'/>", "<a><b><c>", "<a>last</a>",
	};
	struct ew_unpackers kept = { .salt = 1 };
	char *large = malloc(200001);

	if (!large)
		abort();
	memset(large, 'x', 200000);
	memcpy(large, "<a>", 3);
	memcpy(large + 199996, "</a>", 5);
	for (size_t i = 0; i < 2 * sizeof(turns) / sizeof(*turns); i++) {
		const char *turn = i == 3 ? large : turns[i % (sizeof(turns) / sizeof(*turns))];
		char was[4096];
		struct ew_message *m = read_as(turn, i % 3 == 0);
		snprintf(was, sizeof(was), "%s", tree_print(m, m->root));
		ew_message_free(&m);
		opened_unpackers = &kept;
		m = read_as(turn, i % 3 == 0);
		opened_unpackers = NULL;
		is_str(tree_print(m, m->root), was, "turn %zu reads the same", i);
		ew_message_free(&m);
		ok(i == 3 ? !kept.xml : kept.xml != NULL, "and its parser is %s", i == 3 ? "gone" : "kept");
	}
	ew_unpackers_fini(&kept);
	ok(kept.salt == 1 && !kept.xml, "the end");
	free(large);
}

/* Nothing is opened that is nothing but a name in brackets, unless it is said to be XML. */
static void test_mere_tags(void)
{
	static const char *const mere[] = { "<a/>", "<none>", "<a:b-c.d_1 />", "  <br>", "<\xc3\xa9>" };
	static const char *const more[] = { "<a b='c'/>", "<a>b", "<a/> ", "<a/>&lt;", "<a><b>" };

	for (size_t i = 0; i < sizeof(mere) / sizeof(*mere); i++) {
		struct ew_message *m = read_as(mere[i], false);
		ok(m->status == EW_OK && m->used_fields == 1, "a mere tag: %s", mere[i]);
		ew_message_free(&m);
	}
	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++) {
		struct ew_message *m = read_as(more[i], false);
		ok(m->status == EW_OK && m->used_work > 2048, "more than that: %s", more[i]);
		ew_message_free(&m);
	}
	ok(opens("<a b='c'/>", "v|xml.a.b", "c"), "an attribute");
}

int main(void)
{
	static const char all[] = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b \"c\"><!-- ] -->]>"
	                          "<a b='c&#9;'>t<!-- x --><![CDATA[y]]>&z;&#x41;<?p q?><d><e f='g'/></d>u</a>";

	without_and_with_unpackers(test_fields);
	without_and_with_unpackers(test_doctype);
	without_and_with_unpackers(test_damage);
	without_and_with_unpackers(test_limits);
	test_kept_parser();
	test_mere_tags();
	ok(each_prefix(ew_bytes_str(all), declared_safely, NULL), "each prefix, declared");
	ok(each_prefix(ew_bytes_str(all), opens_safely, NULL), "each prefix");
	return done();
}
