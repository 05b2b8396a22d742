/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_REGEX_H
#define EVENTWALL_SECLANG_REGEX_H

/* A pattern as ModSecurity runs it: a dot is any byte, ^ and $ are also at line ends.  It
 * backtracks, so its work is bounded; past the bound it counts as found: what cannot be judged is
 * not clean. */

#include "eventwall/bytes.h"

struct ew_regex;

enum { EW_REGEX_GROUPS = 10, EW_REGEX_WHY = 128 };

/* Heap.  NULL: `why` says what is wrong at byte `*at_r` of the pattern. */
struct ew_regex *ew_regex_new(struct ew_bytes pattern, bool any_case, size_t *at_r,
			      char why[EW_REGEX_WHY]);
void ew_regex_free(struct ew_regex **r);

enum ew_regex_answer { EW_REGEX_NONE, EW_REGEX_FOUND, EW_REGEX_GAVE_UP /* past the bound */ };

/* At `from` or behind it.  Groups that took no part are {NULL, 0}.  `group` may be NULL. */
enum ew_regex_answer ew_regex_find(const struct ew_regex *r, struct ew_bytes text,
				   size_t from, struct ew_bytes group[EW_REGEX_GROUPS]);

#endif
