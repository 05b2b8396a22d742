/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_NEAREST_H
#define EVENTWALL_NEAREST_H

/* "did you mean": the known word that a misspelt one is closest to. */

#include <stddef.h>

/* By edit distance, letter case ignored.  NULL if none of the `n` words is near enough to be meant. */
const char *ew_nearest(const char *word, const char *const *known, size_t n);

#endif
