/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_NOTIFY_H
#define EVENTWALL_DAEMON_NOTIFY_H

/* Telling systemd about our state (sd_notify(3)) without its library: one datagram to the socket named
 * in NOTIFY_SOCKET, e.g. "READY=1".  Does nothing where there is none. */
void ew_notify(const char *state);

#endif
