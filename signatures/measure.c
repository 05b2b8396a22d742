/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What one signature costs by itself: its pattern, or the gates of its analyser and the analyser where they open,
 * over values of ordinary events laid out as scanning lays them out.  Compiled alone a pattern shares nothing with
 * others, so the sum over a set is more than the set costs. */

#include "anchor.h"
#include "gather.h"
#include "ordinary.h"
#include "plain.h"
#include "rule.h"
#include "seen.h"

#include <hs.h>
#include <stdlib.h>

enum { SAMPLE = 16384, ROUNDS = 5, GATES_MOST = 64 };

struct patterns {
	const char *text[GATES_MOST];
	char *moved[GATES_MOST];
	unsigned flags[GATES_MOST], n;
};

static void forget(struct patterns *p)
{
	for (unsigned i = 0; i < p->n; i++)
		free(p->moved[i]);
}

static bool add(struct patterns *p, const char *text, unsigned flags)
{
	const char *why;
	char *moved = p->n < GATES_MOST ? malloc(ew_anchor_room(strlen(text))) : NULL;

	if (!moved || !ew_anchor_rewrite(text, moved, &why)) {
		free(moved);
		return false;
	}
	p->text[p->n] = p->moved[p->n] = moved;
	p->flags[p->n++] = flags;
	return true;
}

static bool collect(const struct ew_rule *r, struct patterns *p)
{
	bool good = true;

	if (r->pattern)
		return add(p, r->pattern, HS_FLAG_DOTALL | (r->exact_case ? 0 : HS_FLAG_CASELESS));
	for (size_t i = 0; good && ew_analyser_gate(r->analyser, i, false); i++)
		good = add(p, ew_analyser_gate(r->analyser, i, false), HS_FLAG_DOTALL | HS_FLAG_CASELESS);
	return good;
}

static bool lay_out(struct ew_gather *g)
{
	static const struct ew_field nobody;

	for (size_t i = 0; g->len < SAMPLE; i++)
		if (!ew_gather_add(g, &nobody, ew_bytes_str(ew_ordinary_value(i)), 0))
			return false;
	return true;
}

static int mark(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg)
{
	struct ew_gather *g = arg;

	(void)id, (void)from, (void)flags;
	g->slot[ew_gather_slot_at(g, to ? (size_t)to - 1 : 0)].candidate = true;
	return 0;
}

/* Marks the values that an analyser looks at itself.  To find them is one pass for all analysers, so it is not
 * part of what one costs. */
static void choose(const struct ew_analyser *a, struct ew_gather *g, struct ew_seen *seen)
{
	for (size_t i = 0; a && a->may && i < g->slots; i++) {
		struct ew_bytes text = ew_gather_text(g, i);
		if (ew_plain_text(text))
			continue;
		seen[i] = ew_seen_of(text);
		g->slot[i].gates |= !a->bytes;
		for (const char *b = a->bytes; b && *b; b++)
			g->slot[i].gates |= ew_seen_byte(&seen[i], (uint8_t)*b);
	}
}

/* One pass; how many values it is found in.  SIZE_MAX: the engine failed. */
static size_t pass(const struct ew_rule *r, const hs_database_t *db, hs_scratch_t *scratch, struct ew_gather *g,
                   const struct ew_seen *seen)
{
	size_t found = 0;

	if (db && hs_scan(db, (const char *)g->buf, (unsigned)g->len, 0, scratch, mark, g) != HS_SUCCESS)
		return SIZE_MAX;
	for (size_t i = 0; i < g->slots; i++) {
		struct ew_operand o = { ew_gather_text(g, i), false, r->which, r->limit };
		struct ew_finding f;
		if (g->slot[i].gates)
			g->slot[i].candidate |= r->analyser->may(o.text, &seen[i]);
		found += g->slot[i].candidate && (!r->analyser || r->analyser->find(&o, &f));
	}
	return found;
}

static bool measure(const struct ew_rule *r, const hs_database_t *db, struct ew_gather *g, uint64_t (*now_ns)(void),
                    struct ew_cost *c)
{
	hs_scratch_t *scratch = NULL;
	struct ew_seen *seen = calloc(g->slots, sizeof(*seen));
	uint64_t best = UINT64_MAX;
	bool good = !db || (hs_alloc_scratch(db, &scratch) == HS_SUCCESS &&
	                    hs_database_size(db, &c->database) == HS_SUCCESS);

	good = good && seen;
	if (seen)
		choose(r->analyser, g, seen);
	for (int i = 0; good && i < ROUNDS; i++) {
		uint64_t begun = now_ns();
		c->found = pass(r, db, scratch, g, seen);
		uint64_t took = now_ns() - begun;
		best = took < best ? took : best;
		good = c->found != SIZE_MAX;
	}
	c->ns_per_kb = (double)best * 1024 / (double)g->len;
	hs_free_scratch(scratch);
	free(seen);
	return good;
}

bool ew_matcher_measure(const struct ew_matcher *m, uint64_t (*now_ns)(void), struct ew_cost *c_r)
{
	static const struct ew_rule none;
	struct ew_gather g = { 0 };

	*c_r = (struct ew_cost){ 0 };
	bool good = !m->db[EW_SCAN_GATHER] ||
	            (lay_out(&g) && measure(&none, m->db[EW_SCAN_GATHER], &g, now_ns, c_r));
	ew_gather_free(&g);
	return good;
}

bool ew_ruleset_measure(const struct ew_ruleset *rs, size_t i, uint64_t (*now_ns)(void), struct ew_cost *c_r)
{
	const struct ew_rule *r = rs->rules.rule[i];
	struct patterns p = { .n = 0 };
	struct ew_gather g = { 0 };
	hs_compile_error_t *e = NULL;
	hs_database_t *db = NULL;

	*c_r = (struct ew_cost){ 0 };
	if (!r->pattern && !r->analyser)
		return true;
	uint64_t begun = now_ns();
	/* Gates for plain text alone are few: they are not measured. */
	bool gated = r->pattern || ew_analyser_gate(r->analyser, 0, false);
	bool good = !gated || (collect(r, &p) && hs_compile_multi(p.text, p.flags, NULL, p.n, HS_MODE_BLOCK, NULL,
	                                                          &db, &e) == HS_SUCCESS);
	c_r->compile_ns = now_ns() - begun;
	good = good && lay_out(&g) && measure(r, db, &g, now_ns, c_r);
	hs_free_compile_error(e);
	hs_free_database(db);
	ew_gather_free(&g);
	forget(&p);
	return good;
}
