/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* protobuf_schema.c: sets of descriptors, whole and damaged, and messages that are read with them. */

#include "decoded.h"
#include "eventwall/event.h"
#include "eventwall/protobuf.h"
#include "opened.h"
#include "tap.h"
#include "wire.h"

enum { DOUBLE = 1, INT64 = 3, STRING = 9, MESSAGE = 11, BYTES = 12 };

static void put_field(struct wire *w, const char *name, uint64_t number, uint64_t type, const char *type_name)
{
	struct wire f = { .n = 0 };

	proto_text(&f, 1, name);
	proto_number(&f, 3, number);
	proto_number(&f, 5, type);
	if (type_name)
		proto_text(&f, 6, type_name);
	proto_content(w, 2, wire_bytes(&f));
}

/* package shop; message Order { message Item { string sku = 1; double price = 3; }
 *   repeated Item items = 2; bytes raw = 500; int64 count = 1; Order before = 4; }
 * service Desk { rpc Place(Order.Item) } */
static struct wire make_set(void)
{
	struct wire item = { .n = 0 }, order = { .n = 0 }, method = { .n = 0 }, desk = { .n = 0 };
	struct wire file = { .n = 0 }, set;

	proto_text(&item, 1, "Item");
	put_field(&item, "sku", 1, STRING, NULL);
	put_field(&item, "price", 3, DOUBLE, NULL);
	proto_text(&order, 1, "Order");
	put_field(&order, "items", 2, MESSAGE, ".shop.Order.Item");
	put_field(&order, "raw", 500, BYTES, NULL);
	put_field(&order, "count", 1, INT64, NULL);
	put_field(&order, "before", 4, MESSAGE, ".shop.Order");
	proto_content(&order, 3, wire_bytes(&item));
	proto_text(&method, 1, "Place");
	proto_text(&method, 2, ".shop.Order.Item");
	proto_text(&desk, 1, "Desk");
	proto_content(&desk, 2, wire_bytes(&method));
	proto_text(&file, 1, "shop.proto");
	proto_text(&file, 2, "shop");
	proto_content(&file, 4, wire_bytes(&order));
	proto_content(&file, 6, wire_bytes(&desk));
	set.n = 0;
	proto_content(&set, 1, wire_bytes(&file));
	return set;
}

static struct wire make_order(const char *sku)
{
	struct wire item = { .n = 0 }, order = { .n = 0 }, old;

	proto_text(&item, 1, sku);
	wire_put(&item, "\x19\0\0\0\0\0\0\xf8\x3f", 9); /* price 1.5 */
	proto_content(&order, 2, wire_bytes(&item));
	proto_number(&order, 1, 3);
	proto_content(&order, 500, EW_LIT("{\"a\":1}"));
	proto_text(&order, 77, "unknown");
	old = order;
	proto_content(&order, 4, wire_bytes(&old));
	return order;
}

static bool survives(void *arg, struct ew_bytes prefix)
{
	const char *why = NULL;
	struct ew_proto_schema *s = ew_proto_schema_new(prefix, &why);
	bool good = s || why;

	(void)arg;
	ew_proto_schema_free(&s);
	return good && !s;
}

static void test_sets(void)
{
	struct wire set = make_set();
	struct wire deep = { .n = 0 }, next;
	const char *why;
	struct ew_proto_schema *s = ew_proto_schema_new(wire_bytes(&set), &why);

	ok(s && !ew_proto_schema_chosen(s), "a set");
	ok(ew_proto_schema_choose(s, EW_LIT("shop.Order")) && ew_proto_schema_chosen(s), "a message of it");
	ok(ew_proto_schema_choose(s, EW_LIT("shop.Order.Item")), "one within");
	ok(!ew_proto_schema_choose(s, EW_LIT("Order")) && !ew_proto_schema_chosen(s), "its full name is wanted");
	ok(ew_proto_schema_method(s, EW_LIT("/shop.Desk/Place")), "a method");
	ok(!ew_proto_schema_method(s, EW_LIT("/shop.Desk/Plac")) && !ew_proto_schema_method(s, EW_LIT("")) &&
	   !ew_proto_schema_method(s, EW_LIT("/shop.Desk.Place")), "by its exact path");
	ew_proto_schema_free(&s);
	ok(!s, "gone");
	s = ew_proto_schema_new(EW_LIT(""), &why);
	is_str(why, "there is no message in it", "an empty file");
	s = ew_proto_schema_new(EW_LIT("syntax = \"proto3\";"), &why);
	is_str(why, "it is no set of descriptors", "the text of a .proto file");
	ok(!s, "is refused");
	bool good = true;
	for (size_t n = 0; n < set.n; n++) {
		struct ew_bytes g = guard_put(ew_bytes(set.p, n));
		good &= survives(NULL, g);
		guard_drop(g);
	}
	ok(good, "each prefix is refused");
	/* Names of messages within messages add up. */
	proto_text(&deep, 1, "A");
	for (int i = 0; i < 5000; i++) {
		next.n = 0;
		proto_text(&next, 1, "A");
		proto_content(&next, 3, wire_bytes(&deep));
		deep = next;
	}
	next.n = 0;
	proto_content(&next, 4, wire_bytes(&deep));
	deep.n = 0;
	proto_content(&deep, 1, wire_bytes(&next));
	s = ew_proto_schema_new(wire_bytes(&deep), &why);
	ok(!s, "5000 messages within each other: %s", why);
}

static void test_messages(void)
{
	struct wire set = make_set(), order = make_order("' or 1=1--"), w = { .n = 0 };
	struct ew_limits lim = EW_LIMITS_DEFAULT;
	const char *why;
	struct ew_proto_schema *s = ew_proto_schema_new(wire_bytes(&set), &why);
	struct ew_message *m;

	if (!s || !ew_proto_schema_choose(s, EW_LIT("shop.Order")))
		abort();
	lim.protobuf = s;
	m = ew_message_new(&lim);
	(void)ew_kafka_event(m, &(struct ew_kafka_parts){ .topic = EW_LIT("q"), .value = wire_bytes(&order) });
	ok(ew_decode(m) == EW_OK && !tree_broken(m), "an event that holds the message of the route");
	ok(has(m, "kafka.value|protobuf.items.sku", "' or 1=1--") &&
	   has(m, "kafka.value|protobuf.items.price", "1.5") && has(m, "kafka.value|protobuf.count", "3") &&
	   has(m, "kafka.value|protobuf.before.items.sku", "' or 1=1--"), "names");
	ok(has(m, "kafka.value|protobuf.raw|json.a", "1") && has(m, "kafka.value|protobuf.77", "unknown"),
	   "bytes are opened, unknown fields have numbers");
	ew_message_free(&m);

	wire_put(&w, "\0\0\0\0\x07\0", 6);
	wire_put(&w, order.p, order.n);
	m = ew_message_new(&lim);
	(void)ew_mqtt_event(m, &(struct ew_mqtt_parts){ .topic = EW_LIT("t"), .payload = wire_bytes(&w) });
	ok(ew_decode(m) == EW_OK && has(m, "mqtt.payload|schema|protobuf.items.sku", "' or 1=1--"),
	   "behind the prefix of a registry");
	ew_message_free(&m);
	m = ew_message_new(&lim);
	(void)ew_kafka_event(m, &(struct ew_kafka_parts){ .topic = EW_LIT("q"), .value = EW_LIT("{\"a\":\"b\"}") });
	ok(ew_decode(m) == EW_MALFORMED && has(m, "kafka.value|json.a", "b"), "what is no message is malformed");
	ew_message_free(&m);

	w.n = 0;
	wire_put(&w, "\0\0\0\0\x05\x0a\x03" "xyz", 10);
	struct ew_pair type = { EW_LIT("content-type"), EW_LIT("application/grpc") };
	struct ew_http_parts call = { .method = EW_LIT("POST"), .target = EW_LIT("/shop.Desk/Place"),
		                      .headers = &type, .header_count = 1, .body = wire_bytes(&w) };
	m = ew_message_new(&lim);
	(void)ew_http_event(m, &call);
	ok(ew_decode(m) == EW_OK && has(m, "http.body|grpc[0]|protobuf.sku", "xyz"),
	   "of a call, what its method takes");
	ew_message_free(&m);
	call.target = EW_LIT("/shop.Desk/Other");
	m = ew_message_new(&lim);
	(void)ew_http_event(m, &call);
	ok(ew_decode(m) == EW_OK && has(m, "http.body|grpc[0]|protobuf.1", "xyz"), "an unknown method: numbers");
	ew_message_free(&m);
	ew_proto_schema_free(&s);
}

int main(void)
{
	test_sets();
	test_messages();
	return done();
}
