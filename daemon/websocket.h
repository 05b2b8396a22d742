/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_WEBSOCKET_H
#define EVENTWALL_DAEMON_WEBSOCKET_H

/* WebSocket (RFC 6455), the side of the server, as MQTT uses it: subprotocol `mqtt` or `mqttv3.1`, binary frames,
 * whose bounds mean nothing to the packets in them. */

#include "daemon/mqtt_transport.h"
#include "eventwall/address.h"
#include "eventwall/http1.h"

/* Of a listener; a zeroed one takes every path and every origin, and trusts nobody. */
struct ew_websocket_settings {
	const char *path; /* NULL or empty: any; what follows a `?` in a request does not count */

	/* Pages whose scripts may connect, as browsers name them: "https://example.com".  None: all.  What is no
	 * browser names none, and is let in. */
	char *const *origins;
	size_t origin_count;

	/* Peers whose X-Forwarded-For is believed. */
	const struct ew_network *trusted;
	size_t trusted_count;
};

/* The layer; its settings are a struct ew_websocket_settings. */
extern const struct ew_mqtt_layer_ops ew_mqtt_websocket;

/* websocket_handshake.c */

#define EW_WEBSOCKET_KEY 24    /* characters of Sec-WebSocket-Key */
#define EW_WEBSOCKET_ACCEPT 28 /* of Sec-WebSocket-Accept */

struct ew_websocket_wish {
	struct ew_bytes key;      /* views of the head */
	struct ew_bytes protocol;
};

/* May the client that sent `head` talk WebSocket?  0: yes, `*out` is what it asked for.  Otherwise the code of
 * HTTP to answer with, and the reason. */
unsigned ew_websocket_judge(const struct ew_http_head *head, const struct ew_websocket_settings *s,
                            struct ew_websocket_wish *out, const char **reason_r);

void ew_websocket_accept(struct ew_bytes key, uint8_t out[EW_WEBSOCKET_ACCEPT]);

/* Answers, into `back`: 101, or an error. */
void ew_websocket_welcome(const struct ew_websocket_wish *wish, struct ew_buffer *back);
void ew_websocket_refuse(unsigned code, struct ew_buffer *back);

/* Whom a trusted `peer` forwards for: the last one in X-Forwarded-For who is not trusted; `peer` where there is
 * none, or what stands there is no address. */
void ew_websocket_forwarded(const struct ew_http_head *head, const struct ew_websocket_settings *s,
                            const uint8_t peer[16], uint8_t client[16]);

#endif
