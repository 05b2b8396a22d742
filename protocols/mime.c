/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Header fields and parameters of MIME parts.  Nothing is refused: each deviation is a bit that the
 * caller turns into an anomaly, and reading goes on the way most lenient readers do.  What it does not
 * do is unfold, unescape or decode: those who need that copy. */

#include "mime.h"

static inline bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Each head asks for this many times. */
static inline struct ew_bytes trim(struct ew_bytes v)
{
	while (v.n && is_blank(v.p[0]))
		v = ew_bytes(v.p + 1, v.n - 1);
	while (v.n && is_blank(v.p[v.n - 1]))
		v.n--;
	return v;
}

/* Blanks and semicolons. */
static inline struct ew_bytes trim_ends(struct ew_bytes v)
{
	while (v.n && (is_blank(v.p[0]) || v.p[0] == ';'))
		v = ew_bytes(v.p + 1, v.n - 1);
	while (v.n && (is_blank(v.p[v.n - 1]) || v.p[v.n - 1] == ';'))
		v.n--;
	return v;
}

/* The line at the front with its end; `*end_r` is the length of the end itself. */
static struct ew_bytes take_line(struct ew_bytes *rest, size_t *end_r, unsigned *odd)
{
	const uint8_t *lf = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	size_t n = lf ? (size_t)(lf - rest->p) + 1 : rest->n;
	struct ew_bytes line = ew_bytes(rest->p, n);

	*end_r = 0;
	if (lf) {
		*end_r = n > 1 && lf[-1] == '\r' ? 2 : 1;
		if (*end_r == 1)
			*odd |= EW_MIME_BARE_LF;
	}
	if (n > *end_r && memchr(line.p, '\r', n - *end_r))
		*odd |= EW_MIME_BARE_CR;
	*rest = ew_bytes_from(*rest, n);
	return line;
}

bool ew_mime_next_field(struct ew_bytes *rest, struct ew_mime_field *field_r, unsigned *odd)
{
	size_t end, colon;
	struct ew_bytes line = take_line(rest, &end, odd);

	if (line.n == end) {
		if (end == 0)
			*odd |= EW_MIME_NO_END;
		return false;
	}
	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t')) {
		struct ew_bytes more = take_line(rest, &end, odd);
		line.n += more.n;
		*odd |= EW_MIME_FOLDED;
	}
	if (memchr(line.p, 0, line.n))
		*odd |= EW_MIME_NUL;
	colon = ew_bytes_find(line, 0, EW_LIT(":"));
	if (colon == SIZE_MAX) {
		*odd |= EW_MIME_NO_COLON;
		*field_r = (struct ew_mime_field){ ew_bytes(line.p, 0), trim(line) };
		return true;
	}
	field_r->name = trim(ew_bytes(line.p, colon));
	field_r->value = trim(ew_bytes_from(line, colon + 1));
	if (field_r->name.n != colon || colon == 0)
		*odd |= EW_MIME_BLANK_NAME;
	return true;
}

struct ew_bytes ew_mime_take_token(struct ew_bytes *rest)
{
	const uint8_t *semi = rest->n ? memchr(rest->p, ';', rest->n) : NULL;
	struct ew_bytes token = semi ? ew_bytes(rest->p, (size_t)(semi - rest->p)) : *rest;

	*rest = ew_bytes_from(*rest, token.n);
	return trim(token);
}

/* A quoted string at the front of `*rest`. */
static struct ew_bytes take_quoted(struct ew_bytes *rest, bool *escaped_r, unsigned *odd)
{
	struct ew_bytes inner;
	size_t i = 1;

	while (i < rest->n && rest->p[i] != '"') {
		if (rest->p[i] == '\\' && rest->n - i > 1) {
			*escaped_r = true;
			*odd |= EW_MIME_QUOTING;
			i++;
		}
		i++;
	}
	inner = ew_bytes(rest->p + 1, i - 1);
	if (i == rest->n)
		*odd |= EW_MIME_QUOTING;
	*rest = ew_bytes_from(*rest, i + 1);
	return inner;
}

/* name, name*, name*N and name*N*. */
static void split_name(struct ew_bytes text, struct ew_mime_param *p, unsigned *odd)
{
	size_t star = ew_bytes_find(text, 0, EW_LIT("*"));

	p->name = text;
	if (star == SIZE_MAX)
		return;
	*odd |= EW_MIME_EXTENDED;
	p->name.n = star;
	p->extended = text.p[text.n - 1] == '*';
	p->section = text.n - star > 1;
	if (p->section) {
		uint64_t number;
		text = ew_bytes(text.p + star + 1, text.n - star - 1 - p->extended);
		p->number = ew_bytes_u64(text, &number) && number < SIZE_MAX ? (size_t)number : SIZE_MAX;
	}
}

bool ew_mime_next_param(struct ew_bytes *rest, struct ew_mime_param *param_r, unsigned *odd)
{
	struct ew_bytes r = trim_ends(*rest);
	size_t i = 0;

	*param_r = (struct ew_mime_param){ 0 };
	if (r.n == 0) {
		*rest = r;
		return false;
	}
	while (i < r.n && r.p[i] != '=' && r.p[i] != ';')
		i++;
	split_name(trim(ew_bytes(r.p, i)), param_r, odd);
	r = ew_bytes_from(r, i);
	if (r.n && r.p[0] == '=') {
		r = trim(ew_bytes_from(r, 1));
		if (r.n && r.p[0] == '"') {
			param_r->value = take_quoted(&r, &param_r->escaped, odd);
			struct ew_bytes behind = ew_mime_take_token(&r);
			if (behind.n)
				*odd |= EW_MIME_QUOTING;
		} else {
			param_r->value = ew_mime_take_token(&r);
		}
	}
	*rest = r;
	return true;
}

/* In Shift_JIS, GBK and Big5 a backslash may be half a character; in UTF-7 and ISO-2022 anything may be. */
bool ew_charset_is_read(struct ew_bytes name)
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
