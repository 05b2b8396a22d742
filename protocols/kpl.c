/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The decoder `kpl`: many records of a Kinesis producer in one.
 *
 *     | F3 89 9A C2 | message of protobuf | MD5 of the message |
 *
 * The sum is not checked: a reader that finds it wrong takes the whole for one plain record, so both the
 * records and the bytes as they stand are matched. */

#include "decoders.h"
#include "protobuf.h"

#define SUM 16

static const struct ew_bytes magic = { (const uint8_t *)"\xf3\x89\x9a\xc2", 4 };

static const struct ew_proto_field tag_fields[] = {
	{ 1, EW_PROTO_TEXT, "key", NULL },
	{ 2, EW_PROTO_TEXT, "value", NULL },
};
static const struct ew_proto_type tag = { tag_fields, 2 };

static const struct ew_proto_field record_fields[] = {
	{ 1, EW_PROTO_NUMBER,  "partition_key_index",     NULL },
	{ 2, EW_PROTO_NUMBER,  "explicit_hash_key_index", NULL },
	{ 3, EW_PROTO_BYTES,   "data",                    NULL },
	{ 4, EW_PROTO_MESSAGE, "tags",                    &tag },
};
static const struct ew_proto_type record = { record_fields, 4 };

static const struct ew_proto_field aggregate_fields[] = {
	{ 1, EW_PROTO_TEXT,    "partition_key",     NULL },
	{ 2, EW_PROTO_TEXT,    "explicit_hash_key", NULL },
	{ 3, EW_PROTO_MESSAGE, "records",           &record },
};
static const struct ew_proto_type aggregate = { aggregate_fields, 3 };

static bool claims(const struct ew_field *f)
{
	return f->value.n > magic.n + SUM && ew_bytes_starts(f->value, magic);
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes in = ew_bytes_from(f->value, magic.n);
	struct ew_field *layer;

	if (!claims(f))
		return EW_DECLINED;
	in.n -= SUM;
	if (ew_proto_shape(in).status != EW_OK)
		return EW_DECLINED;
	f->flags |= EW_FIELD_BINARY;
	layer = ew_decode_layer(m, f, &ew_decoder_kpl, in, EW_KIND_OBJECT, 0);
	if (!layer)
		return EW_LIMIT;
	return ew_proto_read(m, layer, in, &aggregate);
}

const struct ew_decoder ew_decoder_kpl = { "kpl", EW_DECODER_BY_HEAD, claims, decode };
