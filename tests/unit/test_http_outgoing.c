/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Requests to functions: whatever an event holds, what leaves is one request that our own strict parser
 * takes, with one length, and nothing of the event has become a field of its own. */

#include "daemon/http_outgoing.h"

#include "daemon/generation.h"
#include "eventwall/http1.h"

#include "tap.h"

static struct ew_http_limits limits = EW_HTTP_LIMITS_DEFAULT;
static struct ew_outgoing out;
static struct ew_http_head head;

/* Build and parse back.  False: not exactly one good request with the content behind it. */
static bool round_trip(const struct ew_http_function *f, const struct ew_event *ev)
{
	static char text[65536];
	size_t scanned = 0;

	if (!ew_outgoing_build(&out, f, EW_LIT("fn:9000"), ev))
		return false;
	size_t n = ew_buffer_held(&out.head);
	if (n + out.body.n > sizeof(text))
		return false;
	memcpy(text, out.head.p + out.head.from, n);
	if (out.body.n)
		memcpy(text + n, out.body.p, out.body.n);
	n += out.body.n;
	struct ew_parse p = ew_http_request(&head, ew_bytes(text, n), &limits, &scanned);
	return p.status == EW_OK && p.consumed + (head.has_length ? head.length : 0) == n;
}

static const char *field(const char *name)
{
	static char text[512];
	const struct ew_pair *f = ew_http_header(&head, ew_bytes_str(name));

	snprintf(text, sizeof(text), "%.*s", f ? (int)f->value.n : 1, f ? (const char *)f->value.p : "-");
	return text;
}

static void test_hostile_mqtt(struct ew_event *ev, struct ew_http_function *f)
{
	static const struct ew_pair properties[] = {
		{ { (const uint8_t *)"a\r\nX-Evil: 1", 12 }, { (const uint8_t *)"v\r\nX-Evil: 2", 12 } },
		{ { (const uint8_t *)"under_score", 11 }, { (const uint8_t *)"\0\xff%", 3 } },
		{ { (const uint8_t *)"Host", 4 }, { (const uint8_t *)"evil", 4 } },
		{ { (const uint8_t *)"", 0 }, { (const uint8_t *)"", 0 } },
		{ { (const uint8_t *)"traceparent", 11 }, { (const uint8_t *)"00-1-2-01", 9 } },
	};
	struct ew_envelope *e = &ev->envelope;

	ev->transport = EW_TRANSPORT_MQTT;
	e->subject = EW_LIT("a/b\r\nX-Evil: 3");
	e->key = EW_LIT("k \"\n");
	e->content_type = EW_LIT("text/plain\r\nX-Evil: 4");
	e->headers = properties;
	e->header_count = 5;
	e->body = EW_LIT("GET / HTTP/1.1\r\n\r\n");
	for (int format = EW_FORMAT_PLAIN; format <= EW_FORMAT_INVOKE; format++) {
		f->format = (enum ew_format)format;
		ok(round_trip(f, ev), "format %d: one good request from hostile parts", format);
		is_str(field("x-evil"), "-", "format %d: no field of theirs", format);
		is_str(field("host"), "fn:9000", "format %d: our Host", format);
	}
	f->format = EW_FORMAT_PLAIN;
	ok(round_trip(f, ev), "plain again");
	is_str(field("content-type"), "application/octet-stream", "a type that cannot stand in a field");
	is_str(field("x-eventwall-topic"), "a/b%0D%0AX-Evil:%203", "a topic, escaped");
	is_str(field("x-eventwall-key"), "k%20%22%0A", "a key, escaped");
	is_str(field("x-eventwall-property-under%5Fscore"), "%00%FF%25", "a property, name and value escaped");
	is_str(field("x-eventwall-property-host"), "evil", "a property named Host is a property");
	is_str(field("traceparent"), "00-1-2-01", "a trace context goes on as such");
}

static void test_http(struct ew_event *ev, struct ew_http_function *f)
{
	static const char text[] =
		"PUT /a?b=c HTTP/1.1\r\nHost: shop.test\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n"
		"X-Forwarded-For: 6.6.6.6\r\nConnection: X-Hop\r\nX-Hop: 1\r\nAccept: */*\r\n\r\nabc";
	static struct ew_http_head in;
	static bool skip[EW_HTTP_MAX_HEADERS];
	size_t scanned = 0;
	struct ew_envelope *e = &ev->envelope;
	struct ew_parse p = ew_http_request(&in, ew_bytes(text, sizeof(text) - 1), &limits, &scanned);

	is_int(p.status, EW_OK, "a request");
	for (size_t i = 0; i < in.header_count; i++)
		skip[i] = in.hop[i] || in.proxy[i];
	ev->transport = EW_TRANSPORT_HTTP;
	*e = (struct ew_envelope){ .method = in.method, .target = in.target, .host = in.host,
		                   .headers = in.header, .skip = skip, .header_count = in.header_count,
		                   .peer = EW_LIT("2001:db8::1"), .body = EW_LIT("abc") };
	f->format = EW_FORMAT_PLAIN;
	ok(round_trip(f, ev), "goes on as one request");
	ok(ew_bytes_eq(head.method, EW_LIT("PUT")) && ew_bytes_eq(head.target, EW_LIT("/base/a?b=c")),
	   "method, and target below the function's path");
	ok(out.idempotent && out.sent_as_is, "PUT may be sent twice");
	is_int(head.length, 3, "one length");
	is_str(field("x-forwarded-for"), "2001:db8::1", "the client's address");
	is_str(field("forwarded"), "for=\"[2001:db8::1]\";host=\"shop.test\";proto=http", "the same, standard");
	is_str(field("x-hop"), "-", "nothing of the last hop");
	is_str(field("accept"), "*/*", "but what goes to the end");
	e->body.n = 0;
	ok(round_trip(f, ev), "without content");
	is_str(field("content-length"), "0", "PUT says so");
	e->method = EW_LIT("GET");
	ok(round_trip(f, ev), "GET without content");
	is_str(field("content-length"), "-", "does not speak of it");
	f->path = (char *)"/";
	e->method = EW_LIT("OPTIONS");
	e->target = EW_LIT("*");
	ok(round_trip(f, ev) && ew_bytes_eq(head.target, EW_LIT("*")), "OPTIONS of the server");
}

int main(void)
{
	static struct ew_route_config config = { .name = (char *)"r \"x" };
	static struct ew_route route = { .config = &config };
	static struct ew_event ev = { .route = &route, .id = "01ARZ3NDEKTSV4RRFFQ69G5FAV" };
	struct ew_limits budget = EW_LIMITS_DEFAULT;
	struct ew_http_function f = { .path = (char *)"/base/" };

	ew_buffers_ref();
	ev.envelope.partition = -1;
	ev.envelope.offset = -1;
	ev.m = ew_message_new(&budget);
	ok(ev.m != NULL, "a message");
	test_hostile_mqtt(&ev, &f);
	test_http(&ev, &f);
	ew_message_free(&ev.m);
	ew_outgoing_fini(&out);
	ew_buffers_unref();
	return done();
}
