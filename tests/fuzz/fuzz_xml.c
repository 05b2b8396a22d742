/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* XML, guessed and declared.  With a parser that has read the same before, as with a new one. */

#include "open.h"

static void open_both(const uint8_t *data, size_t size, const char *as)
{
	struct ew_unpackers kept = { 0 };
	uint64_t fresh = fuzz_open_with(NULL, data, size, as, ew_bytes(NULL, 0), as != NULL);

	for (int i = 0; i < 2; i++) {
		uint64_t again = fuzz_open_with(&kept, data, size, as, ew_bytes(NULL, 0), as != NULL);
		if (fresh && fresh != again)
			abort();
	}
	ew_unpackers_fini(&kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	open_both(data, size, NULL);
	open_both(data, size, "xml");
	return 0;
}
