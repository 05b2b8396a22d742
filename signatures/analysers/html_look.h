/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_HTML_LOOK_H
#define EVENTWALL_SIGNATURES_ANALYSERS_HTML_LOOK_H

#include "eventwall/bytes.h"
#include "signatures/seen.h"

/* Could `text` hold script that reaches markup?  True of all that the analyser finds, and of little else. */
bool ew_html_may(struct ew_bytes text, const struct ew_seen *seen);

#endif
