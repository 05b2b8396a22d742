/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* unpack.c: growing within budgets, frames to skip, and for all formats what comes in many pieces or many
 * layers. */

#include "../../protocols/unpack.h"
#include "eventwall/codec.h"
#include "opened.h"
#include "tap.h"

#include <zlib.h>

#define PIECES 1000

static void test_growing(void)
{
	static const uint8_t longer[10000];
	struct ew_limits lim = EW_LIMITS_DEFAULT;
	struct ew_message *m;
	struct ew_field *f;
	struct ew_unpack u;

	lim.output = 200000;
	m = ew_message_new(&lim);
	f = m ? ew_decode_emit(m, m->root, EW_LIT("v"), EW_LIT("0123456789"), EW_KIND_BYTES, 0) : NULL;
	if (!f)
		abort();
	ew_unpack_init(&u, m, f);
	is_int(u.cap, 65536, "little input may become 64 KiB");
	is_int(ew_unpack_reserve(&u, 1000), 1000, "room for a block");
	memset(u.p, 'a', 1000);
	u.n = 1000;
	is_int(ew_unpack_reserve(&u, 60000), 60000, "and for another");
	ok(u.p[0] == 'a' && u.p[999] == 'a', "what is written moves along");
	is_int(ew_unpack_reserve(&u, SIZE_MAX), 64536, "no more than the ratio lets it have");
	ok(m->status == EW_OK && !ew_unpack_overrun(&u) && strcmp(m->reason, "ratio") == 0, "which is named then");
	ew_message_reset(m, &lim);
	f = ew_decode_emit(m, m->root, EW_LIT("v"), ew_bytes(longer, sizeof(longer)), EW_KIND_BYTES, 0);
	if (!f)
		abort();
	ew_unpack_init(&u, m, f);
	is_int(u.cap, 1000000, "longer input may become a hundred times as much");
	is_int(ew_unpack_reserve(&u, 300000), 200000, "no more than the output has");
	u.n = 200000;
	ok(m->status == EW_OK && !ew_unpack_grow(&u, 0) && strcmp(m->reason, "output") == 0, "which is named, too");
	is_int(ew_unpack_reserve(&u, 1), 0, "and then there is none");
	ew_message_free(&m);
}

static bool skips_safely(void *arg, struct ew_bytes prefix)
{
	(void)arg;
	return ew_skippable(prefix) <= prefix.n && ew_past_skippable(prefix).n <= prefix.n;
}

static void test_skipping(void)
{
	const struct ew_bytes two = EW_LIT("\x50\x2a\x4d\x18\x02\0\0\0ab\x5f\x2a\x4d\x18\0\0\0\0rest");

	is_int(ew_skippable(two), 10, "a frame to skip");
	ok(ew_bytes_eq(ew_past_skippable(two), EW_LIT("rest")), "what stands behind two of them");
	is_int(ew_skippable(EW_LIT("\x50\x2a\x4d\x18\xff\xff\xff\xff" "ab")), 10, "one that says to be longer");
	ok(each_prefix(two, skips_safely, NULL), "each prefix");
}

/* A format's head, and a piece of it that holds nothing. */
static const struct {
	const char *name;
	struct ew_bytes head, piece;
} formats[] = {
#define BYTES(s) { (const uint8_t *)(s), sizeof(s) - 1 }
	{ "gzip", BYTES(""), BYTES("\x1f\x8b\x08\0\0\0\0\0\x02\x03\x03\0\0\0\0\0\0\0\0\0") },
	{ "zstd", BYTES(""), BYTES("\x28\xb5\x2f\xfd\x20\0\x01\0\0") },
	{ "lz4", BYTES(""), BYTES("\x04\x22\x4d\x18\x40\x40\xc0\0\0\0\0") },
	{ "lz4", BYTES("\x04\x22\x4d\x18\x40\x40\xc0"), BYTES("\0\0\0\x80") },
	{ "lz4", BYTES("\x02\x21\x4c\x18"), BYTES("\x01\0\0\0\0") },
	{ "snappy", BYTES("\xff\x06\0\0sNaPpY"), BYTES("\xff\x06\0\0sNaPpY") },
	{ "snappy", BYTES("\x82SNAPPY\0\0\0\0\x01\0\0\0\x01"), BYTES("\0\0\0\x01\0") },
};

static void test_pieces(void)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		size_t n = formats[i].head.n, step = formats[i].piece.n;
		uint8_t *in = malloc(n + PIECES * step);
		struct ew_limits lim = EW_LIMITS_DEFAULT;
		struct ew_message *m = ew_message_new(&lim);
		if (!in || !m)
			abort();
		memcpy(in, formats[i].head.p, n);
		for (size_t k = 0; k < PIECES; k++, n += step)
			memcpy(in + n, formats[i].piece.p, step);
		(void)open_with(m, ew_bytes(in, n), NULL, ew_bytes(NULL, 0), false);
		/* Blocks of a frame have no end here. */
		ok((m->status == EW_OK || m->status == EW_TRUNCATED) && m->used_work > PIECES * 128,
		   "%s %zu: %d pieces: %s", formats[i].name, i, PIECES, ew_status_name(m->status));
		ew_message_reset(m, &lim);
		lim.work = n + PIECES * 64;
		(void)open_with(m, ew_bytes(in, n), NULL, ew_bytes(NULL, 0), false);
		ok(m->status == EW_LIMIT && strcmp(m->reason, "work") == 0, "with little work to spend: %s",
		   m->reason ? m->reason : "");
		ew_message_free(&m);
		free(in);
	}
}

static size_t gzip(struct ew_bytes in, uint8_t *out, size_t cap)
{
	z_stream z = { 0 };

	if (deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z.next_in = (Bytef *)(uintptr_t)in.p;
	z.avail_in = (uInt)in.n;
	z.next_out = out;
	z.avail_out = (uInt)cap;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	deflateEnd(&z);
	return z.total_out;
}

/* Packed again and again, with base64 between. */
static void test_layers(void)
{
	uint8_t a[8192], b[8192];
	struct ew_bytes in = EW_LIT("{\"q\":\"' or 1=1--\"}");
	int layers = 0;

	for (; layers < 6; layers++) {
		in = ew_bytes(b, gzip(in, b, sizeof(b)));
		in = ew_bytes(a, ew_base64_encode(in, a));
	}
	struct ew_message *m = opened(in);
	ok(m->status == EW_OK && has_value(m, EW_LIT("' or 1=1--")), "gzip in base64, six times");
	ew_message_free(&m);
	for (; layers < 12; layers++) {
		in = ew_bytes(b, gzip(in, b, sizeof(b)));
		in = ew_bytes(a, ew_base64_encode(in, a));
	}
	m = opened(in);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "layers") == 0, "twelve times: %s",
	   m->reason ? m->reason : "");
	ew_message_free(&m);
}

int main(void)
{
	test_growing();
	test_skipping();
	without_and_with_unpackers(test_pieces);
	without_and_with_unpackers(test_layers);
	return done();
}
