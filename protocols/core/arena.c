/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A chain of blocks, newest first; the oldest is kept by reset.
 *
 *     block: | next, size | used ......... | free ......... |
 *                          base             base+used        base+size
 *
 * The budget counts what callers asked for (rounded up), not blocks, so a verdict does not depend on
 * how the blocks fell. */

#include "eventwall/arena.h"

#include <stdlib.h>

#define ALIGN 16u
#define FIRST_BLOCK (16u * 1024)
#define KEEP_MOST (1024u * 1024)

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(ALIGN) uint8_t base[];
};

struct ew_arena {
	struct block *newest;
	size_t budget, used;
	bool spent;
};

static struct block *block_new(size_t size)
{
	struct block *b = malloc(sizeof(*b) + size);

	if (b)
		*b = (struct block){ .size = size };
	return b;
}

struct ew_arena *ew_arena_new(size_t budget)
{
	struct ew_arena *a = calloc(1, sizeof(*a));

	if (a)
		a->budget = budget;
	return a;
}

static void free_blocks(struct block *b)
{
	while (b) {
		struct block *next = b->next;
		free(b);
		b = next;
	}
}

void ew_arena_free(struct ew_arena **a)
{
	if (*a)
		free_blocks((*a)->newest);
	free(*a);
	*a = NULL;
}

void ew_arena_reset(struct ew_arena *a, size_t budget)
{
	struct block *b = a->newest;

#ifdef EW_ARENA_EMULATE
	free_blocks(b);
	a->newest = NULL;
#else
	if (b && b->next) {
		/* One block was not enough: keep one that would have been, within reason. */
		free_blocks(b);
		a->newest = block_new(a->used < KEEP_MOST ? a->used + a->used / 4 : KEEP_MOST);
	} else if (b && b->size > KEEP_MOST + KEEP_MOST / 4) {
		free_blocks(b);
		a->newest = NULL;
	} else if (b) {
		b->used = 0;
	}
#endif
	a->used = 0;
	a->spent = false;
	a->budget = budget;
}

void *ew_arena_alloc_raw(struct ew_arena *a, size_t n)
{
	if (a->spent || n > a->budget - a->used) {
		a->spent = true;
		return NULL;
	}
	size_t want = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (want == 0)
		want = ALIGN;

	struct block *b = a->newest;
#ifdef EW_ARENA_EMULATE
	b = NULL;
#endif
	if (!b || want > b->size - b->used) {
#ifdef EW_ARENA_EMULATE
		size_t size = n; /* exact, so that the next byte is poison */
#else
		size_t size = b ? b->size * 2 : FIRST_BLOCK;
		if (size > KEEP_MOST)
			size = KEEP_MOST;
		if (size < want)
			size = want;
#endif
		struct block *fresh = block_new(size);
		if (!fresh) {
			a->spent = true;
			return NULL;
		}
		fresh->next = a->newest;
		a->newest = b = fresh;
	}
	void *p = b->base + b->used;
	b->used += want <= b->size - b->used ? want : b->size - b->used;
	/* Rounding must not carry `used` past the budget: the subtraction above relies on it. */
	a->used += want <= a->budget - a->used ? want : a->budget - a->used;
	return p;
}

void *ew_arena_alloc(struct ew_arena *a, size_t n)
{
	void *p = ew_arena_alloc_raw(a, n);

	return p ? memset(p, 0, n) : NULL;
}

void ew_arena_shrink(struct ew_arena *a, void *newest, size_t had, size_t keep)
{
	struct block *b = a->newest;
	size_t from = (had + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	size_t to = (keep + ALIGN - 1) & ~(size_t)(ALIGN - 1);

#ifdef EW_ARENA_EMULATE
	/* Memory stays as it is; the budget must not: a verdict is the same in each build. */
	if (!b || to >= from || b->base != (uint8_t *)newest)
		return;
#else
	if (!b || to >= from || b->used < from || b->base + (b->used - from) != (uint8_t *)newest)
		return;
	b->used -= from - to;
#endif
	a->used -= from - to < a->used ? from - to : a->used;
}

struct ew_bytes ew_arena_dup(struct ew_arena *a, struct ew_bytes b)
{
	void *p = ew_arena_alloc_raw(a, b.n);

	if (!p)
		return (struct ew_bytes){ 0 };
	if (b.n)
		memcpy(p, b.p, b.n);
	return ew_bytes(p, b.n);
}

bool ew_arena_spent(const struct ew_arena *a)
{
	return a->spent;
}

size_t ew_arena_used(const struct ew_arena *a)
{
	return a->used;
}
