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
};

struct ew_regex *ew_regex_new(struct ew_bytes pattern, bool any_case, size_t *at_r,
			      char why[EW_REGEX_WHY])
{
	uint32_t options = PCRE2_DOTALL | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C |
			   (any_case ? PCRE2_CASELESS : 0);
	struct ew_regex *r = calloc(1, sizeof(*r));
	int error = PCRE2_ERROR_NOMEMORY;

	*at_r = 0;
	if (r) {
		r->code = pcre2_compile(pattern.n ? pattern.p : (PCRE2_SPTR) "", pattern.n, options,
					&error, at_r, NULL);
		r->bounds = pcre2_match_context_create(NULL);
	}
	if (r && r->code && r->bounds) {
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
	free(*r);
	*r = NULL;
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
	return n == PCRE2_ERROR_NOMATCH ? EW_REGEX_NONE
	       : n < 0                  ? EW_REGEX_GAVE_UP
					: EW_REGEX_FOUND;
}
