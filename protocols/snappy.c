/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* snappy in its three coats: the framing format (framing_format.txt, 2013), the blocks that Java and
 * most Kafka clients write, and one bare block, which has no magic and is opened where it is declared.
 *
 * The library opens a block whole or not at all, so what is damaged in a block is lost, as it is for every
 * reader; blocks before it are kept.  The trap: a block begins with the size it will have, and the library
 * believes it; it is compared with the budget first.  And nearly any text makes a bare block, hence the raw
 * value is scanned beside what it gave. */

#include "decoders.h"
#include "eventwall/checksum.h"
#include "unpack.h"

#include <snappy-c.h>

enum chunk { PACKED = 0, STORED = 1, SKIPPED_FROM = 0x80, IDENTIFIER = 0xff };

#define CHUNK_MOST (64u * 1024) /* bytes that a chunk becomes */
#define JAVA_HEAD 16

static const struct ew_bytes identifier = { (const uint8_t *)"\xff\x06\x00\x00sNaPpY", 10 };
static const struct ew_bytes java_magic = { (const uint8_t *)"\x82SNAPPY\x00", 8 };

static bool claims(const struct ew_field *f)
{
	return ew_bytes_starts(f->value, identifier) || ew_bytes_starts(f->value, java_magic);
}

/* Append what the block holds, if it says to be at most `most` bytes. */
static enum ew_status add_block(struct ew_unpack *u, struct ew_bytes block, size_t most)
{
	const char *in = (const char *)block.p;
	size_t n;

	if (block.n == 0 || snappy_uncompressed_length(in, block.n, &n) != SNAPPY_OK || n > most)
		return EW_MALFORMED;
	if (ew_unpack_reserve(u, n) < n) {
		(void)ew_unpack_overrun(u);
		return EW_LIMIT;
	}
	uint8_t none[1];
	char *out = (char *)(n ? u->p + u->n : none);
	if (snappy_uncompress(in, block.n, out, &n) != SNAPPY_OK)
		return EW_MALFORMED;
	u->n += n;
	return EW_OK;
}

static enum ew_status add_stored(struct ew_unpack *u, struct ew_bytes text)
{
	if (text.n > CHUNK_MOST)
		return EW_MALFORMED;
	if (ew_unpack_reserve(u, text.n) < text.n) {
		(void)ew_unpack_overrun(u);
		return EW_LIMIT;
	}
	if (text.n)
		memcpy(u->p + u->n, text.p, text.n);
	u->n += text.n;
	return EW_OK;
}

static uint32_t masked_sum(struct ew_bytes b)
{
	uint32_t c = ew_crc32c(b);

	return (c >> 15 | c << 17) + 0xa282ead8u;
}

/* A chunk with content: its masked sum, then the block or the text. */
static enum ew_status add_chunk(struct ew_unpack *u, unsigned type, struct ew_bytes body)
{
	struct ew_reader r = ew_reader(body);
	struct ew_bytes sum = ew_read_bytes(&r, 4), packed = ew_bytes(r.p, r.n);
	size_t from = u->n;
	enum ew_status s;

	if (r.short_read)
		return EW_MALFORMED;
	s = type == PACKED ? add_block(u, packed, CHUNK_MOST) : add_stored(u, packed);
	if (s != EW_OK)
		return s;
	uint32_t want = masked_sum(ew_bytes(u->p ? u->p + from : NULL, u->n - from));
	for (unsigned i = 0; i < 4; i++) {
		if (sum.p[i] != (uint8_t)(want >> 8 * i))
			return EW_MALFORMED;
	}
	return EW_OK;
}

/* Chunks to the end of input; what readers skip becomes a layer. */
static enum ew_status read_chunks(struct ew_unpack *u, struct ew_reader *r)
{
	enum ew_status s = EW_OK;

	while (s == EW_OK && r->n) {
		if (!ew_unpack_piece(u))
			return EW_LIMIT;
		unsigned type = ew_read_u8(r);
		size_t n = ew_read_u8(r);
		n |= (size_t)ew_read_u8(r) << 8;
		n |= (size_t)ew_read_u8(r) << 16;
		struct ew_bytes rest = ew_bytes(r->p, r->n), body = ew_read_bytes(r, n);
		if (r->short_read)
			return ew_unpack_extra(u->m, u->f, &ew_decoder_snappy, rest) ? EW_TRUNCATED : EW_LIMIT;
		if (type == PACKED || type == STORED)
			s = add_chunk(u, type, body);
		else if (type == IDENTIFIER)
			s = ew_bytes_eq(body, ew_bytes_from(identifier, 4)) ? EW_OK : EW_MALFORMED;
		else if (!ew_unpack_extra(u->m, u->f, &ew_decoder_snappy, body))
			s = EW_LIMIT;
		else if (type < SKIPPED_FROM)
			s = EW_UNSUPPORTED;
	}
	return s;
}

/* A head with two versions, then blocks with their length before them.  Streams that were joined have a head
 * in the midst. */
static enum ew_status read_java(struct ew_unpack *u, struct ew_reader *r)
{
	enum ew_status s = EW_OK;

	while (s == EW_OK && r->n) {
		if (!ew_unpack_piece(u))
			return EW_LIMIT;
		if (ew_bytes_starts(ew_bytes(r->p, r->n), java_magic)) {
			(void)ew_read_bytes(r, JAVA_HEAD);
		} else {
			size_t n = ew_read_be32(r);
			struct ew_bytes block = ew_read_bytes(r, n);
			if (!r->short_read)
				s = add_block(u, block, SIZE_MAX);
		}
		if (r->short_read)
			return EW_TRUNCATED;
	}
	return s;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_reader r = ew_reader(f->value);
	struct ew_unpack u;
	enum ew_status s;

	ew_unpack_init(&u, m, f);
	if (ew_bytes_starts(f->value, identifier))
		s = read_chunks(&u, &r);
	else if (ew_bytes_starts(f->value, java_magic))
		s = read_java(&u, &r);
	else if (!ew_field_declared(f, &ew_decoder_snappy))
		return EW_DECLINED;
	else
		s = add_block(&u, ew_read_bytes(&r, r.n), SIZE_MAX);
	if (s == EW_MALFORMED && u.n == 0 && !claims(f)) {
		if (u.p)
			ew_arena_shrink(m->arena, u.p, u.room, 0);
		return EW_DECLINED;
	}
	if (!ew_unpack_finish(&u, &ew_decoder_snappy))
		return EW_LIMIT;
	return ew_unpack_extra(m, f, &ew_decoder_snappy, ew_bytes(r.p, r.n)) ? s : EW_LIMIT;
}

const struct ew_decoder ew_decoder_snappy = { "snappy", EW_DECODER_BY_HEAD, claims, decode };
