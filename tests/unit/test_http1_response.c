/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Response heads: the status line, what content follows, what is refused with 502. */

#include "guard.h"
#include "tap.h"

#include "eventwall/http1.h"

static const struct ew_http_limits limits = EW_HTTP_LIMITS_DEFAULT;
static struct ew_http_head head;
static struct ew_bytes method;

static struct ew_parse parse(struct ew_bytes in)
{
	size_t scanned = 0;

	return ew_http_response(&head, in, method, &limits, &scanned);
}

struct growing {
	struct ew_parse first; /* answer that is not EW_MORE */
	size_t scanned, at;
};

static bool feed(void *arg, struct ew_bytes prefix)
{
	struct growing *g = arg;

	g->first = ew_http_response(&head, prefix, method, &limits, &g->scanned);
	g->at = prefix.n;
	return g->first.status == EW_MORE;
}

static void good_(struct ew_bytes in, const char *name)
{
	struct growing g = { { EW_MORE } };
	struct ew_parse p = parse(in);

	ok(p.status == EW_OK && p.consumed == in.n, "read: %s (%s)", name, p.reason ? p.reason : "");
	each_prefix(in, feed, &g);
	ok(g.first.status == EW_OK && g.at == in.n, "  and not before its last byte");
	parse(in);
}
#define good(text, name) good_(EW_LIT(text), name)

static void bad_(struct ew_bytes in, enum ew_status status, const char *reason, const char *name)
{
	struct growing g = { { EW_MORE } };
	struct ew_parse p = parse(in);

	ok(p.status == status && p.reason && strcmp(p.reason, reason) == 0 && head.refuse == 502,
	   "%s: %s", reason, name);
	each_prefix(in, feed, &g);
	if (g.first.status != p.status || !g.first.reason || strcmp(g.first.reason, reason) != 0)
		ok(false, "%s: %s: depends on segmentation", reason, name);
}
#define bad(text, status, reason, name) bad_(EW_LIT(text), EW_##status, "http." reason, name)

#define OK200 "HTTP/1.1 200 OK\r\n"

static void test_good(void)
{
	good(OK200 "Content-Length: 5\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nx_y: z\r\n\r\n", "plain");
	ok(head.code == 200 && ew_bytes_eq(head.phrase, EW_LIT("OK")) && head.minor == 1 &&
	   head.keep_alive && head.body == EW_HTTP_BODY_LENGTH && head.length == 5 && head.has_length,
	   "its parts");
	ok(head.hop[0] && !head.hop[1] && !head.hop[3], "an underscore is no harm on the way back");
	good("HTTP/1.1 301\r\nContent-Length: 0\r\n\r\n", "no phrase");
	is_int(head.phrase.n, 0, "is empty");
	good("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "empty phrase");
	is_int(head.phrase.n, 0, "is empty");
	good("HTTP/1.1 500 Ori\xeb t\t x\r\nContent-Length: 0\r\n\r\n", "phrase with odd bytes");
	good("HTTP/1.1 200  OK\r\nContent-Length: 0\r\n\r\n", "phrase that begins with a space");
	good(OK200 "Transfer-Encoding: Chunked\r\n\r\n", "chunked");
	is_int(head.body, EW_HTTP_BODY_CHUNKED, "is chunked");
	good(OK200 "\r\n", "neither length nor coding");
	ok(head.body == EW_HTTP_BODY_CLOSE && !head.keep_alive, "ends with the connection");
	good("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n", "1.0");
	ok(head.minor == 0 && !head.keep_alive, "closes");
	good("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\n", "1.0 that stays");
	ok(head.keep_alive, "stays");
	good(OK200 "Connection: close\r\nContent-Length: 3\r\n\r\n", "1.1 that closes");
	ok(!head.keep_alive, "closes");
	good(OK200 "Content-Length: 9223372036854775807\r\n\r\n", "length past the limit of requests");
	ok(head.length == INT64_MAX, "is relayed");
}

static void test_no_content(void)
{
	good("HTTP/1.1 100 Continue\r\n\r\n", "100");
	is_int(head.body, EW_HTTP_BODY_NONE, "nothing follows");
	good("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "101");
	ok(head.body == EW_HTTP_BODY_NONE && head.upgrade, "nothing of HTTP follows");
	good("HTTP/1.1 204 No Content\r\n\r\n", "204");
	ok(head.body == EW_HTTP_BODY_NONE && head.keep_alive, "nothing follows, the connection stays");
	good("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "204 with length zero");
	good("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", "304");
	ok(head.body == EW_HTTP_BODY_NONE && head.has_length && head.length == 10, "length kept");
	good("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", "304 of a chunked thing");
	is_int(head.body, EW_HTTP_BODY_NONE, "nothing follows");
	method = EW_LIT("HEAD");
	good(OK200 "Content-Length: 10\r\n\r\n", "HEAD");
	ok(head.body == EW_HTTP_BODY_NONE && head.length == 10, "nothing follows, length kept");
	good(OK200 "\r\n", "HEAD without length");
	ok(head.body == EW_HTTP_BODY_NONE && head.keep_alive, "nothing follows");
	bad(OK200 "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", AMBIGUOUS, "f-clte",
	    "HEAD is no excuse");
	method = EW_LIT("head");
	good(OK200 "Content-Length: 10\r\n\r\n", "another method");
	is_int(head.body, EW_HTTP_BODY_LENGTH, "content follows");
	method = EW_LIT("GET");
	bad("HTTP/1.1 204 x\r\nContent-Length: 1\r\n\r\n", AMBIGUOUS, "f-nobody", "204 with length");
	bad("HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n", AMBIGUOUS, "f-nobody", "204 chunked");
	bad("HTTP/1.1 100 x\r\nContent-Length: 1\r\n\r\n", AMBIGUOUS, "f-nobody", "100 with length");
	bad("HTTP/1.1 101 x\r\nTransfer-Encoding: chunked\r\n\r\n", AMBIGUOUS, "f-nobody", "101 chunked");
}

static void test_bad(void)
{
	bad("\r\n" OK200 "\r\n", MALFORMED, "rl-empty", "empty line before");
	bad("\n" OK200 "\r\n", MALFORMED, "rl-empty", "LF before");
	bad("HTP/1.1 200 OK\r\n\r\n", MALFORMED, "rl-version", "misspelt");
	bad("HTTP/01.1 200 OK\r\n\r\n", MALFORMED, "rl-version", "digit too many");
	bad("HTTP/11.1 200 OK\r\n\r\n", MALFORMED, "rl-version", "major of two digits");
	bad("HTTP/1.01 200 OK\r\n\r\n", MALFORMED, "rl-version", "minor of two digits");
	bad("http/1.1 200 OK\r\n\r\n", MALFORMED, "rl-version", "lower case");
	bad("ICE/1.1 200 OK\r\n\r\n", MALFORMED, "rl-version", "another protocol");
	bad("HTTP/1.1\r\n\r\n", MALFORMED, "rl-version", "version alone");
	bad("HTTP\r\n\r\n", MALFORMED, "rl-version", "less than that");
	bad("HTTP/1.1\t200 OK\r\n\r\n", MALFORMED, "rl-ws", "tab");
	bad("HTTP/5.6 200 OK\r\n\r\n", UNSUPPORTED, "rl-version", "5.6");
	bad("HTTP/0.9 200 OK\r\n\r\n", UNSUPPORTED, "rl-version", "0.9");
	bad("HTTP/2.0 200 OK\r\n\r\n", UNSUPPORTED, "rl-version", "2.0");
	bad("HTTP/1.1  200 OK\r\n\r\n", MALFORMED, "sl-code", "two spaces");
	bad("HTTP/1.1 2 OK\r\n\r\n", MALFORMED, "sl-code", "one digit");
	bad("HTTP/1.1 20\r\n\r\n", MALFORMED, "sl-code", "two digits");
	bad("HTTP/1.1 2000 OK\r\n\r\n", MALFORMED, "sl-code", "four digits");
	bad("HTTP/1.1 200OK\r\n\r\n", MALFORMED, "sl-code", "no space after");
	bad("HTTP/1.1 200\tOK\r\n\r\n", MALFORMED, "sl-code", "tab after");
	bad("HTTP/1.1 099 OK\r\n\r\n", MALFORMED, "sl-code", "below 100");
	bad("HTTP/1.1 600 OK\r\n\r\n", MALFORMED, "sl-code", "past 599");
	bad("HTTP/1.1 +20 OK\r\n\r\n", MALFORMED, "sl-code", "sign");
	bad("HTTP/1.1 200 O\0K\r\n\r\n", MALFORMED, "rl-ctl", "NUL in the phrase");
	bad("HTTP/1.1 200 OK\nA: b\r\n\r\n", MALFORMED, "rl-eol", "bare LF");
	bad("HTTP/1.1 200 OK\rA: b\r\n\r\n", MALFORMED, "rl-eol", "bare CR");
	bad("HTTP/1.1 200 OK\r\rA: b\r\n\r\n", MALFORMED, "rl-eol", "CR CR");
	bad(OK200 " A: b\r\n\r\n", AMBIGUOUS, "h-fold", "first field line folded");
	bad(OK200 "A: b\r\n c\r\n\r\n", AMBIGUOUS, "h-fold", "fold");
	bad(OK200 "A: b\rC: d\r\n\r\n", MALFORMED, "h-eol", "bare CR");
	bad(OK200 "A: b\0\r\n\r\n", MALFORMED, "h-nul", "NUL");
	bad(OK200 "A: \x01\r\n\r\n", MALFORMED, "h-ctl", "control");
	bad(OK200 "A b: c\r\n\r\n", MALFORMED, "h-name", "space in a name");
	bad(OK200 "Content_Length: 3\r\n\r\n", AMBIGUOUS, "h-look", "lookalike");
	bad(OK200 "Content-Length: 3\r\nContent-Length: 3\r\n\r\n", AMBIGUOUS, "f-cl-dup", "two lengths");
	bad(OK200 "Content-Length: 3,3\r\n\r\n", AMBIGUOUS, "f-cl-dup", "list of lengths");
	bad(OK200 "Content-Length: +3\r\n\r\n", MALFORMED, "f-cl-num", "sign");
	bad(OK200 "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", AMBIGUOUS, "f-clte", "both");
	bad(OK200 "Transfer-Encoding: chunked, deflate\r\n\r\n", UNSUPPORTED, "f-te-val", "list");
	bad(OK200 "Transfer-Encoding: identity\r\n\r\n", UNSUPPORTED, "f-te-val", "identity");
	bad("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", AMBIGUOUS, "f-te-10", "1.0");
	bad(OK200 "Content-Type: a\r\nContent-Type: b\r\n\r\n", AMBIGUOUS, "h-dup", "two types");
	bad(OK200 "Connection: content-length\r\nContent-Length: 1\r\n\r\n", AMBIGUOUS, "k-abuse", "abuse");
}

int main(void)
{
	method = EW_LIT("GET");
	test_good();
	test_no_content();
	test_bad();
	return done();
}
