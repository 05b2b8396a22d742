/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Names for the slots of routes, and the histogram of inspection times. */

#include "daemon/stats.h"

#include <string.h>

#define OTHERS (EW_ROUTE_SLOTS - 1)

/* Main thread only; a name that a reload removes keeps its slot, so that its counters never jump. */
static char names[EW_ROUTE_SLOTS][65];
static uint32_t used;

uint32_t ew_stats_slot(const char *route)
{
	for (uint32_t i = 0; i < used; i++) {
		if (!strcmp(names[i], route))
			return i;
	}
	if (used >= OTHERS) {
		used = EW_ROUTE_SLOTS;
		strncpy(names[OTHERS], "other", sizeof(names[OTHERS]) - 1);
		return OTHERS;
	}
	strncpy(names[used], route, sizeof(names[used]) - 1);
	return used++;
}

const char *ew_stats_slot_name(uint32_t slot)
{
	return slot < used ? names[slot] : "";
}

uint32_t ew_stats_slot_count(void)
{
	return used;
}

void ew_stats_inspected(struct ew_stats *s, uint64_t ns)
{
	static const uint64_t up_to_ns[EW_INSPECT_BUCKETS - 1] = {
		10000, 20000, 50000, 100000, 200000, 500000, 1000000, 2000000, 5000000, 10000000, 50000000,
	};
	unsigned i = 0;

	while (i < EW_INSPECT_BUCKETS - 1 && ns > up_to_ns[i])
		i++;
	ew_add(&s->inspect[i], 1);
	ew_add(&s->inspect_sum_ns, ns);
}
