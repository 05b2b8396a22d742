/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Envelopes that a sink writes around a payload.
 *
 * The trap: a payload is placed into a document as it is only after it was checked to be one JSON
 * value, or `1,"id":"forged"` would write members of the envelope. */

#include "daemon/cloudevent.h"

#include "daemon/generation.h"
#include "eventwall/codec.h"

#include <stdio.h>
#include <time.h>

static const char *type_of(const struct ew_event *ev)
{
	static const char *const types[] = {
		[EW_TRANSPORT_HTTP] = "eventwall.http.request",
		[EW_TRANSPORT_MQTT] = "eventwall.mqtt.publish",
		[EW_TRANSPORT_KAFKA] = "eventwall.kafka.record",
	};
	return types[ev->transport];
}

/* RFC 3339; now, when the event has no time of its own. */
static void put_time(struct ew_buffer *out, const struct ew_event *ev)
{
	char text[48];
	struct timespec now;
	struct tm t;
	int64_t ms = ev->envelope.timestamp_ms;

	if (ms <= 0) {
		clock_gettime(CLOCK_REALTIME, &now);
		ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	}
	time_t s = (time_t)(ms / 1000);
	if (!gmtime_r(&s, &t))
		return;
	int n = snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900,
	                 t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)(ms % 1000));
	if (n > 0 && (size_t)n < sizeof(text))
		ew_buffer_put(out, text, (size_t)n);
}

void ew_put_encoded(struct ew_buffer *out, struct ew_bytes value)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t from = 0;

	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = value.p[i];
		if (c > 0x20 && c < 0x7f && c != '"' && c != '%')
			continue;
		char escape[3] = { '%', hex[c >> 4], hex[c & 15] };
		ew_buffer_put(out, value.p + from, i - from);
		ew_buffer_put(out, escape, 3);
		from = i + 1;
	}
	ew_buffer_put(out, value.p + from, value.n - from);
}

void ew_cloudevent_fields(struct ew_buffer *out, const struct ew_event *ev)
{
	const struct ew_envelope *e = &ev->envelope;

	ew_buffer_put_lit(out, "ce-specversion: 1.0\r\nce-id: ");
	ew_buffer_put_str(out, ev->id);
	ew_buffer_put_lit(out, "\r\nce-source: /eventwall/");
	ew_put_encoded(out, ew_bytes_str(ev->route->config->name));
	ew_buffer_put_lit(out, "\r\nce-type: ");
	ew_buffer_put_str(out, type_of(ev));
	ew_buffer_put_lit(out, "\r\nce-time: ");
	put_time(out, ev);
	if (e->subject.n) {
		ew_buffer_put_lit(out, "\r\nce-subject: ");
		ew_put_encoded(out, e->subject);
	}
	if (e->key.n) {
		ew_buffer_put_lit(out, "\r\nce-partitionkey: ");
		ew_put_encoded(out, e->key);
	}
	ew_buffer_put_lit(out, "\r\n");
}

/* ---- JSON */

/* A JSON string; what is no UTF-8 becomes U+FFFD. */
static void put_string(struct ew_buffer *out, struct ew_bytes s)
{
	bool valid = ew_utf8_valid(s);
	char escape[8];

	ew_buffer_put_lit(out, "\"");
	for (size_t i = 0, from = 0; i <= s.n; i++) {
		bool odd = i < s.n && (s.p[i] < 0x20 || s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == 0x7f ||
		                       (s.p[i] >= 0x80 && !valid));
		if (i < s.n && !odd)
			continue;
		ew_buffer_put(out, s.p + from, i - from);
		from = i + 1;
		if (i == s.n)
			break;
		int n = s.p[i] >= 0x80 ? snprintf(escape, sizeof(escape), "\\ufffd")
		                       : snprintf(escape, sizeof(escape), "\\u%04x", s.p[i]);
		ew_buffer_put(out, escape, (size_t)n);
	}
	ew_buffer_put_lit(out, "\"");
}

static void put_base64(struct ew_buffer *out, struct ew_bytes b)
{
	size_t room = EW_BASE64_ENCODED(b.n);

	ew_buffer_put_lit(out, "\"");
	if (ew_buffer_reserve(out, room))
		out->to += ew_base64_encode(b, out->p + out->to);
	else
		out->failed = true;
	ew_buffer_put_lit(out, "\"");
}

static void put_member(struct ew_buffer *out, const char *name, struct ew_bytes value)
{
	if (value.n == 0)
		return;
	ew_buffer_put_lit(out, ",\"");
	ew_buffer_put_str(out, name);
	ew_buffer_put_lit(out, "\":");
	put_string(out, value);
}

static void put_source(struct ew_buffer *out, const struct ew_event *ev)
{
	ew_buffer_put_lit(out, ",\"source\":\"/eventwall/");
	ew_put_encoded(out, ew_bytes_str(ev->route->config->name)); /* leaves nothing that needs escapes */
	ew_buffer_put_lit(out, "\",\"time\":\"");
	put_time(out, ev);
	ew_buffer_put_lit(out, "\"");
}

void ew_cloudevent_document(struct ew_buffer *out, const struct ew_event *ev)
{
	const struct ew_envelope *e = &ev->envelope;

	ew_buffer_put_lit(out, "{\"specversion\":\"1.0\",\"id\":\"");
	ew_buffer_put_str(out, ev->id);
	ew_buffer_put_lit(out, "\",\"type\":\"");
	ew_buffer_put_str(out, type_of(ev));
	ew_buffer_put_lit(out, "\"");
	put_source(out, ev);
	put_member(out, "subject", e->subject);
	put_member(out, "partitionkey", e->key);
	if (ew_json_is_value(e->body)) {
		/* Whatever the sender called it, it is JSON, and this is how `data` is read. */
		ew_buffer_put_lit(out, ",\"datacontenttype\":\"application/json\",\"data\":");
		ew_buffer_put_bytes(out, e->body);
	} else {
		put_member(out, "datacontenttype", e->content_type);
		ew_buffer_put_lit(out, ",\"data_base64\":");
		put_base64(out, e->body);
	}
	ew_buffer_put_lit(out, "}");
}

static bool is_shown(const struct ew_envelope *e, size_t i)
{
	return !e->skip || !e->skip[i];
}

/* One member a name: values of repeated ones are joined as a list field. */
static void put_headers(struct ew_buffer *out, const struct ew_envelope *e)
{
	bool any = false;

	ew_buffer_put_lit(out, ",\"headers\":{");
	for (size_t i = 0; i < e->header_count; i++) {
		size_t before = 0;
		while (before < i && !(is_shown(e, before) &&
		                       ew_bytes_eq_nocase(e->headers[before].name, e->headers[i].name)))
			before++;
		if (!is_shown(e, i) || before < i)
			continue;
		if (any)
			ew_buffer_put_lit(out, ",");
		any = true;
		put_string(out, e->headers[i].name);
		ew_buffer_put_lit(out, ":");
		put_string(out, e->headers[i].value);
		for (size_t k = i + 1; k < e->header_count; k++) {
			if (!is_shown(e, k) || !ew_bytes_eq_nocase(e->headers[k].name, e->headers[i].name))
				continue;
			out->to--; /* reopen the string */
			ew_buffer_put_lit(out, ", ");
			size_t quote = out->to;
			put_string(out, e->headers[k].value);
			if (out->failed)
				return;
			memmove(out->p + quote, out->p + quote + 1, out->to - quote - 1);
			out->to--;
		}
	}
	ew_buffer_put_lit(out, "}");
}

void ew_invoke_document(struct ew_buffer *out, const struct ew_event *ev)
{
	const struct ew_envelope *e = &ev->envelope;
	bool text = ew_utf8_valid(e->body);

	ew_buffer_put_lit(out, "{\"id\":\"");
	ew_buffer_put_str(out, ev->id);
	ew_buffer_put_lit(out, "\",\"type\":\"");
	ew_buffer_put_str(out, type_of(ev));
	ew_buffer_put_lit(out, "\"");
	put_source(out, ev);
	put_member(out, "subject", e->subject);
	put_member(out, "key", e->key);
	put_member(out, "method", e->method);
	put_member(out, "target", e->target);
	put_member(out, "contentType", e->content_type);
	put_headers(out, e);
	ew_buffer_put_lit(out, ",\"body\":");
	if (text)
		put_string(out, e->body);
	else
		put_base64(out, e->body);
	if (text)
		ew_buffer_put_lit(out, ",\"isBase64Encoded\":false}");
	else
		ew_buffer_put_lit(out, ",\"isBase64Encoded\":true}");
}
