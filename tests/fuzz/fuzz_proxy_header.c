/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Properties of the PROXY protocol: a shorter input asks for more or says what the longer one says, what was read
 * is written and read back the same, and no header is longer than its bound. */

#include "eventwall/proxy_header.h"
#include "fuzz.h"

#include <stdlib.h>

static void must(bool good)
{
	if (!good)
		abort();
}

static bool same(const struct ew_proxy_header *a, const struct ew_proxy_header *b)
{
	return a->known == b->known && memcmp(a->source, b->source, 16) == 0 &&
	       memcmp(a->destination, b->destination, 16) == 0 && a->source_port == b->source_port &&
	       a->destination_port == b->destination_port;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t out[EW_PROXY_HEADER_WRITTEN];
	struct ew_proxy_header h, part, again;
	struct ew_parse whole = ew_proxy_header_read(ew_bytes(data, size), &h);

	must(whole.consumed <= size && whole.consumed <= EW_PROXY_HEADER_MOST);
	must((whole.status == EW_OK) == (whole.consumed > 0));
	must(whole.status != EW_MORE || size < EW_PROXY_HEADER_MOST);
	for (size_t n = 0; n < size && n < 600; n++) {
		struct ew_parse r = ew_proxy_header_read(ew_bytes(data, n), &part);
		if (r.status == EW_MORE)
			must(r.want == 0 || r.want > n);
		else
			must(r.status == whole.status && r.consumed == whole.consumed && same(&part, &h));
	}
	if (whole.status != EW_OK)
		return 0;
	for (unsigned version = 1; version <= 2; version++) {
		size_t n = ew_proxy_header_write(out, &h, version);
		must(n <= sizeof(out));
		must(ew_proxy_header_read(ew_bytes(out, n), &again).consumed == n && same(&h, &again));
	}
	return 0;
}
