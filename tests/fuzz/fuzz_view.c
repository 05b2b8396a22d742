/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Views of any text: within their room, none longer than what it is made of, none different that was said to be
 * the same. */

#include "fuzz.h"
#include "signatures/view.h"

#include <stdlib.h>

/* Exactly as large as is promised to be enough. */
static struct ew_bytes make(enum ew_view v, struct ew_bytes text)
{
	uint8_t *out = malloc(text.n ? text.n : 1);

	if (!out)
		abort();
	return ew_bytes(out, ew_view_make(v, text, out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ew_bytes text = ew_bytes(data, size), folded = make(EW_VIEW_FOLDED, text);
	unsigned may = ew_view_may_differ(text, EW_VIEWS_ALL);

	if (folded.n > text.n || (!(may >> EW_VIEW_FOLDED & 1) && !ew_bytes_eq(folded, text)))
		abort();
	for (int v = EW_VIEW_FOLDED + 1; v < EW_VIEW_COUNT; v++) {
		struct ew_bytes made = make((enum ew_view)v, folded);
		if (made.n > folded.n || (!(may >> v & 1) && made.n && !ew_bytes_eq(made, folded)))
			abort();
		free((void *)(uintptr_t)made.p);
	}
	free((void *)(uintptr_t)folded.p);
	return 0;
}
