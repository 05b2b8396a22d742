/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_DECODERS_H
#define EVENTWALL_PROTOCOLS_DECODERS_H

/* Every decoder by name, for the registry and for what declares one of them. */

#include "eventwall/protocol.h"

extern const struct ew_decoder ew_decoder_avro;
extern const struct ew_decoder ew_decoder_base64;
extern const struct ew_decoder ew_decoder_base64_stray;
extern const struct ew_decoder ew_decoder_brotli;
extern const struct ew_decoder ew_decoder_datum;
extern const struct ew_decoder ew_decoder_css;
extern const struct ew_decoder ew_decoder_data;
extern const struct ew_decoder ew_decoder_bson;
extern const struct ew_decoder ew_decoder_cbor;
extern const struct ew_decoder ew_decoder_cbor_seq;
extern const struct ew_decoder ew_decoder_deflate;
extern const struct ew_decoder ew_decoder_entity;
extern const struct ew_decoder ew_decoder_escape;
extern const struct ew_decoder ew_decoder_eword;
extern const struct ew_decoder ew_decoder_exi;
extern const struct ew_decoder ew_decoder_fold;
extern const struct ew_decoder ew_decoder_form;
extern const struct ew_decoder ew_decoder_graphql;
extern const struct ew_decoder ew_decoder_grpc;
extern const struct ew_decoder ew_decoder_gzip;
extern const struct ew_decoder ew_decoder_hex;
extern const struct ew_decoder ew_decoder_json;
extern const struct ew_decoder ew_decoder_jwt;
extern const struct ew_decoder ew_decoder_kpl;
extern const struct ew_decoder ew_decoder_lz4;
extern const struct ew_decoder ew_decoder_mail;
extern const struct ew_decoder ew_decoder_msgpack;
extern const struct ew_decoder ew_decoder_multipart;
extern const struct ew_decoder ew_decoder_ndjson;
extern const struct ew_decoder ew_decoder_percent;
extern const struct ew_decoder ew_decoder_pieces;
extern const struct ew_decoder ew_decoder_plus;
extern const struct ew_decoder ew_decoder_protobuf;
extern const struct ew_decoder ew_decoder_qp;
extern const struct ew_decoder ew_decoder_schema;
extern const struct ew_decoder ew_decoder_snappy;
extern const struct ew_decoder ew_decoder_sparkplug;
extern const struct ew_decoder ew_decoder_smile;
extern const struct ew_decoder ew_decoder_strings;
extern const struct ew_decoder ew_decoder_utf16;
extern const struct ew_decoder ew_decoder_utf7;
extern const struct ew_decoder ew_decoder_uu;
extern const struct ew_decoder ew_decoder_xml;
extern const struct ew_decoder ew_decoder_zlib;
extern const struct ew_decoder ew_decoder_zstd;

/* Could the text be a GraphQL document? */
bool ew_graphql_looks(struct ew_bytes v);

#endif
