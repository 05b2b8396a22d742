/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_PART_H
#define EVENTWALL_SIGNATURES_PART_H

/* What the engine looks for on behalf of a rule: its pattern; or its gates; or alternatives of its pattern, of
 * some of which it can only guess. */

#include "rule.h"

/* Fill the parts of `r`, which has a pattern; all they need lives in `arena`, but for `r->regex`, which the caller
 * frees.  False: the pattern or a gate cannot be used, or no memory. */
EW_MUSTCHECK bool ew_rule_divide(struct ew_rule *r, struct ew_arena *arena, struct ew_error *e);

/* False: the engine does not take a pattern that ew_rule_divide() left as it is.  Slow; not needed for one that was
 * compiled before. */
EW_MUSTCHECK bool ew_rule_check(const struct ew_rule *r, struct ew_error *e);

/* False, always: the engine refuses the pattern of `r`, or a gate of it, with that message. */
bool ew_rule_refuse(struct ew_error *e, const struct ew_rule *r, const char *message);

/* Flags of the engine for what is written in `r`. */
unsigned ew_rule_flags(const struct ew_rule *r);

#endif
