/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Properties of the layer of WebSocket: what comes out of it does not depend on how the bytes came, is no more
 * than went in, and what it answers is bounded by how often it was asked.
 *
 * First byte of the input: bit 0: behind a handshake that is good; the others: the size of the pieces. */

#include "daemon/websocket.h"
#include "fuzz.h"

#include <stdlib.h>

#define HELLO                                                                                      \
	"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"

#define BACK_MOST 400 /* an answer to a handshake, or a pong and a close */

static void must(bool good)
{
	if (!good)
		abort();
}

struct outcome {
	struct ew_buffer held;
	enum ew_status status;
	const char *reason;
	bool ready;
	uint8_t client[16];
};

/* All of `in` in pieces, at most `most` bytes of content a call. */
static void run(struct ew_bytes in, size_t piece, size_t most, struct outcome *o)
{
	static char *origins[] = { "https://a.example" };
	struct ew_network net;
	must(ew_network_parse(EW_LIT("127.0.0.0/8"), &net));
	struct ew_websocket_settings s = { .path = "/", .origins = origins, .origin_count = 1, .trusted = &net,
		                           .trusted_count = 1 };
	struct ew_buffer wire = { 0 }, back = { 0 };
	void *state = calloc(1, ew_mqtt_websocket.state_size);

	must(state && ew_mqtt_websocket.begin(state, &s, "127.0.0.1"));
	*o = (struct outcome){ .status = EW_OK };
	for (size_t at = 0; at < in.n && o->status == EW_OK;) {
		size_t n = in.n - at < piece ? in.n - at : piece, was;
		ew_buffer_put(&wire, in.p + at, n);
		at += n;
		do {
			size_t held = ew_buffer_held(&o->held);
			was = wire.from;
			o->status = ew_mqtt_websocket.take(state, &wire, &o->held, most, &back, &o->reason);
			must(ew_buffer_held(&o->held) - held <= most);
			must(ew_buffer_held(&back) <= BACK_MOST);
			back.from = back.to;
		} while (o->status == EW_OK && wire.from > was && ew_buffer_held(&wire));
		must(ew_buffer_held(&wire) <= 8192);
	}
	must((o->status == EW_OK) == !o->reason);
	must(ew_buffer_held(&o->held) <= in.n);
	o->ready = ew_mqtt_websocket.ready(state);
	ew_mqtt_websocket.client(state, o->client);
	ew_mqtt_websocket.bye(state, &back);
	must(!ew_mqtt_websocket.ready(state));
	ew_mqtt_websocket.end(state);
	ew_buffer_release(&wire);
	ew_buffer_release(&back);
	free(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole, cut;

	if (size == 0)
		return 0;
	size_t hello = data[0] & 1 ? sizeof(HELLO) - 1 : 0, n = hello + size - 1;
	uint8_t *in = malloc(n + 1);
	must(in != NULL);
	memcpy(in, HELLO, hello);
	memcpy(in + hello, data + 1, size - 1);
	run(ew_bytes(in, n), n ? n : 1, SIZE_MAX, &whole);
	run(ew_bytes(in, n), (data[0] >> 1) + 1u, 7, &cut);
	must(whole.status == cut.status && whole.reason == cut.reason && whole.ready == cut.ready);
	n = ew_buffer_held(&whole.held);
	must(n == ew_buffer_held(&cut.held) && (n == 0 || memcmp(whole.held.p, cut.held.p, n) == 0));
	must(memcmp(whole.client, cut.client, 16) == 0);
	ew_buffer_release(&whole.held);
	ew_buffer_release(&cut.held);
	free(in);
	return 0;
}
