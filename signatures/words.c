/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Lookup of keywords. */

#include "words.h"

/* As strcmp() of the lower case `w` and `word`. */
static int compare(struct ew_bytes w, const char *word)
{
	for (size_t i = 0; i < w.n; i++) {
		uint8_t c = w.p[i] >= 'A' && w.p[i] <= 'Z' ? w.p[i] | 0x20 : w.p[i];
		if (c != (uint8_t)word[i] || word[i] == '\0')
			return word[i] == '\0' || c > (uint8_t)word[i] ? 1 : -1;
	}
	return word[w.n] == '\0' ? 0 : -1;
}

size_t ew_word_find(const char *const *table, size_t n, struct ew_bytes w)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = compare(w, table[mid]);
		if (c == 0)
			return mid;
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return EW_WORD_NONE;
}
