/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* base64 and hex, declared and blind; what was decoded encodes to something that decodes to it. */

#include "eventwall/codec.h"
#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ew_base64_traits t;
	uint8_t *once = malloc(EW_BASE64_DECODED(size));
	size_t n = once ? ew_base64_decode(ew_bytes(data, size), once, &t) : 0;
	uint8_t *text = malloc(EW_BASE64_ENCODED(n) + 1), *twice = malloc(EW_BASE64_DECODED(size) + 3);

	if (!once || !text || !twice || n > EW_BASE64_DECODED(size))
		abort();
	size_t len = ew_base64_encode(ew_bytes(once, n), text);
	if (len > EW_BASE64_ENCODED(n) || ew_base64_decode(ew_bytes(text, len), twice, &t) != n ||
	    memcmp(once, twice, n) != 0 || t.foreign || t.cut || t.inner_pad)
		abort();
	free(once);
	free(text);
	free(twice);
	fuzz_open(data, size, NULL, ew_bytes(NULL, 0), false);
	fuzz_open(data, size, "base64", ew_bytes(NULL, 0), true);
	fuzz_open(data, size, "base64", ew_bytes(NULL, 0), false);
	return 0;
}
