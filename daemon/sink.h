/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_SINK_H
#define EVENTWALL_DAEMON_SINK_H

/* Where events go.  A sink makes one attempt per send(); retries, backoff, circuit and quarantine are
 * delivery.c's.  It belongs to one worker and never crosses threads. */

#include "daemon/event.h"

/* Called exactly once per send(), in the worker's thread, perhaps before send() returns: after it the
 * event is gone.  `reason` is static text or lives in the event's arena; NULL when delivered. */
typedef void (*ew_done_fn)(struct ew_event *ev, enum ew_delivery result, const char *reason);

struct ew_sink_ops {
	const char *name;
	struct ew_sink *(*open)(struct ew_worker *w, const struct ew_function_config *f, struct ew_error *e);

	/* One attempt to deliver ev->envelope.body.  Borrows ev until `done`. */
	void (*send)(struct ew_sink *s, struct ew_event *ev, ew_done_fn done);

	/* At shutdown, after the last event: false while something must still be flushed.  May be NULL. */
	bool (*flushed)(const struct ew_sink *s);

	/* Free everything.  When the process is cut short events are still in it: each goes back to its
	 * `done` first. */
	void (*close)(struct ew_sink *s);
};

/* First member of each sink's own struct. */
struct ew_sink {
	const struct ew_sink_ops *ops;
	struct ew_worker *worker;
	char *identity;                          /* set and freed by the worker */
	const struct ew_function_config *config; /* of the generation below; both set by the worker */
	struct ew_generation *generation;        /* referenced */
	bool retired; /* not in the worker's generation any more: closed when nothing is in it */

	/* kept by delivery.c */
	uint32_t in_flight;           /* between send() and done */
	struct ew_event_list room;    /* waiting for room, oldest first */
	struct ew_event_list delayed; /* waiting behind a timer */
	bool pumping;
	uint32_t failures;      /* consecutive */
	uint64_t open_until_ns; /* circuit open until then; 0: closed */
	struct ew_sink *next;
};

extern const struct ew_sink_ops ew_sink_http, ew_sink_mqtt, ew_sink_kafka;

#endif
