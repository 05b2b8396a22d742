/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_WATERMARK_H
#define EVENTWALL_DAEMON_WATERMARK_H

/* How far a log may be called done when its records are settled in any order.
 *
 * Offsets are pushed as they are read (they grow, with gaps where the broker removed records) and settled
 * by the ticket that push gave.  The mark is the offset to go on from after a restart: all records
 * before it are settled.  Pure: no Kafka, no clock.
 *
 *     offsets   10   11   14   15   18            pushed, tickets 0..4
 *     settled    x    x         x
 *     mark                ^14                     15 waits for 14 */

#include <stdbool.h>
#include <stdint.h>

struct ew_watermark {
	uint64_t *ring;      /* offset << 1 | settled */
	uint32_t cap;        /* a power of two, or 0 */
	uint64_t head, tail; /* tickets: oldest unsettled, next to give */
	int64_t mark;        /* -1: nothing settled yet */
	int64_t end;         /* just past the newest pushed offset; -1: none */
};

/* Caller's storage; all-zero is not valid, init it. */
void ew_watermark_init(struct ew_watermark *w);
void ew_watermark_fini(struct ew_watermark *w);

/* Forget all tickets and keep the memory. */
void ew_watermark_reset(struct ew_watermark *w);

/* False: no memory, or `offset` does not lie past the newest one (a broker that goes backwards). */
bool ew_watermark_push(struct ew_watermark *w, int64_t offset, uint64_t *ticket_r);

/* Each ticket once, in any order.  True if the mark moved. */
bool ew_watermark_settle(struct ew_watermark *w, uint64_t ticket);

/* Tickets between the oldest unsettled and the newest, settled or not. */
static inline uint64_t ew_watermark_span(const struct ew_watermark *w)
{
	return w->tail - w->head;
}

#endif
