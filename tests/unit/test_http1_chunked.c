/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Chunked coding: content and rest, every cut of every body, each refusal, limits, trailers. */

#include "guard.h"
#include "tap.h"

#include "eventwall/http1.h"

static struct ew_http_limits limits = EW_HTTP_LIMITS_DEFAULT;

struct result {
	struct ew_parse p; /* consumed counts from the very start */
	uint8_t content[70000];
	size_t n;
	uint8_t trailer[EW_HTTP_TRAILER_MOST];
	size_t trailer_len;
};

/* One run over pieces: piece(0..) ends at each offset of `ends`. */
static void begin(struct ew_http_chunked *c, struct result *r)
{
	memset(c, 0, sizeof(*c));
	r->p = (struct ew_parse){ EW_MORE };
	r->n = r->trailer_len = 0;
}

static void push(struct ew_http_chunked *c, struct result *r, struct ew_bytes piece)
{
	if (r->p.status != EW_MORE)
		return;
	struct ew_bytes g = guard_put(piece);
	size_t len = g.n, before = r->p.consumed;
	r->p = ew_http_unchunk(c, (uint8_t *)(uintptr_t)g.p, &len, &limits, r->trailer, &r->trailer_len);
	if (r->p.status == EW_OK || r->p.status == EW_MORE) {
		r->p.consumed += before;
		if (len <= sizeof(r->content) - r->n) {
			memcpy(r->content + r->n, g.p, len);
			r->n += len;
		}
	}
	guard_drop(g);
}

static bool same(const struct result *a, const struct result *b)
{
	if (a->p.status != b->p.status)
		return false;
	if (a->p.status != EW_OK && a->p.status != EW_MORE)
		return strcmp(a->p.reason, b->p.reason) == 0;
	return a->p.consumed == b->p.consumed && a->n == b->n && memcmp(a->content, b->content, a->n) == 0 &&
	       a->trailer_len == b->trailer_len && memcmp(a->trailer, b->trailer, a->trailer_len) == 0;
}

static struct result whole, split;

static bool same_in_pieces(struct ew_bytes in)
{
	struct ew_http_chunked c;

	begin(&c, &split);
	for (size_t i = 0; i < in.n; i++)
		push(&c, &split, ew_bytes(in.p + i, 1));
	if (!same(&whole, &split))
		return false;
	for (size_t cut = 0; cut <= in.n; cut++) {
		begin(&c, &split);
		push(&c, &split, ew_bytes(in.p, cut));
		push(&c, &split, ew_bytes(in.p + cut, in.n - cut));
		if (!same(&whole, &split))
			return false;
	}
	return true;
}

static void run(struct ew_bytes in)
{
	struct ew_http_chunked c;

	begin(&c, &whole);
	push(&c, &whole, in);
}

static void good_(struct ew_bytes in, struct ew_bytes content, size_t rest, const char *name)
{
	run(in);
	ok(whole.p.status == EW_OK && ew_bytes_eq(ew_bytes(whole.content, whole.n), content) &&
	   whole.p.consumed == in.n - rest, "read: %s (%s)", name, whole.p.reason ? whole.p.reason : "");
	ok(same_in_pieces(in), "  in pieces, too");
}
#define good(text, content, rest, name) good_(EW_LIT(text), EW_LIT(content), rest, name)

static void bad_(struct ew_bytes in, enum ew_status status, const char *reason, const char *name)
{
	run(in);
	if (!ok(whole.p.status == status && whole.p.reason && strcmp(whole.p.reason, reason) == 0 &&
	        whole.p.consumed == 0, "%s: %s", reason, name))
		printf("# %s %s\n", ew_status_name(whole.p.status), whole.p.reason ? whole.p.reason : "-");
	if (!same_in_pieces(in))
		ok(false, "%s: %s: depends on the cut", reason, name);
}
#define bad(text, status, reason, name) bad_(EW_LIT(text), EW_##status, "http." reason, name)

static void test_good(void)
{
	good("0\r\n\r\n", "", 0, "nothing");
	good("4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n", "Wikipedia", 0, "two chunks");
	good("a\r\n0123456789\r\nA\r\nabcdefghij\r\n000\r\n\r\n", "0123456789abcdefghij", 0,
	     "hex in both cases, zeros");
	good("0000000000000003\r\nabc\r\n0000000000000000\r\n\r\n", "abc", 0, "16 digits");
	good("3\r\n\r\n0\r\n0\r\n\r\n", "\r\n0", 0, "content that looks like framing");
	good("1\r\n\0\r\n0\r\n\r\n", "\0", 0, "NUL is content");
	good("0\r\n\r\nGET / HTTP/1.1\r\n", "", 16, "the next request stays where it is");
}

static void test_extensions(void)
{
	good("5;a\r\nhello\r\n6;b=c;d\r\n world\r\n0;e=\"f\"\r\n\r\n", "hello world", 0, "extensions");
	good("1;a=\"\\\"; \\\\\t\xff\"\r\nx\r\n0\r\n\r\n", "x", 0, "quoting");
	good("1;a=\"\";b\r\nx\r\n0\r\n\r\n", "x", 0, "empty quotes");
	bad("1;\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "empty");
	bad("1;;a\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "two semicolons");
	bad("1;a=\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "no value");
	bad("1;=a\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "no name");
	bad("1; a\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "space before the name");
	bad("1;a =b\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "space before the sign");
	bad("1;a=b=c\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "two signs");
	bad("1;a=\"b\"c\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "text after the quote");
	bad("1;a=\"b\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "quote left open");
	bad("1;a\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "bare LF");
	bad("1;a\r x\r\n0\r\n\r\n", MALFORMED, "c-eol", "bare CR");
	bad("1;a=\"\n\"\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "LF in quotes");
	bad("1;a=\"\r\n\"\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "CR in quotes");
	bad("1;a=\"\\\r\n\"\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "CR escaped");
	bad("1;a\0\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "NUL");
	bad("1;a=\"\0\"\r\nx\r\n0\r\n\r\n", MALFORMED, "c-ext", "NUL in quotes");

	char text[9000];
	size_t n = (size_t)snprintf(text, sizeof(text), "1;%0254d\r\nx\r\n0\r\n\r\n", 0);
	good_(ew_bytes(text, n), EW_LIT("x"), 0, "255 bytes and the end of line");
	n = (size_t)snprintf(text, sizeof(text), "1;%0256d\r\nx\r\n0\r\n\r\n", 0);
	bad_(ew_bytes(text, n), EW_MALFORMED, "http.c-ext", "more than 256 bytes in one");
	n = 0;
	for (int i = 0; i < 21; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "c8;%0200d\r\n%0200d\r\n", 0, 0);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "0\r\n\r\n");
	run(ew_bytes(text, n));
	ok(whole.p.status == EW_MALFORMED && !strcmp(whole.p.reason, "http.c-ext"), "more than 4 KiB in all");
}

static void test_sizes(void)
{
	bad("\r\n", MALFORMED, "c-size", "empty");
	bad(";a\r\n", MALFORMED, "c-size", "extension alone");
	bad("+3\r\nabc\r\n0\r\n\r\n", MALFORMED, "c-size", "plus");
	bad("-3\r\nabc\r\n0\r\n\r\n", MALFORMED, "c-size", "minus");
	bad("-0\r\n\r\n", MALFORMED, "c-size", "minus zero");
	bad("0x3\r\nabc\r\n0\r\n\r\n", MALFORMED, "c-size", "0x");
	bad(" 3\r\nabc\r\n0\r\n\r\n", MALFORMED, "c-size", "space before");
	bad("3 \r\nabc\r\n0\r\n\r\n", MALFORMED, "c-size", "space after");
	bad("3\t\r\nabc\r\n0\r\n\r\n", MALFORMED, "c-size", "tab after");
	bad("3 ;a\r\nabc\r\n0\r\n\r\n", MALFORMED, "c-size", "space before an extension");
	bad("3 junk\r\nabc\r\n0\r\n\r\n", MALFORMED, "c-size", "junk after");
	bad("1_0\r\n", MALFORMED, "c-size", "underscore");
	bad("g\r\n", MALFORMED, "c-size", "no hex digit");
	bad("\xd9\xa3\r\n", MALFORMED, "c-size", "digit that is not ASCII");
	bad("3\0\r\n", MALFORMED, "c-size", "NUL");
	bad("00000000000000003\r\nabc\r\n", MALFORMED, "c-over", "17 digits");
	bad("10000000000000003\r\nabc\r\n", MALFORMED, "c-over", "17 digits that overflow");
	bad("ffffffffffffffff\r\nabc\r\n", OVERSIZE, "c-over", "the largest number");
	bad("100001\r\n", OVERSIZE, "c-over", "one past the limit");
	limits.body = 4;
	good("2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n", "abcd", 0, "as much as the limit");
	bad("2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n", OVERSIZE, "c-over", "past the limit in all");
	bad("1\r\na\r\nffffffffffffffff\r\n", OVERSIZE, "c-over", "a sum that wraps");
	limits.body = 1048576;
	bad("3\nabc\r\n0\r\n\r\n", MALFORMED, "c-eol", "size line ends in LF");
	bad("3\rabc\r\n0\r\n\r\n", MALFORMED, "c-eol", "size line ends in CR");
	bad("3\r\r\nabc\r\n0\r\n\r\n", MALFORMED, "c-eol", "size line ends in CR CR LF");
	bad("3\r\nabc\n0\r\n\r\n", MALFORMED, "c-eol", "data ends in LF");
	bad("3\r\nabc\r0\r\n\r\n", MALFORMED, "c-eol", "data ends in CR");
	bad("3\r\nabcd\r\n0\r\n\r\n", MALFORMED, "c-eol", "longer than said");
	bad("3\r\nab\r\n0\r\n\r\n", MALFORMED, "c-eol", "shorter than said");
	bad("3\r\nabc\r\n\r\n", MALFORMED, "c-size", "missing zero chunk");
	bad("0\r\n3\r\nabc\r\n0\r\n\r\n", MALFORMED, "h-name", "a chunk after the last one");
}

static void test_tiny(void)
{
	static char text[200000];
	size_t n = 0;

	for (int i = 0; i < 2000; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "1\r\nx\r\n");
	n += (size_t)snprintf(text + n, sizeof(text) - n, "0\r\n\r\n");
	run(ew_bytes(text, n));
	ok(whole.p.status == EW_OK && whole.n == 2000, "small chunks are within 16 to 1");
	n = 0;
	for (int i = 0; i < 500; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "0000000000000001;abc\r\nx\r\n");
	run(ew_bytes(text, n));
	ok(whole.p.status == EW_MALFORMED && !strcmp(whole.p.reason, "http.c-tiny"), "http.c-tiny: flood");
	ok(same_in_pieces(ew_bytes(text, 4800)), "at the same byte however it comes");
}

static void test_trailers(void)
{
	struct ew_pair f[EW_HTTP_TRAILER_FIELDS];
	size_t count;

	good("0\r\nA: b\r\nC_d:\t e \r\n\r\nrest", "", 4, "two fields");
	ok(ew_bytes_eq(ew_bytes(whole.trailer, whole.trailer_len), EW_LIT("A: b\r\nC_d:\t e \r\n")), "gathered");
	struct ew_parse p = ew_http_trailers(ew_bytes(whole.trailer, whole.trailer_len), f,
	                                     EW_HTTP_TRAILER_FIELDS, &count);
	ok(p.status == EW_OK && count == 2 && ew_bytes_eq(f[1].name, EW_LIT("C_d")) &&
	   ew_bytes_eq(f[1].value, EW_LIT("e")), "read");
	p = ew_http_trailers(ew_bytes(whole.trailer, whole.trailer_len), f, 1, &count);
	ok(p.status == EW_OK && count == 1, "no more than there is room for");
	p = ew_http_trailers(EW_LIT(""), f, 1, &count);
	ok(p.status == EW_OK && count == 0, "none");
	p = ew_http_trailers(EW_LIT("A: b"), f, 1, &count);
	ok(p.status == EW_MALFORMED && !strcmp(p.reason, "http.h-eol"), "a line that does not end");
	p = ew_http_trailers(EW_LIT("A: b\nC: d\r\n"), f, 1, &count);
	ok(p.status == EW_MALFORMED && !strcmp(p.reason, "http.h-eol"), "a line with a bare LF");
	good("0\r\nVary: *\r\nContent-Type: text/plain\r\n\r\n", "", 0, "no protected name");
#define TRL(name) bad("0\r\n" name ": x\r\n\r\n", MALFORMED, "c-trl", name)
	TRL("Host");
	TRL("content-length");
	TRL("Transfer-Encoding");
	TRL("TE");
	TRL("Trailer");
	TRL("Connection");
	TRL("Keep-Alive");
	TRL("Proxy-Authorization");
	TRL("Upgrade");
	TRL("Expect");
	TRL("HTTP2-Settings");
	TRL("X-Forwarded-For");
	TRL("Forwarded");
	TRL("X-Real-IP");
	TRL("X-Eventwall-Id");
	TRL("Content_Length");
	TRL("X.Forwarded.For");
	bad("0\r\nA: b\n\r\n", MALFORMED, "h-eol", "bare LF");
	bad("0\r\nA: b\r\r\n\r\n", MALFORMED, "h-eol", "bare CR");
	bad("0\r\n\rX", MALFORMED, "h-eol", "CR and no LF at the end");
	bad("0\r\n\n", MALFORMED, "h-eol", "LF alone");
	bad("0\r\nA: b\r\n c\r\n\r\n", AMBIGUOUS, "h-fold", "fold");
	bad("0\r\n: b\r\n\r\n", MALFORMED, "h-name", "no name");
	bad("0\r\nA : b\r\n\r\n", MALFORMED, "h-name", "space before the colon");
	bad("0\r\nA\r\n\r\n", MALFORMED, "h-name", "no colon");
	bad("0\r\nA\x01: b\r\n\r\n", MALFORMED, "h-name", "control in a name");
	bad("0\r\nA: \0\r\n\r\n", MALFORMED, "h-nul", "NUL");
	bad("0\r\nA: \x7f\r\n\r\n", MALFORMED, "h-ctl", "DEL");

	static char text[20000];
	size_t n = (size_t)snprintf(text, sizeof(text), "0\r\n");
	for (int i = 0; i < EW_HTTP_TRAILER_FIELDS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "A%d: b\r\n", i);
	memcpy(text + n, "A: b\r\n\r\n", 8);
	run(ew_bytes(text, n + 8));
	ok(whole.p.status == EW_OVERSIZE && !strcmp(whole.p.reason, "http.c-trl"), "too many fields");
	memcpy(text + n, "\r\n", 2);
	run(ew_bytes(text, n + 2));
	is_int(whole.p.status, EW_OK, "as many as there may be");
	n = (size_t)snprintf(text, sizeof(text), "0\r\nA: %08187d\r\n\r\n", 0);
	run(ew_bytes(text, n));
	ok(whole.p.status == EW_OK && whole.trailer_len == 8192, "8 KiB");
	n = (size_t)snprintf(text, sizeof(text), "0\r\nA: %08188d\r\n\r\n", 0);
	run(ew_bytes(text, n));
	ok(whole.p.status == EW_OVERSIZE && !strcmp(whole.p.reason, "http.c-trl"), "one byte more");
}

int main(void)
{
	test_good();
	test_extensions();
	test_sizes();
	test_tiny();
	test_trailers();
	return done();
}
