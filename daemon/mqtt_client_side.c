/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Packets from a client.  PUBLISH, SUBSCRIBE and UNSUBSCRIBE have files of their own; the rest is here.
 *
 * Nothing of a packet goes on before all of it parsed, and what goes on are the bytes that parsed: the codec takes
 * one form of each number only, so the broker cannot read another packet out of them.
 *
 * A client need not wait for its CONNACK.  What it sends before is not looked at until then, but for AUTH and
 * DISCONNECT. */

#include "daemon/mqtt_proxy.h"

#include "daemon/mqtt_event.h"
#include "daemon/pipeline.h"

void ew_mqtt_refuse_packet(struct ew_mqtt_end *from, struct ew_bytes raw, uint8_t code, const char *reason)
{
	struct ew_mqtt_session *s = from->session;

	if (!ew_mqtt_is_client(from)) {
		ew_mqtt_note_refusal(s, "packet from the broker", reason, ew_bytes(NULL, 0), 1);
		ew_mqtt_session_end(s, s->state < EW_SESSION_UP ? EW_MQTT_REASON_UNAVAILABLE
		                                                : EW_MQTT_REASON_UNSPECIFIED, true);
		return;
	}
	ew_mqtt_note_refusal(s, "packet", reason, ew_bytes(NULL, 0), 1);
	if (s->state == EW_SESSION_ARRIVING)
		ew_mqtt_connect_refuse(s, raw, code);
	else
		ew_mqtt_session_end(s, code, true);
}

static void judge_auth(struct ew_mqtt_session *s, struct ew_bytes raw)
{
	struct ew_mqtt_parts parts = { .no_message = true };
	struct ew_mqtt_packet p;
	struct ew_event *ev = ew_mqtt_event_new(&s->client, EW_MQTT_OF_AUTH, "AUTH");
	struct ew_bytes copy = ev ? ew_arena_dup(ev->m->arena, raw) : ew_bytes(NULL, 0);

	if (!copy.p) {
		ew_event_discard(&ev);
		ew_mqtt_session_end(s, EW_MQTT_REASON_UNSPECIFIED, true);
		return;
	}
	struct ew_parse r = ew_mqtt_parse(&s->client.in, copy, &p);
	if (r.status != EW_OK) {
		ew_event_discard(&ev);
		ew_mqtt_refuse_packet(&s->client, raw, p.refuse, r.reason);
		return;
	}
	ev->bodiless = true;
	ev->m->raw = copy;
	ew_mqtt_name_properties(ev, p.properties, &parts);
	ew_mqtt_event_bound(ev);
	(void)ew_mqtt_event(ev->m, &parts);
	(void)ew_mqtt_event_submit(ev);
}

void ew_mqtt_auth_judged(struct ew_mqtt_session *s, struct ew_event *ev, enum ew_outcome outcome)
{
	if (s->state >= EW_SESSION_ENDING)
		return;
	if (outcome == EW_FORWARDED)
		ew_mqtt_put(&s->broker, ev->m->raw);
	else
		ew_mqtt_session_end(s, EW_MQTT_REASON_NOT_AUTHORIZED, true);
}

static void take_pubrel(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, struct ew_bytes raw)
{
	struct ew_mqtt_packet comp = { .type = EW_MQTT_PUBCOMP, .version = s->version, .id = p->id };

	if (!ew_mqtt_ids_remove(&s->client.ours, p->id)) {
		ew_mqtt_put(&s->broker, raw);
		return;
	}
	ew_mqtt_send(&s->client, &comp);
	ew_mqtt_quota_free(s);
}

static void take_other(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, struct ew_bytes raw)
{
	switch (p->type) {
	case EW_MQTT_PUBREL:
		take_pubrel(s, p, raw);
		break;
	case EW_MQTT_DISCONNECT:
		ew_mqtt_put(&s->broker, raw);
		ew_mqtt_session_finish(s);
		break;
	case EW_MQTT_PUBACK:
	case EW_MQTT_PUBREC:
		(void)ew_mqtt_owed_answered(&s->broker.owed, p->id);
		ew_mqtt_put(&s->broker, raw);
		break;
	default: /* PUBCOMP, PINGREQ */
		ew_mqtt_put(&s->broker, raw);
	}
}

static bool is_time_for(const struct ew_mqtt_session *s, uint8_t type)
{
	switch (s->state) {
	case EW_SESSION_ARRIVING:
	case EW_SESSION_UP:
		return true;
	case EW_SESSION_GREETING:
		return type == EW_MQTT_AUTH || type == EW_MQTT_DISCONNECT;
	default:
		return false;
	}
}

enum ew_status ew_mqtt_take_from_client(struct ew_mqtt_session *s, const struct ew_mqtt_head *head,
                                        struct ew_bytes raw)
{
	struct ew_mqtt_packet p;

	if (!is_time_for(s, head->type))
		return EW_MORE;
	switch (head->type) {
	case EW_MQTT_CONNECT:
		return ew_mqtt_take_connect(s, raw);
	case EW_MQTT_PUBLISH:
		return ew_mqtt_take_publish(&s->client, raw);
	case EW_MQTT_SUBSCRIBE:
	case EW_MQTT_UNSUBSCRIBE:
		return ew_mqtt_take_list(s, raw);
	case EW_MQTT_AUTH:
		judge_auth(s, raw);
		return EW_OK;
	default:
		break;
	}
	struct ew_parse r = ew_mqtt_parse(&s->client.in, raw, &p);
	if (r.status == EW_OK)
		take_other(s, &p, raw);
	else
		ew_mqtt_refuse_packet(&s->client, raw, p.refuse, r.reason);
	return EW_OK;
}
