/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The books of an MQTT receiver.
 *
 * The trap is knowing a message again after a reconnect.  At QoS 2 the id alone says it.  At QoS 1 the peer
 * may have taken the id for another message if our PUBACK did arrive, so DUP, topic and payload must agree
 * as well; where that cannot be told any more the message counts as new: twice is better than never. */

#include "daemon/mqtt_flight.h"

#include <stdlib.h>

static bool is_received(const struct ew_mqtt_flights *fs, uint16_t id)
{
	return fs->received[id >> 6] >> (id & 63) & 1;
}

static void set_received(struct ew_mqtt_flights *fs, uint16_t id, bool on)
{
	uint64_t bit = UINT64_C(1) << (id & 63);

	if (on)
		fs->received[id >> 6] |= bit;
	else
		fs->received[id >> 6] &= ~bit;
}

static void append(struct ew_mqtt_flights *fs, struct ew_mqtt_flight *f)
{
	f->next = NULL;
	f->prev = fs->last;
	if (fs->last)
		fs->last->next = f;
	else
		fs->first = f;
	fs->last = f;
}

static void detach(struct ew_mqtt_flights *fs, struct ew_mqtt_flight *f)
{
	if (f->prev)
		f->prev->next = f->next;
	else
		fs->first = f->next;
	if (f->next)
		f->next->prev = f->prev;
	else
		fs->last = f->prev;
}

static void end(struct ew_mqtt_flights *fs, struct ew_mqtt_flight *f)
{
	detach(fs, f);
	f->next = fs->unused;
	fs->unused = f;
}

void ew_mqtt_flights_fini(struct ew_mqtt_flights *fs)
{
	struct ew_mqtt_flight *f;

	while (fs->first)
		end(fs, fs->first);
	while ((f = fs->unused)) {
		fs->unused = f->next;
		free(f);
	}
}

static bool is_same(const struct ew_mqtt_flight *f, const struct ew_mqtt_packet *p)
{
	if (f->id != p->id || f->qos != p->qos)
		return false;
	if (p->qos == 2)
		return true;
	return f->old && p->dup && ew_bytes_eq(f->topic, p->topic) && ew_bytes_eq(f->payload, p->payload);
}

enum ew_mqtt_arrival ew_mqtt_flights_arrive(struct ew_mqtt_flights *fs, const struct ew_mqtt_packet *p)
{
	if (p->qos == 2 && is_received(fs, p->id))
		return EW_MQTT_RECEIVED;
	if (p->qos == 0 || (p->qos == 1 && !p->dup))
		return EW_MQTT_NEW;
	for (struct ew_mqtt_flight *f = fs->first; f; f = f->next) {
		if (!is_same(f, p))
			continue;
		if (f->old) {
			detach(fs, f);
			f->old = false;
			append(fs, f);
		}
		return EW_MQTT_UNDERWAY;
	}
	return EW_MQTT_NEW;
}

struct ew_mqtt_flight *ew_mqtt_flights_begin(struct ew_mqtt_flights *fs, const struct ew_mqtt_packet *p,
                                             void *what)
{
	struct ew_mqtt_flight *f = fs->unused;

	if (f)
		fs->unused = f->next;
	else
		f = malloc(sizeof(*f));
	if (!f)
		return NULL;
	*f = (struct ew_mqtt_flight){ .what = what, .topic = p->topic, .payload = p->payload, .id = p->id,
		                      .qos = p->qos };
	append(fs, f);
	return f;
}

void ew_mqtt_flights_settle(struct ew_mqtt_flights *fs, struct ew_mqtt_flight *f, bool taken)
{
	if (!taken) {
		end(fs, f);
	} else if (f->old) {
		if (f->qos == 2 && f->id)
			set_received(fs, f->id, true);
		end(fs, f);
	} else {
		f->settled = true;
		f->what = NULL;
		fs->settled++;
	}
}

bool ew_mqtt_flights_next(struct ew_mqtt_flights *fs, uint16_t *id_r, uint8_t *qos_r)
{
	struct ew_mqtt_flight *f = fs->first;

	while (f && f->old)
		f = f->next; /* nobody on this connection has asked for it */
	if (!f || !f->settled)
		return false;
	if (f->qos == 2)
		set_received(fs, f->id, true);
	*id_r = f->id;
	*qos_r = f->qos;
	fs->settled--;
	end(fs, f);
	return true;
}

bool ew_mqtt_flights_release(struct ew_mqtt_flights *fs, uint16_t id)
{
	bool held = is_received(fs, id);

	set_received(fs, id, false);
	return held;
}

void ew_mqtt_flights_lost(struct ew_mqtt_flights *fs)
{
	struct ew_mqtt_flight *next;

	for (struct ew_mqtt_flight *f = fs->first; f; f = next) {
		next = f->next;
		f->old = true;
		if (!f->settled)
			continue;
		/* Its acknowledgement had to wait.  QoS 2 can be told again; QoS 1 comes again. */
		if (f->qos == 2)
			set_received(fs, f->id, true);
		fs->settled--;
		end(fs, f);
	}
}

void ew_mqtt_flights_forget(struct ew_mqtt_flights *fs)
{
	memset(fs->received, 0, sizeof(fs->received));
	for (struct ew_mqtt_flight *f = fs->first; f; f = f->next)
		f->id = 0;
}
