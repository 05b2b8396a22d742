/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_SQL_SHAPE_H
#define EVENTWALL_SIGNATURES_ANALYSERS_SQL_SHAPE_H

/* What a run of tokens, read as the rest of a statement that somebody else began, does to that statement. */

#include "../analyser.h"
#include "sql_lexer.h"

/* Where the run stands. */
struct ew_sql_place {
	uint8_t quote;  /* the byte that closed the string or name around it; 0: in the open */
	bool prose;     /* blanks stand before that byte */
	bool first;     /* nothing stands before it */
	uint8_t before; /* the byte before it; 0 if there is none */
};

enum ew_sql_call {
	EW_SQL_CALL_NONE,
	EW_SQL_CALL_COMMON, /* filters, formulas and programs call it, too */
	EW_SQL_CALL_SOFT,   /* a tool of attackers that only databases have */
	EW_SQL_CALL_SLEEP,  /* a name that other languages have */
	EW_SQL_CALL_HARD,   /* nobody calls it in a value but to attack */
};

enum ew_sql_call ew_sql_call_of(struct ew_bytes name);

/* user, database: who calls it without an argument wants to know where he is. */
bool ew_sql_asks_server(struct ew_bytes name);

/* A table or schema that describes the database; only the first part of the name counts. */
bool ew_sql_is_catalogue(struct ew_bytes name);

/* `t` are `n` tokens of `text`, as ew_sql_lex() gives them.  True: `*f_r` says why; `from` is that of the first
 * token. */
bool ew_sql_shape(struct ew_bytes text, const struct ew_sql_token *t, size_t n, struct ew_sql_place place,
		  struct ew_finding *f_r);

#endif
