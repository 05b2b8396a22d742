/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* lz4 in frames (lz4_Frame_format 1.6.3), frames of the old kind and frames to skip among them: all of them
 * joined, as every reader joins them.
 *
 * The frames are read here and only blocks are given to the library: for frames it wants a context on the
 * heap and a second copy of the output, whereas a block can refer to what stands before it in ours.  A sum
 * or a size that is wrong is malformed, but what the blocks hold is read on, since some readers look at no
 * sums.  The trap: a block says how long it is packed, not what it becomes; at most 255 times as much, and
 * no more than the frame lets its blocks have. */

#include "decoders.h"
#include "eventwall/checksum.h"
#include "unpack.h"

#include <lz4.h>

enum flag { DICTIONARY = 1, RESERVED = 2, SUM = 4, SIZE = 8, BLOCK_SUM = 16, APART = 32, VERSION = 64 };

#define STORED 0x80000000u /* a block that is as it was */
#define RATIO_MOST 255
#define WINDOW (64u * 1024)
#define OLD_BLOCK_MOST (8u << 20)

static const struct ew_bytes magic = { (const uint8_t *)"\x04\x22\x4d\x18", 4 };
static const struct ew_bytes old_magic = { (const uint8_t *)"\x02\x21\x4c\x18", 4 };

static bool begins_frame(struct ew_bytes v)
{
	return ew_bytes_starts(v, magic) || ew_bytes_starts(v, old_magic);
}

static bool claims(const struct ew_field *f)
{
	return begins_frame(ew_past_skippable(f->value));
}

static uint32_t read_le32(struct ew_reader *r)
{
	struct ew_bytes b = ew_read_bytes(r, 4);

	return b.n ? (uint32_t)b.p[0] | (uint32_t)b.p[1] << 8 | (uint32_t)b.p[2] << 16 | (uint32_t)b.p[3] << 24
	           : 0;
}

/* What is left, as a block whose end is missing. */
static struct ew_bytes read_rest(struct ew_reader *r)
{
	return ew_read_bytes(r, r->n);
}

static enum ew_status add_stored(struct ew_unpack *u, struct ew_bytes block)
{
	size_t room = ew_unpack_reserve(u, block.n);

	if (room)
		memcpy(u->p + u->n, block.p, room);
	u->n += room;
	if (room == block.n)
		return EW_OK;
	(void)ew_unpack_overrun(u);
	return EW_LIMIT;
}

/* Append what the block holds, at most `most` bytes; it may refer to what was written since `from`. */
static enum ew_status add_packed(struct ew_unpack *u, struct ew_bytes block, size_t most, size_t from)
{
	size_t want = block.n < most / RATIO_MOST ? block.n * RATIO_MOST : most;
	size_t room = ew_unpack_reserve(u, want);
	size_t window = u->n - from < WINDOW ? u->n - from : WINDOW;
	int n;

	if (block.n == 0)
		return EW_MALFORMED;
	if (room == 0) {
		(void)ew_unpack_overrun(u);
		return EW_LIMIT;
	}
	const char *in = (const char *)block.p, *before = (const char *)u->p + u->n - window;
	char *out = (char *)u->p + u->n;
	if (room == want) {
		n = LZ4_decompress_safe_usingDict(in, out, (int)block.n, (int)room, before, (int)window);
		if (n < 0)
			return EW_MALFORMED;
		u->n += (size_t)n;
		return EW_OK;
	}
	n = LZ4_decompress_safe_partial_usingDict(in, out, (int)block.n, (int)room, (int)room, before, (int)window);
	if (n < 0)
		return EW_MALFORMED;
	u->n += (size_t)n;
	if ((size_t)n < room)
		return EW_OK;
	(void)ew_unpack_overrun(u);
	return EW_LIMIT;
}

/* The part of a frame behind its magic.  EW_MALFORMED: something is wrong; the reader stands behind what was
 * read all the same. */
static enum ew_status read_frame(struct ew_unpack *u, struct ew_reader *r)
{
	struct ew_bytes head = { r->p, r->n };
	unsigned flags = ew_read_u8(r), size_code = ew_read_u8(r) >> 4 & 7;
	size_t most = size_code >= 4 ? (size_t)1 << (8 + 2 * size_code) : 4u << 20;
	size_t from = u->n;
	enum ew_status s = EW_OK, t = EW_OK;

	if (flags >> 6 != VERSION >> 6)
		return EW_UNSUPPORTED;
	struct ew_bytes size = ew_read_bytes(r, flags & SIZE ? 8 : 0);
	if (flags & DICTIONARY)
		(void)read_le32(r);
	head.n -= r->n;
	if ((ew_xxh32(head) >> 8 & 0xff) != ew_read_u8(r) || flags & RESERVED || size_code < 4)
		s = EW_MALFORMED;
	if (r->short_read)
		return EW_TRUNCATED;
	while (t == EW_OK) {
		uint32_t length = read_le32(r);
		if (r->short_read)
			return EW_TRUNCATED;
		if (length == 0)
			break;
		if (!ew_unpack_piece(u))
			return EW_LIMIT;
		bool stored = length & STORED, cut;
		length &= ~STORED;
		if (length > most)
			return EW_MALFORMED;
		cut = length > r->n;
		struct ew_bytes block = cut ? read_rest(r) : ew_read_bytes(r, length);
		if (stored)
			t = add_stored(u, block);
		else if (!cut)
			t = add_packed(u, block, most, flags & APART ? u->n : from);
		if (cut)
			return t == EW_OK ? EW_TRUNCATED : t;
		if (flags & BLOCK_SUM && read_le32(r) != ew_xxh32(block))
			s = r->short_read ? EW_TRUNCATED : EW_MALFORMED;
	}
	if (t != EW_OK)
		return t == EW_MALFORMED && flags & DICTIONARY ? EW_UNSUPPORTED : t;
	struct ew_bytes content = ew_bytes(u->p ? u->p + from : NULL, u->n - from);
	for (size_t i = 0; i < size.n; i++) {
		if (size.p[i] != (uint8_t)((uint64_t)content.n >> 8 * i))
			s = EW_MALFORMED;
	}
	if (flags & SUM && read_le32(r) != ew_xxh32(content))
		s = EW_MALFORMED;
	return r->short_read ? EW_TRUNCATED : s;
}

/* Blocks up to the next frame or the end of input, each by itself. */
static enum ew_status read_old_frame(struct ew_unpack *u, struct ew_reader *r)
{
	enum ew_status s = EW_OK;

	while (s == EW_OK && r->n) {
		struct ew_bytes rest = ew_bytes(r->p, r->n);
		if (begins_frame(rest) || ew_skippable(rest))
			break;
		if (!ew_unpack_piece(u))
			return EW_LIMIT;
		uint32_t length = read_le32(r);
		if (r->short_read || length > r->n)
			return EW_TRUNCATED;
		if (length > LZ4_COMPRESSBOUND(OLD_BLOCK_MOST))
			return EW_MALFORMED;
		s = add_packed(u, ew_read_bytes(r, length), OLD_BLOCK_MOST, u->n);
	}
	return s;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_reader r = ew_reader(f->value);
	struct ew_unpack u;
	enum ew_status s = EW_OK;

	if (!claims(f))
		return EW_DECLINED;
	ew_unpack_init(&u, m, f);
	while (s == EW_OK && r.n) {
		struct ew_bytes rest = ew_bytes(r.p, r.n);
		size_t skip = ew_skippable(rest);
		if (!ew_unpack_piece(&u)) {
			s = EW_LIMIT;
			break;
		}
		if (skip) {
			struct ew_bytes content = ew_bytes_from(ew_read_bytes(&r, skip), EW_SKIPPABLE_HEAD);
			if (!ew_unpack_extra(m, f, &ew_decoder_lz4, content))
				s = EW_LIMIT;
			continue;
		}
		if (!begins_frame(rest))
			break;
		(void)ew_read_bytes(&r, magic.n);
		s = ew_bytes_starts(rest, magic) ? read_frame(&u, &r) : read_old_frame(&u, &r);
	}
	if (!ew_unpack_finish(&u, &ew_decoder_lz4))
		return EW_LIMIT;
	if (r.n && s == EW_OK)
		ew_message_flag(m, EW_ANOMALY_TRAILING_DATA);
	return ew_unpack_extra(m, f, &ew_decoder_lz4, ew_bytes(r.p, r.n)) ? s : EW_LIMIT;
}

const struct ew_decoder ew_decoder_lz4 = { "lz4", EW_DECODER_BINARY | EW_DECODER_BY_HEAD, claims, decode };
