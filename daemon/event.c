/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Birth and death of events.  A worker keeps the dead ones: message, arena and all are used again, so a
 * steady stream costs no malloc. */

#include "daemon/registry.h"
#include "daemon/source.h"
#include "daemon/worker.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define KEEP_MOST 8192u /* less than a kilobyte and a half each; so many are in flight only between topics */

static uint64_t read_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t ew_now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t ew_coarse_ns(void)
{
	return read_clock(CLOCK_MONOTONIC_COARSE);
}

/* A small generator is enough: ids must be unique, not secret.  Seeded per thread from the kernel. */
static uint64_t random_u64(void)
{
	static _Thread_local uint64_t state;

	if (state == 0 && getrandom(&state, sizeof(state), 0) != sizeof(state))
		state = ew_now_ns() | 1;
	state += 0x9e3779b97f4a7c15u; /* splitmix64 */
	uint64_t z = state;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* ULID: 48 bits of milliseconds, 80 of noise, in Crockford's base 32: sorts by time. */
static void write_ulid(char out[27])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	static _Thread_local char time_text[10];
	static _Thread_local uint64_t time_ns;
	uint64_t now = read_clock(CLOCK_REALTIME_COARSE);

	if (now != time_ns) { /* many events come in one tick of that clock */
		uint64_t ms = now / 1000000;
		for (int i = 9; i >= 0; i--, ms >>= 5)
			time_text[i] = digits[ms & 31];
		time_ns = now;
	}
	memcpy(out, time_text, sizeof(time_text));
	uint64_t noise = random_u64();
	for (int i = 10; i < 22; i++, noise >>= 5)
		out[i] = digits[noise & 31];
	noise = random_u64();
	for (int i = 22; i < 26; i++, noise >>= 5)
		out[i] = digits[noise & 31];
	out[26] = 0;
}

struct ew_event *ew_event_new(struct ew_worker *w, struct ew_source *s, const struct ew_route *route,
                              enum ew_transport t)
{
	struct ew_event *ev = w->free_events;
	struct ew_message *m;

	if (ev) {
		w->free_events = ev->next_free;
		w->free_count--;
		m = ev->m;
		ew_message_reset(m, &route->config->limits);
	} else {
		ev = malloc(sizeof(*ev));
		m = ew_message_new(&route->config->limits);
		if (!ev || !m) {
			free(ev);
			ew_message_free(&m);
			return NULL;
		}
		ew_arena_share(m->arena, w->spare);
		m->unpackers = &w->unpackers;
	}
	memset(ev, 0, offsetof(struct ew_event, source_room));
	ev->m = m;
	ev->worker = w;
	ev->generation = ew_generation_ref(s->generation);
	ev->route = route;
	ev->source = s;
	ev->transport = t;
	ev->envelope.partition = -1;
	ev->envelope.offset = -1;
	ev->born_ns = w->turn_ns ? w->turn_ns : ew_now_ns();
	m->owner = ev;
	m->aliases = s->aliases;
	write_ulid(ev->id);
	ew_add(&w->stats.in_flight, 1);
	return ev;
}

void ew_event_discard(struct ew_event **evp)
{
	struct ew_event *ev = *evp;
	struct ew_worker *w;

	*evp = NULL;
	if (!ev)
		return;
	w = ev->worker;
	ew_generation_unref(&ev->generation);
	ew_registry_release(&ev->schema);
	ew_add(&w->stats.in_flight, UINT64_MAX); /* minus one */
	if (w->free_count < KEEP_MOST) {
		ew_arena_reset(ev->m->arena, 0); /* its blocks are for the living */
		ev->next_free = w->free_events;
		w->free_events = ev;
		w->free_count++;
		return;
	}
	ew_message_free(&ev->m);
	free(ev);
}
