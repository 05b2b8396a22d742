/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The table of analysers. */

#include "analyser.h"

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
	NULL,
};

const struct ew_analyser *ew_analyser_at(size_t i)
{
	return i < sizeof(all) / sizeof(*all) ? all[i] : NULL;
}

bool ew_analyser_looks(const struct ew_analyser *a, struct ew_bytes text)
{
	if (!a->bytes)
		return a->may(text);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] && strchr(a->bytes, text.p[i]))
			return a->may(text);
	return false;
}

size_t ew_analyser_gates(void)
{
	size_t n = 0;

	for (const struct ew_analyser *const *a = all; *a; a++)
		for (const char *const *g = (*a)->gate; *g; g++)
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
