/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What undoing a compression costs: MB/s of output and nanoseconds a message for JSON of three sizes, on a
 * message and an arena that are used again and again, without and with the contexts that a worker keeps.
 * The median of the rounds counts. */

#include "eventwall/protocol.h"
#include "eventwall/unpackers.h"

#include <brotli/encode.h>
#include <lz4frame.h>
#include <snappy-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>
#include <zstd.h>

#define ROUNDS 9
#define SIZE_MOST 65536
#define PACKED_MOST (2 * SIZE_MOST)

typedef size_t pack_fn(struct ew_bytes in, uint8_t *out);

static size_t deflate_with(struct ew_bytes in, int bits, uint8_t *out)
{
	z_stream z = { 0 };

	if (deflateInit2(&z, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z.next_in = (Bytef *)(uintptr_t)in.p;
	z.avail_in = (uInt)in.n;
	z.next_out = out;
	z.avail_out = PACKED_MOST;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	deflateEnd(&z);
	return z.total_out;
}

static size_t pack_gzip(struct ew_bytes in, uint8_t *out)
{
	return deflate_with(in, 31, out);
}

static size_t pack_zlib(struct ew_bytes in, uint8_t *out)
{
	return deflate_with(in, 15, out);
}

static size_t pack_raw(struct ew_bytes in, uint8_t *out)
{
	return deflate_with(in, -15, out);
}

static size_t pack_zstd(struct ew_bytes in, uint8_t *out)
{
	return ZSTD_compress(out, PACKED_MOST, in.p, in.n, 3);
}

/* As a stream that does not know its size when it begins. */
static size_t pack_zstd_stream(struct ew_bytes in, uint8_t *out)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();
	ZSTD_inBuffer src = { in.p, in.n, 0 };
	ZSTD_outBuffer dst = { out, PACKED_MOST, 0 };

	ZSTD_compressStream2(z, &dst, &src, ZSTD_e_continue);
	if (ZSTD_compressStream2(z, &dst, &src, ZSTD_e_end) != 0)
		abort();
	ZSTD_freeCCtx(z);
	return dst.pos;
}

static size_t pack_brotli(struct ew_bytes in, uint8_t *out)
{
	size_t n = PACKED_MOST;

	if (!BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, in.n, in.p, &n, out))
		abort();
	return n;
}

static size_t pack_lz4(struct ew_bytes in, uint8_t *out)
{
	LZ4F_preferences_t p = { .frameInfo = { .contentChecksumFlag = LZ4F_contentChecksumEnabled } };

	return LZ4F_compressFrame(out, PACKED_MOST, in.p, in.n, &p);
}

static size_t pack_snappy(struct ew_bytes in, uint8_t *out)
{
	size_t n = PACKED_MOST;

	if (snappy_compress((const char *)in.p, in.n, (char *)out, &n) != SNAPPY_OK)
		abort();
	return n;
}

static const struct {
	const char *name, *decoder;
	pack_fn *pack;
} formats[] = {
	{ "gzip", "gzip", pack_gzip },          { "zlib", "zlib", pack_zlib },
	{ "deflate", "deflate", pack_raw },     { "brotli", "brotli", pack_brotli },
	{ "zstd", "zstd", pack_zstd },          { "zstd stream", "zstd", pack_zstd_stream },
	{ "lz4 frame", "lz4", pack_lz4 },       { "snappy", "snappy", pack_snappy },
};

/* Events of a shop: names repeat, numbers do not. */
static struct ew_bytes make_text(size_t size)
{
	static char text[SIZE_MOST + 256];
	size_t n = 0;
	uint32_t seed = 1;

	while (n < size) {
		seed = seed * 1664525u + 1013904223u;
		n += (size_t)snprintf(text + n, 256,
		                      "{\"id\": \"%08x\", \"customer\": \"%c%c%c\", \"price\": %u.%02u, "
		                      "\"tags\": [\"new\", \"red: dark\"], \"stock\": %s}\n",
		                      seed, 'A' + seed % 26, 'a' + seed / 26 % 26, 'a' + seed / 700 % 26,
		                      seed >> 20, seed >> 5 & 63, seed & 512 ? "true" : "false");
	}
	return ew_bytes(text, size);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double unpack(struct ew_message *m, const struct ew_limits *lim, const struct ew_decoder *d,
                     struct ew_bytes packed, size_t out, size_t times)
{
	double start = now();

	for (size_t i = 0; i < times; i++) {
		ew_message_reset(m, lim);
		struct ew_field *f = ew_decode_emit(m, m->root, EW_LIT("body"), packed, EW_KIND_BYTES, 0);
		if (!f || !ew_declare_over(m, f, d, ew_bytes(NULL, 0), true) || d->decode(m, f) != EW_OK ||
		    f->child->value.n != out)
			abort();
	}
	return (now() - start) / (double)times;
}

int main(void)
{
	static const size_t sizes[] = { 300, 4096, 65536 };
	static const struct ew_limits lim = EW_LIMITS_DEFAULT;
	static uint8_t packed[PACKED_MOST];
	struct ew_message *m = ew_message_new(&lim);
	struct ew_arena_spare *spare = ew_arena_spare_new(4u << 20);
	struct ew_unpackers kept = { 0 };

	if (!m || !spare)
		return 1;
	ew_arena_share(m->arena, spare);
	printf("%-12s %8s %8s %10s %10s %10s %10s\n", "format", "bytes", "packed", "bare ns", "MB/s", "kept ns",
	       "MB/s");
	for (size_t k = 0; k < sizeof(formats) / sizeof(*formats); k++) {
		const struct ew_decoder *d = ew_decoder_find(ew_bytes_str(formats[k].decoder));
		for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
			struct ew_bytes text = make_text(sizes[s]);
			struct ew_bytes in = ew_bytes(packed, formats[k].pack(text, packed));
			double bare[ROUNDS], with[ROUNDS];
			for (int i = 0; i < ROUNDS; i++) {
				m->unpackers = NULL;
				bare[i] = unpack(m, &lim, d, in, text.n, 1000000 / text.n + 1);
				m->unpackers = &kept;
				with[i] = unpack(m, &lim, d, in, text.n, 1000000 / text.n + 1);
			}
			qsort(bare, ROUNDS, sizeof(*bare), by_size);
			qsort(with, ROUNDS, sizeof(*with), by_size);
			double a = bare[ROUNDS / 2], b = with[ROUNDS / 2], bytes = (double)text.n * 1e3;
			printf("%-12s %8zu %8zu %10.0f %10.0f %10.0f %10.0f\n", formats[k].name, text.n, in.n, a,
			       bytes / a, b, bytes / b);
		}
	}
	ew_message_free(&m);
	ew_arena_spare_free(&spare);
	ew_unpackers_fini(&kept);
	return 0;
}
