/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_JUDGE_H
#define EVENTWALL_SECLANG_JUDGE_H

/* Rule files as a part of a ruleset: each rule is a signature to the rest of the program, each match
 * that is to be logged a hit. */

#include "eventwall/ruleset.h"

struct ew_seclang_judge;

/* Read the files of `from`.  NULL: `e` has file, line and column. */
struct ew_seclang_judge *ew_seclang_judge_new(const struct ew_seclang_source *from,
					      struct ew_error *e);
void ew_seclang_judge_free(struct ew_seclang_judge **j);

/* By ascending id. */
size_t ew_seclang_judge_count(const struct ew_seclang_judge *j);
const struct ew_signature *ew_seclang_judge_at(const struct ew_seclang_judge *j, size_t i);

void ew_seclang_judge_facts(const struct ew_seclang_judge *j, struct ew_seclang_facts *f_r);
bool ew_seclang_judge_gap(const struct ew_seclang_judge *j, size_t i, struct ew_rule_gap *g_r);

/* Run the rules over `m` and append their hits.  `scratch` is emptied first.  What runs out of memory
 * or work is EW_LIMIT, also recorded in `m`. */
enum ew_status ew_seclang_judge_run(const struct ew_seclang_judge *j, struct ew_arena *scratch,
				    struct ew_message *m);

/* A rule as it is run, line by line.  False: there is none with that id. */
bool ew_seclang_judge_explain(const struct ew_seclang_judge *j, uint32_t id,
			      void (*say)(void *arg, const char *line), void *arg);

#endif
