/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* base64 with bytes in it that belong to neither alphabet.  The readers of Python, Node and PHP pass over
 * such bytes, so one of them anywhere would hide a whole document from a strict look.  Markup in it (a line break
 * that is a tag) has letters of the alphabet, so the text around it is read as well.
 *
 * Nearly every text could be read so, hence the beginning has to come to text or to a known magic before
 * anything is decoded.  What it does not find is stray bytes and a binary beginning together.  The layer is
 * called base64, as that of values without stray bytes: a path says what a function would do. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "sniff.h"
#include "token.h"
#include "xml.h"

#define LEAST 16      /* bytes of a value */
#define GLANCE 6      /* bytes that are decoded first */
#define PROBE 12      /* and then, to see */
#define PROBE_READ 96 /* bytes they may be spread over */
#define BAD_MOST 2    /* bytes of the probe that may be no text */

bool ew_base64_strayed(struct ew_bytes v)
{
	uint8_t out[PROBE + 2];
	size_t n, bad = 0, zeros = 0;

	if (v.n < LEAST)
		return false;
	v.n = v.n < PROBE_READ ? v.n : PROBE_READ;
	/* Most text is told by its first letters. */
	n = ew_base64_peek(v, out, GLANCE);
	for (size_t i = 0; i < n && i < GLANCE; i++)
		bad += out[i] >= 0x80;
	if (bad > BAD_MOST && !ew_magic_known(ew_bytes(out, n)))
		return false;
	n = ew_base64_peek(v, out, PROBE);
	if (ew_magic_known(ew_bytes(out, n)))
		return true;
	if (n > PROBE)
		n = PROBE;
	for (size_t i = bad = 0; i < n; i++) {
		bad += out[i] >= 0x7f || (out[i] < ' ' && !(out[i] >= '\t' && out[i] <= '\r'));
		zeros += out[i] == 0;
	}
	if (zeros >= n / 3)
		bad -= zeros; /* wide text */
	return n >= 6 && bad <= BAD_MOST;
}

static bool claims(const struct ew_field *f)
{
	return ew_value_looks(f->value) & EW_DECODER_BY_STRAY;
}

static uint8_t *room_for(struct ew_message *m, struct ew_field *f, size_t want)
{
	size_t room;
	uint8_t *p = ew_decode_buffer(m, f, want, &room);

	if (p && room < want) {
		ew_message_fault(m, EW_LIMIT, "output", f);
		return NULL;
	}
	return p;
}

/* What stands around tags, in place of them. */
static enum ew_status open_around_markup(struct ew_message *m, struct ew_field *f)
{
	struct ew_base64_traits t;
	size_t want = EW_BASE64_DECODED(f->value.n), n;
	uint8_t *p = room_for(m, f, want + f->value.n), *text = p ? p + want : NULL;

	if (!p || !ew_decode_charge(m, f, f->value.n))
		return EW_LIMIT;
	n = ew_base64_decode(ew_bytes(text, ew_xml_strip(f->value, text)), p, &t);
	if (t.foreign || !ew_plausible(ew_bytes(p, n)))
		n = 0;
	ew_arena_shrink(m->arena, p, want + f->value.n, n);
	if (n == 0)
		return EW_DECLINED;
	return ew_decode_layer(m, f, &ew_decoder_base64_stray, ew_bytes(p, n), EW_KIND_BYTES, n) ? EW_OK : EW_LIMIT;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_base64_traits t;
	size_t n, room = EW_BASE64_DECODED(f->value.n);
	uint8_t *p;

	for (const struct ew_field *c = f->child; c; c = c->next) {
		if (c->via && strcmp(c->via->name, ew_decoder_base64_stray.name) == 0)
			return EW_DECLINED; /* a data: URL, or what was declared */
	}
	if (memchr(f->value.p, '<', f->value.n)) {
		enum ew_status s = open_around_markup(m, f);
		if (s == EW_LIMIT)
			return s;
	}
	p = room_for(m, f, room);
	if (!p)
		return EW_LIMIT;
	n = ew_base64_decode(f->value, p, &t);
	if (!ew_plausible(ew_bytes(p, n))) {
		ew_arena_shrink(m->arena, p, room, 0);
		return f->last && f->last->via == &ew_decoder_base64_stray ? EW_OK : EW_DECLINED;
	}
	ew_arena_shrink(m->arena, p, room, n);
	bool token = ew_token_like(f->value, ew_bytes(p, n));
	if (!token)
		ew_message_flag(m, EW_ANOMALY_MIXED_ENCODING);
	return ew_decode_layer(m, f, token ? &ew_token_layer : &ew_decoder_base64_stray, ew_bytes(p, n),
	                       EW_KIND_BYTES, n)
	               ? EW_OK
	               : EW_LIMIT;
}

const struct ew_decoder ew_decoder_base64_stray = { "base64", EW_DECODER_BY_HEAD | EW_DECODER_BY_STRAY,
	                                             claims, decode };
