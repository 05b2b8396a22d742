/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One end of a proxied connection: bytes to it, and how it ends.  The last words are written, then our side
 * is closed, and what still comes is read and thrown away: closing a socket with unread bytes in it would
 * take the last words back. */

#include "daemon/mqtt_proxy.h"

void ew_mqtt_put(struct ew_mqtt_end *to, struct ew_bytes packets)
{
	struct ew_mqtt_session *s = to->session;
	uint8_t head[EW_MQTT_LAYER_HEAD_MOST];

	if (!ew_conn_is_open(&to->conn) || to->closing || packets.n == 0)
		return;
	if (ew_conn_unsent(&to->conn) == 0)
		to->wrote_ns = ew_coarse_ns();
	if (s->layer && ew_mqtt_is_client(to) && !s->layer->ready(s->layer_state))
		return; /* it has said its last words, or nobody has asked it anything yet */
	if (s->layer && ew_mqtt_is_client(to))
		ew_conn_queue(&to->conn, head, s->layer->frame(s->layer_state, packets.n, head));
	ew_conn_queue(&to->conn, packets.p, packets.n);
}

void ew_mqtt_send(struct ew_mqtt_end *to, const struct ew_mqtt_packet *p)
{
	struct ew_buffer large = { 0 };
	uint8_t small[512];
	struct ew_bytes bytes = { small, ew_mqtt_write(small, sizeof(small), p) };
	size_t n = bytes.n ? bytes.n : ew_mqtt_size(p);

	if (!bytes.n && n && ew_buffer_reserve(&large, n))
		bytes = ew_bytes(large.p, ew_mqtt_write(large.p, n, p));
	if (ew_mqtt_other(to)->pass)
		ew_buffer_put(&to->later, bytes.p, bytes.n);
	else
		ew_mqtt_put(to, bytes);
	ew_buffer_release(&large);
}

bool ew_mqtt_end_flush(struct ew_mqtt_end *e)
{
	size_t before = ew_conn_unsent(&e->conn);

	if (!ew_conn_is_open(&e->conn) || (before == 0 && !e->conn.out.failed))
		return true;
	if (!e->conn.writes && !ew_conn_flush(&e->conn))
		return false;
	if (ew_conn_unsent(&e->conn) < before)
		e->wrote_ns = ew_coarse_ns();
	if (ew_conn_unsent(&e->conn) == 0)
		ew_buffer_release(&e->conn.out);
	return true;
}

void ew_mqtt_end_close(struct ew_mqtt_end *e)
{
	ew_conn_close(&e->conn);
	ew_buffer_release(&e->held);
	ew_buffer_release(&e->later);
	e->pass = 0;
}

bool ew_mqtt_end_goes_on(struct ew_mqtt_end *e)
{
	if (!ew_conn_is_open(&e->conn))
		return false;
	if (!e->closing || ew_conn_unsent(&e->conn))
		return true;
	if (!e->shut)
		e->conn.ops->shut(&e->conn);
	e->shut = true;
	if (!e->ended)
		return true;
	ew_mqtt_end_close(e);
	return false;
}
