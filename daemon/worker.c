/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A worker's thread: its loop, and the swap from one generation to the next.
 *
 * Adopting has two phases, so that a failure leaves the running generation whole: first all that is new
 * is opened aside; only when everything opened does the worker rebind what stays, begin to drain what
 * goes, and let go of the old generation.  Sources and sinks are told apart by the canonical text of
 * their settings: equal text, same object, connections untouched. */

#include "daemon/worker.h"

#include "daemon/delivery.h"
#include "daemon/registry.h"
#include "daemon/sink.h"
#include "daemon/source.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#define SPARE_MOST ((size_t)4 << 20) /* bytes of memory kept for the next large messages */
#define TICK_MS 100

static const struct ew_source_ops *source_ops(const struct ew_route_config *c)
{
	static const struct ew_source_ops *const all[] = {
		[EW_TRANSPORT_HTTP] = &ew_source_http,
		[EW_TRANSPORT_MQTT] = &ew_source_mqtt,
		[EW_TRANSPORT_KAFKA] = &ew_source_kafka,
	};
	return ew_route_is_proxy(c) ? &ew_source_mqtt_proxy : all[c->type];
}

static const struct ew_sink_ops *sink_ops(enum ew_transport t)
{
	static const struct ew_sink_ops *const all[] = {
		[EW_TRANSPORT_HTTP] = &ew_sink_http,
		[EW_TRANSPORT_MQTT] = &ew_sink_mqtt,
		[EW_TRANSPORT_KAFKA] = &ew_sink_kafka,
	};
	return all[t];
}

/* Routes on one HTTP address share its listener; brokers are read once a route. */
static char *source_identity(const struct ew_route_config *c)
{
	char *text;
	int n = c->type == EW_TRANSPORT_HTTP
	                ? asprintf(&text, "http %s", c->http.listen)
	                : asprintf(&text, "%s %s %s", ew_transport_name(c->type), c->name, c->identity);

	return n < 0 ? NULL : text;
}

static void close_source(struct ew_source *s)
{
	struct ew_generation *g = s->generation;
	char *identity = s->identity;

	s->ops->close(s);
	ew_generation_unref(&g);
	free(identity);
}

static void close_sink(struct ew_sink *s)
{
	struct ew_generation *g = s->generation;
	char *identity = s->identity;

	s->ops->close(s);
	ew_generation_unref(&g);
	free(identity);
}

static struct ew_sink *find_sink(struct ew_sink *list, const char *identity, bool retired)
{
	for (struct ew_sink *s = list; s; s = s->next) {
		if (s->retired == retired && !strcmp(s->identity, identity))
			return s;
	}
	return NULL;
}

static struct ew_source *find_source(struct ew_source *list, const char *identity)
{
	for (struct ew_source *s = list; s; s = s->next) {
		if (!s->stale && !strcmp(s->identity, identity))
			return s;
	}
	return NULL;
}

static struct ew_sink *open_sink(struct ew_worker *w, struct ew_generation *g,
                                 const struct ew_function_config *f, struct ew_error *e)
{
	const struct ew_sink_ops *ops = sink_ops(f->type);
	char *identity = strdup(f->identity);
	struct ew_sink *s = identity ? ops->open(w, f, e) : NULL;

	if (!s) {
		free(identity);
		return NULL;
	}
	s->ops = ops;
	s->worker = w;
	s->config = f;
	s->identity = identity;
	s->generation = ew_generation_ref(g);
	return s;
}

struct ew_sink *ew_worker_sink(struct ew_worker *w, struct ew_generation *g,
                               const struct ew_function_config *f)
{
	struct ew_error e;

	for (struct ew_sink *s = w->sinks; s; s = s->next) {
		if (s->config == f)
			return s;
	}
	struct ew_sink *s = find_sink(w->sinks, f->identity, false);
	if (!s)
		s = find_sink(w->sinks, f->identity, true);
	if (!s) {
		s = open_sink(w, g, f, &e);
		if (!s)
			return NULL;
		s->retired = true; /* reaped as soon as it is idle */
		s->next = w->sinks;
		w->sinks = s;
	}
	return s;
}

struct fresh {
	struct ew_source *sources;
	struct ew_sink *sinks;
};

static bool open_new_sinks(struct ew_worker *w, struct ew_generation *g, struct fresh *n,
                           struct ew_error *e)
{
	for (size_t i = 0; i < g->config->function_count; i++) {
		const struct ew_function_config *f = &g->config->functions[i];
		if (find_sink(w->sinks, f->identity, false) || find_sink(n->sinks, f->identity, false))
			continue;
		struct ew_sink *s = open_sink(w, g, f, e);
		if (!s)
			return false;
		s->next = n->sinks;
		n->sinks = s;
	}
	return true;
}

static bool open_new_sources(struct ew_worker *w, struct ew_generation *g, struct fresh *n,
                             struct ew_error *e)
{
	for (size_t i = 0; i < g->config->route_count; i++) {
		struct ew_route *r = &g->routes[i];
		char *identity = source_identity(r->config);
		if (!identity)
			return ew_error_set(e, NULL, 0, "out of memory");
		if (find_source(w->sources, identity) || find_source(n->sources, identity)) {
			free(identity);
			continue;
		}
		const struct ew_source_ops *ops = source_ops(r->config);
		struct ew_source *s = ops->open(w, r, e);
		if (!s) {
			free(identity);
			return false;
		}
		s->ops = ops;
		s->worker = w;
		s->identity = identity;
		s->route = r;
		s->generation = ew_generation_ref(g);
		s->next = n->sources;
		n->sources = s;
	}
	return true;
}

static bool open_new(struct ew_worker *w, struct ew_generation *g, struct fresh *n, struct ew_error *e)
{
	for (size_t i = 0; i < g->config->route_count; i++) {
		if (g->routes[i].rules && !ew_scanner_adopt(w->scanner, g->routes[i].rules))
			return ew_error_set(e, NULL, 0, "no memory for the scratch of a ruleset");
	}
	return open_new_sinks(w, g, n, e) && open_new_sources(w, g, n, e);
}

static void close_fresh(struct fresh *n)
{
	while (n->sources) {
		struct ew_source *s = n->sources;
		n->sources = s->next;
		close_source(s);
	}
	while (n->sinks) {
		struct ew_sink *s = n->sinks;
		n->sinks = s->next;
		close_sink(s);
	}
}

static void rebind_sinks(struct ew_worker *w, struct ew_generation *g)
{
	for (struct ew_sink *s = w->sinks; s; s = s->next) {
		const struct ew_function_config *found = NULL;
		for (size_t i = 0; i < g->config->function_count && !s->retired; i++) {
			if (!strcmp(g->config->functions[i].identity, s->identity))
				found = &g->config->functions[i];
		}
		if (!found) {
			s->retired = true; /* keeps its generation until it is idle */
			continue;
		}
		struct ew_generation *was = s->generation;
		s->config = found;
		s->generation = ew_generation_ref(g);
		ew_generation_unref(&was);
	}
}

static void rebind_source(struct ew_source *s, struct ew_generation *g)
{
	for (size_t i = 0; i < g->config->route_count; i++) {
		char *identity = source_identity(g->routes[i].config);
		bool same = identity && !strcmp(identity, s->identity);
		free(identity);
		if (!same)
			continue;
		struct ew_generation *was = s->generation;
		s->route = &g->routes[i];
		s->generation = ew_generation_ref(g);
		if (s->ops->adopt)
			s->ops->adopt(s, s->route);
		ew_generation_unref(&was);
		return;
	}
	s->stale = s->draining = true;
	s->ops->drain(s);
}

static void adopt(struct ew_worker *w, struct ew_generation *g)
{
	struct fresh n = { 0 };

	if (!open_new(w, g, &n, &w->error)) {
		close_fresh(&n);
		atomic_store(&w->refused, g->number);
		ew_generation_unref(&g);
		return;
	}
	struct ew_generation *was = w->generation;
	w->generation = g;
	rebind_sinks(w, g);
	for (struct ew_source *s = w->sources; s; s = s->next) {
		if (!s->stale)
			rebind_source(s, g);
	}
	while (n.sinks) {
		struct ew_sink *s = n.sinks;
		n.sinks = s->next;
		s->next = w->sinks;
		w->sinks = s;
	}
	while (n.sources) {
		struct ew_source *s = n.sources;
		n.sources = s->next;
		s->next = w->sources;
		w->sources = s;
	}
	ew_generation_unref(&was);
	atomic_store(&w->adopted, g->number);
}

static bool in_use(const struct ew_worker *w, const struct ew_sink *sink)
{
	if (sink->in_flight || sink->room.n || sink->delayed.n || (sink->ops->flushed && !sink->ops->flushed(sink)))
		return true;
	for (const struct ew_source *s = w->sources; s; s = s->next) {
		if (s->blocked_on == sink)
			return true;
	}
	return false;
}

/* Close what a reload has left behind, once it is idle. */
static void reap(struct ew_worker *w)
{
	for (struct ew_source **p = &w->sources; *p;) {
		struct ew_source *s = *p;
		if (s->stale && s->in_flight == 0 && s->ops->drained(s)) {
			*p = s->next;
			close_source(s);
		} else {
			p = &s->next;
		}
	}
	for (struct ew_sink **p = &w->sinks; *p;) {
		struct ew_sink *s = *p;
		if (s->retired && !in_use(w, s)) {
			*p = s->next;
			close_sink(s);
		} else {
			p = &s->next;
		}
	}
}

static void notify(struct ew_worker *w)
{
	uint64_t one = 1;

	if (write(w->notify_fd, &one, sizeof(one)) < 0) {
		/* The counter is full: the main thread has been woken already. */
	}
}

static bool all_drained(const struct ew_worker *w)
{
	for (const struct ew_source *s = w->sources; s; s = s->next) {
		if (s->in_flight || !s->ops->drained(s))
			return false;
	}
	for (const struct ew_sink *s = w->sinks; s; s = s->next) {
		if (s->in_flight || s->room.n || s->delayed.n || (s->ops->flushed && !s->ops->flushed(s)))
			return false;
	}
	return true;
}

static void begin_stop(struct ew_worker *w)
{
	w->stopping = true;
	for (struct ew_source *s = w->sources; s; s = s->next) {
		if (!s->draining) {
			s->draining = true;
			s->ops->drain(s);
		}
	}
	/* What waits for a retry is not going to be delivered now: it stays with its broker. */
	for (struct ew_sink *s = w->sinks; s; s = s->next)
		ew_delivery_cut(s);
}

/* Orders and housekeeping; runs after each wake and each tick. */
static void attend(struct ew_worker *w)
{
	struct ew_generation *g = atomic_exchange(&w->next_generation, NULL);

	if (g) {
		if (w->stopping)
			ew_generation_unref(&g);
		else
			adopt(w, g);
		notify(w);
	}
	if (atomic_load(&w->stop) && !w->stopping)
		begin_stop(w);
	reap(w);
	if (w->stopping && (all_drained(w) || atomic_load(&w->cut)))
		event_base_loopbreak(w->base);
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	uint64_t n;

	(void)what;
	if (read(fd, &n, sizeof(n)) < 0) {
		/* Nothing there: another wake has been served already. */
	}
	attend(arg);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct ew_worker *w = arg;

	(void)fd;
	(void)what;
	atomic_store_explicit(&w->beat_ns, ew_now_ns(), memory_order_relaxed);
	attend(w);
}

static void close_all(struct ew_worker *w)
{
	w->closing = true;
	ew_registry_cut(w);
	for (struct ew_sink *s = w->sinks; s; s = s->next)
		ew_delivery_cut(s);
	/* Sinks first: they give back the events they still borrow, and their sources are there to hear
	 * of it. */
	struct fresh all = { .sinks = w->sinks };
	w->sinks = NULL;
	close_fresh(&all);
	all.sources = w->sources;
	w->sources = NULL;
	close_fresh(&all);
}

static void *worker_main(void *arg)
{
	struct ew_worker *w = arg;
	char name[16];

	snprintf(name, sizeof(name), "ew-worker-%u", w->index);
	pthread_setname_np(pthread_self(), name);
	attend(w);
	event_base_dispatch(w->base);
	ew_burst_send(&w->burst); /* the last turn was cut short */
	close_all(w);
	atomic_store(&w->drained, true);
	notify(w);
	return NULL;
}

bool ew_worker_start(struct ew_worker *w, unsigned index, unsigned count, struct ew_generation *g,
                     struct ew_eventlog *log, int notify_fd, struct ew_error *e)
{
	struct timeval tick = { 0, TICK_MS * 1000 };
	sigset_t all, was;

	*w = (struct ew_worker){ .index = index, .count = count, .notify_fd = notify_fd };
	w->log = ew_eventlog_ring(log, index);
	if (getrandom(&w->unpackers.salt, sizeof(w->unpackers.salt), 0) != sizeof(w->unpackers.salt))
		w->unpackers.salt = 0;
	w->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	w->base = event_base_new();
	w->scanner = ew_scanner_new();
	w->spare = ew_arena_spare_new(SPARE_MOST);
	if (w->wake_fd < 0 || !w->base || !w->scanner || !w->spare || event_base_priority_init(w->base, 2) != 0)
		return ew_error_set(e, NULL, 0, "worker %u: no memory or no file descriptors", index);
	ew_burst_init(&w->burst, w->base);
	w->wake_event = event_new(w->base, w->wake_fd, EV_READ | EV_PERSIST, on_wake, w);
	w->tick_event = event_new(w->base, -1, EV_PERSIST, on_tick, w);
	if (!w->wake_event || !w->tick_event || event_add(w->wake_event, NULL) != 0 ||
	    event_add(w->tick_event, &tick) != 0)
		return ew_error_set(e, NULL, 0, "worker %u: no memory", index);
	atomic_store(&w->next_generation, ew_generation_ref(g));

	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	int rc = pthread_create(&w->thread, NULL, worker_main, w);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	if (rc != 0)
		return ew_error_set(e, NULL, 0, "worker %u: cannot start a thread: %s", index, strerror(rc));
	return true;
}

static void wake(struct ew_worker *w)
{
	uint64_t one = 1;

	if (write(w->wake_fd, &one, sizeof(one)) < 0) {
		/* The counter is full: it is awake. */
	}
}

void ew_worker_adopt(struct ew_worker *w, struct ew_generation *g)
{
	struct ew_generation *old = atomic_exchange(&w->next_generation, ew_generation_ref(g));

	if (old)
		ew_generation_unref(&old); /* it never looked: the newer one replaces it */
	wake(w);
}

void ew_worker_stop(struct ew_worker *w, bool now)
{
	atomic_store(&w->stop, true);
	if (now)
		atomic_store(&w->cut, true);
	wake(w);
}

void ew_worker_join(struct ew_worker *w)
{
	struct ew_generation *g;

	pthread_join(w->thread, NULL);
	event_free(w->wake_event);
	event_free(w->tick_event);
	ew_registry_free(&w->registry);
	ew_burst_fini(&w->burst);
	event_base_free(w->base);
	ew_scanner_free(&w->scanner);
	g = atomic_exchange(&w->next_generation, NULL);
	if (g)
		ew_generation_unref(&g);
	if (w->generation)
		ew_generation_unref(&w->generation);
	while (w->free_events) {
		struct ew_event *ev = w->free_events;
		w->free_events = ev->next_free;
		ew_message_free(&ev->m);
		free(ev);
	}
	ew_arena_spare_free(&w->spare);
	ew_unpackers_fini(&w->unpackers);
	close(w->wake_fd);
}
