/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_NEST_H
#define EVENTWALL_PROTOCOLS_NEST_H

/* The containers that a reader of a binary format has open, and what it puts into them.
 *
 *     ew_nest_open(OBJECT)            at the root: a layer of the holder
 *         ew_nest_name("a")           the format's reader names what comes next
 *         ew_nest_leaf("1")           a
 *         ew_nest_open(ARRAY)
 *             ew_nest_leaf("x")       [0]
 *         ew_nest_close()
 *     ew_nest_close()
 *
 * Every call that answers NULL is out of budget, which is recorded: the reader stops with EW_LIMIT. */

#include "names.h"
#include "spell.h"
#include "utf16.h"

#define EW_NEST_LEVELS 257 /* field.depth is a byte, and the document itself has a level */

struct ew_nest_level {
	struct ew_field *node;
	const struct ew_field *model; /* what the next child may be like, NULL: nothing known */
	struct ew_names names;        /* not filled while `alike` */
	struct ew_bytes name;         /* of what comes next, if `named` */
	bool named;
	bool judged; /* nothing can be wrong with the name as text */
	bool object;
	bool alike; /* an object whose members so far are named as its model's, so no two the same */

	/* The format's own. */
	uint64_t left;      /* items still to come */
	const uint8_t *end; /* where it ends */
	bool open_ended;    /* it ends at a mark, `left` is not counted down */
	bool scope;         /* it ends with the document in it */
};

struct ew_nest {
	struct ew_message *m;
	struct ew_field *holder;
	const struct ew_decoder *via;
	uint64_t raised; /* anomalies so far; they reach the message only if the reading is kept */
	size_t roots;    /* documents so far */
	struct ew_speller speller;
	struct ew_nest_level *in; /* the innermost open one; NULL: none */
	struct ew_nest_level stack[EW_NEST_LEVELS];
};

/* Zeroes all but the stack, which is not read before it is written. */
void ew_nest_init(struct ew_nest *n, struct ew_message *m, struct ew_field *holder,
                  const struct ew_decoder *via);

/* What comes next in this object has a name: text, or whatever the format has. */
static inline void ew_nest_name(struct ew_nest_level *in, struct ew_bytes name, bool text)
{
	in->name = name;
	in->named = true;
	in->judged = !text;
}

/* A value in the innermost container, or a document of its own.  It takes the name. */
EW_MUSTCHECK struct ew_field *ew_nest_leaf(struct ew_nest *n, struct ew_bytes value, enum ew_kind kind);

/* A container that begins at `p`; its level is n->in then, with `left`, `end` and the marks unset. */
EW_MUSTCHECK struct ew_field *ew_nest_open(struct ew_nest *n, const uint8_t *p, enum ew_kind kind);

/* The innermost container ends before `p`. */
void ew_nest_close(struct ew_nest *n, const uint8_t *p);

/* As many bytes as fit in the arena of this reading's message; NULL: over budget. */
EW_MUSTCHECK uint8_t *ew_nest_room(struct ew_nest *n, size_t want);

static inline void ew_nest_raise(struct ew_nest *n, enum ew_anomaly a)
{
	n->raised |= UINT64_C(1) << a;
}

/* The value of the holder was read without fault.  `known` to be what it was read as: it need not be matched as it
 * stands.  In either case no encoding of text is looked for in it, unless it looks like text after all. */
void ew_nest_settle(struct ew_nest *n, bool known);

/* Raise what is wrong with a text. */
void ew_nest_judge_text(struct ew_nest *n, struct ew_bytes text);

#endif
