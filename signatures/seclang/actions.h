/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_ACTIONS_H
#define EVENTWALL_SECLANG_ACTIONS_H

/* Between the files that understand rules. */

#include "model.h"

#include "names.h"

struct ew_regex_list {
	struct ew_regex_list *next;
	struct ew_test *test; /* that has one, or */
	struct ew_regex *regex;
};

/* What actions say, before it is known what they belong to. */
struct ew_said {
	struct ew_seclang_rule rule;
	struct ew_link link;
	unsigned phase; /* 0: nothing was said */
	bool chain, block, disrupts, logs;
	bool none; /* no transformation of SecDefaultAction comes before its own */
};

struct ew_understanding {
	struct ew_seclang_set *set;
	struct ew_said defaults[EW_SECLANG_PHASES + 1]; /* SecDefaultAction, by phase */
	struct ew_error *e;
};

/* Take all actions of `d`. */
EW_MUSTCHECK bool ew_actions_take(struct ew_understanding *u, const struct ew_seclang_directive *d,
				  const struct ew_seclang_action *first, struct ew_said *s_r);

/* Split variables into targets and exceptions from them, with compiled selectors. */
EW_MUSTCHECK bool ew_targets_take(struct ew_understanding *u, const struct ew_seclang_file *file,
				  const struct ew_seclang_variable *first,
				  struct ew_target **targets_r, struct ew_target **except_r);

/* "1-5 7,9" */
EW_MUSTCHECK bool ew_ids_take(struct ew_understanding *u, const struct ew_seclang_file *file,
			      struct ew_bytes text, struct ew_id_range **ids);

/* Remember that something at `at` is not honoured. */
EW_MUSTCHECK bool ew_gap_note(struct ew_understanding *u, const struct ew_seclang_file *file,
			      const uint8_t *at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

void *ew_understanding_alloc(struct ew_understanding *u, size_t n); /* NULL with the error set */

#endif
