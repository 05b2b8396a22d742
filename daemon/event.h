/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_EVENT_H
#define EVENTWALL_DAEMON_EVENT_H

/* The daemon's part of a message: where it came from, which generation and route judge it, what was
 * decided, and who must be told.  One is born in a source with ew_event_new(), handed to
 * ew_pipeline_submit(), and dies right after the source's finish() returned. */

#include "eventwall/event.h"
#include "eventwall/message.h"
#include "daemon/config.h"

#include <event2/event_struct.h>

struct ew_worker;
struct ew_generation;
struct ew_route;
struct ew_source;
struct ew_sink;
struct ew_http_head;
struct ew_registry_schema;

enum ew_verdict { EW_VERDICT_FORWARD, EW_VERDICT_DROP, EW_VERDICT_SHADOW, EW_VERDICT_COUNT };

/* How an event ended, told to its source. */
enum ew_outcome {
	EW_FORWARDED,   /* the function or topic took it: acknowledge */
	EW_DROPPED,     /* the verdict, recorded and quarantined if so configured: acknowledge */
	EW_QUARANTINED, /* undeliverable, kept in quarantine: acknowledge */
	EW_FAILED,      /* undelivered and unkept: do not acknowledge, tell the sender */
};

/* What one attempt of a sink came to. */
enum ew_delivery {
	EW_DELIVERED,
	EW_TEMPORARY,   /* could work later: refused connection, timeout, 5xx, 429 */
	EW_PERMANENT,   /* will never work: 4xx, message too large for the broker */
	EW_GONE,        /* its source has lost it to another reader: nobody here may deliver it */
};

/* What a sink needs to know of an event, whatever transport it came by. */
struct ew_envelope {
	struct ew_bytes subject;      /* path or topic */
	struct ew_bytes key;          /* Kafka key */
	struct ew_bytes method;       /* HTTP only, else empty */
	struct ew_bytes target;       /* HTTP only: origin-form, forwarded as it came */
	struct ew_bytes host;         /* HTTP only */
	struct ew_bytes content_type; /* empty: unknown */
	struct ew_bytes peer;         /* client address as text, no port; empty: none */
	struct ew_bytes client_id, user; /* of a proxied MQTT client */
	const char *packet;           /* the same: what it sent; NULL: no proxy */
	uint8_t qos;                  /* the same */
	const struct ew_pair *headers; /* HTTP fields, MQTT user properties, Kafka headers */
	const bool *skip;              /* skip[i]: headers[i] is not forwarded; NULL: all are */
	size_t header_count;
	struct ew_bytes body; /* the payload: exactly what is delivered */
	int32_t partition;    /* Kafka; -1: none */
	int64_t offset;       /* Kafka; -1: none */
	int64_t timestamp_ms; /* the broker's or ours */
};

struct ew_event;

struct ew_event_list {
	struct ew_event *head, *tail;
	uint32_t n;
};

/* How the answer of an HTTP function travels back to an HTTP client.  NULL in `reply`: nobody waits
 * for an answer, only for the outcome. */
struct ew_reply_ops {
	/* Final response head; hop-by-hop fields are the source's to strip (head->hop). */
	void (*head)(struct ew_event *ev, const struct ew_http_head *head);
	/* False: the client is slow; stop reading upstream until ev->reply_resume is called.  An empty part
	 * says that nothing more comes for now: what was held back is written out. */
	bool (*body)(struct ew_event *ev, struct ew_bytes part);
	/* The response is complete. */
	void (*end)(struct ew_event *ev);
	/* The function has all of the request and it will not be sent again: what it carries is not looked at any
	 * more, and ev->envelope may change. */
	void (*sent)(struct ew_event *ev);
};

#define EW_HEADER_ROOM 8

struct ew_event {
	struct ew_message *m; /* m->owner is this event */
	struct ew_worker *worker;
	struct ew_generation *generation; /* referenced */
	const struct ew_route *route;     /* of that generation */
	struct ew_source *source;
	void *origin; /* the source's own */
	enum ew_transport transport;
	struct ew_registry_schema *schema; /* referenced; NULL: none was told */
	struct ew_envelope envelope;
	char id[27]; /* ULID */
	uint64_t born_ns, judged_ns; /* monotonic */
	bool bare; /* the arena holds fields alone: all of it is given back once there is nothing to tell of them */

	/* verdict */
	enum ew_verdict verdict;
	bool exception_passed; /* an exception policy let it through */
	bool bodiless;         /* has nothing that a quarantine could keep */
	bool incomplete;       /* never read whole (oversize): no policy can forward it */
	const struct ew_hit *deciding; /* the hit that decided or reached the threshold */

	/* delivery */
	struct ew_sink *sink;
	bool as_quarantine;     /* the sink adds the reason as headers */
	uint32_t attempts;      /* failed ones with the current sink */
	uint32_t attempts_all;  /* with all sinks, for the log */
	enum ew_outcome outcome_after; /* what quarantining will amount to */
	const char *failure;           /* static text or arena: why delivery failed */
	struct event timer; /* backoff */
	struct ew_event *list_prev, *list_next; /* in one of the sink's lists */

	/* answer, HTTP only */
	const struct ew_reply_ops *reply;
	bool reply_started;
	unsigned reply_code;                           /* status of the function's answer */
	void (*reply_resume)(struct ew_event *ev);     /* set by the sink while it waits */
	void *sink_state;                              /* the sink's own, per attempt */

	struct ew_event *next_free;

	/* For small things of source and sink.  With them in the arena each of thousands of records on their
	 * way would hold a block of it.  Not zeroed. */
	uint64_t source_room[4], sink_room[6];
	struct ew_pair header_room[EW_HEADER_ROOM];
};

/* Born now, or at w->turn_ns if that is set.  From the worker's free list; holds a reference to the source's
 * generation: the worker's, or the last one that knew the source if a reload has let it go.  `route` is of
 * that generation.  NULL: no memory. */
struct ew_event *ew_event_new(struct ew_worker *w, struct ew_source *s, const struct ew_route *route,
                              enum ew_transport t);

/* Only for events that were never submitted (the source gave up while reading). */
void ew_event_discard(struct ew_event **ev);

#endif
