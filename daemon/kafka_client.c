/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The seam to librdkafka that consumer and producers share.  The trap is its threads: callbacks and
 * log lines must come through a queue that the worker serves, never from a thread of librdkafka, since
 * the event-log ring has a single writer. */

#include "daemon/kafka_client.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static bool is_fixed(const struct ew_kafka_property *ours, const char *name)
{
	for (; ours->name; ours++) {
		if (ours->fixed && !strcmp(ours->name, name))
			return true;
	}
	return false;
}

rd_kafka_conf_t *ew_kafka_conf(const struct ew_properties *theirs, const struct ew_kafka_property *ours,
                               struct ew_error *e)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char text[512];

	for (const struct ew_kafka_property *p = ours; p->name; p++) {
		rd_kafka_conf_res_t r = rd_kafka_conf_set(conf, p->name, p->value, text, sizeof(text));
		if (r == RD_KAFKA_CONF_UNKNOWN && !p->fixed)
			continue; /* of a newer librdkafka */
		if (r != RD_KAFKA_CONF_OK) {
			ew_error_set(e, NULL, 0, "%s", text);
			goto fail;
		}
	}
	for (size_t i = 0; i < theirs->n; i++) {
		const char *name = theirs->v[i].name;
		if (is_fixed(ours, name)) {
			ew_error_set(e, NULL, 0, "the librdkafka property \"%s\" is not free to choose: "
			             "delivery promises rest on it; take it out", name);
			goto fail;
		}
		if (rd_kafka_conf_set(conf, name, theirs->v[i].value, text, sizeof(text)) !=
		    RD_KAFKA_CONF_OK) {
			ew_error_set(e, NULL, 0, "librdkafka property \"%s\": %s", name, text);
			goto fail;
		}
	}
	return conf;
fail:
	rd_kafka_conf_destroy(conf);
	return NULL;
}

bool ew_kafka_wake_open(struct ew_kafka_wake *k, struct event_base *base, event_callback_fn fn, void *arg)
{
	k->event = NULL;
	k->soon = false;
	k->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (k->fd >= 0)
		k->event = event_new(base, k->fd, EV_READ | EV_PERSIST, fn, arg);
	if (k->event && event_add(k->event, NULL) == 0)
		return true;
	ew_kafka_wake_close(k);
	return false;
}

void ew_kafka_wake_up(struct ew_kafka_wake *k)
{
	uint64_t one = 1;

	if (write(k->fd, &one, sizeof(one)) < 0) {
		/* The counter is full: it is readable already. */
	}
}

void ew_kafka_wake_soon(struct ew_kafka_wake *k)
{
	if (!k->soon)
		ew_kafka_wake_up(k);
	k->soon = true;
}

void ew_kafka_wake_queue(struct ew_kafka_wake *k, rd_kafka_queue_t *q)
{
	static const uint64_t one = 1;

	rd_kafka_queue_io_event_enable(q, k->fd, &one, sizeof(one));
	ew_kafka_wake_up(k); /* only a queue that was empty tells: something may be in it already */
}

void ew_kafka_wake_clear(struct ew_kafka_wake *k)
{
	uint64_t n;

	k->soon = false;
	if (read(k->fd, &n, sizeof(n)) < 0) {
		/* Not readable: a timer brought us here. */
	}
}

void ew_kafka_wake_close(struct ew_kafka_wake *k)
{
	if (k->event)
		event_free(k->event);
	if (k->fd >= 0)
		close(k->fd);
	k->event = NULL;
	k->fd = -1;
}

/* JSON string content; what does not fit is cut. */
static void escape(char *out, size_t cap, const char *text)
{
	size_t n = 0;

	for (; *text && n + 7 < cap; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\') {
			out[n++] = '\\';
			out[n++] = (char)c;
		} else if (c < 0x20 || c >= 0x7f) {
			n += (size_t)snprintf(out + n, 7, "\\u%04x", c);
		} else {
			out[n++] = (char)c;
		}
	}
	out[n] = 0;
}

void ew_kafka_note(struct ew_worker *w, const char *level, const char *name, const char *text)
{
	char members[1400], safe_name[300], safe_text[1024];

	escape(safe_name, sizeof(safe_name), name);
	escape(safe_text, sizeof(safe_text), text);
	snprintf(members, sizeof(members), "\"level\":\"%s\",\"name\":\"%s\",\"text\":\"%s\"", level,
	         safe_name, safe_text);
	ew_eventlog_note(w->log, "kafka", members);
}

const char *ew_kafka_level(int level)
{
	return level <= 3 ? "error" : level == 4 ? "warning" : "info";
}
