/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What opening one order of about 4 KB costs in each binary format: megabytes a second and nanoseconds a field,
 * read as declared (`read`: the decoder alone; `open`: all of decoding) and as a guess.  The same order in each;
 * the best of the rounds counts. */

#include "eventwall/protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 40
#define ROOM 16384

static uint8_t out[ROOM];
static size_t used;

static void put(const void *p, size_t n)
{
	if (n > ROOM - used)
		abort();
	memcpy(out + used, p, n);
	used += n;
}

static void put_byte(unsigned c)
{
	put(&(uint8_t){ (uint8_t)c }, 1);
}

static void put_number(uint64_t v, size_t n, bool big)
{
	for (size_t i = 0; i < n; i++)
		put_byte((unsigned)(v >> 8 * (big ? n - 1 - i : i)));
}

/* How one format is written.  A value is named by `name` unless that is NULL, in an array. */
struct writer {
	const char *format;
	void (*begin)(const char *name, bool map, unsigned count);
	void (*end)(bool map);
	void (*text)(const char *name, const char *value);
	void (*integer)(const char *name, unsigned value);
	void (*real)(const char *name, double value);
	void (*truth)(const char *name);
};

static void cbor_head(unsigned major, uint64_t v)
{
	size_t n = v < 24 ? 0 : v < 256 ? 1 : v < 65536 ? 2 : 4;

	put_byte(major << 5 | (n == 0 ? (unsigned)v : n == 1 ? 24 : n == 2 ? 25 : 26));
	put_number(v, n, true);
}

static void cbor_name(const char *name)
{
	if (!name)
		return;
	cbor_head(3, strlen(name));
	put(name, strlen(name));
}

static void cbor_begin(const char *name, bool map, unsigned count)
{
	cbor_name(name);
	cbor_head(map ? 5 : 4, count);
}

static void nothing(bool map)
{
	(void)map;
}

static void cbor_text(const char *name, const char *value)
{
	cbor_name(name);
	cbor_name(value);
}

static void cbor_integer(const char *name, unsigned value)
{
	cbor_name(name);
	cbor_head(0, value);
}

static uint64_t bits_of(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

static void cbor_real(const char *name, double value)
{
	cbor_name(name);
	put_byte(0xfb);
	put_number(bits_of(value), 8, true);
}

static void cbor_truth(const char *name)
{
	cbor_name(name);
	put_byte(0xf5);
}

static void msgpack_name(const char *name)
{
	size_t n = name ? strlen(name) : 0;

	if (!name)
		return;
	if (n < 32) {
		put_byte(0xa0 | (unsigned)n);
	} else {
		put_byte(0xd9);
		put_byte((unsigned)n);
	}
	put(name, n);
}

static void msgpack_begin(const char *name, bool map, unsigned count)
{
	msgpack_name(name);
	if (count < 16) {
		put_byte((map ? 0x80u : 0x90u) | count);
	} else {
		put_byte(map ? 0xde : 0xdc);
		put_number(count, 2, true);
	}
}

static void msgpack_text(const char *name, const char *value)
{
	msgpack_name(name);
	msgpack_name(value);
}

static void msgpack_integer(const char *name, unsigned value)
{
	msgpack_name(name);
	if (value > 127)
		put_byte(0xcd);
	put_number(value, value > 127 ? 2 : 1, true);
}

static void msgpack_real(const char *name, double value)
{
	msgpack_name(name);
	put_byte(0xcb);
	put_number(bits_of(value), 8, true);
}

static void msgpack_truth(const char *name)
{
	msgpack_name(name);
	put_byte(0xc3);
}

/* Without shared texts, which would make the order shorter than in the others. */
static void smile_name(const char *name)
{
	if (!name)
		return;
	put_byte(0x7f + (unsigned)strlen(name));
	put(name, strlen(name));
}

static void smile_begin(const char *name, bool map, unsigned count)
{
	(void)count;
	smile_name(name);
	put_byte(map ? 0xfa : 0xf8);
}

static void smile_end(bool map)
{
	put_byte(map ? 0xfb : 0xf9);
}

static void smile_text(const char *name, const char *value)
{
	smile_name(name);
	put_byte(0x3f + (unsigned)strlen(value));
	put(value, strlen(value));
}

static void smile_integer(const char *name, unsigned value)
{
	unsigned v = value * 2;

	smile_name(name);
	put_byte(0x24);
	if (v >> 13)
		put_byte(v >> 13);
	if (v >> 6)
		put_byte(v >> 6 & 0x7f);
	put_byte(0x80 | (v & 0x3f));
}

static void smile_real(const char *name, double value)
{
	smile_name(name);
	put_byte(0x29);
	for (int i = 9; i >= 0; i--)
		put_byte((unsigned)(bits_of(value) >> 7 * i) & 0x7f);
}

static void smile_truth(const char *name)
{
	smile_name(name);
	put_byte(0x23);
}

static size_t bson_starts[16], bson_open;
static unsigned bson_index[16];

static void bson_name(unsigned type, const char *name)
{
	char place[16];

	put_byte(type);
	if (!name) {
		snprintf(place, sizeof(place), "%u", bson_index[bson_open]++);
		name = place;
	}
	put(name, strlen(name) + 1);
}

static void bson_begin(const char *name, bool map, unsigned count)
{
	(void)count;
	if (used > 0)
		bson_name(map ? 3 : 4, name);
	bson_starts[++bson_open] = used;
	bson_index[bson_open] = 0;
	put_number(0, 4, false);
}

static void bson_end(bool map)
{
	size_t start = bson_starts[bson_open--], end;

	(void)map;
	put_byte(0);
	end = used;
	used = start;
	put_number(end - start, 4, false);
	used = end;
}

static void bson_text(const char *name, const char *value)
{
	bson_name(2, name);
	put_number(strlen(value) + 1, 4, false);
	put(value, strlen(value) + 1);
}

static void bson_integer(const char *name, unsigned value)
{
	bson_name(0x10, name);
	put_number(value, 4, false);
}

static void bson_real(const char *name, double value)
{
	bson_name(1, name);
	put_number(bits_of(value), 8, false);
}

static void bson_truth(const char *name)
{
	bson_name(8, name);
	put_byte(1);
}

static struct ew_bytes make_order(const struct writer *w)
{
	const unsigned items = 36;
	char text[64];

	used = 0;
	bson_open = 0;
	if (strcmp(w->format, "smile") == 0)
		put(":)\n\0", 4);
	w->begin(NULL, true, 6);
	w->text("specversion", "1.0");
	w->text("type", "com.example.order.created");
	w->text("source", "/shop/7");
	w->text("id", "A-1234-5678");
	w->text("time", "2024-03-01T12:30:00Z");
	w->begin("data", true, 2);
	w->text("customer", "Jane Doe, Ltd.");
	w->begin("items", false, items);
	for (unsigned i = 0; i < items; i++) {
		w->begin(NULL, true, 6);
		snprintf(text, sizeof(text), "XK-%05u", i);
		w->text("sku", text);
		snprintf(text, sizeof(text), "A \"fine\" thing, no. %u", i);
		w->text("name", text);
		w->real("price", i * 7 % 1000 + 0.95);
		w->integer("count", i * 37);
		w->begin("tags", false, 2);
		w->text(NULL, "new");
		w->text(NULL, "red: dark");
		w->end(false);
		w->truth("stock");
		w->end(true);
	}
	w->end(false);
	w->end(true);
	w->end(true);
	return ew_bytes(out, used);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

enum how { READ, OPEN, GUESS };

static double once(struct ew_message *m, const struct ew_limits *lim, struct ew_bytes doc,
                   const struct ew_decoder *d, enum how how, size_t times)
{
	double start = now();

	for (size_t i = 0; i < times; i++) {
		ew_message_reset(m, lim);
		struct ew_field *f = ew_decode_emit(m, m->root, EW_LIT("body"), doc, EW_KIND_BYTES, 0);
		if (!f || (how != GUESS && !ew_declare_over(m, f, d, ew_bytes(NULL, 0), true)))
			abort();
		if (how == READ ? d->decode(m, f) != EW_OK : ew_decode(m) != EW_OK)
			abort();
		if (f->child->via != d)
			abort();
	}
	return (now() - start) / (double)times;
}

int main(void)
{
	static const struct writer writers[] = {
		{ "cbor", cbor_begin, nothing, cbor_text, cbor_integer, cbor_real, cbor_truth },
		{ "msgpack", msgpack_begin, nothing, msgpack_text, msgpack_integer, msgpack_real, msgpack_truth },
		{ "bson", bson_begin, bson_end, bson_text, bson_integer, bson_real, bson_truth },
		{ "smile", smile_begin, smile_end, smile_text, smile_integer, smile_real, smile_truth },
	};
	static const struct ew_limits lim = EW_LIMITS_DEFAULT;
	struct ew_message *m = ew_message_new(&lim);

	if (!m)
		return 1;
	printf("%8s %6s %6s %11s %11s %11s %9s\n", "", "bytes", "fields", "read MB/s", "open MB/s", "guess MB/s",
	       "ns/field");
	for (size_t w = 0; w < sizeof(writers) / sizeof(*writers); w++) {
		struct ew_bytes doc = make_order(&writers[w]);
		const struct ew_decoder *d = ew_decoder_find(ew_bytes_str(writers[w].format));
		double t[3][ROUNDS];
		for (int i = 0; i < ROUNDS; i++) {
			for (int how = 0; how < 3; how++)
				t[how][i] = once(m, &lim, doc, d, (enum how)how, 100);
		}
		for (int how = 0; how < 3; how++)
			qsort(t[how], ROUNDS, sizeof(double), by_size);
		printf("%8s %6zu %6zu", writers[w].format, doc.n, m->used_fields);
		for (int how = 0; how < 3; how++)
			printf(" %11.0f", (double)doc.n * 1e3 / t[how][0]);
		printf(" %9.1f\n", t[OPEN][0] / (double)m->used_fields);
	}
	ew_message_free(&m);
	return 0;
}
