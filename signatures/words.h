/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_WORDS_H
#define EVENTWALL_SIGNATURES_WORDS_H

/* Sorted tables of lower case words, looked up without regard to case. */

#include "eventwall/bytes.h"

#define EW_WORD_NONE SIZE_MAX

/* Index of `w` in `table`, which has `n` words in the order of strcmp(); EW_WORD_NONE: it is not there. */
size_t ew_word_find(const char *const *table, size_t n, struct ew_bytes w);

static inline bool ew_word_in(const char *const *table, size_t n, struct ew_bytes w)
{
	return ew_word_find(table, n, w) != EW_WORD_NONE;
}

/* Letters, digits, _ and bytes of other alphabets: what the lexers take for parts of a word. */
static inline bool ew_word_byte(uint8_t c)
{
	static const uint64_t in_word[4] = { 0x03ff000000000000, 0x07fffffe87fffffe, UINT64_MAX, UINT64_MAX };

	return in_word[c >> 6] >> (c & 63) & 1;
}

#endif
