/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Between rules and hits.  Rules always run to the end, as if only to detect: the route decides what
 * becomes of a message, and a rule that it takes no notice of must not hide those behind it.  The
 * trap: what a hit holds must live as long as the message, and what rules made of it does not. */

#include "judge.h"

#include "evaluate.h"
#include "explain.h"
#include "names.h"

#include <stdio.h>
#include <stdlib.h>

/* Of files that are read, compiled patterns aside. */
static const size_t text_max = (size_t)256 << 20;

/* A variable that is there before the first rule. */
struct preset {
	const char *name;
	char value[12];
};

struct ew_seclang_judge {
	struct ew_seclang_set *set;
	struct ew_signature *signature; /* by ascending id */
	size_t count;
	const struct ew_gap **gap;
	struct preset preset[4];
	size_t preset_count;
	size_t work;
};

static bool no_memory(struct ew_error *e)
{
	return ew_error_set(e, NULL, 0, "no memory for rules");
}

/* As a string, or NULL where there is nothing. */
static const char *text_of(struct ew_seclang_judge *j, struct ew_bytes b)
{
	char *s = b.n ? ew_arena_alloc(j->set->source.arena, b.n + 1) : NULL;

	if (s)
		memcpy(s, b.p, b.n);
	return s;
}

/* "name" of "/folder/name.conf" */
static const char *set_of(struct ew_seclang_judge *j, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = strlen(name);

	if (n > 5 && strcmp(name + n - 5, ".conf") == 0)
		n -= 5;
	return text_of(j, ew_bytes(name, n));
}

/* "sqli" of a tag "attack-sqli" */
static const char *class_of(struct ew_seclang_judge *j, const struct ew_seclang_rule *r)
{
	const struct ew_bytes head = EW_LIT("attack-");

	for (const struct ew_tag *t = r->tags; t; t = t->next)
		if (ew_bytes_starts(t->text, head) && t->text.n > head.n)
			return text_of(j, ew_bytes_from(t->text, head.n));
	return "seclang";
}

static const char *name_of(struct ew_seclang_judge *j, const struct ew_seclang_rule *r)
{
	struct ew_bytes msg = ew_seclang_written(r, EW_ACTION_MSG);
	char text[32];

	if (msg.n)
		return text_of(j, msg);
	snprintf(text, sizeof(text), "rule %u", r->id);
	return text_of(j, ew_bytes_str(text));
}

static const char *const *tags_of(struct ew_seclang_judge *j, const struct ew_seclang_rule *r)
{
	size_t n = 0;

	for (const struct ew_tag *t = r->tags; t; t = t->next)
		n++;
	const char **tags = ew_arena_alloc(j->set->source.arena, (n + 1) * sizeof(*tags));
	n = 0;
	for (const struct ew_tag *t = r->tags; tags && t; t = t->next) {
		tags[n] = text_of(j, t->text);
		n += tags[n] != NULL;
	}
	return tags;
}

/* EMERGENCY is 0, DEBUG 7. */
static uint8_t severity_of(const struct ew_seclang_rule *r)
{
	return r->severity <= 2   ? EW_SEVERITY_CRITICAL
	       : r->severity == 3 ? EW_SEVERITY_ERROR
	       : r->severity == 4 ? EW_SEVERITY_WARNING
				  : EW_SEVERITY_NOTICE;
}

static void describe(struct ew_seclang_judge *j, const struct ew_seclang_rule *r,
		     struct ew_signature *s)
{
	const struct ew_seclang_directive *d = r->from;
	uint64_t revision = 0;

	*s = (struct ew_signature){
		.id = r->id,
		.revision = ew_bytes_u64(r->rev, &revision) && revision <= UINT32_MAX
				    ? (uint32_t)revision
				    : 1,
		.drop = r->does == EW_DISRUPT_DENY,
		.severity = severity_of(r),
		.name = name_of(j, r),
		.class_ = class_of(j, r),
		.set = set_of(j, d->file->path),
		.file = d->file->path,
		.line = d->line,
		.operator = d->id == EW_DIRECTIVE_RULE
				    ? ew_seclang_name(EW_TABLE_OPERATOR, d->operator.id)
				    : "SecAction",
		.argument = d->id == EW_DIRECTIVE_RULE ? text_of(j, d->operator.argument) : NULL,
		.rule = true,
		.version = text_of(j, r->ver),
		.tags = tags_of(j, r),
	};
}

static int by_id(const void *a, const void *b)
{
	const struct ew_signature *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static bool list_all(struct ew_seclang_judge *j, struct ew_error *e)
{
	size_t n = 0;

	j->signature = calloc(j->set->rules + 1, sizeof(*j->signature));
	j->gap = calloc(j->set->gap_count + 1, sizeof(*j->gap));
	if (!j->signature || !j->gap)
		return no_memory(e);
	for (unsigned p = 0; p < EW_SECLANG_PHASES; p++)
		for (const struct ew_seclang_rule *r = j->set->phase[p]; r; r = r->next)
			if (r->links)
				describe(j, r, &j->signature[j->count++]);
	qsort(j->signature, j->count, sizeof(*j->signature), by_id);
	for (const struct ew_gap *g = j->set->gaps; g; g = g->next)
		j->gap[n++] = g;
	return !ew_arena_spent(j->set->source.arena) || no_memory(e);
}

static void add_preset(struct ew_seclang_judge *j, const char *name, uint32_t value)
{
	struct preset *p = &j->preset[j->preset_count++];

	p->name = name;
	snprintf(p->value, sizeof(p->value), "%u", value);
}

static const struct preset *preset_of(const struct ew_seclang_judge *j, const struct ew_setvar *v)
{
	for (size_t i = 0; i < j->preset_count; i++)
		if (v->name.first && !v->name.varies &&
		    ew_bytes_eq_nocase(v->name.first->text, ew_bytes_str(j->preset[i].name)))
			return &j->preset[i];
	return NULL;
}

/* What the route says and a file says as well, whatever the event is, would be the file's. */
static bool check_presets(const struct ew_seclang_judge *j, struct ew_error *e)
{
	for (const struct ew_seclang_rule *r = j->set->phase[0]; r; r = r->next)
		for (const struct ew_setvar *v = r->links && !r->links->targets ? r->links->setvars : NULL;
		     v; v = v->next) {
			const struct preset *p = preset_of(j, v);
			if (p)
				return ew_error_set(e, r->from->file->path, r->from->line,
						    "rule %u sets tx.%s, and so does the route: take it "
						    "out of the one or the other",
						    r->id, p->name);
		}
	return true;
}

struct ew_seclang_judge *ew_seclang_judge_new(const struct ew_seclang_source *from,
					      struct ew_error *e)
{
	struct ew_seclang_judge *j = calloc(1, sizeof(*j));

	if (!j) {
		no_memory(e);
		return NULL;
	}
	j->work = from->work;
	if (from->paranoia) {
		add_preset(j, "paranoia_level", from->paranoia);
		add_preset(j, "blocking_paranoia_level", from->paranoia);
	}
	if (from->threshold)
		add_preset(j, "inbound_anomaly_score_threshold", from->threshold);
	j->set = ew_seclang_load(from->files, from->file_count, text_max, e);
	if (!j->set || !check_presets(j, e) || !list_all(j, e))
		ew_seclang_judge_free(&j);
	return j;
}

void ew_seclang_judge_free(struct ew_seclang_judge **j)
{
	if (!*j)
		return;
	ew_seclang_free(&(*j)->set);
	free((*j)->signature);
	free((*j)->gap);
	free(*j);
	*j = NULL;
}

size_t ew_seclang_judge_count(const struct ew_seclang_judge *j)
{
	return j->count;
}

const struct ew_signature *ew_seclang_judge_at(const struct ew_seclang_judge *j, size_t i)
{
	return i < j->count ? &j->signature[i] : NULL;
}

void ew_seclang_judge_facts(const struct ew_seclang_judge *j, struct ew_seclang_facts *f_r)
{
	*f_r = (struct ew_seclang_facts){ .rules = j->set->rules,
					  .links = j->set->links,
					  .files = j->set->source.files,
					  .gaps = j->set->gap_count };
}

bool ew_seclang_judge_gap(const struct ew_seclang_judge *j, size_t i, struct ew_rule_gap *g_r)
{
	if (i >= j->set->gap_count)
		return false;
	*g_r = (struct ew_rule_gap){ j->gap[i]->file->path, j->gap[i]->line, j->gap[i]->column,
				     j->gap[i]->text };
	return true;
}

/* ---- hits ------------------------------------------------------------------------------------- */

static const struct ew_signature *signature_of(const struct ew_seclang_judge *j, uint32_t id)
{
	struct ew_signature key = { .id = id };

	return bsearch(&key, j->signature, j->count, sizeof(key), by_id);
}

static bool is_within(struct ew_bytes inner, struct ew_bytes outer)
{
	return inner.p && outer.p && inner.p >= outer.p && inner.p <= outer.p + outer.n &&
	       inner.n <= (size_t)(outer.p + outer.n - inner.p);
}

/* In which text of its field, and where, as far as that can be said. */
static void place(struct ew_hit *h, const struct ew_seclang_hit *from)
{
	h->field = from->field;
	if (!h->field)
		return;
	h->on_name = is_within(from->value, h->field->name) && !is_within(from->value, h->field->value);
	h->text = h->on_name ? h->field->name : h->field->value;
	bool known = is_within(from->where, h->text);
	h->from = known ? (size_t)(from->where.p - h->text.p) : SIZE_MAX;
	h->end = known ? h->from + from->where.n : h->text.n;
}

static bool add_hit(struct ew_message *m, const struct ew_signature *s,
		    const struct ew_seclang_hit *from)
{
	struct ew_hit *h = ew_arena_alloc(m->arena, sizeof(*h));
	struct ew_told *told = ew_arena_alloc(m->arena, sizeof(*told));

	if (!h || !told)
		return false;
	told->msg = ew_arena_dup(m->arena, from->msg);
	told->data = ew_arena_dup(m->arena, from->logdata);
	told->variable = ew_arena_dup(m->arena, from->variable);
	h->signature = s;
	h->told = told;
	h->drop = from->denies;
	place(h, from);
	if (m->hits_tail)
		m->hits_tail->next = h;
	else
		m->hits = h;
	m->hits_tail = h;
	m->hit_count++;
	return !ew_arena_spent(m->arena);
}

static enum ew_status limit(struct ew_message *m, const char *reason)
{
	ew_message_fault(m, EW_LIMIT, reason, NULL);
	return EW_LIMIT;
}

enum ew_status ew_seclang_judge_run(const struct ew_seclang_judge *j, struct ew_arena *scratch,
				    struct ew_message *m)
{
	struct ew_transaction t;
	struct ew_seclang_verdict v = { .spent = true };
	bool room = true;

	ew_arena_reset(scratch, m->limits->arena);
	bool built = ew_transaction_build(&t, scratch, m);
	for (size_t i = 0; built && i < j->preset_count; i++)
		built = ew_transaction_add(&t, EW_VARIABLE_TX, ew_bytes_str(j->preset[i].name),
					   ew_bytes_str(j->preset[i].value), NULL);
	if (built && j->set->web_app_id.n)
		built = ew_transaction_add(&t, EW_VARIABLE_WEBAPPID, ew_bytes(NULL, 0),
					   j->set->web_app_id, NULL);
	t.work_most = j->work;
	if (built)
		ew_seclang_evaluate(j->set, &t, true, &v);
	/* What was found before it ran out is still worth telling. */
	for (const struct ew_seclang_hit *h = v.hits; room && h; h = h->next)
		if (h->rule->log || h->denies)
			room = add_hit(m, signature_of(j, h->rule->id), h);
	if (v.spent)
		return limit(m, built && t.work_most && t.work > t.work_most ? "rule_work"
									      : "rule_memory");
	return room ? EW_OK : limit(m, "arena");
}

bool ew_seclang_judge_explain(const struct ew_seclang_judge *j, uint32_t id,
			      void (*say)(void *arg, const char *line), void *arg)
{
	return ew_seclang_explain(j->set, id, say, arg);
}
