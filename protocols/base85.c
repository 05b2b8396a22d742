/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Whole values in base85: ASCII85 as PostScript writes it, with <~ ~> around it or without, the alphabet of RFC
 * 1924, which Python and git have, and Z85 of ZeroMQ.
 *
 * Always a guess: an address, a path or a number with signs fits as well.  Without <~ a value is asked only if its
 * first ten characters come to eight of text or to compression in one of the alphabets, and all of it has to
 * look meant.  What it does not find is a beginning that is no text in front of text. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "inflate.h"
#include "sniff.h"

#define OUT_LEAST 16
#define NO_BLANK 64 /* characters that prose has a blank in */
#define BEYOND 85

enum alphabet { ASCII85, RFC1924, Z85, ALPHABETS };

#define NO BEYOND

/* Of the others, by characters from the blank on. */
static const uint8_t values[2][96] = {
	{
		NO, 62, NO, 63, 64, 65, 66, NO, 67, 68, 69, 70, NO, 71, NO, NO,
		 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, NO, 72, 73, 74, 75, 76,
		77, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
		25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, NO, NO, NO, 78, 79,
		80, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50,
		51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 81, 82, 83, 84, NO,
	},
	{
		NO, 68, NO, 84, 83, 82, 72, NO, 75, 76, 70, 65, NO, 63, 62, 69,
		 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 64, NO, 73, 66, 74, 71,
		81, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50,
		51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 77, NO, 78, 67, NO,
		NO, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
		25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 79, NO, 80, NO, NO,
	},
};

/* 0 to 84. */
static inline unsigned value_of(uint8_t c, enum alphabet a)
{
	if (a == ASCII85)
		return c >= '!' && c <= 'u' ? c - (unsigned)'!' : BEYOND;
	return (uint8_t)(c - ' ') < 96 ? values[a - RFC1924][c - ' '] : BEYOND;
}

static bool is_blank(uint8_t c)
{
	return c == '\n' || c == '\r' || c == ' ' || c == '\t';
}

/* Four bytes of five characters; of fewer characters, one byte less than they are.  `out` has room for four. */
static inline bool put_group(const unsigned *digits, size_t have, uint8_t *out)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 5; i++)
		v = v * 85 + (i < have ? digits[i] : 84);
	for (size_t i = 0; i < 4; i++)
		out[i] = (uint8_t)(v >> (24 - 8 * i));
	return v <= UINT32_MAX;
}

/* Into `out`, which has room for room_for() bytes; 0: it is something else. */
static size_t undo(struct ew_bytes v, enum alphabet a, uint8_t *out)
{
	unsigned digits[5];
	size_t have = 0, n = 0;

	for (size_t i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];
		if (a == ASCII85 && is_blank(c))
			continue;
		if (a == ASCII85 && have == 0 && (c == 'z' || c == 'y')) {
			memset(out + n, c == 'z' ? 0 : ' ', 4);
			n += 4;
			continue;
		}
		digits[have] = value_of(c, a);
		if (digits[have] == BEYOND)
			return 0;
		if (++have < 5)
			continue;
		if (!put_group(digits, 5, out + n))
			return 0;
		have = 0;
		n += 4;
	}
	if (have == 1 || (have && !put_group(digits, have, out + n)))
		return 0;
	return have ? n + have - 1 : n;
}

static size_t room_for(struct ew_bytes v)
{
	size_t short_groups = 0;

	for (size_t i = 0; i < v.n; i++)
		short_groups += v.p[i] == 'z' || v.p[i] == 'y';
	return (v.n / 5 + 1 + short_groups) * 4;
}

/* Five characters of which the first one is so low that they fit; `*bad_r`: one of them is none. */
static inline uint32_t glance(const uint8_t *p, enum alphabet a, bool *bad_r)
{
	unsigned b = value_of(p[1], a), c = value_of(p[2], a), d = value_of(p[3], a), e = value_of(p[4], a);

	*bad_r = b == BEYOND || c == BEYOND || d == BEYOND || e == BEYOND;
	return (((value_of(p[0], a) * 85 + b) * 85 + c) * 85 + d) * 85 + e;
}

/* No byte of it is past ASCII or below a tab. */
static inline bool is_texty(uint32_t v)
{
	return !((v | (v - UINT32_C(0x09090909))) & UINT32_C(0x80808080));
}

/* gzip, zstd, zlib.  With other magics the first character is another, or they are text. */
static inline bool is_packed(uint32_t v)
{
	return v >> 16 == 0x1f8b || v >> 16 == 0x28b5 || (v >> 24 == 0x78 && (v >> 16 & 0xff) % 31 == 1);
}

static inline bool begins_in(struct ew_bytes v, enum alphabet a)
{
	bool bad;
	uint32_t four;

	/* The first character tells most: that of a printable byte or a blank. */
	if (value_of(v.p[0], a) - 2 > 40 - 2)
		return false;
	four = glance(v.p, a, &bad);
	if (bad || !(is_texty(four) || is_packed(four)))
		return false;
	if (!is_texty(four))
		return true;
	if (value_of(v.p[5], a) > 40)
		return false;
	four = glance(v.p + 5, a, &bad);
	return !bad && is_texty(four);
}

bool ew_base85_begins(struct ew_bytes v)
{
	if (v.n < EW_BASE85_LEAST || !(begins_in(v, ASCII85) || begins_in(v, RFC1924) || begins_in(v, Z85)))
		return false;
	return !memchr(v.p, ' ', v.n < NO_BLANK ? v.n : NO_BLANK);
}

/* What stands between <~ and ~>, which may be missing; `*framed_r`: the first is there. */
static struct ew_bytes content_of(struct ew_bytes v, bool *framed_r)
{
	v = ew_bytes_trim(v, " \t\r\n");
	*framed_r = ew_bytes_starts(v, EW_LIT("<~"));
	if (*framed_r) {
		v = ew_bytes_from(v, 2);
		v.n -= v.n > 1 && v.p[v.n - 2] == '~' && v.p[v.n - 1] == '>' ? 2 : 0;
	}
	return v;
}

static bool claims(const struct ew_field *f)
{
	bool framed;

	(void)content_of(f->value, &framed);
	return framed || ew_value_looks(f->value) & EW_DECODER_BY_BASE85;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	bool framed;
	struct ew_bytes v = content_of(f->value, &framed);
	size_t want = room_for(v), room, n = 0;
	uint8_t *p;

	if (v.n < EW_BASE85_LEAST)
		return EW_DECLINED;
	p = ew_decode_buffer(m, f, want, &room);
	if (!p || room < want) {
		ew_message_fault(m, EW_LIMIT, "output", f);
		return EW_LIMIT;
	}
	for (int a = 0; a < ALPHABETS && n == 0; a++) {
		n = undo(v, (enum alphabet)a, p);
		struct ew_bytes b = ew_bytes(p, n);
		if (n < OUT_LEAST || !(ew_plausible(b) || ew_packed_meant(b)))
			n = 0;
		if (framed)
			break;
	}
	ew_arena_shrink(m->arena, p, room, n);
	if (n == 0)
		return EW_DECLINED;
	return ew_deflate_declare(m, ew_decode_layer(m, f, &ew_decoder_base85, ew_bytes(p, n), EW_KIND_BYTES, n))
	               ? EW_OK : EW_LIMIT;
}

const struct ew_decoder ew_decoder_base85 = { "base85", EW_DECODER_BY_HEAD | EW_DECODER_BY_BASE85, claims, decode };
