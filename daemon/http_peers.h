/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_DAEMON_HTTP_PEERS_H
#define EVENTWALL_DAEMON_HTTP_PEERS_H

/* How many connections each client address has: none may take them all. */

#include "eventwall/siphash.h"

#define EW_HTTP_PEER_BUCKETS 256u

struct ew_http_peer {
	struct ew_http_peer *next;
	unsigned bucket;
	uint32_t connections;
	uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
};

/* Zeroed is empty. */
struct ew_http_peers {
	struct ew_http_peer *bucket[EW_HTTP_PEER_BUCKETS];
	uint8_t key[EW_SIPHASH_KEY]; /* so that nobody chooses addresses that meet in one bucket */
	bool keyed;
};

/* One more connection from `address`.  NULL: it has `most` already, or there is no memory. */
struct ew_http_peer *ew_http_peers_enter(struct ew_http_peers *p, const uint8_t address[16],
                                         uint32_t most);

/* One less; the peer may be gone then. */
void ew_http_peers_leave(struct ew_http_peers *p, struct ew_http_peer *peer);

#endif
