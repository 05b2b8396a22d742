/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What is sent in one turn of a loop, over socket pairs: at once in a quiet turn, together in a busy one, and by
 * whom it is still sent when connections go meanwhile. */

#include "daemon/burst.h"
#include "daemon/conn.h"

#include "tap.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEERS 40
#define NOBODY (-1)

static struct event_base *base;
static struct ew_burst burst;

/* One connection, and what happens when it is its turn. */
static struct peer {
	struct ew_conn conn;
	struct event turn;
	int far, number;
	size_t size;      /* to send in its turn, half of it lent if `lends` */
	bool lends;
	int closes, tells; /* in its turn; from its writable callback */
	size_t before;    /* bytes that had arrived at all others when its turn came */
	unsigned called;
	size_t arrived;
} peer[PEERS];

static uint8_t text[16384];
static bool looks = true; /* at what has arrived, in each turn */

/* What has arrived at one since the last look. */
static size_t take(struct peer *p)
{
	static uint8_t waste[65536];
	ssize_t got, all = 0;

	while ((got = recv(p->far, waste, sizeof(waste), MSG_DONTWAIT)) > 0)
		all += got;
	p->arrived += (size_t)all;
	return (size_t)all;
}

static size_t take_all(void)
{
	size_t n = 0;

	for (int i = 0; i < PEERS; i++)
		n += take(&peer[i]);
	return n;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct peer *p = arg;
	struct ew_bytes more = ew_bytes(text, 5);

	(void)fd, (void)what;
	p->called++;
	if (!ew_conn_flush(&p->conn))
		ew_conn_close(&p->conn);
	if (p->tells != NOBODY && !ew_conn_send(&peer[p->tells].conn, &more, 1))
		abort();
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct peer *p = arg;
	struct ew_bytes all = ew_bytes(text, p->size);

	(void)fd, (void)what;
	if (looks)
		p->before = take_all();
	if (p->closes != NOBODY)
		ew_conn_close(&peer[p->closes].conn);
	bool sent = p->lends ? ew_conn_send_lent(&p->conn, ew_bytes(text, p->size / 2),
	                                         ew_bytes_from(all, p->size / 2)) :
	                       ew_conn_send(&p->conn, &all, 1);
	if (!sent)
		abort();
}

static void open_all(size_t size)
{
	int fd[2];

	for (int i = 0; i < PEERS; i++) {
		struct peer *p = &peer[i];
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd) != 0)
			abort();
		*p = (struct peer){ .far = fd[1], .number = i, .size = size, .closes = NOBODY, .tells = NOBODY };
		ew_conn_open(&p->conn, &ew_conn_plain, base, fd[0], on_readable, on_writable, p);
		p->conn.burst = &burst;
		event_assign(&p->turn, base, -1, 0, on_turn, p);
	}
}

/* One turn, in which the first `n` have theirs, and what arrived by then. */
static size_t run(int n)
{
	for (int i = 0; i < n; i++)
		event_active(&peer[i].turn, EV_TIMEOUT, 0);
	event_base_loop(base, EVLOOP_NONBLOCK);
	return take_all();
}

static void close_all(void)
{
	for (int i = 0; i < PEERS; i++) {
		ew_conn_close(&peer[i].conn);
		close(peer[i].far);
	}
}

/* Whose turn found nothing that had arrived before, of the first `n`. */
static int silent(int n)
{
	int silent = 0;

	for (int i = 0; i < n; i++)
		silent += peer[i].before == 0;
	return silent;
}

static void quiet_and_busy(void)
{
	open_all(10);
	is_int(run(3), 10, "in a quiet turn the last one's bytes are all that is left to arrive");
	ok(peer[1].before == 10 && peer[2].before == 10 && peer[0].called == 0, "the others' went at once");
	close_all();

	open_all(10);
	is_int(run(12), 120, "in a busy one all leaves at its end");
	is_int(silent(12), 12, "and nothing before");
	ok(peer[0].called == 1 && peer[11].called == 1, "each is called once");
	is_int(run(1), 10, "then it is quiet again");
	ok(peer[0].called == 1 && burst.count == 0, "and nobody waits");
	close_all();
}

static void full(void)
{
	open_all(10);
	is_int(run(40), 80, "of forty the last eight leave at the end");
	ok(peer[EW_BURST_SENDS].before == EW_BURST_SENDS * 10 &&
	           peer[2 * EW_BURST_SENDS].before == EW_BURST_SENDS * 10,
	   "the others as soon as they are enough");
	is_int(silent(40), 38, "and never one alone");
	close_all();

	open_all(6000);
	is_int(run(12), 36000, "of twelve large ones six leave at the end");
	is_int(peer[6].before, 36000, "and six when it is enough");
	close_all();

	open_all(10);
	peer[3].size = EW_BURST_ALONE + 1;
	is_int(run(12), 110, "eleven wait");
	is_int(peer[4].before, EW_BURST_ALONE + 1, "and a larger one does not");
	close_all();
}

static void going(void)
{
	open_all(10);
	peer[5].closes = 2;
	is_int(run(12), 110, "what a closed one had to say is not sent");
	uint8_t byte;
	ok(peer[2].called == 0 && recv(peer[2].far, &byte, 1, MSG_DONTWAIT) == 0, "nor is it called");
	close_all();

	open_all(10);
	peer[0].tells = 20;
	peer[1].tells = 0;
	is_int(run(12), 135, "what a callback sends leaves with the others");
	ok(peer[0].called == 2 && peer[20].called == 2 && burst.count == 0, "also over one that was called before");
	close_all();

	open_all(100);
	peer[4].lends = true;
	is_int(run(12), 1200, "lent bytes wait as well");
	ok(peer[4].arrived == 100 && ew_conn_unsent(&peer[4].conn) == 0, "and are given back");
	close_all();

	open_all(10);
	for (int i = 0; i < 12; i++)
		event_active(&peer[i].turn, EV_TIMEOUT, 0);
	event_base_loopbreak(base);
	event_base_loop(base, EVLOOP_NONBLOCK);
	ew_burst_send(&burst);
	is_int(take_all(), 120, "a loop that was broken off can be made to send");
	close_all();
}

static void no_room(void)
{
	size_t filled = 0;
	ssize_t put;

	open_all(1000);
	looks = false;
	for (size_t n = sizeof(text); n; n = put < 0 ? n / 2 : n) {
		put = send(peer[0].conn.fd, text, n, MSG_DONTWAIT);
		filled += put > 0 ? (size_t)put : 0;
	}
	for (int i = 0; i < 12; i++)
		event_active(&peer[i].turn, EV_TIMEOUT, 0);
	event_base_loop(base, EVLOOP_NONBLOCK);
	ok(peer[0].called == 1 && peer[0].conn.writes && ew_conn_unsent(&peer[0].conn) == 1000,
	   "for one the kernel has no room");
	ok(!peer[11].conn.writes && ew_conn_unsent(&peer[11].conn) == 0, "the others do not wait for it");
	looks = true;
	take_all();
	event_base_loop(base, EVLOOP_NONBLOCK);
	take_all();
	is_int((long)peer[0].arrived, (long)filled + 1000, "and it sends when there is");
	close_all();
}

int main(void)
{
	ew_buffers_ref();
	base = event_base_new();
	if (!base || event_base_priority_init(base, 2) != 0)
		abort();
	memset(text, 'x', sizeof(text));
	ew_burst_init(&burst, base);
	quiet_and_busy();
	full();
	going();
	no_room();
	ew_burst_fini(&burst);
	event_base_free(base);
	ew_buffers_unref();
	return done();
}
