/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_URL_SCHEME_H
#define EVENTWALL_SIGNATURES_ANALYSERS_URL_SCHEME_H

/* Schemes that count whatever they lead to, and how to look around in a URL.  For url*.c. */

#include "eventwall/bytes.h"

enum { EW_URL_AUTHORITY = 300 }; /* bytes of an authority or a path that are read */

/* Why a URL that begins at `from`, with the colon of its scheme at `colon`, counts by its scheme;
 * NULL: it does not. */
const char *ew_url_scheme(struct ew_bytes text, size_t from, size_t colon);

/* Where the host that begins at `i` ends, for one reader or the other. */
size_t ew_url_host_end(struct ew_bytes text, size_t i, size_t end);

static inline uint8_t ew_url_at(struct ew_bytes t, size_t i)
{
	return i < t.n ? t.p[i] : 0;
}

static inline bool ew_url_blank(uint8_t c)
{
	return c <= 0x20;
}

static inline bool ew_url_slash(uint8_t c)
{
	return c == '/' || c == '\\';
}

static inline bool ew_url_starts(struct ew_bytes t, size_t i, const char *lower)
{
	return i <= t.n && ew_bytes_starts_nocase(ew_bytes_from(t, i), ew_bytes_str(lower));
}

#endif
