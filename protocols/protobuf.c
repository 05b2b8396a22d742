/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The decoder `protobuf`: a message, declared or guessed.  A route may know its schema; without, fields have
 * numbers for names.
 *
 * Declared, it is read as far as it goes.  A guess must be a message to its last byte and hold some text.
 * The trap: a text can be written so that it is a message as well, with its words cut apart by lengths.  So
 * the bytes stay to be matched beside what was read, unless a message was declared and they are no text. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "eventwall/protobuf.h"
#include "protobuf.h"
#include "sniff.h"

/* Contents of a message have been read as messages where they can be. */
static bool is_part_of_one(const struct ew_field *f)
{
	if (f->via)
		return false;
	while (f && !f->via)
		f = f->parent;
	return f && (f->via == &ew_decoder_protobuf || f->via == &ew_decoder_sparkplug ||
	             f->via == &ew_decoder_kpl);
}

static struct ew_bytes path_of_request(const struct ew_message *m)
{
	for (const struct ew_field *http = m->root->child; http; http = http->next) {
		for (const struct ew_field *c = http->child; c; c = c->next) {
			if (ew_bytes_eq(http->name, EW_LIT("http")) && ew_bytes_eq(c->name, EW_LIT("path")))
				return c->value;
		}
	}
	return ew_bytes(NULL, 0);
}

/* Of what is declared, by the schema of the route: of a call what its method takes, else what events hold. */
static const struct ew_proto_type *type_of(const struct ew_message *m, const struct ew_field *f)
{
	const struct ew_proto_schema *s = m->limits->protobuf;
	const struct ew_field *call = f;

	if (!s || !ew_field_declared(f, &ew_decoder_protobuf))
		return NULL;
	while (call->parent && call->via != &ew_decoder_grpc)
		call = call->parent;
	return call->parent ? ew_proto_schema_method(s, path_of_request(m)) : ew_proto_schema_chosen(s);
}

static bool claims(const struct ew_field *f)
{
	return !(f->flags & EW_FIELD_TEXTUAL) && !ew_field_declared(f, &ew_decoder_sparkplug) &&
	       !ew_field_declared(f, &ew_decoder_grpc) && ew_value_has_head(f->value) &&
	       ew_proto_begins(f->value) && !is_part_of_one(f);
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	bool declared = ew_field_declared(f, &ew_decoder_protobuf);
	bool told = declared && f->declared->expected;
	const struct ew_proto_type *type = type_of(m, f);
	struct ew_proto_shape s = ew_proto_shape(f->value);
	struct ew_field *layer;

	if (s.status != EW_OK && (!told || s.good == 0))
		return EW_DECLINED;
	if (!declared && !s.text)
		return EW_DECLINED;
	layer = ew_decode_layer(m, f, &ew_decoder_protobuf, f->value, EW_KIND_OBJECT, 0);
	if (!layer)
		return EW_LIMIT;
	s.status = ew_proto_read(m, layer, f->value, type);
	if (s.status == EW_OK && !ew_text_plain(f->value))
		f->flags |= told ? EW_FIELD_BINARY | EW_FIELD_COVERED : EW_FIELD_BINARY;
	return s.status;
}

const struct ew_decoder ew_decoder_protobuf = { "protobuf", EW_DECODER_BY_HEAD, claims, decode };
