/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_MQTT_H
#define EVENTWALL_PROTOCOLS_MQTT_H

/* What the files of the MQTT codec share: a reader with a sticky fault, beside ew_reader's sticky short
 * mark.  Read straight down, ask once at the end. */

#include "eventwall/mqtt.h"

struct ew_mqtt_in {
	struct ew_reader r;
	enum ew_mqtt_fault fault; /* the first one */
};

/* The first fault stays.  Values read past the end are zero and would be blamed for it, so a short
 * read goes first. */
static inline void ew_mqtt_note(struct ew_mqtt_in *in, enum ew_mqtt_fault f)
{
	if (f && !in->fault)
		in->fault = in->r.short_read ? EW_MQTT_FAULT_SHORT : f;
}

/* Variable byte integer. */
uint32_t ew_mqtt_in_varint(struct ew_mqtt_in *in);

/* Two byte length and that many bytes; text is checked for UTF-8 and U+0000. */
struct ew_bytes ew_mqtt_in_binary(struct ew_mqtt_in *in);
struct ew_bytes ew_mqtt_in_text(struct ew_mqtt_in *in);

/* Well-formed UTF-8 without U+0000? */
enum ew_mqtt_fault ew_mqtt_text_check(struct ew_bytes text);

/* The same as ew_mqtt_topic_check() and ew_mqtt_filter_check() for text that was checked as such. */
enum ew_mqtt_fault ew_mqtt_topic_levels(struct ew_bytes topic);
enum ew_mqtt_fault ew_mqtt_filter_levels(struct ew_bytes filter);

#endif
