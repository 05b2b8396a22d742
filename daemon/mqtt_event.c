/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Names for what a packet holds.  Every property that a receiver may act on is a field; those that only MQTT itself
 * reads are not. */

#include "daemon/mqtt_event.h"

#include <time.h>

static int64_t wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static size_t count_user_properties(struct ew_bytes rest)
{
	struct ew_mqtt_property prop;
	size_t n = 0;

	while (ew_mqtt_property_next(&rest, &prop))
		n += prop.id == EW_MQTT_PROPERTY_USER_PROPERTY;
	return n;
}

void ew_mqtt_name_properties(struct ew_event *ev, struct ew_bytes properties, struct ew_mqtt_parts *parts)
{
	size_t n = count_user_properties(properties);
	struct ew_mqtt_property prop;
	struct ew_pair *users = NULL;

	if (n && !(users = ew_arena_alloc(ev->m->arena, n * sizeof(*users))))
		ew_message_fault(ev->m, EW_LIMIT, "limits.arena", NULL);
	n = 0;
	while (ew_mqtt_property_next(&properties, &prop)) {
		switch (prop.id) {
		case EW_MQTT_PROPERTY_USER_PROPERTY:
			if (users)
				users[n++] = (struct ew_pair){ prop.name, prop.text };
			break;
		case EW_MQTT_PROPERTY_CONTENT_TYPE:
			parts->content_type = prop.text;
			break;
		case EW_MQTT_PROPERTY_RESPONSE_TOPIC:
			parts->response_topic = prop.text;
			break;
		case EW_MQTT_PROPERTY_CORRELATION_DATA:
			parts->correlation_data = prop.text;
			break;
		case EW_MQTT_PROPERTY_AUTH_METHOD:
			parts->auth_method = prop.text;
			break;
		case EW_MQTT_PROPERTY_AUTH_DATA:
			parts->auth_data = prop.text;
			break;
		case EW_MQTT_PROPERTY_PAYLOAD_FORMAT:
			if (prop.number && !ew_utf8_valid(parts->payload))
				ew_message_flag(ev->m, EW_ANOMALY_INVALID_UTF8);
			break;
		default:
			break;
		}
	}
	parts->user_properties = users;
	parts->user_property_count = n;
	ev->envelope.content_type = parts->content_type;
	ev->envelope.headers = users;
	ev->envelope.header_count = n;
	ev->envelope.timestamp_ms = wall_ms();
}

void ew_mqtt_name_publish(struct ew_event *ev, const struct ew_mqtt_packet *p, struct ew_bytes topic)
{
	struct ew_mqtt_parts parts = { .topic = topic, .retain = p->retain, .payload = p->payload };

	ew_mqtt_name_properties(ev, p->properties, &parts);
	ev->m->raw = p->payload;
	ev->envelope.subject = topic;
	ev->envelope.body = p->payload;
	if (p->payload.n > ev->m->limits->message)
		ew_message_fault(ev->m, EW_OVERSIZE, "limits.message", NULL);
	(void)ew_mqtt_event(ev->m, &parts);
}

void ew_mqtt_name_topic(struct ew_event *ev, struct ew_bytes topic)
{
	struct ew_mqtt_parts parts = { .topic = topic };

	ev->envelope.subject = topic;
	ev->envelope.timestamp_ms = wall_ms();
	(void)ew_mqtt_event(ev->m, &parts);
}
