/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Laying out. */

#include "gather.h"
#include "plain.h"

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

/* Room for `n` more bytes, 64 behind them, and a slot. */
static inline bool has_room(struct ew_gather *g, size_t n)
{
	if (n > UINT32_MAX - 2 - g->len)
		return false;
	return (n + 2 + SLACK <= g->cap - g->len && g->slots < g->slot_cap) || grow(g, n + 2);
}

/* Where the next slot begins. */
static inline size_t open_slot(struct ew_gather *g)
{
	if (g->len == 0)
		g->buf[g->len++] = 0xff;
	return g->len;
}

static inline void close_slot(struct ew_gather *g, const struct ew_field *f, enum ew_view v, size_t n)
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

	if (!has_room(g, ew_gather_text(g, source).n))
		return false;
	size_t at = open_slot(g);
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
	unsigned views;

	if (!has_room(g, b.n))
		return false;
	memcpy(g->buf + open_slot(g), b.p, b.n);
	close_slot(g, f, EW_VIEW_RAW, b.n);
	views = wanted ? ew_view_may_differ(b, wanted) : 0;
	return !views || add_views(g, g->slots - 1, views);
}

#ifdef __SSE2__
/* Up to where it is not plain; `to` has room for sixteen bytes more.  Is it plain throughout? */
static inline bool copy_plain(uint8_t *to, struct ew_bytes b)
{
	__m128i c;
	size_t i = 0;

	if (b.n < 16) {
		c = ew_sixteen_load(b.p, b.n);
		ew_sixteen_store(to, c);
		return ew_plain_begins(c, b.n);
	}
	for (; b.n - i > 16; i += 16) {
		c = ew_sixteen_at(b, i);
		ew_sixteen_store(to + i, c);
		if (ew_plain_of(c) != 0xffff)
			return false;
	}
	c = ew_sixteen_at(b, b.n - 16);
	ew_sixteen_store(to + b.n - 16, c);
	return ew_plain_of(c) == 0xffff;
}
#else
static bool copy_plain(uint8_t *to, struct ew_bytes b)
{
	if (!ew_plain_text(b))
		return false;
	memcpy(to, b.p, b.n);
	return true;
}
#endif

enum ew_gathered ew_gather_plain(struct ew_gather *g, const struct ew_field *f, struct ew_bytes b)
{
	if (!has_room(g, b.n))
		return EW_GATHER_FULL;
	if (!copy_plain(g->buf + open_slot(g), b))
		return EW_GATHER_ODD;
	close_slot(g, f, EW_VIEW_RAW, b.n);
	return EW_GATHERED;
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
