/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rules to databases: for each subject two that are scanned over many values at once, over those of plain
 * text and over the others, and one that is scanned over a single value.  A pattern compiles exactly or is
 * refused: the engine's prefilter mode would hit nearly everything. */

#include "anchor.h"
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

static unsigned flags_of(const struct ew_rule *r)
{
	return HS_FLAG_DOTALL | (r->exact_case ? 0 : HS_FLAG_CASELESS);
}

/* What the operator can do about a message of the engine. */
static const char *remedy(const char *message)
{
	static const char *const known[][2] = {
		{ "empty buffer", "; make at least one byte of it mandatory" },
		{ "too large", "; split its alternatives into several signatures" },
		{ "ookahead", "; write what is wanted without looking around" },
		{ "ookbehind", "; write what is wanted without looking around" },
		{ "ssertion", "; write what is wanted without assertions" },
		{ "ack-reference", "; write the repeated part out" },
		{ "ack reference", "; write the repeated part out" },
		{ "nchor", "; put ^ at the front and $ at the end of an alternative" },
		{ "parenthes", "; close each group, or escape the bracket" },
		{ "quantifier", "; write something before the repetition, or escape it" },
		{ "repeat", "; write something before the repetition, or escape it" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strstr(message, known[i][0]))
			return known[i][1];
	return "";
}

static bool refuse(struct ew_error *e, const struct ew_rule *r, const char *message)
{
	size_t n = strlen(message);

	n -= n > 0 && message[n - 1] == '.';
	return ew_error_set(e, r->pub.file, r->pub.line,
	                    "the pattern of signature %u cannot be used: %.*s%s", r->pub.id, (int)n,
	                    message, remedy(message));
}

/* Who wrote the pattern of the batch that has the id `id`: a rule or, NULL, an analyser whose gate it is. */
static const struct ew_rule *rule_of(const struct ew_rules *rules, unsigned id)
{
	return id < rules->count ? rules->rule[id] : NULL;
}

/* A gate is ours and was tested with this engine: an engine that refuses it is another. */
static bool refuse_gate(struct ew_error *e, const struct ew_rules *rules, unsigned id, const char *message)
{
	return ew_error_set(e, NULL, 0, "the engine refuses a gate of the operator \"%s\": %s",
	                    ew_analyser_at(id - rules->count)->name, message);
}

static bool refuse_as_engine_says(struct ew_error *e, const struct ew_rule *r,
                                  const hs_compile_error_t *he)
{
	hs_compile_error_t *ignored = NULL;
	hs_expr_info_t *info = NULL;
	char text[256];

	snprintf(text, sizeof(text), "%s", he->message);
	if (hs_expression_info(r->pattern, flags_of(r) | HS_FLAG_PREFILTER, &info, &ignored) == HS_SUCCESS)
		snprintf(text, sizeof(text), "%s (the engine could only guess at it)", he->message);
	hs_free_compile_error(ignored);
	free(info);
	return refuse(e, r, text);
}

/* Refuse what matches without consuming a byte: it would be found everywhere. */
static bool consumes(const struct ew_rule *r, struct ew_error *e)
{
	hs_compile_error_t *he = NULL;
	hs_expr_info_t *info = NULL;

	if (hs_expression_info(r->pattern, flags_of(r), &info, &he) != HS_SUCCESS) {
		refuse_as_engine_says(e, r, he);
		hs_free_compile_error(he);
		return false;
	}
	bool good = info->min_width > 0;
	free(info);
	return good || refuse(e, r, "it matches the empty text; make at least one byte of it mandatory");
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
		refuse_as_engine_says(e, rule_of(rules, id), he);
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

static bool fill_leaf(struct batch *b, const struct ew_rules *rules, enum ew_subject s,
                      struct ew_error *e)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct ew_rule *r = rules->rule[i];
		if (!r->pattern || !r->on[s])
			continue;
		if (!consumes(r, e))
			return false;
		b->pattern[b->n] = r->pattern;
		b->flags[b->n] = flags_of(r) | HS_FLAG_SINGLEMATCH;
		b->id[b->n++] = (unsigned)i;
	}
	return true;
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
			return rule_of(rules, b->id[k]) ? refuse(e, rule_of(rules, b->id[k]), why)
			                                : refuse_gate(e, rules, b->id[k], why);
		ew_arena_shrink(arena, moved, room, strlen(moved) + 1);
		b->pattern[k] = moved;
		b->flags[k] &= ~(unsigned)HS_FLAG_SINGLEMATCH;
	}
	return true;
}

/* What is left of the rules in plain text. */
static bool keep_plain(struct batch *b, struct ew_arena *arena, struct ew_error *e)
{
	unsigned kept = 0;

	for (unsigned k = 0; k < b->n; k++) {
		char *pruned = ew_arena_alloc_raw(arena, strlen(b->pattern[k]) + 1);
		if (!pruned)
			return ew_error_set(e, NULL, 0, "no memory to compile signatures");
		enum ew_plain left = ew_plain_prune(b->pattern[k], pruned);
		if (left == EW_PLAIN_NEVER)
			continue;
		b->pattern[kept] = left == EW_PLAIN_PRUNED ? pruned : b->pattern[k];
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
	if (!fill_leaf(b, rules, s, e))
		return false;
	if (of != EW_SCAN_LEAF)
		fill_gates(b, rules, s, of);
	return (of != EW_SCAN_PLAIN || keep_plain(b, arena, e)) &&
	       (of == EW_SCAN_LEAF || move_anchors(b, rules, arena, e));
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
		{ "single values", "gathered values", "plain values" },
		{ "single names", "gathered names", "plain names" },
	};
	struct batch b;
	bool good = batch_init(&b, rules->count + ew_analyser_gates());

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
