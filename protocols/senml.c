/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* SenML: labels of its CBOR, and names in two parts.
 *
 *     [ { "bn": "../../", "n": "a" }, { "n": "etc/passwd" } ]
 *
 *     body|json[0].n|bn = "../../a"       body|json[1].n|bn = "../../etc/passwd"
 *
 * A base name holds for its record and for all behind it, so what a reader takes for the name of a measurement
 * stands nowhere in the bytes.  The trap: one long base name and many records are much output for few bytes, which
 * is charged as such. */

#include "senml.h"

#include "decoders.h"

const struct ew_bytes ew_senml_argument = { (const uint8_t *)"senml", 5 };

/* Structural, since it undoes no encoding of the name. */
const struct ew_decoder ew_senml_name_layer = { "bn", EW_DECODER_STRUCTURAL, NULL, NULL };

struct ew_bytes ew_senml_label(uint64_t arg, bool negative)
{
	static const char *const bases[] = { "bver", "bn", "bt", "bu", "bv", "bs" };
	static const char *const others[] = { "n", "u", "v", "vs", "vb", "s", "t", "ut", "vd" };

	if (negative)
		return arg < sizeof(bases) / sizeof(*bases) ? ew_bytes_str(bases[arg]) : ew_bytes(NULL, 0);
	return arg < sizeof(others) / sizeof(*others) ? ew_bytes_str(others[arg]) : ew_bytes(NULL, 0);
}

static bool is_text_named(const struct ew_field *f, struct ew_bytes name)
{
	return !f->via && f->kind == EW_KIND_TEXT && ew_bytes_eq(f->name, name);
}

/* The one that most readers keep: the last. */
static const struct ew_field *base_of(const struct ew_field *record)
{
	const struct ew_field *base = NULL;

	for (const struct ew_field *c = record->child; c; c = c->next) {
		if (is_text_named(c, EW_LIT("bn")))
			base = c;
	}
	return base;
}

static bool put_before(struct ew_message *m, struct ew_bytes base, struct ew_field *name)
{
	size_t want = base.n + name->value.n, room;
	struct ew_field *layer;
	uint8_t *p;

	/* At the last layer nothing more can be opened; the parts are matched one by one. */
	if (name->layers >= m->limits->layers)
		return true;
	p = ew_decode_buffer(m, name, want, &room);
	if (!p)
		return false;
	if (room < want) {
		ew_message_fault(m, EW_LIMIT, "output", name);
		return false;
	}
	memcpy(p, base.p, base.n);
	memcpy(p + base.n, name->value.p, name->value.n);
	layer = ew_decode_layer(m, name, &ew_senml_name_layer, ew_bytes(p, want), EW_KIND_TEXT, want);
	return layer != NULL;
}

bool ew_senml_join(struct ew_message *m, struct ew_field *record)
{
	const struct ew_field *base = base_of(record);
	struct ew_field *r = record;

	if (!base || base->value.n == 0)
		return true;
	do {
		for (struct ew_field *c = r->child; c; c = c->next) {
			if (is_text_named(c, EW_LIT("n")) && c->value.n && !put_before(m, base->value, c))
				return false;
		}
		r = record->parent->kind == EW_KIND_ARRAY ? r->next : NULL;
	} while (r && !base_of(r));
	return true;
}
