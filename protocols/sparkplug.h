/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_SPARKPLUG_H
#define EVENTWALL_PROTOCOLS_SPARKPLUG_H

/* What reading a payload of Sparkplug and remembering its names share. */

#include "eventwall/protocol.h"

/* The last of that name, which is the one readers keep; NULL: none. */
struct ew_field *ew_sparkplug_member(struct ew_field *node, struct ew_bytes name);

/* Metrics of the payload `layer` that have an alias and no name get the name that a birth has announced, if the
 * message knows of any.  False: over budget. */
EW_MUSTCHECK bool ew_sparkplug_name(struct ew_message *m, struct ew_field *layer);

#endif
