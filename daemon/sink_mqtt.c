/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A topic at an MQTT broker, published to through libmosquitto in the worker's loop.
 *
 * An event is delivered when the broker has acknowledged it (QoS 1, 2) or when it has been written (QoS 0).
 * When the connection is lost, everything unacknowledged is a temporary failure that delivery.c tries again,
 * and the library's object is thrown away: it would send its own copies again, too.  So an event can come
 * twice at any QoS but 0; it is not lost.
 *
 * The traps: libmosquitto closes its socket before it says so, so the descriptor is read anew after each
 * call; it may call back from inside publish; and its own name look-up blocks, so it is only ever given
 * addresses. */

#include "daemon/mqtt_link.h"
#include "daemon/mqtt_properties.h"
#include "daemon/resolve.h"
#include "daemon/sink.h"

#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define SETUP_NS 10000000000u
#define IN_FLIGHT_MOST 32768u /* packet ids are 16 bits */
/* Unfinished at QoS 2 where the broker cannot say its own limit (3.1.1).  mosquitto answers PUBREC and
 * PUBCOMP past its max_inflight_messages, by default 20, and forwards nothing. */
#define QOS2_MOST 20

struct sent {
	struct sent *prev, *next;
	struct ew_event *ev;
	ew_done_fn done;
	const char *topic; /* in the event's arena */
	int mid;           /* 0: not published yet */
	struct sent *next_finished;
	bool finished;
	enum ew_delivery result;
	const char *why;
};

enum state { WAITING, RESOLVING, CONNECTING, UP };

struct mqtt_sink {
	struct ew_sink base;
	struct ew_worker *worker;
	char *name, *host, *topic, *username, *password, *client_id;
	uint16_t port;
	int qos, keepalive_s;
	bool v5, retain;

	enum state state;
	struct mosquitto *m;
	struct ew_resolve *resolve;
	struct event readable, writable;
	struct event tick, retry, tidy;
	int fd; /* that the events are for; -1: none */
	bool reads, writes;
	bool lost;      /* said by a callback: cleaned up when the library is no longer on the stack */
	int busy;       /* calls into the library on the stack */
	uint32_t attempts;
	uint64_t since_ns;
	const char *why;
	struct sent *first, *last, *unused;
	struct sent *finished, *finished_last; /* told by a callback, to be passed on outside of the library */
	bool finishing;
	bool waiting;        /* there are some that are not published yet */
};

static struct sent *append_sent(struct mqtt_sink *s, struct ew_event *ev, ew_done_fn done)
{
	struct sent *t = s->unused;

	if (t)
		s->unused = t->next;
	else
		t = malloc(sizeof(*t));
	if (!t)
		return NULL;
	*t = (struct sent){ .prev = s->last, .ev = ev, .done = done };
	if (s->last)
		s->last->next = t;
	else
		s->first = t;
	s->last = t;
	return t;
}

/* The event of `t` ends here; `t` must not be used afterwards. */
static void end_sent(struct mqtt_sink *s, struct sent *t, enum ew_delivery result, const char *why)
{
	struct ew_event *ev = t->ev;
	ew_done_fn done = t->done;

	if (t->prev)
		t->prev->next = t->next;
	else
		s->first = t->next;
	if (t->next)
		t->next->prev = t->prev;
	else
		s->last = t->prev;
	t->next = s->unused;
	s->unused = t;
	done(ev, result, result == EW_DELIVERED ? NULL : why);
}

static void unwatch(struct mqtt_sink *s)
{
	if (s->fd < 0)
		return;
	event_del(&s->readable);
	event_del(&s->writable);
	s->fd = -1;
	s->reads = s->writes = false;
}

static void on_readable(evutil_socket_t fd, short what, void *arg);
static void on_writable(evutil_socket_t fd, short what, void *arg);
static void publish_waiting(struct mqtt_sink *s);

/* Watch what the library has now. */
static void watch(struct mqtt_sink *s)
{
	int fd = s->m && !s->lost ? mosquitto_socket(s->m) : -1;

	if (fd != s->fd)
		unwatch(s);
	if (fd < 0)
		return;
	if (s->fd < 0) {
		s->fd = fd;
		event_assign(&s->readable, s->worker->base, fd, EV_READ | EV_PERSIST, on_readable, s);
		event_assign(&s->writable, s->worker->base, fd, EV_WRITE | EV_PERSIST, on_writable, s);
		s->reads = event_add(&s->readable, NULL) == 0;
	}
	/* A socket that is still connecting is writable when that has ended. */
	bool want = mosquitto_want_write(s->m) || s->state == CONNECTING;
	if (want != s->writes && (want ? event_add(&s->writable, NULL) : event_del(&s->writable)) == 0)
		s->writes = want;
}

/* Outside of the library: give up the connection and everything that was on it. */
static void clean_up(struct mqtt_sink *s)
{
	uint32_t ms;

	unwatch(s);
	ew_resolve_cancel(&s->resolve);
	event_del(&s->tick);
	if (s->m)
		mosquitto_destroy(s->m);
	s->m = NULL;
	s->lost = false;
	if (s->state == UP && ew_now_ns() - s->since_ns >= SETUP_NS)
		s->attempts = 0;
	s->attempts++;
	ms = ew_mqtt_backoff_ms(s->attempts);
	ew_mqtt_note(s->worker, "warning", s->name, "%s %s:%u: %s; again in %u ms",
	             s->state == UP ? "connection lost:" : "cannot connect to", s->host, s->port,
	             s->why ? s->why : "closed", ms);
	s->state = WAITING;
	s->why = NULL;
	struct timeval t = { ms / 1000, (ms % 1000) * 1000 };
	event_add(&s->retry, &t);
	/* Only those that were out when it happened: done() may send again. */
	struct sent *end = s->last, *next;
	for (struct sent *p = s->first; p; p = next) {
		next = p == end ? NULL : p->next;
		end_sent(s, p, EW_TEMPORARY, "connection to the broker lost");
	}
}

static void lose(struct mqtt_sink *s, const char *why)
{
	if (!s->lost)
		s->why = why;
	s->lost = true;
}

/* The library holds locks while it calls back, and done() may publish: so results wait until it is off the
 * stack. */
static void pass_on(struct mqtt_sink *s)
{
	if (s->finishing)
		return; /* the loop below is on the stack and will come to it */
	s->finishing = true;
	while (s->finished) {
		struct sent *t = s->finished;
		s->finished = t->next_finished;
		end_sent(s, t, t->result, t->why);
	}
	s->finishing = false;
}

/* After each call into the library. */
static void settle(struct mqtt_sink *s)
{
	struct timeval now = { 0, 0 };

	if (s->busy)
		return;
	if (s->waiting && s->state == UP && !s->lost)
		publish_waiting(s);
	pass_on(s);
	if (!s->lost) {
		watch(s);
		return;
	}
	unwatch(s);
	event_add(&s->tidy, &now);
}

static void on_tidy(evutil_socket_t fd, short what, void *arg)
{
	struct mqtt_sink *s = arg;

	(void)fd;
	(void)what;
	if (s->lost)
		clean_up(s);
}

static void check(struct mqtt_sink *s, int rc)
{
	if (rc != MOSQ_ERR_SUCCESS)
		lose(s, rc == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(rc));
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct mqtt_sink *s = arg;

	(void)fd;
	(void)what;
	s->busy++;
	check(s, mosquitto_loop_read(s->m, 1));
	s->busy--;
	settle(s);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct mqtt_sink *s = arg;

	(void)fd;
	(void)what;
	s->busy++;
	check(s, mosquitto_loop_write(s->m, 1));
	s->busy--;
	settle(s);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct mqtt_sink *s = arg;

	(void)fd;
	(void)what;
	if (s->state != UP && ew_now_ns() - s->since_ns >= SETUP_NS) {
		lose(s, "no answer in time");
	} else if (s->m) {
		s->busy++;
		check(s, mosquitto_loop_misc(s->m));
		s->busy--;
	}
	settle(s);
}

static void on_connect(struct mosquitto *m, void *arg, int rc, int flags, const mosquitto_property *props)
{
	struct mqtt_sink *s = arg;

	(void)m;
	(void)flags;
	(void)props;
	if (rc) {
		lose(s, s->v5 ? ew_mqtt_reason_text((unsigned)rc) : mosquitto_connack_string(rc));
		return;
	}
	s->state = UP;
	s->since_ns = ew_now_ns();
	ew_mqtt_note(s->worker, "info", s->name, "connected to %s:%u", s->host, s->port);
}

static void on_disconnect(struct mosquitto *m, void *arg, int rc, const mosquitto_property *props)
{
	struct mqtt_sink *s = arg;

	(void)m;
	(void)props;
	lose(s, rc >= 0x80 ? ew_mqtt_reason_text((unsigned)rc) : "the broker closed");
}

/* Codes of a PUBACK or PUBREC that say "not this one, ever". */
static enum ew_delivery judge(int reason)
{
	switch (reason) {
	case EW_MQTT_REASON_NOT_AUTHORIZED:
	case EW_MQTT_REASON_TOPIC_INVALID:
	case EW_MQTT_REASON_PAYLOAD_FORMAT:
		return EW_PERMANENT;
	default:
		return reason < 0x80 ? EW_DELIVERED : EW_TEMPORARY;
	}
}

static void on_published(struct mosquitto *m, void *arg, int mid, int reason, const mosquitto_property *props)
{
	struct mqtt_sink *s = arg;

	(void)m;
	(void)props;
	for (struct sent *t = s->first; t; t = t->next) {
		if (t->mid != mid)
			continue;
		t->mid = -1;
		t->finished = true;
		t->result = judge(reason);
		t->why = reason < 0x80 ? NULL : ew_mqtt_reason_text((unsigned)reason);
		if (s->finished)
			s->finished_last->next_finished = t;
		else
			s->finished = t;
		s->finished_last = t;
		return;
	}
}

static bool make_client(struct mqtt_sink *s)
{
	s->m = mosquitto_new(s->client_id, true, s);
	if (!s->m)
		return false;
	mosquitto_int_option(s->m, MOSQ_OPT_PROTOCOL_VERSION, s->v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
	mosquitto_int_option(s->m, MOSQ_OPT_SEND_MAXIMUM, s->qos == 2 && !s->v5 ? QOS2_MOST : 65535);
	mosquitto_int_option(s->m, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_connect_v5_callback_set(s->m, on_connect);
	mosquitto_disconnect_v5_callback_set(s->m, on_disconnect);
	mosquitto_publish_v5_callback_set(s->m, on_published);
	if (*s->username || *s->password)
		return mosquitto_username_pw_set(s->m, s->username, *s->password ? s->password : NULL) ==
		       MOSQ_ERR_SUCCESS;
	return true;
}

static void on_resolved(void *arg, const struct ew_addresses *all)
{
	struct mqtt_sink *s = arg;
	char address[NI_MAXHOST];
	int rc;

	s->resolve = NULL;
	/* One address an attempt, each in its turn. */
	unsigned i = all->n ? s->attempts % all->n : 0;
	if (all->n == 0) {
		lose(s, all->error);
	} else if (getnameinfo((const struct sockaddr *)&all->v[i].a, all->v[i].n, address, sizeof(address),
	                       NULL, 0, NI_NUMERICHOST) != 0 ||
	           !make_client(s)) {
		lose(s, "no memory");
	} else {
		s->state = CONNECTING;
		s->busy++;
		rc = mosquitto_connect_async(s->m, address, s->port, s->keepalive_s);
		s->busy--;
		check(s, rc);
	}
	settle(s);
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct mqtt_sink *s = arg;
	struct timeval second = { 1, 0 };

	(void)fd;
	(void)what;
	s->state = RESOLVING;
	s->since_ns = ew_now_ns();
	event_add(&s->tick, &second);
	s->resolve = ew_resolve_start(s->worker->base, s->host, s->port, on_resolved, s);
	if (!s->resolve)
		lose(s, "no memory to look up the name");
	settle(s);
}

/* "${topic}" in the configured topic is the event's own.  NULL: it makes no topic name; `why_r` says why. */
static const char *make_topic(const struct mqtt_sink *s, const struct ew_event *ev, const char **why_r)
{
	static const char mark[] = "${topic}";
	struct ew_bytes own = ev->envelope.subject, topic;
	const size_t k = sizeof(mark) - 1;
	size_t n = 0, cap = strlen(s->topic) + 1;
	enum ew_mqtt_fault f;

	for (const char *p = s->topic; (p = strstr(p, mark)); p += k)
		cap += own.n;
	char *out = ew_arena_alloc(ev->m->arena, cap);
	if (!out) {
		*why_r = "limits.arena";
		return NULL;
	}
	for (const char *p = s->topic; *p;) {
		if (strncmp(p, mark, k) != 0) {
			out[n++] = *p++;
			continue;
		}
		if (own.n)
			memcpy(out + n, own.p, own.n);
		n += own.n;
		p += k;
	}
	topic = ew_bytes(out, n);
	f = ew_mqtt_topic_check(topic);
	*why_r = ew_mqtt_fault_reason(f);
	return f ? NULL : out;
}

/* NULL: no memory. */
static char *to_string(struct ew_bytes b)
{
	char *s = malloc(b.n + 1);

	if (!s)
		return NULL;
	if (b.n)
		memcpy(s, b.p, b.n);
	s[b.n] = 0;
	return s;
}

static bool to_properties(struct ew_bytes section, mosquitto_property **list)
{
	struct ew_mqtt_property prop;
	char *name, *value;
	int rc = MOSQ_ERR_SUCCESS;

	while (rc == MOSQ_ERR_SUCCESS && ew_mqtt_property_next(&section, &prop)) {
		name = to_string(prop.name);
		value = to_string(prop.text);
		if (!name || !value)
			rc = MOSQ_ERR_NOMEM;
		else if (prop.id == EW_MQTT_PROPERTY_USER_PROPERTY)
			rc = mosquitto_property_add_string_pair(list, prop.id, name, value);
		else
			rc = mosquitto_property_add_string(list, prop.id, value);
		free(name);
		free(value);
	}
	return rc == MOSQ_ERR_SUCCESS;
}

static enum ew_delivery judge_refusal(int rc)
{
	switch (rc) {
	case MOSQ_ERR_PAYLOAD_SIZE:
	case MOSQ_ERR_OVERSIZE_PACKET:
	case MOSQ_ERR_INVAL:
	case MOSQ_ERR_MALFORMED_UTF8:
	case MOSQ_ERR_QOS_NOT_SUPPORTED:
	case MOSQ_ERR_NOT_SUPPORTED:
		return EW_PERMANENT;
	default:
		return EW_TEMPORARY;
	}
}

/* Outside of the library.  `t` may be gone afterwards. */
static void publish(struct mqtt_sink *s, struct sent *t)
{
	struct ew_bytes body = t->ev->envelope.body, section;
	mosquitto_property *props = NULL;
	int rc = MOSQ_ERR_NOMEM;

	s->busy++;
	if (body.n > EW_MQTT_LENGTH_MOST)
		rc = MOSQ_ERR_PAYLOAD_SIZE;
	else if (!s->v5)
		rc = mosquitto_publish(s->m, &t->mid, t->topic, (int)body.n, body.p, s->qos, s->retain);
	else if (ew_mqtt_event_properties(t->ev, &section) && to_properties(section, &props))
		rc = mosquitto_publish_v5(s->m, &t->mid, t->topic, (int)body.n, body.p, s->qos, s->retain,
		                          props);
	mosquitto_property_free_all(&props);
	s->busy--;
	if (rc == MOSQ_ERR_NO_CONN || rc == MOSQ_ERR_CONN_LOST || rc == MOSQ_ERR_ERRNO)
		check(s, rc); /* gives back everything that is out, this one, too */
	else if (rc != MOSQ_ERR_SUCCESS && !t->finished)
		end_sent(s, t, judge_refusal(rc), mosquitto_strerror(rc));
}

/* What came while the connection was being made. */
static void publish_waiting(struct mqtt_sink *s)
{
	struct sent *t = s->first;

	s->waiting = false;
	while (t && s->state == UP && !s->lost) {
		if (t->mid) {
			t = t->next;
			continue;
		}
		publish(s, t);
		t = s->first; /* it may be gone, and its neighbours with it */
	}
}

static void mqtt_send(struct ew_sink *base, struct ew_event *ev, ew_done_fn done)
{
	struct mqtt_sink *s = (struct mqtt_sink *)base;
	const char *why = NULL, *topic = make_topic(s, ev, &why);
	struct sent *t;

	if (!topic) {
		done(ev, EW_PERMANENT, why);
		return;
	}
	if (s->lost || (s->state == WAITING && s->attempts)) {
		done(ev, EW_TEMPORARY, "no connection to the broker");
		return;
	}
	t = s->base.in_flight > IN_FLIGHT_MOST ? NULL : append_sent(s, ev, done);
	if (!t) {
		done(ev, EW_TEMPORARY, "no room for another packet id");
		return;
	}
	t->topic = topic;
	if (s->state == UP) {
		publish(s, t);
		settle(s);
	} else {
		s->waiting = true;
	}
}

static void mqtt_close(struct ew_sink *base)
{
	struct mqtt_sink *s = (struct mqtt_sink *)base;
	struct sent *t;

	if (s->state == UP && s->m && !s->lost) {
		s->busy++;
		(void)mosquitto_disconnect(s->m);
		s->busy--;
	}
	unwatch(s);
	ew_resolve_cancel(&s->resolve);
	event_del(&s->tick);
	event_del(&s->retry);
	event_del(&s->tidy);
	if (s->m)
		mosquitto_destroy(s->m);
	s->m = NULL;
	s->state = WAITING;
	s->attempts = 1;
	pass_on(s);
	while (s->first)
		end_sent(s, s->first, EW_TEMPORARY, "shutting down");
	while ((t = s->unused)) {
		s->unused = t->next;
		free(t);
	}
	free(s->name);
	free(s->host);
	free(s->topic);
	free(s->username);
	free(s->password);
	free(s->client_id);
	free(s);
}

static void init_library(void)
{
	mosquitto_lib_init();
}

static char *make_client_id(const char *configured, unsigned index)
{
	uint64_t noise;
	char *id;
	int n;

	if (*configured) {
		n = asprintf(&id, "%s-%u", configured, index);
	} else {
		if (getrandom(&noise, sizeof(noise), 0) != sizeof(noise))
			noise = ew_now_ns();
		n = asprintf(&id, "ew%016llx", (unsigned long long)noise);
	}
	return n < 0 ? NULL : id;
}

static struct ew_sink *mqtt_open(struct ew_worker *w, const struct ew_function_config *f,
                                 struct ew_error *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const struct ew_mqtt_function *c = &f->mqtt;
	struct mqtt_sink *s;
	struct timeval now = { 0, 0 };

	if (strpbrk(c->topic, "+#")) {
		(void)ew_error_set(e, NULL, 0, "function \"%s\": one cannot publish to \"%s\": a topic has no "
		                   "wildcards", f->name, c->topic);
		return NULL;
	}
	pthread_once(&once, init_library);
	s = calloc(1, sizeof(*s));
	if (!s)
		goto no_memory;
	s->worker = w;
	s->fd = -1;
	s->port = c->port;
	s->qos = (int)c->qos;
	s->v5 = c->version == EW_MQTT_5;
	s->retain = c->retain;
	s->keepalive_s = (int)c->keepalive_s;
	/* Copies: a reload may replace the configuration under a sink whose settings are the same. */
	s->name = strdup(f->name);
	s->host = strdup(c->host);
	s->topic = strdup(c->topic);
	s->username = strdup(c->username);
	s->password = strdup(c->password);
	s->client_id = make_client_id(c->client_id, w->index);
	event_assign(&s->tick, w->base, -1, EV_PERSIST, on_tick, s);
	evtimer_assign(&s->retry, w->base, on_retry, s);
	evtimer_assign(&s->tidy, w->base, on_tidy, s);
	if (!s->name || !s->host || !s->topic || !s->username || !s->password || !s->client_id ||
	    event_add(&s->retry, &now) != 0) {
		mqtt_close(&s->base);
		goto no_memory;
	}
	return &s->base;
no_memory:
	(void)ew_error_set(e, NULL, 0, "out of memory");
	return NULL;
}

const struct ew_sink_ops ew_sink_mqtt = {
	.name = "mqtt",
	.open = mqtt_open,
	.send = mqtt_send,
	.close = mqtt_close,
};
