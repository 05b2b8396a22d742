/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Macros: %{TX.name}, %{REQUEST_HEADERS:Host}, %{MATCHED_VAR}.  A dot separates as a colon does,
 * and a percent sign alone is text. */

#include "macro.h"
#include "names.h"

#define SHOWN(b) (int)((b).n < 64 ? (b).n : 64), (const char *)(b).p

static bool read_variable(const struct ew_seclang_file *file, struct ew_bytes name,
			  struct ew_macro_piece *p, struct ew_error *e)
{
	const char *near = NULL;
	size_t cut = 0;

	while (cut < name.n && name.p[cut] != '.' && name.p[cut] != ':')
		cut++;
	size_t id = ew_seclang_find(EW_TABLE_VARIABLE, ew_bytes(name.p, cut), &near);
	if (id == EW_NAME_NONE)
		return ew_seclang_wrong(e, file, name.p, "\"%.*s\" is not a variable%s%s%s",
					SHOWN(name), near ? "; did you mean " : "",
					near ? near : "", near ? "?" : "");
	p->variable = true;
	p->id = (enum ew_variable)id;
	p->text = ew_bytes_from(name, cut + 1);
	if (p->text.n > 0 && !ew_variable_facts(p->id)->collection)
		return ew_seclang_wrong(e, file, name.p, "%s is a single value and has no members",
					ew_seclang_name(EW_TABLE_VARIABLE, id));
	return true;
}

bool ew_macro_read(struct ew_arena *a, const struct ew_seclang_file *file, struct ew_bytes text,
		   struct ew_macro *m_r, struct ew_error *e)
{
	struct ew_macro_piece **link = &m_r->first;
	size_t i = 0;

	*m_r = (struct ew_macro){ NULL, false };
	while (i < text.n) {
		struct ew_macro_piece *p = ew_arena_alloc(a, sizeof(*p));
		if (!p)
			return ew_seclang_wrong(
				e, file, text.p,
				"the rules take more memory than is allowed for them");
		size_t open = ew_bytes_find(text, i, EW_LIT("%{"));
		if (open == i) {
			size_t close = ew_bytes_find(text, i, EW_LIT("}"));
			if (close == SIZE_MAX)
				return ew_seclang_wrong(e, file, text.p + i,
							"this macro is never closed: expected a }");
			if (!read_variable(file, ew_bytes(text.p + i + 2, close - i - 2), p, e))
				return false;
			m_r->varies = true;
			i = close + 1;
		} else {
			size_t end = open == SIZE_MAX ? text.n : open;
			p->text = ew_bytes(text.p + i, end - i);
			i = end;
		}
		*link = p;
		link = &p->next;
	}
	return true;
}

struct ew_bytes ew_macro_expand(const struct ew_macro *m, struct ew_arena *a, ew_macro_look_fn look,
				void *arg)
{
	size_t n = 0, at = 0;

	if (!m->varies)
		return m->first ? m->first->text : ew_bytes(NULL, 0);
	for (const struct ew_macro_piece *p = m->first; p; p = p->next)
		n += p->variable ? look(arg, p->id, p->text).n : p->text.n;
	uint8_t *out = ew_arena_alloc_raw(a, n + 1);
	if (!out)
		return ew_bytes(NULL, 0);
	for (const struct ew_macro_piece *p = m->first; p; p = p->next) {
		struct ew_bytes b = p->variable ? look(arg, p->id, p->text) : p->text;
		if (b.n)
			memcpy(out + at, b.p, b.n);
		at += b.n;
	}
	return ew_bytes(out, n);
}
