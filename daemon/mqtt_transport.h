/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_MQTT_TRANSPORT_H
#define EVENTWALL_DAEMON_MQTT_TRANSPORT_H

/* What may lie between a client's socket and MQTT, such as WebSocket: bytes of the wire in, bytes of MQTT out,
 * and the other way round.  Pure: no socket, no clock, no loop.  The session reads and writes, keeps the time
 * limits and bounds the buffers.  Plain TCP has no such layer: a NULL pointer, and nothing is copied.
 *
 *     socket -> wire -> take() -> held -> packets
 *                         '----> back -> socket     answers of the layer's own: handshake, pong, close
 *     socket <- head from frame() + packets
 *
 * A state is the layer's own: an object of `state_size` bytes, zeroed, which begin() prepares and end() tidies
 * (it may hold nothing that only a free() of the session could find). */

#include "daemon/buffer.h"
#include "eventwall/status.h"

#include <stdbool.h>

#define EW_MQTT_LAYER_HEAD_MOST 16 /* bytes that frame() may put in front */

struct ew_mqtt_layer_ops {
	const char *name;
	size_t state_size;

	/* `settings` is what the listener was configured with: static for the life of the session.  `peer` is the
	 * client's address as text.  False: no memory. */
	bool (*begin)(void *state, const void *settings, const char *peer);
	void (*end)(void *state);

	/* Use up the front of `wire` (move wire->from), append bytes of MQTT to `held` and the layer's own
	 * answers to `back`.  Called whenever bytes have arrived, with all that was left before them.  What a
	 * peer can make it keep is bounded by the layer: `wire` never needs to hold more than a head or a
	 * handshake.  At most `most` bytes go to `held` in one call; with more there it is called again
	 * without new bytes.
	 * EW_OK: go on reading.  EW_TRUNCATED: the peer has ended the stream in good order.  Anything else:
	 * it broke the layer's rules; `*reason_r` is static text.  In both, `back` holds the last words, and
	 * the connection is closed once they are written. */
	enum ew_status (*take)(void *state, struct ew_buffer *wire, struct ew_buffer *held, size_t most,
	                       struct ew_buffer *back, const char **reason_r);

	/* May packets be sent by now (the handshake is done)? */
	bool (*ready)(const void *state);

	/* Whom the layer learned to be the client, once it is ready; `peer` where it learned nothing.  False: not
	 * yet.  May be NULL. */
	bool (*client)(const void *state, uint8_t address[16]);

	/* The bytes that go in front of `n` bytes of MQTT that follow them as they are.  Answers how many. */
	size_t (*frame)(void *state, size_t n, uint8_t head[EW_MQTT_LAYER_HEAD_MOST]);

	/* We end the stream: last words behind the last packet, into `back`. */
	void (*bye)(void *state, struct ew_buffer *back);
};

#endif
