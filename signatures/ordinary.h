/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ORDINARY_H
#define EVENTWALL_SIGNATURES_ORDINARY_H

/* Values as ordinary events have them: what the cost of a signature is measured over. */

#include <stddef.h>

/* The value `i`, over and over. */
const char *ew_ordinary_value(size_t i);

#endif
