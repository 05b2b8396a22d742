/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What YAML (1.2) spells otherwise than it reads: scalars in quotes, tags whose handle a directive has declared,
 * lines of !!binary.
 *
 *     %TAG !p! tag:yaml.org,2002:python/           a leaf of the layer:
 *     a: !p!object/apply:os.system                 tag:yaml.org,2002:python/object/apply:os.system
 *     b: "\x3cscript\x3e"                          <script>
 *     c: 'it''s'                                   it's
 *
 * All else stands in the text, which is matched as it is.  It is no reader of YAML: it knows neither indents nor
 * what a key is, and takes a quote for one wherever a scalar could begin.  Declared, or found by its first line.
 * The trap: a quote without an end is looked for once, not each time. */

#include "decoders.h"
#include "escape.h"
#include "eventwall/codec.h"

#define HANDLES_MOST 8

struct reading {
	struct ew_message *m;
	struct ew_field *layer;
	struct ew_bytes v;
	struct {
		struct ew_bytes handle, prefix;
	} tags[HANDLES_MOST];
	size_t tag_count;
	bool open[2]; /* a double, a single quote has no end behind here */
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static bool is_line_end(uint8_t c)
{
	return c == '\n' || c == '\r';
}

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;

	if (ew_bytes_starts(v, EW_LIT("%YAML ")) || ew_bytes_starts(v, EW_LIT("%TAG ")))
		return true;
	return ew_bytes_starts(v, EW_LIT("---")) && v.n > 3 && (is_blank(v.p[3]) || is_line_end(v.p[3]));
}

/* At i, up to a blank or the end of the line. */
static struct ew_bytes word_at(struct ew_bytes v, size_t i)
{
	size_t end = i;

	while (end < v.n && !is_blank(v.p[end]) && !is_line_end(v.p[end]))
		end++;
	return ew_bytes(v.p + i, end - i);
}

static size_t past_blanks(struct ew_bytes v, size_t i)
{
	while (i < v.n && is_blank(v.p[i]))
		i++;
	return i;
}

/* %TAG handle prefix, at i; past what was read of it. */
static size_t take_directive(struct reading *r, size_t i)
{
	struct ew_bytes handle, prefix;

	if (!ew_bytes_starts(ew_bytes_from(r->v, i), EW_LIT("%TAG")) || r->tag_count == HANDLES_MOST)
		return i + 1;
	i = past_blanks(r->v, i + 4);
	handle = word_at(r->v, i);
	prefix = word_at(r->v, past_blanks(r->v, i + handle.n));
	if (handle.n && handle.p[0] == '!' && prefix.n) {
		r->tags[r->tag_count].handle = handle;
		r->tags[r->tag_count++].prefix = prefix;
	}
	return prefix.n ? (size_t)(prefix.p - r->v.p) + prefix.n : i;
}

static bool emit(struct reading *r, struct ew_bytes text)
{
	return ew_decode_emit(r->m, r->layer, ew_bytes(NULL, 0), text, EW_KIND_TEXT, 0);
}

static uint8_t *room_for(struct reading *r, size_t want)
{
	size_t room;
	uint8_t *p = ew_decode_buffer(r->m, r->layer, want, &room);

	if (p && room < want) {
		ew_message_fault(r->m, EW_LIMIT, "output", r->layer);
		return NULL;
	}
	return p;
}

/* The tag at i, with its handle undone.  Of several that fit, a later directive wins, and a longer handle. */
static bool emit_tag(struct reading *r, struct ew_bytes tag)
{
	const struct ew_bytes *handle = NULL, *prefix = NULL;
	struct ew_percent_traits t;
	struct ew_bytes rest;
	uint8_t *p;
	size_t n;

	for (size_t k = 0; k < r->tag_count; k++) {
		if (ew_bytes_starts(tag, r->tags[k].handle) && (!handle || r->tags[k].handle.n >= handle->n)) {
			handle = &r->tags[k].handle;
			prefix = &r->tags[k].prefix;
		}
	}
	if (!handle)
		return true;
	rest = ew_bytes_from(tag, handle->n);
	p = room_for(r, prefix->n + rest.n);
	if (!p)
		return false;
	memcpy(p, prefix->p, prefix->n);
	n = prefix->n + ew_percent_decode(rest, false, p + prefix->n, &t);
	return emit(r, ew_bytes(p, n));
}

/* A line break in quotes, with the blanks around it, as one blank; n of them as n - 1 line ends.  `*i` stands at
 * the break, and then behind all of it. */
static size_t put_fold(struct ew_bytes v, size_t *i, uint8_t *out, size_t n)
{
	size_t breaks = 0;

	while (n > 0 && is_blank(out[n - 1]))
		n--;
	while (*i < v.n && (is_blank(v.p[*i]) || is_line_end(v.p[*i])))
		breaks += v.p[(*i)++] == '\n';
	if (breaks < 2)
		out[n++] = ' ';
	for (; breaks > 1; breaks--)
		out[n++] = '\n';
	return n;
}

/* The escape at i, behind its backslash; `*size_r` characters of it are read. */
static uint32_t escape_at(struct ew_bytes v, size_t i, size_t *size_r)
{
	static const struct {
		char is;
		uint16_t cp;
	} plain[] = {
		{ '0', 0 },    { 'a', 7 },    { 'b', 8 },     { 't', 9 },      { 'n', 10 },     { 'v', 11 },
		{ 'f', 12 },   { 'r', 13 },   { 'e', 27 },    { 'N', 0x85 },   { '_', 0xa0 },   { 'L', 0x2028 },
		{ 'P', 0x2029 },
	};
	size_t digits = v.p[i] == 'x' ? 2 : v.p[i] == 'u' ? 4 : v.p[i] == 'U' ? 8 : 0;

	*size_r = 1;
	if (digits) {
		struct ew_spelt s = ew_spelt_number(v, i + 1, 16, digits, digits);
		if (s.size) {
			*size_r = 1 + digits;
			return s.cp;
		}
	}
	for (size_t k = 0; k < sizeof(plain) / sizeof(*plain); k++) {
		if (v.p[i] == (uint8_t)plain[k].is)
			return plain[k].cp;
	}
	return v.p[i];
}

/* `out` has room for half as much again: \L is two characters and three bytes. */
static size_t undo_double(struct ew_bytes v, uint8_t *out)
{
	size_t n = 0, i = 0, size;

	while (i < v.n) {
		if (is_line_end(v.p[i])) {
			n = put_fold(v, &i, out, n);
		} else if (v.p[i] != '\\' || v.n - i < 2) {
			out[n++] = v.p[i++];
		} else if (is_line_end(v.p[i + 1])) {
			for (i++; i < v.n && (is_blank(v.p[i]) || is_line_end(v.p[i])); i++)
				;
		} else if (v.p[i + 1] >= 0x80) {
			out[n++] = v.p[i++];
		} else {
			n += ew_utf8_put(out + n, escape_at(v, i + 1, &size));
			i += 1 + size;
		}
	}
	return n;
}

static size_t undo_single(struct ew_bytes v, uint8_t *out)
{
	size_t n = 0, i = 0;

	while (i < v.n) {
		if (is_line_end(v.p[i])) {
			n = put_fold(v, &i, out, n);
			continue;
		}
		out[n++] = v.p[i];
		i += v.p[i] == '\'' && v.n - i > 1 && v.p[i + 1] == '\'' ? 2 : 1;
	}
	return n;
}

/* The place of the quote that ends the scalar behind the one at i; SIZE_MAX: it does not end. */
static size_t closing_quote(struct ew_bytes v, size_t i, bool *odd_r)
{
	uint8_t quote = v.p[i];

	*odd_r = false;
	for (i++; i < v.n; i++) {
		if (v.p[i] == quote) {
			if (quote == '"' || v.n - i < 2 || v.p[i + 1] != quote)
				return i;
			*odd_r = true;
			i++;
		} else if (quote == '"' && v.p[i] == '\\') {
			*odd_r = true;
			i++;
		} else if (is_line_end(v.p[i])) {
			*odd_r = true;
		}
	}
	return SIZE_MAX;
}

/* Past the quoted scalar at i, or past its quote if it has no end; SIZE_MAX: over budget. */
static size_t take_quoted(struct reading *r, size_t i)
{
	bool single = r->v.p[i] == '\'', odd;
	size_t end = r->open[single] ? SIZE_MAX : closing_quote(r->v, i, &odd);
	struct ew_bytes text;
	uint8_t *p;

	if (end == SIZE_MAX) {
		r->open[single] = true;
		return i + 1;
	}
	if (!odd)
		return end + 1;
	text = ew_bytes(r->v.p + i + 1, end - i - 1);
	p = room_for(r, text.n + text.n / 2 + 1);
	if (!p)
		return SIZE_MAX;
	size_t n = single ? undo_single(text, p) : undo_double(text, p);
	ew_arena_shrink(r->m->arena, p, text.n + text.n / 2 + 1, n);
	return emit(r, ew_bytes(p, n)) ? end + 1 : SIZE_MAX;
}

static size_t past_line(struct ew_bytes v, size_t i)
{
	const uint8_t *lf = i < v.n ? memchr(v.p + i, '\n', v.n - i) : NULL;

	return lf ? (size_t)(lf - v.p) + 1 : v.n;
}

/* The lines of a block from `from` on: as far as they are indented like the first one. */
static struct ew_bytes block_at(struct ew_bytes v, size_t from)
{
	size_t indent = past_blanks(v, from) - from, end = from;

	while (indent && end < v.n && (past_blanks(v, end) - end >= indent || is_line_end(v.p[end])))
		end = past_line(v, end);
	return ew_bytes(v.p + from, end - from);
}

/* Base64 in lines with an indent, if a tag that ends at `i` says so; past it, or SIZE_MAX. */
static size_t take_binary(struct reading *r, size_t i)
{
	size_t head = past_blanks(r->v, i), from;
	struct ew_bytes block;

	if (head == r->v.n || (r->v.p[head] != '|' && r->v.p[head] != '>'))
		return i;
	from = past_line(r->v, head);
	block = block_at(r->v, from);
	if (block.n && !(emit(r, block) && ew_declare_over(r->m, r->layer->last, &ew_decoder_base64,
	                                                   ew_bytes(NULL, 0), false)))
		return SIZE_MAX;
	return from + block.n;
}

static size_t take_tag(struct reading *r, size_t i)
{
	size_t end = i;
	struct ew_bytes tag;

	while (end < r->v.n && !is_blank(r->v.p[end]) && !is_line_end(r->v.p[end]) &&
	       !memchr(",[]{}", r->v.p[end], 5))
		end++;
	tag = ew_bytes(r->v.p + i, end - i);
	if (!emit_tag(r, tag))
		return SIZE_MAX;
	return ew_bytes_eq(tag, EW_LIT("!!binary")) ? take_binary(r, end) : end;
}

static enum ew_status read_all(struct reading *r)
{
	for (size_t i = 0; i < r->v.n;) {
		uint8_t c = r->v.p[i], before = i ? r->v.p[i - 1] : '\n';
		bool begins = is_blank(before) || is_line_end(before) || memchr("[{,(:", before, 5);
		if (begins && (c == '"' || c == '\''))
			i = take_quoted(r, i);
		else if (begins && c == '!')
			i = take_tag(r, i);
		else if (begins && c == '#')
			i = past_line(r->v, i);
		else if (c == '%' && is_line_end(before))
			i = take_directive(r, i);
		else
			i++;
		if (i == SIZE_MAX)
			return EW_LIMIT;
	}
	return EW_OK;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct reading r = { .m = m, .v = f->value };

	if (!claims(f) && !ew_field_declared(f, &ew_decoder_yaml))
		return EW_DECLINED;
	/* Quoted documents nest, and each is matched beside the text around it. */
	r.layer = ew_decode_layer(m, f, &ew_decoder_yaml, r.v, EW_KIND_ARRAY, r.v.n);
	return r.layer ? read_all(&r) : EW_LIMIT;
}

const struct ew_decoder ew_decoder_yaml = { "yaml", EW_DECODER_BY_HEAD | EW_DECODER_BY_PERCENT, claims, decode };
