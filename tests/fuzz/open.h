/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_FUZZ_OPEN_H
#define EVENTWALL_TESTS_FUZZ_OPEN_H

/* For drivers of decoders: one value through all of decoding under small limits.  Aborts when a budget
 * was passed, or when bytes of the tree cannot be read (a sanitizer sees that). */

#include "eventwall/protocol.h"
#include "fuzz.h"

#include <stdlib.h>

__attribute__((unused)) static void fuzz_open(const uint8_t *data, size_t size, const char *as,
                                              struct ew_bytes arg, bool expected)
{
	static const struct ew_limits limits = {
		.message = 65536, .output = 262144, .fields = 2000, .layers = 16, .depth = 64, .ratio = 100,
		.work = 4194304, .key = 1024, .arena = 16777216,
	};
	struct ew_message *m = ew_message_new(&limits);
	struct ew_field *f;
	volatile unsigned sum = 0;

	if (!m || size > limits.message) {
		ew_message_free(&m);
		return;
	}
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
			sum += f->value.p[i];
		for (size_t i = 0; i < f->name.n; i++)
			sum += f->name.p[i];
	}
	(void)sum;
	ew_message_free(&m);
}

#endif
