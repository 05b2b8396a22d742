/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Heads of HTTP/1.1 and 1.0 messages (RFC 9112 sections 2 to 6, RFC 9110 sections 7 and 10): the first
 * line, one authority, one body length, what the connection does next.
 *
 * It does not choose routes, does not answer, does not keep time.  Stricter than the RFC: see http1.def,
 * and also: no leading empty line before a response, no empty port and no `%` in Host, the list form of
 * Transfer-Encoding is refused, an absolute target must agree with Host.
 *
 * The trap is that the answer must not depend on segmentation.  A head is looked at in this order, in
 * whatever pieces it comes: bytes that cannot stand in a head, by position; the first line, as soon as
 * it is there; the size; the fields, once the head is whole. */

#include "http1_fields.h"

typedef enum http1_reason first_line_fn(struct ew_http_head *head, const uint8_t *p, size_t n);

static struct ew_parse refused(struct ew_http_head *head, enum http1_reason reason, bool request)
{
	const struct http1_answer *a = &ew_http1_answers[reason];

	head->refuse = request ? a->code : 502;
	return (struct ew_parse){ .status = a->status, .reason = a->cause };
}

/* "HTTP/1.1": what else it may be is told apart for the answer. */
static enum http1_reason parse_version(const uint8_t *p, uint8_t *minor_r)
{
	uint8_t major = (uint8_t)(p[5] - '0'), minor = (uint8_t)(p[7] - '0');

	if (memcmp(p, "HTTP/", 5) != 0 || p[6] != '.' || major > 9 || minor > 9)
		return HTTP1_RL_VERSION;
	if (major != 1 || minor > 1)
		return HTTP1_RL_VERSION_NO;
	*minor_r = minor;
	return HTTP1_FINE;
}

static enum http1_reason why_not_in_target(uint8_t c)
{
	if (c == '\t')
		return HTTP1_RL_WS;
	if (c == '#')
		return HTTP1_RL_FRAG;
	return c >= 0x80 ? HTTP1_RL_HIGH : HTTP1_RL_CTL;
}

/* A percent sign is there: which of the odd kinds? */
static enum http1_reason check_escapes(struct ew_http_head *head, struct ew_bytes target)
{
	bool in_path = true;

	for (size_t i = 0; i < target.n; i++) {
		if (target.p[i] == '?')
			in_path = false;
		if (target.p[i] != '%')
			continue;
		if (target.n - i < 3 || http1_hex(target.p[i + 1]) < 0 || http1_hex(target.p[i + 2]) < 0) {
			head->anomalies |= UINT64_C(1) << EW_ANOMALY_MIXED_ENCODING;
		} else if (target.p[i + 1] == '0' && target.p[i + 2] == '0') {
			if (in_path)
				return HTTP1_RL_PCT;
			head->anomalies |= UINT64_C(1) << EW_ANOMALY_NUL;
		}
	}
	return HTTP1_FINE;
}

/* scheme://authority/path: the authority goes to head->host, the target shrinks to the path. */
static enum http1_reason reduce_absolute(struct ew_http_head *head)
{
	static const struct ew_bytes schemes[] = { { (const uint8_t *)"http://", 7 },
		                                   { (const uint8_t *)"https://", 8 } };
	struct ew_bytes rest = { NULL, 0 };

	for (size_t i = 0; i < 2; i++) {
		if (ew_bytes_starts_nocase(head->target, schemes[i]))
			rest = ew_bytes_from(head->target, schemes[i].n);
	}
	if (!rest.p)
		return HTTP1_RL_FORM;
	size_t n = 0;
	while (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?') {
		if (rest.p[n] == '@')
			return HTTP1_RL_USERINFO;
		n++;
	}
	head->host = ew_bytes(rest.p, n);
	if (n == 0)
		return HTTP1_HOST_BAD;
	if (n < rest.n && rest.p[n] == '?')
		return HTTP1_RL_FORM; /* has no origin-form within these bytes */
	head->target = ew_bytes_from(rest, n);
	if (n == rest.n) /* RFC 9112 section 3.2.4 for OPTIONS */
		head->target = ew_bytes_eq(head->method, EW_LIT("OPTIONS")) ? EW_LIT("*") : EW_LIT("/");
	return HTTP1_FINE;
}

static enum http1_reason check_form(struct ew_http_head *head)
{
	struct ew_bytes m = head->method;

	head->host = ew_bytes(NULL, 0);
	if (ew_bytes_eq(m, EW_LIT("CONNECT")))
		return HTTP1_RL_CONNECT;
	if (ew_bytes_eq(m, EW_LIT("TRACE")))
		return HTTP1_F_TRACE;
	if (head->target.p[0] == '/')
		return HTTP1_FINE;
	if (head->target.p[0] == '*' && head->target.n == 1)
		return ew_bytes_eq(m, EW_LIT("OPTIONS")) ? HTTP1_FINE : HTTP1_RL_FORM;
	return reduce_absolute(head);
}

static enum http1_reason parse_request_line(struct ew_http_head *head, const uint8_t *p, size_t n)
{
	size_t i = 0, from;
	unsigned classes = 0;

	while (i < n && ew_http1_class[p[i]] & HTTP1_TCHAR)
		i++;
	head->method = ew_bytes(p, i);
	if (i < n && p[i] != ' ')
		return p[i] == '\t' ? HTTP1_RL_WS : HTTP1_RL_METHOD;
	if (i == 0)
		return HTTP1_RL_WS;
	if (i == n || i > 32)
		return HTTP1_RL_METHOD;
	if (n - i == 11 && memcmp(p, "PRI * HTTP/2.0", 14) == 0)
		return HTTP1_RL_PREFACE;
	for (from = ++i; i < n; i++) {
		unsigned c = ew_http1_class[p[i]];
		if (!(c & HTTP1_TARGET))
			break;
		classes |= c;
	}
	head->target = ew_bytes(p + from, i - from);
	if (i == n)
		return HTTP1_RL_VERSION;
	if (p[i] != ' ')
		return why_not_in_target(p[i]);
	if (i == from)
		return HTTP1_RL_WS;
	i++;
	if (n - i != 8) /* more words or blanks than there may be, or a misspelt version */
		return memchr(p + i, ' ', n - i) || memchr(p + i, '\t', n - i) ? HTTP1_RL_WS
		                                                              : HTTP1_RL_VERSION;
	enum http1_reason bad = parse_version(p + i, &head->minor);
	if (!bad)
		bad = check_form(head);
	if (!bad && classes & HTTP1_PERCENT)
		bad = check_escapes(head, head->target);
	return bad;
}

static enum http1_reason parse_status_line(struct ew_http_head *head, const uint8_t *p, size_t n)
{
	enum http1_reason bad = n < 8 ? HTTP1_RL_VERSION : parse_version(p, &head->minor);

	if (bad)
		return bad;
	if (n == 8 || p[8] != ' ')
		return n > 8 && p[8] == '\t' ? HTTP1_RL_WS : HTTP1_RL_VERSION;
	head->code = 0;
	for (size_t i = 9; i < 12; i++) {
		uint8_t digit = (uint8_t)(i < n ? p[i] - '0' : 10);
		if (digit > 9)
			return HTTP1_SL_CODE;
		head->code = head->code * 10 + digit;
	}
	if (head->code < 100 || head->code > 599 || (n > 12 && p[12] != ' '))
		return HTTP1_SL_CODE;
	head->phrase = n > 13 ? ew_bytes(p + 13, n - 13) : ew_bytes(p + n, 0);
	return HTTP1_FINE;
}

static enum http1_reason why_not_in_first_line(uint8_t c)
{
	if (c == '\r' || c == '\n')
		return HTTP1_RL_EOL;
	return c == '\v' || c == '\f' ? HTTP1_RL_WS : HTTP1_RL_CTL;
}

static enum http1_reason why_not_in_field(const uint8_t *p, size_t at)
{
	size_t i = at;

	if (p[at] == '\r' || p[at] == '\n')
		return HTTP1_H_EOL;
	if (p[at] == 0)
		return HTTP1_H_NUL;
	while (p[i - 1] != '\n' && p[i] != ':') /* a whole line stands before */
		i--;
	return p[i] == ':' ? HTTP1_H_CTL : HTTP1_H_NAME;
}

/* Find the end of the head that begins at `start`: `*size_r` is 0 while it is not there. */
static enum http1_reason find_head(struct ew_http_head *head, struct ew_bytes in, size_t start,
                                   const struct ew_http_limits *lim, size_t *scanned,
                                   first_line_fn *parse_first, struct http1_lines *lines, bool *high_r,
                                   size_t *size_r)
{
	size_t most = lim->head < UINT32_MAX ? lim->head : UINT32_MAX;
	size_t n = in.n < most ? in.n : most;
	size_t from = *scanned > start ? *scanned : start;

	if (from > n)
		from = n;
	*size_r = 0;
	struct http1_scan s = ew_http1_scan(in.p, n, start, from, lines);
	if (s.found == HTTP1_END && from > start) {
		from = start;
		s = ew_http1_scan(in.p, n, start, from, lines);
	}
	/* Within the first line, or just past it: then it is time to judge it. */
	if (from <= start || !memchr(in.p + start, '\n', from - start)) {
		size_t line = (lines->count ? lines->end[0] : s.at) - start;
		if (line > lim->line)
			return HTTP1_RL_LONG;
		if (lines->count) {
			enum http1_reason bad = parse_first(head, in.p + start, line);
			if (bad)
				return bad;
		} else if (s.found == HTTP1_BAD) {
			return why_not_in_first_line(in.p[s.at]);
		}
	}
	if (s.found == HTTP1_BAD)
		return why_not_in_field(in.p, s.at);
	if (s.found == HTTP1_OPEN) {
		*scanned = s.at;
		return in.n >= most ? HTTP1_H_COUNT : HTTP1_FINE;
	}
	size_t fields = lim->headers < EW_HTTP_MAX_HEADERS ? lim->headers : EW_HTTP_MAX_HEADERS;
	if (lines->count - 1 > fields)
		return HTTP1_H_COUNT;
	*high_r = s.high;
	*size_r = s.at;
	return HTTP1_FINE;
}

static enum http1_reason parse_length(struct ew_http_head *head, struct ew_bytes v)
{
	if (v.n > 19 || !ew_bytes_u64(v, &head->length) || head->length > INT64_MAX)
		return memchr(v.p, ',', v.n) ? HTTP1_F_CL_DUP : HTTP1_F_CL_NUM;
	head->has_length = true;
	return HTTP1_FINE;
}

static enum http1_reason check_coding(struct ew_bytes v)
{
	if (ew_bytes_eq_nocase(v, EW_LIT("chunked")))
		return HTTP1_FINE;
	for (size_t i = 0; i < v.n; i++) {
		if (!(ew_http1_class[v.p[i]] & HTTP1_TCHAR) && !memchr(",;=\" \t", v.p[i], 6))
			return HTTP1_F_TE_BAD;
	}
	return v.n ? HTTP1_F_TE_VAL : HTTP1_F_TE_BAD;
}

static const struct ew_bytes *value_of(const struct ew_http_head *head, const struct http1_seen *seen,
                                       enum http1_name name)
{
	return &head->header[seen->at[name]].value;
}

/* One length or none: the rule that keeps one message from being read as two. */
static enum http1_reason find_body(struct ew_http_head *head, const struct http1_seen *seen)
{
	bool length = http1_has(seen, HTTP1_CONTENT_LENGTH);

	if (!http1_has(seen, HTTP1_TRANSFER_ENCODING)) {
		if (!length)
			return HTTP1_FINE;
		head->body = EW_HTTP_BODY_LENGTH;
		return parse_length(head, *value_of(head, seen, HTTP1_CONTENT_LENGTH));
	}
	if (length)
		return HTTP1_F_CLTE;
	if (head->minor == 0)
		return HTTP1_F_TE_10;
	head->body = EW_HTTP_BODY_CHUNKED;
	return check_coding(*value_of(head, seen, HTTP1_TRANSFER_ENCODING));
}

/* [address], of hex digits, dots and colons: whether it is a good address is not asked, only that it
 * cannot be read as two things. */
static bool is_ip_literal(struct ew_bytes a)
{
	unsigned colons = 0;

	if (a.n < 4 || a.p[a.n - 1] != ']')
		return false;
	for (size_t i = 1; i < a.n - 1; i++) {
		if (http1_hex(a.p[i]) < 0 && a.p[i] != ':' && a.p[i] != '.')
			return false;
		colons += a.p[i] == ':';
	}
	return colons >= 2;
}

static enum http1_reason check_host(struct ew_bytes h)
{
	size_t name = 0;
	uint64_t port;

	if (h.n && h.p[0] == '[') {
		const uint8_t *end = memchr(h.p, ']', h.n);
		name = end ? (size_t)(end - h.p) + 1 : 0;
		if (!end || !is_ip_literal(ew_bytes(h.p, name)))
			return HTTP1_HOST_BAD;
	} else {
		while (name < h.n && ew_http1_class[h.p[name]] & HTTP1_HOST)
			name++;
	}
	if (name == h.n)
		return name ? HTTP1_FINE : HTTP1_HOST_BAD;
	if (h.p[name] == ',')
		return HTTP1_HOST_DUP;
	if (name == 0 || h.p[name] != ':' || h.n - name > 6 ||
	    !ew_bytes_u64(ew_bytes_from(h, name + 1), &port) || port == 0 || port > 65535)
		return HTTP1_HOST_BAD;
	return HTTP1_FINE;
}

static enum http1_reason find_host(struct ew_http_head *head, const struct http1_seen *seen)
{
	if (!http1_has(seen, HTTP1_HOST_NAME)) {
		if (head->minor > 0)
			return HTTP1_HOST_NONE;
		return head->host.n ? check_host(head->host) : HTTP1_FINE;
	}
	struct ew_bytes host = *value_of(head, seen, HTTP1_HOST_NAME);
	enum http1_reason bad = check_host(host);
	if (bad)
		return bad;
	if (head->host.n && !ew_bytes_eq_nocase(head->host, host))
		return HTTP1_HOST_ABS;
	head->host = host;
	return HTTP1_FINE;
}

static enum http1_reason find_expectation(struct ew_http_head *head, const struct http1_seen *seen)
{
	if (!http1_has(seen, HTTP1_EXPECT))
		return HTTP1_FINE;
	if (!ew_bytes_eq_nocase(*value_of(head, seen, HTTP1_EXPECT), EW_LIT("100-continue")))
		return HTTP1_K_EXPECT;
	head->expect_continue = head->minor > 0 && (head->body == EW_HTTP_BODY_CHUNKED || head->length);
	return HTTP1_FINE;
}

static void begin_head(struct ew_http_head *head, const uint8_t *base)
{
	head->method = head->target = head->host = head->phrase = ew_bytes(NULL, 0);
	head->code = head->refuse = 0;
	head->minor = 0;
	head->keep_alive = head->expect_continue = head->upgrade = head->has_length = false;
	head->body = EW_HTTP_BODY_NONE;
	head->length = head->anomalies = 0;
	head->header_count = head->size = 0;
	head->type = NULL;
	head->base = base;
}

struct ew_parse ew_http_request(struct ew_http_head *head, struct ew_bytes in,
                                const struct ew_http_limits *lim, size_t *scanned)
{
	struct http1_lines lines;
	struct http1_seen seen;
	enum http1_reason bad;
	size_t start = 0, size;
	bool high = false;

	begin_head(head, in.p);
	if (in.n && (in.p[0] == '\r' || in.p[0] == '\n')) {
		if (in.p[0] == '\n' || (in.n > 1 && in.p[1] != '\n'))
			return refused(head, HTTP1_RL_EOL, true);
		if (in.n > 2 && (in.p[2] == '\r' || in.p[2] == '\n'))
			return refused(head, HTTP1_RL_EMPTY, true);
		start = 2;
	}
	if (in.n <= start)
		return (struct ew_parse){ .status = EW_MORE };
	bad = find_head(head, in, start, lim, scanned, parse_request_line, &lines, &high, &size);
	if (!bad && size == 0)
		return (struct ew_parse){ .status = EW_MORE };
	if (!bad)
		bad = ew_http1_fields(head, in.p, &lines, true, high, &seen);
	if (!bad)
		bad = find_body(head, &seen);
	if (!bad)
		bad = find_host(head, &seen);
	if (!bad)
		bad = find_expectation(head, &seen);
	if (!bad && head->length > lim->body)
		bad = HTTP1_F_BIG;
	if (bad)
		return refused(head, bad, true);
	head->keep_alive &= head->minor > 0;
	head->upgrade = http1_has(&seen, HTTP1_UPGRADE);
	head->size = size;
	return (struct ew_parse){ .status = EW_OK, .consumed = size };
}

static bool has_no_content(const struct ew_http_head *head, struct ew_bytes method)
{
	return head->code < 200 || head->code == 204 || head->code == 304 ||
	       ew_bytes_eq(method, EW_LIT("HEAD"));
}

struct ew_parse ew_http_response(struct ew_http_head *head, struct ew_bytes in, struct ew_bytes method,
                                 const struct ew_http_limits *lim, size_t *scanned)
{
	struct http1_lines lines;
	struct http1_seen seen;
	enum http1_reason bad;
	size_t size;
	bool high = false;

	begin_head(head, in.p);
	if (in.n == 0)
		return (struct ew_parse){ .status = EW_MORE };
	if (in.p[0] == '\r' || in.p[0] == '\n')
		return refused(head, HTTP1_RL_EMPTY, false);
	bad = find_head(head, in, 0, lim, scanned, parse_status_line, &lines, &high, &size);
	if (!bad && size == 0)
		return (struct ew_parse){ .status = EW_MORE };
	if (!bad)
		bad = ew_http1_fields(head, in.p, &lines, false, high, &seen);
	if (!bad)
		bad = find_body(head, &seen);
	if (!bad && (head->code < 200 || head->code == 204) &&
	    (head->body == EW_HTTP_BODY_CHUNKED || head->length))
		bad = HTTP1_F_NOBODY;
	if (bad)
		return refused(head, bad, false);
	if (has_no_content(head, method))
		head->body = EW_HTTP_BODY_NONE;
	else if (head->body == EW_HTTP_BODY_NONE)
		head->body = EW_HTTP_BODY_CLOSE;
	if (head->body == EW_HTTP_BODY_CLOSE)
		head->keep_alive = false;
	head->upgrade = http1_has(&seen, HTTP1_UPGRADE);
	head->size = size;
	return (struct ew_parse){ .status = EW_OK, .consumed = size };
}

static void move_view(struct ew_bytes *v, const struct ew_http_head *head, const uint8_t *base)
{
	size_t at = (uintptr_t)v->p - (uintptr_t)head->base;

	/* What stands outside the head is a literal of ours. */
	if (v->p && at <= head->size)
		v->p = base + at;
}

void ew_http_rebase(struct ew_http_head *head, const uint8_t *base)
{
	if (base == head->base)
		return;
	move_view(&head->method, head, base);
	move_view(&head->target, head, base);
	move_view(&head->host, head, base);
	move_view(&head->phrase, head, base);
	for (size_t i = 0; i < head->header_count; i++) {
		move_view(&head->header[i].name, head, base);
		move_view(&head->header[i].value, head, base);
	}
	head->base = base;
}

const struct ew_pair *ew_http_header(const struct ew_http_head *head, struct ew_bytes name)
{
	for (size_t i = 0; i < head->header_count; i++) {
		if (ew_bytes_eq_nocase(head->header[i].name, name))
			return &head->header[i];
	}
	return NULL;
}
