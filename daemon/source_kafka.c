/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Records from Kafka topics: one member of a consumer group per worker and route.
 *
 *   poll -> event (the payload is viewed, not copied) -> pipeline -> finish: settle, free the record
 *                                                                       |
 *   per partition: a watermark over what was read; its mark is committed every COMMIT_MS, before
 *   partitions go and at the end.  An event that failed is never settled, so it is read again.
 *
 * librdkafka is woken through an eventfd and called in the worker's thread only.  Records come in batches,
 * and the callbacks of a rebalance run while a batch is gathered: partitions are therefore given up after
 * the batch, never within it, and records of those that are asked back are left to the next reader.  A
 * batch is taken whole even if its sink fills up meanwhile; it is small, and delivery lets it wait in line.
 *
 * It is polled ten times a second even when we take nothing, since a member that does not poll is thrown
 * out: a short stop (a full sink) just leaves records in the queue, a long one pauses the partitions,
 * after which polling brings control messages only.
 *
 * Partitions that go: reading stops, what is in flight gets REVOKE_MS to end, the marks are committed,
 * then they are given up.  What has not ended by then, or was lost without a word, belongs to an old
 * epoch of its partition: its finish() settles nothing.
 *
 * The group rebalances eagerly by default.  Cooperatively a member keeps committing while it waits to
 * join, on the connection that the join occupies; the commit arrives after the generation has changed,
 * and librdkafka (2.0.2) gives all partitions up as lost: every rebalance would bring duplicates.
 *
 * The trap: offsets of one partition may jump back (a topic made anew, an offset reset); that, too, is a
 * new epoch. */

#include "daemon/kafka_client.h"
#include "daemon/kafka_table.h"
#include "daemon/kafka_txn.h"
#include "daemon/pipeline.h"
#include "daemon/sink.h"
#include "daemon/source.h"

#include <stdio.h>
#include <stdlib.h>

#define TICK_MS 100
#define COMMIT_MS 200
#define REVOKE_MS 3000
#define LONG_STOP_MS 500
#define CLOSE_MS 3000
#define GOODBYE_MS 1000
#define REOPEN_MS 1000
#define RECORDS_A_TURN 256 /* a millisecond of work: others have the loop in between */

#define MS(n) ((uint64_t)(n) * 1000000)

/* What finish() needs; in the event's arena. */
struct origin {
	rd_kafka_message_t *record;
	struct ew_kafka_part *part;
	uint32_t epoch;
	uint64_t ticket;
};

enum phase { AWAY, RUNNING, LEAVING, LEFT };

struct kafka_source {
	struct ew_source base;
	struct ew_worker *worker;
	char *name;
	rd_kafka_t *rk;
	rd_kafka_queue_t *queue;
	struct ew_kafka_wake wake;
	struct event *tick;
	struct ew_kafka_txn *txn; /* NULL: at least once */

	struct ew_kafka_table parts;

	enum phase phase;
	bool asked_to_pause; /* by delivery */
	bool draining;
	bool parts_paused;   /* librdkafka was told */
	bool anew;           /* leave and open again once nothing is held */
	bool wide;           /* a partition's span is at its limit */
	bool orphan;         /* closed, but sinks still hold events */
	bool gave_up, torn;  /* in this batch partitions went; and came, so which of its records are old? */
	uint32_t held;       /* records whose events are not finished */
	uint32_t commits;    /* sent, not answered */
	uint64_t stopped_ns; /* since when nothing is taken; 0: we take */
	uint64_t committed_ns, leaving_ns, away_ns;
	rd_kafka_topic_partition_list_t *going;
	uint64_t going_ns;
};

static const char *name_of(const struct kafka_source *s)
{
	return s->name;
}

/* ---- commits --------------------------------------------------------------------------------- */

static void commit_marks(struct kafka_source *s)
{
	rd_kafka_topic_partition_list_t *l = ew_kafka_table_marks(&s->parts, false);

	s->committed_ns = ew_now_ns();
	if (l->cnt > 0) {
		rd_kafka_resp_err_t err = rd_kafka_commit(s->rk, l, 1);
		if (!err) {
			s->commits++;
			ew_kafka_table_committed(&s->parts, l);
		} else {
			ew_kafka_note(s->worker, "warning", name_of(s), rd_kafka_err2str(err));
		}
	}
	rd_kafka_topic_partition_list_destroy(l);
}

/* A refused commit is tried again with the next one, if the partition is still ours. */
static void on_commit(rd_kafka_t *rk, rd_kafka_resp_err_t err, rd_kafka_topic_partition_list_t *l,
                      void *opaque)
{
	struct kafka_source *s = opaque;

	(void)rk;
	if (s->commits > 0)
		s->commits--;
	if (!err || err == RD_KAFKA_RESP_ERR__NO_OFFSET)
		return;
	if (l)
		ew_kafka_table_refused(&s->parts, l);
	ew_kafka_note(s->worker, "warning", name_of(s), rd_kafka_err2str(err));
}

static bool all_committed(struct kafka_source *s)
{
	rd_kafka_topic_partition_list_t *l = ew_kafka_table_marks(&s->parts, false);
	bool all = l->cnt == 0 && s->commits == 0;

	rd_kafka_topic_partition_list_destroy(l);
	return all;
}

/* ---- rebalance ------------------------------------------------------------------------------- */

static void note_error(struct kafka_source *s, rd_kafka_error_t *error)
{
	if (error) {
		ew_kafka_note(s->worker, "warning", name_of(s), rd_kafka_error_string(error));
		rd_kafka_error_destroy(error);
	}
}

static bool cooperative(struct kafka_source *s)
{
	const char *protocol = rd_kafka_rebalance_protocol(s->rk);

	return protocol && !strcmp(protocol, "COOPERATIVE");
}

static void give_up(struct kafka_source *s, const rd_kafka_topic_partition_list_t *l)
{
	s->gave_up = true;
	if (cooperative(s))
		note_error(s, rd_kafka_incremental_unassign(s->rk, l));
	else
		(void)rd_kafka_assign(s->rk, NULL);
}

static void end_going(struct kafka_source *s)
{
	rd_kafka_topic_partition_list_t *l = s->going;

	s->going = NULL;
	if (!s->txn)
		commit_marks(s); /* queued before the unassign, and librdkafka keeps that order */
	ew_kafka_table_forget(&s->parts, l);
	if (s->txn) {
		if (s->held > 0)
			ew_kafka_txn_forget(s->txn);
		ew_kafka_txn_hurry(s->txn, s->draining);
	}
	give_up(s, l);
	rd_kafka_topic_partition_list_destroy(l);
	ew_kafka_wake_soon(&s->wake);
}

static bool txn_has_ended(struct kafka_source *s)
{
	if (!s->txn)
		return true;
	rd_kafka_topic_partition_list_t *l = ew_kafka_table_marks(&s->parts, true);
	bool ended = l->cnt == 0 && ew_kafka_txn_idle(s->txn);
	rd_kafka_topic_partition_list_destroy(l);
	return ended;
}

static void look_at_going(struct kafka_source *s)
{
	if (s->going && ((s->held == 0 && txn_has_ended(s)) || ew_now_ns() >= s->going_ns + MS(REVOKE_MS)))
		end_going(s);
}

static void take_parts(struct kafka_source *s, rd_kafka_topic_partition_list_t *l)
{
	s->torn = s->torn || s->gave_up;
	ew_kafka_table_take(&s->parts, l);
	if (cooperative(s))
		note_error(s, rd_kafka_incremental_assign(s->rk, l));
	else
		(void)rd_kafka_assign(s->rk, l);
	if (s->parts_paused)
		(void)rd_kafka_pause_partitions(s->rk, l);
}

static void on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t err, rd_kafka_topic_partition_list_t *l,
                         void *opaque)
{
	struct kafka_source *s = opaque;

	if (err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
		take_parts(s, l);
		return;
	}
	if (s->going) /* one that was not over is overtaken */
		end_going(s);
	s->going = rd_kafka_topic_partition_list_copy(l);
	s->going_ns = ew_now_ns();
	ew_kafka_table_leaving(&s->parts, l);
	if (err != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS || rd_kafka_assignment_lost(rk)) {
		s->going_ns = 0; /* no time left: others have them already */
		ew_kafka_note(s->worker, "warning", name_of(s), "partitions were lost");
	} else if (s->phase == LEAVING) {
		s->going_ns = 0; /* what could be said has been said */
	} else if (s->txn) {
		ew_kafka_txn_hurry(s->txn, true);
	}
}

/* ---- records --------------------------------------------------------------------------------- */

static void take_headers(struct ew_event *ev, const rd_kafka_message_t *record)
{
	rd_kafka_headers_t *h;

	if (rd_kafka_message_headers(record, &h) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	size_t n = rd_kafka_header_cnt(h);
	struct ew_pair *pairs = ew_arena_alloc(ev->m->arena, n * sizeof(*pairs));
	if (!pairs) {
		ew_message_fault(ev->m, EW_LIMIT, "kafka.headers", NULL);
		ev->incomplete = true; /* without its headers it is another record */
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const char *name;
		const void *value;
		size_t size;
		if (rd_kafka_header_get_all(h, i, &name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
			break;
		pairs[i] = (struct ew_pair){ ew_bytes_str(name), ew_bytes(value, size) };
		if (ew_bytes_eq_nocase(pairs[i].name, EW_LIT("content-type")))
			ev->envelope.content_type = pairs[i].value;
		ev->envelope.header_count = i + 1;
	}
	ev->envelope.headers = pairs;
}

static void describe(struct ew_event *ev, const struct ew_kafka_part *p, const rd_kafka_message_t *record)
{
	struct ew_envelope *e = &ev->envelope;
	rd_kafka_timestamp_type_t type;

	e->subject = ew_bytes_str(p->topic);
	e->key = ew_bytes(record->key, record->key_len);
	e->body = ew_bytes(record->payload, record->len);
	e->partition = record->partition;
	e->offset = record->offset;
	e->timestamp_ms = rd_kafka_message_timestamp(record, &type);
	ev->m->raw = e->body;
	take_headers(ev, record);
	ev->kept = ew_arena_mark(ev->m->arena);
	if (record->len > ev->m->limits->message)
		ew_message_fault(ev->m, EW_OVERSIZE, "kafka.record", NULL);
	(void)ew_kafka_event(ev->m, &(struct ew_kafka_parts){
		.topic = e->subject,
		.key = e->key,
		.headers = e->headers,
		.header_count = e->header_count,
		.value = e->body,
	});
}

/* Takes the record.  One that is left is not settled, so it comes again: to us or to the next reader. */
static void take_record(struct kafka_source *s, rd_kafka_message_t *record)
{
	struct ew_kafka_part *p = ew_kafka_table_of(&s->parts, record);

	if (!p || !p->assigned || p->leaving || s->draining || s->anew) {
		rd_kafka_message_destroy(record);
		return;
	}
	struct ew_event *ev = ew_event_new(s->worker, &s->base, s->base.route, EW_TRANSPORT_KAFKA);
	struct origin *o = ev ? ew_arena_alloc(ev->m->arena, sizeof(*o)) : NULL;
	uint64_t ticket;
	bool backwards = false;
	if (!o || !ew_kafka_part_push(p, record->offset, &ticket, &backwards)) {
		ew_event_discard(&ev);
		rd_kafka_message_destroy(record);
		s->anew = true; /* no memory: read it again when what is in flight has ended */
		return;
	}
	if (backwards)
		ew_kafka_note(s->worker, "warning", name_of(s), "offsets went backwards: topic made anew?");
	*o = (struct origin){ record, p, p->epoch, ticket };
	ev->origin = o;
	s->held++;
	if (ew_watermark_span(&p->mark) >= EW_KAFKA_SPAN_MOST)
		s->wide = true;
	describe(ev, p, record);
	ew_pipeline_submit(ev);
}

static void take_error(struct kafka_source *s, rd_kafka_message_t *record)
{
	if (record->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
		ew_kafka_note(s->worker, "warning", name_of(s), rd_kafka_message_errstr(record));
	rd_kafka_message_destroy(record);
}

static bool must_stop(const struct kafka_source *s)
{
	return s->asked_to_pause || s->draining || s->going || s->anew || s->wide || s->phase != RUNNING ||
	       s->held >= s->base.route->config->kafka.max_in_flight ||
	       (s->txn && !ew_kafka_txn_takes(s->txn));
}

static void pause_parts(struct kafka_source *s, bool on)
{
	rd_kafka_topic_partition_list_t *l;

	if (s->parts_paused == on || rd_kafka_assignment(s->rk, &l) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	(void)(on ? rd_kafka_pause_partitions(s->rk, l) : rd_kafka_resume_partitions(s->rk, l));
	rd_kafka_topic_partition_list_destroy(l);
	s->parts_paused = on;
}

/* True if librdkafka may be polled: we take records, or it has been told to hold them back. */
static bool may_poll(struct kafka_source *s)
{
	if (!must_stop(s)) {
		s->stopped_ns = 0;
		pause_parts(s, false);
		return true;
	}
	uint64_t now = ew_now_ns();
	if (s->stopped_ns == 0)
		s->stopped_ns = now;
	if (s->draining || s->phase == LEAVING || now - s->stopped_ns >= MS(LONG_STOP_MS))
		pause_parts(s, true);
	return s->parts_paused;
}

/* How many records may come in one batch; one at least, or control messages would not come, either. */
static size_t room_for(const struct kafka_source *s)
{
	uint32_t most = s->base.route->config->kafka.max_in_flight;
	uint32_t room = s->held < most ? most - s->held : 1;

	return room < RECORDS_A_TURN ? room : RECORDS_A_TURN;
}

static void pump(struct kafka_source *s)
{
	rd_kafka_message_t *batch[RECORDS_A_TURN];

	if (!s->rk || !may_poll(s))
		return;
	size_t room = room_for(s);
	s->gave_up = s->torn = false;
	ssize_t n = rd_kafka_consume_batch_queue(s->queue, 0, batch, room);
	if (s->torn)
		s->anew = true; /* and nothing of it is taken */
	s->worker->turn_ns = ew_now_ns();
	for (ssize_t i = 0; i < n; i++) {
		if (batch[i]->err)
			take_error(s, batch[i]);
		else
			take_record(s, batch[i]);
	}
	s->worker->turn_ns = 0;
	if (n == (ssize_t)room)
		ew_kafka_wake_soon(&s->wake); /* the others first, then the rest */
}

/* ---- coming and going ------------------------------------------------------------------------ */

static void on_error(rd_kafka_t *rk, int err, const char *reason, void *opaque)
{
	struct kafka_source *s = opaque;
	char text[512];

	if (err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
		ew_count_one(s->worker, RECONNECTS);
	if (err == RD_KAFKA_RESP_ERR__FATAL) {
		(void)rd_kafka_fatal_error(rk, text, sizeof(text));
		reason = text;
		s->anew = true;
		ew_kafka_table_forget(&s->parts, NULL);
		if (s->txn)
			ew_kafka_txn_forget(s->txn);
	}
	ew_kafka_note(s->worker, s->anew ? "error" : "warning", name_of(s), reason);
}

static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	struct kafka_source *s = rd_kafka_opaque(rk);

	(void)facility;
	ew_kafka_note(s->worker, ew_kafka_level(level), name_of(s), text);
}

static bool subscribe(struct kafka_source *s, const struct ew_strings *topics, struct ew_error *e)
{
	rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new((int)topics->n);

	for (size_t i = 0; i < topics->n; i++)
		rd_kafka_topic_partition_list_add(l, topics->v[i], RD_KAFKA_PARTITION_UA);
	rd_kafka_resp_err_t err = rd_kafka_subscribe(s->rk, l);
	rd_kafka_topic_partition_list_destroy(l);
	return !err || ew_error_set(e, NULL, 0, "cannot subscribe to its topics: %s", rd_kafka_err2str(err));
}

static void leave(struct kafka_source *s)
{
	s->phase = LEAVING;
	s->leaving_ns = ew_now_ns();
	pause_parts(s, true);
	note_error(s, rd_kafka_consumer_close_queue(s->rk, s->queue));
}

/* Destroying a consumer that waits for the answer to a rebalance never returns (2.0.2), so it leaves its
 * group first and all its questions are answered.  True: it has left. */
static bool say_goodbye(struct kafka_source *s)
{
	uint64_t end = ew_now_ns() + MS(GOODBYE_MS);

	if (s->phase == RUNNING)
		leave(s);
	if (s->going)
		end_going(s);
	while (!rd_kafka_consumer_closed(s->rk) && ew_now_ns() < end) {
		rd_kafka_message_t *record = rd_kafka_consume_queue(s->queue, 10);
		if (record)
			rd_kafka_message_destroy(record);
		look_at_going(s);
	}
	return rd_kafka_consumer_closed(s->rk);
}

static void free_consumer(struct kafka_source *s)
{
	bool left = s->queue && say_goodbye(s);

	if (s->going)
		rd_kafka_topic_partition_list_destroy(s->going);
	s->going = NULL;
	ew_kafka_table_forget(&s->parts, NULL);
	if (s->queue) {
		rd_kafka_queue_io_event_enable(s->queue, -1, NULL, 0);
		rd_kafka_queue_destroy(s->queue);
	}
	if (left || (s->rk && !s->queue))
		rd_kafka_destroy_flags(s->rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
	else if (s->rk) /* better a lost handle than a worker that waits for ever */
		ew_kafka_note(s->worker, "error", name_of(s), "the consumer did not end; it is left behind");
	s->queue = NULL;
	s->rk = NULL;
	s->commits = 0;
	s->parts_paused = false;
}

static bool open_consumer(struct kafka_source *s, const struct ew_route *route, struct ew_error *e)
{
	const struct ew_kafka_source *c = &route->config->kafka;
	const struct ew_kafka_property ours[] = {
		{ "bootstrap.servers", c->brokers, true },
		{ "group.id", c->group, true },
		{ "client.id", "eventwall", false },
		{ "reconnect.backoff.max.ms", "2000", false },
		{ "enable.auto.commit", "false", true },
		{ "enable.auto.offset.store", "false", true },
		{ "enable.partition.eof", "false", true },
		{ "isolation.level", "read_committed", false },
		{ "partition.assignment.strategy", "roundrobin,range", false },
		{ "session.timeout.ms", "10000", false },
		{ "heartbeat.interval.ms", "1000", false },
		{ "auto.offset.reset", "earliest", false },
		{ "topic.metadata.refresh.interval.ms", "10000", false }, /* topics that come later */
		{ "check.crcs", "true", false },
		{ "log.queue", "true", true },
		{ NULL, NULL, false },
	};
	rd_kafka_conf_t *conf = ew_kafka_conf(&c->properties, ours, e);
	char text[512];

	if (!conf)
		return false;
	/* Static membership: each worker is a member of its own. */
	char id[300];
	size_t n = sizeof(id);
	if (rd_kafka_conf_get(conf, "group.instance.id", id, &n) == RD_KAFKA_CONF_OK && id[0]) {
		char own[320];
		snprintf(own, sizeof(own), "%s-%u", id, s->worker->index);
		(void)rd_kafka_conf_set(conf, "group.instance.id", own, text, sizeof(text));
	}
	rd_kafka_conf_set_opaque(conf, s);
	rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
	rd_kafka_conf_set_offset_commit_cb(conf, on_commit);
	rd_kafka_conf_set_error_cb(conf, on_error);
	rd_kafka_conf_set_log_cb(conf, on_log);
	s->rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof(text));
	if (!s->rk) {
		rd_kafka_conf_destroy(conf);
		return ew_error_set(e, NULL, 0, "no Kafka consumer: %s", text);
	}
	rd_kafka_set_log_queue(s->rk, NULL);
	rd_kafka_poll_set_consumer(s->rk);
	s->queue = rd_kafka_queue_get_consumer(s->rk);
	ew_kafka_wake_queue(&s->wake, s->queue);
	s->phase = RUNNING;
	s->stopped_ns = 0;
	return subscribe(s, &c->topics, e);
}

static void on_txn_broken(struct ew_source *base, const char *why)
{
	struct kafka_source *s = (struct kafka_source *)base;

	ew_kafka_note(s->worker, "error", name_of(s), why);
	s->anew = true;
	ew_kafka_wake_soon(&s->wake);
}

static rd_kafka_t *txn_consumer(struct ew_source *base)
{
	struct kafka_source *s = (struct kafka_source *)base;

	return s->phase == RUNNING ? s->rk : NULL;
}

static rd_kafka_topic_partition_list_t *txn_positions(struct ew_source *base)
{
	return ew_kafka_table_marks(&((struct kafka_source *)base)->parts, true);
}

static void on_txn_committed(struct ew_source *base, const rd_kafka_topic_partition_list_t *l)
{
	ew_kafka_table_committed(&((struct kafka_source *)base)->parts, l);
}

static bool txn_lost(struct ew_source *base, const struct ew_event *ev)
{
	const struct origin *o = ev->origin;

	(void)base;
	return o->epoch != o->part->epoch;
}

static void on_txn_changed(struct ew_source *base)
{
	ew_kafka_wake_soon(&((struct kafka_source *)base)->wake);
}

static const struct ew_kafka_txn_host txn_host = {
	.consumer = txn_consumer,
	.positions = txn_positions,
	.committed = on_txn_committed,
	.lost = txn_lost,
	.changed = on_txn_changed,
	.broken = on_txn_broken,
};

static bool open_all(struct kafka_source *s, const struct ew_route *route, struct ew_error *e)
{
	struct ew_error why;

	if (route->config->kafka.transactions)
		s->txn = ew_kafka_txn_open(s->worker, &s->base, route, &txn_host, &why);
	if ((s->txn || !route->config->kafka.transactions) && open_consumer(s, route, &why)) {
		s->anew = false;
		return true;
	}
	ew_kafka_txn_close(&s->txn);
	free_consumer(s);
	return ew_error_set(e, NULL, 0, "route \"%s\": %s", route->config->name, why.text);
}

static void look_at_leaving(struct kafka_source *s)
{
	uint64_t now = ew_now_ns();

	if (s->phase == RUNNING && s->held == 0 && (s->anew || s->draining)) {
		/* A transaction that broke has nothing left to wait for. */
		if (s->draining && !s->anew && s->txn && !txn_has_ended(s))
			return;
		if (s->draining && !s->txn && !all_committed(s)) {
			if (s->commits == 0)
				commit_marks(s);
			return;
		}
		leave(s);
	}
	/* Without a broker there is nobody to say good-bye to. */
	if (s->phase == LEAVING && (rd_kafka_consumer_closed(s->rk) || now >= s->leaving_ns + MS(CLOSE_MS))) {
		ew_kafka_txn_close(&s->txn);
		free_consumer(s);
		s->phase = s->draining ? LEFT : AWAY;
		s->away_ns = now;
	}
	if (s->phase == AWAY && s->draining)
		s->phase = LEFT;
	if (s->phase == AWAY && now >= s->away_ns + MS(REOPEN_MS)) {
		struct ew_error e;
		s->away_ns = now;
		ew_count_one(s->worker, RECONNECTS);
		if (!open_all(s, s->base.route, &e)) {
			s->phase = AWAY;
			ew_kafka_note(s->worker, "error", name_of(s), e.text);
		}
	}
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct kafka_source *s = arg;

	(void)fd;
	(void)what;
	ew_kafka_wake_clear(&s->wake);
	look_at_going(s);
	pump(s);
	look_at_going(s);
	look_at_leaving(s);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct kafka_source *s = arg;

	if (s->txn)
		ew_kafka_txn_tick(s->txn);
	else if (s->phase == RUNNING && s->commits == 0 && ew_now_ns() >= s->committed_ns + MS(COMMIT_MS))
		commit_marks(s); /* one at a time: an older one that is tried again would undo a newer one */
	s->wide = ew_kafka_table_wide(&s->parts);
	on_wake(fd, what, s);
}

static void free_source(struct kafka_source *s)
{
	free_consumer(s);
	ew_kafka_table_fini(&s->parts);
	free(s->name);
	free(s);
}

/* ---- ops ------------------------------------------------------------------------------------- */

static void kafka_finish(struct ew_source *base, struct ew_event *ev, enum ew_outcome outcome)
{
	struct kafka_source *s = (struct kafka_source *)base;
	struct origin *o = ev->origin;
	bool full = must_stop(s);

	ew_assert(s->held > 0);
	s->held--;
	if (o->epoch == o->part->epoch && outcome != EW_FAILED) {
		bool was = ew_watermark_span(&o->part->mark) >= EW_KAFKA_SPAN_MOST;
		if (ew_watermark_settle(&o->part->mark, o->ticket) && was)
			s->wide = ew_kafka_table_wide(&s->parts);
	} else if (outcome == EW_FAILED && o->epoch == o->part->epoch && !s->draining) {
		s->anew = true; /* the only way to read it again is to start from the committed offset */
	}
	rd_kafka_message_destroy(o->record);
	if (s->orphan) {
		if (s->held == 0)
			free_source(s);
	} else if (full) {
		ew_kafka_wake_soon(&s->wake);
	}
}

static void kafka_pause(struct ew_source *base, bool on)
{
	struct kafka_source *s = (struct kafka_source *)base;

	s->asked_to_pause = on;
	if (!on)
		ew_kafka_wake_soon(&s->wake);
}

static void kafka_drain(struct ew_source *base)
{
	struct kafka_source *s = (struct kafka_source *)base;

	s->draining = true;
	if (s->txn) {
		if (s->worker->stopping)
			ew_kafka_txn_cut(s->txn);
		ew_kafka_txn_hurry(s->txn, true);
	}
	ew_kafka_wake_soon(&s->wake);
}

static bool kafka_drained(const struct ew_source *base)
{
	return ((const struct kafka_source *)base)->phase == LEFT;
}

static void kafka_adopt(struct ew_source *base, const struct ew_route *route)
{
	struct kafka_source *s = (struct kafka_source *)base;

	if (s->txn && !ew_kafka_txn_adopt(s->txn, route)) {
		ew_kafka_txn_hurry(s->txn, true);
		s->anew = true;
		ew_kafka_wake_soon(&s->wake);
	}
}

static struct ew_sink *kafka_own_sink(struct ew_source *base, const struct ew_function_config *f)
{
	struct kafka_source *s = (struct kafka_source *)base;

	return s->txn ? ew_kafka_txn_sink(s->txn, f) : NULL;
}

static void kafka_close(struct ew_source *base)
{
	struct kafka_source *s = (struct kafka_source *)base;

	s->draining = true;
	if (s->txn)
		ew_kafka_txn_close(&s->txn);
	if (s->tick)
		event_free(s->tick);
	ew_kafka_wake_close(&s->wake);
	/* Events that a sink still borrows view records of this consumer: the last one closes the door. */
	s->orphan = true;
	if (s->held == 0)
		free_source(s);
}

static struct ew_source *kafka_open(struct ew_worker *w, const struct ew_route *route, struct ew_error *e)
{
	static const struct timeval tick = { 0, TICK_MS * 1000 };
	struct kafka_source *s = calloc(1, sizeof(*s));

	if (!s) {
		ew_error_set(e, NULL, 0, "out of memory");
		return NULL;
	}
	s->worker = w;
	s->wake.fd = -1;
	s->name = strdup(route->config->name);
	s->tick = event_new(w->base, -1, EV_PERSIST, on_tick, s);
	if (!ew_kafka_wake_open(&s->wake, w->base, on_wake, s) || !s->name || !s->tick ||
	    event_add(s->tick, &tick) != 0)
		ew_error_set(e, NULL, 0, "route \"%s\": no memory or no file descriptors", route->config->name);
	else if (open_all(s, route, e))
		return &s->base;
	kafka_close(&s->base);
	return NULL;
}

const struct ew_source_ops ew_source_kafka = {
	.name = "kafka",
	.holds = true,
	.open = kafka_open,
	.adopt = kafka_adopt,
	.finish = kafka_finish,
	.pause = kafka_pause,
	.drain = kafka_drain,
	.drained = kafka_drained,
	.own_sink = kafka_own_sink,
	.close = kafka_close,
};
