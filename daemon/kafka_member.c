/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One member of a consumer group: the consumer, what is committed, partitions that come and go.
 *
 * Partitions that go: reading stops, what is in flight gets REVOKE_MS to end, the marks are committed,
 * then they are given up.  What has not ended by then, or was lost without a word, belongs to an old
 * epoch of its partition: its finish() settles nothing.
 *
 * The group rebalances eagerly by default.  Cooperatively a member keeps committing while it waits to
 * join, on the connection that the join occupies; the commit arrives after the generation has changed,
 * and librdkafka (2.0.2) gives all partitions up as lost: every rebalance would bring duplicates.
 *
 * The trap: callbacks run while a batch of records is gathered.  They only note which partitions are asked
 * back; ew_kafka_member_look(), after the batch, is what gives them up.  If a batch held records of before
 * and after, their offsets could be taken for those of the new assignment. */

#include "daemon/kafka_member.h"

#include <stdio.h>

#define REVOKE_MS 3000
#define GOODBYE_MS 1000
#define PROD_MS 10
#define PROD_EATEN ((size_t)1 << 20) /* bytes; far less than what librdkafka stops at */

/* ---- commits --------------------------------------------------------------------------------- */

void ew_kafka_member_commit(struct ew_kafka_member *s)
{
	rd_kafka_topic_partition_list_t *l = ew_kafka_table_marks(&s->parts, false);

	s->committed_ns = ew_now_ns();
	if (l->cnt > 0) {
		rd_kafka_resp_err_t err = rd_kafka_commit(s->rk, l, 1);
		if (!err) {
			s->commits++;
			ew_kafka_table_committed(&s->parts, l);
		} else {
			ew_kafka_note(s->worker, "warning", s->name, rd_kafka_err2str(err));
		}
	}
	rd_kafka_topic_partition_list_destroy(l);
}

/* A refused commit is tried again with the next one, if the partition is still ours. */
static void on_commit(rd_kafka_t *rk, rd_kafka_resp_err_t err, rd_kafka_topic_partition_list_t *l,
                      void *opaque)
{
	struct ew_kafka_member *s = opaque;

	(void)rk;
	if (s->commits > 0)
		s->commits--;
	if (!err || err == RD_KAFKA_RESP_ERR__NO_OFFSET)
		return;
	if (l)
		ew_kafka_table_refused(&s->parts, l);
	ew_kafka_note(s->worker, "warning", s->name, rd_kafka_err2str(err));
}

bool ew_kafka_member_committed(struct ew_kafka_member *s)
{
	rd_kafka_topic_partition_list_t *l = ew_kafka_table_marks(&s->parts, false);
	bool all = l->cnt == 0 && s->commits == 0;

	rd_kafka_topic_partition_list_destroy(l);
	return all;
}

/* ---- rebalance ------------------------------------------------------------------------------- */

static void note_error(struct ew_kafka_member *s, rd_kafka_error_t *error)
{
	if (error) {
		ew_kafka_note(s->worker, "warning", s->name, rd_kafka_error_string(error));
		rd_kafka_error_destroy(error);
	}
}

static bool cooperative(struct ew_kafka_member *s)
{
	const char *protocol = rd_kafka_rebalance_protocol(s->rk);

	return protocol && !strcmp(protocol, "COOPERATIVE");
}

static void give_up(struct ew_kafka_member *s, const rd_kafka_topic_partition_list_t *l)
{
	s->gave_up = true;
	if (cooperative(s))
		note_error(s, rd_kafka_incremental_unassign(s->rk, l));
	else
		(void)rd_kafka_assign(s->rk, NULL);
}

static void end_going(struct ew_kafka_member *s)
{
	rd_kafka_topic_partition_list_t *l = s->going;

	s->going = NULL;
	if (!s->txn)
		ew_kafka_member_commit(s); /* queued before the unassign, and librdkafka keeps that order */
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

bool ew_kafka_member_txn_ended(struct ew_kafka_member *s)
{
	if (!s->txn)
		return true;
	rd_kafka_topic_partition_list_t *l = ew_kafka_table_marks(&s->parts, true);
	bool ended = l->cnt == 0 && ew_kafka_txn_idle(s->txn);
	rd_kafka_topic_partition_list_destroy(l);
	return ended;
}

void ew_kafka_member_look(struct ew_kafka_member *s)
{
	if (s->going && ((s->held == 0 && ew_kafka_member_txn_ended(s)) ||
	                 ew_now_ns() >= s->going_ns + EW_KAFKA_MS(REVOKE_MS)))
		end_going(s);
}

static void take_parts(struct ew_kafka_member *s, rd_kafka_topic_partition_list_t *l)
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
	struct ew_kafka_member *s = opaque;

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
		ew_kafka_note(s->worker, "warning", s->name, "partitions were lost");
	} else if (s->phase == EW_KAFKA_LEAVING) {
		s->going_ns = 0; /* what could be said has been said */
	} else if (s->txn) {
		ew_kafka_txn_hurry(s->txn, true);
	}
}

/* ---- coming and going ------------------------------------------------------------------------ */

void ew_kafka_member_pause(struct ew_kafka_member *s, bool on)
{
	rd_kafka_topic_partition_list_t *l;

	if (s->parts_paused == on || rd_kafka_assignment(s->rk, &l) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	(void)(on ? rd_kafka_pause_partitions(s->rk, l) : rd_kafka_resume_partitions(s->rk, l));
	rd_kafka_topic_partition_list_destroy(l);
	s->parts_paused = on;
}

/* A thread of librdkafka 2.0 that has stopped fetching because enough records wait in the queue looks at the
 * queue again after a second, and nobody wakes it when they are read; that takes us a fraction of the second,
 * and for the rest there is nothing to do (librdkafka#1377, #2879; from 2.2 on fetch.queue.backoff.ms helps).
 * A longer queue would have to hold all that a second can bring.  What wakes the threads is to set the
 * credentials: to what they are already, or to nothing where there are none. */
static void wake_fetchers(rd_kafka_t *rk)
{
	const rd_kafka_conf_t *conf = rd_kafka_conf(rk);
	char user[1024] = "", password[4096] = "";
	size_t n = sizeof(user), m = sizeof(password);

	(void)rd_kafka_conf_get(conf, "sasl.username", user, &n);
	(void)rd_kafka_conf_get(conf, "sasl.password", password, &m);
	if (n <= sizeof(user) && m <= sizeof(password)) /* whole */
		rd_kafka_error_destroy(rd_kafka_sasl_set_credentials(rk, user, password));
}

/* Not for each of the records that come singly: those did not fill a queue. */
void ew_kafka_member_prod(struct ew_kafka_member *s, bool more)
{
	if (s->eaten < PROD_EATEN)
		return;
	uint64_t now = ew_now_ns();
	if (!more || now >= s->prodded_ns + EW_KAFKA_MS(PROD_MS)) {
		wake_fetchers(s->rk);
		s->prodded_ns = now;
		s->eaten = 0;
	}
}

static void on_error(rd_kafka_t *rk, int err, const char *reason, void *opaque)
{
	struct ew_kafka_member *s = opaque;
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
	ew_kafka_note(s->worker, s->anew ? "error" : "warning", s->name, reason);
}

static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	struct ew_kafka_member *s = rd_kafka_opaque(rk);

	(void)facility;
	ew_kafka_note(s->worker, ew_kafka_level(level), s->name, text);
}

static bool subscribe(struct ew_kafka_member *s, const struct ew_strings *topics, struct ew_error *e)
{
	rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new((int)topics->n);

	for (size_t i = 0; i < topics->n; i++)
		rd_kafka_topic_partition_list_add(l, topics->v[i], RD_KAFKA_PARTITION_UA);
	rd_kafka_resp_err_t err = rd_kafka_subscribe(s->rk, l);
	rd_kafka_topic_partition_list_destroy(l);
	return !err || ew_error_set(e, NULL, 0, "cannot subscribe to its topics: %s", rd_kafka_err2str(err));
}

void ew_kafka_member_leave(struct ew_kafka_member *s)
{
	s->phase = EW_KAFKA_LEAVING;
	s->leaving_ns = ew_now_ns();
	ew_kafka_member_pause(s, true);
	note_error(s, rd_kafka_consumer_close_queue(s->rk, s->queue));
}

/* Destroying a consumer that waits for the answer to a rebalance never returns (2.0.2), so it leaves its
 * group first and all its questions are answered.  True: it has left. */
static bool say_goodbye(struct ew_kafka_member *s)
{
	uint64_t end = ew_now_ns() + EW_KAFKA_MS(GOODBYE_MS);

	if (s->phase == EW_KAFKA_RUNNING)
		ew_kafka_member_leave(s);
	if (s->going)
		end_going(s);
	while (!rd_kafka_consumer_closed(s->rk) && ew_now_ns() < end) {
		rd_kafka_message_t *record = rd_kafka_consume_queue(s->queue, 10);
		if (record)
			rd_kafka_message_destroy(record);
		ew_kafka_member_look(s);
	}
	return rd_kafka_consumer_closed(s->rk);
}

void ew_kafka_member_close(struct ew_kafka_member *s)
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
		ew_kafka_note(s->worker, "error", s->name, "the consumer did not end; it is left behind");
	s->queue = NULL;
	s->rk = NULL;
	s->commits = 0;
	s->parts_paused = false;
}

bool ew_kafka_member_open(struct ew_kafka_member *s, const struct ew_route *route, struct ew_error *e)
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
		{ "fetch.queue.backoff.ms", "10", false }, /* where it exists; see wake_fetchers() */
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
	s->phase = EW_KAFKA_RUNNING;
	s->stopped_ns = 0;
	return subscribe(s, &c->topics, e);
}
