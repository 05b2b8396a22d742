/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rules to databases: for each subject two that are scanned over many values at once, over those of plain
 * text and over the others, and two that are scanned over a single value, of which one has the patterns that are
 * not looked for before a gate of theirs is found.  What the engine only guesses at is never a hit (part.h). */

#include "anchor.h"
#include "part.h"
#include "plain.h"
#include "rule.h"

#include <hs.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

struct batch {
	const char **pattern;
	unsigned *flags, *id;
	unsigned n;
};

static void batch_fini(struct batch *b)
{
	free(b->pattern);
	free(b->flags);
	free(b->id);
}

static bool batch_init(struct batch *b, size_t room)
{
	*b = (struct batch){ calloc(room + 1, sizeof(*b->pattern)), calloc(room + 1, sizeof(*b->flags)),
		             calloc(room + 1, sizeof(*b->id)), 0 };
	return b->pattern && b->flags && b->id;
}

/* Who wrote the pattern of the batch that has the id `id`: a rule or, NULL, an analyser whose gate it is. */
static const struct ew_rule *rule_of(const struct ew_rules *rules, unsigned id)
{
	size_t asked = ew_rules_asked_from(rules);

	return id < rules->count ? rules->rule[id] : id >= asked ? rules->rule[id - asked] : NULL;
}

/* A gate is ours and was tested with this engine: an engine that refuses it is another. */
static bool refuse_gate(struct ew_error *e, const struct ew_rules *rules, unsigned id, const char *message)
{
	return ew_error_set(e, NULL, 0, "the engine refuses a gate of the operator \"%s\": %s",
	                    ew_analyser_at(id - rules->count)->name, message);
}

static bool compile(const struct batch *b, const struct ew_rules *rules, struct hs_database **db_r,
                    struct ew_error *e)
{
	hs_compile_error_t *he = NULL;

	if (hs_compile_multi(b->pattern, b->flags, b->id, b->n, HS_MODE_BLOCK, NULL, db_r, &he) ==
	    HS_SUCCESS)
		return true;
	unsigned id = he->expression >= 0 && (unsigned)he->expression < b->n ? b->id[he->expression] : UINT_MAX;
	if (id != UINT_MAX && rule_of(rules, id))
		ew_rule_refuse(e, rule_of(rules, id), he->message);
	else if (id != UINT_MAX)
		refuse_gate(e, rules, id, he->message);
	else
		ew_error_set(e, NULL, 0, "the signatures cannot be compiled together: %s", he->message);
	hs_free_compile_error(he);
	return false;
}

/* The gates of all analysers that are asked about subject `s`, each analyser's with one id.  Those that look
 * themselves need most of them for plain text only. */
static void fill_gates(struct batch *b, const struct ew_rules *rules, enum ew_subject s, enum ew_scan_of of)
{
	uint32_t seen = 0;

	for (size_t i = 0; i < rules->count; i++) {
		const struct ew_rule *r = rules->rule[i];
		const char *g;
		if (!r->analyser || !r->on[s] || seen >> r->analyser_at & 1)
			continue;
		seen |= 1u << r->analyser_at;
		for (size_t k = 0; (g = ew_analyser_gate(r->analyser, k, of == EW_SCAN_PLAIN)); k++) {
			b->pattern[b->n] = g;
			b->flags[b->n] = HS_FLAG_DOTALL | HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH;
			b->id[b->n++] = (unsigned)rules->count + r->analyser_at;
		}
	}
}

/* The parts of all rules about subject `s`. */
static void fill_parts(struct batch *b, const struct ew_rules *rules, enum ew_subject s)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct ew_rule *r = rules->rule[i];
		for (size_t k = 0; r->on[s] && k < r->part_count; k++) {
			b->pattern[b->n] = r->part[k].pattern;
			b->flags[b->n] = r->part[k].flags | HS_FLAG_SINGLEMATCH;
			b->id[b->n++] = (unsigned)(r->part[k].asks ? ew_rules_asked_from(rules) + i : i);
		}
	}
}

/* The patterns that are not looked for everywhere. */
static void fill_behind(struct batch *b, const struct ew_rules *rules, enum ew_subject s)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct ew_rule *r = rules->rule[i];
		if (!r->behind || !r->on[s])
			continue;
		b->pattern[b->n] = r->pattern;
		b->flags[b->n] = ew_rule_flags(r) | HS_FLAG_SINGLEMATCH;
		b->id[b->n++] = (unsigned)i;
	}
}

/* The same rules with their anchors moved; the text lives in `arena`.  Every match end is wanted, since
 * each may lie in another value. */
static bool move_anchors(struct batch *b, const struct ew_rules *rules, struct ew_arena *arena,
                         struct ew_error *e)
{
	for (unsigned k = 0; k < b->n; k++) {
		const char *why = "no memory";
		size_t room = ew_anchor_room(strlen(b->pattern[k]));
		char *moved = ew_arena_alloc_raw(arena, room);
		if (!moved || !ew_anchor_rewrite(b->pattern[k], moved, &why))
			return rule_of(rules, b->id[k]) ? ew_rule_refuse(e, rule_of(rules, b->id[k]), why)
			                                : refuse_gate(e, rules, b->id[k], why);
		ew_arena_shrink(arena, moved, room, strlen(moved) + 1);
		b->pattern[k] = moved;
		b->flags[k] &= ~(unsigned)HS_FLAG_SINGLEMATCH;
	}
	return true;
}

/* Can nothing be found in plain text by what this rule asks for? */
static bool asks_in_vain(const struct ew_rule *r, char *room)
{
	return r && r->behind && ew_plain_prune(r->pattern, room) == EW_PLAIN_NEVER;
}

/* What is left of the rules in plain text.  A pattern that is guessed at stays whole: what is left out of it may
 * be a group that it refers back to. */
static bool keep_plain(struct batch *b, const struct ew_rules *rules, struct ew_arena *arena, struct ew_error *e)
{
	unsigned kept = 0;

	for (unsigned k = 0; k < b->n; k++) {
		const struct ew_rule *r = rule_of(rules, b->id[k]);
		size_t len = strlen(b->pattern[k]), whole = r && r->behind ? strlen(r->pattern) : 0;
		char *pruned = ew_arena_alloc_raw(arena, (len > whole ? len : whole) + 1);
		if (!pruned)
			return ew_error_set(e, NULL, 0, "no memory to compile signatures");
		if (asks_in_vain(r, pruned))
			continue;
		enum ew_plain left = ew_plain_prune(b->pattern[k], pruned);
		if (left == EW_PLAIN_NEVER)
			continue;
		bool guess = b->flags[k] & HS_FLAG_PREFILTER;
		b->pattern[kept] = left == EW_PLAIN_PRUNED && !guess ? pruned : b->pattern[k];
		b->flags[kept] = b->flags[k];
		b->id[kept++] = b->id[k];
	}
	b->n = kept;
	return true;
}

/* The rules of subject `s` as they are wanted for `of`. */
static bool fill(struct batch *b, const struct ew_rules *rules, enum ew_subject s, enum ew_scan_of of,
                 struct ew_arena *arena, struct ew_error *e)
{
	if (of == EW_SCAN_BEHIND) {
		fill_behind(b, rules, s);
		return true;
	}
	fill_parts(b, rules, s);
	if (of != EW_SCAN_LEAF)
		fill_gates(b, rules, s, of);
	return (of != EW_SCAN_PLAIN || keep_plain(b, rules, arena, e)) &&
	       (of == EW_SCAN_LEAF || move_anchors(b, rules, arena, e));
}

/* Patterns and gates, at most. */
static size_t count_patterns(const struct ew_rules *rules)
{
	size_t n = rules->count + ew_analyser_gates();

	for (size_t i = 0; i < rules->count; i++)
		n += rules->rule[i]->part_count;
	return n;
}

static void tell(const struct ew_ruleset_options *opt, const char *what, size_t done)
{
	if (opt && opt->progress)
		opt->progress(opt->arg, what, done, EW_SCAN_COUNT * EW_SUBJECT_COUNT);
}

static bool compile_subject(struct ew_matcher *m, const struct ew_rules *rules, enum ew_subject s,
                            struct ew_arena *arena, const struct ew_ruleset_options *opt,
                            struct ew_error *e)
{
	static const char *const what[EW_SUBJECT_COUNT][EW_SCAN_COUNT] = {
		{ "single values", "gathered values", "plain values", "values behind gates" },
		{ "single names", "gathered names", "plain names", "names behind gates" },
	};
	struct batch b;
	bool good = batch_init(&b, count_patterns(rules));

	if (!good)
		ew_error_set(e, NULL, 0, "no memory to compile signatures");
	for (int of = 0; good && of < EW_SCAN_COUNT; of++) {
		b.n = 0;
		good = fill(&b, rules, s, (enum ew_scan_of)of, arena, e);
		if (!good || b.n == 0)
			continue;
		tell(opt, what[s][of], (size_t)(EW_SCAN_COUNT * (int)s + of));
		good = compile(&b, rules, &m->db[of], e);
	}
	batch_fini(&b);
	return good;
}

bool ew_matchers_compile(struct ew_matcher m[EW_SUBJECT_COUNT], const struct ew_rules *rules,
                         const struct ew_ruleset_options *opt, struct ew_error *e)
{
	struct ew_arena *arena = ew_arena_new((size_t)1 << 30);
	bool good = arena != NULL;

	if (!good)
		ew_error_set(e, NULL, 0, "no memory to compile signatures");
	for (size_t i = 0; good && i < rules->count; i++)
		good = ew_rule_check(rules->rule[i], e);
	for (int s = 0; good && s < EW_SUBJECT_COUNT; s++)
		good = compile_subject(&m[s], rules, (enum ew_subject)s, arena, opt, e);
	tell(opt, "done", EW_SCAN_COUNT * EW_SUBJECT_COUNT);
	if (!good)
		ew_matchers_fini(m);
	ew_arena_free(&arena);
	return good;
}

void ew_matchers_fini(struct ew_matcher m[EW_SUBJECT_COUNT])
{
	for (int s = 0; s < EW_SUBJECT_COUNT; s++) {
		for (int of = 0; of < EW_SCAN_COUNT; of++)
			hs_free_database(m[s].db[of]);
		m[s] = (struct ew_matcher){ .views = 0 };
	}
}
