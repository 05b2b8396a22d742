/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Clients behind a balancer that speaks the PROXY protocol.
 *
 * Until its header has come a client counts for the balancer, from then on for the address that it names: the cap
 * on connections of one address means clients.  A header is taken from the networks that the configuration names
 * and nobody else: from anybody else it is a request that cannot be read. */

#include "daemon/http_front.h"

#include "eventwall/proxy_header.h"

bool ew_http_is_balancer(const struct ew_http_front *s, const uint8_t address[16])
{
	const struct ew_networks *n = &ew_http_config(s)->http.balancers;

	for (size_t i = 0; i < n->n; i++)
		if (ew_network_has(&n->v[i], address))
			return true;
	return false;
}

/* False: that address has too many connections. */
static bool become(struct ew_http_client *c, const uint8_t address[16])
{
	struct ew_http_peers *peers = &c->source->peers;
	uint32_t most = ew_http_config(c->source)->http.connections_per_address;
	struct ew_http_peer *to = ew_http_peers_enter(peers, address, most ? most : UINT32_MAX);

	if (!to)
		return false;
	ew_http_peers_leave(peers, c->address);
	c->address = to;
	ew_address_write(address, c->peer);
	return true;
}

bool ew_http_take_name(struct ew_http_client *c)
{
	struct ew_http_exchange *x = c->x;
	struct ew_proxy_header h;
	struct ew_parse p = ew_proxy_header_read(ew_buffer_view(&x->in), &h);

	if (p.status == EW_MORE) {
		if (c->state == EW_HTTP_IDLE)
			ew_http_set_state(c, EW_HTTP_HEAD);
		return false;
	}
	if (p.status != EW_OK) {
		ew_http_refuse(c, 400, p.reason, NULL);
		return false;
	}
	c->unnamed = false;
	if (h.known && !become(c, h.source)) {
		ew_count_one(c->source->base.worker, HTTP_REJECTS);
		ew_http_client_close(c);
		return false;
	}
	/* A request lies at the start of its buffer. */
	struct ew_bytes rest = ew_bytes_from(ew_buffer_view(&x->in), p.consumed);
	memmove(x->in.p, rest.p, rest.n);
	x->in.to = rest.n;
	if (rest.n)
		return true;
	ew_http_set_state(c, EW_HTTP_IDLE); /* nothing of a request has been read */
	return false;
}
