/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Path patterns: what selects what. */

#include "eventwall/ruleset.h"
#include "tap.h"
#include "tree.h"

static struct ew_message *m;

static int selects(const char *pattern, const struct ew_field *f)
{
	return ew_path_matches(ew_bytes_str(pattern), f);
}

static void check(const struct ew_field *f, const char *yes[], const char *no[])
{
	char path[256];

	ew_field_path(f, path, sizeof(path));
	for (; *yes; yes++)
		ok(selects(*yes, f), "%s selects %s", *yes, path);
	for (; *no; no++)
		ok(!selects(*no, f), "%s does not select %s", *no, path);
}

#define LIST(...) ((const char *[]){ __VA_ARGS__, NULL })

static void check_refused(const char *pattern)
{
	const char *why = "";

	ok(!ew_path_check(ew_bytes_str(pattern), &why) && *why, "refused: %s (%s)", pattern, why);
}

/* Each field's own written path selects it and, being without stars, no other. */
static void check_own_paths(void)
{
	bool good = true;

	for (struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		char path[256];
		if (f == m->root)
			continue;
		ew_field_path(f, path, sizeof(path));
		for (struct ew_field *g = m->root; g; g = ew_field_next(g, m->root)) {
			bool bars = strchr(path, '|') != NULL;
			if (selects(path, g) != (f == g) && (bars || g == f || !g->via)) {
				printf("# %s\n", path);
				good = false;
			}
		}
	}
	ok(good, "every field is selected by its own path");
}

int main(void)
{
	m = ew_message_new(&tree_limits);
	struct ew_field *http = tree_object(m, m->root, "http");
	struct ew_field *header = tree_object(m, http, "header");
	struct ew_field *agent = tree_text(m, header, "user-agent", "x");
	struct ew_field *body = tree_text(m, http, "body", "{}");
	struct ew_field *doc = tree_layer(m, body, &tree_json, ew_bytes(NULL, 0), EW_KIND_OBJECT);
	struct ew_field *list = tree_add(m, doc, EW_LIT("Records"), ew_bytes(NULL, 0), EW_KIND_ARRAY, 0);
	tree_text(m, list, "", "0");
	struct ew_field *item = tree_text(m, list, "", "1");
	struct ew_field *note = tree_text(m, doc, "note", "eA==");
	struct ew_field *opened = tree_layer(m, note, &tree_base64, EW_LIT("x"), EW_KIND_BYTES);
	struct ew_field *deep = tree_layer(m, opened, &tree_json, ew_bytes(NULL, 0), EW_KIND_OBJECT);
	struct ew_field *cmd = tree_text(m, deep, "cmd", "ls");
	struct ew_field *odd = tree_text(m, doc, "a.b|json\"\n", "y");
	struct ew_field *raw = tree_text(m, doc, "k\xff", "y");
	struct ew_field *key = tree_text(m, doc, "json", "y");
	struct ew_field *empty = tree_text(m, doc, "", "y");
	struct ew_field *accent = tree_text(m, doc, "caf\xc3\xa9", "y");
	struct ew_field *kafka = tree_object(m, m->root, "kafka");
	struct ew_field *value = tree_text(m, kafka, "value", "z");
	struct ew_field *hidden = tree_text(m, tree_object(m, doc, "http"), "body", "z");

	check(agent, LIST("**", "http.header.user-agent", "http.header.*", "http.**", "*.*.*", "**.user-agent",
	                  "http.**.user-agent", "http.header.user-agent.**", "**.header.**"),
	      LIST("body.**", "http.header", "http.*", "*", "http.header.user-agent.*", "**.header",
	           "http.header.user", "http|json.header.user-agent"));
	check(item, LIST("body.Records[1]", "body.Records[*]", "body.Records.*", "**[1]", "**.Records[*]",
	                 "http.body|json.Records[1]", "body|json.Records[*]", "body.**"),
	      LIST("body.Records[0]", "body.Records", "body|json.Records", "body.*", "body|json.**[2]",
	           "body|base64.Records[1]"));
	check(cmd, LIST("body.note.cmd", "body|json.note|base64|json.cmd", "**.cmd", "body.**.cmd",
	                "body|json.note|*|json.cmd", "**|base64.**", "**|base64|json.cmd", "body.*.cmd",
	                "body|json.**.cmd"),
	      LIST("body.cmd", "body|json.note.cmd", "body|json.note|base64.cmd", "**|base64.cmd", "note.cmd",
	           "*.note.cmd", "**.note"));
	check(opened, LIST("body.note", "body|json.note|base64", "body|json.note|*", "**.note"),
	      LIST("body|json.note", "body|json.note.*", "body.note.*"));
	check(odd, LIST("body[\"a.b|json\\\"\\u000a\"]", "body[\"a.b|json\\\"\\n\"]", "body.*"),
	      LIST("body.a.b|json", "body[\"a.b|json\"]", "body[\"a.b|json\\\"\\u000ax\"]"));
	check(raw, LIST("body[\"k\\u00ff\"]"), LIST("body.k", "body[\"k\\u00fe\"]"));
	check(accent, LIST("body[\"caf\\u00e9\"]", "body.caf\xc3\xa9"), LIST("body.cafe"));
	check(key, LIST("body.json", "body|json.json"), LIST("body|json|json", "body|json"));
	check(empty, LIST("body[\"\"]", "body.*"), LIST("body", "body.note"));
	check(value, LIST("body", "body.**", "kafka.value", "kafka.*"), LIST("http.body", "value"));
	check(hidden, LIST("body.http.body", "**.http.body"), LIST("http.body", "body", "body.body"));
	check(body, LIST("body", "body.**", "http.body", "http.*", "**.body"), LIST("body.*", "body|json"));
	check_own_paths();

	const char *why;
	ok(ew_path_check(EW_LIT("http.header[\"x.y\"].**|json[3][*].a-b_c"), &why), "a path with all in it");
	check_refused("");
	check_refused(".a");
	check_refused("a.");
	check_refused("a..b");
	check_refused("a[");
	check_refused("a[]");
	check_refused("a[x]");
	check_refused("a[\"x]");
	check_refused("a[\"x\\\"]");
	check_refused("a[99999999999]");
	check_refused("a|");
	check_refused("a[1]b");
	check_refused("a*");
	check_refused("***");
	check_refused("a b");
	check_refused("a.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**"
	              ".**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**");

	struct ew_field *f = tree_object(m, m->root, "a");
	for (int i = 0; i < 3000; i++)
		f = tree_object(m, f, "a");
	ok(!selects("**.a.**.a.**.a.**.a.**.a.**.a.**.a.**.a.**.a.**.a.**.b", f), "no blow-up");
	ok(!selects("b.**.a.**.a.**.a.**.a.**.a.**.a.**.a.**.a.**.a.**.a", f), "nor from the front");
	ok(selects("a.**.a.**.a.**.a.**.a.**.a.**.a.**.a.**.a.**.a.**.a", f), "nor when it selects");
	ew_message_free(&m);
	return done();
}
