/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Requests to functions, straight into a buffer.  Values that came through the strict parser of an HTTP
 * head are copied as they are; everything else (topics, keys, properties, reasons) could hold line
 * breaks and is percent-encoded. */

#include "daemon/http_outgoing.h"

#include "daemon/cloudevent.h"
#include "daemon/pipeline.h"

#include <stdio.h>

#define GATHER_MOST 2048u /* content that is sent with the head in one piece */

static void put_line(struct ew_buffer *out, struct ew_bytes name, struct ew_bytes value)
{
	ew_buffer_put_bytes(out, name);
	ew_buffer_put_lit(out, ": ");
	ew_buffer_put_bytes(out, value);
	ew_buffer_put_lit(out, "\r\n");
}

static void put_encoded_line(struct ew_buffer *out, const char *name, struct ew_bytes value)
{
	if (value.n == 0)
		return;
	ew_buffer_put_str(out, name);
	ew_buffer_put_lit(out, ": ");
	ew_put_encoded(out, value);
	ew_buffer_put_lit(out, "\r\n");
}

static bool is_idempotent(struct ew_bytes method)
{
	return ew_bytes_eq(method, EW_LIT("GET")) || ew_bytes_eq(method, EW_LIT("HEAD")) ||
	       ew_bytes_eq(method, EW_LIT("PUT")) || ew_bytes_eq(method, EW_LIT("DELETE")) ||
	       ew_bytes_eq(method, EW_LIT("OPTIONS"));
}

/* ---- an HTTP event as it came */

static uint8_t *write_target(uint8_t *to, struct ew_bytes path, struct ew_bytes target)
{
	if (ew_bytes_eq(target, EW_LIT("*")) && path.n <= 1)
		return ew_write_lit(to, "*");
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	to = ew_write(to, path);
	return ew_write(to, target.n && target.p[0] == '/' ? target : EW_LIT("/"));
}

/* Fields that we append to instead of passing them on. */
enum appended { APPENDED_NONE, APPENDED_FOR, APPENDED_FORWARDED, APPENDED_PROTO, APPENDED_HOST };

static enum appended appended_field(struct ew_bytes name)
{
	switch (name.n) {
	case 9:
		return ew_bytes_eq_nocase(name, EW_LIT("forwarded")) ? APPENDED_FORWARDED : APPENDED_NONE;
	case 15:
		return ew_bytes_eq_nocase(name, EW_LIT("x-forwarded-for")) ? APPENDED_FOR : APPENDED_NONE;
	case 16:
		return ew_bytes_eq_nocase(name, EW_LIT("x-forwarded-host")) ? APPENDED_HOST : APPENDED_NONE;
	case 17:
		return ew_bytes_eq_nocase(name, EW_LIT("x-forwarded-proto")) ? APPENDED_PROTO
		                                                             : APPENDED_NONE;
	default:
		return APPENDED_NONE;
	}
}

/* At least what write_fields() and write_forwarding() write: each value goes into one line. */
static size_t fields_most(const struct ew_envelope *e)
{
	size_t n = 256 + 2 * e->peer.n + 2 * e->host.n;

	for (size_t i = 0; i < e->header_count; i++)
		n += e->headers[i].name.n + e->headers[i].value.n + 4;
	return n;
}

static uint8_t *write_list_before(uint8_t *to, const struct ew_envelope *e, enum appended which)
{
	for (size_t i = 0; i < e->header_count; i++) {
		if ((e->skip && e->skip[i]) || appended_field(e->headers[i].name) != which ||
		    e->headers[i].value.n == 0)
			continue;
		to = ew_write(to, e->headers[i].value);
		to = ew_write_lit(to, ", ");
	}
	return to;
}

static uint8_t *write_node(uint8_t *to, struct ew_bytes peer)
{
	bool v6 = peer.n && memchr(peer.p, ':', peer.n);

	to = ew_write_lit(to, "for=");
	if (v6)
		to = ew_write_lit(to, "\"[");
	to = ew_write(to, peer.n ? peer : EW_LIT("unknown"));
	return v6 ? ew_write_lit(to, "]\"") : to;
}

/* `said`: bits of what a trusted peer has said already. */
static uint8_t *write_forwarding(uint8_t *to, const struct ew_envelope *e, unsigned said)
{
	if (e->peer.n) {
		to = ew_write_lit(to, "X-Forwarded-For: ");
		if (said & 1u << APPENDED_FOR)
			to = write_list_before(to, e, APPENDED_FOR);
		to = ew_write(to, e->peer);
		to = ew_write_lit(to, "\r\n");
	}
	if (!(said & 1u << APPENDED_PROTO))
		to = ew_write_lit(to, "X-Forwarded-Proto: http\r\n");
	if (!(said & 1u << APPENDED_HOST) && e->host.n)
		to = ew_write_line(to, EW_LIT("X-Forwarded-Host"), e->host);
	to = ew_write_lit(to, "Forwarded: ");
	if (said & 1u << APPENDED_FORWARDED)
		to = write_list_before(to, e, APPENDED_FORWARDED);
	to = write_node(to, e->peer);
	if (e->host.n) {
		to = ew_write_lit(to, ";host=\"");
		to = ew_write(to, e->host);
		to = ew_write_lit(to, "\"");
	}
	return ew_write_lit(to, ";proto=http\r\nVia: 1.1 eventwall\r\n");
}

/* Fields of the client, but for those with a meaning of their own here.  `typed`: its Content-Type
 * describes what we send. */
static uint8_t *write_fields(uint8_t *to, const struct ew_envelope *e, bool typed, unsigned *said_r)
{
	unsigned said = 0;

	for (size_t i = 0; i < e->header_count; i++) {
		const struct ew_pair *f = &e->headers[i];
		if (e->skip && e->skip[i])
			continue;
		enum appended a = appended_field(f->name);
		said |= 1u << a;
		if (a == APPENDED_FOR || a == APPENDED_FORWARDED)
			continue;
		if (!typed && (ew_bytes_eq_nocase(f->name, EW_LIT("content-type")) ||
		               ew_bytes_eq_nocase(f->name, EW_LIT("content-encoding")) ||
		               ew_bytes_starts_nocase(f->name, EW_LIT("ce-"))))
			continue;
		to = ew_write_line(to, f->name, f->value);
	}
	*said_r = said;
	return to;
}

static bool carries_content(struct ew_bytes method)
{
	return ew_bytes_eq(method, EW_LIT("POST")) || ew_bytes_eq(method, EW_LIT("PUT")) ||
	       ew_bytes_eq(method, EW_LIT("PATCH"));
}

/* ---- other events, other formats */

static bool is_token(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

/* A property whose name may be anything: letters, digits and dashes stay, the rest is escaped (`%` may
 * stand in a field name; `_` may, too, but some servers read it as a dash). */
static void put_property(struct ew_buffer *out, const struct ew_pair *p)
{
	char escape[4];

	if (ew_bytes_eq_nocase(p->name, EW_LIT("traceparent")) ||
	    ew_bytes_eq_nocase(p->name, EW_LIT("tracestate"))) {
		ew_buffer_put_bytes(out, p->name);
	} else {
		ew_buffer_put_lit(out, "X-Eventwall-Property-");
		for (size_t i = 0; i < p->name.n; i++) {
			if (is_token(p->name.p[i])) {
				ew_buffer_put(out, &p->name.p[i], 1);
			} else {
				snprintf(escape, sizeof(escape), "%%%02X", p->name.p[i]);
				ew_buffer_put(out, escape, 3);
			}
		}
	}
	ew_buffer_put_lit(out, ": ");
	ew_put_encoded(out, p->value);
	ew_buffer_put_lit(out, "\r\n");
}

static void put_number(struct ew_buffer *out, const char *name, int64_t n)
{
	if (n < 0)
		return;
	ew_buffer_put_str(out, name);
	ew_buffer_put_lit(out, ": ");
	ew_buffer_put_u64(out, (uint64_t)n);
	ew_buffer_put_lit(out, "\r\n");
}

static void put_origin(struct ew_buffer *out, const struct ew_event *ev)
{
	const struct ew_envelope *e = &ev->envelope;

	put_encoded_line(out, "X-Eventwall-Source", ew_bytes_str(ew_transport_name(ev->transport)));
	if (ev->transport == EW_TRANSPORT_HTTP) {
		put_encoded_line(out, "X-Eventwall-Method", e->method);
		put_encoded_line(out, "X-Eventwall-Target", e->target);
		return;
	}
	put_encoded_line(out, "X-Eventwall-Topic", e->subject);
	put_encoded_line(out, "X-Eventwall-Key", e->key);
	put_number(out, "X-Eventwall-Partition", e->partition);
	put_number(out, "X-Eventwall-Offset", e->offset);
}

static void put_reason(struct ew_buffer *out, const struct ew_event *ev)
{
	const struct ew_hit *hit = ew_pipeline_by_signature(ev) ? ev->deciding : NULL;
	const struct ew_field *where = hit ? hit->field : ev->m->culprit;
	char path[512], number[16];

	if (ev->outcome_after == EW_QUARANTINED) {
		put_encoded_line(out, "X-Eventwall-Reason", EW_LIT("undeliverable"));
		put_encoded_line(out, "X-Eventwall-Failure", ew_bytes_str(ev->failure ? ev->failure : ""));
	} else if (hit) {
		put_encoded_line(out, "X-Eventwall-Reason", EW_LIT("signature"));
	} else {
		put_encoded_line(out, "X-Eventwall-Reason", ew_bytes_str(ew_status_name(ev->m->status)));
		put_encoded_line(out, "X-Eventwall-Detail", ew_bytes_str(ev->m->reason ? ev->m->reason : ""));
	}
	if (hit) {
		snprintf(number, sizeof(number), "%u", (unsigned)hit->signature->id);
		put_encoded_line(out, "X-Eventwall-Signature", ew_bytes_str(number));
	}
	if (where) {
		size_t n = ew_field_path(where, path, sizeof(path));
		put_encoded_line(out, "X-Eventwall-Path",
		                 ew_bytes(path, n < sizeof(path) ? n : sizeof(path) - 1));
	}
	put_encoded_line(out, "X-Eventwall-Route", ew_bytes_str(ev->route->config->name));
	put_encoded_line(out, "X-Eventwall-Event-Id", ew_bytes_str(ev->id));
}

static void put_content_type(struct ew_buffer *out, struct ew_bytes type)
{
	bool plain = type.n > 0;

	for (size_t i = 0; i < type.n; i++)
		plain &= type.p[i] >= 0x20 && type.p[i] < 0x7f;
	put_line(out, EW_LIT("Content-Type"), plain ? type : EW_LIT("application/octet-stream"));
}

/* ---- all together */

static bool put_as_it_came(struct ew_outgoing *o, const struct ew_http_function *f,
                           struct ew_bytes authority, const struct ew_envelope *e)
{
	struct ew_bytes path = ew_bytes_str(f->path);
	unsigned said;

	if (!ew_buffer_reserve(&o->head, e->method.n + path.n + e->target.n + authority.n + 32 + fields_most(e)))
		return false;
	uint8_t *to = ew_write(ew_buffer_end(&o->head), e->method);
	to = ew_write_lit(to, " ");
	to = write_target(to, path, e->target);
	to = ew_write_lit(to, " HTTP/1.1\r\nHost: ");
	to = ew_write(to, authority);
	to = ew_write_lit(to, "\r\n");
	to = write_fields(to, e, true, &said);
	to = write_forwarding(to, e, said);
	ew_buffer_ends(&o->head, to);
	o->method = e->method;
	o->body = e->body;
	return true;
}

/* The fields that a format has not already spoken for, and who they come from. */
static bool put_http_fields(struct ew_buffer *h, const struct ew_envelope *e, bool made)
{
	unsigned said;

	if (!ew_buffer_reserve(h, fields_most(e)))
		return false;
	uint8_t *to = write_fields(ew_buffer_end(h), e, false, &said);
	/* Content-Encoding describes the bytes when they go as they are. */
	for (size_t i = 0; !made && i < e->header_count; i++) {
		if (!(e->skip && e->skip[i]) &&
		    ew_bytes_eq_nocase(e->headers[i].name, EW_LIT("content-encoding")))
			to = ew_write_line(to, e->headers[i].name, e->headers[i].value);
	}
	ew_buffer_ends(h, write_forwarding(to, e, said));
	return true;
}

static bool put_as_post(struct ew_outgoing *o, const struct ew_http_function *f,
                        struct ew_bytes authority, const struct ew_event *ev)
{
	const struct ew_envelope *e = &ev->envelope;
	struct ew_buffer *h = &o->head;
	bool http = ev->transport == EW_TRANSPORT_HTTP;
	bool made = f->format == EW_FORMAT_STRUCTURED || f->format == EW_FORMAT_INVOKE;

	ew_buffer_put_lit(h, "POST ");
	ew_buffer_put_str(h, f->path);
	ew_buffer_put_lit(h, " HTTP/1.1\r\nHost: ");
	ew_buffer_put_bytes(h, authority);
	ew_buffer_put_lit(h, "\r\n");
	if (f->format == EW_FORMAT_STRUCTURED) {
		put_content_type(h, EW_LIT("application/cloudevents+json"));
		ew_cloudevent_document(&o->made, ev);
	} else if (f->format == EW_FORMAT_INVOKE) {
		put_content_type(h, EW_LIT("application/json"));
		ew_invoke_document(&o->made, ev);
	} else {
		put_content_type(h, e->content_type);
	}
	if (f->format == EW_FORMAT_BINARY)
		ew_cloudevent_fields(h, ev);
	if (http) {
		if (!put_http_fields(h, e, made))
			return false;
	} else {
		for (size_t i = 0; !made && i < e->header_count; i++) {
			if (!e->skip || !e->skip[i])
				put_property(h, &e->headers[i]);
		}
		ew_buffer_put_lit(h, "Via: 1.1 eventwall\r\n");
	}
	put_origin(h, ev);
	if (ev->as_quarantine)
		put_reason(h, ev);
	o->method = EW_LIT("POST");
	o->body = made ? ew_buffer_view(&o->made) : e->body;
	return true;
}

/* What ends each head, and small content. */
static bool put_end(struct ew_outgoing *o, const char *id)
{
	struct ew_bytes id_text = ew_bytes_str(id);
	struct ew_bytes with = o->body.n <= GATHER_MOST ? o->body : ew_bytes(NULL, 0);

	if (!ew_buffer_reserve(&o->head, id_text.n + EW_U64_MOST + 64 + with.n))
		return false;
	uint8_t *to = ew_write_line(ew_buffer_end(&o->head), EW_LIT("X-Eventwall-Id"), id_text);
	if (o->body.n || carries_content(o->method)) {
		to = ew_write_lit(to, "Content-Length: ");
		to = ew_write_u64(to, o->body.n);
		to = ew_write_lit(to, "\r\n");
	}
	to = ew_write_lit(to, "\r\n");
	ew_buffer_ends(&o->head, ew_write_content(to, with));
	o->body = ew_bytes_from(o->body, with.n);
	return true;
}

bool ew_outgoing_build(struct ew_outgoing *o, const struct ew_http_function *f,
                       struct ew_bytes authority, const struct ew_event *ev)
{
	o->head.from = o->head.to = o->made.from = o->made.to = 0;
	o->head.failed = o->made.failed = false;
	o->sent_as_is = ev->transport == EW_TRANSPORT_HTTP && f->format == EW_FORMAT_PLAIN &&
	                !ev->as_quarantine;
	bool put = o->sent_as_is ? put_as_it_came(o, f, authority, &ev->envelope)
	                         : put_as_post(o, f, authority, ev);
	o->idempotent = is_idempotent(o->method);
	return put && put_end(o, ev->id) && !o->head.failed && !o->made.failed;
}

void ew_outgoing_fini(struct ew_outgoing *o)
{
	ew_buffer_release(&o->head);
	ew_buffer_release(&o->made);
}
