/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Encoded words of mail (RFC 2047), =?charset?B?...?= and =?charset?Q?...?=, anywhere in a value: subjects
 * and the file names of attachments come this way.
 *
 * Words are undone in place of their text and blanks between two of them are dropped, so that what was
 * split over words is whole.  Bytes are not converted from their charset.  The trap: a word that is not
 * well-formed stays as it is, and an opened value is scanned as it was, too. */

#include "decoders.h"
#include "eventwall/codec.h"

#define CHARSET_MOST 40

struct word {
	struct ew_bytes text;
	bool base64;
	size_t size; /* of all of it */
};

/* A word at the start of `v`. */
static bool word_at(struct ew_bytes v, struct word *w_r)
{
	size_t mark, end;

	if (!ew_bytes_starts(v, EW_LIT("=?")))
		return false;
	mark = ew_bytes_find(ew_bytes(v.p, v.n < CHARSET_MOST ? v.n : CHARSET_MOST), 2, EW_LIT("?"));
	if (mark == SIZE_MAX || v.n - mark < 3 || v.p[mark + 2] != '?')
		return false;
	uint8_t coding = v.p[mark + 1] | 0x20;
	if (coding != 'b' && coding != 'q')
		return false;
	end = ew_bytes_find(v, mark + 3, EW_LIT("?"));
	if (end == SIZE_MAX || v.n - end < 2 || v.p[end + 1] != '=')
		return false;
	*w_r = (struct word){ ew_bytes(v.p + mark + 3, end - mark - 3), coding == 'b', end + 2 };
	return true;
}

/* Offset of the first =? at or after `from`; SIZE_MAX: none. */
static size_t next_beginning(struct ew_bytes v, size_t from)
{
	const uint8_t *at;

	while (v.n > from && v.n - from > 1 && (at = memchr(v.p + from, '=', v.n - from - 1))) {
		if (at[1] == '?')
			return (size_t)(at - v.p);
		from = (size_t)(at - v.p) + 1;
	}
	return SIZE_MAX;
}

/* Offset of the first word at or after `from`; SIZE_MAX: none. */
static size_t next_word(struct ew_bytes v, size_t from, struct word *w_r)
{
	while ((from = next_beginning(v, from)) != SIZE_MAX) {
		if (word_at(ew_bytes_from(v, from), w_r))
			return from;
		from += 2;
	}
	return SIZE_MAX;
}

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;
	size_t at = next_beginning(v, 0);

	return at != SIZE_MAX && v.n - at > 7;
}

/* At most as long as the word. */
static size_t put_word(const struct word *w, uint8_t *out)
{
	struct ew_base64_traits t;
	size_t broken, n;

	if (w->base64)
		return ew_base64_decode(w->text, out, &t);
	n = ew_qp_decode(w->text, out, &broken);
	for (size_t i = 0; i < n; i++) {
		if (out[i] == '_')
			out[i] = ' ';
	}
	return n;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes v = f->value;
	struct word w;
	size_t at = next_word(v, 0, &w), from = 0, n = 0, room;
	uint8_t *p;

	if (at == SIZE_MAX)
		return EW_DECLINED;
	p = ew_decode_buffer(m, f, v.n, &room);
	if (!p)
		return EW_LIMIT;
	if (room < v.n) {
		ew_message_fault(m, EW_LIMIT, "output", f);
		return EW_LIMIT;
	}
	for (; at != SIZE_MAX; at = next_word(v, from, &w)) {
		struct ew_bytes between = ew_bytes(v.p + from, at - from);
		if (from == 0 || ew_bytes_trim(between, " \t\r\n").n) {
			memcpy(p + n, between.p, between.n);
			n += between.n;
		}
		n += put_word(&w, p + n);
		from = at + w.size;
	}
	memcpy(p + n, v.p + from, v.n - from);
	n += v.n - from;
	ew_arena_shrink(m->arena, p, room, n);
	return ew_decode_layer(m, f, &ew_decoder_eword, ew_bytes(p, n), EW_KIND_BYTES, n) ? EW_OK : EW_LIMIT;
}

const struct ew_decoder ew_decoder_eword = { "eword", EW_DECODER_BY_EQUALS, claims, decode };
