/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Code that leaves the string it was put into.
 *
 * This is no parser: honest code in tickets calls the same functions, so a call counts only behind a quote and
 * an operator, with nothing between that reads as prose. */

#include "html_script.h"

#include "html_code.h"

/* A word that does something where it stands, in code. */
static bool does(const struct ew_code_word *w)
{
	struct ew_bytes t = w->text;
	uint8_t d = ew_code_at(t, w->next);
	bool called = d == '(' || d == '`' || (d == '&' && ew_code_starts(t, w->next, "&lpar"));

	switch (w->kind) {
	case EW_CODE_DIALOG:
		return w->print ? d == '(' && ew_code_at(t, ew_code_skip(t, w->next + 1)) == ')' : called;
	case EW_CODE_RUN:
	case EW_CODE_SEND:
	case EW_CODE_CHARS:
	case EW_CODE_MAKER:
		return called && !(w->kind == EW_CODE_RUN && (t.p[w->from] | 0x20) == 'f' &&
				   !ew_code_runs(t, w->next + 1));
	case EW_CODE_OBJECT:
		if (d == '[')
			return true;
		return d == '.' &&
		       (ew_code_starts(t, w->next + 1, "cookie") || ew_code_starts(t, w->next + 1, "domain") ||
			ew_code_starts(t, w->next + 1, "location") || ew_code_starts(t, w->next + 1, "write") ||
			ew_code_starts(t, w->next + 1, "body.") ||
			ew_code_starts(t, w->next + 1, "createelement") ||
			ew_code_starts(t, w->next + 1, "alert") || ew_code_starts(t, w->next + 1, "open("));
	case EW_CODE_PLACE:
		return (d == '=' && ew_code_at(t, w->next + 1) != '=') ||
		       (d == '.' &&
			(ew_code_starts(t, w->next + 1, "href") || ew_code_starts(t, w->next + 1, "replace(") ||
			 ew_code_starts(t, w->next + 1, "assign("))) ||
		       d == '(';
	case EW_CODE_HANDLER:
	case EW_CODE_WRITE:
		return d == '=' && ew_code_at(t, w->next + 1) != '=';
	}
	return false;
}

bool ew_script_calls(struct ew_bytes code)
{
	size_t i = 0;
	struct ew_code_word w;

	code.n = code.n > 512 ? 512 : code.n;
	while (ew_code_next(code, &i, code.n, &w))
		if (does(&w))
			return true;
	struct ew_finding f;
	return ew_script_brackets(code, &f);
}

static bool operator_at(struct ew_bytes t, size_t i)
{
	uint8_t c = t.p[i], d = ew_code_at(t, i + 1);

	if (c == '%') /* "%s: cannot open (..." */
		return !ew_code_letter(d);
	if ((c | 0x20) == 'i')
		return ew_code_starts(t, i, "instanceof") ||
		       (ew_code_starts(t, i, "in") && !ew_code_letter(ew_code_at(t, i + 2)));
	return c && strchr(";-+*/,|&^?:=~!<>", c);
}

/* Two words side by side, of which the first is none of the language. */
static bool prose(struct ew_bytes t, size_t from, size_t to)
{
	static const char *const language[] = {
		"async",    "await", "case",   "const",      "delete", "do",    "else", "for",
		"function", "if",    "in",     "instanceof", "let",    "new",   "of",   "return",
		"throw",    "try",   "typeof", "var",        "void",   "while", "with", "yield",
	};
	size_t a, b;

	for (a = from; a < to; a = b + 1) {
		for (b = a; b < to && ew_code_letter(t.p[b]); b++)
			;
		size_t c = b;
		while (c < to && ew_html_blank(t.p[c]) && t.p[c] != '\n')
			c++;
		if (b > a && c > b && ew_code_letter(ew_code_at(t, c)) &&
		    !ew_word_in(language, sizeof(language) / sizeof(*language), ew_bytes(t.p + a, b - a)))
			return true;
	}
	return false;
}

/* The quote at `q` ends a string; what follows must go on as an expression or a statement would. */
static bool leaves_at(struct ew_bytes t, size_t q, struct ew_finding *f_r)
{
	uint8_t quote = t.p[q];
	size_t end = t.n - q > 2 * EW_CODE_REACH ? q + 2 * EW_CODE_REACH : t.n, i = q + 1, stop;
	bool line = false;
	struct ew_code_word w;

	while (i < end && (ew_html_blank(t.p[i]) || t.p[i] == ')' || t.p[i] == '}' || t.p[i] == ']'))
		line |= t.p[i++] == '\n';
	if (i >= end || !(line || operator_at(t, i)))
		return false;
	const uint8_t *again = memchr(t.p + i, quote, end - i);
	stop = again ? (size_t)(again - t.p) : end;
	for (size_t last = i; ew_code_next(t, &i, stop, &w) && !prose(t, last, w.from); last = w.from) {
		if (w.next < stop && does(&w)) {
			*f_r = (struct ew_finding){ q, w.next < t.n ? w.next + 1 : t.n,
						    "a call behind a closed string" };
			return true;
		}
	}
	return false;
}

bool ew_script_leaves_string(struct ew_bytes t, struct ew_finding *f_r)
{
	static const char quotes[] = "'\"`";

	for (size_t k = 0; k < 3; k++) {
		const uint8_t *q = t.n ? memchr(t.p, quotes[k], t.n) : NULL;
		if (q && leaves_at(t, (size_t)(q - t.p), f_r))
			return true;
	}
	return false;
}
