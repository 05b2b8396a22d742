/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_INFLATE_H
#define EVENTWALL_PROTOCOLS_INFLATE_H

/* inflate within a message's budgets, with no memory but the stack, the arena and what a worker keeps. */

#include "unpack.h"

enum ew_inflate {
	EW_INFLATE_END,  /* the stream is complete, `*used_r` bytes of it */
	EW_INFLATE_CUT,  /* all input was eaten and more was expected */
	EW_INFLATE_BAD,  /* damage, a wrong check sum included; what came before it was written */
	EW_INFLATE_STOP, /* budget; the fault is recorded */
};

enum ew_inflate_format {
	EW_INFLATE_RAW,
	EW_INFLATE_ZLIB,
	EW_INFLATE_GZIP,
	EW_INFLATE_ORPHAN, /* raw, and refers to a dictionary that nobody has: zeros stand for what it held */
};

/* Inflate one stream at the start of `in`, appending to `u`.  `want` as for ew_unpack_grow. */
enum ew_inflate ew_inflate(struct ew_unpack *u, enum ew_inflate_format format, struct ew_bytes in,
                           size_t want, size_t *used_r);

/* The same where it ends well and a context is at hand.  False: nothing was appended; ask ew_inflate, which
 * calls this by itself. */
EW_MUSTCHECK bool ew_inflate_whole(struct ew_unpack *u, enum ew_inflate_format format, struct ew_bytes in,
                                   size_t want, size_t *used_r);

/* The beginning of a raw stream into `out`, with no message and no memory but the stack: END, CUT and BAD as
 * above, STOP if `cap` bytes were not enough. */
enum ew_inflate ew_inflate_probe(struct ew_bytes in, uint8_t *out, size_t cap, size_t *n_r, size_t *used_r);

/* How many bytes of `in` the raw stream at its start takes, read for nothing else; SIZE_MAX: it is cut, damaged, or
 * grows out of proportion. */
size_t ew_inflate_extent(struct ew_bytes in);

/* Is it a raw stream, and would somebody have deflated what it gives? */
bool ew_deflate_meant(struct ew_bytes in);

/* Is it a compressed stream behind its length (length.c)? */
bool ew_length_meant(struct ew_bytes v);

/* The same in base64, by a few characters. */
bool ew_length_in_base64(struct ew_bytes v);

/* Would somebody have put it into a text encoding? */
static inline bool ew_packed_meant(struct ew_bytes v)
{
	return ew_deflate_meant(v) || ew_length_meant(v);
}

/* For what a text encoding gave: raw deflate may look like anything, so if it is meant and nothing is
 * declared of the layer, this is.  NULL layer or false: over budget. */
EW_MUSTCHECK bool ew_deflate_declare(struct ew_message *m, struct ew_field *layer);

#endif
