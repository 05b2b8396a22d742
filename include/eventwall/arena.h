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

/* Forget all objects; keeps one block, grown to what was used (to 32 KiB at most), or gives all to those it
 * shares with, so that a steady stream of messages does no malloc.  `budget` replaces the old one. */
void ew_arena_reset(struct ew_arena *a, size_t budget);

/* Blocks that arenas of one thread hand to each other instead of keeping them, `most` bytes at a time:
 * what one message has used is still in the cache for the next.  NULL: no memory.  Free it after them. */
struct ew_arena_spare;
struct ew_arena_spare *ew_arena_spare_new(size_t most);
void ew_arena_spare_free(struct ew_arena_spare **s);
void ew_arena_share(struct ew_arena *a, struct ew_arena_spare *s);

/* Give back all that was handed out since the mark.  A spent arena stays so. */
struct ew_arena_mark {
	const void *block;
	size_t block_used, used;
};
struct ew_arena_mark ew_arena_mark(const struct ew_arena *a);
void ew_arena_rewind(struct ew_arena *a, const struct ew_arena_mark *mark);

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
