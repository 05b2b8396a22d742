/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Items to fields, in one pass, and before it a pass that only looks whether a guess is right.
 *
 * A count is the sender's word: it allocates nothing, and one that the rest of the bytes cannot hold ends a
 * guess at once.  Keys may be anything: text as it is, numbers as they are spelt, bytes raw; a container that
 * is a key becomes a member without a name before the value, which has none then.
 *
 * No recursion.  The trap is a guess that takes long or raises something: random bytes nearly always begin
 * like a map or an array of some format. */

#include "items.h"

#include "eventwall/codec.h"

#define BIT(id) (UINT64_C(1) << EW_ANOMALY_##id)
#define TEXT_FAULTS (BIT(INVALID_UTF8) | BIT(LONE_SURROGATE) | BIT(NUL) | BIT(OVERLONG))
#define TRIAL_LEVELS 1024
#define BYTES_LEAST 4 /* of a value that is evidence though it is no text */

void ew_items_init(struct ew_items *r, struct ew_message *m, struct ew_field *f, const struct ew_decoder *via,
                   const uint8_t *(*take)(struct ew_items *, const uint8_t *, bool, struct ew_item *))
{
	ew_nest_init(&r->nest, m, f, via);
	r->end = NULL;
	r->status = EW_OK;
	r->sequence = false;
	r->likely = false;
	r->trial = false;
	r->too_much = false;
	r->pieces = 0;
	r->take = take;
	r->whole = NULL;
	r->own = NULL;
}

bool ew_items_count_piece(struct ew_items *r)
{
	if (++r->pieces <= r->nest.m->limits->fields)
		return true;
	r->status = EW_LIMIT;
	r->too_much = true;
	if (!r->trial)
		ew_message_fault(r->nest.m, EW_LIMIT, "fields", r->nest.holder);
	return false;
}

static bool is_evidence(const struct ew_item *it)
{
	if (it->kind == EW_KIND_TEXT)
		return it->text.n > 0 && ew_utf8_valid(it->text);
	return it->kind == EW_KIND_BYTES && it->text.n >= BYTES_LEAST && ew_plausible(it->text);
}

/* What a level of a trial waits for: so many items, or an end. */
#define OPEN_ARRAY UINT32_MAX
#define OPEN_MAP (UINT32_MAX - 1)       /* at a key */
#define OPEN_MAP_VALUE (UINT32_MAX - 2) /* behind a key */
#define COUNT_MOST (UINT32_MAX - 3)

struct trial {
	uint32_t above[TRIAL_LEVELS]; /* what the levels around the innermost wait for */
	size_t depth;                 /* how many they are */
	uint32_t left;                /* what the innermost waits for */
	size_t owed;                  /* items that all levels with a count wait for */
	size_t items;
	bool inside, found;
};

/* One item has come. */
static void count_item(struct trial *t)
{
	if (t->left == OPEN_MAP || t->left == OPEN_MAP_VALUE) {
		t->left = t->left == OPEN_MAP ? OPEN_MAP_VALUE : OPEN_MAP;
	} else if (t->left != OPEN_ARRAY && t->inside) {
		t->left--;
		t->owed--;
	}
}

/* A container begins, with `rest` bytes behind its head.  One that is the last of its level takes its place. */
static bool enter(struct ew_items *r, struct trial *t, const struct ew_item *it, size_t rest)
{
	size_t each = it->sort == EW_ITEM_MAP ? 2 : 1;

	if (t->inside && t->left > 0) {
		if (t->depth == TRIAL_LEVELS) {
			r->too_much = true;
			return false;
		}
		t->above[t->depth++] = t->left;
	}
	t->inside = true;
	t->left = it->sort == EW_ITEM_MAP ? OPEN_MAP : OPEN_ARRAY;
	if (it->open_ended)
		return true;
	if (it->count > rest / each)
		return false;
	t->left = (uint32_t)(it->count * each);
	t->owed += t->left;
	return true;
}

/* Out of what is complete. */
static void leave(struct trial *t)
{
	while (t->inside && t->left == 0) {
		t->inside = t->depth > 0;
		t->left = t->inside ? t->above[--t->depth] : 0;
	}
}

/* Numbers and other dull things, many of which may follow each other. */
static const uint8_t *pass_whole(const struct ew_items *r, struct trial *t, const uint8_t *p)
{
	const uint8_t *stop = r->end, *start = p;
	bool counted = t->left <= COUNT_MOST;

	if (counted && t->left < (size_t)(stop - p))
		stop = p + t->left;
	while (p < stop && r->whole[*p])
		p++;
	if (counted) {
		t->left -= (uint32_t)(p - start);
		t->owed -= (size_t)(p - start);
	} else if (t->left != OPEN_ARRAY && (p - start) % 2) {
		count_item(t);
	}
	return p;
}

static bool try(struct ew_items *r, struct trial *t, const uint8_t *p)
{
	struct ew_item it;

	for (;;) {
		if (t->inside)
			p = pass_whole(r, t, p);
		leave(t);
		if (p == r->end)
			return t->found && !t->inside;
		if (t->owed > (size_t)(r->end - p))
			return false;
		/* Nothing else gets this far by chance, and it is too much to be read. */
		if (++t->items > r->nest.m->limits->fields)
			return true;
		p = r->take(r, p, t->left == OPEN_MAP, &it);
		if (!p)
			return false;
		if (it.sort >= EW_ITEM_END) {
			if (!t->inside || (t->left != OPEN_ARRAY && t->left != OPEN_MAP))
				return false;
			t->left = 0;
			continue;
		}
		count_item(t);
		if (it.sort != EW_ITEM_VALUE) {
			if (!enter(r, t, &it, (size_t)(r->end - p)))
				return false;
		} else if (!t->inside) {
			return false;
		} else {
			t->found = t->found || is_evidence(&it);
		}
	}
}

/* With text in it, what is sure to be over budget is meant, too, and reading will say so.  Without, it may as
 * well be one byte many times over: that of 0xaa is maps within maps. */
static bool is_meant(struct ew_items *r, struct ew_bytes v)
{
	struct trial t;
	bool meant;

	if (v.n > COUNT_MOST)
		return false;
	t.depth = t.owed = t.items = 0;
	t.left = 0;
	t.inside = false;
	t.found = r->likely;
	r->end = v.p + v.n;
	r->trial = true;
	meant = (try(r, &t, v.p) || r->too_much) && t.found;
	r->trial = false;
	r->too_much = false;
	r->pieces = 0;
	return meant;
}

static bool ends_here(const struct ew_nest_level *in, enum ew_item_sort sort)
{
	if (!in || !in->open_ended || in->named)
		return false;
	if (sort == EW_ITEM_END)
		return true;
	return in->object == (sort == EW_ITEM_END_MAP);
}

static inline enum ew_status put_value(struct ew_items *r, const struct ew_item *it)
{
	struct ew_nest *n = &r->nest;
	struct ew_field *f = ew_nest_leaf(n, it->text, it->kind);

	if (!f)
		return EW_LIMIT;
	if (it->kind == EW_KIND_TEXT)
		ew_nest_judge_text(n, it->text);
	if (it->as && !ew_declare_over(n->m, f, it->as, ew_bytes(NULL, 0), it->expected))
		return EW_LIMIT;
	return EW_OK;
}

static enum ew_status open_container(struct ew_items *r, const uint8_t *p, const struct ew_item *it)
{
	bool map = it->sort == EW_ITEM_MAP;
	uint64_t rest = (size_t)(r->end - p);

	if (!ew_nest_open(&r->nest, p, map ? EW_KIND_OBJECT : EW_KIND_ARRAY))
		return EW_LIMIT;
	r->nest.in->open_ended = it->open_ended;
	/* More than there can be is as good as one more. */
	r->nest.in->left = (it->count <= rest ? it->count : rest + 1) << map;
	return EW_OK;
}

/* A key that is a container becomes a member that stands before the value; neither has a name. */
static enum ew_status open_key(struct ew_items *r, const uint8_t *p, const struct ew_item *it)
{
	struct ew_nest_level *in = r->nest.in;
	enum ew_status s = open_container(r, p, it);

	ew_nest_name(in, ew_bytes(p, 0), false);
	return s;
}

/* Marks.  EW_MORE: go on. */
static enum ew_status heed_mark(struct ew_items *r, const uint8_t *past, enum ew_item_sort sort)
{
	struct ew_nest *n = &r->nest;

	if (sort >= EW_ITEM_STOP) {
		if (n->in)
			return EW_MALFORMED;
		if (sort == EW_ITEM_STOP && past != r->end)
			ew_nest_raise(n, EW_ANOMALY_TRAILING_DATA);
		return sort == EW_ITEM_STOP ? EW_OK : EW_MORE;
	}
	if (!ends_here(n->in, sort))
		return EW_MALFORMED;
	ew_nest_close(n, past);
	return EW_MORE;
}

static enum ew_status read_items(struct ew_items *r, const uint8_t *p)
{
	struct ew_nest *n = &r->nest;
	enum ew_status s = EW_OK;
	struct ew_item it;

	while (s == EW_OK) {
		struct ew_nest_level *in = n->in;
		const uint8_t *start = p;
		if (in && in->left == 0 && !in->open_ended) {
			ew_nest_close(n, p);
			continue;
		}
		if (p == r->end)
			return in ? EW_TRUNCATED : EW_OK;
		bool key = in && in->object && !in->named;
		p = r->take(r, p, key, &it);
		if (!in && n->roots > 0 && !r->sequence && !(p && it.sort >= EW_ITEM_STOP))
			ew_nest_raise(n, EW_ANOMALY_TRAILING_DATA);
		if (!p)
			return r->status;
		if (it.sort >= EW_ITEM_END) {
			s = heed_mark(r, p, it.sort);
			if (s == EW_OK)
				return s;
			s = s == EW_MORE ? EW_OK : s;
			continue;
		}
		if (in)
			in->left--;
		if (it.sort != EW_ITEM_VALUE)
			s = key ? open_key(r, start, &it) : open_container(r, start, &it);
		else if (key)
			ew_nest_name(in, it.text, it.kind == EW_KIND_TEXT);
		else
			s = put_value(r, &it);
	}
	return s;
}

static enum ew_status read_all(struct ew_items *r, struct ew_bytes v)
{
	enum ew_status s;

	r->end = v.p + v.n;
	s = read_items(r, v.p);
	while (r->nest.in)
		ew_nest_close(&r->nest, r->end);
	return s;
}

enum ew_status ew_items_decode(struct ew_items *r, bool known)
{
	struct ew_field *f = r->nest.holder;
	enum ew_status s;

	known = known || (ew_field_declared(f, r->nest.via) && f->declared->expected);
	if (!known && !is_meant(r, f->value))
		return EW_DECLINED;
	s = read_all(r, f->value);
	/* One format read as another has odd texts. */
	r->nest.m->anomalies |= known ? r->nest.raised : r->nest.raised & ~TEXT_FAULTS;
	if (s == EW_OK)
		ew_nest_settle(&r->nest, known);
	return s;
}
