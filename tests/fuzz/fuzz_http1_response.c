/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Response heads: the answer is the same in pieces; what was accepted and rebuilt parses as the same. */

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
	char line[32];
	size_t scanned = 0, step = size ? data[size / 2] % 32 + 1 : 1;
	struct ew_bytes method = size % 5 ? EW_LIT("GET") : EW_LIT("HEAD");
	struct ew_parse p = ew_http_response(&whole, ew_bytes(data, size), method, &lim, &scanned);
	struct ew_parse q = { .status = EW_MORE };

	scanned = 0;
	for (size_t n = 0; n < size && q.status == EW_MORE;) {
		n = step < size - n ? n + step : size;
		q = ew_http_response(&split, ew_bytes(data, n), method, &lim, &scanned);
	}
	expect(p.status == q.status && p.consumed == q.consumed && p.reason == q.reason);
	if (p.status != EW_OK && p.status != EW_MORE)
		expect(p.reason && whole.refuse == 502 && split.refuse == 502);
	if (p.status != EW_OK)
		return 0;
	expect(whole.code >= 100 && whole.code <= 599 && whole.size == p.consumed);
	expect(whole.body != EW_HTTP_BODY_CLOSE || !whole.keep_alive);
	r.n = 0;
	snprintf(line, sizeof(line), "HTTP/1.1 %u ", whole.code);
	rebuild_put(&r, ew_bytes_str(line));
	rebuild_put(&r, whole.phrase);
	rebuild_put(&r, EW_LIT("\r\n"));
	rebuild_fields(&r, &whole);
	scanned = 0;
	q = ew_http_response(&again, ew_bytes(r.text, r.n), method,
	                     &(struct ew_http_limits){ 9000, 32768, 104, SIZE_MAX }, &scanned);
	expect(q.status == EW_OK && q.consumed == r.n && again.body == whole.body &&
	       again.length == whole.length && again.code == whole.code && same_copied_fields(&whole, &again));
	return 0;
}
