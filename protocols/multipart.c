/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* multipart/form-data and its relatives (RFC 7578, RFC 2046), and whole mails, which are one part each:
 *
 *     body|multipart.NAME.content          the part, declared by its own head
 *     body|multipart.NAME.filename         each spelling of it: plain, unescaped, filename*
 *     body|multipart.NAME.header.FIELD     names in lower case
 *     body|multipart = "..."               text before the first or behind the last boundary
 *     body|mail[""].content                what a mail holds, declared by its head
 *
 * No two readers agree on damaged multipart, so each deviation from the strict form is the anomaly
 * multipart_odd, which also keeps the raw text in the scan.  What it does not do is decode: transfer
 * encodings and nested multiparts are declared, and the work-list opens them.  The trap is the part that is
 * not one: a boundary inside a line, with something behind it, or of another name. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "mime.h"

#define PARTS_MOST 100
#define HEAD_MOST 8192
#define MAIL_HEAD_MOST 65536
#define BOUNDARY_MOST 70 /* RFC 2046 */
#define BOUNDARY_READ 200

struct work {
	struct ew_message *m;
	struct ew_field *f, *layer;
	struct ew_bytes text;
	uint8_t dashed[BOUNDARY_READ + 2];
	size_t dashed_len;
	size_t head_most;
	bool odd;
	bool guessed; /* a mail, or within one: what it says of itself may be a quotation */
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
	w->odd |= boundary.n > BOUNDARY_MOST;
	for (size_t i = 0; i < boundary.n; i++) {
		uint8_t c = boundary.p[i];
		w->odd |= (uint8_t)((c | 0x20) - 'a') >= 26 && (uint8_t)(c - '0') >= 10 &&
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
			w->odd = true;
			continue;
		}
		d_r->closing = n - end >= 2 && p[end] == '-' && p[end + 1] == '-';
		if (d_r->closing)
			end += 2;
		blanks = end;
		while (end < n && (p[end] == ' ' || p[end] == '\t'))
			end++;
		w->odd |= end > blanks;
		if (end == n) {
			d_r->after = end;
		} else if (p[end] == '\n') {
			w->odd = true;
			d_r->after = end + 1;
		} else if (n - end >= 2 && p[end] == '\r' && p[end + 1] == '\n') {
			d_r->after = end + 2;
		} else {
			w->odd = true;
			continue;
		}
		d_r->content_end = at;
		if (at > 0) {
			d_r->content_end -= at > 1 && p[at - 2] == '\r' ? 2 : 1;
			w->odd |= at - d_r->content_end == 1;
		}
		return true;
	}
}

/* What a head says of its part. */
struct head {
	struct ew_bytes disposition, type, encoding;
	struct ew_bytes name;
	size_t size;
};

static void keep_once(struct work *w, struct ew_bytes *slot, struct ew_bytes value)
{
	w->odd |= slot->p != NULL;
	*slot = value;
}

/* False: too long. */
static bool read_head(struct work *w, struct ew_bytes part, struct head *h_r)
{
	struct ew_bytes rest = part;
	struct ew_mime_field field;
	unsigned odd = 0;

	*h_r = (struct head){ 0 };
	while (ew_mime_next_field(&rest, &field, &odd)) {
		if (ew_bytes_eq_nocase(field.name, EW_LIT("content-disposition")))
			keep_once(w, &h_r->disposition, field.value);
		else if (ew_bytes_eq_nocase(field.name, EW_LIT("content-type")))
			keep_once(w, &h_r->type, field.value);
		else if (ew_bytes_eq_nocase(field.name, EW_LIT("content-transfer-encoding")))
			keep_once(w, &h_r->encoding, field.value);
		if (part.n - rest.n > w->head_most) {
			ew_message_fault(w->m, EW_LIMIT, "part_head", w->f);
			return false;
		}
	}
	h_r->size = part.n - rest.n;
	if (odd & EW_MIME_NUL)
		ew_message_flag(w->m, EW_ANOMALY_NUL);
	w->odd |= odd != 0;
	return true;
}

static struct ew_field *emit_leaf(struct work *w, struct ew_field *to, struct ew_bytes name,
                                  struct ew_bytes value)
{
	return ew_decode_emit(w->m, to, name, value, EW_KIND_TEXT, EW_FIELD_NAMED);
}

static struct ew_bytes in_lower_case(struct work *w, struct ew_bytes name)
{
	uint8_t *p = ew_arena_alloc_raw(w->m->arena, name.n);

	for (size_t i = 0; p && i < name.n; i++)
		p[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] + 32 : name.p[i];
	return ew_bytes(p, p ? name.n : 0);
}

static bool emit_headers(struct work *w, struct ew_field *part, struct ew_bytes head)
{
	struct ew_mime_field field;
	struct ew_field *header;
	unsigned odd = 0;

	header = ew_decode_emit(w->m, part, EW_LIT("header"), head, EW_KIND_OBJECT, 0);
	if (!header)
		return false;
	while (ew_mime_next_field(&head, &field, &odd)) {
		if (!emit_leaf(w, header, in_lower_case(w, field.name), field.value))
			return false;
	}
	return true;
}

/* Without the backslashes before quotes and backslashes. */
static struct ew_bytes unescaped(struct work *w, struct ew_bytes v)
{
	uint8_t *p = ew_arena_alloc_raw(w->m->arena, v.n);
	size_t n = 0;

	for (size_t i = 0; p && i < v.n; i++) {
		if (v.p[i] == '\\' && v.n - i > 1)
			i++;
		p[n++] = v.p[i];
	}
	return ew_bytes(p, n);
}

/* The value behind charset'language', or all of it. */
static struct ew_bytes behind_language(struct ew_bytes v)
{
	size_t first = ew_bytes_find(v, 0, EW_LIT("'"));
	size_t second = first == SIZE_MAX ? SIZE_MAX : ew_bytes_find(v, first + 1, EW_LIT("'"));

	return second == SIZE_MAX ? v : ew_bytes_from(v, second + 1);
}

/* All extended forms of parameter `want` in `params`, joined in the order they stand. */
static struct ew_bytes joined(struct work *w, struct ew_bytes params, struct ew_bytes want)
{
	uint8_t *p = ew_arena_alloc_raw(w->m->arena, params.n);
	struct ew_percent_traits t;
	struct ew_mime_param param;
	unsigned odd = 0;
	size_t n = 0;

	while (p && ew_mime_next_param(&params, &param, &odd)) {
		if (!ew_bytes_eq_nocase(param.name, want) || !(param.extended || param.section))
			continue;
		if (param.extended) {
			struct ew_bytes v = n ? param.value : behind_language(param.value);
			n += ew_percent_decode(v, false, p + n, &t);
		} else if (param.value.n) {
			memcpy(p + n, param.value.p, param.value.n);
			n += param.value.n;
		}
	}
	return ew_bytes(p, n);
}

/* Leaves for each value that `want` has among the parameters but the plain one given as `known`. */
static bool emit_param(struct work *w, struct ew_field *part, struct ew_bytes params,
                       struct ew_bytes want, struct ew_bytes known)
{
	struct ew_bytes rest = params;
	struct ew_mime_param param;
	unsigned odd = 0, count = 0;
	bool extended = false;

	while (ew_mime_next_param(&rest, &param, &odd)) {
		if (!ew_bytes_eq_nocase(param.name, want))
			continue;
		if (param.extended || param.section) {
			extended = true;
			continue;
		}
		w->odd |= ++count > 1;
		if (param.value.p != known.p && !emit_leaf(w, part, want, param.value))
			return false;
		if (param.escaped && !emit_leaf(w, part, want, unescaped(w, param.value)))
			return false;
	}
	w->odd |= odd != 0;
	return !extended || emit_leaf(w, part, want, joined(w, params, want));
}

/* First plain value of the parameter `name`, else its extended form. */
static struct ew_bytes part_name(struct work *w, struct ew_bytes params)
{
	struct ew_bytes rest = params;
	struct ew_mime_param param;
	unsigned odd = 0;

	while (ew_mime_next_param(&rest, &param, &odd)) {
		if (ew_bytes_eq_nocase(param.name, EW_LIT("name")) && !param.extended && !param.section)
			return param.value;
	}
	return odd & EW_MIME_EXTENDED ? joined(w, params, EW_LIT("name")) : ew_bytes(NULL, 0);
}

static bool declare_content(struct work *w, struct ew_field *content, const struct head *h)
{
	const struct ew_decoder *coding = NULL;
	enum ew_status s = ew_declare_media_type(w->m, content, h->type, !w->guessed);

	if (s == EW_LIMIT)
		return false;
	if (s != EW_OK && !w->guessed)
		ew_message_fault(w->m, s, s == EW_AMBIGUOUS ? "boundary" : "charset", content);
	if (ew_bytes_eq_nocase(h->encoding, EW_LIT("base64")))
		coding = &ew_decoder_base64;
	else if (ew_bytes_eq_nocase(h->encoding, EW_LIT("quoted-printable")))
		coding = &ew_decoder_qp;
	else if (h->encoding.n && !ew_bytes_eq_nocase(h->encoding, EW_LIT("binary")) &&
	         !ew_bytes_eq_nocase(h->encoding, EW_LIT("7bit")) &&
	         !ew_bytes_eq_nocase(h->encoding, EW_LIT("8bit")))
		w->odd = true;
	return !coding || ew_declare_over(w->m, content, coding, ew_bytes(NULL, 0), !w->guessed);
}

static bool emit_part(struct work *w, struct ew_bytes text)
{
	struct ew_field *part, *content;
	struct ew_bytes params, name;
	struct head h;

	if (!read_head(w, text, &h))
		return false;
	params = h.disposition;
	(void)ew_mime_take_token(&params);
	name = part_name(w, params);
	w->odd |= ew_bytes_eq(name, EW_LIT("_charset_"));
	part = ew_decode_emit(w->m, w->layer,
	                      name.n > w->m->limits->key ? ew_bytes(NULL, 0) : name, text,
	                      EW_KIND_OBJECT, EW_FIELD_NAMED);
	if (!part || !emit_headers(w, part, ew_bytes(text.p, h.size)))
		return false;
	/* A name is not opened; where it holds more than a word, a leaf of its own is. */
	if (memchr(name.n ? name.p : (const uint8_t *)"", '%', name.n) || name.n > w->m->limits->key) {
		if (!emit_leaf(w, part, EW_LIT("name"), name))
			return false;
	}
	if (!emit_param(w, part, params, EW_LIT("name"), name) ||
	    !emit_param(w, part, params, EW_LIT("filename"), ew_bytes(NULL, 0)))
		return false;
	content = ew_decode_emit(w->m, part, EW_LIT("content"), ew_bytes_from(text, h.size),
	                         EW_KIND_BYTES, 0);
	if (!content)
		return false;
	return declare_content(w, content, &h);
}

/* Text outside of the parts.  Line ends alone are none. */
static bool emit_outside(struct work *w, struct ew_bytes text)
{
	if (ew_bytes_trim(text, "\r\n").n == 0)
		return true;
	w->odd = true;
	return ew_decode_layer(w->m, w->f, &ew_decoder_multipart, text, EW_KIND_BYTES, 0);
}

static enum ew_status read_parts(struct work *w, struct delimiter d)
{
	size_t parts = 0, start;
	bool cut = false;

	w->layer = ew_decode_layer(w->m, w->f, &ew_decoder_multipart, w->text, EW_KIND_OBJECT, 0);
	if (!w->layer || !emit_outside(w, ew_bytes(w->text.p, d.content_end)))
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
			ew_message_fault(w->m, EW_LIMIT, "parts", w->f);
			return EW_LIMIT;
		}
		if (!emit_part(w, ew_bytes(w->text.p + start, d.content_end - start)))
			return EW_LIMIT;
	}
	if (!emit_outside(w, ew_bytes_from(w->text, d.after)))
		return EW_LIMIT;
	w->odd |= cut;
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

static bool claims(const struct ew_field *f)
{
	return guess_boundary(f->value).n != 0;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct work w = { .m = m, .f = f, .text = f->value, .head_most = HEAD_MOST };
	struct delimiter d, second;
	bool declared = ew_field_declared(f, &ew_decoder_multipart), other = false;
	enum ew_status s;

	if (!declared || !set_boundary(&w, f->declared->arg) || !next_delimiter(&w, 0, &d)) {
		/* Nobody declared it, or under another name than it has. */
		other = declared;
		if (!set_boundary(&w, guess_boundary(f->value)) || !next_delimiter(&w, 0, &d) ||
		    d.closing || !next_delimiter(&w, d.after, &second))
			return EW_DECLINED;
	}
	w.guessed = declared && !f->declared->expected;
	s = read_parts(&w, d);
	if (w.odd)
		ew_message_flag(m, EW_ANOMALY_MULTIPART_ODD);
	if (other && s == EW_OK && !w.guessed)
		return EW_MALFORMED;
	return s == EW_TRUNCATED && (!declared || w.guessed) ? EW_OK : s;
}

const struct ew_decoder ew_decoder_multipart = { "multipart", EW_DECODER_STRUCTURAL | EW_DECODER_BY_HEAD,
	                                          claims, decode };

/* It begins with a field, and one that only mails have is among the first. */
static bool claims_mail(const struct ew_field *f)
{
	struct ew_bytes v = ew_bytes(f->value.p, f->value.n < MAIL_HEAD_MOST ? f->value.n : MAIL_HEAD_MOST);
	size_t i = 0;

	while (i < v.n && i < 64 && ((uint8_t)((v.p[i] | 0x20) - 'a') < 26 || v.p[i] == '-'))
		i++;
	if (i == 0 || i == v.n || v.p[i] != ':' || !memchr(v.p, '\n', v.n))
		return false;
	return ew_bytes_find_nocase(v, 0, EW_LIT("mime-version:")) != SIZE_MAX ||
	       ew_bytes_find_nocase(v, 0, EW_LIT("content-transfer-encoding:")) != SIZE_MAX;
}

static enum ew_status decode_mail(struct ew_message *m, struct ew_field *f)
{
	struct work w = { .m = m, .f = f, .text = f->value, .head_most = SIZE_MAX, .guessed = true };

	/* Mails nest, and each level is scanned beside the text around it. */
	w.layer = ew_decode_layer(m, f, &ew_decoder_mail, w.text, EW_KIND_OBJECT, w.text.n);
	return w.layer && emit_part(&w, w.text) ? EW_OK : EW_LIMIT;
}

/* Begins with a letter, so only a mark tells it from a word; each mail with parts has an equals sign. */
const struct ew_decoder ew_decoder_mail = { "mail", EW_DECODER_BY_MARK, claims_mail, decode_mail };
