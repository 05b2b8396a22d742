/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Forms and queries: name=value joined by &, also inside a URL that is a value.
 *
 * Values are emitted as they stand (percent and plus open them like any other leaf); names are undone
 * here, since nothing opens a name.  Some readers split at ; as well, so what such a reader would see is
 * emitted in addition.  The trap: a name may hold anything, and one that is longer than a key may be
 * (a JSON document sent with the default type of curl) is content: it becomes a value without a name.
 * The raw text is spared only when it was declared and holds nothing but what encoders write. */

#include "decoders.h"
#include "eventwall/codec.h"

#define GUESS_NAME_MOST 64
#define URL_HEAD_MOST 2048

enum { PLAIN = 1, WRITTEN = 2 }; /* in names as programs choose them; by encoders of forms */

#define BOTH (PLAIN | WRITTEN)
#define SIX(c) [c] = BOTH, [(c) + 1] = BOTH, [(c) + 2] = BOTH, [(c) + 3] = BOTH, [(c) + 4] = BOTH, [(c) + 5] = BOTH

static const uint8_t classes[256] = {
	SIX('0'), ['6'] = BOTH, ['7'] = BOTH, ['8'] = BOTH, ['9'] = BOTH,
	SIX('A'), SIX('G'), SIX('M'), SIX('S'), ['Y'] = BOTH, ['Z'] = BOTH,
	SIX('a'), SIX('g'), SIX('m'), SIX('s'), ['y'] = BOTH, ['z'] = BOTH,
	['_'] = BOTH, ['.'] = BOTH, ['-'] = BOTH, ['['] = BOTH, [']'] = BOTH, ['%'] = BOTH, ['+'] = BOTH,
	['~'] = BOTH, ['*'] = BOTH,
	['$'] = PLAIN,
	['&'] = WRITTEN, ['='] = WRITTEN, ['@'] = WRITTEN, [':'] = WRITTEN, ['/'] = WRITTEN, [','] = WRITTEN,
};

/* A name as programs choose them, perhaps escaped; it begins with no digit and no operator. */
static bool is_plain_name(struct ew_bytes name)
{
	if (name.n == 0 || name.n > GUESS_NAME_MOST || (uint8_t)(name.p[0] - '0') < 10 ||
	    memchr(".-+~*]", name.p[0], 6))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (!(classes[name.p[i]] & PLAIN))
			return false;
	}
	return true;
}

/* Without a further URL behind a blank: a list of URLs would nest as deep as it is long. */
static struct ew_bytes before_next_url(struct ew_bytes v)
{
	size_t at = ew_bytes_find(v, 0, EW_LIT("://"));

	for (; at != SIZE_MAX && at > 0; at--) {
		if (memchr(" \t\r\n", v.p[at], 4))
			return ew_bytes(v.p, at);
	}
	return v;
}

/* The query of a URL or of an absolute path; empty if `v` is neither. */
static struct ew_bytes query_of(struct ew_bytes v)
{
	struct ew_bytes head = ew_bytes(v.p, v.n < URL_HEAD_MOST ? v.n : URL_HEAD_MOST);
	size_t from, end;

	if (v.n == 0 || (v.p[0] != '/' &&
	                 ew_bytes_find(ew_bytes(v.p, v.n < 16 ? v.n : 16), 0, EW_LIT("://")) == SIZE_MAX))
		return ew_bytes(v.p, 0);
	from = ew_bytes_find(head, 0, EW_LIT("?"));
	if (from == SIZE_MAX)
		return ew_bytes(v.p, 0);
	v = ew_bytes_from(v, from + 1);
	end = ew_bytes_find(v, 0, EW_LIT("#"));
	return before_next_url(end == SIZE_MAX ? v : ew_bytes(v.p, end));
}

/* The text up to the next `mark`; `*rest` stands behind it. */
static struct ew_bytes take(struct ew_bytes *rest, uint8_t mark)
{
	const uint8_t *at = rest->n ? memchr(rest->p, mark, rest->n) : NULL;
	struct ew_bytes piece = ew_bytes(rest->p, at ? (size_t)(at - rest->p) : rest->n);

	*rest = ew_bytes_from(*rest, at ? piece.n + 1 : piece.n);
	return piece;
}

static struct ew_bytes value_of(struct ew_bytes pair, struct ew_bytes *name_r)
{
	*name_r = take(&pair, '=');
	return pair;
}

/* Is it a form by its looks?  Each piece needs a plain name and most need a value; one pair alone must
 * not be padding ("YWJj=="), which has an equals sign and no value. */
static bool looks_like_form(struct ew_bytes v)
{
	size_t pairs = 0, bare = 0;
	struct ew_bytes rest = v, name, value;

	while (rest.n) {
		struct ew_bytes piece = take(&rest, '&');
		if (piece.n == 0)
			continue;
		value = value_of(piece, &name);
		if (!is_plain_name(name))
			return false;
		if (name.n == piece.n)
			bare++;
		else if (value.n && value.p[0] != '=')
			pairs++;
	}
	return pairs > bare;
}

/* The value of a pair whose own pair was the only one, and it of such another, as a=b=c=d is all the way down: each
 * would be read for a few bytes less.  What has been unescaped since then is another value. */
static bool is_tail_of_tails(const struct ew_field *f)
{
	for (unsigned i = 0; i < 2; i++) {
		const struct ew_field *form = f->parent;
		if (f->via || !form || form->via != &ew_decoder_form || form->child->next)
			return false;
		f = form->parent;
	}
	return true;
}

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value, head;
	const uint8_t *eq;

	if (v.n < 3 || is_tail_of_tails(f))
		return false;
	if (query_of(v).n)
		v = query_of(v);
	head = ew_bytes(v.p, v.n < GUESS_NAME_MOST + 1 ? v.n : GUESS_NAME_MOST + 1);
	eq = memchr(head.p, '=', head.n);
	return eq && is_plain_name(take(&head, '='));
}

/* Only bytes that encoders of forms leave as they are, and escapes. */
static bool written_by_encoder(struct ew_bytes v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (!(classes[v.p[i]] & WRITTEN))
			return false;
	}
	return true;
}

static bool emit_pair(struct ew_message *m, struct ew_field *layer, struct ew_bytes pair)
{
	struct ew_percent_traits t;
	struct ew_bytes name, value = value_of(pair, &name);
	size_t room;

	if (name.n > m->limits->key)
		return ew_decode_emit(m, layer, ew_bytes(NULL, 0), pair, EW_KIND_TEXT, 0);
	if (ew_percent_found(name) || (name.n && memchr(name.p, '+', name.n))) {
		uint8_t *p = ew_decode_buffer(m, layer, name.n, &room);
		if (!p)
			return false;
		if (room < name.n) {
			ew_message_fault(m, EW_LIMIT, "output", layer);
			return false;
		}
		name.n = ew_percent_decode(name, true, p, &t);
		name.p = p;
	}
	return ew_decode_emit(m, layer, name, value, EW_KIND_TEXT, EW_FIELD_NAMED);
}

/* The pairs that a reader who splits at ; as well would see. */
static bool emit_semicolon_pairs(struct ew_message *m, struct ew_field *layer, struct ew_bytes piece)
{
	while (piece.n) {
		struct ew_bytes sub = ew_bytes_trim(take(&piece, ';'), " "), name;
		(void)value_of(sub, &name);
		if (name.n < sub.n && is_plain_name(name) && !emit_pair(m, layer, sub))
			return false;
	}
	return true;
}

static bool emit_all(struct ew_message *m, struct ew_field *layer, struct ew_bytes v)
{
	while (v.n) {
		struct ew_bytes piece = take(&v, '&');
		if (piece.n == 0)
			continue;
		if (!emit_pair(m, layer, piece))
			return false;
		if (memchr(piece.p, ';', piece.n) && !emit_semicolon_pairs(m, layer, piece))
			return false;
	}
	return true;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes v = f->value;
	bool declared = ew_field_declared(f, &ew_decoder_form);
	struct ew_field *layer;

	if (!declared) {
		struct ew_bytes query = query_of(v);
		if (query.n)
			v = query;
		if (!looks_like_form(v))
			return EW_DECLINED;
	}
	/* A guess leaves the text to be scanned, and URLs nest in URLs: its values are charged as new. */
	layer = ew_decode_layer(m, f, &ew_decoder_form, v, EW_KIND_OBJECT, declared ? 0 : v.n);
	if (!layer || !emit_all(m, layer, v))
		return EW_LIMIT;
	if (declared && written_by_encoder(v))
		f->flags |= EW_FIELD_COVERED;
	return EW_OK;
}

const struct ew_decoder ew_decoder_form = { "form", EW_DECODER_BY_EQUALS, claims, decode };
