/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What is told by its first letters: statements of Smarty, commands, includes, assignments of OGNL; directives
 * that stand without marks. */

#include "template_expression.h"

/* {'id'|system}, {$x|exec}: a function of the language as a modifier. */
static bool smarty_modifier(struct ew_bytes t, size_t i)
{
	static const char *const functions[] = {
		"assert}",   "eval}",       "exec}",  "exec:",     "file_get_contents}",
		"passthru}", "phpinfo}",    "popen}", "readfile}", "shell_exec}",
		"system}",   "unserialize}"
	};
	size_t k = i + 1;
	uint8_t c = ew_template_at(t, i);

	if (c == '\'' || c == '"')
		for (; k < t.n && k - i < EW_TEMPLATE_REACH && t.p[k] != c; k++)
			;
	else if (c != '$')
		return false;
	for (k += c != '$'; k < t.n && k - i < EW_TEMPLATE_REACH && c == '$' &&
			    (ew_word_byte(t.p[k]) || t.p[k] == '.');
	     k++)
		;
	return ew_template_at(t, k) == '|' && EW_TEMPLATE_ONE_OF(t, k + 1, functions);
}

/* {function name='x(){};...'}: code in the name of a function. */
static bool smarty_function(struct ew_bytes t, size_t i)
{
	if (!ew_template_starts(t, i, "function name="))
		return false;
	struct ew_bytes rest = ew_bytes_from(t, i + 14);
	rest.n = rest.n > EW_TEMPLATE_REACH ? EW_TEMPLATE_REACH : rest.n;
	return ew_bytes_find(rest, 0, EW_LIT("(){")) != SIZE_MAX ||
	       ew_bytes_find(rest, 0, EW_LIT(");")) != SIZE_MAX;
}

const char *ew_template_begins(struct ew_bytes t, const struct ew_expression *x)
{
	static const char *const smarty[] = { "$smarty.",
					      "php}",
					      "self::",
					      "smarty_internal",
					      "math equation",
					      "fetch file",
					      "eval var",
					      "include_php",
					      "include file=\"php:",
					      "include file='php:",
					      "include file=\"/",
					      "include file='/",
					      "include file=\"..",
					      "include file='.." };
	static const char *const calls[] = { "system(",     "exec(",    "passthru(",
					     "shell_exec(", "phpinfo(", "popen(" };
	static const char *const asked[] = { "assert(",
					     "call_user_func(",
					     "eval(",
					     "file_get_contents(",
					     "file_put_contents(",
					     "proc_open(",
					     "readfile(",
					     "scandir(" };
	static const char *const perl[] = { "`",  "core::",   "eval ",   "exec ",  "exec(",
					    "qx", "require ", "system ", "system(" };
	size_t i = x->inside;

	if (x->marks == SINGLE) {
		if (EW_TEMPLATE_ONE_OF(t, i, smarty))
			return "a statement of Smarty";
		if (smarty_modifier(t, i) || smarty_function(t, i))
			return "a statement of Smarty";
		if (ew_template_starts(t, i, "if ") &&
		    (EW_TEMPLATE_ONE_OF(t, i + 3, calls) || EW_TEMPLATE_ONE_OF(t, i + 3, asked)))
			return "a function called by Smarty";
		if (EW_TEMPLATE_ONE_OF(t, i, calls)) {
			size_t n = t.n - i > 2 * EW_TEMPLATE_REACH ? 2 * EW_TEMPLATE_REACH : t.n - i;
			const uint8_t *end = memchr(t.p + i, '}', n);
			return end && end[-1] == ')' ? "a function called by Smarty" : NULL;
		}
		size_t k = i;
		while (ew_template_digit(ew_template_at(t, k)) && k - i < 12)
			k++;
		if (k > i && ew_template_at(t, k) == '*' && ew_template_digit(ew_template_at(t, k + 1))) {
			for (k++; ew_template_digit(ew_template_at(t, k)) && k - i < 24; k++)
				;
			return ew_template_at(t, k) == '}' && (x->from == 0 || k + 1 == t.n)
				       ? "arithmetic of literals"
				       : NULL;
		}
		return NULL;
	}
	if (x->marks == VREF)
		return NULL;
	i = ew_template_skip(t, i);
	uint8_t c = ew_template_at(t, i);
	if (x->marks == DOUBLE) {
		if (c == '.' && (ew_template_skip(t, i + 1) > i) && x->from == 0 &&
		    ew_template_starts(t, ew_template_skip(t, i + 1), "}}") &&
		    ew_template_skip(t, i + 1) + 2 == t.n)
			return "all that the engine was given";
		if (x->block && ew_template_starts(t, i, "debug") && !ew_word_byte(ew_template_at(t, i + 5)))
			return "all that the engine was given";
		if (x->block && (ew_template_starts(t, i, "include") || ew_template_starts(t, i, "extends") ||
				 ew_template_starts(t, i, "ssi"))) {
			i = ew_template_skip(t, i + (ew_template_starts(t, i, "ssi") ? 3 : 7));
			return (ew_template_at(t, i) == '"' || ew_template_at(t, i) == '\'') &&
					       (ew_template_at(t, i + 1) == '/' ||
						ew_template_starts(t, i + 1, ".."))
				       ? "a file of the system included"
				       : NULL;
		}
		if (!x->block && ew_template_starts(t, i, "#with") &&
		    (ew_template_at(t, ew_template_skip(t, i + 5)) == '"' ||
		     ew_template_at(t, ew_template_skip(t, i + 5)) == '\''))
			return "a literal as context";
		return NULL;
	}
	if (x->erb || t.p[x->from] == '#') {
		if (c == '`' && ew_template_at(t, i + 1) && ew_template_at(t, i + 1) != '`')
			return "a command in an expression";
		if (c == '%' && (ew_template_at(t, i + 1) == 'x') && ew_template_at(t, i + 2) &&
		    strchr("({[|!/<", ew_template_at(t, i + 2)))
			return "a command in an expression";
		if (x->erb &&
		    (ew_template_starts(t, i, "import os") || ew_template_starts(t, i, "import subprocess") ||
		     ew_template_starts(t, i, "import sys")))
			return "a module of the language imported";
		return NULL;
	}
	/* ${@print(1)} and @{[system 'id']}: code in strings of PHP and of Perl */
	if (t.p[x->from] == '$' && c == '@') {
		size_t k = i + 1;
		while (k < t.n && k - i < 32 && ew_word_byte(t.p[k]) && !ew_template_digit(t.p[k]))
			k++;
		return k > i + 1 && ew_template_at(t, k) == '(' ? "a function called in a string" : NULL;
	}
	if (t.p[x->from] == '@' && ew_template_at(t, x->from + 1) == '{' && c == '[') {
		i = ew_template_skip(t, i + 1);
		i = ew_template_skip(t, i + (ew_template_at(t, i) == '&'));
		return EW_TEMPLATE_ONE_OF(t, i, perl) ? "a function called in a string" : NULL;
	}
	if ((t.p[x->from] == '$' || t.p[x->from] == '[') && c == '.' &&
	    ew_word_byte(ew_template_at(t, i + 1)))
		return "all that the engine was given";
	/* %{#a=1}, ${(#a=@java...)}: assignments of OGNL */
	while (ew_template_at(t, i) == '(' ||
	       (ew_template_at(t, i) == '\'' && ew_template_at(t, i + 1) == '\''))
		i++;
	if (ew_template_at(t, i) == '#' && t.p[x->from] != '*') {
		size_t k = ++i;
		while (k < t.n && k - i < 32 && ew_word_byte(t.p[k]))
			k++;
		if (k > i && ew_template_at(t, k) == '=' && ew_template_at(t, k + 1) != '=')
			return "an assignment of OGNL";
		if (k > i && ew_template_at(t, k) == '.' &&
		    (ew_template_starts(t, i, "root.") || ew_template_starts(t, i, "context.")))
			return "the context of OGNL";
	}
	return NULL;
}

static const char *alone(struct ew_bytes t, size_t i)
{
	static const char *const fragments[] = { "#_memberaccess",
						 "#assign ",
						 "#evaluate(",
						 "#include('/",
						 "#include(\"/",
						 "#parse('/",
						 "#parse(\"/",
						 "'[].constructor",
						 "<!--#config ",
						 "<!--#echo ",
						 "<!--#exec ",
						 "<!--#include ",
						 "<!--#printenv",
						 "<!--#set ",
						 "<#= system.",
						 "<#=system.",
						 "<#@ assembly",
						 "<#@ import",
						 "<#@ template",
						 "<#import \"/",
						 "<#include \"/",
						 "<#include \"http",
						 "<#list .",
						 "<%@ include file=\"..",
						 "<%@ include file=\"/etc",
						 "<%@ include file=\"http",
						 "<%[%'\"}}%",
						 "<c:import url=\"file",
						 "<c:import url=\"http",
						 "<esi:debug",
						 "<esi:include",
						 "<esi:inline",
						 "<esi:vars",
						 "<jsp:include page=\"/etc",
						 "<jsp:include page=\"/web-inf",
						 "<jsp:include page=\"file",
						 "<jsp:include page=\"http",
						 "@activator.createinstance(",
						 "@assembly.load(",
						 "@beanfactory.getbean(",
						 "@directory.getfiles(",
						 "@environment.getenvironmentvariable(",
						 "@environment.getenvironmentvariables(",
						 "@environment.getproperty(",
						 "@file.readallbytes(",
						 "@file.readalllines(",
						 "@file.readalltext(",
						 "@microsoft.visualbasic.interaction.shell(",
						 "@php system(",
						 "@php(system(",
						 "@process.start(",
						 "@system.diag",
						 "@system.env",
						 "@system.io.",
						 "@system.refl",
						 "@using system",
						 "[#list .",
						 "class.classloader",
						 "class.module.classloader",
						 "class['classloader",
						 "class['module",
						 "class[\"classloader",
						 "class[\"module" };
	static const char *const honest[] = { "$context", "$ctx", "$input", "$method", "$util", "$stagevar" };

	if (ew_template_starts(t, i, "#set") && ew_template_at(t, ew_template_skip(t, i + 4)) == '(') {
		size_t k = ew_template_skip(t, ew_template_skip(t, i + 4) + 1);
		if (ew_template_at(t, k) != '$' || !ew_word_byte(ew_template_at(t, k + 1)))
			return NULL;
		for (k++; k < t.n && k - i < 2 * EW_TEMPLATE_REACH && (ew_word_byte(t.p[k]) || t.p[k] == '.');
		     k++)
			;
		k = ew_template_skip(t, k);
		if (ew_template_at(t, k) != '=')
			return NULL;
		return EW_TEMPLATE_ONE_OF(t, ew_template_skip(t, k + 1), honest) ? NULL
										 : "an assignment of Velocity";
	}
	if (t.p[i] == '"' || (t.p[i] == '\'' && t.p[i + 1] != '[')) /* ''.getClass().forName(...) */
		return ew_template_starts(t, i + 2, ".getclass(") || ew_template_starts(t, i + 2, ".class.")
			       ? "the class of a literal"
			       : NULL;
	if (t.p[i] == '(') { /* (#a=@java.lang.Runtime@x) */
		size_t k = i + 2;
		while (k < t.n && k - i < 32 && ew_word_byte(t.p[k]))
			k++;
		return k > i + 2 && ew_template_at(t, k) == '=' &&
				       (ew_template_at(t, k + 1) == '@' || ew_template_starts(t, k + 1, "new "))
			       ? "an assignment of OGNL"
			       : NULL;
	}
	if (t.p[i] == 'T' && ew_template_at(t, i + 1) == '(')
		return ew_template_starts(t, i + 2, "java") || ew_template_starts(t, i + 2, "org.") ||
				       ew_template_starts(t, i + 2, "com.") ||
				       ew_template_starts(t, i + 2, "runtime)") ||
				       ew_template_starts(t, i + 2, "system)")
			       ? "a type of Java in an expression"
			       : NULL;
	if (t.p[i] == '@') { /* @java.lang.Runtime@getRuntime(), and no address */
		if (i && ew_word_byte(t.p[i - 1]))
			return NULL;
		size_t k = i + 1;
		for (; k < t.n && k - i < EW_TEMPLATE_REACH &&
		       (ew_word_byte(t.p[k]) || t.p[k] == '.' || t.p[k] == '$');
		     k++)
			;
		if (ew_template_starts(t, i + 1, "java") && ew_template_at(t, k) == '@')
			return "a static member of Java";
	}
	if (t.p[i] == '#' && ew_template_starts(t, i, "#assign") &&
	    !(i && (t.p[i - 1] == '<' || t.p[i - 1] == '[')))
		return NULL;
	return EW_TEMPLATE_ONE_OF(t, i, fragments) ? "a directive that leads out of the engine" : NULL;
}

/* May something that stands alone begin here? */
static bool may_stand_alone(struct ew_bytes t, size_t i)
{
	uint8_t c = t.p[i], d = ew_template_at(t, i + 1);

	return ((c == '"' || c == '\'') && d == c && ew_template_at(t, i + 2) == '.') ||
	       (c == '\'' && d == '[') || (c == '[' && d == '#') || (c == '(' && d == '#') ||
	       (c == '#' && (d == '_' || (d | 0x20) == 'a' || (d | 0x20) == 'e' ||
			     (d | 0x20) == 'i' || (d | 0x20) == 'p' || (d | 0x20) == 's')) ||
	       (c == '<' && (d == '!' || d == '#' || d == '%' || (d | 0x20) == 'c' ||
			     (d | 0x20) == 'e' || (d | 0x20) == 'j')) ||
	       (c == '@' && d >= 'A' && memchr("abdefjmpsu", d | 0x20, 10)) ||
	       ((c == 'T' && d == '(') && !(i && ew_word_byte(t.p[i - 1]))) ||
	       ((c | 0x20) == 'c' && (d | 0x20) == 'l' && !(i && ew_word_byte(t.p[i - 1])));
}

const char *ew_template_alone(struct ew_bytes t, size_t i)
{
	return may_stand_alone(t, i) ? alone(t, i) : NULL;
}
