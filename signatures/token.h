/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_TOKEN_H
#define EVENTWALL_SIGNATURES_TOKEN_H

/* Tokens of expression languages, and the places of a value from which it can be read as one.
 *
 * A value that breaks out closes the string it was placed in.  So the first quote of a kind ends a string
 * that the value did not begin, and what follows is read as code; a text that opens its own quotes ('a' ||
 * 'b') continues there with a word and is no break-out.  A value placed without quotes is read from its
 * start. */

#include "eventwall/bytes.h"

enum ew_token_kind {
	EW_TOKEN_END,
	EW_TOKEN_WORD,
	EW_TOKEN_NUMBER,
	EW_TOKEN_STRING,  /* with its quotes */
	EW_TOKEN_OPEN,    /* a string without an end: the rest of the text */
	EW_TOKEN_COMMENT, /* to the end of the line; or NUL, where a C string ends */
	EW_TOKEN_SIGN,
};

struct ew_token {
	enum ew_token_kind kind;
	size_t at;
	struct ew_bytes text;
};

/* How a language spells. */
enum {
	EW_TOKEN_SLASHES = 1, /* two slashes begin a comment, slash and star a blank */
	EW_TOKEN_DASHES = 2,  /* - and . are parts of a word */
	EW_TOKEN_DOLLAR = 4,  /* $ is part of a word */
};

#define EW_TOKEN_MAX 48

/* Where a value may be read as code. */
struct ew_place {
	uint8_t quote; /* that is closed there; 0: none, it is the start of the text */
	size_t at;     /* of the quote */
	size_t code;   /* of the first byte behind it */
};

/* Place number `which` of EW_PLACES; false: the text has no such place.  Costs two passes over the text. */
#define EW_PLACES 7
bool ew_place_find(struct ew_bytes text, unsigned which, struct ew_place *place_r);

/* The first tokens of a place. */
struct ew_tokens {
	struct ew_place place;
	size_t n;
	struct ew_token token[EW_TOKEN_MAX + 1]; /* token[n] is END */
};

/* At most `max` of them, which is at most EW_TOKEN_MAX.  Each byte is read once. */
void ew_tokens_read(struct ew_bytes text, struct ew_place place, unsigned how, size_t max,
		    struct ew_tokens *t_r);

/* Token `k`, or END past the last: a grammar may look ahead as far as it likes. */
static inline const struct ew_token *ew_token(const struct ew_tokens *t, size_t k)
{
	return &t->token[k < t->n ? k : t->n];
}

static inline bool ew_token_is(const struct ew_token *t, const char *text)
{
	struct ew_bytes want = ew_bytes_str(text);
	return t->kind != EW_TOKEN_END && ew_bytes_eq_nocase(t->text, want);
}

static inline bool ew_token_sign(const struct ew_token *t, char c)
{
	return t->kind == EW_TOKEN_SIGN && t->text.n == 1 && t->text.p[0] == (uint8_t)c;
}

/* ==, !=, <, and their kin. */
bool ew_token_compares(const struct ew_token *t);

/* Past blanks. */
static inline size_t ew_skip_blanks(struct ew_bytes t, size_t i)
{
	while (i < t.n && t.p[i] <= ' ')
		i++;
	return i;
}

static inline uint8_t ew_byte_at(struct ew_bytes t, size_t i)
{
	return i < t.n ? t.p[i] : 0;
}

#endif
