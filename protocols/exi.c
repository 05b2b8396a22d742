/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The decoder `exi`: binary XML (W3C, Efficient XML Interchange), which is not read.  What is declared to be it is
 * EW_UNSUPPORTED; where its values are aligned to bytes, pieces of text show and are fields, as of Avro without a
 * schema.  Only ever declared: its four letters begin other texts, too. */

#include "avro.h"
#include "decoders.h"

static bool claims(const struct ew_field *f)
{
	(void)f;
	return false;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_field *list = ew_decode_layer(m, f, &ew_decoder_exi, f->value, EW_KIND_ARRAY, 0);

	if (!list || !ew_avro_runs(m, list, f->value))
		return EW_LIMIT;
	return EW_UNSUPPORTED;
}

const struct ew_decoder ew_decoder_exi = { "exi", EW_DECODER_BY_HEAD, claims, decode };
