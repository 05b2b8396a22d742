/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_SLOW_RECIPE_H
#define EVENTWALL_TESTS_SLOW_RECIPE_H

/* Bodies of any size that are one piece over and over, in one of several wrappers: what is slow because of its size
 * can be told from what is slow because of its bytes by making the same recipe larger. */

#include "eventwall/bytes.h"

#include <stdio.h>
#include <stdlib.h>

#define RECIPE_HEAD 96u
#define RECIPE_PIECE 400u
#define RECIPE_MOST ((size_t)1 << 20)
#define RECIPE_ROOM (RECIPE_MOST + 8192)

enum recipe_wrap {
	AS_IS, AS_LINES, AS_TEXT, AS_ITEMS, AS_NAMES, AS_FORM, AS_ELEMENTS, AS_BASE64, AS_PERCENT, WRAPS
};

static const char *const recipe_wraps[WRAPS] = { "as is", "lines", "text", "items", "names", "form", "xml",
	                                         "base64", "percent" };

struct recipe {
	char type[64]; /* Content-Type; empty: none */
	uint8_t head[RECIPE_HEAD], piece[RECIPE_PIECE];
	size_t head_n, piece_n; /* piece_n > 0 */
	enum recipe_wrap wrap;
};

struct recipe_text {
	uint8_t *p; /* RECIPE_ROOM */
	size_t n;
};

static void recipe_put(struct recipe_text *t, const void *p, size_t n)
{
	if (n <= RECIPE_ROOM - t->n) {
		memcpy(t->p + t->n, p, n);
		t->n += n;
	}
}

static void recipe_json(struct recipe_text *t, const uint8_t *p, size_t n)
{
	char esc[8];

	for (size_t i = 0; i < n; i++) {
		if (p[i] >= ' ' && p[i] != '"' && p[i] != '\\')
			recipe_put(t, p + i, 1);
		else
			recipe_put(t, esc, (size_t)snprintf(esc, sizeof(esc), "\\u%04x", p[i]));
	}
}

static void recipe_percent(struct recipe_text *t, const uint8_t *p, size_t n)
{
	char esc[8];

	for (size_t i = 0; i < n; i++)
		recipe_put(t, esc, (size_t)snprintf(esc, sizeof(esc), "%%%02X", p[i]));
}

static void recipe_xml(struct recipe_text *t, const uint8_t *p, size_t n)
{
	char esc[8];

	for (size_t i = 0; i < n; i++) {
		if (p[i] != '<' && p[i] != '&')
			recipe_put(t, p + i, 1);
		else
			recipe_put(t, esc, (size_t)snprintf(esc, sizeof(esc), "&#%d;", p[i]));
	}
}

static void recipe_base64(struct recipe_text *t, const uint8_t *p, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; n - i >= 3; i += 3) {
		unsigned v = (unsigned)p[i] << 16 | (unsigned)p[i + 1] << 8 | p[i + 2];
		char four[4] = { digit[v >> 18], digit[v >> 12 & 63], digit[v >> 6 & 63], digit[v & 63] };
		recipe_put(t, four, 4);
	}
}

static void recipe_one(struct recipe_text *t, const struct recipe *r, const uint8_t *p, size_t n)
{
	switch (r->wrap) {
	case AS_LINES:
		recipe_put(t, p, n);
		recipe_put(t, "\n", 1);
		break;
	case AS_TEXT:
		recipe_json(t, p, n);
		break;
	case AS_ITEMS: case AS_NAMES:
		recipe_put(t, "\"", 1);
		recipe_json(t, p, n);
		recipe_put(t, r->wrap == AS_NAMES ? "\":1," : "\",", r->wrap == AS_NAMES ? 4 : 2);
		break;
	case AS_FORM:
		recipe_put(t, "a=", 2);
		recipe_percent(t, p, n);
		recipe_put(t, "&", 1);
		break;
	case AS_ELEMENTS:
		recipe_put(t, "<b>", 3);
		recipe_xml(t, p, n);
		recipe_put(t, "</b>", 4);
		break;
	case AS_PERCENT:
		recipe_percent(t, p, n);
		break;
	default:
		recipe_put(t, p, n);
		break;
	}
}

static void recipe_all(struct recipe_text *t, const struct recipe *r, size_t size)
{
	recipe_one(t, r, r->head, r->head_n);
	do
		recipe_one(t, r, r->piece, r->piece_n);
	while (t->n < size);
}

/* About `size` bytes of `r`; `spare` and `t` have RECIPE_ROOM each. */
static void recipe_make(struct recipe_text *t, struct recipe_text *spare, const struct recipe *r, size_t size)
{
	static const char *const opens[WRAPS] = {
		[AS_TEXT] = "{\"q\":\"", [AS_ITEMS] = "[", [AS_NAMES] = "{", [AS_ELEMENTS] = "<a>",
		[AS_PERCENT] = "q=",
	};
	static const char *const closes[WRAPS] = {
		[AS_TEXT] = "\"}", [AS_ITEMS] = "1]", [AS_NAMES] = "\"z\":1}", [AS_ELEMENTS] = "</a>",
	};

	t->n = spare->n = 0;
	if (r->wrap == AS_BASE64) {
		recipe_all(spare, r, size / 4 * 3);
		recipe_base64(t, spare->p, spare->n);
	} else {
		if (opens[r->wrap])
			recipe_put(t, opens[r->wrap], strlen(opens[r->wrap]));
		recipe_all(t, r, size);
		if (closes[r->wrap])
			recipe_put(t, closes[r->wrap], strlen(closes[r->wrap]));
	}
}

#endif
