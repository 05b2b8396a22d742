/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One pass over a leaf that answers whether any decoder needs to see it.  Most leaves of most messages
 * are plain, and asking a dozen decoders about each of them would cost more than reading the document.
 * The trap: what this calls plain is never opened, so it errs towards asking. */

#include "sniff.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { MARKER = 1, OTHER = 2 }; /* of % & + =; outside the alphabet of base64 and blanks */

#ifdef __SSE2__
static unsigned classes_of(__m128i c)
{
	__m128i alpha = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
	__m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('/')); /* the slash comes just before 0 */
	__m128i blank = _mm_sub_epi8(c, _mm_set1_epi8('\t'));
	__m128i known, marker;

	known = _mm_cmpeq_epi8(_mm_min_epu8(alpha, _mm_set1_epi8(25)), alpha);
	known = _mm_or_si128(known, _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(10)), digit));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(_mm_min_epu8(blank, _mm_set1_epi8(4)), blank));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('-')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('_')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8(' ')));
	marker = _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('%')), _mm_cmpeq_epi8(c, _mm_set1_epi8('&')));
	marker = _mm_or_si128(marker, _mm_cmpeq_epi8(c, _mm_set1_epi8('+')));
	marker = _mm_or_si128(marker, _mm_cmpeq_epi8(c, _mm_set1_epi8('=')));
	return (_mm_movemask_epi8(marker) ? MARKER : 0) |
	       (_mm_movemask_epi8(known) != 0xffff ? OTHER : 0);
}

static __m128i ends_of(const uint8_t *p, size_t n, size_t half)
{
	uint64_t a = 0, b = 0;

	memcpy(&a, p, half);
	memcpy(&b, p + n - half, half);
	/* A half word is doubled so that the filling is never a byte of its own. */
	if (half == 4) {
		a |= a << 32;
		b |= b << 32;
	}
	return _mm_set_epi64x((long long)b, (long long)a);
}

static unsigned classes(struct ew_bytes v)
{
	unsigned seen = 0;
	size_t i = 0;

	if (v.n >= 16) {
		for (; v.n - i >= 16 && !(seen & MARKER); i += 16)
			seen |= classes_of(_mm_loadu_si128((const __m128i *)(const void *)(v.p + i)));
		if (i < v.n && !(seen & MARKER))
			seen |= classes_of(_mm_loadu_si128((const __m128i *)(const void *)(v.p + v.n - 16)));
		return seen;
	}
	if (v.n >= 8)
		return classes_of(ends_of(v.p, v.n, 8));
	if (v.n >= 4)
		return classes_of(ends_of(v.p, v.n, 4));
	for (; i < v.n; i++)
		seen |= classes_of(_mm_set1_epi8((char)v.p[i]));
	return seen;
}
#else
static unsigned classes(struct ew_bytes v)
{
	unsigned seen = 0;

	for (size_t i = 0; i < v.n && !(seen & MARKER); i++) {
		uint8_t c = v.p[i];
		if (c == '%' || c == '&' || c == '+' || c == '=')
			seen |= MARKER | OTHER;
		else if (!((uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '/') < 11 || c == '-' ||
		           c == '_' || c == ' ' || (uint8_t)(c - '\t') < 5))
			seen |= OTHER;
	}
	return seen;
}
#endif

static bool begins_like_a_document(struct ew_bytes v)
{
	size_t head = v.n < 4 ? v.n : 4;

	for (size_t i = 0; i < head; i++) {
		if ((uint8_t)(v.p[i] - 0x20) > 0x5e)
			return true;
	}
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
		return ew_bytes_starts_nocase(v, EW_LIT("bearer "));
	case '/':
		return v.p[1] == '/' || v.p[1] == '*';
	case 'd':
	case 'D':
		return ew_bytes_starts_nocase(v, EW_LIT("data:"));
	case 'e':
		return v.p[1] == 'y' || v.p[1] == 'w';
	case 'x':
		return v.p[1] == '^';
	default:
		return false;
	}
}

bool ew_value_is_plain(struct ew_bytes v)
{
	if (v.n < 2)
		return true;
	if (begins_like_a_document(v))
		return false;
	unsigned seen = classes(v);
	return !(seen & MARKER) && (v.n < 8 || (seen & OTHER));
}
