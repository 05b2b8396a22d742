/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_PACKED_H
#define EVENTWALL_TESTS_PACKED_H

/* Each compression that is opened, as a function that compresses: for tests that do the same to all of them.
 * Needs the libraries of PROTOCOLS_LIBS and BROTLI_ENC_LIBS. */

#include "eventwall/bytes.h"
#include "eventwall/checksum.h"

#include <brotli/encode.h>
#include <lz4frame.h>
#include <snappy-c.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

static size_t pack_deflate(struct ew_bytes in, uint8_t *out, size_t cap, int bits)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p, .avail_in = (uInt)in.n, .next_out = out,
		       .avail_out = (uInt)cap };

	if (deflateInit2(&z, 1, Z_DEFLATED, bits, 9, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	deflateEnd(&z);
	return z.total_out;
}

static size_t pack_gzip(struct ew_bytes in, uint8_t *out, size_t cap)
{
	return pack_deflate(in, out, cap, 31);
}

static size_t pack_zlib(struct ew_bytes in, uint8_t *out, size_t cap)
{
	return pack_deflate(in, out, cap, 15);
}

static size_t pack_raw(struct ew_bytes in, uint8_t *out, size_t cap)
{
	return pack_deflate(in, out, cap, -15);
}

static size_t pack_zstd(struct ew_bytes in, uint8_t *out, size_t cap)
{
	size_t n = ZSTD_compress(out, cap, in.p, in.n, 1);

	if (ZSTD_isError(n))
		abort();
	return n;
}

static size_t pack_brotli(struct ew_bytes in, uint8_t *out, size_t cap)
{
	if (!BrotliEncoderCompress(1, 22, BROTLI_MODE_GENERIC, in.n, in.p, &cap, out))
		abort();
	return cap;
}

static size_t pack_lz4(struct ew_bytes in, uint8_t *out, size_t cap)
{
	size_t n = LZ4F_compressFrame(out, cap, in.p, in.n, NULL);

	if (LZ4F_isError(n))
		abort();
	return n;
}

static size_t pack_snappy(struct ew_bytes in, uint8_t *out, size_t cap)
{
	if (snappy_compress((const char *)in.p, in.n, (char *)out, &cap) != SNAPPY_OK)
		abort();
	return cap;
}

/* In chunks of 64 KiB at most, each with a checksum. */
static size_t pack_snappy_chunks(struct ew_bytes in, uint8_t *out, size_t cap)
{
	size_t n = 10;

	memcpy(out, "\xff\6\0\0sNaPpY", 10);
	for (size_t at = 0; at < in.n;) {
		struct ew_bytes piece = ew_bytes(in.p + at, in.n - at < 65536 ? in.n - at : 65536);
		uint32_t sum = ew_crc32c(piece);
		size_t size = pack_snappy(piece, out + n + 8, cap - n - 8);
		sum = (sum >> 15 | sum << 17) + 0xa282ead8u;
		out[n] = 0;
		for (unsigned i = 0; i < 3; i++)
			out[n + 1 + i] = (uint8_t)((size + 4) >> 8 * i);
		for (unsigned i = 0; i < 4; i++)
			out[n + 4 + i] = (uint8_t)(sum >> 8 * i);
		n += size + 8;
		at += piece.n;
	}
	return n;
}

/* In blocks of 32 KiB at most, as Java's Kafka client writes them. */
static size_t pack_snappy_java(struct ew_bytes in, uint8_t *out, size_t cap)
{
	size_t n = 16;

	memcpy(out, "\x82SNAPPY\0\0\0\0\1\0\0\0\1", 16);
	for (size_t at = 0; at < in.n;) {
		struct ew_bytes piece = ew_bytes(in.p + at, in.n - at < 32768 ? in.n - at : 32768);
		size_t size = pack_snappy(piece, out + n + 4, cap - n - 4);
		for (unsigned i = 0; i < 4; i++)
			out[n + i] = (uint8_t)(size >> 8 * (3 - i));
		n += size + 4;
		at += piece.n;
	}
	return n;
}

struct packer {
	const char *what, *as;
	size_t (*pack)(struct ew_bytes in, uint8_t *out, size_t cap);
	size_t whole; /* prefixes of a short value that are wholes: the empty one, itself, one without a block */
};

#define PACKERS (sizeof(packers) / sizeof(*packers))
static const struct packer packers[] = {
	{ "gzip", "gzip", pack_gzip, 2 },
	{ "zlib", "deflate", pack_zlib, 2 },
	{ "raw deflate", "deflate", pack_raw, 2 },
	{ "zstd", "zstd", pack_zstd, 2 },
	{ "brotli", "brotli", pack_brotli, 2 },
	{ "lz4", "lz4", pack_lz4, 2 },
	{ "snappy", "snappy", pack_snappy, 2 },
	{ "snappy in chunks", "snappy", pack_snappy_chunks, 3 },
	{ "snappy of Java", "snappy", pack_snappy_java, 3 },
};

#endif
