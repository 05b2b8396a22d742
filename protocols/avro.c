/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The decoder `avro`: containers (Avro 1.12, object container files), single objects, and what is declared to
 * be Avro and shows no schema.
 *
 *     | O b j 1 | map of metadata | sync |   | count | size | data | sync |   and again
 *
 * Metadata become fields, the schema among them declared to be JSON.  Blocks are declared to be data of that
 * schema under their codec; since the work-list opens leaves in turn, the schema is JSON before they are
 * looked at.  Without a schema the pieces of text are fields, and all bytes are matched as they are.
 *
 * The trap: counts and sizes are claims.  A count is worth no memory, and each element of a tree costs the
 * budget of fields. */

#include "avro.h"

#include "decoders.h"
#include "strings.h"

#define SYNC 16
#define CHECK_SUM 4 /* behind a block in snappy */

static const struct ew_bytes container_magic = { (const uint8_t *)"Obj\x01", 4 };
static const struct ew_bytes single_magic = { (const uint8_t *)"\xc3\x01", 2 };

const uint8_t *ew_avro_long(const uint8_t *p, const uint8_t *end, int64_t *value_r)
{
	uint64_t v = 0;

	for (unsigned shift = 0; p < end && shift < 70; shift += 7) {
		uint8_t c = *p++;
		v |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80) {
			*value_r = (int64_t)(v >> 1 ^ (0 - (v & 1)));
			return p;
		}
	}
	return NULL;
}

/* Bytes of the character at `p` that may stand in text; 0: none. */
static size_t character(const uint8_t *p, const uint8_t *end)
{
	size_t n;

	if (*p < 0x80)
		return (uint8_t)(*p - 0x20) < 0x5f || (uint8_t)(*p - '\t') < 5;
	n = *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2;
	if (*p < 0xc2 || *p > 0xf4 || n > (size_t)(end - p))
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return n;
}

/* Text from `from` to `to`, known as such. */
struct run {
	const uint8_t *from, *to;
	size_t least; /* characters of one that counts */
};

/* The run that begins at `p`, or that holds it.  The place moves on by a few bytes at most and back by fewer, so
 * looking is linear. */
static const uint8_t *run_to(struct run *r, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *q = p;
	size_t n;

	if (p >= r->from && p < r->to)
		return r->to;
	while (q < end && (n = character(q, end))) {
		q += n;
		if (q >= r->from && q < r->to)
			q = r->to;
	}
	r->from = p;
	r->to = q;
	return q;
}

/* Bytes of text at `p` behind a length of theirs that fits; 0: none. */
static size_t measured(struct run *r, const uint8_t *p, const uint8_t *end, const uint8_t **text_r)
{
	int64_t n;
	const uint8_t *q = ew_avro_long(p, end, &n);

	if (!q || n < (int64_t)r->least || (uint64_t)n > (size_t)(end - q) || run_to(r, q, end) - q < n)
		return 0;
	*text_r = q;
	return (size_t)n;
}

static bool emit_run(struct ew_message *m, struct ew_field *list, const uint8_t *p, size_t n)
{
	return ew_decode_emit(m, list, ew_bytes(NULL, 0), ew_bytes(p, n), EW_KIND_TEXT, 0) != NULL;
}

/* The two readings go side by side: a length may look like text, and text like a length. */
bool ew_avro_runs(struct ew_message *m, struct ew_field *list, struct ew_bytes in)
{
	const uint8_t *p = in.p, *end = in.p + in.n, *run_end = in.p, *text;
	struct run r = { NULL, NULL, ew_run_least(in) };

	while (p < end) {
		if (p >= run_end) {
			size_t n = (size_t)(run_to(&r, p, end) - p);
			run_end = p + (n ? n : 1);
			if (n >= r.least && !emit_run(m, list, p, n))
				return false;
		}
		size_t n = measured(&r, p, end, &text);
		if (n && !emit_run(m, list, text, n))
			return false;
		p = n ? text + n : p + 1;
	}
	return true;
}

static bool claims(const struct ew_field *f)
{
	return ew_bytes_starts(f->value, container_magic) ||
	       (f->value.n > EW_AVRO_SINGLE && ew_bytes_starts(f->value, single_magic));
}

struct reading {
	struct ew_message *m;
	struct ew_field *layer;
	const uint8_t *p, *end;
	struct ew_avro_file *file;
	struct ew_bytes codec;
	enum ew_status status;
};

/* A number that may not be negative; -1: damage, and the status is set. */
static int64_t take_long(struct reading *r)
{
	int64_t v = -1;
	const uint8_t *q = ew_avro_long(r->p, r->end, &v);

	if (!q) {
		r->status = r->end - r->p < 10 ? EW_TRUNCATED : EW_MALFORMED;
		return -1;
	}
	r->p = q;
	if (v < 0) {
		r->status = EW_MALFORMED;
		return -1;
	}
	return v;
}

/* {NULL, 0}: damage. */
static struct ew_bytes take_bytes(struct reading *r)
{
	int64_t n = take_long(r);
	struct ew_bytes b;

	if (n < 0)
		return ew_bytes(NULL, 0);
	if ((uint64_t)n > (size_t)(r->end - r->p)) {
		r->status = EW_TRUNCATED;
		return ew_bytes(NULL, 0);
	}
	b = ew_bytes(r->p, (size_t)n);
	r->p += n;
	return b;
}

/* Entries in the next block of a map; 0: it ends, or damage. */
static int64_t take_count(struct reading *r)
{
	int64_t v, size;
	const uint8_t *q = ew_avro_long(r->p, r->end, &v);

	if (q && v < 0 && v != INT64_MIN) {
		v = -v;
		q = ew_avro_long(q, r->end, &size);
	}
	if (!q || v < 0) {
		r->status = q ? EW_MALFORMED : EW_TRUNCATED;
		return 0;
	}
	r->p = q;
	return v;
}

static bool read_entry(struct reading *r, struct ew_field *meta)
{
	struct ew_bytes key = take_bytes(r), value = r->status == EW_OK ? take_bytes(r) : key;
	struct ew_field *f;

	if (r->status != EW_OK)
		return false;
	f = ew_decode_emit(r->m, meta, key, value, EW_KIND_BYTES, EW_FIELD_NAMED);
	if (f && ew_bytes_eq(key, EW_LIT("avro.schema"))) {
		if (r->file->text)
			ew_message_fault(r->m, EW_AMBIGUOUS, "avro.schema", f);
		r->file->text = f;
		if (!ew_declare_under(r->m, f, &ew_decoder_json, ew_bytes(NULL, 0), true))
			f = NULL;
	} else if (f && ew_bytes_eq(key, EW_LIT("avro.codec"))) {
		if (r->codec.p)
			ew_message_fault(r->m, EW_AMBIGUOUS, "avro.codec", f);
		r->codec = value;
	}
	if (!f)
		r->status = EW_LIMIT;
	return f != NULL;
}

static bool read_metadata(struct reading *r)
{
	struct ew_field *meta = ew_decode_emit(r->m, r->layer, EW_LIT("meta"), ew_bytes(r->p, 0),
	                                       EW_KIND_OBJECT, 0);
	int64_t left;

	if (!meta) {
		r->status = EW_LIMIT;
		return false;
	}
	while ((left = take_count(r)) > 0) {
		for (; left > 0; left--) {
			if (!read_entry(r, meta))
				return false;
		}
	}
	return r->status == EW_OK;
}

static bool declare_codec(struct reading *r, struct ew_field *block)
{
	static const struct {
		const char *codec, *decoder;
	} rows[] = {
		{ "deflate",   "deflate" },
		{ "zstandard", "zstd" },
		{ "snappy",    "snappy" },
	};

	if (r->codec.n == 0 || ew_bytes_eq(r->codec, EW_LIT("null")))
		return true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!ew_bytes_eq(r->codec, ew_bytes_str(rows[i].codec)))
			continue;
		const struct ew_decoder *as = ew_decoder_find(ew_bytes_str(rows[i].decoder));
		if (!as)
			break;
		if (i == 2 && block->value.n >= CHECK_SUM)
			block->value.n -= CHECK_SUM;
		if (ew_declare_over(r->m, block, as, ew_bytes(NULL, 0), true))
			return true;
		r->status = EW_LIMIT;
		return false;
	}
	ew_message_fault(r->m, EW_UNSUPPORTED, "avro.codec", block);
	r->status = EW_UNSUPPORTED;
	block->declared = NULL;
	return true;
}

/* A block's data becomes a leaf; the rest of the declaration is read by avro_datum.c. */
static bool emit_block(struct reading *r, int64_t count, struct ew_bytes data)
{
	struct ew_field *f = ew_decode_emit(r->m, r->layer, EW_LIT("block"), data, EW_KIND_BYTES, 0);
	struct ew_avro_block *block = f ? ew_arena_alloc(r->m->arena, sizeof(*block)) : NULL;

	if (!block) {
		ew_message_fault(r->m, EW_LIMIT, "arena", r->layer);
		r->status = EW_LIMIT;
		return false;
	}
	*block = (struct ew_avro_block){ .file = r->file, .count = count, .alone = true };
	if (!ew_declare_under(r->m, f, &ew_decoder_datum, ew_bytes(block, sizeof(*block)), true)) {
		r->status = EW_LIMIT;
		return false;
	}
	return declare_codec(r, f);
}

static void read_blocks(struct reading *r, const uint8_t *sync)
{
	while (r->p < r->end && (r->status == EW_OK || r->status == EW_UNSUPPORTED)) {
		int64_t count = take_long(r), size = count < 0 ? -1 : take_long(r);
		if (size < 0)
			return;
		size_t left = (size_t)(r->end - r->p), n = (uint64_t)size < left ? (size_t)size : left;
		if (n && !emit_block(r, count, ew_bytes(r->p, n)))
			return;
		r->p += n;
		left -= n;
		if ((uint64_t)size > n || left < SYNC) {
			r->status = EW_TRUNCATED;
		} else if (memcmp(r->p, sync, SYNC) != 0) {
			ew_message_fault(r->m, EW_MALFORMED, "avro.sync", r->layer);
			r->status = EW_MALFORMED;
		} else {
			r->p += SYNC;
		}
	}
}

static enum ew_status read_container(struct ew_message *m, struct ew_field *f)
{
	struct reading r = {
		.m = m,
		.p = f->value.p + container_magic.n,
		.end = f->value.p + f->value.n,
		.file = ew_arena_alloc(m->arena, sizeof(*r.file)),
		.status = EW_OK,
	};

	r.layer = ew_decode_layer(m, f, &ew_decoder_avro, f->value, EW_KIND_OBJECT, 0);
	if (!r.layer || !r.file) {
		ew_message_fault(m, EW_LIMIT, "arena", f);
		return EW_LIMIT;
	}
	if (!read_metadata(&r))
		return r.status;
	if (r.end - r.p < SYNC)
		return EW_TRUNCATED;
	r.p += SYNC;
	read_blocks(&r, r.p - SYNC);
	if (r.status == EW_OK)
		f->flags |= EW_FIELD_BINARY;
	return r.status;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	bool declared = ew_field_declared(f, &ew_decoder_avro);
	struct ew_decode_mark mark = ew_decode_mark(m, f);
	struct ew_bytes in = f->value;
	struct ew_field *list;

	if (ew_bytes_starts(in, container_magic))
		return read_container(m, f);
	if (claims(f))
		in = ew_bytes_from(in, EW_AVRO_SINGLE);
	else if (!declared)
		return EW_DECLINED;
	if (m->limits->avro && ew_avro_fits(m->limits->avro, m->limits, in)) {
		list = ew_decode_layer(m, f, &ew_decoder_avro, in, EW_KIND_BYTES, 0);
		f->flags |= EW_FIELD_BINARY;
		return list && ew_avro_declare(m, list, m->limits->avro, true) ? EW_OK : EW_LIMIT;
	}
	list = ew_decode_layer(m, f, &ew_decoder_avro, in, EW_KIND_ARRAY, 0);
	if (!list || !ew_avro_runs(m, list, in))
		return EW_LIMIT;
	if (!list->child && !(declared && f->declared->expected)) {
		ew_decode_retract(m, f, &mark);
		return EW_DECLINED;
	}
	return EW_OK;
}

const struct ew_decoder ew_decoder_avro = { "avro", EW_DECODER_BY_HEAD, claims, decode };
