/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The connection to the broker: each address of its name in turn, and what happens when it is away. */

#include "daemon/mqtt_link.h"
#include "daemon/mqtt_proxy.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define AWAY_NS 5000000000u /* between two lines about it */

static void try_address(struct ew_mqtt_session *s);

static void on_broker_writable(evutil_socket_t fd, short what, void *arg)
{
	struct ew_mqtt_end *e = arg;
	struct ew_mqtt_session *s = e->session;
	int error = 0;
	socklen_t n = sizeof(error);

	(void)what;
	ew_conn_watch_write(&e->conn, false);
	if (s->state != EW_SESSION_DIALLING) {
		ew_mqtt_session_run(s, NULL);
		return;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0 || error) {
		ew_mqtt_end_close(e);
		try_address(s);
		return;
	}
	ew_mqtt_session_set(s, EW_SESSION_GREETING);
	ew_mqtt_peer_tell(s);
	ew_mqtt_send_connect(s);
	ew_mqtt_session_run(s, NULL);
}

void ew_mqtt_broker_is_away(struct ew_mqtt_session *s, const char *why)
{
	struct ew_mqtt_front *f = s->front;

	ew_count_one(f->base.worker, UPSTREAM_ERRORS);
	if (ew_coarse_ns() - f->resolved_ns > AWAY_NS) {
		/* Once in a while a line and another look at the name; clients that come by the thousand make no
		 * more of either. */
		ew_mqtt_note(f->base.worker, "warning", f->base.route->config->name, "cannot connect to %s: %s",
		             f->c->broker, why);
		f->addresses.n = 0;
		f->resolved_ns = ew_coarse_ns();
	}
	ew_mqtt_session_end(s, EW_MQTT_REASON_UNAVAILABLE, true);
}

static void try_address(struct ew_mqtt_session *s)
{
	const struct ew_addresses *all = &s->front->addresses;
	int one = 1, error = ECONNREFUSED;

	while (s->next_address < all->n) {
		const struct sockaddr *a = (const struct sockaddr *)&all->v[s->next_address].a;
		socklen_t n = all->v[s->next_address++].n;
		int fd = socket(a->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (fd < 0) {
			error = errno;
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		ew_conn_open(&s->broker.conn, &ew_conn_plain, s->front->base.worker->base, fd, ew_mqtt_on_readable,
		             on_broker_writable, &s->broker);
		if (connect(fd, a, n) == 0 || errno == EINPROGRESS) {
			ew_conn_watch_write(&s->broker.conn, true);
			return;
		}
		error = errno;
		ew_mqtt_end_close(&s->broker);
	}
	ew_mqtt_broker_is_away(s, strerror(error));
}

void ew_mqtt_session_dial(struct ew_mqtt_session *s)
{
	struct ew_mqtt_front *f = s->front;

	if (s->state < EW_SESSION_DIALLING)
		ew_mqtt_session_set(s, EW_SESSION_DIALLING);
	if (ew_conn_is_open(&s->broker.conn) || s->state != EW_SESSION_DIALLING)
		return;
	s->next_address = 0;
	if (f->addresses.n)
		try_address(s);
	else if (f->addresses.error)
		ew_mqtt_broker_is_away(s, f->addresses.error);
	else
		ew_mqtt_front_look_up(f);
}
