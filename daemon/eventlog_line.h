/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_EVENTLOG_LINE_H
#define EVENTWALL_DAEMON_EVENTLOG_LINE_H

/* What a line of the event log says, as described in docs/eventlog.md. */

#include "daemon/event.h"
#include "daemon/excerpt.h"

#include <time.h>

/* Bytes of the longest line, without its end.  What does not fit is left out, and "cut" says so. */
#define EW_LINE_MOST 16384

/* The last second that was turned into a date. */
struct ew_line_clock {
	time_t second;
	char date[24];
};

void ew_line_event(struct ew_text *t, struct ew_line_clock *clock, const struct ew_event *ev,
                   enum ew_outcome outcome);
void ew_line_note(struct ew_text *t, struct ew_line_clock *clock, const char *type, const char *members);

#endif
