/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Avro and the prefixes of schema registries, guessed; with an odd first byte declared to be Avro. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	fuzz_open(data + 1, size - 1, data[0] & 1 ? "avro" : NULL, ew_bytes(NULL, 0), data[0] & 1);
	return 0;
}
