/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_MQTT_FLIGHT_H
#define EVENTWALL_DAEMON_MQTT_FLIGHT_H

/* What an MQTT receiver owes its peer: each PUBLISH of QoS 1 or 2 is a *flight* from its arrival to its
 * PUBACK or PUBREC.  Flights settle in any order and are acknowledged in the order of arrival
 * [MQTT-4.6.0-2]:
 *
 *     7 settled | 8 judging | 9 settled        -> acknowledge 7; 9 waits for 8
 *
 * When the connection is lost its flights turn *old*: their events go on.  If the session is resumed the
 * peer sends them again, and one still under way is taken up where it is instead of starting twice, so a
 * peer that comes and goes cannot pile up events.  A QoS 2 id that was settled is remembered until its
 * PUBREL.  No sockets and no events in here: a flight carries a pointer of its owner's. */

#include "eventwall/mqtt.h"

struct ew_mqtt_flight {
	struct ew_mqtt_flight *prev, *next; /* in order of arrival on the present connection */
	void *what;                         /* the owner's */
	struct ew_bytes topic, payload;     /* to know it again; valid until it is settled */
	uint16_t id;                        /* 0: of a session that is gone */
	uint8_t qos;
	bool settled;
	bool old; /* arrived on a connection that is gone */
};

/* Zeroed to begin with. */
struct ew_mqtt_flights {
	struct ew_mqtt_flight *first, *last, *unused;
	uint32_t settled;            /* those that wait for their turn */
	uint64_t received[65536 / 64]; /* QoS 2 ids: settled, PUBREL not seen */
};

enum ew_mqtt_arrival {
	EW_MQTT_NEW,      /* begin a flight */
	EW_MQTT_UNDERWAY, /* it has one: nothing to do */
	EW_MQTT_RECEIVED  /* QoS 2, settled before: send PUBREC */
};

void ew_mqtt_flights_fini(struct ew_mqtt_flights *fs);

/* What is this PUBLISH (of any QoS) to us?  Takes up an old flight if it is that. */
enum ew_mqtt_arrival ew_mqtt_flights_arrive(struct ew_mqtt_flights *fs, const struct ew_mqtt_packet *p);

/* NULL: no memory. */
struct ew_mqtt_flight *ew_mqtt_flights_begin(struct ew_mqtt_flights *fs, const struct ew_mqtt_packet *p,
                                             void *what);

/* The event is done with.  `taken` false: it must come again, so it is never acknowledged.  The flight may
 * be gone afterwards. */
void ew_mqtt_flights_settle(struct ew_mqtt_flights *fs, struct ew_mqtt_flight *f, bool taken);

/* The next acknowledgement that may be sent now; its flight ends. */
EW_MUSTCHECK bool ew_mqtt_flights_next(struct ew_mqtt_flights *fs, uint16_t *id_r, uint8_t *qos_r);

/* PUBREL.  False: not an id that we hold. */
bool ew_mqtt_flights_release(struct ew_mqtt_flights *fs, uint16_t id);

/* The connection is lost; the session may be resumed or not. */
void ew_mqtt_flights_lost(struct ew_mqtt_flights *fs);

/* The peer began a new session: ids mean nothing any more. */
void ew_mqtt_flights_forget(struct ew_mqtt_flights *fs);

#endif
