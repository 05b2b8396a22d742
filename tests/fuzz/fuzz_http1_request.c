/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Request heads: the answer is the same in pieces; what was accepted and rebuilt parses as the same. */

#include "fuzz.h"

#include <stdlib.h>

#include "../unit/http1_rebuild.h"

static const struct ew_http_limits lim = { .line = 8192, .head = 16384, .headers = 100, .body = 1048576 };

static void expect(bool good)
{
	if (!good)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ew_http_head whole, split, again;
	static struct rebuilt r;
	size_t scanned = 0, step = size ? data[0] % 32 + 1 : 1;
	struct ew_bytes in = ew_bytes(data, size);
	struct ew_parse p = ew_http_request(&whole, in, &lim, &scanned), q = { .status = EW_MORE };

	scanned = 0;
	for (size_t n = 0; n < size && q.status == EW_MORE;) {
		n = step < size - n ? n + step : size;
		q = ew_http_request(&split, ew_bytes(data, n), &lim, &scanned);
	}
	expect(p.status == q.status && p.consumed == q.consumed && p.reason == q.reason);
	if (p.status != EW_OK && p.status != EW_MORE)
		expect(p.reason && whole.refuse >= 400 && whole.refuse <= 505 && whole.refuse == split.refuse);
	if (p.status != EW_OK)
		return 0;
	expect(whole.size == p.consumed && p.consumed <= size && whole.header_count <= 100);
	expect(same_copied_fields(&whole, &split));
	rebuild_request(&r, &whole);
	scanned = 0;
	q = ew_http_request(&again, ew_bytes(r.text, r.n), &(struct ew_http_limits){ 9000, 32768, 104, SIZE_MAX },
	                    &scanned);
	expect(q.status == EW_OK && q.consumed == r.n && again.body == whole.body &&
	       again.length == whole.length && same_copied_fields(&whole, &again) &&
	       ew_bytes_eq(whole.method, again.method) && ew_bytes_eq(whole.target, again.target));
	uint8_t *path = malloc(whole.target.n);
	size_t n = 0;
	const char *reason = NULL;
	expect(path != NULL);
	enum ew_status s = ew_http_route_path(whole.target, path, &n, &reason);
	expect(s == EW_OK ? n >= 1 && n <= whole.target.n : reason != NULL);
	free(path);
	return 0;
}
