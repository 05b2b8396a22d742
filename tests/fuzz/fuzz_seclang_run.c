/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rules and a request, a NUL between: what is understood runs, twice with one result, and ends. */

#include "fuzz.h"
#include "signatures/seclang/evaluate.h"

#include <stdlib.h>

enum { RULES_MEMORY = 4 << 20, MEMORY = 1 << 20, TEXT_MOST = 4096 };

/* Lines are arguments, cookies, headers and a file name in turn. */
static void fill(struct ew_transaction *t, struct ew_arena *a, struct ew_bytes text)
{
	static const enum ew_variable ids[] = { EW_VARIABLE_ARGS, EW_VARIABLE_ARGS_NAMES,
						EW_VARIABLE_REQUEST_COOKIES,
						EW_VARIABLE_REQUEST_HEADERS,
						EW_VARIABLE_REQUEST_FILENAME };

	memset(t, 0, sizeof(*t));
	t->arena = a;
	t->http = true;
	for (size_t i = 0; text.n && i < 16; i++) {
		size_t end = ew_bytes_find(text, 0, EW_LIT("\n"));
		struct ew_bytes line = ew_bytes(text.p, end == SIZE_MAX ? text.n : end);
		(void)ew_transaction_add(t, ids[i % 5], ew_bytes(line.p, line.n ? 1 : 0), line,
					 NULL);
		text = ew_bytes_from(text, line.n + 1);
	}
}

static size_t run(const struct ew_seclang_set *set, struct ew_bytes text)
{
	struct ew_arena *a = ew_arena_new(MEMORY);
	struct ew_transaction t;
	struct ew_seclang_verdict v;
	size_t sum = 0, n = 0;

	if (!a)
		return 0;
	fill(&t, a, text);
	ew_seclang_evaluate(set, &t, true, &v);
	for (const struct ew_seclang_hit *h = v.hits; h; h = h->next, n++)
		sum = sum * 31 + h->rule->id + h->msg.n + h->logdata.n;
	if (n != v.count || n > set->rules)
		abort();
	ew_arena_free(&a);
	return v.spent ? 0 : sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ew_error e = { .line = 0 };
	const uint8_t *cut = size ? memchr(data, 0, size) : NULL;

	if (size > TEXT_MOST)
		return 0;
	size_t n = cut ? (size_t)(cut - data) : size;
	struct ew_bytes text = ew_bytes_from(ew_bytes(data, size), n + 1);
	/* Files are not for a fuzzer to choose. */
	if (ew_bytes_find_nocase(ew_bytes(data, n), 0, EW_LIT("file")) != SIZE_MAX ||
	    ew_bytes_find_nocase(ew_bytes(data, n), 0, EW_LIT("pmf")) != SIZE_MAX ||
	    ew_bytes_find_nocase(ew_bytes(data, n), 0, EW_LIT("matchf")) != SIZE_MAX)
		return 0;
	struct ew_seclang_set *set =
		ew_seclang_load_text("x.conf", ew_bytes(data, n), RULES_MEMORY, &e);
	if (!set && (e.text[0] == 0 || (e.file[0] && strcmp(e.file, "x.conf") != 0)))
		abort();
	if (set && run(set, text) != run(set, text))
		abort();
	ew_seclang_free(&set);
	return 0;
}
