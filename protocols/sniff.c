/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One pass over a leaf that answers which decoders, if any, need to see it.  Most leaves of most messages
 * are plain, and asking a dozen decoders about each of them would cost more than reading the document.
 * The trap: what this calls plain is never opened, so it errs towards asking. */

#include "sniff.h"

#include "eventwall/codec.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define ALPHABET_LEAST 8

enum { MARK = 1, OTHER = 2 }; /* of % & + = and the backslash; outside the alphabet of base64 and blanks */

#ifdef __SSE2__
static inline unsigned marks_of(__m128i c)
{
	__m128i mark = _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('%')),
	                            _mm_cmpeq_epi8(c, _mm_set1_epi8('&')));

	mark = _mm_or_si128(mark, _mm_cmpeq_epi8(c, _mm_set1_epi8('+')));
	mark = _mm_or_si128(mark, _mm_cmpeq_epi8(c, _mm_set1_epi8('=')));
	mark = _mm_or_si128(mark, _mm_cmpeq_epi8(c, _mm_set1_epi8('\\')));
	return _mm_movemask_epi8(mark) ? MARK : 0;
}

static inline unsigned others_of(__m128i c)
{
	__m128i alpha = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
	__m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('/')); /* the slash comes just before 0 */
	__m128i blank = _mm_sub_epi8(c, _mm_set1_epi8('\t'));
	__m128i known;

	known = _mm_cmpeq_epi8(_mm_min_epu8(alpha, _mm_set1_epi8(25)), alpha);
	known = _mm_or_si128(known, _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(10)), digit));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(_mm_min_epu8(blank, _mm_set1_epi8(1)), blank));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('\r')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('-')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('_')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8(' ')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('+')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('=')));
	return _mm_movemask_epi8(known) != 0xffff ? OTHER : 0;
}

static inline unsigned classes_of(__m128i c)
{
	__m128i alpha = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
	__m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('0'));
	__m128i word = _mm_cmpeq_epi8(_mm_min_epu8(alpha, _mm_set1_epi8(25)), alpha);

	word = _mm_or_si128(word, _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit));
	word = _mm_or_si128(word, _mm_cmpeq_epi8(c, _mm_set1_epi8(' ')));
	word = _mm_or_si128(word, _mm_cmpeq_epi8(c, _mm_set1_epi8('-')));
	/* Most values are words throughout. */
	return _mm_movemask_epi8(word) == 0xffff ? 0 : marks_of(c) | others_of(c);
}

/* Eight to sixteen bytes, or four to eight twice, from both ends: the middle may come double. */
static inline __m128i both_ends(const uint8_t *p, size_t n)
{
	uint64_t a, b;
	uint32_t c, d;

	if (n >= 8) {
		memcpy(&a, p, 8);
		memcpy(&b, p + n - 8, 8);
	} else {
		memcpy(&c, p, 4);
		memcpy(&d, p + n - 4, 4);
		a = b = (uint64_t)c << 32 | d;
	}
	return _mm_set_epi64x((long long)b, (long long)a);
}

static inline __m128i sixteen(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static unsigned classes(struct ew_bytes v)
{
	unsigned seen = 0;
	size_t i = 0;

	if (v.n < 4) {
		for (; i < v.n; i++)
			seen |= marks_of(_mm_set1_epi8((char)v.p[i]));
		return seen | OTHER;
	}
	if (v.n < 16) {
		__m128i c = both_ends(v.p, v.n);
		return v.n < ALPHABET_LEAST ? OTHER | marks_of(c) : classes_of(c);
	}
	for (; v.n - i >= 16 && seen != (MARK | OTHER); i += 16)
		seen |= classes_of(sixteen(v.p + i));
	if (i < v.n && seen != (MARK | OTHER))
		seen |= classes_of(sixteen(v.p + v.n - 16));
	return seen;
}

/* Is there a run of EW_RUN_LEAST bytes at all that are neither blanks, controls, nor most of what punctuates?
 * Prose has none, and one comparison tells.
 *
 *     |...committee.met|.on.Thursday....|      carry: bytes behind the last break so far */
static bool could_have_run(struct ew_bytes v)
{
	const __m128i least = _mm_set1_epi8('+');
	unsigned carry = 0;
	size_t i = 0;

	if (v.n < EW_RUN_LEAST)
		return false;
	for (; v.n - i >= 16; i += 16) {
		unsigned breaks = (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(sixteen(v.p + i), least));
		if (!breaks || carry + (unsigned)__builtin_ctz(breaks) >= EW_RUN_LEAST)
			return true;
		carry = (unsigned)__builtin_clz(breaks) - 16;
	}
	if (v.n < 16 || i == v.n)
		return v.n < 16;
	/* The last few, as the upper bits of the last sixteen. */
	unsigned rest = (unsigned)(v.n - i);
	unsigned breaks = (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(sixteen(v.p + v.n - 16), least));
	breaks >>= 16 - rest;
	carry += breaks ? (unsigned)__builtin_ctz(breaks) : rest;
	return carry >= EW_RUN_LEAST || rest >= EW_RUN_LEAST;
}
#else
static bool could_have_run(struct ew_bytes v)
{
	return v.n >= EW_RUN_LEAST;
}

static unsigned classes(struct ew_bytes v)
{
	unsigned seen = v.n < ALPHABET_LEAST ? OTHER : 0;

	for (size_t i = 0; i < v.n && seen != (MARK | OTHER); i++) {
		uint8_t c = v.p[i];
		if (c == '%' || c == '&' || c == '\\' || c == '+' || c == '=')
			seen |= c == '+' || c == '=' ? MARK : MARK | OTHER;
		else if (!((uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '/') < 11 || c == '-' ||
		           c == '_' || c == ' ' || c == '\t' || c == '\n' || c == '\r'))
			seen |= OTHER;
	}
	return seen;
}
#endif

/* Two digits at the front, or what stands before such. */
static bool begins_like_hex(struct ew_bytes v)
{
	return ew_hex_digit(v.p[0]) >= 0 && (ew_hex_digit(v.p[1]) >= 0 || (v.p[1] | 0x20) == 'x');
}

/* A run that long holds the last byte of some window of its length, so a window that ends outside of a run is
 * left at once, and the next one begins behind the byte that broke it. */
static bool has_run(struct ew_bytes v)
{
	size_t end = EW_RUN_LEAST - 1, i;

	if (!could_have_run(v))
		return false;
	while (end < v.n) {
		for (i = end; ew_base64_values[v.p[i]] < 64; i--) {
			if (end - i == EW_RUN_LEAST - 1)
				return true;
		}
		end = i + EW_RUN_LEAST;
	}
	return false;
}

/* Of a value that is one run: is there a part of it between marks? */
static bool has_segment(struct ew_bytes v)
{
	size_t segment = 0;

	for (size_t i = 0; i < v.n; i++) {
		bool mark = v.p[i] == '/' || v.p[i] == '-' || v.p[i] == '_';
		if (mark && segment >= EW_RUN_LEAST)
			return true;
		segment = mark ? 0 : segment + 1;
	}
	return segment >= EW_RUN_LEAST && segment < v.n;
}

bool ew_value_has_piece(struct ew_bytes v)
{
	if (!has_run(v))
		return false;
	v = ew_bytes_trim(v, "= \t\r\n");
	for (size_t i = 0, end; i < v.n; i = end + 1) {
		for (end = i; end < v.n && ew_base64_values[v.p[end]] < 64; end++)
			;
		if (end - i == v.n)
			return has_segment(v);
		if (end - i >= EW_RUN_LEAST)
			return true;
	}
	return false;
}

unsigned ew_value_looks(struct ew_bytes v)
{
	unsigned seen = classes(v);

	unsigned looks = seen & MARK ? EW_DECODER_BY_MARK : 0;

	if (ew_value_has_piece(v))
		looks |= EW_DECODER_BY_RUN;
	if (seen & OTHER)
		return ew_base64_strayed(v) ? looks | EW_DECODER_BY_STRAY : looks;
	if (seen & MARK || !ew_base64_dull(v) || begins_like_hex(v))
		looks |= EW_DECODER_BY_ALPHABET;
	return looks;
}

/* Pairs of something with something else between them, such as 41:42:43:44. */
static inline bool has_pairs(struct ew_bytes v)
{
	return v.n >= 11 && v.p[2] == v.p[5] && v.p[2] == v.p[8] && memchr(":-,;._", v.p[2], 6) &&
	       ew_hex_digit(v.p[0]) >= 0 && ew_hex_digit(v.p[1]) >= 0;
}

bool ew_value_has_head(struct ew_bytes v)
{
	uint32_t four = 0;

	if (v.n < 2)
		return false;
	if (v.n >= 4)
		memcpy(&four, v.p, 4);
	else
		four = v.p[0] | (uint32_t)v.p[1] << 8 | (uint32_t)v.p[v.n - 1] << 16 | UINT32_C(0x20) << 24;
	/* A byte below 0x20 borrows, one past 0x7e carries: either sets its top bit. */
	if (((four - UINT32_C(0x20202020)) | (four + UINT32_C(0x01010101)) | four) & UINT32_C(0x80808080))
		return true;
	switch (v.p[0]) {
	case ' ':
	case '"':
	case '\'':
	case '(':
	case '<':
	case '[':
	case '{':
		return true;
	case '-':
		return v.p[1] == '-';
	case '\\':
		return true;
	case 'b':
	case 'B':
		return ew_bytes_starts_nocase(v, EW_LIT("bearer ")) ||
		       ew_bytes_starts(v, EW_LIT("begin ")) || has_pairs(v);
	case '/':
		return v.p[1] == '/' || v.p[1] == '*';
	case 'd':
	case 'D':
		return ew_bytes_starts_nocase(v, EW_LIT("data:")) || has_pairs(v);
	case 'e':
		return v.p[1] == 'y' || v.p[1] == 'w' || has_pairs(v);
	case 'x':
		return v.p[1] == '^';
	case '0':
		return (v.p[1] | 0x20) == 'x' || has_pairs(v);
	default:
		return has_pairs(v);
	}
}
