/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Events into a Kafka topic: one producer per worker and function.
 *
 * A send() is a record handed to librdkafka; done() is its delivery report.  librdkafka retries within
 * message.timeout.ms (30 s unless the properties say otherwise) before it reports a failure, so that a
 * broker's restart is no failure at all.  Idempotence and acks=all are defaults of ours.
 *
 * A broker refuses whole batches, so one record that is too large for the topic, or has no key where it
 * needs one, fails those that travel with it.  What was refused for good therefore goes again through a
 * second producer that sends each record alone; that answer is final.
 *
 * The payload is not copied, which is why a producer is never destroyed before all its reports are in:
 * a fatal error or close() purges first, and the reports of the purged records give the events back. */

#include "daemon/kafka_record.h"
#include "daemon/sink.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define REPORTS_A_TURN 2048
#define BATCH_MOST 10000 /* librdkafka's own default */
#define REOPEN_MS 1000
#define CLOSE_MS 5000

/* A producer, NULL until it is needed or while it is being reopened. */
struct lane {
	rd_kafka_t *rk;
	rd_kafka_topic_t *topic;
	rd_kafka_queue_t *queue;
};

struct kafka_sink {
	struct ew_sink base;
	struct ew_worker *worker;
	const char *name; /* of the function, for notes at open; later base.config's */
	struct lane wide, alone;
	struct ew_kafka_wake wake;
	struct event *reopen;
	ew_done_fn done; /* delivery's, the same one each time */
	uint32_t outstanding;
	uint64_t alarm_ns; /* of the newest alarm note: one in ten seconds is enough */
	bool fatal, closing;
};

/* Half of what may be in flight: one half travels while the other is gathered.  Were it more, a sink that has all
 * it may have would wait for company that cannot come, linger.ms each time. */
static uint32_t records_a_batch(const struct ew_function_config *f)
{
	uint32_t half = f->max_in_flight / 2;

	return half < 1 ? 1 : half > BATCH_MOST ? BATCH_MOST : half;
}

static bool open_lane(struct kafka_sink *s, struct lane *l, const struct ew_function_config *f,
                      struct ew_error *e)
{
	char batch[16];
	snprintf(batch, sizeof(batch), "%" PRIu32, records_a_batch(f));
	const struct ew_kafka_property ours[] = {
		{ "bootstrap.servers", f->kafka.brokers, true },
		{ "client.id", "eventwall", false },
		{ "reconnect.backoff.max.ms", "2000", false },
		{ "acks", "all", false },
		{ "enable.idempotence", "true", false },
		{ "message.timeout.ms", "30000", false },
		{ "queue.buffering.max.messages", "1000000", false },
		{ "linger.ms", "5", false },
		{ "batch.num.messages", batch, false },
		{ "socket.nagle.disable", "true", false },
		{ "log.queue", "true", true },
		{ NULL, NULL, false },
	};
	rd_kafka_conf_t *conf = ew_kafka_conf(&f->kafka.properties, ours, e);
	char text[512];

	if (!conf)
		return false;
	if (l == &s->alone)
		(void)rd_kafka_conf_set(conf, "batch.num.messages", "1", text, sizeof(text));
	rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG);
	l->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text));
	if (!l->rk) {
		rd_kafka_conf_destroy(conf);
		return ew_error_set(e, NULL, 0, "no Kafka producer: %s", text);
	}
	l->topic = rd_kafka_topic_new(l->rk, f->kafka.topic, NULL);
	if (!l->topic) {
		rd_kafka_destroy(l->rk);
		l->rk = NULL;
		return ew_error_set(e, NULL, 0, "Kafka topic \"%s\": %s", f->kafka.topic,
		                    rd_kafka_err2str(rd_kafka_last_error()));
	}
	rd_kafka_set_log_queue(l->rk, NULL);
	l->queue = rd_kafka_queue_get_main(l->rk);
	ew_kafka_wake_queue(&s->wake, l->queue);
	return true;
}

static void close_lane(struct lane *l)
{
	if (!l->rk)
		return;
	rd_kafka_queue_io_event_enable(l->queue, -1, NULL, 0);
	rd_kafka_queue_destroy(l->queue);
	rd_kafka_topic_destroy(l->topic);
	rd_kafka_destroy(l->rk);
	l->rk = NULL;
}

static void purge_lane(struct lane *l, int flags)
{
	if (l->rk)
		rd_kafka_purge(l->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | flags);
}

static const char *name_of(const struct kafka_sink *s)
{
	return s->base.config ? s->base.config->name : s->name;
}

static void note_alarm(struct kafka_sink *s, rd_kafka_resp_err_t err)
{
	char text[256];
	uint64_t now = ew_now_ns();

	if (s->alarm_ns && now - s->alarm_ns < UINT64_C(10000000000))
		return;
	s->alarm_ns = now;
	snprintf(text, sizeof(text), "alarm: the cluster refuses records: %s; they are kept back",
	         rd_kafka_err2str(err));
	ew_kafka_note(s->worker, "error", name_of(s), text);
}

static void report(struct kafka_sink *s, struct ew_event *ev, rd_kafka_resp_err_t err)
{
	if (ew_kafka_alarm(err))
		note_alarm(s, err);
	s->done(ev, ew_kafka_delivery(err), err ? rd_kafka_err2str(err) : NULL);
}

static void produce(struct kafka_sink *s, struct lane *l, struct ew_event *ev)
{
	rd_kafka_resp_err_t err = ew_kafka_produce(l->rk, l->topic, ev);

	if (err)
		report(s, ev, err);
	else
		s->outstanding++;
}

static void produce_alone(struct kafka_sink *s, struct ew_event *ev)
{
	struct ew_error e;

	if (s->alone.rk || open_lane(s, &s->alone, s->base.config, &e))
		produce(s, &s->alone, ev);
	else
		s->done(ev, EW_TEMPORARY, "no second Kafka producer");
}

static size_t serve_reports(struct kafka_sink *s, struct lane *l, rd_kafka_event_t *rkev)
{
	const rd_kafka_message_t *m;
	size_t n = 0;

	while ((m = rd_kafka_event_message_next(rkev))) {
		ew_assert(s->outstanding > 0);
		s->outstanding--;
		n++;
		if (ew_kafka_delivery(m->err) == EW_PERMANENT && l == &s->wide && !s->closing)
			produce_alone(s, m->_private);
		else
			report(s, m->_private, m->err);
	}
	return n;
}

static void serve_error(struct kafka_sink *s, rd_kafka_event_t *rkev)
{
	if (rd_kafka_event_error(rkev) == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
		ew_count_one(s->worker, RECONNECTS);
	if (rd_kafka_event_error_is_fatal(rkev))
		s->fatal = true;
	ew_kafka_note(s->worker, s->fatal ? "error" : "warning", name_of(s),
	              rd_kafka_event_error_string(rkev));
}

static void serve_log(struct kafka_sink *s, rd_kafka_event_t *rkev)
{
	const char *facility, *text;
	int level;

	if (rd_kafka_event_log(rkev, &facility, &text, &level) == 0)
		ew_kafka_note(s->worker, ew_kafka_level(level), name_of(s), text);
}

/* One librdkafka event; how many reports were in it.  False: the queue is empty. */
static bool serve_one(struct kafka_sink *s, struct lane *l, int wait_ms, size_t *reports)
{
	rd_kafka_event_t *rkev = l->rk ? rd_kafka_queue_poll(l->queue, wait_ms) : NULL;

	if (!rkev)
		return false;
	switch (rd_kafka_event_type(rkev)) {
	case RD_KAFKA_EVENT_DR:
		*reports += serve_reports(s, l, rkev);
		break;
	case RD_KAFKA_EVENT_ERROR:
		serve_error(s, rkev);
		break;
	case RD_KAFKA_EVENT_LOG:
		serve_log(s, rkev);
		break;
	default:
		break;
	}
	rd_kafka_event_destroy(rkev);
	return true;
}

static void reopen_later(struct kafka_sink *s)
{
	static const struct timeval t = { REOPEN_MS / 1000, REOPEN_MS % 1000 * 1000 };

	if (event_add(s->reopen, &t) != 0)
		ew_assert(!"a timer can always be added");
}

static void on_reopen(evutil_socket_t fd, short what, void *arg)
{
	struct kafka_sink *s = arg;
	struct ew_error e;

	(void)fd;
	(void)what;
	ew_count_one(s->worker, RECONNECTS);
	if (s->wide.rk || open_lane(s, &s->wide, s->base.config, &e))
		return;
	ew_kafka_note(s->worker, "error", name_of(s), e.text);
	reopen_later(s);
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct kafka_sink *s = arg;
	size_t reports = 0;
	bool more = true;

	(void)fd;
	(void)what;
	ew_kafka_wake_clear(&s->wake);
	while (more && reports < REPORTS_A_TURN) {
		more = serve_one(s, &s->wide, 0, &reports);
		more = serve_one(s, &s->alone, 0, &reports) || more;
	}
	if (more)
		ew_kafka_wake_up(&s->wake); /* the others first, then the rest */
	if (s->fatal && s->outstanding > 0) {
		purge_lane(&s->wide, RD_KAFKA_PURGE_F_NON_BLOCKING);
		purge_lane(&s->alone, RD_KAFKA_PURGE_F_NON_BLOCKING);
	} else if (s->fatal) {
		close_lane(&s->wide);
		close_lane(&s->alone);
		s->fatal = false;
		reopen_later(s);
	}
}

static void kafka_send(struct ew_sink *base, struct ew_event *ev, ew_done_fn done)
{
	struct kafka_sink *s = (struct kafka_sink *)base;

	if (!s->wide.rk || s->fatal) {
		done(ev, EW_TEMPORARY, "the Kafka producer is being opened anew");
		return;
	}
	ew_assert(!s->done || s->done == done);
	s->done = done;
	produce(s, &s->wide, ev);
}

static bool kafka_flushed(const struct ew_sink *base)
{
	return ((const struct kafka_sink *)base)->outstanding == 0;
}

static void kafka_close(struct ew_sink *base)
{
	struct kafka_sink *s = (struct kafka_sink *)base;
	uint64_t end = ew_now_ns() + (uint64_t)CLOSE_MS * 1000000;
	size_t reports = 0;

	s->closing = true;
	purge_lane(&s->wide, 0);
	purge_lane(&s->alone, 0);
	while (s->outstanding > 0 && ew_now_ns() < end) {
		(void)serve_one(s, &s->wide, 10, &reports);
		(void)serve_one(s, &s->alone, 10, &reports);
	}
	close_lane(&s->wide);
	close_lane(&s->alone);
	ew_kafka_wake_close(&s->wake);
	if (s->reopen)
		event_free(s->reopen);
	free(s);
}

static struct ew_sink *kafka_open(struct ew_worker *w, const struct ew_function_config *f,
                                  struct ew_error *e)
{
	struct kafka_sink *s = calloc(1, sizeof(*s));
	struct ew_error why;

	if (!s) {
		ew_error_set(e, NULL, 0, "out of memory");
		return NULL;
	}
	s->worker = w;
	s->name = f->name;
	s->reopen = event_new(w->base, -1, 0, on_reopen, s);
	if (!ew_kafka_wake_open(&s->wake, w->base, on_wake, s) || !s->reopen) {
		ew_error_set(e, NULL, 0, "function \"%s\": no file descriptors", f->name);
	} else if (!open_lane(s, &s->wide, f, &why)) {
		ew_error_set(e, NULL, 0, "function \"%s\": %s", f->name, why.text);
	} else {
		return &s->base;
	}
	kafka_close(&s->base);
	return NULL;
}

const struct ew_sink_ops ew_sink_kafka = {
	.name = "kafka",
	.open = kafka_open,
	.send = kafka_send,
	.flushed = kafka_flushed,
	.close = kafka_close,
};
