/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Fields to hits.  All values of a message are laid out in one buffer and scanned by one call; what is
 * found there only names candidates, which are then scanned alone.  Values of plain text, mostly most of them,
 * have a buffer of their own, since few patterns can match there (plain.h).
 *
 *     FF  v a l u e  FF  FF  s e c o n d  FF        an empty value is not laid out
 *         ^start[0]          ^start[1]              here: two values, one of them ... FF inside is fine
 *
 * The gathered patterns find at least what the single ones find (anchor.c), with an end offset between
 * the first byte of the value and the separator after it, so a value that is not a candidate has no
 * match.  That is what makes the result equal to scanning each value alone, for any bytes in it.  The
 * trap: never trust a gathered match itself; it may begin in one value and end in another. */

#include "plain.h"
#include "rule.h"

#include <hs.h>
#include <stdlib.h>

/* Past this many gathered matches it is cheaper to scan every value than to go on listening. */
enum { GATHER_CALLS_MAX = 1000, LEAF_CALLS_MAX = 10000 };

/* Buffers grown past this by one large message are given back after it. */
static const size_t keep_max = (size_t)4 << 20;

struct slot {
	const struct ew_field *field;
	uint32_t start;
	bool candidate;
};

/* The values (or names) of one message. */
struct gather {
	uint8_t *buf;
	size_t len, cap;
	struct slot *slot;
	size_t slots, slot_cap;
};

struct found {
	uint32_t rule, order; /* of the field in the document, filled in at the end */
	const struct ew_field *field;
	size_t end;
	bool on_name;
};

enum tier { PLAIN, OTHER, TIERS };

struct ew_scanner {
	hs_scratch_t *scratch;
	struct gather gather[EW_SUBJECT_COUNT][TIERS];
	struct found *found;
	size_t founds, found_cap;
	size_t calls; /* of the phase that runs */
};

struct ew_scanner *ew_scanner_new(void)
{
	return calloc(1, sizeof(struct ew_scanner));
}

static void give_back(struct gather *g)
{
	free(g->buf);
	free(g->slot);
	*g = (struct gather){ 0 };
}

void ew_scanner_free(struct ew_scanner **s)
{
	if (*s) {
		hs_free_scratch((*s)->scratch);
		for (int i = 0; i < EW_SUBJECT_COUNT * TIERS; i++)
			give_back(&(*s)->gather[i / TIERS][i % TIERS]);
		free((*s)->found);
	}
	free(*s);
	*s = NULL;
}

bool ew_scanner_adopt(struct ew_scanner *s, const struct ew_ruleset *rs)
{
	for (int i = 0; i < EW_SUBJECT_COUNT; i++) {
		for (int of = 0; of < EW_SCAN_COUNT; of++) {
			const hs_database_t *db = rs->matcher[i].db[of];
			if (db && hs_alloc_scratch(db, &s->scratch) != HS_SUCCESS)
				return false;
		}
	}
	return true;
}

/* Room for `n` more bytes and a slot. */
static bool grow(struct gather *g, size_t n)
{
	if (n > g->cap - g->len) {
		size_t cap = g->cap ? g->cap : 16384;
		while (n > cap - g->len)
			cap *= 2;
		uint8_t *buf = realloc(g->buf, cap);
		if (!buf)
			return false;
		g->buf = buf;
		g->cap = cap;
	}
	if (g->slots == g->slot_cap) {
		size_t cap = g->slot_cap ? 2 * g->slot_cap : 256;
		struct slot *slot = realloc(g->slot, cap * sizeof(*slot));
		if (!slot)
			return false;
		g->slot = slot;
		g->slot_cap = cap;
	}
	return true;
}

static bool lay_out(struct gather *g, const struct ew_field *f, struct ew_bytes b)
{
	if (b.n > UINT32_MAX - 2 - g->len || !grow(g, b.n + 2))
		return false;
	if (g->len == 0)
		g->buf[g->len++] = 0xff;
	g->slot[g->slots++] = (struct slot){ f, (uint32_t)g->len, false };
	memcpy(g->buf + g->len, b.p, b.n);
	g->len += b.n;
	g->buf[g->len++] = 0xff;
	return true;
}

/* To where its kind of text is gathered, if any pattern could match there. */
static inline bool lay_out_text(struct gather g[TIERS], const struct ew_matcher *m, const struct ew_field *f,
                                struct ew_bytes b)
{
	if (b.n == 0)
		return true;
	if (!ew_plain_text(b))
		return lay_out(&g[OTHER], f, b);
	return !m->db[EW_SCAN_PLAIN] || lay_out(&g[PLAIN], f, b);
}

static bool lay_out_all(struct ew_scanner *s, const struct ew_ruleset *rs, const struct ew_message *m)
{
	const struct ew_matcher *value = &rs->matcher[EW_SUBJECT_VALUE], *name = &rs->matcher[EW_SUBJECT_NAME];
	const unsigned silent = EW_FIELD_COVERED | EW_FIELD_QUIET;
	const unsigned unnamed = EW_FIELD_QUIET | EW_FIELD_SAME_NAME;
	struct ew_field_place all = { m->fields, 0 };
	const struct ew_field *f;

	while ((f = ew_message_next_field(&all))) {
		if (name->db[EW_SCAN_GATHER] && (f->flags & (EW_FIELD_NAMED | unnamed)) == EW_FIELD_NAMED &&
		    !lay_out_text(s->gather[EW_SUBJECT_NAME], name, f, f->name))
			return false;
		if (value->db[EW_SCAN_GATHER] && ew_field_is_leaf(f) && !(f->flags & silent) &&
		    !lay_out_text(s->gather[EW_SUBJECT_VALUE], value, f, f->value))
			return false;
	}
	return true;
}

/* The slot whose bytes, or separator after them, hold offset `at`.  Offset 0 is before the first. */
static size_t slot_at(const struct gather *g, size_t at)
{
	size_t low = 0, high = g->slots;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		if (g->slot[mid].start <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

struct gather_call {
	struct ew_scanner *s;
	struct gather *g;
};

static int mark_candidate(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                          void *arg)
{
	struct gather_call *c = arg;

	(void)id, (void)from, (void)flags;
	if (++c->s->calls > GATHER_CALLS_MAX)
		return 1;
	c->g->slot[slot_at(c->g, to ? (size_t)to - 1 : 0)].candidate = true;
	return 0;
}

struct leaf_call {
	struct ew_scanner *s;
	const struct ew_ruleset *rs;
	const struct ew_message *m;
	const struct slot *slot;
	bool on_name;
};

static bool is_targeted(const struct ew_rule *r, const struct ew_field *f)
{
	for (size_t i = 0; i < r->target_count; i++)
		if (ew_path_selects(&r->targets[i], f))
			return true;
	return r->target_count == 0;
}

static bool keep_found(struct ew_scanner *s, struct found f)
{
	if (s->founds == s->found_cap) {
		size_t cap = s->found_cap ? 2 * s->found_cap : 64;
		struct found *found = realloc(s->found, cap * sizeof(*found));
		if (!found)
			return false;
		s->found = found;
		s->found_cap = cap;
	}
	s->found[s->founds++] = f;
	return true;
}

/* One field that the rule is about; false: no memory. */
static bool take_field(const struct leaf_call *c, unsigned id, const struct ew_field *f, size_t end)
{
	return !is_targeted(c->rs->rules.rule[id], f) ||
	       keep_found(c->s, (struct found){ id, 0, f, end, c->on_name });
}

/* A name may be that of fields behind it as well, which were not laid out. */
static bool take_namesakes(const struct leaf_call *c, unsigned id, size_t end)
{
	struct ew_field_place all = { c->m->fields, 0 };
	const struct ew_field *f, *first = c->slot->field;

	while ((f = ew_message_next_field(&all))) {
		if ((f->flags & (EW_FIELD_SAME_NAME | EW_FIELD_QUIET)) == EW_FIELD_SAME_NAME &&
		    f->name.p == first->name.p &&
		    (++c->s->calls > LEAF_CALLS_MAX || !take_field(c, id, f, end)))
			return false;
	}
	return true;
}

static int take_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void *arg)
{
	const struct leaf_call *c = arg;

	(void)from, (void)flags;
	if (++c->s->calls > LEAF_CALLS_MAX)
		return 1;
	return !take_field(c, id, c->slot->field, (size_t)to) ||
	       (c->on_name && !take_namesakes(c, id, (size_t)to));
}

static enum ew_status fault(struct ew_message *m, enum ew_status s, const char *reason)
{
	ew_message_fault(m, s, reason, NULL);
	return s;
}

static enum ew_status scan_tier(struct ew_scanner *s, const struct ew_ruleset *rs, enum ew_subject subject,
                                enum tier tier, struct ew_message *m)
{
	const struct ew_matcher *by = &rs->matcher[subject];
	const hs_database_t *db = by->db[tier == PLAIN ? EW_SCAN_PLAIN : EW_SCAN_GATHER];
	struct gather *g = &s->gather[subject][tier];
	struct gather_call gc = { s, g };
	hs_error_t he;

	if (g->slots == 0)
		return EW_OK;
	s->calls = 0;
	he = hs_scan(db, (const char *)g->buf, (unsigned)g->len, 0, s->scratch, mark_candidate, &gc);
	if (he != HS_SUCCESS && he != HS_SCAN_TERMINATED)
		return fault(m, EW_ENGINE, "scan");
	if (s->calls == 0)
		return EW_OK;
	s->calls = 0;
	for (size_t i = 0; i < g->slots; i++) {
		const struct slot *slot = &g->slot[i];
		struct leaf_call lc = { s, rs, m, slot, subject == EW_SUBJECT_NAME };
		if (!slot->candidate && he != HS_SCAN_TERMINATED)
			continue;
		size_t n = subject == EW_SUBJECT_NAME ? slot->field->name.n : slot->field->value.n;
		hs_error_t le = hs_scan(by->db[EW_SCAN_LEAF], (const char *)g->buf + slot->start, (unsigned)n, 0,
		                        s->scratch, take_match, &lc);
		if (le == HS_SCAN_TERMINATED)
			return s->calls > LEAF_CALLS_MAX ? fault(m, EW_LIMIT, "matches")
			                                 : fault(m, EW_ENGINE, "memory");
		if (le != HS_SUCCESS)
			return fault(m, EW_ENGINE, "scan");
	}
	return EW_OK;
}

static int by_rule_then_field(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return y->on_name - x->on_name;
}

static int by_field(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct found *)a)->field, y = (uintptr_t)((const struct found *)b)->field;

	return (x > y) - (x < y);
}

/* Where the fields of what was found stand in the document.  Leaves `found` sorted by rule, then field. */
static void put_in_order(struct ew_scanner *s, const struct ew_message *m)
{
	uint32_t order = 0;

	if (s->founds < 2)
		return;
	qsort(s->found, s->founds, sizeof(*s->found), by_field);
	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root), order++) {
		struct found key = { .field = f };
		struct found *at = bsearch(&key, s->found, s->founds, sizeof(*s->found), by_field);
		if (!at)
			continue;
		while (at > s->found && at[-1].field == f)
			at--;
		for (; at < s->found + s->founds && at->field == f; at++)
			at->order = order;
	}
	qsort(s->found, s->founds, sizeof(*s->found), by_rule_then_field);
}

static enum ew_status add_hit(struct ew_message *m, const struct ew_rule *r, const struct found *f)
{
	struct ew_hit *h = ew_arena_alloc(m->arena, sizeof(*h));

	if (!h)
		return fault(m, EW_LIMIT, "arena");
	h->signature = &r->pub;
	if (f) {
		h->field = f->field;
		h->end = f->end;
		h->on_name = f->on_name;
	}
	if (!m->hits_tail || m->hits_tail->signature != &r->pub)
		m->score = r->pub.score > UINT32_MAX - m->score ? UINT32_MAX : m->score + r->pub.score;
	if (m->hits_tail)
		m->hits_tail->next = h;
	else
		m->hits = h;
	m->hits_tail = h;
	m->hit_count++;
	return EW_OK;
}

static bool next_anomaly(const struct ew_ruleset *rs, const struct ew_message *m, size_t *i)
{
	for (; *i < rs->rules.count; ++*i) {
		const struct ew_rule *r = rs->rules.rule[*i];
		if (!r->pattern && ew_message_has(m, r->anomaly))
			return true;
	}
	return false;
}

/* Merge what was found in fields with the signatures of anomalies, by rule. */
static enum ew_status report(struct ew_scanner *s, const struct ew_ruleset *rs, struct ew_message *m)
{
	size_t anomaly = 0, k = 0;
	bool odd = m->anomalies && next_anomaly(rs, m, &anomaly);
	enum ew_status st = EW_OK;

	put_in_order(s, m);
	while (st == EW_OK && (k < s->founds || odd)) {
		if (odd && (k == s->founds || anomaly < s->found[k].rule)) {
			st = add_hit(m, rs->rules.rule[anomaly++], NULL);
			odd = next_anomaly(rs, m, &anomaly);
		} else {
			st = add_hit(m, rs->rules.rule[s->found[k].rule], &s->found[k]);
			k++;
		}
	}
	return st;
}

enum ew_status ew_scan(struct ew_scanner *s, const struct ew_ruleset *rs, struct ew_message *m)
{
	enum ew_status st = EW_OK;

	m->hits = m->hits_tail = NULL;
	m->hit_count = 0;
	m->score = 0;
	s->founds = 0;
	if (!m->root)
		return fault(m, EW_ENGINE, "no fields");
	for (int i = 0; i < EW_SUBJECT_COUNT * TIERS; i++)
		s->gather[i / TIERS][i % TIERS].len = s->gather[i / TIERS][i % TIERS].slots = 0;
	if (!lay_out_all(s, rs, m))
		st = fault(m, EW_ENGINE, "memory");
	for (int i = 0; st == EW_OK && i < EW_SUBJECT_COUNT * TIERS; i++)
		st = scan_tier(s, rs, (enum ew_subject)(i / TIERS), (enum tier)(i % TIERS), m);
	/* What was found before a failure is still worth telling. */
	enum ew_status told = report(s, rs, m);
	for (int i = 0; i < EW_SUBJECT_COUNT * TIERS; i++)
		if (s->gather[i / TIERS][i % TIERS].cap > keep_max)
			give_back(&s->gather[i / TIERS][i % TIERS]);
	return st != EW_OK ? st : told;
}

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

	(void)rs;
	if (!h->field || !r->pattern)
		return false;
	struct ew_bytes text = h->on_name ? h->field->name : h->field->value;
	unsigned flags = HS_FLAG_SOM_LEFTMOST | HS_FLAG_DOTALL | (r->exact_case ? 0 : HS_FLAG_CASELESS);
	if (hs_compile(r->pattern, flags, HS_MODE_BLOCK, NULL, &db, &he) ==
	            HS_SUCCESS &&
	    hs_alloc_scratch(db, &scratch) == HS_SUCCESS)
		hs_scan(db, (const char *)text.p, (unsigned)text.n, 0, scratch, take_begin, &b);
	hs_free_compile_error(he);
	hs_free_scratch(scratch);
	hs_free_database(db);
	*from_r = b.from;
	*to_r = h->end;
	return b.seen;
}
