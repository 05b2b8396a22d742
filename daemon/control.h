/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_CONTROL_H
#define EVENTWALL_DAEMON_CONTROL_H

/* The commands' side of the control socket (admin.h has the other). */

#include "eventwall/bytes.h"
#include "eventwall/error.h"

#include <stdio.h>

/* Path of the socket from "admin" in a configuration, of which nothing else is looked at: the rest may
 * be broken, which is for the daemon to tell.  Heap; NULL: `e` says why. */
char *ew_control_path(const char *config_file, struct ew_error *e);

/* One request.  The content of the answer, NUL terminated, on the heap; NULL: `e` says why. */
char *ew_control_ask(const char *socket_path, const char *method, const char *target, unsigned *code_r,
                     struct ew_error *e);

/* -c, --socket, --json, --help of the commands that use it. */
struct ew_control_options {
	const char *config, *socket;
	bool json;
};

/* Answers -1 to go on, else the exit code. */
int ew_control_options(int argc, char **argv, void (*usage)(FILE *), struct ew_control_options *o_r);

/* Path and question in one; complains on stderr.  `*exit_r` is set when NULL is answered. */
char *ew_control_run(const struct ew_control_options *o, const char *method, const char *target,
                     unsigned *code_r, int *exit_r);

#endif
