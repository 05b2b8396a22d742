/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* sparkplug.c, and kpl.c, the other message whose fields have names: names, nesting, compressed bodies. */

#include "decoded.h"
#include "eventwall/event.h"
#include "opened.h"
#include "tap.h"
#include "wire.h"

#include <zlib.h>

static char as[] = "sparkplug";

static struct ew_message *published(struct ew_bytes payload, const char *topic)
{
	struct ew_mqtt_parts p = { .topic = ew_bytes_str(topic), .payload = payload };
	struct ew_message *m = ew_message_new(&opened_limits);

	if (!m)
		abort();
	ew_mqtt_event(m, &p);
	ew_decode(m);
	return m;
}

/* A metric in a payload. */
static void put_metric(struct wire *w, const char *name, const char *value)
{
	struct wire in = { .n = 0 };

	proto_text(&in, 1, name);
	proto_number(&in, 4, 12);
	proto_text(&in, 15, value);
	proto_content(w, 2, wire_bytes(&in));
}

static void test_names(void)
{
	struct wire w = { .n = 0 }, in = { .n = 0 }, deep = { .n = 0 }, row = { .n = 0 };
	struct ew_message *m;

	proto_number(&w, 1, 1700000000000);
	put_metric(&w, "Node Control/Rebirth", "' or 1=1--");
	/* A data set and a template in further metrics. */
	proto_text(&deep, 6, "cell");
	proto_content(&row, 1, wire_bytes(&deep));
	deep.n = 0;
	proto_text(&deep, 2, "column");
	proto_content(&deep, 4, wire_bytes(&row));
	proto_number(&in, 2, 7);
	wire_put(&in, "\x65\0\0\x20\x40", 5); /* float_value 2.5 */
	proto_content(&in, 17, wire_bytes(&deep));
	proto_content(&w, 2, wire_bytes(&in));
	deep.n = in.n = 0;
	put_metric(&deep, "inner", "value");
	proto_content(&in, 18, wire_bytes(&deep));
	proto_content(&in, 16, EW_LIT("{\"a\":1}"));
	proto_content(&w, 2, wire_bytes(&in));
	proto_number(&w, 3, 5);

	m = published(wire_bytes(&w), "spBv1.0/g/NBIRTH/n");
	ok(m->status == EW_OK && !tree_broken(m), "a birth");
	ok(has(m, "mqtt.payload|sparkplug.timestamp", "1700000000000") &&
	   has(m, "mqtt.payload|sparkplug.metrics.name", "Node Control/Rebirth") &&
	   has(m, "mqtt.payload|sparkplug.metrics.string_value", "' or 1=1--"), "names of the schema");
	ok(has(m, "mqtt.payload|sparkplug.metrics.dataset_value.columns", "column") &&
	   has(m, "mqtt.payload|sparkplug.metrics.dataset_value.rows.elements.string_value", "cell"), "a data set");
	ok(has(m, "mqtt.payload|sparkplug.metrics.template_value.metrics.name", "inner"), "a template");
	ok(has(m, "mqtt.payload|sparkplug.metrics.float_value", "2.5"), "a float");
	ok(has(m, "mqtt.payload|sparkplug.metrics.bytes_value|json.a", "1"), "bytes are opened further");
	ew_message_free(&m);
	ok(each_prefix(wire_bytes(&w), opens_safely, as), "each prefix");
	m = published(wire_bytes(&w), "other/g/NBIRTH/n");
	ok(m->status == EW_OK && has(m, "mqtt.payload|protobuf.2.15", "' or 1=1--"), "without the topic: numbers");
	ew_message_free(&m);
	m = published(EW_LIT("{\"online\":true}"), "spBv1.0/STATE/host");
	ok(m->status == EW_OK && has(m, "mqtt.payload|json.online", "true"), "state is JSON");
	ew_message_free(&m);
	m = published(EW_LIT("{\"online\":true}"), "spBv1.0/g/NDATA/n");
	ok(m->status == EW_MALFORMED && has(m, "mqtt.payload|json.online", "true"), "data are not");
	ew_message_free(&m);
	m = published(ew_bytes(w.p, w.n - 20), "spBv1.0/g/NDATA/n");
	ok(m->status == EW_TRUNCATED && has(m, "mqtt.payload|sparkplug.metrics.name", "Node Control/Rebirth"),
	   "cut");
	ew_message_free(&m);
	w.n = 0;
	proto_content(&w, 2, EW_LIT("\x0a\x50short"));
	m = published(wire_bytes(&w), "spBv1.0/g/NDATA/n");
	ok(m->status == EW_TRUNCATED && has(m, "mqtt.payload|sparkplug.metrics", "\x0a\x50short"),
	   "a metric that is cut is bytes");
	ew_message_free(&m);
}

static void test_templates(void)
{
	size_t n = 0, cap = 1000000;
	uint8_t *buf = malloc(cap);
	struct ew_message *m;

	if (!buf)
		abort();
	for (int i = 0; n + 12 < cap && i < 100000; i++) {
		/* metrics { template_value { ... } } */
		static const uint8_t tags[][2] = { { 0x92, 0x01 }, { 0x12, 0 } };
		struct wire head = { .n = 0 };
		wire_put(&head, tags[i % 2], i % 2 ? 1 : 2);
		wire_varint(&head, n);
		memcpy(buf + cap - n - head.n, head.p, head.n);
		n += head.n;
	}
	m = published(ew_bytes(buf + cap - n, n), "spBv1.0/g/NDATA/n");
	ok(m->status == EW_LIMIT && strcmp(m->reason, "depth") == 0 && !tree_broken(m), "templates 50000 deep: %s",
	   m->reason);
	ew_message_free(&m);
	free(buf);
}

/* A payload whose body is `in`, compressed. */
static struct wire packed(struct ew_bytes in, bool gzip)
{
	struct wire w = { .n = 0 };
	uint8_t out[4096];
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p, .avail_in = (uInt)in.n, .next_out = out,
		       .avail_out = sizeof(out) };

	if (deflateInit2(&z, 9, Z_DEFLATED, gzip ? 31 : 15, 9, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	deflateEnd(&z);
	put_metric(&w, "algorithm", gzip ? "GZIP" : "DEFLATE");
	proto_text(&w, 4, "SPBV1.0_COMPRESSED");
	proto_content(&w, 5, ew_bytes(out, z.total_out));
	return w;
}

static void test_compressed(void)
{
	struct wire w = { .n = 0 }, p;
	struct ew_message *m;

	put_metric(&w, "m", "' or 1=1--");
	p = packed(wire_bytes(&w), true);
	m = published(wire_bytes(&p), "spBv1.0/g/DDATA/n/d");
	ok(m->status == EW_OK &&
	   has(m, "mqtt.payload|sparkplug.body|gzip|sparkplug.metrics.string_value", "' or 1=1--"),
	   "a body in GZIP");
	ew_message_free(&m);
	p = packed(wire_bytes(&w), false);
	m = published(wire_bytes(&p), "spBv1.0/g/DDATA/n/d");
	ok(m->status == EW_OK &&
	   has(m, "mqtt.payload|sparkplug.body|deflate|sparkplug.metrics.string_value", "' or 1=1--"),
	   "in DEFLATE");
	ew_message_free(&m);
	p = packed(wire_bytes(&p), true);
	m = published(wire_bytes(&p), "spBv1.0/g/DDATA/n/d");
	ok(m->status == EW_MALFORMED && strcmp(m->reason, "sparkplug.nested") == 0, "twice is one time too many");
	ok(has(m, "mqtt.payload|sparkplug.body|gzip|sparkplug.body|deflate|sparkplug.metrics.string_value",
	       "' or 1=1--"), "and is opened");
	ew_message_free(&m);
	ok(each_prefix(wire_bytes(&p), opens_safely, as), "each prefix");
	w.n = 0;
	proto_text(&w, 4, "SPBV1.0_COMPRESSED");
	proto_text(&w, 5, "plain");
	m = published(wire_bytes(&w), "spBv1.0/g/DDATA/n/d");
	ok(m->status == EW_MALFORMED, "a body that is not compressed");
	ew_message_free(&m);
}

static void test_aggregate(void)
{
	struct wire w = { .n = 0 }, in = { .n = 0 };
	struct ew_message *m;

	wire_put(&w, "\xf3\x89\x9a\xc2", 4);
	proto_text(&w, 1, "key-1");
	for (int i = 0; i < 2; i++) {
		in.n = 0;
		proto_number(&in, 1, 0);
		proto_text(&in, 3, i ? "{\"cmd\":\"rm -rf /\"}" : "plain");
		proto_content(&w, 3, wire_bytes(&in));
	}
	wire_put(&w, "0123456789abcdef", 16);
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && has(m, "v|kpl.partition_key", "key-1") && has(m, "v|kpl.records.data", "plain") &&
	   has(m, "v|kpl.records.data|json.cmd", "rm -rf /"), "records of a Kinesis producer");
	const struct ew_field *v = field_at(m, "v", wire_bytes(&w));
	ok(v && !(v->flags & EW_FIELD_COVERED) && !tree_broken(m), "the bytes are matched as well");
	ew_message_free(&m);
	ok(each_prefix(wire_bytes(&w), opens_safely, NULL), "each prefix");
	w.p[4] = 0x0f;
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && !has(m, "v|kpl.records.data", "plain"), "a magic alone is none");
	ew_message_free(&m);
}

int main(void)
{
	test_names();
	test_templates();
	test_compressed();
	test_aggregate();
	return done();
}
