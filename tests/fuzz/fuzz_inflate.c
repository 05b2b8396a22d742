/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* All that decompresses: the first byte says what is declared.  What a message reads whole from its arena alone,
 * one with kept contexts reads the same.  Not so where nobody declared it and it is damaged, which is no fault
 * then: libdeflate takes a length code that deflate does not have, where zlib ends. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const all[] = { NULL, "gzip", "deflate", "zstd", "brotli", "lz4", "snappy" };

	if (size == 0)
		return 0;
	const char *as = all[data[0] % (sizeof(all) / sizeof(*all))];
	struct ew_unpackers kept = { 0 };
	uint64_t bare = fuzz_open_with(NULL, data + 1, size - 1, as, ew_bytes(NULL, 0), as != NULL);
	uint64_t with = fuzz_open_with(&kept, data + 1, size - 1, as, ew_bytes(NULL, 0), as != NULL);
	if (as && bare && bare != with)
		abort();
	ew_unpackers_fini(&kept);
	return 0;
}
