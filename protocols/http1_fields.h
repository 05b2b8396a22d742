/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_HTTP1_FIELDS_H
#define EVENTWALL_PROTOCOLS_HTTP1_FIELDS_H

/* What the files of the HTTP/1 parser share: byte classes, reasons, lines, field lines. */

#include "eventwall/http1.h"

enum http1_reason {
	HTTP1_FINE,
#define HTTP1_REASON(id, cause, status, code, text) HTTP1_##id,
#include "http1.def"
#undef HTTP1_REASON
};

struct http1_answer {
	const char *cause;
	enum ew_status status;
	unsigned code;
};
extern const struct http1_answer ew_http1_answers[]; /* by enum http1_reason */

/* What a byte may be part of; 0 for controls, space and bytes past 0x7e but for those named. */
enum http1_class {
	HTTP1_TCHAR = 1,   /* token: field names, methods */
	HTTP1_JUNK = 2,    /* of these, what is no letter and no digit */
	HTTP1_UNDER = 4,   /* `_` */
	HTTP1_TARGET = 8,  /* request target */
	HTTP1_PERCENT = 16,
	HTTP1_HOST = 32,   /* registered name: unreserved and sub-delims, but neither `%` nor `,` */
};
extern const uint8_t ew_http1_class[256];

static inline uint8_t http1_fold(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* -1: not a hex digit. */
static inline int http1_hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = http1_fold(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Lines of a head.  `count` goes on past what `end` keeps. */
#define HTTP1_LINES_KEPT (EW_HTTP_MAX_HEADERS + 1)

struct http1_lines {
	size_t count;
	uint32_t end[HTTP1_LINES_KEPT]; /* offset of the CR that ends the line */
};

enum http1_found {
	HTTP1_OPEN, /* `at` is where to go on looking */
	HTTP1_END,  /* `at` is just past the empty line */
	HTTP1_BAD,  /* the byte at `at` cannot stand there: control, bare CR, bare LF */
};

struct http1_scan {
	enum http1_found found;
	size_t at;
	bool high; /* bytes past 0x7f were seen */
};

/* Look for the empty line that ends the head which begins at `start`, from offset `from` on, and note
 * the lines that end there.  p[start..from) has been looked at before. */
struct http1_scan ew_http1_scan(const uint8_t *p, size_t n, size_t start, size_t from,
                                struct http1_lines *lines);

/* Names with a meaning to the parser, in the order of the table in http1_fields.c. */
enum http1_name {
	HTTP1_AUTHORIZATION, HTTP1_CE, HTTP1_CONNECTION, HTTP1_CONTENT_ENCODING, HTTP1_CONTENT_LENGTH,
	HTTP1_CONTENT_TYPE, HTTP1_COOKIE, HTTP1_EXPECT, HTTP1_FORWARDED, HTTP1_HOST_NAME,
	HTTP1_HTTP2_SETTINGS, HTTP1_KEEP_ALIVE, HTTP1_PROXY, HTTP1_PROXY_ANY, HTTP1_TE, HTTP1_TRAILER,
	HTTP1_TRANSFER_ENCODING, HTTP1_UPGRADE, HTTP1_X_EVENTWALL, HTTP1_X_FORWARDED, HTTP1_X_REAL_IP,
	HTTP1_OTHER,     /* none of these */
	HTTP1_LOOKALIKE, /* taken for a protected one by readers that fold or strip bytes */
};

enum http1_trait {
	HTTP1_PROTECTED = 1, /* ours to write: lookalikes are refused, so is the name in trailers */
	HTTP1_HOP = 2,       /* never copied */
	HTTP1_OF_PROXY = 4,  /* copied from trusted peers only */
	HTTP1_SINGLE = 8,    /* stands once */
	HTTP1_STAYS = 16,    /* may not be named in Connection */
	HTTP1_PREFIX = 32,   /* all names that begin so */
};

unsigned ew_http1_traits(enum http1_name name);

/* Name and value of one line (without its CRLF, without controls but HTAB).  `under_r`: the name has a `_`. */
enum http1_reason ew_http1_field(const uint8_t *p, size_t n, struct ew_pair *out,
                                 enum http1_name *name_r, bool *under_r);

/* Of the fields of a head: which names were there, and where first. */
struct http1_seen {
	uint32_t names; /* bits by enum http1_name */
	unsigned connections; /* how many fields of that name */
	uint8_t at[HTTP1_OTHER];
	uint8_t name[EW_HTTP_MAX_HEADERS];
};

/* Read lines 1 to count-1 into head->header, with marks, and apply Connection. */
enum http1_reason ew_http1_fields(struct ew_http_head *head, const uint8_t *p,
                                  const struct http1_lines *lines, bool request, bool high,
                                  struct http1_seen *seen);

static inline bool http1_has(const struct http1_seen *seen, enum http1_name name)
{
	return seen->names >> name & 1;
}

#endif
