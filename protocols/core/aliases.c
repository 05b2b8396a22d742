/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What is known of aliases: one block of memory a place, made whole when its names are set.
 *
 *     | struct, slots ... | place | name | name | ... |      slots: number -> name, open addressing
 *
 * The trap is a sender who chooses numbers and places so that they collide: a slot is looked for a few steps far
 * only, and a number that finds none is not kept; places are so few that all of them in one chain are no harm. */

#include "eventwall/aliases.h"

#include "eventwall/error.h"

#include <stdlib.h>
#include <string.h>

#define NODE_SHARE 4     /* one node may take this part of the memory */
#define PLACES_MOST 4096 /* however small they are */
#define BUCKETS 1024
#define STEPS_MOST 32

struct slot {
	uint64_t number;
	uint32_t at, n; /* in the block; at 0: free */
};

struct ew_alias_place {
	struct ew_alias_place *newer, *older, *chain;
	size_t bytes;
	uint64_t birth;
	uint32_t hash, mask; /* slots less one */
	uint32_t place_at, place_n;
	struct slot slot[];
};

struct ew_aliases {
	size_t most, used, places;
	struct ew_alias_place *newest, *oldest;
	struct ew_alias_place *bucket[BUCKETS];
};

struct ew_aliases *ew_aliases_new(size_t most)
{
	struct ew_aliases *a = calloc(1, sizeof(*a));

	if (a)
		a->most = most;
	return a;
}

static uint32_t hash_of(struct ew_bytes place)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < place.n; i++)
		h = (h ^ place.p[i]) * 16777619u;
	return h ^ h >> 15;
}

static struct ew_bytes part(const struct ew_alias_place *p, uint32_t at, uint32_t n)
{
	return ew_bytes((const uint8_t *)p + at, n);
}

static struct ew_bytes place_of(const struct ew_alias_place *p)
{
	return part(p, p->place_at, p->place_n);
}

static void unlink_age(struct ew_aliases *a, struct ew_alias_place *p)
{
	*(p->newer ? &p->newer->older : &a->newest) = p->older;
	*(p->older ? &p->older->newer : &a->oldest) = p->newer;
}

static void make_newest(struct ew_aliases *a, struct ew_alias_place *p)
{
	p->newer = NULL;
	p->older = a->newest;
	*(p->older ? &p->older->newer : &a->oldest) = p;
	a->newest = p;
}

static void drop(struct ew_aliases *a, struct ew_alias_place *p)
{
	struct ew_alias_place **link = &a->bucket[p->hash % BUCKETS];

	while (*link != p)
		link = &(*link)->chain;
	*link = p->chain;
	unlink_age(a, p);
	a->used -= p->bytes;
	a->places--;
	free(p);
}

void ew_aliases_free(struct ew_aliases **ap)
{
	struct ew_aliases *a = *ap;

	*ap = NULL;
	while (a && a->newest)
		drop(a, a->newest);
	free(a);
}

static struct ew_alias_place *find(const struct ew_aliases *a, struct ew_bytes place)
{
	uint32_t hash = hash_of(place);
	struct ew_alias_place *p = a->bucket[hash % BUCKETS];

	while (p && (p->hash != hash || !ew_bytes_eq(place_of(p), place)))
		p = p->chain;
	return p;
}

const struct ew_alias_place *ew_aliases_at(struct ew_aliases *a, struct ew_bytes place)
{
	struct ew_alias_place *p = find(a, place);

	if (p) {
		unlink_age(a, p);
		make_newest(a, p);
	}
	return p;
}

uint64_t ew_alias_birth(const struct ew_alias_place *p)
{
	return p->birth;
}

/* `place` itself, or below it. */
static bool is_within(struct ew_bytes inner, struct ew_bytes place)
{
	return ew_bytes_starts(inner, place) && (inner.n == place.n || inner.p[place.n] == '/');
}

void ew_aliases_forget(struct ew_aliases *a, struct ew_bytes place)
{
	struct ew_alias_place *older;

	for (struct ew_alias_place *p = a->newest; p; p = older) {
		older = p->older;
		if (is_within(place_of(p), place))
			drop(a, p);
	}
}

/* The first levels of a place. */
static struct ew_bytes node_of(struct ew_bytes place)
{
	size_t levels = 0;

	for (size_t i = 0; i < place.n; i++) {
		if (place.p[i] == '/' && ++levels == EW_ALIAS_LEVELS)
			return ew_bytes(place.p, i);
	}
	return place;
}

/* The oldest of the same node go first, then the oldest of all. */
static void make_room(struct ew_aliases *a, struct ew_bytes node, size_t want)
{
	size_t share = a->most / NODE_SHARE, has = 0;
	struct ew_alias_place *newer;

	for (const struct ew_alias_place *p = a->newest; p; p = p->older)
		has += is_within(place_of(p), node) ? p->bytes : 0;
	for (struct ew_alias_place *p = a->oldest; p && has + want > share; p = newer) {
		newer = p->newer;
		if (is_within(place_of(p), node)) {
			has -= p->bytes;
			drop(a, p);
		}
	}
	while (a->oldest && (a->used + want > a->most || a->places >= PLACES_MOST))
		drop(a, a->oldest);
}

static uint32_t slot_of(const struct ew_alias_place *p, uint64_t number)
{
	return (uint32_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 32) & p->mask;
}

/* Its slot, or the free one where it should be; NULL: too far away. */
static struct slot *seek(struct ew_alias_place *p, uint64_t number)
{
	uint32_t at = slot_of(p, number);

	for (int steps = 0; steps < STEPS_MOST; steps++, at = (at + 1) & p->mask) {
		struct slot *s = &p->slot[at];
		if (s->at == 0 || s->number == number)
			return s;
	}
	return NULL;
}

struct ew_bytes ew_alias_name(const struct ew_alias_place *p, uint64_t number)
{
	uint32_t at = slot_of(p, number);

	for (int steps = 0; steps < STEPS_MOST; steps++, at = (at + 1) & p->mask) {
		if (p->slot[at].at == 0)
			break;
		if (p->slot[at].number == number)
			return part(p, p->slot[at].at, p->slot[at].n);
	}
	return ew_bytes(NULL, 0);
}

static uint32_t write_down(struct ew_alias_place *p, size_t *used, struct ew_bytes text)
{
	uint32_t at = (uint32_t)*used;

	if (text.n)
		memcpy((uint8_t *)p + at, text.p, text.n);
	*used += text.n;
	return at;
}

/* How many of them fit into `most` bytes, and with how many slots. */
static size_t measure(struct ew_bytes place, const struct ew_alias *all, size_t n, size_t most, size_t *slots_r,
                      size_t *bytes_r)
{
	size_t text = place.n, fit = 0;

	*slots_r = 2;
	*bytes_r = sizeof(struct ew_alias_place) + 2 * sizeof(struct slot) + text;
	for (; fit < n; fit++) {
		size_t slots = *slots_r, bytes;
		text += all[fit].name.n <= EW_ALIAS_NAME ? all[fit].name.n : 0;
		while (slots < 2 * (fit + 1))
			slots *= 2;
		bytes = sizeof(struct ew_alias_place) + slots * sizeof(struct slot) + text;
		if (bytes > most)
			break;
		*slots_r = slots;
		*bytes_r = bytes;
	}
	return fit;
}

void ew_aliases_set(struct ew_aliases *a, struct ew_bytes place, uint64_t birth, const struct ew_alias *all,
                    size_t n)
{
	struct ew_alias_place *p = find(a, place);
	size_t slots, bytes, used;

	if (p)
		drop(a, p);
	if (place.n > EW_ALIAS_PLACE)
		return;
	n = measure(place, all, n, a->most / NODE_SHARE, &slots, &bytes);
	if (bytes > a->most / NODE_SHARE)
		return;
	make_room(a, node_of(place), bytes);
	p = calloc(1, bytes);
	if (!p)
		return;
	used = sizeof(*p) + slots * sizeof(struct slot);
	p->bytes = bytes;
	p->birth = birth;
	p->hash = hash_of(place);
	p->mask = (uint32_t)slots - 1;
	p->place_at = write_down(p, &used, place);
	p->place_n = (uint32_t)place.n;
	for (size_t i = 0; i < n; i++) {
		struct ew_bytes name = all[i].name;
		struct slot *s = name.n <= EW_ALIAS_NAME ? seek(p, all[i].number) : NULL;
		if (s)
			*s = (struct slot){ all[i].number, write_down(p, &used, name), (uint32_t)name.n };
	}
	ew_assert(used <= bytes);
	p->chain = a->bucket[p->hash % BUCKETS];
	a->bucket[p->hash % BUCKETS] = p;
	make_newest(a, p);
	a->used += bytes;
	a->places++;
}

size_t ew_aliases_used(const struct ew_aliases *a)
{
	return a->used;
}
