/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a sender declares about a value: media types (RFC 9110 section 8.3, the structured suffixes of RFC
 * 6839) and content codings.  It decides nothing: decode.c tries what is declared first and looks for
 * everything else as well.
 *
 * The trap: declarations lie in the order in which they are undone.  A coding goes over what is there, a
 * type under it, and the two come in either order. */

#include "decoders.h"
#include "mime.h"
#include "senml.h"

#define CODINGS_MOST 4 /* of one value: no sender has a use for more */

struct media_row {
	struct ew_bytes type;
	const struct ew_decoder *decoder;
	const struct ew_decoder *below[2]; /* what undoing it gives, and so on */
	const struct ew_bytes *argument;   /* instead of a parameter of the type */
};

#define TYPE(text) { (const uint8_t *)(text), sizeof(text) - 1 }

static const struct media_row media_types[] = {
	{ TYPE("application/grpc"),                   &ew_decoder_grpc, { &ew_decoder_protobuf } },
	{ TYPE("application/grpc+proto"),             &ew_decoder_grpc, { &ew_decoder_protobuf } },
	{ TYPE("application/grpc+json"),              &ew_decoder_grpc, { &ew_decoder_json } },
	{ TYPE("application/grpc-web"),               &ew_decoder_grpc, { &ew_decoder_protobuf } },
	{ TYPE("application/grpc-web+proto"),         &ew_decoder_grpc, { &ew_decoder_protobuf } },
	{ TYPE("application/grpc-web+json"),          &ew_decoder_grpc, { &ew_decoder_json } },
	{ TYPE("application/grpc-web-text"),          &ew_decoder_base64,
	  { &ew_decoder_grpc, &ew_decoder_protobuf } },
	{ TYPE("application/grpc-web-text+proto"),    &ew_decoder_base64,
	  { &ew_decoder_grpc, &ew_decoder_protobuf } },
	{ TYPE("application/connect+proto"),          &ew_decoder_grpc, { &ew_decoder_protobuf } },
	{ TYPE("application/connect+json"),           &ew_decoder_grpc, { &ew_decoder_json } },
	{ TYPE("application/proto"),                  &ew_decoder_protobuf },
	{ TYPE("application/protobuf"),               &ew_decoder_protobuf },
	{ TYPE("application/x-protobuf"),             &ew_decoder_protobuf },
	{ TYPE("application/x-google-protobuf"),      &ew_decoder_protobuf },
	{ TYPE("application/vnd.google.protobuf"),    &ew_decoder_protobuf },
	{ TYPE("application/avro"),                   &ew_decoder_avro },
	{ TYPE("application/x-avro"),                 &ew_decoder_avro },
	{ TYPE("application/x-avro-binary"),          &ew_decoder_avro },
	{ TYPE("application/vnd.apache.avro+binary"), &ew_decoder_avro },
	{ TYPE("avro/binary"),                        &ew_decoder_avro },
	{ TYPE("application/json"),                   &ew_decoder_json },
	{ TYPE("text/json"),                          &ew_decoder_json },
	{ TYPE("application/x-ndjson"),               &ew_decoder_ndjson },
	{ TYPE("application/ndjson"),                 &ew_decoder_ndjson },
	{ TYPE("application/jsonl"),                  &ew_decoder_ndjson },
	{ TYPE("application/x-jsonlines"),            &ew_decoder_ndjson },
	{ TYPE("application/jsonlines"),              &ew_decoder_ndjson },
	{ TYPE("application/json-seq"),               &ew_decoder_ndjson },
	{ TYPE("application/xml"),                    &ew_decoder_xml },
	{ TYPE("text/xml"),                           &ew_decoder_xml },
	{ TYPE("application/yaml"),                   &ew_decoder_yaml },
	{ TYPE("application/x-yaml"),                 &ew_decoder_yaml },
	{ TYPE("text/yaml"),                          &ew_decoder_yaml },
	{ TYPE("text/x-yaml"),                        &ew_decoder_yaml },
	{ TYPE("text/vnd.yaml"),                      &ew_decoder_yaml },
	{ TYPE("text/csv"),                           &ew_decoder_csv },
	{ TYPE("application/csv"),                    &ew_decoder_csv },
	{ TYPE("text/x-csv"),                         &ew_decoder_csv },
	{ TYPE("text/tab-separated-values"),          &ew_decoder_csv },
	{ TYPE("application/x-www-form-urlencoded"),  &ew_decoder_form },
	{ TYPE("application/graphql"),                &ew_decoder_graphql },
	{ TYPE("message/rfc822"),                     &ew_decoder_mail },
	{ TYPE("message/global"),                     &ew_decoder_mail },
	{ TYPE("application/gzip"),                   &ew_decoder_gzip },
	{ TYPE("application/x-gzip"),                 &ew_decoder_gzip },
	{ TYPE("application/zstd"),                   &ew_decoder_zstd },
	{ TYPE("application/zlib"),                   &ew_decoder_deflate },
	{ TYPE("application/x-lz4"),                  &ew_decoder_lz4 },
	{ TYPE("application/x-snappy"),               &ew_decoder_snappy },
	{ TYPE("application/x-snappy-framed"),        &ew_decoder_snappy },
	{ TYPE("application/senml+cbor"),             &ew_decoder_cbor, .argument = &ew_senml_argument },
	{ TYPE("application/sensml+cbor"),            &ew_decoder_cbor, .argument = &ew_senml_argument },
	{ TYPE("application/senml-etch+cbor"),        &ew_decoder_cbor, .argument = &ew_senml_argument },
	{ TYPE("application/senml-exi"),              &ew_decoder_exi },
	{ TYPE("application/sensml-exi"),             &ew_decoder_exi },
	{ TYPE("application/exi"),                    &ew_decoder_exi },
	{ TYPE("application/cbor"),                   &ew_decoder_cbor },
	{ TYPE("application/cbor-seq"),               &ew_decoder_cbor_seq },
	{ TYPE("application/cose"),                   &ew_decoder_cbor },
	{ TYPE("application/cwt"),                    &ew_decoder_cbor },
	{ TYPE("application/msgpack"),                &ew_decoder_msgpack },
	{ TYPE("application/x-msgpack"),              &ew_decoder_msgpack },
	{ TYPE("application/vnd.msgpack"),            &ew_decoder_msgpack },
	{ TYPE("application/bson"),                   &ew_decoder_bson },
	{ TYPE("application/x-bson"),                 &ew_decoder_bson },
	{ TYPE("application/vnd.mongodb.bson"),       &ew_decoder_bson },
	{ TYPE("application/smile"),                  &ew_decoder_smile },
	{ TYPE("application/x-jackson-smile"),        &ew_decoder_smile },
	{ TYPE("application/x-smile"),                &ew_decoder_smile },
};

static const struct media_row media_suffixes[] = {
	{ TYPE("+proto"),    &ew_decoder_protobuf },
	{ TYPE("+protobuf"), &ew_decoder_protobuf },
	{ TYPE("+avro"),     &ew_decoder_avro },
	{ TYPE("+json"),     &ew_decoder_json },
	{ TYPE("+json-seq"), &ew_decoder_ndjson },
	{ TYPE("+xml"),      &ew_decoder_xml },
	{ TYPE("+yaml"),     &ew_decoder_yaml },
	{ TYPE("+gzip"),     &ew_decoder_gzip },
	{ TYPE("+zstd"),     &ew_decoder_zstd },
	{ TYPE("+cbor"),     &ew_decoder_cbor },
	{ TYPE("+cbor-seq"), &ew_decoder_cbor_seq },
	{ TYPE("+cose"),     &ew_decoder_cbor },
	{ TYPE("+cwt"),      &ew_decoder_cbor },
	{ TYPE("+msgpack"),  &ew_decoder_msgpack },
};

static const struct media_row multipart = { TYPE("multipart/"), &ew_decoder_multipart, { NULL } };

static const struct media_row *row_of_type(struct ew_bytes type)
{
	for (size_t i = 0; i < sizeof(media_types) / sizeof(*media_types); i++) {
		if (ew_bytes_eq_nocase(media_types[i].type, type))
			return &media_types[i];
	}
	for (size_t i = 0; i < sizeof(media_suffixes) / sizeof(*media_suffixes); i++) {
		struct ew_bytes suffix = media_suffixes[i].type;
		if (type.n > suffix.n && ew_bytes_eq_nocase(ew_bytes_from(type, type.n - suffix.n), suffix))
			return &media_suffixes[i];
	}
	return ew_bytes_starts_nocase(type, multipart.type) ? &multipart : NULL;
}

struct parameters {
	struct ew_bytes charset, boundary; /* the first plain ones */
	bool odd_charset;  /* one of them hides what is plain to us */
	bool odd_boundary; /* several, or pieces of one: readers choose differently */
};

static struct parameters parameters_of(struct ew_bytes media_type)
{
	struct parameters p = { 0 };
	struct ew_mime_param param;
	unsigned odd = 0;

	(void)ew_mime_take_token(&media_type);
	while (ew_mime_next_param(&media_type, &param, &odd)) {
		bool pieces = param.extended || param.section;
		if (ew_bytes_eq_nocase(param.name, EW_LIT("charset"))) {
			p.odd_charset |= pieces || !ew_charset_is_read(param.value);
			if (!p.charset.p && !pieces)
				p.charset = param.value;
		} else if (ew_bytes_eq_nocase(param.name, EW_LIT("boundary"))) {
			p.odd_boundary |= pieces || p.boundary.p || param.escaped;
			if (!p.boundary.p && !pieces)
				p.boundary = param.value;
		}
	}
	return p;
}

/* What a decoder may need of the parameters. */
static struct ew_bytes argument_of(const struct ew_decoder *as, const struct parameters *p)
{
	if (as == &ew_decoder_grpc || as == &ew_decoder_cbor)
		return ew_bytes(NULL, 0); /* no sender's to say here: a coding, whether labels have names */
	return as == &ew_decoder_multipart ? p->boundary : p->charset;
}

static struct ew_declared *new_declaration(struct ew_message *m, const struct ew_field *f,
                                           const struct ew_decoder *as, struct ew_bytes arg, bool expected)
{
	struct ew_declared *d = ew_arena_alloc_raw(m->arena, sizeof(*d));

	if (!d) {
		ew_message_fault(m, EW_LIMIT, "arena", f);
		return NULL;
	}
	*d = (struct ew_declared){ as, arg, NULL, expected };
	return d;
}

bool ew_declare_over(struct ew_message *m, struct ew_field *f, const struct ew_decoder *as,
                     struct ew_bytes arg, bool expected)
{
	struct ew_declared *d = new_declaration(m, f, as, arg, expected);

	if (!d)
		return false;
	d->below = f->declared;
	f->declared = d;
	return true;
}

bool ew_declare_under(struct ew_message *m, struct ew_field *f, const struct ew_decoder *as,
                      struct ew_bytes arg, bool expected)
{
	struct ew_declared *d = new_declaration(m, f, as, arg, expected);
	struct ew_declared **end = &f->declared;

	if (!d)
		return false;
	while (*end)
		end = &(*end)->below;
	*end = d;
	return true;
}

enum ew_status ew_declare_media_type(struct ew_message *m, struct ew_field *f, struct ew_bytes media_type,
                                     bool expected)
{
	struct ew_bytes rest = media_type, type = ew_mime_take_token(&rest);

	if (type.n == 0)
		return EW_OK;
	struct parameters p = parameters_of(media_type);
	const struct media_row *row = row_of_type(type);
	if (ew_bytes_starts_nocase(p.charset, EW_LIT("utf-7")) || ew_bytes_eq_nocase(p.charset, EW_LIT("utf7"))) {
		if (!ew_declare_under(m, f, &ew_decoder_utf7, ew_bytes(NULL, 0), false))
			return EW_LIMIT;
		p.odd_charset = false;
	}
	if (row && !ew_declare_under(m, f, row->decoder,
	                             row->argument ? *row->argument : argument_of(row->decoder, &p), expected))
		return EW_LIMIT;
	for (size_t i = 0; row && i < 2 && row->below[i]; i++) {
		if (!ew_declare_under(m, f, row->below[i], argument_of(row->below[i], &p), expected))
			return EW_LIMIT;
	}
	if (row && row->decoder == &ew_decoder_multipart)
		return p.odd_boundary ? EW_AMBIGUOUS : EW_OK;
	return p.odd_charset ? EW_UNSUPPORTED : EW_OK;
}

static const struct ew_decoder *decoder_of_coding(struct ew_bytes coding)
{
	static const struct media_row rows[] = {
		{ TYPE("gzip"),            &ew_decoder_gzip },
		{ TYPE("x-gzip"),          &ew_decoder_gzip },
		{ TYPE("deflate"),         &ew_decoder_deflate },
		{ TYPE("br"),              &ew_decoder_brotli },
		{ TYPE("zstd"),            &ew_decoder_zstd },
		{ TYPE("lz4"),             &ew_decoder_lz4 },
		{ TYPE("snappy"),          &ew_decoder_snappy },
		{ TYPE("x-snappy-framed"), &ew_decoder_snappy },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (ew_bytes_eq_nocase(coding, rows[i].type))
			return rows[i].decoder;
	}
	return NULL;
}

enum ew_status ew_declare_content_encoding(struct ew_message *m, struct ew_field *f, struct ew_bytes coding)
{
	const struct ew_decoder *as;
	size_t codings = 0;

	coding = ew_bytes_trim(coding, " \t");
	if (coding.n == 0 || ew_bytes_eq_nocase(coding, EW_LIT("identity")))
		return EW_OK;
	for (const struct ew_declared *d = f->declared; d; d = d->below)
		codings++;
	as = codings < CODINGS_MOST ? decoder_of_coding(coding) : NULL;
	if (!ew_declare_over(m, f, as, ew_bytes(NULL, 0), true))
		return EW_LIMIT;
	return as ? EW_OK : EW_UNSUPPORTED;
}

void ew_declare_message_coding(struct ew_field *f, struct ew_bytes coding)
{
	for (struct ew_declared *d = f->declared; d; d = d->below) {
		if (d->decoder == &ew_decoder_grpc)
			d->arg = coding;
	}
}
