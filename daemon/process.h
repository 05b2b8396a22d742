/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_PROCESS_H
#define EVENTWALL_DAEMON_PROCESS_H

/* The running process: workers, reloads, drain.  Lives in the main thread. */

#include "daemon/worker.h"

struct ew_admin;

struct ew_process {
	const char *file; /* the configuration's */
	struct event_base *base;
	struct ew_worker *workers;
	unsigned worker_count;
	struct ew_eventlog *log;
	struct ew_admin *admin;
	struct ew_generation *generation; /* the newest that all workers adopted */
	uint64_t started_ns;

	/* reload */
	struct ew_generation *candidate; /* handed to the workers, not yet adopted by all */
	struct build *building; /* NULL: none */
	bool build_again; /* when that one is through */
	uint64_t next_number;
	uint64_t reloads_ok, reloads_failed;
	int64_t last_reload_s; /* wall clock of the last success */
	struct ew_error last_error;
	struct ew_reload_waiter {
		struct ew_reload_waiter *next;
		void (*done)(void *who, uint64_t generation, const struct ew_error *e);
		void *who;
	} *waiters, *waiters_next; /* of this build; of the one after it */

	/* stop */
	bool stopping, cut;
	int exit_code;
	int notify_fd;
};

/* Run until told to stop; answers the exit code. */
int ew_process_run(const char *config_file);

#endif
