/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Is this one JSON value?  Strict (RFC 8259), one pass, no tree: it decides whether a payload may stand
 * inside a document as it is.  What hostile JSON means is the decoders' business, not this file's. */

#include "daemon/cloudevent.h"

#define DEPTH_MOST 256u

struct look {
	const uint8_t *p, *end;
	uint64_t object[DEPTH_MOST / 64]; /* by depth: within an object, not an array */
	size_t depth;
};

static void skip_space(struct look *l)
{
	while (l->p < l->end && (*l->p == ' ' || *l->p == '\t' || *l->p == '\n' || *l->p == '\r'))
		l->p++;
}

static bool take(struct look *l, uint8_t c)
{
	if (l->p == l->end || *l->p != c)
		return false;
	l->p++;
	return true;
}

static bool take_word(struct look *l, struct ew_bytes word)
{
	if (!ew_bytes_starts(ew_bytes(l->p, (size_t)(l->end - l->p)), word))
		return false;
	l->p += word.n;
	return true;
}

static bool is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The opening quote is taken. */
static bool take_string(struct look *l)
{
	while (l->p < l->end) {
		uint8_t c = *l->p++;
		if (c == '"')
			return true;
		if (c < 0x20)
			return false;
		if (c != '\\')
			continue;
		if (l->p == l->end)
			return false;
		c = *l->p++;
		if (c == 'u') {
			for (int i = 0; i < 4; i++, l->p++) {
				if (l->p == l->end || !is_hex(*l->p))
					return false;
			}
		} else if (c == 0 || !strchr("\"\\/bfnrt", c)) {
			return false;
		}
	}
	return false;
}

static bool take_digits(struct look *l)
{
	const uint8_t *from = l->p;

	while (l->p < l->end && *l->p >= '0' && *l->p <= '9')
		l->p++;
	return l->p > from;
}

static bool take_number(struct look *l)
{
	take(l, '-');
	if (!take(l, '0') && !take_digits(l))
		return false;
	if (take(l, '.') && !take_digits(l))
		return false;
	if (take(l, 'e') || take(l, 'E')) {
		if (!take(l, '+'))
			take(l, '-');
		return take_digits(l);
	}
	return true;
}

static bool take_scalar(struct look *l)
{
	if (take(l, '"'))
		return take_string(l);
	return take_word(l, EW_LIT("true")) || take_word(l, EW_LIT("false")) ||
	       take_word(l, EW_LIT("null")) || take_number(l);
}

static bool take_name(struct look *l)
{
	skip_space(l);
	if (!take(l, '"') || !take_string(l))
		return false;
	skip_space(l);
	return take(l, ':');
}

static bool in_object(const struct look *l)
{
	size_t at = l->depth - 1;

	return l->object[at / 64] >> (at % 64) & 1;
}

/* `{` or `[` is taken. */
static bool enter(struct look *l, bool object)
{
	if (l->depth == DEPTH_MOST)
		return false;
	uint64_t bit = UINT64_C(1) << (l->depth % 64);
	l->object[l->depth / 64] = (l->object[l->depth / 64] & ~bit) | (object ? bit : 0);
	l->depth++;
	return true;
}

/* A value has ended: close what closes here, and go past the comma to where the next value begins.
 * False: malformed.  Depth 0: the document has ended. */
static bool after_value(struct look *l)
{
	while (l->depth) {
		skip_space(l);
		if (take(l, ','))
			return !in_object(l) || take_name(l);
		if (!take(l, in_object(l) ? '}' : ']'))
			return false;
		l->depth--;
	}
	return true;
}

bool ew_json_is_value(struct ew_bytes text)
{
	struct look l = { .p = text.p, .end = text.p + text.n };

	if (text.n == 0 || !ew_utf8_valid(text))
		return false;
	do {
		skip_space(&l);
		bool object = take(&l, '{');
		if (object || take(&l, '[')) {
			if (!enter(&l, object))
				return false;
			skip_space(&l);
			if (l.p < l.end && *l.p == (object ? '}' : ']')) {
				if (!after_value(&l))
					return false;
			} else if (object && !take_name(&l)) {
				return false;
			}
		} else if (!take_scalar(&l) || !after_value(&l)) {
			return false;
		}
	} while (l.depth);
	skip_space(&l);
	return l.p == l.end;
}
