/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A client and a broker, both hostile, on the two ends of a session of the MQTT proxy.  What holds: nothing
 * leaks or crashes; all that the broker is sent are packets of a client, all that the client is sent are
 * packets of a broker, as our own grammar reads them; and in the end the session is gone.
 *
 * The first byte: how it is configured (bit 0: which route; 1, 2: the version that they have greeted each other
 * in; 3: the client is a balancer; 4: it speaks WebSocket, and what it is sent is not looked at).  Then
 * pieces, each a byte that says who sends and how much. */

#include "daemon/mqtt_proxy.h"
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct ew_worker w;
static struct ew_generation g = { .refs = 1, .number = 1 };
static struct ew_route routes[2];
static int listener;
static struct sockaddr_un place = { .sun_family = AF_UNIX };
static socklen_t place_n;

static const char text[] =
	"{\"functions\": {}, \"routes\": ["
	"{\"name\": \"a\", \"signatures\": [], \"allow_empty\": true, \"source\": {\"mqtt_proxy\": {"
	" \"listen\": \"127.0.0.1:1\", \"broker\": \"127.0.0.1:2\","
	" \"publish\": [\"t/#\", \"%c/+\"], \"subscribe\": [\"t/#\"], \"retain\": [\"t/%u\"],"
	" \"client_rate\": 1000, \"topic_rate\": 1000, \"on_will\": \"strip\"}}},"
	"{\"name\": \"b\", \"signatures\": [], \"allow_empty\": true, \"source\": {\"mqtt_proxy\": {"
	" \"listen\": \"127.0.0.1:3\", \"broker\": \"127.0.0.1:2\","
	" \"inspect\": \"both\", \"user_properties_max\": 2, \"proxy_protocol_from\": [\"127.0.0.1\"],"
	" \"trust_forwarded_from\": [\"127.0.0.0/8\"]}}}]}";

static void must(bool good)
{
	if (!good)
		abort();
}

static void tell(void *arg, bool doubt, const struct ew_error *e)
{
	(void)arg;
	if (!doubt)
		fprintf(stderr, "%s\n", e->text);
}

/* Who receives what the proxy sends. */
struct receiver {
	int fd;
	struct ew_mqtt_stream in;
	uint8_t held[1 << 18];
	size_t n;
	size_t pass; /* bytes still to come of a PUBLISH that is passed on as it comes */
	bool whole; /* packets are parsed, not only framed */
};

static struct receiver client, broker;
static bool wrapped; /* in WebSocket */

static void check_packets(struct receiver *r)
{
	size_t at = 0;

	while (at < r->n) {
		struct ew_bytes in = { r->held + at, r->n - at };
		if (r->pass) {
			size_t n = in.n < r->pass ? in.n : r->pass;
			r->pass -= n;
			at += n;
			continue;
		}
		struct ew_mqtt_head head = { .type = 0 };
		struct ew_mqtt_packet p;
		struct ew_parse got = ew_mqtt_frame(&r->in, in, &head, NULL);
		if (got.status == EW_MORE)
			break;
		must(got.status == EW_OK);
		size_t total = head.size + (size_t)head.length;
		if (!r->whole && head.type == EW_MQTT_PUBLISH) {
			r->pass = total;
			continue;
		}
		must(total <= sizeof(r->held));
		if (in.n < total)
			break;
		got = ew_mqtt_parse(&r->in, in, &p);
		must(got.status == EW_OK && got.consumed == total);
		if (p.type == EW_MQTT_CONNECT)
			client.in.version = p.version;
		at += total;
	}
	r->n -= at;
	memmove(r->held, r->held + at, r->n);
}

static void take(struct receiver *r)
{
	ssize_t n;

	while (r->fd >= 0 && (n = recv(r->fd, r->held + r->n, sizeof(r->held) - r->n, MSG_DONTWAIT)) > 0) {
		r->n += (size_t)n;
		/* A client that is refused before the broker hears of it is told so in the version that it
		 * named. */
		if (r == &client && (client.in.version == 0 || wrapped))
			r->n = 0;
		check_packets(r);
	}
}

static void turn(void)
{
	for (int i = 0; i < 4; i++) {
		event_base_loop(w.base, EVLOOP_NONBLOCK);
		if (broker.fd < 0)
			broker.fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		take(&broker);
		take(&client);
	}
}

static void set_up(void)
{
	struct ew_error e;

	g.config = ew_config_read("fuzz.json", ew_bytes_str(text), tell, NULL);
	must(g.config);
	g.routes = routes;
	for (int i = 0; i < 2; i++)
		routes[i].config = &g.config->routes[i];
	w.base = event_base_new();
	w.scanner = ew_scanner_new();
	must(w.base && w.scanner && event_base_priority_init(w.base, 2) == 0);
	w.log = ew_eventlog_ring(ew_eventlog_open("", 1, 64, &e), 0);
	ew_buffers_ref();
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	snprintf(place.sun_path + 1, sizeof(place.sun_path) - 1, "eventwall-fuzz-%d", (int)getpid());
	place_n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(place.sun_path + 1));
	must(bind(listener, (struct sockaddr *)&place, place_n) == 0 && listen(listener, 4) == 0);
}

static void on_kick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ew_mqtt_sessions_run_ready(arg);
}

static void put(int fd, struct ew_bytes b)
{
	if (fd >= 0 && b.n && send(fd, b.p, b.n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		/* closed by the proxy, which may */
	}
}

/* What comes before CONNECT: nothing but what the fuzzer will change. */
static void begin(int fd, unsigned how)
{
	if (how & 8)
		put(fd, EW_LIT("PROXY TCP4 198.51.100.7 203.0.113.9 56324 1883\r\n"));
	if (wrapped)
		put(fd, EW_LIT("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		               "X-Forwarded-For: 192.0.2.1\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"));
}

static void greet(uint8_t version, int fd)
{
	struct ew_mqtt_packet hello = { .type = EW_MQTT_CONNECT, .version = version,
		                        .connect = { .clean = true, .client_id = EW_LIT("me") } };
	static const uint8_t limits[] = { EW_MQTT_PROPERTY_TOPIC_ALIAS_MAXIMUM, 0, 3 };
	struct ew_mqtt_packet ack = { .type = EW_MQTT_CONNACK, .version = version };
	uint8_t out[64];

	if (version == EW_MQTT_5)
		hello.properties = ack.properties = ew_bytes(limits, sizeof(limits));
	size_t n = ew_mqtt_write(out, sizeof(out), &hello);
	if (wrapped)
		put(fd, ew_bytes(((uint8_t[]){ 0x82, 0x80 | (uint8_t)n, 0, 0, 0, 0 }), 6));
	put(fd, ew_bytes(out, n));
	turn();
	put(broker.fd, ew_bytes(out, ew_mqtt_write(out, sizeof(out), &ack)));
	turn();
}

static void end(struct ew_mqtt_front *f)
{
	uint64_t later = ew_coarse_ns();

	if (client.fd >= 0)
		close(client.fd);
	client.fd = -1;
	for (int i = 0; i < 8 && f->count; i++) {
		turn();
		if (broker.fd >= 0 && i == 2) {
			close(broker.fd);
			broker.fd = -2;
		}
		later += UINT64_C(3600000000000);
		for (struct ew_mqtt_session *s = f->sessions, *next; s; s = next) {
			next = s->next;
			ew_mqtt_session_tick(s, later);
		}
	}
	must(f->count == 0);
	event_base_loop(w.base, EVLOOP_NONBLOCK);
	ew_mqtt_sessions_reap(f);
	must(!f->parked && !f->ready);
	event_del(&f->kick);
	for (struct ew_mqtt_left *l = f->left, *next; l; l = next) {
		next = l->next;
		ew_mqtt_ids_fini(&l->ids);
		free(l);
	}
	free(f->topic_buckets);
	if (broker.fd >= 0)
		close(broker.fd);
	for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0;)
		close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t balancer[16] = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 };
	static const uint8_t somebody[16] = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 2 };
	static const uint8_t versions[] = { 0, EW_MQTT_31, EW_MQTT_311, EW_MQTT_5 };
	struct ew_mqtt_front f = { .addresses = { .n = 1 } };
	struct ew_bytes rest = { data, size };
	int pair[2];

	if (!w.base)
		set_up();
	if (size == 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
		return 0;
	unsigned how = data[0];
	f.base = (struct ew_source){ .ops = &ew_source_mqtt_proxy, .worker = &w, .route = &routes[how & 1],
		                     .generation = &g };
	f.c = &routes[how & 1].config->proxy;
	memcpy(&f.addresses.v[0].a, &place, sizeof(place));
	f.addresses.v[0].n = place_n;
	evtimer_assign(&f.kick, w.base, on_kick, &f);
	client.fd = pair[0];
	broker.fd = -1;
	client.n = broker.n = client.pass = 0;
	client.in = (struct ew_mqtt_stream){ .from = EW_MQTT_SERVER };
	broker.in = (struct ew_mqtt_stream){ .from = EW_MQTT_CLIENT };
	client.whole = how & 1;
	broker.whole = true;
	wrapped = how & 16;
	f.layer = wrapped ? &ew_mqtt_websocket : NULL;
	f.websocket = (struct ew_websocket_settings){ .trusted = f.c->forwarders.v,
	                                               .trusted_count = f.c->forwarders.n };
	ew_mqtt_session_new(&f, pair[1], how & 8 ? balancer : somebody);
	if (how >> 1 & 3)
		begin(pair[0], how & 1 ? how : how & 16);
	if (how >> 1 & 3)
		greet(versions[how >> 1 & 3], pair[0]);
	rest = ew_bytes_from(rest, 1);
	while (rest.n) {
		size_t n = (rest.p[0] >> 1) + 1u;
		bool from_broker = rest.p[0] & 1;
		rest = ew_bytes_from(rest, 1);
		n = n < rest.n ? n : rest.n;
		put(from_broker ? broker.fd : client.fd, ew_bytes(rest.p, n));
		rest = ew_bytes_from(rest, n);
		turn();
	}
	end(&f);
	return 0;
}
