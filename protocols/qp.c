/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Quoted-printable, only where a part's head declares it: every text with an equals sign would pass for
 * it.  Broken escapes stay and are an anomaly. */

#include "decoders.h"
#include "eventwall/codec.h"

static bool claims(const struct ew_field *f)
{
	(void)f;
	return false;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	size_t room, broken;
	uint8_t *p = ew_decode_buffer(m, f, f->value.n, &room);
	struct ew_bytes out;

	if (!p)
		return EW_LIMIT;
	if (room < f->value.n) {
		ew_message_fault(m, EW_LIMIT, "output", f);
		return EW_LIMIT;
	}
	out = ew_bytes(p, ew_qp_decode(f->value, p, &broken));
	ew_arena_shrink(m->arena, p, room, out.n);
	if (broken)
		ew_message_flag(m, EW_ANOMALY_MIXED_ENCODING);
	return ew_decode_layer(m, f, &ew_decoder_qp, out, EW_KIND_BYTES, out.n) ? EW_OK : EW_LIMIT;
}

const struct ew_decoder ew_decoder_qp = { "qp", EW_DECODER_BY_MARK, claims, decode };
