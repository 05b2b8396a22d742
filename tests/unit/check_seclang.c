/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Runs rule files over requests, plainly, and prints the ids of the rules that matched and are logged, a line for
 * each request. Arguments: rule files.  Standard input, a request a line: METHOD TARGET BODY [NAME
 * VALUE]..., each in hex, separated by tabs.  A tool for test_seclang_crs.py. */

#include "eventwall/codec.h"
#include "eventwall/event.h"
#include "eventwall/protocol.h"
#include "signatures/seclang/evaluate.h"

#include <stdio.h>
#include <stdlib.h>

enum { HEADERS_MOST = 256, MEMORY = 256 << 20 };

/* The next field of the line, decoded in place. */
static bool take(char **line, struct ew_bytes *b_r)
{
	char *from = *line;
	size_t n;

	if (!*from)
		return false;
	size_t len = strcspn(from, "\t\n");
	*line = from + len + (from[len] == '\t');
	if (from[len] == '\n')
		from[len] = 0;
	*b_r = ew_bytes(from, 0);
	if (len > 0 && !ew_hex_decode(ew_bytes(from, len), (uint8_t *)from, &n))
		abort();
	b_r->n = len / 2;
	return true;
}

static void run(const struct ew_seclang_set *set, struct ew_message *m, char *line)
{
	struct ew_pair header[HEADERS_MOST];
	struct ew_http_parts p = { .headers = header };
	struct ew_arena *arena = ew_arena_new(MEMORY);
	struct ew_transaction t;
	struct ew_seclang_verdict v;

	if (!arena || !take(&line, &p.method) || !take(&line, &p.target) || !take(&line, &p.body))
		abort();
	while (p.header_count < HEADERS_MOST && take(&line, &header[p.header_count].name)) {
		header[p.header_count].value = ew_bytes(NULL, 0);
		(void)take(&line, &header[p.header_count].value);
		p.header_count++;
	}
	(void)ew_http_event(m, &p);
	(void)ew_decode(m);
	if (!ew_transaction_build(&t, arena, m))
		abort();
	ew_seclang_evaluate(set, &t, true, &v);
	for (const struct ew_seclang_hit *h = v.hits; h; h = h->next)
		if (h->rule->log)
			printf("%u ", h->rule->id);
	puts(v.spent ? "spent" : "");
	ew_arena_free(&arena);
}

int main(int argc, char **argv)
{
	static const struct ew_limits limits = EW_LIMITS_DEFAULT;
	struct ew_error e = { .line = 0 };
	struct ew_seclang_set *set =
		ew_seclang_load((const char *const *)argv + 1, (size_t)argc - 1, MEMORY, &e);
	struct ew_message *m = ew_message_new(&limits);
	char *line = NULL, text[1200];
	size_t room = 0;

	if (!set || !m) {
		ew_error_print(&e, text, sizeof(text));
		fprintf(stderr, "%s\n", text);
		return 1;
	}
	while (getline(&line, &room, stdin) > 0) {
		run(set, m, line);
		ew_message_reset(m, &limits);
	}
	free(line);
	ew_message_free(&m);
	ew_seclang_free(&set);
	return 0;
}
