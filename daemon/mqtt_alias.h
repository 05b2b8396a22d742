/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_MQTT_ALIAS_H
#define EVENTWALL_DAEMON_MQTT_ALIAS_H

/* Topic aliases of one direction of one connection (MQTT 5, 3.3.2.3.4), as a proxy that leaves out messages has
 * to see them: what an alias means to the sender, and whether the receiver was told the same.
 *
 *     sender:    7 = a/b   PUBLISH dropped        receiver: 7 = (nothing, or what it was before)
 *     sender:    7         PUBLISH passes   ->    with the topic a/b put in: 7 = a/b
 *
 * Without that a dropped PUBLISH that binds an alias anew would send all later ones to the old topic. */

#include "eventwall/mqtt.h"

#define EW_MQTT_ALIASES_MOST 64          /* what we let a sender have */
#define EW_MQTT_ALIAS_BYTES_MOST 262144u /* of topics */

struct ew_mqtt_alias {
	uint8_t *topic; /* NULL: unbound */
	uint16_t n;
	bool told; /* the receiver has the same topic for it */
};

/* Zeroed to begin with; `most` is what the receiver announced. */
struct ew_mqtt_aliases {
	struct ew_mqtt_alias *v; /* NULL: none was bound yet */
	uint16_t most;
	size_t bytes;
};

void ew_mqtt_aliases_fini(struct ew_mqtt_aliases *a);

/* The topic of a PUBLISH as its sender means it; binds what it binds.  `topic_r` is the packet's own or a view
 * that is good until the next call; `alias_r` is 0 if there is none.  Answers the reason code to end the
 * connection with: 0, 0x94 (past the maximum), 0x82 (unbound), 0x97 (too many bytes, no memory). */
uint8_t ew_mqtt_alias_resolve(struct ew_mqtt_aliases *a, const struct ew_mqtt_packet *p,
                              struct ew_bytes *topic_r, uint16_t *alias_r);

/* Must a PUBLISH with this alias carry its topic to be understood by the receiver? */
bool ew_mqtt_alias_wants_topic(const struct ew_mqtt_aliases *a, uint16_t alias);

/* The receiver gets a PUBLISH with this alias and its topic, or knew it. */
void ew_mqtt_alias_forwarded(struct ew_mqtt_aliases *a, uint16_t alias);

#endif
