/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_SNIFF_H
#define EVENTWALL_PROTOCOLS_SNIFF_H

/* The look that spares most leaves every other look. */

#include "eventwall/bytes.h"

/* True if no decoder could claim `v` unasked, so that it need not be offered around.  A value is plain
 * when all of this holds:
 *   - it has less than two bytes, or its first four are printable ASCII,
 *   - it does not begin like a document (blank, quote, bracket, "<", "//", "/" "*", "--", "data:", "ey"),
 *   - it has none of  % & + =
 *   - it has less than eight bytes, or one that is not a letter, digit, blank, "-", "_" or "/".
 * A decoder whose input can look otherwise must widen this; tests/unit/test_decode.c asks each one. */
bool ew_value_is_plain(struct ew_bytes v);

#endif
