/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_WORKER_H
#define EVENTWALL_DAEMON_WORKER_H

/* A thread with its own event loop, scanner, counters, sources and sinks.  Workers share only constant
 * data; orders come through a mailbox that the loop reads between two messages. */

#include "daemon/burst.h"
#include "daemon/event.h"
#include "daemon/eventlog.h"
#include "daemon/generation.h"
#include "daemon/stats.h"
#include "eventwall/unpackers.h"

#include <event2/event.h>
#include <pthread.h>

struct ew_worker {
	unsigned index, count;
	pthread_t thread;
	struct event_base *base;
	struct ew_burst burst; /* of its HTTP connections */
	struct ew_generation *generation;
	struct ew_scanner *scanner;
	struct ew_stats stats;
	struct ew_eventlog_ring *log;
	struct ew_source *sources;
	struct ew_sink *sinks;
	struct ew_event *free_events;
	uint32_t free_count;
	struct ew_arena_spare *spare; /* of the events' arenas */
	struct ew_unpackers unpackers;
	struct ew_registry *registry; /* what it was told of schemas; NULL: nothing was asked */

	/* While a source submits many events in a row: when the newest was judged, which is when the next one's
	 * turn comes; one look at the clock does for both.  0: nobody does. */
	uint64_t turn_ns;

	/* mailbox: written by the main thread, read in the loop after a wake */
	_Atomic(struct ew_generation *) next_generation;
	_Atomic bool stop, cut; /* drain; give up waiting */
	bool stopping;          /* the loop has seen `stop` */
	bool closing;           /* it has ended: what is not delivered is not tried again */
	int wake_fd;
	struct event *wake_event, *tick_event;

	/* answers, read by the main thread */
	_Atomic uint64_t adopted;  /* number of the generation in use */
	_Atomic uint64_t refused;  /* number of the newest generation it could not adopt */
	_Atomic uint64_t beat_ns;  /* last tick, monotonic */
	_Atomic bool drained;      /* the loop has ended */
	struct ew_error error;     /* why `refused`; written before it */
	int notify_fd;             /* an eventfd of the main thread, written when one of these changed */
};

/* Start the thread; it will adopt `g` first (takes its own reference).  `adopted` or `refused` turns to
 * g->number when its sources are open or could not be. */
EW_MUSTCHECK bool ew_worker_start(struct ew_worker *w, unsigned index, unsigned count,
                                  struct ew_generation *g, struct ew_eventlog *log, int notify_fd,
                                  struct ew_error *e);

/* Hand over a new generation (takes its own reference). */
void ew_worker_adopt(struct ew_worker *w, struct ew_generation *g);

/* Begin draining; `drained` turns true at the end.  `now`: cut what is left. */
void ew_worker_stop(struct ew_worker *w, bool now);

/* After `drained`: join and free what the thread used. */
void ew_worker_join(struct ew_worker *w);

/* Inside the worker's thread: the sink of a function of generation `g`.  One that a reload has already closed is
 * opened again for the last events of its generation.  NULL: it cannot be opened. */
struct ew_sink *ew_worker_sink(struct ew_worker *w, struct ew_generation *g,
                               const struct ew_function_config *f);

/* Monotonic nanoseconds. */
uint64_t ew_now_ns(void);

/* The same clock as it stood at the kernel's last tick, a few milliseconds ago at most, for a quarter of the
 * price: for time limits.  Not to be compared with ew_now_ns(). */
uint64_t ew_coarse_ns(void);

#endif
