/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rings of lines and the thread that writes them out.  What a line says is eventlog_line.c's.
 *
 *     worker 0   | line\n line\n line\n          |    head: bytes put in, ever (worker)
 *     worker 1   | line\n                        |    tail: bytes taken out, ever (writer)
 *                  ^tail % size        ^head % size
 *
 * A worker publishes whole lines only, so whatever the writer finds between tail and head ends in a line
 * and lines of two workers never mix.
 *
 * The trap is the wake-up: the writer lingers for a few milliseconds after each batch before it says
 * that it sleeps, and only a worker that finds it asleep pays for a system call.  Both sides use
 * sequentially consistent operations on head and asleep: with weaker ones each could miss the other.
 *
 * A file that cannot be written (full disk) costs lines, which are counted, and nothing else; a reader
 * that stalls (standard output is a pipe) costs lines as soon as the rings are full. */

#include "daemon/eventlog.h"

#include "daemon/eventlog_line.h"
#include "daemon/excerpt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINGER_MS 10
#define CLOSE_MS 2000
#define WARN_EVERY_S 60
#define PIPE_PIECE 4096 /* a pipe that polls writable takes this much without blocking */

struct ew_eventlog_ring {
	struct ew_eventlog *log;
	char *lines;
	size_t size;
	_Alignas(64) _Atomic size_t head;
	_Atomic uint64_t dropped;
	_Alignas(64) _Atomic size_t tail;
	struct ew_line_clock clock;
	char line[EW_LINE_MOST + 1];
};

struct ew_eventlog {
	char *file; /* "" none, "-" standard output */
	struct ew_eventlog_ring **rings;
	unsigned ring_count;
	pthread_t thread;
	bool running;
	int wake_fd;
	_Atomic bool asleep, reopen, stop;
	_Atomic uint64_t failed;

	/* the writer's own */
	int fd;
	bool is_file;  /* writing never blocks for long */
	bool in_line;  /* what was written last did not end a line */
	bool torn;     /* and its rest is lost */
	uint64_t told; /* failed lines at the last warning */
	time_t warned;
	int64_t deadline_ms; /* once stopping */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the writer ------------------------------------------------------------------------------ */

static int open_file(const char *file)
{
	if (!strcmp(file, "-"))
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0640);
}

static void take_file(struct ew_eventlog *l, int fd)
{
	struct stat st;

	if (l->fd >= 0)
		close(l->fd);
	l->fd = fd;
	l->torn = l->in_line = false;
	l->is_file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

static void open_anew(struct ew_eventlog *l)
{
	int fd = open_file(l->file);

	if (fd >= 0)
		take_file(l, fd);
	else
		fprintf(stderr, "eventwall: cannot open the event log %s anew: %s; going on with the old file\n",
		        l->file, strerror(errno));
}

static void count_failed(struct ew_eventlog *l, const char *p, size_t n, const char *why)
{
	uint64_t lines = 0;
	time_t now = time(NULL);

	for (const char *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		lines++;
	uint64_t all = atomic_fetch_add(&l->failed, lines) + lines;
	if (l->warned && now - l->warned < WARN_EVERY_S)
		return;
	fprintf(stderr, "eventwall: cannot write the event log %s: %s; %llu lines lost since the last warning\n",
	        l->file, why, (unsigned long long)(all - l->told));
	l->told = all;
	l->warned = now;
}

/* Can more be written now?  Waits as long as it takes, or until the deadline once stopping. */
static bool wait_writable(struct ew_eventlog *l)
{
	for (;;) {
		struct pollfd p = { .fd = l->fd, .events = POLLOUT };
		int n = poll(&p, 1, 100);
		if (n > 0 || (n < 0 && errno != EINTR))
			return true;
		if (atomic_load(&l->stop) && l->deadline_ms == 0)
			l->deadline_ms = now_ms() + CLOSE_MS;
		if (l->deadline_ms && now_ms() >= l->deadline_ms)
			return false;
	}
}

/* Write all of it; false after a failure, which has counted the lines that are lost. */
static bool write_out(struct ew_eventlog *l, const char *p, size_t n)
{
	/* End the line that a failure cut, so that the next one can be read. */
	if (l->torn && write(l->fd, "\n", 1) != 1) {
		count_failed(l, p, n, strerror(errno));
		return false;
	}
	l->torn = false;
	while (n > 0) {
		size_t piece = l->is_file || n < PIPE_PIECE ? n : PIPE_PIECE;
		if (!l->is_file && !wait_writable(l)) {
			count_failed(l, p, n, "its reader stands still");
			break;
		}
		ssize_t w = write(l->fd, p, piece);
		if (w < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (w <= 0) {
			count_failed(l, p, n, strerror(w < 0 ? errno : EIO));
			break;
		}
		l->in_line = p[w - 1] != '\n';
		p += w;
		n -= (size_t)w;
	}
	l->torn = n > 0 && l->in_line;
	return n == 0;
}

/* True if there was something. */
static bool drain_ring(struct ew_eventlog *l, struct ew_eventlog_ring *r)
{
	size_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
	size_t head = atomic_load(&r->head);

	if (head == tail)
		return false;
	for (bool good = true; tail != head;) {
		size_t at = tail % r->size;
		size_t n = head - tail < r->size - at ? head - tail : r->size - at;
		/* What comes after a failure would begin in the middle of a line. */
		if (!good)
			count_failed(l, r->lines + at, n, "see above");
		else
			good = write_out(l, r->lines + at, n);
		tail += n;
	}
	atomic_store(&r->tail, tail);
	return true;
}

static bool drain_all(struct ew_eventlog *l)
{
	bool some = false;

	for (unsigned i = 0; i < l->ring_count; i++)
		some |= drain_ring(l, l->rings[i]);
	return some;
}

static void wait_for_work(struct ew_eventlog *l)
{
	struct pollfd p = { .fd = l->wake_fd, .events = POLLIN };
	uint64_t n;

	if (poll(&p, 1, LINGER_MS) == 0) {
		atomic_store(&l->asleep, true);
		for (unsigned i = 0; i < l->ring_count; i++) {
			if (atomic_load(&l->rings[i]->head) !=
			    atomic_load_explicit(&l->rings[i]->tail, memory_order_relaxed))
				atomic_store(&l->asleep, false);
		}
		if (atomic_load(&l->asleep))
			poll(&p, 1, 1000);
		atomic_store(&l->asleep, false);
	}
	if (read(l->wake_fd, &n, sizeof(n)) < 0 && errno != EAGAIN && errno != EINTR)
		ew_assert(!"an eventfd can be read");
}

static void *writer_main(void *arg)
{
	struct ew_eventlog *l = arg;

	pthread_setname_np(pthread_self(), "ew-log");
	for (;;) {
		bool last = atomic_load(&l->stop);
		if (last && l->deadline_ms == 0)
			l->deadline_ms = now_ms() + CLOSE_MS;
		if (atomic_exchange(&l->reopen, false))
			open_anew(l);
		bool some = drain_all(l);
		if (last && (!some || now_ms() >= l->deadline_ms))
			return NULL;
		if (!last)
			wait_for_work(l);
	}
}

/* ---- the workers ----------------------------------------------------------------------------- */

static void wake(struct ew_eventlog *l)
{
	uint64_t one = 1;

	if (write(l->wake_fd, &one, sizeof(one)) < 0)
		ew_assert(errno == EAGAIN || errno == EINTR);
}

static void publish(struct ew_eventlog_ring *r, size_t n)
{
	size_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	size_t used = head - atomic_load(&r->tail);

	if (n > r->size - used) {
		atomic_fetch_add_explicit(&r->dropped, 1, memory_order_relaxed);
		return;
	}
	size_t at = head % r->size;
	size_t first = n < r->size - at ? n : r->size - at;
	memcpy(r->lines + at, r->line, first);
	memcpy(r->lines, r->line + first, n - first);
	atomic_store(&r->head, head + n);
	bool half = used < r->size / 2 && used + n >= r->size / 2;
	if ((atomic_load(&r->log->asleep) && atomic_exchange(&r->log->asleep, false)) || half)
		wake(r->log);
}

void ew_eventlog_event(struct ew_eventlog_ring *r, const struct ew_event *ev, enum ew_outcome outcome)
{
	struct ew_text t = { .p = r->line, .cap = EW_LINE_MOST };

	if (!r->log->running)
		return;
	ew_line_event(&t, &r->clock, ev, outcome);
	r->line[t.n++] = '\n';
	publish(r, t.n);
}

void ew_eventlog_note(struct ew_eventlog_ring *r, const char *type, const char *members)
{
	struct ew_text t = { .p = r->line, .cap = EW_LINE_MOST };

	if (!r->log->running)
		return;
	ew_line_note(&t, &r->clock, type, members);
	r->line[t.n++] = '\n';
	publish(r, t.n);
}

/* ---- open and close -------------------------------------------------------------------------- */

static struct ew_eventlog_ring *new_ring(struct ew_eventlog *l, size_t size)
{
	struct ew_eventlog_ring *r = aligned_alloc(64, (sizeof(*r) + 63) / 64 * 64);

	if (!r)
		return NULL;
	memset(r, 0, sizeof(*r));
	r->log = l;
	r->size = size;
	r->lines = malloc(size);
	if (r->lines)
		return r;
	free(r);
	return NULL;
}

static bool start_writer(struct ew_eventlog *l)
{
	sigset_t all, before;

	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	l->running = pthread_create(&l->thread, NULL, writer_main, l) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return l->running;
}

struct ew_eventlog *ew_eventlog_open(const char *file, unsigned rings, uint32_t ring_kb,
                                     struct ew_error *e)
{
	struct ew_eventlog *l = calloc(1, sizeof(*l));

	if (!l)
		goto no_memory;
	l->fd = -1;
	l->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	l->file = strdup(file);
	l->rings = calloc(rings, sizeof(*l->rings));
	if (l->wake_fd < 0 || !l->file || !l->rings)
		goto no_memory;
	/* Without a file the rings are only something to hand out. */
	for (; l->ring_count < rings; l->ring_count++) {
		l->rings[l->ring_count] = new_ring(l, *file ? (size_t)ring_kb * 1024 : 1);
		if (!l->rings[l->ring_count])
			goto no_memory;
	}
	if (!*file)
		return l;
	int fd = open_file(file);
	if (fd < 0) {
		ew_error_set(e, NULL, 0,
		             "cannot open the event log %s: %s; name a file that can be written in \"log\", "
		             "\"file\": \"-\" for standard output or \"\" for none",
		             file, strerror(errno));
		goto fail;
	}
	take_file(l, fd);
	ew_excerpt_key();
	if (start_writer(l))
		return l;
no_memory:
	ew_error_set(e, NULL, 0, "no memory or no thread for the event log; a smaller \"ring_kb\" may help");
fail:
	ew_eventlog_close(&l);
	return NULL;
}

void ew_eventlog_close(struct ew_eventlog **lp)
{
	struct ew_eventlog *l = *lp;

	*lp = NULL;
	if (!l)
		return;
	if (l->running) {
		atomic_store(&l->stop, true);
		wake(l);
		pthread_join(l->thread, NULL);
	}
	for (unsigned i = 0; i < l->ring_count; i++) {
		free(l->rings[i]->lines);
		free(l->rings[i]);
	}
	if (l->fd >= 0)
		close(l->fd);
	if (l->wake_fd >= 0)
		close(l->wake_fd);
	free(l->rings);
	free(l->file);
	free(l);
}

void ew_eventlog_reopen(struct ew_eventlog *l)
{
	if (!l->running || !strcmp(l->file, "-"))
		return;
	atomic_store(&l->reopen, true);
	wake(l);
}

struct ew_eventlog_ring *ew_eventlog_ring(struct ew_eventlog *l, unsigned index)
{
	ew_assert(index < l->ring_count);
	return l->rings[index];
}

uint64_t ew_eventlog_dropped(const struct ew_eventlog *l)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < l->ring_count; i++)
		n += atomic_load_explicit(&l->rings[i]->dropped, memory_order_relaxed);
	return n;
}

uint64_t ew_eventlog_failed(const struct ew_eventlog *l)
{
	return atomic_load(&l->failed);
}
