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

/* A value without its blanks, junk behind it. */
struct text {
	size_t n;
	uint64_t blanks; /* where they were */
	uint8_t p[MOST + 16];
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

/* Word by word; a word of more than sixteen bytes in several steps.  `last` are the last sixteen bytes, or as many
 * as there are.  Nothing is read that was just written but those: such reads would wait. */
static inline void leave_out(struct ew_bytes v, __m128i last, struct text *t)
{
	uint8_t tail[32];
	size_t tail_at = v.n < 16 ? 0 : v.n - 16, kept = 0, i = 0;

	put_sixteen(tail, last);
	put_sixteen(tail + 16, _mm_setzero_si128());
	for (uint64_t left = t->blanks; i < v.n; left &= left - 1) {
		size_t end = left ? (size_t)__builtin_ctzll(left) : v.n;
		for (size_t k = i; k < end; k += 16)
			put_sixteen(t->p + kept + (k - i), sixteen(k < tail_at ? v.p + k : tail + (k - tail_at)));
		kept += end - i;
		i = end + 1;
	}
	t->n = kept;
}

static inline void take_sixteen(struct text *t, __m128i c, size_t at)
{
	put_sixteen(t->p + at, c);
	t->blanks |= set_of(_mm_cmpgt_epi8(_mm_set1_epi8('!'), c), at);
}

static inline void take_text(struct ew_bytes v, struct text *t)
{
	__m128i last;
	size_t i = 0;

	t->n = v.n;
	t->blanks = 0;
	if (v.n < 16) {
		last = some_of_sixteen(v.p, v.n);
		take_sixteen(t, last, 0);
		t->blanks &= (1u << v.n) - 1;
	} else {
		last = sixteen(v.p + v.n - 16);
		for (; v.n - i > 16; i += 16)
			take_sixteen(t, sixteen(v.p + i), i);
		take_sixteen(t, last, v.n - 16);
	}
	if (t->blanks)
		leave_out(v, last, t);
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

/* The three bytes of each of two groups, from the lowest on. */
static inline uint64_t bytes_of(__m128i groups)
{
	uint64_t both = (uint64_t)_mm_cvtsi128_si64(groups);

	return (uint64_t)(__builtin_bswap32((uint32_t)both) >> 8) |
	       (uint64_t)(__builtin_bswap32((uint32_t)(both >> 32)) >> 8) << 24;
}

/* Four groups of four to four times three bytes. */
static inline void put_groups(__m128i six, uint8_t out[16])
{
	__m128i twelve = _mm_or_si128(_mm_slli_epi16(_mm_and_si128(six, _mm_set1_epi16(0xff)), 6),
	                              _mm_srli_epi16(six, 8));
	__m128i bits = _mm_madd_epi16(twelve, _mm_set1_epi32(0x00011000));
	uint64_t low = bytes_of(bits), high = bytes_of(_mm_unpackhi_epi64(bits, bits));

	/* At once, for it is read by pieces that lie anywhere. */
	put_sixteen(out, _mm_set_epi64x((long long)(high >> 16), (long long)(low | high << 48)));
}

/* Of four groups, those all of whose bytes are below 0x80. */
static inline unsigned low_groups(__m128i six)
{
	/* The bit of each character that is the highest of a byte; the fourth has none. */
	__m128i tops = _mm_and_si128(six, _mm_set1_epi32(0x00020820));

	return (unsigned)_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(tops, _mm_setzero_si128())));
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
	uint8_t head[16];

	if (in.n > MOST || in.n < LEAST)
		return false;
	take_text(in, &t);
	__m128i c = sixteen(t.p), six = sextets(c);
	put_groups(six, head);
	size_t groups = t.n / 4, n = groups < 4 ? groups * 3 : HEAD_BYTES;
	if (n < 3 || is_text(head, n) || ew_magic_begins(head) || ew_deflate_looks(ew_bytes(head, n)))
		return false;
	uint64_t a = set_of(is(c, 'A'), 0);
	unsigned low = low_groups(six);
	for (size_t i = 16; i < t.n; i += 16) {
		c = sixteen(t.p + i);
		a |= set_of(is(c, 'A'), i);
		low |= low_groups(sextets(c)) << i / 4;
	}
	low &= (1u << groups) - 1;
	return !(low & low >> 1) && !has_many_a(a & ~UINT64_C(0) >> (MOST - t.n), t.n) &&
	       !(t.blanks && in.n - t.n <= SCHEME_BLANKS && begins_like_scheme(in));
}
#else
bool ew_base64_dull(struct ew_bytes in)
{
	(void)in;
	return false;
}
#endif
