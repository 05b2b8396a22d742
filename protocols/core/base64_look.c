/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Could a value be base64 that somebody meant?  Nearly every short value of a real event fits the
 * alphabet and is a name, a number or a sentence; decoding each to throw the result away would cost more
 * than reading the document.
 *
 * ew_plausible() takes a result for one of four reasons, and each is turned down here by less than decoding:
 *   a run of ten printable bytes     covers two groups of four characters whose bytes are all below 0x80,
 *                                    which is one bit of each of three characters (GROUP_HIGH)
 *   text throughout, UTF-8 or ASCII  the first bytes are not
 *   a magic                          the first bytes are none
 *   ASCII in UTF-16                  there are hardly any zeros among the first bytes
 * It errs towards yes: "no" must mean that ew_base64_decode() and ew_plausible() would have said so.  The
 * trap: the two must change together with this; tests/unit/test_base64_look.c compares them. */

#include "eventwall/codec.h"

#ifdef __SSE2__
#include <emmintrin.h>

#define BLOCKS 5                /* of sixteen characters */
#define CHARS_MOST (BLOCKS * 16)
#define HEAD 12                 /* bytes in sixteen characters */
#define ZEROS_LEAST 3           /* in the head of wide text, of which an eighth may be anything */
#define GROUP_HIGH 0x00020820   /* bits of four characters that are the top bits of three bytes */
#define ROOM (2 * CHARS_MOST)   /* with blanks */

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

/* Four bits, one a group of four characters: are its three bytes all below 0x80? */
static inline uint32_t low_groups(__m128i six)
{
	__m128i high = _mm_and_si128(six, _mm_set1_epi32(GROUP_HIGH));

	return (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(high, _mm_setzero_si128())));
}

/* The twelve bytes of sixteen characters: six in each half, two zeros behind them. */
static inline __m128i bytes_of(__m128i six)
{
	__m128i even = _mm_slli_epi16(_mm_and_si128(six, _mm_set1_epi16(0xff)), 6);
	__m128i odd = _mm_srli_epi16(six, 8);
	__m128i word = _mm_madd_epi16(_mm_or_si128(even, odd), _mm_set1_epi32(1 << 16 | 4096));

	even = _mm_and_si128(_mm_slli_epi32(word, 16), _mm_set1_epi32(0xff0000));
	odd = _mm_and_si128(word, _mm_set1_epi32(0xff00));
	word = _mm_or_si128(_mm_srli_epi32(word, 16), _mm_or_si128(even, odd));
	even = _mm_and_si128(word, _mm_set1_epi64x(0xffffff));
	odd = _mm_and_si128(_mm_srli_epi64(word, 8), _mm_set1_epi64x(0xffffff000000));
	return _mm_or_si128(even, odd);
}

/* At least ZEROS_LEAST among the first `n`. */
static inline bool has_zeros(__m128i bytes, size_t n)
{
	unsigned zeros = (unsigned)_mm_movemask_epi8(is(bytes, 0));

	zeros = ((zeros & 0x3f) | (zeros >> 2 & 0xfc0)) & ((1u << n) - 1);
	zeros &= zeros - 1;
	return zeros & (zeros - 1);
}

/* Bytes that follow a lead; -1: it is none. */
static inline int tails_of(uint8_t lead)
{
	if (lead < 0xc2 || lead > 0xf4)
		return -1;
	return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
}

/* Could a text of `total` bytes begin with these?  It may be cut at the end. */
static bool begins_text(const uint8_t *p, size_t n, size_t total)
{
	size_t controls = 0;
	int tails = 0;

	for (size_t i = 0; i < n; i++) {
		if (tails > 0 ? (p[i] & 0xc0) != 0x80 : p[i] >= 0x80 && (tails = tails_of(p[i]) + 1) == 0)
			return false;
		tails -= tails > 0;
		controls += p[i] < 0x20 && (uint8_t)(p[i] - 0x09) >= 5;
		controls += p[i] == 0x7f;
		if (controls > total / 32)
			return false;
	}
	return true;
}

/* Sixteen more characters, `n` of them meant, without blanks to `out`, where sixteen are written for each
 * gap and more.  NULL: one of them belongs to no alphabet. */
static inline uint8_t *put_block(uint8_t *out, const uint8_t *p, unsigned n)
{
	unsigned odd = ~known(sixteen(p)) & 0xffff & ((1u << n) - 1), from = 0;

	if (odd && odd & ~blanks(sixteen(p)))
		return NULL;
	for (; odd; odd &= odd - 1) {
		unsigned to = (unsigned)__builtin_ctz(odd);
		_mm_storeu_si128((__m128i *)(void *)out, sixteen(p + from));
		out += to - from;
		from = to + 1;
	}
	_mm_storeu_si128((__m128i *)(void *)out, sixteen(p + from));
	return out + (n - from);
}

/* The characters of `in` without blanks.  SIZE_MAX: one belongs to no alphabet. */
static size_t without_blanks(struct ew_bytes in, uint8_t out[ROOM + 32])
{
	uint8_t last[32], *o = out;
	size_t i = 0;

	/* A block is read from each of its bytes on, so the last two are read from a copy. */
	for (; in.n - i >= 32; i += 16) {
		if (!(o = put_block(o, in.p + i, 16)))
			return SIZE_MAX;
	}
	for (; i < in.n; i += 16) {
		unsigned n = in.n - i < 16 ? (unsigned)(in.n - i) : 16;
		memcpy(last, in.p + i, n);
		if (!(o = put_block(o, last, n)))
			return SIZE_MAX;
	}
	return (size_t)(o - out);
}

bool ew_base64_hopeless(struct ew_bytes in)
{
	uint8_t text[ROOM + 32], head[16];
	uint32_t low = 0;
	size_t chars, n, first;

	if (in.n > ROOM)
		return false;
	chars = without_blanks(in, text);
	if (chars == SIZE_MAX)
		return !memchr(in.p, '=', in.n);
	if (chars > CHARS_MOST)
		return false;
	if (chars < 2)
		return true;
	_mm_storeu_si128((__m128i *)(void *)(text + chars), _mm_set1_epi8('A'));
	for (size_t i = 0; i * 16 < chars; i++)
		low |= low_groups(sextets(sixteen(text + i * 16))) << i * 4;
	low &= (UINT32_C(1) << chars / 4) - 1;
	if (low & low >> 1)
		return false;
	__m128i bytes = bytes_of(sextets(sixteen(text)));
	n = chars / 4 * 3 + (chars % 4 ? chars % 4 - 1 : 0);
	first = n < HEAD ? n : HEAD;
	_mm_storeu_si128((__m128i *)(void *)head, bytes);
	memmove(head + 6, head + 8, 6);
	return !has_zeros(bytes, first) && !begins_text(head, first, n) &&
	       !ew_magic_known(ew_bytes(head, first));
}
#else
bool ew_base64_hopeless(struct ew_bytes in)
{
	(void)in;
	return false;
}
#endif
