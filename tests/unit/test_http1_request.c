/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Request heads: what is read out of good ones, each way of being bad by its cause and answer, every
 * prefix, every way to cut the input. */

#include "guard.h"
#include "tap.h"

#include "eventwall/http1.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

static const struct ew_http_limits limits = EW_HTTP_LIMITS_DEFAULT;
static struct ew_http_head head;

static struct ew_parse parse(struct ew_bytes in, const struct ew_http_limits *lim)
{
	size_t scanned = 0;

	return ew_http_request(&head, in, lim, &scanned);
}

struct step {
	struct ew_bytes whole;
	const struct ew_http_limits *lim;
	size_t scanned;
	struct ew_parse last;
	unsigned refuse;
	bool settled;
};

/* Feed the growing input as a connection would: the first answer that is not EW_MORE stands. */
static bool feed(void *arg, struct ew_bytes prefix)
{
	struct step *s = arg;

	if (s->settled)
		return true;
	s->last = ew_http_request(&head, prefix, s->lim, &s->scanned);
	s->refuse = head.refuse;
	s->settled = s->last.status != EW_MORE;
	return true;
}

static bool same(struct ew_parse a, struct ew_parse b)
{
	return a.status == b.status && a.consumed == b.consumed &&
	       (a.reason == b.reason || (a.reason && b.reason && strcmp(a.reason, b.reason) == 0));
}

static bool same_in_pieces(struct ew_bytes in, const struct ew_http_limits *lim)
{
	struct step s = { .whole = in, .lim = lim };
	struct ew_parse whole = parse(in, lim);
	unsigned refuse = head.refuse;

	each_prefix(in, feed, &s);
	if (!same(whole, s.last) || refuse != s.refuse)
		return false;
	for (size_t cut = 0; cut <= in.n; cut++) {
		size_t scanned = 0;
		struct ew_bytes g = guard_put(ew_bytes(in.p, cut));
		struct ew_parse p = ew_http_request(&head, g, lim, &scanned);
		guard_drop(g);
		if (p.status == EW_MORE)
			p = ew_http_request(&head, in, lim, &scanned);
		if (!same(whole, p) || refuse != head.refuse)
			return false;
	}
	return true;
}

static bool is_more(void *arg, struct ew_bytes prefix)
{
	const struct ew_bytes *whole = arg;

	return prefix.n == whole->n || parse(prefix, &limits).status == EW_MORE;
}

static void good_(struct ew_bytes in, const char *name)
{
	struct ew_parse p = parse(in, &limits);

	ok(p.status == EW_OK && p.consumed == in.n && head.size == in.n && head.refuse == 0,
	   "read: %s (%s)", name, p.reason ? p.reason : "");
	ok(each_prefix(in, is_more, &in) && same_in_pieces(in, &limits), "  in pieces, too");
	parse(in, &limits);
}
#define good(text, name) good_(EW_LIT(text), name)

static void bad_(struct ew_bytes in, const struct ew_http_limits *lim, enum ew_status status,
                 unsigned code, const char *reason, const char *name)
{
	struct ew_parse p = parse(in, lim);
	unsigned refuse = head.refuse;

	if (!ok(p.status == status && refuse == code && p.reason && strcmp(p.reason, reason) == 0 &&
	        p.consumed == 0, "%s: %s", reason, name))
		printf("# %s %s %u\n", ew_status_name(p.status), p.reason ? p.reason : "-", refuse);
	if (!same_in_pieces(in, lim))
		ok(false, "%s: %s: depends on segmentation", reason, name);
}
#define bad(text, status, code, reason, name)                                                      \
	bad_(EW_LIT(text), &limits, EW_##status, code, "http." reason, name)

#define GET "GET / HTTP/1.1\r\n"
#define H "Host: a\r\n"
#define END "\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\n"

static void test_good(void)
{
	good("GET /a?b=c HTTP/1.1\r\nHost: example.com:8080\r\nX-A:  v w \t\r\nEmpty:\r\n\r\n", "plain");
	ok(ew_bytes_eq(head.method, EW_LIT("GET")) && ew_bytes_eq(head.target, EW_LIT("/a?b=c")) &&
	   ew_bytes_eq(head.host, EW_LIT("example.com:8080")) && head.minor == 1 && head.keep_alive,
	   "its parts");
	ok(head.header_count == 3 && ew_bytes_eq(head.header[1].value, EW_LIT("v w")) &&
	   head.header[2].value.n == 0 && head.body == EW_HTTP_BODY_NONE && head.anomalies == 0,
	   "its fields, trimmed");
	ok(head.hop[0] && !head.hop[1] && !head.hop[2], "Host is written anew, the others are copied");
	ok(ew_http_header(&head, EW_LIT("x-a")) == &head.header[1] &&
	   !ew_http_header(&head, EW_LIT("x-")), "found by name");

	good("\r\n" GET H END, "one empty line before");
	good("GET / HTTP/1.0\r\n\r\n", "1.0 without Host");
	ok(head.host.n == 0 && !head.keep_alive && head.minor == 0, "no host, no keep-alive");
	good("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "1.0 keep-alive");
	ok(!head.keep_alive, "is answered with close all the same");
	good("OPTIONS * HTTP/1.1\r\n" H END, "asterisk");
	good(GET "HOST:a\r\n\r\n", "name in capitals, no blank");
	ok(ew_bytes_eq(head.host, EW_LIT("a")), "is Host");
	good("GET http://A.b/p?q HTTP/1.1\r\nHost: a.B\r\n\r\n", "absolute form");
	ok(ew_bytes_eq(head.target, EW_LIT("/p?q")) && ew_bytes_eq(head.host, EW_LIT("a.B")), "reduced");
	good("GET https://a HTTP/1.1\r\n" H END, "absolute form without path");
	ok(ew_bytes_eq(head.target, EW_LIT("/")), "is /");
	good("OPTIONS http://a HTTP/1.1\r\n" H END, "OPTIONS on an authority");
	ok(ew_bytes_eq(head.target, EW_LIT("*")), "is *");
	good("GET http://a/ HTTP/1.0\r\n\r\n", "1.0, host from the target");
	ok(ew_bytes_eq(head.host, EW_LIT("a")), "which is a");
	good(GET "Host: [::1]:80\r\n\r\n", "address literal");
	good(GET "Host: 10.0.0.1:65535\r\n\r\n", "address, largest port");
	good("GET /\"x\"|{}?[]\\ HTTP/1.1\r\n" H END, "visible bytes that no grammar allows");
	good("M-SEARCH / HTTP/1.1\r\n" H END, "method with a dash");
	good("MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM / HTTP/1.1\r\n" H END, "method of 32 bytes");
}

static void test_body(void)
{
	good(POST "Content-Length: 12\r\n\r\n", "a length");
	ok(head.body == EW_HTTP_BODY_LENGTH && head.length == 12 && head.hop[1], "is 12, written anew");
	good(POST "Content-Length:\t003 \r\n\r\n", "leading zeros, blanks around");
	is_int(head.length, 3, "is 3");
	good(POST "Content-Length: 0000000000000000003\r\n\r\n", "19 digits");
	good(POST "Content-Length: 0\r\n\r\n", "length zero");
	ok(head.body == EW_HTTP_BODY_LENGTH && head.length == 0, "is a length");
	good(POST "Transfer-Encoding: \tCHUNKED \r\n\r\n", "chunked in capitals, blanks around");
	ok(head.body == EW_HTTP_BODY_CHUNKED && head.hop[1], "is chunked, not copied");
	good(POST END, "neither");
	ok(head.body == EW_HTTP_BODY_NONE, "is an empty body");
	good(GET H "Content-Length: 1\r\n\r\n", "GET with a body");
	good(POST "Content-Length-X: 5\r\n\r\n", "a longer name");
	ok(head.body == EW_HTTP_BODY_NONE, "is no length");
	good(POST "Expect: 100-Continue\r\nContent-Length: 3\r\n\r\n", "expectation");
	ok(head.expect_continue && head.hop[1], "is seen, not forwarded");
	good(POST "Expect: 100-continue\r\n\r\n", "expectation without content");
	ok(!head.expect_continue, "nothing to wait for");
	good("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n", "expectation in 1.0");
	ok(!head.expect_continue, "is not answered");
}

static void test_marks(void)
{
	good(GET H "Connection: X-One , close,, te\r\nX-One: 1\r\nTE: trailers\r\nKeep-Alive: 5\r\n"
	     "x-one: 2\r\nX-Two: 3\r\n\r\n", "connection options");
	ok(!head.keep_alive && head.hop[1] && head.hop[2] && head.hop[3] && head.hop[4] && head.hop[5] &&
	   !head.hop[6], "named fields stay here, the rest goes on");
	good(GET H "Connection: keep-alive, close\r\n\r\n", "both");
	ok(!head.keep_alive, "close wins");
	good(GET H "Connection: Upgrade\r\nUpgrade: websocket\r\nProxy-Authorization: x\r\nProxy: y\r\n"
	     "HTTP2-Settings: z\r\nTrailer: t\r\n\r\n", "hop-by-hop names");
	ok(head.upgrade && head.hop[1] && head.hop[2] && head.hop[3] && head.hop[4] && head.hop[5] &&
	   head.hop[6], "none is copied");
	good(GET H "X-Forwarded-For: 1\r\nForwarded: x\r\nX-Real-IP: y\r\nX-Forwarded-Tls-Cert: z\r\n"
	     "X-Eventwall-Id: q\r\nX-Eventually: r\r\n\r\n", "names of proxies");
	ok(head.proxy[1] && head.proxy[2] && head.proxy[3] && head.proxy[4] && !head.proxy[6] &&
	   !head.hop[1], "are marked so");
	ok(head.hop[5] && !head.hop[6], "ours are never copied");
	good(GET H "my_name: 1\r\nce_type: 2\r\nContent_Type: 3\r\n\r\n", "underscores");
	ok(head.hop[1] && head.hop[2] && head.hop[3], "are dropped");
	good(GET H "ProxyId: 1\r\nTEA: 2\r\nHosts: 3\r\nCertificate: 4\r\nX-For: 5\r\nTra: 6\r\n"
	     "+: 7\r\n\r\n", "near misses");
	ok(!head.hop[1] && !head.hop[2] && !head.hop[3] && !head.hop[4] && !head.hop[5] && !head.hop[6] &&
	   !head.hop[7], "are copied");
	good(GET H "Cookie: a\r\nCookie: b\r\nAccept: c\r\nAccept: d\r\nce-id: 1\r\nce-type: 2\r\n\r\n",
	     "fields that may repeat");
	good(GET H "A: \xff\xfe\r\n\r\n", "bytes past 0x7f");
	ok(head.anomalies == UINT64_C(1) << EW_ANOMALY_INVALID_UTF8, "flagged when no UTF-8");
	good(GET H "A: \xc3\xa9\r\n\r\n", "UTF-8");
	ok(head.anomalies == 0, "not flagged");
	good("GET /?a=%00 HTTP/1.1\r\n" H END, "%00 in the query");
	ok(head.anomalies == UINT64_C(1) << EW_ANOMALY_NUL, "flagged");
	good("GET /%zz HTTP/1.1\r\n" H END, "broken escape");
	ok(head.anomalies == UINT64_C(1) << EW_ANOMALY_MIXED_ENCODING, "flagged");
	good("GET /% HTTP/1.1\r\n" H END, "cut escape");
	ok(head.anomalies == UINT64_C(1) << EW_ANOMALY_MIXED_ENCODING, "flagged");
}

static void test_request_line(void)
{
	bad("\r\n\r\n" GET H END, MALFORMED, 400, "rl-empty", "two empty lines");
	bad("\n" GET H END, MALFORMED, 400, "rl-eol", "bare LF before");
	bad("\rGET", MALFORMED, 400, "rl-eol", "bare CR before");
	bad("GET / HTTP/1.1\n" H END, MALFORMED, 400, "rl-eol", "bare LF");
	bad("GET / HTTP/1.1\r" H END, MALFORMED, 400, "rl-eol", "bare CR");
	bad("GET / HTTP/1.1\r\r\n" H END, MALFORMED, 400, "rl-eol", "CR CR LF");
	bad(" GET / HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-ws", "leading space");
	bad("GET  / HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-ws", "two spaces after the method");
	bad("GET /  HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-ws", "two spaces after the target");
	bad("GET / HTTP/1.1 \r\n" H END, MALFORMED, 400, "rl-ws", "trailing space");
	bad("GET / HTTP/1.1\t\r\n" H END, MALFORMED, 400, "rl-ws", "trailing tab");
	bad("GET\t/ HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-ws", "tab after the method");
	bad("GET /\tHTTP/1.1\r\n" H END, MALFORMED, 400, "rl-ws", "tab after the target");
	bad("GET\v/ HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-ws", "VT");
	bad("GET /\fHTTP/1.1\r\n" H END, MALFORMED, 400, "rl-ws", "FF");
	bad("GET /a b HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-ws", "space in the target");
	bad("GET\xa0/ HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-method", "NBSP after the method");
	bad("G(T / HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-method", "no token");
	bad("GET\r\n" H END, MALFORMED, 400, "rl-method", "method alone");
	bad("MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM / HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-method",
	    "33 bytes");
	bad("GET /\r\n" H END, MALFORMED, 400, "rl-version", "HTTP/0.9");
	bad("GET / HTTP/1.1x\r\n" H END, MALFORMED, 400, "rl-version", "junk after");
	bad("GET / http/1.1\r\n" H END, MALFORMED, 400, "rl-version", "lower case");
	bad("GET / HTTP/1.\r\n" H END, MALFORMED, 400, "rl-version", "missing digit");
	bad("GET / HTTP/1,1\r\n" H END, MALFORMED, 400, "rl-version", "comma");
	bad("GET / HTTP/11\r\n" H END, MALFORMED, 400, "rl-version", "no dot");
	bad("GET / HTTP/01.1\r\n" H END, MALFORMED, 400, "rl-version", "leading zero");
	bad("GET / ICE/1.0\r\n" H END, MALFORMED, 400, "rl-version", "another protocol");
	bad("GET / HTTP/2.0\r\n" H END, UNSUPPORTED, 505, "rl-version", "2.0");
	bad("GET / HTTP/1.9\r\n" H END, UNSUPPORTED, 505, "rl-version", "1.9");
	bad("GET / HTTP/0.9\r\n" H END, UNSUPPORTED, 505, "rl-version", "0.9 spelt out");
	bad("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", MALFORMED, 400, "rl-preface", "preface");
	bad("GET /\x01 HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-ctl", "control");
	bad("GET /\0 HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-ctl", "NUL");
	bad("GET /\x7f HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-ctl", "DEL");
	bad("GET /\x80 HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-high", "0x80");
	bad("GET /\xc3\xa9 HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-high", "UTF-8");
	bad("GET /a#b HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-frag", "fragment");
	bad("GET # HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-frag", "fragment alone");
	bad("CONNECT a:1 HTTP/1.1\r\n" H END, UNSUPPORTED, 405, "rl-form", "CONNECT");
	bad("CONNECT a:1 HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\n", UNSUPPORTED, 405, "rl-form",
	    "CONNECT with a body");
	bad("TRACE / HTTP/1.1\r\n" H END, UNSUPPORTED, 405, "f-trace", "TRACE");
	bad("GET a:80 HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-form", "authority form");
	bad("GET * HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-form", "asterisk with GET");
	bad("OPTIONS *a HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-form", "more than an asterisk");
	bad("GET ftp://a/ HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-form", "another scheme");
	bad("GET http:/a/ HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-form", "one slash");
	bad("GET http://a?b HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-form", "query without path");
	bad("GET http:///b HTTP/1.1\r\n" H END, MALFORMED, 400, "host-bad", "empty authority");
	bad("GET http://u@a/ HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-userinfo", "user");
	bad("GET http://u:p@a/ HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-userinfo", "user and password");
	bad("GET /%00 HTTP/1.1\r\n" H END, MALFORMED, 400, "rl-pct", "%00 in the path");
}

static void test_fields(void)
{
	bad(GET H "A: b\nC: d\r\n\r\n", MALFORMED, 400, "h-eol", "bare LF");
	bad(GET H "A: b\rC: d\r\n\r\n", MALFORMED, 400, "h-eol", "bare CR");
	bad(GET H "A: b\r\r\n\r\n", MALFORMED, 400, "h-eol", "CR CR LF");
	bad(GET H "\n", MALFORMED, 400, "h-eol", "bare LF at the end");
	bad(GET H "\rX", MALFORMED, 400, "h-eol", "CR and no LF at the end");
	bad(GET "A: b\r\n c\r\n" H END, AMBIGUOUS, 400, "h-fold", "fold by space");
	bad(GET "A: b\r\n\tc\r\n" H END, AMBIGUOUS, 400, "h-fold", "fold by tab");
	bad(GET " " H END, AMBIGUOUS, 400, "h-fold", "first line begins with space");
	bad(GET "A: b\r\n \r\n" H END, AMBIGUOUS, 400, "h-fold", "blank line that is not empty");
	bad(GET H ": b\r\n\r\n", MALFORMED, 400, "h-name", "empty name");
	bad(GET H "A B: c\r\n\r\n", MALFORMED, 400, "h-name", "space in a name");
	bad(GET H "A : c\r\n\r\n", MALFORMED, 400, "h-name", "space before the colon");
	bad(GET H "A\t: c\r\n\r\n", MALFORMED, 400, "h-name", "tab before the colon");
	bad(GET H "A\v: c\r\n\r\n", MALFORMED, 400, "h-name", "VT before the colon");
	bad(GET H "A(: c\r\n\r\n", MALFORMED, 400, "h-name", "no token");
	bad(GET H "\xc3\x84: c\r\n\r\n", MALFORMED, 400, "h-name", "not ASCII");
	bad(GET H "Abc\r\n\r\n", MALFORMED, 400, "h-name", "no colon");
	bad(GET H "A\0b: c\r\n\r\n", MALFORMED, 400, "h-nul", "NUL in a name");
	bad(GET H "A: b\0c\r\n\r\n", MALFORMED, 400, "h-nul", "NUL in a value");
	bad(GET H "A: b\x0c\r\n\r\n", MALFORMED, 400, "h-ctl", "FF is no blank");
	bad(GET H "A: \x1b[0m\r\n\r\n", MALFORMED, 400, "h-ctl", "escape");
	bad(GET H "A: b\x7f\r\n\r\n", MALFORMED, 400, "h-ctl", "DEL");
#define LOOK(name) bad(GET H name ": 1\r\n\r\n", AMBIGUOUS, 400, "h-look", name)
	LOOK("Content_Length");
	LOOK("content.length");
	LOOK("Content--Length");
	LOOK("ContentLength");
	LOOK("Content-Length_");
	LOOK("!Content-Length");
	LOOK("Transfer_Encoding");
	LOOK("Transfer-Encoding-");
	LOOK("Ho_st");
	LOOK("_Host");
	LOOK("T.E");
	LOOK("Trail_er");
	LOOK("Keep_Alive");
	LOOK("Con-nection");
	LOOK("Proxy_Authorization");
	LOOK("PROXY.Connection");
	LOOK("Proxy-");
	LOOK("Up~grade");
	LOOK("Expect'");
	LOOK("HTTP2_Settings");
	LOOK("X_Forwarded_For");
	LOOK("XForwarded-For");
	LOOK("For.warded");
	LOOK("X_Real_IP");
	LOOK("X_Eventwall_Id");
	bad(GET H H END, AMBIGUOUS, 400, "host-dup", "Host twice, equal");
	bad(GET H "Host: b\r\n\r\n", AMBIGUOUS, 400, "host-dup", "Host twice");
#define DUP(name, a, b) bad(GET H name ": " a "\r\nX: y\r\n" name ": " b "\r\n\r\n", AMBIGUOUS, 400, "h-dup", name)
	DUP("Content-Type", "a/b", "a/c");
	DUP("Content-Encoding", "gzip", "br");
	DUP("Content-Encoding", "gzip", "gzip");
	DUP("Transfer-Encoding", "chunked", "chunked");
	DUP("Transfer-Encoding", "chunked", "identity");
	DUP("Authorization", "a", "b");
	DUP("Expect", "100-continue", "100-continue");
	DUP("Upgrade", "a", "b");
	DUP("ce-id", "1", "2");
	DUP("CE-Id", "1", "1");
}

static void test_counts(void)
{
	struct ew_http_limits l = limits;
	static char text[20000];
	size_t n = 0;

	l.headers = 2;
	bad_(EW_LIT(GET H "A: b\r\nC: d\r\n\r\n"), &l, EW_OVERSIZE, 431, "http.h-count", "one field too many");
	l.headers = 3;
	is_int(parse(EW_LIT(GET H "A: b\r\nC: d\r\n\r\n"), &l).status, EW_OK, "as many as there may be");
	l.head = sizeof(GET H END) - 1;
	is_int(parse(EW_LIT(GET H END), &l).status, EW_OK, "a head of just the limit");
	bad_(EW_LIT(GET H "A: b\r\n\r\n"), &l, EW_OVERSIZE, 431, "http.h-count", "a head past its limit");
	l.line = 14;
	is_int(parse(EW_LIT(GET H END), &l).status, EW_OK, "a line of just the limit");
	bad_(EW_LIT("GET /a HTTP/1.1\r\n" H END), &l, EW_OVERSIZE, 414, "http.rl-long", "one byte more");
	bad_(EW_LIT("GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), &l, EW_OVERSIZE, 414, "http.rl-long",
	     "no end of line in sight");
	bad_(EW_LIT("GET /aaaaaaaaaa\na"), &l, EW_OVERSIZE, 414, "http.rl-long", "too long before it is bad");

	n = (size_t)snprintf(text, sizeof(text), GET H);
	for (int i = 0; i < 400; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "A%d: b\r\n", i);
	memcpy(text + n, "\r\n", 2);
	l = limits;
	l.headers = 100000;
	struct ew_parse p = parse(ew_bytes(text, n + 2), &l);
	ok(p.status == EW_OVERSIZE && head.refuse == 431, "more fields than the struct holds");
	n = (size_t)snprintf(text, sizeof(text), GET H);
	for (int i = 1; i < EW_HTTP_MAX_HEADERS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "A%d: b\r\n", i);
	memcpy(text + n, "\r\n", 2);
	p = parse(ew_bytes(text, n + 2), &l);
	ok(p.status == EW_OK && head.header_count == EW_HTTP_MAX_HEADERS, "as many as it holds");
	l.body = 5;
	bad_(EW_LIT(POST "Content-Length: 6\r\n\r\n"), &l, EW_OVERSIZE, 413, "http.f-big", "length past the limit");
	is_int(parse(EW_LIT(POST "Content-Length: 5\r\n\r\n"), &l).status, EW_OK, "length at the limit");
}

static void test_host(void)
{
	bad(GET "A: b\r\n\r\n", MALFORMED, 400, "host-none", "no Host");
	bad(GET END, MALFORMED, 400, "host-none", "no field at all");
	bad("GET http://a/ HTTP/1.1\r\n\r\n", MALFORMED, 400, "host-none", "only in the target");
	bad(GET "Host: a, b\r\n\r\n", AMBIGUOUS, 400, "host-dup", "list");
#define HOST(v, name) bad(GET "Host: " v "\r\n\r\n", MALFORMED, 400, "host-bad", name)
	HOST("", "empty");
	HOST(":80", "port alone");
	HOST("u@a", "user");
	HOST("a/b", "path");
	HOST("a b", "space");
	HOST("a?b", "query");
	HOST("a#b", "fragment");
	HOST("a\\b", "backslash");
	HOST("\xc3\xa9", "not ASCII");
	HOST("a%2eb", "escape");
	HOST("a:", "empty port");
	HOST("a:0", "port zero");
	HOST("a:65536", "port out of range");
	HOST("a:000080", "six digits");
	HOST("a:8x", "letters in the port");
	HOST("a:80:80", "two ports");
	HOST("::1", "address without brackets");
	HOST("[::1", "no closing bracket");
	HOST("[::1]x", "text after the bracket");
	HOST("[]", "empty literal");
	HOST("[1.2.3.4]", "no colons");
	HOST("[::1%eth0]", "zone");
	bad("GET http://b/ HTTP/1.1\r\n" H END, AMBIGUOUS, 400, "host-abs", "target says b, Host a");
	bad("GET http://a:80/ HTTP/1.1\r\n" H END, AMBIGUOUS, 400, "host-abs", "target has a port");
	bad("GET http://b/ HTTP/1.0\r\n" H END, AMBIGUOUS, 400, "host-abs", "in 1.0");
	bad("GET http://a:x/ HTTP/1.0\r\n\r\n", MALFORMED, 400, "host-bad", "authority is no host");
}

static void test_framing(void)
{
#define CL "Content-Length: 3\r\n"
#define TE "Transfer-Encoding: chunked\r\n"
	bad(POST CL TE END, AMBIGUOUS, 400, "f-clte", "length, then coding");
	bad(POST TE CL END, AMBIGUOUS, 400, "f-clte", "coding, then length");
	bad(POST "CONTENT-LENGTH: 3\r\nX: y\r\ntransfer-encoding: identity\r\n\r\n", AMBIGUOUS, 400,
	    "f-clte", "in other spellings");
	bad(POST CL "Transfer-Encoding:\r\n\r\n", AMBIGUOUS, 400, "f-clte", "empty coding");
	bad(POST CL CL END, AMBIGUOUS, 400, "f-cl-dup", "equal twice");
	bad(POST CL "Content-Length: 4\r\n\r\n", AMBIGUOUS, 400, "f-cl-dup", "twice");
	bad(POST "Content-Length: 3, 3\r\n\r\n", AMBIGUOUS, 400, "f-cl-dup", "list");
#define NUM(v) bad(POST "Content-Length: " v "\r\n\r\n", MALFORMED, 400, "f-cl-num", "<" v ">")
	NUM("");
	NUM("+3");
	NUM("-3");
	NUM("-0");
	NUM("0x3");
	NUM("3 3");
	NUM("3.0");
	NUM("1e3");
	NUM("3;");
	NUM("\xd9\xa3");
	NUM("9223372036854775808");
	NUM("18446744073709551619");
	NUM("00000000000000000003");
	bad(POST "Content-Length: 9223372036854775807\r\n\r\n", OVERSIZE, 413, "f-big", "the largest number");
#define CODING(v) bad(POST "Transfer-Encoding: " v "\r\n\r\n", UNSUPPORTED, 501, "f-te-val", "<" v ">")
	CODING("identity");
	CODING("gzip");
	CODING("gzip, chunked");
	CODING("chunked, gzip");
	CODING("chunked, chunked");
	CODING("chunked,");
	CODING("\"chunked\"");
	CODING("chunked;a=b");
	CODING("xchunked");
	CODING("chunke");
	bad(POST "Transfer-Encoding:\r\n\r\n", MALFORMED, 400, "f-te-val", "empty");
	bad(POST "Transfer-Encoding: chun\xc3\xa9\r\n\r\n", MALFORMED, 400, "f-te-val", "not ASCII");
	bad(POST "Transfer-Encoding: [chunked]\r\n\r\n", MALFORMED, 400, "f-te-val", "brackets");
	bad("POST / HTTP/1.0\r\n" H TE END, AMBIGUOUS, 400, "f-te-10", "coding in 1.0");
}

static void test_connection(void)
{
#define ABUSE(v) bad(GET H "Connection: " v "\r\n\r\n", AMBIGUOUS, 400, "k-abuse", "<" v ">")
	ABUSE("host");
	ABUSE("close, Content-Length");
	ABUSE("Transfer-Encoding");
	ABUSE("Authorization");
	ABUSE("Cookie");
	ABUSE("X-Forwarded-For");
	ABUSE("Forwarded");
	ABUSE("X-Real-IP");
	ABUSE("X-Eventwall-Id");
	ABUSE("Content-Type");
	ABUSE("ce-id");
	ABUSE("Content_Length");
	ABUSE("a b");
	ABUSE("a\"");
	ABUSE("a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a");
	bad(GET H "Expect: 200-ok\r\n\r\n", UNSUPPORTED, 417, "k-expect", "another expectation");
	bad(GET H "Expect: 100-continue, x\r\n\r\n", UNSUPPORTED, 417, "k-expect", "list");
	bad(GET H "Expect:\r\n\r\n", UNSUPPORTED, 417, "k-expect", "empty");
}

/* A head with one more field; for Host the only one. */
static struct ew_parse parse_field(const char *name, size_t n, const char *value, bool with_host)
{
	static char text[200];
	int head_n = snprintf(text, sizeof(text), "GET / HTTP/1.1\r\n%s", with_host ? "Host: a\r\n" : "");

	memcpy(text + head_n, name, n);
	int all = head_n + (int)n;
	all += snprintf(text + all, sizeof(text) - (size_t)all, ": %s\r\n\r\n", value);
	return parse(ew_bytes(text, (size_t)all), &limits);
}

static bool begins(const char *name, size_t n, const char *with)
{
	return n >= strlen(with) && !strncasecmp(name, with, strlen(with));
}

/* The names that are found by a short cut: however they are spelt they are what the table says, and with any
 * byte changed they are not. */
static void test_familiar(void)
{
	static const struct {
		const char *name, *value;
		bool hop, proxy;
	} all[] = {
		{ "Accept", "1", false, false }, { "Accept-Encoding", "1", false, false },
		{ "Accept-Language", "1", false, false }, { "Accept-Ranges", "1", false, false },
		{ "Age", "1", false, false }, { "Authorization", "1", false, false },
		{ "Cache-Control", "1", false, false }, { "Connection", "close", true, false },
		{ "Content-Encoding", "1", false, false }, { "Content-Length", "1", true, false },
		{ "Content-Type", "1", false, false }, { "Cookie", "1", false, false },
		{ "Date", "1", false, false }, { "ETag", "1", false, false },
		{ "Expect", "100-continue", true, false }, { "Forwarded", "1", false, true },
		{ "Host", "1", true, false }, { "Keep-Alive", "1", true, false },
		{ "Last-Modified", "1", false, false }, { "Origin", "1", false, false },
		{ "Referer", "1", false, false }, { "Server", "1", false, false },
		{ "Set-Cookie", "1", false, false }, { "TE", "1", true, false },
		{ "Traceparent", "1", false, false }, { "Tracestate", "1", false, false },
		{ "Transfer-Encoding", "chunked", true, false }, { "Upgrade", "1", true, false },
		{ "User-Agent", "1", false, false }, { "Vary", "1", false, false },
		{ "Via", "1", false, false }, { "X-Eventwall-Id", "1", true, false },
		{ "X-Forwarded-For", "1", false, true }, { "X-Forwarded-Host", "1", false, true },
		{ "X-Forwarded-Proto", "1", false, true }, { "X-Real-IP", "1", false, true },
		{ "X-Request-Id", "1", false, false },
	};
	char name[32];

	for (size_t k = 0; k < sizeof(all) / sizeof(*all); k++) {
		size_t n = strlen(all[k].name), spelt = 0, wrong = 0;
		bool host = strcmp(all[k].name, "Host") != 0;
		size_t at = host ? 1 : 0;
		for (int spelling = 0; spelling < 3; spelling++) {
			for (size_t i = 0; i <= n; i++)
				name[i] = (char)(spelling == 0   ? all[k].name[i]
				                 : spelling == 1 ? tolower((unsigned char)all[k].name[i])
				                                 : toupper((unsigned char)all[k].name[i]));
			spelt += parse_field(name, n, all[k].value, host).status == EW_OK &&
			         head.header_count == at + 1 && head.hop[at] == all[k].hop &&
			         head.proxy[at] == all[k].proxy && head.header[at].name.n == n;
		}
		ok(spelt == 3, "%s in any case", all[k].name);
		for (size_t i = 0; i < n; i++) {
			memcpy(name, all[k].name, n);
			for (int c = 0; c < 256; c++) {
				if (tolower(c) == tolower((unsigned char)all[k].name[i]))
					continue;
				name[i] = (char)c;
				struct ew_parse p = parse_field(name, n, all[k].value, true);
				bool hop = c == '_' || begins(name, n, "x-eventwall");
				wrong += p.status == EW_OK &&
				         (head.hop[1] != hop || head.proxy[1] != begins(name, n, "x-forwarded") ||
				          head.body != EW_HTTP_BODY_NONE || head.expect_continue ||
				          !head.keep_alive);
			}
		}
		ok(wrong == 0, "  and not with a byte changed");
	}
}

static void test_rebase(void)
{
	char a[200] = "OPTIONS http://a HTTP/1.1\r\nHost: a\r\nX: yy\r\n\r\n", b[200];

	parse(ew_bytes_str(a), &limits);
	memcpy(b, a, sizeof(a));
	ew_http_rebase(&head, (uint8_t *)b);
	memset(a, '#', sizeof(a));
	ok(ew_bytes_eq(head.method, EW_LIT("OPTIONS")) && ew_bytes_eq(head.target, EW_LIT("*")) &&
	   ew_bytes_eq(head.host, EW_LIT("a")) && ew_bytes_eq(head.header[1].value, EW_LIT("yy")) &&
	   head.header[1].name.p == (uint8_t *)b + 36, "views follow the buffer, literals stay");
}

int main(void)
{
	test_good();
	test_body();
	test_marks();
	test_request_line();
	test_fields();
	test_counts();
	test_host();
	test_framing();
	test_connection();
	test_familiar();
	test_rebase();
	return done();
}
