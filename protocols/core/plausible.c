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

bool ew_text_plain(struct ew_bytes b)
{
	bool ascii = true;

	for (size_t i = 0; i < b.n; i++) {
		ascii &= b.p[i] < 0x80;
		if (b.p[i] < 0x80 && !is_printable(b.p[i]))
			return false;
	}
	return ascii || ew_utf8_valid(b);
}

/* Four bytes a character, all but one in eight ASCII behind a mark, if there is one. */
static bool is_utf32_ascii(struct ew_bytes b)
{
	size_t units = b.n / 4, little = 0, big = 0;

	if (b.n < 8 || b.n % 4 != 0 || (b.p[1] && b.p[2]))
		return false;
	for (size_t i = 0; i < b.n; i += 4) {
		const uint8_t *p = b.p + i;
		bool mark = i == 0 && ((p[0] == 0xff && p[1] == 0xfe) || (p[2] == 0xfe && p[3] == 0xff));
		little += mark || (!p[1] && !p[2] && !p[3] && is_printable(p[0]));
		big += mark || (!p[0] && !p[1] && !p[2] && is_printable(p[3]));
	}
	return (big > little ? big : little) >= units - units / 8;
}

bool ew_magic_zlib(struct ew_bytes b)
{
	/* RFC 1950: deflate, any window, no preset dictionary, the check right. */
	return b.n > 2 && (b.p[0] & 15) == 8 && b.p[0] >> 4 <= 7 && !(b.p[1] & 0x20) &&
	       (b.p[0] << 8 | b.p[1]) % 31 == 0;
}

bool ew_magic_zlib_preset(struct ew_bytes b)
{
	return b.n > 2 && b.p[0] == 0x78 && b.p[1] & 0x20 && (b.p[0] << 8 | b.p[1]) % 31 == 0;
}

static bool begins_with(struct ew_bytes b, const char *magic, size_t n)
{
	return b.n >= n && memcmp(b.p, magic, n) == 0;
}

bool ew_magic_known(struct ew_bytes b)
{
	if (b.n < 3)
		return false;
	switch (b.p[0]) {
	case 0x02: /* lz4, as it was before frames */
		return begins_with(b, "\x02\x21\x4c\x18", 4);
	case 0x04: /* lz4 frame */
		return begins_with(b, "\x04\x22\x4d\x18", 4);
	case 0x1f: /* gzip */
		return begins_with(b, "\x1f\x8b\x08", 3);
	case 0x28: /* zstd; or else deflate with a small window */
		return begins_with(b, "\x28\xb5\x2f\xfd", 4) || ew_magic_zlib(b);
	case ':': /* Smile */
		return begins_with(b, ":)\n", 3) && b.n > 3 && b.p[3] < 8;
	case 'O': /* Avro container */
		return begins_with(b, "Obj\x01", 4);
	case 'P': /* zip, or a frame to skip */
		return begins_with(b, "PK\x03\x04", 4) || begins_with(b, "P\x2a\x4d\x18", 4);
	case 'x': /* letters behind it are text */
		return ew_magic_zlib(b) || (ew_magic_zlib_preset(b) && b.p[1] >= 0x80);
	case 0x80: /* pickle 4 and 5; 2 and 3 with an opcode that opens a container or names a global */
		if (b.p[1] == 4 || b.p[1] == 5)
			return b.p[2] == 0x95;
		return b.n > 4 && (b.p[1] == 2 || b.p[1] == 3) && memchr("c}](X", b.p[2], 5);
	case 0x82: /* snappy as Java and Kafka clients frame it */
		return begins_with(b, "\x82SNAPPY", 7);
	case 0xac: /* Java serialisation */
		return begins_with(b, "\xac\xed\x00\x05", 4);
	case 0xd9: /* CBOR, self-described */
		return begins_with(b, "\xd9\xd9\xf7", 3);
	case 0xf3: /* Kinesis aggregate */
		return begins_with(b, "\xf3\x89\x9a\xc2", 4);
	case 0xff: /* snappy, framed */
		return begins_with(b, "\xff\x06\x00\x00sN", 6);
	default:
		/* A frame that zstd and lz4 skip may stand before all others. */
		return (b.p[0] >> 4 == 5 && b.n >= 4 && memcmp(b.p + 1, "\x2a\x4d\x18", 3) == 0) ||
		       ew_magic_zlib(b);
	}
}

bool ew_magic_begins(const uint8_t first[3])
{
	switch (first[0]) {
	case 0x02: case 0x04: case 0x1f: case 0x80: case 0x82: case 0xac: case 0xd9: case 0xf3: case 0xff:
		return true;
	case ':':
		return first[1] == ')';
	case 'O':
		return first[1] == 'b';
	case 'P':
		return first[1] == 'K' || first[1] == 0x2a;
	default:
		return first[0] == 0x28 || (first[0] >> 4 == 5 && first[1] == 0x2a) ||
		       ew_magic_zlib(ew_bytes(first, 3)) || ew_magic_zlib_preset(ew_bytes(first, 3));
	}
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
	return ew_magic_known(b) || ew_utf16_ascii(b, &big) || is_utf32_ascii(b);
}
