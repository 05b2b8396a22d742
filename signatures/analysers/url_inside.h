/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_URL_INSIDE_H
#define EVENTWALL_SIGNATURES_ANALYSERS_URL_INSIDE_H

/* What a URL asks of a host of the inside that is spelt as everyone does. */

#include "url_host.h"

/* Why the URL cannot be that of a page, a callback or a health check; NULL: it may be one. `scheme`
 * is empty for //host; `rest` is what stands behind the host, and `whole` says that the value holds
 * nothing but this. */
const char *ew_inside_asks(struct ew_bytes scheme, struct ew_host host, struct ew_bytes rest,
			   bool whole);

#endif
