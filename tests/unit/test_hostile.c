/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One table of bad input for all formats: documents cut at each byte, lengths and counts that lie, nesting
 * without end.  Each is named, by a status or an anomaly, and none is given memory for what it claims.  What
 * is special to one format is in the test of its decoder; bombs and sheer size are in test_hostile_size.c. */

#include "decoded.h"
#include "opened.h"
#include "packed.h"
#include "tap.h"
#include "wire.h"

/* What a document of a few bytes may take, whatever it claims: most of it is the context of zstd. */
#define MEMORY_MOST (5u << 20) /* as many fields as are allowed take 4.4 MB */

static const struct ew_bytes no_arg;

/* Opened as declared; the caller frees. */
static struct ew_message *declared_as(struct ew_bytes value, const char *as, struct ew_bytes arg)
{
	struct ew_message *m = ew_message_new(&opened_limits);

	if (!m)
		abort();
	(void)open_with(m, value, as, arg, true);
	return m;
}

static bool is_named(const struct ew_message *m)
{
	return m->status != EW_OK || m->anomalies;
}

/* ---- cut at each byte ---- */

struct cut {
	const char *as;
	struct ew_bytes arg;
	size_t whole; /* prefixes of it that are wholes as well, itself and the empty one included */
	size_t seen;
	bool sound;
};

static bool one_cut(void *arg, struct ew_bytes prefix)
{
	struct cut *c = arg;
	struct ew_message *m = declared_as(prefix, c->as, c->arg);

	c->seen += !is_named(m);
	c->sound &= !tree_broken(m) && ew_arena_used(m->arena) < MEMORY_MOST;
	ew_message_free(&m);
	m = opened(prefix);
	c->sound &= !tree_broken(m) && ew_arena_used(m->arena) < MEMORY_MOST;
	ew_message_free(&m);
	return true;
}

static void cut(const char *as, struct ew_bytes arg, struct ew_bytes doc, size_t whole)
{
	struct cut c = { as, arg, whole, 0, true };

	(void)each_prefix(doc, one_cut, &c);
	is_int(c.seen, whole, "%s cut at each of %zu bytes: no other is clean", as, doc.n);
	ok(c.sound, "%s cut at each byte: the tree is sound", as);
}

#define AVRO_MAGIC "Obj\x01\x02\x16" "avro.schema"
#define AVRO_SYNC "0123456789abcdef"

static struct wire avro_of(const char *schema, struct ew_bytes block, int64_t count, int64_t size)
{
	struct wire w = { .n = 0 };

	wire_put(&w, AVRO_MAGIC, sizeof(AVRO_MAGIC) - 1);
	avro_text(&w, schema);
	wire_byte(&w, 0);
	wire_put(&w, AVRO_SYNC, 16);
	avro_long(&w, count);
	avro_long(&w, size);
	wire_put(&w, block.p, block.n);
	wire_put(&w, AVRO_SYNC, 16);
	return w;
}

static void test_cuts(void)
{
	static const char text[] = "{\"q\":\"union select password from users\",\"n\":[1,2,3,4,5,6,7]}";
	uint8_t buf[4096];
	struct wire w;

	cut("json", no_arg, EW_LIT("{\"a\":[1,\"x\",{\"b\":null}],\"c\":true}"), 2);
	cut("ndjson", no_arg, EW_LIT("{\"a\":1}\n{\"b\":2}\n"), 5); /* after each document, after each line */
	cut("xml", no_arg, EW_LIT("<a><b c=\"d\">e</b><!-- f --></a>"), 2);
	cut("multipart", EW_LIT("x"),
	    EW_LIT("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv\r\n--x--"), 2);
	cut("cbor", no_arg, EW_LIT("\xa1\x61" "a\x82\x01\x63xyz"), 2);
	cut("msgpack", no_arg, EW_LIT("\x81\xa1" "a\x92\x01\xa3xyz"), 2);
	cut("bson", no_arg, EW_LIT("\x0e\0\0\0\2a\0\2\0\0\0x\0\0"), 2);
	cut("smile", no_arg, EW_LIT(":)\n\0\xfa\x80" "a\x40x\xfb"), 2);
	cut("protobuf", no_arg, EW_LIT("\x0a\5hello\x10\x96\1"), 3); /* after each field */
	cut("sparkplug", no_arg, EW_LIT("\x08\x01\x12\x09\x0a\x01n\x20\x0c\x7a\x02\x22\x27\x18\x01"), 4);
	cut("grpc", no_arg, EW_LIT("\0\0\0\0\7\x0a\5hello"), 2);
	w = avro_of("\"string\"", EW_LIT("\x0ahello"), 1, 6);
	/* Without a block as well; and three bytes of the magic could be a value whose schema is not known. */
	cut("avro", no_arg, wire_bytes(&w), 6);
	for (size_t i = 0; i < PACKERS; i++) {
		const struct packer *p = &packers[i];
		size_t n = p->pack(ew_bytes_str(text), buf, sizeof(buf));
		cut(p->as, no_arg, ew_bytes(buf, n), p->whole);
	}
}

/* ---- lengths and counts that lie ---- */

#define ONES8 "\xff\xff\xff\xff\xff\xff\xff\xff"
#define VARINT_31 "\x80\x80\x80\x80\x08"                     /* 2^31 */
#define VARINT_63 "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01" /* 2^63 */
#define GZIP_EXTRA "\x1f\x8b\x08\x04\0\0\0\0\0\3\xff\xff"

static const struct lie {
	const char *what, *as;
	struct ew_bytes doc;
} lies[] = {
#define LIE(what, as, s) { what, as, { (const uint8_t *)(s), sizeof(s) - 1 } }
	LIE("bytes of 2^31", "cbor", "\x5a\x80\0\0\0abc"),
	LIE("bytes of 2^63", "cbor", "\x5b\x80\0\0\0\0\0\0\0abc"),
	LIE("text of 2^64 - 1", "cbor", "\x7b" ONES8 "abc"),
	LIE("an array of 2^31", "cbor", "\x9a\x80\0\0\0\1\2\3"),
	LIE("an array of 2^63", "cbor", "\x9b\x80\0\0\0\0\0\0\0\1\2\3"),
	LIE("a map of 2^63", "cbor", "\xbb\x80\0\0\0\0\0\0\0\1\2\3\4"),
	LIE("a map of 2^64 - 1", "cbor", "\xbb" ONES8 "\1\2\3\4"),
	LIE("a piece of 2^63", "cbor", "\x5f\x41x\x5b\x80\0\0\0\0\0\0\0abc\xff"),
	LIE("bytes of 2^31", "msgpack", "\xc6\x80\0\0\0abc"),
	LIE("text of 2^32 - 1", "msgpack", "\xdb\xff\xff\xff\xff" "abc"),
	LIE("an extension of 2^31", "msgpack", "\xc9\x80\0\0\0\1abc"),
	LIE("an array of 2^32 - 1", "msgpack", "\xdd\xff\xff\xff\xff\1\2\3"),
	LIE("a map of 2^31", "msgpack", "\xdf\x80\0\0\0\xa1" "a\1"),
	LIE("a document of 2^31 - 1", "bson", "\xff\xff\xff\x7f\2a\0\2\0\0\0x\0\0"),
	LIE("a document of -2^31", "bson", "\0\0\0\x80\2a\0\2\0\0\0x\0\0"),
	LIE("a document of 2^32 - 1", "bson", "\xff\xff\xff\xff\2a\0\2\0\0\0x\0\0"),
	LIE("text of 2^31 - 1", "bson", "\x0e\0\0\0\2a\0\xff\xff\xff\x7fx\0\0"),
	LIE("text of -1", "bson", "\x0e\0\0\0\2a\0\xff\xff\xff\xffx\0\0"),
	LIE("bytes of -2^31", "bson", "\x0e\0\0\0\5a\0\0\0\0\x80\0x\0"),
	LIE("a document inside of 2^31 - 1", "bson", "\x0d\0\0\0\3a\0\xff\xff\xff\x7f\0\0"),
	LIE("bytes of 2^34", "smile", ":)\n\0\xfa\x80" "a\xe8\x7f\x7f\x7f\x7f\xbf" "abc\xfb"),
	LIE("bytes of 2^69", "smile", ":)\n\0\xe8\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\xbf" "abc"),
	LIE("digits of 2^34", "smile", ":)\n\0\xfa\x80" "a\x26\x7f\x7f\x7f\x7f\xbf" "abc\xfb"),
	LIE("content of 2^31", "protobuf", "\x08\1\x0a" VARINT_31 "abc"),
	LIE("content of 2^63", "protobuf", "\x08\1\x0a" VARINT_63 "abc"),
	LIE("content of 2^64 - 1", "protobuf", "\x08\1\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\1" "abc"),
	LIE("a varint of 11 bytes", "protobuf", "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"),
	LIE("a metric of 2^31", "sparkplug", "\x08\1\x12" VARINT_31 "abc"),
	LIE("a frame of 2^31", "grpc", "\0\x80\0\0\0\x0a\5hello"),
	LIE("a frame of 2^32 - 1", "grpc", "\0\xff\xff\xff\xff\x0a\5hello"),
	LIE("meta of 2^62", "avro",
	    "Obj\x01\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x16" "avro.schema\x10\"string\""),
	LIE("a block of 2^31 - 1", "snappy", "\xff\xff\xff\xff\x07\0a"),
	LIE("a block of 2^32 - 1", "snappy", "\xff\xff\xff\xff\x0f\0a"),
	LIE("a chunk of 2^24 - 1", "snappy", "\xff\6\0\0sNaPpY\0\xff\xff\xff\1\2\3\4abc"),
	LIE("a block of 2^31", "snappy", "\x82SNAPPY\0\0\0\0\1\0\0\0\1\x80\0\0\0abc"),
	LIE("a block of 2^32 - 1", "snappy", "\x82SNAPPY\0\0\0\0\1\0\0\0\1\xff\xff\xff\xff" "abc"),
	LIE("a block of 2^31 - 1 as it is", "lz4", "\x04\x22\x4d\x18\x60\x40\x82\xff\xff\xff\xff" "abc"),
	LIE("an old block of 2^31", "lz4", "\x02\x21\x4c\x18\0\0\0\x80" "abc"),
	LIE("a frame to skip of 2^32 - 1", "lz4", "\x50\x2a\x4d\x18\xff\xff\xff\xff" "abc"),
	LIE("content of 2^63", "zstd", "\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\0\0\x80\x01\0\0"),
	LIE("a window of 2^41", "zstd", "\x28\xb5\x2f\xfd\0\xf8\x01\0\0"),
	LIE("a frame to skip of 2^32 - 1", "zstd", "\x50\x2a\x4d\x18\xff\xff\xff\xff" "abc"),
	LIE("an extra field of 2^16 - 1", "gzip", GZIP_EXTRA "abc"),
	LIE("references to references", "xml",
	    "<!DOCTYPE a [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>"),
	LIE("a reference to itself", "xml", "<!DOCTYPE a [<!ENTITY a \"&a;\">]><a>&a;</a>"),
	LIE("a reference to a file", "xml", "<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><a>&a;</a>"),
#undef LIE
};

static void one_lie(const char *what, const char *as, struct ew_bytes doc)
{
	struct ew_bytes g = guard_put(doc);
	struct ew_message *m = declared_as(g, as, no_arg);
	size_t used = ew_arena_used(m->arena);
	bool sound = !tree_broken(m);

	ok(is_named(m) && sound && used < MEMORY_MOST, "%s, %s: %s, %s, %zu bytes of memory", as, what,
	   ew_status_name(m->status), m->reason ? m->reason : "an anomaly", used);
	ew_message_free(&m);
	m = opened(g);
	used = ew_arena_used(m->arena);
	sound = !tree_broken(m);
	ok(sound && used < MEMORY_MOST, "%s, %s: as a guess, %zu bytes of memory", as, what, used);
	ew_message_free(&m);
	guard_drop(g);
}

static void test_lies(void)
{
	static const int64_t most[] = { INT64_C(1) << 31, INT64_C(1) << 62, INT64_MAX, -1, INT64_MIN };

	for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++)
		one_lie(lies[i].what, lies[i].as, lies[i].doc);
	for (size_t i = 0; i < sizeof(most) / sizeof(*most); i++) {
		struct wire w = avro_of("\"string\"", EW_LIT("\x0ahello"), most[i], 6);
		one_lie("a count of objects", "avro", wire_bytes(&w));
		w = avro_of("\"string\"", EW_LIT("\x0ahello"), 1, most[i]);
		one_lie("the size of a block", "avro", wire_bytes(&w));
		struct wire d = { .n = 0 };
		avro_long(&d, most[i]);
		wire_put(&d, "hello", 5);
		w = avro_of("\"bytes\"", wire_bytes(&d), 1, (int64_t)d.n);
		one_lie("the length of bytes", "avro", wire_bytes(&w));
		w = avro_of("{\"type\":\"array\",\"items\":\"null\"}", wire_bytes(&d), 1, (int64_t)d.n);
		one_lie("items of an array that take no byte", "avro", wire_bytes(&w));
	}
}

/* ---- nesting ---- */

#define LEVELS 100000u

/* `open` LEVELS times behind `head`. */
static void deep(const char *what, const char *as, struct ew_bytes arg, struct ew_bytes head, struct ew_bytes open)
{
	size_t n = head.n;
	uint8_t *doc = malloc(head.n + LEVELS * open.n);
	struct ew_message *m;

	if (!doc)
		abort();
	if (head.n)
		memcpy(doc, head.p, head.n);
	for (; n < head.n + LEVELS * open.n; n += open.n)
		memcpy(doc + n, open.p, open.n);
	m = declared_as(ew_bytes(doc, n), as, arg);
	ok(is_named(m) && !tree_broken(m) && ew_arena_used(m->arena) <= m->limits->arena,
	   "%u %s: %s, %s, %zu fields", LEVELS, what, ew_status_name(m->status),
	   m->reason ? m->reason : "an anomaly", m->used_fields);
	ew_message_free(&m);
	m = opened(ew_bytes(doc, n));
	ok(!tree_broken(m) && ew_arena_used(m->arena) <= m->limits->arena, "%u %s, as a guess: %s", LEVELS, what,
	   ew_status_name(m->status));
	ew_message_free(&m);
	free(doc);
}

/* Built from the inside, behind which `tail` zeros stand: `put` writes what opens a level before `end`. */
static void deep_within(const char *what, const char *as, size_t tail,
                        size_t (*put)(uint8_t *end, size_t within, unsigned level))
{
	size_t cap = LEVELS * 16, n = tail;
	uint8_t *doc = calloc(1, cap);
	struct ew_message *m;

	if (!doc)
		abort();
	for (unsigned i = 0; i < LEVELS; i++)
		n += put(doc + cap - n, n, i + 1);
	m = declared_as(ew_bytes(doc + cap - n, n), as, no_arg);
	ok(m->status == EW_LIMIT && !tree_broken(m), "%u %s: %s, %s", LEVELS, what, ew_status_name(m->status),
	   m->reason);
	ew_message_free(&m);
	free(doc);
}

static size_t put_message(uint8_t *end, size_t within, unsigned level)
{
	struct wire head = { .n = 0 };

	(void)level;
	wire_varint(&head, 1 << 3 | 2);
	wire_varint(&head, within);
	memcpy(end - head.n, head.p, head.n);
	return head.n;
}

/* {"a": {...}} of BSON: a size, a type and a name, and far behind them a zero. */
static size_t put_document(uint8_t *end, size_t within, unsigned level)
{
	size_t size = 8 * level + 5;

	(void)within;
	if (level == 1)
		end[-5] = 5;
	end -= level == 1 ? 5 : 0;
	memcpy(end - 7, "\0\0\0\0\3a", 7);
	for (unsigned i = 0; i < 4; i++)
		end[-7 + (int)i] = (uint8_t)(size >> 8 * i);
	return level == 1 ? 12 : 7;
}

static void test_depth(void)
{
	static const char node[] =
		"{\"type\":\"record\",\"name\":\"N\",\"fields\":[{\"name\":\"n\",\"type\":[\"null\",\"N\"]}]}";

	deep("arrays", "json", no_arg, no_arg, EW_LIT("["));
	deep("objects", "json", no_arg, no_arg, EW_LIT("{\"a\":"));
	deep("arrays and objects", "json", no_arg, no_arg, EW_LIT("[{\"a\":"));
	deep("arrays in a line", "ndjson", no_arg, no_arg, EW_LIT("["));
	deep("elements", "xml", no_arg, no_arg, EW_LIT("<a>"));
	deep("fields", "graphql", no_arg, EW_LIT("query "), EW_LIT("{a"));
	deep("arrays", "cbor", no_arg, no_arg, EW_LIT("\x81"));
	deep("open arrays", "cbor", no_arg, no_arg, EW_LIT("\x9f"));
	deep("maps", "cbor", no_arg, no_arg, EW_LIT("\xa1\x61" "a"));
	deep("maps as keys", "cbor", no_arg, no_arg, EW_LIT("\xa1"));
	deep("tags", "cbor", no_arg, no_arg, EW_LIT("\xc1"));
	deep("arrays", "msgpack", no_arg, no_arg, EW_LIT("\x91"));
	deep("maps", "msgpack", no_arg, no_arg, EW_LIT("\x81\xa1" "a"));
	deep("arrays", "smile", no_arg, EW_LIT(":)\n\0"), EW_LIT("\xf8"));
	deep("objects", "smile", no_arg, EW_LIT(":)\n\0"), EW_LIT("\xfa\x80" "a"));
	deep("groups", "protobuf", no_arg, no_arg, EW_LIT("\x0b"));
	deep("messages of mail", "mail", no_arg, no_arg, EW_LIT("Content-Type: message/rfc822\r\n\r\n"));
	deep("parts", "multipart", EW_LIT("x"), no_arg,
	     EW_LIT("--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"));
	deep("percents", "percent", no_arg, EW_LIT("%"), EW_LIT("25"));
	deep("ampersands", "entity", no_arg, EW_LIT("&"), EW_LIT("amp;"));
	deep("backslashes in texts", "json", no_arg, EW_LIT("\""), EW_LIT("\\\\"));
	deep_within("messages", "protobuf", 0, put_message);
	deep_within("documents", "bson", LEVELS, put_document);

	/* Records in records, each a branch of a union. */
	uint8_t *doc = malloc(LEVELS + 512);
	struct wire w = avro_of(node, no_arg, 1, LEVELS);
	if (!doc)
		abort();
	w.n -= 16;
	memcpy(doc, w.p, w.n);
	memset(doc + w.n, 2, LEVELS - 1);
	doc[w.n + LEVELS - 1] = 0;
	memcpy(doc + w.n + LEVELS, AVRO_SYNC, 16);
	struct ew_message *m = declared_as(ew_bytes(doc, w.n + LEVELS + 16), "avro", no_arg);
	ok(m->status == EW_LIMIT && !tree_broken(m), "%u records of Avro: %s, %s", LEVELS,
	   ew_status_name(m->status), m->reason);
	ew_message_free(&m);
	free(doc);
}

int main(void)
{
	test_cuts();
	test_lies();
	test_depth();
	return done();
}
