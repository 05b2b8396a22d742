/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_HTTP_FRONT_H
#define EVENTWALL_DAEMON_HTTP_FRONT_H

/* The HTTP source from inside (its front): one listener address of one worker, its clients, the exchange
 * each of them is in.  Shared by source_http.c, http_listener.c, http_client.c, http_request.c and
 * http_reply.c only.
 *
 *     front -- client -- exchange -- event
 *
 * A client is a connection and costs little while it is idle; an exchange is one request with its
 * answer and exists from the first byte of the one to the last byte of the other. */

#include "daemon/conn.h"
#include "daemon/http_peers.h"
#include "daemon/http_route.h"
#include "daemon/listener.h"
#include "daemon/source.h"
#include "daemon/worker.h"
#include "eventwall/http1.h"

/* Where a client stands.  Each state has its list, oldest first, and its time limit. */
enum ew_http_state {
	EW_HTTP_IDLE,   /* between requests, nothing read yet */
	EW_HTTP_HEAD,
	EW_HTTP_BODY,
	EW_HTTP_BUSY,   /* judged, forwarded, being answered */
	EW_HTTP_FLUSH,  /* answer complete, not all of it written */
	EW_HTTP_LINGER, /* answered for the last time: read on a little so that no RST eats the answer */
	EW_HTTP_GONE,   /* closed; listed while an event is still on its way back */
	EW_HTTP_STATES,
};

struct ew_http_chunks {
	struct ew_http_chunked state;
	uint8_t text[EW_HTTP_TRAILER_MOST];
	size_t text_len;
	struct ew_pair trailer[EW_HTTP_TRAILER_FIELDS];
	size_t count;
};

struct ew_http_exchange {
	struct ew_http_exchange *next_free;
	struct ew_buffer in; /* head and body, then what the client has sent on */
	size_t scanned;
	struct ew_http_head head;
	bool skip[EW_HTTP_MAX_HEADERS];
	size_t body_from, body_to; /* offsets in `in`: content so far */
	size_t end;                /* where the next request begins, once this one is complete */
	size_t charged;            /* to the pool of bodies */
	bool starved; /* no room for the body now: its bytes wait in the kernel */
	bool chunked;
	struct ew_http_chunks *chunks; /* made when first needed, kept with the exchange */
	struct ew_bytes path; /* normalised; p NULL: the first n bytes of the target */
	struct ew_event *ev; /* ours until submitted, then only to know it is there */
	bool submitted;
	/* the answer */
	bool chunked_out, no_content, ended, wants_resume;
	uint64_t left_out; /* of Content-Length */
};

struct ew_http_client {
	struct ew_http_client *prev, *next; /* of the state's list */
	struct ew_http_front *source;
	struct ew_conn conn;
	struct ew_http_exchange *x; /* NULL while idle */
	enum ew_http_state state;
	uint64_t since_ns; /* in this state, where it has a time limit */
	uint64_t wrote_ns; /* last progress in writing, while the kernel has no room */
	uint32_t requests;
	size_t hint;        /* size of the last request, for the first read of the next */
	size_t lingered;    /* bytes read and thrown away */
	bool unnamed;       /* a balancer, and its PROXY header has not come */
	bool running;       /* its loop is on the stack */
	bool last;          /* the answer says Connection: close */
	bool linger;        /* close with a read-out: the client may still be sending */
	bool peer_done;     /* it sent FIN */
	struct ew_http_peer *address; /* counted there */
	char peer[EW_PEER_TEXT];
};

struct ew_http_front {
	struct ew_source base;
	struct ew_listener listener;
	char *listen;
	struct {
		struct ew_http_client *head, *tail;
	} list[EW_HTTP_STATES];
	struct ew_http_client *parked; /* closed in this turn of the loop: a caller may still hold it */
	struct ew_http_client *free_clients;
	struct ew_http_exchange *free_exchanges;
	unsigned free_exchange_count, free_client_count;
	size_t client_count; /* not parked, not free */
	struct ew_http_peers peers;
	struct event tick;
	struct ew_http_routes routes;
	const struct ew_generation *routes_of; /* the generation of `routes` and `limits` */
	uint64_t routes_number;
	struct ew_http_limits limits;
};

/* http_listener.c */
EW_MUSTCHECK bool ew_http_listen(struct ew_http_front *s, struct ew_worker *w, const char *address,
                                 struct ew_error *e);
void ew_http_unlisten(struct ew_http_front *s, bool take_waiting);

/* http_client.c */
/* `address` is the peer's, an IPv4 one mapped into IPv6. */
void ew_http_client_new(struct ew_http_front *s, int fd, const char *peer, const uint8_t address[16]);
void ew_http_client_close(struct ew_http_client *c);
/* A closed client's event has come back: nothing needs the client any more. */
void ew_http_client_park(struct ew_http_client *c);
/* At drain: a last look for a request, then close those that have none. */
void ew_http_drain_idle(struct ew_http_front *s);
/* Close the one that has been idle longest.  False: there is none. */
bool ew_http_evict_idle(struct ew_http_front *s);
/* Look at all time limits. */
void ew_http_clients_tick(struct ew_http_front *s);
/* Free clients closed earlier; all of them when `all`. */
void ew_http_clients_reap(struct ew_http_front *s, bool all);
void ew_http_set_state(struct ew_http_client *c, enum ew_http_state state);
/* The answer to the current request is queued: go on with the next, or close. */
void ew_http_client_answered(struct ew_http_client *c);

/* The bytes of its buffer that were charged to the pool of bodies are given back. */
void ew_http_uncharge(struct ew_http_exchange *x);

/* http_balancer.c */
bool ew_http_is_balancer(const struct ew_http_front *s, const uint8_t address[16]);
/* Read the header with which a balancer begins: the client is whom it names.  False: it is not all there, or the
 * client was refused. */
EW_MUSTCHECK bool ew_http_take_name(struct ew_http_client *c);

/* http_request.c */
/* Go on with what has been read; each changes the client's state, or needs more bytes. */
void ew_http_take_head(struct ew_http_client *c);
void ew_http_take_body(struct ew_http_client *c);
/* Let go of the body of a request that the function has. */
void ew_http_shed_body(struct ew_event *ev);
/* Answer with `code`, count, log, and read nothing more.  `allow` may be NULL. */
void ew_http_refuse(struct ew_http_client *c, unsigned code, const char *reason, const char *allow);

/* http_reply.c */
/* An answer of our own, queued and sent.  `id` may be NULL. */
void ew_http_answer(struct ew_http_client *c, unsigned code, const char *id, const char *allow);
void ew_http_continue(struct ew_http_client *c);
extern const struct ew_reply_ops ew_http_reply;

/* source_http.c */
/* Routes and limits of the source's generation: clients of an address that a reload has let go are served
 * to their end by the routes they came for.  False: no memory. */
EW_MUSTCHECK bool ew_http_refresh(struct ew_http_front *s);

static inline const struct ew_config *ew_http_config(const struct ew_http_front *s)
{
	return s->base.generation->config;
}

#endif
