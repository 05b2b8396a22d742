/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_MQTT_REFUSE_H
#define EVENTWALL_DAEMON_MQTT_REFUSE_H

/* What a client is told of what it may not: the table by version, QoS and cause that docs/mqtt-proxy.md shows.
 * Pure. */

#include "daemon/config.h"
#include "eventwall/mqtt.h"

enum ew_mqtt_why {
	EW_MQTT_WHY_SIGNATURE,  /* a signature, alone or by score */
	EW_MQTT_WHY_UNREADABLE, /* malformed, ambiguous, truncated, oversize, of a kind that is not read */
	EW_MQTT_WHY_UNREAD,     /* the inspection itself failed: over budget, no memory */
	EW_MQTT_WHY_RULE,       /* the topic, filter or retain flag is not for this client */
	EW_MQTT_WHY_RATE
};

struct ew_mqtt_answer {
	uint8_t type;      /* PUBACK, PUBREC; 0: nothing is said */
	uint8_t reason;    /* of it (5) */
	bool remember;     /* QoS 2: its PUBREL is ours to answer */
	bool disconnect;   /* instead, with `reason` (5) */
};

enum ew_mqtt_why ew_mqtt_why(bool by_signature, enum ew_status s);

/* The reason code of a refused PUBLISH; `signature` is what the route says for its signatures. */
uint8_t ew_mqtt_refuse_code(enum ew_mqtt_why why, uint8_t signature);

struct ew_mqtt_answer ew_mqtt_refuse_publish(uint8_t version, uint8_t qos, uint8_t reason,
                                             enum ew_on_drop policy);

/* The code of a CONNACK that refuses, by version, for a reason code of 5. */
uint8_t ew_mqtt_refuse_connect(uint8_t version, uint8_t reason);

/* The same for an entry of a SUBACK; 0: this version cannot say it, the connection has to end. */
uint8_t ew_mqtt_refuse_filter(uint8_t version, uint8_t reason);

#endif
