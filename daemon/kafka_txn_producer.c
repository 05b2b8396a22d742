/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A transactional producer and the thread that waits for it.
 *
 * librdkafka's calls for init, commit and abort block, so a thread of its own makes them, one at a
 * time, while the worker's loop goes on serving delivery reports and everybody else.  What is shared with
 * it stands in `job` under its lock; what else a call reads is left alone until its result is there. */

#include "daemon/kafka_txn_producer.h"

#include <stdio.h>
#include <unistd.h>

#define CALL_MS 2000

/* ---- the thread that waits ------------------------------------------------------------------- */

static bool told_to_quit(struct ew_kafka_txn_producer *p)
{
	pthread_mutex_lock(&p->job.lock);
	bool quit = p->job.quit;
	pthread_mutex_unlock(&p->job.lock);
	return quit;
}

/* What an error means; frees it. */
static enum ew_kafka_result judge_error(struct ew_kafka_txn_producer *p, rd_kafka_error_t *error, bool *again_r)
{
	enum ew_kafka_result r = EW_KAFKA_RESULT_OK;

	*again_r = false;
	if (!error)
		return r;
	if (rd_kafka_error_is_fatal(error))
		r = EW_KAFKA_RESULT_FATAL;
	else if (rd_kafka_error_txn_requires_abort(error))
		r = EW_KAFKA_RESULT_ABORT;
	else if (rd_kafka_error_is_retriable(error) && !told_to_quit(p))
		*again_r = true;
	else
		r = EW_KAFKA_RESULT_ABORT;
	snprintf(p->why, sizeof(p->why), "%s", rd_kafka_error_string(error));
	rd_kafka_error_destroy(error);
	return r;
}

static enum ew_kafka_result run_task(struct ew_kafka_txn_producer *p, enum ew_kafka_task task)
{
	enum ew_kafka_result r = EW_KAFKA_RESULT_OK;
	bool again = true;

	if (task == EW_KAFKA_INIT) {
		while (again)
			r = judge_error(p, rd_kafka_init_transactions(p->rk, CALL_MS), &again);
		return r == EW_KAFKA_RESULT_ABORT ? EW_KAFKA_RESULT_FATAL : r;
	}
	if (task == EW_KAFKA_ABORT) {
		while (again)
			r = judge_error(p, rd_kafka_abort_transaction(p->rk, CALL_MS), &again);
		return r == EW_KAFKA_RESULT_ABORT ? EW_KAFKA_RESULT_FATAL : r;
	}
	while (again && p->positions->cnt > 0)
		r = judge_error(p, rd_kafka_send_offsets_to_transaction(p->rk, p->positions, p->member,
		                                                        CALL_MS), &again);
	again = r == EW_KAFKA_RESULT_OK;
	while (again)
		r = judge_error(p, rd_kafka_commit_transaction(p->rk, CALL_MS), &again);
	return r;
}

static void *thread_main(void *arg)
{
	struct ew_kafka_txn_producer *p = arg;

	pthread_setname_np(pthread_self(), "ew-kafka-txn");
	pthread_mutex_lock(&p->job.lock);
	for (;;) {
		while (p->job.task == EW_KAFKA_NONE && !p->job.quit)
			pthread_cond_wait(&p->job.cond, &p->job.lock);
		if (p->job.quit)
			break;
		enum ew_kafka_task task = p->job.task;
		pthread_mutex_unlock(&p->job.lock);
		enum ew_kafka_result r = run_task(p, task);
		pthread_mutex_lock(&p->job.lock);
		p->job.task = EW_KAFKA_NONE;
		p->job.result = r;
		ew_kafka_wake_up(p->wake);
	}
	pthread_mutex_unlock(&p->job.lock);
	return NULL;
}

void ew_kafka_txn_producer_call(struct ew_kafka_txn_producer *p, enum ew_kafka_task task)
{
	pthread_mutex_lock(&p->job.lock);
	ew_assert(p->job.task == EW_KAFKA_NONE && p->job.result == EW_KAFKA_RESULT_NONE);
	p->job.task = task;
	p->why[0] = 0;
	pthread_cond_signal(&p->job.cond);
	pthread_mutex_unlock(&p->job.lock);
}

enum ew_kafka_result ew_kafka_txn_producer_result(struct ew_kafka_txn_producer *p)
{
	pthread_mutex_lock(&p->job.lock);
	enum ew_kafka_result r = p->job.result;
	p->job.result = EW_KAFKA_RESULT_NONE;
	pthread_mutex_unlock(&p->job.lock);
	return r;
}

bool ew_kafka_txn_producer_start(struct ew_kafka_txn_producer *p, struct ew_error *e)
{
	p->thread_runs = pthread_create(&p->thread, NULL, thread_main, p) == 0;
	return p->thread_runs || ew_error_set(e, NULL, 0, "cannot start a thread");
}

void ew_kafka_txn_producer_stop(struct ew_kafka_txn_producer *p)
{
	if (!p->thread_runs)
		return;
	pthread_mutex_lock(&p->job.lock);
	p->job.quit = true;
	pthread_cond_signal(&p->job.cond);
	pthread_mutex_unlock(&p->job.lock);
	pthread_join(p->thread, NULL);
	p->thread_runs = false;
}

/* ---- the producer ---------------------------------------------------------------------------- */

bool ew_kafka_txn_producer_open(struct ew_kafka_txn_producer *p, const struct ew_route_config *c, bool narrow,
                                struct ew_error *e)
{
	const struct ew_function_config *f = c->to;
	const struct ew_kafka_property ours[] = {
		{ "bootstrap.servers", f->kafka.brokers, true },
		{ "client.id", "eventwall", false },
		{ "reconnect.backoff.max.ms", "2000", false },
		{ "transaction.timeout.ms", "10000", false },
		{ "message.timeout.ms", "10000", false },
		{ "queue.buffering.max.messages", "1000000", false },
		{ "linger.ms", "5", false },
		{ "enable.idempotence", "true", true },
		{ "acks", "all", true },
		{ "socket.nagle.disable", "true", false },
		{ "log.queue", "true", true },
		{ NULL, NULL, false },
	};
	rd_kafka_conf_t *conf = ew_kafka_conf(&f->kafka.properties, ours, e);
	char id[512], text[512];

	if (!conf)
		return false;
	/* Made up, so that two processes can never throw each other out.  The price: what a killed process
	 * left open keeps read_committed readers waiting for transaction.timeout.ms. */
	snprintf(id, sizeof(id), "eventwall-%.300s-%d-%llx-%u", c->kafka.group, (int)getpid(),
	         (unsigned long long)ew_now_ns(), p->worker->index);
	if (rd_kafka_conf_set(conf, "transactional.id", id, text, sizeof(text)) != RD_KAFKA_CONF_OK) {
		rd_kafka_conf_destroy(conf);
		return ew_error_set(e, NULL, 0, "%s", text);
	}
	if (narrow)
		(void)rd_kafka_conf_set(conf, "batch.num.messages", "1", text, sizeof(text));
	rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG);
	p->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text));
	if (!p->rk) {
		rd_kafka_conf_destroy(conf);
		return ew_error_set(e, NULL, 0, "no transactional Kafka producer: %s", text);
	}
	rd_kafka_set_log_queue(p->rk, NULL);
	p->queue = rd_kafka_queue_get_main(p->rk);
	ew_kafka_wake_queue(p->wake, p->queue);
	return true;
}

void ew_kafka_txn_producer_close(struct ew_kafka_txn_producer *p)
{
	if (!p->rk)
		return;
	rd_kafka_queue_io_event_enable(p->queue, -1, NULL, 0);
	rd_kafka_queue_destroy(p->queue);
	rd_kafka_destroy(p->rk);
	p->rk = NULL;
}

bool ew_kafka_txn_producer_serve(struct ew_kafka_txn_producer *p, int wait_ms, ew_kafka_report_fn report,
                                 void *arg, bool *fatal_r)
{
	rd_kafka_event_t *rkev = p->rk ? rd_kafka_queue_poll(p->queue, wait_ms) : NULL;
	const char *facility, *text, *name = p->source->route->config->name;
	const rd_kafka_message_t *m;
	int level;

	if (!rkev)
		return false;
	switch (rd_kafka_event_type(rkev)) {
	case RD_KAFKA_EVENT_DR:
		while ((m = rd_kafka_event_message_next(rkev)))
			report(arg, m);
		break;
	case RD_KAFKA_EVENT_ERROR:
		ew_kafka_note(p->worker, "warning", name, rd_kafka_event_error_string(rkev));
		if (rd_kafka_event_error_is_fatal(rkev))
			*fatal_r = true;
		break;
	case RD_KAFKA_EVENT_LOG:
		if (rd_kafka_event_log(rkev, &facility, &text, &level) == 0)
			ew_kafka_note(p->worker, ew_kafka_level(level), name, text);
		break;
	default:
		break;
	}
	rd_kafka_event_destroy(rkev);
	return true;
}

/* ---- birth and death ------------------------------------------------------------------------- */

void ew_kafka_txn_producer_init(struct ew_kafka_txn_producer *p, struct ew_worker *w, struct ew_source *s,
                                struct ew_kafka_wake *wake)
{
	*p = (struct ew_kafka_txn_producer){ .worker = w, .source = s, .wake = wake };
	pthread_mutex_init(&p->job.lock, NULL);
	pthread_cond_init(&p->job.cond, NULL);
}

void ew_kafka_txn_producer_fini(struct ew_kafka_txn_producer *p)
{
	if (p->member)
		rd_kafka_consumer_group_metadata_destroy(p->member);
	if (p->positions)
		rd_kafka_topic_partition_list_destroy(p->positions);
	ew_kafka_txn_producer_close(p);
	pthread_cond_destroy(&p->job.cond);
	pthread_mutex_destroy(&p->job.lock);
}
