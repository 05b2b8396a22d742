/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The loop around zlib's inflate, for gzip.c and zlib.c, and a probe for deflate_guess.c.
 *
 * zlib gets its state from a piece of the stack, so that a message of many small streams does not spend
 * its arena on states; only a build of zlib with a larger state falls back to the arena. */

#include "inflate.h"

#include <limits.h>
#include <zlib.h>

/* inflate's state is below 8 KiB and its window 32 KiB. */
#define STATE_ROOM (48u * 1024)

#define EXTENT_ROOM 4096
#define EXTENT_RATIO 64 /* that documents hardly reach */

struct state_memory {
	_Alignas(16) uint8_t room[STATE_ROOM];
	size_t used;
	struct ew_arena *arena; /* may be NULL */
};

static voidpf state_alloc(voidpf opaque, uInt items, uInt size)
{
	struct state_memory *s = opaque;
	size_t want = ((size_t)items * size + 15) & ~(size_t)15;
	void *p;

	if (want > sizeof(s->room) - s->used)
		return s->arena ? ew_arena_alloc_raw(s->arena, want) : NULL;
	p = s->room + s->used;
	s->used += want;
	return p;
}

static void state_free(voidpf opaque, voidpf p)
{
	(void)opaque;
	(void)p;
}

static int window_bits(enum ew_inflate_format format)
{
	switch (format) {
	case EW_INFLATE_RAW:
	case EW_INFLATE_ORPHAN:
		return -MAX_WBITS;
	case EW_INFLATE_ZLIB:
		return MAX_WBITS;
	case EW_INFLATE_GZIP:
		return MAX_WBITS + 16;
	}
	return 0;
}

/* Loops until zlib says it is done, the input ends or no output may be added. */
static enum ew_inflate run(struct ew_unpack *u, z_stream *z, struct ew_bytes in, size_t want,
                           size_t *used_r)
{
	size_t given = 0;

	for (;;) {
		if (z->avail_in == 0 && given < in.n) {
			size_t more = in.n - given < UINT_MAX ? in.n - given : UINT_MAX;
			z->next_in = (z_const Bytef *)(uintptr_t)(in.p + given);
			z->avail_in = (uInt)more;
			given += more;
		}
		if (!ew_unpack_grow(u, want))
			return EW_INFLATE_STOP;
		size_t free_room = u->room - u->n < UINT_MAX ? u->room - u->n : UINT_MAX;
		z->next_out = u->p + u->n;
		z->avail_out = (uInt)free_room;
		/* Z_FINISH spares the window when all fits at once; otherwise it is as any other flush. */
		int r = inflate(z, Z_FINISH);
		u->n += free_room - z->avail_out;
		*used_r = given - z->avail_in;
		switch (r) {
		case Z_STREAM_END:
			return EW_INFLATE_END;
		case Z_OK:
		case Z_BUF_ERROR:
			if (z->avail_out && z->avail_in == 0 && given == in.n)
				return EW_INFLATE_CUT;
			break;
		case Z_MEM_ERROR:
			ew_unpack_stop(u, "arena");
			return EW_INFLATE_STOP;
		default: /* damage, or a preset dictionary that nobody has */
			return EW_INFLATE_BAD;
		}
	}
}

/* As long as a window, so that no reference reaches behind it. */
static const Bytef nothing[32768];

enum ew_inflate ew_inflate(struct ew_unpack *u, enum ew_inflate_format format, struct ew_bytes in,
                           size_t want, size_t *used_r)
{
	struct state_memory memory;
	z_stream z = { .zalloc = state_alloc, .zfree = state_free, .opaque = &memory };
	enum ew_inflate result;

	if (ew_inflate_whole(u, format, in, want, used_r))
		return EW_INFLATE_END;
	memory.used = 0;
	memory.arena = u->m->arena;
	*used_r = 0;
	if (inflateInit2(&z, window_bits(format)) != Z_OK) {
		ew_unpack_stop(u, "arena");
		return EW_INFLATE_STOP;
	}
	if (format == EW_INFLATE_ORPHAN)
		(void)inflateSetDictionary(&z, nothing, sizeof(nothing));
	result = run(u, &z, in, want, used_r);
	(void)inflateEnd(&z);
	return result;
}

size_t ew_inflate_extent(struct ew_bytes in)
{
	struct state_memory memory;
	z_stream z = { .zalloc = state_alloc, .zfree = state_free, .opaque = &memory };
	uint8_t out[EXTENT_ROOM];
	uInt given = in.n < UINT_MAX ? (uInt)in.n : UINT_MAX;
	size_t used = SIZE_MAX;
	int r = Z_OK;

	memory.used = 0;
	memory.arena = NULL;
	if (inflateInit2(&z, window_bits(EW_INFLATE_RAW)) != Z_OK)
		return SIZE_MAX;
	z.next_in = (z_const Bytef *)(uintptr_t)in.p;
	z.avail_in = given;
	while (r == Z_OK && z.total_out / EXTENT_RATIO <= in.n) {
		z.next_out = out;
		z.avail_out = sizeof(out);
		r = inflate(&z, Z_NO_FLUSH);
	}
	if (r == Z_STREAM_END)
		used = given - z.avail_in;
	(void)inflateEnd(&z);
	return used;
}

enum ew_inflate ew_inflate_probe(struct ew_bytes in, uint8_t *out, size_t cap, size_t *n_r, size_t *used_r)
{
	struct state_memory memory;
	z_stream z = { .zalloc = state_alloc, .zfree = state_free, .opaque = &memory };
	uInt given = in.n < UINT_MAX ? (uInt)in.n : UINT_MAX;
	enum ew_inflate result = EW_INFLATE_BAD;
	int r;

	memory.used = 0;
	memory.arena = NULL;
	*n_r = *used_r = 0;
	if (inflateInit2(&z, window_bits(EW_INFLATE_RAW)) != Z_OK)
		return EW_INFLATE_STOP;
	z.next_in = (z_const Bytef *)(uintptr_t)in.p;
	z.avail_in = given;
	z.next_out = out;
	z.avail_out = (uInt)cap;
	r = inflate(&z, Z_FINISH);
	*n_r = cap - z.avail_out;
	*used_r = given - z.avail_in;
	if (r == Z_STREAM_END)
		result = EW_INFLATE_END;
	else if (r == Z_OK || r == Z_BUF_ERROR)
		result = z.avail_out ? EW_INFLATE_CUT : EW_INFLATE_STOP;
	(void)inflateEnd(&z);
	return result;
}
