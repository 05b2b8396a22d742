/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_KAFKA_TABLE_H
#define EVENTWALL_DAEMON_KAFKA_TABLE_H

/* The partitions that a consumer has, or had: how far each was read, settled and committed. */

#include "daemon/watermark.h"
#include "eventwall/bytes.h"

#include <librdkafka/rdkafka.h>

/* Records read past the oldest unsettled one of a partition. */
#define EW_KAFKA_SPAN_MOST 65536

struct ew_kafka_part {
	char *topic;
	int32_t partition;
	uint32_t epoch; /* counts assignments; what was read in an older one settles nothing */
	bool assigned;
	bool leaving; /* asked back: what is in flight may still settle, nothing more is read */
	struct ew_watermark mark;
	int64_t committed; /* -1: nothing of this epoch */
};

/* All-zero is empty.  A partition stays until fini, since events point to it. */
struct ew_kafka_table {
	struct ew_kafka_part **v;
	size_t n;
	const rd_kafka_topic_t *last_topic; /* of the newest record: runs are long */
	struct ew_kafka_part *last;
};

void ew_kafka_table_fini(struct ew_kafka_table *ps);

/* The partition of a record; NULL if it was never assigned. */
struct ew_kafka_part *ew_kafka_table_of(struct ew_kafka_table *ps, const rd_kafka_message_t *record);

/* Assigned, asked back, and gone: the first and the last begin a new epoch.  NULL: all are gone. */
void ew_kafka_table_take(struct ew_kafka_table *ps, const rd_kafka_topic_partition_list_t *l);
void ew_kafka_table_leaving(struct ew_kafka_table *ps, const rd_kafka_topic_partition_list_t *l);
void ew_kafka_table_forget(struct ew_kafka_table *ps, const rd_kafka_topic_partition_list_t *l);

/* What may be committed and is not yet: the marks, or with `ends` all that was read.  A new list. */
rd_kafka_topic_partition_list_t *ew_kafka_table_marks(const struct ew_kafka_table *ps, bool ends);
void ew_kafka_table_committed(struct ew_kafka_table *ps, const rd_kafka_topic_partition_list_t *l);
void ew_kafka_table_refused(struct ew_kafka_table *ps, const rd_kafka_topic_partition_list_t *l);

/* Some partition was read as far as it may be before older records settle. */
bool ew_kafka_table_wide(const struct ew_kafka_table *ps);

/* False: no memory.  Offsets that jump back begin a new epoch. */
EW_MUSTCHECK bool ew_kafka_part_push(struct ew_kafka_part *p, int64_t offset, uint64_t *ticket_r,
                                     bool *backwards_r);

#endif
