/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Load for MQTT: publishers at one address, one subscriber at another, 3.1.1.
 *
 *     bench_mqtt_load speed PUB-PORT SUB-PORT QOS TOTAL WINDOW    messages a second, WINDOW of them not arrived yet
 *     bench_mqtt_load delay PUB-PORT SUB-PORT QOS TOTAL RATE      microseconds from send to arrival: p50 p99
 *     bench_mqtt_load many  PORT CLIENTS BYTES TOTAL              messages a second, all of them dropped
 *     bench_mqtt_load idle  PORT COUNT                            says "ready", holds until its input ends
 *
 * The window is over the whole way, so that no broker queues; it is what a benchmark of throughput has instead of a
 * pause.  Payloads are 200 bytes of JSON with a number in them. */

#include "eventwall/mqtt.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NUMBER_AT 9 /* in the payload */
#define DIGITS 8
#define PAYLOAD 200

static char payload[PAYLOAD + 1] = "{\"seq\": \"00000000\", \"device\": \"sensor-17\", "
	"\"site\": \"Lisbon\", \"readings\": ["
	"{\"name\": \"temperature\", \"value\": 21.5, \"unit\": \"C\"}, {\"name\": \"humidity\", \"value\": 48.0, "
	"\"unit\": \"%\"}]";

struct link {
	int fd;
	uint8_t in[65536];
	size_t have;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void fail(const char *what)
{
	fprintf(stderr, "bench_mqtt_load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void send_all(int fd, const uint8_t *p, size_t n)
{
	while (n) {
		ssize_t put = send(fd, p, n, MSG_NOSIGNAL);
		if (put < 0)
			fail("send");
		p += put;
		n -= (size_t)put;
	}
}

static void send_packet(int fd, const struct ew_mqtt_packet *p)
{
	uint8_t out[512];
	size_t n = ew_mqtt_write(out, sizeof(out), p);

	if (n == 0)
		fail("a packet");
	send_all(fd, out, n);
}

/* The next packet of what has been read: its size, 0 if it is not all there. */
static size_t whole(const uint8_t *p, size_t n, size_t *head_r)
{
	size_t length = 0;

	for (size_t i = 1; i < n && i < 5; i++) {
		length |= (size_t)(p[i] & 0x7f) << (7 * (i - 1));
		if (p[i] < 0x80) {
			*head_r = i + 1;
			return length <= n - i - 1 ? i + 1 + length : 0;
		}
	}
	return 0;
}

static int dial(const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
		                 .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		fail("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* Blocks for one small answer. */
static void expect(int fd, uint8_t type)
{
	uint8_t in[64];
	size_t have = 0, head;

	while (!whole(in, have, &head)) {
		ssize_t n = recv(fd, in + have, sizeof(in) - have, 0);
		if (n <= 0)
			fail("no answer");
		have += (size_t)n;
	}
	if (in[0] >> 4 != type || (type == EW_MQTT_CONNACK && in[3] != 0))
		fail("another answer");
}

static void greet(int fd, unsigned number)
{
	char id[32];
	int n = snprintf(id, sizeof(id), "load-%d-%u", (int)getpid(), number);
	struct ew_mqtt_packet p = { .type = EW_MQTT_CONNECT, .version = EW_MQTT_311, 
		                    .connect = { .clean = true, .keep_alive = 600,
		                                 .client_id = ew_bytes(id, (size_t)n) } };

	send_packet(fd, &p);
}

static struct link *join(const char *port, unsigned number)
{
	struct link *l = calloc(1, sizeof(*l));

	if (!l)
		fail("memory");
	l->fd = dial(port);
	greet(l->fd, number);
	expect(l->fd, EW_MQTT_CONNACK);
	return l;
}

/* What there is to read now; acknowledges; numbers of messages go to `arrived`.  Answers how many. */
static size_t take(struct link *l, uint64_t *arrived, size_t total)
{
	uint8_t acks[4096];
	size_t at = 0, n, head, count = 0, out = 0;
	ssize_t got = recv(l->fd, l->in + l->have, sizeof(l->in) - l->have, MSG_DONTWAIT);

	if (got == 0 || (got < 0 && errno != EAGAIN))
		fail("recv");
	if (got < 0)
		return 0;
	l->have += (size_t)got;
	uint64_t now = arrived ? now_ns() : 0;
	while ((n = whole(l->in + at, l->have - at, &head)) != 0) {
		const uint8_t *p = l->in + at;
		at += n;
		if (p[0] >> 4 != EW_MQTT_PUBLISH)
			continue;
		size_t topic = (size_t)p[head] << 8 | p[head + 1], id = head + 2 + topic;
		unsigned qos = p[0] >> 1 & 3;
		const uint8_t *digits = p + id + (qos ? 2 : 0) + NUMBER_AT;
		size_t number = 0;
		for (int i = 0; i < DIGITS; i++)
			number = number * 10 + (digits[i] - '0');
		if (arrived && number < total)
			arrived[number] = now;
		count++;
		if (qos) {
			memcpy(acks + out, (uint8_t[]){ 0x40, 2, p[id], p[id + 1] }, 4);
			out += 4;
			if (out == sizeof(acks)) {
				send_all(l->fd, acks, out);
				out = 0;
			}
		}
	}
	if (out)
		send_all(l->fd, acks, out);
	memmove(l->in, l->in + at, l->have - at);
	l->have -= at;
	return count;
}

/* PUBLISH number `seq` into `out`; answers its size. */
static size_t make(uint8_t *out, size_t seq, unsigned qos)
{
	uint16_t id = (uint16_t)(seq % 65000 + 1);
	size_t n = 0, length = 2 + 7 + (qos ? 2 : 0) + PAYLOAD;

	out[n++] = (uint8_t)(0x30 | qos << 1);
	out[n++] = (uint8_t)(length & 0x7f) | 0x80;
	out[n++] = (uint8_t)(length >> 7);
	memcpy(out + n, "\0\7bench/x", 9);
	n += 9;
	if (qos) {
		out[n++] = (uint8_t)(id >> 8);
		out[n++] = (uint8_t)id;
	}
	memcpy(out + n, payload, PAYLOAD);
	for (int i = DIGITS - 1; i >= 0; i--, seq /= 10)
		out[n + NUMBER_AT + (size_t)i] = (uint8_t)('0' + seq % 10);
	return n + PAYLOAD;
}

static struct link *listen_at(const char *port, unsigned qos)
{
	struct link *l = join(port, 0);
	uint8_t subscribe[] = { 0x82, 12, 0, 1, 0, 7, 'b', 'e', 'n', 'c', 'h', '/', 'x', (uint8_t)qos };

	send_all(l->fd, subscribe, sizeof(subscribe));
	expect(l->fd, EW_MQTT_SUBACK);
	return l;
}

static void speed(const char *pub, const char *sub, unsigned qos, size_t total, size_t window)
{
	struct link *s = listen_at(sub, qos), *p = join(pub, 1);
	static uint8_t batch[64 * 1024];
	size_t sent = 0, got = 0, warm = total / 10;
	uint64_t begin = 0;

	while (got < total) {
		size_t n = 0;
		while (sent < total && sent - got < window && n < sizeof(batch) - 512)
			n += make(batch + n, sent++, qos);
		if (n)
			send_all(p->fd, batch, n);
		struct pollfd fds[2] = { { s->fd, POLLIN, 0 }, { p->fd, POLLIN, 0 } };
		if (poll(fds, 2, 10000) <= 0)
			fail("nothing comes");
		if (fds[0].revents)
			got += take(s, NULL, 0);
		if (fds[1].revents)
			take(p, NULL, 0);
		if (!begin && got >= warm) {
			begin = now_ns();
			warm = got;
		}
	}
	printf("%.0f\n", (double)(total - warm) * 1e9 / (double)(now_ns() - begin));
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void delay(const char *pub, const char *sub, unsigned qos, size_t total, size_t rate)
{
	struct link *s = listen_at(sub, qos), *p = join(pub, 1);
	uint64_t *sent_at = calloc(total, 8), *arrived = calloc(total, 8), begin = now_ns();
	size_t sent = 0, got = 0;
	uint8_t one[512];

	if (!sent_at || !arrived)
		fail("memory");
	while (got < total) {
		uint64_t now = now_ns(), due = begin + (uint64_t)sent * 1000000000u / rate;
		if (sent < total && now >= due) {
			sent_at[sent] = now;
			send_all(p->fd, one, make(one, sent, qos));
			sent++;
			continue;
		}
		struct pollfd fds[2] = { { s->fd, POLLIN, 0 }, { p->fd, POLLIN, 0 } };
		uint64_t wait = sent < total ? due - now : 10000000000u;
		struct timespec t = { (time_t)(wait / 1000000000u), (long)(wait % 1000000000u) };
		int ready = ppoll(fds, 2, &t, NULL);
		if (ready < 0 || (ready == 0 && sent == total))
			fail("nothing comes");
		if (fds[0].revents)
			got += take(s, arrived, total);
		if (fds[1].revents)
			take(p, NULL, 0);
	}
	size_t skip = total / 10, n = total - skip; /* connections, caches, clocks of the processor */
	for (size_t i = 0; i < n; i++)
		arrived[i] = arrived[i + skip] - sent_at[i + skip];
	qsort(arrived, n, 8, by_size);
	printf("%.0f %.0f\n", (double)arrived[n / 2] / 1e3, (double)arrived[n * 99 / 100] / 1e3);
	free(sent_at);
	free(arrived);
}

/* QoS 1, each with an attack behind BYTES of JSON: inspecting them is all the work there is, no broker is busy. */
static void many(const char *port, unsigned clients, size_t bytes, size_t total)
{
	enum { CLIENTS_MOST = 64, WINDOW = 4 };
	static const char attack[] = "\"1' UNION SELECT login, password FROM users WHERE '1'='1\"]";
	struct link *l[CLIENTS_MOST];
	struct pollfd fds[CLIENTS_MOST];
	struct ew_mqtt_packet p = { .type = EW_MQTT_PUBLISH, .version = EW_MQTT_311, .qos = 1, .id = 1,
		                    .topic = ew_bytes_str("bench/x") };
	size_t n = 1, got = 0, warm = total / 10, cap = bytes + 1024;
	uint8_t *text = malloc(cap), *out = malloc(cap + 64);
	uint64_t begin = 0;

	if (!text || !out || clients == 0 || clients > CLIENTS_MOST)
		fail("clients, bytes");
	for (text[0] = '['; n < bytes; n += PAYLOAD + 1) {
		memcpy(text + n, payload, PAYLOAD);
		text[n + PAYLOAD] = ',';
	}
	memcpy(text + n, attack, sizeof(attack) - 1);
	p.payload = ew_bytes(text, n + sizeof(attack) - 1);
	size_t size = ew_mqtt_write(out, cap + 64, &p);
	for (unsigned i = 0; i < clients; i++) {
		l[i] = join(port, i);
		fds[i] = (struct pollfd){ l[i]->fd, POLLIN, 0 };
		for (int k = 0; k < WINDOW; k++)
			send_all(l[i]->fd, out, size);
	}
	while (got < total) {
		if (poll(fds, clients, 10000) <= 0)
			fail("nothing comes");
		for (unsigned i = 0; i < clients; i++) {
			ssize_t in = fds[i].revents ? recv(l[i]->fd, l[i]->in, sizeof(l[i]->in), 0) : 0;
			if (in < 0 || (in == 0 && fds[i].revents))
				fail("recv");
			for (l[i]->have += (size_t)in; l[i]->have >= 4; l[i]->have -= 4, got++)
				send_all(l[i]->fd, out, size); /* a PUBACK has four bytes */
		}
		if (!begin && got >= warm) {
			begin = now_ns();
			warm = got;
		}
	}
	printf("%.0f\n", (double)(got - warm) * 1e9 / (double)(now_ns() - begin));
	free(text);
	free(out);
}

static void idle(const char *port, unsigned count)
{
	enum { AT_ONCE = 100 };
	int fds[AT_ONCE];
	char c;

	for (unsigned i = 0; i < count; i += AT_ONCE) {
		for (unsigned k = 0; k < AT_ONCE; k++) {
			fds[k] = dial(port);
			greet(fds[k], i + k);
		}
		for (unsigned k = 0; k < AT_ONCE; k++)
			expect(fds[k], EW_MQTT_CONNACK);
	}
	printf("ready\n");
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
}

int main(int argc, char **argv)
{
	memset(payload + strlen(payload), ' ', PAYLOAD - 1 - strlen(payload));
	payload[PAYLOAD - 1] = '}';
	if (argc == 7 && (!strcmp(argv[1], "speed") || !strcmp(argv[1], "delay"))) {
		(argv[1][0] == 's' ? speed : delay)(argv[2], argv[3], (unsigned)strtoul(argv[4], NULL, 10),
		                                    strtoul(argv[5], NULL, 10), strtoul(argv[6], NULL, 10));
	} else if (argc == 6 && !strcmp(argv[1], "many")) {
		many(argv[2], (unsigned)strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10),
		     strtoul(argv[5], NULL, 10));
	} else if (argc == 4 && !strcmp(argv[1], "idle")) {
		idle(argv[2], (unsigned)strtoul(argv[3], NULL, 10));
	} else {
		fprintf(stderr, "bench_mqtt_load: what to do? Its head comment says what there is\n");
		return 64;
	}
	return 0;
}
