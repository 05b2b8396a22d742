/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* snappy.c: bare blocks, chunks, blocks of Java, damage, claims. */

#include "eventwall/checksum.h"
#include "opened.h"
#include "tap.h"

#include <snappy-c.h>

static const char text[] = "{\"q\":\"union select password from users\",\"n\":[1,2,3,4,5,6,7]}";

static size_t pack(struct ew_bytes in, uint8_t *out, size_t cap)
{
	if (snappy_compress((const char *)in.p, in.n, (char *)out, &cap) != SNAPPY_OK)
		abort();
	return cap;
}

static size_t put_chunk(unsigned type, struct ew_bytes in, uint8_t *out, size_t cap)
{
	uint32_t sum = ew_crc32c(in);
	size_t n = in.n;

	sum = (sum >> 15 | sum << 17) + 0xa282ead8u;
	if (type == 0)
		n = pack(in, out + 8, cap - 8);
	else
		memcpy(out + 8, in.p, in.n);
	out[0] = (uint8_t)type;
	for (unsigned i = 0; i < 3; i++)
		out[1 + i] = (uint8_t)((n + 4) >> 8 * i);
	for (unsigned i = 0; i < 4; i++)
		out[4 + i] = (uint8_t)(sum >> 8 * i);
	return n + 8;
}

static size_t put_java(struct ew_bytes in, uint8_t *out, size_t cap)
{
	size_t n = pack(in, out + 4, cap - 4);

	out[0] = out[1] = 0;
	out[2] = (uint8_t)(n >> 8);
	out[3] = (uint8_t)n;
	return n + 4;
}

static void test_bare(void)
{
	uint8_t buf[4096];
	char as[] = "snappy";
	size_t n = pack(ew_bytes_str(text), buf, sizeof(buf));
	struct ew_message *m = opened_as(ew_bytes(buf, n), as);

	ok(m->status == EW_OK && has(m, "v|snappy", text), "a bare block, declared");
	ew_message_free(&m);
	m = opened(ew_bytes(buf, n));
	ok(m->status == EW_OK && !field_at(m, "v|snappy", ew_bytes(NULL, 0)), "is not guessed");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, as), "each prefix");
	m = opened_as(ew_bytes(buf, n - 1), as);
	ok(m->status == EW_MALFORMED && ew_message_has(m, EW_ANOMALY_CT_MISMATCH), "cut, it is none");
	ew_message_free(&m);
	m = opened_as(EW_LIT("\0"), as);
	ok(m->status == EW_OK && has(m, "v|snappy", ""), "an empty block");
	ew_message_free(&m);
	m = opened_as(EW_LIT("{\"a\":\"attack\"}"), as);
	ok(m->status == EW_MALFORMED && has(m, "v|json.a", "attack"), "declared, but JSON");
	ew_message_free(&m);
	m = opened_as(EW_LIT("\xff\xff\xff\xff\x0f\x00" "a"), as);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "ratio") == 0 && ew_arena_used(m->arena) < 200000,
	   "a claim of 4 GiB costs nothing");
	ew_message_free(&m);
}

static void test_chunks(void)
{
	uint8_t buf[8192];
	size_t n = 10, second;
	struct ew_message *m;

	memcpy(buf, "\xff\x06\0\0sNaPpY", 10);
	n += put_chunk(0, EW_LIT("{\"a\":"), buf + n, sizeof(buf) - n);
	memcpy(buf + n, "\x80\x0a\0\0' or 1=1--\xfe\x03\0\0pad", 21);
	n += 21;
	memcpy(buf + n, "\xff\x06\0\0sNaPpY", 10);
	n += 10;
	second = n;
	n += put_chunk(1, EW_LIT("\"b\"}"), buf + n, sizeof(buf) - n);
	m = opened(ew_bytes(buf, n));
	ok(m->status == EW_OK && has(m, "v|snappy", "{\"a\":\"b\"}"), "chunks are joined");
	ok(has(m, "v|snappy", "' or 1=1--") && has(m, "v|snappy", "pad"), "what is to be skipped is read");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, NULL), "each prefix");
	m = opened(ew_bytes(buf, n - 1));
	ok(m->status == EW_TRUNCATED && has(m, "v|snappy", "{\"a\":"), "cut in a chunk");
	ew_message_free(&m);
	buf[second + 4] ^= 1;
	m = opened(ew_bytes(buf, n));
	ok(m->status == EW_MALFORMED && has(m, "v|snappy", "{\"a\":\"b\"}"), "a wrong sum");
	ew_message_free(&m);
	buf[second + 4] ^= 1;
	buf[second] = 2;
	m = opened(ew_bytes(buf, n));
	ok(m->status == EW_UNSUPPORTED && has(m, "v|snappy", "{\"a\":"), "a kind that readers must not skip");
	ew_message_free(&m);
	m = opened_as(EW_LIT("\xff\x06\0\0sNaPpY"), "snappy");
	ok(m->status == EW_OK && has(m, "v|snappy", ""), "no content");
	ew_message_free(&m);

	/* One chunk of 64 KiB is the most; one that says more is none. */
	uint8_t *much = calloc(1, 70000), *out = malloc(90000);
	if (!much || !out)
		abort();
	memcpy(out, "\xff\x06\0\0sNaPpY", 10);
	n = 10 + put_chunk(0, ew_bytes(much, 65536), out + 10, 80000);
	m = opened(ew_bytes(out, n));
	ok(m->status == EW_OK && has_value(m, ew_bytes(much, 65536)), "64 KiB in a chunk");
	ew_message_free(&m);
	n = 10 + put_chunk(0, ew_bytes(much, 65537), out + 10, 80000);
	m = opened(ew_bytes(out, n));
	ok(m->status == EW_MALFORMED, "a byte more");
	ew_message_free(&m);
	free(much);
	free(out);
}

static void test_java(void)
{
	uint8_t buf[4096];
	size_t n = 16, first;
	struct ew_message *m;

	memcpy(buf, "\x82SNAPPY\0\0\0\0\x01\0\0\0\x01", 16);
	n += put_java(EW_LIT("{\"a\":"), buf + n, sizeof(buf) - n);
	first = n;
	n += put_java(EW_LIT("\"b\","), buf + n, sizeof(buf) - n);
	memcpy(buf + n, buf, 16);
	n += 16;
	n += put_java(EW_LIT("\"c\":1}"), buf + n, sizeof(buf) - n);
	m = opened(ew_bytes(buf, n));
	ok(m->status == EW_OK && has(m, "v|snappy", "{\"a\":\"b\",\"c\":1}"), "blocks of Java, and a second head");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, NULL), "each prefix");
	m = opened(ew_bytes(buf, n - 1));
	ok(m->status == EW_TRUNCATED && has(m, "v|snappy", "{\"a\":\"b\","), "cut in a block");
	ew_message_free(&m);
	memset(buf + first + 4, 0xff, 3);
	m = opened(ew_bytes(buf, n));
	ok(m->status != EW_OK && field_at(m, "v|snappy", ew_bytes_str("{\"a\":")), "damaged: %s",
	   ew_status_name(m->status));
	ew_message_free(&m);
}

static void test_bomb(void)
{
	size_t size = 32u << 20, n;
	uint8_t *zeros = calloc(1, size), *packed = malloc(snappy_max_compressed_length(size));
	if (!zeros || !packed)
		abort();
	n = pack(ew_bytes(zeros, size), packed, snappy_max_compressed_length(size));
	struct ew_message *m = opened_as(ew_bytes(packed, n), "snappy");
	ok(m->status == EW_LIMIT && strcmp(m->reason, "output") == 0 && m->used_output == 0,
	   "a true claim past the budget is not begun: %s", m->reason);
	ew_message_free(&m);
	free(zeros);
	free(packed);
}

int main(void)
{
	test_bare();
	test_chunks();
	test_java();
	test_bomb();
	return done();
}
