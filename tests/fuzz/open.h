/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_FUZZ_OPEN_H
#define EVENTWALL_TESTS_FUZZ_OPEN_H

/* For drivers of decoders: one value through all of decoding under small limits.  Aborts when a budget
 * was passed, or when bytes of the tree cannot be read (a sanitizer sees that). */

#include "eventwall/protocol.h"
#include "eventwall/unpackers.h"
#include "fuzz.h"

#include <stdlib.h>

#define FUZZ_FNV 1099511628211u

/* The same with contexts that are kept (may be NULL).  A sum of what was found; 0: not wholly read. */
__attribute__((unused)) static uint64_t fuzz_open_with(struct ew_unpackers *kept, const uint8_t *data, size_t size,
                                                       const char *as, struct ew_bytes arg, bool expected)
{
	static const struct ew_limits limits = {
		.message = 65536, .output = 262144, .fields = 2000, .layers = 16, .depth = 64, .ratio = 100,
		.work = 4194304, .key = 1024, .arena = 16777216,
	};
	struct ew_message *m = ew_message_new(&limits);
	struct ew_field *f;
	uint64_t sum = 1;

	if (!m || size > limits.message) {
		ew_message_free(&m);
		return 0;
	}
	m->unpackers = kept;
	f = ew_decode_emit(m, m->root, EW_LIT("v"), ew_bytes(data, size), EW_KIND_BYTES, 0);
	if (!f)
		abort();
	if (as && !ew_declare_over(m, f, ew_decoder_find(ew_bytes_str(as)), arg, expected))
		abort();
	(void)ew_decode(m);
	if (m->used_output > limits.output || m->used_fields > limits.fields ||
	    m->used_work > limits.work || ew_arena_used(m->arena) > limits.arena)
		abort();
	for (f = m->root; f; f = ew_field_next(f, m->root)) {
		if (f->layers > limits.layers || f->depth > limits.depth)
			abort();
		for (size_t i = 0; i < f->value.n; i++)
			sum = (sum ^ f->value.p[i]) * FUZZ_FNV;
		for (size_t i = 0; i < f->name.n; i++)
			sum = (sum ^ f->name.p[i]) * FUZZ_FNV;
	}
	if (m->status != EW_OK)
		sum = 0;
	ew_message_free(&m);
	return sum;
}

__attribute__((unused)) static void fuzz_open(const uint8_t *data, size_t size, const char *as,
                                              struct ew_bytes arg, bool expected)
{
	(void)fuzz_open_with(NULL, data, size, as, arg, expected);
}

#endif
