/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* checksum.c against the vectors of RFC 3720, a sum made bit by bit, and known sums of xxHash. */

#include "eventwall/checksum.h"
#include "guard.h"
#include "tap.h"

static uint32_t crc_by_bits(struct ew_bytes b)
{
	uint32_t c = UINT32_MAX;

	for (size_t i = 0; i < b.n; i++) {
		c ^= b.p[i];
		for (int k = 0; k < 8; k++)
			c = c >> 1 ^ (c & 1 ? 0x82f63b78 : 0);
	}
	return ~c;
}

static bool crc_is_right(void *arg, struct ew_bytes prefix)
{
	(void)arg;
	return ew_crc32c(prefix) == crc_by_bits(prefix);
}

static bool xxh_is_read(void *arg, struct ew_bytes prefix)
{
	uint32_t *last = arg, h = ew_xxh32(prefix);
	bool fresh = h != *last;

	*last = h;
	return fresh;
}

int main(void)
{
	uint8_t bytes[256], zeros[32] = { 0 }, ones[32];
	uint32_t last = 0;

	for (int i = 0; i < 256; i++)
		bytes[i] = (uint8_t)i;
	memset(ones, 0xff, sizeof(ones));
	ok(ew_crc32c(ew_bytes(zeros, 32)) == 0x8a9136aa, "crc32c of 32 zeros");
	ok(ew_crc32c(ew_bytes(ones, 32)) == 0x62a8ab43, "of 32 ones");
	ok(ew_crc32c(ew_bytes(bytes, 32)) == 0x46dd794e, "of 0 to 31");
	ok(ew_crc32c(EW_LIT("123456789")) == 0xe3069283, "of digits");
	ok(each_prefix(ew_bytes(bytes, 256), crc_is_right, NULL), "each length, and each byte of the tables");
	ok(ew_xxh32(EW_LIT("")) == 0x02cc5d05, "xxh32 of nothing");
	ok(ew_xxh32(EW_LIT("a")) == 0x550d7456, "of a letter");
	ok(ew_xxh32(EW_LIT("abc")) == 0x32d153ff, "of three");
	ok(ew_xxh32(EW_LIT("Nobody inspects the spammish repetition")) == 0xe2293b2f, "of a sentence");
	ok(each_prefix(ew_bytes(bytes, 256), xxh_is_read, &last), "each length");
	return done();
}
