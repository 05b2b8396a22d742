/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What a worker knows of registries.  A number means the same schema for ever, so what was told is kept until there
 * are too many; that there is none, or no answer, is believed for a while only.
 *
 *     event -> known: goes on at once
 *              not known: asks, unless too much is asked already; waits, unless too many wait already
 *              asked in vain: goes on without
 *
 * The trap: senders choose the numbers.  Questions, waiting events, and what is kept are bounded; an event that
 * gets no schema is read without and has the anomaly schema_unknown, which the route may refuse.  A schema lives as
 * long as an event that was read with it, since names of its fields are views of it. */

#include "daemon/registry.h"

#include "daemon/fetch.h"
#include "daemon/pipeline.h"
#include "daemon/worker.h"
#include "eventwall/avro.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define BUCKETS 256
#define SCHEMAS_MOST 4096            /* of one registry, those that it does not have included */
#define MEMORY_MOST ((size_t)64 << 20) /* of them */
#define ASKED_MOST 32                /* at a time */
#define WAITING_MOST 1024            /* events of a worker */
#define MISSING_NS (UINT64_C(60) * 1000000000)
#define DOWN_NS (UINT64_C(2) * 1000000000)
#define NO_WAIT_MS 5000 /* for an answer if no event waits for it */

enum state { ASKED, KNOWN, NONE };

struct ew_registry_schema {
	struct ew_known_schema known;
	struct ew_avro_known *avro; /* what known.avro shows */
	struct server *server;      /* NULL: forgotten, and kept for its events alone */
	struct ew_registry_schema *chain, *newer, *older;
	enum state state;
	uint64_t until_ns; /* of NONE */
	size_t bytes;
	uint32_t refs;
	struct ew_fetch *fetch;
	struct ew_event *first, *last; /* that wait, by list_next */
};

struct server {
	struct server *next;
	struct ew_worker *worker;
	char *url, *path, authority[320];
	struct ew_name *name;
	struct ew_registry_schema *bucket[BUCKETS], *newest, *oldest;
	size_t schemas, memory, asked;
	bool down; /* the last answer was none */
};

struct ew_registry {
	struct server *servers;
	size_t waiting;
};

static struct ew_registry_schema **place_of(struct server *s, uint32_t number)
{
	struct ew_registry_schema **p = &s->bucket[(number ^ number >> 8 ^ number >> 16) % BUCKETS];

	while (*p && (*p)->known.number != number)
		p = &(*p)->chain;
	return p;
}

static void unlink_age(struct ew_registry_schema *e)
{
	*(e->newer ? &e->newer->older : &e->server->newest) = e->older;
	*(e->older ? &e->older->newer : &e->server->oldest) = e->newer;
}

static void make_newest(struct ew_registry_schema *e)
{
	e->newer = NULL;
	e->older = e->server->newest;
	*(e->older ? &e->older->newer : &e->server->oldest) = e;
	e->server->newest = e;
}

static void unref(struct ew_registry_schema *e)
{
	if (--e->refs)
		return;
	ew_avro_known_free(&e->avro);
	free(e);
}

static void forget(struct ew_registry_schema *e)
{
	struct server *s = e->server;

	*place_of(s, e->known.number) = e->chain;
	unlink_age(e);
	s->schemas--;
	s->memory -= e->bytes;
	s->asked -= e->fetch != NULL;
	ew_fetch_cancel(&e->fetch);
	e->server = NULL;
	unref(e);
}

/* False: all that there are have been asked for. */
static bool make_room(struct server *s)
{
	struct ew_registry_schema *newer;

	for (struct ew_registry_schema *e = s->oldest;
	     e && (s->schemas >= SCHEMAS_MOST || s->memory > MEMORY_MOST); e = newer) {
		newer = e->newer;
		if (!e->fetch)
			forget(e);
	}
	return s->schemas < SCHEMAS_MOST;
}

static struct server *server_of(struct ew_worker *w, const struct ew_http_function *c)
{
	struct server *s;

	if (!w->registry && !(w->registry = calloc(1, sizeof(*w->registry))))
		return NULL;
	for (s = w->registry->servers; s; s = s->next) {
		if (!strcmp(s->url, c->url))
			return s;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->worker = w;
	s->url = strdup(c->url);
	s->path = strdup(c->path);
	s->name = ew_name_open(c->host, c->port, false);
	if (!s->url || !s->path || !s->name) {
		free(s->url);
		free(s->path);
		ew_name_close(&s->name);
		free(s);
		return NULL;
	}
	if (s->path[strlen(s->path) - 1] == '/')
		s->path[strlen(s->path) - 1] = 0;
	snprintf(s->authority, sizeof(s->authority), strchr(c->host, ':') ? "[%s]:%u" : "%s:%u", c->host,
	         (unsigned)c->port);
	s->next = w->registry->servers;
	return w->registry->servers = s;
}

/* ---- answers --------------------------------------------------------------------------------- */

/* The URL is the operator's and was checked, the text is ours: neither needs an escape. */
static void note(const struct server *s, const char *level, const char *text)
{
	char members[4500];

	snprintf(members, sizeof(members), "\"level\":\"%s\",\"name\":\"%.4096s\",\"text\":\"%s\"", level, s->url,
	         text);
	ew_eventlog_note(s->worker->log, "schema_registry", members);
}

/* False: it is no answer that we understand. */
static bool read_answer(struct ew_registry_schema *e, struct ew_bytes body)
{
	json_t *root = json_loadb((const char *)body.p, body.n, 0, NULL);
	const char *text = json_string_value(json_object_get(root, "schema"));
	const char *type = json_string_value(json_object_get(root, "schemaType")), *why;
	bool avro = !type || !strcmp(type, "AVRO");

	if (text && avro)
		e->avro = ew_avro_known_new(ew_bytes_str(text), &why);
	json_decref(root);
	e->known.avro = e->avro;
	return text && (e->avro || !avro);
}

static void go_on(struct ew_registry_schema *e)
{
	struct ew_event *ev;

	e->refs++;
	while ((ev = e->first)) {
		e->first = ev->list_next;
		ev->list_next = NULL;
		ev->worker->registry->waiting--;
		if (e->state == KNOWN) {
			e->refs++;
			ev->schema = e;
			ev->m->schema = &e->known;
		}
		ew_pipeline_go_on(ev);
	}
	unref(e);
}

static void on_fetched(void *arg, unsigned code, struct ew_bytes body)
{
	struct ew_registry_schema *e = arg;
	struct server *s = e->server;
	bool answered = code == 200 || code == 404;

	e->fetch = NULL; /* it ends itself */
	s->asked--;
	e->state = code == 200 && read_answer(e, body) ? KNOWN : NONE;
	e->until_ns = ew_now_ns() + (answered ? MISSING_NS : DOWN_NS);
	if (e->avro) {
		e->bytes = ew_avro_known_size(e->avro);
		s->memory += e->bytes;
	}
	if (answered == s->down) {
		s->down = !answered;
		note(s, answered ? "info" : "warning", answered ? "it answers again" : "it does not answer");
	}
	go_on(e);
	(void)make_room(s);
}

/* ---- questions ------------------------------------------------------------------------------- */

static bool ask(struct ew_registry_schema *e, uint32_t timeout_ms)
{
	struct server *s = e->server;
	char *target;

	if (s->asked == ASKED_MOST || asprintf(&target, "%s/schemas/ids/%u", s->path, e->known.number) < 0)
		return false;
	e->fetch = ew_fetch_start(s->worker->base, s->name, s->authority, target, timeout_ms, on_fetched, e);
	free(target);
	s->asked += e->fetch != NULL;
	e->state = e->fetch ? ASKED : NONE;
	return e->fetch;
}

static struct ew_registry_schema *add(struct server *s, uint32_t number)
{
	struct ew_registry_schema *e = make_room(s) ? calloc(1, sizeof(*e)) : NULL;

	if (!e)
		return NULL;
	e->known.number = number;
	e->server = s;
	e->state = NONE;
	e->refs = 1;
	*place_of(s, number) = e;
	make_newest(e);
	s->schemas++;
	return e;
}

bool ew_registry_hold(struct ew_event *ev)
{
	const struct ew_route_config *c = ev->route->config;
	struct ew_worker *w = ev->worker;
	struct ew_registry_schema *e;
	struct server *s;
	uint32_t number;

	if (!ew_schema_number(ev->envelope.body, &number) || !(s = server_of(w, &c->registry)))
		return false;
	e = *place_of(s, number);
	if (!e && !(e = add(s, number)))
		return false;
	unlink_age(e);
	make_newest(e);
	if (e->state == NONE && ew_now_ns() >= e->until_ns &&
	    !ask(e, c->schema_wait_ms ? c->schema_wait_ms : NO_WAIT_MS))
		return false;
	if (e->state == KNOWN) {
		e->refs++;
		ev->schema = e;
		ev->m->schema = &e->known;
	}
	if (e->state != ASKED || c->schema_wait_ms == 0 || w->registry->waiting == WAITING_MOST)
		return false;
	if (e->first)
		e->last->list_next = ev;
	else
		e->first = ev;
	e->last = ev;
	ev->list_next = NULL;
	w->registry->waiting++;
	return true;
}

void ew_registry_release(struct ew_registry_schema **s)
{
	if (*s)
		unref(*s);
	*s = NULL;
}

void ew_registry_cut(struct ew_worker *w)
{
	for (struct server *s = w->registry ? w->registry->servers : NULL; s; s = s->next) {
		for (struct ew_registry_schema *e = s->newest; e; e = e->older) {
			s->asked -= e->fetch != NULL;
			ew_fetch_cancel(&e->fetch);
			while (e->first) {
				struct ew_event *ev = e->first;
				e->first = ev->list_next;
				ev->list_next = NULL;
				w->registry->waiting--;
				ev->judged_ns = ev->born_ns;
				ew_pipeline_finish(ev, EW_FAILED);
			}
		}
	}
}

void ew_registry_free(struct ew_registry **rp)
{
	struct ew_registry *r = *rp;

	*rp = NULL;
	while (r && r->servers) {
		struct server *s = r->servers;
		r->servers = s->next;
		while (s->newest)
			forget(s->newest);
		ew_name_close(&s->name);
		free(s->url);
		free(s->path);
		free(s);
	}
	free(r);
}
