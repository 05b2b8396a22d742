/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_EVENT_H
#define EVENTWALL_EVENT_H

/* From the parts of one transport's message to the top of its field tree.  The daemon's sources and
 * the `explain` command call the same three functions, so both see the same paths:
 *
 *     http.method  http.path  http.query.NAME  http.header.NAME  http.cookie.NAME  http.trailer.NAME  http.body
 *     mqtt.topic  mqtt.retain  mqtt.client_id  mqtt.user  mqtt.filter  mqtt.user_property.NAME
 *         mqtt.property.NAME  mqtt.payload
 *     kafka.topic  kafka.key  kafka.header.NAME  kafka.value
 *
 * Names that stand twice are kept twice.  Header names are lower-cased for HTTP only.  Views are
 * borrowed: they must live as long as the message.  Each answers m->status. */

#include "eventwall/message.h"

struct ew_pair {
	struct ew_bytes name, value;
};

struct ew_http_parts {
	struct ew_bytes method;
	struct ew_bytes target; /* origin-form as received: path and query are split off here */
	const struct ew_pair *headers;
	size_t header_count;
	const struct ew_pair *trailers;
	size_t trailer_count;
	struct ew_bytes body;
};

/* Of a PUBLISH or a will; of a proxy's clients also of CONNECT (client id, user), SUBSCRIBE, UNSUBSCRIBE (filters)
 * and AUTH, which have neither topic nor payload. */
struct ew_mqtt_parts {
	struct ew_bytes topic;
	bool retain;
	bool no_message; /* of these: neither topic nor payload */
	struct ew_bytes client_id, user; /* empty: absent */
	const struct ew_bytes *filters;
	size_t filter_count;
	struct ew_bytes auth_method, auth_data; /* empty: absent */
	const struct ew_pair *user_properties;
	size_t user_property_count;
	struct ew_bytes content_type, response_topic, correlation_data; /* empty: absent */
	struct ew_bytes payload;
};

struct ew_kafka_parts {
	struct ew_bytes topic;
	struct ew_bytes key;
	const struct ew_pair *headers;
	size_t header_count;
	struct ew_bytes value;
};

enum ew_status ew_http_event(struct ew_message *m, const struct ew_http_parts *p);
enum ew_status ew_mqtt_event(struct ew_message *m, const struct ew_mqtt_parts *p);
enum ew_status ew_kafka_event(struct ew_message *m, const struct ew_kafka_parts *p);

#endif
