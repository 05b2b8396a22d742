/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_KAFKA_TXN_H
#define EVENTWALL_DAEMON_KAFKA_TXN_H

/* Topic to topic, exactly once: the transactional producer of one Kafka source.  Its two sinks (function
 * and quarantine) put their records into one transaction, together with the offsets of what was read. */

#include "daemon/kafka_client.h"
#include "daemon/sink.h"
#include "daemon/source.h"

struct ew_kafka_txn;

/* What the transaction asks of its source; all in the worker's thread. */
struct ew_kafka_txn_host {
	rd_kafka_t *(*consumer)(struct ew_source *s); /* NULL: there is none at the moment */
	/* How far each partition was read since the last commit; a new list, perhaps empty.  Asked only when
	 * all that was read is settled or in the transaction. */
	rd_kafka_topic_partition_list_t *(*positions)(struct ew_source *s);
	void (*committed)(struct ew_source *s, const rd_kafka_topic_partition_list_t *positions);
	bool (*lost)(struct ew_source *s, const struct ew_event *ev); /* its partition is not ours any more */
	void (*changed)(struct ew_source *s); /* look at ew_kafka_txn_takes() and _idle() again */
	/* Nobody knows how the last transaction ended.  All its events are given up: close it, read on from
	 * the committed offsets. */
	void (*broken)(struct ew_source *s, const char *why);
};

struct ew_kafka_txn *ew_kafka_txn_open(struct ew_worker *w, struct ew_source *s, const struct ew_route *r,
                                       const struct ew_kafka_txn_host *host, struct ew_error *e);

/* The transaction's sink for a function, or NULL if it is neither the route's function nor its
 * quarantine. */
struct ew_sink *ew_kafka_txn_sink(struct ew_kafka_txn *t, const struct ew_function_config *f);

/* A new generation: false if the route's functions are other ones now, so that the transaction has to
 * be opened anew. */
bool ew_kafka_txn_adopt(struct ew_kafka_txn *t, const struct ew_route *r);

/* May the source read more?  Not while a transaction is on its way to its end. */
bool ew_kafka_txn_takes(const struct ew_kafka_txn *t);

/* Nothing in it and nothing under way. */
bool ew_kafka_txn_idle(const struct ew_kafka_txn *t);

/* Commit soon (before partitions go, before the end). */
void ew_kafka_txn_hurry(struct ew_kafka_txn *t, bool on);

/* Partitions were lost: abort, give up their events (EW_GONE), produce the rest again. */
void ew_kafka_txn_forget(struct ew_kafka_txn *t);

/* At shutdown: fail what waits for a retry outside of the transaction. */
void ew_kafka_txn_cut(struct ew_kafka_txn *t);

/* Progress by time; call every 100 ms or so. */
void ew_kafka_txn_tick(struct ew_kafka_txn *t);

/* Gives up what is in it (EW_GONE); the broker aborts an open transaction.  Blocks for two seconds at most. */
void ew_kafka_txn_close(struct ew_kafka_txn **t);

#endif
