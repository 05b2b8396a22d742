/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_SOURCE_H
#define EVENTWALL_DAEMON_SOURCE_H

/* Where events come from.  A source belongs to one worker, lives in its loop and never crosses
 * threads.  It survives reloads as long as its settings stay the same (identity). */

#include "daemon/event.h"

struct ew_source_ops {
	const char *name;
	bool holds; /* can leave an event unacknowledged and pause (MQTT, Kafka); HTTP cannot */

	/* Open for `route`.  NULL: `e` says why and what to do.  A broker that is away is no error: the
	 * source keeps trying. */
	struct ew_source *(*open)(struct ew_worker *w, const struct ew_route *route, struct ew_error *e);

	/* The worker has moved to a new generation in which this source still exists; `route` is its
	 * (first) route there.  May be NULL. */
	void (*adopt)(struct ew_source *s, const struct ew_route *route);

	/* The event is settled: reply, PUBACK, store offset - or not, if EW_FAILED.  Called exactly once for
	 * each submitted event; the event is gone when it returns. */
	void (*finish)(struct ew_source *s, struct ew_event *ev, enum ew_outcome outcome);

	/* What is not dropped goes its own way, now (to the broker that a client is connected to), and not to the
	 * route's function.  Answers what became of it; finish() follows.  NULL: the function gets it. */
	enum ew_outcome (*forward)(struct ew_source *s, struct ew_event *ev);

	/* Back-pressure: take no new events / go on.  Idempotent. */
	void (*pause)(struct ew_source *s, bool on);

	/* Take no new events for good; in-flight ones go on and finish() still comes. */
	void (*drain)(struct ew_source *s);

	/* After drain: true when nothing is in flight and everything that was settled has been told
	 * (acks written, offsets committed). */
	bool (*drained)(const struct ew_source *s);

	/* A sink of the source's own for that function (a transaction spans both), or NULL for the
	 * worker's.  May be NULL. */
	struct ew_sink *(*own_sink)(struct ew_source *s, const struct ew_function_config *f);

	/* Free everything now. */
	void (*close)(struct ew_source *s);
};

/* First member of each source's own struct. */
struct ew_source {
	const struct ew_source_ops *ops;
	struct ew_worker *worker;
	char *identity;                   /* set and freed by the worker */
	const struct ew_route *route;     /* of the generation below; both set by the worker */
	struct ew_generation *generation; /* referenced */
	uint32_t in_flight;               /* submitted, not finished: kept by the pipeline */
	struct ew_aliases *aliases;       /* what its messages announced; NULL: it keeps nothing */
	struct ew_sink *blocked_on;       /* paused until that sink has room: kept by delivery.c */
	bool draining;                    /* kept by the worker */
	bool stale;                       /* not in the worker's generation any more */
	struct ew_source *next;
};

extern const struct ew_source_ops ew_source_http, ew_source_mqtt, ew_source_mqtt_proxy, ew_source_kafka;

#endif
