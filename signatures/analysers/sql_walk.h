/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_SQL_WALK_H
#define EVENTWALL_SIGNATURES_ANALYSERS_SQL_WALK_H

/* What a walk over tokens knows: sql_shape.c walks, sql_decide.c weighs. */

#include "sql_shape.h"
#include "sql_statement.h"

/* The first condition; behind WHERE in the open; behind IF( before its comma; behind HAVING, and behind WHERE
 * in a quote; behind AND or OR. */
enum ew_sql_joint { EW_SQL_NOT_JOINED, EW_SQL_OPENED, EW_SQL_BRANCHED, EW_SQL_FILTERED, EW_SQL_ASKED };

struct ew_sql_condition {
	unsigned consts, numbers, names, compares, matches, calls, common, soft, signs;
	bool negated, same, is_or;
	bool worded; /* an operator was a word */
	enum ew_sql_joint joint;
	struct ew_bytes name;
};

struct ew_sql_walk {
	struct ew_sql_run run;
	struct ew_sql_place place;
	size_t i;
	int depth;
	bool want;     /* an operand must come */
	bool query;    /* within a SELECT, where names may follow each other */
	bool alone;    /* the text is a whole SELECT */
	bool injected; /* what comes now is no part of the data */
	struct ew_sql_condition c;
	/* what was met on the way */
	unsigned lone; /* conditions that are a constant */
	bool fixed, fixed_early, asked, known, clause, ordered, closes, listed, summed, hard_alone;
	bool first_plain; /* the first condition was at most one constant or name */
	bool first_name, first_over, first_constant, first_number;
	bool fragment;  /* a list of columns and FROM, without the SELECT before them */
	bool branched;  /* IF( was met */
	bool narrowed;  /* WHERE was met */
	unsigned asks;  /* calls of functions that tell of the server */
	bool compared_first, matched_first, plain_query;
	unsigned spelt; /* characters given as numbers */
	const char *why;
	size_t to;
};

static inline const struct ew_sql_token *ew_sql_walk_token(const struct ew_sql_walk *w, size_t i)
{
	return ew_sql_token_at(&w->run, i);
}

static inline struct ew_bytes ew_sql_walk_text(const struct ew_sql_walk *w, const struct ew_sql_token *t)
{
	return ew_bytes(w->run.text.p + t->from, t->to - t->from);
}

/* True, and the walk is over. */
static inline bool ew_sql_walk_found(struct ew_sql_walk *w, const char *why)
{
	w->why = why;
	w->to = ew_sql_walk_token(w, w->i)->to;
	return true;
}

/* The quote looks as if it opened a string, -c "exec ..": the first of a word, and what is quoted follows it.
 */
static inline bool ew_sql_walk_opens_quote(const struct ew_sql_walk *w)
{
	return w->place.quote && !w->place.first && w->run.t[0].glued && strchr(" \t\n(=[{:", w->place.before);
}

/* What was read of a condition is all of it: notes what it says.  `at_end`: because the tokens are. */
void ew_sql_end_condition(struct ew_sql_walk *w, bool at_end);

/* The walk came to the end of its tokens: is what it met enough? */
bool ew_sql_decide(struct ew_sql_walk *w);

#endif
