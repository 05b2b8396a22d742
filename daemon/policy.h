/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_POLICY_H
#define EVENTWALL_DAEMON_POLICY_H

/* What a route makes of hits: overrides and exclusions, resolved against the signatures that it has.  Immutable
 * but for its counters; belongs to a generation. */

#include "daemon/config.h"
#include "eventwall/ruleset.h"

struct ew_policy;

/* NULL in `*policy_r`: the route takes signatures as they are.  False: `e` says what is wrong in `file`. */
EW_MUSTCHECK bool ew_policy_new(const struct ew_route_config *route, const struct ew_ruleset *rules,
                                const char *file, struct ew_policy **policy_r, struct ew_error *e);
void ew_policy_free(struct ew_policy **p);

/* "counts", "shadow", "noted", "excluded"; static. */
const char *ew_standing_name(enum ew_standing s);

/* Give the hits of `m` their standing, and `m` the scores that follow.  Any thread. */
void ew_policy_apply(struct ew_policy *p, struct ew_message *m);

/* Does the hit that explains a verdict drop the message, or would it if it counted? */
static inline bool ew_hit_decides(const struct ew_hit *h, const struct ew_message *m, uint32_t threshold)
{
	if (h->standing > EW_STANDING_SHADOW)
		return false;
	return h->drop || (h->standing == EW_STANDING_COUNTS ? m->score : m->shadow_score) >= threshold;
}

/* The reason code of MQTT 5 that the last override with one has for a signature; 0: none has. */
uint8_t ew_policy_reason_code(const struct ew_policy *p, const struct ew_signature *s);

/* How often exclusion `i` of the route was used since the generation was built. */
uint64_t ew_policy_used(const struct ew_policy *p, size_t i);

/* The exclusion that a hit is excluded by; NULL: none. */
const struct ew_exclusion *ew_policy_excluded_by(const struct ew_policy *p, const struct ew_hit *h);

#endif
