/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_STATUS_H
#define EVENTWALL_STATUS_H

/* What can be said about input.  One table, status.def, is the source of enum, names and docs. */

#include <stdbool.h>

enum ew_status {
#define EW_STATUS_ROW(id, name, cause, text) EW_##id,
#include "eventwall/status.def"
#undef EW_STATUS_ROW
	EW_STATUS_COUNT
};

const char *ew_status_name(enum ew_status s);
const char *ew_status_text(enum ew_status s);

/* True for those that go to the exception policy. */
bool ew_status_is_cause(enum ew_status s);

#endif
