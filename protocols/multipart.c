/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* multipart/form-data and its relatives (RFC 7578, RFC 2046): where parts begin and end.  What is in a part is
 * read by part.c; text before the first and behind the last boundary is a layer of its own.
 *
 * No two readers agree on damaged multipart, so each deviation from the strict form is the anomaly
 * multipart_odd, which also keeps the raw text in the scan.  What it does not do is decode: transfer
 * encodings and nested multiparts are declared, and the work-list opens them.  The trap is the part that is
 * not one: a boundary inside a line, with something behind it, or of another name. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "part.h"

#define PARTS_MOST 100
#define HEAD_MOST 8192
#define BOUNDARY_MOST 70 /* RFC 2046 */
#define BOUNDARY_READ 200
#define SEEK_MOST 64 /* lines with dashes that are looked at */

struct work {
	struct ew_part_reader r;
	struct ew_bytes text;
	uint8_t dashed[BOUNDARY_READ + 2];
	size_t dashed_len;
};

struct delimiter {
	size_t content_end; /* of what stands before it */
	size_t after;
	bool closing;
};

static bool set_boundary(struct work *w, struct ew_bytes boundary)
{
	if (boundary.n == 0 || boundary.n > BOUNDARY_READ)
		return false;
	w->r.odd |= boundary.n > BOUNDARY_MOST;
	for (size_t i = 0; i < boundary.n; i++) {
		uint8_t c = boundary.p[i];
		w->r.odd |= (uint8_t)((c | 0x20) - 'a') >= 26 && (uint8_t)(c - '0') >= 10 &&
		          !memchr("-_.+=:/", c, 7);
	}
	memcpy(w->dashed, "--", 2);
	memcpy(w->dashed + 2, boundary.p, boundary.n);
	w->dashed_len = boundary.n + 2;
	return true;
}

/* The first delimiter line at or after `from`. */
static bool next_delimiter(struct work *w, size_t from, struct delimiter *d_r)
{
	const uint8_t *p = w->text.p;
	size_t n = w->text.n, at;

	for (;; from = at + 1) {
		at = ew_bytes_find(w->text, from, ew_bytes(w->dashed, w->dashed_len));
		if (at == SIZE_MAX)
			return false;
		size_t end = at + w->dashed_len, blanks;
		if (at > 0 && p[at - 1] != '\n') {
			w->r.odd = true;
			continue;
		}
		d_r->closing = n - end >= 2 && p[end] == '-' && p[end + 1] == '-';
		if (d_r->closing)
			end += 2;
		blanks = end;
		while (end < n && (p[end] == ' ' || p[end] == '\t'))
			end++;
		w->r.odd |= end > blanks;
		if (end == n) {
			d_r->after = end;
		} else if (p[end] == '\n') {
			w->r.odd = true;
			d_r->after = end + 1;
		} else if (n - end >= 2 && p[end] == '\r' && p[end + 1] == '\n') {
			d_r->after = end + 2;
		} else {
			w->r.odd = true;
			continue;
		}
		d_r->content_end = at;
		if (at > 0) {
			d_r->content_end -= at > 1 && p[at - 2] == '\r' ? 2 : 1;
			w->r.odd |= at - d_r->content_end == 1;
		}
		return true;
	}
}

/* Text outside of the parts.  Line ends alone are none. */
static bool emit_outside(struct work *w, struct ew_bytes text)
{
	if (ew_bytes_trim(text, "\r\n").n == 0)
		return true;
	w->r.odd = true;
	return ew_decode_layer(w->r.m, w->r.f, &ew_decoder_multipart, text, EW_KIND_BYTES, 0);
}

static enum ew_status read_parts(struct work *w, struct delimiter d)
{
	size_t parts = 0, start;
	bool cut = false;

	w->r.layer = ew_decode_layer(w->r.m, w->r.f, &ew_decoder_multipart, w->text, EW_KIND_OBJECT, 0);
	if (!w->r.layer || !emit_outside(w, ew_bytes(w->text.p, d.content_end)))
		return EW_LIMIT;
	while (!d.closing && !cut) {
		start = d.after;
		if (!next_delimiter(w, start, &d)) {
			cut = true;
			d.content_end = d.after = w->text.n;
		}
		if (d.content_end < start)
			d.content_end = start;
		if (++parts > PARTS_MOST) {
			ew_message_fault(w->r.m, EW_LIMIT, "parts", w->r.f);
			return EW_LIMIT;
		}
		if (!ew_part_emit(&w->r, ew_bytes(w->text.p + start, d.content_end - start)))
			return EW_LIMIT;
	}
	if (!emit_outside(w, ew_bytes_from(w->text, d.after)))
		return EW_LIMIT;
	w->r.odd |= cut;
	return cut ? EW_TRUNCATED : EW_OK;
}

/* The boundary that the first line is, if a field seems to follow it. */
static struct ew_bytes guess_boundary(struct ew_bytes v)
{
	const struct ew_bytes none = { v.p, 0 };
	size_t end, colon;

	v = ew_bytes_trim(v, "\r\n");
	if (v.n < 4 || v.p[0] != '-' || v.p[1] != '-')
		return none;
	end = ew_bytes_find(ew_bytes(v.p, v.n < BOUNDARY_READ ? v.n : BOUNDARY_READ), 0, EW_LIT("\n"));
	if (end == SIZE_MAX)
		return none;
	struct ew_bytes line = ew_bytes_trim(ew_bytes(v.p + 2, end - 2), " \t\r\n");
	v = ew_bytes_from(v, end + 1);
	colon = ew_bytes_find(ew_bytes(v.p, v.n < 128 ? v.n : 128), 0, EW_LIT(":"));
	return colon == SIZE_MAX || colon == 0 ? none : line;
}

/* The same with text before it: one that is told to be multipart has a boundary somewhere. */
static struct ew_bytes seek_boundary(struct ew_bytes v)
{
	struct ew_bytes found = guess_boundary(v);
	size_t at = 0;

	for (int tries = 0; found.n == 0 && tries < SEEK_MOST; tries++) {
		at = ew_bytes_find(v, at, EW_LIT("\n--"));
		if (at == SIZE_MAX)
			break;
		found = guess_boundary(ew_bytes_from(v, ++at));
	}
	return found;
}

static bool claims(const struct ew_field *f)
{
	return guess_boundary(f->value).n != 0;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct work w = { .r = { .m = m, .f = f, .head_most = HEAD_MOST }, .text = f->value };
	struct delimiter d, second;
	bool declared = ew_field_declared(f, &ew_decoder_multipart), other = false;
	enum ew_status s;

	if (!declared || !set_boundary(&w, f->declared->arg) || !next_delimiter(&w, 0, &d)) {
		/* Nobody declared it, or under another name than it has. */
		other = declared;
		struct ew_bytes found = declared ? seek_boundary(f->value) : guess_boundary(f->value);
		if (!set_boundary(&w, found) || !next_delimiter(&w, 0, &d) ||
		    d.closing || !next_delimiter(&w, d.after, &second))
			return EW_DECLINED;
	}
	w.r.guessed = declared && !f->declared->expected;
	s = read_parts(&w, d);
	if (w.r.odd)
		ew_message_flag(m, EW_ANOMALY_MULTIPART_ODD);
	if (other && s == EW_OK && !w.r.guessed)
		return EW_MALFORMED;
	return s == EW_TRUNCATED && (!declared || w.r.guessed) ? EW_OK : s;
}

const struct ew_decoder ew_decoder_multipart = { "multipart", EW_DECODER_STRUCTURAL | EW_DECODER_BY_HEAD,
	                                          claims, decode };
