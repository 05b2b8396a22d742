/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Who the client of a session is: whoever connected; or whom a balancer named in its PROXY header, before the
 * first byte of anything else; or whom a trusted peer named in X-Forwarded-For.  The broker is told the same, if
 * it wants to know. */

#include "daemon/mqtt_proxy.h"

#include <netinet/in.h>
#include <sys/socket.h>

static bool has(const struct ew_networks *all, const uint8_t address[16])
{
	for (size_t i = 0; i < all->n; i++)
		if (ew_network_has(&all->v[i], address))
			return true;
	return false;
}

/* One side of a socket. */
static bool read_side(int fd, bool peer, uint8_t address[16], uint16_t *port_r)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof(a);
	const struct sockaddr_in *v4 = (const void *)&a;
	const struct sockaddr_in6 *v6 = (const void *)&a;

	if ((peer ? getpeername : getsockname)(fd, (struct sockaddr *)(void *)&a, &n) != 0)
		return false;
	if (a.ss_family == AF_INET) {
		memset(address, 0, 16);
		address[10] = address[11] = 0xff;
		memcpy(address + 12, &v4->sin_addr, 4);
		*port_r = ntohs(v4->sin_port);
	} else if (a.ss_family == AF_INET6) {
		memcpy(address, v6->sin6_addr.s6_addr, 16);
		*port_r = ntohs(v6->sin6_port);
	} else {
		return false;
	}
	return true;
}

void ew_mqtt_peer_init(struct ew_mqtt_session *s, int fd, const uint8_t address[16])
{
	struct ew_proxy_header *h = &s->ends;

	s->unnamed = has(&s->front->c->balancers, address);
	h->known = read_side(fd, true, h->source, &h->source_port) &&
	           read_side(fd, false, h->destination, &h->destination_port);
	ew_address_write(address, s->peer);
}

enum ew_status ew_mqtt_peer_take(struct ew_mqtt_session *s, struct ew_buffer *in)
{
	struct ew_proxy_header h;
	struct ew_parse r = ew_proxy_header_read(ew_buffer_view(in), &h);

	if (r.status == EW_MORE)
		return EW_MORE;
	if (r.status != EW_OK) {
		ew_mqtt_note_refusal(s, "transport", r.reason, ew_bytes(NULL, 0), 1);
		return r.status;
	}
	in->from += r.consumed;
	s->unnamed = false;
	if (h.known) {
		s->ends = h;
		ew_address_write(h.source, s->peer);
	}
	return EW_OK;
}

void ew_mqtt_peer_learn(struct ew_mqtt_session *s)
{
	uint8_t address[16];

	if (s->learnt || !s->layer->client || !s->layer->client(s->layer_state, address))
		return;
	s->learnt = true;
	if (memcmp(address, s->ends.source, 16) == 0)
		return;
	memcpy(s->ends.source, address, 16);
	s->ends.source_port = 0; /* nobody says it */
	ew_address_write(address, s->peer);
}

void ew_mqtt_peer_tell(struct ew_mqtt_session *s)
{
	uint8_t header[EW_PROXY_HEADER_WRITTEN];
	unsigned version = s->front->c->proxy_protocol;

	if (version)
		ew_mqtt_put(&s->broker, ew_bytes(header, ew_proxy_header_write(header, &s->ends, version)));
}
