/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Anchors for gathered values: ^ becomes the separator before a value, $ the one after it.
 *
 * A separator is a byte that is consumed where an anchor was not, so this is right only at the very
 * front (^) or end ($) of a pattern, seen through all groups around it, and outside of repetition.  An
 * anchor elsewhere is left out: the pattern then matches more, which is harmless, since each candidate
 * value is scanned alone afterwards.  \b and \B need nothing: FF is no word byte, nor is the outside. */

#include "anchor.h"
#include "pattern.h"

#include <stdlib.h>
#include <string.h>

static bool repeated(const struct ew_token *t, size_t n, size_t i)
{
	return i + 1 < n && t[i + 1].sort == EW_TOKEN_REPEAT;
}

/* Nothing stands before token `i` on any way to it, and it is not repeated. */
static bool at_front(const struct ew_token *t, size_t n, size_t i)
{
	if (repeated(t, n, i))
		return false;
	for (size_t k = i; k > 0;) {
		const struct ew_token *before = &t[k - 1];
		if (before->sort == EW_TOKEN_NOTHING) {
			k--;
			continue;
		}
		if (before->sort != EW_TOKEN_BAR && before->sort != EW_TOKEN_OPEN)
			return false;
		size_t group = t[i].group;
		if (group == EW_TOKEN_NONE)
			return true;
		if (t[group].mate == EW_TOKEN_NONE || repeated(t, n, t[group].mate))
			return false;
		i = k = group;
	}
	return true;
}

/* Nothing stands after token `i` on any way from it, and it is not repeated. */
static bool at_end(const struct ew_token *t, size_t n, size_t i)
{
	for (size_t k = i; k + 1 < n;) {
		const struct ew_token *after = &t[k + 1];
		if (after->sort == EW_TOKEN_NOTHING) {
			k++;
			continue;
		}
		if (after->sort != EW_TOKEN_BAR && after->sort != EW_TOKEN_CLOSE)
			return false;
		size_t group = t[i].group;
		if (group == EW_TOKEN_NONE)
			return true;
		if (t[group].mate == EW_TOKEN_NONE || repeated(t, n, t[group].mate))
			return false;
		i = group;
		k = t[group].mate;
	}
	return true;
}

static const char *spell(const struct ew_token *t, size_t n, size_t i, bool multiline)
{
	const char *left_out = repeated(t, n, i) ? "(?:)" : "";

	switch (t[i].sort) {
	case EW_TOKEN_START:
		return !at_front(t, n, i) ? left_out : multiline ? "(?:^|\\xff)" : "\\xff";
	case EW_TOKEN_START_HARD:
		return at_front(t, n, i) ? "\\xff" : left_out;
	case EW_TOKEN_END:
		return !at_end(t, n, i) ? left_out : multiline ? "(?:$|\\n?\\xff)" : "\\n?\\xff";
	case EW_TOKEN_END_HARD:
		return at_end(t, n, i) ? "\\xff" : left_out;
	default:
		return NULL;
	}
}

bool ew_anchor_rewrite(const char *pattern, char *out, const char **why_r)
{
	size_t len = strlen(pattern);
	struct ew_token *t = calloc(len + 1, sizeof(*t));
	bool multiline = false;

	*why_r = "no memory";
	if (!t)
		return false;
	size_t n = ew_pattern_split(pattern, t, &multiline, why_r);
	for (size_t i = 0; n != EW_TOKEN_NONE && i < n; i++) {
		const char *s = spell(t, n, i, multiline);
		size_t room = s ? strlen(s) : t[i].len;
		memcpy(out, s ? s : pattern + t[i].at, room);
		out += room;
	}
	*out = 0;
	free(t);
	return n != EW_TOKEN_NONE;
}
