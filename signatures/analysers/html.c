/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Script that reaches markup, whatever the value is put into: text, an attribute in any quote or in none, a
 * comment, an element of raw text, a string of a script, a URL.  Each of these is one reading of the text; the
 * first that finds something decides. */

#include "html_look.h"
#include "html_script.h"
#include "html_tags.h"
#include "signatures/words.h"

#define IN(table, w) ew_word_in(table, sizeof(table) / sizeof(*(table)), w)

static bool is(struct ew_bytes w, const char *lower)
{
	return ew_bytes_eq_nocase(w, ew_bytes_str(lower));
}

static bool has(struct ew_bytes t, const char *lower)
{
	return ew_bytes_find_nocase(t, 0, ew_bytes_str(lower)) != SIZE_MAX;
}

static bool found(struct ew_finding *f_r, size_t from, size_t to, const char *why)
{
	*f_r = (struct ew_finding){ from, to, why };
	return true;
}

static size_t offset(struct ew_bytes text, const uint8_t *p)
{
	return (size_t)(p - text.p);
}

/* The text at `from` is the inside of a tag: does a handler follow among what look like attributes? */
static bool handler_follows(struct ew_bytes text, size_t from, bool calls, struct ew_finding *f_r)
{
	struct ew_html_lexer l = { .text = text, .at = from, .in_tag = true };

	for (int k = 0; k < 8 && ew_html_next(&l) == EW_HTML_ATTRIBUTE; k++) {
		int on = ew_html_handler(l.name);
		if (on && l.has_value && (calls ? ew_script_calls(l.value) : ew_script_like(l.value)) &&
		    !ew_html_braces(&l))
			return found(f_r, from, l.at, "an event handler behind a closed attribute");
		if (is(l.name, "style") && ew_html_style_runs(l.value))
			return found(f_r, from, l.at, "a style behind a closed attribute");
		for (size_t i = 0; i < l.name.n; i++)
			if (!ew_word_byte(l.name.p[i]) && !strchr("-:@.", l.name.p[i]))
				return false;
	}
	return false;
}

/* Attributes that attackers set right behind the quote, without a blank. */
static bool attribute_at(struct ew_bytes text, size_t i)
{
	static const char *const names[] = { "accesskey", "autofocus", "class",    "contenteditable",
					     "draggable", "href",      "id",       "name",
					     "src",       "style",     "tabindex", "type",
					     "value" };
	size_t end = i;

	while (end < text.n && end - i < 20 && ew_word_byte(text.p[end]))
		end++;
	struct ew_bytes w = ew_bytes(text.p + i, end - i);
	return ew_html_handler(w) == 2 || IN(names, w);
}

static bool leaves_attribute(struct ew_bytes text, struct ew_finding *f_r)
{
	static const char quotes[] = "\"'`";
	size_t i;

	for (size_t k = 0; k < 3; k++) {
		const uint8_t *q = memchr(text.p, quotes[k], text.n);
		if (!q || (i = offset(text, q) + 1) >= text.n)
			continue;
		if ((ew_html_blank(text.p[i]) || text.p[i] == '/' || attribute_at(text, i)) &&
		    handler_follows(text, i, false, f_r))
			return true;
	}
	/* Without a quote: at most one word stands before, and what is called must be known. */
	for (i = 0; i < text.n && i < 60 && !ew_html_blank(text.p[i]) && text.p[i] != '/' && text.p[i] != '=' &&
		    text.p[i] != '<';
	     i++)
		;
	if (i < text.n && text.p[i] == '=')
		i = 0;
	return handler_follows(text, i, true, f_r);
}

/* Before the colon at `i`: where javascript or vbscript begins; `i`: neither stands there. */
static size_t scheme_before(struct ew_bytes text, size_t i)
{
	if (i >= 10 && ew_bytes_starts_nocase(ew_bytes_from(text, i - 10), EW_LIT("javascript")))
		return i - 10;
	if (i >= 8 && ew_bytes_starts_nocase(ew_bytes_from(text, i - 8), EW_LIT("vbscript")))
		return i - 8;
	return i;
}

/* javascript: within text: links of markdown, of bulletin boards, of style sheets. */
static bool scheme_within(struct ew_bytes text, struct ew_finding *f_r)
{
	const uint8_t *colon;

	for (size_t i = 0; (colon = memchr(text.p + i, ':', text.n - i)) != NULL; i++) {
		i = offset(text, colon);
		size_t from = scheme_before(text, i), n = 0;
		uint8_t c = from ? text.p[from - 1] : ' ';
		if (from == i || ew_word_byte(c) || c == '-' || c == '.' || c == '/' || c == '+')
			continue;
		struct ew_bytes code = ew_bytes_from(text, i + 1);
		c = c == '(' ? ')' : c == '[' ? ']' : c;
		while (n < code.n && n < 256 && !ew_html_blank(code.p[n]) && code.p[n] != c)
			n++;
		if (n && ew_script_does(ew_bytes(code.p, n)))
			return found(f_r, from, i + 1 + n, "a link that is script");
	}
	return false;
}

/* +ADw-script+AD4-: < and > of UTF-7. */
static bool utf7(struct ew_bytes text, struct ew_finding *f_r)
{
	const uint8_t *plus;

	for (size_t i = 0; (plus = memchr(text.p + i, '+', text.n - i)) != NULL; i++) {
		i = offset(text, plus);
		if (ew_bytes_starts_nocase(ew_bytes_from(text, i), EW_LIT("+ADw-")))
			return has(ew_bytes_from(text, i), "+AD4-") &&
			       found(f_r, i, i + 5, "markup spelt in UTF-7");
	}
	return false;
}

static bool scheme_at_start(struct ew_bytes text, struct ew_finding *f_r)
{
	bool sure;
	size_t code = ew_script_scheme(text, 0, &sure);

	if (!code || code >= text.n || !(sure || ew_script_does(ew_bytes_from(text, code))))
		return false;
	return found(f_r, 0, text.n, "a URL that is script");
}

static bool find(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct ew_bytes text = o->text;

	if (text.n < 4)
		return false;
	if (scheme_at_start(text, f_r) || scheme_within(text, f_r))
		return true;
	if (memchr(text.p, '<', text.n) &&
	    (ew_html_tags_run(text, false, f_r) || ew_html_tags_run(text, true, f_r)))
		return true;
	if ((memchr(text.p, '=', text.n) && leaves_attribute(text, f_r)) || ew_script_probe(text, f_r) ||
	    ew_script_leaves_string(text, f_r) || ew_script_brackets(text, f_r))
		return true;
	return utf7(text, f_r);
}

/* Of plain text: schemes, with the blanks that may stand within, and one way to a cookie. */
static const char *const gate[] = {
	"s *c *r *i *p *t *:",
	"m *o *c *h *a *:",
	"d *a *t *a *: *[ta].*,",
	"document *\\.cookie",
	NULL,
};

const struct ew_analyser ew_analyser_html = {
	.name = "html",
	.about = "script that reaches markup, in any context a value may be put into",
	.gate = gate,
	.bytes = "!&()+./:<=?[`{~",
	.may = ew_html_may,
	.wants_folded = true,
	.find = find,
};
