/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_BURST_H
#define EVENTWALL_DAEMON_BURST_H

/* What the connections of a worker have to send in one turn of its loop leaves together.  Whoever receives has
 * mostly gone to sleep between two judgements, and waking it costs more than sending; the second send of a burst
 * finds it awake.
 *
 * Only a busy turn makes a burst, and a few sends or bytes end it: then it leaves between two callbacks, before
 * the turn goes on.  A connection that waits is as one whose kernel had no room; its writable callback is called
 * when it is its turn. */

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>

struct ew_conn;

#define EW_BURST_MOST 64    /* connections that wait, the callbacks of one burst included */
#define EW_BURST_SENDS 16   /* it leaves with so many of them */
#define EW_BURST_BYTES 32768 /* or with so much: judging it has taken as long */
#define EW_BURST_ALONE 8192 /* more than that is worth a wake of its own */
#define EW_BURST_BUSY 8     /* callbacks that the turn still has to call when the first one waits */

struct ew_burst {
	struct event now, end; /* before the next callback; behind those of this turn */
	struct ew_conn *conn[EW_BURST_MOST]; /* NULL: closed meanwhile */
	unsigned count;
	size_t bytes;
};

/* `base` has two priorities, of which everybody else has the second. */
void ew_burst_init(struct ew_burst *b, struct event_base *base);

/* Before the base is freed. */
void ew_burst_fini(struct ew_burst *b);

/* Shall `c`, which then has `n` bytes to send, wait?  False: it sends at once. */
bool ew_burst_takes(struct ew_burst *b, struct ew_conn *c, size_t n);

/* It waits no longer. */
void ew_burst_drop(struct ew_burst *b, struct ew_conn *c);

/* Call all that wait. */
void ew_burst_send(struct ew_burst *b);

#endif
