/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_SQL_STATEMENT_H
#define EVENTWALL_SIGNATURES_ANALYSERS_SQL_STATEMENT_H

/* Looks ahead in a run of tokens: does a statement, a list of columns, a catalogue begin here? */

#include "sql_lexer.h"

struct ew_sql_run {
	struct ew_bytes text;
	const struct ew_sql_token *t;
	size_t n;
};

/* END past the last. */
const struct ew_sql_token *ew_sql_token_at(const struct ew_sql_run *run, size_t i);

/* Whatever its kind, the token is `word` (lower case). */
bool ew_sql_is(const struct ew_sql_run *run, const struct ew_sql_token *t, const char *word);

/* A name of one letter, or with a digit or _ in it. */
bool ew_sql_is_identifier(const struct ew_sql_run *run, size_t i);

/* How many tokens from `i` on are one modifier of a list: TOP 1, FIRST 1, SKIP 2, or the VALUE, RAW and ELEMENT of
 * those who select from documents. */
size_t ew_sql_modifier(const struct ew_sql_run *run, size_t i);

/* What SELECT would list from token `i`.  0: nothing, or prose; 1: a name; 2: names and where they are from;
 * 3: constants, calls, or all columns. */
unsigned ew_sql_list_level(const struct ew_sql_run *run, size_t i);

/* The text continues a statement with an operator: it may do so with an operand, too. */
bool ew_sql_begins_operator(const struct ew_sql_run *run);

/* A statement begins at token `i` and is complete enough to be meant.  `bold`: what stands before is no prose,
 * so that less is enough. */
bool ew_sql_begins_statement(const struct ew_sql_run *run, size_t i, bool bold);

/* Behind ON: DUPLICATE KEY UPDATE, CONFLICT (..) DO UPDATE. */
bool ew_sql_turns_insert(const struct ew_sql_run *run, size_t i);

/* chr(65), char(65,66), concat(0x41: how many characters that nobody should read the call at `i`
 * spells. */
unsigned ew_sql_spelt(const struct ew_sql_run *run, size_t i);

/* The name of a catalogue, or its first part. */
bool ew_sql_reads_catalogue(const struct ew_sql_run *run, size_t i);

/* Reads tokens from `i` without a grammar for what no harmless script does: says what, NULL for nothing. */
const char *ew_sql_scan(const struct ew_sql_run *run, size_t i);

/* What a comment that cuts off the rest says itself. */
enum ew_sql_tail {
	EW_SQL_TAIL_NONE, /* for callers: there is no comment */
	EW_SQL_TAIL_EMPTY,
	EW_SQL_TAIL_WORD, /* a word without a blank before the comment, or a short one of letters and digits */
	EW_SQL_TAIL_TEXT,
};

enum ew_sql_tail ew_sql_tail(const struct ew_sql_run *run, const struct ew_sql_token *t);

#endif
