/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Where in its text a hit begins: scanning tells only where it ends. */

#include "gather.h"
#include "regex.h"
#include "rule.h"

#include <hs.h>

struct begin {
	size_t end, from;
	bool seen;
};

static int take_begin(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void *arg)
{
	struct begin *b = arg;

	(void)id, (void)flags;
	if (to == b->end && (!b->seen || from < b->from)) {
		b->from = (size_t)from;
		b->seen = true;
	}
	return 0;
}

bool ew_ruleset_locate(const struct ew_ruleset *rs, const struct ew_hit *h, size_t *from_r, size_t *to_r)
{
	const struct ew_rule *r = (const struct ew_rule *)h->signature;
	struct begin b = { h->end, 0, false };
	hs_compile_error_t *he = NULL;
	hs_scratch_t *scratch = NULL;
	hs_database_t *db = NULL;
	struct ew_gather g = { 0 };
	uint64_t work = 100000000;

	(void)rs;
	if (h->from != SIZE_MAX) {
		*from_r = h->from;
		*to_r = h->end;
		return h->field != NULL;
	}
	if (!h->field || h->signature->rule) /* a rule of a rule file is no struct ew_rule */
		return false;
	if (r->regex)
		return ew_regex_judge(r->regex, h->text, &work, from_r, to_r) == EW_REGEX_FOUND;
	if (!r->pattern || !ew_gather_add(&g, h->field, h->text, 0))
		return false;
	struct ew_bytes text = ew_gather_text(&g, 0); /* with room behind it */
	unsigned flags = HS_FLAG_SOM_LEFTMOST | HS_FLAG_DOTALL | (r->exact_case ? 0 : HS_FLAG_CASELESS);
	if (hs_compile(r->pattern, flags, HS_MODE_BLOCK, NULL, &db, &he) == HS_SUCCESS &&
	    hs_alloc_scratch(db, &scratch) == HS_SUCCESS)
		hs_scan(db, (const char *)text.p, (unsigned)text.n, 0, scratch, take_begin, &b);
	hs_free_compile_error(he);
	hs_free_scratch(scratch);
	hs_free_database(db);
	ew_gather_free(&g);
	*from_r = b.from;
	*to_r = h->end;
	return b.seen;
}
