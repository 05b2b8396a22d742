/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a sender declares about a value, as hints on its field: media types (RFC 9110 section 8.3, the
 * structured suffixes of RFC 6839) and content codings.  It decides nothing: decode.c tries what is
 * declared first and looks for everything else as well.
 *
 * The trap: hints form a stack.  The outermost coding is `hint`, what lies below waits in `after_hint`,
 * four bits each, and both functions may be called in either order. */

#include "eventwall/protocol.h"

_Static_assert(EW_HINT_OTHER < 16, "two hints fit into field.after_hint");

struct media_row {
	const char *type;
	enum ew_hint hint;
};

/* A row that begins with "+" is a suffix, one that ends in "/" stands for the whole family.  The first
 * match decides. */
static const struct media_row media_rows[] = {
	{ "application/json",                    EW_HINT_JSON },
	{ "text/json",                           EW_HINT_JSON },
	{ "application/x-ndjson",                EW_HINT_NDJSON },
	{ "application/ndjson",                  EW_HINT_NDJSON },
	{ "application/jsonl",                   EW_HINT_NDJSON },
	{ "application/x-jsonlines",             EW_HINT_NDJSON },
	{ "application/jsonlines",               EW_HINT_NDJSON },
	{ "application/json-seq",                EW_HINT_NDJSON },
	{ "+json",                               EW_HINT_JSON },
	{ "+json-seq",                           EW_HINT_NDJSON },
	{ "application/x-www-form-urlencoded",   EW_HINT_FORM },
	{ "multipart/",                          EW_HINT_MULTIPART },
	{ "application/gzip",                    EW_HINT_GZIP },
	{ "application/x-gzip",                  EW_HINT_GZIP },
	{ "+gzip",                               EW_HINT_GZIP },
	{ "application/zstd",                    EW_HINT_ZSTD },
	{ "+zstd",                               EW_HINT_ZSTD },
	{ "text/",                               EW_HINT_TEXT },
};

static bool row_fits(struct ew_bytes row, struct ew_bytes type)
{
	if (row.p[0] == '+')
		return type.n > row.n && ew_bytes_eq_nocase(ew_bytes_from(type, type.n - row.n), row);
	if (row.p[row.n - 1] == '/')
		return ew_bytes_starts_nocase(type, row);
	return ew_bytes_eq_nocase(type, row);
}

static enum ew_hint hint_of_type(struct ew_bytes type)
{
	for (size_t i = 0; i < sizeof(media_rows) / sizeof(*media_rows); i++) {
		if (row_fits(ew_bytes_str(media_rows[i].type), type))
			return media_rows[i].hint;
	}
	return EW_HINT_OTHER;
}

/* Value of parameter `want`: after each ";", name "=" token or quoted string.  Quoted pairs are left as
 * they are; a boundary that needs them is none that two parsers agree on. */
static struct ew_bytes parameter(struct ew_bytes rest, struct ew_bytes want)
{
	while (rest.n) {
		size_t semi = ew_bytes_find(rest, 0, EW_LIT(";"));
		if (semi == SIZE_MAX)
			break;
		rest = ew_bytes_trim(ew_bytes_from(rest, semi + 1), " \t");
		size_t eq = ew_bytes_find(rest, 0, EW_LIT("="));
		if (eq == SIZE_MAX)
			break;
		struct ew_bytes name = ew_bytes_trim(ew_bytes(rest.p, eq), " \t");
		struct ew_bytes value = ew_bytes_trim(ew_bytes_from(rest, eq + 1), " \t");
		if (value.n && value.p[0] == '"') {
			size_t quote = ew_bytes_find(value, 1, EW_LIT("\""));
			size_t end = quote == SIZE_MAX ? value.n : quote;
			rest = ew_bytes_from(value, end);
			value = ew_bytes(value.p + 1, end - 1);
		} else {
			size_t end = ew_bytes_find(value, 0, EW_LIT(";"));
			rest = end == SIZE_MAX ? ew_bytes_from(value, value.n) : ew_bytes_from(value, end);
			if (end != SIZE_MAX)
				value = ew_bytes_trim(ew_bytes(value.p, end), " \t");
		}
		if (ew_bytes_eq_nocase(name, want))
			return value;
	}
	return ew_bytes(NULL, 0);
}

static bool is_coding(unsigned hint)
{
	return hint == EW_HINT_GZIP || hint == EW_HINT_DEFLATE || hint == EW_HINT_ZSTD;
}

static void mark_typed(struct ew_field *f)
{
	if (f->hint != EW_HINT_NONE && f->hint != EW_HINT_TEXT && f->hint != EW_HINT_OTHER)
		f->flags |= EW_FIELD_TYPED;
	else
		f->flags &= (uint8_t)~EW_FIELD_TYPED;
}

void ew_hint_media_type(struct ew_field *f, struct ew_bytes media_type)
{
	size_t semi = ew_bytes_find(media_type, 0, EW_LIT(";"));
	struct ew_bytes type = semi == SIZE_MAX ? media_type : ew_bytes(media_type.p, semi);
	enum ew_hint hint;

	type = ew_bytes_trim(type, " \t");
	if (type.n == 0)
		return;
	hint = hint_of_type(type);
	if (hint == EW_HINT_MULTIPART)
		f->hint_arg = parameter(media_type, EW_LIT("boundary"));
	else
		f->hint_arg = parameter(media_type, EW_LIT("charset"));
	if (!is_coding(f->hint))
		f->hint = (uint8_t)hint;
	else if (!is_coding(f->after_hint & 15))
		f->after_hint = (uint8_t)hint;
	else
		f->after_hint = (uint8_t)((f->after_hint & 15) | hint << 4);
	mark_typed(f);
}

enum ew_status ew_hint_content_encoding(struct ew_field *f, struct ew_bytes coding)
{
	enum ew_hint hint = EW_HINT_OTHER;

	coding = ew_bytes_trim(coding, " \t");
	if (coding.n == 0 || ew_bytes_eq_nocase(coding, EW_LIT("identity")))
		return EW_OK;
	if (ew_bytes_eq_nocase(coding, EW_LIT("gzip")) || ew_bytes_eq_nocase(coding, EW_LIT("x-gzip")))
		hint = EW_HINT_GZIP;
	else if (ew_bytes_eq_nocase(coding, EW_LIT("deflate")))
		hint = EW_HINT_DEFLATE;
	else if (ew_bytes_eq_nocase(coding, EW_LIT("zstd")))
		hint = EW_HINT_ZSTD;
	if (hint == EW_HINT_OTHER || (is_coding(f->hint) && is_coding(f->after_hint & 15))) {
		/* Opaque: what lies below cannot be reached, so nothing is expected of these bytes. */
		f->hint = EW_HINT_OTHER;
		f->after_hint = 0;
		mark_typed(f);
		return EW_UNSUPPORTED;
	}
	f->after_hint = (uint8_t)(f->after_hint << 4 | f->hint);
	f->hint = (uint8_t)hint;
	mark_typed(f);
	return EW_OK;
}
