/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Text that is not well-formed UTF-8: what is wrong with it, and UTF-16 or UTF-32 to UTF-8, found by a
 * byte order mark or by where the zero bytes are (RFC 4627 section 3).  The decoder `utf16` opens such
 * text; JSON undoes it by itself, so that its paths are the same in every encoding.
 *
 * The trap: bytes can be read as UTF-16 although the reader behind us takes them as they are.  The opened
 * value is matched as well, always. */

#include "utf16.h"

#define BIT(id) (UINT64_C(1) << EW_ANOMALY_##id)

/* The sort of fault that begins at `p`; the lead byte alone decides what the sender tried. */
static uint64_t fault_at(const uint8_t *p, size_t n)
{
	uint8_t next = n > 1 ? p[1] : 0;

	if (((p[0] == 0xc0 || p[0] == 0xc1) && next >= 0x80 && next < 0xc0) ||
	    (p[0] == 0xe0 && next >= 0x80 && next < 0xa0) ||
	    (p[0] == 0xf0 && next >= 0x80 && next < 0x90) || (p[0] == 0xf8 && next == 0x80) ||
	    (p[0] == 0xfc && next == 0x80))
		return BIT(OVERLONG) | BIT(INVALID_UTF8);
	if (p[0] == 0xed && next >= 0xa0 && next < 0xc0)
		return BIT(LONE_SURROGATE) | BIT(INVALID_UTF8);
	return BIT(INVALID_UTF8);
}

uint64_t ew_text_faults(struct ew_bytes text)
{
	uint64_t bits = 0;
	size_t i = 0;

	if (ew_utf8_valid(text))
		return 0;
	while (i < text.n) {
		size_t len = 1;
		uint8_t c = text.p[i];
		if (c >= 0xc0)
			len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		if (len > text.n - i)
			len = text.n - i;
		if (c >= 0x80 && !ew_utf8_valid(ew_bytes(text.p + i, len))) {
			bits |= fault_at(text.p + i, text.n - i);
			len = 1;
		}
		i += len;
	}
	return bits;
}

struct ew_wide ew_wide_of(struct ew_bytes t)
{
	const struct ew_wide none = { 0 };
	uint8_t b[4] = { 1, 1, 1, 1 };

	if (t.n < 2)
		return none;
	memcpy(b, t.p, t.n < 4 ? t.n : 4);
	if (b[0] == 0xff && b[1] == 0xfe)
		return t.n >= 4 && !b[2] && !b[3] ? (struct ew_wide){ 4, 4, false } :
		                                    (struct ew_wide){ 2, 2, false };
	if (b[0] == 0xfe && b[1] == 0xff)
		return (struct ew_wide){ 2, 2, true };
	if (t.n >= 4 && !b[0] && !b[1])
		return b[2] == 0xfe && b[3] == 0xff ? (struct ew_wide){ 4, 4, true } :
		       !b[2] && b[3]                ? (struct ew_wide){ 4, 0, true } :
		                                      none;
	if (b[0] && !b[1])
		return t.n >= 4 && !b[2] && !b[3] ? (struct ew_wide){ 4, 0, false } :
		                                    (struct ew_wide){ 2, 0, false };
	if (!b[0] && b[1])
		return (struct ew_wide){ 2, 0, true };
	return none;
}

static uint32_t unit_at(const uint8_t *p, struct ew_wide w)
{
	uint32_t v = 0;

	for (int i = 0; i < w.unit; i++)
		v |= (uint32_t)p[w.big ? w.unit - 1 - i : i] << 8 * i;
	return v;
}

bool ew_wide_narrow(struct ew_message *m, const struct ew_field *f, struct ew_wide w,
                    struct ew_bytes in, uint64_t *raised, struct ew_bytes *out_r)
{
	const uint8_t *p = in.p + w.bom, *end = in.p + in.n;
	/* At most three bytes a unit of two, and four over, so that any code point fits at any time. */
	size_t n = 0, room, want = (size_t)(end - p) / w.unit * (w.unit == 2 ? 3 : 4) + 4;
	uint8_t *out = ew_decode_buffer(m, f, want, &room);

	if (!out)
		return false;
	*raised |= BIT(UTF16) | (w.bom ? BIT(BOM) : 0);
	if ((size_t)(end - p) % w.unit)
		*raised |= BIT(INVALID_UTF8);
	for (; (size_t)(end - p) >= w.unit && room - n >= 4; p += w.unit) {
		uint32_t cp = unit_at(p, w);
		if (w.unit == 2 && cp >= 0xd800 && cp < 0xdc00 && end - p >= 4) {
			uint32_t low = unit_at(p + 2, w);
			if (low >= 0xdc00 && low < 0xe000) {
				cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
				p += 2;
			}
		}
		if (cp >= 0xd800 && cp < 0xe000)
			*raised |= BIT(LONE_SURROGATE);
		else if (cp > 0x10ffff)
			*raised |= BIT(INVALID_UTF8);
		n += ew_utf8_put(out + n, cp);
	}
	ew_arena_shrink(m->arena, out, room, n);
	*out_r = ew_bytes(out, n);
	if ((size_t)(end - p) < w.unit)
		return true;
	ew_message_fault(m, EW_LIMIT, "output", f);
	m->used_output = m->limits->output;
	return false;
}

static bool claims(const struct ew_field *f)
{
	struct ew_wide w = ew_wide_of(f->value);

	if (!w.unit || f->value.n < w.bom + 2u * w.unit)
		return false;
	/* Without a mark only text that begins with four Latin characters is told from binary. */
	for (size_t i = 0; !w.bom && i < 4; i++) {
		uint32_t cp = f->value.n - i * w.unit >= w.unit ? unit_at(f->value.p + i * w.unit, w) : 0;
		if (cp > 0x7e || (cp < ' ' && (cp < '\t' || cp > '\r')))
			return false;
	}
	return true;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_wide w = ew_wide_of(f->value);
	struct ew_bytes text;
	uint64_t raised = 0;

	if (!ew_wide_narrow(m, f, w, f->value, &raised, &text))
		return EW_LIMIT;
	if (!ew_decode_layer(m, f, &ew_decoder_utf16, text, EW_KIND_BYTES, text.n))
		return EW_LIMIT;
	m->anomalies |= raised;
	return EW_OK;
}

const struct ew_decoder ew_decoder_utf16 = {
	.name = "utf16",
	.flags = EW_DECODER_BY_HEAD,
	.claims = claims,
	.decode = decode,
};
