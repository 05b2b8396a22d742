/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Routes against each other, names of anomalies, and settings of a route that are legal and perhaps not meant. */

#include "daemon/config_keys.h"
#include "eventwall/anomaly.h"
#include "eventwall/nearest.h"

#include <string.h>

static bool topics_overlap(const struct ew_strings *a, const struct ew_strings *b)
{
	for (size_t i = 0; i < a->n; i++) {
		for (size_t k = 0; k < b->n; k++) {
			if (!strcmp(a->v[i], b->v[k]))
				return true;
		}
	}
	return false;
}

static bool holds_all(const struct ew_strings *a, const struct ew_strings *b)
{
	size_t found = 0;

	for (size_t i = 0; i < b->n; i++) {
		for (size_t k = 0; k < a->n; k++) {
			if (!strcmp(a->v[k], b->v[i])) {
				found++;
				break;
			}
		}
	}
	return found == b->n;
}

static size_t path_length(const char *s)
{
	size_t n = strlen(s);

	return n > 1 && s[n - 1] == '/' ? n - 1 : n;
}

/* Does the earlier `a` take every request that `b` is for? */
static bool takes_all(const struct ew_http_source *a, const struct ew_http_source *b)
{
	size_t n = path_length(a->path);

	return !strcmp(a->listen, b->listen) && !strcmp(a->host, b->host) && n == path_length(b->path) &&
	       !memcmp(a->path, b->path, n) &&
	       (a->methods.n == 0 || (b->methods.n > 0 && holds_all(&a->methods, &b->methods)));
}

const char *ew_config_listen(const struct ew_route_config *t)
{
	return t->type == EW_TRANSPORT_HTTP ? t->http.listen : t->proxy.listen;
}

/* Routes of HTTP alone can share an address. */
static bool collide(const struct ew_route_config *a, const struct ew_route_config *b)
{
	const char *one = ew_config_listen(a), *two = ew_config_listen(b);

	return one && two && !strcmp(one, two) && (ew_route_is_proxy(a) || ew_route_is_proxy(b));
}

void ew_config_compare(struct ew_config_reader *r, const struct ew_route_config *a,
                       const struct ew_route_config *b)
{
	if (!strcmp(a->name, b->name)) {
		size_t was = ew_config_enter(r, ".name");
		ew_config_fault(r, "two routes are called \"%s\"; give each a name of its own", b->name);
		ew_config_leave(r, was);
	}
	size_t was = ew_config_enter(r, ".source");
	if (collide(a, b))
		ew_config_fault(r, "routes \"%s\" and \"%s\" both listen on %s; give one another port", a->name,
		                b->name, ew_config_listen(b));
	if (a->type != b->type || ew_route_is_proxy(a) || ew_route_is_proxy(b)) {
		ew_config_leave(r, was);
		return;
	}
	if (a->type == EW_TRANSPORT_HTTP && takes_all(&a->http, &b->http))
		ew_config_fault(r, "route \"%s\" is never reached: \"%s\" takes the same listen, host, path "
		                   "and methods", b->name, a->name);
	if (a->type == EW_TRANSPORT_KAFKA && !strcmp(a->kafka.brokers, b->kafka.brokers) &&
	    !strcmp(a->kafka.group, b->kafka.group) && topics_overlap(&a->kafka.topics, &b->kafka.topics))
		ew_config_fault(r, "routes \"%s\" and \"%s\" share a topic in one consumer group, so each "
		                   "would see a part of it; give one another \"group\"", a->name, b->name);
	if (a->type == EW_TRANSPORT_MQTT && !strcmp(a->mqtt.broker, b->mqtt.broker)) {
		if (*a->mqtt.share && !strcmp(a->mqtt.share, b->mqtt.share) &&
		    topics_overlap(&a->mqtt.topics, &b->mqtt.topics))
			ew_config_fault(r, "routes \"%s\" and \"%s\" share a topic in one share group, so each "
			                   "would see a part of it; give one another \"share\"", a->name,
			                b->name);
		if (*a->mqtt.client_id && !strcmp(a->mqtt.client_id, b->mqtt.client_id))
			ew_config_fault(r, "routes \"%s\" and \"%s\" have one \"client_id\" at one broker, which "
			                   "would drop the one whenever the other connects", a->name, b->name);
	}
	ew_config_leave(r, was);
}

void ew_config_resolve_anomalies(struct ew_config_reader *r, struct ew_route_config *t)
{
	const char *names[EW_ANOMALY_COUNT];
	size_t was = ew_config_enter(r, ".refuse_anomalies");

	for (size_t k = 0; k < EW_ANOMALY_COUNT; k++)
		names[k] = ew_anomaly_name((enum ew_anomaly)k);
	for (size_t i = 0; i < t->anomalies.n; i++) {
		enum ew_anomaly a;
		const char *near = ew_nearest(t->anomalies.v[i], names, EW_ANOMALY_COUNT);
		if (ew_anomaly_parse(ew_bytes_str(t->anomalies.v[i]), &a))
			t->refused_anomalies |= UINT64_C(1) << a;
		else
			ew_config_fault(r, "there is no anomaly \"%.64s\"%s%s%s", t->anomalies.v[i],
			                near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	}
	ew_config_leave(r, was);
}

static void doubt_exceptions(struct ew_config_reader *r, const struct ew_route_config *t)
{
	char causes[256] = "";

	for (int s = 0; s < EW_STATUS_COUNT; s++) {
		if (ew_status_is_cause((enum ew_status)s) && t->on_exception[s] == EW_EXCEPTION_PASS)
			snprintf(causes + strlen(causes), sizeof(causes) - strlen(causes), "%s%s",
			         *causes ? ", " : "", ew_status_name((enum ew_status)s));
	}
	size_t was = ew_config_enter(r, ".on_exception");
	if (*causes)
		ew_config_doubt(r, "route \"%s\" fails open: it lets pass what is %s", t->name, causes);
	ew_config_leave(r, was);
}

void ew_config_doubts(struct ew_config_reader *r, const struct ew_route_config *t)
{
	size_t was = ew_config_enter(r, ".mode");

	if (t->mode != EW_MODE_BLOCK)
		ew_config_doubt(r, "route \"%s\" is in mode \"%s\": nothing is dropped for a signature",
		                t->name, ew_mode_name(t->mode));
	ew_config_leave(r, was);
	doubt_exceptions(r, t);
	if (t->allow_empty)
		ew_config_doubt(r, "route \"%s\" may run without a single signature (allow_empty)", t->name);
	if (t->type != EW_TRANSPORT_HTTP && !*t->quarantine && t->mode == EW_MODE_BLOCK)
		ew_config_doubt(r, "route \"%s\" has no quarantine: of dropped events only the log line is kept",
		                t->name);
	if (t->type == EW_TRANSPORT_MQTT && !ew_route_is_proxy(t) && t->mqtt.qos > 0 && !t->mqtt.clean_start &&
	    !*t->mqtt.client_id)
		ew_config_doubt(r, "route \"%s\" has no \"client_id\": events sent while it is stopped are "
		                   "lost, since the next start cannot take up the session", t->name);
}
