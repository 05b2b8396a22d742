/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The opening handshake (RFC 6455, 4.2) over a head that our parser of HTTP has let in.
 *
 * Stricter than it asks for: a field that may stand once stands once, the key is 16 bytes in base64 and has no
 * other spelling, and a subprotocol of MQTT must be offered.  Extensions are refused by not naming them: what
 * compression would hide from the reader of frames it would hide from everybody behind it. */

#include "daemon/websocket.h"

#include "eventwall/codec.h"
#include "eventwall/error.h"

#include <openssl/evp.h>

/* The one field of that name.  False: there are several; `*value_r` has no bytes where there is none. */
static bool only_field(const struct ew_http_head *head, struct ew_bytes name, struct ew_bytes *value_r)
{
	bool found = false;

	*value_r = ew_bytes(NULL, 0);
	for (size_t i = 0; i < head->header_count; i++) {
		if (!ew_bytes_eq_nocase(head->header[i].name, name))
			continue;
		if (found)
			return false;
		found = true;
		*value_r = head->header[i].value;
	}
	return true;
}

/* The next element of a list with commas, without the blanks around it.  False: the list has ended. */
static bool next_element(struct ew_bytes *list, struct ew_bytes *element_r)
{
	if (list->n == 0)
		return false;
	const uint8_t *comma = memchr(list->p, ',', list->n);
	size_t n = comma ? (size_t)(comma - list->p) : list->n;

	*element_r = ew_bytes_trim(ew_bytes(list->p, n), " \t");
	*list = ew_bytes_from(*list, comma ? n + 1 : n);
	return true;
}

static bool lists(struct ew_bytes list, struct ew_bytes token)
{
	struct ew_bytes element;

	while (next_element(&list, &element))
		if (ew_bytes_eq_nocase(element, token))
			return true;
	return false;
}

/* Does any field of that name list `token`? */
static bool any_lists(const struct ew_http_head *head, struct ew_bytes name, struct ew_bytes token)
{
	for (size_t i = 0; i < head->header_count; i++)
		if (ew_bytes_eq_nocase(head->header[i].name, name) && lists(head->header[i].value, token))
			return true;
	return false;
}

static bool is_key(struct ew_bytes key)
{
	uint8_t bytes[EW_WEBSOCKET_KEY], again[EW_WEBSOCKET_KEY + 4];
	struct ew_base64_traits traits;

	if (key.n != EW_WEBSOCKET_KEY)
		return false;
	size_t n = ew_base64_decode(key, bytes, &traits);
	/* Nothing else is spelt like that: neither other letters nor bits behind the last byte. */
	return n == 16 && ew_base64_encode(ew_bytes(bytes, n), again) == key.n && memcmp(again, key.p, key.n) == 0;
}

/* The first subprotocol that the client offers and we speak. */
static struct ew_bytes choose_protocol(const struct ew_http_head *head)
{
	for (size_t i = 0; i < head->header_count; i++) {
		struct ew_bytes list = head->header[i].value, one;
		if (!ew_bytes_eq_nocase(head->header[i].name, EW_LIT("Sec-WebSocket-Protocol")))
			continue;
		while (next_element(&list, &one))
			if (ew_bytes_eq(one, EW_LIT("mqtt")) || ew_bytes_eq(one, EW_LIT("mqttv3.1")))
				return one;
	}
	return ew_bytes(NULL, 0);
}

static bool is_path(struct ew_bytes target, const char *path)
{
	const uint8_t *query = target.n ? memchr(target.p, '?', target.n) : NULL;

	if (!path || !*path)
		return true;
	return ew_bytes_eq(ew_bytes(target.p, query ? (size_t)(query - target.p) : target.n), ew_bytes_str(path));
}

static bool is_origin(struct ew_bytes origin, const struct ew_websocket_settings *s)
{
	if (origin.n == 0 || s->origin_count == 0)
		return true;
	for (size_t i = 0; i < s->origin_count; i++)
		if (ew_bytes_eq_nocase(origin, ew_bytes_str(s->origins[i])))
			return true;
	return false;
}

static unsigned no(unsigned code, const char *reason, const char **reason_r)
{
	*reason_r = reason;
	return code;
}

unsigned ew_websocket_judge(const struct ew_http_head *head, const struct ew_websocket_settings *s,
                            struct ew_websocket_wish *out, const char **reason_r)
{
	struct ew_bytes version, origin, upgrade;

	if (!ew_bytes_eq(head->method, EW_LIT("GET")))
		return no(405, "ws.method", reason_r);
	if (head->minor < 1 || head->body != EW_HTTP_BODY_NONE)
		return no(400, "ws.request", reason_r);
	if (!is_path(head->target, s->path))
		return no(404, "ws.path", reason_r);
	if (!only_field(head, EW_LIT("Upgrade"), &upgrade) || !lists(upgrade, EW_LIT("websocket")) ||
	    !any_lists(head, EW_LIT("Connection"), EW_LIT("upgrade")))
		return no(426, "ws.upgrade", reason_r);
	if (!only_field(head, EW_LIT("Sec-WebSocket-Version"), &version) || !ew_bytes_eq(version, EW_LIT("13")))
		return no(426, "ws.version", reason_r);
	if (!only_field(head, EW_LIT("Sec-WebSocket-Key"), &out->key) || !is_key(out->key))
		return no(400, "ws.key", reason_r);
	out->protocol = choose_protocol(head);
	if (out->protocol.n == 0)
		return no(400, "ws.protocol", reason_r);
	if (!only_field(head, EW_LIT("Origin"), &origin) || !is_origin(origin, s))
		return no(403, "ws.origin", reason_r);
	return 0;
}

void ew_websocket_accept(struct ew_bytes key, uint8_t out[EW_WEBSOCKET_ACCEPT])
{
	uint8_t text[EW_WEBSOCKET_KEY + 36], sum[EVP_MAX_MD_SIZE], base64[EW_WEBSOCKET_ACCEPT + 4];
	unsigned n = 0;

	ew_assert(key.n == EW_WEBSOCKET_KEY);
	memcpy(text, key.p, key.n);
	memcpy(text + key.n, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", 36);
	ew_assert(EVP_Digest(text, sizeof(text), sum, &n, EVP_sha1(), NULL) == 1 && n == 20);
	ew_assert(ew_base64_encode(ew_bytes(sum, n), base64) == EW_WEBSOCKET_ACCEPT);
	memcpy(out, base64, EW_WEBSOCKET_ACCEPT);
}

void ew_websocket_welcome(const struct ew_websocket_wish *wish, struct ew_buffer *back)
{
	uint8_t accept[EW_WEBSOCKET_ACCEPT];

	ew_websocket_accept(wish->key, accept);
	ew_buffer_put_lit(back, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	                        "Sec-WebSocket-Accept: ");
	ew_buffer_put(back, accept, sizeof(accept));
	ew_buffer_put_lit(back, "\r\nSec-WebSocket-Protocol: ");
	ew_buffer_put_bytes(back, wish->protocol);
	ew_buffer_put_lit(back, "\r\n\r\n");
}

void ew_websocket_refuse(unsigned code, struct ew_buffer *back)
{
	ew_buffer_put_lit(back, "HTTP/1.1 ");
	ew_buffer_put_u64(back, code);
	ew_buffer_put_lit(back, " ");
	ew_buffer_put_str(back, ew_http_phrase(code));
	if (code == 405)
		ew_buffer_put_lit(back, "\r\nAllow: GET");
	if (code == 426) /* says in one what to ask for and how */
		ew_buffer_put_lit(back, "\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13");
	ew_buffer_put_str(back, code == 426 ? "\r\nConnection: Upgrade, close" : "\r\nConnection: close");
	ew_buffer_put_lit(back, "\r\nContent-Length: 0\r\n\r\n");
}

static bool is_trusted(const struct ew_websocket_settings *s, const uint8_t address[16])
{
	for (size_t i = 0; i < s->trusted_count; i++)
		if (ew_network_has(&s->trusted[i], address))
			return true;
	return false;
}

/* The last element, without the blanks around it, and the list without it. */
static struct ew_bytes last_element(struct ew_bytes *list)
{
	size_t from = list->n;

	while (from > 0 && list->p[from - 1] != ',')
		from--;
	struct ew_bytes element = ew_bytes_trim(ew_bytes_from(*list, from), " \t");
	list->n = from ? from - 1 : 0;
	return element;
}

void ew_websocket_forwarded(const struct ew_http_head *head, const struct ew_websocket_settings *s,
                            const uint8_t peer[16], uint8_t client[16])
{
	memcpy(client, peer, 16);
	if (!is_trusted(s, peer))
		return;
	for (size_t i = head->header_count; i-- > 0;) {
		struct ew_bytes list = head->header[i].value;
		if (!ew_bytes_eq_nocase(head->header[i].name, EW_LIT("X-Forwarded-For")))
			continue;
		while (list.n) {
			struct ew_bytes one = last_element(&list);
			uint8_t address[16];
			if (!ew_address_v4(one, address) && !ew_address_v6(one, address))
				return;
			memcpy(client, address, 16);
			if (!is_trusted(s, client))
				return;
		}
	}
}
