/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* avro.c, avro_schema.c, avro_datum.c: every type, names, codecs, claims that lie, schemas that are bombs. */

#include "decoded.h"
#include "eventwall/avro.h"
#include "eventwall/event.h"
#include "opened.h"
#include "tap.h"
#include "wire.h"

#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#define SYNC "0123456789ABCDEF"

static void put_head(struct wire *w, const char *schema, const char *codec)
{
	wire_put(w, "Obj\x01", 4);
	avro_long(w, codec ? 2 : 1);
	avro_text(w, "avro.schema");
	avro_text(w, schema);
	if (codec) {
		avro_text(w, "avro.codec");
		avro_text(w, codec);
	}
	avro_long(w, 0);
	wire_put(w, SYNC, 16);
}

static void put_block(struct wire *w, int64_t count, struct ew_bytes data)
{
	avro_long(w, count);
	avro_bytes(w, data);
	wire_put(w, SYNC, 16);
}

/* A container with one block. */
static struct wire container(const char *schema, const char *codec, int64_t count, struct ew_bytes data)
{
	struct wire w;

	w.n = 0;
	put_head(&w, schema, codec);
	put_block(&w, count, data);
	return w;
}

static void test_types(void)
{
	static const char schema[] =
		"{\"type\":\"record\",\"name\":\"A\",\"namespace\":\"x.y\",\"fields\":["
		"{\"name\":\"n\",\"type\":\"null\"},{\"name\":\"b\",\"type\":\"boolean\"},"
		"{\"name\":\"i\",\"type\":\"int\"},"
		"{\"name\":\"l\",\"type\":{\"type\":\"long\",\"logicalType\":\"time\"}},"
		"{\"name\":\"f\",\"type\":\"float\"},{\"name\":\"d\",\"type\":\"double\"},"
		"{\"name\":\"y\",\"type\":\"bytes\"},{\"name\":\"s\",\"type\":\"string\"},"
		"{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"ONE\",\"TWO\"]}},"
		"{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":\"string\"}},"
		"{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":\"E\"}},"
		"{\"name\":\"u\",\"type\":[\"null\",\"string\",\"x.y.A\"]},"
		"{\"name\":\"x\",\"type\":{\"type\":\"fixed\",\"name\":\"z.X\",\"size\":4}},"
		"{\"name\":\"r\",\"type\":[\"null\",\"z.X\",\"A\"]}]}";
	struct wire d = { .n = 0 }, w;
	struct ew_message *m;

	wire_byte(&d, 1);
	avro_long(&d, -7);
	avro_long(&d, INT64_MIN);
	wire_put(&d, "\0\0\x20\x40", 4);
	wire_put(&d, "\0\0\0\0\0\0\xf0\xbf", 8);
	avro_text(&d, "{\"k\":1}");
	avro_text(&d, "' or 1=1--");
	avro_long(&d, 1);
	avro_long(&d, 1);
	avro_text(&d, "first");
	avro_long(&d, -1); /* a block with its size */
	avro_long(&d, 7);
	avro_text(&d, "second");
	avro_long(&d, 0);
	avro_long(&d, 1);
	avro_text(&d, "$ne");
	avro_long(&d, 0);
	avro_long(&d, 0);
	avro_long(&d, 1);
	avro_text(&d, "branch");
	wire_put(&d, "fixd", 4);
	avro_long(&d, 0);
	w = container(schema, NULL, 1, wire_bytes(&d));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && m->anomalies == 0 && !tree_broken(m), "a record of every type");
	ok(has(m, "v|avro.block|datum[0].n", "null") && has(m, "v|avro.block|datum[0].b", "true") &&
	   has(m, "v|avro.block|datum[0].i", "-7") && has(m, "v|avro.block|datum[0].l", "-9223372036854775808"),
	   "null, boolean, int, long");
	ok(has(m, "v|avro.block|datum[0].f", "2.5") && has(m, "v|avro.block|datum[0].d", "-1"), "float, double");
	ok(has(m, "v|avro.block|datum[0].y|json.k", "1") && has(m, "v|avro.block|datum[0].s", "' or 1=1--"),
	   "bytes, string");
	ok(has(m, "v|avro.block|datum[0].e", "TWO") && has(m, "v|avro.block|datum[0].a[0]", "first") &&
	   has(m, "v|avro.block|datum[0].a[1]", "second"), "enum, array in two blocks");
	const struct ew_field *key = field_at(m, "v|avro.block|datum[0].m.$ne", EW_LIT("ONE"));
	ok(key && key->flags & EW_FIELD_NAMED, "map: keys are matched");
	ok(has(m, "v|avro.block|datum[0].u", "branch") && has(m, "v|avro.block|datum[0].x", "fixd") &&
	   has(m, "v|avro.block|datum[0].r", "null"), "union, fixed, names in other spaces");
	ok(has(m, "v|avro.meta[\"avro.schema\"]|json.name", "A"), "the schema is matched, too");
	ew_message_free(&m);
	ok(each_prefix(wire_bytes(&w), opens_safely, NULL), "each prefix");
	w = container("\"string\"", NULL, 2, EW_LIT("\x0a" "hello\x0a" "world"));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && has(m, "v|avro.block|datum[0]", "hello") &&
	   has(m, "v|avro.block|datum[1]", "world"), "a schema that is a word");
	ew_message_free(&m);
	w = container("[\"null\",{\"type\":\"string\"}]", NULL, 1, EW_LIT("\x02\x0a" "hello"));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && has(m, "v|avro.block|datum[0]", "hello"), "a schema that is a union");
	ew_message_free(&m);
}

static void test_codecs(void)
{
	static const char schema[] = "{\"type\":\"array\",\"items\":\"string\"}";
	struct wire d = { .n = 0 }, w;
	struct ew_message *m;
	uint8_t out[4096];

	avro_long(&d, 1);
	avro_text(&d, "eyJjbWQiOiJybSAtcmYgLyJ9");
	avro_long(&d, 0);
	z_stream z = { .next_in = d.p, .avail_in = (uInt)d.n, .next_out = out, .avail_out = sizeof(out) };
	if (deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	deflateEnd(&z);
	w = container(schema, "deflate", 1, ew_bytes(out, z.total_out));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && has(m, "v|avro.block|deflate|datum[0][0]|base64|json.cmd", "rm -rf /"), "deflate");
	ew_message_free(&m);
	ok(each_prefix(wire_bytes(&w), opens_safely, NULL), "each prefix");
	w = container(schema, "zstandard", 1, ew_bytes(out, ZSTD_compress(out, sizeof(out), d.p, d.n, 3)));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && has(m, "v|avro.block|zstd|datum[0][0]|base64|json.cmd", "rm -rf /"), "zstandard");
	ew_message_free(&m);

	/* A bare block, and four bytes of a check sum behind it. */
	size_t n = sizeof(out);
	if (snappy_compress((const char *)d.p, d.n, (char *)out, &n) != SNAPPY_OK || n + 4 > sizeof(out))
		abort();
	memcpy(out + n, "\x01\x02\x03\x04", 4);
	w = container(schema, "snappy", 1, ew_bytes(out, n + 4));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && has(m, "v|avro.block|snappy|datum[0][0]|base64|json.cmd", "rm -rf /"), "snappy");
	ew_message_free(&m);
	w = container(schema, "null", 1, wire_bytes(&d));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && has(m, "v|avro.block|datum[0][0]|base64|json.cmd", "rm -rf /"), "null");
	ew_message_free(&m);
	w = container(schema, "bzip2", 1, wire_bytes(&d));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_UNSUPPORTED && strcmp(m->reason, "avro.codec") == 0, "a codec that is not read");
	ew_message_free(&m);
	w = container(schema, "deflate", 1, EW_LIT("\xff\xff\xff"));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_MALFORMED, "a block that is not in its codec");
	ew_message_free(&m);
}

/* Status and reason. */
static const char *fate(struct wire w)
{
	static char text[80];
	struct ew_bytes g = guard_put(wire_bytes(&w));
	struct ew_message *m = opened(g);

	if (tree_broken(m) || ew_arena_used(m->arena) > m->limits->arena)
		abort();
	snprintf(text, sizeof(text), "%s: %s", ew_status_name(m->status), m->reason ? m->reason : "");
	ew_message_free(&m);
	guard_drop(g);
	return text;
}

static void test_damage(void)
{
	static const struct {
		const char *schema, *data, *fate, *what;
	} rows[] = {
		{ "\"string\"", "\x0a" "hello\xfe\xff\xff\xff\x0f", "truncated: datum", "a string of 2 GiB" },
		{ "\"string\"", "\x0b" "hello", "malformed: datum", "a string of less than nothing" },
		{ "[\"null\"]", "\x02", "malformed: datum", "a branch too far" },
		{ "[\"null\"]", "\x01", "malformed: datum", "a branch before the first" },
		{ "\"boolean\"", "\x02", "malformed: datum", "neither true nor false" },
		{ "\"long\"", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "malformed: datum",
		  "a number of eleven bytes" },
		{ "\"double\"", "1234567", "truncated: datum", "seven bytes of eight" },
		{ "{\"type\":\"bogus\"}", "x", "malformed: datum", "an unknown type" },
		{ "{\"type\":\"record\",\"name\":\"R\"}", "x", "malformed: datum", "a record without fields" },
		{ "{\"type\":\"fixed\",\"name\":\"F\",\"size\":99999999999999999999}", "x", "malformed: datum",
		  "a size past all numbers" },
		{ "{\"type\":\"fixed\",\"name\":\"F\",\"size\":9999999999}", "x", "truncated: datum",
		  "ten gigabytes" },
		{ "[[[[[", "x", "truncated: json.truncated", "a schema that is no JSON" },
		{ "", "x", "malformed: datum", "an empty schema" },
		{ "{\"type\":\"int\",\"type\":\"string\"}", "\x02x\x02y", "ambiguous: datum",
		  "a type that is two" },
	};
	struct ew_message *m;
	struct wire w;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_str(fate(container(rows[i].schema, NULL, 2, ew_bytes_str(rows[i].data))), rows[i].fate, "%s",
		       rows[i].what);
	w = container("\"nothing\"", NULL, 1, EW_LIT("\x0a\x30" "eyJjbWQiOiJybSAtcmYgLyJ9"));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_MALFORMED && has_value(m, EW_LIT("rm -rf /")),
	   "without a schema its text is looked for");
	ew_message_free(&m);
	w = container("\"int\"", NULL, 1, EW_LIT("\x02" "trailing"));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && ew_message_has(m, EW_ANOMALY_TRAILING_DATA), "bytes behind the last object");
	const struct ew_field *block = field_at(m, "v|avro.block", ew_bytes(NULL, 0));
	ok(block && !(block->flags & EW_FIELD_COVERED), "stay to be matched");
	ew_message_free(&m);
	w.n = 0;
	wire_put(&w, "Obj\x01", 4);
	avro_long(&w, 2);
	for (int i = 0; i < 2; i++) {
		avro_text(&w, "avro.schema");
		avro_text(&w, i ? "\"string\"" : "\"int\"");
	}
	avro_long(&w, 0);
	wire_put(&w, SYNC, 16);
	put_block(&w, 1, EW_LIT("\x02x"));
	is_str(fate(w), "ambiguous: avro.schema", "two schemas");
	w = container("\"int\"", NULL, 1, EW_LIT("\x02"));
	w.p[w.n - 1] ^= 1;
	is_str(fate(w), "malformed: avro.sync", "a mark that is not the one of the head");
	w.n = 0;
	put_head(&w, "\"int\"", NULL);
	avro_long(&w, 1);
	avro_long(&w, INT64_MAX);
	wire_put(&w, "\x02", 1);
	is_str(fate(w), "truncated: avro", "a block of 2^63 bytes");
	w.n = 0;
	wire_put(&w, "Obj\x01", 4);
	avro_long(&w, INT64_MAX);
	is_str(fate(w), "truncated: avro", "2^63 pieces of metadata");
}

static void test_bombs(void)
{
	static const char budget[] = "over_budget: fields", array[] = "{\"type\":\"array\",\"items\":\"null\"}";
	static const char nothing[] = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}";
	static const char itself[] =
		"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"r\",\"type\":\"R\"}]}";
	struct wire d = { .n = 0 };
	char schema[8192];
	size_t n = 0;

	is_str(fate(container("\"null\"", NULL, INT64_MAX, EW_LIT("x"))), budget, "2^63 times nothing");
	is_str(fate(container(nothing, NULL, INT64_C(1) << 60, EW_LIT("x"))), budget, "2^60 empty records");
	avro_long(&d, INT64_MAX);
	is_str(fate(container(array, NULL, 1, wire_bytes(&d))), budget, "an array of 2^63 nulls");
	d.n = 0;
	avro_long(&d, INT64_MIN);
	avro_long(&d, 0);
	is_str(fate(container(array, NULL, 1, wire_bytes(&d))), budget, "one of -2^63");
	is_str(fate(container(itself, NULL, 1, EW_LIT("x"))), "over_budget: depth", "a record that holds itself");
	/* Each record holds the next one twice: 2^40 of them in a page of schema and no data. */
	for (int i = 0; i < 40; i++)
		n += (size_t)snprintf(schema + n, sizeof(schema) - n,
		                      "{\"type\":\"record\",\"name\":\"R%d\","
		                      "\"fields\":[{\"name\":\"a\",\"type\":", i);
	n += (size_t)snprintf(schema + n, sizeof(schema) - n, "\"null\"}]}");
	for (int i = 39; i > 0; i--)
		n += (size_t)snprintf(schema + n, sizeof(schema) - n, "},{\"name\":\"b\",\"type\":\"R%d\"}]}", i);
	is_str(fate(container(schema, NULL, 1, EW_LIT("x"))), budget, "records that multiply");
}

/* Many names, each used once: looking them up is work. */
static void test_names(void)
{
	struct ew_limits lim = EW_LIMITS_DEFAULT;
	struct wire schema = { .n = 0 }, w;
	struct ew_message *m;
	char item[80];

	wire_byte(&schema, '[');
	for (int i = 0; i < 600; i++) {
		int n = snprintf(item, sizeof(item),
		                 "{\"type\":\"fixed\",\"name\":\"F%d\",\"size\":1},\"F%d\"%s", i, i,
		                 i < 599 ? "," : "]");
		wire_put(&schema, item, (size_t)n);
	}
	wire_byte(&schema, 0);
	w = container((const char *)schema.p, NULL, 1, EW_LIT("\xae\x12x"));
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && has(m, "v|avro.block|datum[0]", "x"), "a name of 600");
	ew_message_free(&m);
	lim.work = 200000;
	m = ew_message_new(&lim);
	(void)open_with(m, wire_bytes(&w), NULL, ew_bytes(NULL, 0), false);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "work") == 0, "is work: %s", m->reason);
	ew_message_free(&m);
}

static void test_runs(void)
{
	struct wire w = { .n = 0 };
	struct ew_message *m;
	uint8_t *buf;

	wire_put(&w, "\xc3\x01" "fingerpr", 10);
	avro_text(&w, "eyJjbWQiOiJybSAtcmYgLyJ9"); /* its length is the digit 0 */
	avro_long(&w, 5000);
	avro_text(&w, "short");
	avro_text(&w, "' or 1=1--");
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && has(m, "v|avro[0]", "0eyJjbWQiOiJybSAtcmYgLyJ9") && !tree_broken(m),
	   "a single object");
	ok(has_value(m, EW_LIT("eyJjbWQiOiJybSAtcmYgLyJ9")) && has_value(m, EW_LIT("rm -rf /")),
	   "text behind its length is found");
	ok(has_value(m, EW_LIT("' or 1=1--")), "and a run of text");
	ew_message_free(&m);
	ok(each_prefix(wire_bytes(&w), opens_safely, NULL), "each prefix");
	m = opened(EW_LIT("\xc3\x01" "fingerpr\x01\x02\x03"));
	ok(m->status == EW_OK && m->used_fields == 1, "no text, no object");
	ew_message_free(&m);
	char as[] = "avro";
	m = opened_as(EW_LIT("\x02\x02\x14" "' or 1=1--"), as);
	ok(m->status == EW_OK && has(m, "v|avro[0]", "' or 1=1--"), "declared, and bare");
	ew_message_free(&m);

	/* Lengths that nearly fit at every place. */
	buf = malloc(1 << 20);
	if (!buf)
		abort();
	for (size_t i = 0; i + 2 < 1 << 20; i += 3)
		memcpy(buf + i, "\xdf\xbf\x40", 3);
	m = opened_as(ew_bytes(buf, (1 << 20) - 1), as);
	ok(m->status == EW_OK || m->status == EW_LIMIT, "a megabyte of lengths");
	ew_message_free(&m);
	free(buf);
}

static struct ew_avro_known *known;
static struct ew_limits known_limits = EW_LIMITS_DEFAULT;

static const char user_schema[] =
	"{\"type\":\"record\",\"name\":\"U\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"},"
	"{\"name\":\"note\",\"type\":[\"null\",\"string\"]},"
	"{\"name\":\"next\",\"type\":[\"null\",\"U\"]},"
	"{\"name\":\"real\",\"type\":{\"type\":\"array\",\"items\":\"double\"}}]}";

/* The value of a record of Kafka, of which the route knows the schema. */
static struct ew_message *met(struct ew_bytes value)
{
	struct ew_kafka_parts p = { .topic = EW_LIT("t"), .value = value };
	struct ew_message *m = ew_message_new(&known_limits);

	if (!m)
		abort();
	ew_kafka_event(m, &p);
	ew_decode(m);
	return m;
}

static bool meets_safely(void *arg, struct ew_bytes prefix)
{
	struct ew_message *m = met(prefix);
	const char *broken = tree_broken(m);

	(void)arg;
	ew_message_free(&m);
	return !broken;
}

static void test_known_schemas(void)
{
	static const struct {
		const char *schema, *why;
	} bad[] = {
		{ "", "it is no JSON, or too large" },
		{ "{", "it is no JSON, or too large" },
		{ "syntax = \"proto3\";", "it is no JSON, or too large" },
		{ "{}", "it is no schema of Avro, or refers to types that are not in it" },
		{ "\"User\"", "it is no schema of Avro, or refers to types that are not in it" },
		{ "{\"type\":\"string\",\"type\":\"long\"}", "a member stands there twice" },
	};
	static const char *const good[] = { "\"string\"", "{\"type\":\"string\"}", "[\"null\",\"long\"]",
		                            user_schema };
	const char *why;
	char *large = malloc(2000000);

	if (!large)
		abort();
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct ew_bytes g = guard_put(ew_bytes_str(bad[i].schema));
		struct ew_avro_known *k = ew_avro_known_new(g, &why);
		ok(!k, "no schema: %s", bad[i].schema);
		is_str(why, bad[i].why, "and why");
		ew_avro_known_free(&k);
		guard_drop(g);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct ew_avro_known *k = ew_avro_known_new(ew_bytes_str(good[i]), &why);
		ok(k && ew_avro_known_size(k) < 65536 + 4096, "a schema: %s", good[i]);
		ew_avro_known_free(&k);
	}
	memset(large, '[', 2000000);
	ok(!ew_avro_known_new(ew_bytes(large, 1000000), &why), "a million brackets: %s", why);
	ok(!ew_avro_known_new(ew_bytes(large, 2000000), &why), "two million: %s", why);
	free(large);
}

static void test_readings(void)
{
	static const struct {
		const char *what;
		struct ew_bytes prefix;
		const char *path;
	} rows[] = {
		{ "bare", { (const uint8_t *)"", 0 }, "kafka.value|datum[0].note" },
		{ "Confluent", { (const uint8_t *)"\0\0\0\0\7", 5 }, "kafka.value|schema|datum[0].note" },
		{ "Confluent, with a GUID",
		  { (const uint8_t *)"\1\x12\x34\x56\x78\x12\x34\x42\x34\x92\x34\x12\x34\x56\x78\x9a\xbc", 17 },
		  "kafka.value|schema|datum[0].note" },
		{ "Glue",
		  { (const uint8_t *)"\3\0\x12\x34\x56\x78\x12\x34\x42\x34\x92\x34\x12\x34\x56\x78\x9a\xbc", 18 },
		  "kafka.value|schema|datum[0].note" },
		{ "a single object", { (const uint8_t *)"\xc3\x01""fingerpr", 10 },
		  "kafka.value|avro|datum[0].note" },
	};
	static const struct ew_bytes record = {
		(const uint8_t *)"\x0e\x02\x08note\x02\x00\x00\x00\x00\x02""12345678\x00", 22
	};
	static uint8_t packed[64] = "\3\5\x12\x34\x56\x78\x12\x34\x42\x34\x92\x34\x12\x34\x56\x78\x9a\xbc";
	uLongf n = sizeof(packed) - 18;
	struct ew_message *m;
	const char *why;

	known = ew_avro_known_new(ew_bytes_str(user_schema), &why);
	if (!known)
		abort();
	known_limits.avro = known;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct wire w = { .n = 0 };
		wire_put(&w, rows[i].prefix.p, rows[i].prefix.n);
		wire_put(&w, record.p, record.n);
		m = met(wire_bytes(&w));
		ok(m->status == EW_OK && has(m, rows[i].path, "note") && !tree_broken(m), "%s", rows[i].what);
		if (m->status != EW_OK)
			print_tree(m);
		ew_message_free(&m);
		ok(each_prefix(wire_bytes(&w), meets_safely, NULL), "each prefix");
		wire_put(&w, "x", 1);
		m = met(wire_bytes(&w));
		ok(m->status == EW_MALFORMED, "%s, with a byte too many", rows[i].what);
		ew_message_free(&m);
	}
	if (compress(packed + 18, &n, record.p, record.n) != Z_OK)
		abort();
	m = met(ew_bytes(packed, 18 + n));
	ok(m->status == EW_OK && has(m, "kafka.value|schema|zlib|avro|datum[0].note", "note"), "Glue, compressed");
	ew_message_free(&m);
	m = met(EW_LIT("{\"id\":7,\"note\":\"' or 1=1--\"}"));
	ok(m->status == EW_MALFORMED && has(m, "kafka.value|json.note", "' or 1=1--"), "JSON is none, and opened");
	ew_message_free(&m);
	/* A list that never ends, and one of a schema that takes no bytes. */
	struct wire w = { .n = 0 };
	for (int i = 0; i < 2000; i++)
		wire_put(&w, "\x00\x00\x02", 3);
	m = met(wire_bytes(&w));
	ok(m->status != EW_OK && !tree_broken(m), "records within each other: %s", ew_status_name(m->status));
	ew_message_free(&m);
	ew_avro_known_free(&known);
	known_limits.avro = known = ew_avro_known_new(EW_LIT("{\"type\":\"array\",\"items\":\"null\"}"), &why);
	w.n = 0;
	avro_long(&w, INT64_MAX);
	m = met(wire_bytes(&w));
	ok(m->status == EW_LIMIT && !tree_broken(m), "2^63 of nothing");
	ew_message_free(&m);
	ew_avro_known_free(&known);
	known_limits.avro = NULL;
}

/* The registry has said what a number means. */
static void test_numbers(void)
{
	struct ew_kafka_parts p = { .topic = EW_LIT("t"), .key = EW_LIT("\0\0\0\0\0\0\0\7") };
	struct ew_known_schema said = { .number = 7 };
	const char *why;

	known = ew_avro_known_new(EW_LIT("\"string\""), &why);
	known_limits.registry = true;
	for (int i = 0; i < 5; i++) {
		struct ew_message *m = ew_message_new(&known_limits);
		if (!m)
			abort();
		said.avro = i < 2 ? known : NULL;
		m->schema = i < 4 ? &said : NULL;
		p.value = i == 0   ? EW_LIT("\0\0\0\0\7\x0a""hello")
		          : i == 1 ? EW_LIT("\0\0\0\0\7\x0c""hello")
		          : i == 2 ? EW_LIT("\0\0\0\0\7\x0c""hello!")
		                   : EW_LIT("\0\0\0\0\x8\x0c""hello!");
		ew_kafka_event(m, &p);
		ew_decode(m);
		if (i == 0)
			ok(m->status == EW_OK && !m->anomalies && has(m, "kafka.value|schema|datum[0]", "hello"),
			   "known");
		else if (i == 1)
			ok(m->status == EW_TRUNCATED, "known, and it does not fit");
		else if (i == 2)
			ok(m->status == EW_OK && !m->anomalies && has(m, "kafka.value|schema|avro[1]", "hello!"),
			   "known not to be Avro");
		else
			ok(m->status == EW_OK && ew_message_has(m, EW_ANOMALY_SCHEMA_UNKNOWN) &&
			   has(m, "kafka.value|schema|avro[1]", "hello!"),
			   i == 3 ? "another number" : "nothing was said");
		ew_message_free(&m);
	}
	ew_avro_known_free(&known);
	known_limits.registry = false;
}

int main(void)
{
	test_known_schemas();
	test_readings();
	test_numbers();
	test_types();
	test_codecs();
	test_damage();
	test_bombs();
	test_names();
	test_runs();
	return done();
}
