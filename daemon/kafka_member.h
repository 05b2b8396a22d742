/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_KAFKA_MEMBER_H
#define EVENTWALL_DAEMON_KAFKA_MEMBER_H

/* A Kafka source as a member of its group; private to source_kafka.c, which reads the records, and
 * kafka_member.c, which joins, commits and leaves. */

#include "daemon/kafka_client.h"
#include "daemon/kafka_table.h"
#include "daemon/kafka_txn.h"
#include "daemon/source.h"

#define EW_KAFKA_MS(n) ((uint64_t)(n) * 1000000)

enum ew_kafka_phase { EW_KAFKA_AWAY, EW_KAFKA_RUNNING, EW_KAFKA_LEAVING, EW_KAFKA_LEFT };

struct ew_kafka_member {
	struct ew_source base;
	struct ew_worker *worker;
	char *name;
	rd_kafka_t *rk;
	rd_kafka_queue_t *queue;
	struct ew_kafka_wake wake;
	struct event *tick;
	struct ew_kafka_txn *txn; /* NULL: at least once */

	struct ew_kafka_table parts;

	enum ew_kafka_phase phase;
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
	uint64_t prodded_ns;
	size_t eaten; /* since then: bytes, and a page for each record */
	rd_kafka_topic_partition_list_t *going;
	uint64_t going_ns;
};

/* Subscribe with a new consumer and run; `wake` is open. */
EW_MUSTCHECK bool ew_kafka_member_open(struct ew_kafka_member *s, const struct ew_route *route, struct ew_error *e);

/* Tell librdkafka to hold records back, or to go on.  Idempotent. */
void ew_kafka_member_pause(struct ew_kafka_member *s, bool on);

/* After each batch: see to it that librdkafka goes on fetching while we read what it has.  `more`:
 * there may be more of that. */
void ew_kafka_member_prod(struct ew_kafka_member *s, bool more);

/* Commit the marks that moved; the answer comes through the queue.  And: nothing is left to commit. */
void ew_kafka_member_commit(struct ew_kafka_member *s);
bool ew_kafka_member_committed(struct ew_kafka_member *s);

/* Nothing read is in a transaction, or waits for one. */
bool ew_kafka_member_txn_ended(struct ew_kafka_member *s);

/* After each batch and by time: give up the partitions that were asked back once nothing of them is in
 * flight, or when that took too long. */
void ew_kafka_member_look(struct ew_kafka_member *s);

/* Begin to leave the group; rd_kafka_consumer_closed() tells the end. */
void ew_kafka_member_leave(struct ew_kafka_member *s);

/* Free the consumer; leaves first, which may take a second, if it has not left. */
void ew_kafka_member_close(struct ew_kafka_member *s);

#endif
