/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_GENERATION_H
#define EVENTWALL_DAEMON_GENERATION_H

/* A configuration and its compiled rulesets: immutable, whole, counted by reference.  Built off the
 * loops; a worker swaps to it between two messages; the last reference frees it. */

#include "daemon/config.h"
#include "daemon/policy.h"

#include <stdatomic.h>

struct ew_route {
	const struct ew_route_config *config;
	struct ew_ruleset *rules; /* NULL if the mode is off or the route has no signatures */
	struct ew_policy *policy; /* NULL: it takes signatures as they are */
	uint32_t slot;            /* of the route's name in statistics, stable over reloads */
};

struct ew_generation {
	_Atomic uint32_t refs;
	uint64_t number; /* 1, 2, ... */
	struct ew_config *config;
	struct ew_route *routes; /* config->route_count of them, same order */
	size_t signature_count;  /* distinct, over all rulesets */
	uint64_t built_ms;       /* how long building took */
	bool from_cache;         /* every ruleset came from the cache */
};

/* The rule files of a route; NULL: it has none.  They are views of its configuration. */
const struct ew_seclang_source *ew_route_seclang(const struct ew_route_config *t, struct ew_seclang_source *s_r);

/* Load configuration and rules, all or nothing.  `progress` as in ew_ruleset_options, may be NULL. */
struct ew_generation *ew_generation_build(const char *file, uint64_t number,
                                          void (*progress)(void *, const char *, size_t, size_t),
                                          void *arg, struct ew_error *e);
struct ew_generation *ew_generation_ref(struct ew_generation *g);
void ew_generation_unref(struct ew_generation **g);

#endif
