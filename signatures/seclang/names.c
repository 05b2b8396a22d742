/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The tables of words.  They are small and read at load alone: a look at each is fast enough. */

#include "names.h"

#include "eventwall/nearest.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const char *const directive_names[] = {
#define EW_SECLANG_DIRECTIVE(id, name, least, most, fate, why) name,
#include "directive.def"
#undef EW_SECLANG_DIRECTIVE
};

static const char *const variable_names[] = {
#define EW_SECLANG_VARIABLE(name, shape, from) #name,
#include "variable.def"
#undef EW_SECLANG_VARIABLE
};

static const char *const operator_names[] = {
#define EW_SECLANG_OPERATOR(id, name, argument, fate) name,
#include "operator.def"
#undef EW_SECLANG_OPERATOR
};

static const char *const action_names[] = {
#define EW_SECLANG_ACTION(id, name, value, fate) name,
#include "action.def"
#undef EW_SECLANG_ACTION
};

static const struct {
	const char *const *name;
	size_t count;
} tables[] = {
	[EW_TABLE_DIRECTIVE] = { directive_names, COUNT(directive_names) },
	[EW_TABLE_VARIABLE] = { variable_names, COUNT(variable_names) },
	[EW_TABLE_OPERATOR] = { operator_names, COUNT(operator_names) },
	[EW_TABLE_ACTION] = { action_names, COUNT(action_names) },
};

static const struct ew_directive_facts directives[] = {
#define EW_SECLANG_DIRECTIVE(id, name, least, most, fate, why) { least, most, EW_FATE_##fate, why },
#include "directive.def"
#undef EW_SECLANG_DIRECTIVE
};

enum { SCALAR, COLLECTION };

static const struct ew_variable_facts variables[] = {
#define EW_SECLANG_VARIABLE(name, shape, from) { shape == COLLECTION, EW_FROM_##from },
#include "variable.def"
#undef EW_SECLANG_VARIABLE
};

static const struct ew_word_facts operators[] = {
#define EW_SECLANG_OPERATOR(id, name, argument, fate) { EW_VALUE_##argument, EW_FATE_##fate },
#include "operator.def"
#undef EW_SECLANG_OPERATOR
};

static const struct ew_word_facts actions[] = {
#define EW_SECLANG_ACTION(id, name, value, fate) { EW_VALUE_##value, EW_FATE_##fate },
#include "action.def"
#undef EW_SECLANG_ACTION
};

size_t ew_seclang_find(enum ew_seclang_table t, struct ew_bytes word, const char **near_r)
{
	char text[64];

	for (size_t i = 0; i < tables[t].count; i++)
		if (ew_bytes_eq_nocase(word, ew_bytes_str(tables[t].name[i])))
			return i;
	*near_r = NULL;
	if (word.n < sizeof(text) && !memchr(word.p, 0, word.n)) {
		memcpy(text, word.p, word.n);
		text[word.n] = 0;
		*near_r = ew_nearest(text, tables[t].name, tables[t].count);
	}
	return EW_NAME_NONE;
}

const char *ew_seclang_name(enum ew_seclang_table t, size_t id)
{
	return id < tables[t].count ? tables[t].name[id] : "?";
}

const struct ew_directive_facts *ew_directive_facts(enum ew_directive id)
{
	return &directives[id];
}

const struct ew_variable_facts *ew_variable_facts(enum ew_variable id)
{
	return &variables[id];
}

const struct ew_word_facts *ew_operator_facts(enum ew_operator id)
{
	return &operators[id];
}

const struct ew_word_facts *ew_action_facts(enum ew_action id)
{
	return &actions[id];
}
