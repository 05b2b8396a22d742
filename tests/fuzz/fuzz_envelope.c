/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Documents that are envelopes or nearly so, and GraphQL. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_open(data, size, "json", ew_bytes(NULL, 0), true);
	fuzz_open(data, size, "graphql", ew_bytes(NULL, 0), true);
	return 0;
}
