/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The path that routes are chosen by (RFC 3986 section 6.2.2, made safe for a gateway).
 *
 * The target that is forwarded stays as it came; this is only the reading we route on.  So whatever a
 * server behind us could read as another path is refused here and not repaired: encoded and plain
 * backslashes, encoded slashes, `..;`, overlong UTF-8, %u escapes, the same under one more encoding, and
 * `..` in a path with empty segments, which some fold before and some after climbing. */

#include "http1_fields.h"

/* The byte that two hex digits at p[i] stand for; -1 if they are not there. */
static int hex_pair(struct ew_bytes p, size_t i)
{
	if (i >= p.n || p.n - i < 2 || http1_hex(p.p[i]) < 0 || http1_hex(p.p[i + 1]) < 0)
		return -1;
	return http1_hex(p.p[i]) << 4 | http1_hex(p.p[i + 1]);
}

static int escape_at(struct ew_bytes p, size_t i)
{
	return i < p.n && p.p[i] == '%' ? hex_pair(p, i + 1) : -1;
}

static bool is_unreserved(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

/* Undo escapes of unreserved bytes, write the others in upper case, fold runs of slashes. */
static size_t unescape(struct ew_bytes path, uint8_t *out, bool *folded_r)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t n = 0;

	*folded_r = false;
	for (size_t i = 0; i < path.n; i++) {
		int c = escape_at(path, i);
		if (c < 0) {
			if (path.p[i] == '/' && n && out[n - 1] == '/')
				*folded_r = true;
			else
				out[n++] = path.p[i];
			continue;
		}
		if (is_unreserved(c)) {
			out[n++] = (uint8_t)c;
		} else {
			out[n++] = '%';
			out[n++] = (uint8_t)digits[c >> 4];
			out[n++] = (uint8_t)digits[c & 15];
		}
		i += 2;
	}
	return n;
}

/* Does the byte `c`, with `next` after it, begin an overlong form of an ASCII byte? */
static bool begins_overlong(int c, int next)
{
	return c == 0xc0 || c == 0xc1 || (c == 0xe0 && next >= 0x80 && next < 0xa0) ||
	       (c == 0xf0 && next >= 0x80 && next < 0x90);
}

/* %uXXXX, which some servers undo to a character of that number. */
static bool is_wide_escape(struct ew_bytes p, size_t i)
{
	return p.n - i > 5 && http1_fold(p.p[i + 1]) == 'u' && hex_pair(p, i + 2) >= 0 &&
	       hex_pair(p, i + 4) >= 0;
}

/* What unescape() left and what means another path to a reader that decodes more, or more often. */
static enum http1_reason check_leftovers(struct ew_bytes p)
{
	for (size_t i = 0; i < p.n; i++) {
		int c = escape_at(p, i);
		if (p.p[i] == '\\' || (p.p[i] == '%' && is_wide_escape(p, i)))
			return HTTP1_RL_PATH;
		if (c < 0)
			continue;
		size_t after = i + 3;
		bool again = false;
		for (; c == '%'; after += 2) { /* %25 hides what stands behind it: %252f, %25252f */
			c = hex_pair(p, after);
			again = true;
		}
		if (c == 0)
			return HTTP1_RL_PCT;
		if (c == '/' || c == '\\' || (c == '.' && again) ||
		    begins_overlong(c, escape_at(p, after)))
			return HTTP1_RL_PATH;
	}
	return HTTP1_FINE;
}

/* A parameter hung on a dot segment: some servers drop it and then climb. */
static bool has_dotted_parameter(struct ew_bytes segment)
{
	size_t dots = 0;

	while (dots < segment.n && dots < 2 && segment.p[dots] == '.')
		dots++;
	struct ew_bytes rest = ew_bytes_from(segment, dots);
	return dots && (ew_bytes_starts(rest, EW_LIT(";")) || ew_bytes_starts(rest, EW_LIT("%3B")) ||
	                ew_bytes_starts(rest, EW_LIT("%25")));
}

/* Remove dot segments from out[0..*len), which begins with a slash and has no run of slashes. */
static enum http1_reason remove_dots(uint8_t *out, size_t *len, bool folded)
{
	size_t n = *len, kept = 0;
	bool open = false; /* ends in a dot segment: what is left is a folder */

	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && out[next] != '/'; next++)
			;
		struct ew_bytes segment = ew_bytes(out + i + 1, next - i - 1);
		open = false;
		if (has_dotted_parameter(segment))
			return HTTP1_RL_PATH;
		if (ew_bytes_eq(segment, EW_LIT("."))) {
			open = true;
		} else if (ew_bytes_eq(segment, EW_LIT(".."))) {
			if (kept == 0 || folded)
				return HTTP1_RL_PATH;
			while (out[--kept] != '/')
				;
			open = true;
		} else {
			memmove(out + kept, out + i, next - i);
			kept += next - i;
		}
	}
	if (open)
		out[kept++] = '/';
	*len = kept;
	return HTTP1_FINE;
}

enum ew_status ew_http_route_path(struct ew_bytes target, uint8_t *out, size_t *len_r,
                                  const char **reason_r)
{
	enum http1_reason bad = HTTP1_FINE;
	bool folded;

	*len_r = 0;
	if (ew_bytes_eq(target, EW_LIT("*"))) {
		out[0] = '*';
		*len_r = 1;
		return EW_OK;
	}
	size_t end = ew_bytes_find(target, 0, EW_LIT("?"));
	struct ew_bytes path = end == SIZE_MAX ? target : ew_bytes(target.p, end);
	if (path.n == 0 || path.p[0] != '/') {
		bad = HTTP1_RL_FORM;
	} else {
		size_t n = unescape(path, out, &folded);
		bad = check_leftovers(ew_bytes(out, n));
		if (!bad)
			bad = remove_dots(out, &n, folded);
		if (!bad)
			*len_r = n;
	}
	if (bad)
		*reason_r = ew_http1_answers[bad].cause;
	return ew_http1_answers[bad].status;
}

bool ew_http_plain_path(struct ew_bytes target, struct ew_bytes *path_r)
{
	bool plain = target.n && target.p[0] == '/';
	uint8_t before = 0;
	size_t i = 0;

	for (; i < target.n && target.p[i] != '?'; i++) {
		uint8_t c = target.p[i];
		plain &= c != '%' && c != '\\' && (before != '/' || (c != '/' && c != '.'));
		before = c;
	}
	*path_r = ew_bytes(target.p, i);
	return plain;
}
