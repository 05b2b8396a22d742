/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_TOKEN_H
#define EVENTWALL_PROTOCOLS_TOKEN_H

/* Signed tokens that are met by a reader of base64 who passes over what stands between their parts. */

#include "eventwall/protocol.h"

/* Is `v`, of which a lenient reader of base64 makes `out`, a token: a whole JSON document in base64, or one
 * packed by zlib, a mark (any bytes outside both alphabets, or two dashes), and something else? */
bool ew_token_like(struct ew_bytes v, struct ew_bytes out);

/* The layer for the reading of all parts as one: it is called base64, and what is odd below it is no anomaly. */
extern const struct ew_decoder ew_token_layer;

#endif
