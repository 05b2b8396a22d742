/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Events about what a proxied client or its broker sent: their birth, their submission, and the line in the
 * event log about what was refused without one. */

#include "daemon/excerpt.h"
#include "daemon/mqtt_proxy.h"
#include "daemon/pipeline.h"

struct ew_event *ew_mqtt_event_new(struct ew_mqtt_end *from, enum ew_mqtt_kind kind, const char *packet)
{
	struct ew_mqtt_session *s = from->session;
	struct ew_source *src = &s->front->base;
	struct ew_event *ev = ew_event_new(src->worker, src, src->route, EW_TRANSPORT_MQTT);

	if (!ev)
		return NULL;
	ev->origin = s;
	ev->envelope.client_id = s->who.client_id;
	ev->envelope.user = s->who.user;
	ev->envelope.peer = ew_bytes_str(s->peer);
	ev->envelope.packet = packet;
	*ew_mqtt_matter(ev) = (struct ew_mqtt_matter){ .from = from, .kind = (uint8_t)kind };
	return ev;
}

bool ew_mqtt_event_submit(struct ew_event *ev)
{
	struct ew_mqtt_session *s = ev->origin;

	s->pending++;
	s->judging = ev;
	s->judging_of = ew_mqtt_matter(ev)->from;
	ew_pipeline_submit(ev);
	if (s->judging != ev)
		return true;
	if (ev->judged_ns) /* a drop on its way into quarantine: nothing of it waits here */
		s->judging = NULL;
	return s->judging == NULL;
}

void ew_mqtt_event_bound(struct ew_event *ev)
{
	const struct ew_mqtt_session *s = ev->origin;

	if (ev->envelope.header_count > s->front->c->user_properties_max)
		ew_message_fault(ev->m, EW_LIMIT, "user_properties_max", NULL);
}

uint8_t ew_mqtt_event_code(const struct ew_event *ev)
{
	const struct ew_mqtt_session *s = ev->origin;
	bool found = ew_pipeline_by_signature(ev);
	uint8_t code = found && ev->route->policy && ev->deciding
	                       ? ew_policy_reason_code(ev->route->policy, ev->deciding->signature) : 0;

	return ew_mqtt_refuse_code(ew_mqtt_why(found, ev->m->status),
	                           code ? code : (uint8_t)s->front->c->signature_code);
}

void ew_mqtt_note_refusal(struct ew_mqtt_session *s, const char *packet, const char *why, struct ew_bytes topic,
                          uint64_t count)
{
	char members[2048];
	struct ew_text t = { .p = members, .cap = sizeof(members) };

	ew_text_raw(&t, "\"route\":");
	ew_text_string(&t, ew_bytes_str(s->front->base.route->config->name), 64);
	ew_text_raw(&t, ",\"packet\":");
	ew_text_string(&t, ew_bytes_str(packet), 32);
	ew_text_raw(&t, ",\"reason\":");
	ew_text_string(&t, ew_bytes_str(why ? why : ""), 64);
	ew_text_raw(&t, ",\"peer\":");
	ew_text_string(&t, ew_bytes_str(s->peer), 64);
	ew_text_raw(&t, ",\"client_id\":");
	ew_text_string(&t, s->who.client_id, 128);
	ew_text_raw(&t, ",\"user\":");
	ew_text_string(&t, s->who.user, 128);
	ew_text_raw(&t, ",\"topic\":");
	size_t mark = t.n - sizeof(",\"topic\":") + 1;
	ew_text_string(&t, topic, 256);
	ew_text_settle(&t, mark);
	ew_text_raw(&t, ",\"count\":");
	ew_text_uint(&t, count);
	if (!t.full && t.n < sizeof(members)) {
		members[t.n] = 0;
		ew_eventlog_note(s->front->base.worker->log, "mqtt_reject", members);
	}
	ew_add(&s->front->base.worker->stats.counter[EW_COUNT_MQTT_REJECTS], count);
}
