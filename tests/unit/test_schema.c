/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* schema.c: the prefixes of schema registries before JSON, protobuf and what may be Avro. */

#include "decoded.h"
#include "opened.h"
#include "tap.h"
#include "wire.h"

#include <zlib.h>

#define GUID "\x12\x34\x56\x78\x9a\xbc\x4d\xef\x81\x23\x45\x67\x89\xab\xcd\xef"

static const char attack[] = "eyJjbWQiOiJybSAtcmYgLyJ9"; /* {"cmd":"rm -rf /"} */

/* A record behind the prefix; `as` is what it was opened as, NULL if it must not be. */
static void check(const char *what, struct ew_bytes prefix, struct ew_bytes record, const char *path)
{
	struct wire w = { .n = 0 };
	struct ew_message *m;

	wire_put(&w, prefix.p, prefix.n);
	wire_put(&w, record.p, record.n);
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && !tree_broken(m) && has_value(m, EW_LIT("rm -rf /")) == (path != NULL), "%s", what);
	if (path)
		ok(has(m, path, "rm -rf /"), "  as %s", path);
	const struct ew_field *v = field_at(m, "v", wire_bytes(&w));
	ok(v && !(v->flags & EW_FIELD_COVERED), "  its bytes are matched as well");
	ew_message_free(&m);
	ok(each_prefix(wire_bytes(&w), opens_safely, NULL), "  each prefix");
}

int main(void)
{
	static const char json[] = "{\"cmd\":\"rm -rf /\"}";
	struct ew_bytes number = EW_LIT("\0\0\0\0\x07"), guid = EW_LIT("\x01" GUID);
	struct ew_bytes glue = EW_LIT("\x03\0" GUID), glue_zlib = EW_LIT("\x03\x05" GUID);
	struct wire proto = { .n = 0 }, avro = { .n = 0 }, w = { .n = 0 };
	uint8_t packed[256];
	uLongf n = sizeof(packed);

	proto_number(&proto, 1, 12345);
	proto_text(&proto, 2, attack);
	avro_long(&avro, 300);
	avro_text(&avro, attack);

	check("a number before JSON", number, ew_bytes_str(json), "v|schema|json.cmd");
	check("a GUID before JSON", guid, ew_bytes_str(json), "v|schema|json.cmd");
	check("Glue before JSON", glue, ew_bytes_str(json), "v|schema|json.cmd");
	if (compress(packed, &n, (const Bytef *)json, sizeof(json) - 1) != Z_OK)
		abort();
	check("Glue before JSON in zlib", glue_zlib, ew_bytes(packed, n), "v|schema|zlib|json.cmd");

	wire_byte(&w, 0);
	wire_put(&w, proto.p, proto.n);
	check("a number, the first message", number, wire_bytes(&w), "v|schema|protobuf.2|base64|json.cmd");
	check("a GUID, the first message", guid, wire_bytes(&w), "v|schema|protobuf.2|base64|json.cmd");
	w.n = 0;
	avro_long(&w, 2);
	avro_long(&w, 1);
	avro_long(&w, 40);
	wire_put(&w, proto.p, proto.n);
	check("a number, the 41st message in the second", number, wire_bytes(&w),
	      "v|schema|protobuf.2|base64|json.cmd");
	w.n = 0;
	wire_varint(&w, 3);
	wire_put(&w, proto.p, proto.n);
	check("Glue, a message by its number", glue, wire_bytes(&w), "v|schema|protobuf.2|base64|json.cmd");

	/* 48 is the digit 0: the run of text begins with the length, the second reading behind it. */
	check("a number, Avro", number, wire_bytes(&avro), "v|schema|avro[1]|base64|json.cmd");
	check("a GUID, Avro", guid, wire_bytes(&avro), "v|schema|avro[1]|base64|json.cmd");

	check("no text at all", number, EW_LIT("\xff\xfe\xfd\xfc"), NULL);
	check("a GUID that is none",
	      EW_LIT("\x01" "\x12\x34\x56\x78\x9a\xbc\x0d\xef\x81\x23\x45\x67\x89\xab\xcd\xef"),
	      wire_bytes(&avro), NULL);
	return done();
}
