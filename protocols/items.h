/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_ITEMS_H
#define EVENTWALL_PROTOCOLS_ITEMS_H

/* The walk that CBOR, MessagePack and Smile share: values, arrays and maps as a row of items, each of which says
 * what it is.  What differs is how one item is read. */

#include "nest.h"

enum ew_item_sort {
	EW_ITEM_VALUE,
	EW_ITEM_ARRAY,
	EW_ITEM_MAP,
	EW_ITEM_END,       /* of the innermost container that is open ended */
	EW_ITEM_END_ARRAY, /* the same, and it must be an array */
	EW_ITEM_END_MAP,   /* the same, and it must be a map */
	EW_ITEM_STOP,      /* between documents: nothing comes after it */
	EW_ITEM_PAST,      /* between documents: passed over */
};

struct ew_item {
	enum ew_item_sort sort;
	enum ew_kind kind;           /* of a value */
	struct ew_bytes text;        /* a value; of a trial only text and bytes are set */
	uint64_t count;              /* elements of an array, pairs of a map, by the sender's word */
	bool open_ended;             /* a container without count */
	const struct ew_decoder *as; /* what the value is said to be; NULL: not said */
	bool expected;               /* by one who must know */
};

struct ew_items {
	struct ew_nest nest;
	const uint8_t *end;
	enum ew_status status; /* why `take` gave NULL */
	bool sequence;         /* several documents are no surprise */
	bool likely;           /* its first bytes are evidence enough, if the rest fits */
	bool trial;            /* is it this format at all?  Spend nothing, raise nothing */
	bool too_much;         /* of a trial: more than there is budget for, whatever it is */
	size_t pieces;         /* what was counted that is no field */

	/* Read the one item at p < end and answer the place behind it; NULL: damage or budget, `status` says
	 * which.  `key`: a map waits for a name or its end. */
	const uint8_t *(*take)(struct ew_items *r, const uint8_t *p, bool key, struct ew_item *it);

	/* Bytes that are a whole item by themselves, no end and no evidence: a trial passes over them. */
	const bool *whole;
	void *own; /* the format's reader's; NULL at first */
};

/* Sets all but nest.stack; `whole` is NULL, as it may be for a format that is never guessed. */
void ew_items_init(struct ew_items *r, struct ew_message *m, struct ew_field *f, const struct ew_decoder *via,
                   const uint8_t *(*take)(struct ew_items *, const uint8_t *, bool, struct ew_item *));

/* The whole of a decoder.  What was declared, or is `known` by a magic, is read whatever it holds, and covers its
 * value if it is without fault.  Else it is a guess: the value must be nothing but whole arrays and maps with text
 * or meaningful bytes somewhere; nothing is emitted or raised before that is sure. */
enum ew_status ew_items_decode(struct ew_items *r, bool known);

/* For `take`: damage, or the end of the bytes in the midst of an item. */
static inline const uint8_t *ew_items_damage(struct ew_items *r, enum ew_status s)
{
	r->status = s;
	return NULL;
}

/* For `take`: one more thing that costs time and is no field, such as a piece of a string.  False: over budget. */
EW_MUSTCHECK bool ew_items_count_piece(struct ew_items *r);

/* For `take`: `it` is text or bytes of `n` bytes at p.  Past it, or NULL. */
static inline const uint8_t *ew_items_string(struct ew_items *r, const uint8_t *p, uint64_t n, enum ew_kind kind,
                                             struct ew_item *it)
{
	if (n > (size_t)(r->end - p))
		return ew_items_damage(r, EW_TRUNCATED);
	it->sort = EW_ITEM_VALUE;
	it->kind = kind;
	it->text = ew_bytes(p, (size_t)n);
	return p + n;
}

/* Big endian, at p; the caller knows that they are there. */
static inline uint64_t ew_items_be(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static inline float ew_items_float(const uint8_t *p)
{
	uint32_t bits = (uint32_t)ew_items_be(p, 4);
	float v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static inline double ew_items_double(const uint8_t *p)
{
	uint64_t bits = ew_items_be(p, 8);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

#endif
