/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What opening an event costs: nanoseconds a message for JSON events of three sizes, against a bare
 * single pass that finds the leaves and keeps nothing but their places.  Both run in turn, and the
 * median of the rounds counts, since only the ratio means anything on a shared machine. */

#include "eventwall/protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 15
#define LEAVES_MOST 65536

static struct ew_bytes leaves[LEAVES_MOST];

/* Not a validator: the least any reader must do to find unescaped leaves. */
static size_t bare_pass(struct ew_bytes doc)
{
	const uint8_t *p = doc.p, *end = doc.p + doc.n;
	size_t n = 0, depth = 0;

	while (p < end) {
		const uint8_t *start = p;
		switch (*p) {
		case '"':
			start = ++p;
			while (p < end && *p != '"')
				p += *p == '\\' ? 2 : 1;
			leaves[n++ % LEAVES_MOST] = ew_bytes(start, (size_t)(p - start));
			p++;
			break;
		case '{':
		case '[':
			depth++;
			p++;
			break;
		case '}':
		case ']':
			depth--;
			p++;
			break;
		case ' ':
		case '\n':
		case ',':
		case ':':
			p++;
			break;
		default:
			while (p < end && *p != ',' && *p != '}' && *p != ']' && *p != ' ' && *p != '\n')
				p++;
			leaves[n++ % LEAVES_MOST] = ew_bytes(start, (size_t)(p - start));
		}
	}
	return n + depth;
}

/* An order event with as many items as fit into about `size` bytes. */
static struct ew_bytes make_event(size_t size)
{
	char *out = malloc(size + 1024);
	size_t n = 0;

	if (!out)
		abort();
	n += (size_t)snprintf(out, 1024,
	                      "{\"specversion\": \"1.0\", \"type\": \"com.example.order.created\", "
	                      "\"source\": \"/shop/7\", \"id\": \"A-1234-5678\", "
	                      "\"time\": \"2024-03-01T12:30:00Z\", \"data\": {\"customer\": \"Jane Doe, Ltd.\", "
	                      "\"items\": [");
	for (int i = 0; i == 0 || n + 170 < size; i++)
		n += (size_t)snprintf(out + n, 512,
		                      "%s{\"sku\": \"XK-%05d\", \"name\": \"A \\\"fine\\\" thing, no. %d\", "
		                      "\"price\": %d.50, \"tags\": [\"new\", \"red: dark\"], \"stock\": true}",
		                      i ? ", " : "", i, i, i * 7 % 1000);
	n += (size_t)snprintf(out + n, 16, "]}}");
	return ew_bytes(out, n);
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

static double bare(struct ew_bytes doc, size_t times)
{
	volatile size_t sink = 0;
	double start = now();

	for (size_t i = 0; i < times; i++)
		sink += bare_pass(doc);
	return (now() - start) / (double)times;
}

static double whole(struct ew_message *m, const struct ew_limits *lim, struct ew_bytes doc, size_t times,
                    bool open)
{
	double start = now();

	for (size_t i = 0; i < times; i++) {
		ew_message_reset(m, lim);
		struct ew_field *f = ew_decode_emit(m, m->root, EW_LIT("body"), doc, EW_KIND_BYTES, 0);
		if (!f)
			abort();
		if (open)
			ew_decode(m);
		else
			ew_decoder_find(EW_LIT("json"))->decode(m, f);
	}
	if (m->status != EW_OK)
		abort();
	return (now() - start) / (double)times;
}

int main(void)
{
	static const size_t sizes[] = { 300, 4096, 65536 };
	static const struct ew_limits lim = EW_LIMITS_DEFAULT;
	struct ew_message *m = ew_message_new(&lim);

	if (!m)
		return 1;
	printf("%8s %8s %12s %12s %12s %8s %9s\n", "bytes", "fields", "bare ns", "read ns", "decode ns",
	       "ratio", "sniffing");
	for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
		struct ew_bytes doc = make_event(sizes[s]);
		double a[ROUNDS], b[ROUNDS], c[ROUNDS];
		size_t times = 2000000 / doc.n + 1;
		for (int i = 0; i < ROUNDS; i++) {
			a[i] = bare(doc, times);
			b[i] = whole(m, &lim, doc, times, false);
			c[i] = whole(m, &lim, doc, times, true);
		}
		qsort(a, ROUNDS, sizeof(*a), by_size);
		qsort(b, ROUNDS, sizeof(*b), by_size);
		qsort(c, ROUNDS, sizeof(*c), by_size);
		printf("%8zu %8zu %12.0f %12.0f %12.0f %7.2fx %8.1f%%\n", doc.n, m->used_fields, a[ROUNDS / 2],
		       b[ROUNDS / 2], c[ROUNDS / 2], c[ROUNDS / 2] / a[ROUNDS / 2],
		       (c[ROUNDS / 2] / b[ROUNDS / 2] - 1) * 100);
		free((void *)(uintptr_t)doc.p);
	}
	ew_message_free(&m);
	return 0;
}
