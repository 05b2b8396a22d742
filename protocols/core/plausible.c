/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Does a blind decode look meant, or did an identifier happen to fit the alphabet?
 *
 * Of base64-shaped values in real events nine in ten are names, numbers and paths; reading them all
 * would be noise.  Asking for a high share of printable bytes alone would be an invitation, though: an
 * attacker appends junk in a comment until the share is low.  Hence the third way in, a run of
 * printable bytes that random data hardly ever has. */

#include "eventwall/codec.h"

/* Random bytes are printable three times in eight: a run of ten comes up in one of 1000 values of 32
 * bytes, a run of sixteen in one of 10 of a megabyte. */
#define RUN_SHORT 10
#define RUN_LONG 16
#define SHORT_MOST 256

static bool is_printable(uint8_t c)
{
	return (uint8_t)(c - 0x20) < 0x5f || (uint8_t)(c - 0x09) < 5;
}

bool ew_utf16_ascii(struct ew_bytes b, bool *big_r)
{
	size_t pairs = b.n / 2, little = 0, big = 0;

	if (b.n < 8 || b.n % 2 != 0 || !memchr(b.p, 0, b.n))
		return false;
	for (size_t i = 0; i < b.n; i += 2) {
		little += b.p[i + 1] == 0 && is_printable(b.p[i]);
		big += b.p[i] == 0 && is_printable(b.p[i + 1]);
	}
	*big_r = big > little;
	return (big > little ? big : little) >= pairs - pairs / 8;
}

bool ew_magic_zlib(struct ew_bytes b)
{
	/* RFC 1950: deflate, any window, no preset dictionary, the check right. */
	return b.n > 2 && (b.p[0] & 15) == 8 && b.p[0] >> 4 <= 7 && !(b.p[1] & 0x20) &&
	       (b.p[0] << 8 | b.p[1]) % 31 == 0;
}

bool ew_magic_known(struct ew_bytes b)
{
	static const struct {
		uint8_t n;
		uint8_t p[6];
	} magics[] = {
		{ 3, { 0x1f, 0x8b, 0x08 } },       /* gzip */
		{ 4, { 0x28, 0xb5, 0x2f, 0xfd } }, /* zstd */
		{ 4, { 0x04, 0x22, 0x4d, 0x18 } }, /* lz4 frame */
		{ 4, { 0xac, 0xed, 0x00, 0x05 } }, /* Java serialisation */
		{ 3, { 0x80, 0x04, 0x95 } },       /* pickle 4 */
		{ 3, { 0x80, 0x05, 0x95 } },       /* pickle 5 */
		{ 3, { 0xd9, 0xd9, 0xf7 } },       /* CBOR, self-described */
		{ 4, { 'O', 'b', 'j', 0x01 } },    /* Avro container */
		{ 4, { 'P', 'K', 0x03, 0x04 } },   /* zip */
		{ 4, { 0xf3, 0x89, 0x9a, 0xc2 } }, /* Kinesis aggregate */
		{ 6, { 0xff, 0x06, 0x00, 0x00, 's', 'N' } }, /* snappy, framed */
	};

	for (size_t i = 0; b.n && i < sizeof(magics) / sizeof(*magics); i++) {
		if (b.p[0] == magics[i].p[0] && ew_bytes_starts(b, ew_bytes(magics[i].p, magics[i].n)))
			return true;
	}
	/* Older pickles: protocol 2 or 3, then an opcode that opens a container or names a global. */
	if (b.n > 4 && b.p[0] == 0x80 && (b.p[1] == 2 || b.p[1] == 3) && memchr("c}](X", b.p[2], 5))
		return true;
	return ew_magic_zlib(b);
}

bool ew_utf8_overlong(struct ew_bytes a)
{
	for (size_t i = 0; i + 1 < a.n; i++) {
		uint8_t lead = a.p[i], next = a.p[i + 1];
		if (lead < 0xc0 || next < 0x80 || next > 0xbf)
			continue;
		if (lead <= 0xc1 || (lead == 0xe0 && next < 0xa0) || (lead == 0xf0 && next < 0x90))
			return true;
	}
	return false;
}

bool ew_plausible(struct ew_bytes b)
{
	size_t run = 0, want = b.n <= SHORT_MOST ? RUN_SHORT : RUN_LONG;
	size_t control = 0;
	bool big, ascii = true;

	/* Text may hold hardly any control bytes: none if short, one in 32 if long. */
	for (size_t i = 0; i < b.n; i++) {
		if (is_printable(b.p[i])) {
			if (++run == want)
				return true;
		} else {
			run = 0;
			ascii &= b.p[i] < 0x80;
			control += b.p[i] < 0x80;
		}
	}
	if (b.n > 0 && control <= b.n / 32 && (ascii || ew_utf8_valid(b)))
		return true;
	return ew_magic_known(b) || ew_utf16_ascii(b, &big);
}
