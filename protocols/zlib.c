/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* zlib streams (RFC 1950), and what HTTP calls deflate: zlib by the letter, raw deflate by habit.
 *
 * The trap: the two bytes of a zlib header may be text ("x^", "hC"), and a wrong guess must not hide the
 * text behind them.  So neither decoder is marked binary: the raw value is scanned beside what it
 * gave, unless the header is no text and the checksum at the end is right.  A guessed stream that is damaged
 * or has lost its end is no exception, but what came out of it is looked at, since streaming readers use it.
 * Raw deflate has no header at all: undeclared it is opened if it comes to something (deflate_guess.c), and
 * then a fault of it is none of the message. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "inflate.h"

/* Output of a damaged guess that is worth a look; text taken for zlib gives less. */
#define GUESS_LEAST 8

#define PRESET_HEAD 6 /* bytes: with the checksum of the dictionary */
#define CHECKSUM 4

/* Any window, no preset dictionary, the check right. */
static bool zlib_header(struct ew_bytes b)
{
	return b.n >= 2 && (b.p[0] & 15) == 8 && b.p[0] >> 4 <= 7 && !(b.p[1] & 0x20) &&
	       (b.p[0] << 8 | b.p[1]) % 31 == 0;
}

/* Of text. */
static bool is_letter(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

/* Headers that are two letters are believed if a byte follows that is no text, but for "x^", which zlib
 * writes at its middle levels. */
static bool claims_zlib(const struct ew_field *f)
{
	struct ew_bytes v = f->value;

	if (v.n < 4 || !(zlib_header(v) || ew_magic_zlib_preset(v)))
		return false;
	if (v.p[0] == 'x' && v.p[1] == '^')
		return true;
	return !is_letter(v.p[1]) || !is_letter(v.p[2]) || !is_letter(v.p[3]);
}

/* Not what begins as text: of that, only what came out of a text encoding is asked (base64.c, hex.c).  What has a
 * header is zlib's unless it is declared. */
static bool claims_deflate(const struct ew_field *f)
{
	struct ew_bytes v = f->value;

	if (claims_zlib(f))
		return true;
	for (size_t i = 0; i < 4 && i < v.n; i++) {
		if (!is_letter(v.p[i]))
			return ew_deflate_looks(v);
	}
	return false;
}

/* Hang what was inflated and what stands behind it below the field.  `checked`: the stream has a checksum. */
static enum ew_status emit(struct ew_unpack *u, const struct ew_decoder *via, enum ew_inflate r,
                           struct ew_bytes rest, bool checked)
{
	if (!ew_unpack_finish(u, via))
		return EW_LIMIT;
	switch (r) {
	case EW_INFLATE_CUT:
		return EW_TRUNCATED;
	case EW_INFLATE_BAD:
		return EW_MALFORMED;
	case EW_INFLATE_STOP:
		return EW_LIMIT;
	case EW_INFLATE_END:
		break;
	}
	if (rest.n == 0) {
		if (checked && !is_letter(u->f->value.p[1]))
			u->f->flags |= EW_FIELD_COVERED;
		return EW_OK;
	}
	ew_message_flag(u->m, EW_ANOMALY_TRAILING_DATA);
	return ew_unpack_extra(u->m, u->f, via, rest) ? EW_OK : EW_LIMIT;
}

/* A stream with a preset dictionary, from its header to its checksum.  Most of it may be references to what only
 * the receiver has; what was not in the dictionary stands in it. */
static enum ew_status guess_preset(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes body = ew_bytes_from(f->value, f->value.n < PRESET_HEAD ? f->value.n : PRESET_HEAD);
	struct ew_unpack u;
	size_t used;

	ew_unpack_init(&u, m, f);
	if (body.n > CHECKSUM &&
	    ew_inflate(&u, EW_INFLATE_ORPHAN, body, ew_unpack_guess(body), &used) == EW_INFLATE_END &&
	    body.n - used == CHECKSUM && u.n >= GUESS_LEAST) {
		if (!ew_unpack_finish(&u, &ew_decoder_zlib))
			return EW_LIMIT;
		ew_message_fault(m, EW_UNSUPPORTED, "zlib.dictionary", f);
		return EW_UNSUPPORTED;
	}
	if (u.stopped)
		return EW_LIMIT;
	if (u.p)
		ew_arena_shrink(m->arena, u.p, u.room, 0);
	return EW_DECLINED;
}

static enum ew_status decode_zlib(struct ew_message *m, struct ew_field *f)
{
	struct ew_unpack u;
	size_t used;
	enum ew_inflate r;

	if (ew_field_declared(f, &ew_decoder_deflate))
		return EW_DECLINED; /* was read as such */
	if (ew_magic_zlib_preset(f->value))
		return guess_preset(m, f);
	ew_unpack_init(&u, m, f);
	r = ew_inflate(&u, EW_INFLATE_ZLIB, f->value, ew_unpack_guess(f->value), &used);
	if (r == EW_INFLATE_CUT || r == EW_INFLATE_BAD) {
		if (u.n >= GUESS_LEAST)
			return ew_unpack_finish(&u, &ew_decoder_zlib) ? EW_OK : EW_LIMIT;
		if (u.p)
			ew_arena_shrink(m->arena, u.p, u.room, 0);
		return EW_DECLINED;
	}
	return emit(&u, &ew_decoder_zlib, r, ew_bytes_from(f->value, used), true);
}

/* Raw deflate that nobody declared. */
static enum ew_status guess_raw(struct ew_message *m, struct ew_field *f)
{
	struct ew_unpack u;
	size_t used;
	enum ew_inflate r;

	if (ew_magic_zlib(f->value) || !ew_deflate_meant(f->value))
		return EW_DECLINED;
	ew_unpack_init(&u, m, f);
	r = ew_inflate(&u, EW_INFLATE_RAW, f->value, ew_unpack_guess(f->value), &used);
	if (r == EW_INFLATE_CUT || r == EW_INFLATE_BAD)
		return ew_unpack_finish(&u, &ew_decoder_deflate) ? EW_OK : EW_LIMIT;
	return emit(&u, &ew_decoder_deflate, r, ew_bytes_from(f->value, used), false);
}

static enum ew_status decode_deflate(struct ew_message *m, struct ew_field *f)
{
	struct ew_unpack u;
	size_t used;
	enum ew_inflate r = EW_INFLATE_BAD;
	bool zlib = zlib_header(f->value);

	if (f->value.n == 0)
		return EW_DECLINED;
	if (!ew_field_declared(f, &ew_decoder_deflate) || !f->declared->expected)
		return guess_raw(m, f);
	ew_unpack_init(&u, m, f);
	if (zlib)
		r = ew_inflate(&u, EW_INFLATE_ZLIB, f->value, ew_unpack_guess(f->value), &used);
	if (r == EW_INFLATE_BAD) {
		/* A raw stream may look like a zlib header; keep what was read so if that fails, too. */
		struct ew_unpack raw = u;
		if (u.n)
			ew_unpack_init(&raw, m, f);
		enum ew_inflate s =
			ew_inflate(&raw, EW_INFLATE_RAW, f->value, ew_unpack_guess(f->value), &used);
		if (s != EW_INFLATE_BAD || !u.n) {
			u = raw;
			r = s;
			zlib = false;
		}
	}
	if (r == EW_INFLATE_BAD && u.n == 0)
		return EW_DECLINED;
	return emit(&u, &ew_decoder_deflate, r, ew_bytes_from(f->value, used), zlib);
}

const struct ew_decoder ew_decoder_zlib = { "zlib", EW_DECODER_BY_HEAD, claims_zlib, decode_zlib };
const struct ew_decoder ew_decoder_deflate = { "deflate", EW_DECODER_BY_HEAD, claims_deflate, decode_deflate };
