/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Answers owed, in a ring that grows.  Receivers answer in order, so a search ends at its first step. */

#include "daemon/mqtt_owed.h"

#include "eventwall/error.h"

#include <stdlib.h>
#include <string.h>

#define RING_LEAST 4u
#define RING_KEPT 256u /* when it is empty, a larger one is given back */
#define OWED_MOST 65536u

enum { JUDGED_LATER, THEIRS, OURS, ANSWERED };

static struct ew_mqtt_due *at(const struct ew_mqtt_owed *o, uint32_t i)
{
	return &o->ring[(o->from + i) & (o->cap - 1)];
}

void ew_mqtt_owed_fini(struct ew_mqtt_owed *o)
{
	free(o->ring);
	*o = (struct ew_mqtt_owed){ .ring = NULL };
}

static bool grow(struct ew_mqtt_owed *o)
{
	uint32_t cap = o->cap ? 2 * o->cap : RING_LEAST;

	if (cap > OWED_MOST)
		return false;
	struct ew_mqtt_due *ring = malloc(cap * sizeof(*ring));
	if (!ring)
		return false;
	for (uint32_t i = 0; i < o->n; i++)
		ring[i] = *at(o, i);
	free(o->ring);
	o->ring = ring;
	o->cap = cap;
	o->from = 0;
	return true;
}

bool ew_mqtt_owed_add(struct ew_mqtt_owed *o, uint16_t id, uint8_t qos, uint32_t *number_r)
{
	if (o->n == o->cap && !grow(o))
		return false;
	*number_r = o->first + o->n;
	*at(o, o->n++) = (struct ew_mqtt_due){ .id = id, .qos = qos, .state = JUDGED_LATER };
	return true;
}

bool ew_mqtt_owed_waits(const struct ew_mqtt_owed *o, uint16_t id)
{
	for (uint32_t i = 0; i < o->n; i++) {
		if (at(o, i)->id == id && at(o, i)->state == THEIRS)
			return true;
	}
	return false;
}

static struct ew_mqtt_due *numbered(struct ew_mqtt_owed *o, uint32_t number)
{
	ew_assert(number - o->first < o->n);
	return at(o, number - o->first);
}

void ew_mqtt_owed_theirs(struct ew_mqtt_owed *o, uint32_t number)
{
	numbered(o, number)->state = THEIRS;
}

void ew_mqtt_owed_ours(struct ew_mqtt_owed *o, uint32_t number, uint8_t reason, const char *event)
{
	struct ew_mqtt_due *d = numbered(o, number);

	d->state = OURS;
	d->reason = reason;
	memcpy(d->event, event, strnlen(event, sizeof(d->event) - 1));
	o->ready++;
}

static void drop_front(struct ew_mqtt_owed *o)
{
	o->from = (o->from + 1) & (o->cap - 1);
	o->first++;
	if (--o->n || o->cap <= RING_KEPT)
		return;
	free(o->ring);
	o->ring = NULL;
	o->cap = o->from = 0;
}

bool ew_mqtt_owed_answered(struct ew_mqtt_owed *o, uint16_t id)
{
	bool found = false;

	for (uint32_t i = 0; i < o->n && !found; i++) {
		struct ew_mqtt_due *d = at(o, i);
		if (d->id != id || d->state != THEIRS)
			continue;
		d->state = ANSWERED;
		found = true;
	}
	while (o->n && at(o, 0)->state == ANSWERED)
		drop_front(o);
	return found;
}

size_t ew_mqtt_owed_bytes(const struct ew_mqtt_owed *o)
{
	return o->cap * sizeof(*o->ring);
}

bool ew_mqtt_owed_next(struct ew_mqtt_owed *o, struct ew_mqtt_due *due_r)
{
	while (o->n && at(o, 0)->state == ANSWERED)
		drop_front(o);
	if (o->n == 0 || at(o, 0)->state != OURS)
		return false;
	*due_r = *at(o, 0);
	o->ready--;
	drop_front(o);
	return true;
}

void ew_mqtt_ids_fini(struct ew_mqtt_ids *s)
{
	free(s->v);
	*s = (struct ew_mqtt_ids){ .v = NULL };
}

bool ew_mqtt_ids_has(const struct ew_mqtt_ids *s, uint16_t id)
{
	for (unsigned i = 0; i < s->n; i++) {
		if (s->v[i] == id)
			return true;
	}
	return false;
}

bool ew_mqtt_ids_remove(struct ew_mqtt_ids *s, uint16_t id)
{
	for (unsigned i = 0; i < s->n; i++) {
		if (s->v[i] != id)
			continue;
		memmove(s->v + i, s->v + i + 1, (size_t)(s->n - i - 1u) * sizeof(*s->v));
		s->n--;
		return true;
	}
	return false;
}

bool ew_mqtt_ids_add(struct ew_mqtt_ids *s, uint16_t id)
{
	if (ew_mqtt_ids_has(s, id))
		return true;
	if (s->n == EW_MQTT_OURS_MOST)
		ew_mqtt_ids_remove(s, s->v[0]);
	if (s->n == s->cap) {
		uint16_t cap = s->cap ? (uint16_t)(2 * s->cap) : 8;
		uint16_t *v = realloc(s->v, cap * sizeof(*v));
		if (!v)
			return false;
		s->v = v;
		s->cap = cap;
	}
	s->v[s->n++] = id;
	return true;
}
