/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A look at a text before it is read as markup and as script, in one pass: it stops at the few bytes that must
 * stand in either, and at each reads the word before or behind.
 *
 * The trap is what may stand between a word and its byte: blanks, a comment, ?. and quotes.  Each of these is
 * stopped at itself, with the word before it. */

#include "html_look.h"

#include "html_code.h"
#include "html_script.h"

/* Behind the last byte before `i` that is no blank. */
static size_t behind_word(struct ew_bytes t, size_t i)
{
	while (i > 0 && ew_html_blank(t.p[i - 1]))
		i--;
	return i;
}

/* The kind of the word that ends before `i`, blanks between them; -1: none that matters. */
static int word_before(struct ew_bytes t, size_t i)
{
	size_t to = behind_word(t, i), from;
	enum ew_code_kind kind;
	bool quoted = false;

	/* constructor"]( */
	for (size_t k = 0; k < 8 && to > 0 && (t.p[to - 1] == '"' || t.p[to - 1] == '\'' || t.p[to - 1] == ']');
	     k++, quoted = true)
		to--;
	if (to == 0 || !ew_html_letter(t.p[to - 1]))
		return -1;
	for (from = to; from > 0 && to - from <= EW_CODE_LONGEST && ew_code_letter(t.p[from - 1]); from--)
		;
	if (!ew_code_known(ew_bytes(t.p + from, to - from), &kind) || (quoted && kind != EW_CODE_MAKER))
		return -1;
	return (int)kind;
}

static bool is_called(int kind)
{
	return kind >= 0 && kind != EW_CODE_OBJECT && kind != EW_CODE_HANDLER && kind != EW_CODE_WRITE;
}

/* A dialog is named behind `i`: handed on, or given another name. */
static bool names_dialog(struct ew_bytes t, size_t i)
{
	while (i < t.n && ew_html_blank(t.p[i]))
		i++;
	switch (ew_code_at(t, i) | 0x20) {
	case 'a': return ew_code_starts(t, i, "alert");
	case 'c': return ew_code_starts(t, i, "confirm");
	case 'p': return ew_code_starts(t, i, "prompt");
	default: return false;
	}
}

/* The letters of `backwards` end before `i`, whatever blanks stand between them. */
static bool spelt_before(struct ew_bytes t, size_t i, const char *backwards)
{
	for (; *backwards; backwards++) {
		while (i > 0 && t.p[i - 1] <= ' ')
			i--;
		if (i == 0 || (t.p[--i] | 0x20) != *backwards)
			return false;
	}
	return true;
}

/* The colon at `i` ends a scheme of script, or one of data that is a document. */
static bool may_scheme(struct ew_bytes t, size_t i)
{
	uint8_t c;

	if (spelt_before(t, i, "tpircs") || spelt_before(t, i, "ahcom"))
		return true;
	if (!spelt_before(t, i, "atad"))
		return false;
	for (i++; i < t.n && t.p[i] <= ' '; i++)
		;
	c = ew_code_at(t, i) | 0x20;
	return c == 't' || c == 'a';
}

/* The & at `i`: does it spell a letter, a colon or a blank of a scheme?  Quotes and dashes are of prose. */
static bool may_reference(struct ew_bytes t, size_t i)
{
	uint32_t c;
	size_t next;

	switch (ew_code_at(t, i + 1) | 0x20) {
	case '#':
	case 't':
	case 'n':
	case 'c':
		c = ew_script_reference(t, i, &next);
		return c && c < 0x7f && (c <= ' ' || c == ':' || ew_html_letter((uint8_t)c));
	default: return false;
	}
}

/* The = at `i`: an attribute that runs something, or what a program assigns to. */
static bool may_assign(struct ew_bytes t, size_t i, bool *style)
{
	size_t to = behind_word(t, i), from = to;

	while (from > 0 && ew_html_letter(t.p[from - 1]))
		from--;
	struct ew_bytes w = ew_bytes(t.p + from, to - from);
	uint8_t c = from ? t.p[from - 1] : ' ';
	if (w.n >= 5 && (w.p[0] | 0x20) == 'o' && (w.p[1] | 0x20) == 'n' &&
	    (ew_html_blank(c) || memchr("/\"'`", c, 4)))
		return true;
	switch (w.n > 4 ? w.p[w.n - 1] | 0x20 : 0) {
	case 'c':
		if (ew_bytes_eq_nocase(w, EW_LIT("srcdoc")))
			return true;
		break;
	case 'e':
		*style |= ew_bytes_eq_nocase(w, EW_LIT("style"));
		if (ew_bytes_eq_nocase(w, EW_LIT("attributename")))
			return true;
		break;
	case 'l':
	case 'r': {
		int kind = word_before(t, i);
		if (kind == EW_CODE_WRITE || kind == EW_CODE_HANDLER)
			return true;
		break;
	}
	case 'n':
		if (ew_bytes_eq_nocase(w, EW_LIT("formaction")) || word_before(t, i) == EW_CODE_PLACE)
			return true;
		break;
	case 's':
		if (ew_bytes_eq_nocase(w, EW_LIT("dataformatas")))
			return true;
		break;
	default: break;
	}
	return names_dialog(t, i + 1);
}

/* The < at `i`: an element that is more than text. */
static bool may_element(struct ew_bytes t, size_t i)
{
	static const char *const names[] = {
		"applet", "base", "embed", "fencedframe", "form", "frame", "iframe", "ilayer", "isindex", "layer",
		"link", "meta", "object", "portal", "script", "style", "webview", "xss",
	};
	size_t from = ++i, to = i;
	enum { NAME = 32 }; /* one that is longer, or has a prefix, is left to the reader */

	if (!ew_html_letter(ew_code_at(t, i)))
		return false;
	while (to < t.n && to - from < NAME && !ew_html_blank(t.p[to]) && t.p[to] != '/' && t.p[to] != '>')
		if (t.p[to++] == ':')
			return true;
	if (to - from == NAME)
		return true;
	uint8_t c = t.p[from] | 0x20;
	for (size_t k = 0; k < sizeof(names) / sizeof(*names) && (uint8_t)names[k][0] <= c; k++)
		if ((uint8_t)names[k][0] == c && ew_code_starts(t, from, names[k]))
			return true;
	return false;
}

/* A run of forty brackets, ! and + around `i`. */
static bool may_brackets(struct ew_bytes t, size_t i)
{
	size_t from = i, to = i;

	while (from > 0 && i - from < 40 && memchr("[]()!+", t.p[from - 1], 6))
		from--;
	while (to < t.n && to - from < 40 && memchr("[]()!+", t.p[to], 6))
		to++;
	return to - from >= 40;
}

static bool has(struct ew_bytes t, const char *lower)
{
	return ew_bytes_find_nocase(t, 0, ew_bytes_str(lower)) != SIZE_MAX;
}

/* Most of what links and prose are full of is passed over by the byte beside it. */
static inline bool passes(struct ew_bytes t, size_t i)
{
	/* What is reached behind the dot: body, call, href, ... */
	const uint32_t member = 1u << 1 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 8 | 1u << 12 | 1u << 15 | 1u << 18 |
				1u << 23;
	uint8_t before = i ? t.p[i - 1] : 0, d = ew_code_at(t, i + 1);

	switch (t.p[i]) {
	case '.': return d < 'A' || !(member >> (d & 31) & 1);
	case '/': return d != '*';
	case ':': return before > ' ' && (before | 0x20) != 't' && (before | 0x20) != 'a';
	case '?': return d != '.';
	case '&': return d != '#' && !ew_html_letter(d);
	case ',':
	case '-':
	case ';':
	case '"':
	case '_': return true;
	default: return false;
	}
}

static bool stop(struct ew_bytes t, size_t i, bool *style)
{
	uint8_t d = ew_code_at(t, i + 1);
	int kind;

	switch (t.p[i]) {
	case '!': return t.n >= 40 && may_brackets(t, i);
	case '&':
		if (may_reference(t, i))
			return true;
		return ((d | 0x20) == 'l' || d == '#') && is_called(word_before(t, i));
	case '(': return *style || is_called(word_before(t, i)) || names_dialog(t, i + 1);
	case ')': return word_before(t, i) == EW_CODE_DIALOG;
	case '+': return ew_code_starts(t, i, "+adw-");
	case '.': /* document.cookie, location.href, alert.call( */
		kind = word_before(t, i);
		return kind == EW_CODE_OBJECT || kind == EW_CODE_PLACE || kind == EW_CODE_DIALOG;
	case '/': /* a comment */
	case '?': /* ?. */
		return word_before(t, i) >= 0;
	case ':': return may_scheme(t, i);
	case '<': return may_element(t, i);
	case '=': return may_assign(t, i, style);
	case '[':
		kind = word_before(t, i);
		return kind == EW_CODE_OBJECT || kind == EW_CODE_MAKER;
	case '`': return is_called(word_before(t, i));
	case '{': return names_dialog(t, i + 1);
	case '~': return i > 0 && t.p[i - 1] == '=';
	default: return false;
	}
}

bool ew_html_may(struct ew_bytes t, const struct ew_seen *seen)
{
	struct ew_marks marks = { .text = t };
	bool style = false;
	size_t i;
	uint8_t last = t.n ? t.p[t.n - 1] : 0;

	/* A quote left open to take in the page. */
	if ((last == '?' || last == '=' || last == '&') && ew_seen_byte(seen, '<'))
		return true;
	while ((i = ew_marks_next(&marks)) < t.n) {
		if (!passes(t, i) && stop(t, i, &style))
			return true;
	}
	return style && (has(t, "-moz-binding") || has(t, "@import"));
}
