/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_NAMES_H
#define EVENTWALL_PROTOCOLS_NAMES_H

/* The names an object has had so far, for the formats whose readers differ over one that stands twice. */

#include "eventwall/protocol.h"

/* Zeroed to begin with; the table is in the arena. */
struct ew_names {
	uint64_t bloom;
	struct ew_names_slot *table;
	uint32_t count, room;
};

/* `f` is the newest child of its object: was there one of the same name? */
bool ew_name_seen(struct ew_names *names, struct ew_arena *a, const struct ew_field *f);

#endif
