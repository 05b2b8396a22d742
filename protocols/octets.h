/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_OCTETS_H
#define EVENTWALL_PROTOCOLS_OCTETS_H

/* Bytes written as an array of small numbers or the like, as several runtimes do (a Buffer, the headers of a
 * record). */

#include "eventwall/protocol.h"

/* Names the layer `bytes` of such an array.  Declared of a field, it means this. */
extern const struct ew_decoder ew_octets_layer;

/* A number of -128 to 255 as the byte it is; -1: it is none.  Java writes bytes with a sign, others write 60.0 or
 * 0x3c. */
int ew_octet_of(struct ew_bytes number);

/* Could `f` be one byte of a row?  Such a number or one character, and a member's name must be a number. */
bool ew_octet_like(const struct ew_field *f);

/* Give `row`, an array or object of which every element is such a number or like one, a layer with the bytes; if
 * they are a guess, only if they come to something.  False: over budget. */
EW_MUSTCHECK bool ew_octets_open(struct ew_message *m, struct ew_field *row, bool guess);

#endif
