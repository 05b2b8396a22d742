/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Sockets in a loop.  Writing is tried at once; only what the kernel refuses costs an epoll_ctl and a
 * turn of the loop. */

#include "daemon/conn.h"

#include "eventwall/error.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PARTS_MOST 6
#define GATHER_MOST 2048u /* parts that are cheaper to copy together than to describe to the kernel */

/* Straight to the kernel: the functions of the C library are points where a thread may be cancelled, guarded
 * by two locked operations a call, and no thread of ours ever is.  recvfrom and sendto do what read(2) and
 * write(2) do without their way through the file layer. */
static ssize_t plain_read(struct ew_conn *c, void *p, size_t n)
{
	return syscall(SYS_recvfrom, c->fd, p, n, 0, NULL, NULL);
}

static ssize_t plain_write(struct ew_conn *c, const struct iovec *v, int n)
{
	if (n == 1)
		return syscall(SYS_sendto, c->fd, v->iov_base, v->iov_len, MSG_NOSIGNAL, NULL, 0);
	struct msghdr m = { .msg_iov = (struct iovec *)(uintptr_t)v, .msg_iovlen = (size_t)n };

	return syscall(SYS_sendmsg, c->fd, &m, MSG_NOSIGNAL);
}

static void plain_shut(struct ew_conn *c)
{
	shutdown(c->fd, SHUT_WR);
}

static void plain_close(struct ew_conn *c)
{
	close(c->fd);
}

const struct ew_conn_ops ew_conn_plain = { "plain", plain_read, plain_write, plain_shut, plain_close };

void ew_conn_open(struct ew_conn *c, const struct ew_conn_ops *ops, struct event_base *base, int fd,
                  event_callback_fn on_readable, event_callback_fn on_writable, void *arg)
{
	*c = (struct ew_conn){ .ops = ops, .fd = fd };
	event_assign(&c->readable, base, fd, EV_READ | EV_PERSIST, on_readable, arg);
	event_assign(&c->writable, base, fd, EV_WRITE | EV_PERSIST, on_writable, arg);
}

void ew_conn_open_edge(struct ew_conn *c, const struct ew_conn_ops *ops, struct event_base *base, int fd,
                       event_callback_fn on_readable, event_callback_fn on_writable, void *arg)
{
	*c = (struct ew_conn){ .ops = ops, .fd = fd };
	event_assign(&c->readable, base, fd, EV_READ | EV_CLOSED | EV_PERSIST | EV_ET, on_readable, arg);
	event_assign(&c->writable, base, fd, EV_WRITE | EV_PERSIST | EV_ET, on_writable, arg);
}

void ew_conn_close(struct ew_conn *c)
{
	if (c->fd < 0)
		return;
	if (c->waits)
		ew_burst_drop(c->burst, c);
	ew_conn_watch(c, false);
	ew_conn_watch_write(c, false);
	c->ops->close(c);
	c->fd = -1;
	ew_buffer_release(&c->out);
	c->lent = ew_bytes(NULL, 0);
}

static void watch(struct event *e, bool *is, bool want)
{
	if (*is == want)
		return;
	/* Adding fails only without memory; the connection then goes quiet and its timeout ends it. */
	if ((want ? event_add(e, NULL) : event_del(e)) == 0)
		*is = want;
}

void ew_conn_watch(struct ew_conn *c, bool reads)
{
	watch(&c->readable, &c->reads, reads);
}

void ew_conn_watch_write(struct ew_conn *c, bool writes)
{
	watch(&c->writable, &c->writes, writes);
}

ssize_t ew_conn_read(struct ew_conn *c, void *p, size_t n)
{
	ssize_t got = c->ops->read(c, p, n);

	if (got >= 0)
		return got;
	return errno == EAGAIN || errno == EINTR ? EW_CONN_NOTHING : EW_CONN_BROKEN;
}

void ew_conn_queue(struct ew_conn *c, const void *p, size_t n)
{
	ew_assert(c->lent.n == 0);
	ew_buffer_put(&c->out, p, n);
}

/* Write as much as goes.  The first `done` bytes of the parts are gone on return. */
static bool write_some(struct ew_conn *c, const struct iovec *v, int n, size_t *done)
{
	ssize_t put;

	*done = 0;
	if (n == 0)
		return true;
	put = c->ops->write(c, v, n);
	if (put < 0)
		return errno == EAGAIN || errno == EINTR;
	*done = (size_t)put;
	return true;
}

static void take_from_out(struct ew_conn *c, size_t *done)
{
	size_t held = ew_buffer_held(&c->out), n = *done < held ? *done : held;

	c->out.from += n;
	*done -= n;
	if (c->out.p && ew_buffer_held(&c->out) == 0)
		ew_buffer_release(&c->out);
}

static void settle(struct ew_conn *c)
{
	ew_conn_watch_write(c, ew_conn_unsent(c) > 0);
}

/* Parts as one writev behind what is queued; the first unsent byte of them is reported. */
static bool send_parts(struct ew_conn *c, const struct ew_bytes *part, int n, size_t *done)
{
	struct iovec v[PARTS_MOST + 1];
	int count = 0;

	ew_assert(n <= PARTS_MOST && c->lent.n == 0);
	*done = 0;
	if (c->out.failed)
		return false;
	if (c->writes)
		return true; /* the kernel is full: keep the order, wait for the callback */
	if (ew_buffer_held(&c->out)) {
		v[count].iov_base = c->out.p + c->out.from;
		v[count++].iov_len = ew_buffer_held(&c->out);
	}
	for (int i = 0; i < n; i++) {
		if (part[i].n == 0)
			continue;
		v[count].iov_base = (void *)(uintptr_t)part[i].p;
		v[count++].iov_len = part[i].n;
	}
	if (!write_some(c, v, count, done))
		return false;
	take_from_out(c, done);
	return true;
}

/* While the kernel is full there is nothing to gain. */
static bool waits(struct ew_conn *c, size_t n)
{
	return c->burst && n && !c->writes && ew_burst_takes(c->burst, c, n);
}

bool ew_conn_send(struct ew_conn *c, const struct ew_bytes *part, int n)
{
	size_t done, all = 0;

	for (int i = 0; i < n; i++)
		all += part[i].n;
	if (waits(c, all + ew_buffer_held(&c->out))) {
		for (int i = 0; i < n; i++)
			ew_buffer_put(&c->out, part[i].p, part[i].n);
		return !c->out.failed;
	}
	if (all <= GATHER_MOST && ew_buffer_held(&c->out)) {
		ew_assert(c->lent.n == 0);
		for (int i = 0; i < n; i++)
			ew_buffer_put(&c->out, part[i].p, part[i].n);
		n = 0;
	}
	if (!send_parts(c, part, n, &done))
		return false;
	for (int i = 0; i < n; i++) {
		size_t skip = done < part[i].n ? done : part[i].n;
		done -= skip;
		if (part[i].n > skip)
			ew_buffer_put(&c->out, part[i].p + skip, part[i].n - skip);
	}
	settle(c);
	return !c->out.failed;
}

bool ew_conn_send_lent(struct ew_conn *c, struct ew_bytes head, struct ew_bytes body)
{
	struct ew_bytes part[2] = { head, body };
	size_t done;

	ew_assert(c->lent.n == 0);
	if (waits(c, head.n + body.n)) {
		ew_buffer_put(&c->out, head.p, head.n);
		c->lent = body;
		return !c->out.failed;
	}
	if (!send_parts(c, part, 2, &done))
		return false;
	if (done < head.n) {
		ew_buffer_put(&c->out, head.p + done, head.n - done);
		done = head.n;
	}
	c->lent = ew_bytes_from(body, done - head.n);
	settle(c);
	return !c->out.failed;
}

bool ew_conn_flush(struct ew_conn *c)
{
	struct iovec v[2];
	int n = 0;
	size_t done;

	if (c->out.failed)
		return false;
	if (ew_buffer_held(&c->out)) {
		v[n].iov_base = c->out.p + c->out.from;
		v[n++].iov_len = ew_buffer_held(&c->out);
	}
	if (c->lent.n) {
		v[n].iov_base = (void *)(uintptr_t)c->lent.p;
		v[n++].iov_len = c->lent.n;
	}
	if (!write_some(c, v, n, &done))
		return false;
	take_from_out(c, &done);
	c->lent = ew_bytes_from(c->lent, done);
	settle(c);
	return true;
}
