/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* gzip (RFC 1952): all members, their output joined as every reader joins it.
 *
 * A member's file name and comment are text of the sender that a function may use (`gunzip -N`), so
 * they become layers of their own; so do the bytes after the last member, which some readers ignore
 * and some refuse.  Zero bytes between members are padding, which some readers pass.  The trap: the size
 * in the trailer is a wish.  It is taken for the first buffer only. */

#include "decoders.h"
#include "inflate.h"

enum { FEXTRA = 4, FNAME = 8, FCOMMENT = 16 };

#define HEADER_LEAST 10
#define MEMBER_LEAST 18

static const struct ew_bytes magic = { (const uint8_t *)"\x1f\x8b\x08", 3 };

static bool claims(const struct ew_field *f)
{
	return ew_bytes_starts(f->value, magic);
}

/* Text up to a NUL; the reader stands behind it.  Cut input gives what is there. */
static struct ew_bytes take_text(struct ew_reader *r)
{
	const uint8_t *nul = r->n ? memchr(r->p, 0, r->n) : NULL;
	struct ew_bytes text = ew_bytes(r->p, nul ? (size_t)(nul - r->p) : r->n);

	(void)ew_read_bytes(r, nul ? text.n + 1 : text.n);
	return text;
}

/* Layers for what a member's header says in words. */
static bool emit_header(struct ew_message *m, struct ew_field *f, struct ew_bytes member)
{
	struct ew_reader r = ew_reader(member);
	struct ew_bytes head = ew_read_bytes(&r, HEADER_LEAST);
	uint8_t flags = head.n ? head.p[3] : 0;

	if (flags & FEXTRA) {
		size_t low = ew_read_u8(&r), high = ew_read_u8(&r);
		struct ew_bytes extra = ew_read_bytes(&r, high << 8 | low);
		if (!ew_unpack_extra(m, f, &ew_decoder_gzip, extra))
			return false;
	}
	for (unsigned text = FNAME; text <= FCOMMENT; text <<= 1) {
		if (flags & text && !ew_unpack_extra(m, f, &ew_decoder_gzip, take_text(&r)))
			return false;
	}
	return true;
}

/* What the trailer says, if it can be true: no more than deflate could make of the input. */
static size_t claimed_size(struct ew_bytes in)
{
	if (in.n < MEMBER_LEAST)
		return 0;
	const uint8_t *p = in.p + in.n - 4;
	size_t size = (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
	return size / 1032 > in.n ? 0 : size;
}

/* What follows a member; zeros before the next one are no content. */
static struct ew_bytes past_padding(struct ew_bytes rest)
{
	struct ew_bytes next = rest;

	while (next.n && next.p[0] == 0)
		next = ew_bytes_from(next, 1);
	return ew_bytes_starts(next, magic) ? next : rest;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes rest = f->value;
	struct ew_unpack u;
	enum ew_inflate r = EW_INFLATE_END;
	size_t used, want = claimed_size(rest);

	if (!claims(f))
		return EW_DECLINED;
	ew_unpack_init(&u, m, f);
	if (want == 0)
		want = ew_unpack_guess(rest);
	while (r == EW_INFLATE_END && ew_bytes_starts(rest, magic)) {
		struct ew_bytes member = rest;
		if (!ew_unpack_piece(&u)) {
			r = EW_INFLATE_STOP;
			break;
		}
		r = ew_inflate(&u, EW_INFLATE_GZIP, member, want, &used);
		rest = ew_bytes_from(rest, used);
		if (r == EW_INFLATE_END)
			rest = past_padding(rest);
		if (!emit_header(m, f, member))
			return EW_LIMIT;
	}
	if (!ew_unpack_finish(&u, &ew_decoder_gzip))
		return EW_LIMIT;
	switch (r) {
	case EW_INFLATE_END:
		break;
	case EW_INFLATE_CUT:
		return EW_TRUNCATED;
	case EW_INFLATE_STOP:
		return EW_LIMIT;
	case EW_INFLATE_BAD:
		return ew_unpack_extra(m, f, &ew_decoder_gzip, rest) ? EW_MALFORMED : EW_LIMIT;
	}
	if (rest.n == 0)
		return EW_OK;
	ew_message_flag(m, EW_ANOMALY_TRAILING_DATA);
	return ew_unpack_extra(m, f, &ew_decoder_gzip, rest) ? EW_OK : EW_LIMIT;
}

const struct ew_decoder ew_decoder_gzip = { "gzip", EW_DECODER_BINARY | EW_DECODER_BY_HEAD, claims, decode };
