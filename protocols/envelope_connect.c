/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Kafka Connect's JSON with its schema beside it, as Debezium writes it: columns of bytes, decimals among them,
 * are base64, and only the schema says which.
 *
 *     { "schema":  { "type": "struct", "fields": [ { "type": "bytes", "field": "photo" }, ... ] },
 *       "payload": { "photo": "/9j/4AA...", ... } }
 *
 * Structures nest, and an array's type is that of its `items`.  A column's path is found by climbing from its entry
 * in the schema, and followed down in the payload.  The trap: a forged schema with many entries times a forged
 * payload with many members; what is compared is charged to the message's work. */

#include "decoders.h"
#include "envelope.h"
#include "seek.h"

#define STRUCTS_MOST 8 /* nested in each other */

static bool is_named(const struct ew_field *f, struct ew_bytes name)
{
	return !f->via && ew_bytes_eq(f->name, name);
}

static struct ew_field *member(const struct ew_field *object, struct ew_bytes name)
{
	for (struct ew_field *c = object->child; c; c = c->next) {
		if (is_named(c, name))
			return c;
	}
	return NULL;
}

/* The names of the structures that hold the column, and its own, innermost first; 0: it is no column.  An entry
 * stands in the array `fields` of the structure, which is an entry itself or the schema. */
static size_t path_of(const struct ew_field *entry, const struct ew_field *schema,
                      struct ew_bytes path[STRUCTS_MOST])
{
	size_t n = 0;

	while (entry != schema) {
		const struct ew_field *name = member(entry, EW_LIT("field")), *list = entry->parent;
		if (!name || n == STRUCTS_MOST || list->kind != EW_KIND_ARRAY ||
		    !is_named(list, EW_LIT("fields")))
			return 0;
		path[n++] = name->value;
		entry = list->parent;
	}
	return n;
}

/* Elements of an array: all of them.  False: over budget. */
static bool declare_at(struct ew_message *m, struct ew_field *object, const struct ew_bytes *path, size_t n)
{
	static const struct ew_decoder *const base64[3] = { &ew_decoder_base64 };
	struct ew_field *f = object;

	while (n-- && f) {
		struct ew_field *c = f->child;
		for (; c && !is_named(c, path[n]); c = c->next) {
			if (++m->used_work >= m->limits->work) {
				ew_message_fault(m, EW_LIMIT, "work", object);
				return false;
			}
		}
		f = c;
	}
	if (!f || f->kind != EW_KIND_ARRAY)
		return !f || ew_envelope_declare(m, f, base64, true);
	for (struct ew_field *c = f->child; c; c = c->next) {
		if (!c->via && !ew_envelope_declare(m, c, base64, true))
			return false;
	}
	return true;
}

bool ew_envelope_connect(struct ew_message *m, struct ew_field *document)
{
	struct ew_field *schema = ew_seek_first(document, "schema"), *payload = ew_seek_first(document, "payload");
	struct ew_bytes path[STRUCTS_MOST];
	struct ew_seek s;

	if (!schema || !payload)
		return true;
	s = ew_seek(schema, "**.type");
	for (struct ew_field *type; (type = ew_seek_next(&s));) {
		if (!ew_bytes_eq(type->value, EW_LIT("bytes")))
			continue;
		const struct ew_field *entry = type->parent;
		if (is_named(entry, EW_LIT("items")) && entry->parent->kind == EW_KIND_OBJECT)
			entry = entry->parent;
		size_t n = path_of(entry, schema, path);
		if (n && !declare_at(m, payload, path, n))
			return false;
	}
	return true;
}
