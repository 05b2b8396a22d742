/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_MQTT_LINK_H
#define EVENTWALL_DAEMON_MQTT_LINK_H

/* A client's connection to an MQTT broker on our own codec, for subscribers and publishers: name look-up,
 * connect, CONNECT and CONNACK, keep-alive, framing, and trying again for ever with jittered backoff.
 *
 * What it does not do: subscriptions, acknowledgements, sessions; they are its owner's.  Everything runs
 * in the worker's loop; the owner may call any function here from any of its callbacks. */

#include "daemon/conn.h"
#include "daemon/resolve.h"
#include "daemon/worker.h"
#include "eventwall/mqtt.h"

struct ew_mqtt_link;

struct ew_mqtt_link_ops {
	/* CONNACK accepted us. */
	void (*up)(void *owner, const struct ew_mqtt_packet *connack);

	/* The connection is gone; a new one will be tried unless the link was closed. */
	void (*down)(void *owner);

	/* An attempt came to nothing: down() for a connection that never was.  May be NULL. */
	void (*failed)(void *owner);

	/* A whole PUBLISH, unparsed: the owner keeps a copy and parses that with link->in.  EW_MORE: not now;
	 * call ew_mqtt_link_kick() when it can be offered again.  Anything else but EW_OK is the broker's fault
	 * and ends the connection; `*refuse_r` is the code for it. */
	enum ew_status (*publish)(void *owner, struct ew_bytes raw, const char **reason_r,
	                          uint8_t *refuse_r);

	/* A PUBLISH larger than link->in.max: topic and id are valid during the call.  Its bytes are thrown
	 * away as they come; until then `link->skip` is not 0.  False: not now, as above. */
	bool (*too_large)(void *owner, const struct ew_mqtt_packet *p);

	/* Any other packet that a broker may send. */
	void (*packet)(void *owner, const struct ew_mqtt_packet *p);

	/* The last call of a turn in which something happened, be it that the kernel took what was to be
	 * written: time to write acknowledgements.  True if that made room for a PUBLISH that was not taken. */
	bool (*turn)(void *owner);
};

enum ew_mqtt_link_state {
	EW_LINK_CLOSED,
	EW_LINK_WAITING,    /* for the next attempt */
	EW_LINK_RESOLVING,
	EW_LINK_CONNECTING, /* TCP */
	EW_LINK_GREETING,   /* CONNECT is out */
	EW_LINK_UP
};

struct ew_mqtt_link {
	/* set by the owner before ew_mqtt_link_open(); the strings must live as long as the link, or be set
	 * anew when the configuration moves */
	struct ew_worker *worker;
	const struct ew_mqtt_link_ops *ops;
	void *owner;
	const char *name; /* of the route, for the log */
	const char *host;
	uint16_t port;
	uint8_t version;
	bool clean;
	bool publishes; /* what is unsent is bounded by the owner: read however much that is */
	uint32_t session_expiry_s; /* 5 */
	uint16_t keep_alive_s, receive_maximum;
	size_t packet_most;
	struct ew_bytes client_id, user, password;

	/* the link's own */
	enum ew_mqtt_link_state state;
	struct ew_mqtt_stream in;
	size_t skip; /* bytes of a PUBLISH that was too large still to throw away */
	struct ew_conn conn;
	struct ew_buffer held;
	struct ew_resolve *resolve;
	struct ew_addresses addresses;
	unsigned next_address;
	struct event retry, tick, kick, closed;
	uint64_t since_ns, read_ns, written_ns, pinged_ns;
	uint16_t keep_alive; /* in force: the broker may have changed it */
	uint32_t attempts;   /* without a connection that lasted */
	uint32_t connects, drops;
	bool end_session;
	bool blocked;        /* the next packet is a PUBLISH that the owner does not take now */
	bool watches_close;
	bool running;        /* inside run(): turn() will come */
	bool turning;        /* inside turn() */
};

/* Zeroed but for the settings.  Begins to connect in the next turn of the loop. */
void ew_mqtt_link_open(struct ew_mqtt_link *l);

/* Queue a packet; it is written at the end of the turn.  Ignored unless the link is up. */
void ew_mqtt_link_send(struct ew_mqtt_link *l, const struct ew_mqtt_packet *p);

/* Write now what is queued, as far as the kernel takes it.  False: the connection is gone. */
EW_MUSTCHECK bool ew_mqtt_link_flush(struct ew_mqtt_link *l);

/* Run again soon: the owner became ready, or has something to write. */
void ew_mqtt_link_kick(struct ew_mqtt_link *l);

/* End this connection, telling the broker why (5) if `code` is not 0, and try again later. */
void ew_mqtt_link_fail(struct ew_mqtt_link *l, uint8_t code, const char *why);

/* Have the broker forget the session when the link is closed (5). */
void ew_mqtt_link_end_session(struct ew_mqtt_link *l);

/* End for good; with a DISCONNECT if it is up. */
void ew_mqtt_link_close(struct ew_mqtt_link *l);

static inline bool ew_mqtt_link_is_up(const struct ew_mqtt_link *l)
{
	return l->state == EW_LINK_UP;
}

/* An event-log line of type "mqtt" about `name`.  `text` is ours or printable ASCII. */
void ew_mqtt_note(struct ew_worker *w, const char *level, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Milliseconds before attempt `n` (1: the first retry): doubled each time up to eight seconds, the half of
 * it jitter, so that a broker that comes back is not met by everybody at once. */
uint32_t ew_mqtt_backoff_ms(uint32_t n);

#endif
