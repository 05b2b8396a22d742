/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_LOOK_H
#define EVENTWALL_SIGNATURES_LOOK_H

/* What looks of analysers (analyser.h) are made of: one quick pass to the bytes that matter, and which of the
 * quotes among them are places (token.h).  A look must be true wherever the analyser finds something, so where
 * following a grammar would take long it errs towards true. */

#include "token.h"
#include "words.h"

#ifdef __SSE2__
#include <emmintrin.h>

/* Fewer than sixteen bytes, and NUL behind them; nothing is read past them. */
static inline __m128i ew_look_load(const uint8_t *p, size_t n)
{
	uint64_t low = 0, high = 0;

	if (n > 8) {
		memcpy(&low, p, 8);
		memcpy(&high, p + n - 8, 8);
		high >>= 8 * (16 - n);
	} else if (n > 4) {
		uint32_t last;
		memcpy(&low, p, 4);
		memcpy(&last, p + n - 4, 4);
		low |= (uint64_t)last << (8 * (n - 4));
	} else {
		for (size_t i = 0; i < n; i++)
			low |= (uint64_t)p[i] << (8 * i);
	}
	return _mm_set_epi64x((long long)high, (long long)low);
}

static inline __m128i ew_look_same(__m128i c, char byte)
{
	return _mm_cmpeq_epi8(c, _mm_set1_epi8(byte));
}

__attribute__((always_inline)) static inline unsigned ew_look_at(__m128i c, const char set[8])
{
	__m128i a = _mm_or_si128(ew_look_same(c, set[0]), ew_look_same(c, set[1]));
	__m128i b = _mm_or_si128(ew_look_same(c, set[2]), ew_look_same(c, set[3]));
	__m128i d = _mm_or_si128(ew_look_same(c, set[4]), ew_look_same(c, set[5]));
	__m128i e = _mm_or_si128(ew_look_same(c, set[6]), ew_look_same(c, set[7]));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(d, e)));
}

static inline __m128i ew_look_range(__m128i c, char from, char span)
{
	__m128i d = _mm_sub_epi8(c, _mm_set1_epi8(from));

	return _mm_cmpeq_epi8(_mm_min_epu8(d, _mm_set1_epi8(span)), d);
}

static inline __m128i ew_look_block(struct ew_bytes t, size_t i)
{
	return t.n - i >= 16 ? _mm_loadu_si128((const __m128i *)(const void *)(t.p + i))
			     : ew_look_load(t.p + i, t.n - i);
}

/* Past letters, digits, _, bytes of other alphabets (words.h) and the two bytes given, which are not NUL. */
static inline size_t ew_look_past_word(struct ew_bytes t, size_t i, char also, char and_also)
{
	for (; i < t.n; i += 16) {
		__m128i c = ew_look_block(t, i);
		__m128i in = ew_look_range(_mm_or_si128(c, _mm_set1_epi8(0x20)), 'a', 25);
		in = _mm_or_si128(in, _mm_or_si128(ew_look_range(c, '0', 9), ew_look_same(c, '_')));
		in = _mm_or_si128(in, _mm_or_si128(ew_look_same(c, also), ew_look_same(c, and_also)));
		unsigned out = ~(unsigned)_mm_movemask_epi8(_mm_or_si128(in, c)) & 0xffff;
		if (out) {
			i += (size_t)__builtin_ctz(out);
			break;
		}
	}
	return i < t.n ? i : t.n;
}

/* Offset of the next byte of `set` at or after `i`; the length of the text if there is none.  These are eight bytes
 * known to the compiler, which may repeat, and none is NUL. */
__attribute__((always_inline)) static inline size_t ew_look_for(struct ew_bytes t, size_t i,
								  const char set[8])
{
	for (; i < t.n; i += 16) {
		unsigned at = ew_look_at(ew_look_block(t, i), set);
		if (at) {
			i += (size_t)__builtin_ctz(at);
			break;
		}
	}
	return i < t.n ? i : t.n;
}
#else
__attribute__((always_inline)) static inline size_t ew_look_for(struct ew_bytes t, size_t i,
								  const char set[8])
{
	while (i < t.n && !memchr(set, t.p[i], 8))
		i++;
	return i < t.n ? i : t.n;
}
#endif

/* The kinds of quotes that were met: at all, and not within a name. */
struct ew_look_quotes {
	uint8_t first, later;
};

/* Is the quote at `i` one that ew_place_find() gives?  To be asked of each quote of a text in turn. */
static inline bool ew_look_is_place(struct ew_look_quotes *met, struct ew_bytes t, size_t i)
{
	uint8_t kind = t.p[i] == '\'' ? 1 : t.p[i] == '"' ? 2 : 4;
	bool named = i > 0 && ew_word_byte(t.p[i - 1]) && ew_word_byte(ew_byte_at(t, i + 1));
	bool is_first = !(met->first & kind), is_later = !named && !(met->later & kind);

	met->first |= kind;
	if (!named)
		met->later |= kind;
	return is_first || is_later;
}

static inline struct ew_bytes ew_look_word(struct ew_bytes t, size_t i)
{
	return ew_bytes(t.p + i, ew_look_past_word(t, i, '_', '_') - i);
}

#endif
