/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_SQL_LEXER_H
#define EVENTWALL_SIGNATURES_ANALYSERS_SQL_LEXER_H

/* Tokens of SQL, of all dialects at once: where they differ, a token is what most of them read. */

#include "eventwall/bytes.h"

enum ew_sql_kind {
	EW_SQL_END,      /* nothing is left */
	EW_SQL_CUT,      /* more follows than the window holds */
	EW_SQL_TAIL,     /* a comment that reaches the end, or what follows "; NUL" */
	EW_SQL_JUNK,     /* a byte that no statement has here */
	EW_SQL_NUMBER,   /* also \N */
	EW_SQL_STRING,   /* '..' ".." N'..' $$..$$ q'[..]' */
	EW_SQL_OPEN,     /* a string without an end */
	EW_SQL_NAME,     /* a, a.b, v$x, `a`, [a] */
	EW_SQL_VARIABLE, /* @a, @@a, :a, $1 */
	EW_SQL_WORD,     /* of sql_words.def, `word` tells which class */
	EW_SQL_LOGIC,    /* || && */
	EW_SQL_COMPARE,  /* = <> ->> @> ? ... */
	EW_SQL_SIGN,     /* + - * / % ^ & | ! ~ << >> :: */
	EW_SQL_LEFT,     /* ( */
	EW_SQL_RIGHT,    /* ) */
	EW_SQL_COMMA,
	EW_SQL_DOT,
	EW_SQL_SEMICOLON,
};

enum ew_sql_class {
	EW_SQL_NO_CLASS,
	EW_SQL_LOGIC_WORD, /* and */
	EW_SQL_MATCH,      /* like: a comparison spelt as a word */
	EW_SQL_AFTER,      /* isnull: follows an operand and makes another of it */
	EW_SQL_JOINT,      /* div: joins two operands */
	EW_SQL_BEFORE,     /* not: stands before an operand */
	EW_SQL_CONST,      /* true */
	EW_SQL_CONDITION,  /* where: a condition follows */
	EW_SQL_IF,
	EW_SQL_CASE,
	EW_SQL_BRANCH, /* then */
	EW_SQL_FINISH, /* end */
	EW_SQL_SELECT,
	EW_SQL_SETOP, /* union */
	EW_SQL_FROM,
	EW_SQL_ORDER, /* order, group */
	EW_SQL_BY,
	EW_SQL_LIMIT, /* limit, for: other parts of a query */
	EW_SQL_AS,
	EW_SQL_SET,
	EW_SQL_VALUES,
	EW_SQL_THING, /* table: what statements make and drop */
	EW_SQL_DDL,   /* drop; the first of those that begin a statement */
	EW_SQL_INSERT,
	EW_SQL_UPDATE,
	EW_SQL_DELETE,
	EW_SQL_EXEC,
	EW_SQL_CALL,
	EW_SQL_DECLARE,
	EW_SQL_WAITFOR,
	EW_SQL_HALT,
	EW_SQL_GRANT,
	EW_SQL_COPY,
	EW_SQL_OTHER, /* the last of those */
	EW_SQL_PROSE, /* the */
};

struct ew_sql_token {
	uint8_t kind, class;
	uint8_t quote; /* STRING, OPEN, a quoted NAME: by which */
	bool glued;    /* nothing stands between it and the token before */
	size_t from, to;
};

enum ew_sql_class ew_sql_class_of(struct ew_bytes word);

/* At most `room` tokens of `text` from `at`, the last of which is END, CUT, TAIL, JUNK, OPEN or PROSE: nothing
 * is read past one of these.  Answers how many; `room` is at least 1. */
size_t ew_sql_lex(struct ew_bytes text, size_t at, struct ew_sql_token *t_r, size_t room);

#endif
