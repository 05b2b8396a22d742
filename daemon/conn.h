/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_CONN_H
#define EVENTWALL_DAEMON_CONN_H

/* One stream socket in a worker's loop: direct reads, gathered writes, readiness only when the kernel
 * had no room.  How bytes get in and out is behind an ops table, so that an encrypted stream is another
 * table and not an `if`.
 *
 * Order of what is still to be written: out, then lent.  `lent` is the caller's memory. */

#include "daemon/buffer.h"
#include "daemon/burst.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <sys/types.h>
#include <sys/uio.h>

struct ew_conn;

struct ew_conn_ops {
	const char *name;
	/* As read(2) and writev(2) on a non-blocking socket, errno included. */
	ssize_t (*read)(struct ew_conn *c, void *p, size_t n);
	ssize_t (*write)(struct ew_conn *c, const struct iovec *v, int n);
	/* End of our side: the peer sees the end of the stream, we can still read. */
	void (*shut)(struct ew_conn *c);
	void (*close)(struct ew_conn *c);
};

extern const struct ew_conn_ops ew_conn_plain;

struct ew_conn {
	const struct ew_conn_ops *ops;
	int fd;             /* -1: closed */
	bool reads, writes; /* the event is added */
	struct event readable, writable;
	struct ew_buffer out;
	struct ew_bytes lent;
	struct ew_burst *burst; /* NULL: what is sent goes out at once.  Set it once it is open */
	unsigned waits;         /* in the burst: its place there, from 1 */
};

/* Take `fd`.  Nothing is watched yet. */
void ew_conn_open(struct ew_conn *c, const struct ew_conn_ops *ops, struct event_base *base, int fd,
                  event_callback_fn on_readable, event_callback_fn on_writable, void *arg);

/* The same, but the kernel tells once what arrives and does not look again: half the price of a turn for many
 * small messages.  In return the reader goes on until a read was short; once more than that if it needs more
 * bytes (a reset is told with the last of them only) or if it is told EV_CLOSED (the end has arrived, too).
 * Where it stops earlier, it stops watching: to watch again tells anew. */
void ew_conn_open_edge(struct ew_conn *c, const struct ew_conn_ops *ops, struct event_base *base, int fd,
                       event_callback_fn on_readable, event_callback_fn on_writable, void *arg);

/* Also when it is closed already.  After it no callback of this connection runs. */
void ew_conn_close(struct ew_conn *c);

static inline bool ew_conn_is_open(const struct ew_conn *c)
{
	return c->fd >= 0;
}

void ew_conn_watch(struct ew_conn *c, bool reads);
void ew_conn_watch_write(struct ew_conn *c, bool writes);

enum { EW_CONN_END = 0, EW_CONN_NOTHING = -1, EW_CONN_BROKEN = -2 };

/* Bytes read, or one of the above. */
ssize_t ew_conn_read(struct ew_conn *c, void *p, size_t n);

static inline size_t ew_conn_unsent(const struct ew_conn *c)
{
	return ew_buffer_held(&c->out) + c->lent.n;
}

/* Keep for the next send or flush; nothing must be lent. */
void ew_conn_queue(struct ew_conn *c, const void *p, size_t n);

/* Write what is queued, then `part`; what the kernel does not take, or what waits for a burst, is copied and
 * written when there is room or the burst leaves: the writable callback is called for both.  False: the
 * connection is broken (or memory is short: the stream cannot go on either). */
EW_MUSTCHECK bool ew_conn_send(struct ew_conn *c, const struct ew_bytes *part, int n);

/* The same with the last part not copied: it must stay until ew_conn_unsent() is 0. */
EW_MUSTCHECK bool ew_conn_send_lent(struct ew_conn *c, struct ew_bytes head, struct ew_bytes body);

/* Write what is left; the writable callback calls it. */
EW_MUSTCHECK bool ew_conn_flush(struct ew_conn *c);

#endif
