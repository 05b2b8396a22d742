/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANCHOR_H
#define EVENTWALL_SIGNATURES_ANCHOR_H

/* The form of a pattern that is scanned over many values laid out as  FF value FF value FF . */

#include <stdbool.h>
#include <stddef.h>

/* Bytes that ew_anchor_rewrite() may need for a pattern of `n`. */
static inline size_t ew_anchor_room(size_t n)
{
	return n * 16 + 1;
}

/* Write to `out` (room as above) a pattern that matches in the gathered text wherever `pattern` matches in
 * one value alone; it may match elsewhere, too.  `pattern` must be one that the engine accepts.  False:
 * `*why_r` is what it may not contain, or no memory. */
bool ew_anchor_rewrite(const char *pattern, char *out, const char **why_r);

#endif
