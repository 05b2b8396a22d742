/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Is a text plain, and what of a pattern is left in plain text?
 *
 * An atom that matches no plain byte is *odd*.  An alternative with an odd part that it cannot do without is
 * odd, a group is odd if all its alternatives are, and the pattern likewise.  Odd alternatives are left out,
 * and odd parts that may be missing.  It errs towards keeping: what it does not understand is not odd. */

#include "plain.h"
#include "pattern.h"

#include <stdlib.h>

#ifdef __SSE2__
bool ew_plain_text(struct ew_bytes text)
{
	if (text.n < 16)
		return ew_plain_begins(ew_sixteen_load(text.p, text.n), text.n);
	for (size_t i = 0; text.n - i > 16; i += 16) {
		if (ew_plain_of(ew_sixteen_at(text, i)) != 0xffff)
			return false;
	}
	return ew_plain_of(ew_sixteen_at(text, text.n - 16)) == 0xffff;
}
#else
bool ew_plain_text(struct ew_bytes text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (!ew_plain_byte(text.p[i]))
			return false;
	}
	return true;
}
#endif

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that the escape at `s` (at the backslash) of `n` bytes stands for; -1: it is no single byte, or
 * one cannot tell. */
static int escaped_byte(const char *s, size_t n)
{
	if (n < 2)
		return -1;
	switch (s[1]) {
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	case 'f': return '\f';
	case 'e': return 0x1b;
	case 'a': return '\a';
	case 'x':
		if (n == 4 && hex_value(s[2]) >= 0 && hex_value(s[3]) >= 0)
			return hex_value(s[2]) * 16 + hex_value(s[3]);
		return -1;
	default:
		break;
	}
	bool word = (s[1] >= '0' && s[1] <= '9') || (s[1] >= 'a' && s[1] <= 'z') || (s[1] >= 'A' && s[1] <= 'Z');
	return word || n != 2 ? -1 : (uint8_t)s[1];
}

/* Length of the escape at `s` inside a class; \x with two digits is the only long one that is understood. */
static size_t escape_in_class(const char *s, const char *end)
{
	if (end - s >= 4 && s[1] == 'x' && s[2] != '{')
		return 4;
	return end - s >= 2 ? 2 : 1;
}

/* Does the class at `s` hold no plain byte?  Anything but bytes and ranges of bytes: who knows, so no. */
static bool is_odd_class(const char *s, size_t n)
{
	const char *end = s + n - 1, *p = s + 1;
	bool negated = *p == '^', holds[256] = { false };

	p += negated;
	while (p < end) {
		int from, to;
		size_t len = 1;
		if (*p == '[' && (p[1] == ':' || p[1] == '.' || p[1] == '='))
			return false;
		from = *p == '\\' ? (len = escape_in_class(p, end), escaped_byte(p, len)) : (uint8_t)*p;
		if (from < 0)
			return false;
		p += len;
		to = from;
		if (end - p >= 2 && *p == '-') {
			len = p[1] == '\\' ? escape_in_class(p + 1, end) : 1;
			to = p[1] == '\\' ? escaped_byte(p + 1, len) : (uint8_t)p[1];
			if (to < from)
				return false;
			p += 1 + len;
		}
		for (int c = from; c <= to; c++)
			holds[c] = true;
	}
	for (int c = 0; c < 256; c++) {
		if (ew_plain_byte((uint8_t)c) && holds[c] != negated)
			return false;
	}
	return true;
}

static bool is_odd_atom(const char *s, size_t n)
{
	if (*s == '[')
		return is_odd_class(s, n);
	if (*s == '\\') {
		int c = escaped_byte(s, n);
		return c >= 0 && !ew_plain_byte((uint8_t)c);
	}
	return *s != '.' && !ew_plain_byte((uint8_t)*s);
}

/* Options reach to the end of their group, whatever alternatives lie between, and groups with a question mark
 * other than (?: have meanings of their own. */
static bool is_looked_through(const char *pattern, const struct ew_token *t, size_t n)
{
	size_t depth = 0;

	for (size_t i = 0; i < n; i++) {
		const char *s = pattern + t[i].at;
		depth += t[i].sort == EW_TOKEN_OPEN;
		if (t[i].sort == EW_TOKEN_CLOSE && depth-- == 0)
			return false;
		if (t[i].sort == EW_TOKEN_NOTHING && s[0] == '(' && s[2] != '#')
			return false;
		if (t[i].sort == EW_TOKEN_OPEN && t[i].len > 1 && !(t[i].len == 3 && s[2] == ':'))
			return false;
		if ((t[i].sort == EW_TOKEN_OPEN && t[i].mate == EW_TOKEN_NONE) ||
		    (t[i].sort == EW_TOKEN_ATOM && s[0] == '\\' && s[1] == 'Q'))
			return false;
	}
	return true;
}

/* A group that is being written, or the pattern itself. */
struct group {
	size_t from;        /* in the output: its bracket */
	size_t alternative; /* the one that is being written, with the bar before it */
	bool odd;           /* that one */
	bool some;          /* one before it was kept */
};

struct pruner {
	const char *pattern;
	const struct ew_token *t;
	size_t n;
	char *out;
	size_t len;
};

static void put(struct pruner *p, const struct ew_token *t)
{
	memcpy(p->out + p->len, p->pattern + t->at, t->len);
	p->len += t->len;
}

/* May what stands before token `i` be missing? */
static bool may_be_missing(const struct pruner *p, size_t i)
{
	const char *s = p->pattern + p->t[i].at;

	if (i == p->n || p->t[i].sort != EW_TOKEN_REPEAT)
		return false;
	return *s == '*' || *s == '?' || (*s == '{' && strtoul(s + 1, NULL, 10) == 0);
}

/* Past the repetition at `i`, which is written if what it repeats was. */
static size_t pass_repeats(struct pruner *p, size_t i, bool kept)
{
	for (; i < p->n && p->t[i].sort == EW_TOKEN_REPEAT; i++) {
		if (kept)
			put(p, &p->t[i]);
	}
	return i;
}

static void begin_alternative(struct pruner *p, struct group *g)
{
	g->alternative = p->len;
	g->odd = false;
	if (g->some)
		p->out[p->len++] = '|';
}

static void end_alternative(struct pruner *p, struct group *g)
{
	if (g->odd)
		p->len = g->alternative;
	else
		g->some = true;
}

/* The whole pattern; `stack` has room for one more than it has groups.  False: it is odd. */
static bool prune(struct pruner *p, struct group *stack)
{
	struct group *g = stack;

	*g = (struct group){ 0 };
	for (size_t i = 0; i < p->n;) {
		const struct ew_token *t = &p->t[i++];
		bool odd;
		switch (t->sort) {
		case EW_TOKEN_OPEN:
			*++g = (struct group){ .from = p->len };
			put(p, t);
			begin_alternative(p, g);
			break;
		case EW_TOKEN_BAR:
			end_alternative(p, g);
			begin_alternative(p, g);
			break;
		case EW_TOKEN_CLOSE:
			end_alternative(p, g);
			odd = !g->some;
			if (odd)
				p->len = g->from;
			else
				put(p, t);
			g--;
			g->odd |= odd && !may_be_missing(p, i);
			i = pass_repeats(p, i, !odd);
			break;
		case EW_TOKEN_ATOM:
			odd = is_odd_atom(p->pattern + t->at, t->len);
			if (!odd)
				put(p, t);
			g->odd |= odd && !may_be_missing(p, i);
			i = pass_repeats(p, i, !odd);
			break;
		default:
			put(p, t);
			break;
		}
	}
	end_alternative(p, g);
	return g->some;
}

enum ew_plain ew_plain_prune(const char *pattern, char *out)
{
	size_t room = strlen(pattern) + 1;
	struct ew_token *t = calloc(room, sizeof(*t));
	struct group *stack = calloc(room, sizeof(*stack));
	enum ew_plain answer = EW_PLAIN_UNKNOWN;
	bool multiline = false;
	const char *why;
	size_t n;

	if (t && stack) {
		n = ew_pattern_split(pattern, t, &multiline, &why);
		if (n != EW_TOKEN_NONE && is_looked_through(pattern, t, n)) {
			struct pruner p = { pattern, t, n, out, 0 };
			answer = prune(&p, stack) ? EW_PLAIN_PRUNED : EW_PLAIN_NEVER;
			out[p.len] = 0;
		}
	}
	free(stack);
	free(t);
	return answer;
}
