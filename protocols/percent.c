/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Percent escapes undone once, in two readings: `percent` leaves a plus sign alone, as paths do, `plus`
 * takes it for a space, as forms do.  What was encoded twice opens twice, through the work-list.
 *
 * Both are encodings, never a cover: some signatures look for the escapes themselves.  The trap: a
 * broken escape beside good ones is kept as it is, and it is an anomaly, since some readers refuse the
 * value and some drop the percent sign. */

#include "decoders.h"
#include "eventwall/codec.h"

static bool claims_percent(const struct ew_field *f)
{
	return ew_percent_found(f->value);
}

/* A plus sign between other bytes, in a value that has letters: telephone numbers and the zones of
 * timestamps gain nothing from a space.  Nor does a document, whose leaves are asked one by one. */
static bool claims_plus(const struct ew_field *f)
{
	struct ew_bytes v = f->value;

	if (v.n < 3 || memchr("{[\"", v.p[0], 3) || !memchr(v.p + 1, '+', v.n - 2))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		uint8_t letter = v.p[i] | 0x20;
		if ((v.p[i] >= 0x80 || (uint8_t)(letter - 'a') < 26 || v.p[i] == '%') && v.p[i] != 'T')
			return true;
	}
	return false;
}

static void flag_result(struct ew_message *m, struct ew_bytes in, struct ew_bytes out,
                        const struct ew_percent_traits *t)
{
	if (t->good == 0)
		return;
	if (t->broken)
		ew_message_flag(m, EW_ANOMALY_MIXED_ENCODING);
	if (ew_utf8_overlong(out))
		ew_message_flag(m, EW_ANOMALY_OVERLONG);
	if (out.n && memchr(out.p, 0, out.n) && !memchr(in.p, 0, in.n))
		ew_message_flag(m, EW_ANOMALY_NUL);
	if (!ew_utf8_valid(out) && ew_utf8_valid(in))
		ew_message_flag(m, EW_ANOMALY_INVALID_UTF8);
}

static enum ew_status undo(struct ew_message *m, struct ew_field *f, const struct ew_decoder *via)
{
	struct ew_percent_traits t;
	struct ew_bytes in = f->value, out;
	size_t room;
	uint8_t *p = ew_decode_buffer(m, f, in.n, &room);

	if (!p)
		return EW_LIMIT;
	if (room < in.n) {
		ew_message_fault(m, EW_LIMIT, "output", f);
		return EW_LIMIT;
	}
	out = ew_bytes(p, ew_percent_decode(in, via == &ew_decoder_plus, p, &t));
	ew_arena_shrink(m->arena, p, room, out.n);
	flag_result(m, in, out, &t);
	return ew_decode_layer(m, f, via, out, EW_KIND_BYTES, out.n) ? EW_OK : EW_LIMIT;
}

static enum ew_status decode_percent(struct ew_message *m, struct ew_field *f)
{
	return undo(m, f, &ew_decoder_percent);
}

static enum ew_status decode_plus(struct ew_message *m, struct ew_field *f)
{
	return undo(m, f, &ew_decoder_plus);
}

const struct ew_decoder ew_decoder_percent = { "percent", EW_DECODER_BY_PERCENT, claims_percent, decode_percent };
const struct ew_decoder ew_decoder_plus = { "plus", EW_DECODER_BY_PLUS, claims_plus, decode_plus };
