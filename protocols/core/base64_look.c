/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Could a value be base64 that somebody meant?  Nearly every short value of a real event fits the
 * alphabet and is a name, a number or a sentence; decoding each to throw the result away would cost more
 * than reading the document.
 *
 * The value is decoded sixteen characters at a time, not into bytes but into sets of places: where the
 * result is printable, where it is past ASCII.  All that ew_plausible() asks is answered on the sets, in
 * one word each.  It errs towards yes: "no" must mean that ew_base64_decode() and ew_plausible() would
 * have said so.  The trap: the two must change together with this; tests/unit/test_base64_look.c compares
 * them. */

#include "eventwall/codec.h"

#ifdef __SSE2__
#include <emmintrin.h>

#define BLOCKS 5                /* of sixteen characters: the result fits into a word */
#define CHARS_MOST (BLOCKS * 16)
#define CONTROLS_MOST(n) ((n) / 3) /* UTF-16 has a zero in nearly each pair */
#define MAGIC_MOST 6            /* bytes that ew_magic_known() looks at, and that one group of places has */
#define ROOM (2 * CHARS_MOST)   /* with blanks */

/* Places in the result, first byte lowest. */
struct places {
	uint64_t printable, high, leads, tails;
};

static inline __m128i sixteen(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline __m128i in_range(__m128i c, char from, char span)
{
	__m128i d = _mm_sub_epi8(c, _mm_set1_epi8(from));

	return _mm_cmpeq_epi8(_mm_min_epu8(d, _mm_set1_epi8(span)), d);
}

static inline __m128i is(__m128i c, char what)
{
	return _mm_cmpeq_epi8(c, _mm_set1_epi8(what));
}

static inline __m128i when(__m128i mask, char add)
{
	return _mm_and_si128(mask, _mm_set1_epi8(add));
}

/* Of both alphabets. */
static inline unsigned known(__m128i c)
{
	__m128i k = _mm_or_si128(in_range(_mm_or_si128(c, _mm_set1_epi8(0x20)), 'a', 25), in_range(c, '/', 10));

	k = _mm_or_si128(k, _mm_or_si128(is(c, '-'), is(c, '_')));
	return (unsigned)_mm_movemask_epi8(_mm_or_si128(k, is(c, '+')));
}

static inline unsigned blanks(__m128i c)
{
	__m128i b = _mm_or_si128(is(c, ' '), is(c, '\n'));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(b, _mm_or_si128(is(c, '\r'), is(c, '\t'))));
}

/* Sixteen characters to twelve bytes: six in each half, two empty places behind them. */
static inline __m128i decode_groups(__m128i c)
{
	__m128i add = _mm_set1_epi8(4), even, odd, word;

	add = _mm_add_epi8(add, when(_mm_cmpgt_epi8(c, _mm_set1_epi8('9')), -69));
	add = _mm_add_epi8(add, when(_mm_cmpgt_epi8(c, _mm_set1_epi8('`')), -6));
	add = _mm_add_epi8(add, when(is(c, '+'), 15));
	add = _mm_add_epi8(add, when(is(c, '-'), 13));
	add = _mm_add_epi8(add, when(is(c, '/'), 12));
	add = _mm_add_epi8(add, when(is(c, '_'), 33));
	c = _mm_add_epi8(c, add);
	even = _mm_slli_epi16(_mm_and_si128(c, _mm_set1_epi16(0xff)), 6);
	odd = _mm_srli_epi16(c, 8);
	word = _mm_madd_epi16(_mm_or_si128(even, odd), _mm_set1_epi32(1 << 16 | 4096));
	even = _mm_and_si128(_mm_slli_epi32(word, 16), _mm_set1_epi32(0xff0000));
	odd = _mm_and_si128(word, _mm_set1_epi32(0xff00));
	word = _mm_or_si128(_mm_srli_epi32(word, 16), _mm_or_si128(even, odd));
	even = _mm_and_si128(word, _mm_set1_epi64x(0xffffff));
	odd = _mm_and_si128(_mm_srli_epi64(word, 8), _mm_set1_epi64x(0xffffff000000));
	return _mm_or_si128(even, odd);
}

static inline uint64_t places_of(__m128i mask)
{
	uint64_t m = (unsigned)_mm_movemask_epi8(mask);

	return (m & 0x3f) | (m >> 2 & 0xfc0);
}

/* What nearly every value is judged by. */
static inline void read_block(__m128i b, unsigned at, struct places *p)
{
	p->printable |= places_of(_mm_or_si128(in_range(b, 0x20, 0x5e), in_range(b, 0x09, 4))) << at;
	p->high |= places_of(b) << at;
}

static inline void read_more(__m128i b, unsigned at, struct places *p)
{
	p->leads |= places_of(in_range(b, (char)0xc2, 0xf4 - 0xc2)) << at;
	p->tails |= places_of(in_range(b, (char)0x80, 0x3f)) << at;
}

static unsigned count(uint64_t m)
{
	unsigned n = 0;

	for (; m; m &= m - 1)
		n++;
	return n;
}

/* Ten in a row, as ew_plausible() asks of a short result. */
static bool has_run(uint64_t m)
{
	uint64_t two = m & m >> 1, four = two & two >> 2, eight = four & four >> 4;

	return eight & two >> 8;
}

/* Past ASCII a lead has a tail behind it, a tail has a tail or a lead before it, and there is nothing else.
 * Mostly the first block tells that it is not so. */
static bool could_be_utf8(const uint8_t *text, size_t chars, uint64_t all, struct places *p)
{
	unsigned at = 0;

	if (!p->high)
		return true;
	for (size_t i = 0; i < chars; i += 16) {
		read_more(decode_groups(sixteen(text + i)), at, p);
		at += 12;
		uint64_t seen = all & ((UINT64_C(1) << at) - 1), behind = seen >> 1;
		if (p->high & seen & ~(p->leads | p->tails) || p->tails & seen & ~((p->leads | p->tails) << 1) ||
		    p->leads & behind & ~(p->tails >> 1))
			return false;
	}
	return !(p->leads & all & ~((p->tails & all) >> 1));
}

/* The characters of `in` without blanks.  SIZE_MAX: one belongs to no alphabet. */
static size_t without_blanks(struct ew_bytes in, uint8_t out[ROOM + 16])
{
	uint8_t text[ROOM + 16];
	size_t n = 0;

	memset(text + in.n, 'A', 16);
	memcpy(text, in.p, in.n);
	for (size_t i = 0; i < in.n; i += 16) {
		__m128i c = sixteen(text + i);
		unsigned gaps = blanks(c), from = 0;
		if ((known(c) | gaps) != 0xffff)
			return SIZE_MAX;
		for (; gaps; gaps &= gaps - 1) {
			unsigned to = (unsigned)__builtin_ctz(gaps);
			_mm_storeu_si128((__m128i *)(void *)(out + n), sixteen(text + i + from));
			n += to - from;
			from = to + 1;
		}
		_mm_storeu_si128((__m128i *)(void *)(out + n), sixteen(text + i + from));
		n += (in.n - i < 16 ? in.n - i : 16) - from;
	}
	return n;
}

bool ew_base64_hopeless(struct ew_bytes in)
{
	uint8_t text[ROOM + 16];
	struct places p = { 0 };
	size_t chars;
	unsigned n;

	if (in.n > ROOM)
		return false;
	chars = without_blanks(in, text);
	if (chars == SIZE_MAX)
		return !memchr(in.p, '=', in.n);
	if (chars > CHARS_MOST)
		return false;
	if (chars < 2)
		return true;
	memset(text + chars, 'A', 16);
	n = (unsigned)(chars / 4 * 3 + (chars % 4 ? chars % 4 - 1 : 0));
	for (unsigned i = 0; i * 16 < chars; i++)
		read_block(decode_groups(sixteen(text + i * 16)), i * 12, &p);
	const uint64_t all = (UINT64_C(1) << n) - 1;
	p.printable &= all;
	p.high &= all;
	unsigned controls = count(all & ~p.printable & ~p.high);
	if (has_run(p.printable) || controls > CONTROLS_MOST(n))
		return false;
	if (controls <= n / 32 && could_be_utf8(text, chars, all, &p))
		return false;
	uint8_t first[16];
	_mm_storeu_si128((__m128i *)(void *)first, decode_groups(sixteen(text)));
	return !ew_magic_known(ew_bytes(first, n < MAGIC_MOST ? n : MAGIC_MOST));
}
#else
bool ew_base64_hopeless(struct ew_bytes in)
{
	(void)in;
	return false;
}
#endif
