/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* In steady state a worker opens messages without asking the heap: blocks of the arena and the contexts that
 * are kept serve all of them.  Each format is opened a few times, and then every call of malloc, calloc and
 * realloc in the process is counted, those of libraries included.  Two formats are excepted, with a bound:
 * brotli has no context that could be kept, and expat copies the name of the charset and makes some of its
 * tables anew. */

#include "decoded.h"
#include "opened.h"
#include "packed.h"
#include "tap.h"
#include "wire.h"

/* Sanitizers have allocators of their own, and their arena is the heap. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__) || \
	defined(EW_ARENA_EMULATE)
#define IS_COUNTED false
static size_t allocations;
#else
#define IS_COUNTED true

static size_t allocations;

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t each);
void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n)
{
	allocations++;
	return __libc_malloc(n);
}

void *calloc(size_t n, size_t each)
{
	allocations++;
	return __libc_calloc(n, each);
}

void *realloc(void *p, size_t n)
{
	allocations++;
	return __libc_realloc(p, n);
}
#endif

#define TIMES 20
#define SPARE (4u << 20) /* a worker keeps as much or more */

static struct ew_arena_spare *spare;
static struct ew_unpackers kept;
static struct ew_message *m;

static void open_once(struct ew_bytes value, const char *as, struct ew_bytes arg)
{
	ew_message_reset(m, &opened_limits);
	opened_unpackers = &kept;
	(void)open_with(m, value, as, arg, as != NULL);
}

/* Is opened with `most` calls at most, each time. */
static void count(const char *what, struct ew_bytes value, const char *as, struct ew_bytes arg, size_t most)
{
	size_t before, each;
	bool good;

	for (int i = 0; i < 3; i++)
		open_once(value, as, arg);
	good = m->status == EW_OK && m->used_fields > 1;
	before = allocations;
	for (int i = 0; i < TIMES; i++)
		open_once(value, as, arg);
	each = (allocations - before + TIMES - 1) / TIMES;
	ok(good && each <= most, "%s%s: %zu calls for a message of %zu bytes, %zu fields", what,
	   as ? "" : ", as a guess", each, value.n, m->used_fields);
}

static void both(const char *what, const char *as, struct ew_bytes value, size_t most)
{
	count(what, value, as, ew_bytes(NULL, 0), most);
	count(what, value, NULL, ew_bytes(NULL, 0), most);
}

static struct ew_bytes repeated(struct wire *w, const char *head, const char *item, const char *tail)
{
	w->n = 0;
	wire_put(w, head, strlen(head));
	for (int i = 0; i < 40; i++)
		wire_put(w, item, strlen(item));
	wire_put(w, tail, strlen(tail));
	return wire_bytes(w);
}

static void binaries(void)
{
	struct wire w = { .n = 0 };

	wire_byte(&w, 0x98);
	wire_byte(&w, 100);
	for (int i = 0; i < 100; i++)
		wire_put(&w, "\xa2\x63key\x65value\x61n\x18\x2a", 15);
	both("CBOR", "cbor", wire_bytes(&w), 0);
	w.n = 0;
	wire_put(&w, "\xdc\0\x64", 3);
	for (int i = 0; i < 100; i++)
		wire_put(&w, "\x82\xa3key\xa5value\xa1n\x2a", 14);
	both("MessagePack", "msgpack", wire_bytes(&w), 0);
	both("BSON", "bson", EW_LIT("\x1b\0\0\0\2key\0\6\0\0\0value\0\x10n\0\x2a\0\0\0\0"), 0);
	both("Smile", "smile", EW_LIT(":)\n\0\xfa\x82key\x44value\x80n\xc4\xfb"), 0);
	w.n = 0;
	for (uint64_t i = 0; i < 100; i++) {
		proto_text(&w, 1, "a text of some length");
		proto_number(&w, 2, i);
	}
	both("protobuf", "protobuf", wire_bytes(&w), 0);
	count("Sparkplug", EW_LIT("\x08\x01\x12\x09\x0a\x01n\x20\x0c\x7a\x02\x22\x27\x18\x01"), "sparkplug",
	      ew_bytes(NULL, 0), 0);
	count("gRPC", EW_LIT("\0\0\0\0\7\x0a\5hello"), "grpc", ew_bytes(NULL, 0), 0);
	both("Avro", "avro",
	     EW_LIT("Obj\x01\x02\x16" "avro.schema\x10\"string\"\0" "0123456789abcdef\2\x0c\x0ahello"
	            "0123456789abcdef"), 0);
}

static void texts(void)
{
	static struct wire w;
	struct ew_bytes json = repeated(&w, "[", "{\"sku\":\"XK-1\",\"name\":\"A \\\"fine\\\" thing\"},", "1]");
	static uint8_t packed[65536];

	both("JSON", "json", json, 0);
	for (size_t i = 0; i < PACKERS; i++) {
		size_t n = packers[i].pack(json, packed, sizeof(packed));
		count(packers[i].what, ew_bytes(packed, n), packers[i].as, ew_bytes(NULL, 0),
		      packers[i].pack == pack_brotli ? 8 : 0);
	}
	both("lines of JSON", "ndjson", repeated(&w, "", "{\"sku\":\"XK-1\",\"n\":1.5}\n", ""), 0);
	both("form", "form", repeated(&w, "a=b", "&name=a+thing+%41&n=15", ""), 0);
	both("XML", "xml", repeated(&w, "<list>", "<item sku=\"XK-1\">A &quot;fine&quot; thing</item>", "</list>"),
	     8);
	count("multipart",
	      repeated(&w, "", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n", "--x--\r\n"),
	      "multipart", EW_LIT("x"), 0);
	both("mail", "mail",
	     repeated(&w, "Subject: =?utf-8?q?a?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n",
	              "A line of a letter.\r\n", ""), 0);
	both("base64", "base64", repeated(&w, "", "eyJhIjoidGV4dCJ9ICAg", ""), 0);
	count("GraphQL", repeated(&w, "query {", " item(name: \"a thing\") { id }", "}"), "graphql",
	      ew_bytes(NULL, 0), 0);
}

int main(void)
{
	m = ew_message_new(&opened_limits);
	spare = ew_arena_spare_new(SPARE);
	if (!m || !spare)
		abort();
	ew_arena_share(m->arena, spare);
	if (!IS_COUNTED)
		printf("# no allocator to count here\n");
	binaries();
	texts();
	ew_message_free(&m);
	ew_arena_spare_free(&spare);
	ew_unpackers_fini(&kept);
	return done();
}
