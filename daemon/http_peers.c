/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A table with chains.  An address without a connection is not kept, so the table is bounded by the cap on
 * connections. */

#include "daemon/http_peers.h"

#include <stdlib.h>
#include <sys/random.h>

struct ew_http_peer *ew_http_peers_enter(struct ew_http_peers *p, const uint8_t address[16],
                                         uint32_t most)
{
	if (!p->keyed)
		p->keyed = getrandom(p->key, sizeof(p->key), 0) == sizeof(p->key);
	unsigned bucket = (unsigned)ew_siphash(p->key, ew_bytes(address, 16)) % EW_HTTP_PEER_BUCKETS;
	struct ew_http_peer *peer = p->bucket[bucket];

	while (peer && memcmp(peer->address, address, 16) != 0)
		peer = peer->next;
	if (peer) {
		if (peer->connections >= most)
			return NULL;
		peer->connections++;
		return peer;
	}
	peer = malloc(sizeof(*peer));
	if (!peer)
		return NULL;
	*peer = (struct ew_http_peer){ .next = p->bucket[bucket], .bucket = bucket, .connections = 1 };
	memcpy(peer->address, address, 16);
	p->bucket[bucket] = peer;
	return peer;
}

void ew_http_peers_leave(struct ew_http_peers *p, struct ew_http_peer *peer)
{
	if (--peer->connections)
		return;
	struct ew_http_peer **at = &p->bucket[peer->bucket];

	while (*at != peer)
		at = &(*at)->next;
	*at = peer->next;
	free(peer);
}
