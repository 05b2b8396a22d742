/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_WIRE_H
#define EVENTWALL_TESTS_WIRE_H

/* Bytes written one after the other: plain, as fields of protobuf, as values of Avro. */

#include "eventwall/bytes.h"

#include <stdlib.h>

struct wire {
	uint8_t p[65536];
	size_t n;
};

__attribute__((unused)) static struct ew_bytes wire_bytes(const struct wire *w)
{
	return ew_bytes(w->p, w->n);
}

__attribute__((unused)) static void wire_put(struct wire *w, const void *p, size_t n)
{
	if (n > sizeof(w->p) - w->n)
		abort();
	if (n)
		memcpy(w->p + w->n, p, n);
	w->n += n;
}

__attribute__((unused)) static void wire_byte(struct wire *w, unsigned c)
{
	uint8_t b = (uint8_t)c;

	wire_put(w, &b, 1);
}

__attribute__((unused)) static void wire_varint(struct wire *w, uint64_t v)
{
	for (; v > 0x7f; v >>= 7)
		wire_byte(w, (unsigned)(v & 0x7f) | 0x80);
	wire_byte(w, (unsigned)v);
}

__attribute__((unused)) static void proto_number(struct wire *w, uint64_t field, uint64_t v)
{
	wire_varint(w, field << 3);
	wire_varint(w, v);
}

__attribute__((unused)) static void proto_content(struct wire *w, uint64_t field, struct ew_bytes b)
{
	wire_varint(w, field << 3 | 2);
	wire_varint(w, b.n);
	wire_put(w, b.p, b.n);
}

__attribute__((unused)) static void proto_text(struct wire *w, uint64_t field, const char *text)
{
	proto_content(w, field, ew_bytes_str(text));
}

__attribute__((unused)) static void avro_long(struct wire *w, int64_t v)
{
	wire_varint(w, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

__attribute__((unused)) static void avro_bytes(struct wire *w, struct ew_bytes b)
{
	avro_long(w, (int64_t)b.n);
	wire_put(w, b.p, b.n);
}

__attribute__((unused)) static void avro_text(struct wire *w, const char *text)
{
	avro_bytes(w, ew_bytes_str(text));
}

#endif
