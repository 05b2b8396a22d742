/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* protobuf.c and protobuf_read.c: both readings of content, damage, guesses, depth. */

#include "decoded.h"
#include "opened.h"
#include "tap.h"
#include "wire.h"

static char as[] = "protobuf";

static void test_values(void)
{
	struct wire w = { .n = 0 }, in = { .n = 0 };
	struct ew_message *m;

	proto_number(&w, 1, 150);
	proto_text(&w, 2, "hello");
	wire_put(&w, "\x1d\x01\0\0\0\x21\x02\0\0\0\0\0\0\0", 14);
	proto_number(&in, 1, UINT64_MAX);
	proto_text(&in, 77, "deep");
	proto_content(&w, 5, wire_bytes(&in));
	wire_put(&w, "\x33\x0a\x02hi\x34", 6); /* a group 6 */
	proto_text(&w, 100, "");
	m = opened_as(wire_bytes(&w), as);
	ok(m->status == EW_OK && m->anomalies == 0, "a message of every wire type");
	ok(has(m, "v|protobuf.1", "150") && has(m, "v|protobuf.2", "hello") && has(m, "v|protobuf.3", "1") &&
	   has(m, "v|protobuf.4", "2") && has(m, "v|protobuf.100", ""), "numbers, text, fixed, none");
	ok(has(m, "v|protobuf.5.1", "18446744073709551615") && has(m, "v|protobuf.5.77", "deep"),
	   "a message in a message");
	ok(field_at(m, "v|protobuf.5", wire_bytes(&in)) && has(m, "v|protobuf.6.1", "hi"),
	   "its bytes as well; a group");
	const struct ew_field *v = field_at(m, "v", wire_bytes(&w));
	ok(v && v->flags & EW_FIELD_COVERED && !tree_broken(m), "declared and binary: the rest needs no scan");
	ew_message_free(&m);
	ok(each_prefix(wire_bytes(&w), opens_safely, as), "each prefix");
	ok(each_prefix(wire_bytes(&w), opens_safely, NULL), "each prefix, guessed");

	in.n = 0;
	for (uint64_t i = 1; i <= 61; i++)
		proto_number(&in, i, i);
	m = opened_as(wire_bytes(&in), as);
	bool named = true;
	for (uint64_t i = 1; i <= 61; i++) {
		char path[40], text[8];
		snprintf(path, sizeof(path), "v|protobuf.%d", (int)i);
		snprintf(text, sizeof(text), "%d", (int)i);
		named &= has(m, path, text);
	}
	ok(named, "numbers of fields are their names");
	ew_message_free(&m);
}

/* Text that is a message as well must be found as text, however its words are cut. */
static void test_both_readings(void)
{
	struct wire w = { .n = 0 };
	struct ew_message *m;
	const struct ew_field *f;

	/* Field 1 and nine bytes, twice: to SQL the marks are blanks. */
	proto_text(&w, 3, "\n\txx' UNION\n\tSELECT 1#");
	m = opened_as(wire_bytes(&w), as);
	ok(has(m, "v|protobuf.3", "\n\txx' UNION\n\tSELECT 1#"), "text beside a message");
	ok(has(m, "v|protobuf.3.1", "xx' UNION") && has(m, "v|protobuf.3.1", "SELECT 1#"), "and the message");
	f = field_at(m, "v|protobuf.3", EW_LIT("\n\txx' UNION\n\tSELECT 1#"));
	ok(f && !(f->flags & (EW_FIELD_COVERED | EW_FIELD_BINARY)), "such text is matched and opened as text");
	ew_message_free(&m);

	m = opened_as(EW_LIT("\n\x0b{\"a\":\"b\"}  "), as);
	ok(has(m, "v|json.a", "b") && m->status == EW_OK, "a message that is JSON is read as both");
	f = field_at(m, "v", EW_LIT("\n\x0b{\"a\":\"b\"}  "));
	ok(f && !(f->flags & EW_FIELD_BINARY), "text is no binary");
	ew_message_free(&m);

	w.n = 0;
	proto_text(&w, 1, "eyJjbWQiOiJybSAtcmYgLyJ9");
	proto_text(&w, 2, "8a");
	m = opened_as(wire_bytes(&w), as);
	ok(has(m, "v|protobuf.1|base64|json.cmd", "rm -rf /"), "content is opened further");
	ok(has(m, "v|protobuf.2", "8a") && !has(m, "v|protobuf.2.7", "97"),
	   "text that were a message of numbers only is text");
	ew_message_free(&m);
}

static bool fails(struct ew_bytes in, enum ew_status status)
{
	struct ew_bytes g = guard_put(in);
	struct ew_message *m = opened_as(g, as);
	const struct ew_field *v = field_at(m, "v", g);
	bool good = m->status == status && v && !(v->flags & EW_FIELD_COVERED) && !tree_broken(m);

	if (!good)
		print_tree(m);
	ew_message_free(&m);
	guard_drop(g);
	return good;
}

static void test_damage(void)
{
	struct ew_message *m;

	ok(fails(EW_LIT("\x08\x01\x12\xff\xff\xff\xff\x07" "abc"), EW_TRUNCATED), "a length of 2^31");
	ok(fails(EW_LIT("\x08\x01\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f" "abc"), EW_TRUNCATED), "of 2^63");
	ok(fails(EW_LIT("\x08\x01\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" "abc"), EW_TRUNCATED), "of 2^64");
	ok(fails(EW_LIT("\x08\x01\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), EW_MALFORMED),
	   "a number of eleven bytes");
	ok(fails(EW_LIT("\x08\x01\x02\x01x"), EW_MALFORMED), "field 0");
	ok(fails(EW_LIT("\x08\x01\x0e\x01x"), EW_MALFORMED), "wire type 6");
	ok(fails(EW_LIT("\x08\x01\x0f\x01x"), EW_MALFORMED), "wire type 7");
	ok(fails(EW_LIT("\x08\x01\x80\x80\x80\x80\x10\x01"), EW_MALFORMED), "field 2^29");
	ok(fails(EW_LIT("\x08\x01\x13\x08\x01\x1c"), EW_MALFORMED), "a group that ends as another");
	ok(fails(EW_LIT("\x08\x01\x14"), EW_MALFORMED), "an end without a group");
	ok(fails(EW_LIT("\x08\x01\x13\x08\x01"), EW_TRUNCATED), "a group without an end");
	ok(fails(EW_LIT("\x08\x01\x15\x01\x02\x03"), EW_TRUNCATED), "three bytes of four");
	ok(fails(EW_LIT("not a message"), EW_MALFORMED), "text");
	m = opened_as(EW_LIT("\x0a\x05hello\x12\x50' or 1=1--"), as);
	ok(m->status == EW_TRUNCATED && has(m, "v|protobuf.1", "hello"), "what was read before damage is there");
	ew_message_free(&m);
	m = opened_as(EW_LIT("\x88\x00\x01\x12\x83\x00" "abc"), as);
	ok(m->status == EW_OK && ew_message_has(m, EW_ANOMALY_LONG_NUMBER) && has(m, "v|protobuf.2", "abc"),
	   "numbers that are too long are read and named");
	ew_message_free(&m);
}

static void test_depth(void)
{
	size_t depth = 100000, n = 0, cap = depth * 5;
	uint8_t *buf = malloc(cap + depth);
	struct ew_message *m;

	if (!buf)
		abort();
	/* From the inside out: each level is a tag, a length and what is there. */
	for (size_t i = 0; i < depth && n + 6 < cap; i++) {
		struct wire head = { .n = 0 };
		wire_byte(&head, 0x0a);
		wire_varint(&head, n);
		memcpy(buf + cap - n - head.n, head.p, head.n);
		n += head.n;
	}
	m = opened_as(ew_bytes(buf + cap - n, n), as);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "depth") == 0, "messages 100000 deep: %s", m->reason);
	ok(!tree_broken(m), "and the tree is sound");
	ew_message_free(&m);
	m = opened(ew_bytes(buf + cap - n, n));
	ok(!tree_broken(m), "the same, guessed");
	ew_message_free(&m);

	memset(buf, 0x0b, depth);
	m = opened_as(ew_bytes(buf, depth), as);
	ok(m->status != EW_OK, "groups 100000 deep: %s", m->reason);
	ew_message_free(&m);

	/* Each level is matched once more, so a large value that lies deep costs work. */
	struct ew_limits lim = EW_LIMITS_DEFAULT;
	lim.work = 2u << 20;
	memset(buf, 'x', cap);
	n = 100000;
	for (size_t i = 0; i < 50; i++) {
		struct wire head = { .n = 0 };
		wire_byte(&head, 0x0a);
		wire_varint(&head, n);
		memcpy(buf + cap - n - head.n, head.p, head.n);
		n += head.n;
	}
	m = ew_message_new(&lim);
	(void)open_with(m, ew_bytes(buf + cap - n, n), as, ew_bytes(NULL, 0), true);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "work") == 0, "100000 bytes, 50 deep: %s", m->reason);
	ew_message_free(&m);
	free(buf);
}

static void test_guess(void)
{
	struct wire w = { .n = 0 }, in = { .n = 0 };
	struct ew_message *m;
	uint32_t seed = 7;
	int taken = 0;

	proto_number(&w, 1, 7);
	proto_text(&w, 2, "eyJjbWQiOiJybSAtcmYgLyJ9");
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && has(m, "v|protobuf.2|base64|json.cmd", "rm -rf /"), "a guess");
	const struct ew_field *v = field_at(m, "v", wire_bytes(&w));
	ok(v && !(v->flags & EW_FIELD_COVERED), "its bytes are matched as well");
	ew_message_free(&m);

	wire_put(&w, "\x9a\x75\x03\x01\x02\x03\xfb\x0f\xfc\x0f", 10);
	m = opened(wire_bytes(&w));
	ok(has(m, "v|protobuf.2|base64|json.cmd", "rm -rf /"), "unknown fields and groups do not put it off");
	ew_message_free(&m);
	wire_byte(&w, 0);
	m = opened(wire_bytes(&w));
	ok(m->status == EW_OK && !has_value(m, EW_LIT("7")), "a byte too many does");
	ew_message_free(&m);

	proto_content(&in, 1, EW_LIT("\x01\x02\x03\xff"));
	m = opened(wire_bytes(&in));
	ok(m->status == EW_OK && m->used_fields == 1, "no text, no message");
	ew_message_free(&m);

	for (int i = 0; i < 20000; i++) {
		uint8_t buf[64];
		size_t n = 16 + (size_t)i % 48;
		for (size_t k = 0; k < n; k++) {
			seed = seed * 1664525 + 1013904223;
			buf[k] = (uint8_t)(seed >> 24);
		}
		m = opened(ew_bytes(buf, n));
		for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root))
			taken += f->via && strcmp(f->via->name, "protobuf") == 0;
		ew_message_free(&m);
	}
	ok(taken < 20, "of 20000 random values %d are taken for messages", taken);
}

int main(void)
{
	test_values();
	test_both_readings();
	test_damage();
	test_depth();
	test_guess();
	return done();
}
