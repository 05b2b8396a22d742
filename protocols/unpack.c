/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Growing output and inflate, for gzip.c, zlib.c and zstd.c.
 *
 * The trap is a bomb: sizes that the input claims are a wish for the first buffer at most, and growth
 * stops at the ratio or at what the message's output budget has left, each with its own name.  zlib
 * gets its state from a piece of the stack, so that a message of many small streams does not spend its
 * arena on states; only a build of zlib with a larger state falls back to the arena. */

#include "unpack.h"

#include <limits.h>
#include <zlib.h>

#define RATIO_FROM (64u * 1024)
#define FIRST_LEAST 512u

/* inflate's state is below 8 KiB and its window 32 KiB. */
#define STATE_ROOM (48u * 1024)

void ew_unpack_init(struct ew_unpack *u, struct ew_message *m, struct ew_field *f)
{
	size_t ratio = m->limits->ratio;
	size_t cap = ratio && f->value.n > SIZE_MAX / ratio ? SIZE_MAX : f->value.n * ratio;

	*u = (struct ew_unpack){ .m = m, .f = f, .cap = cap < RATIO_FROM ? RATIO_FROM : cap };
}

static bool stop(struct ew_unpack *u, const char *limit)
{
	ew_message_fault(u->m, EW_LIMIT, limit, u->f);
	u->stopped = true;
	return false;
}

bool ew_unpack_grow(struct ew_unpack *u, size_t want)
{
	size_t room, aim = u->room < SIZE_MAX / 2 ? u->room * 2 : SIZE_MAX;
	uint8_t *p;

	if (u->n < u->room)
		return true;
	if (u->room >= u->cap)
		return stop(u, "ratio");
	if (aim < want)
		aim = want;
	if (aim < FIRST_LEAST)
		aim = FIRST_LEAST;
	if (aim > u->cap)
		aim = u->cap;
	p = ew_decode_buffer(u->m, u->f, aim, &room);
	if (!p) {
		u->stopped = true;
		return false;
	}
	if (room <= u->room) {
		ew_arena_shrink(u->m->arena, p, room, 0);
		return stop(u, "output");
	}
	if (u->n)
		memcpy(p, u->p, u->n);
	u->p = p;
	u->room = room;
	return true;
}

bool ew_unpack_finish(struct ew_unpack *u, const struct ew_decoder *via)
{
	if (u->p)
		ew_arena_shrink(u->m->arena, u->p, u->room, u->n);
	return ew_decode_layer(u->m, u->f, via, ew_bytes(u->p, u->n), EW_KIND_BYTES, u->n) != NULL;
}

bool ew_unpack_extra(struct ew_message *m, struct ew_field *f, const struct ew_decoder *via,
                     struct ew_bytes text)
{
	struct ew_field *layer;

	if (text.n == 0)
		return true;
	layer = ew_decode_layer(m, f, via, text, EW_KIND_BYTES, 0);
	if (!layer)
		return false;
	layer->hint = layer->after_hint = EW_HINT_NONE;
	layer->hint_arg = ew_bytes(NULL, 0);
	layer->flags &= (uint8_t)~EW_FIELD_TYPED;
	return true;
}

struct state_memory {
	_Alignas(16) uint8_t room[STATE_ROOM];
	size_t used;
	struct ew_arena *arena;
};

static voidpf state_alloc(voidpf opaque, uInt items, uInt size)
{
	struct state_memory *s = opaque;
	size_t want = ((size_t)items * size + 15) & ~(size_t)15;
	void *p;

	if (want > sizeof(s->room) - s->used)
		return ew_arena_alloc_raw(s->arena, want);
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
			(void)stop(u, "arena");
			return EW_INFLATE_STOP;
		default: /* damage, or a preset dictionary that nobody has */
			return EW_INFLATE_BAD;
		}
	}
}

enum ew_inflate ew_inflate(struct ew_unpack *u, enum ew_inflate_format format, struct ew_bytes in,
                           size_t want, size_t *used_r)
{
	struct state_memory memory;
	z_stream z = { .zalloc = state_alloc, .zfree = state_free, .opaque = &memory };
	enum ew_inflate result;

	memory.used = 0;
	memory.arena = u->m->arena;
	*used_r = 0;
	if (inflateInit2(&z, window_bits(format)) != Z_OK) {
		(void)stop(u, "arena");
		return EW_INFLATE_STOP;
	}
	result = run(u, &z, in, want, used_r);
	(void)inflateEnd(&z);
	return result;
}
