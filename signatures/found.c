/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* From what was found to hits. */

#include "found.h"

#include <stdlib.h>

bool ew_founds_add(struct ew_founds *s, struct ew_found f)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 64;
		struct ew_found *at = realloc(s->at, cap * sizeof(*at));
		if (!at)
			return false;
		s->at = at;
		s->cap = cap;
	}
	s->at[s->n++] = f;
	return true;
}

void ew_founds_free(struct ew_founds *s)
{
	free(s->at);
	*s = (struct ew_founds){ 0 };
}

static enum ew_status no_room(struct ew_message *m)
{
	ew_message_fault(m, EW_LIMIT, "arena", NULL);
	return EW_LIMIT;
}

static int by_rule_then_field(const void *a, const void *b)
{
	const struct ew_found *x = a, *y = b;

	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	if (x->on_name != y->on_name)
		return y->on_name - x->on_name;
	return x->view - y->view;
}

static int by_field(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct ew_found *)a)->field;
	uintptr_t y = (uintptr_t)((const struct ew_found *)b)->field;

	return (x > y) - (x < y);
}

/* Where the fields of what was found stand in the document.  Leaves `found` sorted by rule, then field. */
static void put_in_order(struct ew_founds *s, const struct ew_message *m)
{
	uint32_t order = 0;

	if (s->n < 2)
		return;
	qsort(s->at, s->n, sizeof(*s->at), by_field);
	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root), order++) {
		struct ew_found key = { .field = f };
		struct ew_found *at = bsearch(&key, s->at, s->n, sizeof(*s->at), by_field);
		if (!at)
			continue;
		while (at > s->at && at[-1].field == f)
			at--;
		for (; at < s->at + s->n && at->field == f; at++)
			at->order = order;
	}
	qsort(s->at, s->n, sizeof(*s->at), by_rule_then_field);
}

static enum ew_status add_hit(struct ew_message *m, const struct ew_rule *r, const struct ew_found *f)
{
	struct ew_hit *h = ew_arena_alloc(m->arena, sizeof(*h));

	if (!h)
		return no_room(m);
	h->signature = &r->pub;
	h->drop = r->pub.drop;
	h->score = r->pub.score;
	if (f) {
		h->field = f->field;
		h->text = f->text;
		h->from = f->from;
		h->end = f->end;
		h->why = f->why;
		h->on_name = f->on_name;
		h->view = f->view;
	}
	if (!m->hits_tail || m->hits_tail->signature != &r->pub)
		m->score = r->pub.score > UINT32_MAX - m->score ? UINT32_MAX : m->score + r->pub.score;
	m->shadow_score = m->score;
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
		if (!r->pattern && !r->analyser && ew_message_has(m, r->anomaly))
			return true;
	}
	return false;
}

static bool same_place(const struct ew_found *a, const struct ew_found *b)
{
	return a->rule == b->rule && a->field == b->field && a->on_name == b->on_name;
}

/* Merge what was found in fields with the signatures of anomalies, by rule. */
enum ew_status ew_founds_tell(struct ew_founds *s, const struct ew_ruleset *rs, struct ew_message *m)
{
	size_t anomaly = 0, k = 0;
	bool odd = m->anomalies && next_anomaly(rs, m, &anomaly);
	enum ew_status st = EW_OK;

	put_in_order(s, m);
	while (st == EW_OK && (k < s->n || odd)) {
		if (odd && (k == s->n || anomaly < s->at[k].rule)) {
			st = add_hit(m, rs->rules.rule[anomaly++], NULL);
			odd = next_anomaly(rs, m, &anomaly);
		} else {
			if (k == 0 || !same_place(&s->at[k - 1], &s->at[k]))
				st = add_hit(m, rs->rules.rule[s->at[k].rule], &s->at[k]);
			k++;
		}
	}
	return st;
}
