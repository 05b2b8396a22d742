/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_UTF16_H
#define EVENTWALL_PROTOCOLS_UTF16_H

/* Wide text, and text that is not quite UTF-8. */

#include "eventwall/protocol.h"

extern const struct ew_decoder ew_decoder_utf16;

struct ew_wide {
	uint8_t unit; /* bytes of a unit, 2 or 4; 0: the text is not wide */
	uint8_t bom;  /* bytes of its mark */
	bool big;     /* big endian */
};
struct ew_wide ew_wide_of(struct ew_bytes text);

/* `in`, which is `w`, as UTF-8 in the arena; `*raised` gets anomaly bits.  False: over budget. */
EW_MUSTCHECK bool ew_wide_narrow(struct ew_message *m, const struct ew_field *f, struct ew_wide w,
                                 struct ew_bytes in, uint64_t *raised, struct ew_bytes *out_r);

/* Anomaly bits for what is wrong with `text` as UTF-8, 0 if it is well-formed. */
uint64_t ew_text_faults(struct ew_bytes text);

#endif
