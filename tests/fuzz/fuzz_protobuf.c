/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Protobuf, gRPC frames, Sparkplug and Kinesis aggregates: the first byte says what is declared. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const all[] = { NULL, "protobuf", "grpc", "sparkplug" };

	if (size == 0)
		return 0;
	const char *as = all[data[0] % 4];
	fuzz_open(data + 1, size - 1, as, data[0] & 4 ? EW_LIT("gzip") : ew_bytes(NULL, 0), as != NULL);
	return 0;
}
