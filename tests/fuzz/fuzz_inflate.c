/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* gzip, zlib, raw deflate and zstd: the first byte says what is declared. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const all[] = { NULL, "gzip", "deflate", "zstd" };

	if (size == 0)
		return 0;
	const char *as = all[data[0] % 4];
	fuzz_open(data + 1, size - 1, as, ew_bytes(NULL, 0), as != NULL);
	return 0;
}
