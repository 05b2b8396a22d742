/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_STATS_H
#define EVENTWALL_DAEMON_STATS_H

/* Counters.  Each worker writes its own, plainly; the admin thread reads all and adds them up.  The
 * stores are relaxed atomics, which cost nothing on a counter with one writer. */

#include "daemon/event.h"
#include "eventwall/anomaly.h"

#include <stdatomic.h>

enum ew_counter {
#define EW_COUNTER(id, name, text) EW_COUNT_##id,
#include "daemon/stats.def"
#undef EW_COUNTER
	EW_COUNT_COUNT
};

/* Route names ever seen; a name keeps its slot over reloads. */
#define EW_ROUTE_SLOTS 256
#define EW_INSPECT_BUCKETS 12 /* microseconds: 10 20 50 100 200 500 1000 2000 5000 10000 50000 inf */

typedef _Atomic uint64_t ew_count;

struct ew_stats {
	ew_count counter[EW_COUNT_COUNT];
	ew_count cause[EW_STATUS_COUNT]; /* exceptions by cause */
	ew_count anomaly[EW_ANOMALY_COUNT];
	ew_count inspect[EW_INSPECT_BUCKETS], inspect_sum_ns;
	struct {
		ew_count messages[EW_VERDICT_COUNT];
		ew_count bytes;
	} route[EW_ROUTE_SLOTS][EW_TRANSPORT_COUNT];
	ew_count in_flight;
};

static inline void ew_add(ew_count *c, uint64_t n)
{
	atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n,
	                      memory_order_relaxed);
}

#define ew_count_one(w, id) ew_add(&(w)->stats.counter[EW_COUNT_##id], 1)

/* Slot of a route name, made if new; EW_ROUTE_SLOTS - 1 is shared by all names past the last slot.
 * Main thread only. */
uint32_t ew_stats_slot(const char *route);
const char *ew_stats_slot_name(uint32_t slot);
uint32_t ew_stats_slot_count(void);

/* Note how long one message took to judge. */
void ew_stats_inspected(struct ew_stats *s, uint64_t ns);

#endif
