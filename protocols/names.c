/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Has this object had a member of this name?  Up to SMALL members a 64-bit filter answers nearly always
 * and the siblings are compared when it does not; beyond that there is a table.
 *
 * The trap is hostile names.  The hash has no secret, so that a verdict is repeatable, hence names that
 * collide can be made; a chain longer than chance would ever make it is answered as "seen", which costs
 * such a sender an anomaly and us nothing. */

#include "names.h"

#define SMALL 16
#define CHAIN_MOST 128

struct ew_names_slot {
	const struct ew_field *field; /* NULL: free */
	uint32_t hash;
};

static unsigned filter_bit(struct ew_bytes name)
{
	if (name.n == 0)
		return 0;
	return (unsigned)(name.n * 7 + name.p[0] + name.p[name.n - 1] * 5u + name.p[name.n / 2] * 11u) & 63;
}

static uint32_t hash_of(struct ew_bytes name)
{
	uint64_t h = name.n * UINT64_C(0x9e3779b97f4a7c15), w;
	size_t i = 0;

	for (; name.n - i >= 8; i += 8) {
		memcpy(&w, name.p + i, 8);
		h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
	}
	w = 0;
	if (i < name.n)
		memcpy(&w, name.p + i, name.n - i);
	h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ h >> 32) * UINT64_C(0xc4ceb9fe1a85ec53);
	return (uint32_t)(h >> 32);
}

/* True if an equal name is there, or might be. */
static bool insert(struct ew_names *names, const struct ew_field *f, uint32_t hash)
{
	uint32_t at = hash & (names->room - 1);

	for (int chain = 0; chain < CHAIN_MOST; chain++) {
		struct ew_names_slot *slot = &names->table[at];
		if (!slot->field) {
			*slot = (struct ew_names_slot){ f, hash };
			return false;
		}
		if (slot->hash == hash && ew_bytes_eq(slot->field->name, f->name))
			return true;
		at = (at + 1) & (names->room - 1);
	}
	return true;
}

/* Room for twice as many; the members so far are put in again.  False: no memory, and the emit that
 * comes next says so. */
static bool widen(struct ew_names *names, struct ew_arena *a, const struct ew_field *f)
{
	uint32_t room = names->room ? names->room * 2 : SMALL * 4;
	struct ew_names_slot *old = names->table;
	uint32_t old_room = names->room;

	names->table = ew_arena_alloc(a, room * sizeof(*names->table));
	names->room = names->table ? room : 0;
	if (!names->table)
		return false;
	for (uint32_t i = 0; i < old_room; i++) {
		if (old[i].field)
			insert(names, old[i].field, old[i].hash);
	}
	if (!old) {
		for (const struct ew_field *c = f->parent->child; c != f; c = c->next)
			insert(names, c, hash_of(c->name));
	}
	return true;
}

bool ew_name_seen(struct ew_names *names, struct ew_arena *a, const struct ew_field *f)
{
	uint64_t bit = UINT64_C(1) << filter_bit(f->name);

	if (names->count++ < SMALL) {
		bool maybe = names->bloom & bit;
		names->bloom |= bit;
		for (const struct ew_field *c = f->parent->child; maybe && c != f; c = c->next) {
			if (ew_bytes_eq(c->name, f->name))
				return true;
		}
		return false;
	}
	if (names->count * 2 > names->room && !widen(names, a, f))
		return false;
	return insert(names, f, hash_of(f->name));
}
