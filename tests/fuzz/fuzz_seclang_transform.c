/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Transformations of rule files, one after the other as the first bytes say: each fits its room,
 * and gives the same again. */

#include "fuzz.h"
#include "signatures/seclang/transform.h"

#include <stdlib.h>

enum { CHAIN = 4, TEXT_MOST = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < CHAIN || size > TEXT_MOST)
		return 0;
	struct ew_bytes text = ew_bytes(data + CHAIN, size - CHAIN);
	uint8_t *before = NULL;

	for (size_t i = 0; i < CHAIN; i++) {
		enum ew_transform t = (enum ew_transform)(data[i] % EW_TRANSFORM_COUNT);
		size_t room = ew_transform_room(t, text.n);
		uint8_t *out = malloc(room ? room : 1), *again = malloc(room ? room : 1);
		if (!out || !again)
			abort();
		size_t n = ew_transform(t, text, out);
		if (n > room || ew_transform(t, text, again) != n ||
		    (n && memcmp(out, again, n) != 0))
			abort();
		free(again);
		free(before);
		before = out;
		text = ew_bytes(out, n);
	}
	free(before);
	return 0;
}
