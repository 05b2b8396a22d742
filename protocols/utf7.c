/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* UTF-7 (RFC 2152), declared as a charset or found by its shape: `+ADw-script+AD4-` is a tag for readers who were
 * told so, or who guess.
 *
 *     +  A D w  -        a plus, UTF-16 in base64 without padding, a minus that may be missing
 *
 * Found by itself it must hide nothing but ASCII in one place at least, or sums and telephone numbers would be
 * UTF-7.  The trap: eight characters may come to nine bytes. */

#include "decoders.h"
#include "eventwall/codec.h"

#define ROOM(n) ((n) + (n) / 8 + 4)

/* -1: it ends shifted text. */
static int sextet(uint8_t c)
{
	return ew_base64_values[c] < 64 && c != '-' && c != '_' ? ew_base64_values[c] : -1;
}

struct shifted {
	size_t size; /* with its plus and minus; 0: there is none */
	size_t n;    /* bytes written */
	bool ascii;  /* all of it */
};

static uint32_t pair_of(uint32_t high, uint32_t low)
{
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* The shifted text that begins with the plus at `v`; `out` may be NULL. */
static struct shifted shifted_at(struct ew_bytes v, uint8_t *out)
{
	struct shifted s = { 0, 0, true };
	uint32_t bits = 0, high = 0;
	unsigned have = 0;
	size_t i = 1, units = 0;
	uint8_t unused[4];

	for (int six; i < v.n && (six = sextet(v.p[i])) >= 0; i++) {
		bits = bits << 6 | (uint32_t)six;
		have += 6;
		if (have < 16)
			continue;
		have -= 16;
		uint32_t unit = bits >> have & 0xffff;
		units++;
		s.ascii &= unit < 0x7f && (unit >= ' ' || (unit >= '\t' && unit <= '\r'));
		if (high && unit >= 0xdc00 && unit < 0xe000)
			unit = pair_of(high, unit);
		else if (high)
			s.n += ew_utf8_put(out ? out + s.n : unused, high);
		high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
		if (!high)
			s.n += ew_utf8_put(out ? out + s.n : unused, unit);
	}
	if (high)
		s.n += ew_utf8_put(out ? out + s.n : unused, high);
	if (units == 0 || have >= 6 || bits & ((1u << have) - 1))
		return (struct shifted){ 0, 0, false };
	s.size = i < v.n && v.p[i] == '-' ? i + 1 : i;
	return s;
}

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;
	const uint8_t *at;

	while (v.n && (at = memchr(v.p, '+', v.n))) {
		v = ew_bytes_from(v, (size_t)(at - v.p));
		/* The nine bits that ASCII leaves empty. */
		if (v.n > 3 && v.p[1] == 'A' && (uint8_t)(v.p[2] - 'A') < 8 && shifted_at(v, NULL).ascii)
			return true;
		v = ew_bytes_from(v, 1);
	}
	return false;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes v = f->value;
	size_t room, n = 0, want = ROOM(v.n);
	uint8_t *p = ew_decode_buffer(m, f, want, &room);

	if (!p)
		return EW_LIMIT;
	if (room < want) {
		ew_message_fault(m, EW_LIMIT, "output", f);
		return EW_LIMIT;
	}
	while (v.n) {
		const uint8_t *at = memchr(v.p, '+', v.n);
		size_t plain = at ? (size_t)(at - v.p) : v.n;
		memcpy(p + n, v.p, plain);
		n += plain;
		v = ew_bytes_from(v, plain);
		if (!v.n)
			break;
		struct shifted s = shifted_at(v, p + n);
		if (s.size) {
			n += s.n;
			v = ew_bytes_from(v, s.size);
			continue;
		}
		/* No text: it stays, and its end is no beginning. */
		do {
			p[n++] = v.p[0];
			v = ew_bytes_from(v, 1);
		} while (v.n && sextet(v.p[0]) >= 0);
		if (p[n - 1] == '+' && v.n && v.p[0] == '-')
			v = ew_bytes_from(v, 1);
	}
	ew_arena_shrink(m->arena, p, room, n);
	return ew_decode_layer(m, f, &ew_decoder_utf7, ew_bytes(p, n), EW_KIND_BYTES, n) ? EW_OK : EW_LIMIT;
}

const struct ew_decoder ew_decoder_utf7 = { "utf7", EW_DECODER_BY_PLUS, claims, decode };
