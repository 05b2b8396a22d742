/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* BSON (bsonspec.org, version 1.1): the decoder `bson`.
 *
 *     int32 length | type name\0 value | type name\0 value | ... | 0        little endian
 *
 * Values with parts become objects: a regular expression has `pattern` and `options`, code with a scope `code`
 * and `scope`, a pointer `ref` and `id`.  Identifiers are spelt in hex, dates and numbers in decimal.  Elements
 * of an array keep a name that is not their place: some readers go by the one, some by the other.
 *
 * Undeclared it is a guess, taken only if the length is exact and nothing in it is wrong; the value is matched
 * as it is as well.  The trap: lengths stand at every level and must agree, each with the ones around it. */

#include "decoders.h"
#include "nest.h"

#define DOCUMENT_LEAST 5
#define GUESS_LEAST 8 /* one element with a name */
#define ID_SIZE 12

enum type {
	DOUBLE = 1, STRING, DOCUMENT, ARRAY, BINARY, UNDEFINED, OBJECT_ID, BOOL, DATE, NULL_VALUE, REGEX,
	POINTER, CODE, SYMBOL, CODE_WITH_SCOPE, INT32, TIMESTAMP, INT64, DECIMAL128,
	MAX_KEY = 0x7f, MIN_KEY = 0xff,
};

struct reader {
	struct ew_nest nest;
	const uint8_t *end; /* of what may be read now: nest.in->end, the zero byte of the innermost document */
	enum ew_status status;
};

static const uint8_t *damage(struct reader *r, enum ew_status s)
{
	r->status = s;
	return NULL;
}

static uint64_t little(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = n; i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

static bool has(const struct reader *r, const uint8_t *p, size_t n)
{
	return n <= (size_t)(r->end - p);
}

/* A length of at least `least` bytes that are there; past it, or NULL. */
static const uint8_t *take_length(struct reader *r, const uint8_t *p, size_t least, size_t *n_r)
{
	uint32_t n;

	if (!has(r, p, 4))
		return damage(r, EW_MALFORMED);
	n = (uint32_t)little(p, 4);
	if (n > INT32_MAX || n < least)
		return damage(r, EW_MALFORMED);
	*n_r = n;
	return p + 4;
}

/* Text up to a zero byte. */
static const uint8_t *take_name(struct reader *r, const uint8_t *p, struct ew_bytes *name_r)
{
	const uint8_t *zero = p < r->end ? memchr(p, 0, (size_t)(r->end - p)) : NULL;

	if (!zero)
		return damage(r, EW_MALFORMED);
	*name_r = ew_bytes(p, (size_t)(zero - p));
	return zero + 1;
}

/* Text with a length, which counts the zero byte behind it. */
static const uint8_t *take_text(struct reader *r, const uint8_t *p, struct ew_bytes *text_r)
{
	size_t n;

	p = take_length(r, p, 1, &n);
	if (!p)
		return NULL;
	if (!has(r, p, n) || p[n - 1] != 0)
		return damage(r, EW_MALFORMED);
	*text_r = ew_bytes(p, n - 1);
	ew_nest_judge_text(&r->nest, *text_r);
	return p + n;
}

static const uint8_t *put(struct reader *r, const uint8_t *past, struct ew_bytes value, enum ew_kind kind)
{
	return ew_nest_leaf(&r->nest, value, kind) ? past : damage(r, EW_LIMIT);
}

/* A part of a value that has parts. */
static const uint8_t *put_part(struct reader *r, const uint8_t *past, struct ew_bytes name,
                               struct ew_bytes value, enum ew_kind kind)
{
	return ew_decode_emit(r->nest.m, r->nest.in->node, name, value, kind, 0) ? past : damage(r, EW_LIMIT);
}

/* Opens the object of a value with parts, which begins at p. */
static bool open_parts(struct reader *r, const uint8_t *p)
{
	if (ew_nest_open(&r->nest, p, EW_KIND_OBJECT))
		return true;
	r->status = EW_LIMIT;
	return false;
}

/* A document of at most `most` bytes at p. */
static const uint8_t *open_document(struct reader *r, const uint8_t *p, enum ew_kind kind)
{
	const uint8_t *start = p;
	size_t n;

	p = take_length(r, p, DOCUMENT_LEAST, &n);
	if (!p)
		return NULL;
	if (!has(r, start, n) || start[n - 1] != 0)
		return damage(r, EW_MALFORMED);
	if (!ew_nest_open(&r->nest, start, kind))
		return damage(r, EW_LIMIT);
	r->nest.in->end = r->end = start + n - 1;
	return p;
}

static const uint8_t *read_binary(struct reader *r, const uint8_t *p)
{
	struct ew_bytes value;
	size_t n;

	p = take_length(r, p, 0, &n);
	if (!p)
		return NULL;
	if (!has(r, p, 1) || !has(r, p + 1, n))
		return damage(r, EW_MALFORMED);
	value = ew_bytes(p + 1, n);
	if (*p == 2) { /* the old one: a length once more */
		if (n < 4 || little(value.p, 4) != n - 4)
			return damage(r, EW_MALFORMED);
		value = ew_bytes_from(value, 4);
	}
	return put(r, p + 1 + n, value, EW_KIND_BYTES);
}

static const uint8_t *read_regex(struct reader *r, const uint8_t *p)
{
	struct ew_bytes pattern, options;

	if (!open_parts(r, p))
		return NULL;
	p = take_name(r, p, &pattern);
	if (p)
		p = take_name(r, p, &options);
	if (!p)
		return NULL;
	ew_nest_judge_text(&r->nest, pattern);
	ew_nest_judge_text(&r->nest, options);
	p = put_part(r, p, EW_LIT("pattern"), pattern, EW_KIND_TEXT);
	if (p)
		p = put_part(r, p, EW_LIT("options"), options, EW_KIND_TEXT);
	if (p)
		ew_nest_close(&r->nest, p);
	return p;
}

static const uint8_t *read_pointer(struct reader *r, const uint8_t *p)
{
	struct ew_bytes ref;

	if (!open_parts(r, p))
		return NULL;
	p = take_text(r, p, &ref);
	if (!p)
		return NULL;
	if (!has(r, p, ID_SIZE))
		return damage(r, EW_MALFORMED);
	p = put_part(r, p, EW_LIT("ref"), ref, EW_KIND_TEXT);
	if (p)
		p = put_part(r, p + ID_SIZE, EW_LIT("id"),
		             ew_spell_hex(&r->nest.speller, ew_bytes(p, ID_SIZE)), EW_KIND_NUMBER);
	if (p)
		ew_nest_close(&r->nest, p);
	return p;
}

/* Leaves two levels open: the object and, in it, the scope. */
static const uint8_t *read_code_with_scope(struct reader *r, const uint8_t *p)
{
	const uint8_t *start = p;
	struct ew_bytes code;
	size_t n;

	p = take_length(r, p, 4 + DOCUMENT_LEAST + DOCUMENT_LEAST, &n);
	if (!p)
		return NULL;
	if (!has(r, start, n))
		return damage(r, EW_MALFORMED);
	if (!open_parts(r, start))
		return NULL;
	r->nest.in->end = r->end = start + n;
	r->nest.in->scope = true;
	p = take_text(r, p, &code);
	if (p)
		p = put_part(r, p, EW_LIT("code"), code, EW_KIND_TEXT);
	if (!p)
		return NULL;
	ew_nest_name(r->nest.in, EW_LIT("scope"), false);
	return open_document(r, p, EW_KIND_OBJECT);
}

/* A number, or what is spelt like one. */
static const uint8_t *read_number(struct reader *r, const uint8_t *p, enum type type)
{
	static const uint8_t sizes[] = {
		[DOUBLE] = 8, [OBJECT_ID] = ID_SIZE, [DATE] = 8, [INT32] = 4, [TIMESTAMP] = 8, [INT64] = 8,
		[DECIMAL128] = 16,
	};
	struct ew_speller *s = &r->nest.speller;
	struct ew_bytes text;
	size_t n = sizes[type];
	uint64_t v;
	double d;

	if (!has(r, p, n))
		return damage(r, EW_MALFORMED);
	v = little(p, n < 8 ? n : 8);
	switch (type) {
	case DOUBLE:
		memcpy(&d, &v, sizeof(d));
		text = ew_spell_double(s, d);
		break;
	case OBJECT_ID:
		text = ew_spell_hex(s, ew_bytes(p, n));
		break;
	case INT32:
		text = ew_spell_i64(s, (int32_t)v);
		break;
	case TIMESTAMP:
		text = ew_spell_format(s, "%u:%u", (unsigned)(v >> 32), (unsigned)v);
		break;
	case DECIMAL128:
		text = ew_spell_decimal128(s, little(p + 8, 8), v);
		break;
	default:
		text = ew_spell_i64(s, (int64_t)v);
		break;
	}
	return put(r, p + n, text, EW_KIND_NUMBER);
}

static const uint8_t *read_value(struct reader *r, const uint8_t *p, uint8_t type)
{
	struct ew_bytes text;

	switch (type) {
	case STRING: case CODE: case SYMBOL:
		p = take_text(r, p, &text);
		return p ? put(r, p, text, EW_KIND_TEXT) : NULL;
	case DOCUMENT:
		return open_document(r, p, EW_KIND_OBJECT);
	case ARRAY:
		return open_document(r, p, EW_KIND_ARRAY);
	case BINARY:
		return read_binary(r, p);
	case BOOL:
		if (!has(r, p, 1) || *p > 1)
			return damage(r, EW_MALFORMED);
		return put(r, p + 1, *p ? EW_LIT("true") : EW_LIT("false"), EW_KIND_BOOL);
	case DOUBLE: case OBJECT_ID: case DATE: case INT32: case TIMESTAMP: case INT64: case DECIMAL128:
		return read_number(r, p, (enum type)type);
	case NULL_VALUE:
		return put(r, p, EW_LIT("null"), EW_KIND_NULL);
	case UNDEFINED:
		return put(r, p, EW_LIT("undefined"), EW_KIND_NULL);
	case MIN_KEY:
		return put(r, p, EW_LIT("minkey"), EW_KIND_NULL);
	case MAX_KEY:
		return put(r, p, EW_LIT("maxkey"), EW_KIND_NULL);
	case REGEX:
		return read_regex(r, p);
	case POINTER:
		return read_pointer(r, p);
	case CODE_WITH_SCOPE:
		return read_code_with_scope(r, p);
	default:
		return damage(r, EW_MALFORMED);
	}
}

/* Is it the decimal number of the next element? */
static bool is_place(struct ew_bytes name, const struct ew_field *array)
{
	uint32_t place = array->last ? array->last->index + 1 : 0;
	uint64_t v;

	return ew_bytes_u64(name, &v) && v == place && (name.n == 1 || name.p[0] != '0');
}

static const uint8_t *read_element(struct reader *r, const uint8_t *p)
{
	struct ew_nest_level *in = r->nest.in;
	uint8_t type = *p++;
	struct ew_bytes name;

	p = take_name(r, p, &name);
	if (!p)
		return NULL;
	if (in->object) {
		ew_nest_name(in, name, true);
	} else if (!is_place(name, in->node)) {
		ew_nest_name(in, name, true);
		ew_nest_raise(&r->nest, EW_ANOMALY_BINARY_ODD);
	}
	return read_value(r, p, type);
}

/* Behind the zero byte of the innermost document.  Its object, if it is a scope, ends with it. */
static const uint8_t *close_document(struct reader *r, const uint8_t *p)
{
	ew_nest_close(&r->nest, p);
	if (r->nest.in && r->nest.in->scope) {
		if (p != r->nest.in->end)
			return damage(r, EW_MALFORMED);
		ew_nest_close(&r->nest, p);
	}
	if (r->nest.in)
		r->end = r->nest.in->end;
	return p;
}

/* One that claims to be longer than what is there (`cut`) is read as far as it goes. */
static enum ew_status read_document(struct reader *r, const uint8_t *p, bool cut)
{
	if (!cut) {
		p = open_document(r, p, EW_KIND_OBJECT);
	} else if (ew_nest_open(&r->nest, p, EW_KIND_OBJECT)) {
		r->nest.in->end = r->end;
		p += 4;
	} else {
		return EW_LIMIT;
	}
	while (p && r->nest.in) {
		if (p < r->end)
			p = read_element(r, p);
		else if (cut && r->nest.in == r->nest.stack)
			return EW_TRUNCATED;
		else
			p = close_document(r, p + 1);
	}
	if (p)
		return EW_OK;
	return cut && r->status == EW_MALFORMED ? EW_TRUNCATED : r->status;
}

/* Documents one behind the other. */
static enum ew_status read_all(struct reader *r, struct ew_bytes v)
{
	const uint8_t *p = v.p, *end = v.p + v.n;
	enum ew_status s = EW_OK;

	while (p < end && s == EW_OK) {
		size_t n = end - p >= 4 ? (size_t)little(p, 4) : 0;
		if (r->nest.roots > 0)
			ew_nest_raise(&r->nest, EW_ANOMALY_TRAILING_DATA);
		if (n > INT32_MAX || n < DOCUMENT_LEAST)
			return EW_MALFORMED;
		r->end = end;
		s = read_document(r, p, n > (size_t)(end - p));
		p += n <= (size_t)(end - p) ? n : 0;
	}
	while (r->nest.in)
		ew_nest_close(&r->nest, end);
	return s;
}

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;

	if (v.n < GUESS_LEAST || v.p[v.n - 1] != 0 || little(v.p, 4) != v.n)
		return false;
	return (v.p[4] >= DOUBLE && v.p[4] <= DECIMAL128) || v.p[4] == MAX_KEY || v.p[4] == MIN_KEY;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	bool known = ew_field_declared(f, &ew_decoder_bson) && f->declared->expected;
	struct ew_decode_mark mark = ew_decode_mark(m, f);
	struct reader r;
	enum ew_status s;

	if (!known && !claims(f))
		return EW_DECLINED;
	ew_nest_init(&r.nest, m, f, &ew_decoder_bson);
	r.status = EW_OK;
	s = read_all(&r, f->value);
	if (!known && s != EW_OK && s != EW_LIMIT) {
		ew_decode_retract(m, f, &mark);
		return EW_DECLINED;
	}
	m->anomalies |= r.nest.raised;
	if (s == EW_OK)
		ew_nest_settle(&r.nest, known);
	return s;
}

const struct ew_decoder ew_decoder_bson = {
	.name = "bson",
	.flags = EW_DECODER_STRUCTURAL | EW_DECODER_BINARY | EW_DECODER_BY_HEAD | EW_DECODER_TENTATIVE,
	.claims = claims,
	.decode = decode,
};
