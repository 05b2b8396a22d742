/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rule files as a part of a ruleset: what is loaded and refused, what hits say, what is bounded. */

#include "eventwall/event.h"
#include "eventwall/protocol.h"
#include "eventwall/ruleset.h"

#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/ew-judge-XXXXXX";

static const char *put_file(const char *name, const char *text)
{
	static char path[4][256];
	static unsigned turn;
	char *p = path[turn++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", folder, name);
	FILE *f = fopen(p, "w");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
	return p;
}

static void take_file(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

static struct ew_ruleset *load(const char *file, const struct ew_seclang_source *more,
			       const char *set, struct ew_error *e)
{
	struct ew_seclang_source from = *more;
	struct ew_ruleset_options opt = { .seclang = &from };

	from.files = &file;
	from.file_count = 1;
	return ew_ruleset_load(&set, set ? 1 : 0, &opt, e);
}

static const struct ew_seclang_source plain = { .work = 1 << 20 };

static void refused(const char *text, const struct ew_seclang_source *more, const char *want,
		    const char *about)
{
	struct ew_error e = { 0 };
	const char *file = put_file("r.conf", text);
	struct ew_ruleset *rs = load(file, more, NULL, &e);
	char all[1200], *said = all;

	ew_error_print(&e, all, sizeof(all));
	if (!strncmp(said, folder, strlen(folder)))
		said += strlen(folder) + 1;
	ok(!rs && !strncmp(said, want, strlen(want)), "%s", about);
	if (strncmp(said, want, strlen(want)))
		printf("# %s\n", said);
	ew_ruleset_unref(&rs);
}

static void test_refusals(void)
{
	static const struct ew_seclang_source level = { .paranoia = 2 }, most = { .threshold = 7 };

	refused("SecRule ARGS x id:1\nSecRule ARGS \"@rx (\" id:2\n", &plain,
		"r.conf:2:20: this is no pattern", "a broken pattern");
	refused("SecRule ARGS x\n", &plain, "r.conf:1: a rule needs an id", "a rule without an id");
	refused("# nothing\n", &plain, "r.conf: no rule in here", "no rule");
	refused("Include nowhere.conf\n", &plain, "r.conf:1: no file is named",
		"a file that is not there");
	refused("SecAction \"id:900000,phase:1,pass,setvar:tx.Paranoia_Level=1\"\n", &level,
		"r.conf:1: rule 900000 sets tx.paranoia_level, and so does the route",
		"a level said twice");
	refused("SecAction \"id:1,phase:1,pass,setvar:tx.inbound_anomaly_score_threshold=9\"\n",
		&most, "r.conf:1: rule 1 sets tx.inbound_anomaly_score_threshold",
		"a threshold said twice");
	take_file("r.conf");
	struct ew_error e = { 0 };
	char path[256];
	snprintf(path, sizeof(path), "%s/*.none", folder);
	struct ew_ruleset *rs = load(path, &plain, NULL, &e);
	ok(!rs && strstr(e.file, "*.none"), "a glob that names nothing: %s", e.text);
}

/* What stands in `hits`, an id and its message each. */
static const char *judge(struct ew_ruleset *rs, const char *target, size_t arena,
			 enum ew_status *st_r)
{
	static struct ew_limits limits = EW_LIMITS_DEFAULT;
	static char said[4096];
	struct ew_http_parts parts = { .method = EW_LIT("GET"), .target = ew_bytes_str(target) };
	struct ew_scanner *s = ew_scanner_new();

	limits.arena = arena;
	struct ew_message *m = ew_message_new(&limits);
	if (!s || !m || !ew_scanner_adopt(s, rs))
		abort();
	(void)ew_http_event(m, &parts);
	(void)ew_decode(m);
	*st_r = ew_scan(s, rs, m);
	said[0] = 0;
	for (const struct ew_hit *h = m->hits; h; h = h->next) {
		size_t n = strlen(said);
		char path[128] = "";
		if (h->field)
			ew_field_path(h->field, path, sizeof(path));
		snprintf(said + n, sizeof(said) - n, "%u%s", h->signature->id, h->drop ? "!" : "");
		n = strlen(said);
		if (h->told)
			snprintf(said + n, sizeof(said) - n, " [%.*s|%.*s|%.*s|%s]",
				 (int)h->told->msg.n, (const char *)h->told->msg.p,
				 (int)h->told->data.n, (const char *)h->told->data.p,
				 (int)h->told->variable.n, (const char *)h->told->variable.p, path);
		n = strlen(said);
		size_t from, to;
		if (ew_ruleset_locate(rs, h, &from, &to))
			snprintf(said + n, sizeof(said) - n, " %.*s", (int)(to - from),
				 (const char *)h->text.p + from);
		n = strlen(said);
		snprintf(said + n, sizeof(said) - n, "%s", h->next ? "; " : "");
	}
	if (*st_r != EW_OK)
		snprintf(said + strlen(said), sizeof(said) - strlen(said), "(%s)", m->reason);
	ew_message_free(&m);
	ew_scanner_free(&s);
	return said;
}

#define RULES                                                                                      \
	"SecAction \"id:1,phase:1,pass,nolog,setvar:tx.a=%{tx.paranoia_level}\"\n"                 \
	"SecRule ARGS \"@rx ev(i)l\" \"id:30,phase:2,pass,capture,msg:'level "                     \
	"%{tx.a}',logdata:'%{TX.1}',"                                                              \
	"tag:'attack-x',tag:'t/2',severity:2,ver:'v/1',rev:'3'\"\n"                                \
	"SecRule ARGS_NAMES \"@streq bad\" \"id:20,phase:1,deny,t:lowercase\"\n"                   \
	"SecRule REQUEST_BODY|XML \"@rx x\" \"id:40,phase:3,deny\"\n"                              \
	"SecRuleUpdateTargetById 30 !ARGS:free\n"                                                  \
	"SecAction \"id:50,phase:5,pass,nolog,deny\"\n"

static void test_hits(void)
{
	struct ew_seclang_source from = plain;
	struct ew_error e = { 0 };
	enum ew_status st;
	const char *set = put_file(
		"s.json",
		"{\"set\": \"s\", \"version\": \"1\", \"description\": \"d\", \"signatures\": ["
		"{\"id\": 25, \"name\": \"evil\", \"class\": \"c\", \"severity\": \"error\", "
		"\"pattern\": \"evil\", \"action\": \"drop\", \"hit\": [\"{\\\"a\\\": "
		"\\\"evil\\\"}\"], \"miss\": [\"1\"]}]}");

	from.paranoia = 3;
	struct ew_ruleset *rs = load(put_file("h.conf", RULES), &from, set, &e);
	ok(rs, "signatures and rules: %s", e.text);
	if (!rs)
		return;
	is_int(ew_ruleset_count(rs), 6, "both are listed");
	uint32_t ids[6];
	for (size_t i = 0; i < 6; i++)
		ids[i] = ew_ruleset_at(rs, i)->id;
	ok(ids[0] == 25 && ids[1] == 1 && ids[2] == 20 && ids[3] == 30 && ids[5] == 50,
	   "signatures first, by id");
	const struct ew_signature *s = ew_ruleset_at(rs, 3);
	ok(s->rule && s->revision == 3 && s->severity == EW_SEVERITY_CRITICAL && s->line == 2,
	   "facts of a rule");
	is_str(s->class_, "x", "its class is of a tag");
	is_str(s->set, "h", "its set is its file");
	is_str(s->version, "v/1", "its version");
	is_str(s->tags[1], "t/2", "its tags");
	is_str(s->name, "level %{tx.a}", "its name is its message as it is written");
	is_str(judge(rs, "/?q=an+evil+eye", 1 << 20, &st),
	       "25! evil; 25! evil; 30 [level 3|i|ARGS:q|http.query.q|plus] evil",
	       "macros, captures and places");
	is_str(judge(rs, "/?free=evil", 1 << 20, &st), "25! evil", "an exception of the file");
	is_str(judge(rs, "/?BAD=1", 1 << 20, &st), "20! [||ARGS_NAMES:BAD|http.query.BAD]",
	       "a name, in another form");
	is_str(judge(rs, "/?a=1", 1 << 20, &st), "", "what is not logged is no hit");

	struct ew_seclang_facts f;
	ew_ruleset_seclang(rs, &f);
	ok(f.rules == 5 && f.links == 5 && f.files == 1 && f.gaps == 2, "facts of the files");
	struct ew_rule_gap g;
	ok(ew_ruleset_gap(rs, 0, &g) && g.line == 4 && g.column == 22 &&
		   !strcmp(g.text, "XML is always empty here"),
	   "a gap and its place");
	ok(ew_ruleset_gap(rs, 1, &g) && strstr(g.text, "rule 40 is of phase 3"),
	   "a rule that never runs is one");
	ok(!ew_ruleset_gap(rs, 2, &g), "and no more");
	ew_ruleset_unref(&rs);
	rs = load(put_file("h.conf", "SecRule ARGS x id:25\n"), &plain, set, &e);
	ok(!rs && strstr(e.text, "25 is also the id of a signature"), "an id has one owner");
	take_file("h.conf");
	take_file("s.json");
}

static void test_bounds(void)
{
	static const struct ew_seclang_source little = { .work = 4096 };
	struct ew_error e = { 0 };
	enum ew_status st;
	char target[4000] = "/?a=";
	const char *rules =
		put_file("b.conf",
			 "SecRule ARGS \"@rx evil\" \"id:1,phase:1,pass,t:hexEncode,t:hexEncode\"\n"
			 "SecRule ARGS \"@unconditionalMatch\" \"id:2,phase:1,pass,multiMatch,"
			 "t:hexEncode,t:hexEncode,t:hexEncode,t:hexEncode,t:hexEncode\"\n");

	memset(target + 4, 'x', 3000);
	struct ew_ruleset *rs = load(rules, &plain, NULL, &e);
	is_str(rs ? judge(rs, target, 60000, &st) : e.text, "(rule_memory)", "memory is bounded");
	is_int(st, EW_LIMIT, "as any other limit");
	ew_ruleset_unref(&rs);
	rs = load(rules, &little, NULL, &e);
	is_str(rs ? judge(rs, target, 1 << 20, &st) : e.text, "(rule_work)", "work is bounded");
	is_str(rs ? judge(rs, "/?a=1", 1 << 20, &st) : e.text, "2 [||ARGS:a|http.query.a]",
	       "a small message is not");
	ew_ruleset_unref(&rs);
	take_file("b.conf");
}

struct shown {
	char text[4096];
};

static void show(void *arg, const char *line)
{
	struct shown *s = arg;
	size_t n = strlen(s->text);

	snprintf(s->text + n, sizeof(s->text) - n, "%s\n", line);
}

static void test_explain(void)
{
	struct shown s = { "" };
	struct ew_error e = { 0 };
	struct ew_ruleset *rs =
		load(put_file("e.conf", RULES "SecRule ARGS:a|!ARGS:/b/ \"!@contains \t;\" "
					      "\"id:60,phase:2,t:lowercase,chain\"\n"
					      "SecRule &ARGS \"@gt 1\" \"setvar:tx.n=1\"\n"),
		     &plain, NULL, &e);

	ok(rs && ew_ruleset_explain(rs, 60, show, &s), "a chain: %s", e.text);
	ok(strstr(s.text, "targets          ARGS:a !ARGS:/b/\n"), "targets and exceptions");
	ok(strstr(s.text, "transformations  lowercase\n"), "transformations");
	ok(strstr(s.text, "operator         !@contains \\x09;\n"),
	   "an operator, without control characters");
	ok(strstr(s.text, "e.conf:8)\n  targets          &ARGS\n"),
	   "the second condition and where it stands");
	ok(strstr(s.text, "does             setvar:tx.n=1\n"), "what it does");
	s.text[0] = 0;
	ok(rs && ew_ruleset_explain(rs, 40, show, &s) && strstr(s.text, "never runs") &&
		   strstr(s.text, "XML is always empty"),
	   "a rule that never runs, and its gaps");
	s.text[0] = 0;
	ok(rs && ew_ruleset_explain(rs, 30, show, &s) &&
		   strstr(s.text, "SecRuleUpdateTargetById !ARGS:free"),
	   "exceptions from other places");
	ok(rs && !ew_ruleset_explain(rs, 7, show, &s), "no such rule");
	ew_ruleset_unref(&rs);
	take_file("e.conf");
}

int main(void)
{
	if (!mkdtemp(folder))
		abort();
	test_refusals();
	test_hits();
	test_bounds();
	test_explain();
	rmdir(folder);
	return done();
}
