/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One deflate stream by libdeflate, which is twice as fast as zlib and wants all input and all room at once.
 *
 * It says yes or no: of a stream that is damaged, cut or larger than the room nothing can be said for sure,
 * and inflate.c reads that once more and keeps what came before.  The trap: a second reading of a stream that
 * grows out of each room would be paid by us, so the room is made larger once. */

#include "eventwall/unpackers.h"
#include "inflate.h"

#include <libdeflate.h>

#define AGAIN 8 /* times the first room */

static enum libdeflate_result read_into(struct ew_unpack *u, struct libdeflate_decompressor *d,
                                        enum ew_inflate_format format, struct ew_bytes in, size_t *used_r)
{
	uint8_t *out = u->p + u->n;
	size_t room = u->room - u->n, n = 0;
	enum libdeflate_result r = LIBDEFLATE_BAD_DATA;

	switch (format) {
	case EW_INFLATE_RAW:
		r = libdeflate_deflate_decompress_ex(d, in.p, in.n, out, room, used_r, &n);
		break;
	case EW_INFLATE_ZLIB:
		r = libdeflate_zlib_decompress_ex(d, in.p, in.n, out, room, used_r, &n);
		break;
	case EW_INFLATE_GZIP:
		r = libdeflate_gzip_decompress_ex(d, in.p, in.n, out, room, used_r, &n);
		break;
	case EW_INFLATE_ORPHAN: /* has no way to say so */
		break;
	}
	if (r == LIBDEFLATE_SUCCESS)
		u->n += n;
	return r;
}

bool ew_inflate_whole(struct ew_unpack *u, enum ew_inflate_format format, struct ew_bytes in, size_t want,
                      size_t *used_r)
{
	struct ew_unpackers *kept = u->m->unpackers;
	size_t more = want > u->n ? want - u->n : 0;
	enum libdeflate_result r;

	if (!kept)
		return false;
	if (!kept->deflate)
		kept->deflate = libdeflate_alloc_decompressor();
	if (!kept->deflate || ew_unpack_reserve(u, more ? more : 1) == 0)
		return false;
	r = read_into(u, kept->deflate, format, in, used_r);
	if (r != LIBDEFLATE_INSUFFICIENT_SPACE)
		return r == LIBDEFLATE_SUCCESS;
	size_t room = u->room - u->n;
	more = room < SIZE_MAX / AGAIN ? room * AGAIN : SIZE_MAX;
	if (ew_unpack_reserve(u, more) <= room)
		return false;
	return read_into(u, kept->deflate, format, in, used_r) == LIBDEFLATE_SUCCESS;
}
