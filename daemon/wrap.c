/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Building envelopes around examples. */

#include "daemon/wrap.h"

#include "eventwall/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

const char *ew_wrap_name(enum ew_wrap w)
{
	static const char *const names[] = {
		"as it stands",          "in a JSON string",
		"in escapes",            "in base64",
		"in base64 in a JSON string", "in gzip in base64",
	};

	return names[w];
}

struct piece {
	uint8_t *p;
	size_t n;
};

/* As a JSON string; with `escapes` all of ASCII in its long form. */
static void put_quoted(FILE *f, struct ew_bytes text, bool escapes)
{
	putc('"', f);
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];
		if (c < 0x20 || (escapes && c < 0x80))
			fprintf(f, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else
			putc(c, f);
	}
	putc('"', f);
}

/* {"KEY": "text"} */
static struct piece in_object(const char *key, struct ew_bytes text, bool escapes)
{
	struct piece made = { NULL, 0 };
	char *p = NULL;
	FILE *f = open_memstream(&p, &made.n);

	if (!f)
		return made;
	fprintf(f, "{\"%s\": ", key);
	put_quoted(f, text, escapes);
	putc('}', f);
	bool good = !ferror(f);
	if (fclose(f) == 0 && good)
		made.p = (uint8_t *)p;
	else
		free(p);
	return made;
}

static struct piece in_base64(struct ew_bytes text)
{
	struct piece made = { malloc(EW_BASE64_ENCODED(text.n) + 1), 0 };

	if (made.p)
		made.n = ew_base64_encode(text, made.p);
	return made;
}

static struct piece in_gzip(struct ew_bytes text)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)text.p, .avail_in = (uInt)text.n };
	struct piece made = { NULL, 0 };

	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return made;
	size_t room = deflateBound(&z, text.n);
	made.p = malloc(room);
	z.next_out = made.p;
	z.avail_out = (uInt)room;
	if (made.p && deflate(&z, Z_FINISH) == Z_STREAM_END) {
		made.n = z.total_out;
	} else {
		free(made.p);
		made.p = NULL;
	}
	deflateEnd(&z);
	return made;
}

/* `next` of `made`, which is given back. */
static struct piece then(struct piece made, struct piece (*next)(struct ew_bytes))
{
	struct piece after = { NULL, 0 };

	if (made.p)
		after = next(ew_bytes(made.p, made.n));
	free(made.p);
	return after;
}

static struct piece as_data(struct ew_bytes text)
{
	return in_object("data_base64", text, false);
}

static struct piece as_message(struct ew_bytes text)
{
	return in_object("Message", text, false);
}

static struct piece as_copy(struct ew_bytes text)
{
	struct piece made = { malloc(text.n + 1), text.n };

	if (made.p && text.n)
		memcpy(made.p, text.p, text.n);
	return made;
}

uint8_t *ew_wrap(struct ew_bytes text, enum ew_wrap w, size_t *n_r)
{
	struct piece made = { NULL, 0 };

	switch (w) {
	case EW_WRAP_STRING:
	case EW_WRAP_ESCAPES:
		made = in_object("note", text, w == EW_WRAP_ESCAPES);
		break;
	case EW_WRAP_BASE64:
		made = then(in_base64(text), as_data);
		break;
	case EW_WRAP_NESTED_BASE64:
		made = then(then(in_base64(text), as_data), as_message);
		break;
	case EW_WRAP_GZIP:
		made = then(then(in_gzip(text), in_base64), as_data);
		break;
	default:
		made = as_copy(text);
	}
	*n_r = made.n;
	return made.p;
}
