/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Name lookups off the loop.
 *
 * One lookup is a small counted object shared by its thread and the name that asked; whoever comes last
 * frees it, so closing a name never waits for a resolver that hangs. */

#include "daemon/name.h"

#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)
#define FRESH_NS (30 * SECOND)
#define AGAIN_NS SECOND

struct lookup {
	_Atomic int refs;
	_Atomic bool done;
	char host[256], port[8];
	struct ew_address found[EW_NAME_ADDRESSES];
	size_t count;
};

struct ew_name {
	char host[256], port[8];
	bool numeric;
	struct lookup *running;
	struct ew_address address[EW_NAME_ADDRESSES];
	size_t count;
	uint64_t asked_ns;
};

static size_t ask(const char *host, const char *port, int flags, struct ew_address *out)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = flags | AI_NUMERICSERV };
	struct addrinfo *all;
	size_t n = 0;

	if (getaddrinfo(host, port, &hints, &all) != 0)
		return 0;
	for (struct addrinfo *a = all; a && n < EW_NAME_ADDRESSES; a = a->ai_next) {
		memcpy(&out[n].a, a->ai_addr, a->ai_addrlen);
		out[n++].n = a->ai_addrlen;
	}
	freeaddrinfo(all);
	return n;
}

static void lookup_unref(struct lookup *l)
{
	if (atomic_fetch_sub(&l->refs, 1) == 1)
		free(l);
}

static void *lookup_main(void *arg)
{
	struct lookup *l = arg;

	l->count = ask(l->host, l->port, 0, l->found);
	atomic_store(&l->done, true);
	lookup_unref(l);
	return NULL;
}

static void begin_lookup(struct ew_name *n)
{
	struct lookup *l = calloc(1, sizeof(*l));
	pthread_attr_t attr;
	pthread_t thread;

	if (!l)
		return;
	atomic_init(&l->refs, 2);
	memcpy(l->host, n->host, sizeof(l->host));
	memcpy(l->port, n->port, sizeof(l->port));
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attr, lookup_main, l) == 0)
		n->running = l;
	else
		free(l);
	pthread_attr_destroy(&attr);
}

static void end_lookup(struct ew_name *n)
{
	struct lookup *l = n->running;

	/* A name that cannot be found any more keeps its last addresses: the resolver may be down. */
	if (l->count) {
		memcpy(n->address, l->found, sizeof(n->address));
		n->count = l->count;
	}
	n->running = NULL;
	lookup_unref(l);
}

struct ew_name *ew_name_open(const char *host, uint16_t port, bool may_block)
{
	struct ew_name *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	snprintf(n->host, sizeof(n->host), "%s", host);
	snprintf(n->port, sizeof(n->port), "%u", (unsigned)port);
	n->count = ask(n->host, n->port, AI_NUMERICHOST, n->address);
	n->numeric = n->count > 0;
	if (!n->numeric && may_block)
		n->count = ask(n->host, n->port, 0, n->address);
	return n;
}

void ew_name_close(struct ew_name **np)
{
	struct ew_name *n = *np;

	*np = NULL;
	if (!n)
		return;
	if (n->running)
		lookup_unref(n->running);
	free(n);
}

size_t ew_name_addresses(struct ew_name *n, uint64_t now_ns, const struct ew_address **v_r)
{
	*v_r = n->address;
	if (n->numeric)
		return n->count;
	if (n->running && atomic_load(&n->running->done))
		end_lookup(n);
	if (!n->running && (n->asked_ns == 0 ||
	                    now_ns - n->asked_ns > (n->count ? FRESH_NS : AGAIN_NS))) {
		/* An answer from opening counts as fresh. */
		bool known = n->asked_ns == 0 && n->count;
		n->asked_ns = now_ns;
		if (!known)
			begin_lookup(n);
	}
	return n->count;
}
