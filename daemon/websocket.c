/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Bytes of WebSocket to bytes of MQTT and back.
 *
 *     head of HTTP -> 101 -> frames ... -> close
 *
 * wslay reads the frames: it is asked for their content as far as it has come, so a frame may be as long as it
 * likes and nothing of it is kept here.  Between two frames it is let go, since it has a buffer of 4 KiB of its
 * own and most connections are silent most of the time.
 *
 * Of many pings in one go the last is answered (RFC 6455, 5.5.3), so a flood of them asks for no more memory
 * than one.
 *
 * Stricter than it asks for: text is refused before it is read, and what a close says must be what a close may
 * say. */

#include "daemon/websocket.h"

#include <wslay/wslay.h>

#define CONTROL_MOST 125

enum close_code {
	CLOSE_NORMAL = 1000,
	CLOSE_PROTOCOL = 1002,
	CLOSE_UNACCEPTABLE = 1003,
	CLOSE_NOT_UTF8 = 1007,
	CLOSE_INTERNAL = 1011,
};

struct websocket {
	const struct ew_websocket_settings *settings;
	uint8_t client[16];
	size_t scanned;    /* of the head of HTTP */
	bool talks;        /* the handshake is done */
	bool over;         /* last words were said */
	enum ew_status end;
	const char *reason;

	wslay_frame_context_ptr frames; /* NULL between frames */
	uint64_t inside;   /* bytes that it was given since the last frame that was whole */
	uint64_t got;      /* of the content of the current frame */
	bool fragmented;   /* a message has begun and not ended */
	bool pinged;       /* to be answered with what is in `pong` */
	uint8_t control[CONTROL_MOST], pong[CONTROL_MOST];
	uint8_t pong_len;

	/* While take() runs. */
	struct ew_buffer *wire;
	size_t budget; /* bytes that may be given */
};

static bool begin(void *state, const void *settings, const char *peer)
{
	struct websocket *w = state;
	struct ew_bytes text = ew_bytes_str(peer);

	w->settings = settings;
	/* Of no network that anybody could trust, if it is none. */
	if (!ew_address_v4(text, w->client) && !ew_address_v6(text, w->client))
		memset(w->client, 0, sizeof(w->client));
	return true;
}

static void let_go(struct websocket *w)
{
	if (w->frames)
		wslay_frame_context_free(w->frames);
	w->frames = NULL;
}

static void end(void *state)
{
	let_go(state);
}

/* ---- what we say */

/* As RFC 6455, 5.2 has it, all in one frame and, from a server, not masked. */
static size_t write_head(unsigned opcode, size_t n, uint8_t head[EW_MQTT_LAYER_HEAD_MOST])
{
	unsigned wide = n < 126 ? 0 : n < 65536 ? 2 : 8;

	head[0] = (uint8_t)(0x80 | opcode);
	head[1] = (uint8_t)(wide == 0 ? n : wide == 2 ? 126 : 127);
	for (unsigned i = 0; i < wide; i++)
		head[2 + i] = (uint8_t)((uint64_t)n >> (8 * (wide - 1 - i)));
	return 2 + wide;
}

static void say(unsigned opcode, struct ew_bytes content, struct ew_buffer *back)
{
	uint8_t head[EW_MQTT_LAYER_HEAD_MOST];

	ew_buffer_put(back, head, write_head(opcode, content.n, head));
	ew_buffer_put_bytes(back, content);
}

static void say_close(struct websocket *w, unsigned code, struct ew_buffer *back)
{
	uint8_t content[2] = { (uint8_t)(code >> 8), (uint8_t)code };

	if (!w->over)
		say(WSLAY_CONNECTION_CLOSE, ew_bytes(content, 2), back);
	w->over = true;
}

static enum ew_status break_off(struct websocket *w, enum ew_status status, const char *reason, unsigned code,
                                struct ew_buffer *back)
{
	say_close(w, code, back);
	w->end = status;
	w->reason = reason;
	return status;
}

/* ---- the handshake */

static enum ew_status refuse(struct websocket *w, enum ew_status status, unsigned code, const char *reason,
                             struct ew_buffer *back)
{
	ew_websocket_refuse(code, back);
	w->over = true;
	w->end = status;
	w->reason = reason;
	return status;
}

static enum ew_status shake_hands(struct websocket *w, struct ew_buffer *wire, struct ew_buffer *back)
{
	static const struct ew_http_limits limits = { .line = 2048, .head = 8192, .headers = 64,
		                                    .body = SIZE_MAX };
	struct ew_http_head head;
	struct ew_websocket_wish wish;
	const char *reason;
	uint8_t client[16];
	struct ew_parse r = ew_http_request(&head, ew_buffer_view(wire), &limits, &w->scanned);

	if (r.status == EW_MORE)
		return EW_OK;
	if (r.status != EW_OK)
		return refuse(w, r.status, head.refuse, r.reason, back);
	unsigned code = ew_websocket_judge(&head, w->settings, &wish, &reason);
	if (code)
		return refuse(w, EW_MALFORMED, code, reason, back);
	ew_websocket_welcome(&wish, back);
	ew_websocket_forwarded(&head, w->settings, w->client, client);
	memcpy(w->client, client, 16);
	wire->from += r.consumed;
	w->talks = true;
	return EW_OK;
}

/* ---- frames */

/* wslay asks for bytes. */
static ssize_t give(uint8_t *buf, size_t len, int flags, void *arg)
{
	struct websocket *w = arg;
	size_t n = ew_buffer_held(w->wire);

	(void)flags;
	n = n < w->budget ? n : w->budget;
	n = n < len ? n : len;
	if (n == 0)
		return -1;
	memcpy(buf, w->wire->p + w->wire->from, n);
	w->wire->from += n;
	w->budget -= n;
	w->inside += n;
	return (ssize_t)n;
}

static size_t head_size(uint64_t content)
{
	return 2 + (content < 126 ? 0 : content < 65536 ? 2 : 8) + 4;
}

/* May a peer close with that code (RFC 6455, 7.4)? */
static bool is_close_code(unsigned code)
{
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

static enum ew_status take_close(struct websocket *w, size_t n, struct ew_buffer *back)
{
	unsigned code = n >= 2 ? (unsigned)w->control[0] << 8 | w->control[1] : CLOSE_NORMAL;

	if (n == 1 || !is_close_code(code))
		return break_off(w, EW_MALFORMED, "ws.close", CLOSE_PROTOCOL, back);
	if (n > 2 && !ew_utf8_valid(ew_bytes(w->control + 2, n - 2)))
		return break_off(w, EW_MALFORMED, "ws.close", CLOSE_NOT_UTF8, back);
	return break_off(w, EW_TRUNCATED, "ws.end", code, back);
}

/* All of a frame's content is there. */
static enum ew_status end_frame(struct websocket *w, const struct wslay_frame_iocb *f, struct ew_buffer *back)
{
	w->inside -= head_size(f->payload_length) + f->payload_length;
	w->got = 0;
	switch (f->opcode) {
	case WSLAY_CONNECTION_CLOSE:
		return take_close(w, (size_t)f->payload_length, back);
	case WSLAY_PING:
		w->pinged = true;
		w->pong_len = (uint8_t)f->payload_length;
		memcpy(w->pong, w->control, w->pong_len);
		return EW_OK;
	case WSLAY_PONG:
		return EW_OK;
	default:
		w->fragmented = !f->fin;
		return EW_OK;
	}
}

/* Content, with the head of the frame that it is in. */
static enum ew_status take_content(struct websocket *w, const struct wslay_frame_iocb *f, struct ew_buffer *held,
                                   struct ew_buffer *back)
{
	if (!f->mask)
		return break_off(w, EW_MALFORMED, "ws.mask", CLOSE_PROTOCOL, back);
	if (f->rsv)
		return break_off(w, EW_MALFORMED, "ws.reserved", CLOSE_PROTOCOL, back);
	switch (f->opcode) {
	case WSLAY_CONTINUATION_FRAME:
	case WSLAY_BINARY_FRAME:
		if (w->got == 0 && w->fragmented != (f->opcode == WSLAY_CONTINUATION_FRAME))
			return break_off(w, EW_MALFORMED, "ws.fragment", CLOSE_PROTOCOL, back);
		ew_buffer_put(held, f->data, f->data_length);
		break;
	case WSLAY_CONNECTION_CLOSE:
	case WSLAY_PING:
	case WSLAY_PONG:
		memcpy(w->control + w->got, f->data, f->data_length); /* wslay has seen that it fits */
		break;
	case WSLAY_TEXT_FRAME:
		return break_off(w, EW_MALFORMED, "ws.text", CLOSE_UNACCEPTABLE, back);
	default:
		return break_off(w, EW_MALFORMED, "ws.opcode", CLOSE_PROTOCOL, back);
	}
	w->got += f->data_length;
	return w->got == f->payload_length ? end_frame(w, f, back) : EW_OK;
}

static enum ew_status take_frames(struct websocket *w, struct ew_buffer *held, struct ew_buffer *back)
{
	static const struct wslay_frame_callbacks callbacks = { .recv_callback = give };
	enum ew_status status = EW_OK;

	if (!w->frames && ew_buffer_held(w->wire) && wslay_frame_context_init(&w->frames, &callbacks, w) != 0) {
		w->frames = NULL;
		return break_off(w, EW_OVERLOAD, "ws.memory", CLOSE_INTERNAL, back);
	}
	while (status == EW_OK && w->frames) {
		struct wslay_frame_iocb f = { 0 };
		ssize_t n = wslay_frame_recv(w->frames, &f);
		if (n == WSLAY_ERR_WANT_READ)
			break;
		status = n < 0 ? break_off(w, EW_MALFORMED, "ws.frame", CLOSE_PROTOCOL, back)
		               : take_content(w, &f, held, back);
	}
	if (w->inside == 0 || status != EW_OK)
		let_go(w);
	if (w->pinged && !w->over)
		say(WSLAY_PONG, ew_bytes(w->pong, w->pong_len), back);
	w->pinged = false;
	return status;
}

static enum ew_status take(void *state, struct ew_buffer *wire, struct ew_buffer *held, size_t most,
                           struct ew_buffer *back, const char **reason_r)
{
	struct websocket *w = state;
	enum ew_status status = w->over ? w->end : EW_OK;

	if (!w->over && !w->talks)
		status = shake_hands(w, wire, back);
	if (!w->over && w->talks) {
		w->wire = wire;
		w->budget = most;
		status = take_frames(w, held, back);
		w->wire = NULL;
	}
	if (w->over)
		wire->from = wire->to; /* nothing more is read */
	*reason_r = w->reason;
	return status;
}

static bool ready(const void *state)
{
	const struct websocket *w = state;

	return w->talks && !w->over;
}

static bool client(const void *state, uint8_t address[16])
{
	const struct websocket *w = state;

	memcpy(address, w->client, 16);
	return w->talks;
}

static size_t frame(void *state, size_t n, uint8_t head[EW_MQTT_LAYER_HEAD_MOST])
{
	(void)state;
	return write_head(WSLAY_BINARY_FRAME, n, head);
}

static void bye(void *state, struct ew_buffer *back)
{
	struct websocket *w = state;

	if (w->talks)
		say_close(w, CLOSE_NORMAL, back);
}

const struct ew_mqtt_layer_ops ew_mqtt_websocket = {
	.name = "websocket",
	.state_size = sizeof(struct websocket),
	.begin = begin,
	.end = end,
	.take = take,
	.ready = ready,
	.client = client,
	.frame = frame,
	.bye = bye,
};
