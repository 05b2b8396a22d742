/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A part of a multipart or a whole mail (RFC 2045, 2046, 2183, 2231, 5322, 7578):
 *
 *     ...NAME.content            declared by the head: transfer encoding over media type
 *     ...NAME.filename, .name    each spelling: plain, unescaped, extended, in pieces, as the name of a type
 *     ...NAME.header.FIELD       names in lower case, values unfolded
 *
 * It decodes no content and no encoded words: the work-list does.  The trap: where a field stands twice, some
 * readers believe the first and some the last, so the content is there twice then, declared both ways. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "mime.h"
#include "part.h"

#define PIECES_MOST 32 /* of one parameter that are put in order */

/* What a head says of its part.  [0]: the first of them, [1]: the last. */
struct head {
	struct ew_bytes disposition[2], type[2], encoding[2];
	size_t size;
};

static void keep_both(struct ew_part_reader *r, struct ew_bytes slot[2], struct ew_bytes value)
{
	r->odd |= slot[0].p != NULL;
	if (!slot[0].p)
		slot[0] = value;
	slot[1] = value;
}

/* False: too long. */
static bool read_head(struct ew_part_reader *r, struct ew_bytes part, struct head *h_r)
{
	struct ew_bytes rest = part;
	struct ew_mime_field field;
	unsigned odd = 0;

	*h_r = (struct head){ 0 };
	while (ew_mime_next_field(&rest, &field, &odd)) {
		if (ew_bytes_eq_nocase(field.name, EW_LIT("content-disposition")))
			keep_both(r, h_r->disposition, field.value);
		else if (ew_bytes_eq_nocase(field.name, EW_LIT("content-type")))
			keep_both(r, h_r->type, field.value);
		else if (ew_bytes_eq_nocase(field.name, EW_LIT("content-transfer-encoding")))
			keep_both(r, h_r->encoding, field.value);
		if (part.n - rest.n > r->head_most) {
			ew_message_fault(r->m, EW_LIMIT, "part_head", r->f);
			return false;
		}
	}
	h_r->size = part.n - rest.n;
	if (odd & EW_MIME_NUL)
		ew_message_flag(r->m, EW_ANOMALY_NUL);
	r->odd |= odd != 0;
	return true;
}

static struct ew_field *emit_leaf(struct ew_part_reader *r, struct ew_field *to, struct ew_bytes name,
                                  struct ew_bytes value)
{
	return ew_decode_emit(r->m, to, name, value, EW_KIND_TEXT, EW_FIELD_NAMED);
}

static struct ew_bytes in_lower_case(struct ew_part_reader *r, struct ew_bytes name)
{
	uint8_t *p = ew_arena_alloc_raw(r->m->arena, name.n);

	for (size_t i = 0; p && i < name.n; i++)
		p[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] + 32 : name.p[i];
	return ew_bytes(p, p ? name.n : 0);
}

/* Without line ends; the blank behind each stays. */
static struct ew_bytes unfolded(struct ew_part_reader *r, struct ew_bytes v)
{
	uint8_t *p;
	size_t n = 0;

	if (v.n == 0 || !memchr(v.p, '\n', v.n))
		return v;
	p = ew_arena_alloc_raw(r->m->arena, v.n);
	for (size_t i = 0; p && i < v.n; i++) {
		if (v.p[i] == '\n' || (v.p[i] == '\r' && v.n - i > 1 && v.p[i + 1] == '\n'))
			continue;
		p[n++] = v.p[i];
	}
	return ew_bytes(p, n);
}

static bool emit_headers(struct ew_part_reader *r, struct ew_field *part, struct ew_bytes head)
{
	struct ew_mime_field field;
	struct ew_field *header;
	unsigned odd = 0;

	header = ew_decode_emit(r->m, part, EW_LIT("header"), head, EW_KIND_OBJECT, 0);
	if (!header)
		return false;
	while (ew_mime_next_field(&head, &field, &odd)) {
		if (!emit_leaf(r, header, in_lower_case(r, field.name), unfolded(r, field.value)))
			return false;
	}
	return true;
}

/* Without the backslashes before quotes and backslashes. */
static struct ew_bytes unescaped(struct ew_part_reader *r, struct ew_bytes v)
{
	uint8_t *p = ew_arena_alloc_raw(r->m->arena, v.n);
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

/* Append what an extended parameter or a piece of one means. */
static size_t put_piece(const struct ew_mime_param *p, bool first, uint8_t *out)
{
	struct ew_percent_traits t;

	if (p->extended)
		return ew_percent_decode(first ? behind_language(p->value) : p->value, false, out, &t);
	if (p->value.n)
		memcpy(out, p->value.p, p->value.n);
	return p->value.n;
}

static bool is_piece(const struct ew_mime_param *p, struct ew_bytes want)
{
	return (p->extended || p->section) && ew_bytes_eq_nocase(p->name, want);
}

/* All extended forms of parameter `want`, joined in the order they stand; `*disorder_r`: not that of their
 * numbers. */
static struct ew_bytes joined(struct ew_part_reader *r, struct ew_bytes params, struct ew_bytes want,
                              bool *disorder_r)
{
	uint8_t *p = ew_arena_alloc_raw(r->m->arena, params.n);
	struct ew_mime_param param;
	unsigned odd = 0;
	size_t n = 0, last = 0;

	*disorder_r = false;
	while (p && ew_mime_next_param(&params, &param, &odd)) {
		if (!is_piece(&param, want))
			continue;
		*disorder_r |= param.number < last;
		last = param.number;
		n += put_piece(&param, n == 0, p + n);
	}
	return ew_bytes(p, n);
}

/* The same in the order of their numbers. */
static struct ew_bytes joined_by_number(struct ew_part_reader *r, struct ew_bytes params, struct ew_bytes want)
{
	uint8_t *p = ew_arena_alloc_raw(r->m->arena, params.n);
	size_t n = 0;

	for (size_t number = 0; p && number < PIECES_MOST; number++) {
		struct ew_bytes rest = params;
		struct ew_mime_param param;
		unsigned odd = 0;
		while (ew_mime_next_param(&rest, &param, &odd)) {
			if (is_piece(&param, want) && param.number == number) {
				n += put_piece(&param, n == 0, p + n);
				break;
			}
		}
	}
	return ew_bytes(p, n);
}

static bool emit_extended(struct ew_part_reader *r, struct ew_field *part, struct ew_bytes params,
                          struct ew_bytes want, struct ew_bytes as)
{
	bool disorder;

	return emit_leaf(r, part, as, joined(r, params, want, &disorder)) &&
	       (!disorder || emit_leaf(r, part, as, joined_by_number(r, params, want)));
}

/* Leaves called `as` for each value that `want` has among the parameters but the plain one given as `known`. */
static bool emit_param(struct ew_part_reader *r, struct ew_field *part, struct ew_bytes params,
                       struct ew_bytes want, struct ew_bytes as, struct ew_bytes known)
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
		r->odd |= ++count > 1;
		if (param.value.p != known.p && !emit_leaf(r, part, as, param.value))
			return false;
		if (param.escaped && !emit_leaf(r, part, as, unescaped(r, param.value)))
			return false;
	}
	r->odd |= odd != 0;
	return !extended || emit_extended(r, part, params, want, as);
}

/* First plain value of the parameter `name`, else its extended form. */
static struct ew_bytes part_name(struct ew_part_reader *r, struct ew_bytes params)
{
	struct ew_bytes rest = params;
	struct ew_mime_param param;
	unsigned odd = 0;
	bool disorder;

	while (ew_mime_next_param(&rest, &param, &odd)) {
		if (ew_bytes_eq_nocase(param.name, EW_LIT("name")) && !param.extended && !param.section)
			return param.value;
	}
	return odd & EW_MIME_EXTENDED ? joined(r, params, EW_LIT("name"), &disorder) : ew_bytes(NULL, 0);
}

static struct ew_bytes params_of(struct ew_bytes value)
{
	(void)ew_mime_take_token(&value);
	return value;
}

/* Names of files: of the disposition, and of the type, where older mails have them.  Both of each, if two. */
static bool emit_file_names(struct ew_part_reader *r, struct ew_field *part, const struct head *h)
{
	const struct ew_bytes file = EW_LIT("filename"), none = { NULL, 0 };
	bool fine = true;

	for (int i = 0; i < 2 && fine; i++) {
		if (i == 0 || h->disposition[0].p != h->disposition[1].p)
			fine = emit_param(r, part, params_of(h->disposition[i]), file, file, none);
		if (fine && (i == 0 || h->type[0].p != h->type[1].p))
			fine = emit_param(r, part, params_of(h->type[i]), EW_LIT("name"), file, none);
	}
	return fine;
}

/* Behind blanks, quotes and comments. */
static struct ew_bytes coding_token(struct ew_bytes v)
{
	size_t n = 0;

	v = ew_bytes_trim(v, " \t\r\n\"'");
	while (n < v.n && !memchr(" \t\r\n\"';,(", v.p[n], 9))
		n++;
	return ew_bytes(v.p, n);
}

static const struct ew_decoder *decoder_of_transfer(struct ew_bytes coding, bool *known_r)
{
	static const struct {
		const char *name;
		const struct ew_decoder *decoder;
	} rows[] = {
		{ "base64",           &ew_decoder_base64 },
		{ "quoted-printable", &ew_decoder_qp },
		{ "x-uuencode",       &ew_decoder_uu },
		{ "uuencode",         &ew_decoder_uu },
		{ "x-uue",            &ew_decoder_uu },
		{ "7bit",             NULL },
		{ "8bit",             NULL },
		{ "binary",           NULL },
		{ "",                 NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		*known_r = ew_bytes_eq_nocase(coding, ew_bytes_str(rows[i].name));
		if (*known_r)
			return rows[i].decoder;
	}
	return NULL;
}

/* Is there a name of a file among the parameters that is one of a table? */
static bool names_table(struct ew_bytes params)
{
	struct ew_mime_param param;
	unsigned odd = 0;

	while (ew_mime_next_param(&params, &param, &odd)) {
		struct ew_bytes v = param.value;
		bool name = ew_bytes_eq_nocase(param.name, EW_LIT("filename")) ||
		            ew_bytes_eq_nocase(param.name, EW_LIT("name"));
		v = ew_bytes_from(v, v.n > 4 ? v.n - 4 : v.n);
		if (name && (ew_bytes_eq_nocase(v, EW_LIT(".csv")) || ew_bytes_eq_nocase(v, EW_LIT(".tsv"))))
			return true;
	}
	return false;
}

/* Else EW_UNSUPPORTED is all that comes of it, and of what is guessed to be a mail not even that. */
static bool declare_charset(struct ew_part_reader *r, struct ew_field *content, struct ew_bytes params)
{
	struct ew_mime_param param;
	unsigned odd = 0;

	while (ew_mime_next_param(&params, &param, &odd)) {
		if (ew_bytes_eq_nocase(param.name, EW_LIT("charset")) && ew_charset_is_ebcdic(param.value))
			return ew_declare_under(r->m, content, &ew_decoder_ebcdic, param.value, false);
	}
	return true;
}

static bool declare_content(struct ew_part_reader *r, struct ew_field *content, struct ew_bytes disposition,
                            struct ew_bytes type, struct ew_bytes encoding)
{
	bool known;
	const struct ew_decoder *coding = decoder_of_transfer(coding_token(encoding), &known);
	enum ew_status s = EW_LIMIT;

	r->odd |= !known;
	if (declare_charset(r, content, params_of(type)))
		s = ew_declare_media_type(r->m, content, type, !r->guessed);
	if (s == EW_LIMIT)
		return false;
	if (s != EW_OK && !r->guessed)
		ew_message_fault(r->m, s, s == EW_AMBIGUOUS ? "boundary" : "charset", content);
	if (!content->declared && (names_table(params_of(disposition)) || names_table(params_of(type))) &&
	    !ew_declare_under(r->m, content, &ew_decoder_csv, ew_bytes(NULL, 0), false))
		return false;
	return !coding || ew_declare_over(r->m, content, coding, ew_bytes(NULL, 0), !r->guessed);
}

static bool emit_contents(struct ew_part_reader *r, struct ew_field *part, struct ew_bytes text,
                          const struct head *h)
{
	bool twice = h->type[0].p != h->type[1].p || h->encoding[0].p != h->encoding[1].p;

	for (int i = 1; i >= !twice; i--) {
		struct ew_field *content =
			ew_decode_emit(r->m, part, EW_LIT("content"), text, EW_KIND_BYTES, 0);
		if (!content || !declare_content(r, content, h->disposition[i], h->type[i], h->encoding[i]))
			return false;
	}
	return true;
}

bool ew_part_emit(struct ew_part_reader *r, struct ew_bytes text)
{
	struct ew_bytes params, name;
	struct ew_field *part;
	struct head h;

	if (!read_head(r, text, &h))
		return false;
	params = params_of(h.disposition[1]);
	name = part_name(r, params);
	r->odd |= ew_bytes_eq(name, EW_LIT("_charset_"));
	part = ew_decode_emit(r->m, r->layer, name.n > r->m->limits->key ? ew_bytes(NULL, 0) : name, text,
	                      EW_KIND_OBJECT, EW_FIELD_NAMED);
	if (!part)
		return false;
	/* A name is not opened; where it holds more than a word, a leaf of its own is. */
	if (memchr(name.n ? name.p : (const uint8_t *)"", '%', name.n) || name.n > r->m->limits->key) {
		if (!emit_leaf(r, part, EW_LIT("name"), name))
			return false;
	}
	if (!emit_param(r, part, params, EW_LIT("name"), EW_LIT("name"), name) || !emit_file_names(r, part, &h))
		return false;
	return emit_headers(r, part, ew_bytes(text.p, h.size)) &&
	       emit_contents(r, part, ew_bytes_from(text, h.size), &h);
}
