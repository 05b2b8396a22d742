/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_SEEK_H
#define EVENTWALL_PROTOCOLS_SEEK_H

/* Fields below a place by a written path: names joined by dots, where [] is any element of an array, * a member
 * of any name, ** any number of steps (none included), $ and - are letters like others.  Duplicates are all
 * found.  Layers are no steps: a path stays within one document. */

#include "eventwall/field.h"

#define EW_SEEK_STEPS 8

struct ew_seek {
	struct ew_field *top;
	struct ew_bytes step[EW_SEEK_STEPS];
	uint8_t sort[EW_SEEK_STEPS]; /* of step: seek.c */
	struct ew_field *at[EW_SEEK_STEPS];
	size_t steps;
	bool begun;
};

/* `path` is ours, of 1 to 8 steps. */
struct ew_seek ew_seek(struct ew_field *top, const char *path);

/* The next field there, in document order as far as the path goes; NULL: no more. */
struct ew_field *ew_seek_next(struct ew_seek *s);

/* The first one; NULL: none. */
struct ew_field *ew_seek_first(struct ew_field *top, const char *path);

#endif
