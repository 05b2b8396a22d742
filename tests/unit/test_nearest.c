/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* nearest.h: what was meant. */

#include "eventwall/nearest.h"
#include "tap.h"

static const char *const known[] = { "max_depth", "max_bytes", "pattern", "id", "hit", "miss" };
enum { KNOWN = sizeof(known) / sizeof(*known) };

static const char *guess(const char *word)
{
	const char *k = ew_nearest(word, known, KNOWN);

	return k ? k : "";
}

int main(void)
{
	char longest[200];

	is_str(guess("max_dept"), "max_depth", "a letter short");
	is_str(guess("max_detph"), "max_depth", "letters swapped");
	is_str(guess("Patern"), "pattern", "case and a letter");
	is_str(guess("hits"), "hit", "a letter long");
	is_str(guess("MISS"), "miss", "case alone");
	is_str(guess("di"), "id", "two letters swapped");
	is_str(guess("x"), "", "one letter is like nothing");
	is_str(guess("description"), "", "nothing near");
	is_str(guess(""), "", "an empty word");
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	is_str(guess(longest), "", "a word too long to guess at");
	ok(ew_nearest("id", NULL, 0) == NULL, "no known words");
	return done();
}
