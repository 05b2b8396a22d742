/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* uuencode, declared as a transfer encoding or found by its first line, anywhere in a text:
 *
 *     begin 644 the file's name
 *     #86)C                        a length, then its bytes, six bits a character
 *     `
 *     end
 *
 * The name is a layer beside the content: it is attacker text as well.  The trap: lines may be cut, long or
 * without their padding, and readers go on, so a line gives what it has. */

#include "decoders.h"
#include "unpack.h"

#define NAME_READ 1024
#define LEAST 12 /* bytes of "begin 644 x" and a line end */

struct block {
	struct ew_bytes name;
	size_t body; /* offset of its first line */
};

/* A first line at offset `at`, which begins a line. */
static bool begins_at(struct ew_bytes v, size_t at, struct block *b_r)
{
	size_t digits = 0, end;

	v = ew_bytes_from(v, at);
	if (!ew_bytes_starts(v, EW_LIT("begin ")))
		return false;
	while (6 + digits < v.n && digits < 5 && (uint8_t)(v.p[6 + digits] - '0') < 8)
		digits++;
	if (digits < 3 || 6 + digits == v.n || v.p[6 + digits] != ' ')
		return false;
	end = ew_bytes_find(ew_bytes(v.p, v.n < NAME_READ ? v.n : NAME_READ), 6 + digits, EW_LIT("\n"));
	if (end == SIZE_MAX)
		return false;
	b_r->name = ew_bytes_trim(ew_bytes(v.p + 7 + digits, end - 7 - digits), " \t\r");
	b_r->body = at + end + 1;
	return true;
}

/* The first block at or after `from`, which begins a line. */
static bool next_block(struct ew_bytes v, size_t from, struct block *b_r)
{
	size_t at = from;

	while (at < v.n && v.n - at >= LEAST) {
		if (begins_at(v, at, b_r))
			return true;
		const uint8_t *lf = memchr(v.p + at, '\n', v.n - at);
		if (!lf)
			return false;
		at = (size_t)(lf - v.p) + 1;
	}
	return false;
}

static bool claims(const struct ew_field *f)
{
	struct block b;

	return next_block(f->value, 0, &b);
}

/* A character beyond the alphabet ends the line. */
static bool is_code(uint8_t c)
{
	return c >= ' ' && c <= '`';
}

static size_t put_line(struct ew_bytes line, uint8_t *out)
{
	size_t want = (line.p[0] - ' ') & 63u, n = 0;

	for (size_t i = 1; n < want; i += 4) {
		uint32_t bits = 0;
		size_t have = 0;
		for (; have < 4 && i + have < line.n && is_code(line.p[i + have]); have++)
			bits |= (uint32_t)((line.p[i + have] - ' ') & 63u) << (18 - 6 * have);
		for (size_t k = 0; k + 1 < have && n < want; k++)
			out[n++] = (uint8_t)(bits >> (16 - 8 * k));
		if (have < 4)
			break;
	}
	return n;
}

/* What the lines from offset `at` on hold, into `out`, which has room for as many bytes as are left; the answer
 * is the offset behind them. */
static size_t read_lines(struct ew_bytes v, size_t at, uint8_t *out, size_t *n_r)
{
	size_t n = 0;

	while (at < v.n) {
		const uint8_t *lf = memchr(v.p + at, '\n', v.n - at);
		size_t end = lf ? (size_t)(lf - v.p) : v.n;
		struct ew_bytes line = ew_bytes_trim(ew_bytes(v.p + at, end - at), "\r");
		if (line.n && (!is_code(line.p[0]) || ew_bytes_eq(line, EW_LIT("end"))))
			break;
		if (line.n)
			n += put_line(line, out + n);
		at = lf ? end + 1 : v.n;
	}
	*n_r = n;
	return at;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes v = f->value;
	struct block b;
	size_t at = 0, n, room;
	bool any = false;

	while (next_block(v, at, &b)) {
		size_t want = v.n - b.body;
		uint8_t *p = ew_decode_buffer(m, f, want, &room);
		if (!p)
			return EW_LIMIT;
		if (room < want) {
			ew_message_fault(m, EW_LIMIT, "output", f);
			return EW_LIMIT;
		}
		at = read_lines(v, b.body, p, &n);
		ew_arena_shrink(m->arena, p, room, n);
		if (!ew_decode_layer(m, f, &ew_decoder_uu, ew_bytes(p, n), EW_KIND_BYTES, n) ||
		    !ew_unpack_extra(m, f, &ew_decoder_uu, b.name))
			return EW_LIMIT;
		any = true;
	}
	return any ? EW_OK : EW_DECLINED;
}

const struct ew_decoder ew_decoder_uu = { "uu", EW_DECODER_BY_HEAD | EW_DECODER_BY_MARK | EW_DECODER_EXTRACT,
	                                  claims, decode };
