/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_SIXTEEN_H
#define EVENTWALL_SIGNATURES_SIXTEEN_H

/* Sixteen bytes of a text at a time, for passes over text that only sort bytes.  Where the engine for that
 * is missing, whoever includes this has a loop of his own. */

#include "eventwall/bytes.h"

#ifdef __SSE2__
#include <emmintrin.h>

/* Fewer than sixteen bytes, and NUL behind them; nothing is read past them. */
static inline __m128i ew_sixteen_load(const uint8_t *p, size_t n)
{
	uint64_t low = 0, high = 0;

	if (n > 8) {
		memcpy(&low, p, 8);
		memcpy(&high, p + n - 8, 8);
		high >>= 8 * (16 - n);
	} else if (n >= 4) {
		uint32_t last;
		memcpy(&low, p, 4);
		memcpy(&last, p + n - 4, 4);
		low |= (uint64_t)last << (8 * (n - 4));
	} else if (n) {
		low = p[0] | (uint64_t)p[n / 2] << (8 * (n / 2)) | (uint64_t)p[n - 1] << (8 * (n - 1));
	}
	return _mm_set_epi64x((long long)high, (long long)low);
}

static inline __m128i ew_sixteen_same(__m128i c, char byte)
{
	return _mm_cmpeq_epi8(c, _mm_set1_epi8(byte));
}

static inline __m128i ew_sixteen_range(__m128i c, char from, char span)
{
	__m128i d = _mm_sub_epi8(c, _mm_set1_epi8(from));

	return _mm_cmpeq_epi8(_mm_min_epu8(d, _mm_set1_epi8(span)), d);
}

static inline __m128i ew_sixteen_at(struct ew_bytes t, size_t i)
{
	return t.n - i >= 16 ? _mm_loadu_si128((const __m128i *)(const void *)(t.p + i))
			     : ew_sixteen_load(t.p + i, t.n - i);
}

static inline void ew_sixteen_store(uint8_t *to, __m128i c)
{
	_mm_storeu_si128((__m128i *)(void *)to, c);
}
#endif

#endif
