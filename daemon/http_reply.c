/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a client is told: answers of our own, and the function's answer on its way back.
 *
 * The head of a relayed answer is written anew (no hop-by-hop field, one framing, a Date, a Via); its
 * content is passed on part by part, never gathered.  A head waits for the first part, so that a usual
 * answer is one write.
 *
 * Our own answers say as little as can be: a status, and the id under which the event log knows more. */

#include "daemon/http_front.h"

#include <stdio.h>
#include <time.h>

#define UNSENT_MOST 65536u  /* past it the function is read no further */
#define COPY_MOST 2048u     /* parts of a chunked answer that are worth gathering */

/* IMF-fixdate, made once a second. */
static struct ew_bytes date_now(void)
{
	static _Thread_local char text[40];
	static _Thread_local time_t of;
	static _Thread_local size_t len;
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t now = time(NULL);
	struct tm t;

	if (now != of && gmtime_r(&now, &t)) {
		/* Not strftime: the names must not follow the locale. */
		int n = snprintf(text, sizeof(text), "%s, %02d %s %04d %02d:%02d:%02d GMT",
		                 days[t.tm_wday], t.tm_mday, months[t.tm_mon], t.tm_year + 1900,
		                 t.tm_hour, t.tm_min, t.tm_sec);
		len = n > 0 && (size_t)n < sizeof(text) ? (size_t)n : 0;
		of = now;
	}
	return ew_bytes(text, len);
}

static bool is_head(const struct ew_http_exchange *x)
{
	return x && x->body_from && ew_bytes_eq(x->head.method, EW_LIT("HEAD"));
}

/* Queue or send; a broken client is closed and the rest of its answer goes nowhere. */
static void send_parts(struct ew_http_client *c, const struct ew_bytes *part, int n)
{
	bool waited = c->conn.writes;

	if (!ew_conn_send(&c->conn, part, n)) {
		ew_http_client_close(c);
		return;
	}
	if (c->conn.writes && !waited)
		c->wrote_ns = ew_coarse_ns();
}

void ew_http_answer(struct ew_http_client *c, unsigned code, const char *id, const char *allow)
{
	char head[640], body[200];
	int n, m;

	if (c->state == EW_HTTP_GONE)
		return;
	if (code < 400)
		m = snprintf(body, sizeof(body), "{\"event_id\":\"%s\"}\n", id ? id : "");
	else
		m = snprintf(body, sizeof(body),
		             "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u%s%s%s}\n",
		             ew_http_phrase(code), code, id ? ",\"event_id\":\"" : "", id ? id : "",
		             id ? "\"" : "");
	struct ew_bytes date = date_now();
	n = snprintf(head, sizeof(head),
	             "HTTP/1.1 %u %s\r\nDate: %.*s\r\nContent-Type: application/%sjson\r\n"
	             "Content-Length: %d\r\n%s%s%s%s%s%s%s%s\r\n",
	             code, ew_http_phrase(code), (int)date.n, (const char *)date.p,
	             code < 400 ? "" : "problem+", m, code == 503 ? "Retry-After: 1\r\n" : "",
	             allow ? "Allow: " : "", allow ? allow : "", allow ? "\r\n" : "",
	             id ? "X-Eventwall-Id: " : "", id ? id : "", id ? "\r\n" : "",
	             c->last ? "Connection: close\r\n" : "");
	if (n < 0 || (size_t)n >= sizeof(head) || m < 0 || (size_t)m >= sizeof(body)) {
		ew_http_client_close(c);
		return;
	}
	struct ew_bytes part[2] = { ew_bytes(head, (size_t)n), ew_bytes(body, (size_t)m) };
	send_parts(c, part, is_head(c->x) ? 1 : 2);
}

void ew_http_continue(struct ew_http_client *c)
{
	struct ew_bytes part = EW_LIT("HTTP/1.1 100 Continue\r\n\r\n");

	send_parts(c, &part, 1);
}

/* ---- the function's answer */

#define FRAMING_MOST 128u /* bytes that write_framing() writes, at most */

static uint8_t *write_framing(uint8_t *to, struct ew_http_client *c, const struct ew_http_head *h)
{
	struct ew_http_exchange *x = c->x;
	bool sized = h->body == EW_HTTP_BODY_LENGTH || h->body == EW_HTTP_BODY_NONE;

	x->no_content = is_head(x) || h->code == 204 || h->code == 304;
	if (h->code == 204 || (x->no_content && !h->has_length)) {
		/* No length to speak of. */
	} else if (sized) {
		uint64_t length = x->no_content || h->body == EW_HTTP_BODY_LENGTH ? h->length : 0;
		to = ew_write_lit(to, "Content-Length: ");
		to = ew_write_u64(to, length);
		to = ew_write_lit(to, "\r\n");
	} else if (x->head.minor >= 1) {
		x->chunked_out = true;
		to = ew_write_lit(to, "Transfer-Encoding: chunked\r\n");
	} else {
		c->last = true; /* its end is the end of the connection */
	}
	if (c->last)
		to = ew_write_lit(to, "Connection: close\r\n");
	return ew_write_lit(to, "\r\n");
}

static void reply_head(struct ew_event *ev, const struct ew_http_head *h)
{
	struct ew_http_client *c = ev->origin;
	struct ew_buffer *out = &c->conn.out;
	size_t most = 128 + h->phrase.n + FRAMING_MOST;
	bool dated = false;

	if (c->state == EW_HTTP_GONE)
		return;
	ev->reply_started = true;
	if (c->source->base.draining)
		c->last = true;
	for (size_t i = 0; i < h->header_count; i++)
		most += h->header[i].name.n + h->header[i].value.n + 4;
	if (!ew_buffer_reserve(out, most)) {
		out->failed = true; /* so that nothing of it is sent */
		return;
	}
	uint8_t *to = ew_write_lit(ew_buffer_end(out), "HTTP/1.1 ");
	to = ew_write_u64(to, h->code);
	to = ew_write_lit(to, " ");
	to = ew_write(to, h->phrase);
	to = ew_write_lit(to, "\r\n");
	for (size_t i = 0; i < h->header_count; i++) {
		const struct ew_pair *f = &h->header[i];
		if (h->hop[i])
			continue;
		dated |= f->name.n == 4 && ew_bytes_eq_nocase(f->name, EW_LIT("date"));
		to = ew_write_line(to, f->name, f->value);
	}
	if (!dated)
		to = ew_write_line(to, EW_LIT("Date"), date_now());
	to = ew_write_lit(to, "Via: 1.1 eventwall\r\n");
	ew_buffer_ends(out, write_framing(to, c, h));
}

static bool slow_client(struct ew_http_client *c)
{
	if (c->state == EW_HTTP_GONE || ew_conn_unsent(&c->conn) <= UNSENT_MOST)
		return false;
	c->x->wants_resume = true;
	return true;
}

static bool reply_body(struct ew_event *ev, struct ew_bytes part)
{
	struct ew_http_client *c = ev->origin;
	struct ew_http_exchange *x = c->x;
	char size[20];

	if (c->state == EW_HTTP_GONE || (x->no_content && part.n))
		return true;
	if (!x->chunked_out || part.n == 0) {
		send_parts(c, &part, 1);
		return !slow_client(c);
	}
	int n = snprintf(size, sizeof(size), "%zx\r\n", part.n);
	struct ew_bytes framed[3] = { ew_bytes(size, (size_t)n), part, EW_LIT("\r\n") };
	if (part.n > COPY_MOST) {
		send_parts(c, framed, 3);
		return !slow_client(c);
	}
	for (int i = 0; i < 3; i++)
		ew_conn_queue(&c->conn, framed[i].p, framed[i].n);
	return true;
}

static void reply_end(struct ew_event *ev)
{
	struct ew_http_client *c = ev->origin;
	struct ew_bytes last = EW_LIT("0\r\n\r\n");

	if (c->state == EW_HTTP_GONE)
		return;
	c->x->ended = true;
	c->x->wants_resume = false; /* there is nobody left to resume */
	if (c->x->chunked_out || ew_buffer_held(&c->conn.out))
		send_parts(c, &last, c->x->chunked_out ? 1 : 0);
}

const struct ew_reply_ops ew_http_reply = { reply_head, reply_body, reply_end, ew_http_shed_body };
