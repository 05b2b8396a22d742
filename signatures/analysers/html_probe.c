/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Calls that are made to show that they could be made.
 *
 * The trap is honest code in tickets and documents, which calls the same functions: what is found here must
 * have arguments, or be reached by a way, that only a probe has. */

#include "html_code.h"
#include "html_script.h"

/* The last byte before `i` that is no blank, 0 at the start of the text. */
static uint8_t before(struct ew_bytes t, size_t i)
{
	for (size_t k = 0; i > 0 && k < EW_CODE_REACH; k++)
		if (!ew_html_blank(t.p[--i]))
			return t.p[i];
	return 0;
}

/* The word that ends before the dot at `i - 1`. */
static struct ew_bytes owner(struct ew_bytes t, size_t i)
{
	size_t end, a;

	for (i--; i > 0 && (t.p[i - 1] == '?' || ew_html_blank(t.p[i - 1])); i--)
		;
	for (a = end = i; a > 0 && end - a < 20 && ew_code_letter(t.p[a - 1]); a--)
		;
	return ew_bytes(t.p + a, end - a);
}

static bool owned_by_browser(const struct ew_code_word *w)
{
	static const char *const browser[] = {
		"constructor", "defaultview", "document", "frames", "globalthis", "opener",
		"parent",      "self",        "this",     "top",    "view",       "window",
	};

	return ew_word_in(browser, sizeof(browser) / sizeof(*browser), owner(w->text, w->from));
}

static bool loud(struct ew_bytes t, size_t from, size_t to)
{
	static const char *const said[] = { "xss", "xxs",  "pwn",    "hack",   "owned", "inject",
					    "poc", "vuln", "cookie", "script", "domain" };

	for (size_t k = 0; k < sizeof(said) / sizeof(*said); k++)
		if (ew_code_holds(t, from, to, said[k]))
			return true;
	return false;
}

static bool only_digits(struct ew_bytes t, size_t from, size_t to)
{
	while (from < to && (ew_code_digit(t.p[from]) || t.p[from] == ' '))
		from++;
	return from == to;
}

/* The string whose quote stands at `i`: is it what a probe would say? */
static bool says_probe(struct ew_bytes t, size_t i)
{
	uint8_t quote = t.p[i];
	size_t from = i + 1, to, end = t.n - from > EW_CODE_REACH / 2 ? from + EW_CODE_REACH / 2 : t.n;

	for (to = from; to < end && t.p[to] != quote; to++)
		;
	return loud(t, from, to) ||
	       (to < t.n && t.p[to] == quote && (to - from <= 1 || only_digits(t, from, to)));
}

/* The argument at `i`, behind the bracket: one that is only given to show that code ran. */
static bool shows(struct ew_bytes t, size_t i)
{
	static const char *const shown[] = {
		"alert",    "atob",   "confirm",        "cookie",   "decodeuri", "decodeuricomponent",
		"document", "frames", "localstorage",   "location", "navigator", "origin",
		"parent",   "self",   "sessionstorage", "string",   "top",       "unescape",
		"window",   "xss",
	};
	size_t to;

	for (i = ew_code_skip(t, i);
	     ew_code_at(t, i) == '(' || ew_code_at(t, i) == '!' || ew_code_at(t, i) == '+' ||
	     ew_code_at(t, i) == '~' || ew_code_at(t, i) == '-' || ew_code_at(t, i) == '[';
	     i = ew_code_skip(t, i + 1))
		;
	if (i >= t.n)
		return false;
	uint8_t c = t.p[i];
	if (c == '"' || c == '\'' || c == '`' ||
	    (c == '&' && (ew_code_starts(t, i, "&quot;") || ew_code_starts(t, i, "&#"))))
		return c == '&' ? loud(t, i, i + EW_CODE_REACH) : says_probe(t, i);
	if (c == '\\')
		return loud(t, i, i + EW_CODE_REACH / 2) || ew_code_digit(ew_code_at(t, i + 2));
	if (c == '/') {
		for (to = i + 1; to < t.n && to - i < 24 && t.p[to] != '/' && !ew_html_blank(t.p[to]); to++)
			;
		return ew_code_at(t, to) == '/' && to > i + 1;
	}
	if (c >= 0x80)
		return loud(t, i, i + 16);
	for (to = i; to < t.n && to - i < 24 && ew_code_letter(t.p[to]); to++)
		;
	if (ew_code_digit(c)) {
		size_t end = ew_code_skip(t, to);
		uint8_t d = ew_code_at(t, end);
		return d == ')' || d == 0 || d == '`' || d == '&' || d == ']' || d == '\\' || d == '"' ||
		       d == '\'' || d == '<' ||
		       (d == ',' && ew_code_digit(ew_code_at(t, ew_code_skip(t, end + 1))));
	}
	if (!ew_word_in(shown, sizeof(shown) / sizeof(*shown), ew_bytes(t.p + i, to - i)))
		return false;
	uint8_t d = ew_code_at(t, ew_code_skip(t, to));
	return d == ')' || d == '.' || d == '[' || d == '(' || d == '`' || d == 0 || d == '+';
}

/* `alert` as the end of an expression that calls it: [1].find(alert), (alert)(1), onerror=alert;throw 1. */
static bool handed_on(const struct ew_code_word *w)
{
	struct ew_bytes t = w->text;
	size_t i = w->from, a;
	uint8_t c = before(t, i), d = ew_code_at(t, w->next);

	if (c == '(' && d == ',') /* Reflect.apply(alert, null, [1]) */
		return i >= 14 && ew_code_holds(t, i - 14, i, "reflect.apply(");
	if (c == '(' && d == ')') {
		uint8_t e = ew_code_at(t, ew_code_skip(t, w->next + 1));
		for (i--; i > 0 && t.p[i] != '('; i--)
			;
		if ((e == '(' || e == '`') && (i == 0 || !ew_code_letter(t.p[i - 1])))
			return true;
		for (a = i; a > 0 && i - a < 20 && ew_code_letter(t.p[a - 1]); a--)
			;
		return a < i && a > 1 && t.p[a - 1] == '.' && (t.p[a - 2] == ']' || t.p[a - 2] == '/');
	}
	if (c == '{' && d == '}') /* [].sort.call`${alert}1` */
		return ew_code_holds(t, i > 16 ? i - 16 : 0, i, "call`${") ||
		       ew_code_holds(t, i > 16 ? i - 16 : 0, i, "apply`${");
	if (c == '=' && d == ')') { /* (z=alert)(1) */
		size_t e = ew_code_skip(t, w->next + 1);
		return ew_code_at(t, e) == '(' && shows(t, e + 1);
	}
	if (c != '=' || (d != ';' && d != ',' && d != '}'))
		return false;
	for (i--; i > 0 && t.p[i] != '='; i--)
		;
	while (i > 0 && ew_html_blank(t.p[i - 1]))
		i--;
	for (a = i; a > 0 && i - a < 20 && ew_code_letter(t.p[a - 1]); a--)
		;
	struct ew_bytes left = ew_bytes(t.p + a, i - a);
	if (ew_bytes_eq_nocase(left, EW_LIT("onerror")) || ew_bytes_eq_nocase(left, EW_LIT("valueof")) ||
	    ew_bytes_eq_nocase(left, EW_LIT("tostring")))
		return true;
	size_t next = ew_code_skip(t, w->next + 1);
	if (ew_code_starts(t, next, "throw"))
		return true;
	return left.n && t.n - next > left.n && ew_bytes_starts_nocase(ew_bytes_from(t, next), left) &&
	       (t.p[next + left.n] == '(' || t.p[next + left.n] == '`');
}

static bool probe_dialog(const struct ew_code_word *w, bool odd_tick)
{
	struct ew_bytes t = w->text;
	uint8_t c = w->from ? t.p[w->from - 1] : 0, d = ew_code_at(t, w->next);

	bool print = w->print;
	if (d == '.' && !print &&
	    (ew_code_starts(t, w->next + 1, "call") || ew_code_starts(t, w->next + 1, "apply")))
		return ew_code_at(t, w->next + 5) == '(' || ew_code_at(t, w->next + 6) == '(' ||
		       ew_code_at(t, w->next + 5) == '`';
	if (c == '.' && !owned_by_browser(w))
		return false;
	if (handed_on(w))
		return !print;
	if (d == ')') { /* (alert)(1), (0,alert)`1` */
		size_t i = ew_code_skip(t, w->next + 1);
		return (before(t, w->from) == ',' || before(t, w->from) == '(') &&
		       (ew_code_at(t, i) == '(' || ew_code_at(t, i) == '`') && shows(t, i + 1);
	}
	if (d == '`') {
		size_t i = w->next + 1;
		if ((odd_tick && c != '{') || c == '`')
			return false;
		while (i < t.n && i - w->next < 40 && t.p[i] != '`' && !ew_html_blank(t.p[i]))
			i++;
		return ew_code_at(t, i) == '`' && !print && !(w->next != w->to && i == w->next + 1);
	}
	if (d == '&' && (ew_code_starts(t, w->next, "&lpar") || ew_code_starts(t, w->next, "&#40") ||
			 ew_code_starts(t, w->next, "&#x28")))
		return true;
	if (d != '(')
		return false;
	/* With a blank before the bracket, or a number that may be one of a page or a manual, it is prose. */
	bool apart = w->next != w->to && !(c == 0 || (c != ' ' && !ew_code_letter(c) && c != '`'));
	if (print)
		return c != 0 && (c == '.' ? owned_by_browser(w) : false) &&
		       ew_code_at(t, ew_code_skip(t, w->next + 1)) == ')';
	return !apart && shows(t, w->next + 1);
}

/* self["al"+"ert"](1), top[/al/.source+/ert/.source], window["\x61lert"], document["cookie"] */
static bool probe_object(const struct ew_code_word *w)
{
	struct ew_bytes t = w->text;
	size_t i = w->next, k;

	if (ew_code_at(t, i) == '.')
		return ew_code_starts(t, i + 1, "cookie") &&
		       (before(t, w->from) == '+' || before(t, w->from) == ',') &&
		       ew_bytes_eq_nocase(ew_bytes(t.p + w->from, w->to - w->from), EW_LIT("document"));
	if (ew_code_at(t, i) != '[')
		return false;
	for (k = i + 1; k < t.n && k - i < EW_CODE_REACH && t.p[k] != ']'; k++)
		;
	if (k < t.n && t.p[k] != ']')
		return false;
	uint8_t d = ew_code_at(t, ew_code_skip(t, k + 1));
	bool used = d == '(' || d == 0 || d == '`' || d == '=' || d == '[' || d == '.';
	return used && (ew_code_holds(t, i, k, "'+") || ew_code_holds(t, i, k, "\"+") ||
			ew_code_holds(t, i, k, "`+") || ew_code_holds(t, i, k, "/.source") ||
			ew_code_holds(t, i, k, "\\x") || ew_code_holds(t, i, k, "\\u") ||
			ew_code_holds(t, i, k, "atob(") || ew_code_holds(t, i, k, "alert") ||
			ew_code_holds(t, i, k, "'eval") || ew_code_holds(t, i, k, "\"eval") ||
			ew_code_holds(t, i, k, "cookie'") || ew_code_holds(t, i, k, "cookie\""));
}

static const char *probe(const struct ew_code_word *w, bool odd_tick)
{
	struct ew_bytes t = w->text;
	uint8_t c = w->from ? t.p[w->from - 1] : 0, d = ew_code_at(t, w->next);
	size_t i;
	bool sure;

	switch (w->kind) {
	case EW_CODE_DIALOG:
		return probe_dialog(w, odd_tick) ? "a dialog that shows that script ran" : NULL;
	case EW_CODE_RUN:
		if ((c == '.' && !owned_by_browser(w)) || (d != '(' && d != '`') || (d == '`' && odd_tick))
			return NULL;
		return ew_code_runs(t, w->next + (d == '(')) ? "text run as script" : NULL;
	case EW_CODE_CHARS:
		for (i = w->next; i < t.n && i - w->next < 8 && !ew_code_digit(t.p[i]); i++)
			if (t.p[i] != '(' && t.p[i] != '.' && !ew_html_blank(t.p[i]) && (t.p[i] | 0x20) < 'a')
				return NULL;
		return d == '(' && ew_code_digit(ew_code_at(t, ew_code_skip(t, w->next + 1))) && c == '.'
			       ? "characters joined to code"
			       : NULL;
	case EW_CODE_MAKER:
		for (i = w->to; i < t.n && i - w->to < 8 && (t.p[i] == '\'' || t.p[i] == '"' || t.p[i] == ']');
		     i++)
			;
		i = ew_code_skip(t, i);
		if (ew_code_at(t, i) == '.' && ew_code_starts(t, i + 1, "constructor")) {
			d = ew_code_at(t, ew_code_skip(t, i + 12));
			return d == '(' || d == '`' || d == '[' ? "the constructor of a constructor" : NULL;
		}
		if (ew_code_at(t, i) != '(' || (c != '.' && c != '\'' && c != '"'))
			return NULL;
		i = ew_code_skip(t, i + 1);
		d = ew_code_at(t, i);
		return d == '"' || d == '\'' || d == '`' || ew_code_starts(t, i, "atob(") ||
				       ew_code_starts(t, i, "string.")
			       ? "a function made of text"
			       : NULL;
	case EW_CODE_OBJECT:
		return probe_object(w) ? "a part of the browser reached by a name in pieces" : NULL;
	case EW_CODE_PLACE:
		i = ew_code_skip(t, w->next + (d == '='));
		return d == '=' && (ew_script_scheme(t,
						     i + (ew_code_at(t, i) == '"' || ew_code_at(t, i) == '\'' ||
							  ew_code_at(t, i) == '`'),
						     &sure) ||
				    (ew_code_starts(t, i, "name") && !ew_code_letter(ew_code_at(t, i + 4)) &&
				     before(t, w->from) != '&' && before(t, w->from) != '?'))
			       ? "the page sent to script"
			       : NULL;
	case EW_CODE_HANDLER:
		i = ew_code_skip(t, w->next + 1);
		if (d != '=' || !(ew_code_starts(t, i, "alert") || ew_code_starts(t, i, "eval") ||
				  ew_code_starts(t, i, "confirm") || ew_code_starts(t, i, "prompt")))
			return NULL;
		while (i < t.n && ew_code_letter(t.p[i]))
			i++;
		return i < t.n && !ew_html_blank(t.p[i]) ? "errors handed to a function" : NULL;
	case EW_CODE_SEND:
	case EW_CODE_WRITE:
		break;
	}
	return NULL;
}

bool ew_script_probe(struct ew_bytes t, struct ew_finding *f_r)
{
	size_t i = 0, ticked = 0;
	bool odd_tick = false;
	struct ew_code_word w;

	while (ew_code_next(t, &i, t.n, &w)) {
		for (; ticked < w.from; ticked++)
			odd_tick ^= t.p[ticked] == '`';
		const char *why = probe(&w, odd_tick);
		if (why) {
			*f_r = (struct ew_finding){ w.from, w.next < t.n ? w.next + 1 : t.n, why };
			return true;
		}
	}
	return false;
}
