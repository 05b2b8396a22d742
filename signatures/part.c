/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A rule's pattern to parts that the engine can look for everywhere.
 *
 *     exact      the engine takes the pattern as it is
 *     gated      its gates are looked for; where one is found, the engine looks for the pattern
 *     split      the engine takes some alternatives as they are and guesses at the others
 *     confirmed  it guesses at all of them, or takes nothing but gates
 *
 * A guess finds all that the pattern finds, and more: where it is found, the whole pattern is tried by an engine
 * that backtracks (regex.h).  The trap: a part stands alone, so an alternative can only be parted from the others
 * if no option and no back-reference reaches across the bar; and in gathered text anchors are moved (anchor.c),
 * which needs all groups to be understood. */

#include "part.h"
#include "pattern.h"
#include "regex.h"

#include <hs.h>
#include <stdio.h>
#include <stdlib.h>

enum { PARTS_MOST = 64, MESSAGE = 256 };

unsigned ew_rule_flags(const struct ew_rule *r)
{
	return HS_FLAG_DOTALL | (r->exact_case ? 0 : HS_FLAG_CASELESS);
}

/* What the operator can do about a message of the engine. */
static const char *remedy(const char *message)
{
	static const char *const known[][2] = {
		{ "empty buffer", "; make at least one byte of it mandatory" },
		{ "too large", "; split its alternatives into several signatures" },
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

bool ew_rule_refuse(struct ew_error *e, const struct ew_rule *r, const char *message)
{
	size_t n = strlen(message);

	n -= n > 0 && message[n - 1] == '.';
	return ew_error_set(e, r->pub.file, r->pub.line,
	                    "the pattern of signature %u cannot be used: %.*s%s", r->pub.id, (int)n,
	                    message, remedy(message));
}

static bool no_memory(struct ew_error *e)
{
	return ew_error_set(e, NULL, 0, "no memory for signatures");
}

enum taken {
	REFUSED,
	TAKEN,
	EMPTY, /* but it matches without consuming a byte: it would be found everywhere */
};

static enum taken ask_engine(const char *pattern, unsigned flags, char why[MESSAGE])
{
	hs_compile_error_t *he = NULL;
	hs_expr_info_t *info = NULL;
	enum taken answer = REFUSED;

	if (hs_expression_info(pattern, flags, &info, &he) == HS_SUCCESS)
		answer = info->min_width > 0 ? TAKEN : EMPTY;
	else
		snprintf(why, MESSAGE, "%s", he ? he->message : "no memory");
	hs_free_compile_error(he);
	free(info);
	return answer;
}

static bool refuse_empty(struct ew_error *e, const struct ew_rule *r)
{
	return ew_rule_refuse(e, r, "it matches the empty text; make at least one byte of it mandatory");
}

static bool use_regex(struct ew_rule *r, struct ew_error *e)
{
	char why[EW_REGEX_WHY];
	size_t at;
	unsigned options = EW_REGEX_METERED | (r->exact_case ? 0 : EW_REGEX_ANY_CASE);

	r->regex = ew_regex_new(ew_bytes_str(r->pattern), options, &at, why);
	if (!r->regex)
		return ew_error_set(e, r->pub.file, r->pub.line,
		                    "the pattern of signature %u cannot be used: %s at byte %zu", r->pub.id,
		                    why, at);
	r->pub.match = EW_MATCH_CONFIRMED;
	return !ew_regex_may_be_empty(r->regex) || refuse_empty(e, r);
}

static bool refuse_gate(struct ew_error *e, const struct ew_rule *r, const char *gate, const char *why)
{
	return ew_error_set(e, r->pub.file, r->pub.line, "the gate \"%.128s\" of signature %u cannot be used: %s",
	                    gate, r->pub.id, why);
}

/* NULL: no memory. */
static struct ew_part *make_parts(struct ew_rule *r, size_t n, struct ew_arena *arena, struct ew_error *e)
{
	struct ew_part *part = ew_arena_alloc(arena, n * sizeof(*part));

	r->part = part;
	r->part_count = 0;
	if (!part)
		no_memory(e);
	return part;
}

/* Its gates are its parts. */
static bool divide_by_gates(struct ew_rule *r, struct ew_arena *arena, struct ew_error *e)
{
	unsigned flags = ew_rule_flags(r);
	char why[MESSAGE];
	size_t count = 0;

	while (r->pub.gate[count])
		count++;
	struct ew_part *part = make_parts(r, count, arena, e);
	if (!part)
		return false;
	for (const char *const *g = r->pub.gate; *g; g++) {
		enum taken t = ask_engine(*g, flags, why);
		if (t != TAKEN)
			return refuse_gate(e, r, *g, t == REFUSED ? why :
			                   "it matches the empty text, so it is always open");
		part[r->part_count++] = (struct ew_part){ *g, flags, true };
	}
	enum taken whole = ask_engine(r->pattern, flags, why);
	if (whole == EMPTY)
		return refuse_empty(e, r);
	r->behind = whole == TAKEN;
	r->pub.match = EW_MATCH_GATED;
	return r->behind || use_regex(r, e);
}

/* Is the group that opens at `s` one whose content begins where the token ends and means what it says? */
static bool is_understood(const char *s, const struct ew_token *t)
{
	if (t->len == 1)
		return true;
	switch (s[2]) {
	case '=':
	case '!':
	case '>':
		return t->len == 3;
	case '<':
		return true; /* looks behind, or has a name */
	case 'P':
		return s[3] == '<';
	default:
		return s[t->len - 1] == ':';
	}
}

static bool refers_back(const char *s)
{
	return s[0] == '\\' && ((s[1] >= '1' && s[1] <= '9') || s[1] == 'g' || s[1] == 'k');
}

/* Where its alternatives end, in `end`; how many there are, 1 if they must stay together, 0: it is not
 * understood. */
static size_t find_alternatives(const char *pattern, const struct ew_token *t, size_t n, size_t end[PARTS_MOST])
{
	size_t bars = 0, len = strlen(pattern);
	bool together = false;

	for (size_t i = 0; i < n; i++) {
		const char *s = pattern + t[i].at;
		if (t[i].sort == EW_TOKEN_OPEN && (t[i].mate == EW_TOKEN_NONE || !is_understood(s, &t[i])))
			return 0;
		together |= t[i].sort == EW_TOKEN_ATOM && refers_back(s);
		if (t[i].group != EW_TOKEN_NONE)
			continue;
		together |= t[i].sort == EW_TOKEN_NOTHING && s[0] == '(' && s[2] != '#';
		if (t[i].sort != EW_TOKEN_BAR)
			continue;
		if (bars < PARTS_MOST)
			end[bars] = t[i].at;
		bars++;
	}
	if (together || bars >= PARTS_MOST)
		bars = 0;
	end[bars] = len;
	return bars + 1;
}

/* The engine cannot even guess. */
static bool refuse_without_gate(struct ew_error *e, const struct ew_rule *r, const char *message)
{
	char text[MESSAGE + 64];

	snprintf(text, sizeof(text), "%s; or give the signature a \"gate\"", message);
	return ew_rule_refuse(e, r, text);
}

/* One alternative, exact if the engine takes it, else as the engine guesses at it. */
static bool add_alternative(struct ew_rule *r, struct ew_part *part, const char *text, struct ew_error *e)
{
	unsigned flags = ew_rule_flags(r);
	char why[MESSAGE], exact_why[MESSAGE];
	enum taken t = ask_engine(text, flags, exact_why);

	if (t == EMPTY)
		return refuse_empty(e, r);
	bool exact = t == TAKEN;
	if (!exact) {
		flags |= HS_FLAG_PREFILTER;
		t = ask_engine(text, flags, why);
	}
	if (t == REFUSED)
		return ew_rule_refuse(e, r, exact_why);
	if (t == EMPTY)
		return ew_rule_refuse(e, r, "the engine can only guess at it, and would guess everywhere; give the "
		                      "signature a \"gate\", or the pattern a part that is always there");
	part[r->part_count++] = (struct ew_part){ text, flags, !exact };
	return true;
}

static bool divide_by_alternatives(struct ew_rule *r, const struct ew_token *t, size_t n, const char *engine_says,
                                   struct ew_arena *arena, struct ew_error *e)
{
	size_t end[PARTS_MOST], begin = 0, exact = 0;
	size_t count = find_alternatives(r->pattern, t, n, end);

	if (count == 0)
		return refuse_without_gate(e, r, engine_says);
	struct ew_part *part = make_parts(r, count, arena, e);
	if (!part)
		return false;
	for (size_t k = 0; k < count; k++) {
		struct ew_bytes copy = ew_arena_dup(arena, ew_bytes((const uint8_t *)r->pattern + begin,
		                                                    end[k] - begin + 1));
		if (!copy.p)
			return no_memory(e);
		((char *)(uintptr_t)copy.p)[end[k] - begin] = 0;
		if (!add_alternative(r, part, (const char *)copy.p, e))
			return false;
		exact += !part[k].asks;
		begin = end[k] + 1;
	}
	if (!use_regex(r, e))
		return false;
	if (exact)
		r->pub.match = EW_MATCH_SPLIT;
	return true;
}

/* May the engine refuse it though it is well-formed?  To ask the engine takes its time, and most patterns are
 * plain. */
static bool looks_odd(const char *pattern)
{
	for (const char *p = pattern; *p; p++) {
		if (*p == '\\' && p[1])
			if (refers_back(p++) || strchr("KGRXC", *p))
				return true;
		if (p[0] == '(' && (p[1] == '*' || (p[1] == '?' && p[2] != ':')))
			return true;
		if (p[1] == '+' && strchr("*+?}", p[0]))
			return true;
	}
	return false;
}

static bool take_as_it_is(struct ew_rule *r, struct ew_arena *arena, struct ew_error *e)
{
	struct ew_part *part = make_parts(r, 1, arena, e);

	if (part)
		part[r->part_count++] = (struct ew_part){ r->pattern, ew_rule_flags(r), false };
	return part != NULL;
}

bool ew_rule_check(const struct ew_rule *r, struct ew_error *e)
{
	char why[MESSAGE];

	if (!r->pattern || r->pub.match != EW_MATCH_EXACT)
		return true;
	enum taken t = ask_engine(r->pattern, ew_rule_flags(r), why);
	return t == TAKEN || (t == EMPTY ? refuse_empty(e, r) : ew_rule_refuse(e, r, why));
}

bool ew_rule_divide(struct ew_rule *r, struct ew_arena *arena, struct ew_error *e)
{
	bool multiline = false, good = false;
	char engine_says[MESSAGE];
	const char *why = NULL;

	if (r->pub.gate)
		return divide_by_gates(r, arena, e);
	if (!looks_odd(r->pattern) || ask_engine(r->pattern, ew_rule_flags(r), engine_says) != REFUSED)
		return take_as_it_is(r, arena, e);
	struct ew_token *t = calloc(strlen(r->pattern) + 1, sizeof(*t));
	if (!t)
		return no_memory(e);
	size_t n = ew_pattern_split(r->pattern, t, &multiline, &why);
	if (n == EW_TOKEN_NONE)
		ew_rule_refuse(e, r, why);
	else
		good = divide_by_alternatives(r, t, n, engine_says, arena, e);
	free(t);
	return good;
}
