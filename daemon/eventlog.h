/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_EVENTLOG_H
#define EVENTWALL_DAEMON_EVENTLOG_H

/* One JSON object a line, in the manner of Suricata's EVE, written by a thread of its own.  A worker
 * serialises into its ring and goes on; when the ring is full the line is left out and counted.  A full
 * disk or a stalled reader never stops a message. */

#include "daemon/event.h"

struct ew_eventlog;      /* the file and its thread */
struct ew_eventlog_ring; /* one worker's lines, single producer, single consumer */

/* `rings` of `ring_kb` KiB each.  `file` "-" is stdout, "" is none (lines are discarded, not counted). */
struct ew_eventlog *ew_eventlog_open(const char *file, unsigned rings, uint32_t ring_kb,
                                     struct ew_error *e);

/* Write out what is queued (at most two seconds), stop the thread, close. */
void ew_eventlog_close(struct ew_eventlog **l);

/* Open the file anew (logrotate); done by the writer thread. */
void ew_eventlog_reopen(struct ew_eventlog *l);

struct ew_eventlog_ring *ew_eventlog_ring(struct ew_eventlog *l, unsigned index);

/* The line of a settled event. */
void ew_eventlog_event(struct ew_eventlog_ring *r, const struct ew_event *ev, enum ew_outcome outcome);

/* A line about something else: "type" and a ready JSON object text of further members, e.g.
 * ew_eventlog_note(r, "http_reject", "\"reason\":\"http.f-clte\""). */
void ew_eventlog_note(struct ew_eventlog_ring *r, const char *type, const char *members);

/* Lines left out so far, over all rings, and lines that could not be written. */
uint64_t ew_eventlog_dropped(const struct ew_eventlog *l);
uint64_t ew_eventlog_failed(const struct ew_eventlog *l);

#endif
