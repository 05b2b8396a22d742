/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Heads made by the thousand: each kind of damage at each place of a good head, in several spellings and
 * blanks.  Whatever is accepted is written anew as a forwarder would and must keep the invariants:
 *
 *     one Host and it is the authority; never length with coding, never two lengths; no NUL, no bare CR or
 *     LF, no fold, no blank before a colon, no empty or odd name; no protected name and no `_` in a name
 *     but for what the forwarder wrote
 *
 * The reader that checks them is written here and shares nothing with the parser. */

#include "tap.h"

#include <stdlib.h>

#include "http1_rebuild.h"

static const struct ew_http_limits limits = EW_HTTP_LIMITS_DEFAULT;
static struct ew_http_head head, again;
static struct rebuilt out;
static unsigned heads, accepted, broken;

static void report(const char *what, struct ew_bytes in)
{
	if (broken++ >= 5)
		return;
	printf("# %s:\n# ", what);
	for (size_t i = 0; i < in.n; i++)
		printf(in.p[i] >= 0x20 && in.p[i] < 0x7f ? "%c" : "\\x%02x", in.p[i]);
	putchar('\n');
}

static bool letter_or_digit(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The letters and digits of a name in lower case: what a reader that strips and folds makes of it. */
static void squeeze(struct ew_bytes name, char *text, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < cap - 1; i++) {
		if (letter_or_digit(name.p[i]))
			text[n++] = (char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] + 32 : name.p[i]);
	}
	text[n] = 0;
}

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++) {
		if (strcmp(text, *words) == 0)
			return true;
	}
	return false;
}

/* What is wrong with a request head that leaves us; NULL: nothing. */
static const char *what_leaks(struct ew_bytes r, struct ew_bytes host)
{
	static const char *const never[] = { "te", "trailer", "connection", "keepalive", "upgrade", "expect",
		                             "http2settings", "proxy", "proxyauthorization", NULL };
	static const char *const of_proxies[] = { "forwarded", "xforwardedfor", "xrealip", NULL };
	unsigned hosts = 0, lengths = 0, codings = 0;
	size_t from = 0, line = 0;

	for (;; line++) {
		size_t end = from;
		while (end < r.n && r.p[end] != '\r' && r.p[end] != '\n')
			end++;
		if (r.n - end < 2 || r.p[end] != '\r' || r.p[end + 1] != '\n')
			return "line end";
		struct ew_bytes l = ew_bytes(r.p + from, end - from), name, value;
		char squeezed[64];
		if (memchr(l.p, 0, l.n))
			return "NUL";
		from = end + 2;
		if (l.n == 0)
			break;
		if (line == 0) {
			const uint8_t *a = memchr(l.p, ' ', l.n);
			const uint8_t *b = a ? memchr(a + 1, ' ', l.n - (size_t)(a + 1 - l.p)) : NULL;
			if (!b || ew_bytes_find(l, 0, EW_LIT("\t")) != SIZE_MAX ||
			    !ew_bytes_eq(ew_bytes_from(l, (size_t)(b - l.p)), EW_LIT(" HTTP/1.1")) ||
			    (a[1] != '/' && !(a[1] == '*' && b == a + 2)))
				return "first line";
			continue;
		}
		size_t colon = ew_bytes_find(l, 0, EW_LIT(":"));
		if (colon == SIZE_MAX || colon == 0)
			return "name";
		name = ew_bytes(l.p, colon);
		value = ew_bytes_trim(ew_bytes_from(l, colon + 1), " \t");
		for (size_t i = 0; i < name.n; i++) {
			if (!letter_or_digit(name.p[i]) && !memchr("!#$%&'*+-.^`|~", name.p[i], 14))
				return "byte in a name";
		}
		squeeze(name, squeezed, sizeof(squeezed));
		if (!strcmp(squeezed, "host")) {
			hosts++;
			if (!ew_bytes_eq(value, host))
				return "another Host";
		}
		lengths += !strcmp(squeezed, "contentlength");
		codings += !strcmp(squeezed, "transferencoding");
		if (is_one_of(squeezed, never) || strncmp(squeezed, "xeventwall", 10) == 0)
			return "protected name";
		if (is_one_of(squeezed, of_proxies))
			return "name of a proxy";
	}
	if (from != r.n)
		return "more than one head";
	if (hosts != 1)
		return "not one Host";
	return lengths + codings > 1 ? "two framings" : NULL;
}

static void try_head(struct ew_bytes in)
{
	size_t scanned = 0;
	struct ew_parse p = ew_http_request(&head, in, &limits, &scanned), q = { .status = EW_MORE };

	heads++;
	scanned = 0;
	for (size_t n = 1 + heads % 61; q.status == EW_MORE; n += 1 + heads % 61) {
		q = ew_http_request(&again, ew_bytes(in.p, n < in.n ? n : in.n), &limits, &scanned);
		if (n >= in.n)
			break;
	}
	if (p.status != q.status || p.consumed != q.consumed || p.reason != q.reason)
		report("depends on segmentation", in);
	if (p.status != EW_OK)
		return;
	accepted++;
	for (size_t i = 0; i < head.header_count; i++)
		head.hop[i] |= head.proxy[i]; /* an untrusted peer */
	rebuild_request(&out, &head);
	const char *leak = what_leaks(ew_bytes(out.text, out.n), head.host.n ? head.host : EW_LIT("default"));
	if (leak)
		report(leak, in);
	scanned = 0;
	q = ew_http_request(&again, ew_bytes(out.text, out.n), &limits, &scanned);
	if (q.status != EW_OK || q.consumed != out.n || again.body != head.body || again.length != head.length)
		report("reads differently when written anew", in);
}

static const char *const lines[] = {
	"Host: a", "Host: b", "Host: a, a", "Host: u@a", "Content-Length: 3", "Content-Length: 4",
	"Content-Length: 3, 3", "Content-Length: +3", "Transfer-Encoding: chunked",
	"Transfer-Encoding: identity", "Transfer-Encoding: gzip, chunked", "Connection: close",
	"Connection: x-a", "Connection: host", "Connection: content-length, close", "Expect: 100-continue",
	"Upgrade: h2c", "TE: trailers", "Trailer: x", "Keep-Alive: 5", "Proxy-Authorization: x", "Proxy: y",
	"HTTP2-Settings: x", "X-Forwarded-For: 1", "Forwarded: for=1", "X-Real-IP: 1", "X-Eventwall-Id: 1",
	"X-A: b", "Content-Type: a/b", "ce-id: 1",
};
static const char *const before_colon[] = { "", " ", "\t", "\v", "_", ".", "-", "\x01", "\x80" };
static const char *const ends[] = { "\r\n", "\n", "\r", "\r\r\n", "\r\n ", "\r\n\t", "\0" };
static const char *const blanks[] = { " ", "", "\t ", "  ", "\v", "\xa0" };

/* One line with its name in another case, junk in it, blanks around the value, another end. */
static size_t spell(char *to, size_t cap, const char *line, unsigned how)
{
	const char *colon = strchr(line, ':');
	size_t name = (size_t)(colon - line);
	char copy[64];

	memcpy(copy, line, name);
	for (size_t i = 0; i < name; i++) {
		bool lower = copy[i] >= 'a' && copy[i] <= 'z', upper = copy[i] >= 'A' && copy[i] <= 'Z';
		if ((how % 3 == 1 && lower) || (how % 3 == 2 && (lower || upper) && i % 2))
			copy[i] ^= 0x20;
		if (copy[i] == '-' && how / 3 % 5 == 1)
			copy[i] = '_';
		else if (copy[i] == '-' && how / 3 % 5 == 2)
			copy[i] = '.';
	}
	const char *junk = how / 3 % 5 == 3 ? before_colon[how / 15 % 9] : "";
	const char *end = how / 3 % 5 == 4 ? ends[how / 15 % 7] : "\r\n";
	const char *blank = blanks[how % 2 ? how / 7 % 6 : 0];
	int n = snprintf(to, cap, "%.*s%s:%s%s%s", (int)name, copy, junk, blank, colon + 2, blank);
	size_t end_n = *end ? strlen(end) : 1;
	memcpy(to + n, end, end_n);
	return (size_t)n + end_n;
}

static void two_lines_at_each_place(void)
{
	static const char *const first[] = { "POST /p?q HTTP/1.1\r\n", "GET / HTTP/1.0\r\n",
		                             "POST http://a/ HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n" };
	const size_t count = sizeof(lines) / sizeof(lines[0]);
	char text[1024];
	unsigned how = 0;

	for (size_t f = 0; f < 4; f++) {
		for (size_t a = 0; a < count; a++) {
			for (size_t b = 0; b < count; b++) {
				for (unsigned place = 0; place < 9; place++, how += 7) {
					size_t n = (size_t)snprintf(text, sizeof(text), "%s", first[f]);
					if (place % 3 == 0)
						n += spell(text + n, 300, "Host: a", 0);
					n += spell(text + n, 300, lines[a], place % 2 ? how : 0);
					if (place % 3 == 1)
						n += spell(text + n, 300, "Host: a", 0);
					n += spell(text + n, 300, lines[b], how);
					if (place % 3 == 2)
						n += spell(text + n, 300, "x-a: c", 0);
					memcpy(text + n, "\r\n", 2);
					try_head(ew_bytes(text, n + 2));
				}
			}
		}
	}
}

/* Every byte value at every offset of a head, in place and inserted; then the same head moved by up to
 * 130 bytes, since the parser looks at blocks. */
static void each_byte_at_each_place(void)
{
	static const char good[] = "POST /p?q HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX-A:  b \r\n"
				   "Connection: close\r\nX-B:\r\n\r\n";
	static const char *const tails[] = { "\r\n\r\n", "\r\r\n\r\n", "\n\r\n", "\r\n\r\r", "\r\n\n",
		                             "\x01\r\n\r\n", "\r\n \r\n\r\n" };
	const size_t n = sizeof(good) - 1;
	char text[400];

	for (size_t i = 0; i < n; i++) {
		for (unsigned c = 0; c < 256; c++) {
			memcpy(text, good, n);
			text[i] = (char)c;
			try_head(ew_bytes(text, n));
			memmove(text + i + 1, good + i, n - i);
			try_head(ew_bytes(text, n + 1));
		}
	}
	for (size_t pad = 0; pad < 130; pad++) {
		size_t m = (size_t)snprintf(text, sizeof(text), "GET /%0*d HTTP/1.1\r\nHost: a\r\nX: y",
		                            (int)pad + 1, 0);
		for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
			size_t len = strlen(tails[i]);
			memcpy(text + m, tails[i], len);
			try_head(ew_bytes(text, m + len));
		}
	}
}

int main(void)
{
	two_lines_at_each_place();
	ok(broken == 0, "two lines, each kind at each place: %u of %u heads accepted", accepted, heads);
	unsigned before = heads;
	broken = 0;
	each_byte_at_each_place();
	ok(broken == 0, "each byte at each place: %u more heads", heads - before);
	ok(accepted > 1000 && accepted < heads / 2, "some were accepted: %u of %u", accepted, heads);
	return done();
}
