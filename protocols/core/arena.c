/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A chain of blocks, newest first.  Reset gives them all to the spare blocks that arenas of one owner share,
 * so that the next message is opened where the last one was, in the cache; an arena that shares with nobody
 * keeps one.
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
#define KEEP_MOST (32u * 1024)
#define BLOCK_MOST (1024u * 1024)

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(ALIGN) uint8_t base[];
};

struct ew_arena_spare {
	struct block *first;
	size_t bytes, most;
};

struct ew_arena {
	struct block *newest;
	struct ew_arena_spare *spare; /* may be NULL */
	size_t budget, used;
	bool spent;
};

/* A spare one that fits without waste: sizes are mostly powers of two. */
static struct block *spare_take(struct ew_arena_spare *s, size_t size)
{
	for (struct block **at = &s->first; *at; at = &(*at)->next) {
		struct block *b = *at;
		if (b->size >= size && b->size / 2 <= size) {
			*at = b->next;
			s->bytes -= b->size;
			return b;
		}
	}
	return NULL;
}

static struct block *block_new(struct ew_arena *a, size_t size)
{
	struct block *b = a->spare ? spare_take(a->spare, size) : NULL;

	if (b) {
		b->next = NULL;
		b->used = 0;
		return b;
	}
	b = malloc(sizeof(*b) + size);
	if (b)
		*b = (struct block){ .size = size };
	return b;
}

static void block_free(struct ew_arena *a, struct block *b)
{
	struct ew_arena_spare *s = a->spare;

	if (!s || b->size > s->most - s->bytes) {
		free(b);
		return;
	}
	b->next = s->first;
	s->first = b;
	s->bytes += b->size;
}

struct ew_arena_spare *ew_arena_spare_new(size_t most)
{
	struct ew_arena_spare *s = calloc(1, sizeof(*s));

#ifndef EW_ARENA_EMULATE
	if (s)
		s->most = most;
#else
	(void)most; /* nothing is used twice, so that late use of it is seen */
#endif
	return s;
}

void ew_arena_spare_free(struct ew_arena_spare **s)
{
	while (*s && (*s)->first) {
		struct block *b = (*s)->first;
		(*s)->first = b->next;
		free(b);
	}
	free(*s);
	*s = NULL;
}

void ew_arena_share(struct ew_arena *a, struct ew_arena_spare *s)
{
	a->spare = s;
}

struct ew_arena *ew_arena_new(size_t budget)
{
	struct ew_arena *a = calloc(1, sizeof(*a));

	if (a)
		a->budget = budget;
	return a;
}

/* Those newer than `last`, which stays. */
static void free_blocks(struct ew_arena *a, const struct block *last)
{
	while (a->newest != last) {
		struct block *b = a->newest;
		a->newest = b->next;
		block_free(a, b);
	}
}

void ew_arena_free(struct ew_arena **a)
{
	if (*a)
		free_blocks(*a, NULL);
	free(*a);
	*a = NULL;
}

void ew_arena_reset(struct ew_arena *a, size_t budget)
{
#ifdef EW_ARENA_EMULATE
	free_blocks(a, NULL);
#else
	struct block *b = a->newest;

	if (a->spare) {
		free_blocks(a, NULL);
	} else if (b && (b->next || b->size > KEEP_MOST)) {
		/* One block was not enough, or was for once: keep one that would have been, within reason. */
		size_t want = a->used + a->used / 4;
		free_blocks(a, NULL);
		a->newest = want > FIRST_BLOCK && want <= KEEP_MOST ? block_new(a, KEEP_MOST) : NULL;
	} else if (b) {
		b->used = 0;
	}
#endif
	a->used = 0;
	a->spent = false;
	a->budget = budget;
}

struct ew_arena_mark ew_arena_mark(const struct ew_arena *a)
{
	return (struct ew_arena_mark){ a->newest, a->newest ? a->newest->used : 0, a->used };
}

void ew_arena_rewind(struct ew_arena *a, const struct ew_arena_mark *mark)
{
	free_blocks(a, mark->block);
	if (a->newest)
		a->newest->used = mark->block_used;
	a->used = mark->used;
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
		if (size > BLOCK_MOST)
			size = BLOCK_MOST;
		if (size < want)
			size = want;
#endif
		struct block *fresh = block_new(a, size);
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
