/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What serialisers write before a record to say which schema of a registry it has:
 *
 *     00 | number, 4 bytes | record               Confluent
 *     01 | GUID, 16 bytes | record                Confluent, newer
 *     03 | 00 or 05 | UUID, 16 bytes | record     Glue; 05: the record is in zlib
 *
 * Where the route knows the schema, or its registry was asked, a record of Avro is read with that.  Else it is
 * read as whatever it may be.  JSON shows itself.  Before one of
 * protobuf stands the place of its message in the schema: a count and as many numbers (zigzag), or a single
 * zero; Glue writes one number.  Of anything else, Avro above all, the pieces of text are looked for. */

#include "decoders.h"
#include "avro.h"
#include "eventwall/avro.h"
#include "protobuf.h"
#include "strings.h"

#define PLACES_MOST 16 /* messages within messages in a schema */

enum { NUMBER_PREFIX = 5, GUID_PREFIX = 17, GLUE_PREFIX = 18, GLUE_ZLIB = 5 };

/* Random bits and a version, as all that serialisers write have them. */
static bool is_uuid(const uint8_t *p)
{
	uint8_t version = p[6] >> 4;

	return version >= 1 && version <= 8 && (p[8] & 0xc0) == 0x80;
}

size_t ew_schema_prefix(struct ew_bytes v)
{
	if (v.n > NUMBER_PREFIX + 1 && v.p[0] == 0)
		return NUMBER_PREFIX;
	if (v.n > GUID_PREFIX + 1 && v.p[0] == 1 && is_uuid(v.p + 1))
		return GUID_PREFIX;
	if (v.n > GLUE_PREFIX + 1 && v.p[0] == 3 && (v.p[1] == 0 || v.p[1] == GLUE_ZLIB) && is_uuid(v.p + 2))
		return GLUE_PREFIX;
	return 0;
}

static bool claims(const struct ew_field *f)
{
	return ew_schema_prefix(f->value) != 0;
}

static struct ew_field *add_layer(struct ew_message *m, struct ew_field *f, struct ew_bytes record,
                                  const struct ew_decoder *as)
{
	struct ew_field *layer = ew_decode_layer(m, f, &ew_decoder_schema, record, EW_KIND_BYTES, 0);

	if (layer && as && !ew_declare_under(m, layer, as, ew_bytes(NULL, 0), false))
		return NULL;
	return layer;
}

static bool is_json(struct ew_bytes record)
{
	record = ew_bytes_trim(record, " \t\r\n");
	return record.n && (record.p[0] == '{' || record.p[0] == '[');
}

/* What stands behind the place of a message. */
static struct ew_bytes past_places(struct ew_bytes record, bool glue)
{
	const uint8_t *p, *end = record.p + record.n;
	int64_t count, place;

	p = ew_avro_long(record.p, end, &count);
	if (p && !glue && (count < 0 || count > PLACES_MOST))
		p = NULL;
	for (; p && !glue && count > 0; count--)
		p = ew_avro_long(p, end, &place);
	return p ? ew_bytes(p, (size_t)(end - p)) : ew_bytes(end, 0);
}

/* A guess asks for some text. */
static bool is_message(struct ew_bytes record, bool told)
{
	struct ew_proto_shape s;

	if (record.n == 0)
		return false;
	s = ew_proto_shape(record);
	return s.status == EW_OK && (s.text || told);
}

static bool holds_text(struct ew_bytes record)
{
	size_t run = 0, least = ew_run_least(record);

	for (size_t i = 0; i < record.n && run < least; i++)
		run = (uint8_t)(record.p[i] - 0x20) < 0x5f || record.p[i] >= 0xc2 ? run + 1 : 0;
	return run == least;
}

bool ew_schema_number(struct ew_bytes value, uint32_t *number_r)
{
	if (ew_schema_prefix(value) != NUMBER_PREFIX)
		return false;
	*number_r = (uint32_t)value.p[1] << 24 | (uint32_t)value.p[2] << 16 | (uint32_t)value.p[3] << 8 |
	            value.p[4];
	return true;
}

/* What a transport brought, as opposed to a value within it. */
static bool is_content(const struct ew_message *m, const struct ew_field *f)
{
	return !f->via && f->parent != m->root && f->parent->parent == m->root &&
	       !ew_bytes_eq(f->name, EW_LIT("key"));
}

/* The schema that the record is sure to have, or has if it fits; NULL: none is known. */
static const struct ew_avro_known *known_for(struct ew_message *m, const struct ew_field *f, struct ew_bytes record)
{
	const struct ew_known_schema *s = m->schema;
	uint32_t number;

	if (m->limits->registry && is_content(m, f) && ew_schema_number(f->value, &number)) {
		if (s && s->number == number && s->avro)
			return s->avro;
		if (!s || s->number != number)
			ew_message_flag(m, EW_ANOMALY_SCHEMA_UNKNOWN);
	}
	return m->limits->avro && ew_avro_fits(m->limits->avro, m->limits, record) ? m->limits->avro : NULL;
}

static enum ew_status add_known(struct ew_message *m, struct ew_field *f, struct ew_bytes record,
                                const struct ew_avro_known *known)
{
	struct ew_field *layer = add_layer(m, f, record, NULL);

	f->flags |= EW_FIELD_BINARY;
	return layer && ew_avro_declare(m, layer, known, true) ? EW_OK : EW_LIMIT;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	size_t prefix = ew_schema_prefix(f->value);
	struct ew_bytes record = ew_bytes_from(f->value, prefix), message;
	const struct ew_field *before = f->last;
	const struct ew_avro_known *known;
	bool glue = prefix == GLUE_PREFIX;

	if (prefix == 0)
		return EW_DECLINED;
	if (glue && f->value.p[1] == GLUE_ZLIB) {
		struct ew_field *layer = add_layer(m, f, record, &ew_decoder_zlib);
		return layer && (!m->limits->avro ||
		                 ew_declare_under(m, layer, &ew_decoder_avro, ew_bytes(NULL, 0), false))
		               ? EW_OK : EW_LIMIT;
	}
	known = known_for(m, f, record);
	if (known)
		return add_known(m, f, record, known);
	if (is_json(record))
		return add_layer(m, f, record, NULL) ? EW_OK : EW_LIMIT;
	message = past_places(record, glue);
	if (is_message(message, ew_field_declared(f, &ew_decoder_schema)) &&
	    !add_layer(m, f, message, &ew_decoder_protobuf))
		return EW_LIMIT;
	if (holds_text(record) && !add_layer(m, f, record, &ew_decoder_avro))
		return EW_LIMIT;
	if (f->last == before)
		return EW_DECLINED;
	f->flags |= EW_FIELD_BINARY;
	return EW_OK;
}

const struct ew_decoder ew_decoder_schema = { "schema", EW_DECODER_BY_HEAD, claims, decode };
