/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Whole values in hexadecimal: plain pairs, after 0x or \x, or each with a prefix or a separator of its own:
 * \xHH\xHH, 0xHH,0xHH, HH:HH, HH-HH.
 *
 * Always a guess: digests, colours and numbers are hex as well, so the result must look meant.  Digits
 * alone are a number far more often than text and must be longer for it.  Hex within
 * other text is found by pieces.c. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "inflate.h"
#include "sniff.h"

#define LEAST 8        /* with 0x or \x */
#define BARE_LEAST 12
#define DIGITS_LEAST 16
#define LOOK 40
#define SMALL 256

static bool is_escape(const uint8_t *p)
{
	return (p[0] == '\\' || p[0] == '0') && (p[1] | 0x20) == 'x';
}

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;
	size_t i = 0, look = v.n < LOOK ? v.n : LOOK;

	if (v.n < LEAST)
		return false;
	if (is_escape(v.p))
		i = 2;
	for (size_t end = i + 2; i < end; i++) {
		if (ew_hex_digit(v.p[i]) < 0)
			return false;
	}
	for (; i < look; i++) {
		/* Those that no word has: only where they stand between pairs from the beginning. */
		if (memchr(":,;.", v.p[i], 4) && !ew_value_has_head(v))
			return false;
		if (ew_hex_digit(v.p[i]) < 0 && !memchr(" \t\r\n\\xX:-,;._", v.p[i], 13))
			return false;
	}
	return true;
}

static bool digits_only(struct ew_bytes v)
{
	for (size_t i = 0; i < v.n; i++) {
		if ((uint8_t)(v.p[i] - '0') > 9 && !memchr(" :-,;._", v.p[i], 7))
			return false;
	}
	return true;
}

static bool is_meant(struct ew_bytes out)
{
	return ew_plausible(out) || ew_packed_meant(out);
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes v = ew_bytes_trim(f->value, " \t\r\n");
	uint8_t small[EW_HEX_DECODED(SMALL)], *out = small, *p;
	size_t n, room;

	if (v.n < LEAST || (v.n < BARE_LEAST && !is_escape(v.p)) ||
	    (v.n < DIGITS_LEAST && digits_only(v)))
		return EW_DECLINED;
	if (v.n > SMALL) {
		out = ew_decode_buffer(m, f, EW_HEX_DECODED(v.n), &room);
		if (!out)
			return EW_LIMIT;
		if (room < EW_HEX_DECODED(v.n)) {
			ew_message_fault(m, EW_LIMIT, "output", f);
			return EW_LIMIT;
		}
	}
	if (!ew_hex_decode(v, out, &n) || !is_meant(ew_bytes(out, n))) {
		if (out != small)
			ew_arena_shrink(m->arena, out, room, 0);
		return EW_DECLINED;
	}
	p = out;
	if (out == small) {
		p = ew_decode_buffer(m, f, n, &room);
		if (!p)
			return EW_LIMIT;
		if (room < n) {
			ew_message_fault(m, EW_LIMIT, "output", f);
			return EW_LIMIT;
		}
		memcpy(p, small, n);
	} else {
		ew_arena_shrink(m->arena, out, room, n);
	}
	struct ew_field *layer = ew_decode_layer(m, f, &ew_decoder_hex, ew_bytes(p, n), EW_KIND_BYTES, n);
	return ew_deflate_declare(m, layer) ? EW_OK : EW_LIMIT;
}

const struct ew_decoder ew_decoder_hex = { "hex", EW_DECODER_BY_HEAD | EW_DECODER_BY_HEX, claims, decode };
