/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One settled event as one JSON object.  Every member is written whole or not at all: past the end of
 * the buffer it is taken back and "cut" is set, so a line is JSON whatever an event holds.  Strings of
 * peers are bounded one by one, so in practice only very many hits can make a line long. */

#include "daemon/eventlog_line.h"

#include "daemon/pipeline.h"
#include "daemon/worker.h"
#include "eventwall/protocol.h"
#include "eventwall/ruleset.h"

#include <stdio.h>
#include <string.h>

#define TAIL 32 /* kept free for what closes a line */
#define NAME_MOST 256
#define PATH_MOST 1024
#define HITS_MOST 64
#define LAYERS_MOST 64
#define TAGS_MOST 16
#define TOLD_SHOWN 64 /* what rules say is shown from its beginning */

/* The writers of single members keep out of a member around them that has not fitted: only its own
 * settling may take that back. */
static void put_key(struct ew_text *t, const char *key)
{
	ew_text_raw(t, ",\"");
	ew_text_raw(t, key);
	ew_text_raw(t, "\":");
}

/* Text of ours: from tables, configuration or signatures. */
static void put_text(struct ew_text *t, const char *key, const char *s)
{
	size_t mark = t->n;

	if (t->full)
		return;
	put_key(t, key);
	ew_text_string(t, ew_bytes_str(s ? s : ""), PATH_MOST);
	ew_text_settle(t, mark);
}

/* Text of a peer; left out when there is none. */
static void put_bytes(struct ew_text *t, const char *key, struct ew_bytes b)
{
	size_t mark = t->n;

	if (b.n == 0 || t->full)
		return;
	put_key(t, key);
	ew_text_string(t, b, NAME_MOST);
	ew_text_settle(t, mark);
}

static void put_int(struct ew_text *t, const char *key, int64_t n)
{
	size_t mark = t->n;

	if (t->full)
		return;
	put_key(t, key);
	ew_text_int(t, n);
	ew_text_settle(t, mark);
}

static void open_line(struct ew_text *t, struct ew_line_clock *clock, const char *type)
{
	struct timespec now;
	struct tm tm;
	char text[64];

	t->cap = EW_LINE_MOST - TAIL;
	clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec != clock->second || !clock->date[0]) {
		gmtime_r(&now.tv_sec, &tm);
		strftime(clock->date, sizeof(clock->date), "%Y-%m-%dT%H:%M:%S", &tm);
		clock->second = now.tv_sec;
	}
	snprintf(text, sizeof(text), "{\"timestamp\":\"%s.%06ldZ\"", clock->date, now.tv_nsec / 1000);
	ew_text_raw(t, text);
	put_text(t, "event_type", type);
}

static void close_line(struct ew_text *t)
{
	t->cap = EW_LINE_MOST;
	ew_text_raw(t, t->cut ? ",\"cut\":true}" : "}");
}

static const char *const verdicts[EW_VERDICT_COUNT] = { "forward", "drop", "shadow" };
static const char *const outcomes[] = { "forwarded", "dropped", "quarantined", "failed" };
static const char *const severities[] = { "notice", "warning", "error", "critical" };

static const char *type_of(const struct ew_event *ev)
{
	if (ev->verdict != EW_VERDICT_FORWARD && ew_pipeline_by_signature(ev))
		return ev->verdict == EW_VERDICT_DROP ? "drop" : "shadow";
	return ev->m->status != EW_OK ? "exception" : "message";
}

/* The trace id of a W3C traceparent header: 00-<32 hex>-<16 hex>-<2 hex>. */
static void put_trace(struct ew_text *t, const struct ew_envelope *v)
{
	for (size_t i = 0; i < v->header_count; i++) {
		struct ew_bytes value = v->headers[i].value;
		if (value.n < 55 || !ew_bytes_eq_nocase(v->headers[i].name, EW_LIT("traceparent")))
			continue;
		struct ew_bytes id = ew_bytes(value.p + 3, 32);
		for (size_t k = 0; k < id.n; k++) {
			if (!((id.p[k] >= '0' && id.p[k] <= '9') || (id.p[k] >= 'a' && id.p[k] <= 'f')))
				return;
		}
		put_bytes(t, "trace_id", id);
		return;
	}
}

static void put_transport(struct ew_text *t, const struct ew_event *ev)
{
	const struct ew_envelope *v = &ev->envelope;
	size_t mark = t->n;

	put_key(t, ew_transport_name(ev->transport));
	/* The first member has no comma before it, so each form begins with one that is always there. */
	ew_text_raw(t, ev->transport == EW_TRANSPORT_HTTP ? "{\"path\":" : "{\"topic\":");
	ew_text_string(t, v->subject, PATH_MOST);
	if (ev->transport == EW_TRANSPORT_HTTP) {
		put_bytes(t, "method", v->method);
		put_bytes(t, "host", v->host);
		put_bytes(t, "peer", v->peer);
		if (ev->reply_code)
			put_int(t, "status", ev->reply_code);
	} else if (v->packet) {
		put_text(t, "packet", v->packet);
		put_int(t, "qos", v->qos);
		put_bytes(t, "client_id", v->client_id);
		put_bytes(t, "user", v->user);
		put_bytes(t, "peer", v->peer);
	} else if (ev->transport == EW_TRANSPORT_KAFKA) {
		put_int(t, "partition", v->partition);
		put_int(t, "offset", v->offset);
	}
	put_bytes(t, "content_type", v->content_type);
	ew_text_raw(t, "}");
	ew_text_settle(t, mark);
}

static const char *action_of(const struct ew_event *ev)
{
	if (!ew_pipeline_by_signature(ev) || ev->verdict == EW_VERDICT_FORWARD)
		return "allowed";
	return ev->verdict == EW_VERDICT_DROP ? "blocked" : "shadowed";
}

static void put_alert(struct ew_text *t, const struct ew_event *ev)
{
	const struct ew_signature *s = ev->deciding->signature;
	size_t mark = t->n;

	put_key(t, "alert");
	ew_text_raw(t, "{\"action\":\"");
	ew_text_raw(t, action_of(ev));
	ew_text_raw(t, "\"");
	put_int(t, "signature_id", s->id);
	put_int(t, "rev", s->revision);
	put_text(t, "signature", s->name);
	put_text(t, "class", s->class_);
	put_text(t, "severity", severities[s->severity & 3]);
	put_int(t, "score", ev->deciding->score);
	put_text(t, "set", s->set);
	if (ev->deciding->standing != EW_STANDING_COUNTS)
		put_text(t, "standing", ew_standing_name((enum ew_standing)ev->deciding->standing));
	ew_text_raw(t, "}");
	ew_text_settle(t, mark);
}

static void put_path(struct ew_text *t, const struct ew_field *f)
{
	char path[PATH_MOST];
	size_t n = ew_field_path(f, path, sizeof(path));

	ew_text_string(t, ew_bytes(path, n < sizeof(path) ? n : sizeof(path) - 1), PATH_MOST);
}

static void put_layers(struct ew_text *t, const struct ew_field *f)
{
	const char *names[LAYERS_MOST];
	size_t n = 0;

	for (; f && n < LAYERS_MOST; f = f->parent) {
		if (f->via)
			names[n++] = f->via->name;
	}
	put_key(t, "layers");
	ew_text_raw(t, "[");
	while (n > 0) {
		ew_text_raw(t, "\"");
		ew_text_raw(t, names[--n]);
		ew_text_raw(t, n > 0 ? "\"," : "\"");
	}
	ew_text_raw(t, "]");
}

static void put_match(struct ew_text *t, const struct ew_event *ev)
{
	const struct ew_hit *h = ev->deciding;
	enum ew_excerpt mode = ev->generation->config->log.excerpt;
	size_t mark = t->n;

	if (!h->field)
		return;
	put_key(t, "match");
	ew_text_raw(t, "{\"path\":");
	put_path(t, h->field);
	put_layers(t, h->field);
	put_text(t, "on", h->on_name ? "name" : "value");
	if (h->view != EW_VIEW_RAW)
		put_text(t, "view", ew_view_name((enum ew_view)h->view));
	if (h->why)
		put_text(t, "why", h->why);
	put_int(t, "offset", (int64_t)h->end);
	if (mode != EW_EXCERPT_OFF) {
		put_key(t, "excerpt");
		ew_text_excerpt(t, mode, h->field, h->text, h->end);
	}
	put_text(t, "excerpt_mode", ew_excerpt_name(mode));
	ew_text_raw(t, "}");
	ew_text_settle(t, mark);
}

/* Ids of the other signatures whose hits stand so, each once; hits come sorted by id. */
static void put_hits(struct ew_text *t, const struct ew_event *ev, const char *key, enum ew_standing standing)
{
	uint32_t last = 0;
	unsigned n = 0;
	size_t mark = t->n;

	for (const struct ew_hit *h = ev->m->hits; h; h = h->next) {
		uint32_t id = h->signature->id;
		if (h->standing != standing || id == ev->deciding->signature->id || (n > 0 && id == last))
			continue;
		if (n == HITS_MOST) {
			t->cut = true;
			break;
		}
		if (n++ == 0) {
			put_key(t, key);
			ew_text_raw(t, "[");
		} else {
			ew_text_raw(t, ",");
		}
		ew_text_uint(t, id);
		last = id;
	}
	if (n > 0)
		ew_text_raw(t, "]");
	ew_text_settle(t, mark);
}

static void put_tags(struct ew_text *t, const char *const *tags)
{
	size_t mark = t->n;

	if (t->full)
		return;
	put_key(t, "tags");
	ew_text_raw(t, "[");
	for (size_t i = 0; tags && tags[i] && i < TAGS_MOST; i++) {
		ew_text_raw(t, i ? "," : "");
		ew_text_string(t, ew_bytes_str(tags[i]), NAME_MOST);
	}
	ew_text_raw(t, "]");
	ew_text_settle(t, mark);
}

/* What a rule made of the message is as secret as that. */
static void put_told(struct ew_text *t, enum ew_excerpt mode, const char *key, const struct ew_hit *h,
                     struct ew_bytes b)
{
	size_t mark = t->n;

	if (b.n == 0 || mode == EW_EXCERPT_OFF || t->full)
		return;
	put_key(t, key);
	ew_text_excerpt(t, mode, h->field, b, TOLD_SHOWN);
	ew_text_settle(t, mark);
}

static void put_rule(struct ew_text *t, enum ew_excerpt mode, const struct ew_hit *h)
{
	const struct ew_signature *s = h->signature;

	ew_text_raw(t, "{\"id\":");
	ew_text_uint(t, s->id);
	put_told(t, mode, "msg", h, h->told->msg);
	put_told(t, mode, "data", h, h->told->data);
	put_text(t, "severity", severities[s->severity & 3]);
	if (s->version)
		put_text(t, "version", s->version);
	put_tags(t, s->tags);
	put_bytes(t, "variable", h->told->variable);
	if (h->field) {
		put_key(t, "path");
		put_path(t, h->field);
	}
	ew_text_raw(t, "}");
}

/* Rules of rule files, as they ran. */
static void put_rules(struct ew_text *t, const struct ew_event *ev)
{
	size_t mark = t->n;
	unsigned n = 0;

	for (const struct ew_hit *h = ev->m->hits; h; h = h->next) {
		if (!h->told)
			continue;
		if (n == HITS_MOST) {
			t->cut = true;
			break;
		}
		if (n == 0)
			put_key(t, "rules");
		ew_text_raw(t, n++ ? "," : "[");
		size_t one = t->n;
		put_rule(t, ev->generation->config->log.excerpt, h);
		if (!t->full)
			continue;
		if (n == 1)
			break; /* not even the first one fits */
		ew_text_settle(t, one - 1);
		break;
	}
	if (n > 0)
		ew_text_raw(t, "]");
	ew_text_settle(t, mark);
}

static void put_exception(struct ew_text *t, const struct ew_event *ev)
{
	const struct ew_message *m = ev->m;
	size_t mark = t->n;

	put_key(t, "exception");
	ew_text_raw(t, "{\"cause\":\"");
	ew_text_raw(t, ew_status_name(m->status));
	ew_text_raw(t, "\",\"action\":\"");
	ew_text_raw(t, ev->exception_passed ? "pass\"" : "drop\"");
	if (m->reason)
		put_text(t, "reason", m->reason);
	if (m->culprit) {
		put_key(t, "path");
		put_path(t, m->culprit);
	}
	ew_text_raw(t, "}");
	ew_text_settle(t, mark);
}

/* Names of ours, which need no escapes. */
static void put_names(struct ew_text *t, const char *key, const char *const *names, size_t n)
{
	size_t mark = t->n;

	put_key(t, key);
	ew_text_raw(t, "[");
	for (size_t i = 0; i < n; i++) {
		ew_text_raw(t, i ? ",\"" : "\"");
		ew_text_raw(t, names[i]);
		ew_text_raw(t, "\"");
	}
	ew_text_raw(t, "]");
	ew_text_settle(t, mark);
}

static void put_anomalies(struct ew_text *t, uint64_t bits)
{
	const char *names[EW_ANOMALY_COUNT];
	size_t n = 0;

	for (; bits; bits &= bits - 1)
		names[n++] = ew_anomaly_name((enum ew_anomaly)__builtin_ctzll(bits));
	put_names(t, "anomalies", names, n);
}

void ew_line_event(struct ew_text *t, struct ew_line_clock *clock, const struct ew_event *ev,
                   enum ew_outcome outcome)
{
	const struct ew_message *m = ev->m;
	uint64_t now = ew_now_ns();

	open_line(t, clock, type_of(ev));
	put_bytes(t, "event_id", ew_bytes(ev->id, strnlen(ev->id, sizeof(ev->id))));
	put_text(t, "source", ew_transport_name(ev->transport));
	put_text(t, "route", ev->route->config->name);
	put_text(t, "verdict", verdicts[ev->verdict]);
	put_text(t, "outcome", outcomes[outcome]);
	put_int(t, "generation", (int64_t)ev->generation->number);
	if (ew_pipeline_by_signature(ev))
		put_text(t, "reason", "signature");
	else if (m->status != EW_OK)
		put_text(t, "reason", ew_status_name(m->status));
	put_int(t, "bytes", (int64_t)ev->envelope.body.n);
	put_int(t, "inspect_us", (int64_t)((ev->judged_ns - ev->born_ns) / 1000));
	put_int(t, "total_us", now > ev->born_ns ? (int64_t)((now - ev->born_ns) / 1000) : 0);
	put_trace(t, &ev->envelope);
	put_transport(t, ev);
	if (ev->failure)
		put_text(t, "failure", ev->failure);
	if (ev->attempts_all)
		put_int(t, "failed_attempts", ev->attempts_all);
	if (m->status != EW_OK)
		put_exception(t, ev);
	if (ev->deciding) {
		put_int(t, "score", m->score);
		put_alert(t, ev);
		put_match(t, ev);
		put_hits(t, ev, "hits", EW_STANDING_COUNTS);
		put_hits(t, ev, "hits_shadow", EW_STANDING_SHADOW);
		put_hits(t, ev, "hits_noted", EW_STANDING_NOTED);
		put_hits(t, ev, "hits_excluded", EW_STANDING_EXCLUDED);
		put_rules(t, ev);
	}
	if (m->envelope_count)
		put_names(t, "envelopes", m->envelopes, m->envelope_count);
	if (m->anomalies)
		put_anomalies(t, m->anomalies);
	close_line(t);
}

void ew_line_note(struct ew_text *t, struct ew_line_clock *clock, const char *type, const char *members)
{
	size_t mark;

	open_line(t, clock, type);
	mark = t->n;
	if (members && *members) {
		ew_text_raw(t, ",");
		ew_text_raw(t, members);
		ew_text_settle(t, mark);
	}
	close_line(t);
}
