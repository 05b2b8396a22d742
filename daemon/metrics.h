/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_METRICS_H
#define EVENTWALL_DAEMON_METRICS_H

/* What the process says of itself: Prometheus text 0.0.4 and a JSON status object.  Both answer the
 * bytes the whole text has, which may be more than `cap`. */

#include <stddef.h>

struct ew_process;

size_t ew_metrics_write(const struct ew_process *p, char *out, size_t cap);
size_t ew_metrics_status(const struct ew_process *p, char *out, size_t cap);

#endif
