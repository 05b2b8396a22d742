/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Walking down a path with one cursor a step.  No recursion; what is visited is what the path leads through, and
 * below a ** all that there is.
 *
 * The trap: a name may stand twice in one object, and which of the two a reader takes is not known, so a step
 * that has failed further down goes on to its next sibling of that name. */

#include "seek.h"

#include "eventwall/error.h"

enum sort { NAMED, ANY_NAME, ELEMENT, MANY };

static enum sort sort_of(struct ew_bytes step)
{
	if (step.p[0] == '*')
		return step.n == 1 ? ANY_NAME : MANY;
	return step.p[0] == '[' ? ELEMENT : NAMED;
}

/* The first of `f` and its later siblings that the step selects. */
static struct ew_field *fitting(struct ew_bytes step, enum sort sort, struct ew_field *f)
{
	if (!f || (f->parent->kind == EW_KIND_ARRAY) != (sort == ELEMENT))
		return NULL;
	if (sort != NAMED)
		return f->via ? NULL : f; /* layers come last */
	while (f && (f->name.n != step.n || f->name.p[0] != step.p[0] || memcmp(f->name.p, step.p, step.n)))
		f = f->next;
	return f;
}

/* Below a **: the next container of the document at or below `top`, `f` being the last. */
static struct ew_field *next_container(struct ew_field *f, const struct ew_field *top)
{
	while (f) {
		if (f->child && !f->child->via) {
			f = f->child;
		} else {
			while (f != top && (!f->next || f->next->via))
				f = f->parent;
			if (f == top)
				return NULL;
			f = f->next;
		}
		if (f->kind >= EW_KIND_OBJECT)
			return f;
	}
	return NULL;
}

struct ew_seek ew_seek(struct ew_field *top, const char *path)
{
	struct ew_seek s;

	s.top = top;
	s.steps = 0;
	s.begun = false;
	for (const char *p = path, *from = p; *from; from = p) {
		ew_assert(s.steps < EW_SEEK_STEPS);
		while (*p && *p != '.')
			p++;
		s.step[s.steps] = ew_bytes(from, (size_t)(p - from));
		s.sort[s.steps] = sort_of(s.step[s.steps]);
		s.steps++;
		p += *p == '.';
	}
	return s;
}

static struct ew_field *above(const struct ew_seek *s, size_t level)
{
	return level ? s->at[level - 1] : s->top;
}

static struct ew_field *first_at(const struct ew_seek *s, size_t level)
{
	struct ew_field *up = above(s, level);

	return s->sort[level] == MANY ? up : fitting(s->step[level], s->sort[level], up->child);
}

static struct ew_field *next_at(const struct ew_seek *s, size_t level)
{
	if (s->sort[level] == MANY)
		return next_container(s->at[level], above(s, level));
	return fitting(s->step[level], s->sort[level], s->at[level]->next);
}

struct ew_field *ew_seek_next(struct ew_seek *s)
{
	size_t level = s->begun ? s->steps - 1 : 0;
	struct ew_field *f = s->begun ? next_at(s, level) : first_at(s, level);

	s->begun = true;
	for (;;) {
		if (f) {
			s->at[level] = f;
			if (level + 1 == s->steps)
				return f;
			f = first_at(s, ++level);
		} else if (level == 0) {
			return NULL;
		} else {
			f = next_at(s, --level);
		}
	}
}

struct ew_field *ew_seek_first(struct ew_field *top, const char *path)
{
	struct ew_seek s = ew_seek(top, path);

	return ew_seek_next(&s);
}
