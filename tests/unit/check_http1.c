/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Reads one connection's bytes from stdin as a server (argument `request`) or as a client (`response`)
 * would and prints one line a message: `ok`, or the status, cause and answer; then how it ended:
 * `end` nothing is left, `head` or `body` incomplete, `closed` bytes are left that nobody may read.
 * A tool for test_http1_suite.py. */

#include "eventwall/http1.h"

#include <stdio.h>
#include <string.h>

static uint8_t text[1 << 20], trailer[EW_HTTP_TRAILER_MOST];
static const struct ew_http_limits lim = EW_HTTP_LIMITS_DEFAULT;
static struct ew_http_head head;

static int say(const char *how)
{
	puts(how);
	return 0;
}

static int refuse(struct ew_parse p, unsigned code)
{
	printf("%s %s %u\n", ew_status_name(p.status), p.reason, code);
	return say("end");
}

int main(int argc, char **argv)
{
	bool request = argc > 1 && strcmp(argv[1], "request") == 0;
	size_t n = fread(text, 1, sizeof(text), stdin), from = 0;

	while (from < n) {
		size_t scanned = 0, rest;
		struct ew_bytes in = ew_bytes(text + from, n - from);
		struct ew_parse p = request ? ew_http_request(&head, in, &lim, &scanned)
		                            : ew_http_response(&head, in, EW_LIT("GET"), &lim, &scanned);
		if (p.status == EW_MORE)
			return say("head");
		if (p.status != EW_OK)
			return refuse(p, head.refuse);
		from += p.consumed;
		rest = n - from;
		if (head.body == EW_HTTP_BODY_CHUNKED) {
			struct ew_http_chunked c = { 0 };
			size_t trailer_len;
			p = ew_http_unchunk(&c, text + from, &rest, &lim, trailer, &trailer_len);
			if (p.status == EW_MORE)
				return say("body");
			if (p.status != EW_OK)
				return refuse(p, 400);
			from += p.consumed;
		} else if (head.body == EW_HTTP_BODY_LENGTH) {
			if (head.length > rest)
				return say("body");
			from += head.length;
		} else if (head.body == EW_HTTP_BODY_CLOSE) {
			return say("body");
		}
		say("ok");
		if (!head.keep_alive || head.code == 101)
			return say(from < n ? "closed" : "end");
	}
	return say("end");
}
