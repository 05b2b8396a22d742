/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_EXPLAIN_H
#define EVENTWALL_DAEMON_EXPLAIN_H

/* A message that was judged, or only decoded, and the two ways of showing it. */

#include "daemon/event.h"
#include "daemon/generation.h"

#include <stdio.h>

struct ew_explained {
	const struct ew_message *m;
	const struct ew_route *route; /* NULL: nobody judged it, and what follows `source` means nothing */
	enum ew_transport source;
	enum ew_verdict verdict;
	const struct ew_hit *deciding;
	bool passed;
};

/* Never writes a raw control character of the message. */
void ew_explain_text(const struct ew_explained *x, FILE *out, bool colour);

/* One JSON object; bytes that are no UTF-8 stand as the characters U+0080..U+00FF. */
void ew_explain_json(const struct ew_explained *x, FILE *out);

#endif
