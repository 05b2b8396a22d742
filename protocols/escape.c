/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Characters that are spelt behind a backslash, undone once each wherever they stand in a value: `escape` those of
 * programming languages (\u0041, \u{41}, \U00000041, \x41, \x{41}, \101, \n, \/), `css` those of style sheets
 * (\41, \000041 and a blank that belongs to it), `fold` lines that a backslash joins, as YAML and TOML do it:
 * without the blanks before the next line, which to programming languages and the shell belong to the text.  Log
 * lines, templates and scripts carry all that in text that is no document of its own.
 *
 * The two read the same digits differently, so a value that could be either is opened as both.  What was opened is
 * scanned as it was, too.  The trap: a path with backslashes is full of things that begin like escapes; of a style
 * sheet's only those count that hide ASCII. */

#include "decoders.h"
#include "escape.h"
#include "eventwall/codec.h"

struct ew_spelt ew_spelt_number(struct ew_bytes v, size_t at, unsigned base, size_t least, size_t most)
{
	struct ew_spelt s = { 0, 0 };
	size_t i = at;

	for (; i < v.n && i - at < most; i++) {
		int d = ew_hex_digit(v.p[i]);
		if (d < 0 || (unsigned)d >= base)
			break;
		s.cp = s.cp > EW_CODE_POINT_MOST ? s.cp : s.cp * base + (unsigned)d;
	}
	if (i - at >= least && s.cp <= EW_CODE_POINT_MOST)
		s.size = i;
	return s;
}

bool ew_spelling_found(const struct ew_spelling *s, struct ew_bytes v)
{
	const uint8_t *at;

	while (v.n && (at = memchr(v.p, s->mark, v.n))) {
		v = ew_bytes_from(v, (size_t)(at - v.p));
		if (s->at(v).size)
			return true;
		v = ew_bytes_from(v, 1);
	}
	return false;
}

static size_t undo_into(const struct ew_spelling *s, struct ew_bytes v, uint8_t *out)
{
	size_t n = 0;

	while (v.n) {
		const uint8_t *at = memchr(v.p, s->mark, v.n);
		size_t plain = at ? (size_t)(at - v.p) : v.n;
		memcpy(out + n, v.p, plain);
		n += plain;
		v = ew_bytes_from(v, plain);
		if (!v.n)
			break;
		struct ew_spelt c = s->at(v);
		if (!c.size)
			out[n++] = s->mark;
		else if (c.cp != EW_SPELT_NOTHING)
			n += ew_utf8_put(out + n, c.cp);
		v = ew_bytes_from(v, c.size ? c.size : 1);
	}
	return n;
}

enum ew_status ew_spelling_undo(const struct ew_spelling *s, struct ew_message *m, struct ew_field *f)
{
	struct ew_bytes in = f->value;
	size_t room, n;
	uint8_t *p = ew_decode_buffer(m, f, in.n, &room);

	if (!p)
		return EW_LIMIT;
	if (room < in.n) {
		ew_message_fault(m, EW_LIMIT, "output", f);
		return EW_LIMIT;
	}
	n = undo_into(s, in, p);
	ew_arena_shrink(m->arena, p, room, n);
	return ew_decode_layer(m, f, s->via, ew_bytes(p, n), EW_KIND_BYTES, n) ? EW_OK : EW_LIMIT;
}

/* \x{41} and \u{41}, from the bracket on. */
static struct ew_spelt in_brackets(struct ew_bytes v)
{
	struct ew_spelt s = ew_spelt_number(v, 3, 16, 1, 6);

	s.size = s.size && s.size < v.n && v.p[s.size] == '}' ? s.size + 1 : 0;
	return s;
}

/* Two or three digits; of three that are too many, two. */
static struct ew_spelt in_octal(struct ew_bytes v)
{
	struct ew_spelt s = ew_spelt_number(v, 1, 8, 2, 3);

	return s.cp > 0xff ? ew_spelt_number(v, 1, 8, 2, 2) : s;
}

/* The end of a line. */
static struct ew_spelt joined_line(struct ew_bytes v)
{
	size_t end = v.n > 2 && v.p[1] == '\r' && v.p[2] == '\n' ? 3 : 2;

	/* With nothing behind it there is nothing to join. */
	return (struct ew_spelt){ EW_SPELT_NOTHING, v.p[end - 1] == '\n' && end < v.n ? end : 0 };
}

/* Those that tell that a text is escaped. */
static struct ew_spelt telling_at(struct ew_bytes v)
{
	if (v.n < 2)
		return (struct ew_spelt){ 0, 0 };
	switch (v.p[1]) {
	case '/':
		return (struct ew_spelt){ '/', 2 };
	case '\r':
	case '\n':
		return joined_line(v);
	case 'x':
		return v.n > 2 && v.p[2] == '{' ? in_brackets(v) : ew_spelt_number(v, 2, 16, 2, 2);
	case 'u':
		return v.n > 2 && v.p[2] == '{' ? in_brackets(v) : ew_spelt_number(v, 2, 16, 4, 4);
	case 'U':
		return ew_spelt_number(v, 2, 16, 8, 8);
	default:
		return in_octal(v);
	}
}

/* And those that go along with them: alone they may as well be part of a path. */
static struct ew_spelt escape_at(struct ew_bytes v)
{
	static const uint8_t blanks[256] = { ['n'] = '\n', ['r'] = '\r', ['t'] = '\t', ['v'] = '\v', ['f'] = '\f' };

	if (v.n > 1 && blanks[v.p[1]])
		return (struct ew_spelt){ blanks[v.p[1]], 2 };
	return telling_at(v);
}

static struct ew_spelt css_at(struct ew_bytes v)
{
	struct ew_spelt s = ew_spelt_number(v, 1, 16, 2, 6);

	if (s.cp > 0x7e || (s.cp < ' ' && (s.cp < '\t' || s.cp > '\r')))
		s.size = 0;
	if (s.size && s.size < v.n && memchr(" \t\r\n\f", v.p[s.size], 5))
		s.size++;
	return s;
}

static bool is_indent(struct ew_bytes v, size_t at)
{
	return at < v.n && (v.p[at] == ' ' || v.p[at] == '\t');
}

static struct ew_spelt fold_at(struct ew_bytes v)
{
	struct ew_spelt s = { 0, 0 };

	if (v.n > 1)
		s = joined_line(v);
	while (s.size && is_indent(v, s.size))
		s.size++;
	return s;
}

/* Without an indent it is an escape like others. */
static struct ew_spelt telling_fold_at(struct ew_bytes v)
{
	struct ew_spelt s = fold_at(v);

	s.size = s.size && is_indent(v, s.size - 1) ? s.size : 0;
	return s;
}

static const struct ew_spelling telling_spelling = { &ew_decoder_escape, '\\', telling_at };
static const struct ew_spelling escape_spelling = { &ew_decoder_escape, '\\', escape_at };
static const struct ew_spelling telling_fold_spelling = { &ew_decoder_fold, '\\', telling_fold_at };
static const struct ew_spelling fold_spelling = { &ew_decoder_fold, '\\', fold_at };
static const struct ew_spelling css_spelling = { &ew_decoder_css, '\\', css_at };

static bool claims_escape(const struct ew_field *f)
{
	return ew_spelling_found(&telling_spelling, f->value);
}

static bool claims_fold(const struct ew_field *f)
{
	return ew_spelling_found(&telling_fold_spelling, f->value);
}

static bool claims_css(const struct ew_field *f)
{
	return ew_spelling_found(&css_spelling, f->value);
}

static enum ew_status decode_escape(struct ew_message *m, struct ew_field *f)
{
	return ew_spelling_undo(&escape_spelling, m, f);
}

static enum ew_status decode_fold(struct ew_message *m, struct ew_field *f)
{
	return ew_spelling_undo(&fold_spelling, m, f);
}

static enum ew_status decode_css(struct ew_message *m, struct ew_field *f)
{
	return ew_spelling_undo(&css_spelling, m, f);
}

const struct ew_decoder ew_decoder_escape = { "escape", EW_DECODER_BY_HEAD | EW_DECODER_BY_BACKSLASH,
	                                       claims_escape, decode_escape };
const struct ew_decoder ew_decoder_fold = { "fold", EW_DECODER_BY_HEAD | EW_DECODER_BY_BACKSLASH, claims_fold,
	                                     decode_fold };
const struct ew_decoder ew_decoder_css = { "css", EW_DECODER_BY_HEAD | EW_DECODER_BY_BACKSLASH, claims_css,
	                                    decode_css };
