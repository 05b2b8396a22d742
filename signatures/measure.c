/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What one signature costs by itself: its pattern, or its gates or those of its analyser and what is asked where
 * they open, over values of ordinary events laid out as scanning lays them out.  Compiled alone a pattern shares
 * nothing with others, so the sum over a set is more than the set costs. */

#include "anchor.h"
#include "gather.h"
#include "ordinary.h"
#include "part.h"
#include "plain.h"
#include "regex.h"
#include "seen.h"

#include <hs.h>
#include <stdlib.h>

enum { SAMPLE = 16384, ROUNDS = 5, PATTERNS_MOST = 64, ASKS = 1 };

struct patterns {
	const char *text[PATTERNS_MOST];
	char *moved[PATTERNS_MOST];
	unsigned id[PATTERNS_MOST]; /* ASKS, or 0 */
	unsigned flags[PATTERNS_MOST], n;
};

static void forget(struct patterns *p)
{
	for (unsigned i = 0; i < p->n; i++)
		free(p->moved[i]);
}

static bool add(struct patterns *p, const char *text, unsigned flags, unsigned id)
{
	const char *why;
	char *moved = p->n < PATTERNS_MOST ? malloc(ew_anchor_room(strlen(text))) : NULL;

	if (!moved || !ew_anchor_rewrite(text, moved, &why)) {
		free(moved);
		return false;
	}
	p->text[p->n] = p->moved[p->n] = moved;
	p->id[p->n] = id;
	p->flags[p->n++] = flags;
	return true;
}

static bool collect(const struct ew_rule *r, struct patterns *p)
{
	bool good = true;

	for (size_t i = 0; good && i < r->part_count; i++)
		good = add(p, r->part[i].pattern, r->part[i].flags, r->part[i].asks ? ASKS : 0);
	for (size_t i = 0; good && r->analyser && ew_analyser_gate(r->analyser, i, false); i++)
		good = add(p, ew_analyser_gate(r->analyser, i, false), HS_FLAG_DOTALL | HS_FLAG_CASELESS, 0);
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
	struct ew_slot *slot = &g->slot[ew_gather_slot_at(g, to ? (size_t)to - 1 : 0)];

	(void)from, (void)flags;
	if (id == ASKS)
		slot->gates = 1;
	else
		slot->candidate = true;
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

/* What is measured, and with what. */
struct trial {
	const struct ew_rule *r;
	const hs_database_t *db, *behind; /* for all values, and for those that ask; or NULL */
	hs_scratch_t *scratch;
	struct ew_gather *g;
	const struct ew_seen *seen;
};

static int found_it(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg)
{
	(void)id, (void)from, (void)to, (void)flags;
	*(bool *)arg = true;
	return 1;
}

/* Is it in this value, about which a gate or a look of an analyser asks? */
static bool answer(const struct trial *t, struct ew_bytes text, size_t i)
{
	uint64_t work = UINT64_MAX;
	size_t from, to;
	bool found = false;

	if (t->r->analyser)
		return t->r->analyser->may(text, &t->seen[i]);
	if (t->r->regex)
		return ew_regex_judge(t->r->regex, text, &work, &from, &to) != EW_REGEX_NONE;
	if (t->behind)
		(void)hs_scan(t->behind, (const char *)text.p, (unsigned)text.n, 0, t->scratch, found_it, &found);
	return found;
}

/* One pass; how many values it is found in.  SIZE_MAX: the engine failed. */
static size_t pass(const struct trial *t)
{
	const struct ew_rule *r = t->r;
	struct ew_gather *g = t->g;
	size_t found = 0;

	if (t->db && hs_scan(t->db, (const char *)g->buf, (unsigned)g->len, 0, t->scratch, mark, g) != HS_SUCCESS)
		return SIZE_MAX;
	for (size_t i = 0; i < g->slots; i++) {
		struct ew_operand o = { ew_gather_text(g, i), false, r->which, r->limit };
		struct ew_finding f;
		bool here = g->slot[i].candidate || (g->slot[i].gates && answer(t, o.text, i));
		found += here && (!r->analyser || r->analyser->find(&o, &f));
	}
	return found;
}

static bool has_scratch(struct trial *t, const hs_database_t *db, size_t *size)
{
	size_t n = 0;
	bool good = !db || (hs_alloc_scratch(db, &t->scratch) == HS_SUCCESS &&
	                    hs_database_size(db, &n) == HS_SUCCESS);

	*size += n;
	return good;
}

static bool measure(const struct ew_rule *r, const hs_database_t *db, const hs_database_t *behind,
                    struct ew_gather *g, uint64_t (*now_ns)(void), struct ew_cost *c)
{
	struct ew_seen *seen = calloc(g->slots, sizeof(*seen));
	uint64_t best = UINT64_MAX;
	struct trial t = { r, db, behind, NULL, g, seen };
	bool good = seen && has_scratch(&t, db, &c->database) && has_scratch(&t, behind, &c->database);

	if (seen)
		choose(r->analyser, g, seen);
	for (int i = 0; good && i < ROUNDS; i++) {
		uint64_t begun = now_ns();
		c->found = pass(&t);
		uint64_t took = now_ns() - begun;
		best = took < best ? took : best;
		good = c->found != SIZE_MAX;
	}
	c->ns_per_kb = (double)best * 1024 / (double)g->len;
	hs_free_scratch(t.scratch);
	free(seen);
	return good;
}

bool ew_matcher_measure(const struct ew_matcher *m, uint64_t (*now_ns)(void), struct ew_cost *c_r)
{
	static const struct ew_rule none;
	struct ew_gather g = { 0 };

	*c_r = (struct ew_cost){ 0 };
	bool good = !m->db[EW_SCAN_GATHER] ||
	            (lay_out(&g) && measure(&none, m->db[EW_SCAN_GATHER], NULL, &g, now_ns, c_r));
	ew_gather_free(&g);
	return good;
}

bool ew_ruleset_measure(const struct ew_ruleset *rs, size_t i, uint64_t (*now_ns)(void), struct ew_cost *c_r)
{
	const struct ew_rule *r = rs->rules.rule[i];
	struct patterns p = { .n = 0 };
	struct ew_gather g = { 0 };
	hs_compile_error_t *e = NULL;
	hs_database_t *db = NULL, *behind = NULL;

	*c_r = (struct ew_cost){ 0 };
	if (!r->pattern && !r->analyser)
		return true;
	uint64_t begun = now_ns();
	/* Gates for plain text alone are few: they are not measured. */
	bool gated = r->pattern || ew_analyser_gate(r->analyser, 0, false);
	bool good = !gated || (collect(r, &p) && hs_compile_multi(p.text, p.flags, p.id, p.n, HS_MODE_BLOCK, NULL,
	                                                          &db, &e) == HS_SUCCESS);
	good = good && (!r->behind ||
	                hs_compile(r->pattern, ew_rule_flags(r), HS_MODE_BLOCK, NULL, &behind, &e) == HS_SUCCESS);
	c_r->compile_ns = now_ns() - begun;
	good = good && lay_out(&g) && measure(r, db, behind, &g, now_ns, c_r);
	hs_free_compile_error(e);
	hs_free_database(db);
	hs_free_database(behind);
	ew_gather_free(&g);
	forget(&p);
	return good;
}
