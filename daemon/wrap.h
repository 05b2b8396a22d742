/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_WRAP_H
#define EVENTWALL_DAEMON_WRAP_H

/* The same content in other envelopes: what is found in it as it stands must be found in all of them. */

#include "eventwall/bytes.h"

enum ew_wrap {
	EW_WRAP_NONE,
	EW_WRAP_STRING,        /* a JSON string */
	EW_WRAP_ESCAPES,       /* the same, all of it in \uXXXX */
	EW_WRAP_BASE64,        /* base64 in a JSON string */
	EW_WRAP_NESTED_BASE64, /* that in a JSON string of another document */
	EW_WRAP_GZIP,          /* gzip in base64 in a JSON string */
	EW_WRAP_COUNT
};

/* "as it stands", "in a JSON string", ...; static. */
const char *ew_wrap_name(enum ew_wrap w);

/* Heap, of `*n_r` bytes; NULL: no memory. */
uint8_t *ew_wrap(struct ew_bytes text, enum ew_wrap w, size_t *n_r);

#endif
