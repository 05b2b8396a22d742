/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rule by rule.  Where ModSecurity 3 surprises, it is followed:
 *
 * - setvar is done for each value that matches, in whatever link, even if a later link does not
 * match;
 * - what a rule captured, and what it matched, stays until a rule does not match;
 * - members that are not there are not asked about, so that negated operators are silent about
 * them;
 * - actions of links are done from the last to the first.
 *
 * The order of all else is that of the files. */

#include "evaluate.h"

#include "names.h"

#include <stdio.h>

struct run {
	const struct ew_seclang_set *set;
	struct ew_transaction *t;
	struct ew_seclang_verdict *v;
	const struct ew_seclang_rule *rule;
	struct ew_control *removed, **removed_end; /* by ctl, as copies */
	struct ew_seclang_hit match;               /* the last one, as far as it is known */
	struct ew_seclang_hit **hit_end;
	unsigned phase;
	bool off, lenient; /* what ctl:ruleEngine said: Off, DetectionOnly */
};

/* What looking costs, in bytes looked at. */
enum { MEMBER_COSTS = 16, GIVING_UP_COSTS = 4 << 20 };

static void spend(struct run *r)
{
	r->v->spent = true;
}

static void charge(struct run *r, size_t bytes)
{
	r->t->work += bytes;
	if (r->t->work_most && r->t->work > r->t->work_most)
		spend(r);
}

static struct ew_bytes rule_fact(struct run *r, struct ew_bytes key)
{
	char text[16];

	if (ew_bytes_eq_nocase(key, EW_LIT("id")) || ew_bytes_eq_nocase(key, EW_LIT("severity"))) {
		bool id = key.n == 2;
		snprintf(text, sizeof(text), "%u", id ? r->rule->id : r->rule->severity);
		return ew_arena_dup(r->t->arena, ew_bytes_str(text));
	}
	return ew_bytes_eq_nocase(key, EW_LIT("rev")) ? r->rule->rev : ew_bytes(NULL, 0);
}

static struct ew_bytes look(void *arg, enum ew_variable id, struct ew_bytes key)
{
	struct run *r = arg;

	if (id == EW_VARIABLE_RULE)
		return rule_fact(r, key);
	for (const struct ew_member *m = r->t->of[id].first; m; m = m->next) {
		charge(r, MEMBER_COSTS);
		if (key.n == 0 || ew_bytes_eq_nocase(m->key, key))
			return m->value;
	}
	return ew_bytes(NULL, 0);
}

static struct ew_bytes expand(struct run *r, const struct ew_macro *m)
{
	return ew_macro_expand(m, r->t->arena, look, r);
}

/* Set the member `key`; {NULL, 0} as a value takes it away. */
static void store(struct run *r, enum ew_variable id, struct ew_bytes key, struct ew_bytes value)
{
	struct ew_collection *c = &r->t->of[id];
	struct ew_member *before = NULL;

	for (struct ew_member *m = c->first; m; before = m, m = m->next) {
		charge(r, MEMBER_COSTS);
		if (!ew_bytes_eq_nocase(m->key, key))
			continue;
		if (value.p) {
			m->value = value;
			return;
		}
		*(before ? &before->next : &c->first) = m->next;
		if (c->last == m)
			c->last = before;
		return;
	}
	if (value.p && !ew_transaction_add(r->t, id, key, value, NULL))
		spend(r);
}

/* A score that stays one, however often it is added to. */
static int64_t number(struct ew_bytes b)
{
	int64_t v = ew_seclang_number(b);

	return v > INT32_MAX ? INT32_MAX : v < INT32_MIN ? INT32_MIN : v;
}

static void set_variable(struct run *r, const struct ew_setvar *s)
{
	struct ew_bytes name = ew_arena_dup(r->t->arena, expand(r, &s->name)),
			value = expand(r, &s->value);
	char text[24];

	if (s->how == EW_SET_ADD || s->how == EW_SET_SUBTRACT) {
		int64_t was = number(look(r, EW_VARIABLE_TX, name)), by = number(value);
		snprintf(text, sizeof(text), "%lld",
			 (long long)(s->how == EW_SET_ADD ? was + by : was - by));
		value = ew_bytes_str(text);
	} else if (s->how == EW_SET_ONE) {
		value = EW_LIT("1");
	}
	value = s->how == EW_SET_NOT ? ew_bytes(NULL, 0)
				     : ew_arena_dup(r->t->arena, value.n ? value : EW_LIT(""));
	if (ew_arena_spent(r->t->arena))
		spend(r);
	else
		store(r, EW_VARIABLE_TX, name, value);
}

static bool selects(const struct ew_target *t, enum ew_variable id, struct ew_bytes key)
{
	if (t->id != id)
		return false;
	if (t->select == EW_SELECT_KEY)
		return ew_bytes_eq_nocase(t->key, key);
	return t->select == EW_SELECT_ALL || ew_regex_find(t->regex, key, 0, NULL);
}

static bool any_selects(const struct ew_target *t, enum ew_variable id, struct ew_bytes key)
{
	for (; t; t = t->next)
		if (selects(t, id, key))
			return true;
	return false;
}

static bool has_id(const struct ew_id_range *i, uint32_t id)
{
	for (; i; i = i->next)
		if (id >= i->from && id <= i->to)
			return true;
	return false;
}

static bool has_tag(const struct ew_seclang_rule *rule, struct ew_bytes tag)
{
	for (const struct ew_tag *t = rule->tags; t; t = t->next)
		if (ew_bytes_eq(t->text, tag))
			return true;
	return false;
}

/* Does what takes from rules mean the one that runs? */
static bool means(struct run *r, bool by_id, bool by_tag, const struct ew_id_range *ids,
		  struct ew_bytes text)
{
	if (by_id)
		return has_id(ids, r->rule->id);
	return by_tag ? has_tag(r->rule, text) : ew_bytes_eq(expand(r, &r->rule->msg), text);
}

static bool exemption_means(struct run *r, const struct ew_exemption *x)
{
	return means(r,
		     x->by == EW_DIRECTIVE_RULE_REMOVE_BY_ID ||
			     x->by == EW_DIRECTIVE_RULE_UPDATE_TARGET_BY_ID,
		     x->by == EW_DIRECTIVE_RULE_REMOVE_BY_TAG ||
			     x->by == EW_DIRECTIVE_RULE_UPDATE_TARGET_BY_TAG,
		     x->ids, x->text);
}

static bool control_means(struct run *r, const struct ew_control *c)
{
	return means(r, c->id == EW_CTL_REMOVE_BY_ID || c->id == EW_CTL_REMOVE_TARGET_BY_ID,
		     c->id == EW_CTL_REMOVE_BY_TAG || c->id == EW_CTL_REMOVE_TARGET_BY_TAG, c->ids,
		     c->value);
}

static bool is_removed(struct run *r)
{
	for (const struct ew_exemption *x = r->set->exemptions; x; x = x->next)
		if (!x->except && !x->add && exemption_means(r, x))
			return true;
	for (const struct ew_control *c = r->removed; c; c = c->next)
		if (!c->targets && control_means(r, c))
			return true;
	return false;
}

/* `first`: it is the first link, the only one that exemptions by name of a rule reach. */
static bool is_exempt(struct run *r, const struct ew_link *l, bool first, enum ew_variable id,
		      struct ew_bytes key)
{
	if (any_selects(l->except, id, key))
		return true;
	for (const struct ew_exemption *x = r->set->exemptions; first && x; x = x->next)
		if (x->except && any_selects(x->except, id, key) && exemption_means(r, x))
			return true;
	for (const struct ew_control *c = r->removed; first && c; c = c->next)
		if (c->targets && any_selects(c->targets, id, key) && control_means(r, c))
			return true;
	return false;
}

static bool is_names(enum ew_variable id)
{
	const char *name = ew_seclang_name(EW_TABLE_VARIABLE, id);
	size_t n = strlen(name);

	return n > 6 && strcmp(name + n - 6, "_NAMES") == 0;
}

/* NAME or NAME:key */
static struct ew_bytes full_name(struct run *r, enum ew_variable id, struct ew_bytes key)
{
	struct ew_bytes name = ew_bytes_str(ew_seclang_name(EW_TABLE_VARIABLE, id));
	uint8_t *out = ew_arena_alloc_raw(r->t->arena, name.n + key.n + 1);

	if (key.n == 0 || !out)
		return name;
	memcpy(out, name.p, name.n);
	out[name.n] = ':';
	memcpy(out + name.n + 1, key.p, key.n);
	return ew_bytes(out, name.n + key.n + 1);
}

static void remember_match(struct run *r, enum ew_variable id, const struct ew_member *m,
			   struct ew_bytes value, struct ew_bytes where)
{
	struct ew_bytes name = full_name(r, id, m->key);

	store(r, EW_VARIABLE_MATCHED_VAR, ew_bytes(NULL, 0), value.p ? value : EW_LIT(""));
	store(r, EW_VARIABLE_MATCHED_VAR_NAME, ew_bytes(NULL, 0), name);
	if (!ew_transaction_add(r->t, EW_VARIABLE_MATCHED_VARS, name, value, m->field) ||
	    !ew_transaction_add(r->t, EW_VARIABLE_MATCHED_VARS_NAMES, name, name, m->field))
		spend(r);
	r->match = (struct ew_seclang_hit){ .field = m->field, .variable = name, .value = m->value,
					    .where = value.p == m->value.p ? where
									   : ew_bytes(NULL, 0) };
}

static void forget_matches(struct run *r)
{
	static const enum ew_variable forgotten[] = { EW_VARIABLE_MATCHED_VAR,
						      EW_VARIABLE_MATCHED_VAR_NAME,
						      EW_VARIABLE_MATCHED_VARS,
						      EW_VARIABLE_MATCHED_VARS_NAMES };

	for (size_t i = 0; i < sizeof(forgotten) / sizeof(*forgotten); i++)
		r->t->of[forgotten[i]] = (struct ew_collection){ NULL, NULL };
}

static void keep_captures(struct run *r, const struct ew_test_found *f)
{
	static const char *const digit[EW_REGEX_GROUPS] = { "0", "1", "2", "3", "4",
							    "5", "6", "7", "8", "9" };

	for (size_t i = 0; i < EW_REGEX_GROUPS; i++)
		if (f->group[i].p)
			store(r, EW_VARIABLE_TX, ew_bytes_str(digit[i]), f->group[i]);
}

/* Ask about one form of a value; do what is done for each match. */
static bool ask(struct run *r, const struct ew_link *l, enum ew_variable id,
		const struct ew_member *m, struct ew_bytes value)
{
	struct ew_test_found found;

	charge(r, value.n + MEMBER_COSTS);
	bool holds = ew_test_holds(&l->test, expand(r, &l->test.argument), value, is_names(id), &found);
	charge(r, found.gave_up ? GIVING_UP_COSTS : 0);
	if (holds == l->test.negated)
		return false;
	if (l->capture && !l->test.negated)
		keep_captures(r, &found);
	remember_match(r, id, m, value, found.group[0]);
	for (const struct ew_setvar *s = l->setvars; s; s = s->next)
		set_variable(r, s);
	return true;
}

static bool ask_forms(struct run *r, const struct ew_link *l, enum ew_variable id,
		      const struct ew_member *m)
{
	struct ew_bytes value = m->value;
	bool found = l->multi_match && ask(r, l, id, m, value);

	for (size_t i = 0; i < l->transform_count; i++) {
		if (value.n > SIZE_MAX / 8)
			return found;
		charge(r, value.n);
		size_t room = ew_transform_room(l->transforms[i], value.n);
		uint8_t *out = ew_arena_alloc_raw(r->t->arena, room + 1);
		if (!out) {
			spend(r);
			return found;
		}
		struct ew_bytes made = ew_bytes(out, ew_transform(l->transforms[i], value, out));
		bool changed = !ew_bytes_eq(made, value);
		ew_arena_shrink(r->t->arena, out, room + 1, changed ? made.n + 1 : 0);
		value = changed ? made : value;
		if (l->multi_match && changed)
			found |= ask(r, l, id, m, value);
	}
	return l->multi_match ? found : ask(r, l, id, m, value);
}

/* Ask about a value as its transformations leave it, or with multiMatch as each of them does.  The
 * forms of what does not match are of no use any more. */
static bool ask_transformed(struct run *r, const struct ew_link *l, enum ew_variable id,
			    const struct ew_member *m)
{
	struct ew_arena_mark mark = ew_arena_mark(r->t->arena);
	bool found = ask_forms(r, l, id, m);

	if (!found)
		ew_arena_rewind(r->t->arena, &mark);
	return found;
}

/* Of what is not HTTP nothing is known by being absent. */
static bool is_countable(const struct run *r, const struct ew_target *t)
{
	return r->t->http || t->id == EW_VARIABLE_TX || t->id == EW_VARIABLE_ARGS ||
	       t->id == EW_VARIABLE_ARGS_NAMES;
}

static bool ask_count(struct run *r, const struct ew_link *l, const struct ew_target *t)
{
	struct ew_member made = { .key = t->select == EW_SELECT_KEY ? t->key : ew_bytes(NULL, 0) };
	char text[24];
	size_t n = 0;

	for (const struct ew_member *m = r->t->of[t->id].first; m; m = m->next) {
		charge(r, m->key.n + MEMBER_COSTS);
		n += !m->inner && selects(t, t->id, m->key);
	}
	snprintf(text, sizeof(text), "%zu", n);
	made.value = ew_arena_dup(r->t->arena, ew_bytes_str(text));
	return is_countable(r, t) && ask_transformed(r, l, t->id, &made);
}

static bool ask_targets(struct run *r, const struct ew_link *l, const struct ew_target *t,
			bool first)
{
	bool found = false;

	for (; t && !r->v->spent; t = t->next) {
		if (t->count) {
			found |= ask_count(r, l, t);
			continue;
		}
		/* Setting variables may add members: those that are there now are asked about. */
		const struct ew_member *last = r->t->of[t->id].last;
		for (const struct ew_member *m = r->t->of[t->id].first; m && !r->v->spent;
		     m = m == last ? NULL : m->next) {
			charge(r, m->key.n + MEMBER_COSTS);
			if (selects(t, t->id, m->key) && !is_exempt(r, l, first, t->id, m->key))
				found |= ask_transformed(r, l, t->id, m);
		}
	}
	return found;
}

static bool run_link(struct run *r, const struct ew_link *l, bool first)
{
	if (!l->targets) {
		for (const struct ew_setvar *s = l->setvars; s; s = s->next)
			set_variable(r, s);
		return true;
	}
	bool found = !l->unable && ask_targets(r, l, l->targets, first);
	for (const struct ew_exemption *x = r->set->exemptions; first && !l->unable && x;
	     x = x->next)
		if (x->add && exemption_means(r, x))
			found |= ask_targets(r, l, x->add, first);
	if (!found)
		forget_matches(r);
	return found;
}

static void run_controls(struct run *r, const struct ew_link *l)
{
	for (const struct ew_control *c = l->controls; c; c = c->next) {
		struct ew_control *copy = ew_arena_alloc(r->t->arena, sizeof(*copy));
		if (!copy) {
			spend(r);
			return;
		}
		if (c->id == EW_CTL_RULE_ENGINE) {
			r->off = ew_bytes_eq_nocase(c->value, EW_LIT("off"));
			r->lenient = ew_bytes_eq_nocase(c->value, EW_LIT("detectiononly"));
			continue;
		}
		*copy = *c;
		copy->next = r->removed;
		r->removed = copy;
	}
}

static void note_hit(struct run *r)
{
	struct ew_seclang_hit *h = ew_arena_alloc(r->t->arena, sizeof(*h));

	if (!h) {
		spend(r);
		return;
	}
	*h = r->match;
	h->rule = r->rule;
	h->denies = r->rule->does == EW_DISRUPT_DENY && r->phase < 5 && !r->lenient;
	h->msg = expand(r, &r->rule->msg);
	h->logdata = expand(r, &r->rule->logdata);
	*r->hit_end = h;
	r->hit_end = &h->next;
	r->v->count++;
}

static void note_severity(struct run *r)
{
	char text[16];

	if (r->rule->severity >= r->v->severity)
		return;
	r->v->severity = r->rule->severity;
	snprintf(text, sizeof(text), "%u", r->rule->severity);
	store(r, EW_VARIABLE_HIGHEST_SEVERITY, ew_bytes(NULL, 0),
	      ew_arena_dup(r->t->arena, ew_bytes_str(text)));
}

static bool run_rule(struct run *r, const struct ew_seclang_rule *rule)
{
	size_t links = 0;

	r->rule = rule;
	r->match = (struct ew_seclang_hit){ .field = NULL };
	if (is_removed(r))
		return false;
	for (const struct ew_link *l = rule->links; l; l = l->next, links++)
		if (!run_link(r, l, l == rule->links))
			return false;
	while (links-- > 0) {
		const struct ew_link *l = rule->links;
		for (size_t i = 0; i < links; i++)
			l = l->next;
		run_controls(r, l);
	}
	note_severity(r);
	note_hit(r);
	return true;
}

/* What is left to be passed over in a phase. */
struct passing {
	struct ew_bytes until;
	uint32_t rules;
};

static bool passes_over(struct passing *p, const struct ew_seclang_rule *rule)
{
	if (p->until.n) {
		if (!rule->links && ew_bytes_eq(rule->label, p->until))
			p->until.n = 0;
		return true;
	}
	if (p->rules) {
		p->rules--;
		return true;
	}
	return !rule->links;
}

/* What `allow` said: the last phase that is passed over. */
static unsigned run_phase(struct run *r, unsigned phase, bool detect)
{
	struct passing pass = { { NULL, 0 }, 0 };

	r->phase = phase;
	for (const struct ew_seclang_rule *rule = r->set->phase[phase - 1]; rule && !r->v->spent;
	     rule = rule->next) {
		if (passes_over(&pass, rule) || (r->off && phase < 5) || !run_rule(r, rule))
			continue;
		pass.until = rule->skip_after;
		pass.rules = rule->skip;
		if (rule->does == EW_DISRUPT_DENY && phase < 5 && !r->lenient) {
			if (!r->v->denied)
				r->v->denied = rule;
			if (!detect)
				return 4;
		}
		if (rule->does == EW_DISRUPT_ALLOW_PHASE)
			return phase;
		if (rule->does == EW_DISRUPT_ALLOW || rule->does == EW_DISRUPT_ALLOW_REQUEST)
			return rule->does == EW_DISRUPT_ALLOW ? 4 : 2;
	}
	return 0;
}

void ew_seclang_evaluate(const struct ew_seclang_set *set, struct ew_transaction *t, bool detect,
			 struct ew_seclang_verdict *v_r)
{
	static const unsigned phases[] = { 1, 2, 5 };
	struct run r = { .set = set, .t = t, .v = v_r };
	unsigned past = 0;

	memset(v_r, 0, sizeof(*v_r));
	v_r->severity = 255;
	r.hit_end = &v_r->hits;
	for (size_t i = 0; i < sizeof(phases) / sizeof(*phases); i++)
		if (phases[i] > past)
			past = run_phase(&r, phases[i], detect);
	v_r->spent |= ew_arena_spent(t->arena);
}
