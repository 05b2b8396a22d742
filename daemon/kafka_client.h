/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_KAFKA_CLIENT_H
#define EVENTWALL_DAEMON_KAFKA_CLIENT_H

/* What consumer and producers share: building a librdkafka configuration from ours, waking a worker's
 * loop from librdkafka's threads, and saying in the event log what librdkafka says. */

#include "daemon/worker.h"

#include <librdkafka/rdkafka.h>

/* A property of ours: a default that the operator's properties may replace and an older librdkafka need not
 * know, or one that is `fixed`. */
struct ew_kafka_property {
	const char *name, *value;
	bool fixed;
};

/* `ours` ends with a NULL name.  NULL: `e` names the property and says what is wrong with it. */
rd_kafka_conf_t *ew_kafka_conf(const struct ew_properties *theirs, const struct ew_kafka_property *ours,
                               struct ew_error *e);

/* A file descriptor that turns readable when a librdkafka queue is no longer empty, or by
 * ew_kafka_wake_up().  The callback reads it with ew_kafka_wake_clear() before it drains the queue. */
struct ew_kafka_wake {
	int fd;
	bool soon; /* the worker's own: written and not yet cleared */
	struct event *event;
};

EW_MUSTCHECK bool ew_kafka_wake_open(struct ew_kafka_wake *k, struct event_base *base,
                                     event_callback_fn fn, void *arg);
void ew_kafka_wake_queue(struct ew_kafka_wake *k, rd_kafka_queue_t *q);
void ew_kafka_wake_up(struct ew_kafka_wake *k);   /* any thread */
void ew_kafka_wake_soon(struct ew_kafka_wake *k); /* the worker's: a system call for the first of many */
void ew_kafka_wake_clear(struct ew_kafka_wake *k);
void ew_kafka_wake_close(struct ew_kafka_wake *k);

/* An event-log line of type "kafka" about the route or function `name`.  Worker's thread only. */
void ew_kafka_note(struct ew_worker *w, const char *level, const char *name, const char *text);

/* Level name of a syslog level as librdkafka gives it. */
const char *ew_kafka_level(int level);

#endif
