/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Nanoseconds to parse one request head: a short one, a browser's, and the browser's in chunks of 64
 * bytes.  Prints the best of some rounds; asserts nothing. */

#include "eventwall/http1.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char small[] =
	"POST /orders/events HTTP/1.1\r\nHost: gateway.example.com\r\nUser-Agent: curl/7.88.1\r\n"
	"Accept: */*\r\nContent-Type: application/json\r\nContent-Length: 300\r\nX-Request-Id: 4711\r\n\r\n";

static const char large[] =
	"GET /wp-content/uploads/2010/03/hello-kitty-darth-vader-pink.jpg HTTP/1.1\r\n"
	"Host: www.kittyhell.example.com\r\n"
	"User-Agent: Mozilla/5.0 (Macintosh; U; Intel Mac OS X 10.6; ja-JP-mac; rv:1.9.2.3) Gecko/20100401 "
	"Firefox/3.6.3 Pathtraq/0.9\r\n"
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
	"Accept-Language: ja,en-us;q=0.7,en;q=0.3\r\n"
	"Accept-Encoding: gzip,deflate\r\n"
	"Accept-Charset: Shift_JIS,utf-8;q=0.7,*;q=0.7\r\n"
	"Keep-Alive: 115\r\n"
	"Connection: keep-alive\r\n"
	"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
	"Cookie: wp_ozh_wsa_visits=2; wp_ozh_wsa_visit_lasttime=xxxxxxxxxx; "
	"__utma=xxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.x; "
	"__utmz=xxxxxxxxx.xxxxxxxxxx.x.x.utmccn=(referral)|utmcsr=reader.example.com|utmcct=/reader/\r\n\r\n";

static struct ew_http_head head;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void measure(const char *name, struct ew_bytes in, size_t piece)
{
	const struct ew_http_limits lim = EW_HTTP_LIMITS_DEFAULT;
	const unsigned turns = 100000;
	double best = 1e18;

	for (int round = 0; round < 7; round++) {
		double from = now();
		for (unsigned i = 0; i < turns; i++) {
			size_t scanned = 0;
			struct ew_parse p = { .status = EW_MORE };
			for (size_t n = piece; p.status == EW_MORE; n += piece)
				p = ew_http_request(&head, ew_bytes(in.p, n < in.n ? n : in.n), &lim, &scanned);
			if (p.status != EW_OK)
				abort();
		}
		double spent = (now() - from) / turns;
		if (spent < best)
			best = spent;
	}
	printf("%-28s %4zu bytes %2zu fields %8.1f ns\n", name, in.n, head.header_count, best);
}

int main(void)
{
	measure("request head, short", ew_bytes(small, sizeof(small) - 1), SIZE_MAX / 2);
	measure("request head, browser", ew_bytes(large, sizeof(large) - 1), SIZE_MAX / 2);
	measure("request head, 64 at a time", ew_bytes(large, sizeof(large) - 1), 64);
	return 0;
}
