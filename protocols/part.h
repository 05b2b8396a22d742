/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_PART_H
#define EVENTWALL_PROTOCOLS_PART_H

/* One part of a multipart, or one mail: a head and a content. */

#include "eventwall/protocol.h"

struct ew_part_reader {
	struct ew_message *m;
	struct ew_field *f;     /* what is being opened, for faults */
	struct ew_field *layer; /* parts hang below it */
	size_t head_most;       /* bytes of a head */
	bool guessed;           /* a mail, or within one: what it says of itself may be a quotation */
	bool odd;               /* readers could take it differently; never cleared */
};

/* Add a part: its content declared by its head, its names in each spelling, the fields of its head.
 * False: over budget, the fault is recorded. */
EW_MUSTCHECK bool ew_part_emit(struct ew_part_reader *r, struct ew_bytes text);

#endif
