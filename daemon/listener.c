/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Opening sockets, taking connections off them, staying alive when descriptors or the owner's room run out.
 *
 * Each worker has its own socket on the address (SO_REUSEPORT) and the kernel spreads connections.
 * Whoever closes one first takes what waits in its queue: those clients would be reset. */

#include "daemon/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ACCEPT_AT_ONCE 64
#define BACKLOG 1024


/* As text, and as an IPv6 address that an IPv4 one is mapped into. */
static void name_peer(const struct sockaddr_storage *a, char out[EW_PEER_TEXT], uint8_t address[16])
{
	const void *p = NULL;
	int family = a->ss_family;

	out[0] = 0;
	memset(address, 0, 16);
	if (family == AF_INET) {
		p = &((const struct sockaddr_in *)(const void *)a)->sin_addr;
		memset(address + 10, 0xff, 2);
		memcpy(address + 12, p, 4);
	} else if (family == AF_INET6) {
		const struct in6_addr *in6 = &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
		bool mapped = IN6_IS_ADDR_V4MAPPED(in6);
		memcpy(address, in6->s6_addr, 16);
		family = mapped ? AF_INET : AF_INET6;
		p = mapped ? (const void *)&in6->s6_addr[12] : (const void *)in6;
	}
	if (p && !inet_ntop(family, p, out, EW_PEER_TEXT))
		out[0] = 0;
}

static void watch_all(struct ew_listener *l, bool on)
{
	for (unsigned i = 0; i < l->count; i++) {
		if (on)
			event_add(&l->socket[i].accept, NULL);
		else
			event_del(&l->socket[i].accept);
	}
}

static void pause_listening(struct ew_listener *l)
{
	struct timeval t = { 0, 100000 };

	if (evtimer_add(&l->pause, &t) == 0)
		watch_all(l, false);
}

static void on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	watch_all(arg, true);
}

/* Out of descriptors: the spare one lets us take the connection and close it, so that the client is
 * told now instead of after its timeout. */
static void refuse_with_spare(struct ew_listener *l, int listener)
{
	if (l->spare_fd >= 0)
		close(l->spare_fd);
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		close(fd);
	l->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	l->ops->refused(l->owner);
	pause_listening(l);
}

/* False: nothing more to take now. */
static bool accept_one(struct ew_listener *l, int listener)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof(a);
	char peer[EW_PEER_TEXT];
	uint8_t address[16];

	if (!l->ops->room(l->owner)) {
		pause_listening(l);
		return false;
	}
	int fd = accept4(listener, (struct sockaddr *)(void *)&a, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			if (!l->ops->evict(l->owner))
				refuse_with_spare(l, listener);
			return false;
		}
		return errno == ECONNABORTED || errno == EINTR;
	}
	name_peer(&a, peer, address);
	l->ops->accepted(l->owner, fd, peer, address);
	return true;
}

static void on_accept(evutil_socket_t fd, short what, void *arg)
{
	(void)what;
	for (int i = 0; i < ACCEPT_AT_ONCE && accept_one(arg, fd); i++)
		;
}

static int open_socket(const struct addrinfo *a)
{
	int one = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	/* Accepted sockets inherit TCP_NODELAY. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)) == 0 &&
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) == 0 &&
	    (a->ai_family != AF_INET6 ||
	     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) == 0) &&
	    bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int why = errno;
	close(fd);
	errno = why;
	return -1;
}

/* "host:port", "[v6]:port", ":port" and "*:port".  Copies; `host` NULL means any. */
static bool split_address(const char *address, char *copy, size_t cap, char **host, char **port)
{
	int n = snprintf(copy, cap, "%s", address);
	char *colon = n >= 0 && (size_t)n < cap ? strrchr(copy, ':') : NULL;

	if (!colon || !colon[1])
		return false;
	*colon = 0;
	*port = colon + 1;
	*host = copy;
	size_t len = strlen(copy);
	if (len > 1 && copy[0] == '[' && copy[len - 1] == ']') {
		copy[len - 1] = 0;
		*host = copy + 1;
	} else if (len == 0 || !strcmp(copy, "*")) {
		*host = NULL;
	}
	return true;
}

bool ew_listener_open(struct ew_listener *l, struct event_base *base, const char *address,
                      const struct ew_listener_ops *ops, void *owner, struct ew_error *e)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
		                  .ai_flags = AI_PASSIVE | AI_ADDRCONFIG };
	struct addrinfo *all = NULL;
	char copy[300], *host, *port;

	*l = (struct ew_listener){ .ops = ops, .owner = owner, .spare_fd = -1 };
	if (!split_address(address, copy, sizeof(copy), &host, &port))
		return ew_error_set(e, NULL, 0, "cannot listen on \"%s\": write \"host:port\", such as "
		                    "\"127.0.0.1:8000\"", address);
	int rc = getaddrinfo(host, port, &hints, &all);
	if (rc == EAI_ADDRFAMILY || rc == EAI_NONAME) { /* a host with only the loopback up */
		hints.ai_flags = AI_PASSIVE;
		rc = getaddrinfo(host, port, &hints, &all);
	}
	if (rc != 0)
		return ew_error_set(e, NULL, 0, "cannot listen on \"%s\": %s", address,
		                    gai_strerror(rc));
	evtimer_assign(&l->pause, base, on_pause_over, l);
	for (struct addrinfo *a = all; a && l->count < EW_LISTENER_ADDRESSES; a = a->ai_next) {
		int fd = open_socket(a);
		if (fd < 0) {
			int why = errno;
			if (why == EAFNOSUPPORT && a->ai_next)
				continue;
			freeaddrinfo(all);
			ew_listener_close(l, false);
			return ew_error_set(e, NULL, 0, "cannot listen on \"%s\": %s%s", address,
			                    strerror(why), why == EADDRINUSE
			                    ? "; another program has it, or write another port" : "");
		}
		l->socket[l->count].fd = fd;
		event_assign(&l->socket[l->count].accept, base, fd, EV_READ | EV_PERSIST, on_accept, l);
		l->count++;
	}
	freeaddrinfo(all);
	l->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	watch_all(l, true);
	return true;
}

void ew_listener_close(struct ew_listener *l, bool take_waiting)
{
	if (!l->ops)
		return;
	for (unsigned i = 0; i < l->count; i++) {
		while (take_waiting && accept_one(l, l->socket[i].fd))
			;
		event_del(&l->socket[i].accept);
		close(l->socket[i].fd);
	}
	l->count = 0;
	event_del(&l->pause);
	if (l->spare_fd >= 0)
		close(l->spare_fd);
	l->spare_fd = -1;
	l->ops = NULL;
}
