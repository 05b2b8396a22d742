/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Recognises envelopes by their table and declares what is in them.
 *
 * Every document is asked, so what is none has to be cheap: each member's name is looked up in a perfect hash (two
 * of its bytes and its length), and unless one of them is telling, that is all.  All members are asked, since
 * padding before the telling ones would hide an envelope from us and not from a function.
 *
 * The trap: any envelope can be forged, also several in one document.  So each row that fits adds what it knows,
 * and none keeps anything from being found as if there were no table. */

#include "envelope.h"

#include "decoders.h"
#include "octets.h"
#include "seek.h"

#define NAMES_MOST 16 /* of envelopes in one document; only a forger has more */

/* Multipliers for which no two rows meet. */
#define HASH_SLOTS 512
#define HASH(n, first, third) ((unsigned)((n) * 1 + (first) * 30 + (third) * 79) % HASH_SLOTS)

static const uint8_t key_of_hash[HASH_SLOTS] = {
#define EW_ENVELOPE_KEY_ROW(id, text, first, third)                                                \
	[HASH(sizeof(text) - 1, first, third)] = EW_ENVELOPE_KEY_##id,
#define EW_ENVELOPE_KEY_TOLD
#include "envelope_key.def"
#undef EW_ENVELOPE_KEY_ROW
#undef EW_ENVELOPE_KEY_TOLD
};

static const struct ew_bytes key_text[EW_ENVELOPE_KEYS] = {
#define EW_ENVELOPE_KEY_ROW(id, text, first, third)                                                \
	[EW_ENVELOPE_KEY_##id] = { (const uint8_t *)(text), sizeof(text) - 1 },
#define EW_ENVELOPE_KEY_TOLD
#include "envelope_key.def"
#undef EW_ENVELOPE_KEY_ROW
#undef EW_ENVELOPE_KEY_TOLD
};

const struct ew_decoder ew_envelope_layer = { "envelope", EW_DECODER_STRUCTURAL, NULL, NULL };

/* The only key that `name` could be; EW_ENVELOPE_KEY_NONE: it is none. */
static inline unsigned candidate(struct ew_bytes name)
{
	return name.n < 2 ? EW_ENVELOPE_KEY_NONE
	                  : key_of_hash[HASH(name.n, name.p[0], name.p[name.n > 2 ? 2 : 1])];
}

static bool is_telling(const struct ew_field *c)
{
	unsigned key = candidate(c->name);

	return key - 1 < EW_ENVELOPE_KEY_TELLING - 1 && ew_bytes_eq(key_text[key], c->name);
}

/* Most objects end here: common names alone are not looked up. */
static inline bool tells(const struct ew_field *object)
{
	const struct ew_field *c = object->child;

	while (c && !is_telling(c))
		c = c->next;
	return c;
}

static struct ew_envelope_keys keys_of(const struct ew_field *object)
{
	struct ew_envelope_keys seen = { { 0, 0 } };

	for (const struct ew_field *c = object->child; c; c = c->next) {
		unsigned key = candidate(c->name);
		if (key && ew_bytes_eq(key_text[key], c->name))
			seen.word[key / 64] |= UINT64_C(1) << key % 64;
	}
	return seen; /* the bit of NONE is never set */
}

static inline bool has_key(const struct ew_envelope_keys *seen, enum ew_envelope_key key)
{
	return seen->word[key / 64] >> key % 64 & 1;
}

/* All but the first, which tells and is in the first word. */
static inline bool has_others(const struct ew_envelope_keys *seen, const struct ew_envelope *e)
{
	return (!e->keys[1] || has_key(seen, e->keys[1])) &&
	       (!e->keys[2] || has_key(seen, e->keys[2])) && (!e->keys[3] || has_key(seen, e->keys[3]));
}

static bool passes(const struct ew_field *f, const struct ew_envelope_when *w)
{
	struct ew_bytes text = { (const uint8_t *)w->text, w->text_n };

	switch (w->test) {
	case EW_ENVELOPE_IS:
		return ew_bytes_eq(f->value, text);
	case EW_ENVELOPE_BEGINS:
		return ew_bytes_starts(f->value, text);
	case EW_ENVELOPE_HOLDS:
		return ew_bytes_find(f->value, 0, text) != SIZE_MAX;
	case EW_ENVELOPE_GRAPHQL:
		return ew_field_is_leaf(f) && ew_graphql_looks(f->value);
	default:
		return true;
	}
}

/* Most conditions are about a member, which needs no walk. */
static bool meets_beside(const struct ew_field *object, const struct ew_envelope_when *w, size_t n)
{
	const struct ew_field *f = object->child;

	/* Many names of four letters stand in one document, and few of them begin and end alike. */
	while (f && (f->name.n != n || f->name.p[0] != (uint8_t)w->path[0] ||
	             f->name.p[n - 1] != (uint8_t)w->path[n - 1] || memcmp(f->name.p, w->path, n) || !passes(f, w)))
		f = f->next;
	return (f != NULL) != (w->test == EW_ENVELOPE_LACKS);
}

static bool meets(struct ew_field *object, const struct ew_envelope_when *w)
{
	struct ew_seek s;
	struct ew_field *f;

	if (!memchr(w->path, '.', w->path_n))
		return meets_beside(object, w, w->path_n);
	s = ew_seek(object, w->path);
	while ((f = ew_seek_next(&s)) && !passes(f, w))
		;
	return (f != NULL) != (w->test == EW_ENVELOPE_LACKS);
}

static bool meets_all(struct ew_field *object, const struct ew_envelope *e)
{
	const struct ew_envelope_when *w = e->when;

	while (w && w->path && meets(object, w))
		w++;
	return !w || !w->path;
}

/* ---- what is in it --------------------------------------------------------------------------- */

static bool is_declared(const struct ew_field *f, const struct ew_decoder *as)
{
	for (const struct ew_declared *d = f->declared; d; d = d->below) {
		if (d->decoder == as)
			return true;
	}
	return false;
}

/* Bytes written as numbers, however few and whatever they come to. */
static bool open_octets(struct ew_message *m, struct ew_field *f, bool expected)
{
	if (f->kind != EW_KIND_ARRAY || !f->child)
		return true;
	for (const struct ew_field *c = f->child; c; c = c->next) {
		if (c->via)
			return true; /* it looked like a value by itself */
		if (ew_octet_of(c->value) >= 0)
			continue;
		if (expected) {
			ew_message_flag(m, EW_ANOMALY_CT_MISMATCH);
			ew_message_fault(m, EW_MALFORMED, "envelope", f);
		}
		return true;
	}
	return ew_octets_open(m, f, false);
}

bool ew_envelope_declare(struct ew_message *m, struct ew_field *f, const struct ew_decoder *const undo[3],
                         bool expected)
{
	if (undo[0] == &ew_octets_layer)
		return open_octets(m, f, expected);
	if (f->kind > EW_KIND_TEXT || f->value.n == 0 || (undo[0] && is_declared(f, undo[0])))
		return true;
	for (size_t i = 0; i < 3 && undo[i]; i++) {
		if (!ew_declare_under(m, f, undo[i], ew_bytes(NULL, 0), expected))
			return false;
	}
	return true;
}

/* A member beside `f`, of any value if `is` is NULL. */
static const struct ew_field *sibling(const struct ew_field *f, const char *name, const char *is)
{
	struct ew_bytes named = ew_bytes_str(name);

	for (const struct ew_field *c = f->parent->child; c; c = c->next) {
		if (!c->via && ew_bytes_eq(c->name, named) &&
		    (!is || ew_bytes_eq_nocase(c->value, ew_bytes_str(is))))
			return c;
	}
	return NULL;
}

static bool declare_type(struct ew_message *m, struct ew_field *f, const struct ew_envelope_open *o)
{
	const struct ew_field *type = sibling(f, o->type_from, NULL);

	if (!type || !ew_field_is_leaf(type) || f->kind > EW_KIND_TEXT || f->value.n == 0)
		return true;
	enum ew_status s = ew_declare_media_type(m, f, type->value, !o->perhaps);
	if (s != EW_OK)
		ew_message_fault(m, s, s == EW_AMBIGUOUS ? "boundary" : "charset", f);
	return s != EW_LIMIT;
}

/* False: over budget. */
static bool declare_one(struct ew_message *m, struct ew_field *f, const struct ew_envelope_open *o)
{
	if (o->iff && !sibling(f, o->iff, o->is))
		return true;
	return ew_envelope_declare(m, f, o->undo, !o->perhaps) && (!o->type_from || declare_type(m, f, o));
}

/* A step that is no name has one of these. */
static bool is_member(const char *path)
{
	while (*path && *path != '.' && *path != '*' && *path != '[')
		path++;
	return !*path;
}

static bool declare_members(struct ew_message *m, struct ew_field *from, const struct ew_envelope_open *o)
{
	struct ew_bytes name = ew_bytes_str(o->path);

	for (struct ew_field *c = from->child; c; c = c->next) {
		if (ew_bytes_eq(c->name, name) && !declare_one(m, c, o))
			return false;
	}
	return true;
}

static bool declare_found(struct ew_message *m, struct ew_field *from, const struct ew_envelope_open *o)
{
	struct ew_seek s = ew_seek(from, o->path);

	for (struct ew_field *f; (f = ew_seek_next(&s));) {
		if (!declare_one(m, f, o))
			return false;
	}
	return true;
}

static bool declare_all(struct ew_message *m, struct ew_field *from, const struct ew_envelope *e)
{
	for (const struct ew_envelope_open *o = e->open; o && o->path; o++) {
		if (!(is_member(o->path) ? declare_members(m, from, o) : declare_found(m, from, o)))
			return false;
	}
	return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

struct look {
	struct ew_message *m;
	struct ew_field *top; /* gets the names of what is recognised */
	const char *named[NAMES_MOST];
	size_t names;
};

static void note_in_message(struct ew_message *m, const char *name)
{
	for (size_t i = 0; i < m->envelope_count; i++) {
		if (!strcmp(m->envelopes[i], name))
			return;
	}
	if (m->envelope_count < EW_ENVELOPES_NOTED)
		m->envelopes[m->envelope_count++] = name;
}

/* False: over budget. */
static bool say_name(struct look *l, const char *name)
{
	struct ew_field *f;

	for (size_t i = 0; i < l->names; i++) {
		if (!strcmp(l->named[i], name))
			return true;
	}
	/* At the last layer nothing more can be opened, and a name is not worth a fault. */
	if (l->names == NAMES_MOST || l->top->layers >= l->m->limits->layers)
		return true;
	l->named[l->names++] = name;
	note_in_message(l->m, name);
	f = ew_decode_layer(l->m, l->top, &ew_envelope_layer, ew_bytes_str(name), EW_KIND_TEXT, 0);
	if (f)
		f->flags = EW_FIELD_TEXTUAL;
	return f;
}

/* `object` holds the names that tell, `from` is where the paths of what is in it begin.  False: over budget. */
static bool ask_rows(struct look *l, struct ew_field *object, struct ew_field *from, enum ew_envelope_place place,
                     const struct ew_envelope_keys *seen)
{
	/* The row behind the last one is told by NONE, so that one question a row is enough. */
	uint64_t telling = seen->word[0] | UINT64_C(1) << EW_ENVELOPE_KEY_NONE;

	for (const struct ew_envelope *e = ew_envelopes;; e++) {
		while (!(telling >> e->keys[0] & 1))
			e++;
		if (!e->name)
			return true;
		if (e->place != place || !has_others(seen, e) || !meets_all(object, e))
			continue;
		if (!say_name(l, e->name) || !declare_all(l->m, from, e))
			return false;
		if (e->also && !e->also(l->m, object))
			return false;
	}
}

static bool look_at_document(struct look *l, struct ew_field *document)
{
	struct ew_envelope_keys seen = keys_of(document);

	if (has_key(&seen, EW_ENVELOPE_KEY_Records)) {
		struct ew_seek s = ew_seek(document, "Records.[]");
		for (struct ew_field *record; (record = ew_seek_next(&s));) {
			struct ew_envelope_keys inner;
			if (!tells(record))
				continue;
			inner = keys_of(record);
			if (!ask_rows(l, record, record, EW_ENVELOPE_RECORD, &inner))
				return false;
		}
	}
	return ask_rows(l, document, document, EW_ENVELOPE_DOCUMENT, &seen);
}

static bool look_at_headers(struct look *l, struct ew_field *transport)
{
	for (struct ew_field *c = transport->child; c; c = c->next) {
		struct ew_envelope_keys seen;
		if (c->kind != EW_KIND_OBJECT || !tells(c) ||
		    (!ew_bytes_eq(c->name, EW_LIT("header")) && !ew_bytes_eq(c->name, EW_LIT("user_property"))))
			continue;
		seen = keys_of(c);
		if (!ask_rows(l, c, transport, EW_ENVELOPE_HEADERS, &seen))
			return false;
	}
	return true;
}

/* Is there anything in it, or in its elements, for the table to tell? */
static struct ew_field *first_telling(struct ew_field *top)
{
	if (top->kind == EW_KIND_OBJECT && top->via)
		return tells(top) ? top : NULL;
	for (struct ew_field *c = top->child; c; c = c->next) {
		if (c->kind == EW_KIND_OBJECT && tells(c))
			return c;
	}
	return NULL;
}

void ew_envelope_look(struct ew_message *m, struct ew_field *top)
{
	struct ew_field *c = first_telling(top);
	struct look l;

	if (!c)
		return;
	l.m = m;
	l.top = top;
	l.names = 0;
	if (c == top) {
		(void)look_at_document(&l, top);
	} else if (!top->via) {
		(void)look_at_headers(&l, top);
	} else {
		for (; c; c = c->next) {
			if (c->kind == EW_KIND_OBJECT && tells(c) && !look_at_document(&l, c))
				return;
		}
	}
}
