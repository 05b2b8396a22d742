/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* CRC-32C four bytes a step, and xxHash of 32 bits.
 *
 * A CRC is linear: what a byte does to it is the sum of what its bits do, so eight numbers make a table of
 * 256 and the compiler fills it in.  Words are put together byte by byte, so that any machine gives the same
 * sum. */

#include "eventwall/checksum.h"

#define SUM(i, a, b, c, d, e, f, g, h)                                                             \
	(((i) & 1 ? (a) : 0) ^ ((i) & 2 ? (b) : 0) ^ ((i) & 4 ? (c) : 0) ^ ((i) & 8 ? (d) : 0) ^   \
	 ((i) & 16 ? (e) : 0) ^ ((i) & 32 ? (f) : 0) ^ ((i) & 64 ? (g) : 0) ^ ((i) & 128 ? (h) : 0))
#define FOUR(i, ...)                                                                               \
	SUM(i, __VA_ARGS__), SUM((i) + 1, __VA_ARGS__), SUM((i) + 2, __VA_ARGS__), SUM((i) + 3, __VA_ARGS__)
#define SIXTEEN(i, ...)                                                                            \
	FOUR(i, __VA_ARGS__), FOUR((i) + 4, __VA_ARGS__), FOUR((i) + 8, __VA_ARGS__), FOUR((i) + 12, __VA_ARGS__)
#define SIXTY_FOUR(i, ...)                                                                         \
	SIXTEEN(i, __VA_ARGS__), SIXTEEN((i) + 16, __VA_ARGS__), SIXTEEN((i) + 32, __VA_ARGS__),   \
		SIXTEEN((i) + 48, __VA_ARGS__)
#define TABLE(...)                                                                                 \
	{ SIXTY_FOUR(0, __VA_ARGS__), SIXTY_FOUR(64, __VA_ARGS__), SIXTY_FOUR(128, __VA_ARGS__),   \
	  SIXTY_FOUR(192, __VA_ARGS__) }

/* What each bit of a byte becomes, zero to three bytes later. */
static const uint32_t crc_after[4][256] = {
	TABLE(0xf26b8303, 0xe13b70f7, 0xc79a971f, 0x8ad958cf, 0x105ec76f, 0x20bd8ede, 0x417b1dbc, 0x82f63b78),
	TABLE(0x13a29877, 0x274530ee, 0x4e8a61dc, 0x9d14c3b8, 0x3fc5f181, 0x7f8be302, 0xff17c604, 0xfbc3faf9),
	TABLE(0xa541927e, 0x4f6f520d, 0x9edea41a, 0x38513ec5, 0x70a27d8a, 0xe144fb14, 0xc76580d9, 0x8b277743),
	TABLE(0xdd45aab8, 0xbf672381, 0x7b2231f3, 0xf64463e6, 0xe964b13d, 0xd725148b, 0xaba65fe7, 0x52a0c93f),
};

static inline uint32_t word(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint32_t ew_crc32c(struct ew_bytes b)
{
	uint32_t c = UINT32_MAX;

	for (; b.n >= 4; b.p += 4, b.n -= 4) {
		c ^= word(b.p);
		c = crc_after[3][c & 0xff] ^ crc_after[2][c >> 8 & 0xff] ^ crc_after[1][c >> 16 & 0xff] ^
		    crc_after[0][c >> 24];
	}
	for (; b.n; b.p++, b.n--)
		c = crc_after[0][(c ^ *b.p) & 0xff] ^ c >> 8;
	return ~c;
}

static const uint32_t prime[] = { 0, 2654435761u, 2246822519u, 3266489917u, 668265263u, 374761393u };

static inline uint32_t turn(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

uint32_t ew_xxh32(struct ew_bytes b)
{
	uint32_t lane[4] = { prime[1] + prime[2], prime[2], 0, 0 - prime[1] };
	uint32_t h = prime[5], total = (uint32_t)b.n;

	if (b.n >= 16) {
		for (; b.n >= 16; b.p += 16, b.n -= 16) {
			for (unsigned i = 0; i < 4; i++)
				lane[i] = turn(lane[i] + word(b.p + 4 * i) * prime[2], 13) * prime[1];
		}
		h = turn(lane[0], 1) + turn(lane[1], 7) + turn(lane[2], 12) + turn(lane[3], 18);
	}
	h += total;
	for (; b.n >= 4; b.p += 4, b.n -= 4)
		h = turn(h + word(b.p) * prime[3], 17) * prime[4];
	for (; b.n; b.p++, b.n--)
		h = turn(h + *b.p * prime[5], 11) * prime[1];
	h = (h ^ h >> 15) * prime[2];
	h = (h ^ h >> 13) * prime[3];
	return h ^ h >> 16;
}
