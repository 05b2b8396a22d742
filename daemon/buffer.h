/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_BUFFER_H
#define EVENTWALL_DAEMON_BUFFER_H

/* Memory that bytes on their way through a connection lie in.
 *
 *     p            from              to              cap
 *     |  used up    |  held bytes     |  room         |
 *
 * Blocks come from a free list of the thread, newest first, so that a busy worker runs on a few blocks
 * that are warm in the cache and an idle connection holds none.  What a buffer does not do: shrink,
 * limit its growth (the caller knows the limit), cross threads. */

#include "eventwall/bytes.h"

struct ew_buffer {
	uint8_t *p;
	size_t from, to, cap;
	bool failed; /* sticky: no memory, what was put in since is incomplete */
};

#define EW_BLOCK_SIZE 16384 /* the smallest block */

/* Each object of a thread that uses buffers holds one reference; the last one frees the free list. */
void ew_buffers_ref(void);
void ew_buffers_unref(void);

/* Now and then: after a burst of large blocks, once it is quiet, free memory goes back to the system. */
void ew_buffers_tidy(void);

static inline size_t ew_buffer_held(const struct ew_buffer *b)
{
	return b->to - b->from;
}

static inline size_t ew_buffer_room(const struct ew_buffer *b)
{
	return b->cap - b->to;
}

static inline struct ew_bytes ew_buffer_view(const struct ew_buffer *b)
{
	return ew_bytes(b->p ? b->p + b->from : NULL, b->to - b->from); /* nothing may be added to no address */
}

/* Make room for `n` bytes behind `to`; the held bytes may move.  False: no memory, nothing changed. */
EW_MUSTCHECK bool ew_buffer_reserve(struct ew_buffer *b, size_t n);

/* Give the block back; the buffer is empty and can be used again. */
void ew_buffer_release(struct ew_buffer *b);

/* The rest of ew_buffer_put(): there is no room yet. */
void ew_buffer_put_growing(struct ew_buffer *b, const void *p, size_t n);

/* Append, growing as needed; past a lack of memory `failed` stays set. */
static inline void ew_buffer_put(struct ew_buffer *b, const void *p, size_t n)
{
	if (n > b->cap - b->to) {
		ew_buffer_put_growing(b, p, n);
		return;
	}
	if (n)
		memcpy(b->p + b->to, p, n);
	b->to += n;
}

void ew_buffer_put_str(struct ew_buffer *b, const char *s);
void ew_buffer_put_u64(struct ew_buffer *b, uint64_t n);

/* Many small parts whose sum is known to fit are written straight: reserve, write from ew_buffer_end() on, and
 * say where that ended. */
static inline uint8_t *ew_buffer_end(const struct ew_buffer *b)
{
	return b->p + b->to;
}

static inline void ew_buffer_ends(struct ew_buffer *b, const uint8_t *end)
{
	b->to = (size_t)(end - b->p);
}

/* Each answers where the next part goes. */
static inline uint8_t *ew_write(uint8_t *to, struct ew_bytes v)
{
	if (v.n)
		memcpy(to, v.p, v.n);
	return to + v.n;
}

/* The same for content.  Out of line, so that the library copies it: where the compiler knows a bound it copies
 * with an instruction that takes its time to begin. */
uint8_t *ew_write_content(uint8_t *to, struct ew_bytes v);

#define ew_write_lit(to, s) ew_write(to, EW_LIT(s))

#define EW_U64_MOST 20 /* digits */
uint8_t *ew_write_u64(uint8_t *to, uint64_t n);

/* A line of an HTTP head: four bytes more than its parts. */
static inline uint8_t *ew_write_line(uint8_t *to, struct ew_bytes name, struct ew_bytes value)
{
	to = ew_write(to, name);
	to = ew_write_lit(to, ": ");
	to = ew_write(to, value);
	return ew_write_lit(to, "\r\n");
}

static inline void ew_buffer_put_bytes(struct ew_buffer *b, struct ew_bytes v)
{
	ew_buffer_put(b, v.p, v.n);
}

#define ew_buffer_put_lit(b, s) ew_buffer_put(b, "" s, sizeof(s) - 1)

#endif
