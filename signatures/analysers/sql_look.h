/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_SQL_LOOK_H
#define EVENTWALL_SIGNATURES_ANALYSERS_SQL_LOOK_H

#include "eventwall/bytes.h"

/* Could ew_sql_shape() find something in what is read from `at`?  `quote` is what closed there; 0: it is in the
 * open.  False is certain. */
bool ew_sql_may(struct ew_bytes text, size_t at, uint8_t quote);

#endif
