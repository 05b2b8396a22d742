/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* data: URLs (RFC 2397) whose content is written as it is or in percent escapes: the content is a value of its own,
 * of the type that the URL tells.  Those in base64 are base64.c's, those within a text are found there by their
 * base64 (pieces.c). */

#include "decoders.h"

#define HEAD_MOST 512

/* Offset of the content; 0: it is no such URL. */
static size_t content_at(struct ew_bytes v)
{
	struct ew_bytes head = ew_bytes(v.p, v.n < HEAD_MOST ? v.n : HEAD_MOST);
	size_t comma;

	if (!ew_bytes_starts_nocase(v, EW_LIT("data:")))
		return 0;
	comma = ew_bytes_find(head, 5, EW_LIT(","));
	if (comma == SIZE_MAX || ew_bytes_find_nocase(ew_bytes(v.p, comma), 5, EW_LIT(";base64")) != SIZE_MAX)
		return 0;
	return comma + 1;
}

static bool claims(const struct ew_field *f)
{
	return content_at(f->value) != 0;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	size_t at = content_at(f->value);
	struct ew_field *layer;

	if (at == 0)
		return EW_DECLINED;
	layer = ew_decode_layer(m, f, &ew_decoder_data, ew_bytes_from(f->value, at), EW_KIND_BYTES,
	                        f->value.n - at);
	if (!layer || ew_declare_media_type(m, layer, ew_bytes(f->value.p + 5, at - 6), false) == EW_LIMIT)
		return EW_LIMIT;
	return EW_OK;
}

const struct ew_decoder ew_decoder_data = { "data", EW_DECODER_BY_HEAD | EW_DECODER_EXTRACT, claims, decode };
