/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_VECTOR_TEXT_H
#define EVENTWALL_TESTS_VECTOR_TEXT_H

/* Vectors of others for rule files: where they are, and their text, which has escapes of its own inside JSON. */

#include "eventwall/bytes.h"
#include "suites.h"

#include <glob.h>
#include <jansson.h>

/* Text as the vectors write it: \xHH and \u00HH are bytes. */
__attribute__((unused)) static struct ew_bytes unescape(const json_t *s, uint8_t *out)
{
	const uint8_t *p = (const uint8_t *)json_string_value(s);
	size_t n = 0, len = json_string_length(s);

	for (size_t i = 0; i < len;) {
		size_t skip = p[i] != '\\' || len - i < 4       ? 0
			      : p[i + 1] == 'x'                 ? 2
			      : len - i >= 6 && p[i + 1] == 'u' ? 4
								: 0;
		char hex[3] = { 0, 0, 0 }, *end = hex;
		if (skip)
			memcpy(hex, p + i + skip, 2);
		unsigned long v = skip ? strtoul(hex, &end, 16) : 0;
		bool escape = skip && end == hex + 2 &&
			      (skip == 2 || (p[i + 2] == '0' && p[i + 3] == '0'));
		out[n++] = escape ? (uint8_t)v : p[i];
		i += escape ? skip + 2 : 1;
	}
	return ew_bytes(out, n);
}

/* Calls `play` for each file of "operators" or "transformations"; false: there are none. */
__attribute__((unused)) static bool vectors_each(const char *kind, void (*play)(const char *path))
{
	char below[256], pattern[4096];
	glob_t found;

	snprintf(below, sizeof(below), "transformations/coraza/internal/%s/testdata/*.json", kind);
	suites_path(pattern, sizeof(pattern), below);
	if (glob(pattern, 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++)
		play(found.gl_pathv[i]);
	globfree(&found);
	return true;
}

#endif
