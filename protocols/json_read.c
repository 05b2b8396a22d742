/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One JSON document to fields, in one pass: RFC 8259, and every deviation that some function's parser
 * takes, each raised as an anomaly (comments, single quotes, bare keys, odd numbers, trailing commas).
 * It validates nothing beyond that and converts nothing: numbers stay text, names that stand twice are
 * two fields.  What no dialect has is damage: it is raised, and reading goes on at the next token, so
 * that the strings behind it are fields as well.
 *
 * Objects of an array are mostly alike.  A member is expected to have the name that stands in its place in
 * the object before; where it does, its name need not be read, told from the others or matched again.
 *
 * No recursion: a stack of levels in the frame, as deep as field.depth can count.  The trap: every turn of
 * the loop must move p, whatever the input. */

#include "eventwall/codec.h"
#include "json.h"
#include "octets.h"

#define LEVELS 257          /* field.depth is a byte, and the document itself has a level */
#define OCTETS_LEAST 4      /* elements of a row that might be bytes */
#define GUESS_DAMAGES 16    /* a guess with more is no JSON worth the fields */

struct level {
	struct ew_field *node;
	const struct ew_field *model; /* what the next child may be like, NULL: nothing known */
	struct ew_names names;   /* not filled while `alike` */
	uint32_t octets;              /* elements from the first on that could each be a byte */
	uint8_t closer;
	bool alike; /* an object whose members so far are named as its model's, so no two the same */
};

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Ends a bare run. */
static bool is_delimiter(uint8_t c)
{
	switch (c) {
	case ',': case ':': case '[': case ']': case '{': case '}': case '"': case '\'': case '/':
	case '#':
		return true;
	default:
		return c <= ' ';
	}
}

void ew_json_damage(struct ew_json *j)
{
	j->raised |= EW_JSON_BIT(JSON_SYNTAX);
	j->damages++;
	if (!j->declared && (j->keys == 0 || j->damages > GUESS_DAMAGES))
		j->given_up = true;
}

void ew_json_ends_early(struct ew_json *j)
{
	if (!j->truncated)
		ew_json_damage(j);
	j->truncated = true;
}

/* Of C at a slash, of scripts at a number sign. */
static const uint8_t *comment(struct ew_json *j, const uint8_t *p)
{
	const uint8_t *q = p + 1 + (*p == '/');

	j->raised |= EW_JSON_BIT(COMMENT);
	if (*p == '#' || p[1] == '/') {
		while (q < j->end && *q != '\n' && *q != '\r')
			q++;
		return q;
	}
	while (j->end - q > 1 && (q = memchr(q, '*', (size_t)(j->end - q) - 1))) {
		if (*++q == '/')
			return q + 1;
	}
	ew_json_ends_early(j);
	return j->end;
}

/* Blanks of other languages: form feed, no-break space, line separators, a mark in the midst. */
static size_t odd_blank(const uint8_t *p, size_t n)
{
	if (*p == '\f' || *p == '\v')
		return 1;
	if (n >= 2 && p[0] == 0xc2 && p[1] == 0xa0)
		return 2;
	if (n >= 3 && p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9))
		return 3;
	if (n >= 3 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf)
		return 3;
	return 0;
}

const uint8_t *ew_json_blanks(struct ew_json *j, const uint8_t *p)
{
	const uint8_t *end = j->end;

	for (;;) {
		while (p < end && is_space(*p))
			p++;
		if (p == end || (*p > ' ' && *p < 0x7f && *p != '/' && *p != '#'))
			return p;
		if (*p == '#' || (*p == '/' && end - p > 1 && (p[1] == '/' || p[1] == '*'))) {
			p = comment(j, p);
			continue;
		}
		size_t n = odd_blank(p, (size_t)(end - p));
		if (n) {
			j->raised |= EW_JSON_BIT(RELAXED_JSON);
			p += n;
		} else if (*p < ' ') {
			if (*p == 0)
				j->raised |= EW_JSON_BIT(NUL);
			ew_json_damage(j);
			p++;
		} else {
			return p;
		}
	}
}

/* Printable, and no comment begins with it. */
static const bool begins_token[256] = {
	['!'] = true, ['"'] = true, ['$'] = true, ['%'] = true, ['&'] = true, ['\''] = true,
	['('] = true, [')'] = true, ['*'] = true, ['+'] = true, [','] = true, ['-'] = true, ['.'] = true,
	['0' ... '~'] = true,
};

static inline const uint8_t *blanks(struct ew_json *j, const uint8_t *p)
{
	/* Most tokens have none before them, or one. */
	if (p < j->end && begins_token[*p])
		return p;
	if (j->end - p > 1 && *p == ' ' && begins_token[p[1]])
		return p + 1;
	return ew_json_blanks(j, p);
}

static const uint8_t *digits(const uint8_t *p, const uint8_t *end)
{
	while (p < end && (uint8_t)(*p - '0') < 10)
		p++;
	return p;
}

/* Does the number, which is well spelt, overflow 64 bits or a double?  `whole` is its integer part without
 * sign, `tail` what follows. */
static bool is_big(struct ew_bytes whole, struct ew_bytes tail, bool negative)
{
	static const char most[] = "17976931348623157"; /* e+308-16: the greatest double */
	long long scale = 0, lead = (long long)whole.n;
	size_t e = 0;
	uint64_t v;

	if (tail.n == 0)
		return whole.n >= 19 && (!ew_bytes_u64(whole, &v) ||
		                         (negative && v > UINT64_C(9223372036854775808)));
	while (e < tail.n && (tail.p[e] | 0x20) != 'e')
		e++;
	if (whole.p[0] == '0') {
		size_t zeros = 1;
		while (zeros < e && tail.p[zeros] == '0')
			zeros++;
		if (zeros >= e)
			return false; /* zero */
		lead = 1 - (long long)zeros;
	}
	if (e < tail.n) {
		for (size_t i = e + 1; i < tail.n; i++) {
			if ((uint8_t)(tail.p[i] - '0') < 10 && scale < 100000000)
				scale = scale * 10 + (tail.p[i] - '0');
		}
		if (tail.p[e + 1] == '-')
			scale = -scale;
	}
	if (lead + scale != 309)
		return lead + scale > 309;
	for (size_t i = 0, at = 0; at < sizeof(most) - 1 && i < whole.n + e; i++) {
		uint8_t c = i < whole.n ? whole.p[i] : tail.p[i - whole.n];
		if ((uint8_t)(c - '0') > 9 || (at == 0 && c == '0'))
			continue;
		if (c != (uint8_t)most[at])
			return c > (uint8_t)most[at];
		at++;
	}
	return false;
}

/* A number as RFC 8259 spells it, with a delimiter behind it; NULL: it is none. */
static const uint8_t *strict_number(struct ew_json *j, const uint8_t *p)
{
	const uint8_t *end = j->end, *whole = p, *q;
	bool powered = false;

	whole += *p == '-';
	q = digits(whole, end);
	if (q == whole || (*whole == '0' && q - whole > 1))
		return NULL;
	const uint8_t *tail = q;
	if (q < end && *q == '.') {
		const uint8_t *fraction = q + 1;
		q = digits(fraction, end);
		if (q == fraction)
			return NULL;
	}
	if (q < end && (*q | 0x20) == 'e') {
		const uint8_t *power = q + 1;
		if (power < end && (*power == '+' || *power == '-'))
			power++;
		q = digits(power, end);
		if (q == power)
			return NULL;
		powered = true;
	}
	if (q < end && !is_delimiter(*q))
		return NULL;
	if ((q - whole >= 19 || powered) &&
	    is_big(ew_bytes(whole, (size_t)(tail - whole)), ew_bytes(tail, (size_t)(q - tail)), whole != p))
		j->raised |= EW_JSON_BIT(BIGNUM);
	return q;
}

/* Digits with a point or an exponent, as JavaScript, Python or a hex reader would take them. */
static bool loose_number(struct ew_bytes t)
{
	const uint8_t *p = t.p, *end = t.p + t.n, *q;
	bool some;

	if (p < end && (*p == '+' || *p == '-'))
		p++;
	if (end - p > 2 && p[0] == '0' && strchr("xXoObB", p[1])) {
		for (p += 2; p < end; p++) {
			if ((uint8_t)(*p - '0') > 9 && (uint8_t)((*p | 0x20) - 'a') > 5 && *p != '_')
				return false;
		}
		return true;
	}
	q = digits(p, end);
	some = q > p;
	if (q < end && *q == '.') {
		p = q + 1;
		q = digits(p, end);
		some |= q > p;
	}
	if (some && q < end && (*q | 0x20) == 'e') {
		q++;
		if (q < end && (*q == '+' || *q == '-'))
			q++;
		q = digits(q, end);
	}
	if (some && q < end && (*q == 'n' || *q == 'L'))
		q++;
	return some && q == end;
}

static bool is_one_of(struct ew_bytes t, const char *const *words)
{
	for (; *words; words++) {
		if (ew_bytes_eq(t, ew_bytes_str(*words)))
			return true;
	}
	return false;
}

/* What a run without quotes is.  A number that is not strictly one stays bytes, which are matched. */
static enum ew_kind kind_of_run(struct ew_json *j, struct ew_bytes t)
{
	static const char *const nonfinite[] = { "NaN", "Infinity", "-Infinity", "+Infinity", "-NaN",
		"+NaN", "nan", "inf", "-inf", "Inf", "-Inf", NULL };
	static const char *const foreign[] = { "True", "False", "None", "undefined", "nil", "NULL", "TRUE",
		"FALSE", NULL };

	if (ew_bytes_eq(t, EW_LIT("null")))
		return EW_KIND_NULL;
	if (ew_bytes_eq(t, EW_LIT("true")) || ew_bytes_eq(t, EW_LIT("false")))
		return EW_KIND_BOOL;
	if (is_one_of(t, nonfinite))
		j->raised |= EW_JSON_BIT(NONFINITE);
	else if (loose_number(t) || is_one_of(t, foreign))
		j->raised |= EW_JSON_BIT(RELAXED_JSON);
	else
		ew_json_damage(j);
	return EW_KIND_BYTES;
}

/* At least one byte, so that a byte that fits nowhere is passed as a run of its own. */
static const uint8_t *run_end(const struct ew_json *j, const uint8_t *p)
{
	do
		p++;
	while (p < j->end && !is_delimiter(*p));
	return p;
}

/* A value that is no container, at p < end. */
static inline const uint8_t *scalar(struct ew_json *j, const uint8_t *p, struct ew_bytes *text_r,
                                    enum ew_kind *kind_r)
{
	const uint8_t *q;

	if (*p == '"') {
		*kind_r = EW_KIND_TEXT;
		return ew_json_string(j, p + 1, '"', text_r);
	}
	if ((*p == '-' || (uint8_t)(*p - '0') < 10) && (q = strict_number(j, p))) {
		*kind_r = EW_KIND_NUMBER;
		*text_r = ew_bytes(p, (size_t)(q - p));
		return q;
	}
	if (*p == '\'') {
		j->raised |= EW_JSON_BIT(RELAXED_JSON);
		*kind_r = EW_KIND_TEXT;
		return ew_json_string(j, p + 1, '\'', text_r);
	}
	q = run_end(j, p);
	*text_r = ew_bytes(p, (size_t)(q - p));
	*kind_r = kind_of_run(j, *text_r);
	return q;
}

/* A member's name and its colon, at p < end and not at a closer or comma.  `known`: what its name is, if
 * that has been seen.  `*valued_r` is false if no value follows: then the name alone is kept. */
static inline const uint8_t *member_name(struct ew_json *j, const uint8_t *p, const struct ew_field *known,
                                         struct ew_bytes *name_r, bool *valued_r)
{
	bool quoted = *p == '"';

	if (known) {
		*name_r = known->name;
		p += known->name.n + 2;
	} else if (quoted) {
		p = ew_json_string(j, p + 1, '"', name_r);
	} else if (*p == '\'') {
		j->raised |= EW_JSON_BIT(RELAXED_JSON);
		p = ew_json_string(j, p + 1, '\'', name_r);
	} else {
		const uint8_t *q = run_end(j, p);
		bool word = !is_delimiter(*p);
		*name_r = ew_bytes(p, (size_t)(q - p));
		p = q;
		j->raised |= EW_JSON_BIT(RELAXED_JSON);
		if (!word)
			ew_json_damage(j);
		else if (name_r->p[0] >= 0x80)
			j->raised |= ew_text_faults(*name_r);
	}
	p = blanks(j, p);
	bool colon = p < j->end && *p == ':';
	if (colon) {
		j->keys += quoted;
		p = blanks(j, p + 1);
	}
	*valued_r = p < j->end && *p != ',' && *p != '}' && *p != ']';
	if (p < j->end && !(colon && *valued_r))
		ew_json_damage(j);
	return p;
}

static struct ew_field *top(struct ew_json *j, struct ew_bytes text, enum ew_kind kind)
{
	struct ew_field *f;

	if (j->via)
		f = ew_decode_layer(j->m, j->holder, j->via, text, kind, j->fresh);
	else
		f = ew_decode_emit(j->m, j->holder, EW_LIT(""), text, kind, 0);
	j->fresh = 0;
	j->spent |= !f;
	return f;
}

/* `like` is what stands in the same place of the object or array before, or NULL. */
static inline void open_level(struct level *lv, struct ew_field *node, const struct ew_field *like)
{
	lv->node = node;
	lv->model = like && like->kind == node->kind ? like->child : NULL;
	lv->names = (struct ew_names){ 0 };
	lv->octets = 0;
	lv->closer = node->kind == EW_KIND_OBJECT ? '}' : ']';
	lv->alike = lv->model != NULL;
}

/* Does the name of `model` stand at p?  A name that was spelt otherwise may not be what it reads like. */
static inline bool is_named_like(const struct ew_json *j, const uint8_t *p, const struct ew_field *model)
{
	struct ew_bytes name = model->name;

	return model->flags & EW_FIELD_VERBATIM && *p == '"' && (size_t)(j->end - p) > name.n + 1 &&
	       p[name.n + 1] == '"' && memcmp(p + 1, name.p, name.n) == 0;
}

/* The model is left: from here on names are told from each other, and so are those before. */
static void leave_model(struct ew_json *j, struct level *lv)
{
	for (const struct ew_field *c = lv->node->child; c; c = c->next) {
		if (ew_name_seen(&lv->names, j->m->arena, c))
			j->raised |= EW_JSON_BIT(DUP_KEY);
	}
	lv->alike = false;
}

/* Read what stands between the brackets of `node`, which is open; p is past the opening one. */
static const uint8_t *members(struct ew_json *j, const uint8_t *p, struct ew_field *node)
{
	struct level stack[LEVELS], *lv = stack;
	bool comma = false, after = false; /* just passed a comma; just passed a value */

	open_level(lv, node, NULL);
	while (!j->given_up) {
		p = blanks(j, p);
		if (p == j->end) {
			ew_json_ends_early(j);
			break;
		}
		uint8_t c = *p;
		if (c == '}' || c == ']') {
			p++;
			if (c != lv->closer)
				ew_json_damage(j);
			if (comma)
				j->raised |= EW_JSON_BIT(TRAILING_COMMA);
			lv->node->value.n = (size_t)(p - lv->node->value.p);
			if (lv->octets >= OCTETS_LEAST && lv->octets == lv->node->last->index + 1 &&
			    !ew_octets_open(j->m, lv->node, true))
				j->spent = true;
			if (lv-- == stack)
				return p;
			if (j->spent)
				break;
			after = true;
			comma = false;
			continue;
		}
		if (c == ',') {
			p++;
			if (!after)
				j->raised |= EW_JSON_BIT(RELAXED_JSON);
			after = false;
			comma = true;
			continue;
		}
		if (after || c == ':')
			ew_json_damage(j);
		after = c != ':';
		comma = false;
		if (c == ':') {
			p++;
			continue;
		}
		struct ew_bytes name = { NULL, 0 }, text;
		bool object = lv->closer == '}', valued = true;
		const struct ew_field *like = lv->model;
		unsigned flags = 0;
		enum ew_kind kind;
		if (object && (c == '{' || c == '[')) {
			ew_json_damage(j);
			flags = EW_FIELD_NAMED;
			like = NULL;
		} else if (object) {
			const uint8_t *at = p;
			if (like && (j->m->odd_names || !is_named_like(j, p, like)))
				like = NULL;
			p = member_name(j, p, like, &name, &valued);
			flags = EW_FIELD_NAMED;
			if (like)
				flags |= EW_FIELD_SAME_NAME | EW_FIELD_VERBATIM;
			else if (c == '"' && name.p == at + 1)
				flags |= EW_FIELD_VERBATIM;
		}
		if (j->given_up)
			break;
		if (!valued) {
			kind = EW_KIND_NULL;
			text = ew_bytes(p, 0);
		} else if (*p == '{' || *p == '[') {
			kind = *p == '{' ? EW_KIND_OBJECT : EW_KIND_ARRAY;
			text = ew_bytes(p++, 1);
		} else {
			p = scalar(j, p, &text, &kind);
		}
		struct ew_field *f = ew_decode_emit(j->m, lv->node, name, text, kind, flags);
		if (!f) {
			j->spent = true;
			break;
		}
		lv->octets += lv->octets == f->index && ew_octet_like(f);
		if (object) {
			if (!like && lv->alike)
				leave_model(j, lv);
			else if (!lv->alike && ew_name_seen(&lv->names, j->m->arena, f))
				j->raised |= EW_JSON_BIT(DUP_KEY);
			lv->model = like ? like->next : NULL;
		}
		if (kind >= EW_KIND_OBJECT) {
			if (!object)
				lv->model = f;
			open_level(++lv, f, like);
			after = false;
		}
	}
	for (;; lv--) {
		lv->node->value.n = (size_t)(p - lv->node->value.p);
		if (lv == stack)
			return p;
	}
}

bool ew_json_document(struct ew_json *j)
{
	const uint8_t *p = j->p;
	struct ew_bytes text;
	enum ew_kind kind;
	struct ew_field *f;

	if (*p == '{' || *p == '[') {
		f = top(j, ew_bytes(p, (size_t)(j->end - p)),
		        *p == '{' ? EW_KIND_OBJECT : EW_KIND_ARRAY);
		j->p = f ? members(j, p + 1, f) : p;
	} else {
		uint32_t damages = j->damages;
		j->p = scalar(j, p, &text, &kind);
		if (!j->given_up && (kind != EW_KIND_BYTES || j->damages == damages))
			top(j, text, kind);
	}
	return !j->given_up && !j->spent;
}
