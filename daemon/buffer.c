/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Blocks by size class and the buffers made of them.
 *
 * A class is a power of two from EW_BLOCK_SIZE on.  What is kept per class is bounded, so a burst of
 * large bodies does not stay in memory for ever. */

#include "daemon/buffer.h"

#include "eventwall/error.h"

#include <malloc.h>
#include <stdlib.h>

#define CLASSES 9u               /* 16 KiB to 4 MiB; larger blocks are not kept */
#define KEEP_COUNT 256u          /* blocks of one class */
#define KEEP_BYTES (2u << 20)    /* bytes of one class */
#define TRIM_AFTER (16u << 20)   /* bytes freed: the allocator keeps what it once gave out */

/* A free block holds the link in its first bytes. */
struct free_block {
	struct free_block *next;
};

static _Thread_local struct {
	unsigned users;
	struct free_block *first[CLASSES];
	unsigned count[CLASSES];
	size_t freed, freed_before; /* bytes since the last trim; at the last look */
} blocks;

/* The class that holds `n` bytes; CLASSES if none does. */
static unsigned class_of(size_t n)
{
	if (n <= EW_BLOCK_SIZE)
		return 0;
	unsigned c = (unsigned)(64 - __builtin_clzll((n - 1) / EW_BLOCK_SIZE));

	return c < CLASSES ? c : CLASSES;
}

static uint8_t *block_get(size_t want, size_t *cap_r)
{
	unsigned c = class_of(want);

	if (c == CLASSES) {
		*cap_r = want;
		return malloc(want);
	}
	*cap_r = (size_t)EW_BLOCK_SIZE << c;
	struct free_block *b = blocks.first[c];
	if (!b)
		return malloc(*cap_r);
	blocks.first[c] = b->next;
	blocks.count[c]--;
	return (uint8_t *)b;
}

static void block_put(uint8_t *p, size_t cap)
{
	unsigned c = class_of(cap);

	if (!p)
		return;
	if (c == CLASSES || blocks.users == 0 || blocks.count[c] >= KEEP_COUNT ||
	    (blocks.count[c] + 1) * cap > KEEP_BYTES) {
		blocks.freed += cap;
		free(p);
		return;
	}
	struct free_block *b = (struct free_block *)(void *)p;
	b->next = blocks.first[c];
	blocks.first[c] = b;
	blocks.count[c]++;
}

void ew_buffers_ref(void)
{
	blocks.users++;
}

void ew_buffers_unref(void)
{
	ew_assert(blocks.users > 0);
	if (--blocks.users)
		return;
	for (unsigned c = 0; c < CLASSES; c++) {
		while (blocks.first[c]) {
			struct free_block *b = blocks.first[c];
			blocks.first[c] = b->next;
			free(b);
		}
		blocks.count[c] = 0;
	}
}

void ew_buffers_tidy(void)
{
	bool quiet = blocks.freed == blocks.freed_before;

	blocks.freed_before = blocks.freed;
	if (!quiet || blocks.freed < TRIM_AFTER)
		return;
	blocks.freed = blocks.freed_before = 0;
	malloc_trim(0);
}

bool ew_buffer_reserve(struct ew_buffer *b, size_t n)
{
	size_t held = ew_buffer_held(b), cap;

	if (n <= b->cap - b->to)
		return true;
	if (n > SIZE_MAX / 2 - held)
		return false;
	if (b->p && n <= b->cap - held) {
		memmove(b->p, b->p + b->from, held);
	} else {
		uint8_t *p = block_get(held + n, &cap);
		if (!p)
			return false;
		if (held)
			memcpy(p, b->p + b->from, held);
		block_put(b->p, b->cap);
		b->p = p;
		b->cap = cap;
	}
	b->from = 0;
	b->to = held;
	return true;
}

void ew_buffer_release(struct ew_buffer *b)
{
	block_put(b->p, b->cap);
	*b = (struct ew_buffer){ 0 };
}

void ew_buffer_put_growing(struct ew_buffer *b, const void *p, size_t n)
{
	/* Twice as much as is held: appending byte by byte stays linear. */
	size_t want = n > ew_buffer_held(b) ? n : ew_buffer_held(b);

	if (!ew_buffer_reserve(b, want)) {
		b->failed = true;
		return;
	}
	ew_buffer_put(b, p, n);
}

void ew_buffer_put_str(struct ew_buffer *b, const char *s)
{
	ew_buffer_put(b, s, strlen(s));
}

uint8_t *ew_write_content(uint8_t *to, struct ew_bytes v)
{
	return ew_write(to, v);
}

uint8_t *ew_write_u64(uint8_t *to, uint64_t n)
{
	unsigned digits = 1;

	for (uint64_t rest = n / 10; rest; rest /= 10)
		digits++;
	for (unsigned i = digits; i > 0; n /= 10)
		to[--i] = (uint8_t)('0' + n % 10);
	return to + digits;
}

void ew_buffer_put_u64(struct ew_buffer *b, uint64_t n)
{
	uint8_t digits[EW_U64_MOST];

	ew_buffer_put(b, digits, (size_t)(ew_write_u64(digits, n) - digits));
}
