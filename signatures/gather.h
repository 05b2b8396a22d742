/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_GATHER_H
#define EVENTWALL_SIGNATURES_GATHER_H

/* Values (or names) of one message laid out in one buffer, to be scanned by one call.
 *
 *     FF  v a l u e  FF  s e c o n d  FF        an empty value is not laid out; FF in a value is fine
 *         ^start[0]      ^start[1]
 *
 * Views that differ stand behind the text they are views of; one that is the same as another shares its slot. */

#include "view.h"

struct ew_slot {
	const struct ew_field *field;
	uint32_t start;
	uint16_t gates; /* bits of the analysers that shall see it */
	uint8_t views;  /* that it is, bits of enum ew_view */
	bool candidate; /* some pattern may match */
};

struct ew_gather {
	uint8_t *buf;
	size_t len, cap;
	struct ew_slot *slot;
	size_t slots, slot_cap;
};

void ew_gather_begin(struct ew_gather *g); /* forget all slots, keep the memory */
void ew_gather_free(struct ew_gather *g);  /* and keep nothing */

/* `b`, value or name of `f`, and those of the views `wanted` that differ from it.  False: no memory. */
EW_MUSTCHECK bool ew_gather_add(struct ew_gather *g, const struct ew_field *f, struct ew_bytes b,
                                unsigned wanted);

/* The same of plain text (plain.h), which is told from any other while it is copied.  No views of it are made. */
enum ew_gathered {
	EW_GATHERED,
	EW_GATHER_ODD,  /* it is not plain: nothing was added */
	EW_GATHER_FULL, /* no memory */
};
EW_MUSTCHECK enum ew_gathered ew_gather_plain(struct ew_gather *g, const struct ew_field *f, struct ew_bytes b);

/* What slot `i` holds. */
struct ew_bytes ew_gather_text(const struct ew_gather *g, size_t i);

/* The slot whose bytes, or separator after them, hold offset `at`.  Offset 0 is before the first. */
size_t ew_gather_slot_at(const struct ew_gather *g, size_t at);

#endif
