/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* sparkplug.c, and kpl.c, the other message whose fields have names: names, nesting, compressed bodies. */

#include "decoded.h"
#include "eventwall/aliases.h"
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

static struct ew_aliases *known;

/* A publish with what is known so far; learnt if it `passes`. */
static struct ew_message *met(const struct wire *w, const char *topic, bool passes)
{
	struct ew_mqtt_parts p = { .topic = ew_bytes_str(topic), .payload = wire_bytes(w) };
	struct ew_message *m = ew_message_new(&opened_limits);

	if (!m)
		abort();
	m->aliases = known;
	ew_mqtt_event(m, &p);
	ew_decode(m);
	if (passes)
		ew_aliases_learn(known, m);
	ok(!tree_broken(m), "%s: the tree is sound", topic);
	return m;
}

static void put_announced(struct wire *w, const char *name, uint64_t alias)
{
	struct wire in = { .n = 0 };

	proto_text(&in, 1, name);
	proto_number(&in, 2, alias);
	proto_content(w, 2, wire_bytes(&in));
}

static struct wire birth(const char *name, uint64_t alias, uint64_t number)
{
	struct wire w = { .n = 0 }, in = { .n = 0 };

	proto_text(&in, 1, "bdSeq");
	proto_number(&in, 11, number);
	proto_content(&w, 2, wire_bytes(&in));
	if (name)
		put_announced(&w, name, alias);
	return w;
}

/* What the alias means there; NULL: nothing. */
static const char *meaning(const char *topic, uint64_t alias)
{
	static char text[64];
	struct wire w = { .n = 0 }, in = { .n = 0 };
	const struct ew_field *f;
	struct ew_message *m;

	proto_number(&in, 2, alias);
	proto_text(&in, 15, "value");
	proto_content(&w, 2, wire_bytes(&in));
	m = met(&w, topic, true);
	ok(m->status == EW_OK && has(m, "mqtt.payload|sparkplug.metrics.string_value", "value"),
	   "the value is there");
	f = field_at(m, "mqtt.payload|sparkplug.metrics.name", ew_bytes(NULL, 0));
	if (f)
		snprintf(text, sizeof(text), "%.*s", (int)f->value.n, (const char *)f->value.p);
	ew_message_free(&m);
	return f ? text : NULL;
}

static void meet(struct wire w, const char *topic, bool passes)
{
	struct ew_message *m = met(&w, topic, passes);

	ew_message_free(&m);
}

static void test_aliases(void)
{
	struct wire w = { .n = 0 }, in = { .n = 0 };
	struct ew_message *m;

	known = ew_aliases_new(65536);
	if (!known)
		abort();
	ok(!meaning("spBv1.0/g/NDATA/n", 5), "nothing announced");
	meet(birth("press", 5, 0), "spBv1.0/g/NBIRTH/n", true);
	meet(birth("valve", 6, 0), "spBv1.0/g/DBIRTH/n/d", true);
	is_str(meaning("spBv1.0/g/NDATA/n", 5), "press", "data of the node");
	is_str(meaning("spBv1.0/g/NCMD/n", 5), "press", "a command to it");
	is_str(meaning("spBv1.0/g/DDATA/n/d", 6), "valve", "data of a device");
	is_str(meaning("spBv1.0/g/DCMD/n/d", 5), "press", "numbers are one set for a node and its devices");
	ok(!meaning("spBv1.0/g/NDATA/n", 7) && !meaning("spBv1.0/g/NDATA/o", 5) &&
	   !meaning("spBv1.0/h/NDATA/n", 5) && !meaning("spBv1.0/g/DDATA/n/e", 6) &&
	   !meaning("spBv1.0/g/NDATA/n/d", 5),
	   "not elsewhere");

	meet(birth("other", 5, 0), "spBv1.0/g/NBIRTH/n", false);
	is_str(meaning("spBv1.0/g/NDATA/n", 5), "press", "what is dropped teaches nothing");
	meet(birth(NULL, 0, 9), "spBv1.0/g/NDEATH/n", true);
	is_str(meaning("spBv1.0/g/NDATA/n", 5), "press", "the will of another birth is late");
	meet(birth(NULL, 0, 0), "spBv1.0/g/DDEATH/n/d", true);
	ok(!meaning("spBv1.0/g/DDATA/n/d", 6) && meaning("spBv1.0/g/NDATA/n", 5), "a device is gone");
	meet(birth("valve", 6, 0), "spBv1.0/g/DBIRTH/n/d", true);
	meet(birth("lid", 5, 1), "spBv1.0/g/NBIRTH/n", true);
	is_str(meaning("spBv1.0/g/NDATA/n", 5), "lid", "born again");
	ok(!meaning("spBv1.0/g/DDATA/n/d", 6), "and its devices are not yet");
	meet(birth(NULL, 0, 1), "spBv1.0/g/NDEATH/n", true);
	ok(!meaning("spBv1.0/g/NDATA/n", 5) && ew_aliases_used(known) == 0, "dead, and forgotten");

	/* In a payload that is compressed. */
	w = birth("packed", 3, 2);
	meet(packed(wire_bytes(&w), true), "spBv1.0/g/NBIRTH/n", true);
	is_str(meaning("spBv1.0/g/NDATA/n", 3), "packed", "a birth that is compressed");

	/* A name that came along stays the only one. */
	w.n = 0;
	put_announced(&w, "own", 3);
	proto_number(&in, 2, 3);
	proto_number(&in, 2, 99);
	proto_content(&w, 2, wire_bytes(&in));
	m = met(&w, "spBv1.0/g/NDATA/n", true);
	ok(has(m, "mqtt.payload|sparkplug.metrics.name", "own") &&
	   !has(m, "mqtt.payload|sparkplug.metrics.name", "packed"),
	   "of names and numbers that stand twice the last");
	ew_message_free(&m);

	/* Not topics of a node. */
	meet(birth("x", 3, 2), "spBv1.0/g/NBIRTH", true);
	meet(birth("x", 3, 2), "spBv1.0/g/NBIRTH/n/d", true);
	meet(birth("x", 3, 2), "spBv1.0/g/NBIRTH/n/d/e", true);
	meet(birth("x", 3, 2), "spBv1.0//NBIRTH/n", true);
	meet(birth("x", 3, 2), "spBv1.0/g/DBIRTH/n", true);
	meet(birth("x", 3, 2), "spBv1.0/g/XBIRTH/n", true);
	is_str(meaning("spBv1.0/g/NDATA/n", 3), "packed", "no births");
	char topic[2048];
	snprintf(topic, sizeof(topic), "spBv1.0/g/NBIRTH/%01500d", 1);
	meet(birth("x", 3, 2), topic, true);
	memcpy(topic + 10, "NDATA/", 6);
	ok(!meaning(topic, 3), "a node with a long name is not remembered");
	ew_aliases_free(&known);
}

/* Many nodes, devices, names and numbers. */
static void test_flood_of_names(void)
{
	size_t most = 0;
	char topic[128], name[64];

	known = ew_aliases_new(65536);
	if (!known)
		abort();
	meet(birth("honest", 1, 0), "spBv1.0/g/NBIRTH/honest", true);
	for (int i = 0; i < 3000; i++) {
		struct wire w = { .n = 0 };
		struct ew_mqtt_parts p = { .topic = ew_bytes(topic, 0) };
		struct ew_message *m = ew_message_new(&opened_limits);
		if (!m)
			abort();
		snprintf(topic, sizeof(topic), "spBv1.0/g/DBIRTH/n/%d", i);
		for (int k = 0; k < 8; k++) {
			snprintf(name, sizeof(name), "name-%d-%d", i, k);
			put_announced(&w, name, (uint64_t)k << 40);
		}
		p.topic = ew_bytes_str(topic);
		p.payload = wire_bytes(&w);
		ew_mqtt_event(m, &p);
		ew_decode(m);
		ew_aliases_learn(known, m);
		ew_message_free(&m);
		most = ew_aliases_used(known) > most ? ew_aliases_used(known) : most;
	}
	ok(most > 8192 && most <= 65536 / 4 + 1024, "devices of one node: %zu bytes", most);
	is_str(meaning("spBv1.0/g/NDATA/honest", 1), "honest", "and others keep their names");
	ew_aliases_free(&known);
}

int main(void)
{
	test_aliases();
	test_flood_of_names();
	test_names();
	test_templates();
	test_compressed();
	test_aggregate();
	return done();
}
