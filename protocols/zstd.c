/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Zstandard (RFC 8878): all frames joined, windows of up to 8 MiB.
 *
 * A skippable frame gives no output but may carry anything, so its content becomes a layer of its own.
 * The trap: the library sizes its window by what a frame claims.  The window is capped, and where the room
 * holds what the frame says it has, none is made at all.  A context that a worker keeps has its memory from the
 * heap and is given up when a window has made it large; without one the arena pays.  There nothing is freed
 * singly, hence one context serves all frames. */

#define ZSTD_STATIC_LINKING_ONLY /* a context with allocators of one's own */
#include "decoders.h"
#include "eventwall/unpackers.h"
#include "unpack.h"

#include <zstd.h>
#include <zstd_errors.h>

#define WINDOW_LOG_MOST 23
#define KEEP_MOST (4u << 20)

static const struct ew_bytes magic = { (const uint8_t *)"\x28\xb5\x2f\xfd", 4 };

/* A frame stands at the start, or behind skippable ones. */
static bool claims(const struct ew_field *f)
{
	return ew_bytes_starts(ew_past_skippable(f->value), magic);
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

static ZSTD_DCtx *context_for(struct ew_message *m)
{
	struct ew_unpackers *kept = m->unpackers;
	ZSTD_DCtx *z = kept ? kept->zstd : NULL;

	if (z)
		return z;
	z = kept ? ZSTD_createDCtx()
	         : ZSTD_createDCtx_advanced((ZSTD_customMem){ arena_alloc, arena_free, m->arena });
	if (z && ZSTD_isError(ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG_MOST))) {
		(void)ZSTD_freeDCtx(z);
		z = NULL;
	}
	if (kept)
		kept->zstd = z;
	return z;
}

static void done_with(struct ew_message *m, ZSTD_DCtx *z)
{
	if (m->unpackers && ZSTD_sizeof_DCtx(z) <= KEEP_MOST)
		return;
	(void)ZSTD_freeDCtx(z);
	if (m->unpackers)
		m->unpackers->zstd = NULL;
}

static enum ew_status status_of_error(struct ew_unpack *u, size_t error)
{
	switch (ZSTD_getErrorCode(error)) {
	case ZSTD_error_memory_allocation:
		ew_message_fault(u->m, EW_LIMIT, "arena", u->f);
		return EW_LIMIT;
	case ZSTD_error_frameParameter_windowTooLarge:
		ew_message_fault(u->m, EW_LIMIT, "window", u->f);
		return EW_LIMIT;
	case ZSTD_error_dictionary_wrong:
		return EW_UNSUPPORTED;
	default:
		return EW_MALFORMED;
	}
}

/* One frame at the start of `in`, appended to `u`.  EW_MORE: the input ends before it does.  `gently`
 * feeds one block at a time: an error does not say how much was written in the call that met it. */
static enum ew_status read_frame(ZSTD_DCtx *z, struct ew_unpack *u, struct ew_bytes in, bool gently,
                                 size_t *used_r)
{
	ZSTD_inBuffer src = { in.p, gently ? 0 : in.n, 0 };
	unsigned long long claimed = ZSTD_getFrameContentSize(in.p, in.n);
	size_t want = ew_unpack_guess(in);
	enum ew_status s = EW_MORE;

	if (claimed != ZSTD_CONTENTSIZE_UNKNOWN && claimed != ZSTD_CONTENTSIZE_ERROR)
		want = claimed < u->cap ? (size_t)claimed : u->cap;
	if (want > u->cap)
		want = u->cap;
	want += u->n;
	(void)ZSTD_DCtx_reset(z, ZSTD_reset_session_only);
	while (s == EW_MORE) {
		if (!ew_unpack_grow(u, want)) {
			s = EW_LIMIT;
			break;
		}
		ZSTD_outBuffer dst = { u->p, u->room, u->n };
		size_t r = ZSTD_decompressStream(z, &dst, &src);
		u->n = dst.pos;
		if (ZSTD_isError(r))
			s = status_of_error(u, r);
		else if (r == 0)
			s = EW_OK;
		else if (src.pos == in.n && dst.pos < dst.size)
			break;
		else if (src.pos == src.size) /* r is what it would like to read next */
			src.size = r < in.n - src.pos ? src.pos + r : in.n;
	}
	*used_r = src.pos;
	return s;
}

static enum ew_status read_frame_or_its_start(ZSTD_DCtx *z, struct ew_unpack *u, struct ew_bytes in,
                                              size_t *used_r)
{
	size_t before = u->n;
	enum ew_status s = read_frame(z, u, in, false, used_r);

	if (s != EW_MALFORMED)
		return s;
	u->n = before;
	return read_frame(z, u, in, true, used_r);
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes rest = f->value;
	struct ew_unpack u;
	enum ew_status s = EW_OK;

	if (!claims(f))
		return EW_DECLINED;
	ew_unpack_init(&u, m, f);
	ZSTD_DCtx *z = context_for(m);
	if (!z) {
		ew_message_fault(m, EW_LIMIT, "arena", f);
		return EW_LIMIT;
	}
	while (s == EW_OK && rest.n) {
		size_t used = ew_skippable(rest);
		if (!ew_unpack_piece(&u)) {
			s = EW_LIMIT;
		} else if (used) {
			if (!ew_unpack_extra(m, f, &ew_decoder_zstd,
			                     ew_bytes(rest.p + EW_SKIPPABLE_HEAD, used - EW_SKIPPABLE_HEAD)))
				s = EW_LIMIT;
		} else if (ew_bytes_starts(rest, magic)) {
			s = read_frame_or_its_start(z, &u, rest, &used);
		} else {
			break;
		}
		rest = ew_bytes_from(rest, used);
	}
	done_with(m, z);
	if (!ew_unpack_finish(&u, &ew_decoder_zstd))
		return EW_LIMIT;
	if (s == EW_MORE)
		return EW_TRUNCATED;
	if (rest.n && s == EW_OK)
		ew_message_flag(m, EW_ANOMALY_TRAILING_DATA);
	return ew_unpack_extra(m, f, &ew_decoder_zstd, rest) ? s : EW_LIMIT;
}

const struct ew_decoder ew_decoder_zstd = { "zstd", EW_DECODER_BINARY | EW_DECODER_BY_HEAD, claims, decode };
