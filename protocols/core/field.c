/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Walking the tree and writing paths.  Both climb by parent pointers: nothing here recurses, however
 * deep the input nests. */

#include "eventwall/field.h"
#include "eventwall/protocol.h"

#include <stdio.h>

struct ew_field *ew_field_next(const struct ew_field *f, const struct ew_field *top)
{
	if (f->child)
		return f->child;
	while (f != top) {
		if (f->next)
			return f->next;
		f = f->parent;
	}
	return NULL;
}

bool ew_field_is_noise(const struct ew_field *f)
{
	for (const struct ew_field *c = f->flags & EW_FIELD_OPENED ? f->child : NULL; c; c = c->next) {
		if (c->via && c->via->flags & EW_DECODER_RUNS)
			return true;
	}
	return false;
}

struct writer {
	char *out;
	size_t cap, len; /* len counts what did not fit, too */
};

static void put(struct writer *w, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (w->len + 1 < w->cap)
			w->out[w->len] = s[i];
		w->len++;
	}
}

static bool plain_name(struct ew_bytes name)
{
	if (name.n == 0)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];
		if (c <= 0x20 || c >= 0x7f || strchr(".[]|\"*\\", c))
			return false;
	}
	return true;
}

static void put_quoted(struct writer *w, struct ew_bytes name)
{
	bool text = ew_utf8_valid(name);

	put(w, "[\"", 2);
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];
		char esc[8];
		if (c == '"' || c == '\\') {
			put(w, (const char[]){ '\\', (char)c }, 2);
		} else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !text)) {
			put(w, esc, (size_t)snprintf(esc, sizeof(esc), "\\u%04x", c));
		} else {
			put(w, (const char[]){ (char)c }, 1);
		}
	}
	put(w, "\"]", 2);
}

static void put_step(struct writer *w, const struct ew_field *f)
{
	char index[16];

	if (f->via) {
		put(w, "|", 1);
		put(w, f->via->name, strlen(f->via->name));
	} else if (f->parent && f->parent->kind == EW_KIND_ARRAY) {
		put(w, index, (size_t)snprintf(index, sizeof(index), "[%u]", f->index));
	} else if (plain_name(f->name)) {
		if (w->len)
			put(w, ".", 1);
		put(w, (const char *)f->name.p, f->name.n);
	} else {
		put_quoted(w, f->name);
	}
}

size_t ew_field_path(const struct ew_field *f, char *out, size_t cap)
{
	struct writer w = { out, cap, 0 };
	const struct ew_field *chain[512]; /* depth and layers are 8 bits each, limited far below */
	size_t n = 0;

	for (; f && f->parent && n < sizeof(chain) / sizeof(*chain); f = f->parent)
		chain[n++] = f;
	while (n)
		put_step(&w, chain[--n]);
	if (cap)
		out[w.len < cap ? w.len : cap - 1] = 0;
	return w.len;
}
