/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_HTTP1_REBUILD_H
#define EVENTWALL_TESTS_HTTP1_REBUILD_H

/* A head as a forwarder writes it from the parsed form, and the invariants of what leaves: used as an
 * oracle by the fuzz drivers and the generator test. */

#include "eventwall/http1.h"

#include <stdio.h>
#include <stdlib.h>

struct rebuilt {
	uint8_t text[40000];
	size_t n;
};

__attribute__((unused)) static void rebuild_put(struct rebuilt *r, struct ew_bytes b)
{
	if (b.n > sizeof(r->text) - r->n)
		abort();
	if (b.n)
		memcpy(r->text + r->n, b.p, b.n);
	r->n += b.n;
}

__attribute__((unused)) static void rebuild_field(struct rebuilt *r, struct ew_bytes name,
                                                  struct ew_bytes value)
{
	rebuild_put(r, name);
	rebuild_put(r, EW_LIT(": "));
	rebuild_put(r, value);
	rebuild_put(r, EW_LIT("\r\n"));
}

__attribute__((unused)) static void rebuild_fields(struct rebuilt *r, const struct ew_http_head *h)
{
	char number[24];

	for (size_t i = 0; i < h->header_count; i++) {
		if (!h->hop[i])
			rebuild_field(r, h->header[i].name, h->header[i].value);
	}
	if (h->body == EW_HTTP_BODY_CHUNKED)
		rebuild_field(r, EW_LIT("Transfer-Encoding"), EW_LIT("chunked"));
	if (h->has_length) {
		snprintf(number, sizeof(number), "%llu", (unsigned long long)h->length);
		rebuild_field(r, EW_LIT("Content-Length"), ew_bytes_str(number));
	}
	rebuild_put(r, EW_LIT("\r\n"));
}

__attribute__((unused)) static void rebuild_request(struct rebuilt *r, const struct ew_http_head *h)
{
	r->n = 0;
	rebuild_put(r, h->method);
	rebuild_put(r, EW_LIT(" "));
	rebuild_put(r, h->target);
	rebuild_put(r, EW_LIT(" HTTP/1.1\r\n"));
	rebuild_field(r, EW_LIT("Host"), h->host.n ? h->host : EW_LIT("default"));
	rebuild_fields(r, h);
}

/* Is every field of `a` that may be copied a field of `b` in the same order, and the reverse? */
__attribute__((unused)) static bool same_copied_fields(const struct ew_http_head *a,
                                                       const struct ew_http_head *b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a->header_count && a->hop[i])
			i++;
		while (j < b->header_count && b->hop[j])
			j++;
		if (i == a->header_count || j == b->header_count)
			return i == a->header_count && j == b->header_count;
		if (!ew_bytes_eq(a->header[i].name, b->header[j].name) ||
		    !ew_bytes_eq(a->header[i].value, b->header[j].value) || a->proxy[i] != b->proxy[j])
			return false;
		i++;
		j++;
	}
}

#endif
