/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tables of words: each word is found, whatever its case, and nothing else. */

#include "signatures/words.h"
#include "guard.h"
#include "tap.h"

static const char *const table[] = { "and", "or", "order", "select", "union", "union_all" };
enum { N = sizeof(table) / sizeof(*table) };

int main(void)
{
	static const char *const not_there[] = {
		"", "a", "an", "andy", "orde", "orders", "zz", "union_", "\xff", "AN[",
	};
	int found = 0, nothing = 0;

	for (size_t i = 0; i < N; i++) {
		struct ew_bytes g = guard_put(ew_bytes_str(table[i]));
		found += ew_word_find(table, N, g) == i;
		guard_drop(g);
	}
	is_int(found, N, "each word is found at its place");
	is_int(ew_word_find(table, N, EW_LIT("SeLeCt")), 3, "case does not matter");
	for (size_t i = 0; i < sizeof(not_there) / sizeof(*not_there); i++)
		nothing += ew_word_find(table, N, ew_bytes_str(not_there[i])) == EW_WORD_NONE;
	is_int(nothing, (int)(sizeof(not_there) / sizeof(*not_there)), "nothing else is found");
	ok(!ew_word_in(table, N, EW_LIT("or\0")), "a NUL in the text is no end of a word");
	ok(!ew_word_in(table, 0, EW_LIT("or")), "an empty table has no word");
	return done();
}
