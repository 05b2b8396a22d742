/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* All that decompresses: the first byte says what is declared. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const all[] = { NULL, "gzip", "deflate", "zstd", "brotli", "lz4", "snappy" };

	if (size == 0)
		return 0;
	const char *as = all[data[0] % (sizeof(all) / sizeof(*all))];
	fuzz_open(data + 1, size - 1, as, ew_bytes(NULL, 0), as != NULL);
	return 0;
}
