/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* XML, guessed and declared, with a parser that has read all inputs before and with a new one. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ew_unpackers kept = { .salt = 1 };

	for (int told = 0; told < 2; told++) {
		const char *as = told ? "xml" : NULL;
		if (fuzz_open_with(NULL, data, size, as, ew_bytes(NULL, 0), told) !=
		    fuzz_open_with(&kept, data, size, as, ew_bytes(NULL, 0), told))
			abort();
	}
	return 0;
}
