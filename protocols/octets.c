/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Arrays of small numbers as the bytes they stand for.  It neither finds such arrays nor counts elements: the
 * reader of a document and the table of envelopes know where they are.  The trap: coordinates, colours and
 * marks are small numbers as well, so what nobody declared has to look like a value. */

#include "octets.h"

#include "eventwall/codec.h"

const struct ew_decoder ew_octets_layer = { "bytes", EW_DECODER_STRUCTURAL, NULL, NULL };

int ew_octet_of(struct ew_bytes t)
{
	bool negative = t.n && t.p[0] == '-';
	int v = 0;

	if (t.n == 0 || t.n > 3u + negative)
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

bool ew_octets_open(struct ew_message *m, struct ew_field *array, bool guess)
{
	size_t n = array->last->index + 1, room, i = 0;
	uint8_t *p = ew_decode_buffer(m, array, n, &room);

	if (!p || room < n) {
		ew_message_fault(m, EW_LIMIT, "output", array);
		return false;
	}
	for (const struct ew_field *c = array->child; c; c = c->next)
		p[i++] = (uint8_t)ew_octet_of(c->value);
	if (guess && !ew_plausible(ew_bytes(p, n))) {
		ew_arena_shrink(m->arena, p, room, 0);
		return true;
	}
	return ew_decode_layer(m, array, &ew_octets_layer, ew_bytes(p, n), EW_KIND_BYTES, n);
}
