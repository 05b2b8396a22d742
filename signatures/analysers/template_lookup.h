/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_TEMPLATE_LOOKUP_H
#define EVENTWALL_SIGNATURES_ANALYSERS_TEMPLATE_LOOKUP_H

/* Lookups of loggers and text expanders. */

#include "eventwall/bytes.h"

/* The ${ at `at`: what the lookup does, NULL: nothing that harms.  `*to_r`: behind what was read. */
const char *ew_template_lookup(struct ew_bytes text, size_t at, size_t *to_r);

/* The "jndi:" at `at`, in no marks: with a scheme behind. */
const char *ew_template_jndi(struct ew_bytes text, size_t at, size_t *to_r);

#endif
