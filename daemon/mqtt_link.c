/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The connection of an MQTT client.
 *
 *     WAITING -> RESOLVING -> CONNECTING -> GREETING -> UP
 *        ^-----------------------------------------------'  fail(): anything that goes wrong
 *
 * All input goes through run(): read, hand over packet by packet, let the owner answer, write.  The owner's
 * callbacks may end the connection under run()'s feet, so it looks at `connects` and `state` after each.
 *
 * Back-pressure: when the owner is not ready for a PUBLISH, nothing behind it is looked at and the socket
 * is not read, which is what stops the broker.  An answer to our ping cannot be seen then, so silence is
 * only held against a broker while we listen. */

#include "daemon/mqtt_link.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SETUP_NS 10000000000u     /* for each address: TCP, CONNECT, CONNACK */
#define LASTING_NS 10000000000u   /* a connection that lived so long ends a row of failures */
/* A turn takes a small part of a usual window, or the brokers on both sides wait while the other works. */
#define READ_SIZE 16384u
#define UNSENT_MOST (1u << 20)    /* past it the broker does not read: stop giving it reasons to answer */
#define SKIP_MOST 65536u          /* read at once of a packet that is thrown away */

void ew_mqtt_note(struct ew_worker *w, const char *level, const char *name, const char *fmt, ...)
{
	char text[512], safe[600], members[1400];
	size_t n = 0;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (const char *s = name; *s && n + 1 < sizeof(safe); s++)
		safe[n++] = *s == '"' || *s == '\\' || (unsigned char)*s < 0x20 ? '?' : *s;
	safe[n] = 0;
	for (char *s = text; *s; s++) {
		if (*s == '"' || *s == '\\' || (unsigned char)*s < 0x20 || (unsigned char)*s > 0x7e)
			*s = '?';
	}
	snprintf(members, sizeof(members), "\"level\":\"%s\",\"name\":\"%s\",\"text\":\"%s\"", level, safe,
	         text);
	ew_eventlog_note(w->log, "mqtt", members);
}

uint32_t ew_mqtt_backoff_ms(uint32_t n)
{
	uint32_t ms = 200;

	for (uint32_t i = 1; i < n && ms < 8000; i++)
		ms *= 2;
	if (ms > 8000)
		ms = 8000;
	return ms / 2 + (uint32_t)random() % (ms / 2 + 1);
}

static void start_attempt(struct ew_mqtt_link *l);
static void try_address(struct ew_mqtt_link *l);

/* Tear down what there is of a connection.  Says nothing to anybody. */
static void drop_connection(struct ew_mqtt_link *l)
{
	l->drops++;
	ew_resolve_cancel(&l->resolve);
	if (l->watches_close)
		event_del(&l->closed);
	l->watches_close = false;
	if (ew_conn_is_open(&l->conn))
		ew_conn_close(&l->conn);
	ew_buffer_release(&l->held);
	event_del(&l->tick);
	l->skip = 0;
	l->blocked = false;
	l->in.open = false;
}

static void append_property(uint8_t *out, size_t cap, size_t *n, enum ew_mqtt_property_id id, uint32_t v)
{
	struct ew_mqtt_property prop = { .id = (uint8_t)id, .number = v };

	*n += ew_mqtt_property_put(out + *n, cap - *n, &prop);
}

static void say_goodbye(struct ew_mqtt_link *l, uint8_t code)
{
	struct ew_mqtt_packet p = { .type = EW_MQTT_DISCONNECT, .version = l->version, .reason = code };
	uint8_t properties[8], out[16];

	/* 3.x has one DISCONNECT, and it means that all is well. */
	if (l->state < EW_LINK_GREETING || (code && l->version < EW_MQTT_5))
		return;
	if (l->end_session && l->session_expiry_s && !code)
		append_property(properties, sizeof(properties), &p.properties.n,
		                EW_MQTT_PROPERTY_SESSION_EXPIRY, 0);
	p.properties.p = properties;
	struct ew_bytes part = { out, ew_mqtt_write(out, sizeof(out), &p) };
	(void)!ew_conn_send(&l->conn, &part, 1);
}

void ew_mqtt_link_fail(struct ew_mqtt_link *l, uint8_t code, const char *why)
{
	bool was_up = l->state == EW_LINK_UP;
	uint32_t ms;

	if (l->state == EW_LINK_CLOSED || l->state == EW_LINK_WAITING)
		return;
	if (code)
		say_goodbye(l, code);
	if (was_up && ew_now_ns() - l->since_ns >= LASTING_NS)
		l->attempts = 0;
	l->attempts++;
	drop_connection(l);
	ms = ew_mqtt_backoff_ms(l->attempts);
	l->state = EW_LINK_WAITING;
	ew_mqtt_note(l->worker, "warning", l->name, "%s %s:%u: %s; again in %u ms",
	             was_up ? "connection lost:" : "cannot connect to", l->host, l->port, why, ms);
	struct timeval t = { ms / 1000, (ms % 1000) * 1000 };
	event_add(&l->retry, &t);
	if (was_up)
		l->ops->down(l->owner);
	else if (l->ops->failed)
		l->ops->failed(l->owner);
}

/* The next address of the same name, if there is one, before it counts as a failure. */
static void setup_failed(struct ew_mqtt_link *l, const char *why)
{
	if (l->state == EW_LINK_CONNECTING && l->next_address < l->addresses.n) {
		drop_connection(l);
		try_address(l);
		return;
	}
	ew_mqtt_link_fail(l, 0, why);
}

bool ew_mqtt_link_flush(struct ew_mqtt_link *l)
{
	if (ew_conn_unsent(&l->conn) == 0 && !l->conn.out.failed)
		return true;
	l->written_ns = ew_now_ns();
	if (!l->conn.writes && !ew_conn_flush(&l->conn)) {
		ew_mqtt_link_fail(l, 0, "the broker closed while we wrote");
		return false;
	}
	return true;
}

static void queue_packet(struct ew_mqtt_link *l, const struct ew_mqtt_packet *p)
{
	struct ew_buffer *out = &l->conn.out;
	uint8_t head[64];
	size_t n;

	if (p->type != EW_MQTT_PUBLISH && (n = ew_mqtt_write(head, sizeof(head), p)) > 0) {
		ew_conn_queue(&l->conn, head, n);
		return;
	}
	n = ew_mqtt_size(p);
	/* As much again as is held: growing by packets would copy all before them each time. */
	size_t more = n < ew_buffer_held(out) ? ew_buffer_held(out) : n;
	if (n && (n <= ew_buffer_room(out) || ew_buffer_reserve(out, more)))
		out->to += ew_mqtt_write(out->p + out->to, ew_buffer_room(out), p);
	else
		out->failed = true; /* the next flush ends the connection */
}

void ew_mqtt_link_send(struct ew_mqtt_link *l, const struct ew_mqtt_packet *p)
{
	if (l->state != EW_LINK_UP)
		return;
	queue_packet(l, p);
	if (!l->running && !l->turning)
		ew_mqtt_link_kick(l);
}

void ew_mqtt_link_kick(struct ew_mqtt_link *l)
{
	if (l->state == EW_LINK_UP)
		event_active(&l->kick, EV_TIMEOUT, 0);
}

/* Maximum Packet Size is not sent: a broker would throw larger messages away without a word, and a drop
 * must be recorded. */
static void send_connect(struct ew_mqtt_link *l)
{
	uint8_t properties[32];
	size_t n = 0;

	if (l->version == EW_MQTT_5) {
		append_property(properties, sizeof(properties), &n, EW_MQTT_PROPERTY_SESSION_EXPIRY,
		                l->session_expiry_s);
		append_property(properties, sizeof(properties), &n, EW_MQTT_PROPERTY_RECEIVE_MAXIMUM,
		                l->receive_maximum);
	}
	struct ew_mqtt_packet p = {
		.type = EW_MQTT_CONNECT,
		.version = l->version,
		.properties = { properties, n },
		.connect = { .clean = l->clean, .keep_alive = l->keep_alive_s, .client_id = l->client_id,
		             .has_user = l->user.n || (l->password.n && l->version < EW_MQTT_5),
		             .user = l->user, .has_password = l->password.n > 0, .password = l->password },
	};
	l->in = (struct ew_mqtt_stream){ .from = EW_MQTT_SERVER, .version = l->version,
		                         .max = l->packet_most };
	l->state = EW_LINK_GREETING;
	l->keep_alive = l->keep_alive_s;
	l->pinged_ns = 0;
	queue_packet(l, &p);
	if (ew_mqtt_link_flush(l))
		ew_conn_watch(&l->conn, true);
}

static void greet(struct ew_mqtt_link *l, const struct ew_mqtt_packet *p)
{
	struct ew_mqtt_property prop;

	if (p->type != EW_MQTT_CONNACK) {
		ew_mqtt_link_fail(l, EW_MQTT_REASON_PROTOCOL_ERROR, "no CONNACK after CONNECT");
		return;
	}
	if (p->reason) {
		static const char *const old[] = { "", "unacceptable protocol version",
			                           "client identifier rejected", "server unavailable",
			                           "bad user name or password", "not authorized" };
		ew_mqtt_link_fail(l, 0, p->version == EW_MQTT_5 ? ew_mqtt_reason_text(p->reason)
		                                                : old[p->reason]);
		return;
	}
	l->state = EW_LINK_UP;
	l->since_ns = ew_now_ns();
	if (l->connects++)
		ew_count_one(l->worker, RECONNECTS);
	if (ew_mqtt_property_find(p->properties, EW_MQTT_PROPERTY_SERVER_KEEP_ALIVE, &prop))
		l->keep_alive = (uint16_t)prop.number;
	ew_mqtt_note(l->worker, "info", l->name, "connected to %s:%u, session %s", l->host, l->port,
	             p->session_present ? "resumed" : "new");
	l->ops->up(l->owner, p);
}

static void take_packet(struct ew_mqtt_link *l, const struct ew_mqtt_packet *p)
{
	char why[128];

	if (l->state == EW_LINK_GREETING) {
		greet(l, p);
		return;
	}
	switch (p->type) {
	case EW_MQTT_PINGRESP:
		l->pinged_ns = 0;
		break;
	case EW_MQTT_DISCONNECT:
		if (p->reason == EW_MQTT_REASON_TAKEN_OVER) {
			/* Another client has our id: do not fight over it at full speed. */
			l->since_ns = ew_now_ns();
			l->attempts += 6;
		}
		snprintf(why, sizeof(why), "the broker said: %s", ew_mqtt_reason_text(p->reason));
		ew_mqtt_link_fail(l, 0, why);
		break;
	case EW_MQTT_AUTH:
		ew_mqtt_link_fail(l, EW_MQTT_REASON_PROTOCOL_ERROR, "AUTH without being asked");
		break;
	default:
		l->ops->packet(l->owner, p);
	}
}

static void refuse(struct ew_mqtt_link *l, const char *reason, uint8_t code)
{
	char why[128];

	snprintf(why, sizeof(why), "bad packet from the broker: %s", reason);
	ew_mqtt_link_fail(l, code, why);
}

/* EW_OK: go on.  EW_MORE: not enough bytes.  Else the connection is gone. */
static enum ew_status take_too_large(struct ew_mqtt_link *l, const struct ew_mqtt_head *head)
{
	struct ew_mqtt_packet p;
	struct ew_bytes in = ew_bytes_from(ew_buffer_view(&l->held), head->size);

	if (head->type != EW_MQTT_PUBLISH) {
		refuse(l, "mqtt.too-large", EW_MQTT_REASON_TOO_LARGE);
		return EW_MALFORMED;
	}
	struct ew_parse r = ew_mqtt_publish_peek(head, in, &p);
	if (r.status == EW_MORE)
		return ew_buffer_reserve(&l->held, r.want - in.n) ? EW_MORE : EW_LIMIT;
	if (r.status != EW_OK) {
		refuse(l, r.reason, p.refuse);
		return r.status;
	}
	l->skip = head->size + (size_t)head->length;
	if (l->ops->too_large(l->owner, &p))
		return EW_OK;
	l->skip = 0;
	l->blocked = true;
	return EW_MORE;
}

static enum ew_status take_one(struct ew_mqtt_link *l)
{
	struct ew_bytes in = ew_buffer_view(&l->held);
	struct ew_mqtt_head head;
	struct ew_mqtt_packet p;
	uint8_t code = 0;
	const char *reason = NULL;
	enum ew_status s;

	if (l->skip) {
		size_t n = l->skip < in.n ? l->skip : in.n;
		l->held.from += n;
		l->skip -= n;
		return l->skip ? EW_MORE : EW_OK;
	}
	struct ew_parse r = ew_mqtt_frame(&l->in, in, &head, &code);
	if (r.status == EW_MORE)
		return EW_MORE;
	if (r.status == EW_OVERSIZE)
		return take_too_large(l, &head);
	if (r.status != EW_OK) {
		refuse(l, r.reason, code);
		return r.status;
	}
	size_t total = head.size + (size_t)head.length;
	if (in.n < total)
		return ew_buffer_reserve(&l->held, total - in.n) ? EW_MORE : EW_LIMIT;
	if (head.type == EW_MQTT_PUBLISH) {
		s = l->ops->publish(l->owner, ew_bytes(in.p, total), &reason, &code);
		if (s == EW_OK)
			l->held.from += total;
		else if (s == EW_MORE)
			l->blocked = true;
		else
			refuse(l, reason, code);
		return s;
	}
	r = ew_mqtt_parse(&l->in, ew_bytes(in.p, total), &p);
	if (r.status != EW_OK) {
		refuse(l, r.reason, p.refuse);
		return r.status;
	}
	l->held.from += total;
	take_packet(l, &p);
	return EW_OK;
}

/* Hand over all that is there.  False: the connection is gone. */
static bool take_all(struct ew_mqtt_link *l)
{
	uint32_t drops = l->drops;

	l->blocked = false;
	while (ew_buffer_held(&l->held)) {
		enum ew_status s = take_one(l);
		if (l->drops != drops)
			return false;
		if (s == EW_LIMIT) {
			ew_mqtt_link_fail(l, EW_MQTT_REASON_QUOTA, "no memory for a packet");
			return false;
		}
		if (s != EW_OK)
			break;
	}
	if (l->held.p && ew_buffer_held(&l->held) == 0)
		ew_buffer_release(&l->held);
	return true;
}

/* The connection may be gone afterwards. */
static void read_some(struct ew_mqtt_link *l)
{
	size_t want = l->skip > READ_SIZE ? SKIP_MOST : READ_SIZE;

	if (!ew_buffer_reserve(&l->held, want)) {
		ew_mqtt_link_fail(l, 0, "no memory to read");
		return;
	}
	ssize_t n = ew_conn_read(&l->conn, l->held.p + l->held.to, ew_buffer_room(&l->held));
	if (n == EW_CONN_NOTHING)
		return;
	if (n <= 0) {
		ew_mqtt_link_fail(l, 0, n == EW_CONN_END ? "the broker closed" : "connection reset");
		return;
	}
	l->held.to += (size_t)n;
	l->read_ns = ew_now_ns();
}

/* A broker that goes away while we do not read is noticed all the same: what it sent will come again. */
static void on_closed(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ew_mqtt_link_fail(arg, 0, "the broker closed");
}

static void watch(struct ew_mqtt_link *l)
{
	bool reads = !l->blocked && (l->publishes || ew_conn_unsent(&l->conn) < UNSENT_MOST);

	ew_conn_watch(&l->conn, reads);
	if (l->watches_close == !reads)
		return;
	l->watches_close = !reads;
	if (reads)
		event_del(&l->closed);
	else
		event_add(&l->closed, NULL);
}

/* One turn.  `readable`: the socket may have something. */
static void run(struct ew_mqtt_link *l, bool readable)
{
	l->running = true;
	if (!take_all(l))
		goto gone;
	if (readable && !l->blocked) {
		read_some(l);
		if (l->state < EW_LINK_GREETING || !take_all(l))
			goto gone;
	}
	l->running = false;
	if (l->state == EW_LINK_UP) {
		l->turning = true;
		if (l->ops->turn(l->owner) && l->blocked)
			ew_mqtt_link_kick(l);
		l->turning = false;
	}
	if (l->state < EW_LINK_GREETING || !ew_mqtt_link_flush(l))
		return;
	watch(l);
	return;
gone:
	l->running = false;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	run(arg, true);
}

static void on_kick(evutil_socket_t fd, short what, void *arg)
{
	struct ew_mqtt_link *l = arg;

	(void)fd;
	(void)what;
	if (l->state == EW_LINK_UP)
		run(l, false);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct ew_mqtt_link *l = arg;
	int error = 0;
	socklen_t n = sizeof(error);

	(void)what;
	if (l->state == EW_LINK_CONNECTING) {
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0 || error) {
			setup_failed(l, strerror(error));
			return;
		}
		ew_conn_watch_write(&l->conn, false);
		send_connect(l);
		return;
	}
	if (!ew_conn_flush(&l->conn)) {
		ew_mqtt_link_fail(l, 0, "the broker closed while we wrote");
		return;
	}
	l->written_ns = ew_now_ns();
	if (l->state == EW_LINK_UP)
		run(l, false);
}

static void send_ping(struct ew_mqtt_link *l, uint64_t now)
{
	struct ew_mqtt_packet p = { .type = EW_MQTT_PINGREQ, .version = l->version };

	queue_packet(l, &p);
	l->pinged_ns = now;
	(void)!ew_mqtt_link_flush(l);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct ew_mqtt_link *l = arg;
	uint64_t now = ew_now_ns(), keep = (uint64_t)l->keep_alive * 1000000000u;

	(void)fd;
	(void)what;
	if (l->state < EW_LINK_UP) {
		if (now - l->since_ns >= SETUP_NS)
			setup_failed(l, "no answer in time");
		return;
	}
	/* While we do not read, an answer may lie in the socket. */
	if (l->conn.reads && l->pinged_ns && l->read_ns < l->pinged_ns && now - l->pinged_ns > keep / 2 + 1) {
		ew_mqtt_link_fail(l, 0, "no answer to a ping");
		return;
	}
	if (keep && now - l->written_ns >= keep / 2 && (!l->pinged_ns || now - l->pinged_ns >= keep / 2))
		send_ping(l, now);
	if (l->state == EW_LINK_UP && l->blocked)
		run(l, false);
}

static void begin_setup(struct ew_mqtt_link *l, enum ew_mqtt_link_state state)
{
	struct timeval second = { 1, 0 };

	l->state = state;
	l->since_ns = l->read_ns = l->written_ns = ew_now_ns();
	event_add(&l->tick, &second);
}

static void try_address(struct ew_mqtt_link *l)
{
	const struct sockaddr *a = (const struct sockaddr *)&l->addresses.v[l->next_address].a;
	socklen_t n = l->addresses.v[l->next_address].n;
	int one = 1, fd = socket(a->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	l->next_address++;
	begin_setup(l, EW_LINK_CONNECTING);
	if (fd < 0) {
		setup_failed(l, strerror(errno));
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	ew_conn_open(&l->conn, &ew_conn_plain, l->worker->base, fd, on_readable, on_writable, l);
	event_assign(&l->closed, l->worker->base, fd, EV_CLOSED | EV_PERSIST, on_closed, l);
	if (connect(fd, a, n) != 0 && errno != EINPROGRESS) {
		setup_failed(l, strerror(errno));
		return;
	}
	ew_conn_watch_write(&l->conn, true);
}

static void on_resolved(void *arg, const struct ew_addresses *all)
{
	struct ew_mqtt_link *l = arg;

	l->resolve = NULL;
	l->addresses = *all;
	l->next_address = 0;
	if (all->n)
		try_address(l);
	else
		setup_failed(l, all->error);
}

static void start_attempt(struct ew_mqtt_link *l)
{
	begin_setup(l, EW_LINK_RESOLVING);
	l->resolve = ew_resolve_start(l->worker->base, l->host, l->port, on_resolved, l);
	if (!l->resolve)
		setup_failed(l, "no memory to look up the name");
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	start_attempt(arg);
}

void ew_mqtt_link_open(struct ew_mqtt_link *l)
{
	struct timeval now = { 0, 0 };

	l->conn.fd = -1;
	ew_buffers_ref();
	evtimer_assign(&l->retry, l->worker->base, on_retry, l);
	evtimer_assign(&l->kick, l->worker->base, on_kick, l);
	event_assign(&l->tick, l->worker->base, -1, EV_PERSIST, on_tick, l);
	l->state = EW_LINK_WAITING;
	event_add(&l->retry, &now);
}

void ew_mqtt_link_end_session(struct ew_mqtt_link *l)
{
	l->end_session = true;
}

void ew_mqtt_link_close(struct ew_mqtt_link *l)
{
	if (l->state == EW_LINK_CLOSED)
		return;
	if (l->state == EW_LINK_UP) {
		(void)!ew_conn_flush(&l->conn);
		say_goodbye(l, 0);
	}
	drop_connection(l);
	event_del(&l->retry);
	event_del(&l->kick);
	l->state = EW_LINK_CLOSED;
	ew_buffers_unref();
}
