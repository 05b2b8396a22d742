/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Connections to one function: made when there is none, kept when they can be used again.
 *
 * The pool is last in, first out, so that few connections stay busy and the others reach their time and
 * go.  A connection that turns readable while it is idle is closed: whatever comes there answers
 * nothing. */

#include "daemon/http_back.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS UINT64_C(1000000)
#define AGE_MOST_NS (UINT64_C(3600) * 1000 * MS)
#define LOOK_AFTER_NS (UINT64_C(1000) * MS)

static void list_remove(struct ew_upstream_list *l, struct ew_upstream *u)
{
	if (u->prev)
		u->prev->next = u->next;
	else
		l->head = u->next;
	if (u->next)
		u->next->prev = u->prev;
	else
		l->tail = u->prev;
	u->prev = u->next = NULL;
	l->count--;
}

static void list_push(struct ew_upstream_list *l, struct ew_upstream *u)
{
	u->prev = NULL;
	u->next = l->head;
	if (l->head)
		l->head->prev = u;
	else
		l->tail = u;
	l->head = u;
	l->count++;
}

static void bury(struct ew_upstream *u)
{
	ew_conn_close(&u->conn);
	ew_buffer_release(&u->in);
	u->state = EW_UPSTREAM_DEAD;
	u->next = u->back->parked;
	u->back->parked = u;
}

/* Its peer may have closed it in this very turn of the loop.  Looking costs a system call, so one that
 * was just used is trusted. */
static bool looks_alive(const struct ew_upstream *u, uint64_t now)
{
	uint8_t byte;

	if (now - u->seen_ns < LOOK_AFTER_NS)
		return true;
	return recv(u->conn.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	       (errno == EAGAIN || errno == EINTR);
}

static struct ew_upstream *take_idle(struct ew_http_back *b)
{
	uint64_t now = ew_coarse_ns();

	while (b->idle.head) {
		struct ew_upstream *u = b->idle.head;
		list_remove(&b->idle, u);
		if (now - u->born_ns < AGE_MOST_NS && looks_alive(u, now)) {
			u->seen_ns = now;
			return u;
		}
		bury(u);
	}
	return NULL;
}

struct ew_upstream *ew_upstream_get(struct ew_http_back *b, bool pooled)
{
	struct ew_upstream *u = pooled ? take_idle(b) : NULL;

	if (u) {
		u->pooled = true;
	} else {
		u = calloc(1, sizeof(*u));
		if (!u)
			return NULL;
		u->back = b;
		u->conn.fd = -1;
		u->born_ns = ew_coarse_ns();
		u->state = EW_UPSTREAM_NAME;
	}
	list_push(&b->busy, u);
	return u;
}

static int dial(const struct ew_address *a)
{
	int one = 1, fd = socket(a->a.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	if (connect(fd, (const struct sockaddr *)(const void *)&a->a, a->n) == 0 ||
	    errno == EINPROGRESS || errno == EINTR)
		return fd;
	int why = errno;
	close(fd);
	errno = why;
	return -1;
}

enum ew_upstream_state ew_upstream_connect(struct ew_upstream *u, event_callback_fn on_readable,
                                           event_callback_fn on_writable)
{
	const struct ew_address *a;
	size_t n = ew_name_addresses(u->back->name, ew_now_ns(), &a);

	ew_conn_close(&u->conn);
	if (n == 0)
		return u->state = EW_UPSTREAM_NAME;
	while (u->tried < n) {
		int fd = dial(&a[u->tried++]);
		if (fd < 0)
			continue;
		ew_conn_open_edge(&u->conn, &ew_conn_plain, u->back->base.worker->base, fd, on_readable,
		                  on_writable, u);
		u->conn.burst = &u->back->base.worker->burst;
		ew_conn_watch_write(&u->conn, true);
		return u->state = EW_UPSTREAM_CONNECT;
	}
	return EW_UPSTREAM_DEAD;
}

void ew_upstream_release(struct ew_upstream *u, bool keep)
{
	struct ew_http_back *b = u->back;
	size_t most = b->base.config->http.idle_connections;

	list_remove(&b->busy, u);
	if (!keep || most == 0 || b->base.retired) {
		bury(u);
		return;
	}
	ew_buffer_release(&u->in);
	u->state = EW_UPSTREAM_IDLE;
	u->ev = NULL;
	ew_conn_watch(&u->conn, true); /* a slow client may have stopped it */
	list_push(&b->idle, u);
	if (b->idle.count > most) {
		struct ew_upstream *oldest = b->idle.tail;
		list_remove(&b->idle, oldest);
		bury(oldest);
	}
}

void ew_upstream_drop_idle(struct ew_upstream *u)
{
	list_remove(&u->back->idle, u);
	bury(u);
}

void ew_upstream_tidy(struct ew_http_back *b, bool all)
{
	uint64_t now = ew_coarse_ns();

	while (b->idle.tail && (all || now - b->idle.tail->seen_ns >
	                               b->base.config->http.idle_timeout_ms * MS)) {
		struct ew_upstream *u = b->idle.tail;
		list_remove(&b->idle, u);
		bury(u);
	}
	while (b->parked) {
		struct ew_upstream *u = b->parked;
		b->parked = u->next;
		free(u->chunks);
		free(u);
	}
}
