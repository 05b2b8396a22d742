/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The decoder `grpc`: length-prefixed messages of gRPC, gRPC-Web and Connect, which become elements of an
 * array.
 *
 *     | flags | length, 4 bytes | message |  and again
 *
 * Flags: 1 the message is compressed with the coding that a header names, 2 the JSON that ends a stream of
 * Connect, 128 trailers of gRPC-Web as lines of text.  Opened only where declared; what is declared below
 * it is declared of each message. */

#include "decoders.h"

#define PREFIX 5

enum { COMPRESSED = 1, END_OF_STREAM = 2, TRAILERS = 0x80 };

static bool known_flags(uint8_t flags)
{
	return (flags & ~(unsigned)(COMPRESSED | END_OF_STREAM)) == 0 ||
	       (flags & ~(unsigned)COMPRESSED) == TRAILERS;
}

static bool claims(const struct ew_field *f)
{
	return ew_field_declared(f, &ew_decoder_grpc) && f->value.n >= PREFIX && known_flags(f->value.p[0]);
}

/* A message goes under its coding. */
static enum ew_status declare(struct ew_message *m, struct ew_field *part, const struct ew_declared *as,
                              uint8_t flags, struct ew_bytes coding)
{
	enum ew_status s = EW_OK;

	if (!(flags & (END_OF_STREAM | TRAILERS)) && as && as->decoder &&
	    !ew_declare_under(m, part, as->decoder, ew_bytes(NULL, 0), as->expected))
		return EW_LIMIT;
	if (flags & COMPRESSED) {
		s = ew_declare_content_encoding(m, part, coding);
		if (s == EW_OK && !part->declared)
			s = EW_MALFORMED; /* compressed, and nobody says how */
	}
	return s;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	enum ew_status status = EW_OK, s;
	struct ew_reader r = ew_reader(f->value);
	struct ew_bytes coding;
	struct ew_field *layer, *part;

	if (!claims(f))
		return EW_DECLINED;
	coding = f->declared->arg;
	layer = ew_decode_layer(m, f, &ew_decoder_grpc, f->value, EW_KIND_ARRAY, 0);
	if (!layer)
		return EW_LIMIT;
	while (r.n && status != EW_TRUNCATED) {
		uint8_t flags = ew_read_u8(&r);
		size_t n = ew_read_be32(&r);
		if (!known_flags(flags))
			return EW_MALFORMED;
		if (r.short_read || n > r.n) {
			status = EW_TRUNCATED;
			n = r.n;
		}
		part = ew_decode_emit(m, layer, ew_bytes(NULL, 0), ew_read_bytes(&r, n),
		                      flags & (END_OF_STREAM | TRAILERS) ? EW_KIND_TEXT : EW_KIND_BYTES, 0);
		if (!part)
			return EW_LIMIT;
		s = status == EW_TRUNCATED ? status : declare(m, part, layer->declared, flags, coding);
		if (s == EW_LIMIT)
			return s;
		if (status == EW_OK)
			status = s;
	}
	return status;
}

const struct ew_decoder ew_decoder_grpc = {
	.name = "grpc",
	.flags = EW_DECODER_STRUCTURAL | EW_DECODER_BINARY | EW_DECODER_BY_HEAD,
	.claims = claims,
	.decode = decode,
};
