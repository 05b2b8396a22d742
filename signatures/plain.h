/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_PLAIN_H
#define EVENTWALL_SIGNATURES_PLAIN_H

/* Plain text: letters, digits, blanks and  . , - _ : @  and nothing else.  Most values of most events are plain,
 * and most patterns need a byte that is not, so most values need not be shown to most patterns. */

#include "sixteen.h"

bool ew_plain_text(struct ew_bytes text);

static inline bool ew_plain_byte(uint8_t c)
{
	return (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 11 || (uint8_t)(c - ',') < 3 || c == ' ' ||
	       c == '_' || c == '@';
}

#ifdef __SSE2__
/* Which of sixteen bytes are plain, one bit each. */
static inline unsigned ew_plain_of(__m128i c)
{
	__m128i k = ew_sixteen_range(_mm_or_si128(c, _mm_set1_epi8(0x20)), 'a', 25);

	k = _mm_or_si128(k, ew_sixteen_range(c, '0', 10)); /* digits and the colon */
	k = _mm_or_si128(k, ew_sixteen_range(c, ',', 2));  /* , - . */
	k = _mm_or_si128(k, _mm_or_si128(ew_sixteen_same(c, ' '), ew_sixteen_same(c, '_')));
	return (unsigned)_mm_movemask_epi8(_mm_or_si128(k, ew_sixteen_same(c, '@')));
}

/* `c` begins with `n` bytes that are plain, which are less than sixteen. */
static inline bool ew_plain_begins(__m128i c, size_t n)
{
	return (ew_plain_of(c) | ~0u << n) == ~0u;
}
#endif

enum ew_plain {
	EW_PLAIN_NEVER,   /* whatever it matches holds a byte that is not plain */
	EW_PLAIN_PRUNED,  /* in plain text it matches what was written to `out` */
	EW_PLAIN_UNKNOWN, /* no memory, or a syntax that is not looked through */
};

/* What of `pattern`, which the engine accepts, can match in plain text, alternatives that cannot being left
 * out.  `out` has room for the pattern and a NUL.  Upper and lower case are plain alike, so it does not
 * matter whether it minds them. */
enum ew_plain ew_plain_prune(const char *pattern, char *out);

#endif
