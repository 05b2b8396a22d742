/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Protocol Buffers on the wire, read without a schema or with a small one.
 *
 * Nothing on the wire tells text from bytes from a message, so content is read in every way that holds:
 * as bytes, which are matched and offered to all decoders, and as a message if fields fill it to the end.
 * Repeated numbers that are packed into one field stay bytes.
 *
 * No recursion: a stack of levels in the frame.  Each level is looked over once before it is entered and
 * read once; a look passes over contents, so both together are linear.  The trap: the bytes of a message
 * within messages are matched once a level, hence each is charged to the message's work. */

#include "protobuf.h"

#include "eventwall/codec.h"
#include "spell.h"

#define LEVELS 257      /* field.depth is a byte, and the message itself has a level */
#define GROUPS_MOST 100 /* what readers of protobuf go into by default */
#define NUMBER_MOST ((1u << 29) - 1)
#define VARINT_MOST 10
#define TEXT_LEAST 4 /* bytes of content that are evidence */
#define EVIDENCE_LEVELS 8 /* of messages within messages that are looked through for it */

/* Past the varint; NULL: `*status_r` says why. */
static inline const uint8_t *take_varint(const uint8_t *p, const uint8_t *end, uint64_t *value_r, bool *odd,
                                         enum ew_status *status_r)
{
	uint64_t v = 0;

	if (p < end && *p < 0x80) {
		*value_r = *p;
		return p + 1;
	}
	for (unsigned i = 0; i < VARINT_MOST; i++) {
		if (p == end) {
			*status_r = EW_TRUNCATED;
			return NULL;
		}
		uint8_t c = *p++;
		v |= (uint64_t)(c & 0x7f) << (7 * i);
		if (c < 0x80) {
			*odd |= (c == 0 && i > 0) || (i == VARINT_MOST - 1 && c > 1);
			*value_r = v;
			return p;
		}
	}
	*status_r = EW_MALFORMED;
	return NULL;
}

static const uint8_t *take_fixed(const uint8_t *p, const uint8_t *end, size_t n, uint64_t *value_r,
                                 enum ew_status *status_r)
{
	uint64_t v = 0;

	if (n > (size_t)(end - p)) {
		*status_r = EW_TRUNCATED;
		return NULL;
	}
	for (size_t i = n; i > 0; i--)
		v = v << 8 | p[i - 1];
	*value_r = v;
	return p + n;
}

static inline const uint8_t *take_item(const uint8_t *p, const uint8_t *end, struct ew_proto_item *it,
                                       enum ew_status *status_r)
{
	uint64_t tag;

	it->odd = false;
	p = take_varint(p, end, &tag, &it->odd, status_r);
	if (!p)
		return NULL;
	if (tag >> 3 == 0 || tag >> 3 > NUMBER_MOST || (tag & 7) > EW_PROTO_FOUR) {
		*status_r = EW_MALFORMED;
		return NULL;
	}
	it->number = (uint32_t)(tag >> 3);
	it->wire = (enum ew_proto_wire)(tag & 7);
	switch (it->wire) {
	case EW_PROTO_VARINT:
		return take_varint(p, end, &it->value, &it->odd, status_r);
	case EW_PROTO_EIGHT:
		return take_fixed(p, end, 8, &it->value, status_r);
	case EW_PROTO_FOUR:
		return take_fixed(p, end, 4, &it->value, status_r);
	case EW_PROTO_CONTENT:
		p = take_varint(p, end, &it->value, &it->odd, status_r);
		if (!p)
			return NULL;
		if (it->value > (size_t)(end - p)) {
			*status_r = EW_TRUNCATED;
			return NULL;
		}
		it->content = ew_bytes(p, (size_t)it->value);
		return p + it->content.n;
	case EW_PROTO_GROUP:
	case EW_PROTO_GROUP_END:
		break;
	}
	return p;
}

const uint8_t *ew_proto_take(const uint8_t *p, const uint8_t *end, struct ew_proto_item *it,
                             enum ew_status *status_r)
{
	return take_item(p, end, it, status_r);
}

static struct ew_proto_shape look_over(struct ew_bytes in, bool look_at_text)
{
	struct ew_proto_shape s = { .status = EW_OK };
	uint32_t groups[GROUPS_MOST];
	size_t depth = 0;
	const uint8_t *p = in.p, *end = in.p + in.n;
	struct ew_proto_item it;

	while (p < end) {
		p = take_item(p, end, &it, &s.status);
		if (!p)
			return s;
		if (it.wire == EW_PROTO_GROUP) {
			if (depth == GROUPS_MOST) {
				s.status = EW_MALFORMED;
				return s;
			}
			groups[depth++] = it.number;
		} else if (it.wire == EW_PROTO_GROUP_END) {
			if (depth == 0 || groups[--depth] != it.number) {
				s.status = EW_MALFORMED;
				return s;
			}
		} else if (it.wire == EW_PROTO_CONTENT) {
			s.contents++;
			if (look_at_text && !s.text && it.content.n >= TEXT_LEAST)
				s.text = ew_text_plain(it.content) || ew_plausible(it.content);
		}
		if (depth == 0)
			s.good = (size_t)(p - in.p);
	}
	if (depth)
		s.status = EW_TRUNCATED;
	return s;
}

/* Is there text, or what would be opened, in a message within the message?  Contents that are no messages have
 * been looked at by level. */
static bool has_text_within(struct ew_bytes in)
{
	const uint8_t *ends[EVIDENCE_LEVELS], *p = in.p, *end = in.p + in.n;
	enum ew_status status;
	struct ew_proto_item it;
	size_t depth = 0;

	for (;;) {
		while (p == end) {
			if (depth == 0)
				return false;
			end = ends[--depth];
		}
		p = take_item(p, end, &it, &status);
		if (!p)
			return false;
		if (it.wire != EW_PROTO_CONTENT || it.content.n < TEXT_LEAST || depth == EVIDENCE_LEVELS)
			continue;
		struct ew_proto_shape s = look_over(it.content, true);
		if (s.status != EW_OK || s.contents == 0)
			continue;
		if (s.text)
			return true;
		ends[depth++] = end;
		p = it.content.p;
		end = p + it.content.n;
	}
}

struct ew_proto_shape ew_proto_shape(struct ew_bytes in)
{
	struct ew_proto_shape s = look_over(in, true);

	if (s.status == EW_OK && s.contents && !s.text)
		s.text = has_text_within(in);
	return s;
}

bool ew_proto_begins(struct ew_bytes in)
{
	enum ew_status status;
	const uint8_t *p = in.p, *end = in.p + in.n;
	uint64_t tag, n;
	bool odd = false;

	p = take_varint(p, end, &tag, &odd, &status);
	if (!p || tag >> 3 == 0 || tag >> 3 > NUMBER_MOST || (tag & 7) > EW_PROTO_FOUR ||
	    (tag & 7) == EW_PROTO_GROUP_END)
		return false;
	if ((tag & 7) != EW_PROTO_CONTENT)
		return true;
	p = take_varint(p, end, &n, &odd, &status);
	return p && n <= (size_t)(end - p);
}

struct level {
	struct ew_field *node;
	const uint8_t *end;
	const struct ew_proto_type *type;
	uint32_t group; /* its number if it is a group */
};

struct reading {
	struct ew_message *m;
	struct ew_speller speller;
	struct level levels[LEVELS];
	size_t depth;
	enum ew_status status;
};

static const struct ew_proto_field *field_of(const struct ew_proto_type *type, uint32_t number)
{
	size_t low = 0, high = type ? type->count : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (type->fields[mid].number == number)
			return &type->fields[mid];
		if (type->fields[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static bool is_spelt(struct reading *r, struct ew_bytes text)
{
	if (text.p)
		return true;
	ew_message_fault(r->m, EW_LIMIT, "arena", r->levels[0].node);
	r->status = EW_LIMIT;
	return false;
}

static struct ew_bytes spell_real(struct reading *r, const struct ew_proto_item *it)
{
	uint32_t bits = (uint32_t)it->value;
	double real;
	float single;

	if (it->wire == EW_PROTO_FOUR) {
		memcpy(&single, &bits, sizeof(single));
		return ew_spell_float(&r->speller, single);
	}
	memcpy(&real, &it->value, sizeof(real));
	return ew_spell_double(&r->speller, real);
}

static struct ew_bytes name_of(struct reading *r, const struct ew_proto_field *known, uint32_t number)
{
	static const uint8_t small[] = "123456789101112131415161718192021222324252627282930"
	                               "313233343536373839404142434445464748495051525354555657585960";

	if (known)
		return ew_bytes_str(known->name);
	if (number < 10)
		return ew_bytes(small + number - 1, 1);
	if (number <= 60)
		return ew_bytes(small + 9 + 2 * (number - 10), 2);
	return ew_spell_u64(&r->speller, number);
}

static struct ew_field *emit(struct reading *r, const struct ew_proto_field *known, uint32_t number,
                             struct ew_bytes value, enum ew_kind kind)
{
	struct ew_bytes name = name_of(r, known, number);
	struct ew_field *f;

	if (!is_spelt(r, name))
		return NULL;
	f = ew_decode_emit(r->m, r->levels[r->depth].node, name, value, kind, 0);
	if (!f)
		r->status = EW_LIMIT;
	return f;
}

static bool enter(struct reading *r, const struct ew_proto_field *known, uint32_t number, struct ew_bytes in,
                  bool is_group)
{
	struct ew_field *f = emit(r, known, number, in, EW_KIND_OBJECT);

	if (!f)
		return false;
	if (r->depth + 1 == LEVELS) {
		ew_message_fault(r->m, EW_LIMIT, "depth", f);
		r->status = EW_LIMIT;
		return false;
	}
	r->levels[++r->depth] = (struct level){ f, in.p + in.n, known ? known->type : NULL,
	                                        is_group ? number : 0 };
	return true;
}

/* The bytes, and what they hold as a message.  Text that were a message of mere numbers is text. */
static const uint8_t *read_both(struct reading *r, const struct ew_proto_field *known, uint32_t number,
                                struct ew_bytes in, bool has_contents)
{
	struct ew_field *f = emit(r, known, number, in, EW_KIND_BYTES);
	bool plain = ew_text_plain(in);

	if (!f)
		return NULL;
	if (plain && !has_contents)
		return in.p + in.n;
	if (!plain)
		f->flags |= EW_FIELD_BINARY;
	if (!ew_decode_charge(r->m, f, in.n)) {
		r->status = EW_LIMIT;
		return NULL;
	}
	return enter(r, known, number, in, false) ? in.p : NULL;
}

/* Where to go on: behind the content, or at its start once it is entered. */
static const uint8_t *read_content(struct reading *r, const struct ew_proto_field *known,
                                   const struct ew_proto_item *it)
{
	struct ew_bytes in = it->content;
	struct ew_proto_shape s;

	if (known && known->kind == EW_PROTO_TEXT)
		return emit(r, known, it->number, in, EW_KIND_TEXT) ? in.p + in.n : NULL;
	s = look_over(in, false);
	if (known && known->kind == EW_PROTO_MESSAGE) {
		if (s.status == EW_OK)
			return enter(r, known, it->number, in, false) ? in.p : NULL;
		ew_message_fault(r->m, s.status, "protobuf.message", r->levels[r->depth].node);
		r->status = s.status;
	}
	/* Content of a field that has a number by its type is several of them. */
	if (in.n == 0 || s.status != EW_OK || (known && known->kind != EW_PROTO_BYTES))
		return emit(r, known, it->number, in, EW_KIND_BYTES) ? in.p + in.n : NULL;
	return read_both(r, known, it->number, in, s.contents != 0);
}

static bool read_number(struct reading *r, const struct ew_proto_field *known, const struct ew_proto_item *it)
{
	bool real = known && known->kind == EW_PROTO_REAL && it->wire != EW_PROTO_VARINT;
	struct ew_bytes text = real ? spell_real(r, it) : ew_spell_u64(&r->speller, it->value);

	return is_spelt(r, text) && emit(r, known, it->number, text, EW_KIND_NUMBER);
}

enum ew_status ew_proto_read(struct ew_message *m, struct ew_field *node, struct ew_bytes in,
                             const struct ew_proto_type *type)
{
	struct reading r;
	const uint8_t *p = in.p;
	enum ew_status damage;
	struct ew_proto_item it;

	r.m = m;
	r.speller = (struct ew_speller){ .arena = m->arena };
	r.depth = 0;
	r.status = EW_OK;
	r.levels[0] = (struct level){ node, in.p + in.n, type, 0 };
	for (;;) {
		struct level *l = &r.levels[r.depth];
		if (p == l->end) {
			/* A group of which the end is missing ends with what it stands in. */
			if (l->group)
				r.status = EW_TRUNCATED;
			if (r.depth == 0)
				return r.status;
			r.depth--;
			continue;
		}
		const uint8_t *next = take_item(p, l->end, &it, &damage);
		if (!next)
			return damage;
		const struct ew_proto_field *known = field_of(l->type, it.number);
		if (it.odd)
			ew_message_flag(m, EW_ANOMALY_LONG_NUMBER);
		if (it.wire == EW_PROTO_GROUP) {
			if (!enter(&r, known, it.number, ew_bytes(next, (size_t)(l->end - next)), true))
				return r.status;
		} else if (it.wire == EW_PROTO_GROUP_END) {
			if (l->group != it.number)
				return EW_MALFORMED;
			/* Its extent is known only now. */
			l->node->value.n = (size_t)(p - l->node->value.p);
			r.depth--;
		} else if (it.wire == EW_PROTO_CONTENT) {
			next = read_content(&r, known, &it);
			if (!next)
				return r.status;
		} else if (!read_number(&r, known, &it)) {
			return r.status;
		}
		p = next;
	}
}
