/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Views: what can differ is told by a look at the bytes, so that a text which is its own normal form, as most
 * are, costs one pass and no copy.  The trap: what ew_view_may_differ() denies must not differ; a view that it
 * only suspects is made, compared and dropped. */

#include "view.h"

#include "fold.h"
#include "words.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

const char *const ew_view_names[EW_VIEW_COUNT + 1] = { "raw", "folded", "squeezed", "command", "path", NULL };

const char *ew_view_name(enum ew_view v)
{
	return v < EW_VIEW_COUNT ? ew_view_names[v] : "?";
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Bytes that make a view differ, whatever stands beside them. */
static unsigned views_of(uint8_t c)
{
	switch (c) {
	case 0:
		return EW_VIEW_BIT(EW_VIEW_FOLDED);
	case '\t': case '\n': case '\v': case '\f': case '\r': case '*':
		return EW_VIEW_BIT(EW_VIEW_SQUEEZED);
	case '"': case '\'': case '^': case '`': case '{': case '$':
		return EW_VIEW_BIT(EW_VIEW_COMMAND);
	case '\\':
		return EW_VIEW_BIT(EW_VIEW_COMMAND) | EW_VIEW_BIT(EW_VIEW_PATH);
	default:
		return c >= 0x80 ? EW_VIEW_BIT(EW_VIEW_FOLDED) : 0;
	}
}

/* Views that differ because of two bytes. */
static unsigned views_of_pair(uint8_t c, uint8_t next)
{
	if (c == ' ' && next == ' ')
		return EW_VIEW_BIT(EW_VIEW_SQUEEZED);
	return c == '/' && (next == '/' || next == '.') ? EW_VIEW_BIT(EW_VIEW_PATH) : 0;
}

#ifdef __SSE2__
static inline __m128i sixteen(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* Is there any non-ASCII byte or NUL in the sixteen? */
static inline bool may_fold(__m128i c)
{
	return _mm_movemask_epi8(_mm_or_si128(c, _mm_cmpeq_epi8(c, _mm_setzero_si128()))) != 0;
}
#endif

/* The one question that is asked of nearly every text, sixteen bytes at a time. */
static bool may_fold_any(struct ew_bytes text)
{
	size_t i = 0;
#ifdef __SSE2__
	for (; text.n - i >= 16; i += 16)
		if (may_fold(sixteen(text.p + i)))
			return true;
	if (text.n >= 16)
		return i < text.n && may_fold(sixteen(text.p + text.n - 16));
#endif
	for (; i < text.n; i++)
		if (text.p[i] == 0 || text.p[i] >= 0x80)
			return true;
	return false;
}

unsigned ew_view_may_differ(struct ew_bytes text, unsigned wanted)
{
	unsigned seen = 0;

	if (wanted && may_fold_any(text)) /* what is behind the characters is seen when they are folded */
		return wanted | EW_VIEW_BIT(EW_VIEW_FOLDED);
	wanted &= ~EW_VIEW_BIT(EW_VIEW_FOLDED);
	if (text.n && text.p[0] == '.')
		seen = EW_VIEW_BIT(EW_VIEW_PATH);
	for (size_t i = 0; i < text.n && wanted & ~seen; i++)
		seen |= views_of(text.p[i]) | (i + 1 < text.n ? views_of_pair(text.p[i], text.p[i + 1]) : 0);
	return seen & wanted;
}

/* Comments of SQL and C are a blank; the code in those of MySQL, which are executed, stays. */
static size_t squeeze(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, i = 0;
	bool blank = false, in_code = false;

	while (i < in.n) {
		const uint8_t *p = in.p + i;
		size_t left = in.n - i;
		size_t skip = 0;
		if (left >= 3 && p[0] == '/' && p[1] == '*' && p[2] == '!') {
			for (skip = 3; skip < left && skip < 9 && p[skip] >= '0' && p[skip] <= '9'; skip++)
				;
			in_code = true;
		} else if (left >= 2 && p[0] == '/' && p[1] == '*') {
			size_t end = ew_bytes_find(in, i + 2, EW_LIT("*/"));
			skip = end == SIZE_MAX ? 2 : end + 2 - i;
			if (end == SIZE_MAX) { /* none that follows is closed either: the rest is text */
				if (n > 0 && !blank)
					out[n++] = ' ';
				memcpy(out + n, p + 2, left - 2);
				return n + left - 2;
			}
		} else if (in_code && left >= 2 && p[0] == '*' && p[1] == '/') {
			skip = 2;
			in_code = false;
		} else if (is_blank(*p)) {
			skip = 1;
		}
		if (skip == 0) {
			out[n++] = *p;
			blank = false;
		} else if (!blank) {
			out[n++] = ' ';
			blank = true;
		}
		i += skip ? skip : 1;
	}
	return n;
}

/* Length of an expansion that is empty or a blank at the dollar `p`; 0: it is another. */
static size_t expansion(const uint8_t *p, size_t left, bool *blank_r)
{
	static const struct {
		struct ew_bytes text;
		bool blank;
	} known[] = {
		{ EW_LIT("$IFS$9"), true }, { EW_LIT("${IFS}"), true }, { EW_LIT("$IFS"), true },
		{ EW_LIT("${IFS%?}"), true }, { EW_LIT("${IFS%??}"), true }, { EW_LIT("${IFS:0:1}"), true },
		{ EW_LIT("$@"), false }, { EW_LIT("$*"), false },   { EW_LIT("${@}"), false },
		{ EW_LIT("${*}"), false }, { EW_LIT("$()"), false }, { EW_LIT("${!}"), false },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (ew_bytes_starts(ew_bytes(p, left), known[i].text)) {
			*blank_r = known[i].blank;
			return known[i].text.n;
		}
	/* $1 to $9 are arguments that nobody gave; $0 is the shell */
	*blank_r = false;
	return left >= 2 && p[1] >= '1' && p[1] <= '9' && (left == 2 || !(p[2] >= '0' && p[2] <= '9')) ? 2 : 0;
}

static size_t strip_command(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, i = 0;
	bool braces = false; /* {cat,file} are two words */

	while (i < in.n) {
		uint8_t c = in.p[i];
		bool blank = false;
		size_t skip = c == '$' ? expansion(in.p + i, in.n - i, &blank) : 0;
		if (skip == 0 && c == '`' && i + 1 < in.n && in.p[i + 1] == '`')
			skip = 2;
		if (skip == 0 && c == '\\' && i + 1 < in.n && in.p[i + 1] == '\n')
			skip = 2;
		if (skip > 0) {
			if (blank)
				out[n++] = ' ';
			i += skip;
			continue;
		}
		braces = c == '{' || (braces && c != '}');
		if (c == ',' && braces)
			out[n++] = ' ';
		else if (c != '"' && c != '\'' && c != '\\' && c != '^')
			out[n++] = c;
		i++;
	}
	return n;
}

static bool is_slash(uint8_t c)
{
	return c == '/' || c == '\\';
}

/* Where the name begins that "..", at out[n], takes away; n: it takes none, and stays. */
static size_t climb(const uint8_t *out, size_t n)
{
	size_t end = n > 0 && out[n - 1] == '/' ? n - 1 : 0;
	size_t begin = end;

	while (begin > 0 && out[begin - 1] != '/')
		begin--;
	bool dots = end - begin == 2 && out[begin] == '.' && out[begin + 1] == '.';
	return begin == end || dots || out[end - 1] == ':' ? n : begin;
}

/* What is between slashes, without the parameters that some servers cut off. */
static struct ew_bytes bare_segment(struct ew_bytes s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ';')
			return ew_bytes(s.p, i);
	return s;
}

static size_t tidy_path(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, i = 0;

	while (i < in.n) {
		if (is_slash(in.p[i])) {
			bool scheme = n >= 2 && out[n - 2] == ':' && is_slash(in.p[i - 1]);
			/* Nothing is left of what stood before: it stays a relative path. */
			if (n == 0 ? i == 0 : out[n - 1] != '/' || scheme)
				out[n++] = '/';
			i++;
			continue;
		}
		size_t end = i + 1;
		while (end < in.n && !is_slash(in.p[end]))
			end++;
		struct ew_bytes all = ew_bytes(in.p + i, end - i), s = bare_segment(all);
		size_t up = ew_bytes_eq(s, EW_LIT("..")) ? climb(out, n) : n;
		if (ew_bytes_eq(s, EW_LIT(".")) || up != n) {
			n = up;
			end += end < in.n;
		} else {
			s = s.n == 2 && s.p[0] == '.' && s.p[1] == '.' ? s : all;
			memcpy(out + n, s.p, s.n);
			n += s.n;
		}
		i = end;
	}
	return n;
}

size_t ew_view_make(enum ew_view v, struct ew_bytes text, uint8_t *out)
{
	switch (v) {
	case EW_VIEW_FOLDED:
		return ew_fold(text, out);
	case EW_VIEW_SQUEEZED:
		return squeeze(text, out);
	case EW_VIEW_COMMAND:
		return strip_command(text, out);
	case EW_VIEW_PATH:
		return tidy_path(text, out);
	default:
		if (text.n)
			memcpy(out, text.p, text.n);
		return text.n;
	}
}
