/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Finds the line of a key path in JSON text that a strict parser has already accepted.  It does not
 * validate: on damaged text it ends early and answers the last place it was sure of.  It counts
 * brackets instead of recursing, so depth costs nothing.  The trap: keys are compared as spelt, so a
 * key written with escapes is not found and its parent's line is given. */

#include "eventwall/json_locate.h"

struct place {
	const uint8_t *p;
	size_t n, at;
};

static bool at_byte(const struct place *t, uint8_t c)
{
	return t->at < t->n && t->p[t->at] == c;
}

static void skip_blanks(struct place *t)
{
	while (t->at < t->n && t->p[t->at] <= ' ')
		t->at++;
}

static struct ew_bytes take_string(struct place *t)
{
	size_t from = ++t->at;

	while (t->at < t->n && t->p[t->at] != '"')
		t->at += t->p[t->at] == '\\' && t->at + 1 < t->n ? 2 : 1;
	struct ew_bytes s = ew_bytes(t->p + from, t->at - from);
	if (t->at < t->n)
		t->at++;
	return s;
}

/* Over one value of any depth, up to the comma or bracket after it. */
static void skip_value(struct place *t)
{
	size_t open = 0;

	while (t->at < t->n) {
		uint8_t c = t->p[t->at];
		if (c == '"') {
			take_string(t);
			continue;
		}
		if (open == 0 && (c == ',' || c == '}' || c == ']'))
			return;
		if (c == '{' || c == '[')
			open++;
		else if (c == '}' || c == ']')
			open--;
		t->at++;
	}
}

/* From the brace to the value of `key`; `*found_r` is where the key stands. */
static bool enter_member(struct place *t, struct ew_bytes key, size_t *found_r)
{
	if (!at_byte(t, '{'))
		return false;
	t->at++;
	for (;;) {
		skip_blanks(t);
		if (!at_byte(t, '"'))
			return false;
		size_t where = t->at;
		struct ew_bytes name = take_string(t);
		skip_blanks(t);
		if (!at_byte(t, ':'))
			return false;
		t->at++;
		skip_blanks(t);
		if (ew_bytes_eq(name, key)) {
			*found_r = where;
			return true;
		}
		skip_value(t);
		if (!at_byte(t, ','))
			return false;
		t->at++;
	}
}

static bool enter_element(struct place *t, uint64_t index, size_t *found_r)
{
	if (!at_byte(t, '['))
		return false;
	t->at++;
	skip_blanks(t);
	for (uint64_t i = 0; i < index; i++) {
		skip_value(t);
		if (!at_byte(t, ','))
			return false;
		t->at++;
		skip_blanks(t);
	}
	if (t->at >= t->n || at_byte(t, ']'))
		return false;
	*found_r = t->at;
	return true;
}

struct step {
	struct ew_bytes key;
	uint64_t index;
	bool is_index;
};

/* Take one step off the front of `path`; false at its end or if it is not a path. */
static bool take_step(struct ew_bytes *path, struct step *s)
{
	size_t n = 0;

	*s = (struct step){ { NULL, 0 }, 0, false };
	if (path->n > 0 && path->p[0] == '.')
		*path = ew_bytes_from(*path, 1);
	if (path->n == 0)
		return false;
	if (ew_bytes_starts(*path, EW_LIT("[\""))) {
		n = ew_bytes_find(*path, 2, EW_LIT("\"]"));
		if (n == SIZE_MAX)
			return false;
		s->key = ew_bytes(path->p + 2, n - 2);
		*path = ew_bytes_from(*path, n + 2);
		return true;
	}
	if (path->p[0] == '[') {
		n = ew_bytes_find(*path, 1, EW_LIT("]"));
		if (n == SIZE_MAX || !ew_bytes_u64(ew_bytes(path->p + 1, n - 1), &s->index))
			return false;
		s->is_index = true;
		*path = ew_bytes_from(*path, n + 1);
		return true;
	}
	while (n < path->n && path->p[n] != '.' && path->p[n] != '[')
		n++;
	s->key = ew_bytes(path->p, n);
	*path = ew_bytes_from(*path, n);
	return true;
}

/* Follow `path`; answers how far it led: the offset of the deepest step found. */
static size_t follow(struct place *t, const char *path, bool *all_r)
{
	struct ew_bytes rest = ew_bytes_str(path);
	struct step s;

	if (ew_bytes_starts(ew_bytes(t->p, t->n), EW_LIT("\xef\xbb\xbf")))
		t->at = 3;
	skip_blanks(t);
	size_t found = t->at;
	*all_r = true;
	while (*all_r && take_step(&rest, &s))
		*all_r = s.is_index ? enter_element(t, s.index, &found) : enter_member(t, s.key, &found);
	return found;
}

static uint32_t count_lines(const uint8_t *p, size_t n)
{
	uint32_t lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	return lines;
}

uint32_t ew_json_line(struct ew_bytes text, const char *path)
{
	struct place t = { text.p, text.n, 0 };
	bool all;
	size_t found = follow(&t, path, &all);

	return 1 + count_lines(text.p, found < text.n ? found : text.n);
}

void ew_json_lines(struct ew_bytes text, const char *path, uint32_t *lines, size_t n)
{
	struct place t = { text.p, text.n, 0 };
	bool all;
	size_t counted = 0, found;
	uint32_t line = 1;

	memset(lines, 0, n * sizeof(*lines));
	follow(&t, path, &all);
	if (!all || n == 0 || !enter_element(&t, 0, &found))
		return;
	for (size_t i = 0; i < n; i++) {
		line += count_lines(text.p + counted, t.at - counted);
		counted = t.at;
		lines[i] = line;
		skip_value(&t);
		if (!at_byte(&t, ','))
			return;
		t.at++;
		skip_blanks(&t);
	}
}
