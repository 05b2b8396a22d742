/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Topic aliases.  One table serves both sides: whenever what the sender means differs from what the receiver
 * knows, only the sender's meaning is of use to anybody. */

#include "daemon/mqtt_alias.h"

#include <stdlib.h>
#include <string.h>

void ew_mqtt_aliases_fini(struct ew_mqtt_aliases *a)
{
	for (unsigned i = 0; a->v && i < a->most; i++)
		free(a->v[i].topic);
	free(a->v);
	*a = (struct ew_mqtt_aliases){ .v = NULL };
}

static bool bind_alias(struct ew_mqtt_aliases *a, struct ew_mqtt_alias *to, struct ew_bytes topic)
{
	if (to->topic && ew_bytes_eq(ew_bytes(to->topic, to->n), topic))
		return true; /* the receiver knows as much as before */
	if (topic.n > EW_MQTT_ALIAS_BYTES_MOST - (a->bytes - to->n))
		return false;
	uint8_t *copy = malloc(topic.n);
	if (!copy)
		return false;
	memcpy(copy, topic.p, topic.n);
	free(to->topic);
	a->bytes += topic.n - to->n;
	*to = (struct ew_mqtt_alias){ .topic = copy, .n = (uint16_t)topic.n };
	return true;
}

uint8_t ew_mqtt_alias_resolve(struct ew_mqtt_aliases *a, const struct ew_mqtt_packet *p,
                              struct ew_bytes *topic_r, uint16_t *alias_r)
{
	struct ew_mqtt_property prop;

	*topic_r = p->topic;
	*alias_r = 0;
	if (!ew_mqtt_property_find(p->properties, EW_MQTT_PROPERTY_TOPIC_ALIAS, &prop))
		return 0;
	if (prop.number == 0 || prop.number > a->most)
		return EW_MQTT_REASON_TOPIC_ALIAS;
	if (!a->v && !(a->v = calloc(a->most, sizeof(*a->v))))
		return EW_MQTT_REASON_QUOTA;
	struct ew_mqtt_alias *v = &a->v[prop.number - 1];
	if (p->topic.n == 0 && !v->topic)
		return EW_MQTT_REASON_PROTOCOL_ERROR;
	if (p->topic.n && !bind_alias(a, v, p->topic))
		return EW_MQTT_REASON_QUOTA;
	*alias_r = (uint16_t)prop.number;
	if (p->topic.n == 0)
		*topic_r = ew_bytes(v->topic, v->n);
	return 0;
}

bool ew_mqtt_alias_wants_topic(const struct ew_mqtt_aliases *a, uint16_t alias)
{
	return !a->v[alias - 1].told;
}

void ew_mqtt_alias_forwarded(struct ew_mqtt_aliases *a, uint16_t alias)
{
	a->v[alias - 1].told = true;
}
