/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Connections by client address: counted apart, capped, forgotten with the last one. */

#include "daemon/http_peers.h"

#include "tap.h"

static struct ew_http_peers peers;

static struct ew_http_peer *enter(unsigned number, uint32_t most)
{
	uint8_t address[16] = { 0x20, 1, [14] = (uint8_t)(number >> 8), [15] = (uint8_t)number };

	return ew_http_peers_enter(&peers, address, most);
}

static bool is_empty(void)
{
	for (unsigned i = 0; i < EW_HTTP_PEER_BUCKETS; i++) {
		if (peers.bucket[i])
			return false;
	}
	return true;
}

int main(void)
{
	static struct ew_http_peer *many[1000];
	unsigned good = 0;

	struct ew_http_peer *a = enter(1, 2);
	ok(a && enter(1, 2) == a && a->connections == 2, "two connections of one address");
	ok(!enter(1, 2), "a third is one too many");
	struct ew_http_peer *b = enter(2, 2);
	ok(b && b != a && b->connections == 1, "another address has its own count");
	ew_http_peers_leave(&peers, a);
	ok(enter(1, 2) == a, "one that left makes room");
	for (unsigned i = 0; i < 1000; i++) {
		many[i] = enter(100 + i, 1);
		good += many[i] && !enter(100 + i, 1);
	}
	ok(good == 1000, "a thousand addresses, one each");
	for (unsigned i = 0; i < 1000; i++)
		ew_http_peers_leave(&peers, many[(i * 7) % 1000]);
	ok(!is_empty() && a->connections == 2, "they leave in any order");
	ew_http_peers_leave(&peers, a);
	ew_http_peers_leave(&peers, a);
	ew_http_peers_leave(&peers, b);
	ok(is_empty(), "nothing is kept of those that are gone");
	return done();
}
