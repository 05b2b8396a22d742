/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* MessagePack (msgpack/msgpack spec.md, with str8, bin, ext and the timestamp extension): the decoder `msgpack`.
 *
 * Of an extension its data is a value, its type is not kept; the timestamp is spelt as seconds.  Writers before
 * bin put bytes into str: such a text is raised as invalid and offered to all decoders like any other.
 *
 * It has no magic, so undeclared it is always a guess. */

#include "decoders.h"
#include "items.h"

#define TYPE_TIMESTAMP 0xff
#define NANOSECONDS 1000000000u

static const uint8_t *take_timestamp(struct ew_items *r, struct ew_bytes b, struct ew_item *it)
{
	struct ew_speller *s = &r->nest.speller;
	uint64_t nanos = 0;
	int64_t seconds;

	it->kind = EW_KIND_NUMBER;
	if (r->trial)
		return b.p + b.n;
	if (b.n == 4) {
		seconds = (int64_t)ew_items_be(b.p, 4);
	} else if (b.n == 8) {
		uint64_t both = ew_items_be(b.p, 8);
		nanos = both >> 34;
		seconds = (int64_t)(both & UINT64_C(0x3ffffffff));
	} else {
		nanos = ew_items_be(b.p, 4);
		seconds = (int64_t)ew_items_be(b.p + 4, 8);
	}
	if (nanos >= NANOSECONDS)
		ew_nest_raise(&r->nest, EW_ANOMALY_BINARY_ODD);
	it->text = nanos ? ew_spell_format(s, "%lld.%09llu", (long long)seconds, (unsigned long long)nanos)
	                 : ew_spell_i64(s, seconds);
	return b.p + b.n;
}

/* Type and data of `n` bytes at p. */
static const uint8_t *take_extension(struct ew_items *r, const uint8_t *p, uint64_t n, struct ew_item *it)
{
	uint8_t type;

	if (p == r->end)
		return ew_items_damage(r, EW_TRUNCATED);
	type = *p++;
	p = ew_items_string(r, p, n, EW_KIND_BYTES, it);
	if (p && type == TYPE_TIMESTAMP && (n == 4 || n == 8 || n == 12))
		return take_timestamp(r, it->text, it);
	return p;
}

static const uint8_t *take_container(const uint8_t *p, enum ew_item_sort sort, uint64_t count,
                                     struct ew_item *it)
{
	it->sort = sort;
	it->count = count;
	return p;
}

/* What begins with a byte from 0xc0 to 0xdf; p is past it and its number `v`, which takes `width` bytes. */
static const uint8_t *take_typed(struct ew_items *r, const uint8_t *p, uint8_t type, uint64_t v, size_t width,
                                 struct ew_item *it)
{
	struct ew_speller *s = &r->nest.speller;

	it->sort = EW_ITEM_VALUE;
	it->kind = EW_KIND_NUMBER;
	switch (type) {
	case 0xc0:
		it->kind = EW_KIND_NULL;
		it->text = EW_LIT("null");
		return p;
	case 0xc2: case 0xc3:
		it->kind = EW_KIND_BOOL;
		it->text = type == 0xc2 ? EW_LIT("false") : EW_LIT("true");
		return p;
	case 0xc4: case 0xc5: case 0xc6:
		return ew_items_string(r, p, v, EW_KIND_BYTES, it);
	case 0xc7: case 0xc8: case 0xc9:
		return take_extension(r, p, v, it);
	case 0xd4: case 0xd5: case 0xd6: case 0xd7: case 0xd8:
		return take_extension(r, p, UINT64_C(1) << (type - 0xd4), it);
	case 0xd9: case 0xda: case 0xdb:
		return ew_items_string(r, p, v, EW_KIND_TEXT, it);
	case 0xdc: case 0xdd:
		return take_container(p, EW_ITEM_ARRAY, v, it);
	case 0xde: case 0xdf:
		return take_container(p, EW_ITEM_MAP, v, it);
	case 0xc1:
		return ew_items_damage(r, EW_MALFORMED);
	default:
		break;
	}
	if (r->trial)
		return p;
	if (type == 0xca)
		it->text = ew_spell_float(s, ew_items_float(p - width));
	else if (type == 0xcb)
		it->text = ew_spell_double(s, ew_items_double(p - width));
	else if (type <= 0xcf)
		it->text = ew_spell_u64(s, v);
	else
		it->text = ew_spell_i64(s, (int64_t)(v << (64 - 8 * width)) >> (64 - 8 * width));
	return p;
}

static const uint8_t *take(struct ew_items *r, const uint8_t *p, bool key, struct ew_item *it)
{
	/* Bytes of the number behind each type from 0xc0: a length, a count, or the value. */
	static const uint8_t widths[32] = {
		0, 0, 0, 0, 1, 2, 4, 1, 2, 4, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 0, 0, 0, 0, 0, 1, 2, 4, 2, 4, 2, 4,
	};
	uint8_t type = *p++;

	(void)key;
	it->as = NULL;
	it->open_ended = false;
	if (type < 0x80 || type >= 0xe0) {
		it->sort = EW_ITEM_VALUE;
		it->kind = EW_KIND_NUMBER;
		if (!r->trial)
			it->text = ew_spell_i64(&r->nest.speller, (int8_t)type);
		return p;
	}
	if (type < 0xa0)
		return take_container(p, type < 0x90 ? EW_ITEM_MAP : EW_ITEM_ARRAY, type & 15, it);
	if (type < 0xc0)
		return ew_items_string(r, p, type & 31, EW_KIND_TEXT, it);
	size_t width = widths[type - 0xc0];
	if (width > (size_t)(r->end - p))
		return ew_items_damage(r, EW_TRUNCATED);
	return take_typed(r, p + width, type, ew_items_be(p, width), width, it);
}

/* Short numbers, empty strings, arrays and maps, constants. */
static const bool whole[256] = {
	[0x00] = true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true,
	[0x90] = true,
	[0xa0] = true,
	[0xc0] = true,
	[0xc2] = true, true,
	[0xe0] = true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true,
};

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;

	if (v.n < 3 || v.p[0] < 0x81 || f->flags & EW_FIELD_TEXTUAL)
		return false;
	return v.p[0] < 0xa0 ? v.p[0] != 0x90 : v.p[0] >= 0xdc && v.p[0] <= 0xdf;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_items r;

	ew_items_init(&r, m, f, &ew_decoder_msgpack, take);
	r.whole = whole;
	return ew_items_decode(&r, false);
}

const struct ew_decoder ew_decoder_msgpack = {
	.name = "msgpack",
	.flags = EW_DECODER_STRUCTURAL | EW_DECODER_BINARY | EW_DECODER_BY_HEAD | EW_DECODER_TENTATIVE,
	.claims = claims,
	.decode = decode,
};
