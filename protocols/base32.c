/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Whole values in base32 (RFC 4648, 6) or in its alphabet of hex (7), in either case, with padding or without,
 * broken into lines or not.
 *
 * Always a guess: codes, digests and names in capitals fit the alphabets, so the result must look meant.  Many fit
 * both, and what the first makes nothing of is read by the second.  The trap: prose in small letters fits as
 * well, up to its first blank. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "inflate.h"
#include "sniff.h"

#define OUT_LEAST 16
#define SMALL 256

static inline bool is_alnum(uint8_t c)
{
	return (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10;
}

static inline bool in_case(uint8_t c, uint8_t first)
{
	return (uint8_t)(c - first) < 26 || (uint8_t)(c - '0') < 10;
}

bool ew_base32_begins(struct ew_bytes v)
{
	size_t i = 0;
	uint8_t first;

	while (v.n && v.p[0] <= ' ')
		v = ew_bytes_from(v, 1);
	/* A word that ends soon is told at once. */
	if (v.n < EW_BASE32_LEAST || !is_alnum(v.p[7]) || !is_alnum(v.p[4]))
		return false;
	while (i < 7 && (uint8_t)(v.p[i] - '0') < 10)
		i++;
	for (first = v.p[i] & 0x20 ? 'a' : 'A'; i < 8; i++) {
		if (!in_case(v.p[i], first))
			return false;
	}
	return true;
}

/* Five bits for each character; past 31 for others. */
static unsigned value_of(uint8_t c, bool hex)
{
	unsigned letter = (c | 0x20u) - 'a', digit = c - (unsigned)'0';

	if (letter < 26)
		return hex ? letter + 10 : letter;
	if (digit > 9)
		return 32;
	return hex ? digit : digit >= 2 && digit <= 7 ? digit - 2 + 26 : 32;
}

/* Into `out`, which has room for five bytes of each eight characters; 0: it is something else. */
static size_t undo(struct ew_bytes v, bool hex, uint8_t *out)
{
	size_t n = 0, i = 0;
	unsigned bits = 0, have = 0;

	for (; i < v.n && v.p[i] != '='; i++) {
		unsigned five = value_of(v.p[i], hex);
		if (v.p[i] == '\n' || v.p[i] == '\r')
			continue;
		if (five > 31)
			return 0;
		bits = bits << 5 | five;
		have += 5;
		if (have >= 8) {
			have -= 8;
			out[n++] = (uint8_t)(bits >> have);
		}
	}
	while (i < v.n && (v.p[i] == '=' || v.p[i] == '\n' || v.p[i] == '\r'))
		i++;
	/* Of a group of one, three or six characters the last one says nothing. */
	return i == v.n && have < 5 ? n : 0;
}

static size_t undo_either(struct ew_bytes v, uint8_t *out)
{
	for (int hex = 0; hex < 2; hex++) {
		size_t n = undo(v, hex, out);
		struct ew_bytes b = ew_bytes(out, n);
		if (n >= OUT_LEAST && (ew_plausible(b) || ew_packed_meant(b)))
			return n;
	}
	return 0;
}

static bool claims(const struct ew_field *f)
{
	return ew_value_looks(f->value) & EW_DECODER_BY_BASE32;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes v = ew_bytes_trim(f->value, " \t\r\n");
	uint8_t small[SMALL / 8 * 5 + 5], *out = small, *p;
	size_t n, room = v.n / 8 * 5 + 5, want = room;

	if (v.n > SMALL) {
		out = ew_decode_buffer(m, f, want, &room);
		if (!out || room < want) {
			ew_message_fault(m, EW_LIMIT, "output", f);
			return EW_LIMIT;
		}
	}
	n = undo_either(v, out);
	if (out != small)
		ew_arena_shrink(m->arena, out, room, n);
	if (n == 0)
		return EW_DECLINED;
	p = out;
	if (out == small) {
		p = ew_decode_buffer(m, f, n, &room);
		if (!p || room < n) {
			ew_message_fault(m, EW_LIMIT, "output", f);
			return EW_LIMIT;
		}
		memcpy(p, small, n);
	}
	struct ew_field *layer = ew_decode_layer(m, f, &ew_decoder_base32, ew_bytes(p, n), EW_KIND_BYTES, n);
	return ew_deflate_declare(m, layer) ? EW_OK : EW_LIMIT;
}

const struct ew_decoder ew_decoder_base32 = { "base32", EW_DECODER_BY_HEAD | EW_DECODER_BY_BASE32, claims, decode };
