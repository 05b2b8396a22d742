/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_SENML_H
#define EVENTWALL_PROTOCOLS_SENML_H

/* Sensor measurement lists (RFC 8428): what is peculiar to them among JSON and CBOR. */

#include "eventwall/protocol.h"

/* The argument with which CBOR is declared to be SenML. */
extern const struct ew_bytes ew_senml_argument;

/* The name that JSON has for the label `arg` of a map, or -1 - arg if it is `negative` (table 6).  {NULL, 0}: it is
 * no label. */
struct ew_bytes ew_senml_label(uint64_t arg, bool negative);

/* The layer of a name that makes it a whole one. */
extern const struct ew_decoder ew_senml_name_layer;

/* `record` has a base name: put it before the names of this record and of those that follow, up to one that has a
 * base name of its own.  False: over budget. */
EW_MUSTCHECK bool ew_senml_join(struct ew_message *m, struct ew_field *record);

#endif
