/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Transactions of a Kafka source.
 *
 *     INIT --> READY --> OPEN ----> CLOSING --> COMMITTING --> READY     events are done: delivered
 *                ^        | error      | error       | refused
 *                |        v            v             v
 *              PAUSE <-------------- ABORTING                            events stay, produced again
 *
 * READY -> OPEN at the first record.  OPEN -> CLOSING after COMMIT_MS or when it is full or in a hurry;
 * the source reads no more.  CLOSING -> COMMITTING once everything that was read is settled or in the
 * transaction with its delivery report, so that the positions that go with it say exactly that.
 *
 * An event is done only when its transaction is committed.  After an abort the events are produced
 * again in the order they came, without being read or judged again; only one that the cluster will
 * never take goes back to delivery, which may quarantine it, in the next transaction.
 *
 * A broker refuses whole batches: the next try is then made by a producer that sends each record alone,
 * so that only the one that is too large, say, is found guilty.
 *
 * The trap: if commit fails fatally nobody knows whether it happened.  Then nothing is produced again:
 * the source starts over from the offsets that the cluster says are committed. */

#include "daemon/kafka_txn.h"

#include "daemon/delivery.h"
#include "daemon/kafka_record.h"
#include "daemon/kafka_txn_producer.h"

#include <stdio.h>
#include <stdlib.h>

#define COMMIT_MS 100
#define COMMIT_RECORDS 10000
#define CLOSING_MS 5000 /* an event that waits elsewhere: free the readers behind our transaction */
#define PAUSE_MS 200
#define PURGE (RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)

enum state { INIT, READY, OPEN, CLOSING, COMMITTING, ABORTING, PAUSE, BROKEN };

/* One event in the transaction; lives in the event's room. */
struct item {
	struct item *next;
	struct ew_event *ev;
	struct txn_sink *sink;
	ew_done_fn done;
	rd_kafka_resp_err_t err;
	bool produced, reported, by_report;
};
_Static_assert(sizeof(struct item) <= sizeof(((struct ew_event *)0)->sink_room), "it has room");

struct txn_sink {
	struct ew_sink base;
	struct ew_kafka_txn *txn;
	struct ew_function_config config; /* as configured, but without limits: the batch is the limit */
	char *identity;
	rd_kafka_topic_t *topic;
};

struct ew_kafka_txn {
	struct ew_worker *worker;
	struct ew_source *source;
	const struct ew_kafka_txn_host *host;
	struct ew_kafka_txn_producer p;
	struct ew_kafka_wake wake;
	struct event *timer;
	struct txn_sink sinks[2];
	unsigned sink_count;

	enum state state;
	uint64_t due_ns; /* OPEN: commit then; CLOSING: abort then; PAUSE: go on then */
	bool hurry, failed, forget;
	bool narrow; /* each record in a batch of its own, until the next commit */
	bool told; /* BROKEN: the source knows */
	char broken_why[256];
	struct item *head, **tail;
	uint32_t count, produced, reported;
};

static bool open_topics(struct ew_kafka_txn *t)
{
	bool good = true;

	for (unsigned i = 0; i < t->sink_count; i++) {
		t->sinks[i].topic = rd_kafka_topic_new(t->p.rk, t->sinks[i].config.kafka.topic, NULL);
		good = good && t->sinks[i].topic;
	}
	return good;
}

static void close_topics(struct ew_kafka_txn *t)
{
	for (unsigned i = 0; i < t->sink_count; i++) {
		if (t->sinks[i].topic)
			rd_kafka_topic_destroy(t->sinks[i].topic);
		t->sinks[i].topic = NULL;
	}
}

/* In READY with no transaction and no report outstanding. */
static void change_producer(struct ew_kafka_txn *t, bool narrow)
{
	struct ew_error e = { .text = "no topic" };

	t->narrow = narrow;
	close_topics(t);
	ew_kafka_txn_producer_close(&t->p);
	if (ew_kafka_txn_producer_open(&t->p, t->source->route->config, narrow, &e) && open_topics(t)) {
		t->state = INIT;
		ew_kafka_txn_producer_call(&t->p, EW_KAFKA_INIT);
	} else {
		snprintf(t->broken_why, sizeof(t->broken_why), "%.250s", e.text);
		t->state = BROKEN;
	}
}

/* ---- records --------------------------------------------------------------------------------- */

static void produce(struct ew_kafka_txn *t, struct item *i)
{
	i->err = ew_kafka_produce(t->p.rk, i->sink->topic, i->ev);
	i->produced = true;
	t->produced++;
	if (i->err) { /* no report will come */
		i->reported = true;
		t->reported++;
		t->failed = true;
	}
}

static void give_back(struct item *i, enum ew_delivery result)
{
	struct ew_event *ev = i->ev;
	ew_done_fn done = i->done;
	const char *why = i->err ? rd_kafka_err2str(i->err) : NULL;

	done(ev, result, result == EW_GONE ? "its partition went to another reader" : why);
}

/* Empties the list and answers the old one: done() may append to the new. */
static struct item *take_items(struct ew_kafka_txn *t)
{
	struct item *all = t->head;

	t->head = NULL;
	t->tail = &t->head;
	t->count = t->produced = t->reported = 0;
	return all;
}

static void append(struct ew_kafka_txn *t, struct item *i)
{
	i->next = NULL;
	*t->tail = i;
	t->tail = &i->next;
	t->count++;
}

static void end_all(struct ew_kafka_txn *t, enum ew_delivery result)
{
	struct item *next;

	for (struct item *i = take_items(t); i; i = next) {
		next = i->next;
		give_back(i, result);
	}
}

/* Will never be taken, whatever travels with it. */
static bool hopeless(const struct ew_kafka_txn *t, const struct item *i)
{
	return i->err && ew_kafka_delivery(i->err) == EW_PERMANENT && (t->narrow || !i->by_report);
}

/* After an abort: who is lost or never taken goes, the others wait for the next transaction. */
static void sort_out(struct ew_kafka_txn *t)
{
	struct item *next;
	bool refused = false;

	for (struct item *i = take_items(t); i; i = next) {
		next = i->next;
		if (t->host->lost(t->source, i->ev)) {
			give_back(i, EW_GONE);
		} else if (hopeless(t, i)) {
			give_back(i, EW_PERMANENT);
		} else {
			refused = refused || (i->err && ew_kafka_delivery(i->err) == EW_PERMANENT);
			i->produced = i->reported = i->by_report = false;
			i->err = RD_KAFKA_RESP_ERR_NO_ERROR;
			append(t, i);
		}
	}
	t->forget = false;
	if (refused)
		change_producer(t, true);
}

/* ---- states ---------------------------------------------------------------------------------- */

/* What the source may hold is all that can come: nothing is gained by waiting for more. */
static uint32_t records_most(const struct ew_kafka_txn *t)
{
	uint32_t held_most = t->source->route->config->kafka.max_in_flight;

	return held_most < COMMIT_RECORDS ? held_most : COMMIT_RECORDS;
}

static void enter(struct ew_kafka_txn *t, enum state state, uint32_t ms)
{
	t->state = state;
	t->due_ns = ew_now_ns() + (uint64_t)ms * 1000000;
	struct timeval tv = { ms / 1000, (ms % 1000) * 1000 };
	if (ms && event_add(t->timer, &tv) != 0)
		ew_assert(!"a timer can always be added");
}

/* The events go once every report is in: librdkafka reads their payloads until then. */
static void enter_broken(struct ew_kafka_txn *t, const char *why)
{
	snprintf(t->broken_why, sizeof(t->broken_why), "%s", why);
	t->state = BROKEN;
	if (t->p.rk)
		rd_kafka_purge(t->p.rk, PURGE | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

static bool begin(struct ew_kafka_txn *t)
{
	rd_kafka_error_t *error = rd_kafka_begin_transaction(t->p.rk);
	char why[256];

	if (error) {
		snprintf(why, sizeof(why), "%s", rd_kafka_error_string(error));
		rd_kafka_error_destroy(error);
		enter_broken(t, why);
		return false;
	}
	t->failed = false;
	enter(t, OPEN, COMMIT_MS);
	for (struct item *i = t->head; i; i = i->next)
		produce(t, i);
	return true;
}

static void abort_it(struct ew_kafka_txn *t)
{
	enter(t, ABORTING, 0);
	ew_kafka_txn_producer_call(&t->p, EW_KAFKA_ABORT);
}

static bool anything_read(struct ew_kafka_txn *t)
{
	rd_kafka_topic_partition_list_t *l = t->host->positions(t->source);
	bool any = l->cnt > 0;

	rd_kafka_topic_partition_list_destroy(l);
	return any;
}

static bool try_commit(struct ew_kafka_txn *t)
{
	rd_kafka_t *consumer = t->host->consumer(t->source);

	if (t->source->in_flight != t->count || t->reported != t->count || !consumer)
		return false;
	t->p.positions = t->host->positions(t->source);
	t->p.member = rd_kafka_consumer_group_metadata(consumer);
	if (!t->p.member) {
		rd_kafka_topic_partition_list_destroy(t->p.positions);
		t->p.positions = NULL;
		return false;
	}
	enter(t, COMMITTING, 0);
	ew_kafka_txn_producer_call(&t->p, EW_KAFKA_COMMIT);
	return true;
}

static void end_commit(struct ew_kafka_txn *t, enum ew_kafka_result r)
{
	rd_kafka_topic_partition_list_t *positions = t->p.positions;

	rd_kafka_consumer_group_metadata_destroy(t->p.member);
	t->p.member = NULL;
	t->p.positions = NULL;
	if (r == EW_KAFKA_RESULT_OK) {
		t->host->committed(t->source, positions);
		enter(t, READY, 0);
		end_all(t, EW_DELIVERED);
		if (t->narrow)
			change_producer(t, false);
	} else if (r == EW_KAFKA_RESULT_ABORT) {
		ew_kafka_note(t->worker, "warning", t->source->route->config->name, t->p.why);
		abort_it(t);
	} else {
		enter_broken(t, t->p.why);
	}
	rd_kafka_topic_partition_list_destroy(positions);
}

static void end_task(struct ew_kafka_txn *t, enum ew_kafka_result r)
{
	switch (t->state) {
	case INIT:
		if (r == EW_KAFKA_RESULT_OK)
			enter(t, READY, 0);
		else
			enter_broken(t, t->p.why);
		break;
	case COMMITTING:
		end_commit(t, r);
		break;
	case ABORTING:
		if (r == EW_KAFKA_RESULT_OK)
			enter(t, PAUSE, t->hurry ? 1 : PAUSE_MS);
		else
			enter_broken(t, t->p.why);
		break;
	default:
		ew_assert(!"a task ended that nobody started");
	}
}

/* One step, if there is one; false when there is nothing to do but wait. */
static bool step(struct ew_kafka_txn *t)
{
	uint64_t now = ew_now_ns();

	switch (t->state) {
	case READY:
		if (t->forget) {
			sort_out(t);
			return true;
		}
		if (t->head)
			return begin(t);
		/* Only drops that nobody keeps: their offsets are committed all the same. */
		if ((t->hurry || now >= t->due_ns + UINT64_C(500000000)) && t->source->in_flight == 0 &&
		    anything_read(t))
			return begin(t);
		return false;
	case OPEN:
		if (!t->failed && !t->forget && t->count < records_most(t) && now < t->due_ns && !t->hurry)
			return false;
		enter(t, CLOSING, CLOSING_MS);
		return true;
	case CLOSING:
		if (t->failed || t->forget || now >= t->due_ns) {
			abort_it(t);
			return false;
		}
		return try_commit(t) && false;
	case PAUSE:
		if (now < t->due_ns || t->reported != t->produced)
			return false;
		enter(t, READY, 0);
		sort_out(t);
		return true;
	case BROKEN:
		if (t->told || t->reported != t->produced)
			return false;
		t->told = true;
		end_all(t, EW_GONE);
		t->host->broken(t->source, t->broken_why);
		return false;
	default:
		return false;
	}
}

static void go_on(struct ew_kafka_txn *t)
{
	enum ew_kafka_result r = ew_kafka_txn_producer_result(&t->p);

	if (r != EW_KAFKA_RESULT_NONE)
		end_task(t, r);
	while (step(t))
		;
	t->host->changed(t->source);
}

/* ---- librdkafka's events --------------------------------------------------------------------- */

static void on_report(void *arg, const rd_kafka_message_t *m)
{
	struct ew_kafka_txn *t = arg;
	struct ew_event *ev = m->_private;
	struct item *i = ev->sink_state;

	i->reported = i->by_report = true;
	i->err = m->err;
	t->reported++;
	if (m->err)
		t->failed = true;
	if (ew_kafka_alarm(m->err))
		ew_kafka_note(t->worker, "error", t->source->route->config->name, rd_kafka_err2str(m->err));
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct ew_kafka_txn *t = arg;

	(void)fd;
	(void)what;
	ew_kafka_wake_clear(&t->wake);
	while (ew_kafka_txn_producer_serve(&t->p, 0, on_report, t, &t->failed)) {
		/* A batch is bounded by COMMIT_RECORDS, so this is, too. */
	}
	go_on(t);
}

/* ---- sinks ----------------------------------------------------------------------------------- */

static void txn_send(struct ew_sink *base, struct ew_event *ev, ew_done_fn done)
{
	struct txn_sink *s = (struct txn_sink *)base;
	struct ew_kafka_txn *t = s->txn;

	if (t->state == BROKEN || t->host->lost(t->source, ev)) {
		done(ev, EW_GONE, "its partition went to another reader");
		return;
	}
	struct item *i = ev->sink_state = memcpy(ev->sink_room, &(struct item){ .ev = ev, .sink = s, .done = done },
	                                         sizeof(*i));
	append(t, i);
	if (t->state == OPEN || t->state == CLOSING)
		produce(t, i);
	if (t->state == READY || t->count >= records_most(t) || t->failed)
		ew_kafka_wake_soon(&t->wake);
}

static bool txn_flushed(const struct ew_sink *base)
{
	return ew_kafka_txn_idle(((const struct txn_sink *)base)->txn);
}

static const struct ew_sink_ops txn_sink_ops = {
	.name = "kafka-transaction",
	.send = txn_send,
	.flushed = txn_flushed,
};

/* Room, retries and circuit are the transaction's own matter. */
static void take_config(struct txn_sink *s, const struct ew_function_config *f)
{
	s->config = *f;
	s->config.max_in_flight = UINT32_MAX;
	s->config.breaker_failures = 0;
	s->base.config = &s->config;
}

static bool add_sink(struct ew_kafka_txn *t, const struct ew_function_config *f, struct ew_error *e)
{
	struct txn_sink *s = &t->sinks[t->sink_count];

	if (t->sink_count && !strcmp(t->sinks[0].identity, f->identity))
		return true;
	s->identity = strdup(f->identity);
	s->topic = rd_kafka_topic_new(t->p.rk, f->kafka.topic, NULL);
	if (!s->identity || !s->topic) {
		free(s->identity);
		return ew_error_set(e, NULL, 0, "Kafka topic \"%s\" cannot be opened", f->kafka.topic);
	}
	s->txn = t;
	s->base.ops = &txn_sink_ops;
	s->base.worker = t->worker;
	take_config(s, f);
	t->sink_count++;
	return true;
}

struct ew_sink *ew_kafka_txn_sink(struct ew_kafka_txn *t, const struct ew_function_config *f)
{
	for (unsigned i = 0; i < t->sink_count; i++) {
		if (!strcmp(t->sinks[i].identity, f->identity))
			return &t->sinks[i].base;
	}
	return NULL;
}

bool ew_kafka_txn_adopt(struct ew_kafka_txn *t, const struct ew_route *r)
{
	const struct ew_function_config *f[2] = { r->config->to, r->config->quarantine_to };
	bool same = true;

	for (int i = 0; i < 2; i++) {
		struct ew_sink *s = f[i] ? ew_kafka_txn_sink(t, f[i]) : NULL;
		if (s)
			take_config((struct txn_sink *)s, f[i]);
		else if (f[i])
			same = false;
	}
	return same;
}

/* ---- open, close, questions ------------------------------------------------------------------ */

bool ew_kafka_txn_takes(const struct ew_kafka_txn *t)
{
	return (t->state == READY || t->state == OPEN) && !t->failed && !t->forget && !t->hurry &&
	       t->count < records_most(t);
}

bool ew_kafka_txn_idle(const struct ew_kafka_txn *t)
{
	return t->count == 0 && (t->state == READY || t->state == INIT || t->state == BROKEN);
}

void ew_kafka_txn_hurry(struct ew_kafka_txn *t, bool on)
{
	t->hurry = on;
	ew_kafka_wake_up(&t->wake);
}

void ew_kafka_txn_forget(struct ew_kafka_txn *t)
{
	t->forget = true;
	ew_kafka_wake_up(&t->wake);
}

void ew_kafka_txn_cut(struct ew_kafka_txn *t)
{
	for (unsigned i = 0; i < t->sink_count; i++)
		ew_delivery_cut(&t->sinks[i].base);
}

void ew_kafka_txn_tick(struct ew_kafka_txn *t)
{
	go_on(t);
}

struct ew_kafka_txn *ew_kafka_txn_open(struct ew_worker *w, struct ew_source *s, const struct ew_route *r,
                                       const struct ew_kafka_txn_host *host, struct ew_error *e)
{
	const struct ew_route_config *c = r->config;
	struct ew_kafka_txn *t = calloc(1, sizeof(*t));

	if (!t) {
		ew_error_set(e, NULL, 0, "out of memory");
		return NULL;
	}
	t->worker = w;
	t->source = s;
	t->host = host;
	t->tail = &t->head;
	ew_kafka_txn_producer_init(&t->p, w, s, &t->wake);
	t->timer = event_new(w->base, -1, 0, on_wake, t);
	if (!ew_kafka_wake_open(&t->wake, w->base, on_wake, t) || !t->timer) {
		ew_error_set(e, NULL, 0, "no file descriptors");
		goto fail;
	}
	if (!ew_kafka_txn_producer_open(&t->p, c, false, e) || !add_sink(t, c->to, e) ||
	    (c->quarantine_to && !add_sink(t, c->quarantine_to, e)))
		goto fail;
	if (!ew_kafka_txn_producer_start(&t->p, e))
		goto fail;
	t->state = INIT;
	ew_kafka_txn_producer_call(&t->p, EW_KAFKA_INIT);
	return t;
fail:
	ew_kafka_txn_close(&t);
	return NULL;
}

/* Every report must be in before the events go: librdkafka reads their payloads until then. */
static void purge(struct ew_kafka_txn *t)
{
	rd_kafka_purge(t->p.rk, PURGE);
	for (int i = 0; i < 40 && t->reported != t->produced; i++)
		(void)ew_kafka_txn_producer_serve(&t->p, 50, on_report, t, &t->failed);
}

void ew_kafka_txn_close(struct ew_kafka_txn **tp)
{
	struct ew_kafka_txn *t = *tp;

	*tp = NULL;
	if (!t)
		return;
	ew_kafka_txn_producer_stop(&t->p);
	if (t->p.rk)
		purge(t);
	t->state = BROKEN;
	ew_kafka_txn_cut(t);
	end_all(t, EW_GONE);
	close_topics(t);
	ew_kafka_txn_producer_fini(&t->p);
	for (unsigned i = 0; i < t->sink_count; i++)
		free(t->sinks[i].identity);
	ew_kafka_wake_close(&t->wake);
	if (t->timer)
		event_free(t->timer);
	free(t);
}
