/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_DECODED_H
#define EVENTWALL_TESTS_DECODED_H

/* What decoding made of a value, as one line of text, and the promises every tree keeps. */

#include "eventwall/protocol.h"

#include <stdio.h>
#include <stdlib.h>

/* Leaves below `top` as  path=value  joined by "; ", bytes outside printable ASCII as \xx, names of
 * anomalies and a status other than ok at the end in angle brackets. */
__attribute__((unused)) static const char *tree_print(const struct ew_message *m,
                                                      const struct ew_field *top)
{
	static char out[65536];
	size_t n = 0;

	for (const struct ew_field *f = top; f && n < sizeof(out) - 2048; f = ew_field_next(f, top)) {
		if (f->child || f == top)
			continue;
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s", n ? "; " : "");
		size_t path = ew_field_path(f, out + n, 1024);
		n += path < 1024 ? path : 1023;
		out[n++] = '=';
		for (size_t i = 0; i < f->value.n && i < 256; i++) {
			uint8_t c = f->value.p[i];
			n += (size_t)snprintf(out + n, 4, c >= ' ' && c < 0x7f ? "%c" : "\\%02x", c);
		}
	}
	for (int a = 0; a < EW_ANOMALY_COUNT; a++) {
		if (ew_message_has(m, (enum ew_anomaly)a))
			n += (size_t)snprintf(out + n, sizeof(out) - n, " <%s>",
			                      ew_anomaly_name((enum ew_anomaly)a));
	}
	if (m->status != EW_OK)
		n += (size_t)snprintf(out + n, sizeof(out) - n, " <%s>", ew_status_name(m->status));
	out[n] = 0;
	return out;
}

/* Links, counts and limits; NULL if all is well, else what is broken. */
__attribute__((unused)) static const char *tree_broken(const struct ew_message *m)
{
	size_t fields = 0;

	struct ew_field_place todo = m->todo, all = { m->fields, 0 };

	if (ew_message_next_field(&todo))
		return "work left to do";
	while (ew_message_next_field(&all))
		fields++;
	if (fields != m->used_fields + 1)
		return "fields that no block holds, or too many";
	fields = 0;
	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		uint32_t index = 0;
		uint8_t sum = 0;
		for (const struct ew_field *c = f->child; c; c = c->next, index++) {
			if (c->parent != f)
				return "a child with another parent";
			if (c->index != index && !c->via)
				return "an index out of order";
			if (!c->next && f->last != c)
				return "last is not the last";
			if (c->depth != f->depth + !c->via || c->layers != f->layers + !!c->via)
				return "depth or layers";
		}
		if (!f->child && f->last)
			return "last without child";
		if (f->depth > m->limits->depth || f->layers > m->limits->layers ||
		    f->name.n > m->limits->key)
			return "past a limit";
		if (!!(f->flags & EW_FIELD_OPENED) != (f->child && f->last->via))
			return "opened without a layer, or the other way";
		if (f->flags & EW_FIELD_COVERED && !(f->flags & EW_FIELD_OPENED))
			return "covered but not opened";
		if (f->kind == EW_KIND_OBJECT && f->via && f->name.n)
			return "a layer with a name";
		/* Each view is readable: sanitizers and guard pages see it if not. */
		for (size_t i = 0; i < f->value.n; i += 61)
			sum ^= f->value.p[i];
		for (size_t i = 0; i < f->name.n; i++)
			sum ^= f->name.p[i];
		if (f->value.n && f->value.p[f->value.n - 1] == 0 && sum == 1)
			fields += 0; /* keeps the reads */
		fields += f != m->root;
	}
	if (fields != m->used_fields || m->used_fields > m->limits->fields)
		return "fields miscounted";
	if (m->used_output > m->limits->output || m->used_work > m->limits->work)
		return "a budget overrun";
	return NULL;
}

/* `value` as the message's only field "b", declared as `type` if that is not NULL, decoded. */
__attribute__((unused)) static struct ew_field *tree_decode(struct ew_message *m, struct ew_bytes value,
                                                            const char *type)
{
	struct ew_field *f = ew_decode_emit(m, m->root, EW_LIT("b"), value, EW_KIND_BYTES, 0);

	if (!f)
		abort();
	if (type)
		(void)ew_declare_media_type(m, f, ew_bytes_str(type), true);
	ew_decode(m);
	return f;
}

#endif
