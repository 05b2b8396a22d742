/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* zstd.c: frames, skippable frames, damage, windows, bombs. */

#include "eventwall/codec.h"
#include "opened.h"
#include "tap.h"

#include <zstd.h>

static size_t pack(struct ew_bytes in, uint8_t *out, size_t cap, bool claim_size, int window_log)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();
	ZSTD_inBuffer src = { in.p, in.n, 0 };
	ZSTD_outBuffer dst = { out, cap, 0 };

	ZSTD_CCtx_setParameter(z, ZSTD_c_contentSizeFlag, claim_size);
	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
	if (window_log)
		ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, window_log);
	if (claim_size)
		ZSTD_CCtx_setPledgedSrcSize(z, in.n);
	/* Two calls, so that the frame does not become one segment by itself. */
	if (!claim_size)
		ZSTD_compressStream2(z, &dst, &src, ZSTD_e_continue);
	if (ZSTD_compressStream2(z, &dst, &src, ZSTD_e_end) != 0)
		abort();
	ZSTD_freeCCtx(z);
	return dst.pos;
}

static const char text[] = "{\"q\":\"union select password from users\",\"n\":[1,2,3,4,5,6,7]}";

static void test_frames(void)
{
	uint8_t buf[4096];
	size_t n = pack(ew_bytes_str(text), buf, sizeof(buf), true, 0);
	struct ew_message *m = opened(ew_bytes(buf, n));

	ok(m->status == EW_OK && has(m, "v|zstd", text), "one frame");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, NULL), "each prefix");
	m = opened(ew_bytes(buf, n - 3));
	ok(m->status == EW_TRUNCATED && has(m, "v|zstd", text), "cut in the check sum");
	ew_message_free(&m);
	buf[n - 1] ^= 1;
	m = opened(ew_bytes(buf, n));
	ok(m->status == EW_MALFORMED && has(m, "v|zstd", text), "a wrong check sum");
	ew_message_free(&m);

	n = pack(ew_bytes_str("{\"a\":"), buf, sizeof(buf), false, 0);
	memcpy(buf + n, "\x50\x2a\x4d\x18\x0a\0\0\0' or 1=1--", 18);
	n += 18;
	n += pack(ew_bytes_str("\"b\"}"), buf + n, sizeof(buf) - n, true, 0);
	m = opened(ew_bytes(buf, n));
	ok(m->status == EW_OK && has(m, "v|zstd", "{\"a\":\"b\"}"), "frames are joined");
	ok(has(m, "v|zstd", "' or 1=1--"), "a skippable frame is read");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, NULL), "each prefix of three frames");
	uint8_t led[4096], armed[8192];
	memcpy(led, "\x5f\x2a\x4d\x18\x03\0\0\0two\x51\x2a\x4d\x18\0\0\0\0", 19);
	memcpy(led + 19, buf, n);
	m = opened(ew_bytes(armed, ew_base64_encode(ew_bytes(led, n + 19), armed)));
	ok(m->status == EW_OK && has(m, "v|base64|zstd", "{\"a\":\"b\"}") && has(m, "v|base64|zstd", "two"),
	   "behind two skippable frames, in base64");
	ew_message_free(&m);
	memcpy(buf + n, "tail", 4);
	m = opened(ew_bytes(buf, n + 4));
	ok(m->status == EW_OK && has(m, "v|zstd", "tail") &&
	   ew_message_has(m, EW_ANOMALY_TRAILING_DATA), "trailing bytes");
	ew_message_free(&m);
	m = opened_as(EW_LIT("just text"), "zstd");
	ok(m->status == EW_MALFORMED, "declared but not zstd");
	ew_message_free(&m);
}

static void test_bombs(void)
{
	size_t size = 32u << 20, cap = 1u << 20;
	uint8_t *zeros = calloc(1, size), *packed = malloc(cap);
	if (!zeros || !packed)
		abort();
	size_t n = pack(ew_bytes(zeros, size), packed, cap, false, 23);
	struct ew_message *m = opened(ew_bytes(packed, n));

	ok(m->status == EW_LIMIT && strcmp(m->reason, "ratio") == 0, "zeros without a size: ratio");
	ew_message_free(&m);
	n = pack(ew_bytes(zeros, size), packed, cap, true, 23);
	m = opened(ew_bytes(packed, n));
	ok(m->status == EW_LIMIT && strcmp(m->reason, "ratio") == 0, "zeros with a size: ratio");
	ew_message_free(&m);
	struct ew_limits lim = EW_LIMITS_DEFAULT;
	lim.ratio = 100000;
	m = ew_message_new(&lim);
	(void)open_with(m, ew_bytes(packed, n), NULL, ew_bytes(NULL, 0), false);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "output") == 0, "output");
	ok(ew_arena_used(m->arena) <= lim.arena, "within the arena");
	ew_message_free(&m);
	n = pack(ew_bytes(zeros, size), packed, cap, false, 24);
	m = opened(ew_bytes(packed, n));
	ok(m->status == EW_LIMIT && strcmp(m->reason, "window") == 0, "a window of 16 MiB");
	ew_message_free(&m);
	/* A header that claims a window of 8 MiB and brings one empty block. */
	m = opened(EW_LIT("\x28\xb5\x2f\xfd\x00\x68\x01\x00\x00"));
	ok(m->status == EW_OK && has(m, "v|zstd", ""), "a claimed window is only claimed: %s",
	   ew_status_name(m->status));
	ew_message_free(&m);
	free(zeros);
	free(packed);
}

int main(void)
{
	without_and_with_unpackers(test_frames);
	without_and_with_unpackers(test_bombs);
	return done();
}
