/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The table of analysers. */

#include "analyser.h"
#include "seen.h"

/* By name. */
static const struct ew_analyser *const all[] = {
	&ew_analyser_code,
	&ew_analyser_graphql,
	&ew_analyser_html,
	&ew_analyser_ldap,
	&ew_analyser_nosqli,
	&ew_analyser_path,
	&ew_analyser_prompt,
	&ew_analyser_serialized,
	&ew_analyser_shell,
	&ew_analyser_sqli,
	&ew_analyser_template,
	&ew_analyser_url,
	&ew_analyser_xpath,
	&ew_analyser_xxe,
	NULL,
};

const struct ew_analyser *ew_analyser_at(size_t i)
{
	return i < sizeof(all) / sizeof(*all) ? all[i] : NULL;
}

bool ew_analyser_looks(const struct ew_analyser *a, struct ew_bytes text)
{
	struct ew_seen seen = ew_seen_of(text);
	bool any = !a->bytes;

	for (const char *b = a->bytes; b && *b; b++)
		any |= ew_seen_byte(&seen, (uint8_t)*b);
	return any && a->may(text, &seen);
}

static size_t count(const char *const *pattern)
{
	size_t n = 0;

	while (pattern && pattern[n])
		n++;
	return n;
}

const char *ew_analyser_gate(const struct ew_analyser *a, size_t i, bool plain)
{
	size_t always = count(a->always);

	if (i < always)
		return a->always[i];
	return (plain || !a->may) && i - always < count(a->gate) ? a->gate[i - always] : NULL;
}

size_t ew_analyser_gates(void)
{
	size_t n = 0;

	for (const struct ew_analyser *const *a = all; *a; a++)
		for (size_t i = 0; ew_analyser_gate(*a, i, true); i++)
			n++;
	return n;
}

const struct ew_analyser *ew_analyser_named(const char *name)
{
	for (const struct ew_analyser *const *a = all; *a; a++)
		if (strcmp((*a)->name, name) == 0)
			return *a;
	return NULL;
}
