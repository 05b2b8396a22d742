/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Multipart with the boundary "b", and with whatever boundary the first line is. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_open(data, size, NULL, ew_bytes(NULL, 0), false);
	fuzz_open(data, size, "multipart", EW_LIT("b"), true);
	return 0;
}
