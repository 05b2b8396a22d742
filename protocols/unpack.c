/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Growing output for all decompressors.
 *
 * The trap is a bomb: sizes that the input claims are a wish for the first buffer at most, and growth
 * stops at the ratio or at what the message's output budget has left, each with its own name. */

#include "unpack.h"

#define RATIO_FROM (64u * 1024)
#define FIRST_LEAST 512u
#define PIECE_WORK 128u

void ew_unpack_init(struct ew_unpack *u, struct ew_message *m, struct ew_field *f)
{
	size_t ratio = m->limits->ratio;
	size_t cap = ratio && f->value.n > SIZE_MAX / ratio ? SIZE_MAX : f->value.n * ratio;

	*u = (struct ew_unpack){ .m = m, .f = f, .cap = cap < RATIO_FROM ? RATIO_FROM : cap };
}

bool ew_unpack_stop(struct ew_unpack *u, const char *limit)
{
	ew_message_fault(u->m, EW_LIMIT, limit, u->f);
	u->stopped = true;
	return false;
}

bool ew_unpack_overrun(struct ew_unpack *u)
{
	if (u->stopped)
		return false;
	if (u->room < u->cap)
		return ew_unpack_stop(u, "output");
	ew_message_flag(u->m, EW_ANOMALY_RATIO);
	return ew_unpack_stop(u, "ratio");
}

bool ew_unpack_piece(struct ew_unpack *u)
{
	if (PIECE_WORK > u->m->limits->work - u->m->used_work) {
		u->m->used_work = u->m->limits->work;
		return ew_unpack_stop(u, "work");
	}
	u->m->used_work += PIECE_WORK;
	return true;
}

/* Move to a buffer of twice the size, or of `want`, whichever is more, as far as the budgets go.  False:
 * they went no further. */
static bool enlarge(struct ew_unpack *u, size_t want)
{
	size_t room, aim = u->room < SIZE_MAX / 2 ? u->room * 2 : SIZE_MAX;
	uint8_t *p;

	if (u->room >= u->cap)
		return false;
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
		return false;
	}
	if (u->n)
		memcpy(p, u->p, u->n);
	u->p = p;
	u->room = room;
	return true;
}

bool ew_unpack_grow(struct ew_unpack *u, size_t want)
{
	return u->n < u->room || enlarge(u, want) || ew_unpack_overrun(u);
}

size_t ew_unpack_reserve(struct ew_unpack *u, size_t more)
{
	if (more > u->room - u->n && !u->stopped)
		(void)enlarge(u, more < SIZE_MAX - u->n ? u->n + more : SIZE_MAX);
	return more < u->room - u->n ? more : u->room - u->n;
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
	layer->declared = NULL;
	return true;
}

size_t ew_skippable(struct ew_bytes in)
{
	if (in.n < EW_SKIPPABLE_HEAD || (in.p[0] & 0xf0) != 0x50 || memcmp(in.p + 1, "\x2a\x4d\x18", 3) != 0)
		return 0;
	size_t size = (size_t)in.p[4] | (size_t)in.p[5] << 8 | (size_t)in.p[6] << 16 | (size_t)in.p[7] << 24;
	return size > in.n - EW_SKIPPABLE_HEAD ? in.n : EW_SKIPPABLE_HEAD + size;
}

struct ew_bytes ew_past_skippable(struct ew_bytes in)
{
	size_t n;

	while ((n = ew_skippable(in)) != 0)
		in = ew_bytes_from(in, n);
	return in;
}
