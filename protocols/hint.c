/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a sender declares about a value, as hints on its field: media types (RFC 9110 section 8.3, the
 * structured suffixes of RFC 6839) and content codings.  It decides nothing: decode.c tries what is
 * declared first and looks for everything else as well.
 *
 * The trap: hints form a stack.  The outermost coding is `hint`, what lies below waits in `after_hint`,
 * four bits each, and both functions may be called in either order. */

#include "mime.h"

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

struct parameters {
	struct ew_bytes charset, boundary; /* the first plain ones */
	bool odd_charset;  /* one of them hides what is plain to us */
	bool odd_boundary; /* several, or pieces of one: readers choose differently */
};

/* Are bytes below 0x80 what they are in ASCII, also behind others?  In Shift_JIS, GBK and Big5 a backslash
 * may be half a character; in UTF-7 and ISO-2022 anything may be.  Wide text is known by its looks. */
static bool charset_is_read(struct ew_bytes name)
{
	static const char *const read[] = { "utf-8", "utf8", "utf-16", "utf16", "utf-32", "utf32", "us-ascii",
		"ascii", "iso-8859-", "iso8859-", "iso_8859-", "latin", "windows-125", "cp125", "koi8-", "euc-",
		"binary" };

	for (size_t i = 0; i < sizeof(read) / sizeof(*read); i++) {
		if (ew_bytes_starts_nocase(name, ew_bytes_str(read[i])))
			return true;
	}
	return name.n == 0;
}

static struct parameters parameters_of(struct ew_bytes media_type)
{
	struct parameters p = { 0 };
	struct ew_mime_param param;
	unsigned odd = 0;

	(void)ew_mime_take_token(&media_type);
	while (ew_mime_next_param(&media_type, &param, &odd)) {
		bool pieces = param.extended || param.section;
		if (ew_bytes_eq_nocase(param.name, EW_LIT("charset"))) {
			p.odd_charset |= pieces || !charset_is_read(param.value);
			if (!p.charset.p && !pieces)
				p.charset = param.value;
		} else if (ew_bytes_eq_nocase(param.name, EW_LIT("boundary"))) {
			p.odd_boundary |= pieces || p.boundary.p || param.escaped;
			if (!p.boundary.p && !pieces)
				p.boundary = param.value;
		}
	}
	return p;
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

enum ew_status ew_hint_media_type(struct ew_field *f, struct ew_bytes media_type)
{
	struct ew_bytes rest = media_type, type = ew_mime_take_token(&rest);
	struct parameters p = parameters_of(media_type);
	enum ew_hint hint;

	if (type.n == 0)
		return EW_OK;
	hint = hint_of_type(type);
	f->hint_arg = hint == EW_HINT_MULTIPART ? p.boundary : p.charset;
	if (!is_coding(f->hint))
		f->hint = (uint8_t)hint;
	else if (!is_coding(f->after_hint & 15))
		f->after_hint = (uint8_t)hint;
	else
		f->after_hint = (uint8_t)((f->after_hint & 15) | hint << 4);
	mark_typed(f);
	if (hint == EW_HINT_MULTIPART)
		return p.odd_boundary ? EW_AMBIGUOUS : EW_OK;
	return p.odd_charset ? EW_UNSUPPORTED : EW_OK;
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
