/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* SUBSCRIBE and UNSUBSCRIBE: which filters a client may have, and the answer put together of the broker's and ours.
 *
 *     client:  SUBSCRIBE 5  a, b, c      b is refused
 *     broker:  SUBSCRIBE 5  a, c         SUBACK 5  1, 0
 *     client:  SUBACK 5  1, refused, 0
 *
 * A shared subscription is judged by the filter behind its group.  MQTT 3.1 has no code for a refusal: there the
 * connection ends.  A 3.x UNSUBACK has none either, so an UNSUBSCRIBE goes on whole or not at all. */

#include "daemon/mqtt_proxy.h"

#include "daemon/mqtt_event.h"
#include "daemon/pipeline.h"

#include <stdlib.h>

#define PENDING_MOST 64 /* answers that wait for the broker's part; with more the client waits */
#define FROM_BROKER 0xff

struct ew_mqtt_suback {
	struct ew_mqtt_suback *next;
	uint16_t id;
	size_t n;
	uint8_t code[]; /* FROM_BROKER: the next of its codes */
};

void ew_mqtt_subacks_fini(struct ew_mqtt_session *s)
{
	while (s->subacks) {
		struct ew_mqtt_suback *a = s->subacks;
		s->subacks = a->next;
		free(a);
	}
}

static size_t count_pending(const struct ew_mqtt_session *s)
{
	size_t n = 0;

	for (const struct ew_mqtt_suback *a = s->subacks; a; a = a->next)
		n++;
	return n;
}

static size_t count_filters(const struct ew_mqtt_packet *p)
{
	struct ew_bytes rest = p->list;
	struct ew_mqtt_filter f;
	size_t n = 0;

	while (ew_mqtt_filter_next(&rest, (enum ew_mqtt_type)p->type, &f))
		n++;
	return n;
}

static void name_filters(struct ew_event *ev, const struct ew_mqtt_packet *p)
{
	struct ew_mqtt_parts parts = { .no_message = true, .filter_count = count_filters(p) };
	struct ew_bytes *v = ew_arena_alloc(ev->m->arena, parts.filter_count * sizeof(*v)), rest = p->list;
	struct ew_mqtt_filter f;

	ew_mqtt_name_properties(ev, p->properties, &parts);
	ew_mqtt_event_bound(ev);
	if (!v) {
		ew_message_fault(ev->m, EW_LIMIT, "limits.arena", NULL);
		parts.filter_count = 0;
	}
	for (size_t i = 0; v && ew_mqtt_filter_next(&rest, (enum ew_mqtt_type)p->type, &f); i++)
		v[i] = f.filter;
	parts.filters = v;
	ev->envelope.subject = v ? v[0] : ew_bytes(NULL, 0);
	(void)ew_mqtt_event(ev->m, &parts);
}

enum ew_status ew_mqtt_take_list(struct ew_mqtt_session *s, struct ew_bytes raw)
{
	bool subscribes = raw.p[0] >> 4 == EW_MQTT_SUBSCRIBE;
	struct ew_mqtt_packet p;

	if (count_pending(s) >= PENDING_MOST)
		return EW_MORE;
	struct ew_event *ev = ew_mqtt_event_new(&s->client, EW_MQTT_OF_LIST,
	                                        subscribes ? "SUBSCRIBE" : "UNSUBSCRIBE");
	struct ew_bytes copy = ev ? ew_arena_dup(ev->m->arena, raw) : ew_bytes(NULL, 0);
	if (!copy.p) {
		ew_event_discard(&ev);
		return EW_LIMIT;
	}
	struct ew_parse r = ew_mqtt_parse(&s->client.in, copy, &p);
	if (r.status != EW_OK) {
		ew_event_discard(&ev);
		ew_mqtt_refuse_packet(&s->client, raw, p.refuse, r.reason);
		return EW_OK;
	}
	ev->bodiless = true;
	ew_mqtt_matter(ev)->raw = copy.p;
	ew_mqtt_matter(ev)->size = (uint32_t)copy.n;
	name_filters(ev, &p);
	(void)ew_mqtt_event_submit(ev);
	return EW_OK;
}

/* ---- once it is judged ----------------------------------------------------------------------- */

/* A filter's field and which of the filters it is. */
struct counted {
	const struct ew_field *field;
	size_t i;
};

/* Which filter is the field, or a part of, counted among its siblings?  SIZE_MAX: none.  Hits of a signature come
 * in the order of the packet, so the count goes on from the last one. */
static size_t filter_of(const struct ew_field *f, struct counted *last)
{
	while (f && f->parent && !(f->parent->parent && !f->parent->parent->parent &&
	                           ew_bytes_eq(f->name, EW_LIT("filter"))))
		f = f->parent;
	if (!f || !f->parent)
		return SIZE_MAX;
	for (int round = 0; last->field != f && round < 2; round++) {
		if (round || !last->field)
			*last = (struct counted){ f->parent->child, 0 };
		for (; last->field && last->field != f; last->field = last->field->next)
			last->i += ew_bytes_eq(last->field->name, EW_LIT("filter"));
	}
	return last->i;
}

/* Mark what signatures found; all, if one was found elsewhere too, which would go on with the rest, or if something
 * could not be read. */
static void mark_dropped(const struct ew_event *ev, uint8_t *code, size_t n, uint8_t with)
{
	bool some = false, all = ev->m->status != EW_OK;
	struct counted last = { NULL, 0 };

	for (const struct ew_hit *h = ev->m->hits; h && !all; h = h->next) {
		if (h->standing != EW_STANDING_COUNTS)
			continue;
		size_t i = filter_of(h->field, &last);
		if (i < n)
			code[i] = with;
		some = true;
		all = i >= n;
	}
	if (all || !some)
		memset(code, with, n);
}

static size_t mark(struct ew_mqtt_session *s, const struct ew_event *ev, const struct ew_mqtt_packet *p,
                   uint8_t *code, size_t n)
{
	const struct ew_strings *allowed = &s->front->c->subscribe;
	uint8_t refused = ew_mqtt_refuse_filter(s->version, EW_MQTT_REASON_NOT_AUTHORIZED);
	struct ew_bytes rest = p->list, first = { NULL, 0 };
	struct ew_mqtt_filter f;
	size_t denied = 0, theirs = 0;

	memset(code, FROM_BROKER, n);
	if (ev->verdict == EW_VERDICT_DROP && p->type == EW_MQTT_SUBSCRIBE)
		mark_dropped(ev, code, n, refused);
	else if (ev->verdict == EW_VERDICT_DROP)
		memset(code, refused, n);
	for (size_t i = 0; i < n && ew_mqtt_filter_next(&rest, (enum ew_mqtt_type)p->type, &f); i++) {
		if (p->type == EW_MQTT_SUBSCRIBE && code[i] == FROM_BROKER &&
		    !ew_mqtt_patterns_cover(allowed->v, allowed->n, &s->who,
		                            ew_mqtt_filter_inner(f.filter, NULL))) {
			code[i] = refused;
			first = theirs++ ? first : f.filter;
		}
		denied += code[i] != FROM_BROKER;
	}
	if (theirs) /* one line a packet, which may have thousands of filters */
		ew_mqtt_note_refusal(s, "SUBSCRIBE", "topic", first, theirs);
	return denied;
}

static void answer(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, struct ew_bytes codes)
{
	struct ew_mqtt_packet ack = { .version = s->version, .id = p->id, .list = codes };

	ack.type = p->type == EW_MQTT_SUBSCRIBE ? EW_MQTT_SUBACK : EW_MQTT_UNSUBACK;
	if (ack.type == EW_MQTT_UNSUBACK && s->version < EW_MQTT_5)
		ack.list.n = 0;
	ew_mqtt_send(&s->client, &ack);
}

/* The same packet without what is refused. */
static bool put_rest(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, const uint8_t *code)
{
	struct ew_mqtt_packet rest = *p;
	struct ew_bytes from = p->list;
	struct ew_buffer list = { 0 };
	struct ew_mqtt_filter f;

	if (!ew_buffer_reserve(&list, p->list.n))
		return false;
	for (size_t i = 0; ew_mqtt_filter_next(&from, (enum ew_mqtt_type)p->type, &f); i++) {
		if (code[i] == FROM_BROKER)
			list.to += ew_mqtt_filter_put(list.p + list.to, ew_buffer_room(&list),
			                              (enum ew_mqtt_type)p->type, &f);
	}
	rest.list = ew_buffer_view(&list);
	ew_mqtt_send(&s->broker, &rest);
	ew_buffer_release(&list);
	return true;
}

void ew_mqtt_list_judged(struct ew_mqtt_session *s, struct ew_event *ev, enum ew_outcome outcome)
{
	const struct ew_mqtt_matter *m = ew_mqtt_matter(ev);
	struct ew_mqtt_stream in = s->client.in;
	struct ew_bytes raw = ew_bytes(m->raw, m->size);
	struct ew_mqtt_packet p;

	if (s->state != EW_SESSION_UP)
		return;
	struct ew_parse r = ew_mqtt_parse(&in, raw, &p);
	ew_assert(r.status == EW_OK);
	size_t n = count_filters(&p), denied;
	struct ew_mqtt_suback *a = outcome == EW_FAILED ? NULL : malloc(sizeof(*a) + n);
	if (!a) {
		ew_mqtt_session_end(s, EW_MQTT_REASON_IMPLEMENTATION, true);
		return;
	}
	*a = (struct ew_mqtt_suback){ .id = p.id, .n = n };
	denied = mark(s, ev, &p, a->code, n);
	if (denied == 0) {
		ew_mqtt_put(&s->broker, raw);
	} else if (p.type == EW_MQTT_SUBSCRIBE && s->version == EW_MQTT_31) {
		ew_mqtt_session_end(s, 0, true);
	} else if (denied == n) {
		answer(s, &p, ew_bytes(a->code, n));
	} else if (put_rest(s, &p, a->code)) {
		a->next = s->subacks;
		s->subacks = a;
		s->suback_bytes += n;
		return;
	} else {
		ew_mqtt_session_end(s, EW_MQTT_REASON_IMPLEMENTATION, true);
	}
	free(a);
}

/* The broker's codes into the holes.  False: it answers something else than it was asked. */
static bool merge(struct ew_mqtt_suback *a, struct ew_bytes codes)
{
	size_t k = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (a->code[i] != FROM_BROKER)
			continue;
		if (k == codes.n)
			return false;
		a->code[i] = codes.p[k++];
	}
	return k == codes.n;
}

void ew_mqtt_take_suback(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, struct ew_bytes raw)
{
	struct ew_mqtt_suback **at = &s->subacks, **found = NULL;

	for (; *at; at = &(*at)->next) {
		if ((*at)->id == p->id)
			found = at; /* the oldest: the newest stand first */
	}
	if (!found) {
		ew_mqtt_put(&s->client, raw);
		return;
	}
	struct ew_mqtt_suback *a = *found;
	struct ew_mqtt_packet whole = *p;
	*found = a->next;
	s->suback_bytes -= a->n;
	if (merge(a, p->list)) {
		whole.list = ew_bytes(a->code, a->n);
		ew_mqtt_send(&s->client, &whole);
		ew_mqtt_session_kick(s); /* the client may have waited for room here */
	} else {
		ew_mqtt_refuse_packet(&s->broker, raw, EW_MQTT_REASON_PROTOCOL_ERROR, "mqtt.suback");
	}
	free(a);
}
