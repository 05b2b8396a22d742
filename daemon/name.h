/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_NAME_H
#define EVENTWALL_DAEMON_NAME_H

/* A host's addresses, looked up without blocking a loop: a thread of its own asks the resolver of the
 * system, the owner polls.  Addresses written as numbers are known at once and never asked for. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define EW_NAME_ADDRESSES 8

struct ew_address {
	struct sockaddr_storage a;
	socklen_t n;
};

struct ew_name;

/* NULL: no memory.  `may_block`: ask right away and wait for the answer (before a loop runs). */
struct ew_name *ew_name_open(const char *host, uint16_t port, bool may_block);
void ew_name_close(struct ew_name **n);

/* The addresses known now, 0 if there are none yet.  Also begins and ends lookups: a name that was
 * found is asked again every 30 seconds, one that was not every second. */
size_t ew_name_addresses(struct ew_name *n, uint64_t now_ns, const struct ew_address **v_r);

#endif
