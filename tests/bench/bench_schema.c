/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What formats with a schema cost: megabytes a second through their decoder alone and through all of
 * decoding, against JSON with the same content.  All run in turn and the best round counts. */

#include "../unit/wire.h"
#include "eventwall/protocol.h"

#include <stdio.h>
#include <time.h>

#define ROUNDS 15
#define ITEMS 40

static const struct ew_limits limits = EW_LIMITS_DEFAULT;

struct format {
	const char *name, *as;
	bool guessed;
	struct wire w;
	double alone, whole; /* nanoseconds a message */
	size_t fields;
};

static struct format formats[] = {
	{ .name = "json", .as = "json" },
	{ .name = "protobuf", .as = "protobuf" },
	{ .name = "protobuf, guessed", .as = "protobuf", .guessed = true },
	{ .name = "sparkplug", .as = "sparkplug" },
	{ .name = "grpc", .as = "grpc" },
	{ .name = "avro, container", .as = "avro", .guessed = true },
	{ .name = "avro, no schema", .as = "avro" },
};

static const char note[] = "A fine thing; it was wrapped with care, and the customer's name is on it. "
			   "Leave it at the back door if nobody answers, and ring twice.";

static void make_json(struct wire *w)
{
	char item[512];

	wire_byte(w, '[');
	for (int i = 0; i < ITEMS; i++) {
		int n = snprintf(item, sizeof(item),
		                 "%s{\"sku\":\"XK-%05d\",\"count\":%d,\"price\":%d,\"note\":\"%s\"}",
		                 i ? "," : "", i, i * 3, i * 700, note);
		wire_put(w, item, (size_t)n);
	}
	wire_byte(w, ']');
}

static void make_item(struct wire *w, int i)
{
	char sku[16];

	snprintf(sku, sizeof(sku), "XK-%05d", i);
	proto_text(w, 1, sku);
	proto_number(w, 2, (uint64_t)i * 3);
	proto_number(w, 3, (uint64_t)i * 700);
	proto_text(w, 4, note);
}

static void make_protobuf(struct wire *w)
{
	for (int i = 0; i < ITEMS; i++) {
		struct wire in = { .n = 0 };
		make_item(&in, i);
		proto_content(w, 1, wire_bytes(&in));
	}
}

static void make_sparkplug(struct wire *w)
{
	for (int i = 0; i < ITEMS; i++) {
		struct wire in = { .n = 0 };
		proto_text(&in, 1, "Outputs/Lamp");
		proto_number(&in, 3, 1700000000000);
		proto_number(&in, 4, 12);
		proto_text(&in, 15, note);
		proto_content(w, 2, wire_bytes(&in));
	}
}

static void make_grpc(struct wire *w)
{
	for (int i = 0; i < ITEMS; i++) {
		struct wire in = { .n = 0 };
		make_item(&in, i);
		wire_put(w, "\0\0\0", 3);
		wire_byte(w, (unsigned)(in.n >> 8));
		wire_byte(w, (unsigned)in.n & 0xff);
		wire_put(w, in.p, in.n);
	}
}

static void make_datum(struct wire *w)
{
	char sku[16];

	for (int i = 0; i < ITEMS; i++) {
		snprintf(sku, sizeof(sku), "XK-%05d", i);
		avro_text(w, sku);
		avro_long(w, i * 3);
		avro_long(w, i * 700);
		avro_text(w, note);
	}
}

static void make_container(struct wire *w)
{
	struct wire in = { .n = 0 };

	make_datum(&in);
	wire_put(w, "Obj\x01", 4);
	avro_long(w, 1);
	avro_text(w, "avro.schema");
	avro_text(w, "{\"type\":\"record\",\"name\":\"Item\",\"fields\":[{\"name\":\"sku\",\"type\":\"string\"},"
	             "{\"name\":\"count\",\"type\":\"int\"},{\"name\":\"price\",\"type\":\"long\"},"
	             "{\"name\":\"note\",\"type\":\"string\"}]}");
	avro_long(w, 0);
	wire_put(w, "0123456789ABCDEF", 16);
	avro_long(w, ITEMS);
	avro_bytes(w, wire_bytes(&in));
	wire_put(w, "0123456789ABCDEF", 16);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* A container and frames leave their content to others: alone is what finding it costs. */
static double run(struct ew_message *m, struct format *f, bool whole)
{
	const struct ew_decoder *d = ew_decoder_find(ew_bytes_str(f->as));
	size_t times = 4000000 / f->w.n + 1;
	double start = now();

	for (size_t i = 0; i < times; i++) {
		ew_message_reset(m, &limits);
		struct ew_field *v = ew_decode_emit(m, m->root, EW_LIT("v"), wire_bytes(&f->w), EW_KIND_BYTES, 0);
		if (!v || (!f->guessed && !ew_declare_over(m, v, d, ew_bytes(NULL, 0), true)))
			abort();
		if (whole)
			ew_decode(m);
		else
			(void)d->decode(m, v);
		if (m->status != EW_OK)
			abort();
	}
	f->fields = m->used_fields;
	return (now() - start) / (double)times;
}

int main(void)
{
	struct ew_message *m = ew_message_new(&limits);
	const size_t count = sizeof(formats) / sizeof(*formats);

	if (!m)
		return 1;
	make_json(&formats[0].w);
	make_protobuf(&formats[1].w);
	make_protobuf(&formats[2].w);
	make_sparkplug(&formats[3].w);
	make_grpc(&formats[4].w);
	make_container(&formats[5].w);
	make_datum(&formats[6].w);
	for (int i = 0; i < ROUNDS; i++) {
		for (size_t k = 0; k < count; k++) {
			struct format *f = &formats[k];
			double alone = run(m, f, false), whole = run(m, f, true);
			if (i == 0 || alone < f->alone)
				f->alone = alone;
			if (i == 0 || whole < f->whole)
				f->whole = whole;
		}
	}
	printf("%-20s %8s %8s %12s %12s\n", "format", "bytes", "fields", "alone MB/s", "whole MB/s");
	for (size_t k = 0; k < count; k++)
		printf("%-20s %8zu %8zu %12.0f %12.0f\n", formats[k].name, formats[k].w.n, formats[k].fields,
		       (double)formats[k].w.n * 1e3 / formats[k].alone,
		       (double)formats[k].w.n * 1e3 / formats[k].whole);
	ew_message_free(&m);
	return 0;
}
