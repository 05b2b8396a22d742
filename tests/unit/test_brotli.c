/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* brotli.c: declared streams, damage, bombs. */

#include "opened.h"
#include "tap.h"

#include <brotli/encode.h>

static const char text[] = "{\"q\":\"union select password from users\",\"n\":[1,2,3,4,5,6,7]}";

static size_t pack(struct ew_bytes in, int window, uint8_t *out, size_t cap)
{
	if (!BrotliEncoderCompress(5, window, BROTLI_MODE_GENERIC, in.n, in.p, &cap, out))
		abort();
	return cap;
}

static void test_streams(void)
{
	uint8_t buf[4096];
	char as[] = "brotli";
	size_t n = pack(ew_bytes_str(text), 22, buf, sizeof(buf));
	struct ew_message *m = opened_as(ew_bytes(buf, n), as);

	ok(m->status == EW_OK && has(m, "v|brotli", text), "a stream");
	ew_message_free(&m);
	m = opened(ew_bytes(buf, n));
	ok(!field_at(m, "v|brotli", ew_bytes(NULL, 0)), "is not guessed");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, as), "each prefix");
	m = opened_as(ew_bytes(buf, n - 2), as);
	ok(m->status == EW_TRUNCATED && field_at(m, "v|brotli", ew_bytes(NULL, 0))->value.n > 30,
	   "a cut one is truncated, and read");
	ew_message_free(&m);
	memcpy(buf + n, "' or 1=1--", 10);
	m = opened_as(ew_bytes(buf, n + 10), as);
	ok(m->status == EW_OK && has(m, "v|brotli", text) && has(m, "v|brotli", "' or 1=1--") &&
	   ew_message_has(m, EW_ANOMALY_TRAILING_DATA), "trailing bytes");
	ew_message_free(&m);
	m = opened_as(EW_LIT("{\"a\":\"attack\"}"), as);
	ok(m->status != EW_OK && has_value(m, EW_LIT("attack")), "declared, but JSON");
	ew_message_free(&m);
	m = opened_as(EW_LIT("\x06"), as);
	ok(m->status == EW_OK && has(m, "v|brotli", ""), "an empty stream");
	ew_message_free(&m);
}

static void test_damage(void)
{
	size_t size = 100000, cap = 120000;
	uint8_t *in = malloc(size), *out = malloc(cap);
	uint32_t seed = 1;
	if (!in || !out)
		abort();
	for (size_t i = 0; i < size; i++) {
		seed = seed * 1664525u + 1013904223u;
		in[i] = (uint8_t)('a' + (seed >> 28));
	}
	size_t n = pack(ew_bytes(in, size), 18, out, cap);
	struct ew_message *m = opened_as(ew_bytes(out, n), "brotli");
	ok(m->status == EW_OK && has_value(m, ew_bytes(in, size)), "a stream of some length");
	ew_message_free(&m);
	/* A meta-block that says it is the last and empty, and then is neither. */
	memcpy(out + n - 1, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
	m = opened_as(ew_bytes(out, n + 7), "brotli");
	const struct ew_field *f = field_at(m, "v|brotli", ew_bytes(NULL, 0));
	ok(m->status != EW_OK && f && f->value.n >= 90000 && memcmp(f->value.p, in, f->value.n) == 0,
	   "damage at the end: %s, what came before it is read", ew_status_name(m->status));
	ew_message_free(&m);
	free(in);
	free(out);
}

static void test_bombs(void)
{
	size_t size = 64u << 20, cap = 1u << 20;
	uint8_t *zeros = calloc(1, size), *packed = malloc(cap);
	struct ew_limits lim = EW_LIMITS_DEFAULT;
	if (!zeros || !packed)
		abort();
	size_t n = pack(ew_bytes(zeros, size), 24, packed, cap);
	struct ew_message *m = opened_as(ew_bytes(packed, n), "brotli");

	ok(m->status == EW_LIMIT && strcmp(m->reason, "ratio") == 0, "64 MiB of zeros in %zu bytes: %s", n,
	   m->reason);
	ew_message_free(&m);
	lim.ratio = 1000000;
	m = ew_message_new(&lim);
	(void)open_with(m, ew_bytes(packed, n), "brotli", ew_bytes(NULL, 0), true);
	ok(m->status == EW_LIMIT && ew_arena_used(m->arena) <= lim.arena && m->used_output <= lim.output,
	   "past the output: %s", m->reason);
	ew_message_free(&m);
	free(zeros);
	free(packed);
}

int main(void)
{
	test_streams();
	test_damage();
	test_bombs();
	return done();
}
