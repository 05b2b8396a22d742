/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_PLAIN_H
#define EVENTWALL_SIGNATURES_PLAIN_H

/* Plain text: letters, digits, blanks and  . , - _ : @  and nothing else.  Most values of most events are plain,
 * and most patterns need a byte that is not, so most values need not be shown to most patterns. */

#include "eventwall/bytes.h"

bool ew_plain_text(struct ew_bytes text);

enum ew_plain {
	EW_PLAIN_NEVER,   /* whatever it matches holds a byte that is not plain */
	EW_PLAIN_PRUNED,  /* in plain text it matches what was written to `out` */
	EW_PLAIN_UNKNOWN, /* no memory, or a syntax that is not looked through */
};

/* What of `pattern`, which the engine accepts, can match in plain text, alternatives that cannot being left
 * out.  `out` has room for the pattern and a NUL.  Upper and lower case are plain alike, so it does not
 * matter whether it minds them. */
enum ew_plain ew_plain_prune(const char *pattern, char *out);

#endif
