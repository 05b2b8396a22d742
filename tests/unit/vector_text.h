/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_VECTOR_TEXT_H
#define EVENTWALL_TESTS_VECTOR_TEXT_H

/* Text in vectors of others for rule files, which has escapes of its own inside JSON. */

#include "eventwall/bytes.h"

#include <jansson.h>
#include <stdlib.h>

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

#endif
