/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One GET on a connection of its own.  A tick looks for the address of the name and for the time that is left; the
 * rest are events of the socket.  Redirects are not followed, and an answer past EW_FETCH_MOST is none.
 *
 * The trap: the answer is a peer's as any other, so it is read by the strict parser of responses. */

#include "daemon/fetch.h"

#include "daemon/conn.h"
#include "daemon/event.h"
#include "daemon/worker.h"
#include "eventwall/http1.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TICK_MS 10
#define READ_ROOM 16384

struct ew_fetch {
	struct event_base *base;
	struct ew_name *name;
	ew_fetched_fn fn;
	void *arg;
	char *request;
	struct ew_conn conn;
	struct event tick;
	uint64_t deadline_ns;
	size_t tried; /* addresses */
	bool connected;
	struct ew_buffer in;
	size_t scanned;
};

static void free_fetch(struct ew_fetch *f)
{
	event_del(&f->tick);
	ew_conn_close(&f->conn);
	ew_buffer_release(&f->in);
	ew_buffers_unref();
	free(f->request);
	free(f);
}

static void finish(struct ew_fetch *f, unsigned code, struct ew_bytes body)
{
	f->fn(f->arg, code, body);
	free_fetch(f);
}

static void fail(struct ew_fetch *f)
{
	finish(f, 0, ew_bytes(NULL, 0));
}

/* The content of what has arrived.  EW_MORE: not all of it yet. */
static enum ew_status take_body(struct ew_fetch *f, const struct ew_http_head *head, bool ended,
                                struct ew_bytes *body_r)
{
	static const struct ew_http_limits lim = { .line = 8192, .head = 16384, .headers = 100,
		                                   .body = EW_FETCH_MOST };
	struct ew_bytes rest = ew_bytes_from(ew_buffer_view(&f->in), head->size);
	struct ew_http_chunked chunks = { 0 };
	uint8_t trailer[EW_HTTP_TRAILER_MOST], *copy;
	size_t n = rest.n, trailers = 0;

	*body_r = rest;
	switch (head->body) {
	case EW_HTTP_BODY_NONE:
		*body_r = ew_bytes(NULL, 0);
		return EW_OK;
	case EW_HTTP_BODY_LENGTH:
		if (rest.n < head->length)
			return ended ? EW_TRUNCATED : EW_MORE;
		body_r->n = (size_t)head->length;
		return EW_OK;
	case EW_HTTP_BODY_CLOSE:
		return ended ? EW_OK : EW_MORE;
	case EW_HTTP_BODY_CHUNKED:
		break;
	}
	/* Undone at the end in one go: we asked for a connection that closes. */
	if (!ended)
		return EW_MORE;
	copy = (uint8_t *)(uintptr_t)rest.p;
	struct ew_parse p = ew_http_unchunk(&chunks, copy, &n, &lim, trailer, &trailers);
	*body_r = ew_bytes(copy, n);
	return p.status == EW_MORE ? EW_TRUNCATED : p.status;
}

static void look(struct ew_fetch *f, bool ended)
{
	static const struct ew_http_limits lim = EW_HTTP_LIMITS_DEFAULT;
	struct ew_http_head head;
	struct ew_bytes body;
	struct ew_parse p = ew_http_response(&head, ew_buffer_view(&f->in), EW_LIT("GET"), &lim, &f->scanned);
	enum ew_status s = p.status;

	if (s == EW_OK)
		s = take_body(f, &head, ended, &body);
	if (s == EW_OK)
		finish(f, head.code, body);
	else if (s != EW_MORE || ended)
		fail(f);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct ew_fetch *f = arg;
	ssize_t n;

	(void)fd;
	(void)what;
	do {
		if (ew_buffer_held(&f->in) > EW_FETCH_MOST || !ew_buffer_reserve(&f->in, READ_ROOM)) {
			fail(f);
			return;
		}
		n = ew_conn_read(&f->conn, ew_buffer_end(&f->in), ew_buffer_room(&f->in));
		if (n > 0)
			f->in.to += (size_t)n;
	} while (n > 0);
	if (n == EW_CONN_BROKEN)
		fail(f);
	else
		look(f, n == EW_CONN_END);
}

static void on_writable(evutil_socket_t fd, short what, void *arg);

/* The next address; false: there is none left. */
static bool dial(struct ew_fetch *f)
{
	const struct ew_address *all;
	size_t n = ew_name_addresses(f->name, ew_now_ns(), &all);

	while (f->tried < n) {
		const struct ew_address *a = &all[f->tried++];
		int fd = socket(a->a.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (fd < 0)
			return false;
		if (connect(fd, (const struct sockaddr *)(const void *)&a->a, a->n) != 0 && errno != EINPROGRESS &&
		    errno != EINTR) {
			close(fd);
			continue;
		}
		ew_conn_open(&f->conn, &ew_conn_plain, f->base, fd, on_readable, on_writable, f);
		ew_conn_watch_write(&f->conn, true);
		return true;
	}
	return false;
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct ew_fetch *f = arg;
	struct ew_bytes request = ew_bytes_str(f->request);
	int why = 0;
	socklen_t n = sizeof(why);

	(void)what;
	if (f->connected) {
		if (!ew_conn_flush(&f->conn))
			fail(f);
		return;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &n) != 0 || why != 0) {
		ew_conn_close(&f->conn);
		if (!dial(f))
			fail(f);
		return;
	}
	f->connected = true;
	ew_conn_watch_write(&f->conn, false);
	ew_conn_watch(&f->conn, true);
	if (!ew_conn_send(&f->conn, &request, 1))
		fail(f);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct ew_fetch *f = arg;
	uint64_t now = ew_now_ns();
	const struct ew_address *all;

	(void)fd;
	(void)what;
	if (now >= f->deadline_ns)
		fail(f);
	else if (!ew_conn_is_open(&f->conn) && ew_name_addresses(f->name, now, &all) && !dial(f))
		fail(f);
}

struct ew_fetch *ew_fetch_start(struct event_base *base, struct ew_name *name, const char *authority,
                                const char *target, uint32_t timeout_ms, ew_fetched_fn fn, void *arg)
{
	struct ew_fetch *f = calloc(1, sizeof(*f));
	struct timeval tick = { 0, TICK_MS * 1000 };

	if (!f || asprintf(&f->request,
	                   "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n"
	                   "User-Agent: eventwall\r\nConnection: close\r\n\r\n", target, authority) < 0) {
		free(f);
		return NULL;
	}
	ew_buffers_ref();
	f->base = base;
	f->name = name;
	f->fn = fn;
	f->arg = arg;
	f->conn.fd = -1;
	f->deadline_ns = ew_now_ns() + (uint64_t)timeout_ms * 1000000;
	event_assign(&f->tick, base, -1, EV_PERSIST, on_tick, f);
	event_add(&f->tick, &tick);
	event_active(&f->tick, EV_TIMEOUT, 0);
	return f;
}

void ew_fetch_cancel(struct ew_fetch **f)
{
	if (*f)
		free_fetch(*f);
	*f = NULL;
}
