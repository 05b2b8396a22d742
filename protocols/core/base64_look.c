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
 *   ASCII in UTF-16, UTF-32          every other byte is zero, and two of three such come of an A
 * and raw deflate, which may be anything, by what ew_deflate_looks() says of the first bytes.
 * It errs towards yes: "no" must mean that ew_base64_decode() and ew_plausible() would have said so.  The
 * trap: the two must change together with this; tests/unit/test_base64_look.c compares them. */

#include "eventwall/codec.h"

#ifdef __SSE2__
#include <emmintrin.h>

#define LEAST 8         /* of any value */
#define MOST 64         /* places in a word */
#define SCHEME_BLANKS 3 /* one behind the scheme, and some at the end */
#define HEAD_BYTES 12   /* of the first sixteen characters */
#define FIRST_OF_GROUP UINT64_C(0x1111111111111111)

/* A value without its blanks, junk behind it. */
struct text {
	size_t n;
	uint64_t blanks; /* where they were */
	uint8_t p[MOST + 16];
};

/* Places in a text: where there is an A, and a character that would make a high byte if it were the first,
 * second or third of its group. */
struct places {
	uint64_t a, first, second, third;
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

static inline uint64_t set_of(__m128i tops, size_t at)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(tops) << at;
}

static inline void put_sixteen(uint8_t *to, __m128i c)
{
	_mm_storeu_si128((__m128i *)(void *)to, c);
}

/* Word by word; a word of more than sixteen bytes in several steps. */
static inline size_t leave_out(uint64_t blanks, const uint8_t *from, size_t n, uint8_t *to)
{
	size_t kept = 0, i = 0;

	for (uint64_t left = blanks; i < n; left &= left - 1) {
		size_t end = left ? (size_t)__builtin_ctzll(left) : n;
		for (size_t k = 0; k < end - i; k += 16)
			put_sixteen(to + kept + k, sixteen(from + i + k));
		kept += end - i;
		i = end + 1;
	}
	return kept;
}

static inline void take_text(struct ew_bytes v, struct text *t)
{
	uint8_t raw[MOST + 16] = { 0 };
	const __m128i least = _mm_set1_epi8('!');
	size_t i = 0;

	t->n = v.n;
	if (v.n < 16) {
		__m128i c = some_of_sixteen(v.p, v.n);
		put_sixteen(t->p, c);
		t->blanks = set_of(_mm_cmpgt_epi8(least, c), 0) & ((1u << v.n) - 1);
	} else {
		t->blanks = 0;
		for (; v.n - i >= 16; i += 16) {
			put_sixteen(t->p + i, sixteen(v.p + i));
			t->blanks |= set_of(_mm_cmpgt_epi8(least, sixteen(v.p + i)), i);
		}
		if (i < v.n) {
			put_sixteen(t->p + v.n - 16, sixteen(v.p + v.n - 16));
			t->blanks |= set_of(_mm_cmpgt_epi8(least, sixteen(v.p + v.n - 16)), v.n - 16);
		}
	}
	if (!t->blanks)
		return;
	memcpy(raw, t->p, MOST);
	t->n = leave_out(t->blanks, raw, v.n, t->p);
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

/* Four groups of four to four times three bytes, in `out`, which has room for one more. */
static inline void put_groups(__m128i six, uint8_t out[HEAD_BYTES + 1])
{
	__m128i twelve = _mm_or_si128(_mm_slli_epi16(_mm_and_si128(six, _mm_set1_epi16(0xff)), 6),
	                              _mm_srli_epi16(six, 8));
	uint32_t bits[4];

	_mm_storeu_si128((__m128i *)(void *)bits, _mm_madd_epi16(twelve, _mm_set1_epi32(0x00011000)));
	for (int i = 0; i < 4; i++) {
		bits[i] = __builtin_bswap32(bits[i]) >> 8;
		memcpy(out + 3 * i, &bits[i], 4);
	}
}

static inline void look_at(struct places *p, __m128i c, __m128i six, size_t at)
{
	p->a |= set_of(is(c, 'A'), at);
	p->first |= set_of(_mm_slli_epi16(six, 2), at);
	p->second |= set_of(_mm_slli_epi16(six, 4), at);
	p->third |= set_of(_mm_slli_epi16(six, 6), at);
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

/* Could text go on behind these? */
static inline bool is_text(const uint8_t *p, size_t n)
{
	int tails = 0;

	for (size_t i = 0; i < n; i++) {
		if (!goes_on(p[i], &tails))
			return false;
	}
	return true;
}

/* As many as text in UTF-16 has at least: of its pairs one in eight may be odd, and one in three has its zero
 * where it makes no A.  In UTF-32 there are more. */
static inline bool has_many_a(uint64_t a, size_t chars)
{
	size_t pairs = chars * 3 / 8;

	return a & (a - 1) && (size_t)__builtin_popcountll(a) >= pairs - pairs / 8 - (pairs + 2) / 3;
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
	struct text t;
	struct places p = { 0 };
	uint8_t head[HEAD_BYTES + 4];

	if (in.n > MOST || in.n < LEAST)
		return false;
	take_text(in, &t);
	__m128i six = sextets(sixteen(t.p));
	put_groups(six, head);
	size_t whole = t.n & ~(size_t)3, n = whole < 16 ? whole / 4 * 3 : HEAD_BYTES;
	if (n < 3 || is_text(head, n) || ew_magic_begins(head) || ew_deflate_looks(ew_bytes(head, n)))
		return false;
	look_at(&p, sixteen(t.p), six, 0);
	for (size_t i = 16; i < t.n; i += 16)
		look_at(&p, sixteen(t.p + i), sextets(sixteen(t.p + i)), i);
	if (has_many_a(p.a & ~UINT64_C(0) >> (MOST - t.n), t.n))
		return false;
	uint64_t low = ~(p.first | p.second >> 1 | p.third >> 2) & FIRST_OF_GROUP & ~UINT64_C(0) >> (MOST - whole);
	return !(low & low >> 4) && !(t.blanks && in.n - t.n <= SCHEME_BLANKS && begins_like_scheme(in));
}
#else
bool ew_base64_dull(struct ew_bytes in)
{
	(void)in;
	return false;
}
#endif
