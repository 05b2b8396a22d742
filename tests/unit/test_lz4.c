/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* lz4.c: frames of each shape, old frames, frames to skip, damage, bombs. */

#include "eventwall/checksum.h"
#include "opened.h"
#include "tap.h"

#include <lz4.h>
#include <lz4frame.h>

static const char text[] = "{\"q\":\"union select password from users\",\"n\":[1,2,3,4,5,6,7]}";

static size_t pack_as(struct ew_bytes in, LZ4F_frameInfo_t info, uint8_t *out, size_t cap)
{
	LZ4F_preferences_t p = { .frameInfo = info };
	LZ4F_cctx *c;
	size_t n, at = 0;

	/* In pieces, so that blocks refer to what stands before them. */
	if (LZ4F_isError(LZ4F_createCompressionContext(&c, LZ4F_VERSION)))
		abort();
	n = LZ4F_compressBegin(c, out, cap, &p);
	while (at < in.n && !LZ4F_isError(n)) {
		size_t piece = in.n - at < 60000 ? in.n - at : 60000;
		size_t more = LZ4F_compressUpdate(c, out + n, cap - n, in.p + at, piece, NULL);
		if (LZ4F_isError(more))
			abort();
		n += more;
		at += piece;
	}
	size_t end = LZ4F_compressEnd(c, out + n, cap - n, NULL);
	if (LZ4F_isError(n) || LZ4F_isError(end))
		abort();
	LZ4F_freeCompressionContext(c);
	return n + end;
}

static size_t pack(struct ew_bytes in, uint8_t *out, size_t cap)
{
	return pack_as(in, (LZ4F_frameInfo_t){ .contentChecksumFlag = LZ4F_contentChecksumEnabled,
	                                       .blockChecksumFlag = LZ4F_blockChecksumEnabled,
	                                       .contentSize = in.n }, out, cap);
}

static size_t pack_old(struct ew_bytes in, uint8_t *out, size_t cap)
{
	int n = LZ4_compress_default((const char *)in.p, (char *)out + 8, (int)in.n, (int)cap - 8);

	if (n <= 0)
		abort();
	memcpy(out, "\x02\x21\x4c\x18", 4);
	for (unsigned i = 0; i < 4; i++)
		out[4 + i] = (uint8_t)(n >> 8 * i);
	return (size_t)n + 8;
}

static void test_frames(void)
{
	size_t size = 300000, cap = 400000;
	uint8_t *in = malloc(size), *out = malloc(cap);
	struct ew_message *m;
	uint32_t seed = 1;
	int wrong = 0, shapes = 0;

	if (!in || !out)
		abort();
	for (size_t i = 0; i < size; i++) {
		seed = seed * 1664525u + 1013904223u;
		in[i] = (uint8_t)(i % 1000 < 600 ? text[i % 50] : 'a' + (seed >> 27));
	}
	for (int shape = 0; shape < 2 * 2 * 2 * 2 * 4; shape++, shapes++) {
		LZ4F_frameInfo_t info = {
			.blockMode = shape & 1 ? LZ4F_blockIndependent : LZ4F_blockLinked,
			.blockChecksumFlag = shape & 2 ? LZ4F_blockChecksumEnabled : LZ4F_noBlockChecksum,
			.contentChecksumFlag = shape & 4 ? LZ4F_contentChecksumEnabled : LZ4F_noContentChecksum,
			.contentSize = shape & 8 ? size : 0,
			.blockSizeID = (LZ4F_blockSizeID_t)(LZ4F_max64KB + shape / 16),
		};
		size_t n = pack_as(ew_bytes(in, size), info, out, cap);
		m = opened(ew_bytes(out, n));
		wrong += m->status != EW_OK || !has_value(m, ew_bytes(in, size));
		ew_message_free(&m);
	}
	ok(wrong == 0, "frames of %d shapes", shapes);
	size_t n = pack_as(ew_bytes(in, size), (LZ4F_frameInfo_t){ 0 }, out, cap);
	struct ew_bytes cut = guard_put(ew_bytes(out, n - 5));
	m = opened(cut);
	ok(m->status == EW_TRUNCATED && field_at(m, "v|lz4", ew_bytes(NULL, 0))->value.n > size / 2,
	   "the blocks that are there are read");
	ew_message_free(&m);
	guard_drop(cut);
	free(in);
	free(out);
}

static void test_joined(void)
{
	uint8_t buf[4096];
	size_t n = pack(EW_LIT("{\"a\":"), buf, sizeof(buf));
	struct ew_message *m;

	memcpy(buf + n, "\x50\x2a\x4d\x18\x0a\0\0\0' or 1=1--", 18);
	n += 18;
	n += pack_old(EW_LIT("\"b\","), buf + n, sizeof(buf) - n);
	n += pack(EW_LIT("\"c\":1}"), buf + n, sizeof(buf) - n);
	m = opened(ew_bytes(buf, n));
	ok(m->status == EW_OK && has(m, "v|lz4", "{\"a\":\"b\",\"c\":1}"), "frames new and old are joined");
	ok(has(m, "v|lz4", "' or 1=1--"), "a skippable frame is read");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, NULL), "each prefix of four frames");
	memcpy(buf + n, "tail", 4);
	m = opened(ew_bytes(buf, n + 4));
	ok(m->status == EW_OK && has(m, "v|lz4", "tail") && ew_message_has(m, EW_ANOMALY_TRAILING_DATA),
	   "trailing bytes");
	ew_message_free(&m);
	m = opened_as(EW_LIT("just text"), "lz4");
	ok(m->status == EW_MALFORMED, "declared but not lz4");
	ew_message_free(&m);
}

static void test_damage(void)
{
	uint8_t buf[4096];
	size_t n = pack(ew_bytes_str(text), buf, sizeof(buf)), named = 0, crashed = 0;
	struct ew_message *m;

	/* Descriptor with size: magic 4, flags 2, size 8, sum 1; then length 4, block, sum 4, end 4, sum 4. */
	static const struct {
		int at;
		const char *what;
	} rows[] = { { 14, "the header's sum" }, { 6, "the size" }, { -12, "a block's sum" },
		     { -1, "the content's sum" } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t at = rows[i].at < 0 ? n + (size_t)rows[i].at : (size_t)rows[i].at;
		buf[at] ^= 1;
		m = opened(ew_bytes(buf, n));
		ok(m->status == EW_MALFORMED && has(m, "v|lz4", text), "%s is wrong: malformed, and read",
		   rows[i].what);
		ew_message_free(&m);
		buf[at] ^= 1;
	}
	for (size_t at = 4; at < n; at++) {
		for (int bit = 0; bit < 8; bit++) {
			buf[at] ^= (uint8_t)(1 << bit);
			struct ew_bytes g = guard_put(ew_bytes(buf, n));
			m = opened(g);
			named += m->status != EW_OK;
			crashed += m->used_output > m->limits->output;
			ew_message_free(&m);
			guard_drop(g);
			buf[at] ^= (uint8_t)(1 << bit);
		}
	}
	ok(named == 8 * (n - 4) && !crashed, "each bit that is turned is noticed");
	m = opened(ew_bytes(buf, n - 9));
	ok(m->status == EW_TRUNCATED && has(m, "v|lz4", text), "without its end");
	ew_message_free(&m);
	/* A block that copies from before its frame; the frame before it must not help. */
	n = pack(EW_LIT("12345678901234567890"), buf, sizeof(buf));
	memcpy(buf + n, "\x04\x22\x4d\x18\x40\x40\xc0\x0a\0\0\0\x02\x0a\0\x50six78\0\0\0\0\0", 24);
	m = opened(ew_bytes(buf, n + 24));
	ok(m->status == EW_MALFORMED && has(m, "v|lz4", "12345678901234567890"), "a copy from another frame");
	ew_message_free(&m);
	memcpy(buf, "\x04\x22\x4d\x18\x41\x40\x01\x02\x03\x04?\x0a\0\0\0\x02\x0a\0\x50six78\0\0\0\0\0", 28);
	buf[10] = (uint8_t)(ew_xxh32(ew_bytes(buf + 4, 6)) >> 8);
	m = opened(ew_bytes(buf, 28));
	ok(m->status == EW_UNSUPPORTED, "a dictionary that nobody has");
	ew_message_free(&m);
}

static void test_bombs(void)
{
	size_t size = 64u << 20, cap = 16u << 20;
	uint8_t *zeros = calloc(1, size), *packed = malloc(cap);
	struct ew_limits lim = EW_LIMITS_DEFAULT;
	if (!zeros || !packed)
		abort();
	size_t n = pack_as(ew_bytes(zeros, size), (LZ4F_frameInfo_t){ .blockSizeID = LZ4F_max4MB }, packed, cap);
	struct ew_message *m = opened(ew_bytes(packed, n));

	ok(m->status == EW_LIMIT && strcmp(m->reason, "output") == 0, "64 MiB of zeros: %s", m->reason);
	ok(ew_arena_used(m->arena) <= m->limits->arena, "within the arena");
	ew_message_free(&m);
	lim.ratio = 20;
	m = ew_message_new(&lim);
	(void)open_with(m, ew_bytes(packed, n), NULL, ew_bytes(NULL, 0), false);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "ratio") == 0, "ratio");
	const struct ew_field *f = field_at(m, "v|lz4", ew_bytes(NULL, 0));
	ok(f && f->value.n == 20 * n, "what the ratio allows is read, to the byte");
	ew_message_free(&m);
	n = pack_old(ew_bytes(zeros, 8u << 20), packed, cap);
	m = opened(ew_bytes(packed, n));
	ok(m->status == EW_LIMIT && strcmp(m->reason, "ratio") == 0, "old blocks: %s", m->reason);
	ew_message_free(&m);
	free(zeros);
	free(packed);
}

int main(void)
{
	test_frames();
	test_joined();
	test_damage();
	test_bombs();
	return done();
}
