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

static void put_target(struct ew_buffer *out, const char *base, struct ew_bytes target)
{
	struct ew_bytes path = ew_bytes_str(base);

	if (ew_bytes_eq(target, EW_LIT("*")) && path.n <= 1) {
		ew_buffer_put_lit(out, "*");
		return;
	}
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	ew_buffer_put_bytes(out, path);
	if (target.n && target.p[0] == '/')
		ew_buffer_put_bytes(out, target);
	else
		ew_buffer_put_lit(out, "/");
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

static void put_list_before(struct ew_buffer *out, const struct ew_envelope *e, enum appended which)
{
	for (size_t i = 0; i < e->header_count; i++) {
		if ((e->skip && e->skip[i]) || appended_field(e->headers[i].name) != which ||
		    e->headers[i].value.n == 0)
			continue;
		ew_buffer_put_bytes(out, e->headers[i].value);
		ew_buffer_put_lit(out, ", ");
	}
}

static void put_node(struct ew_buffer *out, struct ew_bytes peer)
{
	bool v6 = peer.n && memchr(peer.p, ':', peer.n);

	ew_buffer_put_str(out, v6 ? "for=\"[" : "for=");
	ew_buffer_put_bytes(out, peer);
	ew_buffer_put_str(out, v6 ? "]\"" : "");
}

/* `said`: bits of what a trusted peer has said already. */
static void put_forwarding(struct ew_buffer *out, const struct ew_envelope *e, unsigned said)
{
	if (e->peer.n) {
		ew_buffer_put_lit(out, "X-Forwarded-For: ");
		if (said & 1u << APPENDED_FOR)
			put_list_before(out, e, APPENDED_FOR);
		ew_buffer_put_bytes(out, e->peer);
		ew_buffer_put_lit(out, "\r\n");
	}
	if (!(said & 1u << APPENDED_PROTO))
		ew_buffer_put_lit(out, "X-Forwarded-Proto: http\r\n");
	if (!(said & 1u << APPENDED_HOST) && e->host.n)
		put_line(out, EW_LIT("X-Forwarded-Host"), e->host);
	ew_buffer_put_lit(out, "Forwarded: ");
	if (said & 1u << APPENDED_FORWARDED)
		put_list_before(out, e, APPENDED_FORWARDED);
	put_node(out, e->peer.n ? e->peer : EW_LIT("unknown"));
	if (e->host.n) {
		ew_buffer_put_lit(out, ";host=\"");
		ew_buffer_put_bytes(out, e->host);
		ew_buffer_put_lit(out, "\"");
	}
	ew_buffer_put_lit(out, ";proto=http\r\nVia: 1.1 eventwall\r\n");
}

/* Fields of the client, but for those with a meaning of their own here.  `typed`: its Content-Type
 * describes what we send. */
static unsigned put_fields(struct ew_buffer *out, const struct ew_envelope *e, bool typed)
{
	unsigned said = 0;

	for (size_t i = 0; i < e->header_count; i++) {
		const struct ew_pair *f = &e->headers[i];
		enum appended a = appended_field(f->name);
		if (e->skip && e->skip[i])
			continue;
		said |= 1u << a;
		if (a == APPENDED_FOR || a == APPENDED_FORWARDED)
			continue;
		if (!typed && (ew_bytes_eq_nocase(f->name, EW_LIT("content-type")) ||
		               ew_bytes_eq_nocase(f->name, EW_LIT("content-encoding")) ||
		               ew_bytes_starts_nocase(f->name, EW_LIT("ce-"))))
			continue;
		put_line(out, f->name, f->value);
	}
	return said;
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

static void put_as_it_came(struct ew_outgoing *o, const struct ew_http_function *f,
                           const char *authority, const struct ew_envelope *e)
{
	ew_buffer_put_bytes(&o->head, e->method);
	ew_buffer_put_lit(&o->head, " ");
	put_target(&o->head, f->path, e->target);
	ew_buffer_put_lit(&o->head, " HTTP/1.1\r\nHost: ");
	ew_buffer_put_str(&o->head, authority);
	ew_buffer_put_lit(&o->head, "\r\n");
	put_forwarding(&o->head, e, put_fields(&o->head, e, true));
	o->method = e->method;
	o->body = e->body;
}

static void put_as_post(struct ew_outgoing *o, const struct ew_http_function *f, const char *authority,
                        const struct ew_event *ev)
{
	const struct ew_envelope *e = &ev->envelope;
	struct ew_buffer *h = &o->head;
	bool http = ev->transport == EW_TRANSPORT_HTTP;
	bool made = f->format == EW_FORMAT_STRUCTURED || f->format == EW_FORMAT_INVOKE;

	ew_buffer_put_lit(h, "POST ");
	ew_buffer_put_str(h, f->path);
	ew_buffer_put_lit(h, " HTTP/1.1\r\nHost: ");
	ew_buffer_put_str(h, authority);
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
		/* Content-Encoding describes the bytes when they go as they are. */
		unsigned said = put_fields(h, e, false);
		for (size_t i = 0; !made && i < e->header_count; i++) {
			if (!(e->skip && e->skip[i]) &&
			    ew_bytes_eq_nocase(e->headers[i].name, EW_LIT("content-encoding")))
				put_line(h, e->headers[i].name, e->headers[i].value);
		}
		put_forwarding(h, e, said);
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
}

bool ew_outgoing_build(struct ew_outgoing *o, const struct ew_http_function *f, const char *authority,
                       const struct ew_event *ev)
{
	o->head.from = o->head.to = o->made.from = o->made.to = 0;
	o->head.failed = o->made.failed = false;
	o->sent_as_is = ev->transport == EW_TRANSPORT_HTTP && f->format == EW_FORMAT_PLAIN &&
	                !ev->as_quarantine;
	if (o->sent_as_is)
		put_as_it_came(o, f, authority, &ev->envelope);
	else
		put_as_post(o, f, authority, ev);
	o->idempotent = is_idempotent(o->method);
	put_line(&o->head, EW_LIT("X-Eventwall-Id"), ew_bytes_str(ev->id));
	if (o->body.n || carries_content(o->method)) {
		ew_buffer_put_lit(&o->head, "Content-Length: ");
		ew_buffer_put_u64(&o->head, o->body.n);
		ew_buffer_put_lit(&o->head, "\r\n");
	}
	ew_buffer_put_lit(&o->head, "\r\n");
	if (o->body.n <= GATHER_MOST) {
		ew_buffer_put_bytes(&o->head, o->body);
		o->body.n = 0;
	}
	return !o->head.failed && !o->made.failed;
}

void ew_outgoing_fini(struct ew_outgoing *o)
{
	ew_buffer_release(&o->head);
	ew_buffer_release(&o->made);
}
