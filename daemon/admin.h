/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_ADMIN_H
#define EVENTWALL_DAEMON_ADMIN_H

/* Metrics, probes and control, in the main thread's loop.
 *
 * TCP listener (loopback by default): GET /live /ready /metrics /status.
 * Unix socket (mode 0660): the same, and POST /reload, which answers when the reload has ended. */

#include "daemon/config.h"

struct event_base;
struct ew_admin;

/* What the admin asks of the process; all are called in the main thread. */
struct ew_admin_ops {
	bool (*ready)(void *arg);
	/* Write Prometheus text / a JSON status object; returns bytes that the whole text has. */
	size_t (*metrics)(void *arg, char *out, size_t cap);
	size_t (*status)(void *arg, char *out, size_t cap);
	/* Begin a reload; `done` comes later (or at once) with the error or NULL. */
	void (*reload)(void *arg, void (*done)(void *who, uint64_t generation, const struct ew_error *e),
	               void *who);
};

struct ew_admin *ew_admin_open(struct event_base *base, const struct ew_config *c,
                               const struct ew_admin_ops *ops, void *arg, struct ew_error *e);
void ew_admin_close(struct ew_admin **a);

#endif
