/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The one place that knows PCRE2.  No just-in-time code: the service is not allowed to make any. */

#include "regex.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { STEPS_MOST = 1000000, HEAP_MOST_KIB = 20000 };

struct ew_regex {
	pcre2_code *code;
	pcre2_match_context *bounds;
	char *pattern;
};

struct ew_regex *ew_regex_new(struct ew_bytes pattern, unsigned options, size_t *at_r, char why[EW_REGEX_WHY])
{
	uint32_t bits = PCRE2_DOTALL | PCRE2_NEVER_BACKSLASH_C |
			(options & EW_REGEX_ANY_CASE ? PCRE2_CASELESS : 0) |
			(options & EW_REGEX_LINES ? PCRE2_MULTILINE : 0) |
			(options & EW_REGEX_METERED ? PCRE2_AUTO_CALLOUT | PCRE2_NEVER_UTF : 0);
	struct ew_regex *r = calloc(1, sizeof(*r));
	int error = PCRE2_ERROR_NOMEMORY;

	*at_r = 0;
	if (r) {
		r->code = pcre2_compile(pattern.n ? pattern.p : (PCRE2_SPTR) "", pattern.n, bits,
					&error, at_r, NULL);
		r->bounds = pcre2_match_context_create(NULL);
		r->pattern = strndup(pattern.n ? (const char *)pattern.p : "", pattern.n);
	}
	if (r && r->code && r->bounds && r->pattern) {
		pcre2_set_match_limit(r->bounds, STEPS_MOST);
		pcre2_set_heap_limit(r->bounds, HEAP_MOST_KIB);
		return r;
	}
	pcre2_get_error_message(error, (PCRE2_UCHAR *)why, EW_REGEX_WHY);
	ew_regex_free(&r);
	return NULL;
}

void ew_regex_free(struct ew_regex **r)
{
	if (!*r)
		return;
	pcre2_code_free((*r)->code);
	pcre2_match_context_free((*r)->bounds);
	free((*r)->pattern);
	free(*r);
	*r = NULL;
}

bool ew_regex_may_be_empty(const struct ew_regex *r)
{
	uint32_t may = 1;

	pcre2_pattern_info(r->code, PCRE2_INFO_MATCHEMPTY, &may);
	return may != 0;
}

static enum ew_regex_answer answer(int n)
{
	return n >= 0 ? EW_REGEX_FOUND : n == PCRE2_ERROR_NOMATCH ? EW_REGEX_NONE : EW_REGEX_GAVE_UP;
}

enum ew_regex_answer ew_regex_find(const struct ew_regex *r, struct ew_bytes text, size_t from,
                                   struct ew_bytes group[EW_REGEX_GROUPS])
{
	pcre2_match_data *found = pcre2_match_data_create_from_pattern(r->code, NULL);
	const uint8_t *p = text.n ? text.p : (const uint8_t *)"";

	if (group)
		memset(group, 0, EW_REGEX_GROUPS * sizeof(*group));
	if (!found)
		return EW_REGEX_GAVE_UP;
	int n = pcre2_match(r->code, p, text.n, from, 0, found, r->bounds);
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(found);
	for (int i = 0; group && i < n && i < EW_REGEX_GROUPS; i++)
		if (at[2 * i] != PCRE2_UNSET && at[2 * i] <= at[2 * i + 1])
			group[i] = ew_bytes(p + at[2 * i], at[2 * i + 1] - at[2 * i]);
	pcre2_match_data_free(found);
	return answer(n);
}

struct meter {
	const struct ew_regex *r;
	uint64_t left;
	size_t at;
};

static bool refers_back(const char *part)
{
	if (strncmp(part, "(?P=", 4) == 0)
		return true;
	return part[0] == '\\' && ((part[1] >= '1' && part[1] <= '9') || part[1] == 'g' || part[1] == 'k');
}

/* What the part that is tried next may read without getting anywhere: all of a group that it refers back to, or
 * of what it needs many times. */
static size_t hidden_cost(const struct meter *m, const pcre2_callout_block *b)
{
	const char *part = m->r->pattern + b->pattern_position;
	const char *times = memchr(part, '{', b->next_item_length);
	size_t most = 0;

	if (refers_back(part)) {
		for (uint32_t i = 1; i < b->capture_top; i++) {
			const PCRE2_SIZE *group = b->offset_vector + 2 * i;
			if (group[0] != PCRE2_UNSET && group[1] > group[0] && group[1] - group[0] > most)
				most = group[1] - group[0];
		}
	}
	if (times)
		most += strtoul(times + 1, NULL, 10);
	return (most < b->subject_length ? most : b->subject_length) / 8; /* such bytes are read fast */
}

/* Called before each part of the pattern that is tried. */
static int count_step(pcre2_callout_block *b, void *arg)
{
	struct meter *m = arg;
	size_t now = b->current_position;
	uint64_t cost = 1 + (now > m->at ? now - m->at : m->at - now) + hidden_cost(m, b);

	m->at = now;
	if (cost > m->left) {
		m->left = 0;
		return PCRE2_ERROR_CALLOUT;
	}
	m->left -= cost;
	return 0;
}

enum ew_regex_answer ew_regex_judge(const struct ew_regex *r, struct ew_bytes text, uint64_t *work,
                                    size_t *from_r, size_t *to_r)
{
	pcre2_match_data *found = pcre2_match_data_create_from_pattern(r->code, NULL);
	pcre2_match_context *mine = pcre2_match_context_copy(r->bounds);
	struct meter m = { r, *work, 0 };
	int n = PCRE2_ERROR_NOMEMORY;

	*from_r = 0;
	*to_r = text.n;
	if (found && mine && m.left > 0) {
		pcre2_set_callout(mine, count_step, &m);
		n = pcre2_match(r->code, text.n ? text.p : (const uint8_t *)"", text.n, 0, 0, found, mine);
		*work = m.left;
	}
	if (n >= 0) {
		const PCRE2_SIZE *at = pcre2_get_ovector_pointer(found);
		*from_r = at[0] < at[1] ? at[0] : at[1]; /* \K in a look ahead may turn them round */
		*to_r = at[0] < at[1] ? at[1] : at[0];
	}
	pcre2_match_data_free(found);
	pcre2_match_context_free(mine);
	return answer(n);
}
