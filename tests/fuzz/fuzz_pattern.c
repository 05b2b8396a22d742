/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Any text as a pattern whose anchors are moved (it stays within its room and ends), and as a path (what
 * is accepted selects or does not, and ends). */

#include "fuzz.h"
#include "signatures/anchor.h"
#include "signatures/path.h"
#include "signatures/plain.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ew_field root = { .kind = EW_KIND_OBJECT };
	struct ew_field http = { .parent = &root, .name = EW_LIT("http"), .kind = EW_KIND_OBJECT };
	struct ew_field body = { .parent = &http, .name = EW_LIT("body"), .kind = EW_KIND_ARRAY };
	struct ew_field item = { .parent = &body, .index = 3, .kind = EW_KIND_OBJECT };
	struct ew_field key = { .parent = &item, .name = EW_LIT("a.\"b\xff"), .kind = EW_KIND_TEXT };
	size_t n = size < 4096 ? size : 4096;
	char *pattern = malloc(n + 1), *out = malloc(ew_anchor_room(n));
	const char *why = NULL;
	struct ew_path path;

	if (pattern && out) {
		memcpy(pattern, data, n);
		pattern[n] = 0;
		if (ew_anchor_rewrite(pattern, out, &why) ? strlen(out) >= ew_anchor_room(n) : !why)
			abort();
		if (ew_plain_prune(pattern, out) == EW_PLAIN_PRUNED && strlen(out) > strlen(pattern))
			abort();
	}
	if (ew_path_parse(&path, ew_bytes(data, n), &why)) {
		(void)ew_path_selects(&path, &key);
		(void)ew_path_selects(&path, &item);
	} else if (!why) {
		abort();
	}
	free(pattern);
	free(out);
	return 0;
}
