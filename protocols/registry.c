/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* All decoders in claim order.  Order matters where two could claim one value: exact magics first,
 * structure next, text encodings last.  Of two encodings that one value holds, the first is undone before
 * the second and not after it (decode.c): a form is split, pluses are spaces, and only then are escapes
 * bytes. */

#include "decoders.h"

const struct ew_decoder *const ew_decoders[] = {
	&ew_decoder_gzip,
	&ew_decoder_zstd,
	&ew_decoder_lz4,
	&ew_decoder_snappy,
	&ew_decoder_brotli,
	&ew_decoder_zlib,
	&ew_decoder_deflate,
	&ew_decoder_length,
	&ew_decoder_smile,
	&ew_decoder_bson,
	&ew_decoder_cbor,
	&ew_decoder_cbor_seq,
	&ew_decoder_msgpack,
	&ew_decoder_schema,
	&ew_decoder_kpl,
	&ew_decoder_avro,
	&ew_decoder_multipart,
	&ew_decoder_mail,
	&ew_decoder_ndjson,
	&ew_decoder_json,
	&ew_decoder_graphql,
	&ew_decoder_xml,
	&ew_decoder_exi,
	&ew_decoder_utf16,
	&ew_decoder_ebcdic,
	&ew_decoder_sparkplug,
	&ew_decoder_grpc,
	&ew_decoder_datum,
	&ew_decoder_protobuf,
	&ew_decoder_yaml,
	&ew_decoder_csv,
	&ew_decoder_uu,
	&ew_decoder_data,
	&ew_decoder_jwt,
	&ew_decoder_form,
	&ew_decoder_eword,
	&ew_decoder_utf7,
	&ew_decoder_base64,
	&ew_decoder_base64_stray,
	&ew_decoder_base32,
	&ew_decoder_base85,
	&ew_decoder_hex,
	&ew_decoder_fold,
	&ew_decoder_escape,
	&ew_decoder_css,
	&ew_decoder_entity,
	&ew_decoder_plus,
	&ew_decoder_percent,
	&ew_decoder_qp,
	&ew_decoder_pieces,
	&ew_decoder_strings,
	NULL,
};

const struct ew_decoder *const ew_decoders_without_head[] = {
	&ew_decoder_mail,
	&ew_decoder_yaml,
	&ew_decoder_uu,
	&ew_decoder_form,
	&ew_decoder_eword,
	&ew_decoder_utf7,
	&ew_decoder_base64,
	&ew_decoder_base64_stray,
	&ew_decoder_base32,
	&ew_decoder_base85,
	&ew_decoder_hex,
	&ew_decoder_fold,
	&ew_decoder_escape,
	&ew_decoder_css,
	&ew_decoder_entity,
	&ew_decoder_plus,
	&ew_decoder_percent,
	&ew_decoder_qp,
	&ew_decoder_pieces,
	&ew_decoder_strings,
	NULL,
};

const struct ew_decoder *const ew_decoders_of_alphabet[] = {
	&ew_decoder_base64,
	&ew_decoder_base32,
	&ew_decoder_hex,
	&ew_decoder_pieces,
	NULL,
};

const struct ew_decoder *ew_decoder_find(struct ew_bytes name)
{
	for (size_t i = 0; ew_decoders[i]; i++) {
		if (ew_bytes_eq(name, ew_bytes_str(ew_decoders[i]->name)))
			return ew_decoders[i];
	}
	return NULL;
}
