/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Patterns to tokens: as much of the syntax as is needed to see groups, alternatives, anchors and repetition.
 * It validates nothing: the engine has accepted the pattern. */

#include "pattern.h"

#include <string.h>

static bool has(const char *s, size_t n, char c)
{
	return memchr(s, c, n) != NULL;
}

/* How many there are at `s`, `most` at most. */
static size_t hex_digits(const char *s, size_t most)
{
	size_t n = strspn(s, "0123456789abcdefABCDEF");

	return n < most ? n : most;
}

/* Length of what begins at the backslash `s`. */
static size_t escape_length(const char *s)
{
	const char *end = NULL;

	if (s[1] == 'Q') {
		end = strstr(s, "\\E");
		return end ? (size_t)(end - s) + 2 : strlen(s);
	}
	if ((s[1] == 'x' || s[1] == 'p' || s[1] == 'P' || s[1] == 'o') && s[2] == '{')
		end = strchr(s, '}');
	if (end)
		return (size_t)(end - s) + 1;
	if (s[1] == 'c' && s[2])
		return 3;
	if (s[1] == 'x')
		return 2 + hex_digits(s + 2, 2);
	return s[1] ? 2 : 1;
}

/* Length of "[:name:]" at `s`, 0 if it is none. */
static size_t named_class_length(const char *s)
{
	size_t n = 2;

	if (s[1] != ':' && s[1] != '.' && s[1] != '=')
		return 0;
	while (s[n] == '^' || (s[n] >= 'a' && s[n] <= 'z'))
		n++;
	return s[n] == s[1] && s[n + 1] == ']' ? n + 2 : 0;
}

/* Length of the class that begins at `s` = "[". */
static size_t class_length(const char *s)
{
	size_t n = 1;

	if (s[n] == '^')
		n++;
	if (s[n] == ']')
		n++;
	while (s[n] && s[n] != ']') {
		size_t named = s[n] == '[' ? named_class_length(s + n) : 0;
		n += named ? named : s[n] == '\\' ? escape_length(s + n) : 1;
	}
	return s[n] ? n + 1 : n;
}

static enum ew_token_sort escape_sort(char c)
{
	switch (c) {
	case 'A':
		return EW_TOKEN_START_HARD;
	case 'Z':
		return EW_TOKEN_END;
	case 'z':
		return EW_TOKEN_END_HARD;
	case 'E':
		return EW_TOKEN_NOTHING;
	default:
		return EW_TOKEN_ATOM;
	}
}

/* "(" and what belongs to it.  False if it is something that cannot be moved into gathered text. */
static bool read_open(const char *s, struct ew_token *t, bool *multiline, const char **why_r)
{
	size_t n = 2;

	t->sort = EW_TOKEN_OPEN;
	t->len = 1;
	if (s[1] == '*') {
		*why_r = "(*VERB) is not supported";
		return false;
	}
	if (s[1] != '?')
		return true;
	if (s[2] == '#') {
		const char *end = strchr(s, ')');
		t->sort = EW_TOKEN_NOTHING;
		t->len = end ? (size_t)(end - s) + 1 : strlen(s);
		return true;
	}
	while ((s[n] >= 'a' && s[n] <= 'z') || s[n] == '-')
		n++;
	if (s[n] == ')' || s[n] == ':') {
		if (has(s + 2, n - 2, 'x')) {
			*why_r = "(?x) is not supported; write the pattern without blanks and comments";
			return false;
		}
		if (has(s + 2, n - 2, 'm'))
			*multiline = true;
		t->sort = s[n] == ')' ? EW_TOKEN_NOTHING : EW_TOKEN_OPEN;
		t->len = n + 1;
		return true;
	}
	const char *end = strpbrk(s + 2, ">=!'(");
	t->len = end ? (size_t)(end - s) + 1 : 2;
	return true;
}

static bool is_repeat(const char *s)
{
	return *s == '*' || *s == '+' || *s == '?' || (*s == '{' && s[1] >= '0' && s[1] <= '9');
}

static bool read_token(const char *s, struct ew_token *t, bool *multiline, const char **why_r)
{
	const char *end;

	t->sort = EW_TOKEN_ATOM;
	t->len = 1;
	switch (*s) {
	case '\\':
		t->sort = escape_sort(s[1]);
		t->len = escape_length(s);
		return true;
	case '[':
		t->len = class_length(s);
		return true;
	case '(':
		return read_open(s, t, multiline, why_r);
	case ')':
		t->sort = EW_TOKEN_CLOSE;
		return true;
	case '|':
		t->sort = EW_TOKEN_BAR;
		return true;
	case '^':
		t->sort = EW_TOKEN_START;
		return true;
	case '$':
		t->sort = EW_TOKEN_END;
		return true;
	default:
		break;
	}
	if (is_repeat(s)) {
		t->sort = EW_TOKEN_REPEAT;
		end = *s == '{' ? strchr(s, '}') : NULL;
		t->len = end ? (size_t)(end - s) + 1 : 1;
	}
	return true;
}

size_t ew_pattern_split(const char *pattern, struct ew_token *t, bool *multiline, const char **why_r)
{
	size_t n = 0, group = EW_TOKEN_NONE;

	for (size_t at = 0; pattern[at]; at += t[n++].len) {
		if (!read_token(pattern + at, &t[n], multiline, why_r))
			return EW_TOKEN_NONE;
		t[n].at = at;
		t[n].mate = EW_TOKEN_NONE;
		if (t[n].sort == EW_TOKEN_CLOSE && group != EW_TOKEN_NONE) {
			t[group].mate = n;
			group = t[group].group;
		}
		t[n].group = group;
		if (t[n].sort == EW_TOKEN_OPEN)
			group = n;
	}
	return n;
}

