/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_MQTT_PROXY_H
#define EVENTWALL_DAEMON_MQTT_PROXY_H

/* The MQTT proxy from inside: one listener of one worker (its front), the clients behind it, and for each of them
 * one connection to the broker.  Shared by source_mqtt_proxy.c, which lists them, and its files only.
 *
 *     front -- session -- client end   packets from the client, judged, to the broker end
 *                      '- broker end   packets from the broker, by configuration judged, to the client end
 *
 * The two ends are made alike: each has a stream of packets that come from it, a buffer of what is not taken yet,
 * and the answers that it is owed. */

#include "daemon/conn.h"
#include "daemon/listener.h"
#include "daemon/mqtt_alias.h"
#include "daemon/mqtt_owed.h"
#include "daemon/mqtt_refuse.h"
#include "daemon/mqtt_rules.h"
#include "daemon/mqtt_transport.h"
#include "daemon/resolve.h"
#include "daemon/source.h"
#include "daemon/websocket.h"
#include "daemon/worker.h"
#include "eventwall/mqtt.h"
#include "eventwall/proxy_header.h"
#include "eventwall/siphash.h"

#define EW_MQTT_OVERHEAD_MOST 131072u /* topic and properties beside a payload of the limit's size */

enum ew_session_state {
	EW_SESSION_ARRIVING, /* no CONNECT yet */
	EW_SESSION_JUDGING,  /* it is being judged */
	EW_SESSION_DIALLING, /* TCP to the broker */
	EW_SESSION_GREETING, /* CONNECT is out; AUTH may go to and fro */
	EW_SESSION_UP,
	EW_SESSION_ENDING,   /* last words are being written */
	EW_SESSION_GONE      /* closed; listed while an event of it is under way */
};

/* One side. */
struct ew_mqtt_end {
	struct ew_mqtt_session *session;
	struct ew_conn conn;
	struct ew_mqtt_stream in; /* packets from it */
	struct ew_buffer held;    /* read, not taken */
	uint64_t skip;    /* bytes of a packet from it that is thrown away */
	uint64_t pass;    /* bytes of a packet from it that go to the other end as they come */
	uint64_t read_ns; /* the last bytes of packets from it */
	uint64_t part_ns; /* since when a packet is incomplete; 0: none is, or we do not read */
	uint32_t thrown;  /* bytes thrown away at the end */
	uint64_t wrote_ns; /* the last progress in writing to it */
	struct ew_buffer later; /* packets of ours to it that must not cut the one that passes */
	struct ew_mqtt_aliases aliases; /* of what it sends */
	struct ew_mqtt_owed owed;       /* answers to what it sent */
	struct ew_mqtt_ids ours;        /* QoS 2 ids of it that were dropped: their PUBREL is ours */
	uint32_t takes_most;            /* the largest packet that may be sent to it */
	bool blocked;     /* the next packet from it cannot be taken now */
	bool ended;       /* it has closed its side */
	bool closing;     /* close it when all is written */
	bool shut;        /* the client: our side is closed, read on a little so that no RST eats the last words */
};

struct ew_mqtt_suback;

struct ew_mqtt_session {
	struct ew_mqtt_session *prev, *next;
	struct ew_mqtt_front *front;
	struct ew_mqtt_end client, broker;
	enum ew_session_state state;
	uint8_t version;
	bool clean;
	bool both;           /* what the broker sends is judged, too */
	bool running, ready; /* inside its run; in the list of those that shall run */
	bool tells_why;      /* Request Problem Information */
	bool retains;        /* the broker does */
	bool resumed;        /* the session was there before */
	bool unnamed;        /* a balancer, and its PROXY header has not come */
	bool learnt;         /* the layer has said who the client is */
	uint16_t keep_alive;
	uint16_t our_pings;  /* PINGRESPs to swallow */
	uint16_t quota, in_use; /* Receive Maximum of the broker, and how much of it the client uses */
	uint32_t pending;    /* events under way */
	bool starved;        /* not read on, for want of memory */
	size_t bytes;        /* of its buffers, as counted in the front */
	struct ew_event *judging; /* nothing is taken from `judging_of` before it is judged */
	struct ew_mqtt_end *judging_of;
	struct ew_buffer connect; /* the CONNECT until it is sent */
	char *names, *first_names; /* client id and user name; before the broker assigned an id */
	struct ew_mqtt_who who;
	uint64_t bucket;          /* of its rate */
	uint64_t since_ns;        /* in this state */
	uint64_t noted_ns;        /* the last line about its rate */
	uint32_t too_many;        /* messages since then */
	unsigned next_address;
	struct ew_mqtt_suback *subacks;
	size_t suback_bytes;
	const struct ew_mqtt_layer_ops *layer; /* below the client's packets; NULL: none */
	void *layer_state;
	bool layer_begun;
	struct ew_buffer wire;    /* read, not unwrapped by the layer */
	struct ew_mqtt_session *next_ready;
	struct ew_proxy_header ends; /* of the client's connection, as a balancer sees it */
	char peer[EW_PEER_TEXT];     /* the client, as text */
};

/* Dropped QoS 2 ids of a client that has gone and may come back. */
struct ew_mqtt_left {
	struct ew_mqtt_left *next;
	struct ew_mqtt_ids ids;
	size_t n;
	uint8_t client_id[];
};

struct ew_mqtt_front {
	struct ew_source base;
	struct ew_listener listener;
	const struct ew_mqtt_proxy *c;
	const struct ew_mqtt_layer_ops *layer; /* of each client; NULL: plain TCP */
	struct ew_websocket_settings websocket; /* of the newest configuration */
	struct ew_mqtt_session *sessions, *ready, *parked;
	uint32_t count;
	size_t bytes; /* of the buffers of all sessions */
	bool paused; /* the quarantine has no room */
	bool closed;
	struct event tick, kick;
	struct ew_resolve *resolve;
	struct ew_addresses addresses;
	uint64_t resolved_ns;
	struct ew_mqtt_left *left;
	uint32_t left_count;
	uint64_t *topic_buckets; /* made when first needed */
	uint8_t topic_key[EW_SIPHASH_KEY];
};

/* What an event of a proxy is about; lies in ev->source_room. */
enum ew_mqtt_kind { EW_MQTT_OF_CONNECT, EW_MQTT_OF_WILL, EW_MQTT_OF_PUBLISH, EW_MQTT_OF_LIST, EW_MQTT_OF_AUTH };

struct ew_mqtt_matter {
	struct ew_mqtt_end *from;
	const uint8_t *raw; /* the packet, in the event's arena */
	uint32_t size;
	uint32_t number; /* of the answer owed */
	uint16_t id, alias;
	uint8_t kind, qos;
	bool no_topic; /* only its alias */
};

static inline struct ew_mqtt_matter *ew_mqtt_matter(struct ew_event *ev)
{
	_Static_assert(sizeof(struct ew_mqtt_matter) <= sizeof(ev->source_room), "it has to fit");
	return (struct ew_mqtt_matter *)ev->source_room;
}

static inline struct ew_mqtt_end *ew_mqtt_other(struct ew_mqtt_end *e)
{
	struct ew_mqtt_session *s = e->session;

	return e == &s->client ? &s->broker : &s->client;
}

static inline bool ew_mqtt_is_client(const struct ew_mqtt_end *e)
{
	return e == &e->session->client;
}

static inline size_t ew_mqtt_packet_most(const struct ew_mqtt_front *f)
{
	return f->base.route->config->limits.message + EW_MQTT_OVERHEAD_MOST;
}

/* mqtt_end.c */
/* Bytes of whole packets to an end, as they are. */
void ew_mqtt_put(struct ew_mqtt_end *to, struct ew_bytes packets);
/* A packet of ours. */
void ew_mqtt_send(struct ew_mqtt_end *to, const struct ew_mqtt_packet *p);
/* Write what is queued.  False: the connection is broken. */
EW_MUSTCHECK bool ew_mqtt_end_flush(struct ew_mqtt_end *e);
/* Half-close what is written out.  False: it is closed. */
bool ew_mqtt_end_goes_on(struct ew_mqtt_end *e);
void ew_mqtt_end_close(struct ew_mqtt_end *e);

/* mqtt_turn.c */
/* One turn.  `from`, which may be NULL, may have something to read. */
void ew_mqtt_session_run(struct ew_mqtt_session *s, struct ew_mqtt_end *from);
void ew_mqtt_sessions_run_ready(struct ew_mqtt_front *f);
void ew_mqtt_on_readable(evutil_socket_t fd, short what, void *end);
void ew_mqtt_on_client_writable(evutil_socket_t fd, short what, void *end);

/* mqtt_session.c: the life of a pair */
void ew_mqtt_session_new(struct ew_mqtt_front *f, int fd, const uint8_t address[16]);
void ew_mqtt_session_set(struct ew_mqtt_session *s, enum ew_session_state state);
/* Run it soon: what was waited for has come. */
void ew_mqtt_session_kick(struct ew_mqtt_session *s);
/* Time limits, keep-alive. */
void ew_mqtt_session_tick(struct ew_mqtt_session *s, uint64_t now);
/* The client is told `reason` (CONNACK before the session is up, DISCONNECT of 5 after) and both connections end;
 * 0 tells nothing.  `with_will`: the broker publishes the client's will. */
void ew_mqtt_session_end(struct ew_mqtt_session *s, uint8_t reason, bool with_will);
/* All that was read is passed on; then both connections end, without a word of ours. */
void ew_mqtt_session_finish(struct ew_mqtt_session *s);
/* Close both now. */
void ew_mqtt_session_close(struct ew_mqtt_session *s);
/* An event of the session has come back. */
void ew_mqtt_session_settle(struct ew_mqtt_session *s);
void ew_mqtt_sessions_reap(struct ew_mqtt_front *f);

/* mqtt_peer.c: who the client is */
void ew_mqtt_peer_init(struct ew_mqtt_session *s, int fd, const uint8_t address[16]);
/* Read the header of a balancer at the start of `in`.  EW_OK: the client has a name; EW_MORE: not all of it is
 * there; else the connection is to be closed. */
enum ew_status ew_mqtt_peer_take(struct ew_mqtt_session *s, struct ew_buffer *in);
/* Ask the layer. */
void ew_mqtt_peer_learn(struct ew_mqtt_session *s);
/* Tell the broker. */
void ew_mqtt_peer_tell(struct ew_mqtt_session *s);

/* mqtt_dial.c */
/* Connect to the broker; called again when its name has become addresses. */
void ew_mqtt_session_dial(struct ew_mqtt_session *s);
void ew_mqtt_broker_is_away(struct ew_mqtt_session *s, const char *why);

/* mqtt_judge.c */
/* Begin an event about something that `from` sent; NULL: no memory. */
struct ew_event *ew_mqtt_event_new(struct ew_mqtt_end *from, enum ew_mqtt_kind kind, const char *packet);
/* Submit it.  True: it is judged by now (and may be gone); false: nothing more is taken from its end until it
 * is. */
bool ew_mqtt_event_submit(struct ew_event *ev);
/* Once its properties have names: are there more of the user's than may be? */
void ew_mqtt_event_bound(struct ew_event *ev);
/* The reason code of one that is dropped. */
uint8_t ew_mqtt_event_code(const struct ew_event *ev);
/* A line in the event log about something that was refused without an event. */
void ew_mqtt_note_refusal(struct ew_mqtt_session *s, const char *packet, const char *why, struct ew_bytes topic,
                          uint64_t count);

/* source_mqtt_proxy.c */
void ew_mqtt_front_look_up(struct ew_mqtt_front *f);
/* Take and give the QoS 2 ids that a client left behind. */
void ew_mqtt_front_remember(struct ew_mqtt_front *f, struct ew_mqtt_session *s);
void ew_mqtt_front_recall(struct ew_mqtt_front *f, struct ew_mqtt_session *s);

/* The rest: one packet each.  EW_OK: taken; EW_MORE: not now. */

/* mqtt_connect.c */
enum ew_status ew_mqtt_take_connect(struct ew_mqtt_session *s, struct ew_bytes raw);
void ew_mqtt_connect_judged(struct ew_mqtt_session *s, struct ew_event *ev, enum ew_outcome outcome);
/* A CONNECT that is none: CONNACK by the version it names, as far as it names one. */
void ew_mqtt_connect_refuse(struct ew_mqtt_session *s, struct ew_bytes raw, uint8_t reason);
void ew_mqtt_send_connect(struct ew_mqtt_session *s);
void ew_mqtt_take_connack(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, struct ew_bytes raw);

/* mqtt_client_side.c, mqtt_broker_side.c */
enum ew_status ew_mqtt_take_from_client(struct ew_mqtt_session *s, const struct ew_mqtt_head *head,
                                        struct ew_bytes raw);
enum ew_status ew_mqtt_take_from_broker(struct ew_mqtt_session *s, const struct ew_mqtt_head *head,
                                        struct ew_bytes raw);
void ew_mqtt_auth_judged(struct ew_mqtt_session *s, struct ew_event *ev, enum ew_outcome outcome);
/* A packet from this end that breaks the rules: tell it, and pass nothing of it on. */
void ew_mqtt_refuse_packet(struct ew_mqtt_end *from, struct ew_bytes raw, uint8_t code, const char *reason);

/* mqtt_publish.c */
enum ew_status ew_mqtt_take_publish(struct ew_mqtt_end *from, struct ew_bytes raw);
/* One of the broker's that is too large to be held, of which topic and id are known: it is dropped, and
 * acknowledged once its last byte has come. */
enum ew_status ew_mqtt_take_too_large(struct ew_mqtt_end *from, const struct ew_mqtt_packet *p);
enum ew_outcome ew_mqtt_publish_forward(struct ew_event *ev);
void ew_mqtt_publish_judged(struct ew_mqtt_session *s, struct ew_event *ev, enum ew_outcome outcome);
/* Write the answers of ours whose turn it is. */
void ew_mqtt_publish_answer(struct ew_mqtt_end *to);
/* A flow of QoS 1 or 2 of the client has ended. */
void ew_mqtt_quota_free(struct ew_mqtt_session *s);

/* mqtt_subscribe.c */
enum ew_status ew_mqtt_take_list(struct ew_mqtt_session *s, struct ew_bytes raw);
void ew_mqtt_list_judged(struct ew_mqtt_session *s, struct ew_event *ev, enum ew_outcome outcome);
void ew_mqtt_take_suback(struct ew_mqtt_session *s, const struct ew_mqtt_packet *p, struct ew_bytes raw);
void ew_mqtt_subacks_fini(struct ew_mqtt_session *s);

#endif
