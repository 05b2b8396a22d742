/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

#ifndef EVENTWALL_SIGNATURES_ANALYSERS_TEMPLATE_EXPRESSION_H
#define EVENTWALL_SIGNATURES_ANALYSERS_TEMPLATE_EXPRESSION_H

/* What is known of an expression while it is read, and how to look around in it.  For template*.c. */

#include "signatures/words.h"

enum { EW_TEMPLATE_REACH = 64 }; /* bytes that are read around a place */

enum template_marks {
	DOUBLE = 1,  /* {{ }}, {% %} */
	EL = 2,      /* ${ }, #{ }, %{ }, *{ }, @{ }, @( ) */
	RUBY = 4,    /* <% %>, and #{ } */
	VREF = 8,    /* $name.member of Velocity */
	SINGLE = 16, /* { } of Smarty and of format strings */
	EVERY = DOUBLE | EL | RUBY | VREF,
};

/* The expression at hand. */
struct ew_expression {
	enum template_marks marks; /* 0: none */
	bool block;                /* {% %}, whose first word is a command */
	bool erb;                  /* <% %> */
	size_t from, inside;       /* its marks; what follows them */
	unsigned depth;            /* of ( [ { within it */
	unsigned tokens, literals, operators, others, adjacent;
	uint8_t operator;     /* the last one */
	bool zero;            /* ends with / 0 */
	bool times;           /* begins with literal * literal */
	bool literal_last;    /* the last token was one */
	size_t word, word_to; /* the first word */
	size_t last, last_to; /* the last word out of a string */
	bool alone;           /* nothing stands before its marks */
};

/* The word [from, to) of the expression, in a string or out of one: what it does, NULL: nothing. */
const char *ew_template_word(struct ew_bytes text, const struct ew_expression *x, size_t from, size_t to);

/* What an expression is told by, directly behind its marks. */
const char *ew_template_begins(struct ew_bytes text, const struct ew_expression *x);

/* Directives and fragments that need no marks, at `i`. */
const char *ew_template_alone(struct ew_bytes text, size_t i);

static inline uint8_t ew_template_at(struct ew_bytes t, size_t i)
{
	return i < t.n ? t.p[i] : 0;
}

static inline bool ew_template_blank(uint8_t c)
{
	return c <= ' ';
}

static inline bool ew_template_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static inline size_t ew_template_skip(struct ew_bytes t, size_t i)
{
	size_t end = i < t.n && t.n - i > EW_TEMPLATE_REACH ? i + EW_TEMPLATE_REACH : t.n;

	while (i < end && ew_template_blank(t.p[i]))
		i++;
	return i;
}

/* The last byte before `i` that is no blank, not before `from`. */
static inline uint8_t ew_template_before(struct ew_bytes t, size_t i, size_t from)
{
	for (size_t k = 0; i > from && k < EW_TEMPLATE_REACH; k++)
		if (!ew_template_blank(t.p[--i]))
			return t.p[i];
	return 0;
}

static inline bool ew_template_starts(struct ew_bytes t, size_t i, const char *lower)
{
	/* Asked in lists, where nearly all differ in the first byte or two: their lengths would take longest. */
	for (; *lower; lower++, i++) {
		unsigned differ = i < t.n ? t.p[i] ^ (uint8_t)*lower : 0xff;
		if (differ && (differ != 0x20 || (uint8_t)(*lower - 'a') > 25))
			return false;
	}
	return i <= t.n;
}

/* One of the lower case words begins at `i`. */
static inline bool ew_template_one_of(struct ew_bytes t, size_t i, const char *const *list, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (ew_template_starts(t, i, list[k]))
			return true;
	return false;
}
#define EW_TEMPLATE_ONE_OF(t, i, list) ew_template_one_of(t, i, list, sizeof(list) / sizeof(*(list)))

#endif
