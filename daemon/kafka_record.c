/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Kafka records as events and events as records.  The payload goes in as it is; only the outer envelope is
 * built here. */

#include "daemon/kafka_record.h"

#include "daemon/pipeline.h"

#include <inttypes.h>
#include <stdio.h>

static void take_headers(struct ew_event *ev, const rd_kafka_message_t *record)
{
	rd_kafka_headers_t *h;

	if (rd_kafka_message_headers(record, &h) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	size_t n = rd_kafka_header_cnt(h);
	ev->bare = n <= EW_HEADER_ROOM;
	struct ew_pair *pairs = ev->bare ? ev->header_room : ew_arena_alloc(ev->m->arena, n * sizeof(*pairs));
	if (!pairs) {
		ew_message_fault(ev->m, EW_LIMIT, "kafka.headers", NULL);
		ev->incomplete = true; /* without its headers it is another record */
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const char *name;
		const void *value;
		size_t size;
		if (rd_kafka_header_get_all(h, i, &name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
			break;
		pairs[i] = (struct ew_pair){ ew_bytes_str(name), ew_bytes(value, size) };
		if (ew_bytes_eq_nocase(pairs[i].name, EW_LIT("content-type")))
			ev->envelope.content_type = pairs[i].value;
		ev->envelope.header_count = i + 1;
	}
	ev->envelope.headers = pairs;
}

void ew_kafka_describe(struct ew_event *ev, const char *topic, const rd_kafka_message_t *record)
{
	struct ew_envelope *e = &ev->envelope;
	rd_kafka_timestamp_type_t type;

	e->subject = ew_bytes_str(topic);
	e->key = ew_bytes(record->key, record->key_len);
	e->body = ew_bytes(record->payload, record->len);
	e->partition = record->partition;
	e->offset = record->offset;
	e->timestamp_ms = rd_kafka_message_timestamp(record, &type);
	ev->m->raw = e->body;
	ev->bare = true;
	take_headers(ev, record);
	if (record->len > ev->m->limits->message)
		ew_message_fault(ev->m, EW_OVERSIZE, "kafka.record", NULL);
	(void)ew_kafka_event(ev->m, &(struct ew_kafka_parts){
		.topic = e->subject,
		.key = e->key,
		.headers = e->headers,
		.header_count = e->header_count,
		.value = e->body,
	});
}

static bool put(rd_kafka_headers_t *h, const char *name, size_t n, struct ew_bytes value)
{
	return rd_kafka_header_add(h, name, (ssize_t)n, value.p, (ssize_t)value.n) ==
	       RD_KAFKA_RESP_ERR_NO_ERROR;
}

static bool put_text(rd_kafka_headers_t *h, const char *name, const char *text)
{
	return !text || put(h, name, strlen(name), ew_bytes_str(text));
}

static bool travels_from_http(struct ew_bytes name)
{
	return ew_bytes_eq_nocase(name, EW_LIT("content-type")) ||
	       ew_bytes_eq_nocase(name, EW_LIT("traceparent")) ||
	       ew_bytes_eq_nocase(name, EW_LIT("tracestate"));
}

static bool put_http(rd_kafka_headers_t *h, const struct ew_pair *p)
{
	char lower[256];

	bool ce = ew_bytes_starts_nocase(p->name, EW_LIT("ce-"));
	if ((!ce && !travels_from_http(p->name)) || p->name.n > sizeof(lower))
		return true;
	for (size_t i = 0; i < p->name.n; i++) {
		uint8_t c = p->name.p[i];
		lower[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	if (ce)
		lower[2] = '_';
	return put(h, lower, p->name.n, p->value);
}

static bool put_own(rd_kafka_headers_t *h, const struct ew_event *ev)
{
	const struct ew_envelope *e = &ev->envelope;
	bool good = true;

	if (ev->transport == EW_TRANSPORT_MQTT && e->content_type.n)
		good = put(h, "content-type", 12, e->content_type);
	for (size_t i = 0; i < e->header_count && good; i++) {
		const struct ew_pair *p = &e->headers[i];
		if (e->skip && e->skip[i])
			continue;
		good = ev->transport == EW_TRANSPORT_HTTP ? put_http(h, p)
		                                          : put(h, (const char *)p->name.p, p->name.n, p->value);
	}
	return good;
}

static bool put_origin(rd_kafka_headers_t *h, const struct ew_event *ev)
{
	const struct ew_envelope *e = &ev->envelope;
	char number[32];
	bool good;

	if (ev->transport != EW_TRANSPORT_KAFKA)
		return put(h, "eventwall-subject", 17, e->subject);
	good = put(h, "eventwall-topic", 15, e->subject);
	snprintf(number, sizeof(number), "%" PRId32, e->partition);
	good = good && put_text(h, "eventwall-partition", number);
	snprintf(number, sizeof(number), "%" PRId64, e->offset);
	return good && put_text(h, "eventwall-offset", number);
}

/* Why it is here, in words a consumer of the quarantine can filter by. */
static bool put_reason(rd_kafka_headers_t *h, const struct ew_event *ev)
{
	const struct ew_hit *hit = ew_pipeline_by_signature(ev) ? ev->deciding : NULL;
	const struct ew_field *where = hit ? hit->field : ev->m->culprit;
	char text[1024];
	bool good;

	if (ev->outcome_after == EW_QUARANTINED)
		good = put_text(h, "eventwall-reason", "undeliverable") &&
		       put_text(h, "eventwall-failure", ev->failure);
	else if (hit)
		good = put_text(h, "eventwall-reason", "signature");
	else
		good = put_text(h, "eventwall-reason", ew_status_name(ev->m->status)) &&
		       put_text(h, "eventwall-detail", ev->m->reason);
	if (good && hit) {
		snprintf(text, sizeof(text), "%" PRIu32 " %s", hit->signature->id, hit->signature->name);
		good = put_text(h, "eventwall-signature", text);
	}
	if (good && where) {
		(void)ew_field_path(where, text, sizeof(text));
		good = put_text(h, "eventwall-path", text);
	}
	return good && put_text(h, "eventwall-route", ev->route->config->name) &&
	       put_text(h, "eventwall-event-id", ev->id) &&
	       put_text(h, "eventwall-source", ew_transport_name(ev->transport)) && put_origin(h, ev);
}

rd_kafka_resp_err_t ew_kafka_produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, struct ew_event *ev)
{
	const struct ew_envelope *e = &ev->envelope;
	rd_kafka_headers_t *h = NULL;
	const void *value = e->body.p;
	bool good = true;

	/* Only Kafka knows null values.  From elsewhere nothing is an empty value, not a tombstone that
	 * deletes the key on a compacted topic. */
	if (!value && ev->transport != EW_TRANSPORT_KAFKA)
		value = "";
	if (e->header_count || e->content_type.n || ev->as_quarantine) {
		h = rd_kafka_headers_new(e->header_count + 12);
		good = put_own(h, ev) && (!ev->as_quarantine || put_reason(h, ev));
	}
	rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR__INVALID_ARG;
	if (good)
		err = rd_kafka_producev(rk, RD_KAFKA_V_RKT(topic),
		                        RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA),
		                        RD_KAFKA_V_VALUE((void *)(uintptr_t)value, e->body.n),
		                        RD_KAFKA_V_KEY(e->key.p, e->key.n),
		                        RD_KAFKA_V_TIMESTAMP(ev->transport == EW_TRANSPORT_KAFKA &&
		                                                     e->timestamp_ms > 0
		                                             ? e->timestamp_ms : 0),
		                        RD_KAFKA_V_HEADERS(h), RD_KAFKA_V_OPAQUE(ev), RD_KAFKA_V_END);
	if (err && h)
		rd_kafka_headers_destroy(h);
	return err;
}

enum ew_delivery ew_kafka_delivery(rd_kafka_resp_err_t err)
{
	switch (err) {
	case RD_KAFKA_RESP_ERR_NO_ERROR:
		return EW_DELIVERED;
	case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
	case RD_KAFKA_RESP_ERR_INVALID_RECORD:
	case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
	case RD_KAFKA_RESP_ERR__INVALID_ARG:
		return EW_PERMANENT;
	default:
		return EW_TEMPORARY;
	}
}

bool ew_kafka_alarm(rd_kafka_resp_err_t err)
{
	return err == RD_KAFKA_RESP_ERR_POLICY_VIOLATION ||
	       err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
	       err == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
	       err == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED ||
	       err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
}
