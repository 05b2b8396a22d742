/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_MQTT_OWED_H
#define EVENTWALL_DAEMON_MQTT_OWED_H

/* The answers that the sender of one direction of a proxied connection is owed: a PUBACK or PUBREC for each
 * PUBLISH of QoS 1 or 2, most from the receiver, some from us, in the order of arrival [MQTT-4.6.0-2]:
 *
 *     7 receiver's | 8 ours | 9 receiver's | 10 ours      -> 8 goes when 7 has gone, 10 when 9 has
 *
 * The receiver's go as they come: it keeps its own order.
 *
 * Beside it the QoS 2 ids that were dropped and acknowledged by us in both steps (a version without reason codes,
 * or a broker that is acknowledged in the client's place): their PUBREL is ours to answer. */

#include "eventwall/mqtt.h"

#define EW_MQTT_OURS_MOST 1024 /* dropped ids that are remembered; past it the oldest is forgotten */

struct ew_mqtt_due {
	uint16_t id;
	uint8_t qos;
	uint8_t reason; /* of ours */
	uint8_t state;  /* in mqtt_owed.c */
	char event[27]; /* of ours: the id of the event that was dropped; "" none */
};

/* Zeroed to begin with. */
struct ew_mqtt_owed {
	struct ew_mqtt_due *ring;
	uint32_t cap, from, n;
	uint32_t first; /* the number of the oldest */
	uint32_t ready; /* ours that may go when their turn comes */
};

struct ew_mqtt_ids {
	uint16_t *v;
	uint16_t n, cap;
};

void ew_mqtt_owed_fini(struct ew_mqtt_owed *o);

/* A PUBLISH has arrived.  `number_r` is what it is known by to ew_mqtt_owed_ours() and _theirs().  False: no
 * memory, or more than there are ids. */
EW_MUSTCHECK bool ew_mqtt_owed_add(struct ew_mqtt_owed *o, uint16_t id, uint8_t qos, uint32_t *number_r);

/* Is an answer of the receiver still due for this id? */
bool ew_mqtt_owed_waits(const struct ew_mqtt_owed *o, uint16_t id);

/* The receiver will answer it; or we do, as soon as all before it are answered. */
void ew_mqtt_owed_theirs(struct ew_mqtt_owed *o, uint32_t number);
void ew_mqtt_owed_ours(struct ew_mqtt_owed *o, uint32_t number, uint8_t reason, const char *event);

/* The receiver has answered `id`.  False: that was not asked for on this connection. */
bool ew_mqtt_owed_answered(struct ew_mqtt_owed *o, uint16_t id);

/* The next answer of ours whose turn it is; it is owed no more. */
EW_MUSTCHECK bool ew_mqtt_owed_next(struct ew_mqtt_owed *o, struct ew_mqtt_due *due_r);

/* What it takes. */
size_t ew_mqtt_owed_bytes(const struct ew_mqtt_owed *o);

void ew_mqtt_ids_fini(struct ew_mqtt_ids *s);
/* False: no memory. */
EW_MUSTCHECK bool ew_mqtt_ids_add(struct ew_mqtt_ids *s, uint16_t id);
bool ew_mqtt_ids_has(const struct ew_mqtt_ids *s, uint16_t id);
/* False: it was not there. */
bool ew_mqtt_ids_remove(struct ew_mqtt_ids *s, uint16_t id);

#endif
