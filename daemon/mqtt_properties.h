/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_MQTT_PROPERTIES_H
#define EVENTWALL_DAEMON_MQTT_PROPERTIES_H

/* What travels beside the payload when an event becomes an MQTT message: content type and user
 * properties, as an encoded MQTT 5 section in the event's arena.
 *
 * All user properties of an MQTT event and all headers of a Kafka event that are text go along; of an HTTP
 * event traceparent, tracestate, and ce-NAME as NAME, as the CloudEvents binding for MQTT spells it.  With
 * ev->as_quarantine come eventwall-reason and its like, after the event's own. */

#include "daemon/event.h"
#include "eventwall/mqtt.h"

/* Empty if there is nothing to say.  False: the event's memory is spent. */
EW_MUSTCHECK bool ew_mqtt_event_properties(const struct ew_event *ev, struct ew_bytes *section_r);

#endif
