/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_EXPLAIN_H
#define EVENTWALL_SECLANG_EXPLAIN_H

#include "model.h"

/* A rule as it is run, line by line.  False: there is none with that id. */
bool ew_seclang_explain(const struct ew_seclang_set *set, uint32_t id,
			void (*say)(void *arg, const char *line), void *arg);

#endif
