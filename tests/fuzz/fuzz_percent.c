/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Percent and quoted-printable; in place gives the same as beside. */

#include "eventwall/codec.h"
#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ew_percent_traits t, u;
	uint8_t *beside = malloc(size + 1), *own = malloc(size + 1);

	if (!beside || !own)
		abort();
	if (size)
		memcpy(own, data, size);
	for (int plus = 0; plus < 2; plus++) {
		size_t n = ew_percent_decode(ew_bytes(data, size), plus, beside, &t);
		if (n > size || (t.good > 0) != ew_percent_found(ew_bytes(data, size)))
			abort();
		if (plus && (ew_percent_decode(ew_bytes(own, size), true, own, &u) != n ||
		             memcmp(own, beside, n) != 0))
			abort();
	}
	free(beside);
	free(own);
	fuzz_open(data, size, NULL, ew_bytes(NULL, 0), false);
	fuzz_open(data, size, "qp", ew_bytes(NULL, 0), true);
	return 0;
}
