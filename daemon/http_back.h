/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_HTTP_BACK_H
#define EVENTWALL_DAEMON_HTTP_BACK_H

/* The HTTP sink from inside (its back): one function of one worker, its connections, the attempt that
 * each of them carries.  Shared by sink_http.c and http_pool.c only.
 *
 *     NAME -> CONNECT -> ANSWER -> IDLE -> ANSWER ...
 *
 * An attempt that waits for the function's address or for a connection is a connection already, one
 * without a socket. */

#include "daemon/conn.h"
#include "daemon/http_outgoing.h"
#include "daemon/name.h"
#include "daemon/sink.h"
#include "daemon/worker.h"
#include "eventwall/http1.h"

enum ew_upstream_state {
	EW_UPSTREAM_NAME,
	EW_UPSTREAM_CONNECT,
	EW_UPSTREAM_ANSWER,
	EW_UPSTREAM_IDLE,
	EW_UPSTREAM_DEAD,
};

struct ew_upstream_chunks {
	struct ew_http_chunked state;
	uint8_t text[EW_HTTP_TRAILER_MOST];
	size_t text_len;
};

struct ew_upstream {
	struct ew_upstream *prev, *next;
	struct ew_http_back *back;
	struct ew_conn conn;
	enum ew_upstream_state state;
	uint64_t born_ns, seen_ns, deadline_ns;
	size_t tried; /* addresses */
	bool pooled;  /* the attempt is not its first */

	/* the attempt */
	struct ew_event *ev;
	ew_done_fn done;
	struct ew_bytes method;
	bool idempotent, sent_any, answered_any, paused;
	bool filled; /* the last read took all the room there was */
	bool ended;  /* the end of the stream has arrived */
	struct ew_buffer in;
	size_t scanned;
	unsigned interim;
	unsigned code; /* 0: no final head yet */
	enum ew_http_body body;
	uint64_t left, dropped;
	bool keep;
	struct ew_upstream_chunks *chunks; /* made when first needed, kept with the connection */
};

struct ew_upstream_list {
	struct ew_upstream *head, *tail;
	size_t count;
};

struct ew_http_back {
	struct ew_sink base;
	struct ew_name *name;
	char authority_text[300];
	struct ew_bytes authority; /* within it */
	struct ew_upstream_list idle; /* used last stands first */
	struct ew_upstream_list busy;
	struct ew_upstream *parked;   /* dead, freed at the next tick */
	struct event tick;
	bool ticking;
	struct ew_outgoing out;
	struct ew_http_head head; /* of the answer that is being read in this very call */
};

/* ---- http_pool.c */

/* A connection for an attempt: an idle one if `pooled` and there is a live one, else a new one in
 * state NAME without a socket.  It is in `busy`.  NULL: no memory. */
struct ew_upstream *ew_upstream_get(struct ew_http_back *b, bool pooled);

/* Begin or go on connecting.  CONNECT: under way, the writable callback comes.  NAME: no address yet.
 * DEAD: nobody took the connection; errno says why the last did not. */
enum ew_upstream_state ew_upstream_connect(struct ew_upstream *u, event_callback_fn on_readable,
                                           event_callback_fn on_writable);

/* Out of `busy`: kept for the next attempt, or closed. */
void ew_upstream_release(struct ew_upstream *u, bool keep);

/* An idle one turned readable: it is of no use any more. */
void ew_upstream_drop_idle(struct ew_upstream *u);

/* Close idle ones past their time and free dead ones; all of them when `all`. */
void ew_upstream_tidy(struct ew_http_back *b, bool all);

#endif
