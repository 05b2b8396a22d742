/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_KAFKA_TXN_PRODUCER_H
#define EVENTWALL_DAEMON_KAFKA_TXN_PRODUCER_H

/* The producer of a transaction and its blocking calls; used by kafka_txn.c alone. */

#include "daemon/kafka_client.h"
#include "daemon/source.h"

enum ew_kafka_task { EW_KAFKA_NONE, EW_KAFKA_INIT, EW_KAFKA_COMMIT, EW_KAFKA_ABORT };

enum ew_kafka_result { EW_KAFKA_RESULT_NONE, EW_KAFKA_RESULT_OK, EW_KAFKA_RESULT_ABORT, EW_KAFKA_RESULT_FATAL };

struct ew_kafka_txn_producer {
	struct ew_worker *worker;
	struct ew_source *source;
	struct ew_kafka_wake *wake; /* for delivery reports and results */
	rd_kafka_t *rk;             /* NULL: not open */
	rd_kafka_queue_t *queue;

	/* The thread's while a call is under way, else the worker's. */
	rd_kafka_topic_partition_list_t *positions; /* what a commit sends along, and as whom */
	rd_kafka_consumer_group_metadata_t *member;
	char why[256]; /* of the last result that is not OK */

	pthread_t thread;
	bool thread_runs;
	struct {
		pthread_mutex_t lock;
		pthread_cond_t cond;
		enum ew_kafka_task task;
		enum ew_kafka_result result;
		bool quit;
	} job;
};

/* Caller's storage. */
void ew_kafka_txn_producer_init(struct ew_kafka_txn_producer *p, struct ew_worker *w, struct ew_source *s,
                                struct ew_kafka_wake *wake);
void ew_kafka_txn_producer_fini(struct ew_kafka_txn_producer *p);

/* The thread.  stop() waits for a call that is under way; there is none after it. */
EW_MUSTCHECK bool ew_kafka_txn_producer_start(struct ew_kafka_txn_producer *p, struct ew_error *e);
void ew_kafka_txn_producer_stop(struct ew_kafka_txn_producer *p);

/* A producer for the route's function; `narrow`: each record in a batch of its own.  Closed when no report is
 * outstanding and no call under way. */
EW_MUSTCHECK bool ew_kafka_txn_producer_open(struct ew_kafka_txn_producer *p, const struct ew_route_config *c,
                                             bool narrow, struct ew_error *e);
void ew_kafka_txn_producer_close(struct ew_kafka_txn_producer *p);

/* Begin a call, one at a time; its result, once, after a wake-up (NONE: not yet). */
void ew_kafka_txn_producer_call(struct ew_kafka_txn_producer *p, enum ew_kafka_task task);
enum ew_kafka_result ew_kafka_txn_producer_result(struct ew_kafka_txn_producer *p);

/* Serve one event of librdkafka; false: there was none within `wait_ms`.  `report` is called for each delivery
 * report in it. */
typedef void (*ew_kafka_report_fn)(void *arg, const rd_kafka_message_t *m);
bool ew_kafka_txn_producer_serve(struct ew_kafka_txn_producer *p, int wait_ms, ew_kafka_report_fn report,
                                 void *arg, bool *fatal_r);

#endif
