/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* CBOR and sequences of it, declared and guessed, and as SenML. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_open(data, size, NULL, ew_bytes(NULL, 0), false);
	fuzz_open(data, size, "cbor", ew_bytes(NULL, 0), true);
	fuzz_open(data, size, "cbor", ew_bytes("senml", 5), true);
	fuzz_open(data, size, "cbor-seq", ew_bytes(NULL, 0), true);
	return 0;
}
