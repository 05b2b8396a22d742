/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The main thread: signals, admin, building generations, and the order of start and stop.
 *
 *   start   generation 1 -> event log -> workers (each opens its sources) -> admin -> READY
 *   reload  a builder thread makes generation n+1 aside; on success the workers adopt it, each between
 *           two messages; if one cannot, all go back to the generation before.  Whatever fails, the
 *           running one stays and the reason is told to who asked, to the log and in the metrics.
 *   stop    /ready says 503 -> drain.delay_ms -> workers stop taking events and finish what is in
 *           flight, at most drain.timeout_ms -> log -> exit 0 (75 if something was cut) */

#include "daemon/process.h"

#include "daemon/admin.h"
#include "daemon/commands.h"
#include "daemon/excerpt.h"
#include "daemon/metrics.h"
#include "daemon/notify.h"

#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *fmt, ...)
{
	va_list ap;

	fputs("eventwall: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static void say_error(const char *what, const struct ew_error *e)
{
	char text[1200];

	ew_error_print(e, text, sizeof(text));
	say("%s: %s", what, text);
}

/* ---- reload ---------------------------------------------------------------------------------- */

struct build {
	struct ew_process *p;
	uint64_t number;
	struct ew_generation *result;
	struct ew_error error;
	int done_fd;
	struct event *done_event;
	pthread_t thread;
};

static void start_build(struct ew_process *p);

static void answer(struct ew_process *p, struct ew_reload_waiter **list, const struct ew_error *e)
{
	while (*list) {
		struct ew_reload_waiter *w = *list;
		*list = w->next;
		w->done(w->who, p->generation->number, e);
		free(w);
	}
}

static void end_reload(struct ew_process *p, const struct ew_error *e)
{
	char members[8192], text[1200];

	if (e) {
		p->reloads_failed++;
		p->last_error = *e;
		ew_error_print(e, text, sizeof(text));
		say("reload failed, generation %llu goes on: %s",
		    (unsigned long long)p->generation->number, text);
	} else {
		p->reloads_ok++;
		p->last_reload_s = (int64_t)time(NULL);
		p->last_error = (struct ew_error){ 0 };
		say("generation %llu is running: %zu signatures, built in %llu ms%s",
		    (unsigned long long)p->generation->number, p->generation->signature_count,
		    (unsigned long long)p->generation->built_ms,
		    p->generation->from_cache ? " from the cache" : "");
	}
	struct ew_text t = { .p = members, .cap = sizeof(members) - 1 };
	ew_text_raw(&t, e ? "\"result\":\"failed\",\"generation\":" : "\"result\":\"ok\",\"generation\":");
	ew_text_uint(&t, p->generation->number);
	if (e) {
		ew_text_raw(&t, ",\"text\":");
		ew_text_string(&t, ew_bytes_str(text), 1000);
	}
	members[t.n] = 0;
	ew_eventlog_note(ew_eventlog_ring(p->log, p->worker_count), "reload", members);
	char state[128];
	snprintf(state, sizeof(state), "READY=1\nSTATUS=generation %llu, %zu signatures",
	         (unsigned long long)p->generation->number, p->generation->signature_count);
	ew_notify(state);
	answer(p, &p->waiters, e);
	malloc_trim(0); /* the old generation's databases are large: give them back */
	if (p->build_again && !p->stopping) {
		p->build_again = false;
		p->waiters = p->waiters_next;
		p->waiters_next = NULL;
		start_build(p);
	}
}

/* All workers answered for the candidate? */
static void check_candidate(struct ew_process *p)
{
	uint64_t number = p->candidate->number;
	const struct ew_worker *refused = NULL;

	for (unsigned i = 0; i < p->worker_count; i++) {
		const struct ew_worker *w = &p->workers[i];
		if (atomic_load(&w->refused) == number)
			refused = w;
		else if (atomic_load(&w->adopted) != number)
			return;
	}
	struct ew_generation *loser;
	if (refused) {
		/* Some may have swapped already: all go back. */
		for (unsigned i = 0; i < p->worker_count; i++)
			ew_worker_adopt(&p->workers[i], p->generation);
		loser = p->candidate;
	} else {
		loser = p->generation;
		p->generation = p->candidate;
	}
	p->candidate = NULL;
	ew_generation_unref(&loser);
	end_reload(p, refused ? &refused->error : NULL);
}

static void name_slots(struct ew_generation *g)
{
	for (size_t i = 0; i < g->config->route_count; i++)
		g->routes[i].slot = ew_stats_slot(g->config->routes[i].name);
}

static void free_build(struct build *b)
{
	event_free(b->done_event);
	close(b->done_fd);
	free(b);
}

static void on_built(evutil_socket_t fd, short what, void *arg)
{
	struct build *b = arg;
	struct ew_process *p = b->p;

	(void)fd;
	(void)what;
	pthread_join(b->thread, NULL);
	p->building = NULL;
	if (p->stopping) {
		ew_generation_unref(&b->result);
	} else if (!b->result) {
		end_reload(p, &b->error);
	} else if (b->result->config->workers != p->generation->config->workers &&
	           b->result->config->workers != p->worker_count) {
		ew_error_set(&b->error, p->file, 0,
		             "\"workers\" cannot change in a reload (running: %u); restart for that",
		             p->worker_count);
		ew_generation_unref(&b->result);
		end_reload(p, &b->error);
	} else {
		name_slots(b->result);
		p->candidate = b->result;
		for (unsigned i = 0; i < p->worker_count; i++)
			ew_worker_adopt(&p->workers[i], p->candidate);
	}
	free_build(b);
}

static void *build_main(void *arg)
{
	struct build *b = arg;
	uint64_t one = 1;

	pthread_setname_np(pthread_self(), "ew-builder");
	b->result = ew_generation_build(b->p->file, b->number, NULL, NULL, &b->error);
	if (write(b->done_fd, &one, sizeof(one)) < 0)
		ew_assert(!"an eventfd takes its first write");
	return NULL;
}

static void start_build(struct ew_process *p)
{
	struct ew_error e;
	struct build *b = calloc(1, sizeof(*b));
	char state[96];

	if (!b)
		goto fail;
	*b = (struct build){ .p = p, .number = ++p->next_number, .done_fd = eventfd(0, EFD_CLOEXEC) };
	if (b->done_fd < 0)
		goto fail;
	b->done_event = event_new(p->base, b->done_fd, EV_READ, on_built, b);
	if (!b->done_event || event_add(b->done_event, NULL) != 0)
		goto fail;
	p->building = b;
	snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%llu",
	         (unsigned long long)(ew_now_ns() / 1000));
	ew_notify(state);
	if (pthread_create(&b->thread, NULL, build_main, b) == 0)
		return;
	p->building = NULL;
fail:
	ew_error_set(&e, NULL, 0, "no memory or no thread to build a generation with");
	if (b && b->done_event)
		event_free(b->done_event);
	if (b && b->done_fd >= 0)
		close(b->done_fd);
	free(b);
	end_reload(p, &e);
}

/* Nobody waits for a reload that will not come. */
static void refuse_reloads(struct ew_process *p)
{
	struct ew_error e;

	ew_error_set(&e, NULL, 0, "the process is stopping");
	answer(p, &p->waiters, &e);
	answer(p, &p->waiters_next, &e);
	p->build_again = false;
}

static void request_reload(void *arg, void (*done)(void *, uint64_t, const struct ew_error *), void *who)
{
	struct ew_process *p = arg;
	bool busy = p->building || p->candidate;
	struct ew_reload_waiter *w = done ? malloc(sizeof(*w)) : NULL;

	if (w) {
		/* A build that is under way has read its files already: who asks now waits for the next. */
		struct ew_reload_waiter **list = busy ? &p->waiters_next : &p->waiters;
		*w = (struct ew_reload_waiter){ .next = *list, .done = done, .who = who };
		*list = w;
	}
	if (p->stopping)
		refuse_reloads(p);
	else if (busy)
		p->build_again = true;
	else
		start_build(p);
}

/* ---- stop ------------------------------------------------------------------------------------ */

static void stop_workers(struct ew_process *p, bool now)
{
	for (unsigned i = 0; i < p->worker_count; i++)
		ew_worker_stop(&p->workers[i], now);
}

static void on_drain_timeout(evutil_socket_t fd, short what, void *arg)
{
	struct ew_process *p = arg;

	(void)fd;
	(void)what;
	say("drain timeout: cutting what is left");
	p->cut = true;
	stop_workers(p, true);
}

static void on_drain_delay(evutil_socket_t fd, short what, void *arg)
{
	struct ew_process *p = arg;
	uint32_t ms = p->generation->config->drain.timeout_ms;
	struct timeval t = { ms / 1000, (ms % 1000) * 1000 };

	(void)fd;
	(void)what;
	stop_workers(p, false);
	event_base_once(p->base, -1, EV_TIMEOUT, on_drain_timeout, p, &t);
}

static void on_stop(evutil_socket_t sig, short what, void *arg)
{
	struct ew_process *p = arg;
	uint32_t ms = p->generation->config->drain.delay_ms;
	struct timeval t = { ms / 1000, (ms % 1000) * 1000 };

	(void)what;
	if (p->stopping) {
		say("second signal: stopping now");
		p->cut = true;
		stop_workers(p, true);
		return;
	}
	say("signal %d: draining", (int)sig);
	p->stopping = true;
	refuse_reloads(p);
	ew_notify("STOPPING=1");
	event_base_once(p->base, -1, EV_TIMEOUT, on_drain_delay, p, &t);
}

/* After a refused reload all workers were sent back to the generation before.  One that could not (its
 * listener was taken meanwhile) goes on with the refused one: the operator has to know. */
static void tell_stranded(struct ew_process *p)
{
	for (unsigned i = 0; i < p->worker_count; i++) {
		struct ew_worker *w = &p->workers[i];
		if (p->generation->number == atomic_load(&w->refused)) {
			say("worker %u cannot go back to generation %llu and stays on %llu; reload or restart", i,
			    (unsigned long long)p->generation->number,
			    (unsigned long long)atomic_load(&w->adopted));
			say_error("its reason", &w->error);
			atomic_store(&w->refused, 0);
		}
	}
}

static void on_notify(evutil_socket_t fd, short what, void *arg)
{
	struct ew_process *p = arg;
	uint64_t n;
	bool all = true;

	(void)what;
	if (read(fd, &n, sizeof(n)) < 0)
		return;
	if (p->candidate)
		check_candidate(p);
	tell_stranded(p);
	for (unsigned i = 0; i < p->worker_count; i++)
		all = all && atomic_load(&p->workers[i].drained);
	if (all)
		event_base_loopbreak(p->base);
}

static void on_hup(evutil_socket_t sig, short what, void *arg)
{
	(void)sig;
	(void)what;
	request_reload(arg, NULL, NULL);
}

static void on_usr1(evutil_socket_t sig, short what, void *arg)
{
	struct ew_process *p = arg;

	(void)sig;
	(void)what;
	ew_eventlog_reopen(p->log);
}

static void on_beat(evutil_socket_t fd, short what, void *arg)
{
	struct ew_process *p = arg;
	uint64_t now = ew_now_ns();

	(void)fd;
	(void)what;
	for (unsigned i = 0; i < p->worker_count; i++) {
		uint64_t beat = atomic_load_explicit(&p->workers[i].beat_ns, memory_order_relaxed);
		if (beat && now > beat && now - beat > 2000000000u) {
			say("worker %u has not turned its loop for %llu ms", i,
			    (unsigned long long)((now - beat) / 1000000));
			return;
		}
	}
	ew_notify("WATCHDOG=1");
}

/* ---- what the admin asks ---------------------------------------------------------------------- */

static bool is_ready(void *arg)
{
	const struct ew_process *p = arg;

	return !p->stopping;
}

static size_t write_metrics(void *arg, char *out, size_t cap)
{
	const struct ew_process *p = arg;

	return ew_metrics_write(p, out, cap);
}

static size_t write_status(void *arg, char *out, size_t cap)
{
	const struct ew_process *p = arg;

	return ew_metrics_status(p, out, cap);
}

static const struct ew_admin_ops admin_ops = {
	.ready = is_ready,
	.metrics = write_metrics,
	.status = write_status,
	.reload = request_reload,
};

/* ---- start ----------------------------------------------------------------------------------- */

static void show_progress(void *arg, const char *what, size_t done, size_t total)
{
	(void)arg;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\reventwall: compiling %s: %zu of %zu%s", what, done, total,
		        done == total ? "\n" : "");
	else if (done == 0)
		say("compiling %s: %zu signatures", what, total);
}

static bool start_workers(struct ew_process *p, struct ew_error *e)
{
	unsigned n = p->worker_count;

	p->workers = calloc(n, sizeof(*p->workers));
	if (!p->workers) {
		p->worker_count = 0;
		return ew_error_set(e, NULL, 0, "out of memory");
	}
	for (unsigned i = 0; i < n; i++) {
		if (!ew_worker_start(&p->workers[i], i, n, p->generation, p->log, p->notify_fd, e)) {
			p->worker_count = i;
			return false;
		}
	}
	/* Opening listeners is quick, brokers are not waited for: a short poll is enough here. */
	for (unsigned i = 0; i < n; i++) {
		while (atomic_load(&p->workers[i].adopted) == 0 && atomic_load(&p->workers[i].refused) == 0)
			usleep(1000);
		if (atomic_load(&p->workers[i].refused)) {
			*e = p->workers[i].error;
			return false;
		}
	}
	return true;
}

static void stop_all(struct ew_process *p)
{
	stop_workers(p, true);
	for (unsigned i = 0; i < p->worker_count; i++)
		ew_worker_join(&p->workers[i]);
	free(p->workers);
	p->workers = NULL;
	p->worker_count = 0;
}

/* A build cannot be broken off.  It is waited for last, when all else is settled and closed: if somebody
 * loses patience and kills us then, nothing is lost. */
static void end_build(struct ew_process *p)
{
	struct build *b = p->building;

	if (!b)
		return;
	pthread_join(b->thread, NULL);
	ew_generation_unref(&b->result);
	free_build(b);
}

static void raise_file_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

static void warn_of_open_doors(const struct ew_config *c)
{
	for (size_t i = 0; i < c->route_count; i++) {
		const struct ew_route_config *r = &c->routes[i];
		for (int s = 0; s < EW_STATUS_COUNT; s++) {
			if (ew_status_is_cause((enum ew_status)s) && r->on_exception[s] == EW_EXCEPTION_PASS)
				say("warning: route \"%s\" lets %s events pass (on_exception)", r->name,
				    ew_status_name((enum ew_status)s));
		}
		if (r->mode != EW_MODE_BLOCK)
			say("warning: route \"%s\" is in mode %s: nothing is dropped for a signature", r->name,
			    ew_mode_name(r->mode));
	}
}

static unsigned cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 64 ? 64 : (unsigned)n;
}

/* A reload or a new log that is asked for while we start waits until there is somebody to do it: the default
 * action would end us. */
static void hold_signals(bool on)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(on ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

static struct event *add_event(struct ew_process *p, evutil_socket_t fd, short what,
                               event_callback_fn fn, const struct timeval *t)
{
	struct event *ev = event_new(p->base, fd, what | EV_PERSIST, fn, p);

	ew_assert(ev && event_add(ev, t) == 0);
	return ev;
}

int ew_process_run(const char *config_file)
{
	struct ew_process p = { .file = config_file, .notify_fd = -1, .started_ns = ew_now_ns() };
	struct event *events[6] = { 0 };
	struct ew_error e = { 0 };
	struct timeval beat = { 1, 0 };
	int code = EW_EXIT_CONFIG;

	signal(SIGPIPE, SIG_IGN);
	hold_signals(true);
	raise_file_limit();
	p.next_number = 1;
	p.generation = ew_generation_build(config_file, 1, show_progress, NULL, &e);
	if (!p.generation) {
		say_error("cannot start", &e);
		return EW_EXIT_CONFIG;
	}
	const struct ew_config *c = p.generation->config;
	name_slots(p.generation);
	warn_of_open_doors(c);
	p.last_reload_s = (int64_t)time(NULL);
	p.worker_count = c->workers ? c->workers : cores();
	p.notify_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	p.base = event_base_new();
	if (p.notify_fd < 0 || !p.base) {
		ew_error_set(&e, NULL, 0, "no memory or no file descriptors");
		code = EW_EXIT_OS;
		p.worker_count = 0;
		goto out;
	}
	/* One ring more than workers: the main thread writes notes of its own. */
	p.log = ew_eventlog_open(c->log.file, p.worker_count + 1, c->log.ring_kb, &e);
	if (!p.log) {
		p.worker_count = 0;
		goto out;
	}
	/* First what only one process can have: a second one must not serve before it finds that out.  The
	 * admin answers nothing until the loop below turns. */
	p.admin = ew_admin_open(p.base, c, &admin_ops, &p, &e);
	if (!p.admin) {
		p.worker_count = 0;
		goto out;
	}
	if (!start_workers(&p, &e))
		goto out;

	events[0] = add_event(&p, p.notify_fd, EV_READ, on_notify, NULL);
	events[1] = add_event(&p, SIGTERM, EV_SIGNAL, on_stop, NULL);
	events[2] = add_event(&p, SIGINT, EV_SIGNAL, on_stop, NULL);
	events[3] = add_event(&p, SIGHUP, EV_SIGNAL, on_hup, NULL);
	events[4] = add_event(&p, SIGUSR1, EV_SIGNAL, on_usr1, NULL);
	events[5] = add_event(&p, -1, 0, on_beat, &beat);
	hold_signals(false);

	char state[128];
	snprintf(state, sizeof(state), "READY=1\nSTATUS=generation 1, %zu signatures",
	         p.generation->signature_count);
	ew_notify(state);
	say("running: %u worker%s, %zu route%s, %zu signatures, started in %llu ms%s", p.worker_count,
	    p.worker_count == 1 ? "" : "s", c->route_count, c->route_count == 1 ? "" : "s",
	    p.generation->signature_count, (unsigned long long)((ew_now_ns() - p.started_ns) / 1000000),
	    p.generation->from_cache ? ", rules from the cache" : "");
	malloc_trim(0); /* compiling signatures needs a lot for a while */
	event_base_dispatch(p.base);
	code = p.cut ? EW_EXIT_TEMP : 0;
	say(p.cut ? "stopped; some events were cut and stay with their senders" : "drained, bye");
out:
	if (e.text[0])
		say_error("cannot start", &e);
	ew_admin_close(&p.admin);
	stop_all(&p);
	ew_eventlog_close(&p.log);
	end_build(&p);
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++) {
		if (events[i])
			event_free(events[i]);
	}
	if (p.candidate)
		ew_generation_unref(&p.candidate);
	ew_generation_unref(&p.generation);
	if (p.base)
		event_base_free(p.base);
	if (p.notify_fd >= 0)
		close(p.notify_fd);
	return code;
}
