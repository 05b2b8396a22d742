/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* From files to one immutable, counted ruleset.  Everything that can fail fails here, before a worker
 * sees it. */

#include "file.h"
#include "part.h"
#include "plain.h"
#include "regex.h"
#include "rule.h"
#include "view.h"

#include <stdio.h>
#include <stdlib.h>

/* A set of which each signature has a small database may have a large one. */
#define BUDGETS_OF_A_SET 32

static const size_t text_max = (size_t)1 << 30;

bool ew_rules_add(struct ew_rules *rs, struct ew_rule *r)
{
	if (rs->count == rs->cap) {
		size_t cap = rs->cap ? 2 * rs->cap : 256;
		struct ew_rule **grown = realloc(rs->rule, cap * sizeof(*grown));
		if (!grown)
			return false;
		rs->rule = grown;
		rs->cap = cap;
	}
	rs->rule[rs->count++] = r;
	return true;
}

static bool read_sets(struct ew_rules *rules, const char *const *paths, size_t n, struct ew_error *e)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = 0;
		uint8_t *text = ew_file_read(paths[i], "signature set", &len, e);
		bool good = text && ew_rules_read_native(rules, paths[i], ew_bytes(text, len), e);
		free(text);
		if (!good)
			return false;
	}
	return true;
}

static int by_id(const void *a, const void *b)
{
	const struct ew_rule *x = *(struct ew_rule *const *)a, *y = *(struct ew_rule *const *)b;

	if (x->pub.id != y->pub.id)
		return x->pub.id < y->pub.id ? -1 : 1;
	int file = strcmp(x->pub.file, y->pub.file);
	return file ? file : x->pub.line < y->pub.line ? -1 : x->pub.line > y->pub.line;
}

/* Are there any at all, and does no other rule have an id of theirs? */
static bool check_rule_files(const struct ew_ruleset *rs, const struct ew_ruleset_options *opt,
                             struct ew_error *e)
{
	size_t n = rs->rules.count;

	if (!rs->judge)
		return true;
	if (ew_seclang_judge_count(rs->judge) == 0)
		return opt->allow_empty ||
		       ew_error_set(e, opt->seclang->files[0], 0,
		                    "no rule in here or in any file beside it: nothing would ever be found; "
		                    "name the files with rules as well, or allow an empty ruleset");
	for (size_t i = 0, k = 0; i < n && k < ew_seclang_judge_count(rs->judge);) {
		const struct ew_signature *a = &rs->rules.rule[i]->pub, *b = ew_seclang_judge_at(rs->judge, k);
		if (a->id == b->id)
			return ew_error_set(e, b->file, b->line,
			                    "%u is also the id of a signature, at %s:%u; give the rule another one",
			                    b->id, a->file, a->line);
		i += a->id < b->id;
		k += b->id < a->id;
	}
	return true;
}

static bool order(struct ew_rules *rules, const struct ew_ruleset_options *opt, const char *file,
                  struct ew_error *e)
{
	if (rules->count == 0)
		return (opt && (opt->allow_empty || opt->seclang)) ||
		       ew_error_set(e, file, 0,
		                    "no signature in here or in any set of the route: nothing would ever be "
		                    "found; write one, or allow an empty ruleset");
	qsort(rules->rule, rules->count, sizeof(*rules->rule), by_id);
	for (size_t i = 1; i < rules->count; i++) {
		const struct ew_signature *a = &rules->rule[i - 1]->pub, *b = &rules->rule[i]->pub;
		if (a->id == b->id)
			return ew_error_set(e, b->file, b->line,
			                    "signature %u already stands at %s:%u; give it another id",
			                    b->id, a->file, a->line);
	}
	return true;
}

const char *ew_match_name(enum ew_match m)
{
	static const char *const names[] = { "exact", "gated", "split", "confirmed" };

	return names[m];
}

static void note_guess(const struct ew_signature *s, const struct ew_ruleset_options *opt)
{
	char text[512];

	if (!opt || !opt->note)
		return;
	snprintf(text, sizeof(text),
	         "%s:%u: signature %u is %s: where %s is found in a value, its pattern is tried by an engine that "
	         "backtracks", s->file, s->line, s->id, ew_match_name((enum ew_match)s->match),
	         s->gate ? "its gate" : "what the fast engine guesses");
	opt->note(opt->arg, text);
}

/* What the engine can be asked for. */
static bool divide(struct ew_rules *rules, const struct ew_ruleset_options *opt, struct ew_error *e)
{
	for (size_t i = 0; i < rules->count; i++) {
		struct ew_rule *r = rules->rule[i];
		if (r->pattern && !ew_rule_divide(r, rules->arena, e))
			return false;
		if (r->regex)
			note_guess(&r->pub, opt);
	}
	return true;
}

/* What scanning has to know of the rules of a subject beside the databases. */
static bool prepare(struct ew_ruleset *rs, enum ew_subject s, struct ew_error *e)
{
	struct ew_matcher *m = &rs->matcher[s];
	uint32_t *analysed = ew_arena_alloc(rs->rules.arena, (rs->rules.count + 1) * sizeof(*analysed));

	if (!analysed)
		return ew_error_set(e, NULL, 0, "no memory for signatures");
	m->analysed = analysed;
	for (size_t i = 0; i < rs->rules.count; i++) {
		const struct ew_rule *r = rs->rules.rule[i];
		if (!r->on[s])
			continue;
		m->views |= r->views & ~EW_VIEW_BIT(EW_VIEW_RAW);
		m->binary |= r->binary;
		if (r->binary && r->analyser)
			m->binary_looks |= (uint16_t)(1u << r->analyser_at);
	}
	for (unsigned at = 0; ew_analyser_at(at); at++)
		for (size_t i = 0; i < rs->rules.count; i++) {
			const struct ew_rule *r = rs->rules.rule[i];
			if (!r->on[s] || !r->analyser || r->analyser_at != at)
				continue;
			analysed[m->analysed_count++] = (uint32_t)i;
			if (!r->analyser->may)
				continue;
			m->looks |= (uint16_t)(1u << at);
			for (const char *b = r->analyser->bytes; b && *b; b++)
				m->at_byte[(uint8_t)*b] |= 1u << at;
			if (!r->analyser->bytes)
				m->always |= (uint16_t)(1u << at);
		}
	for (unsigned c = 0; c < 256; c++)
		m->at_byte[c] |= ew_plain_byte((uint8_t)c) ? 0 : EW_BYTE_ODD;
	return true;
}

/* Nobody should find out by a slow gateway. */
static bool within_budget(const struct ew_ruleset *rs, const struct ew_ruleset_options *opt, struct ew_error *e)
{
	struct ew_cost all[EW_SUBJECT_COUNT];

	if (!opt || !opt->now_ns || (!opt->ns_per_kb_most && !opt->database_most))
		return true;
	for (int s = 0; s < EW_SUBJECT_COUNT; s++)
		if (!ew_matcher_measure(&rs->matcher[s], opt->now_ns, &all[s]))
			return ew_error_set(e, NULL, 0, "cannot measure the signatures: no memory");
	/* Measuring one by one compiles all of them anew.  Where all together take no more, none does,
	 * but for those that ask for more than was measured. */
	double dearest = all[0].ns_per_kb > all[1].ns_per_kb ? all[0].ns_per_kb : all[1].ns_per_kb;
	size_t share = (all[0].database + all[1].database) / BUDGETS_OF_A_SET;
	bool cheap = (!opt->ns_per_kb_most || dearest <= opt->ns_per_kb_most) &&
	             (!opt->database_most || share <= opt->database_most);
	for (size_t i = 0; i < rs->rules.count; i++) {
		const struct ew_signature *s = &rs->rules.rule[i]->pub;
		struct ew_cost c;
		if (cheap && !rs->rules.rule[i]->regex && !rs->rules.rule[i]->behind)
			continue;
		if (!ew_ruleset_measure(rs, i, opt->now_ns, &c))
			return ew_error_set(e, s->file, s->line, "cannot measure signature %u: no memory", s->id);
		if (opt->ns_per_kb_most && c.ns_per_kb > (double)opt->ns_per_kb_most)
			return ew_error_set(e, s->file, s->line,
			                    "signature %u takes %.0f ns a KB of ordinary text, more than %u: give "
			                    "its pattern a literal of four bytes or more and a bounded front, or "
			                    "raise \"signature_ns_per_kb\"", s->id, c.ns_per_kb,
			                    opt->ns_per_kb_most);
		if (opt->database_most && c.database > opt->database_most)
			return ew_error_set(e, s->file, s->line,
			                    "signature %u compiles to %zu KiB, more than %zu: split it, bound its "
			                    "repetitions, or raise \"signature_database_kb\"", s->id,
			                    c.database >> 10, opt->database_most >> 10);
	}
	return true;
}

struct ew_ruleset *ew_ruleset_load(const char *const *paths, size_t n,
                                   const struct ew_ruleset_options *opt, struct ew_error *e)
{
	struct ew_ruleset *rs = calloc(1, sizeof(*rs));

	if (!rs || !(rs->rules.arena = ew_arena_new(text_max))) {
		free(rs);
		ew_error_set(e, NULL, 0, "no memory for signatures");
		return NULL;
	}
	atomic_init(&rs->refs, 1);
	if (!read_sets(&rs->rules, paths, n, e) || !order(&rs->rules, opt, n ? paths[0] : NULL, e) ||
	    !divide(&rs->rules, opt, e))
		goto out;
	if (opt && opt->seclang && !(rs->judge = ew_seclang_judge_new(opt->seclang, e)))
		goto out;
	if (!check_rule_files(rs, opt, e))
		goto out;
	rs->from_cache = ew_cache_fetch(rs->matcher, &rs->rules, opt);
	if (!rs->from_cache) {
		if (!ew_matchers_compile(rs->matcher, &rs->rules, opt, e) || !within_budget(rs, opt, e))
			goto out;
		ew_cache_keep(rs->matcher, &rs->rules, opt);
	}
	if (prepare(rs, EW_SUBJECT_VALUE, e) && prepare(rs, EW_SUBJECT_NAME, e))
		return rs;
out:
	ew_ruleset_unref(&rs);
	return NULL;
}

struct ew_ruleset *ew_ruleset_ref(struct ew_ruleset *rs)
{
	atomic_fetch_add_explicit(&rs->refs, 1, memory_order_relaxed);
	return rs;
}

void ew_ruleset_unref(struct ew_ruleset **rs)
{
	struct ew_ruleset *mine = *rs;

	*rs = NULL;
	if (!mine || atomic_fetch_sub_explicit(&mine->refs, 1, memory_order_acq_rel) != 1)
		return;
	ew_matchers_fini(mine->matcher);
	ew_seclang_judge_free(&mine->judge);
	for (size_t i = 0; i < mine->rules.count; i++)
		ew_regex_free(&mine->rules.rule[i]->regex);
	free(mine->rules.rule);
	ew_arena_free(&mine->rules.arena);
	free(mine);
}

size_t ew_ruleset_count(const struct ew_ruleset *rs)
{
	return rs->rules.count + (rs->judge ? ew_seclang_judge_count(rs->judge) : 0);
}

const struct ew_signature *ew_ruleset_at(const struct ew_ruleset *rs, size_t i)
{
	if (i < rs->rules.count)
		return &rs->rules.rule[i]->pub;
	return rs->judge ? ew_seclang_judge_at(rs->judge, i - rs->rules.count) : NULL;
}

void ew_ruleset_seclang(const struct ew_ruleset *rs, struct ew_seclang_facts *f_r)
{
	*f_r = (struct ew_seclang_facts){ 0 };
	if (rs->judge)
		ew_seclang_judge_facts(rs->judge, f_r);
}

bool ew_ruleset_gap(const struct ew_ruleset *rs, size_t i, struct ew_rule_gap *g_r)
{
	return rs->judge && ew_seclang_judge_gap(rs->judge, i, g_r);
}

bool ew_ruleset_explain(const struct ew_ruleset *rs, uint32_t id,
                        void (*say)(void *arg, const char *line), void *arg)
{
	return rs->judge && ew_seclang_judge_explain(rs->judge, id, say, arg);
}

bool ew_ruleset_from_cache(const struct ew_ruleset *rs)
{
	return rs->from_cache;
}

const char *ew_ruleset_example(const struct ew_ruleset *rs, size_t i, bool hit, size_t n)
{
	if (i >= rs->rules.count)
		return NULL;
	const char *const *list = hit ? rs->rules.rule[i]->hit : rs->rules.rule[i]->miss;
	for (size_t k = 0; k < n && *list; k++)
		list++;
	return *list;
}
