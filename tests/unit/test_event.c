/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* event.c: the top of the tree for each transport. */

#include "eventwall/event.h"
#include "declared.h"
#include "decoded.h"
#include "guard.h"
#include "tap.h"

static const struct ew_limits defaults = EW_LIMITS_DEFAULT;
static struct ew_message *m;

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define PAIR(name, value) { EW_LIT(name), EW_LIT(value) }

static const struct ew_field *find(const char *want)
{
	char path[512];

	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		ew_field_path(f, path, sizeof(path));
		if (strcmp(path, want) == 0)
			return f;
	}
	return NULL;
}

static bool has(const char *path, const char *value)
{
	const struct ew_field *f = find(path);

	return f && ew_bytes_eq(f->value, ew_bytes_str(value));
}

static void http_parts(void)
{
	static const struct ew_pair headers[] = {
		PAIR("Host", "h"), PAIR("Content-Type", "application/json"), PAIR("X-Twice", "1"),
		PAIR("x-twice", "2"), PAIR("Cookie", "a=1; b=\"x\";c; =d;;"), PAIR("cookie", "e=5"),
	};
	static const struct ew_pair trailers[] = { PAIR("X-Sum", "9") };
	struct ew_http_parts p = {
		.method = EW_LIT("POST"), .target = EW_LIT("/p/a?x=1&y=2&x=3?&=&z"), .headers = headers,
		.header_count = COUNT(headers), .trailers = trailers, .trailer_count = COUNT(trailers),
		.body = EW_LIT("{\"k\":\"v\"}"),
	};

	ew_message_reset(m, &defaults);
	is_int(ew_http_event(m, &p), EW_OK, "a request");
	is_str(tree_print(m, m->root),
	       "http.method=POST; http.path=/p/a; http.query.x=1; http.query.y=2; http.query.x=3?; "
	       "http.query[\"\"]=; http.query[\"\"]=z; http.header.host=h; "
	       "http.header.content-type=application/json; http.header.x-twice=1; http.header.x-twice=2; "
	       "http.header.cookie=a=1; b=\"x\";c; =d;;; http.header.cookie=e=5; http.cookie.a=1; "
	       "http.cookie.b=\"x\"; http.cookie[\"\"]=c; http.cookie[\"\"]=d; http.cookie.e=5; "
	       "http.trailer.x-sum=9; http.body={\"k\":\"v\"}", "as a tree, closed");
	is_int(ew_decode(m), EW_OK, "decodes");
	ok(has("http.body|json.k", "v") && has("http.cookie.b|json", "x"), "and opens");
	ok(find("http.method")->flags & EW_FIELD_QUIET, "the method is context");
	ok(find("http.header.host")->flags & EW_FIELD_NAMED &&
	   find("http.header.host")->flags & EW_FIELD_TEXTUAL, "a header name is matched, its value text");
	ok(!tree_broken(m), "a sound tree");
	p = (struct ew_http_parts){ .target = EW_LIT("/") };
	ew_message_reset(m, &defaults);
	ew_http_event(m, &p);
	is_int(ew_decode(m), EW_OK, "a bare request");
	ok(!find("http.query") && !find("http.cookie") && !find("http.trailer") && find("http.body"),
	   "has no parts that were not there");
}

static void query_names(void)
{
	struct ew_http_parts p = { .target = EW_LIT("/?a%24ne=1&b+c=2&%252e=3&d%=4&a=1;b%3b=2;c;d=3&{}") };

	ew_message_reset(m, &defaults);
	ew_http_event(m, &p);
	ok(has("http.query.a%24ne", "1") && has("http.query.a$ne", "1"), "an escaped name both ways");
	ok(has("http.query.b+c", "2") && has("http.query[\"b c\"]", "2"), "plus in a name");
	ok(has("http.query.%252e", "3") && has("http.query.%2e", "3") && has("http.query[\".\"]", "3"),
	   "an escape of an escape");
	ok(has("http.query.d%", "4"), "a broken escape stands");
	ok(has("http.query.a", "1;b%3b=2;c;d=3") && has("http.query.b%3b", "2") &&
	   has("http.query.b;", "2") && has("http.query.d", "3"), "cut at semicolons as well");
	ok(has("http.query[\"\"]", "c") && !find("http.query.{}"), "a piece without = is a value");
	is_int(find("http.query")->last->index, 14, "and that is all");
}

static void body_types(void)
{
	static const struct {
		struct ew_pair h[3];
		size_t n;
		const char *declared;
		enum ew_status status;
		const char *what;
	} rows[] = {
		{ { PAIR("content-type", "Text/Json") }, 1, "=json", EW_OK, "a type" },
		{ { PAIR("Content-Encoding", "gzip, identity") }, 1, "=gzip", EW_OK, "a coding" },
		{ { PAIR("content-encoding", "gzip"), PAIR("content-type", "application/json") }, 2,
		  "=gzip=json", EW_OK, "a coding and a type" },
		{ { PAIR("content-type", "application/json"), PAIR("content-encoding", "zstd, gzip") }, 2,
		  "=gzip=zstd=json", EW_OK, "two codings" },
		{ { PAIR("content-encoding", "zstd"), PAIR("content-encoding", "gzip") }, 2,
		  "=gzip=zstd", EW_OK, "two headers are one list" },
		{ { PAIR("content-encoding", "gzip,gzip,gzip,gzip,gzip") }, 1,
		  "=!=gzip=gzip=gzip=gzip", EW_UNSUPPORTED, "five codings" },
		{ { PAIR("content-encoding", "rot13"), PAIR("content-type", "application/json") }, 2,
		  "=!=json", EW_UNSUPPORTED, "a coding that is not known" },
	};
	struct ew_http_parts p = { .target = EW_LIT("/"), .body = EW_LIT("xyz") };

	for (size_t i = 0; i < COUNT(rows); i++) {
		ew_message_reset(m, &defaults);
		p.headers = rows[i].h;
		p.header_count = rows[i].n;
		is_int(ew_http_event(m, &p), rows[i].status, "%s: status", rows[i].what);
		const struct ew_field *f = find("http.body");
		is_str(declared(f), rows[i].declared, "%s: declared", rows[i].what);
	}
}

static void other_transports(void)
{
	static const struct ew_pair pairs[] = { PAIR("N", "a"), PAIR("Content-Type", "application/json"),
	                                        PAIR("N", "b") };
	struct ew_mqtt_parts q = {
		.topic = EW_LIT("t/1"), .user_properties = pairs, .user_property_count = 3,
		.content_type = EW_LIT("application/json"), .correlation_data = EW_LIT("c"),
		.payload = EW_LIT("[1]"),
	};
	struct ew_kafka_parts k = {
		.topic = EW_LIT("t"), .key = EW_LIT("k"), .headers = pairs, .header_count = 3,
		.value = EW_LIT("{\"a\":1}"),
	};

	ew_message_reset(m, &defaults);
	ew_mqtt_event(m, &q);
	is_int(ew_decode(m), EW_OK, "an MQTT message");
	is_str(tree_print(m, m->root),
	       "mqtt.topic=t/1; mqtt.property.content_type=application/json; "
	       "mqtt.property.correlation_data=c; mqtt.user_property.N=a; "
	       "mqtt.user_property.Content-Type=application/json; mqtt.user_property.N=b; "
	       "mqtt.payload|json[0]=1", "as a tree");
	is_str(declared(find("mqtt.payload")), "=json", "the content type counts");
	ew_message_reset(m, &defaults);
	q = (struct ew_mqtt_parts){ .topic = EW_LIT("t"), .retain = true, .payload = EW_LIT("x") };
	ew_mqtt_event(m, &q);
	is_str(tree_print(m, m->root), "mqtt.topic=t; mqtt.retain=1; mqtt.payload=x", "one that is retained");
	ew_message_reset(m, &defaults);
	q = (struct ew_mqtt_parts){ .no_message = true, .client_id = EW_LIT("c"), .user = EW_LIT("u"),
		                    .auth_method = EW_LIT("M"), .auth_data = EW_LIT("d"),
		                    .user_properties = pairs, .user_property_count = 1 };
	ew_mqtt_event(m, &q);
	is_str(tree_print(m, m->root),
	       "mqtt.client_id=c; mqtt.user=u; mqtt.property.authentication_method=M; "
	       "mqtt.property.authentication_data=d; mqtt.user_property.N=a", "what a client says of itself");
	static const struct ew_bytes filters[] = { { (const uint8_t *)"a/+", 3 }, { (const uint8_t *)"b", 1 } };
	ew_message_reset(m, &defaults);
	q = (struct ew_mqtt_parts){ .no_message = true, .filters = filters, .filter_count = 2 };
	ew_mqtt_event(m, &q);
	is_str(tree_print(m, m->root), "mqtt.filter=a/+; mqtt.filter=b", "what it subscribes to");
	ew_message_reset(m, &defaults);
	ew_kafka_event(m, &k);
	is_int(ew_decode(m), EW_OK, "a Kafka record");
	is_str(tree_print(m, m->root),
	       "kafka.topic=t; kafka.key=k; kafka.header.N=a; "
	       "kafka.header.Content-Type=application/json; kafka.header.N=b; kafka.value|json.a=1",
	       "as a tree");
	k.value = EW_LIT("{\"a\":");
	ew_message_reset(m, &defaults);
	ew_kafka_event(m, &k);
	is_int(ew_decode(m), EW_TRUNCATED, "a declared value that ends early");
}

static void budgets(void)
{
	static const struct ew_pair headers[] = { PAIR("A", "1"), PAIR("Cookie", "a=1;b=2") };
	struct ew_http_parts p = {
		.target = EW_LIT("/?a%41=1&b;c=2"), .headers = headers, .header_count = 2,
		.trailers = headers, .trailer_count = 1, .body = EW_LIT("x"),
	};
	struct ew_limits lim = defaults;
	int good = 0, fields;

	ew_message_reset(m, &lim);
	ew_http_event(m, &p);
	fields = (int)m->used_fields;
	for (lim.fields = 0; lim.fields < (size_t)fields; lim.fields++) {
		ew_message_reset(m, &lim);
		good += ew_http_event(m, &p) == EW_LIMIT && ew_decode(m) == EW_LIMIT && !tree_broken(m);
	}
	is_int(good, fields, "out of fields at each place");
	lim = defaults;
	for (lim.arena = 0; lim.arena < 3000; lim.arena += 16) {
		ew_message_reset(m, &lim);
		if (!m->root)
			continue;
		ew_http_event(m, &p);
		if (ew_arena_spent(m->arena) != (m->status == EW_LIMIT))
			good = -1;
	}
	ok(good == fields, "out of memory at each place");
}

static bool target(void *arg, struct ew_bytes b)
{
	struct ew_http_parts p = { .target = b, .body = b };
	const struct ew_pair headers[] = { { EW_LIT("cookie"), b }, { EW_LIT("content-type"), b },
	                                   { EW_LIT("content-encoding"), b }, { b, b } };

	(void)arg;
	p.headers = headers;
	p.header_count = COUNT(headers);
	ew_message_reset(m, &defaults);
	ew_http_event(m, &p);
	ew_decode(m);
	return !tree_broken(m);
}

int main(void)
{
	m = ew_message_new(&defaults);
	if (!m)
		abort();
	http_parts();
	query_names();
	body_types();
	other_transports();
	budgets();
	ok(each_prefix(EW_LIT("/a?%41+=%&;=;;a;&&==gzip, x;boundary=\"a\\\";\"%2"), target, NULL),
	   "each prefix in every place");
	ew_message_free(&m);
	return done();
}
