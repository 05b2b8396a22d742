/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Packets from the broker.  They go on as they came, but for what answers something of ours: a PINGRESP to a
 * ping that the client did not send, the codes of a SUBACK that the broker was not asked for, a PUBREL of a
 * message that the client never got. */

#include "daemon/mqtt_proxy.h"

void ew_mqtt_quota_free(struct ew_mqtt_session *s)
{
	if (s->in_use)
		s->in_use--;
}

static void take_pubrel(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, struct ew_bytes raw)
{
	struct ew_mqtt_packet comp = { .type = EW_MQTT_PUBCOMP, .version = s->version, .id = p->id };

	if (ew_mqtt_ids_remove(&s->broker.ours, p->id))
		ew_mqtt_send(&s->broker, &comp);
	else
		ew_mqtt_put(&s->client, raw);
}

static void take_up(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, struct ew_bytes raw)
{
	switch (p->type) {
	case EW_MQTT_PUBACK:
	case EW_MQTT_PUBREC:
		(void)ew_mqtt_owed_answered(&s->client.owed, p->id);
		if (p->type == EW_MQTT_PUBACK || p->reason >= 0x80)
			ew_mqtt_quota_free(s);
		ew_mqtt_put(&s->client, raw);
		break;
	case EW_MQTT_PUBCOMP:
		ew_mqtt_quota_free(s);
		ew_mqtt_put(&s->client, raw);
		break;
	case EW_MQTT_PUBREL:
		take_pubrel(s, p, raw);
		break;
	case EW_MQTT_SUBACK:
		ew_mqtt_take_suback(s, p, raw);
		break;
	case EW_MQTT_PINGRESP:
		if (s->our_pings)
			s->our_pings--;
		else
			ew_mqtt_put(&s->client, raw);
		break;
	case EW_MQTT_DISCONNECT: /* among its reasons: another client has taken over */
		ew_mqtt_put(&s->client, raw);
		ew_mqtt_session_finish(s);
		break;
	default: /* UNSUBACK, AUTH */
		ew_mqtt_put(&s->client, raw);
	}
}

enum ew_status ew_mqtt_take_from_broker(struct ew_mqtt_session *s, const struct ew_mqtt_head *head,
                                        struct ew_bytes raw)
{
	struct ew_mqtt_packet p;

	if (head->type == EW_MQTT_PUBLISH && s->both)
		return ew_mqtt_take_publish(&s->broker, raw);
	if (head->type == EW_MQTT_PUBLISH) {
		ew_mqtt_put(&s->client, raw);
		return EW_OK;
	}
	struct ew_parse r = ew_mqtt_parse(&s->broker.in, raw, &p);
	if (r.status != EW_OK)
		ew_mqtt_refuse_packet(&s->broker, raw, p.refuse, r.reason);
	else if (p.type == EW_MQTT_CONNACK)
		ew_mqtt_take_connack(s, &p, raw);
	else
		take_up(s, &p, raw);
	return EW_OK;
}
