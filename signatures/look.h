/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_LOOK_H
#define EVENTWALL_SIGNATURES_LOOK_H

/* What looks of analysers (analyser.h) are made of: one quick pass to the bytes that matter, and which of the
 * quotes among them are places (token.h).  A look must be true wherever the analyser finds something, so where
 * following a grammar would take long it errs towards true. */

#include "sixteen.h"
#include "token.h"
#include "words.h"

#ifdef __SSE2__
__attribute__((always_inline)) static inline unsigned ew_look_at(__m128i c, const char set[8])
{
	__m128i a = _mm_or_si128(ew_sixteen_same(c, set[0]), ew_sixteen_same(c, set[1]));
	__m128i b = _mm_or_si128(ew_sixteen_same(c, set[2]), ew_sixteen_same(c, set[3]));
	__m128i d = _mm_or_si128(ew_sixteen_same(c, set[4]), ew_sixteen_same(c, set[5]));
	__m128i e = _mm_or_si128(ew_sixteen_same(c, set[6]), ew_sixteen_same(c, set[7]));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(d, e)));
}

/* Past letters, digits, _, bytes of other alphabets (words.h) and the two bytes given, which are not NUL. */
static inline size_t ew_look_past_word(struct ew_bytes t, size_t i, char also, char and_also)
{
	for (; i < t.n; i += 16) {
		__m128i c = ew_sixteen_at(t, i);
		__m128i in = ew_sixteen_range(_mm_or_si128(c, _mm_set1_epi8(0x20)), 'a', 25);
		in = _mm_or_si128(in, _mm_or_si128(ew_sixteen_range(c, '0', 9), ew_sixteen_same(c, '_')));
		in = _mm_or_si128(in, _mm_or_si128(ew_sixteen_same(c, also), ew_sixteen_same(c, and_also)));
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
		unsigned at = ew_look_at(ew_sixteen_at(t, i), set);
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
