/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_MQTT_EVENT_H
#define EVENTWALL_DAEMON_MQTT_EVENT_H

/* From a packet to the parts of an event, for subscriber and proxy alike. */

#include "daemon/event.h"
#include "eventwall/mqtt.h"

/* Name the parts of a PUBLISH whose topic is `topic`, which an alias may stand for; of a will with its
 * properties as such.  Fills ev->envelope; all views are of memory that lives as long as the event. */
void ew_mqtt_name_publish(struct ew_event *ev, const struct ew_mqtt_packet *p, struct ew_bytes topic);

/* The same for what is known of one that could not be read. */
void ew_mqtt_name_topic(struct ew_event *ev, struct ew_bytes topic);

/* The properties of any packet, as parts; the user properties lie in the event's arena. */
void ew_mqtt_name_properties(struct ew_event *ev, struct ew_bytes properties, struct ew_mqtt_parts *parts);

#endif
