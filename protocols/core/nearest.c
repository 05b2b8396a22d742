/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Edit distance with swapped neighbours, for words of an operator's file.  Words past WORD_MAX bytes
 * are not guessed at. */

#include "eventwall/nearest.h"

#include <stdint.h>
#include <string.h>

enum { WORD_MAX = 63 };

static unsigned char folded(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
	uint8_t row[3][WORD_MAX + 1];
	uint8_t *before = row[0], *above = row[1], *now = row[2];

	for (size_t j = 0; j <= nb; j++)
		above[j] = (uint8_t)j;
	for (size_t i = 1; i <= na; i++) {
		now[0] = (uint8_t)i;
		for (size_t j = 1; j <= nb; j++) {
			size_t change = folded(a[i - 1]) != folded(b[j - 1]);
			size_t d = least(above[j] + 1u, now[j - 1] + 1u, above[j - 1] + change);
			if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
			    folded(a[i - 2]) == folded(b[j - 1]) && before[j - 2] + 1u < d)
				d = before[j - 2] + 1u;
			now[j] = (uint8_t)d;
		}
		uint8_t *spare = before;
		before = above;
		above = now;
		now = spare;
	}
	return above[nb];
}

const char *ew_nearest(const char *word, const char *const *known, size_t n)
{
	size_t len = strlen(word);
	size_t best = 1 + len / 4;
	const char *found = NULL;

	if (len == 0 || len > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t klen = strlen(known[i]);
		if (klen > WORD_MAX)
			continue;
		size_t d = distance(word, len, known[i], klen);
		if (d < best || (d == best && !found)) {
			best = d;
			found = known[i];
		}
	}
	/* One letter turns into any other one letter: that is no likeness. */
	return found && best < len ? found : NULL;
}
