/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_MARKS_H
#define EVENTWALL_SIGNATURES_MARKS_H

/* The next of a few bytes in a text, sixteen at a time: for looks (analyser.h) that most texts should pass in
 * some nanoseconds.  The set is a literal of at most eight bytes, none of them NUL: the compiler sees
 * it, but unrolls no loop over it. */

#include "eventwall/bytes.h"

#ifdef __SSE2__
#include <emmintrin.h>

/* Where byte `i` of the set stands, or the first if it has fewer. */
__attribute__((always_inline)) static inline __m128i ew_marks_equal(__m128i c, const char *set, size_t i)
{
	return _mm_cmpeq_epi8(c, _mm_set1_epi8(i < strlen(set) ? set[i] : set[0]));
}

__attribute__((always_inline)) static inline unsigned ew_marks_of(const uint8_t *sixteen, const char *set)
{
	__m128i c = _mm_loadu_si128((const __m128i *)(const void *)sixteen);
	__m128i k = _mm_or_si128(ew_marks_equal(c, set, 0), ew_marks_equal(c, set, 1));
	__m128i l = _mm_or_si128(ew_marks_equal(c, set, 2), ew_marks_equal(c, set, 3));
	__m128i m = _mm_or_si128(ew_marks_equal(c, set, 4), ew_marks_equal(c, set, 5));
	__m128i n = _mm_or_si128(ew_marks_equal(c, set, 6), ew_marks_equal(c, set, 7));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(k, l), _mm_or_si128(m, n)));
}
#else
static inline unsigned ew_marks_of(const uint8_t *sixteen, const char *set)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < 16; i++)
		bits |= (unsigned)(sixteen[i] && strchr(set, sixteen[i])) << i;
	return bits;
}
#endif

/* Offset of the first byte of `set` at or behind `i`, which is at most t.n; t.n: there is none. */
__attribute__((always_inline)) static inline size_t ew_mark_next(struct ew_bytes t, size_t i, const char *set)
{
	unsigned bits;
	uint8_t last[16] = { 0 };

	for (; t.n - i >= 16; i += 16) {
		bits = ew_marks_of(t.p + i, set);
		if (bits)
			return i + (unsigned)__builtin_ctz(bits);
	}
	if (i == t.n)
		return t.n;
	if (t.n >= 16) {
		bits = ew_marks_of(t.p + t.n - 16, set) >> (16 - (t.n - i));
	} else {
		memcpy(last, t.p + i, t.n - i);
		bits = ew_marks_of(last, set);
	}
	return bits ? i + (unsigned)__builtin_ctz(bits) : t.n;
}

#endif
