/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rule files as text: what is read, and what is said where it cannot be. */

#include "guard.h"
#include "seclang_shown.h"
#include "tap.h"

enum { MEMORY = 4 << 20 };

/* All that is read of `text`, or the error. */
static const char *read_all(struct ew_bytes text)
{
	static struct shown s;
	struct ew_seclang all = { .arena = ew_arena_new(MEMORY) };
	struct ew_seclang_file file = { .path = "x.conf", .text = text };
	struct ew_error e = { .line = 0 };

	memset(&s, 0, sizeof(s));
	if (ew_seclang_parse(&all, &file, &e))
		for (const struct ew_seclang_directive *d = all.first; d; d = d->next)
			show_directive(&s, d);
	else
		ew_error_print(&e, s.text, sizeof(s.text));
	ew_arena_free(&all.arena);
	return s.text;
}

static const struct {
	const char *about, *text, *want;
} table[] = {
	{ "nothing", "", "" },
	{ "comments and blank lines", "# a\n\n   \n\t# b \\\n \\\n\nSecMarker END # \n",
	  "x.conf:7:15: SecMarker takes 1 argument: expected the end of the line" },
	{ "a comment ends with its line", "# a \\\nSecMarker END\n", "2:1 SecMarker [END]" },
	{ "a comment that hides a rule goes on as the rule would",
	  "#SecRule ARGS x \\\n  \"id:1,\\\r\n  deny\"\r\n  # SecAction \\\nSecMarker A\n "
	  "SecMarker \"B C\"\r\n",
	  "6:2 SecMarker [B C]" },
	{ "a mark of byte order", "\xef\xbb\xbfSecMarker A", "1:1 SecMarker [A]" },
	{ "a rule", "SecRule ARGS \"@rx ^a\" \"id:1,phase:2\"",
	  "1:1 SecRule ARGS @rx[^a] id[1] phase[2]" },
	{ "no actions, no quotes", "SecRule ARGS ^a\n", "1:1 SecRule ARGS @rx[^a]" },
	{ "whatever the case", "secrule args \"@RX a\" \"ID:1,Deny\"",
	  "1:1 SecRule ARGS @rx[a] id[1] deny" },
	{ "variables",
	  "SecRule \"&ARGS|!ARGS:a "
	  "b|REQUEST_HEADERS:'x|y'|ARGS_NAMES:/a|b\\/c/|XML:/*|XML://@*,TX:/^a/|TX:'/b c/'\" x",
	  "x.conf:1:24: expected | or the end of the variables" },
	{ "selectors",
	  "SecRule &ARGS|!ARGS:a|REQUEST_HEADERS:'x "
	  "|y'|ARGS_NAMES:/a|b\\/c/|XML:/*|XML://@*,TX:/^a/|TX:'/b c/' x",
	  "1:1 SecRule &ARGS !ARGS[a] REQUEST_HEADERS[x |y] ARGS_NAMES[/a|b\\/c/] XML[/*] "
	  "XML[//@*] TX[/^a/]"
	  " TX[/b c/] @rx[x]" },
	{ "operators",
	  "SecRule ARGS \"!@streq  a\\\"b\\\" \" \"id:1\"\nSecRule ARGS \"  !a\"\nSecRule ARGS "
	  "\"@detectSQLi\"",
	  "1:1 SecRule ARGS !@streq[ a\\\"b\\\" ] id[1]\n2:1 SecRule ARGS !@rx[a]\n"
	  "3:1 SecRule ARGS @detectSQLi[]" },
	{ "an even number of backslashes escapes nothing", "SecRule ARGS \"@rx a\\\\\" id:1",
	  "1:1 SecRule ARGS @rx[a\\\\] id[1]" },
	{ "a quoted text runs over lines and stays as it is",
	  "SecRule ARGS \"@rx a\\\nb\" \"id:1\"\nSecMarker A",
	  "1:1 SecRule ARGS @rx[a\\\nb] id[1]\n3:1 SecMarker [A]" },
	{ "actions",
	  "SecAction \\\n  \"id:'7' , phase:1,\\\n   msg:'a, b\\'s',t:none,t:urlDecodeUni,\\\n   "
	  "setvar:tx.a=+%{tx.b} ,"
	  "setvar:'tx.c=x y',ctl:ruleRemoveTargetById=942100;ARGS:x, allow,allow:phase,chain\"",
	  "1:1 SecAction id[7] phase[1] msg[a, b\\'s] t[none] t[urlDecodeUni] "
	  "setvar[tx.a=+%{tx.b}] setvar[tx.c=x y]"
	  " ctl[ruleRemoveTargetById=942100;ARGS:x] allow allow[phase] chain" },
	{ "updates",
	  "SecRuleRemoveById 1 \"2-3\" 4\nSecRuleUpdateTargetById 1 "
	  "\"!ARGS:x\"\nSecRuleUpdateActionById 1 \"pass,nolog\"",
	  "1:1 SecRuleRemoveById [1] [2-3] [4]\n2:1 SecRuleUpdateTargetById !ARGS[x]\n"
	  "3:1 SecRuleUpdateActionById pass nolog" },
	{ "inclusions stay", "Include a/*.conf\nIncludeOptional \"b c\"",
	  "1:1 Include [a/*.conf]\n2:1 IncludeOptional [b c]" },

	{ "an unknown directive", "\n  SecRul ARGS x",
	  "x.conf:2:3: unknown directive \"SecRul\"; did you mean SecRule?" },
	{ "no directive", "<IfModule x>",
	  "x.conf:1:1: expected a directive, as SecRule, or a comment with #" },
	{ "too little", "SecRule ARGS", "x.conf:1:13: SecRule needs 2 arguments, here is 1" },
	{ "too much", "SecRule ARGS a b c",
	  "x.conf:1:18: SecRule takes at most 3 arguments: expected the end of the line" },
	{ "an open quote", "SecMarker A\nSecRule ARGS \"@rx a\\\"\n",
	  "x.conf:2:14: this quote is never closed: expected another \"" },
	{ "two arguments in one", "SecRule ARGS \"a\"\"id:1\"",
	  "x.conf:1:17: expected a blank or the end of the line behind the closing quote" },
	{ "an unknown variable", "SecRule ARGZ x",
	  "x.conf:1:9: \"ARGZ\" is not a variable; did you mean ARGS?" },
	{ "no variable", "SecRule ARGS| x", "x.conf:1:14: expected a variable behind the last |" },
	{ "only a sign", "SecRule ! x", "x.conf:1:10: expected a variable" },
	{ "two signs", "SecRule &!ARGS x", "x.conf:1:10: expected a variable" },
	{ "a selector of a single value", "SecRule REQUEST_METHOD:x y",
	  "x.conf:1:23: REQUEST_METHOD is a single value and takes no selector" },
	{ "no selector", "SecRule ARGS:|TX x",
	  "x.conf:1:14: expected a selector behind the colon" },
	{ "an empty pattern", "SecRule ARGS:// x",
	  "x.conf:1:14: expected a selector behind the colon" },
	{ "an open pattern", "SecRule ARGS:/a|TX x",
	  "x.conf:1:14: this selector is never closed: expected another /" },
	{ "an unknown operator", "SecRule ARGS \"@strneq a\"",
	  "x.conf:1:16: \"strneq\" is not an operator; did you mean streq?" },
	{ "no operator", "SecRule ARGS \"\"",
	  "x.conf:1:15: expected an operator, as @rx, or a pattern" },
	{ "an operator without its argument", "SecRule ARGS \"@pm\"",
	  "x.conf:1:18: @pm needs an argument" },
	{ "an operator with one too many", "SecRule ARGS \"@detectXSS  a\"",
	  "x.conf:1:26: @detectXSS takes no argument" },
	{ "an unknown action", "SecAction \"id:1,\\\n denny\"",
	  "x.conf:2:2: \"denny\" is not an action; did you mean deny?" },
	{ "no action", "SecAction \"id:1,\"",
	  "x.conf:1:17: expected an action behind the last comma" },
	{ "no comma", "SecAction \"id:'1' deny\"",
	  "x.conf:1:19: expected a comma or the end of the actions" },
	{ "a value too many", "SecAction \"deny:1\"",
	  "x.conf:1:16: deny takes no value: expected a comma" },
	{ "a value too few", "SecAction \"msg\"",
	  "x.conf:1:15: msg needs a value: expected a colon" },
	{ "an open value", "SecAction \"msg:'a\"",
	  "x.conf:1:16: this quote is never closed: expected another '" },
};

static bool quiet(void *arg, struct ew_bytes prefix)
{
	(void)arg;
	read_all(prefix);
	return true;
}

/* The error of a text, or of any beginning of it, has a place that the text has. */
static bool placed(void *arg, struct ew_bytes prefix)
{
	struct ew_seclang all = { .arena = ew_arena_new(MEMORY) };
	struct ew_seclang_file file = { .path = "x.conf", .text = prefix };
	struct ew_error e = { .line = 0 };
	uint32_t line, column;

	(void)arg;
	bool good = ew_seclang_parse(&all, &file, &e);
	ew_seclang_locate(&file, prefix.p + prefix.n, &line, &column);
	bool sane = good ? (all.count == 0) == (all.first == NULL)
			 : all.first == NULL && all.count == 0 && e.line > 0 && e.line <= line &&
				    e.column > 0;
	ew_arena_free(&all.arena);
	return sane;
}

int main(void)
{
	bool all_placed = true, all_quiet = true;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct ew_bytes text = ew_bytes_str(table[i].text), g = guard_put(text);
		is_str(read_all(g), table[i].want, "%s", table[i].about);
		guard_drop(g);
		all_quiet &= each_prefix(text, quiet, NULL);
		all_placed &= each_prefix(text, placed, NULL);
	}
	ok(all_quiet, "each beginning of each text is read to its end and no further");
	ok(all_placed,
	   "what is wrong in any beginning has a place in it, and nothing of it is kept");

	struct ew_seclang small = { .arena = ew_arena_new(64) };
	struct ew_seclang_file file = { .path = "x.conf",
					.text = EW_LIT("SecMarker A\nSecMarker B\n") };
	struct ew_error e = { .line = 0 };
	ok(!ew_seclang_parse(&small, &file, &e) && !small.first && strstr(e.text, "memory"),
	   "memory is bounded");
	ew_arena_free(&small.arena);
	return done();
}
