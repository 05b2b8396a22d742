/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_ANALYSED_H
#define EVENTWALL_TESTS_ANALYSED_H

/* Tables of texts for an analyser: what it finds, what it leaves alone, and for each of them what holds for any
 * text: nothing is read past the end, whatever the prefix; what is found lies in the text; a gate opens. */

#include "guard.h"
#include "signatures/analyser.h"
#include "signatures/plain.h"
#include "tap.h"

#include <hs.h>

struct analysed {
	const struct ew_analyser *a;
	hs_database_t *gate; /* all, with the id 1 if it is for any text, else 0 */
	hs_scratch_t *scratch;
	struct ew_operand o;
	const char *wrong;
	bool found;
};

__attribute__((unused)) static int analysed_gate(unsigned id, unsigned long long from, unsigned long long to,
                                                 unsigned flags, void *arg)
{
	(void)from, (void)to, (void)flags;
	((bool *)arg)[id] = true;
	return 0;
}

__attribute__((unused)) static bool analysed_ask(void *arg, struct ew_bytes text)
{
	struct analysed *t = arg;
	struct ew_finding f = { SIZE_MAX, SIZE_MAX, NULL };
	bool open[2] = { false, false };

	t->o.text = text;
	t->found = t->a->find(&t->o, &f);
	if (!t->found && (f.from != SIZE_MAX || f.to != SIZE_MAX || f.why))
		t->wrong = "wrote a finding without one";
	if (!t->found)
		return !t->wrong;
	if (!f.why || f.from >= f.to || f.to > text.n)
		t->wrong = "a finding outside of the text";
	/* A copy: Hyperscan 5.4.0 reads up to 64 bytes past the end with AVX-512, and there is the guard page. */
	char *copy = calloc(1, text.n + 64);
	if (!copy)
		abort();
	if (text.n)
		memcpy(copy, text.p, text.n);
	hs_scan(t->gate, copy, (unsigned)text.n, 0, t->scratch, analysed_gate, open);
	free(copy);
	if (t->a->may && !ew_plain_text(text))
		open[0] = ew_analyser_looks(t->a, text);
	if (!open[0] && !open[1])
		t->wrong = "found where no gate opens";
	return !t->wrong;
}

/* Every text of `text` (NULL at the end) alone, and all its prefixes. */
__attribute__((unused)) static void analysed_all(struct analysed *t, const char *const *text, bool want)
{
	for (; *text; text++) {
		struct ew_bytes b = ew_bytes_str(*text);
		t->wrong = NULL;
		bool good = each_prefix(b, analysed_ask, t) && !t->wrong;
		ok(good && t->found == want, "%s: %s \"%.100s\"", t->a->name, want ? "finds" : "leaves", *text);
		if (t->wrong)
			printf("# %s\n", t->wrong);
	}
}

/* The gates of `a` compiled, each exactly; NULL gate on failure. */
__attribute__((unused)) static struct analysed analysed_begin(const struct ew_analyser *a)
{
	struct analysed t = { .a = a };
	const char *pattern[64];
	unsigned flags[64], id[64], n = 0, any = 0;
	hs_compile_error_t *e = NULL;

	while (ew_analyser_gate(a, any, false))
		any++;
	for (; n < 64 && (pattern[n] = ew_analyser_gate(a, n, true)); n++) {
		flags[n] = HS_FLAG_CASELESS | HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH;
		id[n] = n < any;
	}
	if (hs_compile_multi(pattern, flags, id, n, HS_MODE_BLOCK, NULL, &t.gate, &e) != HS_SUCCESS)
		printf("# gate %d: %s\n", e->expression, e->message);
	hs_free_compile_error(e);
	ok(t.gate && hs_alloc_scratch(t.gate, &t.scratch) == HS_SUCCESS, "%s: gates compile", a->name);
	return t;
}

__attribute__((unused)) static void analysed_end(struct analysed *t)
{
	hs_free_scratch(t->scratch);
	hs_free_database(t->gate);
}

#endif
