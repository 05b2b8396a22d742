/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The decoder `datum`: objects in Avro's binary encoding, one after the other, read with the schema that the
 * container around them brought (avro.c).
 *
 * No recursion: a stack of levels in the frame.  The trap: nothing, an empty record and a count of 2^60 of
 * either take no byte.  So each value is a field of the tree, null as well, and counts against the budget. */

#include "avro.h"

#include "decoders.h"
#include "spell.h"

#define LEVELS 257 /* field.depth is a byte, and the list of objects has a level */

struct level {
	const struct ew_avro_node *node;
	struct ew_field *field;
	uint64_t left; /* children to come, of a block if it is a list */
};

struct reading {
	struct ew_message *m;
	struct ew_speller speller;
	const struct ew_avro_node *nodes;
	const uint8_t *p, *end;
	struct level levels[LEVELS];
	size_t depth;
	enum ew_status status;
	bool trial;            /* does it fit at all?  Spend nothing */
	size_t values, most;   /* of a trial */
	struct ew_field dummy; /* what a trial emits */
};

static bool stop(struct reading *r, enum ew_status s)
{
	r->status = s;
	return false;
}

static bool take_long(struct reading *r, int64_t *value_r)
{
	const uint8_t *q = ew_avro_long(r->p, r->end, value_r);

	if (!q)
		return stop(r, r->end - r->p < 10 ? EW_TRUNCATED : EW_MALFORMED);
	r->p = q;
	return true;
}

static bool take(struct reading *r, uint64_t n, struct ew_bytes *bytes_r)
{
	if (n > (size_t)(r->end - r->p))
		return stop(r, EW_TRUNCATED);
	*bytes_r = ew_bytes(r->p, (size_t)n);
	r->p += n;
	return true;
}

static bool take_text(struct reading *r, struct ew_bytes *bytes_r)
{
	int64_t n;

	if (!take_long(r, &n))
		return false;
	return n < 0 ? stop(r, EW_MALFORMED) : take(r, (uint64_t)n, bytes_r);
}

static struct ew_field *emit(struct reading *r, struct ew_bytes name, struct ew_bytes value, enum ew_kind kind)
{
	const struct level *l = &r->levels[r->depth];
	if (r->trial) {
		if (++r->values > r->most)
			r->status = EW_LIMIT;
		return r->status == EW_OK ? &r->dummy : NULL;
	}
	bool is_key = l->node && l->node->type == EW_AVRO_MAP;
	struct ew_field *f = ew_decode_emit(r->m, l->field, name, value, kind, is_key ? EW_FIELD_NAMED : 0);

	if (!f)
		r->status = EW_LIMIT;
	return f;
}

static bool emit_number(struct reading *r, struct ew_bytes name, struct ew_bytes text)
{
	if (r->trial)
		return emit(r, name, text, EW_KIND_NUMBER);
	if (!text.p) {
		ew_message_fault(r->m, EW_LIMIT, "arena", r->levels[0].field);
		return stop(r, EW_LIMIT);
	}
	return emit(r, name, text, EW_KIND_NUMBER);
}

static bool read_integer(struct reading *r, struct ew_bytes name)
{
	int64_t v;

	return take_long(r, &v) &&
	       emit_number(r, name, r->trial ? ew_bytes(NULL, 0) : ew_spell_i64(&r->speller, v));
}

static bool read_real(struct reading *r, struct ew_bytes name, size_t size)
{
	struct ew_bytes b;
	uint64_t bits = 0;
	double real;
	float single;

	if (!take(r, size, &b))
		return false;
	if (r->trial)
		return emit_number(r, name, b);
	for (size_t i = size; i > 0; i--)
		bits = bits << 8 | b.p[i - 1];
	if (size == sizeof(single)) {
		uint32_t half = (uint32_t)bits;
		memcpy(&single, &half, sizeof(single));
		return emit_number(r, name, ew_spell_float(&r->speller, single));
	}
	memcpy(&real, &bits, sizeof(real));
	return emit_number(r, name, ew_spell_double(&r->speller, real));
}

static bool read_boolean(struct reading *r, struct ew_bytes name)
{
	struct ew_bytes b;

	if (!take(r, 1, &b))
		return false;
	if (b.p[0] > 1)
		return stop(r, EW_MALFORMED);
	return emit(r, name, b.p[0] ? EW_LIT("true") : EW_LIT("false"), EW_KIND_BOOL);
}

static bool read_enum(struct reading *r, const struct ew_avro_node *n, struct ew_bytes name)
{
	int64_t i;

	if (!take_long(r, &i))
		return false;
	if (i < 0 || i >= n->count)
		return stop(r, EW_MALFORMED);
	return emit(r, name, r->nodes[n->first + (uint32_t)i].name, EW_KIND_TEXT);
}

static bool enter(struct reading *r, const struct ew_avro_node *n, struct ew_bytes name)
{
	struct ew_field *f = emit(r, name, ew_bytes(r->p, 0), n->type == EW_AVRO_ARRAY ? EW_KIND_ARRAY
	                                                                                : EW_KIND_OBJECT);

	if (!f)
		return false;
	if (r->depth + 1 == LEVELS) {
		if (!r->trial)
			ew_message_fault(r->m, EW_LIMIT, "depth", f);
		return stop(r, EW_LIMIT);
	}
	r->levels[++r->depth] = (struct level){ n, f, n->type == EW_AVRO_RECORD ? n->count : 0 };
	return true;
}

/* Through names and unions to what stands there. */
static const struct ew_avro_node *actual(struct reading *r, const struct ew_avro_node *n)
{
	int64_t branch;

	while (n->type == EW_AVRO_NAMED || n->type == EW_AVRO_UNION) {
		if (n->type == EW_AVRO_NAMED) {
			n = &r->nodes[n->first];
			continue;
		}
		if (!take_long(r, &branch))
			return NULL;
		if (branch < 0 || branch >= n->count) {
			stop(r, EW_MALFORMED);
			return NULL;
		}
		n = &r->nodes[n->first + (uint32_t)branch];
	}
	return n;
}

static bool read_value(struct reading *r, const struct ew_avro_node *n, struct ew_bytes name)
{
	struct ew_bytes b;

	n = actual(r, n);
	if (!n)
		return false;
	switch (n->type) {
	case EW_AVRO_NULL:
		return emit(r, name, EW_LIT("null"), EW_KIND_NULL);
	case EW_AVRO_BOOLEAN:
		return read_boolean(r, name);
	case EW_AVRO_INT:
	case EW_AVRO_LONG:
		return read_integer(r, name);
	case EW_AVRO_FLOAT:
		return read_real(r, name, sizeof(float));
	case EW_AVRO_DOUBLE:
		return read_real(r, name, sizeof(double));
	case EW_AVRO_BYTES:
	case EW_AVRO_STRING:
		return take_text(r, &b) &&
		       emit(r, name, b, n->type == EW_AVRO_STRING ? EW_KIND_TEXT : EW_KIND_BYTES);
	case EW_AVRO_FIXED:
		return take(r, n->size, &b) && emit(r, name, b, EW_KIND_BYTES);
	case EW_AVRO_ENUM:
		return read_enum(r, n, name);
	case EW_AVRO_RECORD:
	case EW_AVRO_ARRAY:
	case EW_AVRO_MAP:
		return enter(r, n, name);
	case EW_AVRO_UNION:
	case EW_AVRO_NAMED:
	case EW_AVRO_SYMBOL:
		break;
	}
	return stop(r, EW_MALFORMED);
}

/* The next block of an array or a map; none ends it. */
static bool read_count(struct reading *r, struct level *l)
{
	int64_t n, size;

	if (!take_long(r, &n))
		return false;
	if (n < 0 && !take_long(r, &size))
		return false;
	l->left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	if (n == 0)
		r->depth--;
	return true;
}

static bool step(struct reading *r)
{
	struct level *l = &r->levels[r->depth];
	struct ew_bytes key = { NULL, 0 };

	if (!l->node) { /* the list of objects */
		l->left--;
		return read_value(r, r->nodes, key);
	}
	if (l->node->type == EW_AVRO_RECORD) {
		const struct ew_avro_node *n;
		if (l->left == 0) {
			r->depth--;
			return true;
		}
		n = &r->nodes[l->node->first + l->node->count - l->left--];
		return read_value(r, n, n->name);
	}
	if (l->left == 0)
		return read_count(r, l);
	l->left--;
	if (l->node->type == EW_AVRO_MAP && !take_text(r, &key))
		return false;
	return read_value(r, &r->nodes[l->node->first], key);
}

static struct ew_avro_block *block_of(const struct ew_field *f)
{
	return ew_field_declared(f, &ew_decoder_datum)
	               ? (struct ew_avro_block *)(uintptr_t)f->declared->arg.p
	               : NULL;
}

static bool claims(const struct ew_field *f)
{
	const struct ew_avro_block *block = block_of(f);

	return block && block->alone;
}

static void begin(struct reading *r, const struct ew_avro_schema *schema, struct ew_bytes in)
{
	r->nodes = schema->nodes;
	r->p = in.p;
	r->end = in.p + in.n;
	r->depth = 0;
	r->status = EW_OK;
	r->trial = false;
}

static void read_objects(struct reading *r, struct ew_field *list, uint64_t count)
{
	r->levels[0] = (struct level){ NULL, list, count };
	while ((r->depth || r->levels[0].left) && step(r))
		;
}

bool ew_avro_try(const struct ew_avro_schema *schema, const struct ew_limits *l, struct ew_bytes record)
{
	struct reading r;

	begin(&r, schema, record);
	r.trial = true;
	r.values = 0;
	r.most = l->fields;
	read_objects(&r, NULL, 1);
	return r.status == EW_LIMIT || (r.status == EW_OK && r.p == r.end);
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_avro_block *block = block_of(f);
	struct ew_field *layer;
	struct reading r;

	if (!block)
		return EW_DECLINED;
	if (!block->file->asked) {
		block->file->asked = true;
		block->file->good = ew_avro_schema(m, block->file->text, &block->file->schema);
	}
	layer = ew_decode_layer(m, f, &ew_decoder_datum, f->value, EW_KIND_ARRAY, 0);
	if (!layer)
		return EW_LIMIT;
	if (!block->file->good)
		return ew_avro_runs(m, layer, f->value) ? EW_MALFORMED : EW_LIMIT;
	r.m = m;
	r.speller = (struct ew_speller){ .arena = m->arena };
	begin(&r, &block->file->schema, f->value);
	read_objects(&r, layer, (uint64_t)block->count);
	if (r.status == EW_OK && r.p < r.end && block->whole)
		r.status = EW_MALFORMED;
	if (r.status != EW_OK && r.status != EW_LIMIT)
		return ew_avro_runs(m, layer, ew_bytes(r.p, (size_t)(r.end - r.p))) ? r.status : EW_LIMIT;
	if (r.status == EW_OK && r.p < r.end)
		ew_message_flag(m, EW_ANOMALY_TRAILING_DATA);
	if (r.status == EW_OK && block->file->schema.ambiguous)
		return EW_AMBIGUOUS;
	return r.status;
}

const struct ew_decoder ew_decoder_datum = {
	.name = "datum",
	.flags = EW_DECODER_STRUCTURAL | EW_DECODER_BINARY | EW_DECODER_BY_HEAD,
	.claims = claims,
	.decode = decode,
};
