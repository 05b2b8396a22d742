/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Characters that are spelt as numbers, undone once each wherever they stand in a value: `escape` those of
 * programming languages (\u0041, \u{41}, \x41, \101), `entity` those of markup (&#65; and &#x41;).  Log
 * lines, templates and scripts carry them in text that is no document of its own.
 *
 * Named entities are left: &lt; in a value is how text about markup is written safely.  What was opened
 * is scanned as it was, too.  The trap: an escape must never give more bytes than it takes. */

#include "decoders.h"
#include "eventwall/codec.h"

#define CODE_POINT_MOST 0x10ffff

struct spelt {
	uint32_t cp;
	size_t size; /* of the text; 0: there is none */
};

/* Digits of `base`, `least` to `most` of them, from offset `at`; the size is the offset behind them. */
static struct spelt number(struct ew_bytes v, size_t at, unsigned base, size_t least, size_t most)
{
	struct spelt s = { 0, 0 };
	size_t i = at;

	for (; i < v.n && i - at < most; i++) {
		int d = ew_hex_digit(v.p[i]);
		if (d < 0 || (unsigned)d >= base)
			break;
		s.cp = s.cp > CODE_POINT_MOST ? s.cp : s.cp * base + (unsigned)d;
	}
	if (i - at >= least && s.cp <= CODE_POINT_MOST)
		s.size = i;
	return s;
}

/* `v` begins with a backslash. */
static struct spelt escape_at(struct ew_bytes v)
{
	struct spelt s = { 0, 0 };

	if (v.n < 4)
		return s;
	if (v.p[1] == 'x')
		return number(v, 2, 16, 2, 2);
	if (v.p[1] == 'u' && v.p[2] == '{') {
		s = number(v, 3, 16, 1, 6);
		s.size = s.size && s.size < v.n && v.p[s.size] == '}' ? s.size + 1 : 0;
		return s;
	}
	if (v.p[1] == 'u')
		return number(v, 2, 16, 4, 4);
	s = number(v, 1, 8, 3, 3);
	if (s.cp > 0xff)
		s.size = 0;
	return s;
}

/* `v` begins with an ampersand.  Browsers do not need the semicolon. */
static struct spelt entity_at(struct ew_bytes v)
{
	struct spelt s = { 0, 0 };

	if (v.n < 4 || v.p[1] != '#')
		return s;
	s = (v.p[2] | 0x20) == 'x' ? number(v, 3, 16, 1, 16) : number(v, 2, 10, 2, 16);
	if (s.size && s.size < v.n && v.p[s.size] == ';')
		s.size++;
	return s;
}

static struct spelt spelt_at(struct ew_bytes v, uint8_t mark)
{
	return mark == '&' ? entity_at(v) : escape_at(v);
}

static bool found(struct ew_bytes v, uint8_t mark)
{
	const uint8_t *at;

	while (v.n && (at = memchr(v.p, mark, v.n))) {
		v = ew_bytes_from(v, (size_t)(at - v.p));
		if (spelt_at(v, mark).size)
			return true;
		v = ew_bytes_from(v, 1);
	}
	return false;
}

static bool claims_escape(const struct ew_field *f)
{
	return found(f->value, '\\');
}

static bool claims_entity(const struct ew_field *f)
{
	return found(f->value, '&');
}

static size_t undo_into(struct ew_bytes v, uint8_t mark, uint8_t *out)
{
	size_t n = 0;

	while (v.n) {
		const uint8_t *at = memchr(v.p, mark, v.n);
		size_t plain = at ? (size_t)(at - v.p) : v.n;
		memcpy(out + n, v.p, plain);
		n += plain;
		v = ew_bytes_from(v, plain);
		if (!v.n)
			break;
		struct spelt s = spelt_at(v, mark);
		if (s.size)
			n += ew_utf8_put(out + n, s.cp);
		else
			out[n++] = mark;
		v = ew_bytes_from(v, s.size ? s.size : 1);
	}
	return n;
}

static enum ew_status undo(struct ew_message *m, struct ew_field *f, const struct ew_decoder *via,
                           uint8_t mark)
{
	struct ew_bytes in = f->value;
	size_t room, n;
	uint8_t *p = ew_decode_buffer(m, f, in.n, &room);

	if (!p)
		return EW_LIMIT;
	if (room < in.n) {
		ew_message_fault(m, EW_LIMIT, "output", f);
		return EW_LIMIT;
	}
	n = undo_into(in, mark, p);
	ew_arena_shrink(m->arena, p, room, n);
	return ew_decode_layer(m, f, via, ew_bytes(p, n), EW_KIND_BYTES, n) ? EW_OK : EW_LIMIT;
}

static enum ew_status decode_escape(struct ew_message *m, struct ew_field *f)
{
	return undo(m, f, &ew_decoder_escape, '\\');
}

static enum ew_status decode_entity(struct ew_message *m, struct ew_field *f)
{
	return undo(m, f, &ew_decoder_entity, '&');
}

const struct ew_decoder ew_decoder_escape = { "escape", EW_DECODER_BY_HEAD | EW_DECODER_BY_MARK,
	                                       claims_escape, decode_escape };
const struct ew_decoder ew_decoder_entity = { "entity", EW_DECODER_BY_MARK, claims_entity, decode_entity };
