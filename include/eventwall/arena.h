/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_ARENA_H
#define EVENTWALL_ARENA_H

/* One bounded bump allocator per message.
 *
 * Memory is zeroed and aligned to 16.  Past the budget every allocation answers NULL and stays so
 * (sticky): callers carry on and whoever drives them looks at ew_arena_spent() once.  What it does
 * not do: free single objects, grow objects other than the newest, lock.  Built with EW_ARENA_EMULATE
 * each object is one malloc, so that AddressSanitizer sees an overrun between neighbours. */

#include "eventwall/bytes.h"

struct ew_arena;

/* Heap; `budget` is the most bytes it will ever hand out between two resets.  NULL: no memory. */
struct ew_arena *ew_arena_new(size_t budget);
void ew_arena_free(struct ew_arena **a);

/* Forget all objects; keeps one block, grown to what was used (to 1 MiB at most), so that a steady
 * stream of similar messages does no malloc.  `budget` replaces the old one. */
void ew_arena_reset(struct ew_arena *a, size_t budget);

void *ew_arena_alloc(struct ew_arena *a, size_t n);

/* Not zeroed: for buffers that are written whole at once. */
void *ew_arena_alloc_raw(struct ew_arena *a, size_t n);

/* Give back the unused end of the newest raw object: it had `had` bytes and keeps `keep`. */
void ew_arena_shrink(struct ew_arena *a, void *newest, size_t had, size_t keep);

/* A copy in the arena; {NULL, 0} past the budget. */
struct ew_bytes ew_arena_dup(struct ew_arena *a, struct ew_bytes b);

/* True once an allocation was refused. */
bool ew_arena_spent(const struct ew_arena *a);

/* Bytes handed out since the last reset. */
size_t ew_arena_used(const struct ew_arena *a);

#endif
