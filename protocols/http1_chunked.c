/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Chunked transfer coding and its trailer section (RFC 9112 section 7.1).
 *
 * Stricter than the RFC: no blank around sizes and extensions, extensions are counted and capped, a
 * trailer may not carry a protected name.  Content is moved over the framing that stood before it:
 *
 *     before   | 4 \r \n W i k i \r \n 5 \r \n ...      consumed -> everything read
 *     after    | W i k i ...                            *len     -> content
 *
 * The trap: every decision is made at a byte, never at the end of the buffer that was given, so that
 * splits do not matter. */

#include "http1_fields.h"

enum chunk_state {
	SIZE, /* zero: a fresh struct begins here */
	SIZE_LF,
	EXT_NAME_FIRST,
	EXT_NAME,
	EXT_VALUE_FIRST,
	EXT_VALUE,
	EXT_QUOTED,
	EXT_ESCAPED,
	EXT_AFTER, /* a quoted value has ended */
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER, /* at the start of a line */
	TRAILER_LINE,
	TRAILER_LINE_LF,
	LAST_LF,
	DONE,
};

#define EXT_MOST_ONE 256
#define EXT_MOST_ALL 4096
#define FRAMING_FREE 4096 /* bytes before proportion is asked for */
#define FRAMING_RATIO 16

/* The size is known, its line ends here. */
static enum http1_reason accept_size(struct ew_http_chunked *c, const struct ew_http_limits *lim)
{
	if (c->content > lim->body || c->left > lim->body - c->content)
		return HTTP1_C_OVER_BODY;
	if (c->framing > FRAMING_FREE && c->framing / FRAMING_RATIO > c->content + c->left)
		return HTTP1_C_TINY;
	c->state = SIZE_LF;
	return HTTP1_FINE;
}

static enum http1_reason take_size(struct ew_http_chunked *c, uint8_t b,
                                   const struct ew_http_limits *lim)
{
	int digit = http1_hex(b);

	if (digit >= 0) {
		if (++c->digits > 16)
			return HTTP1_C_OVER;
		c->left = c->left << 4 | (unsigned)digit;
		return HTTP1_FINE;
	}
	if (c->digits == 0)
		return HTTP1_C_SIZE;
	if (b == ';') {
		c->state = EXT_NAME_FIRST;
		return HTTP1_FINE;
	}
	if (b == '\n')
		return HTTP1_C_EOL;
	return b == '\r' ? accept_size(c, lim) : HTTP1_C_SIZE;
}

static bool is_quotable(uint8_t b)
{
	return b == '\t' || (b >= 0x20 && b != 0x7f);
}

/* A byte where a name or value may end. */
static enum http1_reason end_extension(struct ew_http_chunked *c, uint8_t b,
                                       const struct ew_http_limits *lim)
{
	if (b == ';') {
		c->state = EXT_NAME_FIRST;
		return HTTP1_FINE;
	}
	return b == '\r' ? accept_size(c, lim) : HTTP1_C_EXT;
}

static enum http1_reason take_extension(struct ew_http_chunked *c, uint8_t b,
                                        const struct ew_http_limits *lim)
{
	bool token = ew_http1_class[b] & HTTP1_TCHAR;

	if (++c->line > EXT_MOST_ONE || ++c->ext > EXT_MOST_ALL)
		return HTTP1_C_EXT;
	switch ((enum chunk_state)c->state) {
	case EXT_NAME_FIRST:
		c->state = EXT_NAME;
		return token ? HTTP1_FINE : HTTP1_C_EXT;
	case EXT_NAME:
		if (b == '=')
			c->state = EXT_VALUE_FIRST;
		return token || b == '=' ? HTTP1_FINE : end_extension(c, b, lim);
	case EXT_VALUE_FIRST:
		c->state = b == '"' ? EXT_QUOTED : EXT_VALUE;
		return token || b == '"' ? HTTP1_FINE : HTTP1_C_EXT;
	case EXT_VALUE:
		return token ? HTTP1_FINE : end_extension(c, b, lim);
	case EXT_QUOTED:
		if (b == '"')
			c->state = EXT_AFTER;
		else if (b == '\\')
			c->state = EXT_ESCAPED;
		return is_quotable(b) ? HTTP1_FINE : HTTP1_C_EXT;
	case EXT_ESCAPED:
		c->state = EXT_QUOTED;
		return is_quotable(b) ? HTTP1_FINE : HTTP1_C_EXT;
	default:
		return end_extension(c, b, lim);
	}
}

static enum http1_reason end_size_line(struct ew_http_chunked *c)
{
	c->state = c->left ? DATA : TRAILER;
	c->digits = 0;
	c->line = 0;
	return HTTP1_FINE;
}

static enum http1_reason keep_trailer(struct ew_http_chunked *c, uint8_t b, uint8_t *trailer)
{
	if (c->trailer_size == EW_HTTP_TRAILER_MOST)
		return HTTP1_C_TRL_BIG;
	trailer[c->trailer_size++] = b;
	return HTTP1_FINE;
}

static enum http1_reason take_trailer(struct ew_http_chunked *c, uint8_t b, uint8_t *trailer)
{
	switch ((enum chunk_state)c->state) {
	case TRAILER:
		if (b == '\r') {
			c->state = LAST_LF;
			return HTTP1_FINE;
		}
		c->state = TRAILER_LINE;
		break;
	case TRAILER_LINE_LF:
		if (b != '\n')
			return HTTP1_H_EOL;
		c->state = TRAILER;
		return keep_trailer(c, b, trailer);
	case LAST_LF:
		if (b != '\n')
			return HTTP1_H_EOL;
		c->state = DONE;
		return HTTP1_FINE;
	default:
		break;
	}
	if (b == '\n')
		return HTTP1_H_EOL;
	if (b == '\r')
		c->state = TRAILER_LINE_LF;
	return keep_trailer(c, b, trailer);
}

/* One byte of framing. */
static enum http1_reason take_framing(struct ew_http_chunked *c, uint8_t b,
                                      const struct ew_http_limits *lim, uint8_t *trailer)
{
	switch ((enum chunk_state)c->state) {
	case SIZE:
		c->framing++;
		return take_size(c, b, lim);
	case SIZE_LF:
		c->framing++;
		return b == '\n' ? end_size_line(c) : HTTP1_C_EOL;
	case DATA_CR:
		c->framing++;
		c->state = DATA_LF;
		return b == '\r' ? HTTP1_FINE : HTTP1_C_EOL;
	case DATA_LF:
		c->framing++;
		c->state = SIZE;
		return b == '\n' ? HTTP1_FINE : HTTP1_C_EOL;
	case TRAILER:
	case TRAILER_LINE:
	case TRAILER_LINE_LF:
	case LAST_LF:
		return take_trailer(c, b, trailer);
	default:
		c->framing++;
		return take_extension(c, b, lim);
	}
}

static struct ew_parse refused(enum http1_reason reason)
{
	const struct http1_answer *a = &ew_http1_answers[reason];

	return (struct ew_parse){ .status = a->status, .reason = a->cause };
}

struct ew_parse ew_http_unchunk(struct ew_http_chunked *c, uint8_t *buf, size_t *len,
                                const struct ew_http_limits *lim, uint8_t *trailer,
                                size_t *trailer_len)
{
	size_t n = *len, i = 0, out = 0, count;

	*len = 0;
	while (i < n && c->state != DONE) {
		if (c->state == DATA) {
			size_t take = c->left < n - i ? (size_t)c->left : n - i;
			memmove(buf + out, buf + i, take);
			out += take;
			i += take;
			c->left -= take;
			c->content += take;
			if (c->left == 0)
				c->state = DATA_CR;
			continue;
		}
		enum http1_reason bad = take_framing(c, buf[i++], lim, trailer);
		if (bad)
			return refused(bad);
	}
	*len = out;
	*trailer_len = c->trailer_size;
	if (c->state != DONE)
		return (struct ew_parse){ .status = EW_MORE, .consumed = i };
	struct ew_parse t = ew_http_trailers(ew_bytes(trailer, c->trailer_size), NULL, 0, &count);
	if (t.status != EW_OK)
		return t;
	return (struct ew_parse){ .status = EW_OK, .consumed = i };
}

static enum http1_reason take_trailer_field(const uint8_t *p, size_t n, struct ew_pair *out)
{
	enum http1_name name;
	bool under;
	enum http1_reason bad;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == 0)
			return HTTP1_H_NUL;
		if ((p[i] < 0x20 && p[i] != '\t') || p[i] == 0x7f)
			return memchr(p, ':', i) ? HTTP1_H_CTL : HTTP1_H_NAME;
	}
	bad = ew_http1_field(p, n, out, &name, &under);
	if (bad)
		return bad;
	return name == HTTP1_LOOKALIKE || ew_http1_traits(name) & HTTP1_PROTECTED ? HTTP1_C_TRL
	                                                                          : HTTP1_FINE;
}

struct ew_parse ew_http_trailers(struct ew_bytes in, struct ew_pair *out, size_t cap, size_t *count_r)
{
	size_t count = 0, from = 0;

	*count_r = 0;
	if (in.n > EW_HTTP_TRAILER_MOST)
		return refused(HTTP1_C_TRL_BIG);
	while (from < in.n) {
		struct ew_pair field;
		size_t at = ew_bytes_find(in, from, EW_LIT("\r\n"));
		if (at == SIZE_MAX || memchr(in.p + from, '\r', at - from) ||
		    memchr(in.p + from, '\n', at - from))
			return refused(HTTP1_H_EOL);
		enum http1_reason bad = take_trailer_field(in.p + from, at - from, &field);
		if (!bad && count == EW_HTTP_TRAILER_FIELDS)
			bad = HTTP1_C_TRL_BIG;
		if (bad)
			return refused(bad);
		if (count < cap)
			out[count] = field;
		count++;
		from = at + 2;
	}
	*count_r = count < cap ? count : cap;
	return (struct ew_parse){ .status = EW_OK, .consumed = in.n };
}
