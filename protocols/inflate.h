/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_INFLATE_H
#define EVENTWALL_PROTOCOLS_INFLATE_H

/* inflate within a message's budgets, with no memory but the stack and the arena. */

#include "unpack.h"

enum ew_inflate {
	EW_INFLATE_END,  /* the stream is complete, `*used_r` bytes of it */
	EW_INFLATE_CUT,  /* all input was eaten and more was expected */
	EW_INFLATE_BAD,  /* damage, a wrong check sum included; what came before it was written */
	EW_INFLATE_STOP, /* budget; the fault is recorded */
};

enum ew_inflate_format { EW_INFLATE_RAW, EW_INFLATE_ZLIB, EW_INFLATE_GZIP };

/* Inflate one stream at the start of `in`, appending to `u`.  `want` as for ew_unpack_grow. */
enum ew_inflate ew_inflate(struct ew_unpack *u, enum ew_inflate_format format, struct ew_bytes in,
                           size_t want, size_t *used_r);

#endif
