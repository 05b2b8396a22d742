/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Path patterns: parsing, and matching a field by climbing from it to the root.
 *
 * Climbing means that a pattern is matched from its last step to its first.  A ** that did not
 * work out takes one more segment and the steps before it are tried again; since every other step takes
 * exactly one segment, only the ** met last ever needs that, so time is bounded by depth times steps. */

#include "path.h"

#include "eventwall/codec.h"
#include "eventwall/protocol.h"
#include "eventwall/ruleset.h"

static bool ends_name(uint8_t c)
{
	return c <= 0x20 || c == 0x7f || strchr(".[]|\"*\\", c) != NULL;
}

static size_t take_name(struct ew_bytes text, size_t at)
{
	while (at < text.n && !ends_name(text.p[at]))
		at++;
	return at;
}

/* From the bracket at `at`; answers the offset past the closing one, 0 if malformed. */
static size_t take_bracket(struct ew_bytes text, size_t at, struct ew_path_step *s)
{
	size_t from = at + 1, to = from;

	if (from < text.n && text.p[from] == '"') {
		for (to = ++from; to < text.n && text.p[to] != '"'; to++)
			to += text.p[to] == '\\';
		if (to >= text.n || text.n - to < 2 || text.p[to + 1] != ']')
			return 0;
		s->sort = EW_PATH_QUOTED;
		s->text = ew_bytes(text.p + from, to - from);
		return to + 2;
	}
	while (to < text.n && text.p[to] != ']')
		to++;
	if (to == text.n)
		return 0;
	if (ew_bytes_eq(ew_bytes(text.p + from, to - from), EW_LIT("*"))) {
		s->sort = EW_PATH_ANY_INDEX;
		return to + 1;
	}
	uint64_t index;
	if (!ew_bytes_u64(ew_bytes(text.p + from, to - from), &index) || index > UINT32_MAX)
		return 0;
	s->sort = EW_PATH_INDEX;
	s->index = (uint32_t)index;
	return to + 1;
}

/* A name, * or ** at `at`; answers the offset past it, 0 if there is none. */
static size_t take_segment(struct ew_bytes text, size_t at, struct ew_path_step *s)
{
	size_t to = at;

	if (at < text.n && text.p[at] == '*') {
		while (to < text.n && text.p[to] == '*')
			to++;
		s->sort = to - at == 1 ? EW_PATH_ONE : EW_PATH_MANY;
		return to - at <= 2 ? to : 0;
	}
	to = take_name(text, at);
	s->sort = EW_PATH_NAME;
	s->text = ew_bytes(text.p + at, to - at);
	return to > at ? to : 0;
}

static size_t take_layer(struct ew_bytes text, size_t at, struct ew_path_step *s)
{
	size_t to = at + 1;

	if (to < text.n && text.p[to] == '*') {
		s->sort = EW_PATH_ANY_LAYER;
		return to + 1;
	}
	to = take_name(text, to);
	s->sort = EW_PATH_LAYER;
	s->text = ew_bytes(text.p + at + 1, to - at - 1);
	return to > at + 1 ? to : 0;
}

bool ew_path_parse(struct ew_path *p, struct ew_bytes text, const char **why_r)
{
	size_t at = 0;

	p->n = 0;
	p->bars = false;
	*why_r = "a path is empty; write ** for every field";
	if (text.n == 0)
		return false;
	while (at < text.n) {
		*why_r = "a path has more than 48 steps";
		if (p->n == EW_PATH_STEPS)
			return false;
		struct ew_path_step *s = &p->step[p->n++];
		*s = (struct ew_path_step){ 0 };
		if (text.p[at] == '[') {
			*why_r = "after [ a path has a number, * or a \"quoted key\", then ]";
			at = take_bracket(text, at, s);
		} else if (text.p[at] == '|') {
			*why_r = "after | a path has the name of a layer or *";
			at = take_layer(text, at, s);
			p->bars = true;
		} else if (p->n > 1 && text.p[at] != '.') {
			*why_r = "steps of a path are joined by a dot";
			return false;
		} else {
			*why_r = "a step of a path is a name, * or **; other keys are written [\"key\"]";
			at = take_segment(text, at + (p->n > 1), s);
		}
		if (at == 0)
			return false;
	}
	if (p->step[0].sort == EW_PATH_NAME && ew_bytes_eq(p->step[0].text, EW_LIT("body")))
		p->step[0].sort = EW_PATH_BODY;
	return true;
}

/* One written character of a quoted key: its bytes to `out`, how many it is to `*n_r`. */
static size_t read_quoted(struct ew_bytes text, size_t at, bool raw_bytes, uint8_t out[4], size_t *n_r)
{
	uint32_t cp = 0;

	*n_r = 1;
	if (text.p[at] != '\\' || text.n - at < 2) {
		out[0] = text.p[at];
		return at + 1;
	}
	uint8_t c = text.p[at + 1];
	if (c != 'u' || text.n - at < 6) {
		out[0] = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
		return at + 2;
	}
	for (size_t i = 2; i < 6; i++)
		cp = cp << 4 | (uint32_t)(ew_hex_digit(text.p[at + i]) & 15);
	if (raw_bytes && cp < 0x100)
		out[0] = (uint8_t)cp;
	else
		*n_r = ew_utf8_put(out, cp);
	return at + 6;
}

/* As ew_field_path() writes keys: \u00ff is the byte ff in a name that is not UTF-8. */
static bool equals_quoted(struct ew_bytes text, struct ew_bytes name)
{
	bool raw_bytes = !ew_utf8_valid(name);
	size_t at = 0, n;
	uint8_t c[4];

	while (at < text.n) {
		at = read_quoted(text, at, raw_bytes, c, &n);
		if (!ew_bytes_starts(name, ew_bytes(c, n)))
			return false;
		name = ew_bytes_from(name, n);
	}
	return name.n == 0;
}

static bool is_body(const struct ew_field *f)
{
	static const struct ew_bytes pair[][2] = {
		{ { (const uint8_t *)"http", 4 }, { (const uint8_t *)"body", 4 } },
		{ { (const uint8_t *)"kafka", 5 }, { (const uint8_t *)"value", 5 } },
		{ { (const uint8_t *)"mqtt", 4 }, { (const uint8_t *)"payload", 7 } },
	};
	const struct ew_field *up = f->parent;

	if (f->via || !up || !up->parent || up->parent->parent)
		return false;
	for (size_t i = 0; i < sizeof(pair) / sizeof(*pair); i++)
		if (ew_bytes_eq(up->name, pair[i][0]) && ew_bytes_eq(f->name, pair[i][1]))
			return true;
	return false;
}

static bool selects_one(const struct ew_path_step *s, const struct ew_field *f)
{
	bool element = f->parent->kind == EW_KIND_ARRAY;

	switch (s->sort) {
	case EW_PATH_NAME:
		return !f->via && !element && ew_bytes_eq(s->text, f->name);
	case EW_PATH_QUOTED:
		return !f->via && !element && equals_quoted(s->text, f->name);
	case EW_PATH_ONE:
		return !f->via;
	case EW_PATH_INDEX:
		return !f->via && element && s->index == f->index;
	case EW_PATH_ANY_INDEX:
		return !f->via && element;
	case EW_PATH_LAYER:
		return f->via && ew_bytes_eq(s->text, ew_bytes_str(f->via->name));
	case EW_PATH_ANY_LAYER:
		return f->via;
	case EW_PATH_BODY:
		return is_body(f);
	case EW_PATH_MANY:
		break;
	}
	return false;
}

/* The nearest segment at or above `f`: without bars, layers are none. */
static const struct ew_field *segment(const struct ew_path *p, const struct ew_field *f)
{
	while (!p->bars && f->via && f->parent)
		f = f->parent;
	return f;
}

bool ew_path_selects(const struct ew_path *p, const struct ew_field *f)
{
	const struct ew_field *many_at = NULL;
	size_t i = p->n, many = 0;

	if (p->n == 1 && p->step[0].sort == EW_PATH_MANY)
		return true;
	f = segment(p, f);
	for (;;) {
		const struct ew_path_step *s = i ? &p->step[i - 1] : NULL;
		if (s && s->sort == EW_PATH_MANY) {
			many = i--;
			many_at = f;
			continue;
		}
		if (!f->parent)
			return i == 0;
		if (s && selects_one(s, f)) {
			i--;
			f = segment(p, f->parent);
			if (s->sort == EW_PATH_BODY)
				f = f->parent;
			continue;
		}
		if (!many || !many_at->parent)
			return false;
		many_at = segment(p, many_at->parent);
		f = many_at;
		i = many - 1;
	}
}

bool ew_path_check(struct ew_bytes pattern, const char **why_r)
{
	struct ew_path p;

	return ew_path_parse(&p, pattern, why_r);
}

bool ew_path_matches(struct ew_bytes pattern, const struct ew_field *f)
{
	struct ew_path p;
	const char *why;

	return ew_path_parse(&p, pattern, &why) && ew_path_selects(&p, f);
}
