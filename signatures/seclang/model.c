/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Directives to rules.  One walk over the list: a chain is put together link by link, a marker goes
 * into each phase, what is taken from rules is kept beside them, for it may stand before the rules
 * that it names. */

#include "actions.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void *ew_understanding_alloc(struct ew_understanding *u, size_t n)
{
	void *p = ew_arena_alloc(u->set->source.arena, n);

	if (!p)
		ew_error_set(u->e, NULL, 0, "the rules take more memory than is allowed for them");
	return p;
}

bool ew_gap_note(struct ew_understanding *u, const struct ew_seclang_file *file, const uint8_t *at,
		 const char *fmt, ...)
{
	struct ew_gap *g = ew_understanding_alloc(u, sizeof(*g)), **link = &u->set->gaps;
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!g)
		return false;
	g->file = file;
	ew_seclang_locate(file, at, &g->line, &g->column);
	g->text = (const char *)ew_arena_dup(u->set->source.arena, ew_bytes(text, strlen(text) + 1))
			  .p;
	while (*link)
		link = &(*link)->next;
	*link = g;
	u->set->gap_count++;
	return g->text ||
	       ew_error_set(u->e, NULL, 0, "the rules take more memory than is allowed for them");
}

static struct ew_regex_list *keep_regex(struct ew_understanding *u)
{
	struct ew_regex_list *l = ew_understanding_alloc(u, sizeof(*l));

	if (l) {
		l->next = u->set->regexes;
		u->set->regexes = l;
	}
	return l;
}

static bool compile_selector(struct ew_understanding *u, const struct ew_seclang_file *file,
			     struct ew_target *t)
{
	struct ew_regex_list *l = keep_regex(u);
	char why[EW_REGEX_WHY];
	size_t at;

	if (!l)
		return false;
	l->regex = ew_regex_new(t->key, EW_REGEX_LINES | EW_REGEX_ANY_CASE, &at, why);
	t->regex = l->regex;
	return t->regex ||
	       ew_seclang_wrong(u->e, file, t->key.p + at, "this is no pattern: %s", why);
}

/* What always is the same, whatever the event is. */
static bool note_constant(struct ew_understanding *u, const struct ew_seclang_file *file,
			  const struct ew_seclang_variable *v)
{
	static const char *const always[] = { [EW_FROM_ZERO] = "0", [EW_FROM_NEVER] = "empty" };
	enum ew_seclang_from from = ew_variable_facts(v->id)->from;

	return from < EW_FROM_ZERO || ew_gap_note(u, file, v->at, "%s is always %s here",
						  ew_seclang_name(EW_TABLE_VARIABLE, v->id),
						  always[from]);
}

bool ew_targets_take(struct ew_understanding *u, const struct ew_seclang_file *file,
		     const struct ew_seclang_variable *v, struct ew_target **targets_r,
		     struct ew_target **except_r)
{
	while (*targets_r)
		targets_r = &(*targets_r)->next;
	while (*except_r)
		except_r = &(*except_r)->next;
	for (; v; v = v->next) {
		struct ew_target *t = ew_understanding_alloc(u, sizeof(*t)),
				 ***list = v->except ? &except_r : &targets_r;
		if (!t)
			return false;
		t->id = v->id;
		t->count = v->count;
		t->select = v->select;
		t->key = v->key;
		if (t->select == EW_SELECT_REGEX && !compile_selector(u, file, t))
			return false;
		**list = t;
		*list = &t->next;
		if (!v->except && !note_constant(u, file, v))
			return false;
	}
	return true;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

bool ew_ids_take(struct ew_understanding *u, const struct ew_seclang_file *file,
		 struct ew_bytes text, struct ew_id_range **ids)
{
	size_t i = 0;

	while (i < text.n) {
		uint64_t n[2];
		size_t part = 0, from = i;
		if (memchr(" ,\t\"", text.p[i], 4)) {
			i++;
			continue;
		}
		for (; part < 2; part++) {
			size_t digits = i;
			while (i < text.n && is_digit(text.p[i]))
				i++;
			if (!ew_bytes_u64(ew_bytes(text.p + digits, i - digits), &n[part]) ||
			    n[part] > UINT32_MAX)
				return ew_seclang_wrong(u->e, file, text.p + from,
							"expected ids of rules, as 7 or 100-199");
			if (part == 0 && i < text.n && text.p[i] == '-')
				i++;
			else if (part == 0)
				n[++part] = n[0];
		}
		struct ew_id_range *r = ew_understanding_alloc(u, sizeof(*r));
		if (!r)
			return false;
		*r = (struct ew_id_range){ *ids, (uint32_t)n[0], (uint32_t)n[1] };
		*ids = r;
	}
	return true;
}

/* What SecDefaultAction said before for the phase. */
static bool apply_defaults(struct ew_understanding *u, unsigned phase, struct ew_said *s)
{
	const struct ew_said *d = &u->defaults[phase];
	size_t before = s->none ? 0 : d->link.transform_count;

	if (before > 0) {
		size_t all = before + s->link.transform_count;
		enum ew_transform *t = ew_understanding_alloc(u, all * sizeof(*t));
		if (!t)
			return false;
		memcpy(t, d->link.transforms, before * sizeof(*t));
		memcpy(t + before, s->link.transforms, s->link.transform_count * sizeof(*t));
		s->link.transforms = t;
		s->link.transform_count = all;
	}
	if (!s->logs && d->logs)
		s->rule.log = d->rule.log;
	if (!s->disrupts)
		s->rule.does = d->rule.does;
	if (!s->disrupts && d->disrupts && s->rule.status == 0)
		s->rule.status = d->rule.status;
	return true;
}

static bool take_link(struct ew_understanding *u, const struct ew_seclang_directive *d,
		      struct ew_said *s)
{
	struct ew_link *l = &s->link;

	if (!ew_actions_take(u, d, d->actions, s))
		return false;
	l->from = d;
	if (d->id == EW_DIRECTIVE_ACTION)
		return true;
	if (!ew_targets_take(u, d->file, d->variables, &l->targets, &l->except))
		return false;
	if (!l->targets)
		return ew_seclang_wrong(u->e, d->file, d->variables->at,
					"expected a variable that is not an exception");
	l->unable = ew_operator_facts(d->operator.id)->fate == EW_FATE_UNABLE;
	if (l->unable)
		return ew_gap_note(u, d->file, d->operator.at, "@%s never matches here",
				   ew_seclang_name(EW_TABLE_OPERATOR, d->operator.id));
	if (d->operator.id == EW_OPERATOR_PM &&
	    ew_bytes_find(d->operator.argument, 0, EW_LIT("|")) != SIZE_MAX &&
	    !ew_gap_note(u, d->file, d->operator.at,
			 "@pm takes bars and what is between them as they stand, not as bytes in hex"))
		return false;
	return ew_test_init(&l->test, u->set->source.arena, d->file, &d->operator, u->e);
}

/* Where the next rule of each phase goes. */
struct tails {
	struct ew_seclang_rule **next[EW_SECLANG_PHASES];
};

static void append(struct tails *t, unsigned phase, struct ew_seclang_rule *r)
{
	*t->next[phase - 1] = r;
	t->next[phase - 1] = &r->next;
}

static struct ew_link *keep_link(struct ew_understanding *u, const struct ew_link *l)
{
	struct ew_link *kept = ew_understanding_alloc(u, sizeof(*kept));
	struct ew_regex_list *list = kept && l->test.regex ? keep_regex(u) : NULL;

	if (!kept || (l->test.regex && !list)) {
		struct ew_test lost = l->test;
		ew_test_fini(&lost);
		return NULL;
	}
	*kept = *l;
	if (list)
		list->test = &kept->test;
	u->set->links++;
	return kept;
}

/* Replies are not judged: neither rules about them nor what other rules ask of them. */
static bool note_replies(struct ew_understanding *u, const struct ew_seclang_rule *r,
			 unsigned phase)
{
	if (phase == 3 || phase == 4)
		return ew_gap_note(u, r->from->file, r->from->argument[0].p,
				   "rule %u is of phase %u and never runs: replies are not judged",
				   r->id, phase);
	for (const struct ew_link *l = r->links; l; l = l->next)
		for (const struct ew_seclang_variable *v = l->from->variables; v; v = v->next)
			if (ew_variable_facts(v->id)->from == EW_FROM_RESPONSE && !v->except &&
			    !ew_gap_note(u, l->from->file, v->at,
					 "%s is always empty here: replies are not judged",
					 ew_seclang_name(EW_TABLE_VARIABLE, v->id)))
				return false;
	return true;
}

/* The rule that begins at `*at`, which moves to its last link. */
static bool take_rule(struct ew_understanding *u, const struct ew_seclang_directive **at,
		      struct tails *t)
{
	const struct ew_seclang_directive *d = *at;
	struct ew_seclang_rule *r = ew_understanding_alloc(u, sizeof(*r));
	struct ew_link **link;
	unsigned phase = 0;
	bool chain = true;

	if (!r)
		return false;
	for (link = &r->links; chain; link = &(*link)->next) {
		struct ew_said s = { .chain = false };
		bool good = take_link(u, d, &s);
		if (!phase)
			phase = s.phase ? s.phase : 1;
		if (good && link == &r->links) {
			good = apply_defaults(u, phase, &s);
			struct ew_link *none = r->links;
			*r = s.rule;
			r->links = none;
		} else if (good && !r->msg.first) {
			r->msg = s.rule.msg;
		}
		if (!good) {
			ew_test_fini(&s.link.test);
			return false;
		}
		if (!(*link = keep_link(u, &s.link)))
			return false;
		chain = s.chain;
		*at = d;
		if (chain && !(d->next && d->next->id == EW_DIRECTIVE_RULE))
			return ew_error_set(u->e, d->file->path, d->line,
					    "a chain goes on: expected a SecRule behind it");
		d = d->next;
	}
	r->from = r->links->from;
	if (r->id == 0)
		return ew_error_set(u->e, r->from->file->path, r->from->line,
				    "a rule needs an id, as id:1000");
	append(t, phase, r);
	u->set->rules++;
	return note_replies(u, r, phase);
}

static bool take_marker(struct ew_understanding *u, const struct ew_seclang_directive *d,
			struct tails *t)
{
	for (unsigned phase = 1; phase <= EW_SECLANG_PHASES; phase++) {
		struct ew_seclang_rule *r = ew_understanding_alloc(u, sizeof(*r));
		if (!r)
			return false;
		r->from = d;
		r->label = d->argument[0];
		append(t, phase, r);
	}
	return true;
}

static bool take_default(struct ew_understanding *u, const struct ew_seclang_directive *d)
{
	struct ew_said s;

	if (!ew_actions_take(u, d, d->actions, &s))
		return false;
	if (s.phase == 0)
		return ew_error_set(u->e, d->file->path, d->line,
				    "SecDefaultAction needs a phase, as phase:2");
	if (u->defaults[s.phase].phase)
		return ew_error_set(u->e, d->file->path, d->line,
				    "there is a SecDefaultAction for phase %u already", s.phase);
	u->defaults[s.phase] = s;
	return true;
}

static bool take_exemption(struct ew_understanding *u, const struct ew_seclang_directive *d)
{
	struct ew_exemption *x = ew_understanding_alloc(u, sizeof(*x));

	if (!x)
		return false;
	x->by = d->id;
	x->text = d->argument[0];
	x->next = u->set->exemptions;
	u->set->exemptions = x;
	if (d->argument_count > 2)
		return ew_gap_note(u, d->file, d->argument[2].p,
				   "targets are taken away and added, not replaced");
	if (d->id == EW_DIRECTIVE_RULE_REMOVE_BY_ID ||
	    d->id == EW_DIRECTIVE_RULE_UPDATE_TARGET_BY_ID)
		for (size_t i = 0; i < (d->variables ? 1 : d->argument_count); i++)
			if (!ew_ids_take(u, d->file, d->argument[i], &x->ids))
				return false;
	return ew_targets_take(u, d->file, d->variables, &x->add, &x->except);
}

static bool take_directive(struct ew_understanding *u, const struct ew_seclang_directive **at,
			   struct tails *t)
{
	const struct ew_seclang_directive *d = *at;
	const struct ew_directive_facts *facts = ew_directive_facts(d->id);

	switch (d->id) {
	case EW_DIRECTIVE_RULE:
	case EW_DIRECTIVE_ACTION:
		return take_rule(u, at, t);
	case EW_DIRECTIVE_MARKER:
		return take_marker(u, d, t);
	case EW_DIRECTIVE_DEFAULT_ACTION:
		return take_default(u, d);
	case EW_DIRECTIVE_RULE_REMOVE_BY_ID:
	case EW_DIRECTIVE_RULE_REMOVE_BY_MSG:
	case EW_DIRECTIVE_RULE_REMOVE_BY_TAG:
	case EW_DIRECTIVE_RULE_UPDATE_TARGET_BY_ID:
	case EW_DIRECTIVE_RULE_UPDATE_TARGET_BY_MSG:
	case EW_DIRECTIVE_RULE_UPDATE_TARGET_BY_TAG:
		return take_exemption(u, d);
	case EW_DIRECTIVE_WEB_APP_ID:
		u->set->web_app_id = d->argument[0];
		return true;
	case EW_DIRECTIVE_RULE_UPDATE_ACTION_BY_ID:
		return ew_gap_note(u, d->file, d->argument[0].p,
				   "actions of a rule are not changed: write them in the rule");
	default:
		if (facts->fate != EW_FATE_UNABLE)
			return true;
		return ew_gap_note(u, d->file,
				   d->file->text.p + (d->argument_count
							      ? d->argument[0].p - d->file->text.p
							      : 0),
				   "%s is not obeyed: %s",
				   ew_seclang_name(EW_TABLE_DIRECTIVE, d->id), facts->why);
	}
}

static int by_id(const void *a, const void *b)
{
	const struct ew_seclang_rule *x = *(const struct ew_seclang_rule *const *)a;
	const struct ew_seclang_rule *y = *(const struct ew_seclang_rule *const *)b;

	return x->id != y->id                  ? (x->id < y->id ? -1 : 1)
	       : x->from->line < y->from->line ? -1
					       : x->from->line > y->from->line;
}

static bool check_ids(struct ew_understanding *u)
{
	const struct ew_seclang_rule **all =
		ew_understanding_alloc(u, (u->set->rules + 1) * sizeof(*all));
	size_t n = 0;

	if (!all)
		return false;
	for (unsigned p = 0; p < EW_SECLANG_PHASES; p++)
		for (const struct ew_seclang_rule *r = u->set->phase[p]; r; r = r->next)
			if (r->links)
				all[n++] = r;
	qsort(all, n, sizeof(*all), by_id);
	for (size_t i = 1; i < n; i++)
		if (all[i]->id == all[i - 1]->id)
			return ew_error_set(
				u->e, all[i]->from->file->path, all[i]->from->line,
				"rule %u already stands at %.256s:%u; give it another id",
				all[i]->id, all[i - 1]->from->file->path, all[i - 1]->from->line);
	return true;
}

static bool understand(struct ew_seclang_set *set, struct ew_error *e)
{
	struct ew_understanding u = { .set = set, .e = e };
	struct tails t;

	for (unsigned p = 0; p < EW_SECLANG_PHASES; p++)
		t.next[p] = &set->phase[p];
	for (const struct ew_seclang_directive *d = set->source.first; d; d = d->next)
		if (!take_directive(&u, &d, &t))
			return false;
	return check_ids(&u);
}

static struct ew_seclang_set *set_new(size_t memory, struct ew_error *e)
{
	struct ew_seclang_set *set = calloc(1, sizeof(*set));

	if (set)
		set->source.arena = ew_arena_new(memory);
	if (set && set->source.arena)
		return set;
	free(set);
	ew_error_set(e, NULL, 0, "no memory for rules");
	return NULL;
}

struct ew_seclang_set *ew_seclang_load(const char *const *paths, size_t n, size_t memory,
				       struct ew_error *e)
{
	struct ew_seclang_set *set = set_new(memory, e);
	bool good = set != NULL;

	for (size_t i = 0; good && i < n; i++)
		good = ew_seclang_read(&set->source, paths[i], e);
	if (!good || !understand(set, e))
		ew_seclang_free(&set);
	return set;
}

struct ew_seclang_set *ew_seclang_load_text(const char *path, struct ew_bytes text, size_t memory,
					    struct ew_error *e)
{
	struct ew_seclang_set *set = set_new(memory, e);
	struct ew_seclang_file *file =
		set ? ew_arena_alloc(set->source.arena, sizeof(*file)) : NULL;

	if (file)
		*file = (struct ew_seclang_file){ .path = path, .text = text };
	if (!file || !ew_seclang_parse(&set->source, file, e) || !understand(set, e))
		ew_seclang_free(&set);
	return set;
}

void ew_seclang_free(struct ew_seclang_set **set)
{
	if (!*set)
		return;
	for (struct ew_regex_list *l = (*set)->regexes; l; l = l->next) {
		if (l->test)
			ew_test_fini(l->test);
		ew_regex_free(&l->regex);
	}
	ew_arena_free(&(*set)->source.arena);
	free(*set);
	*set = NULL;
}

struct ew_bytes ew_seclang_written(const struct ew_seclang_rule *r, enum ew_action id)
{
	for (const struct ew_link *l = r->links; l; l = l->next)
		for (const struct ew_seclang_action *x = l->from->actions; x; x = x->next)
			if (x->id == id)
				return x->value;
	return ew_bytes(NULL, 0);
}
