/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A ring of offsets between the oldest unsettled record and the newest.  It grows by doubling; whoever
 * feeds it bounds the span, since one record that stays unsettled keeps all behind it in the ring. */

#include "daemon/watermark.h"

#include "eventwall/error.h"

#include <stdlib.h>

#define FIRST_CAP 64u

void ew_watermark_init(struct ew_watermark *w)
{
	*w = (struct ew_watermark){ .mark = -1, .end = -1 };
}

void ew_watermark_fini(struct ew_watermark *w)
{
	free(w->ring);
	ew_watermark_init(w);
}

void ew_watermark_reset(struct ew_watermark *w)
{
	w->head = w->tail = 0;
	w->mark = w->end = -1;
}

/* Tickets keep their value when the ring grows: a ticket's place is ticket modulo capacity. */
static bool grow(struct ew_watermark *w)
{
	uint32_t cap = w->cap ? w->cap * 2 : FIRST_CAP;
	uint64_t *ring = cap > w->cap ? malloc(cap * sizeof(*ring)) : NULL;

	if (!ring)
		return false;
	for (uint64_t t = w->head; t != w->tail; t++)
		ring[t & (cap - 1)] = w->ring[t & (w->cap - 1)];
	free(w->ring);
	w->ring = ring;
	w->cap = cap;
	return true;
}

bool ew_watermark_push(struct ew_watermark *w, int64_t offset, uint64_t *ticket_r)
{
	if (offset < 0 || offset < w->end || offset == INT64_MAX)
		return false;
	if (w->tail - w->head == w->cap && !grow(w))
		return false;
	w->ring[w->tail & (w->cap - 1)] = (uint64_t)offset << 1;
	w->end = offset + 1;
	*ticket_r = w->tail++;
	return true;
}

bool ew_watermark_settle(struct ew_watermark *w, uint64_t ticket)
{
	uint64_t before = w->head;

	ew_assert(ticket >= w->head && ticket < w->tail);
	ew_assert(!(w->ring[ticket & (w->cap - 1)] & 1));
	w->ring[ticket & (w->cap - 1)] |= 1;
	while (w->head != w->tail && w->ring[w->head & (w->cap - 1)] & 1) {
		w->mark = (int64_t)(w->ring[w->head & (w->cap - 1)] >> 1) + 1;
		w->head++;
	}
	return w->head != before;
}
