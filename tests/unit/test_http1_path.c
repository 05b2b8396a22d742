/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The path to route on. */

#include "guard.h"
#include "tap.h"

#include "eventwall/http1.h"

static void path_(struct ew_bytes target, const char *want)
{
	uint8_t out[256];
	size_t n;
	const char *reason = "";
	struct ew_bytes g = guard_put(target);
	struct ew_bytes o = guard_put(ew_bytes(out, g.n));
	enum ew_status s = ew_http_route_path(g, (uint8_t *)(uintptr_t)o.p, &n, &reason);

	if (!ok(s == EW_OK && ew_bytes_eq(ew_bytes(o.p, n), ew_bytes_str(want)), "%.*s routes as %s",
	        (int)target.n, (const char *)target.p, want))
		printf("# %s %s <%.*s>\n", ew_status_name(s), reason, (int)n, (const char *)o.p);
	guard_drop(o);
	guard_drop(g);
}
#define path(target, want) path_(EW_LIT(target), want)

static void bad_(struct ew_bytes target, enum ew_status want, const char *reason)
{
	uint8_t out[256];
	size_t n = 7;
	const char *got = "";
	struct ew_bytes g = guard_put(target);
	struct ew_bytes o = guard_put(ew_bytes(out, g.n));
	enum ew_status s = ew_http_route_path(g, (uint8_t *)(uintptr_t)o.p, &n, &got);

	if (!ok(s == want && strcmp(got, reason) == 0 && n == 0, "%s: <%.*s>", reason, (int)target.n,
	        (const char *)target.p))
		printf("# %s %s\n", ew_status_name(s), got);
	guard_drop(o);
	guard_drop(g);
}
#define ambiguous(target) bad_(EW_LIT(target), EW_AMBIGUOUS, "http.rl-path")

/* All targets of up to seven bytes that mean something to a path: what passes at a glance is what the long way
 * makes of it, and what the long way changes or refuses does not pass. */
static void test_plain(void)
{
	static const uint8_t bytes[] = "/.%\\?a;";
	const size_t letters = sizeof(bytes) - 1;
	size_t wrong = 0, plain = 0, all = 0;
	uint8_t target[7], out[7];

	for (size_t n = 0; n <= sizeof(target); n++) {
		size_t words = 1;
		for (size_t i = 0; i < n; i++)
			words *= letters;
		for (size_t word = 0; word < words; word++, all++) {
			size_t left = word, len = 0;
			const char *reason = NULL;
			struct ew_bytes path;
			for (size_t i = 0; i < n; i++, left /= letters)
				target[i] = bytes[left % letters];
			struct ew_bytes t = ew_bytes(target, n);
			bool is_plain = ew_http_plain_path(t, &path);
			size_t end = ew_bytes_find(t, 0, EW_LIT("?"));
			wrong += path.p != target || path.n != (end == SIZE_MAX ? n : end);
			if (!is_plain)
				continue;
			plain++;
			wrong += ew_http_route_path(t, out, &len, &reason) != EW_OK ||
			         !ew_bytes_eq(path, ew_bytes(out, len));
		}
	}
	ok(wrong == 0 && plain > 1000, "%zu of %zu paths are plain and stay as they are", plain, all);
	struct ew_bytes g = guard_put(EW_LIT("/a/b.c;d/~e")), path;
	ok(ew_http_plain_path(g, &path) && path.n == g.n, "a usual path is plain");
	guard_drop(g);
}

int main(void)
{
	path("/", "/");
	path("*", "*");
	path("/a/b?c=/../%2f", "/a/b");
	path("/?", "/");
	path("/a/", "/a/");
	path("//a///b//", "/a/b/");
	path("/a/./b/.", "/a/b/");
	path("/a/../b", "/b");
	path("/a/b/../..", "/");
	path("/a/b/..", "/a/");
	path("/.", "/");
	path("/...", "/...");
	path("/..a/.b", "/..a/.b");
	path("/%61%7e%2D%5f", "/a~-_");
	path("/a/%2e%2E/b", "/b");
	path("/a%3bb%c3%a9", "/a%3Bb%C3%A9");
	path("/a;b/c", "/a;b/c");
	path("/a%20b", "/a%20b");
	path("/100%", "/100%");
	path("/%zz", "/%zz");
	path("/a%25b", "/a%25b");
	path("/%2561", "/%2561");
	path("/%25", "/%25");
	path("/%u", "/%u");
	path("/%u00", "/%u00");
	path("/%u00zz", "/%u00zz");
	path("/%252", "/%252");
	path("/%e0%b8%81", "/%E0%B8%81");

	ambiguous("/a%2fb");
	ambiguous("/a%2Fb");
	ambiguous("/a%5cb");
	ambiguous("/a\\b");
	ambiguous("/..");
	ambiguous("/../a");
	ambiguous("/a/../../b");
	ambiguous("/%2e%2e/a");
	ambiguous("/a/..;/b");
	ambiguous("/a/..;x=y/b");
	ambiguous("/a/.;/b");
	ambiguous("/a/%2e%2e;/b");
	ambiguous("/a/..%3b/b");
	ambiguous("/a/..%253b/b");
	ambiguous("/a%252fb");
	ambiguous("/a%25252Fb");
	ambiguous("/a%255cb");
	ambiguous("/a/%252e%252e/b");
	ambiguous("/a/%25%32%65./b");
	ambiguous("/a%%32fb");
	ambiguous("/a%%32%66b");
	ambiguous("/%c0%af");
	ambiguous("/%c1%9c");
	ambiguous("/%e0%80%af");
	ambiguous("/%f0%80%80%af");
	ambiguous("/%25c0%25af");
	ambiguous("/a//../b");
	ambiguous("/a%u002fb");
	ambiguous("/a%U2215");
	bad_(EW_LIT("/a%00b"), EW_MALFORMED, "http.rl-pct");
	bad_(EW_LIT("/a%2500b"), EW_MALFORMED, "http.rl-pct");
	bad_(EW_LIT(""), EW_MALFORMED, "http.rl-form");
	bad_(EW_LIT("?a"), EW_MALFORMED, "http.rl-form");
	bad_(EW_LIT("a/b"), EW_MALFORMED, "http.rl-form");
	bad_(EW_LIT("**"), EW_MALFORMED, "http.rl-form");
	test_plain();
	return done();
}
