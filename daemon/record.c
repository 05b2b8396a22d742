/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Lines of JSON to samples. */

#include "daemon/record.h"

#include "eventwall/codec.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

__attribute__((format(printf, 3, 4)))
static bool wrong(char *why, size_t cap, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, cap, fmt, ap);
	va_end(ap);
	return false;
}

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static int source_of(const json_t *o)
{
	if (json_object_get(o, "partition") || json_object_get(o, "offset"))
		return EW_TRANSPORT_KAFKA;
	return json_object_get(o, "topic") ? EW_TRANSPORT_MQTT : EW_TRANSPORT_HTTP;
}

/* Heap; NULL: it is no base64, or no memory. */
static uint8_t *from_base64(const json_t *v, size_t *n_r)
{
	struct ew_bytes in = ew_bytes(json_string_value(v), json_string_length(v));
	struct ew_base64_traits traits = { 0 };
	uint8_t *out = malloc(EW_BASE64_DECODED(in.n));

	*n_r = out ? ew_base64_decode(in, out, &traits) : 0;
	if (!traits.foreign && !traits.inner_pad && !traits.cut)
		return out;
	free(out);
	return NULL;
}

static bool take_content(struct ew_record *r, char *why, size_t cap)
{
	static const char *const keys[] = { "body", "payload", "value" };
	struct ew_sample *s = &r->sample;

	for (size_t i = 0; i < COUNT(keys); i++) {
		char coded[16];
		snprintf(coded, sizeof(coded), "%s_base64", keys[i]);
		const json_t *v = json_object_get(r->json, keys[i]), *b = json_object_get(r->json, coded);
		if (b && !json_is_string(b))
			return wrong(why, cap, "\"%s\" takes a string", coded);
		if (b)
			s->bytes = from_base64(b, &s->n);
		if (b && !s->bytes)
			return wrong(why, cap, "\"%s\" is no base64", coded);
		if (b)
			return true;
		if (json_is_string(v)) {
			s->n = json_string_length(v);
			s->bytes = malloc(s->n + 1);
			if (s->bytes)
				memcpy(s->bytes, json_string_value(v), s->n + 1);
		} else if (v && !json_is_null(v)) {
			s->bytes = (uint8_t *)json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
			s->n = s->bytes ? strlen((char *)s->bytes) : 0;
		}
		if (v)
			return s->bytes || json_is_null(v) || wrong(why, cap, "out of memory");
	}
	return true;
}

static bool add_header(struct ew_sample *s, const char *name, const json_t *value, char *why, size_t cap)
{
	if (!name || (!json_is_string(value) && !json_is_null(value)))
		return wrong(why, cap, "a header has a name and a text");
	if (s->header_count == EW_HTTP_MAX_HEADERS)
		return wrong(why, cap, "more than %d headers", EW_HTTP_MAX_HEADERS);
	s->headers[s->header_count++] = (struct ew_pair){
		ew_bytes_str(name),
		ew_bytes(json_is_null(value) ? "" : json_string_value(value), json_string_length(value)),
	};
	return true;
}

/* {"a": "b", "c": ["d", "e"]}, [["a", "b"]] or ["a", "b"]. */
static bool take_headers(struct ew_record *r, char *why, size_t cap)
{
	json_t *all = json_object_get(r->json, "headers"), *value;
	struct ew_sample *s = &r->sample;
	const char *name;

	json_object_foreach(all, name, value) {
		size_t n = json_is_array(value) ? json_array_size(value) : 1;
		for (size_t i = 0; i < n; i++)
			if (!add_header(s, name, json_is_array(value) ? json_array_get(value, i) : value, why, cap))
				return false;
	}
	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *pair = json_array_get(all, i);
		bool flat = json_is_string(pair);
		name = flat ? json_string_value(pair) : json_string_value(json_array_get(pair, 0));
		value = flat ? json_array_get(all, ++i) : json_array_get(pair, 1);
		if (!add_header(s, name, value, why, cap))
			return false;
	}
	return true;
}

static bool take_source(struct ew_record *r, char *why, size_t cap)
{
	const char *name = text_of(r->json, "source");

	r->sample.source = name ? -1 : source_of(r->json);
	for (int t = 0; name && t < EW_TRANSPORT_COUNT; t++)
		if (!strcmp(name, ew_transport_name((enum ew_transport)t)))
			r->sample.source = t;
	return r->sample.source >= 0 ||
	       wrong(why, cap, "\"%.64s\" is no source; there are http, mqtt and kafka", name);
}

bool ew_record_read(struct ew_record *r, const char *command, struct ew_bytes line, char *why, size_t cap)
{
	struct ew_sample *s = &r->sample;
	json_error_t e;
	const json_t *key;

	memset(r, 0, sizeof(*r));
	s->command = command;
	r->json = json_loadb((const char *)line.p, line.n, 0, &e);
	if (!json_is_object(r->json))
		return wrong(why, cap, "no JSON object: %s", r->json ? "it is another value" : e.text);
	if (!take_source(r, why, cap) || !take_content(r, why, cap) || !take_headers(r, why, cap))
		return false;
	s->path = text_of(r->json, "path");
	s->method = text_of(r->json, "method");
	s->topic = text_of(r->json, "topic");
	s->content_type = text_of(r->json, "content_type");
	key = json_object_get(r->json, "key");
	s->key = ew_bytes(json_is_string(key) ? json_string_value(key) : "", json_string_length(key));
	r->name = text_of(r->json, "name");
	r->expect = text_of(r->json, "expect");
	if (r->expect && strcmp(r->expect, "drop") != 0 && strcmp(r->expect, "forward") != 0)
		return wrong(why, cap, "\"expect\" is \"drop\" or \"forward\", not \"%.32s\"", r->expect);
	return true;
}

void ew_record_fini(struct ew_record *r)
{
	ew_sample_fini(&r->sample);
	json_decref(r->json);
	r->json = NULL;
}
