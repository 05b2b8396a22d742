/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_SIGNS_H
#define EVENTWALL_SIGNATURES_SIGNS_H

/* The marks of a text, which are all bytes but letters, digits and blanks, one after the other.  Most texts are
 * made of these, so they are passed over sixteen at a time. */

#include "eventwall/bytes.h"

#ifdef __SSE2__
#include <emmintrin.h>

static inline unsigned ew_marks_of_sixteen(const uint8_t *p)
{
	__m128i c = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i letter = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
	__m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('0'));

	letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
	digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
	c = _mm_or_si128(_mm_or_si128(letter, digit), _mm_cmpeq_epi8(c, _mm_set1_epi8(' ')));
	return ~(unsigned)_mm_movemask_epi8(c) & 0xffff;
}
#endif

struct ew_marks {
	struct ew_bytes text;
	size_t base;   /* of the bytes that `left` is about, one bit each */
	size_t next;   /* behind them */
	unsigned left; /* marks not told yet */
};

/* Those of the next bytes; there are some. */
static inline void ew_marks_read(struct ew_marks *m)
{
	struct ew_bytes t = m->text;

	m->base = m->next;
#ifdef __SSE2__
	if (t.n >= 16) { /* the last sixteen overlap with those before */
		size_t from = t.n - m->next >= 16 ? m->next : t.n - 16;
		m->left = ew_marks_of_sixteen(t.p + from) >> (m->next - from);
		m->next = from + 16;
		return;
	}
#endif
	for (m->left = 0; m->next < t.n && m->next - m->base < 16; m->next++) {
		uint8_t c = t.p[m->next];
		bool word = (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10 || c == ' ';
		m->left |= (unsigned)!word << (m->next - m->base);
	}
}

/* The place of the next one, or the end of the text. */
static inline size_t ew_marks_next(struct ew_marks *m)
{
	while (m->left == 0) {
		if (m->next >= m->text.n)
			return m->text.n;
		ew_marks_read(m);
	}
	size_t at = m->base + (size_t)__builtin_ctz(m->left);
	m->left &= m->left - 1;
	return at;
}

#endif
