/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_SEEN_H
#define EVENTWALL_SIGNATURES_SEEN_H

/* Which bytes a text holds, letters and digits apart: what one pass tells all looks (analyser.h), so that a look
 * walks the text only for bytes that are there. */

#include "signs.h"

struct ew_seen {
	uint64_t has[4]; /* a bit for each byte */
};

static inline void ew_seen_add(struct ew_seen *s, uint8_t c)
{
	s->has[c >> 6] |= UINT64_C(1) << (c & 63);
}

/* To begin with: its blanks, which are no marks. */
static inline struct ew_seen ew_seen_blank(struct ew_bytes text)
{
	struct ew_seen s = { { 0 } };

	if (memchr(text.p, ' ', text.n))
		ew_seen_add(&s, ' ');
	return s;
}

static inline struct ew_seen ew_seen_of(struct ew_bytes text)
{
	struct ew_marks marks = { .text = text };
	struct ew_seen s = { { 0 } };

	if (text.n)
		s = ew_seen_blank(text);
	for (size_t i; (i = ew_marks_next(&marks)) < text.n;)
		ew_seen_add(&s, text.p[i]);
	return s;
}

static inline bool ew_seen_byte(const struct ew_seen *s, uint8_t c)
{
	return s->has[c >> 6] >> (c & 63) & 1;
}

/* Of half the bytes of ASCII, the one in `set`. */
static inline uint64_t ew_seen_bit(char c, bool upper)
{
	return (c >> 6 & 1) == upper ? UINT64_C(1) << (c & 63) : 0;
}

/* Any of `set`?  These are eight bytes of ASCII known to the compiler, which may repeat; none is a letter or a
 * digit. */
__attribute__((always_inline)) static inline bool ew_seen_any(const struct ew_seen *s, const char set[8])
{
	uint64_t low, high;

	low = ew_seen_bit(set[0], false) | ew_seen_bit(set[1], false) | ew_seen_bit(set[2], false) |
	      ew_seen_bit(set[3], false) | ew_seen_bit(set[4], false) | ew_seen_bit(set[5], false) |
	      ew_seen_bit(set[6], false) | ew_seen_bit(set[7], false);
	high = ew_seen_bit(set[0], true) | ew_seen_bit(set[1], true) | ew_seen_bit(set[2], true) |
	       ew_seen_bit(set[3], true) | ew_seen_bit(set[4], true) | ew_seen_bit(set[5], true) |
	       ew_seen_bit(set[6], true) | ew_seen_bit(set[7], true);
	return (s->has[0] & low) | (s->has[1] & high);
}

#endif
