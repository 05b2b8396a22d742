/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The outer envelope of an event on its way to an MQTT topic. */

#include "daemon/mqtt_properties.h"

#include "daemon/pipeline.h"

#include <inttypes.h>
#include <stdio.h>

#define REASONS_MOST 4096u

struct section {
	struct ew_arena *arena;
	uint8_t *p;
	size_t n, cap;
};

/* What is not text in MQTT's sense cannot be a property and stays behind. */
static bool is_text(struct ew_bytes b)
{
	return b.n <= UINT16_MAX && ew_utf8_valid(b) && (b.n == 0 || !memchr(b.p, 0, b.n));
}

static void put_user(struct section *s, struct ew_bytes name, struct ew_bytes value)
{
	struct ew_mqtt_property prop = { .id = EW_MQTT_PROPERTY_USER_PROPERTY, .name = name, .text = value };

	if (is_text(name) && is_text(value))
		s->n += ew_mqtt_property_put(s->p + s->n, s->cap - s->n, &prop);
}

static void put_str(struct section *s, const char *name, const char *value)
{
	if (value)
		put_user(s, ew_bytes_str(name), ew_bytes_str(value));
}

static void put_header(struct section *s, const struct ew_event *ev, const struct ew_pair *h)
{
	struct ew_bytes name = h->name;

	if (ev->transport == EW_TRANSPORT_KAFKA && ew_bytes_starts(name, EW_LIT("ce_")))
		name = ew_bytes_from(name, 3);
	if (ev->transport == EW_TRANSPORT_HTTP) {
		if (ew_bytes_starts_nocase(name, EW_LIT("ce-")))
			name = ew_bytes_from(name, 3);
		else if (!ew_bytes_eq_nocase(name, EW_LIT("traceparent")) &&
		         !ew_bytes_eq_nocase(name, EW_LIT("tracestate")))
			return;
	}
	put_user(s, name, h->value);
}

/* Why it is here, in words a consumer of the quarantine can filter by. */
static void put_reason(struct section *s, const struct ew_event *ev)
{
	const struct ew_hit *hit = ew_pipeline_by_signature(ev) ? ev->deciding : NULL;
	const struct ew_field *where = hit ? hit->field : ev->m->culprit;
	char text[1024];

	if (ev->outcome_after == EW_QUARANTINED) {
		put_str(s, "eventwall-reason", "undeliverable");
		put_str(s, "eventwall-failure", ev->failure);
	} else if (hit) {
		put_str(s, "eventwall-reason", "signature");
	} else {
		put_str(s, "eventwall-reason", ew_status_name(ev->m->status));
		put_str(s, "eventwall-detail", ev->m->reason);
	}
	if (hit) {
		snprintf(text, sizeof(text), "%" PRIu32 " %s", hit->signature->id, hit->signature->name);
		put_str(s, "eventwall-signature", text);
	}
	if (where) {
		(void)ew_field_path(where, text, sizeof(text));
		put_str(s, "eventwall-path", text);
	}
	put_str(s, "eventwall-route", ev->route->config->name);
	put_str(s, "eventwall-event-id", ev->id);
	put_str(s, "eventwall-source", ew_transport_name(ev->transport));
	put_user(s, EW_LIT("eventwall-subject"), ev->envelope.subject);
}

bool ew_mqtt_event_properties(const struct ew_event *ev, struct ew_bytes *section_r)
{
	const struct ew_envelope *e = &ev->envelope;
	struct section s = { .arena = ev->m->arena };
	struct ew_bytes type = e->content_type;

	*section_r = ew_bytes(NULL, 0);
	s.cap = type.n ? type.n + 3 : 0;
	for (size_t i = 0; i < e->header_count; i++)
		s.cap += e->headers[i].name.n + e->headers[i].value.n + 5;
	if (ev->as_quarantine)
		s.cap += REASONS_MOST + e->subject.n;
	if (s.cap == 0)
		return true;
	s.p = ew_arena_alloc_raw(s.arena, s.cap);
	if (!s.p)
		return false;
	if (type.n && is_text(type)) {
		struct ew_mqtt_property prop = { .id = EW_MQTT_PROPERTY_CONTENT_TYPE, .text = type };
		s.n += ew_mqtt_property_put(s.p, s.cap, &prop);
	}
	for (size_t i = 0; i < e->header_count; i++) {
		if (!e->skip || !e->skip[i])
			put_header(&s, ev, &e->headers[i]);
	}
	if (ev->as_quarantine)
		put_reason(&s, ev);
	*section_r = ew_bytes(s.p, s.n);
	return true;
}
