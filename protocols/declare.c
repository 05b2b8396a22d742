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
	const char *type;
	const struct ew_decoder *decoder;
	const struct ew_decoder *below[2]; /* what undoing it gives, and so on */
	const struct ew_bytes *argument;   /* instead of a parameter of the type */
};

/* A row that begins with "+" is a suffix, one that ends in "/" stands for the whole family.  The first
 * match decides. */
static const struct media_row media_rows[] = {
	{ "application/grpc",                    &ew_decoder_grpc, { &ew_decoder_protobuf } },
	{ "application/grpc+proto",              &ew_decoder_grpc, { &ew_decoder_protobuf } },
	{ "application/grpc+json",               &ew_decoder_grpc, { &ew_decoder_json } },
	{ "application/grpc-web",                &ew_decoder_grpc, { &ew_decoder_protobuf } },
	{ "application/grpc-web+proto",          &ew_decoder_grpc, { &ew_decoder_protobuf } },
	{ "application/grpc-web+json",           &ew_decoder_grpc, { &ew_decoder_json } },
	{ "application/grpc-web-text",           &ew_decoder_base64, { &ew_decoder_grpc, &ew_decoder_protobuf } },
	{ "application/grpc-web-text+proto",     &ew_decoder_base64, { &ew_decoder_grpc, &ew_decoder_protobuf } },
	{ "application/connect+proto",           &ew_decoder_grpc, { &ew_decoder_protobuf } },
	{ "application/connect+json",            &ew_decoder_grpc, { &ew_decoder_json } },
	{ "application/proto",                   &ew_decoder_protobuf },
	{ "application/protobuf",                &ew_decoder_protobuf },
	{ "application/x-protobuf",              &ew_decoder_protobuf },
	{ "application/x-google-protobuf",       &ew_decoder_protobuf },
	{ "application/vnd.google.protobuf",     &ew_decoder_protobuf },
	{ "+proto",                              &ew_decoder_protobuf },
	{ "+protobuf",                           &ew_decoder_protobuf },
	{ "application/avro",                    &ew_decoder_avro },
	{ "application/x-avro",                  &ew_decoder_avro },
	{ "application/x-avro-binary",           &ew_decoder_avro },
	{ "application/vnd.apache.avro+binary",  &ew_decoder_avro },
	{ "avro/binary",                         &ew_decoder_avro },
	{ "+avro",                               &ew_decoder_avro },
	{ "application/json",                    &ew_decoder_json },
	{ "text/json",                           &ew_decoder_json },
	{ "application/x-ndjson",                &ew_decoder_ndjson },
	{ "application/ndjson",                  &ew_decoder_ndjson },
	{ "application/jsonl",                   &ew_decoder_ndjson },
	{ "application/x-jsonlines",             &ew_decoder_ndjson },
	{ "application/jsonlines",               &ew_decoder_ndjson },
	{ "application/json-seq",                &ew_decoder_ndjson },
	{ "+json",                               &ew_decoder_json },
	{ "+json-seq",                           &ew_decoder_ndjson },
	{ "application/xml",                     &ew_decoder_xml },
	{ "text/xml",                            &ew_decoder_xml },
	{ "+xml",                                &ew_decoder_xml },
	{ "application/x-www-form-urlencoded",   &ew_decoder_form },
	{ "application/graphql",                 &ew_decoder_graphql },
	{ "multipart/",                          &ew_decoder_multipart },
	{ "message/rfc822",                      &ew_decoder_mail },
	{ "message/global",                      &ew_decoder_mail },
	{ "application/gzip",                    &ew_decoder_gzip },
	{ "application/x-gzip",                  &ew_decoder_gzip },
	{ "+gzip",                               &ew_decoder_gzip },
	{ "application/zstd",                    &ew_decoder_zstd },
	{ "+zstd",                               &ew_decoder_zstd },
	{ "application/zlib",                    &ew_decoder_deflate },
	{ "application/x-lz4",                   &ew_decoder_lz4 },
	{ "application/x-snappy",                &ew_decoder_snappy },
	{ "application/x-snappy-framed",         &ew_decoder_snappy },
	{ "application/senml+cbor",              &ew_decoder_cbor, .argument = &ew_senml_argument },
	{ "application/sensml+cbor",             &ew_decoder_cbor, .argument = &ew_senml_argument },
	{ "application/senml-etch+cbor",         &ew_decoder_cbor, .argument = &ew_senml_argument },
	{ "application/senml-exi",               &ew_decoder_exi },
	{ "application/sensml-exi",              &ew_decoder_exi },
	{ "application/exi",                     &ew_decoder_exi },
	{ "application/cbor",                    &ew_decoder_cbor },
	{ "application/cbor-seq",                &ew_decoder_cbor_seq },
	{ "application/cose",                    &ew_decoder_cbor },
	{ "application/cwt",                     &ew_decoder_cbor },
	{ "+cbor",                               &ew_decoder_cbor },
	{ "+cbor-seq",                           &ew_decoder_cbor_seq },
	{ "+cose",                               &ew_decoder_cbor },
	{ "+cwt",                                &ew_decoder_cbor },
	{ "application/msgpack",                 &ew_decoder_msgpack },
	{ "application/x-msgpack",               &ew_decoder_msgpack },
	{ "application/vnd.msgpack",             &ew_decoder_msgpack },
	{ "+msgpack",                            &ew_decoder_msgpack },
	{ "application/bson",                    &ew_decoder_bson },
	{ "application/x-bson",                  &ew_decoder_bson },
	{ "application/vnd.mongodb.bson",        &ew_decoder_bson },
	{ "application/smile",                   &ew_decoder_smile },
	{ "application/x-jackson-smile",         &ew_decoder_smile },
	{ "application/x-smile",                 &ew_decoder_smile },
};

static bool row_fits(struct ew_bytes row, struct ew_bytes type)
{
	if (row.p[0] == '+')
		return type.n > row.n && ew_bytes_eq_nocase(ew_bytes_from(type, type.n - row.n), row);
	if (row.p[row.n - 1] == '/')
		return ew_bytes_starts_nocase(type, row);
	return ew_bytes_eq_nocase(type, row);
}

static const struct media_row *row_of_type(struct ew_bytes type)
{
	for (size_t i = 0; i < sizeof(media_rows) / sizeof(*media_rows); i++) {
		if (row_fits(ew_bytes_str(media_rows[i].type), type))
			return &media_rows[i];
	}
	return NULL;
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
		{ "gzip",            &ew_decoder_gzip },
		{ "x-gzip",          &ew_decoder_gzip },
		{ "deflate",         &ew_decoder_deflate },
		{ "br",              &ew_decoder_brotli },
		{ "zstd",            &ew_decoder_zstd },
		{ "lz4",             &ew_decoder_lz4 },
		{ "snappy",          &ew_decoder_snappy },
		{ "x-snappy-framed", &ew_decoder_snappy },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (ew_bytes_eq_nocase(coding, ew_bytes_str(rows[i].type)))
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
