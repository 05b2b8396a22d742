/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* XML and what looks like it (XML 1.0, through expat's callbacks):
 *
 *     body|xml.Envelope.Body.cmd = "..."       the text of an element, joined around comments and children
 *     body|xml.Envelope.Body.cmd.lang          an attribute; its element stands there twice if it has text, too,
 *                                              so that the path of the text is the same with and without
 *     body|xml.#comment, body|xml.?php         comments, processing instructions
 *     body|xml.!DOCTYPE.NAME                   literals of a document type (xml_prolog.c)
 *     body|xml = "..."                         all text of all elements: where text and elements mix, or damage
 *
 * Entities are never expanded but for the five and character references: the document type is cut out before
 * expat sees the document, and a reference to an entity stays text.  Bytes are UTF-8 if they could be, else
 * Latin-1, whatever the declaration says; UTF-16 is converted first.  The text as it came is always scanned as
 * well, since signatures of markup look for it.
 *
 * The trap: nesting costs expat nothing, so depth is counted by the tree alone, and each element has to be in
 * the tree before its first child. */

#include "decoders.h"
#include "eventwall/unpackers.h"
#include "mime.h"
#include "utf16.h"
#include "xml.h"

#include <expat.h>
#include <limits.h>

#define BLANKS " \t\r\n"
#define KEEP_MOST 16384 /* bytes of a document after which its parser is used again */
#define BEGIN_COST 2048 /* bytes that could be read in the time in which a parser begins and ends */
#define GUESS_SHARE 4 /* of the fields of a message that one guess may take */

/* What is damaged, or holds references that readers of HTML would undo within its tags, is not all in leaves. */
static const struct ew_decoder in_part = { "xml", EW_DECODER_EXTRACT, NULL, NULL };

/* Text that is not interrupted by a child. */
struct stretch {
	struct stretch *next;
	const uint8_t *p;
	size_t n;
};

struct element {
	struct element *up;
	struct ew_bytes name;
	struct ew_field *field; /* NULL: not in the tree yet */
	struct stretch text, *last;
	size_t text_n, start;
	bool parent; /* of other elements */
};

struct work {
	struct ew_message *m;
	struct ew_field *f, *layer;
	XML_Parser parser;
	struct ew_bytes text;
	struct ew_xml_doctype doctype; /* the part of `text` that expat is not given */
	uint8_t *all; /* text of all elements, as long as `text` at most */
	size_t all_n, room;
	struct element *top, *spare;
	size_t pieces; /* attributes, texts and so on: the evidence that a guess was right */
	size_t fields_most; /* for a guess */
	bool mixed, spent, odd_charset;
	bool given_up; /* a guess that is too large or too deep: it must not become an exception */
};

static void stop(struct work *w)
{
	w->spent = true;
	XML_StopParser(w->parser, XML_FALSE);
}

static bool is_blank_byte(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_blank(struct ew_bytes v)
{
	return ew_bytes_trim(v, BLANKS).n == 0;
}

/* Where in `text` the event is that expat reports. */
static size_t event_offset(const struct work *w)
{
	size_t at = (size_t)XML_GetCurrentByteIndex(w->parser);

	if (at >= w->doctype.start)
		at += w->doctype.end - w->doctype.start;
	return at < w->text.n ? at : w->text.n;
}

static struct ew_field *emit(struct work *w, struct ew_field *to, struct ew_bytes name, struct ew_bytes value,
                             enum ew_kind kind)
{
	struct ew_field *f;

	if (w->spent)
		return NULL;
	if (w->m->used_fields >= w->fields_most ||
	    (w->fields_most != SIZE_MAX && (to->depth >= w->m->limits->depth || name.n > w->m->limits->key))) {
		if (to->depth >= w->m->limits->depth)
			ew_message_flag(w->m, EW_ANOMALY_DEPTH);
		w->given_up = true;
		stop(w);
		return NULL;
	}
	f = ew_decode_emit(w->m, to, name, value, kind, EW_FIELD_NAMED);
	if (!f)
		stop(w);
	return f;
}

/* A copy of a string of expat's. */
static struct ew_bytes keep(struct work *w, const char *s)
{
	struct ew_bytes b = ew_arena_dup(w->m->arena, ew_bytes_str(s));

	if (!b.p && *s) {
		ew_message_fault(w->m, EW_LIMIT, "arena", w->f);
		stop(w);
	}
	return b;
}

static struct ew_field *place_of(const struct work *w, const struct element *e)
{
	return e->up ? e->up->field : w->layer;
}

/* For what stands in an element and must not change what the element is. */
static struct ew_field *place_beside(const struct work *w)
{
	return !w->top ? w->layer : w->top->field ? w->top->field : place_of(w, w->top);
}

/* Into the tree as a container: something hangs below it. */
static bool settle(struct work *w, struct element *e)
{
	if (!e->field)
		e->field = emit(w, place_of(w, e), e->name, ew_bytes(w->text.p, 0), EW_KIND_OBJECT);
	return e->field != NULL;
}

static struct element *push(struct work *w)
{
	struct element *e = w->spare;

	if (e)
		w->spare = e->up;
	else
		e = ew_arena_alloc_raw(w->m->arena, sizeof(*e));
	if (!e) {
		ew_message_fault(w->m, EW_LIMIT, "arena", w->f);
		stop(w);
		return NULL;
	}
	*e = (struct element){ .up = w->top };
	w->top = e;
	return e;
}

static void XMLCALL on_start(void *arg, const char *name, const char **attributes)
{
	struct work *w = arg;
	struct element *e;
	size_t n = strlen(name);

	if (w->spent || (w->top && !settle(w, w->top)))
		return;
	if (w->top)
		w->top->parent = true;
	e = push(w);
	if (!e)
		return;
	e->start = event_offset(w);
	/* The name stands behind its bracket, unless the text had to be converted. */
	if (w->text.n - e->start > n && memcmp(w->text.p + e->start + 1, name, n) == 0)
		e->name = ew_bytes(w->text.p + e->start + 1, n);
	else
		e->name = keep(w, name);
	for (; *attributes && !w->spent && settle(w, e); attributes += 2) {
		struct ew_bytes key = keep(w, attributes[0]);
		(void)emit(w, e->field, key, keep(w, attributes[1]), EW_KIND_TEXT);
		w->pieces++;
	}
}

static void XMLCALL on_text(void *arg, const char *s, int len)
{
	struct work *w = arg;
	struct element *e = w->top;
	size_t n = (size_t)len;

	if (w->spent || !e || n == 0)
		return;
	if (n > w->room - w->all_n) {
		ew_message_fault(w->m, EW_LIMIT, "output", w->f);
		stop(w);
		return;
	}
	memcpy(w->all + w->all_n, s, n);
	if (!e->last) {
		e->last = &e->text;
		e->text.p = w->all + w->all_n;
	} else if (e->last->p + e->last->n != w->all + w->all_n) {
		struct stretch *more = ew_arena_alloc(w->m->arena, sizeof(*more));
		if (!more) {
			ew_message_fault(w->m, EW_LIMIT, "arena", w->f);
			stop(w);
			return;
		}
		more->p = w->all + w->all_n;
		e->last = e->last->next = more;
	}
	e->last->n += n;
	e->text_n += n;
	w->all_n += n;
}

/* Its own text in one piece. */
static struct ew_bytes text_of(struct work *w, const struct element *e)
{
	uint8_t *p;
	size_t n = 0;

	if (!e->text.next)
		return ew_bytes(e->text.n ? e->text.p : w->all, e->text.n);
	p = ew_arena_alloc_raw(w->m->arena, e->text_n);
	if (!p) {
		ew_message_fault(w->m, EW_LIMIT, "arena", w->f);
		stop(w);
		return ew_bytes(w->all, 0);
	}
	for (const struct stretch *s = &e->text; s; s = s->next) {
		memcpy(p + n, s->p, s->n);
		n += s->n;
	}
	return ew_bytes(p, n);
}

static void pop(struct work *w, size_t end)
{
	struct element *e = w->top;
	struct ew_bytes text = text_of(w, e);
	bool blank = is_blank(text);

	w->pieces += !blank;
	w->mixed |= e->parent && !blank;
	if (!e->field || !blank)
		(void)emit(w, place_of(w, e), e->name, text, EW_KIND_TEXT);
	if (e->field)
		e->field->value = ew_bytes(w->text.p + e->start, end - e->start);
	w->top = e->up;
	e->up = w->spare;
	w->spare = e;
}

static void XMLCALL on_end(void *arg, const char *name)
{
	struct work *w = arg;

	(void)name;
	if (!w->spent && w->top)
		pop(w, event_offset(w));
}

static void XMLCALL on_comment(void *arg, const char *s)
{
	struct work *w = arg;

	if (w->spent)
		return;
	(void)emit(w, place_beside(w), EW_LIT("#comment"), keep(w, s), EW_KIND_TEXT);
	w->pieces++;
}

static void XMLCALL on_instruction(void *arg, const char *target, const char *data)
{
	struct work *w = arg;
	size_t n = strlen(target);
	uint8_t *name;

	if (w->spent)
		return;
	name = ew_arena_alloc_raw(w->m->arena, n + 1);
	if (!name) {
		ew_message_fault(w->m, EW_LIMIT, "arena", w->f);
		stop(w);
		return;
	}
	name[0] = '?';
	memcpy(name + 1, target, n);
	(void)emit(w, place_beside(w), ew_bytes(name, n + 1), keep(w, data), EW_KIND_TEXT);
	w->pieces++;
}

/* A reference that nobody expands stays as it is spelt. */
static void XMLCALL on_reference(void *arg, const char *name, int is_parameter)
{
	size_t n = strlen(name);

	if (is_parameter || n > INT_MAX)
		return;
	on_text(arg, "&", 1);
	on_text(arg, name, (int)n);
	on_text(arg, ";", 1);
}

/* Making a parser costs more than a short text does, and strings that begin like markup come in thousands. */
static XML_Parser take_parser(const struct ew_unpackers *kept, const char *encoding)
{
	XML_Parser p = kept ? kept->xml : NULL;

	if (p && XML_ParserReset(p, encoding))
		return p;
	return XML_ParserCreate(encoding);
}

/* What a large document has made grow is not kept. */
static void give_back(struct work *w)
{
	struct ew_unpackers *kept = w->m->unpackers;
	bool keep = kept && (!kept->xml || kept->xml == w->parser) && w->text.n <= KEEP_MOST;

	if (keep) {
		kept->xml = w->parser;
		return;
	}
	if (kept && kept->xml == w->parser)
		kept->xml = NULL;
	if (w->parser)
		XML_ParserFree(w->parser);
}

static bool begin(struct work *w, bool latin)
{
	w->parser = take_parser(w->m->unpackers, latin ? "ISO-8859-1" : "UTF-8");
	if (!w->parser) {
		ew_message_fault(w->m, EW_LIMIT, "memory", w->f);
		return false;
	}
	if (w->m->unpackers && w->m->unpackers->salt)
		(void)XML_SetHashSalt(w->parser, w->m->unpackers->salt);
	XML_SetUserData(w->parser, w);
	XML_SetElementHandler(w->parser, on_start, on_end);
	XML_SetCharacterDataHandler(w->parser, on_text);
	XML_SetCommentHandler(w->parser, on_comment);
	XML_SetProcessingInstructionHandler(w->parser, on_instruction);
	XML_SetSkippedEntityHandler(w->parser, on_reference);
	/* As if there were a document type elsewhere: else an unknown entity would be an error. */
	return XML_UseForeignDTD(w->parser, XML_TRUE) == XML_ERROR_NONE;
}

static enum XML_Error run(struct work *w)
{
	const char *p = (const char *)w->text.p;
	const struct ew_xml_doctype *d = &w->doctype;
	enum XML_Status s = XML_STATUS_OK;

	if (d->start < d->end)
		s = XML_Parse(w->parser, p, (int)d->start, 0);
	else
		w->doctype = (struct ew_xml_doctype){ SIZE_MAX, SIZE_MAX, false };
	if (s == XML_STATUS_OK) {
		size_t from = d->start < d->end ? d->end : 0;
		s = XML_Parse(w->parser, p + from, (int)(w->text.n - from), 1);
	}
	return s == XML_STATUS_OK ? XML_ERROR_NONE : XML_GetErrorCode(w->parser);
}

/* What no callback tells: where text is interrupted by elements or the document is damaged, all of it. */
static bool emit_rest(struct work *w, bool damaged)
{
	struct ew_bytes all = ew_bytes(w->all, w->all_n);
	uint8_t *p;
	size_t room, fresh = 0;

	if (damaged) {
		p = ew_decode_buffer(w->m, w->f, w->text.n, &room);
		if (!p)
			return false;
		if (room < w->text.n) {
			ew_message_fault(w->m, EW_LIMIT, "output", w->f);
			return false;
		}
		all = ew_bytes(p, ew_xml_strip(w->text, p));
		ew_arena_shrink(w->m->arena, p, room, all.n);
		fresh = all.n;
	}
	return !(damaged || w->mixed) || is_blank(all) ||
	       ew_decode_layer(w->m, w->f, w->layer ? &ew_decoder_xml : &in_part, all, EW_KIND_BYTES, fresh);
}

static enum ew_status judge(struct work *w, enum XML_Error e, bool expected)
{
	struct ew_message *m = w->m;

	if (w->spent)
		return EW_LIMIT;
	if (w->doctype.end != SIZE_MAX && w->doctype.external) {
		ew_message_flag(m, EW_ANOMALY_DOCTYPE);
		if (expected)
			ew_message_fault(m, EW_AMBIGUOUS, "xml.doctype", w->f);
	}
	if (expected && w->odd_charset)
		ew_message_fault(m, EW_UNSUPPORTED, "charset", w->f);
	switch (e) {
	case XML_ERROR_NONE:
		return EW_OK;
	case XML_ERROR_NO_MEMORY:
		ew_message_fault(m, EW_LIMIT, "memory", w->f);
		return EW_LIMIT;
	case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
		if (expected)
			ew_message_flag(m, EW_ANOMALY_TRAILING_DATA);
		break;
	case XML_ERROR_NO_ELEMENTS:
	case XML_ERROR_UNCLOSED_TOKEN:
	case XML_ERROR_UNCLOSED_CDATA_SECTION:
	case XML_ERROR_PARTIAL_CHAR:
		if (expected)
			ew_message_fault(m, EW_TRUNCATED, "xml.truncated", w->f);
		return expected ? EW_TRUNCATED : EW_OK;
	default:
		break;
	}
	if (expected)
		ew_message_fault(m, EW_MALFORMED, "xml.syntax", w->f);
	return expected ? EW_MALFORMED : EW_OK;
}

/* A declaration that is damaged, or behind blanks, would be an error for expat and is none for most readers. */
static void take_declaration(struct work *w)
{
	size_t end = ew_bytes_find(w->text, 0, EW_LIT("?>")), n = 0;
	struct ew_bytes d;

	if (end == SIZE_MAX)
		return;
	d = ew_bytes(w->text.p, end);
	w->text = ew_bytes_from(w->text, end + 2);
	end = ew_bytes_find_nocase(d, 0, EW_LIT("encoding"));
	if (end == SIZE_MAX)
		return;
	d = ew_bytes_trim(ew_bytes_from(d, end + 8), BLANKS "=\"'");
	while (n < d.n && !memchr(BLANKS "\"'", d.p[n], 6))
		n++;
	w->odd_charset = !ew_charset_is_read(ew_bytes(d.p, n));
}

/* In UTF-8 or Latin-1, without a byte order mark and a declaration.  False: over budget. */
static bool prepare(struct work *w, uint64_t *raised, size_t *fresh_r)
{
	struct ew_wide wide = ew_wide_of(w->text);

	*fresh_r = 0;
	if (wide.unit) {
		if (!ew_wide_narrow(w->m, w->f, wide, w->text, raised, &w->text))
			return false;
		*fresh_r = w->text.n;
	} else if (ew_bytes_starts(w->text, EW_LIT("\xef\xbb\xbf"))) {
		*raised |= UINT64_C(1) << EW_ANOMALY_BOM;
		w->text = ew_bytes_from(w->text, 3);
	}
	while (w->text.n && is_blank_byte(w->text.p[0]))
		w->text = ew_bytes_from(w->text, 1);
	if (ew_bytes_starts(w->text, EW_LIT("<?xml ")))
		take_declaration(w);
	return true;
}

static enum ew_status read_document(struct work *w, bool expected, size_t fresh)
{
	struct ew_decode_mark mark = ew_decode_mark(w->m, w->f);
	bool latin = !ew_utf8_valid(w->text);
	enum XML_Error e = XML_ERROR_NO_MEMORY;
	enum ew_status s;
	size_t want = w->text.n * (latin ? 2 : 1);

	w->all = ew_decode_buffer(w->m, w->f, want, &w->room);
	if (!w->all)
		return EW_LIMIT;
	w->layer = ew_decode_layer(w->m, w->f, &ew_decoder_xml, w->text, EW_KIND_OBJECT, w->text.n + fresh);
	if (!w->layer)
		return EW_LIMIT;
	w->doctype = ew_xml_find_doctype(w->text);
	if (!ew_xml_emit_doctype(w->m, w->layer, w->text, &w->doctype))
		return EW_LIMIT;
	w->fields_most = expected ? SIZE_MAX : w->m->used_fields + w->m->limits->fields / GUESS_SHARE;
	if (begin(w, latin))
		e = run(w);
	while (w->top && !w->spent)
		pop(w, w->text.n);
	if (w->given_up) {
		ew_decode_retract(w->m, w->f, &mark);
		w->layer = NULL;
		w->spent = false;
	}
	bool worth = w->given_up || w->pieces || w->layer->child ||
	             ew_bytes_find(w->text, 0, EW_LIT("<!")) != SIZE_MAX;
	if (!w->spent && e != XML_ERROR_NONE && !expected && !worth) {
		ew_decode_retract(w->m, w->f, &mark);
		s = EW_DECLINED;
	} else {
		if (!expected && w->layer && (e != XML_ERROR_NONE || memchr(w->text.p, '&', w->text.n)))
			w->layer->via = &in_part;
		/* Without fields there is the text without its tags, and the whole for all others to look at. */
		if (!w->spent && !emit_rest(w, e != XML_ERROR_NONE || w->given_up))
			w->spent = true;
		s = judge(w, e, expected);
	}
	give_back(w);
	return s;
}

/* One tag and nothing else: <none>, <br/>.  There is nothing in it that does not stand there. */
static bool is_mere_tag(struct ew_bytes v)
{
	size_t i = 1;

	while (i < v.n && (v.p[i] >= 0x80 || v.p[i] == '_' || v.p[i] == '-' || v.p[i] == '.' || v.p[i] == ':' ||
	                   (uint8_t)((v.p[i] | 0x20) - 'a') < 26 || (uint8_t)(v.p[i] - '0') < 10))
		i++;
	while (i < v.n && memchr(BLANKS "/", v.p[i], 5))
		i++;
	return i + 1 == v.n && v.p[i] == '>';
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct work w = { .m = m, .f = f, .text = f->value };
	bool expected = ew_field_declared(f, &ew_decoder_xml) && f->declared->expected;
	uint64_t raised = 0;
	size_t fresh;
	enum ew_status s;

	if (!prepare(&w, &raised, &fresh))
		return EW_LIMIT;
	while (w.text.n && is_blank_byte(w.text.p[0]))
		w.text = ew_bytes_from(w.text, 1);
	if (w.text.n == 0 || w.text.p[0] != '<' || w.text.n > INT_MAX || (!expected && is_mere_tag(w.text)))
		return EW_DECLINED;
	if (!expected && !ew_decode_charge(m, f, BEGIN_COST))
		return EW_LIMIT;
	s = read_document(&w, expected, fresh);
	if (s != EW_DECLINED)
		m->anomalies |= raised;
	return s;
}

/* An opening bracket and what may follow it, in any width. */
static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;
	size_t i = 0, step = 1;

	if (v.n < 4)
		return false;
	if (v.p[0] == 0 || v.p[1] == 0 || v.p[0] >= 0xfe) {
		struct ew_wide wide = ew_wide_of(v);
		step = wide.unit;
		i = wide.bom + (wide.big ? wide.unit - 1u : 0u);
		if (!step)
			return false;
	} else if (v.p[0] == 0xef && v.p[1] == 0xbb && v.p[2] == 0xbf) {
		i = 3;
	}
	while (i < v.n && is_blank_byte(v.p[i]))
		i += step;
	if (i >= v.n || v.p[i] != '<' || v.n - i <= step)
		return false;
	uint8_t c = v.p[i + step];
	return c == '?' || c == '!' || c == '_' || c == ':' || (uint8_t)((c | 0x20) - 'a') < 26;
}

/* Not structural: markup is matched as it stands, too. */
const struct ew_decoder ew_decoder_xml = { "xml", EW_DECODER_BY_HEAD | EW_DECODER_APART, claims, decode };
