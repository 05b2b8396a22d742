/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Quoted-printable (RFC 2045, 6.7), where a part's head declares it or where it shows: text whose every equals sign
 * begins an escape or ends a line, with two escapes at least.  A query with numbers passes for it and costs a view.
 * Broken escapes stay and are an anomaly. */

#include "decoders.h"
#include "eventwall/codec.h"

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;
	const uint8_t *at;
	size_t escapes = 0;

	while (v.n && (at = memchr(v.p, '=', v.n))) {
		v = ew_bytes_from(v, (size_t)(at - v.p) + 1);
		if (v.n >= 2 && ew_hex_digit(v.p[0]) >= 0 && ew_hex_digit(v.p[1]) >= 0)
			escapes++;
		else if (v.n && v.p[0] != '\r' && v.p[0] != '\n')
			return false;
	}
	return escapes >= 2;
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

const struct ew_decoder ew_decoder_qp = { "qp", EW_DECODER_BY_EQUALS, claims, decode };
