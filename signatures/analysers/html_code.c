/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Finding the words, and reading what stands around them.  Each look is over a fixed number of bytes. */

#include "html_code.h"

static const char *const words[] = {
	"alert", "atob", "confirm", "constructor", "content", "document", "eval", "execscript",
	"fetch", "frames", "fromcharcode", "function", "getscript", "globaleval", "globalthis",
	"import", "importscripts", "innerhtml", "insertadjacenthtml", "location", "navigator",
	"onerror", "open", "outerhtml", "parent", "postmessage", "print", "prompt", "self",
	"sendbeacon", "setimmediate", "setinterval", "settimeout", "this", "top", "window", "write",
	"writeln", "xmlhttprequest",
};
enum { WORDS = sizeof(words) / sizeof(*words) };
/* The lengths of the words by their first letter, one bit each: most words of a text end here. */
static const uint32_t lengths[26] = {
	0x00030, 0x00000, 0x00880, 0x00100, 0x00410, 0x01160, 0x00600, 0x00000, 0x42240,
	0x00000, 0x00000, 0x00100, 0x00000, 0x00200, 0x00290, 0x00860, 0x00000, 0x00000,
	0x01c10, 0x00018, 0x00000, 0x00000, 0x000e0, 0x04000, 0x00000, 0x00000,
};
static const uint8_t kinds[WORDS] = {
	EW_CODE_DIALOG, EW_CODE_RUN,   EW_CODE_DIALOG, EW_CODE_MAKER,   EW_CODE_OBJECT, EW_CODE_OBJECT,
	EW_CODE_RUN,    EW_CODE_RUN,   EW_CODE_SEND,   EW_CODE_OBJECT,  EW_CODE_CHARS,  EW_CODE_RUN,
	EW_CODE_SEND,   EW_CODE_RUN,   EW_CODE_OBJECT, EW_CODE_SEND,    EW_CODE_SEND,   EW_CODE_WRITE,
	EW_CODE_SEND,   EW_CODE_PLACE, EW_CODE_OBJECT, EW_CODE_HANDLER, EW_CODE_SEND,   EW_CODE_WRITE,
	EW_CODE_OBJECT, EW_CODE_SEND,  EW_CODE_DIALOG, EW_CODE_DIALOG,  EW_CODE_OBJECT, EW_CODE_SEND,
	EW_CODE_RUN,    EW_CODE_RUN,   EW_CODE_RUN,    EW_CODE_OBJECT,  EW_CODE_OBJECT, EW_CODE_OBJECT,
	EW_CODE_SEND,   EW_CODE_SEND,  EW_CODE_SEND,
};

size_t ew_code_skip(struct ew_bytes t, size_t i)
{
	size_t end;

	if (i >= t.n)
		return t.n;
	for (end = t.n - i > EW_CODE_REACH ? i + EW_CODE_REACH : t.n; i < end;) {
		if (ew_html_blank(t.p[i])) {
			i++;
		} else if (t.p[i] == '/' && ew_code_at(t, i + 1) == '*') {
			for (i += 2; i < end && !(t.p[i] == '*' && ew_code_at(t, i + 1) == '/'); i++)
				;
			i = i < end ? i + 2 : end;
		} else if (t.p[i] == '?' && ew_code_at(t, i + 1) == '.') {
			i += 2;
		} else {
			break;
		}
	}
	return i;
}

bool ew_code_starts(struct ew_bytes t, size_t i, const char *lower)
{
	struct ew_bytes w = ew_bytes_str(lower);

	return i <= t.n && ew_bytes_starts_nocase(ew_bytes_from(t, i), w);
}

bool ew_code_holds(struct ew_bytes t, size_t from, size_t to, const char *lower)
{
	if (from >= t.n)
		return false;
	to = to > t.n ? t.n : to;
	return to > from &&
	       ew_bytes_find_nocase(ew_bytes(t.p + from, to - from), 0, ew_bytes_str(lower)) != SIZE_MAX;
}

/* Index in the table. */
static size_t which_word(struct ew_bytes w)
{
	uint8_t first = w.n ? (w.p[0] | 0x20) - 'a' : 26;

	if (w.n > EW_CODE_LONGEST || first > 25 || !(lengths[first] >> w.n & 1))
		return EW_WORD_NONE;
	return ew_word_find(words, WORDS, w);
}

bool ew_code_known(struct ew_bytes word, enum ew_code_kind *kind_r)
{
	size_t which = which_word(word);

	if (which != EW_WORD_NONE)
		*kind_r = (enum ew_code_kind)kinds[which];
	return which != EW_WORD_NONE;
}

bool ew_code_next(struct ew_bytes t, size_t *i, size_t end, struct ew_code_word *w_r)
{
	size_t a = *i, b;

	for (; a < end; a = b) {
		while (a < end && !ew_code_letter(t.p[a]))
			a++;
		for (b = a; b < end && ew_code_letter(t.p[b]); b++)
			;
		if (a == b)
			break;
		size_t which = which_word(ew_bytes(t.p + a, b - a));
		if (which == EW_WORD_NONE)
			continue;
		*w_r = (struct ew_code_word){
			t, a, b, ew_code_skip(t, b), kinds[which], strcmp(words[which], "print") == 0,
		};
		*i = b;
		return true;
	}
	*i = end;
	return false;
}

bool ew_code_runs(struct ew_bytes t, size_t i)
{
	static const char *const code[] = {
		"atob", "decodeuri", "decodeuricomponent", "document", "location",
		"name", "top",       "unescape",           "url",      "window",
	};
	size_t to;

	i = ew_code_skip(t, i);
	if (i >= t.n)
		return false;
	uint8_t c = t.p[i];
	if (c == '"' || c == '\'' || c == '`' || c == '/') {
		size_t end = i + 1 + EW_CODE_REACH;
		return ew_code_holds(t, i, end, "alert") || ew_code_holds(t, i, end, "confirm(") ||
		       ew_code_holds(t, i, end, "prompt(") || ew_code_holds(t, i, end, "document.cookie") ||
		       ew_code_holds(t, i, i + 8, "\\x") || ew_code_holds(t, i, i + 8, "\\u") ||
		       (c == '`' && ew_code_holds(t, i, i + 24, "\\")) || ew_code_holds(t, i, i + 12, "'+'") ||
		       ew_code_holds(t, i, i + 12, "\"+\"") || ew_code_holds(t, i, i + 24, ".source");
	}
	for (to = i; to < t.n && to - i < 24 && ew_code_letter(t.p[to]); to++)
		;
	if (ew_code_starts(t, i, "string.fromcharcode"))
		return true;
	if (!ew_word_in(code, sizeof(code) / sizeof(*code), ew_bytes(t.p + i, to - i)))
		return false;
	uint8_t d = ew_code_at(t, ew_code_skip(t, to));
	/* eval(name) is code of any language, unless it is all there is. */
	return d == '(' || d == '.' || d == '[' || (d == ')' && t.n < 32);
}
