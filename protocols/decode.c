/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The engine: a walk over leaves in the order in which they came, and the only place where the tree
 * grows, so the only place where budgets are counted.  It knows no format.
 *
 * How one leaf is opened:
 *   1. What is declared (field.declared) goes first, without asking claims().  A declared format that opens
 *      nothing is EW_MALFORMED and ct_mismatch; what is declared below a failed coding is tried in its
 *      place.
 *   2. Then every decoder that claims the value is let at it, in registry order, each adding its own
 *      layer: a value that is base64 text and holds percent escapes is read both ways.
 *   3. A structural or binary opening without loss settles the value and ends this.  A declared one does
 *      so only if its decoder would have claimed the value unasked: a body declared as a form that is
 *      JSON is read as both, since functions do.
 *   4. A value that is no text and was not settled is opened by its runs of text (strings.c), and encodings of
 *      text are looked for in these alone.
 *   5. Two text encodings that both open a value are also undone one inside the other, but in one order
 *      only, the registry's, lest each pair is done twice at every level.
 *
 * A document is first held against the table of envelopes (envelope.c), which declares what it knows of its
 * fields.
 *
 * Names are not opened where they stand.  Once all leaves are, a name that is more than a word (an
 * attack fits into a key as well as into a value) becomes a layer `name` of its field and goes the way of
 * any value.
 *
 * The trap: anomalies are one set of bits for the message, but whether a value may be left out of the
 * scan hangs on what *this* opening raised; they are taken apart around each call. */

#include "envelope.h"
#include "eventwall/codec.h"
#include "sniff.h"
#include "strings.h"

/* These hide no byte: all content is in the fields although the spelling was odd. */
#define LOSSLESS                                                                                   \
	(BIT(BIGNUM) | BIT(BOM) | BIT(CTL_IN_STRING) | BIT(DUP_KEY) | BIT(INVALID_UTF8) |          \
	 BIT(LONE_SURROGATE) | BIT(NONFINITE) | BIT(NUL) | BIT(OVERLONG) | BIT(TRAILING_COMMA))
#define BIT(id) (UINT64_C(1) << EW_ANOMALY_##id)

#define NAME_LEAST 4 /* bytes of a name that could hurt as a value */
#define BULK 65536    /* bytes of a value that is not worth every combination of encodings */
#define BYTE_MOST 255 /* field.depth and field.layers are bytes */

static void *over_budget(struct ew_message *m, const char *limit, const struct ew_field *where)
{
	ew_message_fault(m, EW_LIMIT, limit, where);
	return NULL;
}

/* A node with only its links set: the caller writes the rest, each byte once. */
static inline struct ew_field *grow(struct ew_message *m, struct ew_field *parent)
{
	struct ew_field *f;

	if (m->used_fields >= m->limits->fields)
		return over_budget(m, "fields", parent);
	f = ew_message_add_field(m, parent);
	if (!f)
		return over_budget(m, "arena", parent);
	m->used_fields++;
	return f;
}

/* Quotes, brackets that code has, operators, separators, slashes and controls: none of them is needed to
 * name something. */
static bool is_word(struct ew_bytes name)
{
	static const bool odd[256] = {
		[0] = true, true, true, true, true, true, true, true, true, true, true, true, true, true,
		true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
		true, true, true,
		['"'] = true, ['%'] = true, ['&'] = true, ['\''] = true, ['('] = true, [')'] = true,
		['+'] = true, ['/'] = true, [';'] = true, ['<'] = true, ['='] = true, ['>'] = true,
		['\\'] = true, ['`'] = true, ['{'] = true, ['|'] = true, ['}'] = true,
	};

	for (size_t i = 0; i < name.n; i++) {
		if (odd[name.p[i]])
			return false;
	}
	return true;
}

struct ew_field *ew_decode_emit(struct ew_message *m, struct ew_field *parent, struct ew_bytes name,
                                struct ew_bytes value, enum ew_kind kind, unsigned flags)
{
	struct ew_field *f;

	if (parent->depth >= m->limits->depth || parent->depth == BYTE_MOST) {
		ew_message_flag(m, EW_ANOMALY_DEPTH);
		return over_budget(m, "depth", parent);
	}
	if (name.n > m->limits->key)
		return over_budget(m, "key", parent);
	f = grow(m, parent);
	if (!f)
		return NULL;
	f->name = name;
	if ((flags & (EW_FIELD_NAMED | EW_FIELD_QUIET | EW_FIELD_SAME_NAME)) == EW_FIELD_NAMED &&
	    name.n >= NAME_LEAST && !m->odd_names)
		m->odd_names = !is_word(name);
	f->value = value;
	f->via = NULL;
	f->kind = (uint8_t)kind;
	f->flags = (uint8_t)flags;
	f->depth = (uint8_t)(parent->depth + 1);
	f->layers = parent->layers;
	return f;
}

struct ew_field *ew_decode_layer(struct ew_message *m, struct ew_field *f, const struct ew_decoder *via,
                                 struct ew_bytes value, enum ew_kind kind, size_t fresh)
{
	struct ew_field *layer;

	if (f->layers >= m->limits->layers || f->layers == BYTE_MOST)
		return over_budget(m, "layers", f);
	if (fresh > m->limits->output - m->used_output) {
		m->used_output = m->limits->output;
		return over_budget(m, "output", f);
	}
	m->used_output += fresh;
	layer = grow(m, f);
	if (!layer)
		return NULL;
	layer->name = (struct ew_bytes){ NULL, 0 };
	layer->value = value;
	layer->via = via;
	layer->kind = (uint8_t)kind;
	layer->flags = 0;
	layer->depth = f->depth;
	layer->layers = (uint8_t)(f->layers + 1);
	f->flags |= EW_FIELD_OPENED;
	if (ew_field_declared(f, via))
		layer->declared = f->declared->below;
	return layer;
}

uint8_t *ew_decode_buffer(struct ew_message *m, const struct ew_field *f, size_t want, size_t *room_r)
{
	size_t left = m->limits->output - m->used_output;
	size_t room = want < left ? want : left;
	uint8_t *p;

	*room_r = 0;
	if (room == 0 && want > 0)
		return over_budget(m, "output", f);
	p = ew_arena_alloc_raw(m->arena, room);
	if (!p)
		return over_budget(m, "arena", f);
	*room_r = room;
	return p;
}

bool ew_decode_charge(struct ew_message *m, const struct ew_field *f, size_t work)
{
	if (work > m->limits->work - m->used_work) {
		m->used_work = m->limits->work;
		ew_message_fault(m, EW_LIMIT, "work", f);
		return false;
	}
	m->used_work += work;
	return true;
}

struct ew_decode_mark ew_decode_mark(const struct ew_message *m, const struct ew_field *f)
{
	return (struct ew_decode_mark){ f->last,         m->newest,      m->newest->used,
		                        m->used_fields, m->used_output, f->flags };
}

void ew_decode_retract(struct ew_message *m, struct ew_field *f, const struct ew_decode_mark *mark)
{
	f->last = mark->last;
	f->flags = (uint8_t)mark->flags;
	if (mark->last)
		mark->last->next = NULL;
	else
		f->child = NULL;
	m->newest = mark->newest;
	m->newest->used = mark->used;
	if (m->newest->next)
		m->newest->next->used = 0;
	m->used_fields = mark->used_fields;
	m->used_output = mark->used_output;
}

/* The budgets that are the whole message's.  The others (a key, one document's depth, one value's
 * layers, one ratio) stop what met them, and the other leaves are still opened. */
static bool nothing_left(const struct ew_message *m)
{
	return ew_arena_spent(m->arena) || m->used_fields >= m->limits->fields ||
	       m->used_output >= m->limits->output || m->used_work >= m->limits->work;
}

static const struct ew_field *layer_by(const struct ew_field *f, const struct ew_decoder *d)
{
	for (const struct ew_field *c = f->child; c; c = c->next) {
		if (c->via == d)
			return c;
	}
	return NULL;
}

static bool is_encoding(const struct ew_decoder *d)
{
	return !(d->flags & (EW_DECODER_STRUCTURAL | EW_DECODER_BINARY));
}

/* A piece of a text may have been cut where it was not meant to be: that it, or what was made of it, is damaged is
 * no exception. */
static bool is_found_piece(const struct ew_field *f)
{
	for (; f->via; f = f->parent) {
		if (f->via->flags & EW_DECODER_EXTRACT && !ew_field_declared(f->parent, f->via))
			return true;
	}
	return false;
}

/* What is odd there says nothing of the message. */
static bool is_hearsay(const struct ew_field *f)
{
	for (; f; f = f->parent) {
		if (f->via && f->via->flags & EW_DECODER_HEARSAY)
			return true;
	}
	return false;
}

enum attempt { NOT_OPENED, OPENED, SETTLED, STOP };

static enum attempt try(struct ew_message *m, struct ew_field *f, const struct ew_decoder *d)
{
	uint64_t before = m->anomalies, raised;
	bool covers, covered = f->flags & EW_FIELD_COVERED;
	const struct ew_field *layer;
	enum ew_status s;

	if (!ew_decode_charge(m, f, f->value.n))
		return STOP;
	m->anomalies = 0;
	s = d->decode(m, f);
	raised = m->anomalies;
	m->anomalies = before;
	if (raised && !is_hearsay(f))
		m->anomalies |= raised;
	if (s != EW_OK && s != EW_DECLINED && (s == EW_LIMIT || !is_found_piece(f))) {
		ew_message_fault(m, s, d->name, f);
		if (s == EW_LIMIT && nothing_left(m))
			return STOP;
	}
	layer = layer_by(f, d);
	if (!layer)
		return NOT_OPENED;
	/* A decoder may know of this opening what its kind does not promise of all.  A document that is one
	 * scalar may as well be text in quotes that mean something: " onfocus=f() x="  leaves an attribute. */
	covers = !(is_encoding(d) || d->flags & EW_DECODER_TENTATIVE) ||
	         (f->flags & EW_FIELD_COVERED && !covered);
	covers = covers && !(d->flags & EW_DECODER_STRUCTURAL && ew_field_is_leaf(layer));
	if (s == EW_OK && d->flags & EW_DECODER_APART)
		return SETTLED;
	if (s != EW_OK || raised & ~LOSSLESS || !covers) {
		if (!covered)
			f->flags &= (uint8_t)~EW_FIELD_COVERED;
		return OPENED;
	}
	f->flags |= EW_FIELD_COVERED;
	return SETTLED;
}

static enum attempt try_declared(struct ew_message *m, struct ew_field *f)
{
	for (; f->declared && f->declared->decoder; f->declared = f->declared->below) {
		const struct ew_decoder *d = f->declared->decoder;
		enum attempt a = try(m, f, d);
		if (a == SETTLED && !d->claims(f))
			return OPENED;
		if (a != NOT_OPENED)
			return a;
		if (!f->declared->expected)
			return NOT_OPENED;
		/* From here on what failed is a guess like any other. */
		ew_message_flag(m, EW_ANOMALY_CT_MISMATCH);
		ew_message_fault(m, EW_MALFORMED, "declared type", f);
	}
	return NOT_OPENED;
}

/* `d` stands before the encoding that made `f`, and it opened the value above `f` already. */
static bool done_in_the_other_order(const struct ew_field *f, const struct ew_decoder *d)
{
	if (!f->via || !is_encoding(f->via) || !is_encoding(d) || f->via == d ||
	    (f->via->flags | d->flags) & EW_DECODER_EXTRACT || !layer_by(f->parent, d))
		return false;
	for (size_t i = 0; ew_decoders[i] && ew_decoders[i] != f->via; i++) {
		if (ew_decoders[i] == d)
			return true;
	}
	return false;
}

/* Of a large value that is no text each encoding is undone, but not one inside the other: nearly any bytes
 * hold a bit of each, and the combinations would spend the budget on an image.  What has to begin in a certain
 * way, as compressed bytes do, is asked all the same. */
static bool is_bulk(const struct ew_field *f)
{
	return f->value.n > BULK && f->via && is_encoding(f->via) && !ew_text_plain(f->value);
}

static bool begins_in_a_way(const struct ew_decoder *d)
{
	return (d->flags & (EW_DECODER_BY_HEAD | EW_DECODER_EXTRACT)) == EW_DECODER_BY_HEAD;
}

/* An encoding of what is no text as a whole; all others are offered its runs of text. */
static bool is_for_noise(const struct ew_decoder *d)
{
	return (d->flags & EW_LOOKS) == EW_DECODER_BY_HEAD || d->flags & EW_DECODER_BY_STRAY;
}

static bool open_leaf(struct ew_message *m, struct ew_field *f)
{
	if (f->declared) {
		enum attempt a = try_declared(m, f);
		if (a == STOP || a == SETTLED)
			return a != STOP;
	}
	bool head = ew_value_has_head(f->value), looked = !head;
	unsigned looks = head ? EW_DECODER_BY_HEAD : ew_value_looks(f->value);
	const struct ew_decoder *const *list = head ? ew_decoders : ew_decoders_without_head;
	bool noise = !(f->flags & EW_FIELD_TEXTUAL) && !ew_is_run(f) && ew_value_is_noise(f->value);
	if (!looks && !noise)
		return true;
	if (!noise && !(looks & ~(unsigned)(EW_DECODER_BY_ALPHABET | EW_DECODER_BY_HEX | EW_DECODER_BY_BASE32 |
	                                    EW_DECODER_BY_RUN)))
		list = ew_decoders_of_alphabet;
	bool binary = f->flags & EW_FIELD_BINARY, bulk = is_bulk(f);
	for (; *list; list++) {
		const struct ew_decoder *d = *list;
		unsigned wants = d->flags & EW_LOOKS;
		if (wants && !(wants & looks)) {
			/* Only now: a document that settles the value need not be walked for this, nor for those
			 * before it that take all or nothing. */
			if (looked || (d->flags & EW_DECODER_APART && !d->claims(f)))
				continue;
			looks |= ew_value_looks(f->value);
			looked = true;
			if (!(wants & looks))
				continue;
		}
		if (f->flags & EW_FIELD_TEXTUAL && d->flags & EW_DECODER_BINARY)
			continue;
		if (is_encoding(d) && (binary || (noise && !is_for_noise(d)) || (bulk && !begins_in_a_way(d))))
			continue;
		if (!d->claims(f) || layer_by(f, d) || done_in_the_other_order(f, d))
			continue;
		enum attempt a = try(m, f, d);
		if (a == STOP || a == SETTLED)
			return a != STOP;
	}
	return true;
}

/* The text of a name.  Structural, since it undoes no encoding of the value beside it. */
static const struct ew_decoder name_layer = { "name", EW_DECODER_STRUCTURAL, NULL, NULL };

/* A document, or what a transport said beside it.  Its fields come behind it and are not open yet. */
static bool holds_names(const struct ew_message *m, const struct ew_field *f)
{
	return f->via ? f->via->flags & EW_DECODER_STRUCTURAL : f->parent == m->root;
}

static void open_all(struct ew_message *m)
{
	struct ew_field *f;

	while ((f = ew_message_next_field(&m->todo))) {
		if (f->kind >= EW_KIND_OBJECT && holds_names(m, f))
			ew_envelope_look(m, f);
		if (f->kind <= EW_KIND_TEXT && f->value.n && !(f->flags & EW_FIELD_QUIET) && !open_leaf(m, f))
			m->todo = (struct ew_field_place){ m->newest, m->newest->used };
	}
}

/* What hangs below a name comes behind its field in document order, so it is met here in turn. */
static void open_names(struct ew_message *m)
{
	for (struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		if ((f->flags & (EW_FIELD_NAMED | EW_FIELD_QUIET)) != EW_FIELD_NAMED ||
		    f->name.n < NAME_LEAST || is_word(f->name))
			continue;
		struct ew_field *layer =
			ew_decode_layer(m, f, &name_layer, f->name, EW_KIND_TEXT, 0);
		if (!layer)
			return;
		layer->flags = EW_FIELD_TEXTUAL;
		open_all(m);
	}
}

enum ew_status ew_decode(struct ew_message *m)
{
	if (!m->root)
		return m->status; /* not even memory for that */
	open_all(m);
	if (m->odd_names)
		open_names(m);
	return m->status;
}
