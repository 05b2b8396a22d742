/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A short table, searched from the start: a consumer has tens of partitions, and runs of records of one
 * partition do not search at all. */

#include "daemon/kafka_table.h"

#include <stdlib.h>
#include <string.h>

static struct ew_kafka_part *find_part(const struct ew_kafka_table *ps, const char *topic, int32_t partition)
{
	for (size_t i = 0; i < ps->n; i++) {
		if (ps->v[i]->partition == partition && !strcmp(ps->v[i]->topic, topic))
			return ps->v[i];
	}
	return NULL;
}

static struct ew_kafka_part *make_part(struct ew_kafka_table *ps, const char *topic, int32_t partition)
{
	struct ew_kafka_part *p = calloc(1, sizeof(*p));
	struct ew_kafka_part **more = realloc(ps->v, (ps->n + 1) * sizeof(*more));

	if (more)
		ps->v = more;
	if (p)
		p->topic = strdup(topic);
	if (!p || !more || !p->topic) {
		if (p)
			free(p->topic);
		free(p);
		return NULL;
	}
	p->partition = partition;
	ew_watermark_init(&p->mark);
	ps->v[ps->n++] = p;
	return p;
}

static void begin_epoch(struct ew_kafka_part *p, bool assigned)
{
	p->epoch++;
	p->assigned = assigned;
	p->leaving = false;
	p->committed = -1;
	ew_watermark_reset(&p->mark);
}

void ew_kafka_table_fini(struct ew_kafka_table *ps)
{
	for (size_t i = 0; i < ps->n; i++) {
		ew_watermark_fini(&ps->v[i]->mark);
		free(ps->v[i]->topic);
		free(ps->v[i]);
	}
	free(ps->v);
	*ps = (struct ew_kafka_table){ 0 };
}

struct ew_kafka_part *ew_kafka_table_of(struct ew_kafka_table *ps, const rd_kafka_message_t *record)
{
	if (record->rkt != ps->last_topic || !ps->last || ps->last->partition != record->partition) {
		ps->last_topic = record->rkt;
		ps->last = find_part(ps, rd_kafka_topic_name(record->rkt), record->partition);
	}
	return ps->last;
}

static void forget_last(struct ew_kafka_table *ps)
{
	ps->last_topic = NULL;
	ps->last = NULL;
}

/* One that there is no memory for stays unknown: its records are left alone and come again. */
void ew_kafka_table_take(struct ew_kafka_table *ps, const rd_kafka_topic_partition_list_t *l)
{
	for (int i = 0; i < l->cnt; i++) {
		struct ew_kafka_part *p = find_part(ps, l->elems[i].topic, l->elems[i].partition);
		if (!p)
			p = make_part(ps, l->elems[i].topic, l->elems[i].partition);
		if (p)
			begin_epoch(p, true);
	}
	forget_last(ps);
}

void ew_kafka_table_leaving(struct ew_kafka_table *ps, const rd_kafka_topic_partition_list_t *l)
{
	for (int i = 0; i < l->cnt; i++) {
		struct ew_kafka_part *p = find_part(ps, l->elems[i].topic, l->elems[i].partition);
		if (p)
			p->leaving = true;
	}
}

void ew_kafka_table_forget(struct ew_kafka_table *ps, const rd_kafka_topic_partition_list_t *l)
{
	for (size_t i = 0; i < ps->n && !l; i++)
		begin_epoch(ps->v[i], false);
	for (int i = 0; l && i < l->cnt; i++) {
		struct ew_kafka_part *p = find_part(ps, l->elems[i].topic, l->elems[i].partition);
		if (p)
			begin_epoch(p, false);
	}
	forget_last(ps);
}

rd_kafka_topic_partition_list_t *ew_kafka_table_marks(const struct ew_kafka_table *ps, bool ends)
{
	rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new((int)ps->n + 1);

	for (size_t i = 0; i < ps->n; i++) {
		struct ew_kafka_part *p = ps->v[i];
		int64_t to = ends ? p->mark.end : p->mark.mark;
		if (p->assigned && to > p->committed)
			rd_kafka_topic_partition_list_add(l, p->topic, p->partition)->offset = to;
	}
	return l;
}

void ew_kafka_table_committed(struct ew_kafka_table *ps, const rd_kafka_topic_partition_list_t *l)
{
	for (int i = 0; i < l->cnt; i++) {
		struct ew_kafka_part *p = find_part(ps, l->elems[i].topic, l->elems[i].partition);
		if (p && p->assigned)
			p->committed = l->elems[i].offset;
	}
}

void ew_kafka_table_refused(struct ew_kafka_table *ps, const rd_kafka_topic_partition_list_t *l)
{
	for (int i = 0; i < l->cnt; i++) {
		struct ew_kafka_part *p = find_part(ps, l->elems[i].topic, l->elems[i].partition);
		if (p && p->committed == l->elems[i].offset)
			p->committed = -1;
	}
}

bool ew_kafka_table_wide(const struct ew_kafka_table *ps)
{
	bool wide = false;

	for (size_t i = 0; i < ps->n; i++)
		wide = wide || ew_watermark_span(&ps->v[i]->mark) >= EW_KAFKA_SPAN_MOST;
	return wide;
}

bool ew_kafka_part_push(struct ew_kafka_part *p, int64_t offset, uint64_t *ticket_r, bool *backwards_r)
{
	*backwards_r = offset < p->mark.end;
	if (*backwards_r)
		begin_epoch(p, true);
	return ew_watermark_push(&p->mark, offset, ticket_r);
}
