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

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum sort { ATOM, OPEN, CLOSE, BAR, REPEAT, NOTHING, START, START_HARD, END, END_HARD };

struct token {
	enum sort sort;
	size_t at, len;
	size_t group; /* index of the OPEN around it, NONE at the top */
	size_t mate;  /* OPEN: its CLOSE */
};

#define NONE SIZE_MAX

static bool has(const char *s, size_t n, char c)
{
	return memchr(s, c, n) != NULL;
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

static enum sort escape_sort(char c)
{
	return c == 'A' ? START_HARD : c == 'Z' ? END : c == 'z' ? END_HARD : c == 'E' ? NOTHING : ATOM;
}

/* "(" and what belongs to it.  False if it is something that cannot be moved into gathered text. */
static bool read_open(const char *s, struct token *t, bool *multiline, const char **why_r)
{
	size_t n = 2;

	t->sort = OPEN;
	t->len = 1;
	if (s[1] == '*') {
		*why_r = "(*VERB) is not supported";
		return false;
	}
	if (s[1] != '?')
		return true;
	if (s[2] == '#') {
		const char *end = strchr(s, ')');
		t->sort = NOTHING;
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
		t->sort = s[n] == ')' ? NOTHING : OPEN;
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

static bool read_token(const char *s, struct token *t, bool *multiline, const char **why_r)
{
	const char *end;

	t->sort = ATOM;
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
		t->sort = CLOSE;
		return true;
	case '|':
		t->sort = BAR;
		return true;
	case '^':
		t->sort = START;
		return true;
	case '$':
		t->sort = END;
		return true;
	default:
		break;
	}
	if (is_repeat(s)) {
		t->sort = REPEAT;
		end = *s == '{' ? strchr(s, '}') : NULL;
		t->len = end ? (size_t)(end - s) + 1 : 1;
	}
	return true;
}

static bool repeated(const struct token *t, size_t n, size_t i)
{
	return i + 1 < n && t[i + 1].sort == REPEAT;
}

/* Nothing stands before token `i` on any way to it, and it is not repeated. */
static bool at_front(const struct token *t, size_t n, size_t i)
{
	if (repeated(t, n, i))
		return false;
	for (size_t k = i; k > 0;) {
		const struct token *before = &t[k - 1];
		if (before->sort == NOTHING) {
			k--;
			continue;
		}
		if (before->sort != BAR && before->sort != OPEN)
			return false;
		size_t group = t[i].group;
		if (group == NONE)
			return true;
		if (t[group].mate == NONE || repeated(t, n, t[group].mate))
			return false;
		i = k = group;
	}
	return true;
}

/* Nothing stands after token `i` on any way from it, and it is not repeated. */
static bool at_end(const struct token *t, size_t n, size_t i)
{
	for (size_t k = i; k + 1 < n;) {
		const struct token *after = &t[k + 1];
		if (after->sort == NOTHING) {
			k++;
			continue;
		}
		if (after->sort != BAR && after->sort != CLOSE)
			return false;
		size_t group = t[i].group;
		if (group == NONE)
			return true;
		if (t[group].mate == NONE || repeated(t, n, t[group].mate))
			return false;
		i = group;
		k = t[group].mate;
	}
	return true;
}

static size_t split(const char *pattern, struct token *t, bool *multiline, const char **why_r)
{
	size_t n = 0, group = NONE;

	for (size_t at = 0; pattern[at]; at += t[n++].len) {
		if (!read_token(pattern + at, &t[n], multiline, why_r))
			return NONE;
		t[n].at = at;
		t[n].mate = NONE;
		if (t[n].sort == CLOSE && group != NONE) {
			t[group].mate = n;
			group = t[group].group;
		}
		t[n].group = group;
		if (t[n].sort == OPEN)
			group = n;
	}
	return n;
}

static const char *spell(const struct token *t, size_t n, size_t i, bool multiline)
{
	const char *left_out = repeated(t, n, i) ? "(?:)" : "";

	switch (t[i].sort) {
	case START:
		return !at_front(t, n, i) ? left_out : multiline ? "(?:^|\\xff)" : "\\xff";
	case START_HARD:
		return at_front(t, n, i) ? "\\xff" : left_out;
	case END:
		return !at_end(t, n, i) ? left_out : multiline ? "(?:$|\\n?\\xff)" : "\\n?\\xff";
	case END_HARD:
		return at_end(t, n, i) ? "\\xff" : left_out;
	default:
		return NULL;
	}
}

bool ew_anchor_rewrite(const char *pattern, char *out, const char **why_r)
{
	size_t len = strlen(pattern);
	struct token *t = calloc(len + 1, sizeof(*t));
	bool multiline = false;

	*why_r = "no memory";
	if (!t)
		return false;
	size_t n = split(pattern, t, &multiline, why_r);
	for (size_t i = 0; n != NONE && i < n; i++) {
		const char *s = spell(t, n, i, multiline);
		size_t room = s ? strlen(s) : t[i].len;
		memcpy(out, s ? s : pattern + t[i].at, room);
		out += room;
	}
	*out = 0;
	free(t);
	return n != NONE;
}
