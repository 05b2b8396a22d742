/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Policy: names of signatures to ids, once; hits to standings, often, but hits are rare. */

#include "daemon/policy.h"

#include "eventwall/nearest.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

const char *ew_standing_name(enum ew_standing s)
{
	static const char *const names[] = { "counts", "shadow", "noted", "excluded" };

	return names[s];
}

/* By ascending id, each once. */
struct ids {
	uint32_t *v;
	size_t n;
};

struct exclusion {
	const struct ew_exclusion *config;
	struct ids ids;
	_Atomic uint64_t used;
};

struct override {
	const struct ew_override *config;
	struct ids ids;
};

struct ew_policy {
	struct override *overrides;
	struct exclusion *exclusions;
	size_t override_count, exclusion_count;
};

static bool names(const char *word, const struct ew_signature *s)
{
	uint64_t id;

	if (s->rule)
		return false; /* what it adds to a score of its own would stay */
	return ew_bytes_u64(ew_bytes_str(word), &id) ? id == s->id : !strcmp(word, s->class_);
}

static bool refuse(const struct ew_ruleset *rules, const char *word, const char *route, const char *file,
                   uint32_t line, struct ew_error *e)
{
	const char *classes[64];
	size_t n = 0;
	uint64_t id;

	bool number = ew_bytes_u64(ew_bytes_str(word), &id);

	for (size_t i = 0; number && i < ew_ruleset_count(rules); i++)
		if (ew_ruleset_at(rules, i)->id == id)
			return ew_error_set(e, file, line, "%s is a rule of a rule file, which reckons by itself; "
			                    "write SecRuleRemoveById %s, or SecRuleUpdateTargetById %s "
			                    "\"!ARGS:name\", in a file that \"seclang\" names", word, word, word);
	if (number)
		return ew_error_set(e, file, line, "route \"%s\" has no signature %s in its sets; correct the "
		                    "id, or delete the entry", route, word);
	for (size_t i = 0; i < ew_ruleset_count(rules) && n < sizeof(classes) / sizeof(*classes); i++) {
		const char *class_ = ew_ruleset_at(rules, i)->class_;
		bool known = ew_ruleset_at(rules, i)->rule;
		for (size_t k = 0; k < n && !known; k++)
			known = !strcmp(classes[k], class_);
		if (!known)
			classes[n++] = class_;
	}
	const char *near = ew_nearest(word, classes, n);
	return ew_error_set(e, file, line, "route \"%s\" has no signature of class \"%.64s\"%s%s%s", route,
	                    word, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* Every word must name something: an entry that is about nothing is a mistake that would stay unseen. */
static bool resolve(const struct ew_strings *words, const struct ew_ruleset *rules, const char *route,
                    const char *file, uint32_t line, struct ids *ids, struct ew_error *e)
{
	size_t count = ew_ruleset_count(rules);

	ids->v = calloc(count + 1, sizeof(*ids->v));
	if (!ids->v)
		return ew_error_set(e, NULL, 0, "out of memory");
	for (size_t k = 0; k < words->n; k++) {
		bool any = false;
		for (size_t i = 0; i < count && !any; i++)
			any = names(words->v[k], ew_ruleset_at(rules, i));
		if (!any)
			return refuse(rules, words->v[k], route, file, line, e);
	}
	for (size_t i = 0; i < count; i++) {
		const struct ew_signature *s = ew_ruleset_at(rules, i);
		for (size_t k = 0; k < words->n; k++)
			if (names(words->v[k], s)) {
				ids->v[ids->n++] = s->id;
				break;
			}
	}
	return true;
}

static bool fill(struct ew_policy *p, const struct ew_route_config *route, const struct ew_ruleset *rules,
                 const char *file, struct ew_error *e)
{
	const struct ew_override *o = route->overrides.v;
	const struct ew_exclusion *x = route->exclusions.v;

	for (size_t i = 0; i < route->overrides.n; i++) {
		struct override *to = &p->overrides[p->override_count++];
		to->config = &o[i];
		if (!resolve(&o[i].signatures, rules, route->name, file, o[i].line, &to->ids, e))
			return false;
	}
	for (size_t i = 0; i < route->exclusions.n; i++) {
		struct exclusion *to = &p->exclusions[p->exclusion_count++];
		to->config = &x[i];
		if (!resolve(&x[i].signatures, rules, route->name, file, x[i].line, &to->ids, e))
			return false;
	}
	return true;
}

bool ew_policy_new(const struct ew_route_config *route, const struct ew_ruleset *rules, const char *file,
                   struct ew_policy **policy_r, struct ew_error *e)
{
	struct ew_policy *p;

	*policy_r = NULL;
	if (!rules || (route->overrides.n == 0 && route->exclusions.n == 0))
		return true;
	p = calloc(1, sizeof(*p));
	if (p) {
		p->overrides = calloc(route->overrides.n + 1, sizeof(*p->overrides));
		p->exclusions = calloc(route->exclusions.n + 1, sizeof(*p->exclusions));
	}
	bool good = p && p->overrides && p->exclusions;
	if (!good)
		ew_error_set(e, NULL, 0, "out of memory");
	good = good && fill(p, route, rules, file, e);
	if (!good)
		ew_policy_free(&p);
	*policy_r = p;
	return good;
}

void ew_policy_free(struct ew_policy **pp)
{
	struct ew_policy *p = *pp;

	*pp = NULL;
	if (!p)
		return;
	for (size_t i = 0; i < p->override_count; i++)
		free(p->overrides[i].ids.v);
	for (size_t i = 0; i < p->exclusion_count; i++)
		free(p->exclusions[i].ids.v);
	free(p->overrides);
	free(p->exclusions);
	free(p);
}

static bool has(const struct ids *ids, uint32_t id)
{
	size_t low = 0, high = ids->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (ids->v[mid] == id)
			return true;
		if (ids->v[mid] < id)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

static bool selects(const struct ew_exclusion *x, const struct ew_field *f)
{
	for (size_t i = 0; i < x->paths.n; i++)
		if (ew_path_matches(ew_bytes_str(x->paths.v[i]), f))
			return true;
	return false;
}

/* Index of the exclusion that is about `h`; SIZE_MAX: there is none.  An anomaly has no field. */
static size_t exclusion_of(const struct ew_policy *p, const struct ew_hit *h)
{
	for (size_t i = 0; h->field && i < p->exclusion_count; i++) {
		const struct exclusion *x = &p->exclusions[i];
		if (has(&x->ids, h->signature->id) && selects(x->config, h->field) &&
		    (x->config->expires_s == INT64_MAX || (int64_t)time(NULL) < x->config->expires_s))
			return i;
	}
	return SIZE_MAX;
}

static void override(const struct override *o, struct ew_hit *h)
{
	static const uint8_t standing[] = {
		[EW_MODE_OFF] = EW_STANDING_NOTED,
		[EW_MODE_DETECT] = EW_STANDING_NOTED,
		[EW_MODE_SHADOW] = EW_STANDING_SHADOW,
		[EW_MODE_BLOCK] = EW_STANDING_COUNTS,
	};

	h->standing = standing[o->config->mode];
	if (o->config->action != EW_DECISION_AS_WRITTEN)
		h->drop = o->config->action == EW_DECISION_DROP;
	if (o->config->score != EW_SCORE_AS_WRITTEN)
		h->score = o->config->score;
}

static bool is_off(const struct ew_policy *p, uint32_t id)
{
	bool off = false;

	for (size_t i = 0; i < p->override_count; i++)
		if (has(&p->overrides[i].ids, id))
			off = p->overrides[i].config->mode == EW_MODE_OFF;
	return off;
}

/* Take hits of signatures that are off out of the list. */
static void forget_off(const struct ew_policy *p, struct ew_message *m)
{
	struct ew_hit **link = &m->hits, *last = NULL;

	while (*link) {
		if (is_off(p, (*link)->signature->id)) {
			*link = (*link)->next;
			m->hit_count--;
			continue;
		}
		last = *link;
		link = &last->next;
	}
	m->hits_tail = last;
}

static uint32_t add(uint32_t a, uint32_t b)
{
	return b > UINT32_MAX - a ? UINT32_MAX : a + b;
}

/* Each signature once, if it counts anywhere.  Hits come by signature. */
static void sum_up(struct ew_message *m)
{
	const struct ew_signature *counted = NULL, *shadowed = NULL;

	m->score = m->shadow_score = 0;
	for (const struct ew_hit *h = m->hits; h; h = h->next) {
		if (h->standing == EW_STANDING_COUNTS && counted != h->signature) {
			m->score = add(m->score, h->score);
			counted = h->signature;
		}
		if (h->standing <= EW_STANDING_SHADOW && shadowed != h->signature) {
			m->shadow_score = add(m->shadow_score, h->score);
			shadowed = h->signature;
		}
	}
}

void ew_policy_apply(struct ew_policy *p, struct ew_message *m)
{
	if (!m->hits)
		return;
	forget_off(p, m);
	for (struct ew_hit *h = m->hits; h; h = h->next) {
		for (size_t i = 0; i < p->override_count; i++)
			if (has(&p->overrides[i].ids, h->signature->id))
				override(&p->overrides[i], h);
		size_t x = exclusion_of(p, h);
		if (x == SIZE_MAX)
			continue;
		h->standing = EW_STANDING_EXCLUDED;
		atomic_fetch_add_explicit(&p->exclusions[x].used, 1, memory_order_relaxed);
	}
	sum_up(m);
}

uint8_t ew_policy_reason_code(const struct ew_policy *p, const struct ew_signature *s)
{
	uint32_t code = 0;

	for (size_t i = 0; i < p->override_count; i++)
		if (p->overrides[i].config->reason_code && has(&p->overrides[i].ids, s->id))
			code = p->overrides[i].config->reason_code;
	return (uint8_t)code;
}

uint64_t ew_policy_used(const struct ew_policy *p, size_t i)
{
	return atomic_load_explicit(&p->exclusions[i].used, memory_order_relaxed);
}

const struct ew_exclusion *ew_policy_excluded_by(const struct ew_policy *p, const struct ew_hit *h)
{
	size_t i = h->standing == EW_STANDING_EXCLUDED ? exclusion_of(p, h) : SIZE_MAX;

	return i == SIZE_MAX ? NULL : p->exclusions[i].config;
}
