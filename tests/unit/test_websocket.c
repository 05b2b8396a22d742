/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* websocket.c, websocket_handshake.c: who is let in, what comes out of frames however they arrive, how it ends. */

#include "daemon/websocket.h"
#include "guard.h"
#include "tap.h"
#include "wire.h"

#define ASK                                                                                        \
	"GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"              \
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define MQTT "Sec-WebSocket-Protocol: mqtt\r\n"

static const struct ew_websocket_settings anybody;

/* One connection and what came of it. */
struct run {
	void *state;
	struct ew_buffer held, back;
	enum ew_status status;
	const char *reason;
};

static void begin_run(struct run *r, const struct ew_websocket_settings *s, const char *peer)
{
	*r = (struct run){ .state = calloc(1, ew_mqtt_websocket.state_size) };
	if (!r->state || !ew_mqtt_websocket.begin(r->state, s, peer))
		abort();
}

static void end_run(struct run *r)
{
	ew_mqtt_websocket.end(r->state);
	free(r->state);
	ew_buffer_release(&r->held);
	ew_buffer_release(&r->back);
}

/* Give `in` as the next bytes of the wire, at most `most` bytes of content a call.  Answers how many were left. */
static size_t feed(struct run *r, struct ew_bytes in, size_t most)
{
	struct ew_bytes g = guard_put(in);
	struct ew_buffer wire = { .p = (uint8_t *)(uintptr_t)g.p, .to = g.n, .cap = g.n };
	size_t was, held;

	do {
		was = wire.from;
		held = ew_buffer_held(&r->held);
		r->status = ew_mqtt_websocket.take(r->state, &wire, &r->held, most, &r->back, &r->reason);
		if (ew_buffer_held(&r->held) - held > most)
			abort();
	} while (r->status == EW_OK && wire.from > was && wire.from < wire.to);
	was = wire.to - wire.from;
	guard_drop(g);
	return was;
}

/* All of `in`, in pieces of `piece` bytes, or cut once at `cut`. */
static void feed_pieces(struct run *r, struct ew_bytes in, size_t piece, size_t cut, size_t most)
{
	size_t from = 0, at = cut ? cut : piece;

	while (from < in.n && r->status == EW_OK) {
		size_t to = at < in.n ? at : in.n;
		from = to - feed(r, ew_bytes(in.p + from, to - from), most);
		at = cut ? in.n : to + piece;
	}
}

/* A frame of a client, masked. */
static void put_frame(struct wire *w, unsigned first, const void *p, size_t n)
{
	static const uint8_t mask[4] = { 0x37, 0xfa, 0x21, 0x3d };

	wire_byte(w, first);
	if (n < 126) {
		wire_byte(w, 0x80 | (unsigned)n);
	} else {
		wire_byte(w, 0x80 | 126);
		wire_byte(w, (unsigned)(n >> 8));
		wire_byte(w, (unsigned)n & 0xff);
	}
	wire_put(w, mask, 4);
	for (size_t i = 0; i < n; i++)
		wire_byte(w, ((const uint8_t *)p)[i] ^ mask[i % 4]);
}

static bool held_is(const struct run *r, struct ew_bytes want)
{
	return ew_bytes_eq(ew_buffer_view(&r->held), want);
}

static bool back_ends(const struct run *r, struct ew_bytes want)
{
	struct ew_bytes all = ew_buffer_view(&r->back);

	return all.n >= want.n && ew_bytes_eq(ew_bytes_from(all, all.n - want.n), want);
}

static void test_accept(void)
{
	uint8_t out[EW_WEBSOCKET_ACCEPT];

	ew_websocket_accept(EW_LIT("dGhlIHNhbXBsZSBub25jZQ=="), out);
	ok(ew_bytes_eq(ew_bytes(out, sizeof(out)), EW_LIT("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
	   "the example of RFC 6455, 1.3");
}

static void test_welcome(void)
{
	static const char welcome[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
	                              "Connection: Upgrade\r\n"
	                              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	                              "Sec-WebSocket-Protocol: mqtt\r\n\r\n";
	struct ew_bytes ask = EW_LIT(ASK MQTT "\r\n");
	size_t good = 0;

	for (size_t cut = 1; cut < ask.n; cut++) {
		struct run r;
		begin_run(&r, &anybody, "127.0.0.1");
		/* Nothing of a head is used up before its end, so what came first comes again. */
		bool fine = feed(&r, ew_bytes(ask.p, cut), 100) == cut && r.status == EW_OK &&
		            !ew_mqtt_websocket.ready(r.state) && ew_buffer_held(&r.back) == 0 &&
		            feed(&r, ask, 100) == 0 && r.status == EW_OK && ew_mqtt_websocket.ready(r.state) &&
		            ew_bytes_eq(ew_buffer_view(&r.back), ew_bytes(welcome, sizeof(welcome) - 1));
		good += fine;
		end_run(&r);
	}
	is_int(good, ask.n - 1, "a client is let in, wherever its request was cut");
}

/* What each request is answered with. */
static void test_requests(void)
{
	static char *origins[] = { "https://a.example", "https://b.example:8443" };
	static const struct ew_websocket_settings picky = { .path = "/mqtt", .origins = origins,
	                                                   .origin_count = 2 };
	static const struct {
		const char *text, *answer;
	} rows[] = {
		{ ASK MQTT "\r\n", "101" },
		{ ASK MQTT "Origin: https://a.example\r\n\r\n", "101" },
		{ ASK MQTT "Origin: HTTPS://A.EXAMPLE\r\n\r\n", "101" },
		{ ASK MQTT "Origin: https://b.example:8443\r\n\r\n", "101" },
		{ ASK MQTT "Origin: https://b.example\r\n\r\n", "403" },
		{ ASK MQTT "Origin: https://a.example.evil\r\n\r\n", "403" },
		{ ASK MQTT "Origin: null\r\n\r\n", "403" },
		{ ASK MQTT "Origin: https://a.example\r\nOrigin: https://evil\r\n\r\n", "403" },
		{ ASK MQTT "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", "101" },
		{ ASK "Sec-WebSocket-Protocol: foo, mqttv3.1 , mqtt\r\n\r\n", "101 mqttv3.1" },
		{ ASK "Sec-WebSocket-Protocol: foo\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n", "101" },
		{ ASK "Sec-WebSocket-Protocol: MQTT\r\n\r\n", "400" },
		{ ASK "Sec-WebSocket-Protocol: mqttx,,\r\n\r\n", "400" },
		{ ASK "\r\n", "400" },
		{ "GET /mqtt?token=1 HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, upgrade\r\n"
		  "Upgrade: WebSocket\r\n"
		  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" MQTT "\r\n",
		  "101" },
		{ "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "404" },
		{ "GET /mqtt/ HTTP/1.1\r\nHost: a\r\n\r\n", "404" },
		{ "GET /mqtt HTTP/1.1\r\nHost: a\r\n\r\n", "426" },
		{ "POST /mqtt HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "405" },
		{ "GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", "426" },
		{ "GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: close\r\n"
		  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" MQTT "\r\n",
		  "426" },
		{ "GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		  "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" MQTT "\r\n",
		  "426" },
		{ ASK MQTT "Sec-WebSocket-Version: 13\r\n\r\n", "426" },
		{ ASK MQTT "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", "400" },
		{ ASK MQTT "Content-Length: 3\r\n\r\n", "400" },
		{ ASK MQTT "Transfer-Encoding: chunked\r\n\r\n", "400" },
		{ "GET /mqtt HTTP/1.0\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", "400" },
		{ "GET /mqtt HTTP/1.1\r\n\r\n", "400" },
		{ "GET /mqtt HTTP/1.1\nHost: a\n\n", "400" },
		{ "\x10\x0c\x00\x04MQTT", "400" },
	};
	static const char *const keys[] = { "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZR==",
	                                   "dGhlIHNhbXBsZSBub25j",
		                            "dGhlIHNhbXBsZSBub25jZQ==x", "dGhlIHNhbXBsZSBub25jZQ.=",
		                            "dGhlIHNhbXBsZSBub25jZQ==, a", "AAAAAAAAAAAAAAAAAAAAAA-_", "" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r;
		char begin[32], protocol[64];
		begin_run(&r, &picky, "127.0.0.1");
		feed(&r, ew_bytes_str(rows[i].text), 100);
		bool in = !strncmp(rows[i].answer, "101", 3);
		int n = snprintf(begin, sizeof(begin), "HTTP/1.1 %.3s ", rows[i].answer);
		snprintf(protocol, sizeof(protocol), "Protocol: %s\r\n\r\n",
		         rows[i].answer[3] ? rows[i].answer + 4 : "mqtt");
		bool good = ew_bytes_starts(ew_buffer_view(&r.back), ew_bytes(begin, (size_t)n)) &&
		            ew_mqtt_websocket.ready(r.state) == in && (r.status == EW_OK) == in &&
		            back_ends(&r, in ? ew_bytes_str(protocol)
		                             : EW_LIT("close\r\nContent-Length: 0\r\n\r\n"));
		ok(good, "request %zu is answered with %s: %.12s, %s", i, rows[i].answer, r.back.p,
		   r.reason ? r.reason : "-");
		end_run(&r);
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct run r;
		char text[400];
		snprintf(text, sizeof(text),
		         "GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n" MQTT "\r\n", keys[i]);
		begin_run(&r, &picky, "127.0.0.1");
		feed(&r, ew_bytes_str(text), 100);
		ok(r.status == EW_MALFORMED && ew_bytes_starts(ew_buffer_view(&r.back), EW_LIT("HTTP/1.1 400 ")) &&
		   !strcmp(r.reason, "ws.key"), "\"%s\" is no key", keys[i]);
		end_run(&r);
	}
}

static void test_long_head(void)
{
	static char text[9000];
	struct run r;

	memset(text, 'a', sizeof(text));
	memcpy(text, "GET / HTTP/1.1\r\nX: ", 19);
	begin_run(&r, &anybody, "127.0.0.1");
	feed(&r, ew_bytes(text, sizeof(text)), 100);
	ok(r.status == EW_OVERSIZE && ew_bytes_starts(ew_buffer_view(&r.back), EW_LIT("HTTP/1.1 431 ")),
	   "a head without an end is refused");
	feed(&r, EW_LIT(ASK MQTT "\r\n"), 100);
	ok(r.status == EW_OVERSIZE && !ew_mqtt_websocket.ready(r.state), "and stays so");
	end_run(&r);
}

static const char *forwarded(const char *peer, const char *fields)
{
	static char text[EW_ADDRESS_TEXT];
	struct ew_network nets[2];
	struct ew_websocket_settings s = { .trusted = nets, .trusted_count = 2 };
	struct run r;
	char ask[800];
	uint8_t address[16];

	if (!ew_network_parse(EW_LIT("10.0.0.0/8"), &nets[0]) ||
	    !ew_network_parse(EW_LIT("2001:db8::/32"), &nets[1]))
		abort();
	snprintf(ask, sizeof(ask), "%s%s%s\r\n", ASK, MQTT, fields);
	begin_run(&r, &s, peer);
	if (ew_mqtt_websocket.client(r.state, address))
		abort(); /* it is not known yet */
	feed(&r, ew_bytes_str(ask), 100);
	if (!ew_mqtt_websocket.client(r.state, address))
		abort();
	ew_address_write(address, text);
	end_run(&r);
	return text;
}

static void test_forwarded(void)
{
	is_str(forwarded("10.0.0.1", "X-Forwarded-For: 198.51.100.7\r\n"), "198.51.100.7",
	       "a trusted peer is believed");
	is_str(forwarded("192.0.2.1", "X-Forwarded-For: 198.51.100.7\r\n"), "192.0.2.1", "another is not");
	is_str(forwarded("10.0.0.1", ""), "10.0.0.1", "nothing is said");
	is_str(forwarded("10.0.0.1", "X-Forwarded-For: 6.6.6.6, 198.51.100.7 ,10.9.9.9\r\n"), "198.51.100.7",
	       "the last one who is not trusted: what stands before it is hearsay");
	is_str(forwarded("10.0.0.1", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 198.51.100.7\r\n"),
	       "198.51.100.7",
	       "over several fields");
	is_str(forwarded("2001:db8::1", "X-Forwarded-For: 10.1.1.1,10.2.2.2\r\n"), "10.1.1.1", "all are trusted");
	is_str(forwarded("10.0.0.1", "X-Forwarded-For: 198.51.100.7, unknown, 10.2.2.2\r\n"), "10.2.2.2",
	       "what is no address ends it");
	is_str(forwarded("10.0.0.1", "X-Forwarded-For: ,\r\n"), "10.0.0.1", "nor is nothing");
	is_str(forwarded("unix", "X-Forwarded-For: 198.51.100.7\r\n"), "::", "a peer that is none");
}

/* Frames behind a handshake, in pieces of every size: the same content, status and last words. */
static void same_in_pieces(const char *name, const struct wire *frames, struct ew_bytes content,
                           enum ew_status status,
                           struct ew_bytes last)
{
	struct ew_bytes in = wire_bytes(frames);
	size_t runs = 0, good = 0;

	for (size_t piece = 1; piece <= in.n; piece += piece < 40 ? 1 : in.n / 7) {
		for (int once = 0; once < 2; once++) {
			for (size_t most = 1; most <= 100000; most = most == 1 ? 100000 : 200000) {
				struct run r;
				begin_run(&r, &anybody, "127.0.0.1");
				feed(&r, EW_LIT(ASK MQTT "\r\n"), 100);
				feed_pieces(&r, in, piece, once ? piece : 0, most);
				runs++;
				good += held_is(&r, content) && r.status == status && back_ends(&r, last) &&
				        ew_mqtt_websocket.ready(r.state) == (status == EW_OK);
				end_run(&r);
			}
		}
	}
	is_int(good, runs, "%s: in %zu ways", name, runs);
}

static void test_frames(void)
{
	static uint8_t big[40000];
	struct wire w = { .n = 0 };

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)(i * 7 + i / 256);
	put_frame(&w, 0x82, "abc", 3);
	same_in_pieces("a frame", &w, EW_LIT("abc"), EW_OK, EW_LIT("\r\n\r\n"));

	w.n = 0;
	put_frame(&w, 0x02, "a", 1);
	put_frame(&w, 0x00, "", 0);
	put_frame(&w, 0x89, "hello", 5);
	put_frame(&w, 0x00, "b", 1);
	put_frame(&w, 0x8a, "unasked", 7);
	put_frame(&w, 0x80, "c", 1);
	put_frame(&w, 0x82, "", 0);
	put_frame(&w, 0x82, "def", 3);
	same_in_pieces("a message in pieces, a ping between them", &w, EW_LIT("abcdef"), EW_OK,
	               EW_LIT("\x8a\x05hello"));

	w.n = 0;
	put_frame(&w, 0x82, big, 125);
	put_frame(&w, 0x82, big + 125, 126);
	put_frame(&w, 0x82, big + 251, sizeof(big) - 251);
	same_in_pieces("frames of all sizes", &w, ew_bytes(big, sizeof(big)), EW_OK, EW_LIT("\r\n\r\n"));

	w.n = 0;
	put_frame(&w, 0x82, "abc", 3);
	put_frame(&w, 0x88, "\x03\xe8" "bye", 5);
	put_frame(&w, 0x82, "never read", 10);
	same_in_pieces("a close", &w, EW_LIT("abc"), EW_TRUNCATED, EW_LIT("\r\n\r\n\x88\x02\x03\xe8"));

	w.n = 0;
	put_frame(&w, 0x88, "", 0);
	same_in_pieces("a close without a code", &w, EW_LIT(""), EW_TRUNCATED, EW_LIT("\x88\x02\x03\xe8"));
}

/* Eight bytes of length: more than a test sends. */
static void test_endless_frame(void)
{
	struct run r;

	begin_run(&r, &anybody, "127.0.0.1");
	feed(&r, EW_LIT(ASK MQTT "\r\n\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0abc"), 100);
	ok(held_is(&r, EW_LIT("abc")) && r.status == EW_OK, "a frame without an end is read as it comes");
	end_run(&r);
}

static void test_bad_frames(void)
{
	static uint8_t control[126];
	static const struct {
		const char *name;
		uint8_t first;
		const char *content;
		size_t n;
		unsigned code;
	} rows[] = {
		{ "text", 0x81, "abc", 3, 1003 },
		{ "empty text", 0x81, "", 0, 1003 },
		{ "a continuation of nothing", 0x80, "abc", 3, 1002 },
		{ "an opcode of nobody", 0x83, "abc", 3, 1002 },
		{ "a control opcode of nobody", 0x8b, "abc", 3, 1002 },
		{ "compressed", 0xc2, "abc", 3, 1002 },
		{ "a reserved bit", 0xa2, "abc", 3, 1002 },
		{ "another", 0x92, "abc", 3, 1002 },
		{ "a ping in pieces", 0x09, "abc", 3, 1002 },
		{ "a long ping", 0x89, (const char *)control, 126, 1002 },
		{ "a close with one byte", 0x88, "\x03", 1, 1002 },
		{ "a close with a code that is none", 0x88, "\x03\xed", 2, 1002 },
		{ "a close with a code of none", 0x88, "\x00\x00", 2, 1002 },
		{ "a close with a code past all", 0x88, "\x13\x88", 2, 1002 },
		{ "a close with no text", 0x88, "\x03\xe8\xff\xfe", 4, 1007 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire w = { .n = 0 };
		uint8_t close[4] = { 0x88, 2, (uint8_t)(rows[i].code >> 8), (uint8_t)rows[i].code };
		put_frame(&w, 0x82, "ok", 2);
		put_frame(&w, rows[i].first, rows[i].content, rows[i].n);
		same_in_pieces(rows[i].name, &w, EW_LIT("ok"), EW_MALFORMED, ew_bytes(close, 4));
	}
	struct wire w = { .n = 0 };
	put_frame(&w, 0x02, "ok", 2);
	put_frame(&w, 0x82, "no", 2);
	same_in_pieces("a new message within one", &w, EW_LIT("ok"), EW_MALFORMED, EW_LIT("\x88\x02\x03\xea"));

	static const struct {
		const char *name;
		struct ew_bytes bytes;
	} raw[] = {
		{ "not masked", { (const uint8_t *)"\x82\x03" "abc", 5 } },
		{ "a ping that is not masked", { (const uint8_t *)"\x89\x00", 2 } },
		{ "a short length in two bytes", { (const uint8_t *)"\x82\xfe\x00\x7d\1\2\3\4a", 9 } },
		{ "a short length in eight bytes",
		  { (const uint8_t *)"\x82\xff\0\0\0\0\0\0\xff\xff\1\2\3\4a", 15 } },
		{ "a length past all", { (const uint8_t *)"\x82\xff\xff\0\0\0\0\0\xff\xff\1\2\3\4a", 15 } },
	};
	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++) {
		w.n = 0;
		wire_put(&w, raw[i].bytes.p, raw[i].bytes.n);
		same_in_pieces(raw[i].name, &w, EW_LIT(""), EW_MALFORMED, EW_LIT("\x88\x02\x03\xea"));
	}
}

static void test_floods(void)
{
	struct wire w = { .n = 0 };
	struct run r;

	for (int i = 0; i < 3000; i++) {
		char text[16];
		int n = snprintf(text, sizeof(text), "%06d", i);
		put_frame(&w, 0x89, text, (size_t)n);
	}
	begin_run(&r, &anybody, "127.0.0.1");
	feed(&r, EW_LIT(ASK MQTT "\r\n"), 100);
	size_t was = ew_buffer_held(&r.back);
	feed(&r, wire_bytes(&w), 100000);
	ok(ew_buffer_held(&r.back) - was == 8 && back_ends(&r, EW_LIT("\x8a\x06" "002999")),
	   "of many pings the last is answered");
	end_run(&r);
}

static void test_our_frames(void)
{
	uint8_t head[EW_MQTT_LAYER_HEAD_MOST];
	struct run r;

	begin_run(&r, &anybody, "127.0.0.1");
	ew_mqtt_websocket.bye(r.state, &r.back);
	is_int(ew_buffer_held(&r.back), 0, "without a handshake there is nobody to say good-bye to");
	feed(&r, EW_LIT(ASK MQTT "\r\n"), 100);
	is_int(ew_mqtt_websocket.frame(r.state, 125, head), 2, "a short frame");
	ok(head[0] == 0x82 && head[1] == 125, "its head");
	is_int(ew_mqtt_websocket.frame(r.state, 126, head), 4, "a longer one");
	ok(head[1] == 126 && head[2] == 0 && head[3] == 126, "its head");
	is_int(ew_mqtt_websocket.frame(r.state, 65535, head), 4, "the longest of these");
	is_int(ew_mqtt_websocket.frame(r.state, 65536, head), 10, "a long one");
	ok(head[1] == 127 && head[6] == 0 && head[7] == 1 && head[8] == 0 && head[9] == 0, "its head");
	ew_mqtt_websocket.bye(r.state, &r.back);
	ok(back_ends(&r, EW_LIT("\r\n\r\n\x88\x02\x03\xe8")) && !ew_mqtt_websocket.ready(r.state), "we close");
	size_t was = ew_buffer_held(&r.back);
	ew_mqtt_websocket.bye(r.state, &r.back);
	is_int(ew_buffer_held(&r.back), was, "once");
	end_run(&r);
}

int main(void)
{
	ew_buffers_ref();
	test_accept();
	test_welcome();
	test_requests();
	test_long_head();
	test_forwarded();
	test_frames();
	test_endless_frame();
	test_bad_frames();
	test_floods();
	test_our_frames();
	ew_buffers_unref();
	return done();
}
