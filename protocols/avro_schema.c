/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A schema of Avro as a table of nodes, made from JSON that is in the tree already.  Logical types, defaults,
 * orders and aliases say nothing about bytes and are passed over.
 *
 * Breadth first, so children stand in a row and nothing recurses.  Each node is made of a piece of JSON of
 * its own, so the table is no larger than the tree, which the budget of fields bounds.  A type that names
 * another refers to its node; types may hold themselves, which only the reading of data has to bound. */

#include "avro.h"

#include "decoders.h"

#define NAMES_A_BYTE 4 /* that are compared in the time it takes to read one */

static const char *const primitives[] = {
	[EW_AVRO_NULL] = "null",   [EW_AVRO_BOOLEAN] = "boolean", [EW_AVRO_INT] = "int",
	[EW_AVRO_LONG] = "long",   [EW_AVRO_FLOAT] = "float",     [EW_AVRO_DOUBLE] = "double",
	[EW_AVRO_BYTES] = "bytes", [EW_AVRO_STRING] = "string",
};

struct building {
	struct ew_avro_node *nodes;
	uint32_t count, room;
	bool twice; /* an object has a member two times */
};

/* Many readers keep the last of two, not all. */
static const struct ew_field *member(struct building *b, const struct ew_field *object, const char *name)
{
	const struct ew_field *last = NULL;

	for (const struct ew_field *c = object->child; c; c = c->next) {
		if (c->via || !ew_bytes_eq(c->name, ew_bytes_str(name)))
			continue;
		b->twice |= last != NULL;
		last = c;
	}
	return last;
}

static struct ew_bytes text_member(struct building *b, const struct ew_field *object, const char *name)
{
	const struct ew_field *f = member(b, object, name);

	return f && f->kind == EW_KIND_TEXT ? f->value : ew_bytes(NULL, 0);
}

static bool says(struct ew_bytes b, const char *word)
{
	return ew_bytes_eq(b, ew_bytes_str(word));
}

/* A name with a dot in it is a full one; the part before the last dot is its space. */
static struct ew_bytes take_space(struct ew_bytes *name, struct ew_bytes space)
{
	for (size_t i = name->n; i > 0; i--) {
		if (name->p[i - 1] != '.')
			continue;
		space = ew_bytes(name->p, i - 1);
		*name = ew_bytes_from(*name, i);
		break;
	}
	return space;
}

static uint32_t hash_of(struct ew_bytes space, struct ew_bytes name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < space.n; i++)
		h = (h ^ space.p[i]) * 16777619u;
	h = (h ^ '.') * 16777619u;
	for (size_t i = 0; i < name.n; i++)
		h = (h ^ name.p[i]) * 16777619u;
	return h;
}

/* From a child on, the first that is a part of the document and no layer. */
static const struct ew_field *part(const struct ew_field *c)
{
	while (c && c->via)
		c = c->next;
	return c;
}

static void add_child(struct building *b, struct ew_avro_node *parent, const struct ew_field *f,
                      struct ew_bytes name, struct ew_bytes space)
{
	struct ew_avro_node *n = &b->nodes[b->count++];

	*n = (struct ew_avro_node){ .type = EW_AVRO_SYMBOL, .field = f, .name = name, .space = space };
	parent->count++;
}

static bool make_record(struct building *b, struct ew_avro_node *n, const struct ew_field *object,
                        struct ew_bytes space)
{
	const struct ew_field *fields = member(b, object, "fields");

	n->type = EW_AVRO_RECORD;
	if (!fields || fields->kind != EW_KIND_ARRAY)
		return false;
	for (const struct ew_field *c = part(fields->child); c; c = part(c->next)) {
		const struct ew_field *type = member(b, c, "type");
		if (c->kind != EW_KIND_OBJECT || !type || b->count == b->room)
			return false;
		add_child(b, n, type, text_member(b, c, "name"), space);
	}
	return true;
}

static bool make_enum(struct building *b, struct ew_avro_node *n, const struct ew_field *object)
{
	const struct ew_field *symbols = member(b, object, "symbols");

	n->type = EW_AVRO_ENUM;
	if (!symbols || symbols->kind != EW_KIND_ARRAY)
		return false;
	for (const struct ew_field *c = part(symbols->child); c; c = part(c->next)) {
		if (c->kind != EW_KIND_TEXT || b->count == b->room)
			return false;
		add_child(b, n, NULL, c->value, ew_bytes(NULL, 0));
	}
	return true;
}

static bool make_list(struct building *b, struct ew_avro_node *n, const struct ew_field *object,
                      enum ew_avro_type type)
{
	const struct ew_field *items = member(b, object, type == EW_AVRO_ARRAY ? "items" : "values");

	n->type = type;
	if (!items || b->count == b->room)
		return false;
	add_child(b, n, items, ew_bytes(NULL, 0), n->space);
	return true;
}

static bool make_union(struct building *b, struct ew_avro_node *n, const struct ew_field *array)
{
	n->type = EW_AVRO_UNION;
	for (const struct ew_field *c = part(array->child); c; c = part(c->next)) {
		if (b->count == b->room)
			return false;
		add_child(b, n, c, ew_bytes(NULL, 0), n->space);
	}
	return true;
}

/* A word: a primitive type, or the name of another. */
static void make_word(struct ew_avro_node *n, struct ew_bytes word)
{
	struct ew_bytes space;

	for (size_t i = 0; i < sizeof(primitives) / sizeof(*primitives); i++) {
		if (says(word, primitives[i])) {
			n->type = (enum ew_avro_type)i;
			return;
		}
	}
	n->type = EW_AVRO_NAMED;
	space = take_space(&word, n->space);
	n->hash = hash_of(space, word);
}

static bool make_object(struct building *b, struct ew_avro_node *n, const struct ew_field *object,
                        struct ew_bytes type)
{
	struct ew_bytes name = text_member(b, object, "name"), space = text_member(b, object, "namespace");
	const struct ew_field *size;
	bool good = true;

	if (says(type, "array") || says(type, "map"))
		return make_list(b, n, object, says(type, "map") ? EW_AVRO_MAP : EW_AVRO_ARRAY);
	space = take_space(&name, member(b, object, "namespace") ? space : n->space);
	n->defines = true;
	n->hash = hash_of(space, name);
	if (says(type, "record") || says(type, "error")) {
		good = make_record(b, n, object, space);
	} else if (says(type, "enum")) {
		good = make_enum(b, n, object);
	} else if (says(type, "fixed")) {
		size = member(b, object, "size");
		n->type = EW_AVRO_FIXED;
		good = size && ew_bytes_u64(size->value, &n->size);
	} else {
		n->defines = false;
		make_word(n, type);
	}
	return good;
}

static bool make_node(struct building *b, struct ew_avro_node *n)
{
	const struct ew_field *f = n->field, *type;

	n->first = b->count;
	/* {"type": {"type": ...}} is what is inside. */
	while (f && f->kind == EW_KIND_OBJECT) {
		type = member(b, f, "type");
		if (type && type->kind == EW_KIND_TEXT)
			return make_object(b, n, f, type->value);
		f = type;
	}
	if (!f)
		return false;
	if (f->kind == EW_KIND_ARRAY)
		return make_union(b, n, f);
	if (f->kind != EW_KIND_TEXT)
		return false;
	make_word(n, f->value);
	return true;
}

/* The names are gone through for each that is used, which is charged: a schema may have many of both. */
static bool resolve(struct ew_message *m, const struct ew_field *text, struct building *b)
{
	for (uint32_t i = 0; i < b->count; i++) {
		uint32_t k = 0;
		if (b->nodes[i].type != EW_AVRO_NAMED)
			continue;
		if (!ew_decode_charge(m, text, b->count / NAMES_A_BYTE))
			return false;
		while (k < b->count && !(b->nodes[k].defines && b->nodes[k].hash == b->nodes[i].hash))
			k++;
		if (k == b->count)
			return false;
		b->nodes[i].first = k;
	}
	return true;
}

static const struct ew_field *opened_json(const struct ew_field *text)
{
	const struct ew_field *c = text ? text->child : NULL;

	while (c && c->via != &ew_decoder_json)
		c = c->next;
	return c;
}

bool ew_avro_schema(struct ew_message *m, const struct ew_field *text, struct ew_avro_schema *schema_r)
{
	const struct ew_field *root = opened_json(text);
	struct building b = { NULL, 0, 0, false };

	for (const struct ew_field *f = root; f; f = ew_field_next(f, root))
		b.room++;
	if (!root)
		return false;
	b.nodes = ew_arena_alloc_raw(m->arena, b.room * sizeof(*b.nodes));
	if (!b.nodes) {
		ew_message_fault(m, EW_LIMIT, "arena", text);
		return false;
	}
	b.nodes[b.count++] = (struct ew_avro_node){ .type = EW_AVRO_SYMBOL, .field = root };
	for (uint32_t i = 0; i < b.count; i++) {
		if (b.nodes[i].field && !make_node(&b, &b.nodes[i]))
			return false;
	}
	*schema_r = (struct ew_avro_schema){ b.nodes, b.count, b.twice };
	return resolve(m, text, &b);
}
