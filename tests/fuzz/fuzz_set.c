/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A signature set as an operator may write it: read, not compiled.  A refusal names the file and a line
 * that the text has. */

#include "fuzz.h"
#include "signatures/rule.h"

#include <stdlib.h>

static uint32_t count_lines(const uint8_t *p, size_t n)
{
	uint32_t lines = 1;

	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ew_rules rules = { .arena = ew_arena_new(16 << 20) };
	struct ew_error e = { .line = 0 };

	if (!rules.arena)
		return 0;
	bool good = ew_rules_read_native(&rules, "set.json", ew_bytes(data, size), &e);
	if (!good && (e.text[0] == 0 || strcmp(e.file, "set.json") != 0 || e.line > count_lines(data, size)))
		abort();
	for (size_t i = 0; good && i < rules.count; i++)
		if (!rules.rule[i]->hit[0] || !rules.rule[i]->miss[0] || rules.rule[i]->pub.id == 0)
			abort();
	free(rules.rule);
	ew_arena_free(&rules.arena);
	return 0;
}
