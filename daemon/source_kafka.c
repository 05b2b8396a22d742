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
 * The trap: offsets of one partition may jump back (a topic made anew, an offset reset); that, too, is a
 * new epoch. */

#include "daemon/kafka_member.h"
#include "daemon/kafka_record.h"
#include "daemon/pipeline.h"
#include "daemon/sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICK_MS 100
#define COMMIT_MS 200
#define LONG_STOP_MS 500
#define CLOSE_MS 3000
#define REOPEN_MS 1000
#define RECORDS_A_TURN 256 /* a millisecond of work: others have the loop in between */

/* What finish() needs; in the event's room. */
struct origin {
	rd_kafka_message_t *record;
	struct ew_kafka_part *part;
	uint64_t ticket;
	uint32_t epoch;
};
_Static_assert(sizeof(struct origin) <= sizeof(((struct ew_event *)0)->source_room), "it has room");

/* ---- records --------------------------------------------------------------------------------- */

/* Takes the record.  One that is left is not settled, so it comes again: to us or to the next reader. */
static void take_record(struct ew_kafka_member *s, rd_kafka_message_t *record)
{
	struct ew_kafka_part *p = ew_kafka_table_of(&s->parts, record);

	if (!p || !p->assigned || p->leaving || s->draining || s->anew) {
		rd_kafka_message_destroy(record);
		return;
	}
	struct ew_event *ev = ew_event_new(s->worker, &s->base, s->base.route, EW_TRANSPORT_KAFKA);
	uint64_t ticket;
	bool backwards = false;
	if (!ev || !ew_kafka_part_push(p, record->offset, &ticket, &backwards)) {
		ew_event_discard(&ev);
		rd_kafka_message_destroy(record);
		s->anew = true; /* no memory: read it again when what is in flight has ended */
		return;
	}
	if (backwards)
		ew_kafka_note(s->worker, "warning", s->name, "offsets went backwards: topic made anew?");
	ev->origin = memcpy(ev->source_room, &(struct origin){ record, p, ticket, p->epoch },
	                    sizeof(struct origin));
	s->held++;
	if (ew_watermark_span(&p->mark) >= EW_KAFKA_SPAN_MOST)
		s->wide = true;
	ew_kafka_describe(ev, p->topic, record);
	ew_pipeline_submit(ev);
}

static void take_error(struct ew_kafka_member *s, rd_kafka_message_t *record)
{
	if (record->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
		ew_kafka_note(s->worker, "warning", s->name, rd_kafka_message_errstr(record));
	rd_kafka_message_destroy(record);
}

static bool must_stop(const struct ew_kafka_member *s)
{
	return s->asked_to_pause || s->draining || s->going || s->anew || s->wide || s->phase != EW_KAFKA_RUNNING ||
	       s->held >= s->base.route->config->kafka.max_in_flight ||
	       (s->txn && !ew_kafka_txn_takes(s->txn));
}

/* True if librdkafka may be polled: we take records, or it has been told to hold them back. */
static bool may_poll(struct ew_kafka_member *s)
{
	if (!must_stop(s)) {
		s->stopped_ns = 0;
		ew_kafka_member_pause(s, false);
		return true;
	}
	uint64_t now = ew_now_ns();
	if (s->stopped_ns == 0)
		s->stopped_ns = now;
	if (s->draining || s->phase == EW_KAFKA_LEAVING || now - s->stopped_ns >= EW_KAFKA_MS(LONG_STOP_MS))
		ew_kafka_member_pause(s, true);
	return s->parts_paused;
}

/* How many records may come in one batch; one at least, or control messages would not come, either. */
static size_t room_for(const struct ew_kafka_member *s)
{
	uint32_t most = s->base.route->config->kafka.max_in_flight;
	uint32_t room = s->held < most ? most - s->held : 1;

	return room < RECORDS_A_TURN ? room : RECORDS_A_TURN;
}

static void pump(struct ew_kafka_member *s)
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
		s->eaten += batch[i]->len + 4096;
		if (batch[i]->err)
			take_error(s, batch[i]);
		else
			take_record(s, batch[i]);
	}
	s->worker->turn_ns = 0;
	ew_kafka_member_prod(s, n == (ssize_t)room);
	if (n == (ssize_t)room)
		ew_kafka_wake_soon(&s->wake); /* the others first, then the rest */
}

/* ---- coming and going ------------------------------------------------------------------------ */

static void on_txn_broken(struct ew_source *base, const char *why)
{
	struct ew_kafka_member *s = (struct ew_kafka_member *)base;

	ew_kafka_note(s->worker, "error", s->name, why);
	s->anew = true;
	ew_kafka_wake_soon(&s->wake);
}

static rd_kafka_t *txn_consumer(struct ew_source *base)
{
	struct ew_kafka_member *s = (struct ew_kafka_member *)base;

	return s->phase == EW_KAFKA_RUNNING ? s->rk : NULL;
}

static rd_kafka_topic_partition_list_t *txn_positions(struct ew_source *base)
{
	return ew_kafka_table_marks(&((struct ew_kafka_member *)base)->parts, true);
}

static void on_txn_committed(struct ew_source *base, const rd_kafka_topic_partition_list_t *l)
{
	ew_kafka_table_committed(&((struct ew_kafka_member *)base)->parts, l);
}

static bool txn_lost(struct ew_source *base, const struct ew_event *ev)
{
	const struct origin *o = ev->origin;

	(void)base;
	return o->epoch != o->part->epoch;
}

static void on_txn_changed(struct ew_source *base)
{
	ew_kafka_wake_soon(&((struct ew_kafka_member *)base)->wake);
}

static const struct ew_kafka_txn_host txn_host = {
	.consumer = txn_consumer,
	.positions = txn_positions,
	.committed = on_txn_committed,
	.lost = txn_lost,
	.changed = on_txn_changed,
	.broken = on_txn_broken,
};

static bool open_all(struct ew_kafka_member *s, const struct ew_route *route, struct ew_error *e)
{
	struct ew_error why;

	if (route->config->kafka.transactions)
		s->txn = ew_kafka_txn_open(s->worker, &s->base, route, &txn_host, &why);
	if ((s->txn || !route->config->kafka.transactions) && ew_kafka_member_open(s, route, &why)) {
		s->anew = false;
		return true;
	}
	ew_kafka_txn_close(&s->txn);
	ew_kafka_member_close(s);
	return ew_error_set(e, NULL, 0, "route \"%s\": %s", route->config->name, why.text);
}

static void look_at_leaving(struct ew_kafka_member *s)
{
	uint64_t now = ew_now_ns();

	if (s->phase == EW_KAFKA_RUNNING && s->held == 0 && (s->anew || s->draining)) {
		/* A transaction that broke has nothing left to wait for. */
		if (s->draining && !s->anew && s->txn && !ew_kafka_member_txn_ended(s))
			return;
		if (s->draining && !s->txn && !ew_kafka_member_committed(s)) {
			if (s->commits == 0)
				ew_kafka_member_commit(s);
			return;
		}
		ew_kafka_member_leave(s);
	}
	/* Without a broker there is nobody to say good-bye to. */
	if (s->phase == EW_KAFKA_LEAVING &&
	    (rd_kafka_consumer_closed(s->rk) || now >= s->leaving_ns + EW_KAFKA_MS(CLOSE_MS))) {
		ew_kafka_txn_close(&s->txn);
		ew_kafka_member_close(s);
		s->phase = s->draining ? EW_KAFKA_LEFT : EW_KAFKA_AWAY;
		s->away_ns = now;
	}
	if (s->phase == EW_KAFKA_AWAY && s->draining)
		s->phase = EW_KAFKA_LEFT;
	if (s->phase == EW_KAFKA_AWAY && now >= s->away_ns + EW_KAFKA_MS(REOPEN_MS)) {
		struct ew_error e;
		s->away_ns = now;
		ew_count_one(s->worker, RECONNECTS);
		if (!open_all(s, s->base.route, &e)) {
			s->phase = EW_KAFKA_AWAY;
			ew_kafka_note(s->worker, "error", s->name, e.text);
		}
	}
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct ew_kafka_member *s = arg;

	(void)fd;
	(void)what;
	ew_kafka_wake_clear(&s->wake);
	ew_kafka_member_look(s);
	pump(s);
	ew_kafka_member_look(s);
	look_at_leaving(s);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct ew_kafka_member *s = arg;

	if (s->txn)
		ew_kafka_txn_tick(s->txn);
	else if (s->phase == EW_KAFKA_RUNNING && s->commits == 0 &&
	         ew_now_ns() >= s->committed_ns + EW_KAFKA_MS(COMMIT_MS))
		/* One at a time: an older one that is tried again would undo a newer one. */
		ew_kafka_member_commit(s);
	s->wide = ew_kafka_table_wide(&s->parts);
	on_wake(fd, what, s);
}

static void free_source(struct ew_kafka_member *s)
{
	ew_kafka_member_close(s);
	ew_kafka_table_fini(&s->parts);
	free(s->name);
	free(s);
}

/* ---- ops ------------------------------------------------------------------------------------- */

static void kafka_finish(struct ew_source *base, struct ew_event *ev, enum ew_outcome outcome)
{
	struct ew_kafka_member *s = (struct ew_kafka_member *)base;
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
	struct ew_kafka_member *s = (struct ew_kafka_member *)base;

	s->asked_to_pause = on;
	if (!on)
		ew_kafka_wake_soon(&s->wake);
}

static void kafka_drain(struct ew_source *base)
{
	struct ew_kafka_member *s = (struct ew_kafka_member *)base;

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
	return ((const struct ew_kafka_member *)base)->phase == EW_KAFKA_LEFT;
}

static void kafka_adopt(struct ew_source *base, const struct ew_route *route)
{
	struct ew_kafka_member *s = (struct ew_kafka_member *)base;

	if (s->txn && !ew_kafka_txn_adopt(s->txn, route)) {
		ew_kafka_txn_hurry(s->txn, true);
		s->anew = true;
		ew_kafka_wake_soon(&s->wake);
	}
}

static struct ew_sink *kafka_own_sink(struct ew_source *base, const struct ew_function_config *f)
{
	struct ew_kafka_member *s = (struct ew_kafka_member *)base;

	return s->txn ? ew_kafka_txn_sink(s->txn, f) : NULL;
}

static void kafka_close(struct ew_source *base)
{
	struct ew_kafka_member *s = (struct ew_kafka_member *)base;

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
	struct ew_kafka_member *s = calloc(1, sizeof(*s));

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
