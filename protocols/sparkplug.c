/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The decoder `sparkplug`: payloads of Sparkplug B, which its topics declare.  Names are those of its schema
 * (Eclipse Tahu, sparkplug_b.proto).
 *
 * A payload may be compressed into the body of another one, once.  Templates and property sets nest freely
 * and are bounded by depth.  What aliases mean is sparkplug_alias.c's. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "protobuf.h"
#include "sparkplug.h"

#define COUNT(fields) (sizeof(fields) / sizeof(*(fields)))

static const struct ew_proto_type metric, property_set, property_set_list;

static const struct ew_proto_field parameter_fields[] = {
	{ 1, EW_PROTO_TEXT,   "name",          NULL },
	{ 2, EW_PROTO_NUMBER, "type",          NULL },
	{ 3, EW_PROTO_NUMBER, "int_value",     NULL },
	{ 4, EW_PROTO_NUMBER, "long_value",    NULL },
	{ 5, EW_PROTO_REAL,   "float_value",   NULL },
	{ 6, EW_PROTO_REAL,   "double_value",  NULL },
	{ 7, EW_PROTO_NUMBER, "boolean_value", NULL },
	{ 8, EW_PROTO_TEXT,   "string_value",  NULL },
};
static const struct ew_proto_type parameter = { parameter_fields, COUNT(parameter_fields) };

static const struct ew_proto_field template_fields[] = {
	{ 1, EW_PROTO_TEXT,    "version",       NULL },
	{ 2, EW_PROTO_MESSAGE, "metrics",       &metric },
	{ 3, EW_PROTO_MESSAGE, "parameters",    &parameter },
	{ 4, EW_PROTO_TEXT,    "template_ref",  NULL },
	{ 5, EW_PROTO_NUMBER,  "is_definition", NULL },
};
static const struct ew_proto_type template = { template_fields, COUNT(template_fields) };

static const struct ew_proto_field element_fields[] = {
	{ 1, EW_PROTO_NUMBER, "int_value",     NULL },
	{ 2, EW_PROTO_NUMBER, "long_value",    NULL },
	{ 3, EW_PROTO_REAL,   "float_value",   NULL },
	{ 4, EW_PROTO_REAL,   "double_value",  NULL },
	{ 5, EW_PROTO_NUMBER, "boolean_value", NULL },
	{ 6, EW_PROTO_TEXT,   "string_value",  NULL },
};
static const struct ew_proto_type element = { element_fields, COUNT(element_fields) };

static const struct ew_proto_field row_fields[] = {
	{ 1, EW_PROTO_MESSAGE, "elements", &element },
};
static const struct ew_proto_type row = { row_fields, COUNT(row_fields) };

static const struct ew_proto_field dataset_fields[] = {
	{ 1, EW_PROTO_NUMBER,  "num_of_columns", NULL },
	{ 2, EW_PROTO_TEXT,    "columns",        NULL },
	{ 3, EW_PROTO_NUMBER,  "types",          NULL },
	{ 4, EW_PROTO_MESSAGE, "rows",           &row },
};
static const struct ew_proto_type dataset = { dataset_fields, COUNT(dataset_fields) };

static const struct ew_proto_field property_fields[] = {
	{ 1,  EW_PROTO_NUMBER,  "type",               NULL },
	{ 2,  EW_PROTO_NUMBER,  "is_null",            NULL },
	{ 3,  EW_PROTO_NUMBER,  "int_value",          NULL },
	{ 4,  EW_PROTO_NUMBER,  "long_value",         NULL },
	{ 5,  EW_PROTO_REAL,    "float_value",        NULL },
	{ 6,  EW_PROTO_REAL,    "double_value",       NULL },
	{ 7,  EW_PROTO_NUMBER,  "boolean_value",      NULL },
	{ 8,  EW_PROTO_TEXT,    "string_value",       NULL },
	{ 9,  EW_PROTO_MESSAGE, "propertyset_value",  &property_set },
	{ 10, EW_PROTO_MESSAGE, "propertysets_value", &property_set_list },
};
static const struct ew_proto_type property = { property_fields, COUNT(property_fields) };

static const struct ew_proto_field property_set_fields[] = {
	{ 1, EW_PROTO_TEXT,    "keys",   NULL },
	{ 2, EW_PROTO_MESSAGE, "values", &property },
};
static const struct ew_proto_type property_set = { property_set_fields, COUNT(property_set_fields) };

static const struct ew_proto_field property_set_list_fields[] = {
	{ 1, EW_PROTO_MESSAGE, "propertyset", &property_set },
};
static const struct ew_proto_type property_set_list = { property_set_list_fields,
	                                                COUNT(property_set_list_fields) };

static const struct ew_proto_field metadata_fields[] = {
	{ 1, EW_PROTO_NUMBER, "is_multi_part", NULL },
	{ 2, EW_PROTO_TEXT,   "content_type",  NULL },
	{ 3, EW_PROTO_NUMBER, "size",          NULL },
	{ 4, EW_PROTO_NUMBER, "seq",           NULL },
	{ 5, EW_PROTO_TEXT,   "file_name",     NULL },
	{ 6, EW_PROTO_TEXT,   "file_type",     NULL },
	{ 7, EW_PROTO_TEXT,   "md5",           NULL },
	{ 8, EW_PROTO_TEXT,   "description",   NULL },
};
static const struct ew_proto_type metadata = { metadata_fields, COUNT(metadata_fields) };

static const struct ew_proto_field metric_fields[] = {
	{ 1,  EW_PROTO_TEXT,    "name",           NULL },
	{ 2,  EW_PROTO_NUMBER,  "alias",          NULL },
	{ 3,  EW_PROTO_NUMBER,  "timestamp",      NULL },
	{ 4,  EW_PROTO_NUMBER,  "datatype",       NULL },
	{ 5,  EW_PROTO_NUMBER,  "is_historical",  NULL },
	{ 6,  EW_PROTO_NUMBER,  "is_transient",   NULL },
	{ 7,  EW_PROTO_NUMBER,  "is_null",        NULL },
	{ 8,  EW_PROTO_MESSAGE, "metadata",       &metadata },
	{ 9,  EW_PROTO_MESSAGE, "properties",     &property_set },
	{ 10, EW_PROTO_NUMBER,  "int_value",      NULL },
	{ 11, EW_PROTO_NUMBER,  "long_value",     NULL },
	{ 12, EW_PROTO_REAL,    "float_value",    NULL },
	{ 13, EW_PROTO_REAL,    "double_value",   NULL },
	{ 14, EW_PROTO_NUMBER,  "boolean_value",  NULL },
	{ 15, EW_PROTO_TEXT,    "string_value",   NULL },
	{ 16, EW_PROTO_BYTES,   "bytes_value",    NULL },
	{ 17, EW_PROTO_MESSAGE, "dataset_value",  &dataset },
	{ 18, EW_PROTO_MESSAGE, "template_value", &template },
};
static const struct ew_proto_type metric = { metric_fields, COUNT(metric_fields) };

static const struct ew_proto_field payload_fields[] = {
	{ 1, EW_PROTO_NUMBER,  "timestamp", NULL },
	{ 2, EW_PROTO_MESSAGE, "metrics",   &metric },
	{ 3, EW_PROTO_NUMBER,  "seq",       NULL },
	{ 4, EW_PROTO_TEXT,    "uuid",      NULL },
	{ 5, EW_PROTO_BYTES,   "body",      NULL },
};
static const struct ew_proto_type payload = { payload_fields, COUNT(payload_fields) };

static bool claims(const struct ew_field *f)
{
	return ew_field_declared(f, &ew_decoder_sparkplug) && ew_proto_begins(f->value);
}

static bool is_within_another(const struct ew_field *f)
{
	for (; f; f = f->parent) {
		if (f->via == &ew_decoder_sparkplug)
			return true;
	}
	return false;
}

struct ew_field *ew_sparkplug_member(struct ew_field *node, struct ew_bytes name)
{
	struct ew_field *last = NULL;

	for (struct ew_field *c = node->child; c; c = c->next) {
		if (ew_bytes_eq(c->name, name))
			last = c;
	}
	return last;
}

static bool says_deflate(struct ew_field *layer)
{
	for (struct ew_field *c = layer->child; c; c = c->next) {
		struct ew_field *name = ew_sparkplug_member(c, EW_LIT("name"));
		struct ew_field *value = ew_sparkplug_member(c, EW_LIT("string_value"));
		if (name && value && ew_bytes_eq(name->value, EW_LIT("algorithm")))
			return ew_bytes_eq_nocase(value->value, EW_LIT("DEFLATE"));
	}
	return false;
}

/* A payload in the body: DEFLATE where a metric says so, else GZIP. */
static enum ew_status declare_body(struct ew_message *m, struct ew_field *layer)
{
	struct ew_field *uuid = ew_sparkplug_member(layer, EW_LIT("uuid"));
	struct ew_field *body = ew_sparkplug_member(layer, EW_LIT("body"));

	if (!uuid || !body || !ew_bytes_eq(uuid->value, EW_LIT("SPBV1.0_COMPRESSED")))
		return EW_OK;
	if (!ew_declare_under(m, body, says_deflate(layer) ? &ew_decoder_deflate : &ew_decoder_gzip,
	                      ew_bytes(NULL, 0), true) ||
	    !ew_declare_under(m, body, &ew_decoder_sparkplug, ew_bytes(NULL, 0), true))
		return EW_LIMIT;
	if (is_within_another(layer->parent)) {
		ew_message_fault(m, EW_MALFORMED, "sparkplug.nested", body);
		return EW_MALFORMED;
	}
	return EW_OK;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_proto_shape shape;
	struct ew_field *layer;
	enum ew_status s, t;

	if (!ew_field_declared(f, &ew_decoder_sparkplug))
		return EW_DECLINED;
	shape = ew_proto_shape(f->value);
	if (shape.status != EW_OK && shape.good == 0)
		return EW_DECLINED;
	layer = ew_decode_layer(m, f, &ew_decoder_sparkplug, f->value, EW_KIND_OBJECT, 0);
	if (!layer)
		return EW_LIMIT;
	s = ew_proto_read(m, layer, f->value, &payload);
	t = declare_body(m, layer);
	if (!ew_sparkplug_name(m, layer))
		return EW_LIMIT;
	if (s == EW_OK && !ew_text_plain(f->value))
		f->flags |= EW_FIELD_BINARY | EW_FIELD_COVERED;
	return s != EW_OK ? s : t;
}

const struct ew_decoder ew_decoder_sparkplug = { "sparkplug", EW_DECODER_BY_HEAD, claims, decode };
