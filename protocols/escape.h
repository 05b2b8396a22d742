/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_ESCAPE_H
#define EVENTWALL_PROTOCOLS_ESCAPE_H

/* What decoders share that undo spelt characters in place: each begins with one mark, is read by one function, and
 * never gives more bytes than it takes. */

#include "eventwall/protocol.h"

#define EW_CODE_POINT_MOST 0x10ffff
#define EW_SPELT_NOTHING UINT32_MAX /* instead of a code point: it leaves nothing */

struct ew_spelt {
	uint32_t cp;
	size_t size; /* of the text; 0: there is none */
};

struct ew_spelling {
	const struct ew_decoder *via;
	uint8_t mark;
	struct ew_spelt (*at)(struct ew_bytes v); /* `v` begins with the mark */
};

/* Digits of `base`, `least` to `most` of them, from offset `at`; the size is the offset behind them. */
struct ew_spelt ew_spelt_number(struct ew_bytes v, size_t at, unsigned base, size_t least, size_t most);

/* Is there one in `v`? */
bool ew_spelling_found(const struct ew_spelling *s, struct ew_bytes v);

/* A layer in which each is undone once. */
enum ew_status ew_spelling_undo(const struct ew_spelling *s, struct ew_message *m, struct ew_field *f);

#endif
