/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Containers of binary formats become nodes of the tree.  What closes them, and what may stand in them, is
 * the format's affair.
 *
 * Objects of an array are mostly alike.  A member is expected to have the name that stands in its place in the
 * object before; then it is the same view, and not told from its siblings again.
 *
 * The trap: a level that is opened must have room, hence the stack is as deep as ew_decode_emit() ever
 * lets a tree be. */

#include "nest.h"

#include "eventwall/codec.h"

void ew_nest_init(struct ew_nest *n, struct ew_message *m, struct ew_field *holder,
                  const struct ew_decoder *via)
{
	n->m = m;
	n->holder = holder;
	n->via = via;
	n->raised = 0;
	n->roots = 0;
	n->speller = (struct ew_speller){ m->arena, NULL, 0 };
	n->in = NULL;
}

/* Is a byte among these eight zero or past ASCII? */
static uint64_t odd_among(uint64_t w)
{
	return (w | (w - 0x0101010101010101u)) & 0x8080808080808080u;
}

/* Is it all ASCII without a zero byte?  Nearly all text is. */
static bool is_plain(struct ew_bytes t)
{
	uint64_t w, odd = 0;
	uint32_t a, b;

	if (t.n < 4) {
		for (size_t i = 0; i < t.n; i++)
			odd |= odd_among(t.p[i] * UINT64_C(0x0101010101010101));
		return odd == 0;
	}
	if (t.n < 8) {
		memcpy(&a, t.p, 4);
		memcpy(&b, t.p + t.n - 4, 4);
		return odd_among((uint64_t)a << 32 | b) == 0;
	}
	for (size_t i = 0; t.n - i >= 8; i += 8) {
		memcpy(&w, t.p + i, 8);
		odd |= odd_among(w);
	}
	memcpy(&w, t.p + t.n - 8, 8);
	return (odd | odd_among(w)) == 0;
}

void ew_nest_judge_text(struct ew_nest *n, struct ew_bytes text)
{
	if (is_plain(text))
		return;
	n->raised |= ew_text_faults(text);
	if (memchr(text.p, 0, text.n))
		ew_nest_raise(n, EW_ANOMALY_NUL);
}

/* The model is left: from here on names are told from each other, and so are those before. */
static void leave_model(struct ew_nest *n, struct ew_nest_level *in)
{
	for (const struct ew_field *c = in->node->child; c; c = c->next) {
		if (c->flags & EW_FIELD_NAMED && ew_name_seen(&in->names, n->m->arena, c))
			ew_nest_raise(n, EW_ANOMALY_DUP_KEY);
	}
	in->alike = false;
}

/* `*like_r` is the member of the model that has the name, or NULL. */
static inline struct ew_field *put_member(struct ew_nest *n, struct ew_nest_level *in,
                                          struct ew_bytes value, enum ew_kind kind,
                                          const struct ew_field **like_r)
{
	const struct ew_field *like = in->model;
	struct ew_field *f;

	if (like && (n->m->odd_names || !(like->flags & EW_FIELD_NAMED) || !ew_bytes_eq(like->name, in->name)))
		like = NULL;
	if (like)
		f = ew_decode_emit(n->m, in->node, like->name, value, kind, EW_FIELD_NAMED | EW_FIELD_SAME_NAME);
	else
		f = ew_decode_emit(n->m, in->node, in->name, value, kind, EW_FIELD_NAMED);
	if (!f)
		return NULL;
	if (!like && !in->judged)
		ew_nest_judge_text(n, in->name);
	if (!like && in->alike)
		leave_model(n, in);
	else if (!in->alike && ew_name_seen(&in->names, n->m->arena, f))
		ew_nest_raise(n, EW_ANOMALY_DUP_KEY);
	in->named = false;
	in->model = like ? like->next : NULL;
	*like_r = like;
	return f;
}

/* An element, or a member without a name; `*like_r` is the container before it, or NULL. */
static struct ew_field *put_element(struct ew_nest *n, struct ew_nest_level *in, struct ew_bytes value,
                                    enum ew_kind kind, const struct ew_field **like_r)
{
	struct ew_field *f = ew_decode_emit(n->m, in->node, ew_bytes(NULL, 0), value, kind, 0);

	if (!in->object) {
		*like_r = in->model;
		in->model = f && kind >= EW_KIND_OBJECT ? f : in->model;
	} else if (f && in->alike) {
		leave_model(n, in);
		in->model = NULL;
	}
	return f;
}

static inline struct ew_field *put(struct ew_nest *n, struct ew_bytes value, enum ew_kind kind,
                                   const struct ew_field **like_r)
{
	struct ew_nest_level *in = n->in;

	*like_r = NULL;
	if (in)
		return in->named ? put_member(n, in, value, kind, like_r) : put_element(n, in, value, kind, like_r);
	n->roots++;
	return ew_decode_layer(n->m, n->holder, n->via, value, kind, 0);
}

struct ew_field *ew_nest_leaf(struct ew_nest *n, struct ew_bytes value, enum ew_kind kind)
{
	const struct ew_field *like;

	return put(n, value, kind, &like);
}

struct ew_field *ew_nest_open(struct ew_nest *n, const uint8_t *p, enum ew_kind kind)
{
	const struct ew_field *like;
	struct ew_field *f = put(n, ew_bytes(p, 0), kind, &like);
	struct ew_nest_level *in;

	if (!f)
		return NULL;
	in = n->in ? n->in + 1 : n->stack;
	*in = (struct ew_nest_level){ .node = f, .model = like && like->kind == kind ? like->child : NULL };
	if (kind == EW_KIND_ARRAY)
		in->model = NULL;
	in->object = kind == EW_KIND_OBJECT;
	in->alike = in->model != NULL;
	n->in = in;
	return f;
}

void ew_nest_settle(struct ew_nest *n, bool known)
{
	struct ew_field *f = n->holder;

	if (n->roots == 0)
		return;
	if (!ew_text_plain(f->value))
		f->flags |= EW_FIELD_BINARY;
	if (known)
		f->flags |= EW_FIELD_COVERED;
}

void ew_nest_close(struct ew_nest *n, const uint8_t *p)
{
	struct ew_field *node = n->in->node;

	node->value.n = (size_t)(p - node->value.p);
	n->in = n->in == n->stack ? NULL : n->in - 1;
}

uint8_t *ew_nest_room(struct ew_nest *n, size_t want)
{
	size_t room;
	uint8_t *p = ew_decode_buffer(n->m, n->holder, want, &room);

	if (p && room == want) {
		n->m->used_output += want;
		return p;
	}
	ew_message_fault(n->m, EW_LIMIT, "output", n->holder);
	return NULL;
}
