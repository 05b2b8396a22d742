/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Laying out. */

#include "gather.h"

#include <stdlib.h>

void ew_gather_begin(struct ew_gather *g)
{
	g->len = g->slots = 0;
}

void ew_gather_free(struct ew_gather *g)
{
	free(g->buf);
	free(g->slot);
	*g = (struct ew_gather){ 0 };
}

/* The engine (5.4.0, its AVX-512 code) loads some bytes behind the text that it is given, and masks them. */
#define SLACK 64

/* Room for `n` more bytes and a slot. */
static bool grow(struct ew_gather *g, size_t n)
{
	if (n + SLACK > g->cap - g->len) {
		size_t cap = g->cap ? g->cap : 16384;
		while (n + SLACK > cap - g->len)
			cap *= 2;
		uint8_t *buf = realloc(g->buf, cap);
		if (!buf)
			return false;
		g->buf = buf;
		g->cap = cap;
	}
	if (g->slots == g->slot_cap) {
		size_t cap = g->slot_cap ? 2 * g->slot_cap : 256;
		struct ew_slot *slot = realloc(g->slot, cap * sizeof(*slot));
		if (!slot)
			return false;
		g->slot = slot;
		g->slot_cap = cap;
	}
	return true;
}

/* Room for `n` bytes in a slot of their own, and where they begin; SIZE_MAX: no memory. */
static size_t open_slot(struct ew_gather *g, size_t n)
{
	if (n > UINT32_MAX - 2 - g->len || !grow(g, n + 2))
		return SIZE_MAX;
	if (g->len == 0)
		g->buf[g->len++] = 0xff;
	return g->len;
}

static void close_slot(struct ew_gather *g, const struct ew_field *f, enum ew_view v, size_t n)
{
	g->slot[g->slots++] = (struct ew_slot){ f, (uint32_t)g->len, 0, (uint8_t)EW_VIEW_BIT(v), false };
	g->len += n;
	g->buf[g->len++] = 0xff;
}

struct ew_bytes ew_gather_text(const struct ew_gather *g, size_t i)
{
	size_t end = i + 1 < g->slots ? g->slot[i + 1].start : g->len;

	return ew_bytes(g->buf + g->slot[i].start, end - 1 - g->slot[i].start);
}

/* A view of slot `source`.  `*made_r` is the slot it got, if it is not the same. */
static bool add_view(struct ew_gather *g, size_t source, enum ew_view v, size_t *made_r)
{
	const struct ew_field *f = g->slot[source].field;
	size_t at = open_slot(g, ew_gather_text(g, source).n);

	if (at == SIZE_MAX)
		return false;
	struct ew_bytes text = ew_gather_text(g, source); /* where it is now */
	size_t n = ew_view_make(v, text, g->buf + at);
	if (ew_bytes_eq(text, ew_bytes(g->buf + at, n)))
		g->slot[source].views |= (uint8_t)EW_VIEW_BIT(v);
	else if (n > 0) {
		*made_r = g->slots;
		close_slot(g, f, v, n);
	}
	return true;
}

static bool add_views(struct ew_gather *g, size_t source, unsigned views)
{
	if (views & EW_VIEW_BIT(EW_VIEW_FOLDED) && !add_view(g, source, EW_VIEW_FOLDED, &source))
		return false;
	for (int v = EW_VIEW_FOLDED + 1; v < EW_VIEW_COUNT; v++) {
		size_t made;
		if (views & EW_VIEW_BIT(v) && !add_view(g, source, (enum ew_view)v, &made))
			return false;
	}
	return true;
}

bool ew_gather_add(struct ew_gather *g, const struct ew_field *f, struct ew_bytes b, unsigned wanted)
{
	size_t at = open_slot(g, b.n);
	unsigned views;

	if (at == SIZE_MAX)
		return false;
	memcpy(g->buf + at, b.p, b.n);
	close_slot(g, f, EW_VIEW_RAW, b.n);
	views = wanted ? ew_view_may_differ(b, wanted) : 0;
	return !views || add_views(g, g->slots - 1, views);
}

size_t ew_gather_slot_at(const struct ew_gather *g, size_t at)
{
	size_t low = 0, high = g->slots;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		if (g->slot[mid].start <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}
