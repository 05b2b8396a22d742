/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What opening one order of about 4 KB costs in each format of text, and compressed: megabytes a second of
 * what came, or of what was made of it.  `read`: the decoder alone; `open`: all of decoding as declared,
 * `guess` undeclared; `looks`: the share of `open` that is not `read`, which is asking each leaf what it may
 * be.  As a worker does it, with blocks and contexts that are kept.  The best of the rounds counts. */

#include "../unit/packed.h"
#include "eventwall/protocol.h"
#include "eventwall/unpackers.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define ROUNDS 30
#define TIMES 50
#define ROOM 65536
#define ITEMS 32

struct text {
	char p[ROOM];
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void put(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	t->n += (size_t)vsnprintf(t->p + t->n, sizeof(t->p) - t->n, format, args);
	va_end(args);
	if (t->n >= sizeof(t->p))
		abort();
}

#define ITEM "{\"sku\":\"XK-%05d\",\"name\":\"A \\\"fine\\\" thing, no. %d\",\"price\":%d.95,\"count\":%d," \
	     "\"tags\":[\"new\",\"red: dark\"],\"stock\":true}"

static void make_json(struct text *t)
{
	put(t, "{\"specversion\":\"1.0\",\"type\":\"com.example.order\",\"source\":\"/shop/7\","
	       "\"data\":{\"items\":[");
	for (int i = 0; i < ITEMS; i++)
		put(t, "%s" ITEM, i ? "," : "", i, i, i * 7 % 1000, i * 37);
	put(t, "]}}");
}

static void make_lines(struct text *t)
{
	for (int i = 0; i < ITEMS; i++)
		put(t, ITEM "\n", i, i, i * 7 % 1000, i * 37);
}

static void make_senml(struct text *t)
{
	put(t, "[{\"bn\":\"urn:dev:ow:10e2073a01080063:\",\"bt\":1.276020076e+09,\"n\":\"door\",\"vs\":\"open\"}");
	for (int i = 0; i < ITEMS * 2; i++)
		put(t, ",{\"n\":\"sensor-%d\",\"u\":\"Cel\",\"t\":-%d,\"v\":%d.5}", i, i, i * 7 % 100);
	put(t, "]");
}

static void make_form(struct text *t)
{
	put(t, "type=order");
	for (int i = 0; i < ITEMS; i++)
		put(t, "&sku=XK-%05d&name=A+%%22fine%%22+thing%%2C+no.+%d&price=%d.95&count=%d&tags=new"
		       "&tags=red%%3A+dark", i, i, i * 7 % 1000, i * 37);
}

static void make_multipart(struct text *t)
{
	for (int i = 0; i < ITEMS; i++)
		put(t, "--x\r\nContent-Disposition: form-data; name=\"item-%d\"\r\n\r\n"
		       "A \"fine\" thing, no. %d, and what is said of it\r\n", i, i);
	put(t, "--x--\r\n");
}

static void make_xml(struct text *t)
{
	put(t, "<?xml version=\"1.0\"?><order type=\"com.example.order\">");
	for (int i = 0; i < ITEMS; i++)
		put(t, "<item sku=\"XK-%05d\"><name>A &quot;fine&quot; thing, no. %d</name><price>%d.95</price>"
		       "<count>%d</count><tag>new</tag></item>", i, i, i * 7 % 1000, i * 37);
	put(t, "</order>");
}

static void make_mail(struct text *t)
{
	put(t, "From: Jane Doe <jane@example.com>\r\nTo: shop@example.com\r\nSubject: =?utf-8?q?An_order?=\r\n"
	       "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
	       "--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
	for (int i = 0; i < ITEMS; i++)
		put(t, "A =22fine=22 thing, no. %d, for %d.95, and what else is to be said\r\n", i, i * 7 % 1000);
	put(t, "--x\r\nContent-Type: text/csv\r\n"
	       "Content-Disposition: attachment; filename=\"items.csv\"\r\n\r\n");
	for (int i = 0; i < ITEMS; i++)
		put(t, "XK-%05d;%d.95;%d\r\n", i, i * 7 % 1000, i * 37);
	put(t, "--x--\r\n");
}

static const struct {
	const char *name, *as, *arg;
	void (*make)(struct text *t);
} formats[] = {
	{ "JSON", "json", "", make_json },       { "lines of JSON", "ndjson", "", make_lines },
	{ "SenML", "json", "", make_senml },     { "form", "form", "", make_form },
	{ "multipart", "multipart", "x", make_multipart }, { "XML", "xml", "", make_xml },
	{ "mail", "mail", "", make_mail },
};

enum how { READ, OPEN, GUESS };

static struct ew_unpackers kept;
static struct ew_message *m;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double once(struct ew_bytes value, const struct ew_decoder *d, const char *arg, enum how how)
{
	static const struct ew_limits lim = EW_LIMITS_DEFAULT;
	double start = now();

	for (int i = 0; i < TIMES; i++) {
		ew_message_reset(m, &lim);
		m->unpackers = &kept;
		struct ew_field *f = ew_decode_emit(m, m->root, EW_LIT("body"), value, EW_KIND_BYTES, 0);
		if (!f || (how != GUESS && !ew_declare_over(m, f, d, ew_bytes_str(arg), true)))
			abort();
		if (how == READ ? d->decode(m, f) != EW_OK : ew_decode(m) != EW_OK)
			abort();
	}
	return (now() - start) / TIMES;
}

/* A row; `made` is what the megabytes are counted of. */
static void row(const char *name, struct ew_bytes value, const char *as, const char *arg, size_t made)
{
	const struct ew_decoder *d = ew_decoder_find(ew_bytes_str(as));
	double best[3] = { 1e18, 1e18, 1e18 };

	for (int i = 0; i < ROUNDS; i++) {
		for (int how = READ; how <= GUESS; how++) {
			double t = once(value, d, arg, (enum how)how);
			best[how] = t < best[how] ? t : best[how];
		}
	}
	(void)once(value, d, arg, OPEN);
	printf("%-18s %6zu %6zu", name, value.n, m->used_fields);
	for (int how = READ; how <= GUESS; how++)
		printf(" %11.0f", (double)made * 1e3 / best[how]);
	printf(" %7.0f%%\n", 100 * (best[OPEN] - best[READ]) / best[OPEN]);
}

/* With an argument: the rows that begin with it. */
int main(int argc, char **argv)
{
	const char *wanted = argc > 1 ? argv[1] : "";
	static const struct ew_limits lim = EW_LIMITS_DEFAULT;
	struct ew_arena_spare *spare = ew_arena_spare_new(4u << 20);
	static struct text t;
	static uint8_t packed[2 * ROOM];

	m = ew_message_new(&lim);
	if (!m || !spare)
		return 1;
	ew_arena_share(m->arena, spare);
	printf("%-18s %6s %6s %11s %11s %11s %8s\n", "", "bytes", "fields", "read MB/s", "open MB/s", "guess MB/s",
	       "looks");
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (strncmp(formats[i].name, wanted, strlen(wanted)) != 0)
			continue;
		t.n = 0;
		formats[i].make(&t);
		row(formats[i].name, ew_bytes((uint8_t *)t.p, t.n), formats[i].as, formats[i].arg, t.n);
	}
	t.n = 0;
	make_json(&t);
	for (size_t i = 0; i < PACKERS; i++) {
		char name[64];
		size_t n = packers[i].pack(ew_bytes((uint8_t *)t.p, t.n), packed, sizeof(packed));
		snprintf(name, sizeof(name), "JSON, %s", packers[i].what);
		if (strncmp(name, wanted, strlen(wanted)) == 0)
			row(name, ew_bytes(packed, n), packers[i].as, "", t.n);
	}
	ew_message_free(&m);
	ew_arena_spare_free(&spare);
	ew_unpackers_fini(&kept);
	return 0;
}
