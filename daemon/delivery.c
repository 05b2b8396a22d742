/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Between verdict and sink.
 *
 * A sink has room for max_in_flight attempts.  An event that finds none waits in the sink's queue if
 * its source can hold it (MQTT, Kafka): the source is paused and goes on when half of the room is free
 * again, so the queue holds no more than what the source had already read.  HTTP cannot hold: it is
 * told at once.  A failed attempt waits behind a timer in the same queue.
 *
 *     send() -> done:  DELIVERED            -> finish
 *                      TEMPORARY, may retry -> backoff with jitter -> send()
 *                      else                 -> hold (retry for ever) | quarantine | tell the source
 *
 * The circuit: after N failures in a row nothing is sent for a while, then one event tries alone. */

#include "daemon/delivery.h"

#include "daemon/pipeline.h"
#include "daemon/sink.h"
#include "daemon/source.h"
#include "daemon/worker.h"

#include <stdlib.h>

static void queue_append(struct ew_sink *s, struct ew_event *ev)
{
	ev->waiting = true;
	ev->queue_next = NULL;
	ev->queue_prev = s->queue_tail;
	if (s->queue_tail)
		s->queue_tail->queue_next = ev;
	else
		s->queue_head = ev;
	s->queue_tail = ev;
	s->waiting++;
}

static void queue_remove(struct ew_sink *s, struct ew_event *ev)
{
	if (ev->queue_prev)
		ev->queue_prev->queue_next = ev->queue_next;
	else
		s->queue_head = ev->queue_next;
	if (ev->queue_next)
		ev->queue_next->queue_prev = ev->queue_prev;
	else
		s->queue_tail = ev->queue_prev;
	ev->waiting = false;
	s->waiting--;
}

static bool circuit_closed(const struct ew_sink *s)
{
	if (s->open_until_ns == 0)
		return true;
	/* Half open: one attempt at a time. */
	return ew_now_ns() >= s->open_until_ns && s->in_flight == 0;
}

static void note_result(struct ew_sink *s, enum ew_delivery result)
{
	const struct ew_function_config *c = s->config;

	if (result != EW_TEMPORARY) {
		s->failures = 0; /* a refusal is an answer: the function is alive */
		s->open_until_ns = 0;
		return;
	}
	ew_count_one(s->worker, UPSTREAM_ERRORS);
	if (s->failures < UINT32_MAX)
		s->failures++;
	if (c->breaker_failures && s->failures >= c->breaker_failures) {
		if (s->open_until_ns == 0)
			ew_count_one(s->worker, CIRCUIT_OPENED);
		s->open_until_ns = ew_now_ns() + (uint64_t)c->breaker_open_ms * 1000000;
	}
}

static void block_source(struct ew_event *ev, struct ew_sink *s)
{
	struct ew_source *src = ev->source;

	if (!src->ops->holds || src->blocked_on)
		return;
	src->blocked_on = s;
	src->ops->pause(src, true);
}

static void unblock_sources(struct ew_sink *s)
{
	if (s->in_flight + s->waiting > s->config->max_in_flight / 2)
		return;
	for (struct ew_source *src = s->worker->sources; src; src = src->next) {
		if (src->blocked_on == s) {
			src->blocked_on = NULL;
			if (!src->draining)
				src->ops->pause(src, false);
		}
	}
}

static void on_done(struct ew_event *ev, enum ew_delivery result, const char *reason);
static void on_timer(evutil_socket_t fd, short what, void *arg);

static void attempt(struct ew_event *ev)
{
	struct ew_sink *s = ev->sink;

	s->in_flight++;
	if (s->in_flight + s->waiting >= s->config->max_in_flight)
		block_source(ev, s);
	ev->failure = NULL;
	s->ops->send(s, ev, on_done);
}

/* Milliseconds before attempt `n` (1: first retry): doubled each time, with half of it as jitter. */
static uint32_t backoff_ms(const struct ew_function_config *c, uint32_t n)
{
	uint64_t ms = c->backoff_ms;

	for (uint32_t i = 1; i < n && ms < c->backoff_max_ms; i++)
		ms *= 2;
	if (ms > c->backoff_max_ms)
		ms = c->backoff_max_ms;
	return (uint32_t)(ms / 2 + (uint64_t)random() % (ms / 2 + 1));
}

static void wait_for(struct ew_event *ev, uint32_t ms)
{
	struct timeval t = { ms / 1000, (ms % 1000) * 1000 };

	queue_append(ev->sink, ev);
	evtimer_assign(&ev->timer, ev->worker->base, on_timer, ev);
	if (evtimer_add(&ev->timer, &t) != 0)
		ew_assert(!"a timer can always be added");
	block_source(ev, ev->sink);
}

/* Try now, or wait for room or for the circuit.  Sources that cannot hold are told. */
static void start(struct ew_event *ev)
{
	struct ew_sink *s = ev->sink;
	bool room = s->in_flight < s->config->max_in_flight;

	if (room && circuit_closed(s)) {
		attempt(ev);
	} else if (!ev->source->ops->holds) {
		ev->failure = room ? "circuit open" : "function busy";
		ev->m->status = ev->m->status ? ev->m->status : EW_OVERLOAD;
		ew_pipeline_finish(ev, EW_FAILED);
	} else {
		uint32_t ms = 20;
		uint64_t now = ew_now_ns();
		if (s->open_until_ns > now)
			ms = (uint32_t)((s->open_until_ns - now) / 1000000) + 1;
		wait_for(ev, ms);
	}
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct ew_event *ev = arg;

	(void)fd;
	(void)what;
	queue_remove(ev->sink, ev);
	start(ev);
}

static struct ew_sink *find_sink(struct ew_event *ev, const struct ew_function_config *f)
{
	struct ew_sink *s = NULL;

	if (ev->source->ops->own_sink)
		s = ev->source->ops->own_sink(ev->source, f);
	return s ? s : ew_worker_sink(ev->worker, ev->generation, f);
}

static void send_to(struct ew_event *ev, const struct ew_function_config *f, bool quarantine,
                    enum ew_outcome after)
{
	ev->sink = find_sink(ev, f);
	ev->as_quarantine = quarantine;
	ev->attempts = 0;
	ev->outcome_after = after;
	if (ev->sink) {
		start(ev);
	} else {
		ev->failure = "function cannot be opened";
		ew_pipeline_finish(ev, EW_FAILED);
	}
}

void ew_delivery_forward(struct ew_event *ev)
{
	send_to(ev, ev->route->config->to, false, EW_FORWARDED);
}

void ew_delivery_quarantine(struct ew_event *ev, enum ew_outcome outcome)
{
	send_to(ev, ev->route->config->quarantine_to, true, outcome);
}

static bool may_retry(const struct ew_event *ev, enum ew_delivery result)
{
	const struct ew_route_config *r = ev->route->config;

	if (!ev->source->ops->holds) {
		/* The sender waits.  Only a drop that must be kept is worth a few tries. */
		return ev->as_quarantine && ev->attempts <= ev->sink->config->retries;
	}
	if (ev->as_quarantine || r->on_failure == EW_FAILURE_HOLD || !r->quarantine_to)
		return true;
	return result == EW_TEMPORARY && ev->attempts <= ev->sink->config->retries;
}

static void on_done(struct ew_event *ev, enum ew_delivery result, const char *reason)
{
	struct ew_sink *s = ev->sink;

	ew_assert(s->in_flight > 0);
	s->in_flight--;
	note_result(s, result);
	if (result == EW_DELIVERED) {
		if (ev->as_quarantine)
			ew_count_one(ev->worker, QUARANTINED);
		ew_pipeline_finish(ev, ev->outcome_after);
	} else {
		ev->failure = reason;
		ev->attempts++;
		ev->attempts_all++;
		if (ev->worker->stopping && ev->source->ops->holds) {
			/* It stays with the broker; the next start finds it again. */
			ew_pipeline_finish(ev, EW_FAILED);
		} else if (may_retry(ev, result)) {
			ew_count_one(ev->worker, RETRIES);
			wait_for(ev, backoff_ms(s->config, ev->attempts));
		} else if (!ev->as_quarantine && ev->source->ops->holds) {
			ew_delivery_quarantine(ev, EW_QUARANTINED);
		} else {
			ew_pipeline_finish(ev, EW_FAILED);
		}
	}
	unblock_sources(s);
}

void ew_delivery_cut(struct ew_sink *s)
{
	while (s->queue_head) {
		struct ew_event *ev = s->queue_head;
		evtimer_del(&ev->timer);
		queue_remove(s, ev);
		ev->failure = "shutting down";
		ew_pipeline_finish(ev, EW_FAILED);
	}
}
