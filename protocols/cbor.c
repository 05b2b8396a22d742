/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* CBOR (RFC 8949) and sequences of it (RFC 8742): the decoders `cbor` and `cbor-seq`.
 *
 *     major type << 5 | info       info 0..23: the argument; 24..27: it follows in 1, 2, 4, 8 bytes;
 *                                  28..30: reserved; 31: no length, a mark ends it
 *
 * The pieces of a string are joined before anybody looks at it.  Tags are passed over, since what they tag is read
 * in any case, but those that say what text or bytes hold declare it.  Big numbers stay bytes.
 *
 * Sure are a sender's word, the tag 55799 and the tags of COSE before an array; else it is a guess.  No guess
 * begins like text: a head of an array or map is no first byte of UTF-8.  In what is declared to be SenML numbers
 * that are keys have names. */

#include "decoders.h"
#include "items.h"
#include "senml.h"

enum major { UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

struct head {
	enum major major;
	uint8_t info;
	uint64_t arg;
};

/* Past the head at p < end; a length that is not given has info 31. */
static inline const uint8_t *take_head(struct ew_items *r, const uint8_t *p, struct head *h)
{
	size_t n;

	h->major = (enum major)(*p >> 5);
	h->info = *p++ & 31;
	h->arg = h->info;
	if (h->info < 24)
		return p;
	if (h->info > 27)
		return h->info == 31 ? p : ew_items_damage(r, EW_MALFORMED);
	n = (size_t)1 << (h->info - 24);
	if (n > (size_t)(r->end - p))
		return ew_items_damage(r, EW_TRUNCATED);
	h->arg = ew_items_be(p, n);
	if (h->major != SIMPLE && !r->trial && (n == 1 ? h->arg < 24 : h->arg >> (4 * n) == 0))
		ew_nest_raise(&r->nest, EW_ANOMALY_LONG_NUMBER);
	return p + n;
}

/* The pieces between p and the mark that ends them, as one. */
static const uint8_t *take_pieces(struct ew_items *r, const uint8_t *p, enum major major, struct ew_item *it)
{
	enum ew_kind kind = major == TEXT ? EW_KIND_TEXT : EW_KIND_BYTES;
	const uint8_t *start = p, *last = p;
	size_t total = 0, at = 0, pieces = 0;
	struct ew_item piece = { .text = ew_bytes(p, 0) };
	struct head h;
	uint8_t *joined;

	for (;; pieces++) {
		if (p == r->end)
			return ew_items_damage(r, EW_TRUNCATED);
		if (*p == 0xff)
			break;
		if (!ew_items_count_piece(r))
			return NULL;
		last = p;
		p = take_head(r, p, &h);
		if (!p)
			return NULL;
		if (h.major != major || h.info == 31)
			return ew_items_damage(r, EW_MALFORMED);
		p = ew_items_string(r, p, h.arg, kind, &piece);
		if (!p)
			return NULL;
		total += piece.text.n;
	}
	it->sort = EW_ITEM_VALUE;
	it->kind = kind;
	it->text = piece.text;
	/* A trial looks at the last piece only. */
	if (pieces < 2 || r->trial)
		return p + 1;
	joined = ew_nest_room(&r->nest, total);
	if (!joined)
		return ew_items_damage(r, EW_LIMIT);
	it->text = ew_bytes(joined, total);
	for (const uint8_t *q = start; q <= last && at < total;) {
		q = take_head(r, q, &h);
		memcpy(joined + at, q, (size_t)h.arg);
		at += (size_t)h.arg;
		q += h.arg;
	}
	return p + 1;
}

static const uint8_t *take_simple(struct ew_items *r, const uint8_t *p, const struct head *h,
                                  struct ew_item *it)
{
	struct ew_speller *s = &r->nest.speller;
	const uint8_t *bits = p - (h->info > 24 ? (size_t)1 << (h->info - 24) : 0);

	if (h->info == 31) {
		it->sort = EW_ITEM_END;
		return p;
	}
	if (h->info == 24 && h->arg < 32)
		return ew_items_damage(r, EW_MALFORMED);
	it->sort = EW_ITEM_VALUE;
	it->kind = EW_KIND_NUMBER;
	if (h->info == 20 || h->info == 21) {
		it->kind = EW_KIND_BOOL;
		it->text = h->info == 20 ? EW_LIT("false") : EW_LIT("true");
	} else if (h->info == 22 || h->info == 23) {
		it->kind = EW_KIND_NULL;
		it->text = h->info == 22 ? EW_LIT("null") : EW_LIT("undefined");
	} else if (r->trial) {
		return p;
	} else if (h->info == 25) {
		it->text = ew_spell_half(s, (uint16_t)h->arg);
	} else if (h->info == 26) {
		it->text = ew_spell_float(s, ew_items_float(bits));
	} else if (h->info == 27) {
		it->text = ew_spell_double(s, ew_items_double(bits));
	} else {
		it->text = ew_spell_format(s, "simple(%u)", (unsigned)h->arg);
	}
	return p;
}

/* What the tag says about what is behind it.  Content that it cannot have is read by one and refused by another. */
static void heed_tag(struct ew_items *r, uint64_t tag, enum major content, struct ew_item *it)
{
	static const struct {
		uint16_t tag;
		uint16_t contents; /* bits by major type */
		const struct ew_decoder *as;
		bool expected;
	} rows[] = {
		{ 0,   1 << TEXT,  NULL, false },
		{ 1,   1 << UNSIGNED | 1 << NEGATIVE | 1 << SIMPLE, NULL, false },
		{ 2,   1 << BYTES, NULL, false },
		{ 3,   1 << BYTES, NULL, false },
		{ 24,  1 << BYTES, &ew_decoder_cbor,     true },
		{ 32,  1 << TEXT,  NULL, false },
		{ 33,  1 << TEXT,  &ew_decoder_base64,   false },
		{ 34,  1 << TEXT,  &ew_decoder_base64,   false },
		{ 36,  1 << TEXT | 1 << BYTES, &ew_decoder_mail, false },
		{ 63,  1 << BYTES, &ew_decoder_cbor_seq, true },
		{ 257, 1 << BYTES, &ew_decoder_mail,     false },
		{ 262, 1 << BYTES, &ew_decoder_json,     true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].tag != tag)
			continue;
		if (rows[i].contents >> content & 1) {
			it->as = rows[i].as;
			it->expected = rows[i].expected;
		} else if (!r->trial) {
			ew_nest_raise(&r->nest, EW_ANOMALY_BINARY_ODD);
		}
	}
}

static const uint8_t *take(struct ew_items *r, const uint8_t *p, bool key, struct ew_item *it)
{
	struct head h;
	uint64_t tag = UINT64_MAX;

	it->as = NULL;
	p = take_head(r, p, &h);
	while (p && h.major == TAG) {
		while (p < r->end && *p >= 0xc0 && *p < 0xd8) /* a short one within */
			h.arg = *p++ & 31;
		if (h.info == 31 || p == r->end)
			return ew_items_damage(r, h.info == 31 ? EW_MALFORMED : EW_TRUNCATED);
		tag = h.arg;
		p = take_head(r, p, &h);
		if (p && h.major == SIMPLE && h.info == 31)
			return ew_items_damage(r, EW_MALFORMED);
	}
	if (!p)
		return NULL;
	if (tag != UINT64_MAX)
		heed_tag(r, tag, h.major, it);
	switch (h.major) {
	case UNSIGNED:
	case NEGATIVE:
		if (h.info == 31)
			return ew_items_damage(r, EW_MALFORMED);
		it->sort = EW_ITEM_VALUE;
		it->kind = EW_KIND_NUMBER;
		if (key && r->own)
			it->text = ew_senml_label(h.arg, h.major == NEGATIVE);
		else
			it->text = ew_bytes(NULL, 0);
		if (!r->trial && !it->text.p)
			it->text = h.major == UNSIGNED ? ew_spell_u64(&r->nest.speller, h.arg)
			                               : ew_spell_below_zero(&r->nest.speller, h.arg);
		return p;
	case BYTES:
	case TEXT:
		if (h.info == 31)
			return take_pieces(r, p, h.major, it);
		return ew_items_string(r, p, h.arg, h.major == TEXT ? EW_KIND_TEXT : EW_KIND_BYTES, it);
	case ARRAY:
	case MAP:
		it->sort = h.major == MAP ? EW_ITEM_MAP : EW_ITEM_ARRAY;
		it->count = h.arg;
		it->open_ended = h.info == 31;
		return p;
	case TAG:
		break;
	case SIMPLE:
		return take_simple(r, p, &h, it);
	}
	return ew_items_damage(r, EW_MALFORMED);
}

/* Short numbers, empty strings, arrays and maps, constants. */
static const bool whole[256] = {
	[0x00] = true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true,
	[0x20] = true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true,
	[0x40] = true,
	[0x60] = true,
	[0x80] = true,
	[0xa0] = true,
	[0xe0] = true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true,
};

/* Tags of RFC 8152 and 8392 before an array. */
static bool is_cose(struct ew_bytes v)
{
	size_t at = v.n > 2 && v.p[0] == 0xd8 ? 2 : 1;
	uint8_t tag;

	if (v.n < 3)
		return false;
	tag = at == 2 ? v.p[1] : v.p[0] & 31;
	if (at == 2 ? tag != 61 && (tag < 96 || tag > 98) : v.p[0] < 0xd0 || v.p[0] > 0xd2)
		return false;
	return v.p[at] == 0x83 || v.p[at] == 0x84 || (tag == 61 && v.p[at] >= 0xd0 && v.p[at] <= 0xd2);
}

static bool is_self_described(struct ew_bytes v)
{
	return v.n > 3 && v.p[0] == 0xd9 && v.p[1] == 0xd9 && v.p[2] == 0xf7;
}

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;
	uint8_t info;

	if (v.n < 3 || v.p[0] < 0x81 || f->flags & EW_FIELD_TEXTUAL)
		return false;
	info = v.p[0] & 31;
	if (v.p[0] >= 0xc0)
		return is_self_described(v) || is_cose(v);
	return info == 31 || (info > 0 && info < 28);
}

static bool is_senml(const struct ew_field *f)
{
	return ew_field_declared(f, &ew_decoder_cbor) && ew_bytes_eq(f->declared->arg, ew_senml_argument);
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_items r;

	ew_items_init(&r, m, f, &ew_decoder_cbor, take);
	r.whole = whole;
	r.likely = is_cose(f->value);
	r.own = is_senml(f) ? f->declared : NULL;
	return ew_items_decode(&r, is_self_described(f->value));
}

/* Only ever declared: a guess is `cbor`, however many items there are. */
static bool claims_sequence(const struct ew_field *f)
{
	(void)f;
	return false;
}

static enum ew_status decode_sequence(struct ew_message *m, struct ew_field *f)
{
	struct ew_items r;

	ew_items_init(&r, m, f, &ew_decoder_cbor_seq, take);
	r.whole = whole;
	r.sequence = true;
	return ew_items_decode(&r, false);
}

const struct ew_decoder ew_decoder_cbor = {
	.name = "cbor",
	.flags = EW_DECODER_STRUCTURAL | EW_DECODER_BINARY | EW_DECODER_BY_HEAD | EW_DECODER_TENTATIVE,
	.claims = claims,
	.decode = decode,
};

const struct ew_decoder ew_decoder_cbor_seq = {
	.name = "cbor-seq",
	.flags = EW_DECODER_STRUCTURAL | EW_DECODER_BINARY | EW_DECODER_BY_HEAD | EW_DECODER_TENTATIVE,
	.claims = claims_sequence,
	.decode = decode_sequence,
};
