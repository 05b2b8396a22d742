/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* brotli (RFC 7932), where it is declared: it has no magic, no check sum, and nearly any bytes begin a stream.
 *
 * The library's state and window come from the arena, so a window that a stream claims is paid for by its own
 * message.  The trap: on damage the library keeps what it has not handed out yet; it is asked again, with a
 * little input at a time, since streaming readers were given that. */

#include "decoders.h"
#include "unpack.h"

#include <brotli/decode.h>

#define STEPS 4096 /* calls of the second reading */

static bool claims_nothing(const struct ew_field *f)
{
	(void)f;
	return false;
}

static void *arena_alloc(void *arena, size_t n)
{
	return ew_arena_alloc_raw(arena, n);
}

static void arena_free(void *arena, void *p)
{
	(void)arena;
	(void)p;
}

static bool is_memory(BrotliDecoderErrorCode e)
{
	return e <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES && e >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES;
}

/* Append the stream, `step` bytes of it at a time. */
static enum ew_status read_stream(struct ew_unpack *u, struct ew_bytes in, size_t step, size_t *used_r)
{
	BrotliDecoderState *b = BrotliDecoderCreateInstance(arena_alloc, arena_free, u->m->arena);
	size_t want = ew_unpack_guess(in), given = 0, left = 0;
	const uint8_t *next = in.p;
	enum ew_status s = EW_MORE;

	*used_r = 0;
	if (!b) {
		(void)ew_unpack_stop(u, "arena");
		return EW_LIMIT;
	}
	while (s == EW_MORE) {
		if (left == 0 && given < in.n) {
			left = step < in.n - given ? step : in.n - given;
			given += left;
		}
		if (!ew_unpack_grow(u, want)) {
			s = EW_LIMIT;
			break;
		}
		uint8_t *out = u->p + u->n;
		size_t room = u->room - u->n;
		BrotliDecoderResult r = BrotliDecoderDecompressStream(b, &left, &next, &room, &out, NULL);
		u->n = u->room - room;
		if (r == BROTLI_DECODER_RESULT_SUCCESS)
			s = EW_OK;
		else if (r == BROTLI_DECODER_RESULT_ERROR)
			s = is_memory(BrotliDecoderGetErrorCode(b)) ? EW_LIMIT : EW_MALFORMED;
		else if (r == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT && left == 0 && given == in.n)
			s = EW_TRUNCATED;
	}
	if (s == EW_LIMIT && !u->stopped)
		(void)ew_unpack_stop(u, "arena");
	*used_r = given - left;
	BrotliDecoderDestroyInstance(b);
	return s;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_unpack u;
	size_t used;
	enum ew_status s;

	if (!ew_field_declared(f, &ew_decoder_brotli))
		return EW_DECLINED;
	ew_unpack_init(&u, m, f);
	s = read_stream(&u, f->value, SIZE_MAX, &used);
	if (s == EW_MALFORMED) {
		u.n = 0;
		s = read_stream(&u, f->value, 1 + f->value.n / STEPS, &used);
	}
	if (s == EW_MALFORMED && u.n == 0) {
		if (u.p)
			ew_arena_shrink(m->arena, u.p, u.room, 0);
		return EW_DECLINED;
	}
	if (!ew_unpack_finish(&u, &ew_decoder_brotli))
		return EW_LIMIT;
	if (s != EW_OK || used == f->value.n)
		return s;
	ew_message_flag(m, EW_ANOMALY_TRAILING_DATA);
	return ew_unpack_extra(m, f, &ew_decoder_brotli, ew_bytes_from(f->value, used)) ? EW_OK : EW_LIMIT;
}

const struct ew_decoder ew_decoder_brotli = { "brotli", EW_DECODER_BY_HEAD, claims_nothing, decode };
