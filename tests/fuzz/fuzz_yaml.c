/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* YAML, guessed and declared, and tables: the first byte says which. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] & 1) {
		fuzz_open(data + 1, size - 1, NULL, ew_bytes(NULL, 0), false);
		fuzz_open(data + 1, size - 1, "yaml", ew_bytes(NULL, 0), true);
	}
	fuzz_open(data + 1, size - 1, "csv", ew_bytes(NULL, 0), true);
	return 0;
}
