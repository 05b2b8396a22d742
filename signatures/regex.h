/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_REGEX_H
#define EVENTWALL_SIGNATURES_REGEX_H

/* A pattern with all that the fast engine cannot do: back-references, looking ahead and behind.  A dot is any
 * byte.  It backtracks, so its work is bounded; past the bound it counts as found: what cannot be judged is
 * not clean. */

#include "eventwall/bytes.h"

struct ew_regex;

enum { EW_REGEX_GROUPS = 10, EW_REGEX_WHY = 128 };

/* Options. */
#define EW_REGEX_ANY_CASE 1u
#define EW_REGEX_LINES    2u /* ^ and $ are also at line ends */
#define EW_REGEX_METERED  4u /* for ew_regex_judge() alone: slower, and every step is counted */

/* Heap.  NULL: `why` says what is wrong at byte `*at_r` of the pattern. */
struct ew_regex *ew_regex_new(struct ew_bytes pattern, unsigned options, size_t *at_r, char why[EW_REGEX_WHY]);
void ew_regex_free(struct ew_regex **r);

/* Might it match without a byte? */
bool ew_regex_may_be_empty(const struct ew_regex *r);

enum ew_regex_answer { EW_REGEX_NONE, EW_REGEX_FOUND, EW_REGEX_GAVE_UP /* past the bound */ };

/* At `from` or behind it.  Groups that took no part are {NULL, 0}.  `group` may be NULL. */
enum ew_regex_answer ew_regex_find(const struct ew_regex *r, struct ew_bytes text, size_t from,
                                   struct ew_bytes group[EW_REGEX_GROUPS]);

/* Work is counted over all starts: a unit for each part of the pattern that is tried, one for each byte that is
 * passed or gone back, and what a part may read in vain.  What is done is taken off `*work`; where that does not
 * suffice, or memory, the answer is EW_REGEX_GAVE_UP.  What is found is [*from_r, *to_r). */
enum ew_regex_answer ew_regex_judge(const struct ew_regex *r, struct ew_bytes text, uint64_t *work,
                                    size_t *from_r, size_t *to_r);

#endif
