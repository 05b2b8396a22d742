/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Between verdict and sink.
 *
 * A sink has room for max_in_flight attempts.  An event that finds none waits in line if its source can
 * hold it (MQTT, Kafka): the source is paused and goes on when half of the room is free again, so the
 * line holds no more than what the source had already read.  HTTP cannot hold: it is told at once.
 *
 *     send() -> done:  DELIVERED            -> finish
 *                      TEMPORARY, may retry -> behind a timer (backoff with jitter) -> send()
 *                      else                 -> hold (retry for ever) | quarantine | tell the source
 *
 * The circuit: after N failures in a row nothing is sent for a while, then one event tries alone.
 *
 * The trap: a sink may answer inside send(), so an event can be gone when attempt() returns, and lines
 * are emptied by one pump at a time, never by recursion. */

#include "daemon/delivery.h"

#include "daemon/pipeline.h"
#include "daemon/sink.h"
#include "daemon/source.h"
#include "daemon/worker.h"

#include <stdlib.h>

static void list_append(struct ew_event_list *l, struct ew_event *ev)
{
	ev->list_next = NULL;
	ev->list_prev = l->tail;
	if (l->tail)
		l->tail->list_next = ev;
	else
		l->head = ev;
	l->tail = ev;
	l->n++;
}

static void list_remove(struct ew_event_list *l, struct ew_event *ev)
{
	if (ev->list_prev)
		ev->list_prev->list_next = ev->list_next;
	else
		l->head = ev->list_next;
	if (ev->list_next)
		ev->list_next->list_prev = ev->list_prev;
	else
		l->tail = ev->list_prev;
	l->n--;
}

static uint32_t load_of(const struct ew_sink *s)
{
	return s->in_flight + s->room.n + s->delayed.n;
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

/* Pause the event's source once the sink has as much as it can take. */
static void block_source(struct ew_event *ev, struct ew_sink *s)
{
	struct ew_source *src = ev->source;

	if (!src->ops->holds || src->blocked_on || load_of(s) < s->config->max_in_flight)
		return;
	src->blocked_on = s;
	src->ops->pause(src, true);
}

static void unblock_sources(struct ew_sink *s)
{
	if (load_of(s) > s->config->max_in_flight / 2)
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
	block_source(ev, s);
	if (!ev->as_quarantine) /* there it is the reason */
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

	list_append(&ev->sink->delayed, ev);
	evtimer_assign(&ev->timer, ev->worker->base, on_timer, ev);
	if (evtimer_add(&ev->timer, &t) != 0)
		ew_assert(!"a timer can always be added");
	block_source(ev, ev->sink);
}

static uint32_t circuit_ms(const struct ew_sink *s)
{
	uint64_t now = ew_now_ns();

	return s->open_until_ns > now ? (uint32_t)((s->open_until_ns - now) / 1000000) + 1 : 1;
}

/* Let those in line go as far as there is room. */
static void pump(struct ew_sink *s)
{
	if (s->pumping)
		return;
	s->pumping = true;
	while (s->room.head && s->in_flight < s->config->max_in_flight && circuit_closed(s)) {
		struct ew_event *ev = s->room.head;
		list_remove(&s->room, ev);
		attempt(ev);
	}
	/* With nothing in flight and no timer, nobody would come back for the line. */
	if (s->room.head && s->in_flight == 0 && s->delayed.n == 0) {
		struct ew_event *ev = s->room.head;
		list_remove(&s->room, ev);
		wait_for(ev, circuit_ms(s));
	}
	s->pumping = false;
}

/* Try now, or get in line.  Sources that cannot hold are told. */
static void start(struct ew_event *ev)
{
	struct ew_sink *s = ev->sink;
	bool room = s->in_flight < s->config->max_in_flight;

	if (room && circuit_closed(s) && (!s->room.head || !ev->source->ops->holds)) {
		attempt(ev);
	} else if (ev->source->ops->holds) {
		list_append(&s->room, ev);
		block_source(ev, s);
		pump(s);
	} else {
		ev->failure = room ? "circuit open" : "function busy";
		ew_message_fault(ev->m, EW_OVERLOAD, ev->failure, NULL);
		ew_pipeline_finish(ev, EW_FAILED);
	}
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct ew_event *ev = arg;
	struct ew_sink *s = ev->sink;

	(void)fd;
	(void)what;
	list_remove(&s->delayed, ev);
	start(ev);
	pump(s);
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
	ev->sink = ev->worker->closing ? NULL : find_sink(ev, f);
	ev->as_quarantine = quarantine;
	ev->attempts = 0;
	ev->outcome_after = after;
	if (ev->sink) {
		start(ev);
	} else {
		ev->failure = ev->worker->closing ? "shutting down" : "function cannot be opened";
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
		if (result == EW_GONE || ev->worker->closing ||
		    (ev->worker->stopping && ev->source->ops->holds)) {
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
	pump(s);
	unblock_sources(s);
}

static void cut(struct ew_event_list *l, bool timed)
{
	while (l->head) {
		struct ew_event *ev = l->head;
		if (timed)
			evtimer_del(&ev->timer);
		list_remove(l, ev);
		ev->failure = "shutting down";
		ew_pipeline_finish(ev, EW_FAILED);
	}
}

void ew_delivery_cut(struct ew_sink *s)
{
	cut(&s->delayed, true);
	cut(&s->room, false);
}
