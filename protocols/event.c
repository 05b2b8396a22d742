/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The top of the tree: what a transport said beside and around the content.  It frames nothing and opens
 * nothing: values are emitted as they came and the work-list does the rest, so the same text has the same
 * fate in a query, a header, a user property and a body.
 *
 * Names are the exception.  Nothing opens a name, so a query name that is escaped is emitted once as each
 * reader would have it: as it stands, and undone, again and again while there is something to undo.
 *
 * The trap: pairs are cut at `&` by all and at `;` by some, so a pair with a `;` stands there both ways. */

#include "eventwall/event.h"

#include "avro.h"
#include "decoders.h"
#include "eventwall/codec.h"
#include "eventwall/protobuf.h"

#define NAME_READINGS 4 /* of one query name; more layers of escapes have no reader */

static struct ew_field *emit(struct ew_message *m, struct ew_field *to, struct ew_bytes name,
                             struct ew_bytes value, unsigned flags)
{
	return to ? ew_decode_emit(m, to, name, value, EW_KIND_TEXT, flags) : NULL;
}

static struct ew_field *emit_object(struct ew_message *m, struct ew_field *to, struct ew_bytes name,
                                    struct ew_bytes text)
{
	return to ? ew_decode_emit(m, to, name, text, EW_KIND_OBJECT, 0) : NULL;
}

static struct ew_field *emit_content(struct ew_message *m, struct ew_field *to, struct ew_bytes name,
                                     struct ew_bytes value)
{
	return to ? ew_decode_emit(m, to, name, value, EW_KIND_BYTES, 0) : NULL;
}

/* The text up to the next `mark`; `*rest` stands behind it. */
static struct ew_bytes take(struct ew_bytes *rest, uint8_t mark)
{
	const uint8_t *at = rest->n ? memchr(rest->p, mark, rest->n) : NULL;
	struct ew_bytes piece = ew_bytes(rest->p, at ? (size_t)(at - rest->p) : rest->n);

	*rest = ew_bytes_from(*rest, at ? piece.n + 1 : piece.n);
	return piece;
}

/* A piece without "=" is content rather than a name: `?eyJ...`. */
static struct ew_field *emit_piece(struct ew_message *m, struct ew_field *to, struct ew_bytes piece,
                                   unsigned flags)
{
	struct ew_bytes value = piece, name = take(&value, '=');

	if (name.n == piece.n || name.n > m->limits->key)
		return emit(m, to, ew_bytes(NULL, 0), piece, flags & ~(unsigned)EW_FIELD_NAMED);
	return emit(m, to, name, value, flags);
}

static bool is_escaped(struct ew_bytes name)
{
	return name.n && (memchr(name.p, '+', name.n) || ew_percent_found(name));
}

/* False: over budget. */
static bool emit_query_pair(struct ew_message *m, struct ew_field *query, struct ew_bytes piece)
{
	struct ew_field *f = emit_piece(m, query, piece, EW_FIELD_NAMED | EW_FIELD_TEXTUAL);

	for (int i = 0; f && f->flags & EW_FIELD_NAMED && is_escaped(f->name) && i < NAME_READINGS; i++) {
		struct ew_percent_traits traits;
		uint8_t *p = ew_arena_alloc_raw(m->arena, f->name.n);
		if (!p) {
			ew_message_fault(m, EW_LIMIT, "arena", f);
			return false;
		}
		size_t n = ew_percent_decode(f->name, i == 0, p, &traits);
		if (i > 0 && !traits.good)
			break;
		f = emit(m, query, ew_bytes(p, n), f->value, EW_FIELD_NAMED | EW_FIELD_TEXTUAL);
	}
	return f != NULL;
}

static bool emit_query(struct ew_message *m, struct ew_field *query, struct ew_bytes text)
{
	while (query && text.n) {
		struct ew_bytes piece = take(&text, '&');
		if (piece.n == 0)
			continue;
		if (!emit_query_pair(m, query, piece))
			return false;
		if (!memchr(piece.p, ';', piece.n))
			continue;
		while (piece.n) {
			struct ew_bytes sub = take(&piece, ';');
			if (sub.n && !emit_query_pair(m, query, sub))
				return false;
		}
	}
	return query != NULL;
}

static bool emit_cookies(struct ew_message *m, struct ew_field *cookies, struct ew_bytes text)
{
	while (text.n) {
		struct ew_bytes piece = ew_bytes_trim(take(&text, ';'), " \t");
		if (piece.n && !emit_piece(m, cookies, piece, EW_FIELD_NAMED | EW_FIELD_TEXTUAL))
			return false;
	}
	return true;
}

/* {NULL, 0} past the budget. */
static struct ew_bytes lower_case(struct ew_message *m, struct ew_bytes name)
{
	size_t i = 0;
	uint8_t *p;

	while (i < name.n && (uint8_t)(name.p[i] - 'A') > 25)
		i++;
	if (i == name.n)
		return name;
	p = ew_arena_alloc_raw(m->arena, name.n);
	if (!p) {
		ew_message_fault(m, EW_LIMIT, "arena", NULL);
		return ew_bytes(NULL, 0);
	}
	for (i = 0; i < name.n; i++)
		p[i] = (uint8_t)(name.p[i] - 'A') > 25 ? name.p[i] : name.p[i] | 0x20;
	return ew_bytes(p, name.n);
}

static bool emit_headers(struct ew_message *m, struct ew_field *to, const struct ew_pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ew_bytes name = lower_case(m, pairs[i].name);
		if (pairs[i].name.n && !name.p)
			return false;
		if (!emit(m, to, name, pairs[i].value, EW_FIELD_NAMED | EW_FIELD_TEXTUAL))
			return false;
	}
	return true;
}

/* Content-Encoding may be a list, and stand more than once: one list in order. */
static void apply_codings(struct ew_message *m, struct ew_field *body, struct ew_bytes list)
{
	while (list.n) {
		if (ew_declare_content_encoding(m, body, take(&list, ',')) != EW_OK) {
			ew_message_fault(m, EW_UNSUPPORTED, "content-encoding", body);
			return;
		}
	}
}

/* Where a route knows the schema of Avro that events have, they are bare, single objects, containers, or behind a
 * prefix of a registry.  All show themselves but the first, which is what the others are declared to be if they
 * are none. */
static bool declare_avro(struct ew_message *m, struct ew_field *content)
{
	const struct ew_avro_known *k = m->limits->avro;
	struct ew_bytes v = content->value;
	size_t prefix = ew_bytes_starts(v, EW_LIT("\xc3\x01")) ? EW_AVRO_SINGLE : ew_schema_prefix(v);
	bool zlib = prefix && v.p[0] == 3 && v.p[1] == 5;
	bool told = ew_bytes_starts(v, EW_LIT("Obj\x01")) || zlib ||
	            (prefix && (m->limits->registry || ew_avro_fits(k, m->limits, ew_bytes_from(v, prefix))));

	return (told && !ew_avro_fits(k, m->limits, v)) || ew_avro_declare(m, content, k, false);
}

/* Where a route knows what message its events hold, they are declared to hold it, under all that a sender says.
 * No message begins like the prefix of a schema registry, which has one behind it then. */
static void declare_message(struct ew_message *m, struct ew_field *content)
{
	if (m->limits->avro && !declare_avro(m, content))
		return;
	const struct ew_proto_schema *s = m->limits->protobuf;
	const struct ew_decoder *as = content->value.p[0] < 8 ? &ew_decoder_schema : &ew_decoder_protobuf;

	if (s && ew_proto_schema_chosen(s) && !ew_declare_under(m, content, as, ew_bytes(NULL, 0), true))
		ew_message_fault(m, EW_LIMIT, "arena", content);
}

static void declare_type(struct ew_message *m, struct ew_field *content, struct ew_bytes media_type)
{
	enum ew_status s = ew_declare_media_type(m, content, media_type, true);

	if (s != EW_OK)
		ew_message_fault(m, s, s == EW_AMBIGUOUS ? "boundary" : "charset", content);
}

/* The first Content-Type counts, a second one is an anomaly: what it says is found by looking. */
static void declare_body(struct ew_message *m, struct ew_field *body, const struct ew_http_parts *p)
{
	bool typed = false;

	for (size_t i = 0; i < p->header_count; i++) {
		const struct ew_pair *h = &p->headers[i];
		if (ew_bytes_eq_nocase(h->name, EW_LIT("content-encoding"))) {
			apply_codings(m, body, h->value);
		} else if (ew_bytes_eq_nocase(h->name, EW_LIT("content-type"))) {
			if (typed)
				ew_message_flag(m, EW_ANOMALY_DUP_KEY);
			else
				declare_type(m, body, h->value);
			typed = true;
		}
	}
	for (size_t i = 0; body->declared && i < p->header_count; i++) {
		const struct ew_pair *h = &p->headers[i];
		if (ew_bytes_eq_nocase(h->name, EW_LIT("grpc-encoding")) ||
		    ew_bytes_eq_nocase(h->name, EW_LIT("connect-content-encoding")))
			ew_declare_message_coding(body, ew_bytes_trim(h->value, " \t"));
	}
	declare_message(m, body);
}

enum ew_status ew_http_event(struct ew_message *m, const struct ew_http_parts *p)
{
	struct ew_bytes query = p->target, path = take(&query, '?');
	struct ew_field *http = emit_object(m, m->root, EW_LIT("http"), ew_bytes(NULL, 0)), *part;

	if (!emit(m, http, EW_LIT("method"), p->method, EW_FIELD_QUIET) ||
	    !emit(m, http, EW_LIT("path"), path, EW_FIELD_TEXTUAL))
		return m->status;
	if (path.n < p->target.n &&
	    !emit_query(m, emit_object(m, http, EW_LIT("query"), query), query))
		return m->status;
	part = emit_object(m, http, EW_LIT("header"), ew_bytes(NULL, 0));
	if (!part || !emit_headers(m, part, p->headers, p->header_count))
		return m->status;
	part = NULL;
	for (size_t i = 0; i < p->header_count; i++) {
		if (!ew_bytes_eq_nocase(p->headers[i].name, EW_LIT("cookie")))
			continue;
		if (!part)
			part = emit_object(m, http, EW_LIT("cookie"), ew_bytes(NULL, 0));
		if (!part || !emit_cookies(m, part, p->headers[i].value))
			return m->status;
	}
	if (p->trailer_count) {
		part = emit_object(m, http, EW_LIT("trailer"), ew_bytes(NULL, 0));
		if (!part || !emit_headers(m, part, p->trailers, p->trailer_count))
			return m->status;
	}
	part = emit_content(m, http, EW_LIT("body"), p->body);
	if (part && p->body.n)
		declare_body(m, part, p);
	return m->status;
}

/* Topics of Sparkplug B say what their payload is; the state of a host is JSON. */
static bool declare_topic(struct ew_message *m, struct ew_field *payload, struct ew_bytes topic)
{
	bool state = ew_bytes_starts(topic, EW_LIT("spBv1.0/STATE/"));

	if (!ew_bytes_starts(topic, EW_LIT("spBv1.0/")))
		return true;
	return ew_declare_under(m, payload, state ? &ew_decoder_json : &ew_decoder_sparkplug,
	                        ew_bytes(NULL, 0), true);
}

/* What a client says of itself and asks for.  False: over budget. */
static bool emit_session(struct ew_message *m, struct ew_field *mqtt, const struct ew_mqtt_parts *p)
{
	if (p->client_id.n && !emit(m, mqtt, EW_LIT("client_id"), p->client_id, EW_FIELD_TEXTUAL))
		return false;
	if (p->user.n && !emit(m, mqtt, EW_LIT("user"), p->user, EW_FIELD_TEXTUAL))
		return false;
	for (size_t i = 0; i < p->filter_count; i++) {
		if (!emit(m, mqtt, EW_LIT("filter"), p->filters[i], EW_FIELD_TEXTUAL))
			return false;
	}
	return mqtt != NULL;
}

enum ew_status ew_mqtt_event(struct ew_message *m, const struct ew_mqtt_parts *p)
{
	struct ew_field *mqtt = emit_object(m, m->root, EW_LIT("mqtt"), ew_bytes(NULL, 0)), *part;
	const struct ew_pair properties[] = {
		{ EW_LIT("content_type"), p->content_type },
		{ EW_LIT("response_topic"), p->response_topic },
		{ EW_LIT("authentication_method"), p->auth_method },
		{ EW_LIT("correlation_data"), p->correlation_data },
		{ EW_LIT("authentication_data"), p->auth_data },
	};

	if (p->no_message ? !emit_session(m, mqtt, p)
	                  : !emit(m, mqtt, EW_LIT("topic"), p->topic, EW_FIELD_TEXTUAL))
		return m->status;
	if (p->retain && !emit(m, mqtt, EW_LIT("retain"), EW_LIT("1"), EW_FIELD_QUIET))
		return m->status;
	part = NULL;
	for (size_t i = 0; i < sizeof(properties) / sizeof(*properties); i++) {
		if (!properties[i].value.n)
			continue;
		if (!part)
			part = emit_object(m, mqtt, EW_LIT("property"), ew_bytes(NULL, 0));
		/* Correlation and authentication data are binary by definition (MQTT 5, 3.3.2.3.6 and
		 * 3.1.2.11.10). */
		if (!emit(m, part, properties[i].name, properties[i].value, i < 3 ? EW_FIELD_TEXTUAL : 0))
			return m->status;
	}
	if (p->user_property_count) {
		part = emit_object(m, mqtt, EW_LIT("user_property"), ew_bytes(NULL, 0));
		for (size_t i = 0; i < p->user_property_count; i++) {
			if (!emit(m, part, p->user_properties[i].name, p->user_properties[i].value,
			          EW_FIELD_NAMED | EW_FIELD_TEXTUAL))
				return m->status;
		}
	}
	part = p->no_message ? NULL : emit_content(m, mqtt, EW_LIT("payload"), p->payload);
	if (part && p->payload.n && declare_topic(m, part, p->topic)) {
		declare_type(m, part, p->content_type);
		declare_message(m, part);
	}
	return m->status;
}

enum ew_status ew_kafka_event(struct ew_message *m, const struct ew_kafka_parts *p)
{
	struct ew_field *kafka = emit_object(m, m->root, EW_LIT("kafka"), ew_bytes(NULL, 0)), *part;
	struct ew_bytes type = { NULL, 0 };

	if (!emit(m, kafka, EW_LIT("topic"), p->topic, EW_FIELD_TEXTUAL) ||
	    !emit_content(m, kafka, EW_LIT("key"), p->key))
		return m->status;
	part = p->header_count ? emit_object(m, kafka, EW_LIT("header"), ew_bytes(NULL, 0)) : NULL;
	for (size_t i = 0; i < p->header_count; i++) {
		const struct ew_pair *h = &p->headers[i];
		/* Header values are bytes in Kafka: any serialiser may have written them. */
		if (!part || !ew_decode_emit(m, part, h->name, h->value, EW_KIND_BYTES, EW_FIELD_NAMED))
			return m->status;
		if (!type.n && ew_bytes_eq_nocase(h->name, EW_LIT("content-type")))
			type = h->value;
	}
	part = emit_content(m, kafka, EW_LIT("value"), p->value);
	if (part && p->value.n) {
		declare_type(m, part, type);
		declare_message(m, part);
	}
	return m->status;
}
