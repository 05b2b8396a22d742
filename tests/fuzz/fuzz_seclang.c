/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A rule file as an operator may write it: read, not run.  A refusal names the file and a place
 * that the text has; what is read lies in the text. */

#include "fuzz.h"
#include "signatures/seclang/names.h"

#include <stdlib.h>

static void lies_in(struct ew_bytes whole, struct ew_bytes part)
{
	if (part.n &&
	    (part.p < whole.p || part.n > whole.n || (size_t)(part.p - whole.p) > whole.n - part.n))
		abort();
}

static void look_at(const struct ew_seclang_directive *d, struct ew_bytes text)
{
	const struct ew_directive_facts *facts = ew_directive_facts(d->id);

	if (d->argument_count < facts->least || d->argument_count > facts->most)
		abort();
	for (size_t i = 0; i < d->argument_count; i++)
		lies_in(text, d->argument[i]);
	for (const struct ew_seclang_variable *v = d->variables; v; v = v->next) {
		lies_in(text, v->key);
		if ((v->select == EW_SELECT_ALL) != (v->key.n == 0) || (v->count && v->except))
			abort();
	}
	lies_in(text, d->operator.argument);
	for (const struct ew_seclang_action *x = d->actions; x; x = x->next)
		lies_in(text, x->value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ew_seclang all = { .arena = ew_arena_new(16 << 20) };
	struct ew_seclang_file file = { .path = "x.conf", .text = ew_bytes(data, size) };
	struct ew_error e = { .line = 0 };
	uint32_t line, column;

	if (!all.arena)
		return 0;
	bool good = ew_seclang_parse(&all, &file, &e);
	ew_seclang_locate(&file, data + size, &line, &column);
	if (!good &&
	    (e.text[0] == 0 || strcmp(e.file, "x.conf") != 0 || e.line > line || all.first))
		abort();
	for (const struct ew_seclang_directive *d = all.first; d; d = d->next)
		look_at(d, file.text);
	ew_arena_free(&all.arena);
	return 0;
}
