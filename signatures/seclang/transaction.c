/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* From a field tree to variables.  All that was opened inside a part belongs to it: what is in a
 * cookie is a cookie with that cookie's name, however deep it was wrapped, so that exceptions by
 * name go on working.  The trap: the same bytes must not come twice, or scores double; so a value
 * that is held whole by what was opened from it is left out, and so is a text before its percent
 * signs are undone, where rules expect it undone. */

#include "transaction.h"

#include "eventwall/protocol.h"

#include <stdio.h>

enum role { NOTHING, METHOD, PATH, QUERY, HEADERS, COOKIES, CONTENT, VALUES };

static const struct {
	struct ew_bytes source, part;
	enum role role;
} mapping[] = {
#define EW_SECLANG_PART(source, part, role) { EW_LIT(source), EW_LIT(part), role },
#include "mapping.def"
#undef EW_SECLANG_PART
};

bool ew_transaction_add(struct ew_transaction *t, enum ew_variable id, struct ew_bytes key,
			struct ew_bytes value, const struct ew_field *field)
{
	struct ew_member *m = ew_arena_alloc(t->arena, sizeof(*m));
	struct ew_collection *c = &t->of[id];

	if (!m)
		return false;
	m->key = key;
	m->value = value;
	m->field = field;
	if (c->last)
		c->last->next = m;
	else
		c->first = m;
	c->last = m;
	return true;
}

static bool add_inner(struct ew_transaction *t, enum ew_variable id, struct ew_bytes key,
		      const struct ew_field *f, bool inner)
{
	if (!ew_transaction_add(t, id, key, f->value, f))
		return false;
	t->of[id].last->inner = inner;
	return true;
}

static bool add_text(struct ew_transaction *t, enum ew_variable id, struct ew_bytes value)
{
	return ew_transaction_add(t, id, ew_bytes(NULL, 0), value, NULL);
}

static bool add_number(struct ew_transaction *t, enum ew_variable id, size_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%zu", n);
	struct ew_bytes kept = ew_arena_dup(t->arena, ew_bytes_str(text));
	return kept.p && add_text(t, id, kept);
}

static bool via(const struct ew_field *f, const char *name)
{
	return f && f->via && strcmp(f->via->name, name) == 0;
}

static const struct ew_field *undone(const struct ew_field *f)
{
	for (const struct ew_field *c = f->child; c; c = c->next)
		if (via(c, "plus") || via(c, "percent"))
			return c;
	return NULL;
}

/* A body that is a document of XML is no argument: what the document holds is. */
static bool is_document(const struct ew_field *f)
{
	for (const struct ew_field *c = f->child; c; c = c->next)
		if (via(c, "xml"))
			return true;
	return false;
}

/* Is what stands in `f` to be looked at, and not only what was opened from it? */
static bool is_value(const struct ew_field *f, bool undo)
{
	if (!ew_field_is_leaf(f) || f->flags & (EW_FIELD_COVERED | EW_FIELD_QUIET))
		return false;
	return !undo || !undone(f);
}

/* The names from `top` down to `f`, joined by dots as ModSecurity names what JSON holds. */
static struct ew_bytes dotted(struct ew_transaction *t, const struct ew_field *top,
			      const struct ew_field *f)
{
	char piece[32];
	size_t n = 0;
	uint8_t *out, *at;

	for (const struct ew_field *p = f; p != top; p = p->parent)
		n += (p->name.n ? p->name.n : sizeof(piece)) + 1;
	out = ew_arena_alloc_raw(t->arena, n + 1);
	if (!out)
		return ew_bytes(NULL, 0);
	at = out + n;
	for (const struct ew_field *p = f; p != top; p = p->parent) {
		struct ew_bytes name = p->name;
		if (p->via)
			name = via(p, "json") && p->parent == top ? EW_LIT("json")
								  : ew_bytes(NULL, 0);
		else if (name.n == 0 && p->parent->kind == EW_KIND_ARRAY)
			name = ew_bytes(piece, (size_t)snprintf(piece, sizeof(piece), "array_%u",
								p->index));
		if (name.n == 0)
			continue;
		if (at != out + n)
			*--at = '.';
		at -= name.n;
		memcpy(at, name.p, name.n);
	}
	return ew_bytes(at, (size_t)(out + n - at));
}

/* Was it opened from a name? */
static bool is_of_name(const struct ew_field *f, const struct ew_field *top)
{
	for (; f != top; f = f->parent)
		if (via(f, "name"))
			return true;
	return false;
}

/* A name of an argument, which may be a value that has none. */
static bool add_name(struct ew_transaction *t, enum ew_variable part_names, struct ew_bytes key,
		     struct ew_bytes name, const struct ew_field *f)
{
	return ew_transaction_add(t, EW_VARIABLE_ARGS_NAMES, key, name, f) &&
	       ew_transaction_add(t, part_names, key, name, f);
}

/* Each value in the tree below `top`, and each name, with `key` or, if that is empty, the names
 * that lead to it. */
static bool add_arguments(struct ew_transaction *t, const struct ew_field *top, struct ew_bytes key,
			  enum ew_variable part, enum ew_variable part_names)
{
	for (const struct ew_field *f = top; f; f = ew_field_next(f, top)) {
		bool named = f != top && f->flags & EW_FIELD_NAMED && f->name.n && !f->via;
		bool body = f == top && key.n == 0, inner = key.n && f->layers > top->layers + 1;
		bool value = is_value(f, true) && !(body && is_document(f));
		struct ew_bytes name =
			key.n || f == top || !(named || value) ? key : dotted(t, top, f);
		if (named && !add_name(t, part_names, name, f->name, f))
			return false;
		if (value && is_of_name(f, top)) {
			if (!add_name(t, part_names, name, f->value, f))
				return false;
		} else if (value && (!add_inner(t, EW_VARIABLE_ARGS, name, f, inner) ||
				     !add_inner(t, part, name, f, inner))) {
			return false;
		}
	}
	return true;
}

/* "content-type: text/plain" */
static bool add_part_header(struct ew_transaction *t, const struct ew_field *part,
			    const struct ew_field *header)
{
	size_t n = header->name.n + header->value.n + 2;
	uint8_t *line = ew_arena_alloc_raw(t->arena, n);

	if (!line)
		return false;
	memcpy(line, header->name.p, header->name.n);
	memcpy(line + header->name.n, ": ", 2);
	if (header->value.n)
		memcpy(line + header->name.n + 2, header->value.p, header->value.n);
	return ew_transaction_add(t, EW_VARIABLE_MULTIPART_PART_HEADERS, part->name,
				  ew_bytes(line, n), header);
}

/* One part of a form: what it holds is an argument, whether it is a file or not. */
static bool add_form_part(struct ew_transaction *t, const struct ew_field *part)
{
	bool file = false;

	for (const struct ew_field *c = part->child; c; c = c->next) {
		if (ew_bytes_eq(c->name, EW_LIT("filename"))) {
			file = true;
			if (!ew_transaction_add(t, EW_VARIABLE_FILES, part->name, c->value, c) ||
			    !ew_transaction_add(t, EW_VARIABLE_FILES_NAMES, part->name, part->name,
						part))
				return false;
		} else if (ew_bytes_eq(c->name, EW_LIT("header"))) {
			for (const struct ew_field *h = c->child; h; h = h->next)
				if (!add_part_header(t, part, h))
					return false;
		} else if (via(c, "name")) {
			for (const struct ew_field *f = c; f; f = ew_field_next(f, c))
				if (is_value(f, false) && !add_name(t, EW_VARIABLE_ARGS_POST_NAMES,
								    f->value, f->value, f))
					return false;
		} else if (!add_arguments(t, c, part->name, EW_VARIABLE_ARGS_POST,
					  EW_VARIABLE_ARGS_POST_NAMES)) {
			return false;
		}
	}
	return file || add_name(t, EW_VARIABLE_ARGS_POST_NAMES, part->name, part->name, part);
}

static bool add_form(struct ew_transaction *t, const struct ew_field *multipart)
{
	for (const struct ew_field *part = multipart->child; part; part = part->next)
		if (!(part->child ? add_form_part(t, part)
				  : add_arguments(t, part, ew_bytes(NULL, 0), EW_VARIABLE_ARGS_POST,
						  EW_VARIABLE_ARGS_POST_NAMES)))
			return false;
	return true;
}

/* A name with escapes comes as each reader would have it, with one value: the last counts. */
static bool is_other_reading(const struct ew_field *f)
{
	return f->next && f->next->value.p == f->value.p && f->next->value.n == f->value.n &&
	       f->value.n > 0;
}

static bool add_members(struct ew_transaction *t, const struct ew_field *part, enum ew_variable id,
			enum ew_variable names)
{
	for (const struct ew_field *c = part->child; c; c = c->next) {
		if (c->name.n && !ew_transaction_add(t, names, c->name, c->name, c))
			return false;
		for (const struct ew_field *f = c; f; f = ew_field_next(f, c))
			if (is_value(f, false) && !add_inner(t, id, c->name, f, f != c))
				return false;
	}
	return true;
}

static bool add_query(struct ew_transaction *t, const struct ew_field *query)
{
	bool good = add_text(t, EW_VARIABLE_QUERY_STRING, query->value);

	for (const struct ew_field *c = query->child; good && c; c = c->next) {
		const struct ew_field *plain = undone(c);
		struct ew_bytes name = c->name.n ? c->name : plain ? plain->value : c->value;
		good = is_other_reading(c) ||
		       (add_name(t, EW_VARIABLE_ARGS_GET_NAMES, name, name, c) &&
			add_arguments(t, c, c->name, EW_VARIABLE_ARGS_GET,
				      EW_VARIABLE_ARGS_GET_NAMES));
	}
	return good;
}

static bool add_path(struct ew_transaction *t, const struct ew_field *path)
{
	const struct ew_field *plain = undone(path);
	struct ew_bytes name = plain ? plain->value : path->value;
	size_t slash = name.n;

	while (slash > 0 && name.p[slash - 1] != '/')
		slash--;
	return ew_transaction_add(t, EW_VARIABLE_REQUEST_FILENAME, ew_bytes(NULL, 0), name,
				  plain ? plain : path) &&
	       add_text(t, EW_VARIABLE_REQUEST_BASENAME, ew_bytes_from(name, slash)) &&
	       add_text(t, EW_VARIABLE_REQUEST_URI_RAW, path->value);
}

static bool add_content(struct ew_transaction *t, const struct ew_field *content)
{
	static const struct {
		const char *layer;
		struct ew_bytes processor;
	} known[] = { { "json", EW_LIT("JSON") },
		      { "form", EW_LIT("URLENCODED") },
		      { "multipart", EW_LIT("MULTIPART") },
		      { "xml", EW_LIT("XML") } };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (via(content->child, known[i].layer) &&
		    !t->of[EW_VARIABLE_REQBODY_PROCESSOR].first &&
		    !add_text(t, EW_VARIABLE_REQBODY_PROCESSOR, known[i].processor))
			return false;
	if (!ew_transaction_add(t, EW_VARIABLE_REQUEST_BODY, ew_bytes(NULL, 0), content->value,
				content) ||
	    !add_number(t, EW_VARIABLE_REQUEST_BODY_LENGTH, content->value.n))
		return false;
	if (content->value.n == 0)
		return true;
	if (!via(content->child, "multipart"))
		return add_arguments(t, content, ew_bytes(NULL, 0), EW_VARIABLE_ARGS_POST,
				     EW_VARIABLE_ARGS_POST_NAMES);
	bool good = add_form(t, content->child);
	for (const struct ew_field *c = content->child->next; good && c; c = c->next)
		good = add_arguments(t, c, ew_bytes(NULL, 0), EW_VARIABLE_ARGS_POST,
				     EW_VARIABLE_ARGS_POST_NAMES);
	return good;
}

static bool add_part(struct ew_transaction *t, enum role role, const struct ew_field *part)
{
	switch (role) {
	case METHOD:
		return ew_transaction_add(t, EW_VARIABLE_REQUEST_METHOD, ew_bytes(NULL, 0),
					  part->value, part);
	case PATH:
		return add_path(t, part);
	case QUERY:
		return add_query(t, part);
	case HEADERS:
		return add_members(t, part, EW_VARIABLE_REQUEST_HEADERS,
				   EW_VARIABLE_REQUEST_HEADERS_NAMES);
	case COOKIES:
		return add_members(t, part, EW_VARIABLE_REQUEST_COOKIES,
				   EW_VARIABLE_REQUEST_COOKIES_NAMES);
	case CONTENT:
		return add_content(t, part);
	case VALUES:
		return add_arguments(t, part,
				     ew_field_is_leaf(part) ? part->name : ew_bytes(NULL, 0),
				     EW_VARIABLE_ARGS_POST, EW_VARIABLE_ARGS_POST_NAMES);
	default:
		return true;
	}
}

static struct ew_bytes first_of(const struct ew_transaction *t, enum ew_variable id)
{
	return t->of[id].first ? t->of[id].first->value : ew_bytes(NULL, 0);
}

/* METHOD URI HTTP/1.1 */
static bool add_request_line(struct ew_transaction *t)
{
	struct ew_bytes path = first_of(t, EW_VARIABLE_REQUEST_URI_RAW),
			query = first_of(t, EW_VARIABLE_QUERY_STRING);
	struct ew_bytes method = first_of(t, EW_VARIABLE_REQUEST_METHOD),
			protocol = EW_LIT("HTTP/1.1");
	struct ew_bytes piece[] = { method, EW_LIT(" "), path,    EW_LIT("?"),
				    query,  EW_LIT(" "), protocol };
	uint8_t *out = ew_arena_alloc_raw(t->arena, method.n + path.n + query.n + 16);
	size_t n = 0, uri_end = 0;

	if (!out)
		return false;
	for (size_t i = 0; i < sizeof(piece) / sizeof(*piece); i++) {
		bool mark = i == 3 && query.n == 0;
		if (piece[i].n && !mark)
			memcpy(out + n, piece[i].p, piece[i].n);
		n += mark ? 0 : piece[i].n;
		uri_end = i == 4 ? n : uri_end;
	}
	struct ew_bytes uri = ew_bytes(out + method.n + 1, uri_end - method.n - 1);
	if (t->of[EW_VARIABLE_REQUEST_URI_RAW].first)
		t->of[EW_VARIABLE_REQUEST_URI_RAW].first->value = uri;
	return add_text(t, EW_VARIABLE_REQUEST_URI, uri) &&
	       add_text(t, EW_VARIABLE_REQUEST_LINE, ew_bytes(out, n)) &&
	       add_text(t, EW_VARIABLE_REQUEST_PROTOCOL, protocol);
}

/* What is a number whatever the event is. */
static bool add_counts(struct ew_transaction *t)
{
	static const enum ew_variable zero[] = {
		EW_VARIABLE_REQBODY_ERROR,          EW_VARIABLE_REQBODY_PROCESSOR_ERROR,
		EW_VARIABLE_MULTIPART_STRICT_ERROR, EW_VARIABLE_MULTIPART_UNMATCHED_BOUNDARY,
		EW_VARIABLE_INBOUND_DATA_ERROR,     EW_VARIABLE_URLENCODED_ERROR,
		EW_VARIABLE_FILES_COMBINED_SIZE,    EW_VARIABLE_MSC_PCRE_LIMITS_EXCEEDED,
		EW_VARIABLE_MSC_PCRE_ERROR,
	};
	size_t sum = 0;

	for (const struct ew_member *m = t->of[EW_VARIABLE_ARGS].first; m; m = m->next)
		sum += m->key.n + m->value.n;
	for (size_t i = 0; i < sizeof(zero) / sizeof(*zero); i++)
		if (!add_text(t, zero[i], EW_LIT("0")))
			return false;
	return add_number(t, EW_VARIABLE_ARGS_COMBINED_SIZE, sum);
}

static enum role role_of(struct ew_bytes source, struct ew_bytes part)
{
	for (size_t i = 0; i < sizeof(mapping) / sizeof(*mapping); i++)
		if (ew_bytes_eq(mapping[i].source, source) && ew_bytes_eq(mapping[i].part, part))
			return mapping[i].role;
	return NOTHING;
}

bool ew_transaction_build(struct ew_transaction *t, struct ew_arena *a, const struct ew_message *m)
{
	memset(t, 0, sizeof(*t));
	t->arena = a;
	for (const struct ew_field *top = m->root->child; top; top = top->next) {
		t->http |= ew_bytes_eq(top->name, EW_LIT("http"));
		for (const struct ew_field *part = top->child; part; part = part->next)
			if (!add_part(t, role_of(top->name, part->name), part))
				return false;
	}
	return (!t->http || add_request_line(t)) && add_counts(t);
}
