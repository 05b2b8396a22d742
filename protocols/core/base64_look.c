/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Could a value be base64 that somebody meant?  Nearly every short value of a real event fits the
 * alphabet and is a name, a number or a sentence; decoding each to throw the result away would cost more
 * than reading the document.
 *
 * ew_plausible() takes a result for one of four reasons, and each is turned down here by less than decoding:
 *   a run of ten printable bytes     covers two groups of four characters whose bytes are all below 0x80,
 *                                    which is one bit of each of the first three characters
 *   text throughout, UTF-8 or ASCII  the first bytes are not
 *   a magic                          the first bytes are none
 *   ASCII in UTF-16                  every other byte is zero, and two of three such come of an A
 * and raw deflate, which may be anything, by what ew_deflate_looks() says of the first bytes.
 * It errs towards yes: "no" must mean that ew_base64_decode() and ew_plausible() would have said so.  The
 * trap: the two must change together with this; tests/unit/test_base64_look.c compares them. */

#include "eventwall/codec.h"

#ifdef __SSE2__
#include <emmintrin.h>

#define LEAST 8           /* of any value */
#define MOST 64           /* places in a word */
#define SCHEME_BLANKS 3   /* one behind the scheme, and some at the end */
#define WIDE_LOOK 32      /* wide text has an A among its first sixteen characters, even with a blank each */
#define HEAD_CHARS 16
#define HEAD_BYTES (HEAD_CHARS / 4 * 3)
#define FIRST_OF_GROUP UINT64_C(0x1111111111111111)

/* Places in a value: where there is a blank, an A, and a character that would make a high byte if it
 * were the first, second or third of its group. */
struct places {
	uint64_t blank, a, first, second, third;
};

static inline __m128i sixteen(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* Eight to sixteen bytes, zeros behind them. */
static inline __m128i some_of_sixteen(const uint8_t *p, size_t n)
{
	uint64_t first, last;

	memcpy(&first, p, 8);
	memcpy(&last, p + n - 8, 8);
	last = n == 8 ? 0 : last >> (16 - n) * 8;
	return _mm_set_epi64x((long long)last, (long long)first);
}

static inline __m128i is(__m128i c, char what)
{
	return _mm_cmpeq_epi8(c, _mm_set1_epi8(what));
}

static inline __m128i when(__m128i mask, char add)
{
	return _mm_and_si128(mask, _mm_set1_epi8(add));
}

/* The six bits of each of sixteen characters. */
static inline __m128i sextets(__m128i c)
{
	__m128i add = _mm_set1_epi8(4);

	add = _mm_add_epi8(add, when(_mm_cmpgt_epi8(c, _mm_set1_epi8('9')), -69));
	add = _mm_add_epi8(add, when(_mm_cmpgt_epi8(c, _mm_set1_epi8('`')), -6));
	add = _mm_add_epi8(add, when(is(c, '+'), 15));
	add = _mm_add_epi8(add, when(is(c, '-'), 13));
	add = _mm_add_epi8(add, when(is(c, '/'), 12));
	add = _mm_add_epi8(add, when(is(c, '_'), 33));
	return _mm_add_epi8(c, add);
}

static inline uint64_t set_of(__m128i tops, unsigned drop, size_t at)
{
	return (uint64_t)((unsigned)_mm_movemask_epi8(tops) >> drop) << at;
}

/* Sixteen characters, of which the first `drop` are known already, and the rest stands at `at`. */
static inline void look_at(struct places *p, __m128i c, unsigned drop, size_t at)
{
	__m128i six = sextets(c);

	p->blank |= set_of(_mm_cmpgt_epi8(_mm_set1_epi8('!'), c), drop, at);
	p->a |= set_of(is(c, 'A'), drop, at);
	p->first |= set_of(_mm_slli_epi16(six, 2), drop, at);
	p->second |= set_of(_mm_slli_epi16(six, 4), drop, at);
	p->third |= set_of(_mm_slli_epi16(six, 6), drop, at);
}

static inline void look_at_all(struct places *p, struct ew_bytes v)
{
	size_t i = 0;

	if (v.n < 16) {
		look_at(p, some_of_sixteen(v.p, v.n), 0, 0);
		return;
	}
	for (; v.n - i >= 16; i += 16)
		look_at(p, sixteen(v.p + i), 0, i);
	if (i < v.n)
		look_at(p, sixteen(v.p + v.n - 16), (unsigned)(16 - (v.n - i)), i);
}

static inline uint64_t without(uint64_t set, uint64_t below)
{
	return (set & below) | (set >> 1 & ~below);
}

/* Take the blanks out of the sets, last one first.  How many there were. */
static inline size_t close_gaps(struct places *p, uint64_t blanks)
{
	size_t n = 0;

	for (; blanks; n++) {
		uint64_t below = (UINT64_C(1) << (63 - __builtin_clzll(blanks))) - 1;
		p->first = without(p->first, below);
		p->second = without(p->second, below);
		p->third = without(p->third, below);
		blanks &= below;
	}
	return n;
}

/* Bytes that follow a lead; -1: it is none. */
static inline int tails_of(uint8_t lead)
{
	if (lead < 0xc2 || lead > 0xf4)
		return -1;
	return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
}

/* One more byte of a text; `*tails` are to come after it.  Text holds no controls: one in 32 would do, but no
 * value here is so long. */
static inline bool goes_on(uint8_t c, int *tails)
{
	if (*tails > 0)
		return --*tails, (c & 0xc0) == 0x80;
	if (c >= 0x80)
		return (*tails = tails_of(c)) > 0;
	return (c >= 0x20 && c != 0x7f) || (uint8_t)(c - 0x09) < 5;
}

/* The bytes of the first whole groups, HEAD_CHARS at most. */
static inline size_t head_of(struct ew_bytes v, uint8_t out[HEAD_BYTES])
{
	uint32_t bits = 0;
	size_t n = 0, chars = 0;

	for (size_t i = 0; i < v.n && chars < HEAD_CHARS; i++) {
		if (v.p[i] <= ' ')
			continue;
		bits = bits << 6 | ew_base64_values[v.p[i]];
		if (++chars % 4)
			continue;
		out[n++] = (uint8_t)(bits >> 16);
		out[n++] = (uint8_t)(bits >> 8);
		out[n++] = (uint8_t)bits;
	}
	return n;
}

/* Could text go on behind these? */
static bool is_text(const uint8_t *p, size_t n)
{
	int tails = 0;

	for (size_t i = 0; i < n; i++) {
		if (!goes_on(p[i], &tails))
			return false;
	}
	return true;
}

/* `Basic dXNlcjpwYXNz`: one word, then what would be hidden among its letters. */
static bool begins_like_scheme(struct ew_bytes v)
{
	const uint8_t *blank = memchr(v.p, ' ', v.n);
	size_t rest = blank ? v.n - (size_t)(blank + 1 - v.p) : 0;

	return rest >= LEAST && !memchr(blank + 1, ' ', rest);
}

bool ew_base64_dull(struct ew_bytes in)
{
	struct places p = { 0 };
	uint8_t head[HEAD_BYTES];
	size_t blanks, chars, n;

	if (in.n > MOST || in.n < LEAST)
		return false;
	n = head_of(in, head);
	if (n < 3 || is_text(head, n) || ew_magic_begins(head) || ew_deflate_looks(ew_bytes(head, n)))
		return false;
	look_at_all(&p, in);
	uint64_t all = ~UINT64_C(0) >> (MOST - in.n);
	if (p.a & all & ((UINT64_C(1) << WIDE_LOOK) - 1))
		return false;
	blanks = close_gaps(&p, p.blank & all);
	chars = in.n - blanks;
	uint64_t groups = FIRST_OF_GROUP & ~UINT64_C(0) >> (MOST - (chars & ~(size_t)3));
	uint64_t low = ~(p.first | p.second >> 1 | p.third >> 2) & groups;
	return !(low & low >> 4) && !(blanks && blanks <= SCHEME_BLANKS && begins_like_scheme(in));
}
#else
bool ew_base64_dull(struct ew_bytes in)
{
	(void)in;
	return false;
}
#endif
