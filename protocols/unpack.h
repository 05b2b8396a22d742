/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_UNPACK_H
#define EVENTWALL_PROTOCOLS_UNPACK_H

/* What the decompressors share: an output in one piece that grows within the message's budgets, and frames
 * that some formats skip.
 *
 *     p          p+n             p+room
 *     | written  | free          |          cap: never past it, whatever the input claims
 *
 * Growing copies to twice the size; the last buffer is cut down to what was written. */

#include "eventwall/protocol.h"

struct ew_unpack {
	struct ew_message *m;
	struct ew_field *f;
	uint8_t *p;
	size_t n, room;
	size_t cap;       /* 64 KiB or limits.ratio times the input, whichever is more */
	bool stopped;     /* a budget ended it; the fault is recorded */
};

void ew_unpack_init(struct ew_unpack *u, struct ew_message *m, struct ew_field *f);

/* Room to begin with where nothing is claimed: JSON seldom becomes more. */
static inline size_t ew_unpack_guess(struct ew_bytes in)
{
	return in.n < SIZE_MAX / 8 ? in.n * 8 : SIZE_MAX;
}

/* Make room for at least one more byte.  `want` is the total size to aim at, 0 if unknown.  False:
 * a budget is spent. */
EW_MUSTCHECK bool ew_unpack_grow(struct ew_unpack *u, size_t want);

/* Before each member, frame or block: a few bytes of input make a reader begin anew, so each is charged to the
 * budget of work as if it were longer.  False: it is spent. */
EW_MUSTCHECK bool ew_unpack_piece(struct ew_unpack *u);

/* For codecs that write a block at once: make room for `more` bytes behind what is written, or for as many as
 * the budgets have, and answer how many of them there are.  No fault yet. */
EW_MUSTCHECK size_t ew_unpack_reserve(struct ew_unpack *u, size_t more);

/* A budget with that name ends it: records the fault, answers false. */
bool ew_unpack_stop(struct ew_unpack *u, const char *limit);

/* The same for whichever budget bounds the room: "ratio" or "output". */
bool ew_unpack_overrun(struct ew_unpack *u);

/* Give back what was not used and hang the layer below the field.  False: over budget. */
EW_MUSTCHECK bool ew_unpack_finish(struct ew_unpack *u, const struct ew_decoder *via);

/* A layer for text beside the content (a file name, what stands behind the end).  What was declared of
 * the content is not declared of this.  Nothing for no bytes.  False: over budget. */
EW_MUSTCHECK bool ew_unpack_extra(struct ew_message *m, struct ew_field *f,
                                  const struct ew_decoder *via, struct ew_bytes text);

/* Size of the skippable frame at the start of `in` (zstd and lz4 have the same), as far as it is there; 0:
 * there is none.  Its content stands EW_SKIPPABLE_HEAD bytes in. */
#define EW_SKIPPABLE_HEAD 8
size_t ew_skippable(struct ew_bytes in);

/* What stands behind all of them. */
struct ew_bytes ew_past_skippable(struct ew_bytes in);

#endif
