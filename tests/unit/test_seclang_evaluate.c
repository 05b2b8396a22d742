/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rules run one by one: what they find, set and say.  Each row runs over the same request:
 *
 *     GET /a/b%20c?q=1&x=Select%201   Host: localhost   X-Val: (the row's)   Cookie c=1 */

#include "signatures/seclang/evaluate.h"
#include "tap.h"

#include <stdlib.h>

enum { MEMORY = 4 << 20 };

static struct ew_transaction t;

static void add(enum ew_variable id, const char *key, const char *value)
{
	if (!ew_transaction_add(&t, id, ew_bytes_str(key), ew_bytes_str(value), NULL))
		abort();
}

static void make_request(const char *val)
{
	add(EW_VARIABLE_REQUEST_METHOD, "", "GET");
	add(EW_VARIABLE_REQUEST_FILENAME, "", "/a/b c");
	add(EW_VARIABLE_ARGS, "q", "1");
	add(EW_VARIABLE_ARGS, "x", "Select 1");
	add(EW_VARIABLE_ARGS_NAMES, "q", "q");
	add(EW_VARIABLE_ARGS_NAMES, "x", "x");
	add(EW_VARIABLE_REQUEST_HEADERS, "Host", "localhost");
	add(EW_VARIABLE_REQUEST_HEADERS, "X-Val", val);
	add(EW_VARIABLE_REQUEST_COOKIES, "c", "1");
}

/* "ID logdata" of each hit, joined by "; "; "!ID" at the end: it blocks. */
static const char *run(const char *rules, const char *val, bool http, bool detect)
{
	static char out[4096];
	struct ew_error e = { .line = 0 };
	struct ew_seclang_verdict v;
	size_t n = 0;
	struct ew_seclang_set *set =
		ew_seclang_load_text("x.conf", ew_bytes_str(rules), MEMORY, &e);

	out[0] = 0;
	if (!set) {
		ew_error_print(&e, out, sizeof(out));
		return out;
	}
	memset(&t, 0, sizeof(t));
	t.arena = ew_arena_new(MEMORY);
	t.http = http;
	make_request(val);
	ew_seclang_evaluate(set, &t, detect, &v);
	for (const struct ew_seclang_hit *h = v.hits; h; h = h->next)
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%u%s%.*s", n ? "; " : "",
				      h->rule->id, h->logdata.n ? " " : "", (int)h->logdata.n,
				      (const char *)h->logdata.p);
	if (v.denied)
		n += (size_t)snprintf(out + n, sizeof(out) - n, " !%u", v.denied->id);
	if (v.spent)
		snprintf(out + n, sizeof(out) - n, " spent");
	ew_arena_free(&t.arena);
	ew_seclang_free(&set);
	return out;
}

#define RULE(target, op, actions) "SecRule " target " \"" op "\" \"" actions "\"\n"
#define NAMED                     ",pass,logdata:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"

static const struct {
	const char *about, *rules, *val, *want;
} rows[] = {
	/* operators */
	{ "a pattern", RULE("ARGS", "@rx ^S.l", "id:1" NAMED), "", "1 ARGS:x=Select 1" },
	{ "a line may begin inside", RULE("REQUEST_HEADERS", "@rx ^b$", "id:1" NAMED), "a\nb",
	  "1 REQUEST_HEADERS:X-Val=a\nb" },
	{ "a dot is any byte", RULE("REQUEST_HEADERS:X-Val", "@rx a.b", "id:1"), "a\nb", "1" },
	{ "no operator is a pattern", RULE("REQUEST_HEADERS:X-Val", "!a", "id:1"), "b", "1" },
	{ "negated, and nothing there", RULE("ARGS:none|TX:none", "!@rx a", "id:1"), "", "" },
	{ "words, whatever their case",
	  RULE("ARGS", "@pm foo SELECT bar", "id:1,capture,logdata:'%{TX.0}'"), "", "1 Select" },
	{ "in the argument", RULE("REQUEST_METHOD", "@within GET POST", "id:1"), "", "1" },
	{ "in no argument", RULE("REQUEST_METHOD", "!@within HEAD POST", "id:1"), "", "1" },
	{ "begins", RULE("REQUEST_FILENAME", "@beginsWith /a/", "id:1"), "", "1" },
	{ "ends", RULE("REQUEST_FILENAME", "@endsWith b c", "id:1"), "", "1" },
	{ "contains", RULE("REQUEST_FILENAME", "@contains b c", "id:1"), "", "1" },
	{ "a word", RULE("REQUEST_HEADERS:X-Val", "@containsWord foo", "id:1"), "a foo1", "1" },
	{ "no word", RULE("REQUEST_HEADERS:X-Val", "@containsWord foo", "id:1"), "foob", "" },
	{ "equal, with one blank", RULE("REQUEST_HEADERS:X-Val", "@streq  a", "id:1"), " a", "1" },
	{ "a quote keeps its backslash", RULE("REQUEST_HEADERS:X-Val", "@streq a\\\"b", "id:1"),
	  "a\\\"b", "1" },
	{ "numbers",
	  RULE("ARGS:q", "@lt 2", "id:1") RULE("ARGS:q", "@ge 1", "id:2")
		  RULE("ARGS:q", "@gt 1", "id:3"),
	  "", "1; 2" },
	{ "what is no number is 0", RULE("REQUEST_HEADERS:X-Val", "@eq abc", "id:1"), "x", "1" },
	{ "addresses", RULE("REQUEST_HEADERS:X-Val", "@ipMatch 10.0.0.0/9,2001:db8::/33", "id:1"),
	  "10.127.0.1", "1" },
	{ "addresses of six",
	  RULE("REQUEST_HEADERS:X-Val", "@ipMatch 10.0.0.0/9,2001:db8::/33", "id:1"),
	  "2001:db8:8000::1", "" },
	{ "bytes", RULE("REQUEST_HEADERS:X-Val", "@validateByteRange 32-126,10", "id:1"), "a\nb",
	  "" },
	{ "other bytes", RULE("REQUEST_HEADERS:X-Val", "@validateByteRange 32-126,10", "id:1"),
	  "a\tb", "1" },
	{ "escapes", RULE("REQUEST_HEADERS:X-Val", "@validateUrlEncoding", "id:1"), "%4", "1" },
	{ "characters", RULE("REQUEST_HEADERS:X-Val", "@validateUtf8Encoding", "id:1"), "\xc0\xaf",
	  "1" },
	{ "a card", RULE("REQUEST_HEADERS:X-Val", "@verifyCC \\d{16}", "id:1"),
	  "x 4111111111111111", "1" },
	{ "no card", RULE("REQUEST_HEADERS:X-Val", "@verifyCC \\d{16}", "id:1"),
	  "x 4111111111111112", "" },
	{ "an injection", RULE("REQUEST_HEADERS:X-Val", "@detectSQLi", "id:1"), "1' or '1'='1",
	  "1" },
	{ "a script", RULE("REQUEST_HEADERS:X-Val", "@detectXSS", "id:1"),
	  "<script>alert(1)</script>", "1" },
	{ "no script", RULE("REQUEST_HEADERS:X-Val", "@detectXSS", "id:1"), "a < b", "" },
	/* targets */
	{ "names are found whatever their case, patterns as well",
	  RULE("REQUEST_HEADERS:x-val|REQUEST_HEADERS:/^HO/", "@rx .", "id:1,pass,setvar:tx.n=+1")
		  RULE("TX:n", "@rx .", "id:2" NAMED),
	  "a", "1; 2 TX:n=2" },
	{ "exceptions",
	  RULE("REQUEST_HEADERS|!REQUEST_HEADERS:/host/|!REQUEST_HEADERS:x-val", "@rx .", "id:1"),
	  "a", "" },
	{ "counts",
	  RULE("&REQUEST_HEADERS", "@eq 2", "id:1" NAMED)
		  RULE("&REQUEST_HEADERS:none", "@eq 0", "id:2" NAMED),
	  "a", "1 REQUEST_HEADERS=2; 2 REQUEST_HEADERS:none=0" },
	/* transformations */
	{ "one after the other",
	  RULE("REQUEST_HEADERS:X-Val", "@streq a", "id:1,t:urlDecodeUni,t:lowercase"), "%41",
	  "1" },
	{ "none forgets", RULE("REQUEST_HEADERS:X-Val", "@streq A", "id:1,t:lowercase,t:none"), "A",
	  "1" },
	{ "those of the default come first",
	  "SecDefaultAction \"phase:1,pass,t:urlDecode\"\n" RULE("REQUEST_HEADERS:X-Val",
								 "@streq a", "id:1,t:lowercase")
		  RULE("REQUEST_HEADERS:X-Val", "@streq %41", "id:2,t:none"),
	  "%41", "1; 2" },
	{ "multiMatch asks after each that changes something",
	  RULE("REQUEST_HEADERS:X-Val", "@rx .",
	       "id:1,multiMatch,t:lowercase,t:hexEncode,t:trim,setvar:tx.m=+1")
		  RULE("TX:m", "@rx .", "id:2" NAMED),
	  "a", "1; 2 TX:m=2" },
	/* variables that rules set */
	{ "arithmetic",
	  "SecAction "
	  "\"id:1,setvar:tx.x=5,setvar:tx.x=+3,setvar:tx.x=-1,setvar:'tx.Y_%{tx.x}=v%{tx.x}',"
	  "setvar:tx.z\"\n" RULE(
		  "TX:/y_/", "@rx v(.)",
		  "id:2,capture,logdata:'%{MATCHED_VAR_NAME} %{tx.x} %{tx.z} %{tx.1} "
		  "%{TX.2}'") "SecAction \"id:3,setvar:!tx.z\"\n" RULE("&TX:z", "@eq 0", "id:4"),
	  "", "1; 2 TX:Y_7 7 1 7 ; 3; 4" },
	{ "each match counts",
	  RULE("ARGS", "@rx .", "id:1,setvar:tx.n=+2") RULE("TX:n", "@eq 4", "id:2"), "", "1; 2" },
	{ "captures stay",
	  RULE("ARGS:x", "@rx (e)(z)?(l)", "id:1,capture")
		  RULE("ARGS:q", "@rx 1", "id:2,logdata:'%{TX.0},%{TX.1},%{TX.2},%{TX.3}'"),
	  "", "1; 2 el,e,,l" },
	{ "an argument with a macro",
	  "SecAction \"id:1,setvar:tx.w=Select 1\"\n" RULE("ARGS", "@streq %{tx.w}", "id:2"), "",
	  "1; 2" },
	{ "a pattern with a macro",
	  "SecAction \"id:1,setvar:tx.w=^S\"\n" RULE("ARGS", "@rx %{tx.w}el", "id:2"), "", "1; 2" },
	/* chains */
	{ "all links",
	  RULE("ARGS:q", "@rx 1", "id:1,setvar:tx.a=1,chain,logdata:'%{tx.a}%{tx.b}'")
		  RULE("ARGS:x", "@rx S", "setvar:tx.b=2"),
	  "", "1 12" },
	{ "what a link set stays even if the next fails",
	  RULE("ARGS:q", "@rx 1", "id:1,setvar:tx.a=1,chain")
		  RULE("ARGS:x", "@rx Z", "setvar:tx.b=2") RULE("&TX", "@eq 1", "id:2"),
	  "", "2" },
	{ "a link may ask what matched before it",
	  RULE("ARGS", "@rx ^\\d", "id:1,chain,logdata:'%{MATCHED_VAR}'")
		  RULE("MATCHED_VARS", "@eq 1", "t:none"),
	  "", "1 1" },
	/* what happens */
	{ "a marker",
	  "SecAction \"id:1,skipAfter:B\"\nSecAction \"id:2\"\nSecMarker A\nSecAction "
	  "\"id:3\"\nSecMarker B\n"
	  "SecAction \"id:4\"",
	  "", "1; 4" },
	{ "a skip counts",
	  "SecAction \"id:1,skip:2\"\nSecAction \"id:2\"\nSecAction \"id:3\"\nSecAction \"id:4\"",
	  "", "1; 4" },
	{ "phases",
	  "SecAction \"id:1,phase:5\"\nSecAction \"id:2,phase:2\"\nSecAction \"id:3,phase:1\"\n"
	  "SecAction \"id:4,phase:3\"",
	  "", "3; 2; 1" },
	{ "blocking ends it, but for the log",
	  "SecAction \"id:1,phase:1,deny\"\nSecAction \"id:2,phase:2\"\nSecAction \"id:3,phase:5\"",
	  "", "1; 3 !1" },
	{ "block is what the default says",
	  "SecDefaultAction \"phase:1,deny\"\nSecAction \"id:1,phase:1,block\"\nSecAction "
	  "\"id:2,phase:2,block\"",
	  "", "1 !1" },
	{ "pass passes whatever the default says",
	  "SecDefaultAction \"phase:1,deny\"\nSecAction \"id:1,phase:1,pass\"", "", "1" },
	{ "allowing ends it",
	  "SecAction \"id:1,phase:1,allow\"\nSecAction \"id:2,phase:2\"\nSecAction "
	  "\"id:3,phase:5\"",
	  "", "1; 3" },
	{ "allowing a phase",
	  "SecAction \"id:1,phase:1,allow:phase\"\nSecAction \"id:2,phase:1\"\nSecAction "
	  "\"id:3,phase:2\"",
	  "", "1; 3" },
	{ "the gravest",
	  "SecAction \"id:1,severity:WARNING\"\nSecAction \"id:2,severity:2\"\nSecAction "
	  "\"id:3,severity:5\"\n" RULE("HIGHEST_SEVERITY", "@eq 2",
				       "id:4,logdata:'%{rule.id} %{rule.severity}'"),
	  "", "1; 2; 3; 4 4 255" },
	/* what is taken away */
	{ "by id",
	  "SecAction id:1\nSecAction id:2\nSecAction id:3\nSecAction id:4\nSecRuleRemoveById 1 "
	  "\"3-4\"",
	  "", "2" },
	{ "by tag",
	  "SecAction \"id:1,tag:'a',tag:'b'\"\nSecAction \"id:2,tag:'ab'\"\nSecRuleRemoveByTag "
	  "\"b\"",
	  "", "2" },
	{ "by message",
	  "SecAction \"id:1,msg:'a b'\"\nSecAction \"id:2,msg:'a'\"\nSecRuleRemoveByMsg \"a b\"",
	  "", "2" },
	{ "a target", RULE("ARGS", "@rx .", "id:1") "SecRuleUpdateTargetById 1 \"!ARGS:/^[qx]/\"",
	  "", "" },
	{ "a target more",
	  RULE("ARGS:none", "@rx .", "id:1" NAMED) "SecRuleUpdateTargetById 1 \"REQUEST_COOKIES\"",
	  "", "1 REQUEST_COOKIES:c=1" },
	{ "ctl, an id", "SecAction \"id:1,ctl:ruleRemoveById=2-3\"\nSecAction id:2\nSecAction id:4",
	  "", "1; 4" },
	{ "ctl, a tag", "SecAction \"id:1,ctl:ruleRemoveByTag=a\"\nSecAction \"id:2,tag:'a'\"", "",
	  "1" },
	{ "ctl, a target",
	  "SecAction \"id:1,ctl:ruleRemoveTargetById=2;ARGS:x\"\n" RULE("ARGS", "@rx .",
									"id:2" NAMED),
	  "", "1; 2 ARGS:q=1" },
	{ "ctl, a target by tag",
	  "SecAction \"id:1,ctl:ruleRemoveTargetByTag=t;ARGS\"\n" RULE("ARGS", "@rx .",
								       "id:2,tag:'t'"),
	  "", "1" },
	{ "ctl, off", "SecAction \"id:1,ctl:ruleEngine=Off\"\nSecAction id:2", "", "1" },
	/* mistakes */
	{ "no id", "SecAction pass", "", "x.conf:1: a rule needs an id, as id:1000" },
	{ "an id twice", "SecAction id:1\n\nSecAction id:1", "",
	  "x.conf:3: rule 1 already stands at x.conf:1; give it another id" },
	{ "an open chain", "SecAction \"id:1,chain\"\nSecAction id:2", "",
	  "x.conf:1: a chain goes on: expected a SecRule behind it" },
	{ "no pattern", "SecRule ARGS \"@rx a(b\" id:1", "",
	  "x.conf:1:22: this is no pattern: missing closing parenthesis" },
	{ "no pattern in a selector", "SecRule ARGS:/a(/ x id:1", "",
	  "x.conf:1:17: this is no pattern: missing closing parenthesis" },
	{ "no transformation", "SecAction \"id:1,t:lowercse\"", "",
	  "x.conf:1:17: \"lowercse\" is not a transformation; did you mean lowercase?" },
	{ "no phase", "SecAction \"id:1,phase:6\"", "",
	  "x.conf:1:17: phase:6: expected 1 to 5, request, response or logging" },
	{ "no severity", "SecAction \"id:1,severity:'BAD'\"", "",
	  "x.conf:1:17: severity:BAD: expected 0 to 7 or a name, as CRITICAL" },
	{ "no variable in a macro", "SecAction \"id:1,msg:'%{TXX.a}'\"", "",
	  "x.conf:1:24: \"TXX.a\" is not a variable; did you mean TX?" },
	{ "an open macro", "SecAction \"id:1,msg:'%{TX.a'\"", "",
	  "x.conf:1:22: this macro is never closed: expected a }" },
	{ "no address", "SecRule ARGS \"@ipMatch 10.0.0.300\" id:1", "",
	  "x.conf:1:24: \"10.0.0.300\" is not an address or network, as 192.0.2.0/24" },
	{ "no bytes", "SecRule ARGS \"@validateByteRange 1-256\" id:1", "",
	  "x.conf:1:34: expected bytes, as 32-126 or 10, at most 255" },
	{ "no list", "SecRule ARGS \"@pmFromFile none.data\" id:1", "",
	  "x.conf:1:27: none.data: cannot open the list: No such file or directory" },
	{ "no ids", "SecRuleRemoveById 1-x", "",
	  "x.conf:1:19: expected ids of rules, as 7 or 100-199" },
	{ "nothing that ctl knows", "SecAction \"id:1,ctl:ruleRemove=1\"", "",
	  "x.conf:1:17: ctl:ruleRemove=1: expected something that ctl knows, as ruleRemoveById" },
	{ "only exceptions", "SecRule !ARGS x id:1", "",
	  "x.conf:1:9: expected a variable that is not an exception" },
};

int main(void)
{
	struct ew_error e = { .line = 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_str(run(rows[i].rules, rows[i].val, true, false), rows[i].want, "%s",
		       rows[i].about);
	is_str(run("SecAction \"id:1,deny\"\nSecAction \"id:2,deny\"", "", true, true), "1; 2 !1",
	       "detecting goes on and tells what would have blocked");
	is_str(run(RULE("&REQUEST_HEADERS:Host", "@ge 0", "id:1") RULE("&TX:a", "@eq 0", "id:2"),
		   "", false, false),
	       "2", "of what is not HTTP headers are not counted");

	struct ew_seclang_set *set =
		ew_seclang_load_text("x.conf",
				     EW_LIT("SecDataDir /x\nSecRule GEO:a|ARGS \"@geoLookup\" "
					    "\"id:1,exec:/x,setvar:ip.a=1,ctl:hashEngine=On\"\n"
					    "SecRule REMOTE_ADDR|REQBODY_ERROR \"@pm a|62|\" id:2\n"
					    "SecRule RESPONSE_BODY x id:3,phase:4\n"
					    "SecRule ARGS|STATUS x id:4\n"
					    "SecRule ARGS|!XML:/x|!GEO \"@pm a b\" id:5\n"),
				     MEMORY, &e);
	static const char *const gaps[] = {
		"1:12 SecDataDir is not obeyed: there is no store for persistent collections",
		"2:39 the action exec is not done",
		"2:47 setvar:ip.a is not done: there is no store for it but tx",
		"2:61 ctl:hashEngine is not done",
		"2:9 GEO is always empty here",
		"2:21 @geoLookup never matches here",
		"3:9 REMOTE_ADDR is always empty here",
		"3:21 REQBODY_ERROR is always 0 here",
		"3:36 @pm takes bars and what is between them as they stand, not as bytes in hex",
		"4:9 rule 3 is of phase 4 and never runs: replies are not judged",
		"5:14 STATUS is always empty here: replies are not judged",
	};
	size_t n = 0;
	for (const struct ew_gap *g = set ? set->gaps : NULL; g && n < 11; g = g->next, n++) {
		char text[512];
		snprintf(text, sizeof(text), "%u:%u %s", g->line, g->column, g->text);
		is_str(text, gaps[n], "what cannot be honoured is listed");
	}
	is_int(set ? set->gap_count : 0, 11, "all of it");
	ew_seclang_free(&set);
	return done();
}
