/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Chunked coding: whole and in pieces give the same content, trailer and answer; the rest is untouched. */

#include "fuzz.h"

#include "eventwall/http1.h"

#include <stdlib.h>

static const struct ew_http_limits lim = { .line = 8192, .head = 16384, .headers = 100, .body = 65536 };

static void expect(bool good)
{
	if (!good)
		abort();
}

static uint8_t *copy_of(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	expect(copy != NULL);
	if (size)
		memcpy(copy, data, size);
	return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t trailer[2][EW_HTTP_TRAILER_MOST];
	struct ew_http_chunked whole = { 0 }, split = { 0 };
	size_t trailer_len[2] = { 0, 0 }, len = size, kept = 0, from = 0;
	size_t step = size ? data[size - 1] % 16 + 1 : 1;
	uint8_t *a = copy_of(data, size), *b = copy_of(data, size);
	struct ew_parse p = ew_http_unchunk(&whole, a, &len, &lim, trailer[0], &trailer_len[0]);
	struct ew_parse q = { .status = EW_MORE };

	while (from < size && q.status == EW_MORE) {
		size_t n = step < size - from ? step : size - from;
		size_t piece = n;
		q = ew_http_unchunk(&split, b + from, &piece, &lim, trailer[1], &trailer_len[1]);
		if (q.status == EW_OK || q.status == EW_MORE) {
			memmove(b + kept, b + from, piece);
			kept += piece;
			from += q.consumed;
		}
	}
	expect(p.status == q.status && p.reason == q.reason);
	if (p.status == EW_OK || p.status == EW_MORE) {
		expect(p.consumed == from && len == kept && kept <= lim.body && memcmp(a, b, kept) == 0);
		expect(trailer_len[0] == trailer_len[1] && memcmp(trailer[0], trailer[1], trailer_len[0]) == 0);
		expect(p.status == EW_OK || p.consumed == size);
		expect(memcmp(a + p.consumed, data + p.consumed, size - p.consumed) == 0);
	} else {
		expect(p.reason != NULL && p.consumed == 0);
	}
	free(a);
	free(b);
	return 0;
}
