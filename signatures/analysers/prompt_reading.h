/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_PROMPT_READING_H
#define EVENTWALL_SIGNATURES_ANALYSERS_PROMPT_READING_H

/* The words that were read last, and what was scored.  For prompt*.c. */

#include "signatures/words.h"

/* Classes of words, of prompt_words.def. */
enum {
	ABOVE = 1 << 0,
	ACT = 1 << 1,
	ALL = 1 << 2,
	BASE64 = 1 << 3,
	DECODE = 1 << 4,
	DISMISS = 1 << 5,
	ECHO = 1 << 6,
	EXECUTE = 1 << 7,
	HIDDEN = 1 << 8,
	IF = 1 << 9,
	MINE = 1 << 10,
	MODAL = 1 << 11,
	MODEL = 1 << 12,
	NEGATE = 1 << 13,
	NEW = 1 << 14,
	ORDERS = 1 << 15,
	PERSONA = 1 << 16,
	PROMPT = 1 << 17,
	REPORT = 1 << 18,
	REVEAL = 1 << 19,
	SCOPE = 1 << 20,
	SHOW = 1 << 21,
	TELL = 1 << 22,
	THIS = 1 << 23,
	TOLD = 1 << 24,
	URGE = 1 << 25,
	USER = 1 << 26,
	VERBATIM = 1 << 27,
	WORDS = 1 << 28,
	YOU = 1 << 29,
	YOUR = 1 << 30,
};

enum { ENOUGH = 4, FAR = 400, REACH = 160, SPAN = 10 };

enum rule {
	RULE_DISMISS,
	RULE_REVEAL,
	RULE_ROLE,
	RULE_PERSONA,
	RULE_IMAGE,
	RULE_SECRET,
	RULE_DECODE,
	RULE_HEAD,
	RULE_NEW,
	RULE_MODEL,
	RULE_TOOL,
	RULE_OFF,
	RULE_SEND,
	RULE_ACT,
	RULES
};

struct word {
	struct ew_bytes text;
	size_t at;
	uint32_t classes;
	uint32_t kinds; /* of prompt_orders.c */
	bool begins;    /* a sentence */
	bool imperative, soft;
};

struct hit {
	int score;
	size_t from, to;
};

struct reading {
	struct ew_bytes t;
	struct word w[SPAN]; /* the last words, the newest at n - 1, modulo SPAN */
	size_t n;
	struct hit hit[RULES];
	bool plainly; /* words count only as they stand: no digits for letters, no blanks between */
	bool meant;   /* a word counted that was spelt so */
	bool spelt;   /* an order and its object were read, however spelt */
	size_t verb_to;   /* where the order ended; 0: none */
	size_t dismissed; /* number of the word at which the first rule scored */
};

static inline const struct word *back(const struct reading *r, size_t k)
{
	static const struct word none;

	return k < r->n && k < SPAN ? &r->w[(r->n - 1 - k) % SPAN] : &none;
}

static inline bool is(const struct word *w, const char *text)
{
	return ew_bytes_eq_nocase(w->text, ew_bytes_str(text));
}

static inline void score(struct reading *r, enum rule rule, int points, size_t from, size_t to)
{
	if (points > r->hit[rule].score)
		r->hit[rule] = (struct hit){ points, from, to };
}

/* Number of words back to the last one of a class, at most `max`; SPAN: none. */
static inline size_t last(const struct reading *r, uint32_t class, size_t max)
{
	size_t end = back(r, 0)->at;

	for (size_t k = 1; k <= max && k < SPAN && k < r->n; k++)
		if (back(r, k)->classes & class)
			return end - back(r, k)->at <= REACH ? k : SPAN;
	return SPAN;
}

/* Classes of the words between `k` words back and now. */
static inline uint32_t between(const struct reading *r, size_t k)
{
	uint32_t seen = 0;

	while (k--)
		seen |= back(r, k)->classes;
	return seen;
}

static inline int tone(const struct word *w)
{
	return w->soft ? -2 : w->imperative;
}

/* What a word of another table (prompt_orders.c) does at `end`, where the newest ends. */
void ew_prompt_order(struct reading *r, size_t end);

#endif
