/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_HTTP1_H
#define EVENTWALL_HTTP1_H

/* HTTP/1.1 and 1.0 framing (RFC 9110, RFC 9112): heads, body length, chunked coding, trailers.
 *
 * Strict on purpose: no bare LF, no folded line, one length.  Each refusal has a stable reason
 * ("http.f-clte") and the status code that a server answers with. */

#include "eventwall/event.h"
#include "eventwall/protocol.h"

#define EW_HTTP_MAX_HEADERS 128

struct ew_http_limits {
	size_t line;    /* request line */
	size_t head;    /* whole head */
	size_t headers; /* fields, at most EW_HTTP_MAX_HEADERS */
	size_t body;    /* content, after unchunking */
};

#define EW_HTTP_LIMITS_DEFAULT                                                                     \
	{ .line = 8192, .head = 16384, .headers = 100, .body = 1048576 }

enum ew_http_body { EW_HTTP_BODY_NONE, EW_HTTP_BODY_LENGTH, EW_HTTP_BODY_CHUNKED, EW_HTTP_BODY_CLOSE };

/* A parsed head.  Views point into the caller's buffer, which may move: see ew_http_rebase(). */
struct ew_http_head {
	/* request */
	struct ew_bytes method, target; /* target is origin-form (or "*"), absolute-form reduced */
	struct ew_bytes host; /* the one authority; empty only for HTTP/1.0 without Host: a route without
	                       * a default authority refuses that */
	/* response */
	unsigned code;
	struct ew_bytes phrase;
	/* both */
	uint8_t minor; /* HTTP/1.minor: 0 or 1 */
	bool keep_alive;      /* false for every HTTP/1.0 request */
	bool expect_continue; /* 100-continue was asked for and there is content to wait for */
	bool upgrade; /* an Upgrade field was there */
	enum ew_http_body body;
	uint64_t length; /* for EW_HTTP_BODY_LENGTH */
	bool has_length; /* Content-Length was there, so on responses to HEAD and on 304, too */
	struct ew_pair header[EW_HTTP_MAX_HEADERS];

	/* Never copied onward: hop-by-hop fields and those named in Connection, X-Eventwall-*, names with
	 * `_` in a request, and what the forwarder writes itself: Host, Content-Length,
	 * Transfer-Encoding, Expect. */
	bool hop[EW_HTTP_MAX_HEADERS];
	/* X-Forwarded-*, Forwarded, X-Real-IP: copied only from a peer that the route trusts. */
	bool proxy[EW_HTTP_MAX_HEADERS];
	size_t header_count;
	const struct ew_pair *type; /* Content-Type, within `header`; NULL: none */
	uint64_t anomalies; /* bits by enum ew_anomaly, to be added to the message's */
	size_t size;   /* bytes of the head */
	unsigned refuse; /* on a bad head: status code to answer with, 400..505; 502 for a response */
	const uint8_t *base; /* buffer the views point into */
};

/* Parse a request head at the start of `in`.  One empty line before it is allowed and consumed.
 * EW_OK, EW_MORE, or EW_MALFORMED / EW_AMBIGUOUS / EW_UNSUPPORTED / EW_OVERSIZE with reason and
 * head->refuse.  `*scanned` (0 at first) remembers how far the search for the end of the head came, so
 * that a slow sender costs linear time.  The answer does not depend on how the bytes arrived.  Whether
 * the method is allowed (405) and what SNI said (421) is the route's business; CONNECT and TRACE are
 * refused here. */
struct ew_parse ew_http_request(struct ew_http_head *head, struct ew_bytes in,
                                const struct ew_http_limits *lim, size_t *scanned);

/* Parse a response head.  `method` is that of the request (HEAD has no body).  `lim->body` is not looked
 * at.  No empty line is allowed before it.  A caller refuses 101 that was not asked for itself. */
struct ew_parse ew_http_response(struct ew_http_head *head, struct ew_bytes in, struct ew_bytes method,
                                 const struct ew_http_limits *lim, size_t *scanned);

/* The buffer moved: make all views of `head` point into `base`. */
void ew_http_rebase(struct ew_http_head *head, const uint8_t *base);

/* First field of that name, compared without case; NULL if absent. */
const struct ew_pair *ew_http_header(const struct ew_http_head *head, struct ew_bytes name);

/* What a code that we answer with is called; "Error" for any other. */
const char *ew_http_phrase(unsigned code);

/* Chunked coding, resumable, in place: content is moved to the front of the buffer over the framing.
 * Zero the struct, then give it new bytes as they come. */
struct ew_http_chunked {
	uint8_t state;
	uint64_t left;      /* of the current chunk */
	uint64_t content;   /* bytes of content so far */
	uint64_t framing;   /* bytes of framing so far */
	size_t ext;         /* bytes of extensions so far */
	size_t line;        /* bytes of the current extension */
	size_t trailer_size;
	unsigned digits;
};

#define EW_HTTP_TRAILER_MOST 8192 /* bytes of a trailer section */
#define EW_HTTP_TRAILER_FIELDS 32

/* Decode `buf[0..*len)`: on return the first *len bytes are content and `consumed` says how many input
 * bytes were eaten: the unread rest (the next request) begins at `buf + consumed`, where it was.
 * EW_OK: the last chunk and the trailer section are complete and its fields are good.  Trailer text is
 * gathered in `trailer`, which has room for EW_HTTP_TRAILER_MOST bytes and is the same one in all calls;
 * *trailer_len is its length so far, lines end in CRLF.  EW_MORE: all eaten, give more.  Otherwise bad,
 * to be answered with 413 for EW_OVERSIZE and 400 for the rest; the content is of no use. */
struct ew_parse ew_http_unchunk(struct ew_http_chunked *c, uint8_t *buf, size_t *len,
                                const struct ew_http_limits *lim, uint8_t *trailer,
                                size_t *trailer_len);

/* Fields of a trailer section as gathered by ew_http_unchunk.  `out` (may be NULL with cap 0, to check
 * only) takes EW_HTTP_TRAILER_FIELDS at most. */
struct ew_parse ew_http_trailers(struct ew_bytes in, struct ew_pair *out, size_t cap, size_t *count_r);

/* The path to route on: dot segments removed, percent undone once for unreserved bytes, hex digits of
 * kept escapes in upper case, `//` folded, no query.  Written into `out` (cap >= target.n).
 * EW_AMBIGUOUS if readers behind us could differ (encoded slash or backslash, a backslash, `..;`, a dot
 * segment that climbs above the root, an overlong escape, double encoding of these); EW_MALFORMED for
 * %00.  A caller whose routes differ for the raw and the normalised path refuses the request, too. */
enum ew_status ew_http_route_path(struct ew_bytes target, uint8_t *out, size_t *len_r,
                                  const char **reason_r);

/* The path of `target` as it is written, without the query.  True: it is what ew_http_route_path() would
 * make of it, at a glance: no escape, no backslash, no empty segment, none that begins with a dot. */
bool ew_http_plain_path(struct ew_bytes target, struct ew_bytes *path_r);

#endif
