/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_BINARY_H
#define EVENTWALL_TESTS_BINARY_H

/* What the tests of binary formats share: rows of bytes and the tree that comes of them, every prefix of a
 * document declared and guessed, and what hostile input of some size costs. */

#include "decoded.h"
#include "guard.h"
#include "tap.h"

#include <time.h>

static const struct ew_limits binary_limits = EW_LIMITS_DEFAULT;

struct binary_row {
	const char *what;
	struct ew_bytes in;
	const char *tree; /* as tree_print() writes it */
};
#define BINARY(s) { (const uint8_t *)("" s), sizeof(s) - 1 }

static void binary_rows(const struct binary_row *rows, size_t n, const char *type)
{
	struct ew_message *m = ew_message_new(&binary_limits);

	if (!m)
		abort();
	for (size_t i = 0; i < n; i++) {
		struct ew_bytes g = guard_put(rows[i].in);
		ew_message_reset(m, &binary_limits);
		struct ew_field *f = tree_decode(m, g, type);
		is_str(tree_print(m, f), rows[i].tree, "%s", rows[i].what);
		ok(!tree_broken(m), "%s: the tree is sound", rows[i].what);
		guard_drop(g);
	}
	ew_message_free(&m);
}

static bool binary_prefix(void *type, struct ew_bytes prefix)
{
	struct ew_message *m = ew_message_new(&binary_limits);
	bool sound = true;

	if (!m)
		abort();
	for (int guessed = 0; guessed < 2; guessed++) {
		ew_message_reset(m, &binary_limits);
		tree_decode(m, prefix, guessed ? NULL : type);
		sound = sound && !tree_broken(m);
	}
	ew_message_free(&m);
	return sound;
}

/* Each prefix of `in`, which is a whole document; declared, none but the whole is clean. */
static void binary_prefixes(struct ew_bytes in, char *type)
{
	struct ew_message *m = ew_message_new(&binary_limits);
	size_t clean = 0;

	if (!m)
		abort();
	ok(each_prefix(in, binary_prefix, type), "each prefix, declared and guessed");
	for (size_t n = 1; n <= in.n; n++) {
		ew_message_reset(m, &binary_limits);
		tree_decode(m, ew_bytes(in.p, n), type);
		clean += m->status == EW_OK;
	}
	is_int(clean, 1, "only the whole is clean");
	ew_message_free(&m);
}

/* Seconds of this thread. */
static double binary_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What a media type declares. */
static const struct ew_decoder *decoder_of(const char *type)
{
	struct ew_message *m = ew_message_new(&binary_limits);
	struct ew_field f = { 0 };
	const struct ew_decoder *d;

	if (!m || ew_declare_media_type(m, &f, ew_bytes_str(type), true) != EW_OK || !f.declared)
		abort();
	d = f.declared->decoder;
	ew_message_free(&m);
	return d;
}

/* `pattern` again and again to 64 MiB behind `head`, declared and guessed: bounded memory, a sound tree, and a time
 * that no sanitizer or loaded machine can reach. */
static void binary_flood(const char *what, struct ew_bytes head, struct ew_bytes pattern, const char *type)
{
	static const struct ew_limits limits = { .message = 64u << 20, .output = 8u << 20, .fields = 10000,
		.layers = 16, .depth = 128, .ratio = 100, .work = 1u << 30, .key = 4096, .arena = 32u << 20 };
	size_t size = 64u << 20;
	uint8_t *buf = malloc(size);
	struct ew_message *m = ew_message_new(&limits);
	double slowest = 0;
	bool sound = true;

	if (!buf || !m)
		abort();
	memcpy(buf, head.p, head.n);
	for (size_t i = head.n; i < size; i++)
		buf[i] = pattern.p[(i - head.n) % pattern.n];
	for (int guessed = 0; guessed < 2; guessed++) {
		double start = binary_clock(), took;
		ew_message_reset(m, &limits);
		struct ew_field *f = ew_decode_emit(m, m->root, EW_LIT("b"), ew_bytes(buf, size), EW_KIND_BYTES, 0);
		if (!f)
			abort();
		if (!guessed)
			(void)ew_declare_media_type(m, f, ew_bytes_str(type), true);
		const struct ew_decoder *d = decoder_of(type);
		if (!guessed || d->claims(f))
			(void)d->decode(m, f);
		took = binary_clock() - start;
		slowest = took > slowest ? took : slowest;
		sound = sound && ew_arena_used(m->arena) <= limits.arena && m->used_fields <= limits.fields;
	}
	printf("# %s: %.0f ms\n", what, slowest * 1e3);
	ok(sound, "64 MiB of %s: bounded", what);
	ok(slowest < 5, "64 MiB of %s: soon done", what);
	ew_message_free(&m);
	free(buf);
}

#endif
