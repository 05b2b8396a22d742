/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One look-up, shared by the loop and a detached thread; whoever lets go last frees it.  An eventfd
 * tells the loop.  An address in digits needs no thread. */

#include "daemon/resolve.h"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct ew_resolve {
	_Atomic int users; /* the loop, the thread */
	int fd;
	struct event *ready;
	ew_resolved_fn fn;
	void *arg;
	struct ew_addresses all;
	char port[6];
	char host[];
};

static void drop(struct ew_resolve *r)
{
	if (atomic_fetch_sub(&r->users, 1) != 1)
		return;
	close(r->fd);
	free(r);
}

static void look_up(struct ew_resolve *r, int flags)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = flags }, *list;
	int rc = getaddrinfo(r->host, r->port, &hints, &list);

	r->all.n = 0;
	if (rc != 0) {
		r->all.error = gai_strerror(rc);
		return;
	}
	for (struct addrinfo *a = list; a && r->all.n < EW_RESOLVE_MOST; a = a->ai_next) {
		if (a->ai_addrlen > sizeof(r->all.v[0].a))
			continue;
		memcpy(&r->all.v[r->all.n].a, a->ai_addr, a->ai_addrlen);
		r->all.v[r->all.n++].n = a->ai_addrlen;
	}
	freeaddrinfo(list);
	r->all.error = r->all.n ? NULL : "the name has no address";
}

static void tell(struct ew_resolve *r)
{
	uint64_t one = 1;

	if (write(r->fd, &one, sizeof(one)) < 0) {
		/* Only a full counter fails, and then it is readable. */
	}
}

static void *thread_main(void *arg)
{
	struct ew_resolve *r = arg;

	look_up(r, AI_ADDRCONFIG);
	tell(r);
	drop(r);
	return NULL;
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct ew_resolve *r = arg;

	(void)fd;
	(void)what;
	event_free(r->ready);
	r->fn(r->arg, &r->all);
	drop(r);
}

static bool start_thread(struct ew_resolve *r)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, was;
	bool good;

	if (pthread_attr_init(&attr) != 0)
		return false;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	atomic_store(&r->users, 2);
	good = pthread_create(&thread, &attr, thread_main, r) == 0;
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	pthread_attr_destroy(&attr);
	return good;
}

struct ew_resolve *ew_resolve_start(struct event_base *base, const char *host, uint16_t port,
                                    ew_resolved_fn fn, void *arg)
{
	size_t n = strlen(host) + 1;
	struct ew_resolve *r = calloc(1, sizeof(*r) + n);

	if (!r)
		return NULL;
	atomic_store(&r->users, 1);
	r->fn = fn;
	r->arg = arg;
	memcpy(r->host, host, n);
	snprintf(r->port, sizeof(r->port), "%u", port);
	r->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	r->ready = r->fd < 0 ? NULL : event_new(base, r->fd, EV_READ, on_ready, r);
	if (!r->ready || event_add(r->ready, NULL) != 0)
		goto fail;
	look_up(r, AI_NUMERICHOST);
	if (r->all.n)
		tell(r);
	else if (!start_thread(r))
		goto fail;
	return r;
fail:
	if (r->ready)
		event_free(r->ready);
	if (r->fd >= 0)
		close(r->fd);
	free(r);
	return NULL;
}

void ew_resolve_cancel(struct ew_resolve **rp)
{
	struct ew_resolve *r = *rp;

	*rp = NULL;
	if (!r)
		return;
	event_free(r->ready);
	drop(r);
}
