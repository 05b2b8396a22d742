/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* gzip, zlib, raw deflate and zstd: the first byte says what is declared. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum ew_hint hints[] = { EW_HINT_NONE, EW_HINT_GZIP, EW_HINT_DEFLATE, EW_HINT_ZSTD };

	if (size == 0)
		return 0;
	enum ew_hint hint = hints[data[0] % 4];
	fuzz_open(data + 1, size - 1, hint, ew_bytes(NULL, 0), hint != EW_HINT_NONE);
	return 0;
}
