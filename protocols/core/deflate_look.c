/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Could bytes begin a raw deflate stream (RFC 1951)?
 *
 * There is no magic, and most bytes of most names begin one: three bits say how a block is coded, and the
 * fixed code gives a letter for nearly everything.  So the first block is read as far as it goes on a few
 * bytes, which nearly all names do not survive.  It errs towards yes: "no" means that zlib would refuse. */

#include "eventwall/codec.h"

#define LEAST 9 /* bytes of a stream that could hurt: seven letters */
#define LOOK 32 /* bytes read */

/* Bits from the lowest; past the end they are zero and `at` is past `end`. */
struct bits {
	struct ew_bytes in;
	size_t end, at;
};

static inline bool is_spent(const struct bits *b)
{
	return b->at > b->end;
}

/* At least 25 of them. */
static inline unsigned peek(const struct bits *b)
{
	struct ew_bytes in = ew_bytes_from(b->in, b->at / 8);
	unsigned word = 0;

	if (in.n >= 4) {
		word = (unsigned)in.p[0] | (unsigned)in.p[1] << 8 | (unsigned)in.p[2] << 16 |
		       (unsigned)in.p[3] << 24;
	} else {
		while (in.n--)
			word = word << 8 | in.p[in.n];
	}
	return word >> b->at % 8;
}

static inline unsigned take(struct bits *b, unsigned count)
{
	unsigned value = peek(b) & ((1u << count) - 1);

	b->at += count;
	return value;
}

/* Of a Huffman code the first bit is the highest. */
static inline unsigned turned(unsigned byte)
{
	static const uint8_t half[] = { 0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15 };

	return (unsigned)half[byte & 15] << 4 | half[byte >> 4 & 15];
}

static unsigned take_fixed_symbol(struct bits *b)
{
	unsigned next = peek(b), code = turned(next);

	if (code < 48) {
		b->at += 7;
		return 256 + code / 2;
	}
	b->at += 8;
	if (code < 192)
		return code - 48;
	if (code < 200)
		return code + 88;
	b->at++;
	return (code << 1 | (next >> 8 & 1)) - 256;
}

static unsigned take_length(struct bits *b, unsigned symbol)
{
	unsigned extra = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4;

	if (!extra)
		return symbol == 285 ? 258 : symbol - 254;
	return ((4 + (symbol - 265) % 4) << extra) + 3 + take(b, extra);
}

static unsigned take_distance(struct bits *b)
{
	unsigned code = turned(take(b, 5)) >> 3, extra = code < 4 ? 0 : code / 2 - 1;

	if (code >= 30)
		return UINT32_MAX;
	return extra ? ((2 + code % 2) << extra) + 1 + take(b, extra) : code + 1;
}

/* No symbol that is none, and no copy from before the beginning, up to the end of block or input. */
static bool fixed_block_holds(struct bits *b)
{
	size_t written = 0;

	while (!is_spent(b)) {
		unsigned symbol = take_fixed_symbol(b);
		if (symbol == 256)
			return true;
		if (symbol < 256) {
			written++;
			continue;
		}
		if (symbol > 285)
			return is_spent(b);
		unsigned length = take_length(b, symbol);
		if (take_distance(b) > written && !is_spent(b))
			return false;
		written += length;
	}
	return true;
}

/* As many codes as there may be, and the code for their lengths is complete. */
static bool dynamic_block_holds(struct bits *b)
{
	unsigned literals = take(b, 5), distances = take(b, 5), lengths = take(b, 4) + 4, sum = 0;

	if (literals > 29 || distances > 29)
		return false;
	while (lengths--) {
		unsigned length = take(b, 3);
		if (is_spent(b))
			return true;
		sum += length ? 128u >> length : 0;
		if (sum > 128)
			return false;
	}
	return sum == 128;
}

bool ew_deflate_looks(struct ew_bytes in)
{
	struct bits b = { .in = in, .at = 3 };
	unsigned kind = in.n ? in.p[0] >> 1 & 3 : 3;

	if (in.n < LEAST || kind == 3)
		return false;
	if (kind == 0)
		return (in.p[1] ^ in.p[3]) == 0xff && (in.p[2] ^ in.p[4]) == 0xff;
	b.in.n = in.n < LOOK ? in.n : LOOK;
	b.end = 8 * b.in.n;
	return kind == 1 ? fixed_block_holds(&b) : dynamic_block_holds(&b);
}
