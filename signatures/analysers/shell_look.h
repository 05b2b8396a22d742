/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_SHELL_LOOK_H
#define EVENTWALL_SIGNATURES_ANALYSERS_SHELL_LOOK_H

/* Whether a text could hold a command that is worth to be weighed: the look (analyser.h) of the
 * analyser. */

#include "eventwall/bytes.h"
#include "signatures/seen.h"

bool ew_shell_may(struct ew_bytes text, const struct ew_seen *seen);

#endif
