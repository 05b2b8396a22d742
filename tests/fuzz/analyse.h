/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_FUZZ_ANALYSE_H
#define EVENTWALL_TESTS_FUZZ_ANALYSE_H

/* For drivers of analysers: what is found lies in the text, a gate opens for it, and a second look says the
 * same. */

#include "fuzz.h"
#include "signatures/analyser.h"
#include "signatures/plain.h"

#include <hs.h>
#include <stdlib.h>

__attribute__((unused)) static int fuzz_gate(unsigned id, unsigned long long from, unsigned long long to,
                                             unsigned flags, void *arg)
{
	(void)from, (void)to, (void)flags;
	((bool *)arg)[id] = true;
	return 0;
}

__attribute__((unused)) static bool fuzz_gate_opens(const struct ew_analyser *a, struct ew_bytes text)
{
	static hs_database_t *db; /* compiled once for a driver, which has one analyser */
	static hs_scratch_t *scratch;
	bool open[2] = { false, false }; /* by a gate for plain text, by one for any */

	if (!db) {
		const char *pattern[64];
		unsigned flags[64], id[64], n = 0, any = 0;
		hs_compile_error_t *e;
		while (ew_analyser_gate(a, any, false))
			any++;
		for (; n < 64 && (pattern[n] = ew_analyser_gate(a, n, true)); n++) {
			flags[n] = HS_FLAG_CASELESS | HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH;
			id[n] = n < any;
		}
		if (hs_compile_multi(pattern, flags, id, n, HS_MODE_BLOCK, NULL, &db, &e) != HS_SUCCESS ||
		    hs_alloc_scratch(db, &scratch) != HS_SUCCESS)
			abort();
	}
	/* A copy with room behind: Hyperscan 5.4.0 reads past the end with AVX-512. */
	char *copy = calloc(1, text.n + 64);
	if (!copy)
		abort();
	if (text.n)
		memcpy(copy, text.p, text.n);
	hs_scan(db, copy, (unsigned)text.n, 0, scratch, fuzz_gate, open);
	free(copy);
	return open[1] || (a->may && !ew_plain_text(text) ? ew_analyser_looks(a, text) : open[0]);
}

/* The first byte of `data` chooses between value and name, and the argument. */
__attribute__((unused)) static void fuzz_analyse(const struct ew_analyser *a, const uint8_t *data, size_t size)
{
	struct ew_operand o = { .on_name = size && (data[0] & 1) };
	struct ew_finding f = { 0, 0, NULL }, again = { 0, 0, NULL };
	unsigned arguments = 0;

	while (a->arguments && a->arguments[arguments])
		arguments++;
	if (size && arguments)
		o.which = (data[0] >> 1) % arguments;
	o.text = ew_bytes_from(ew_bytes(data, size), 1);
	bool found = a->find(&o, &f);
	if (found != a->find(&o, &again) || f.from != again.from || f.to != again.to || f.why != again.why)
		abort();
	if (found && (!f.why || f.from >= f.to || f.to > o.text.n || !fuzz_gate_opens(a, o.text)))
		abort();
}

#endif
