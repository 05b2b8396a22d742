/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The prefix that serialisers of a schema registry write before a record: a zero byte and the number of the
 * schema in four.  Only JSON behind it is opened; of other formats the raw bytes are scanned. */

#include "decoders.h"

#define PREFIX 5

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;

	if (v.n < PREFIX + 2 || v.p[0] != 0)
		return false;
	v = ew_bytes_trim(ew_bytes_from(v, PREFIX), " \t\r\n");
	return v.n && (v.p[0] == '{' || v.p[0] == '[');
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	if (!claims(f))
		return EW_DECLINED;
	return ew_decode_layer(m, f, &ew_decoder_schema, ew_bytes_from(f->value, PREFIX), EW_KIND_BYTES, 0)
	               ? EW_OK
	               : EW_LIMIT;
}

const struct ew_decoder ew_decoder_schema = { "schema", EW_DECODER_BY_HEAD, claims, decode };
