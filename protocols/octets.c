/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Arrays of small numbers as the bytes they stand for, and what else runtimes make of a row of bytes: numbers as
 * text (["60","115"]) or as fractions (60.0), characters (["<","s"]), an object whose names count up
 * ({"0":60,"1":115}, as JSON.stringify writes a Uint8Array).  It neither finds such arrays nor counts elements: the
 * reader of a document and the table of envelopes know where they are.  The trap: coordinates, colours and
 * marks are small numbers as well, so what nobody declared has to look like a value. */

#include "octets.h"

#include "eventwall/codec.h"

#define INDEX_DIGITS 9 /* of more elements no message has room */

const struct ew_decoder ew_octets_layer = { "bytes", EW_DECODER_STRUCTURAL, NULL, NULL };

static int octet_of_hex(struct ew_bytes t)
{
	int high, low = ew_hex_digit(t.p[t.n - 1]);

	if (t.n > 4)
		return -1;
	high = t.n == 4 ? ew_hex_digit(t.p[2]) : 0;
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Without a fraction that is nothing. */
static struct ew_bytes whole_of(struct ew_bytes t)
{
	size_t n = t.n;

	while (n > 0 && t.p[n - 1] == '0')
		n--;
	return n > 1 && n < t.n && t.p[n - 1] == '.' ? ew_bytes(t.p, n - 1) : t;
}

int ew_octet_of(struct ew_bytes t)
{
	bool negative = t.n && t.p[0] == '-';
	int v = 0;

	if (t.n > 2 && t.p[0] == '0' && (t.p[1] | 0x20) == 'x')
		return octet_of_hex(t);
	if (t.n > 2)
		t = whole_of(t);
	if (t.n == negative || t.n > 3u + negative)
		return -1;
	for (size_t i = negative; i < t.n; i++) {
		if ((uint8_t)(t.p[i] - '0') > 9)
			return -1;
		v = v * 10 + (t.p[i] - '0');
	}
	if (v > (negative ? 128 : 255))
		return -1;
	return negative ? (256 - v) & 255 : v;
}

/* One in UTF-8. */
static bool is_character(const struct ew_field *f)
{
	struct ew_bytes v = f->value;

	if (f->kind != EW_KIND_TEXT || v.n == 0 || v.n > 4)
		return false;
	return v.n == 1 || (v.p[0] >= 0xc0 && ew_utf8_valid(v) && v.n == 2u + (v.p[0] >= 0xe0) + (v.p[0] >= 0xf0));
}

/* What the name of a member counts, from 0; -1: nothing. */
static long index_of(struct ew_bytes name)
{
	long v = 0;

	if (name.n == 0 || name.n > INDEX_DIGITS || (name.p[0] == '0' && name.n > 1))
		return -1;
	for (size_t i = 0; i < name.n; i++) {
		if ((uint8_t)(name.p[i] - '0') > 9)
			return -1;
		v = v * 10 + (name.p[i] - '0');
	}
	return v;
}

bool ew_octet_like(const struct ew_field *f)
{
	if (f->kind > EW_KIND_NUMBER || (f->parent->kind == EW_KIND_OBJECT && index_of(f->name) < 0))
		return false;
	return is_character(f) || ew_octet_of(f->value) >= 0;
}

/* Is each of them a character, and what is the most that all of them come to? */
static bool all_characters(const struct ew_field *row, size_t *most_r)
{
	bool all = true;

	*most_r = 0;
	for (const struct ew_field *c = row->child; c; c = c->next) {
		all = all && is_character(c);
		*most_r += c->value.n ? c->value.n : 1;
	}
	return all;
}

static size_t put(const struct ew_field *f, bool as_character, uint8_t *out)
{
	int octet = as_character ? -1 : ew_octet_of(f->value);

	if (octet < 0) {
		memcpy(out, f->value.p, f->value.n);
		return f->value.n;
	}
	*out = (uint8_t)octet;
	return 1;
}

static bool is_in_order(const struct ew_field *row)
{
	if (row->kind == EW_KIND_ARRAY)
		return true;
	for (const struct ew_field *c = row->child; c; c = c->next) {
		if (index_of(c->name) != (long)c->index)
			return false;
	}
	return true;
}

/* Members stand as they like: readers go by their names.  0: the names do not count up.  A character of several
 * bytes is overwritten by the next one, and has the room for that. */
static size_t put_by_name(const struct ew_field *row, bool characters, uint8_t *out)
{
	size_t n = row->last->index + 1;

	memset(out, 0, n);
	for (const struct ew_field *c = row->child; c; c = c->next) {
		size_t at = (size_t)index_of(c->name);
		if (at >= n)
			return 0;
		(void)put(c, characters, out + at);
	}
	return n;
}

bool ew_octets_open(struct ew_message *m, struct ew_field *row, bool guess)
{
	size_t want, room, n = 0;
	bool characters = all_characters(row, &want);
	uint8_t *p = ew_decode_buffer(m, row, want, &room);

	if (!p || room < want) {
		ew_message_fault(m, EW_LIMIT, "output", row);
		return false;
	}
	if (!is_in_order(row))
		n = put_by_name(row, characters, p);
	else
		for (const struct ew_field *c = row->child; c; c = c->next)
			n += put(c, characters, p + n);
	if (guess && (n == 0 || !ew_plausible(ew_bytes(p, n))))
		n = 0;
	ew_arena_shrink(m->arena, p, room, n);
	return n == 0 || ew_decode_layer(m, row, &ew_octets_layer, ew_bytes(p, n), EW_KIND_BYTES, n);
}
