/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* base64 and hex that are a piece of a larger text: `prefix:BASE64:suffix`, a query inside a sentence, a path
 * whose last segment is base64, `url(data:...;base64,...)`.  Whole values are base64.c's and hex.c's; the layers
 * are called as theirs.
 *
 *     order 17: eyJhIjoxfQ==/aWQ7ZWNobyB4; thanks
 *               |___ a run of the alphabet ___|         tried as it is,
 *               |__________| |__________|               then what stands between slashes and the like
 *
 * A piece counts only if it decodes to what looks meant.  The traps: a line break within wrapped base64 ends no
 * run, or each line would become a piece; within a run that was opened whole, a segment that begins at a whole
 * group is in its text already, so that it counts only if it begins like a document; and a blob is full of
 * marks, so that of a long run only the first and the last few segments are tried. */

#define _GNU_SOURCE /* memrchr */

#include "decoders.h"
#include "eventwall/codec.h"
#include "sniff.h"
#include "token.h"

#define LEAST EW_RUN_LEAST
#define SMALL 256 /* pieces up to here are judged on the stack */
#define GLANCE 6
#define SHORT_MOST 1024 /* runs up to here may be opened once more piece by piece */
#define SEGMENTS_AT_ENDS 8

static bool in_run(uint8_t c)
{
	return ew_base64_values[c] < 64;
}

static size_t characters(struct ew_bytes v)
{
	size_t n = 0;

	for (size_t i = 0; i < v.n; i++)
		n += in_run(v.p[i]);
	return n;
}

/* Past the run that begins at `i`. */
static size_t run_end(struct ew_bytes v, size_t i)
{
	size_t line = i;

	for (;;) {
		while (i < v.n && in_run(v.p[i]))
			i++;
		if (i < v.n && v.p[i] == '=') {
			while (i < v.n && v.p[i] == '=')
				i++;
			if (i == v.n || !in_run(v.p[i]))
				return i;
			continue;
		}
		size_t next = i + (v.n - i > 1 && v.p[i] == '\r' ? 1 : 0);
		if (v.n - next < 2 || v.p[next] != '\n' || !in_run(v.p[next + 1]) || i - line < LEAST)
			return i;
		i = line = next + 1;
	}
}

struct opening {
	struct ew_message *m;
	struct ew_field *f;
	bool opened;  /* the run is, and what begins at a whole group with it */
	bool clean;   /* and gave text, so that nothing stands before it that does not belong */
	size_t phase; /* characters before the run in what was opened */
	bool whole;   /* the run is all of the value, and was tried */
	bool spent;
};

static const struct ew_decoder hex_layer = { "hex", 0, NULL, NULL };

static bool all_hex(struct ew_bytes v)
{
	size_t i = 0;

	while (i < v.n && ew_hex_digit(v.p[i]) >= 0)
		i++;
	return i == v.n && v.n % 2 == 0;
}

/* As bytes, if that looks meant; n is 0 if not. */
static size_t undo(struct ew_bytes piece, bool hex, uint8_t *out)
{
	struct ew_base64_traits t;
	size_t n;

	if (hex)
		return ew_hex_decode(piece, out, &n) && ew_plausible(ew_bytes(out, n)) ? n : 0;
	n = ew_base64_decode(piece, out, &t);
	return t.foreign == 0 && ew_plausible(ew_bytes(out, n)) ? n : 0;
}

/* Must it stand at the beginning of a value to be opened? */
static bool begins_document(struct ew_bytes v)
{
	return v.n > 1 && (ew_magic_known(v) || memchr("{[<\xef\xff\xfe", v.p[0], 6) ||
	                   (v.p[1] == 0) != (v.p[0] == 0));
}

static bool begins_document_within(struct ew_bytes piece)
{
	uint8_t out[GLANCE + 2];

	return begins_document(ew_bytes(out, ew_base64_peek(piece, out, GLANCE)));
}

static bool is_dull(struct ew_bytes piece)
{
	piece = ew_bytes_trim(piece, "=");
	return !memchr(piece.p, '=', piece.n) && ew_base64_dull(piece);
}

/* Open one piece if it is meant.  False: it is not, or nothing is left of the budget. */
static bool open_piece(struct opening *o, struct ew_bytes piece, bool hex)
{
	uint8_t small[EW_BASE64_DECODED(SMALL)], *p;
	size_t n = 0, room, want = EW_BASE64_DECODED(piece.n);

	if (o->spent || piece.n < LEAST || (!hex && is_dull(piece)))
		return false;
	if (piece.n <= SMALL) {
		n = undo(piece, hex, small);
		if (n == 0)
			return false;
		want = n;
	}
	p = ew_decode_buffer(o->m, o->f, want, &room);
	if (p && room < want)
		ew_message_fault(o->m, EW_LIMIT, "output", o->f);
	if (!p || room < want) {
		o->spent = true;
		return false;
	}
	if (piece.n <= SMALL)
		memcpy(p, small, n);
	else
		n = undo(piece, hex, p);
	ew_arena_shrink(o->m->arena, p, room, n);
	const struct ew_decoder *via = hex ? &hex_layer : &ew_decoder_pieces;
	if (n && !hex && ew_token_like(piece, ew_bytes(p, n)))
		via = &ew_token_layer;
	if (n && !ew_decode_layer(o->m, o->f, via, ew_bytes(p, n), EW_KIND_BYTES, n))
		o->spent = true;
	return n && !o->spent;
}

static bool open_either(struct opening *o, struct ew_bytes piece)
{
	struct ew_bytes digits = piece;

	if (piece.n > 2 && piece.p[0] == '0' && (piece.p[1] | 0x20) == 'x')
		digits = ew_bytes_from(piece, 2);
	return (all_hex(digits) && open_piece(o, digits, true)) || open_piece(o, piece, false);
}

/* Where the last few segments of a long run begin: nobody but a blob has more of them. */
static size_t last_segments(struct ew_bytes run, uint8_t mark)
{
	size_t i = run.n, from = 0;

	for (int seen = 0; seen < SEGMENTS_AT_ENDS; seen++) {
		const uint8_t *at = memrchr(run.p, mark, i);
		if (!at)
			return 0;
		i = (size_t)(at - run.p);
		from = i + 1;
	}
	return from;
}

/* What stands between `mark`s. */
static void open_segments(struct opening *o, struct ew_bytes run, uint8_t mark)
{
	size_t from = 0, before = o->phase, last;

	if (!memchr(run.p, mark, run.n))
		return;
	last = run.n > SHORT_MOST ? last_segments(run, mark) : 0;
	for (int seen = 0; from < run.n && !o->spent; seen++) {
		if (seen == SEGMENTS_AT_ENDS && from < last) {
			before += o->opened ? characters(ew_bytes(run.p + from, last - from)) : 0;
			from = last;
		}
		const uint8_t *at = memchr(run.p + from, mark, run.n - from);
		size_t end = at ? (size_t)(at - run.p) : run.n;
		struct ew_bytes segment = ew_bytes(run.p + from, end - from);
		bool within = o->opened && before % 4 == 0 && (o->clean || run.n > SHORT_MOST);
		/* The first one begins as the run does, and is only cut where that goes on. */
		bool known = o->opened && before == 0;
		if (segment.n >= LEAST && segment.n < run.n && !known &&
		    (!within || begins_document_within(segment)))
			(void)open_either(o, segment);
		before += o->opened ? characters(segment) + in_run(mark) : 0;
		from = end + 1;
	}
}

static void open_run(struct opening *o, struct ew_bytes run)
{
	if (!o->opened && !o->whole) {
		o->opened = open_either(o, run);
		o->clean = o->opened && ew_utf8_valid(o->f->last->value);
	}
	while (run.n && run.p[run.n - 1] == '=')
		run.n--;
	open_segments(o, run, '/');
	open_segments(o, run, '-');
	open_segments(o, run, '_');
	open_segments(o, run, '=');
}

/* Each of its parts is a leaf of its own. */
static bool is_taken_apart(const struct ew_field *f)
{
	for (const struct ew_field *c = f->child; c; c = c->next) {
		if (c->via == &ew_decoder_multipart)
			return true;
	}
	return false;
}

static const struct ew_field *opened_whole(const struct ew_field *f)
{
	for (const struct ew_field *c = f->child; c; c = c->next) {
		if (c->via == &ew_decoder_base64 || c->via == &ew_decoder_hex)
			return c;
	}
	return NULL;
}

static bool claims(const struct ew_field *f)
{
	return ew_value_has_piece(f->value) && !is_taken_apart(f);
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct opening o = { .m = m, .f = f };
	struct ew_bytes v = f->value;
	const struct ew_field *before = f->last;
	const struct ew_field *whole = opened_whole(f);
	bool clean = whole && ew_utf8_valid(whole->value);
	size_t all = 0, rest = ew_bytes_trim(v, " \t\r\n").n;

	for (size_t i = 0, end; i < v.n && !o.spent; i = end) {
		if (!in_run(v.p[i])) {
			end = i + 1;
			continue;
		}
		end = run_end(v, i);
		o.phase = whole ? all : 0;
		o.opened = whole && all % 4 == 0;
		o.clean = clean;
		o.whole = end - i >= rest;
		if (end - i >= LEAST)
			open_run(&o, ew_bytes(v.p + i, end - i));
		if (whole && end < v.n)
			all += characters(ew_bytes(v.p + i, end - i));
	}
	if (o.spent)
		return EW_LIMIT;
	return f->last != before ? EW_OK : EW_DECLINED;
}

const struct ew_decoder ew_decoder_pieces = {
	.name = "base64",
	.flags = EW_DECODER_BY_RUN | EW_DECODER_EXTRACT,
	.claims = claims,
	.decode = decode,
};
