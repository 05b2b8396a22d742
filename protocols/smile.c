/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Smile, the binary JSON of Jackson (FasterXML/smile-format-specification, 1.0.4): the decoder `smile`.
 *
 *     ':' ')' LF flags    flags: version << 4 | raw binary 4 | shared values 2 | shared names 1
 *
 * A name or short value that stood before may come again as a number.  The numbers count from the last header, or
 * from where a table of 1024 was full; readers that count otherwise would see another text, so a reference to
 * nothing is damage.  Bytes in seven bits are put together again; big numbers stay bytes.
 *
 * A header may come between documents, and an end mark behind the last one.  Declared content may lack the header,
 * as the format allows and most readers do not. */

#include "decoders.h"
#include "items.h"

#define SHARED_MOST 1024
#define SHARED_LEAST 32

#define HEAD_SHARED_NAMES 1
#define HEAD_SHARED_VALUES 2
#define HEAD_RAW_BINARY 4

#define END_OF_STRING 0xfc
#define VINT_MOST 10 /* bytes */

/* Texts that can come again. */
struct shared {
	struct ew_bytes *text;
	uint32_t count, room;
	bool on;
};

struct smile {
	struct shared names, values;
	bool raw_binary;
};

/* The next text that has a number.  False: no memory. */
static bool share(struct ew_items *r, struct shared *s, struct ew_bytes text)
{
	if (!s->on)
		return true;
	if (s->count == SHARED_MOST)
		s->count = 0;
	if (s->count == s->room) {
		uint32_t room = s->room ? s->room * 2 : SHARED_LEAST;
		struct ew_bytes *wider = ew_arena_alloc_raw(r->nest.m->arena, room * sizeof(*wider));
		if (!wider)
			return false;
		if (s->count)
			memcpy(wider, s->text, s->count * sizeof(*wider));
		s->text = wider;
		s->room = room;
	}
	s->text[s->count++] = text;
	return true;
}

static const uint8_t *take_shared(struct ew_items *r, const uint8_t *p, const struct shared *s, size_t number,
                                  struct ew_item *it)
{
	if (number >= s->count)
		return ew_items_damage(r, EW_MALFORMED);
	it->kind = EW_KIND_TEXT;
	it->text = s->text[number];
	return p;
}

/* The number of a reference whose first byte, before p, has its two high bits. */
static const uint8_t *take_long_shared(struct ew_items *r, const uint8_t *p, const struct shared *s,
                                       size_t short_ones, struct ew_item *it)
{
	size_t number;

	if (p == r->end)
		return ew_items_damage(r, EW_TRUNCATED);
	number = (size_t)(p[-1] & 3) << 8 | *p;
	if (number < short_ones)
		ew_nest_raise(&r->nest, EW_ANOMALY_LONG_NUMBER);
	return take_shared(r, p + 1, s, number, it);
}

static const uint8_t *take_short(struct ew_items *r, const uint8_t *p, struct shared *s, size_t n,
                                 struct ew_item *it)
{
	p = ew_items_string(r, p, n, EW_KIND_TEXT, it);
	if (p && !share(r, s, it->text))
		return ew_items_damage(r, EW_LIMIT);
	return p;
}

/* Text up to a mark that no UTF-8 has. */
static const uint8_t *take_long(struct ew_items *r, const uint8_t *p, struct ew_item *it)
{
	const uint8_t *mark = p == r->end ? NULL : memchr(p, END_OF_STRING, (size_t)(r->end - p));

	if (!mark)
		return ew_items_damage(r, EW_TRUNCATED);
	return ew_items_string(r, p, (uint64_t)(mark - p), EW_KIND_TEXT, it) + 1;
}

/* High digits first, seven bits a byte, six in the last one, whose top bit is set. */
static const uint8_t *take_vint(struct ew_items *r, const uint8_t *p, uint64_t *v_r)
{
	uint64_t v = 0;

	for (const uint8_t *start = p; p < r->end; p++) {
		if (v >> (*p & 0x80 ? 58 : 57) || (*p & 0xc0) == 0xc0 || p - start == VINT_MOST)
			return ew_items_damage(r, EW_MALFORMED);
		if (*p == 0 && p == start)
			ew_nest_raise(&r->nest, EW_ANOMALY_LONG_NUMBER);
		if (*p & 0x80) {
			*v_r = v << 6 | (*p & 0x3f);
			return p + 1;
		}
		v = v << 7 | *p;
	}
	return ew_items_damage(r, EW_TRUNCATED);
}

static int64_t unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

/* `n` bytes of seven bits each, right aligned. */
static const uint8_t *take_sevens(struct ew_items *r, const uint8_t *p, size_t n, uint64_t *bits_r)
{
	uint64_t bits = 0;

	if (n > (size_t)(r->end - p))
		return ew_items_damage(r, EW_TRUNCATED);
	for (size_t i = 0; i < n; i++) {
		if (p[i] & 0x80)
			return ew_items_damage(r, EW_MALFORMED);
		bits = bits << 7 | p[i];
	}
	*bits_r = bits;
	return p + n;
}

/* Seven bytes from eight, the rest from one more than there are: of the last only as many bits are taken as are
 * missing.  The length comes first, and is that of the result. */
static const uint8_t *take_safe_bytes(struct ew_items *r, const uint8_t *p, struct ew_item *it)
{
	uint64_t n, word;
	size_t rest;
	uint8_t *out;

	it->kind = EW_KIND_BYTES;
	p = take_vint(r, p, &n);
	if (!p)
		return NULL;
	rest = (size_t)(r->end - p);
	if (n > rest || n + n / 7 + (n % 7 != 0) > rest)
		return ew_items_damage(r, EW_TRUNCATED);
	out = ew_nest_room(&r->nest, (size_t)n);
	if (!out)
		return ew_items_damage(r, EW_LIMIT);
	it->text = ew_bytes(out, (size_t)n);
	for (; n >= 7; n -= 7, out += 7) {
		p = take_sevens(r, p, 8, &word);
		if (!p)
			return NULL;
		for (int i = 0; i < 7; i++)
			out[i] = (uint8_t)(word >> (48 - 8 * i));
	}
	if (n > 0) {
		p = take_sevens(r, p, (size_t)n, &word);
		if (!p)
			return NULL;
		/* The text of the format would have the bits on the left, all readers take them from the right. */
		if (*p >= 1u << n)
			ew_nest_raise(&r->nest, EW_ANOMALY_BINARY_ODD);
		word = (word << n) + *p++;
		for (size_t i = 0; i < n; i++)
			out[i] = (uint8_t)(word >> (8 * (n - 1 - i)));
	}
	return p;
}

/* Tokens 0x20 to 0x3f. */
static const uint8_t *take_literal(struct ew_items *r, const uint8_t *p, uint8_t token, struct ew_item *it)
{
	struct ew_speller *s = &r->nest.speller;
	uint64_t v;
	uint32_t low;
	float f;
	double d;

	it->kind = EW_KIND_NUMBER;
	switch (token) {
	case 0x20:
		it->kind = EW_KIND_TEXT;
		it->text = EW_LIT("");
		return p;
	case 0x21:
		it->kind = EW_KIND_NULL;
		it->text = EW_LIT("null");
		return p;
	case 0x22: case 0x23:
		it->kind = EW_KIND_BOOL;
		it->text = token == 0x22 ? EW_LIT("false") : EW_LIT("true");
		return p;
	case 0x24: case 0x25:
		p = take_vint(r, p, &v);
		if (p)
			it->text = ew_spell_i64(s, unzigzag(v));
		return p;
	case 0x2a: /* a scale before the digits */
		p = take_vint(r, p, &v);
		return p ? take_safe_bytes(r, p, it) : NULL;
	case 0x26:
		return take_safe_bytes(r, p, it);
	case 0x28:
		p = take_sevens(r, p, 5, &v);
		if (!p)
			return NULL;
		low = (uint32_t)v;
		memcpy(&f, &low, sizeof(f));
		it->text = ew_spell_float(s, f);
		return p;
	case 0x29:
		p = take_sevens(r, p, 10, &v);
		if (!p)
			return NULL;
		memcpy(&d, &v, sizeof(d));
		it->text = ew_spell_double(s, d);
		return p;
	default:
		return ew_items_damage(r, EW_MALFORMED);
	}
}

static const uint8_t *take_raw_bytes(struct ew_items *r, const uint8_t *p, struct ew_item *it)
{
	const struct smile *own = r->own;
	uint64_t n;

	if (!own->raw_binary)
		ew_nest_raise(&r->nest, EW_ANOMALY_BINARY_ODD);
	p = take_vint(r, p, &n);
	return p ? ew_items_string(r, p, n, EW_KIND_BYTES, it) : NULL;
}

/* ":)" and LF are before p. */
static const uint8_t *take_flags(struct ew_items *r, const uint8_t *p)
{
	struct smile *own = r->own;

	if (p == r->end)
		return ew_items_damage(r, EW_TRUNCATED);
	if (*p & 0xf8)
		return ew_items_damage(r, EW_UNSUPPORTED);
	own->names.count = own->values.count = 0;
	own->names.on = *p & HEAD_SHARED_NAMES;
	own->values.on = *p & HEAD_SHARED_VALUES;
	own->raw_binary = *p & HEAD_RAW_BINARY;
	return p + 1;
}

static const uint8_t *take_mark(struct ew_items *r, const uint8_t *p, uint8_t token, struct ew_item *it)
{
	switch (token) {
	case 0xf8:
		it->sort = EW_ITEM_ARRAY;
		return p;
	case 0xf9:
		it->sort = EW_ITEM_END_ARRAY;
		return p;
	case 0xfa:
		it->sort = EW_ITEM_MAP;
		return p;
	case 0xfd:
		return take_raw_bytes(r, p, it);
	case 0xff:
		it->sort = EW_ITEM_STOP;
		return p;
	default:
		return ew_items_damage(r, EW_MALFORMED);
	}
}

static const uint8_t *take_value(struct ew_items *r, const uint8_t *p, struct ew_item *it)
{
	struct smile *own = r->own;
	uint8_t token = *p++;

	if (token == ':' && r->end - p >= 2 && p[0] == ')' && p[1] == '\n') {
		it->sort = EW_ITEM_PAST;
		return ew_items_count_piece(r) ? take_flags(r, p + 2) : NULL;
	}
	switch (token >> 5) {
	case 0:
		if (token == 0)
			return ew_items_damage(r, EW_MALFORMED);
		return take_shared(r, p, &own->values, token - 1u, it);
	case 1:
		return take_literal(r, p, token, it);
	case 2: case 3:
		return take_short(r, p, &own->values, (token & 63) + 1u, it);
	case 4: case 5:
		return take_short(r, p, &own->values, (token & 63) + 2u, it);
	case 6:
		it->kind = EW_KIND_NUMBER;
		it->text = ew_spell_i64(&r->nest.speller, unzigzag(token & 31));
		return p;
	default:
		break;
	}
	if (token >= 0xf0)
		return take_mark(r, p, token, it);
	if (token >= 0xec)
		return take_long_shared(r, p, &own->values, 31, it);
	if (token & 3)
		return ew_items_damage(r, EW_MALFORMED);
	return token == 0xe8 ? take_safe_bytes(r, p, it) : take_long(r, p, it);
}

static const uint8_t *take_name(struct ew_items *r, const uint8_t *p, struct ew_item *it)
{
	struct smile *own = r->own;
	uint8_t token = *p++;

	if (token >= 0x80 && token < 0xc0)
		return take_short(r, p, &own->names, token - 0x7fu, it);
	if (token >= 0xc0 && token < 0xf8)
		return take_short(r, p, &own->names, token - 0xbeu, it);
	if (token >= 0x40 && token < 0x80)
		return take_shared(r, p, &own->names, token - 0x40u, it);
	if (token == 0xfb) {
		it->sort = EW_ITEM_END_MAP;
		return p;
	}
	if (token >= 0x30 && token < 0x34)
		return take_long_shared(r, p, &own->names, 64, it);
	if (token == 0x34)
		return take_long(r, p, it);
	if (token != 0x20)
		return ew_items_damage(r, EW_MALFORMED);
	it->kind = EW_KIND_TEXT;
	it->text = EW_LIT("");
	return p;
}

static const uint8_t *take(struct ew_items *r, const uint8_t *p, bool key, struct ew_item *it)
{
	it->sort = EW_ITEM_VALUE;
	it->as = NULL;
	it->count = 0;
	it->open_ended = true;
	return key ? take_name(r, p, it) : take_value(r, p, it);
}

/* Text may begin with a smile and a new line, but not with such a byte behind them. */
static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;

	return v.n > 4 && ew_bytes_starts(v, EW_LIT(":)\n")) && !(v.p[3] & 0xf8);
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct smile own = { .names = { .on = true } };
	struct ew_items r;

	if (!claims(f) && !(ew_field_declared(f, &ew_decoder_smile) && f->declared->expected))
		return EW_DECLINED;
	ew_items_init(&r, m, f, &ew_decoder_smile, take);
	r.own = &own;
	if (!ew_bytes_starts(f->value, EW_LIT(":)\n")))
		ew_nest_raise(&r.nest, EW_ANOMALY_BINARY_ODD);
	return ew_items_decode(&r, true);
}

const struct ew_decoder ew_decoder_smile = {
	.name = "smile",
	.flags = EW_DECODER_STRUCTURAL | EW_DECODER_BINARY | EW_DECODER_BY_HEAD | EW_DECODER_TENTATIVE,
	.claims = claims,
	.decode = decode,
};
