/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* gzip.c and the growing output of unpack.c: members, damage, bombs. */

#include "opened.h"
#include "tap.h"

#include <zlib.h>

/* gzip `in` into `out` (room for `cap`). */
static size_t gzip(struct ew_bytes in, uint8_t *out, size_t cap, gz_header *head)
{
	z_stream z = { 0 };

	if (deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY) != Z_OK ||
	    (head && deflateSetHeader(&z, head) != Z_OK))
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

static void test_members(void)
{
	uint8_t buf[4096];
	size_t n = gzip(EW_LIT("{\"cmd\":"), buf, sizeof(buf), NULL);
	struct ew_bytes one = ew_bytes(buf, n);
	struct ew_message *m = opened(one);

	ok(m->status == EW_OK && has(m, "v|gzip", "{\"cmd\":"), "one member");
	const struct ew_field *v = field_at(m, "v", one);
	ok(v && v->flags & EW_FIELD_COVERED, "its raw bytes need no scan");
	ew_message_free(&m);

	size_t first = n;
	n += gzip(EW_LIT("\"rm -rf\"}"), buf + n, sizeof(buf) - n, NULL);
	m = opened(ew_bytes(buf, n));
	ok(m->status == EW_OK && has(m, "v|gzip", "{\"cmd\":\"rm -rf\"}"), "two members are one text");
	ew_message_free(&m);

	memcpy(buf + first, "' or 1=1--", 10);
	m = opened(ew_bytes(buf, first + 10));
	ok(m->status == EW_OK && has(m, "v|gzip", "' or 1=1--"), "trailing bytes are a layer");
	ok(ew_message_has(m, EW_ANOMALY_TRAILING_DATA), "and an anomaly");
	ew_message_free(&m);

	gz_header head = { .name = (Bytef *)(uintptr_t)"x; touch pwned", .comment = (Bytef *)(uintptr_t)"hello",
	                   .extra = (Bytef *)(uintptr_t)"extra", .extra_len = 5 };
	n = gzip(EW_LIT("content"), buf, sizeof(buf), &head);
	m = opened(ew_bytes(buf, n));
	ok(has(m, "v|gzip", "x; touch pwned") && has(m, "v|gzip", "hello") && has(m, "v|gzip", "extra") &&
	   has(m, "v|gzip", "content"), "name, comment and extra field are read");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, NULL), "each prefix");

	n = 0;
	for (int i = 0; i < 100; i++)
		n += gzip(EW_LIT(""), buf + n, sizeof(buf) - n, NULL);
	m = opened(ew_bytes(buf, n));
	ok(m->status == EW_OK && has(m, "v|gzip", ""), "a hundred empty members");
	ew_message_free(&m);
}

static void test_damage(void)
{
	static const char text[] = "a text that is long enough to be cut in several places: 0123456789";
	uint8_t buf[4096];
	size_t n = gzip(ew_bytes_str(text), buf, sizeof(buf), NULL);
	struct ew_message *m;
	bool named = true;
	char as[] = "gzip";

	for (size_t cut = 10; cut < n; cut++) {
		m = opened(ew_bytes(buf, cut));
		named &= m->status == EW_TRUNCATED;
		ew_message_free(&m);
	}
	ok(named, "a cut stream is truncated");
	m = opened(ew_bytes(buf, n - 1));
	ok(has(m, "v|gzip", text), "what was there is read");
	ew_message_free(&m);
	buf[n - 5] ^= 1;
	m = opened(ew_bytes(buf, n));
	ok(m->status == EW_MALFORMED && has(m, "v|gzip", text), "a wrong check sum");
	ew_message_free(&m);
	m = opened_as(EW_LIT("just text"), as);
	ok(m->status == EW_MALFORMED && ew_message_has(m, EW_ANOMALY_CT_MISMATCH),
	   "declared but not gzip");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes(buf, n), opens_safely, as), "each prefix, declared");
}

static void test_bombs(void)
{
	size_t size = 64u << 20, cap = 1u << 20;
	uint8_t *zeros = calloc(1, size), *packed = malloc(cap), *again = malloc(cap);
	if (!zeros || !packed || !again)
		abort();
	size_t n = gzip(ew_bytes(zeros, size), packed, cap, NULL);
	struct ew_message *m = opened(ew_bytes(packed, n));

	ok(m->status == EW_LIMIT && strcmp(m->reason, "ratio") == 0, "64 MiB of zeros: ratio");
	ok(ew_arena_used(m->arena) <= m->limits->arena, "within the arena");
	ew_message_free(&m);
	size_t twice = gzip(ew_bytes(packed, n), again, cap, NULL);
	m = opened(ew_bytes(again, twice));
	ok(m->status == EW_LIMIT && m->used_output <= m->limits->output, "gzip of it: %s", m->reason);
	ew_message_free(&m);

	/* Below the ratio, past the output. */
	struct ew_limits lim = EW_LIMITS_DEFAULT;
	uint32_t seed = 1;
	lim.ratio = 2000;
	m = ew_message_new(&lim);
	(void)open_with(m, ew_bytes(packed, n), NULL, ew_bytes(NULL, 0), false);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "output") == 0, "output");
	ok(m->used_output == lim.output, "all of it was spent");
	ew_message_free(&m);

	/* Growth keeps the content: text of little redundance. */
	for (size_t i = 0; i < 300000; i++) {
		seed = seed * 1664525u + 1013904223u;
		zeros[i] = (uint8_t)('a' + (seed >> 28));
	}
	n = gzip(ew_bytes(zeros, 300000), packed, cap, NULL);
	m = opened(ew_bytes(packed, n));
	ok(m->status == EW_OK && has_value(m, ew_bytes(zeros, 300000)), "the claimed size is true");
	ok(ew_arena_used(m->arena) < 310000, "and then one buffer is all");
	ew_message_free(&m);
	size_t tail = gzip(EW_LIT("tail"), packed + n, cap - n, NULL);
	memcpy(zeros + 300000, "tail", 4);
	m = opened(ew_bytes(packed, n + tail));
	ok(m->status == EW_OK && has_value(m, ew_bytes(zeros, 300004)), "the claimed size is too small");
	ew_message_free(&m);
	free(zeros);
	free(packed);
	free(again);
}

int main(void)
{
	without_and_with_unpackers(test_members);
	without_and_with_unpackers(test_damage);
	without_and_with_unpackers(test_bombs);
	return done();
}
