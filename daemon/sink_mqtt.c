/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A topic at an MQTT broker, published to over a link of our own (mqtt_link.h).
 *
 * An event is delivered when the broker has acknowledged it (QoS 1: PUBACK, QoS 2: PUBCOMP) or when the
 * kernel has taken it (QoS 0).  When the connection is lost, everything unacknowledged is a temporary
 * failure that delivery.c tries again, in a new session.  So an event can come twice at any QoS but 0; it
 * is not lost.
 *
 * The list holds events in the order they came in: first those published, then those that wait for a
 * connection or for room in the broker's window.
 *
 * The trap: done() may send the next event at once, so a list is walked from its front again after it. */

#include "daemon/mqtt_link.h"
#include "daemon/mqtt_properties.h"
#include "daemon/sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define WINDOW_MOST 32768u   /* packet ids are 16 bits: half of them are always free */
#define UNSENT_MOST 1048576u /* past it further events wait */
#define PACKET_MOST 262144u  /* of what a broker answers to a publisher */
/* Unfinished at QoS 2 where the broker cannot say its own limit (3.1.1).  mosquitto answers PUBREC and
 * PUBCOMP past its max_inflight_messages, by default 20, and forwards nothing. */
#define QOS2_MOST 20u

struct sent {
	struct sent *prev, *next;
	struct ew_event *ev;
	ew_done_fn done;
	struct ew_bytes topic; /* in the event's arena, or the sink's */
	uint16_t id;           /* 0: waits, or QoS 0 */
	bool published;
	bool released; /* QoS 2: PUBREL is out */
};

struct mqtt_sink {
	struct ew_sink base;
	struct ew_mqtt_link link;
	char *name, *host, *topic, *username, *password, *client_id;
	uint8_t qos;
	bool retain;

	/* what the broker said */
	uint32_t window, packet_most;
	const char *unfit; /* why it takes nothing of ours; NULL: it does */

	struct sent *first, *last, *unused;
	struct sent *waiting; /* the first that is not published */
	uint32_t open;        /* that have an id */
	uint16_t last_id;
	uint64_t taken[65536 / 64]; /* ids */
};

static void mark_id(struct mqtt_sink *s, uint16_t id, bool on)
{
	uint64_t bit = UINT64_C(1) << (id & 63);

	if (on)
		s->taken[id >> 6] |= bit;
	else
		s->taken[id >> 6] &= ~bit;
}

/* There is always one: the window is smaller than their number. */
static uint16_t take_id(struct mqtt_sink *s)
{
	do
		s->last_id++;
	while (s->last_id == 0 || (s->taken[s->last_id >> 6] >> (s->last_id & 63) & 1));
	mark_id(s, s->last_id, true);
	s->open++;
	return s->last_id;
}

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
	if (!s->waiting)
		s->waiting = t;
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
	if (s->waiting == t)
		s->waiting = t->next;
	if (t->id) {
		mark_id(s, t->id, false);
		s->open--;
	}
	t->next = s->unused;
	s->unused = t;
	done(ev, result, result == EW_DELIVERED ? NULL : why);
}

static void publish(struct mqtt_sink *s, struct sent *t)
{
	struct ew_mqtt_packet p = { .type = EW_MQTT_PUBLISH, .version = s->link.version, .qos = s->qos,
		                    .retain = s->retain, .topic = t->topic, .payload = t->ev->envelope.body };
	size_t n;

	if (s->unfit) {
		end_sent(s, t, EW_PERMANENT, s->unfit);
		return;
	}
	if (p.version == EW_MQTT_5 && !ew_mqtt_event_properties(t->ev, &p.properties)) {
		end_sent(s, t, EW_TEMPORARY, "limits.arena");
		return;
	}
	p.id = s->qos ? 1 : 0; /* any has the same size */
	n = ew_mqtt_size(&p);
	if (n == 0 || n > s->packet_most) {
		end_sent(s, t, EW_PERMANENT, "larger than the broker takes");
		return;
	}
	if (s->qos)
		p.id = t->id = take_id(s);
	t->published = true;
	s->waiting = t->next;
	ew_mqtt_link_send(&s->link, &p);
}

static bool has_room(const struct mqtt_sink *s)
{
	return ew_mqtt_link_is_up(&s->link) && s->open < s->window &&
	       ew_conn_unsent(&s->link.conn) < UNSENT_MOST;
}

static void publish_waiting(struct mqtt_sink *s)
{
	while (s->waiting && has_room(s))
		publish(s, s->waiting);
}

/* Nobody acknowledges QoS 0: those are delivered that the kernel has taken. */
static void end_written(struct mqtt_sink *s)
{
	struct sent *end = s->waiting;

	if (!s->first || !s->first->published || !ew_mqtt_link_flush(&s->link))
		return;
	if (ew_conn_unsent(&s->link.conn))
		return; /* there will be another turn when it is written */
	/* What done() sends now is behind `end`, or behind the last if that is NULL. */
	struct sent *last = end ? end->prev : s->last, *t;
	do {
		t = s->first;
		end_sent(s, t, EW_DELIVERED, NULL);
	} while (t != last);
	if (s->first)
		ew_mqtt_link_kick(&s->link);
}

static bool on_turn(void *owner)
{
	struct mqtt_sink *s = owner;

	publish_waiting(s);
	if (s->qos == 0)
		end_written(s);
	return false;
}

static void on_up(void *owner, const struct ew_mqtt_packet *connack)
{
	struct mqtt_sink *s = owner;
	struct ew_mqtt_property prop;

	s->window = s->qos == 2 && s->link.version < EW_MQTT_5 ? QOS2_MOST : WINDOW_MOST;
	s->packet_most = UINT32_MAX;
	s->unfit = NULL;
	if (ew_mqtt_property_find(connack->properties, EW_MQTT_PROPERTY_RECEIVE_MAXIMUM, &prop) &&
	    prop.number < s->window)
		s->window = prop.number;
	if (ew_mqtt_property_find(connack->properties, EW_MQTT_PROPERTY_MAXIMUM_PACKET_SIZE, &prop))
		s->packet_most = prop.number;
	if (ew_mqtt_property_find(connack->properties, EW_MQTT_PROPERTY_MAXIMUM_QOS, &prop) &&
	    prop.number < s->qos)
		s->unfit = "the broker does not take this quality of service";
	if (ew_mqtt_property_find(connack->properties, EW_MQTT_PROPERTY_RETAIN_AVAILABLE, &prop) &&
	    !prop.number && s->retain)
		s->unfit = "the broker does not retain";
	publish_waiting(s);
}

/* Also when there was none: those that wait for it have waited long enough.  What done() sends now is
 * refused, so this ends. */
static void on_down(void *owner)
{
	struct mqtt_sink *s = owner;

	while (s->first)
		end_sent(s, s->first, EW_TEMPORARY, "no connection to the broker");
}

static enum ew_status on_publish(void *owner, struct ew_bytes raw, const char **reason_r,
                                 uint8_t *refuse_r)
{
	(void)owner;
	(void)raw;
	*reason_r = "a PUBLISH that was not subscribed to";
	*refuse_r = EW_MQTT_REASON_PROTOCOL_ERROR;
	return EW_MALFORMED;
}

static bool on_too_large(void *owner, const struct ew_mqtt_packet *p)
{
	struct mqtt_sink *s = owner;

	(void)p;
	ew_mqtt_link_fail(&s->link, EW_MQTT_REASON_PROTOCOL_ERROR, "a PUBLISH that was not subscribed to");
	return true;
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

/* Brokers acknowledge in order, so it is found at the front. */
static struct sent *find_sent(const struct mqtt_sink *s, uint16_t id)
{
	for (struct sent *t = s->first; t && t->published; t = t->next) {
		if (t->id == id)
			return t;
	}
	return NULL;
}

static void release(struct mqtt_sink *s, uint16_t id, uint8_t reason)
{
	struct ew_mqtt_packet p = { .type = EW_MQTT_PUBREL, .version = s->link.version, .id = id,
		                    .reason = s->link.version == EW_MQTT_5 ? reason : 0 };

	ew_mqtt_link_send(&s->link, &p);
}

static void on_packet(void *owner, const struct ew_mqtt_packet *p)
{
	struct mqtt_sink *s = owner;
	uint8_t reason = s->link.version == EW_MQTT_5 ? p->reason : 0;
	struct sent *t = find_sent(s, p->id);

	if (p->type == EW_MQTT_PUBACK && s->qos == 1) {
		if (t)
			end_sent(s, t, judge(reason), ew_mqtt_reason_text(reason));
	} else if (p->type == EW_MQTT_PUBREC && s->qos == 2) {
		if (t && reason >= 0x80) {
			end_sent(s, t, judge(reason), ew_mqtt_reason_text(reason));
			return;
		}
		if (t)
			t->released = true;
		if (reason < 0x80)
			release(s, p->id, t ? 0 : EW_MQTT_REASON_ID_NOT_FOUND);
	} else if (p->type == EW_MQTT_PUBCOMP && s->qos == 2 && (!t || t->released)) {
		if (t)
			end_sent(s, t, judge(reason), ew_mqtt_reason_text(reason));
	} else {
		ew_mqtt_link_fail(&s->link, EW_MQTT_REASON_PROTOCOL_ERROR,
		                  "an acknowledgement that does not fit what we sent");
	}
}

static const struct ew_mqtt_link_ops link_ops = {
	.up = on_up,
	.down = on_down,
	.failed = on_down,
	.publish = on_publish,
	.too_large = on_too_large,
	.packet = on_packet,
	.turn = on_turn,
};

/* "${topic}" in the configured topic is the event's own.  A NULL view: it makes no topic name; `why_r` says
 * why. */
static struct ew_bytes make_topic(const struct mqtt_sink *s, const struct ew_event *ev, const char **why_r)
{
	static const char mark[] = "${topic}";
	struct ew_bytes own = ev->envelope.subject, topic = ew_bytes_str(s->topic);
	const size_t k = sizeof(mark) - 1;
	size_t n = 0, cap = topic.n;
	const char *from = s->topic, *to = strstr(from, mark);
	enum ew_mqtt_fault f;

	if (to) {
		for (const char *p = to; p; p = strstr(p + k, mark))
			cap += own.n;
		uint8_t *out = ew_arena_alloc_raw(ev->m->arena, cap);
		if (!out) {
			*why_r = "limits.arena";
			return ew_bytes(NULL, 0);
		}
		for (; to; from = to + k, to = strstr(from, mark)) {
			memcpy(out + n, from, (size_t)(to - from));
			n += (size_t)(to - from);
			if (own.n)
				memcpy(out + n, own.p, own.n);
			n += own.n;
		}
		memcpy(out + n, from, strlen(from));
		topic = ew_bytes(out, n + strlen(from));
	}
	f = ew_mqtt_topic_check(topic);
	*why_r = ew_mqtt_fault_reason(f);
	return f ? ew_bytes(NULL, 0) : topic;
}

static void mqtt_send(struct ew_sink *base, struct ew_event *ev, ew_done_fn done)
{
	struct mqtt_sink *s = (struct mqtt_sink *)base;
	const struct ew_mqtt_link *l = &s->link;
	const char *why = NULL;
	struct ew_bytes topic = make_topic(s, ev, &why);
	struct sent *t;

	if (!topic.p) {
		done(ev, EW_PERMANENT, why);
		return;
	}
	if (l->state == EW_LINK_CLOSED || (l->state == EW_LINK_WAITING && l->attempts)) {
		done(ev, EW_TEMPORARY, "no connection to the broker");
		return;
	}
	t = append_sent(s, ev, done);
	if (!t) {
		done(ev, EW_TEMPORARY, "no memory");
		return;
	}
	t->topic = topic;
	if (s->waiting == t && has_room(s))
		publish(s, t);
}

static void mqtt_close(struct ew_sink *base)
{
	struct mqtt_sink *s = (struct mqtt_sink *)base;
	struct sent *t;

	ew_mqtt_link_close(&s->link);
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
	const struct ew_mqtt_function *c = &f->mqtt;
	struct ew_mqtt_link *l;
	struct mqtt_sink *s;

	if (strpbrk(c->topic, "+#")) {
		(void)ew_error_set(e, NULL, 0, "function \"%s\": one cannot publish to \"%s\": a topic has no "
		                   "wildcards", f->name, c->topic);
		return NULL;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		goto no_memory;
	s->qos = (uint8_t)c->qos;
	s->retain = c->retain;
	/* Copies: a reload may replace the configuration under a sink whose settings are the same. */
	s->name = strdup(f->name);
	s->host = strdup(c->host);
	s->topic = strdup(c->topic);
	s->username = strdup(c->username);
	s->password = strdup(c->password);
	s->client_id = make_client_id(c->client_id, w->index);
	if (!s->name || !s->host || !s->topic || !s->username || !s->password || !s->client_id) {
		mqtt_close(&s->base);
		goto no_memory;
	}
	l = &s->link;
	l->worker = w;
	l->ops = &link_ops;
	l->owner = s;
	l->name = s->name;
	l->host = s->host;
	l->port = c->port;
	l->version = (uint8_t)c->version;
	l->clean = true;
	l->publishes = true;
	l->keep_alive_s = (uint16_t)c->keepalive_s;
	l->receive_maximum = UINT16_MAX;
	l->packet_most = PACKET_MOST;
	l->client_id = ew_bytes_str(s->client_id);
	l->user = ew_bytes_str(s->username);
	l->password = ew_bytes_str(s->password);
	ew_mqtt_link_open(l);
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
