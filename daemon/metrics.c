/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Prometheus text 0.0.4 and the status object, summed over all workers at each question.
 *
 * Label values come from our own tables and the configuration, never from a peer: route names are
 * letters, digits, dot, underscore and dash, so nothing here needs escaping. */

#include "daemon/metrics.h"

#include "build.h"
#include "daemon/process.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct page {
	char *out;
	size_t cap, n;
};

static void put(struct page *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void put(struct page *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(p->n < p->cap ? p->out + p->n : NULL, p->n < p->cap ? p->cap - p->n : 0, fmt, ap);
	va_end(ap);
	p->n += n > 0 ? (size_t)n : 0;
}

static void put_family(struct page *p, const char *name, const char *type, const char *help)
{
	put(p, "# HELP eventwall_%s %s\n# TYPE eventwall_%s %s\n", name, help, name, type);
}

/* The sum over all workers of the counter at this offset of struct ew_stats. */
static uint64_t sum(const struct ew_process *p, size_t at)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < p->worker_count; i++) {
		const ew_count *c = (const ew_count *)((const char *)&p->workers[i].stats + at);
		total += atomic_load_explicit(c, memory_order_relaxed);
	}
	return total;
}

#define SUM(p, field) sum(p, offsetof(struct ew_stats, field))

static uint64_t sum_nth(const struct ew_process *p, size_t at, size_t i)
{
	return sum(p, at + i * sizeof(ew_count));
}

static size_t route_at(uint32_t slot, int transport)
{
	return offsetof(struct ew_stats, route) +
	       (slot * EW_TRANSPORT_COUNT + (size_t)transport) *
	       sizeof(((struct ew_stats *)NULL)->route[0][0]);
}

#define ROUTE_MESSAGES 0
#define ROUTE_BYTES (EW_VERDICT_COUNT * sizeof(ew_count))

static const char *const verdicts[EW_VERDICT_COUNT] = { "forward", "drop", "shadow" };

static uint64_t route_total(const struct ew_process *p, uint32_t slot, int transport)
{
	uint64_t n = 0;

	for (size_t v = 0; v < EW_VERDICT_COUNT; v++)
		n += sum_nth(p, route_at(slot, transport), v);
	return n;
}

/* Is the route part of the running generation?  Its series then exist from the start, at zero. */
static bool is_configured(const struct ew_process *p, uint32_t slot, int transport)
{
	const struct ew_generation *g = p->generation;

	for (size_t i = 0; i < g->config->route_count; i++) {
		if (g->routes[i].slot == slot && (int)g->config->routes[i].type == transport)
			return true;
	}
	return false;
}

static void put_routes(const struct ew_process *p, struct page *o)
{
	put_family(o, "messages_total", "counter", "Messages judged, by verdict.");
	for (uint32_t s = 0; s < ew_stats_slot_count(); s++) {
		for (int t = 0; t < EW_TRANSPORT_COUNT; t++) {
			if (!is_configured(p, s, t) && route_total(p, s, t) == 0)
				continue;
			for (size_t v = 0; v < EW_VERDICT_COUNT; v++)
				put(o, "eventwall_messages_total{transport=\"%s\",route=\"%s\",verdict=\"%s\"} "
				       "%llu\n", ew_transport_name((enum ew_transport)t), ew_stats_slot_name(s),
				    verdicts[v], (unsigned long long)sum_nth(p, route_at(s, t), v));
		}
	}
	put_family(o, "message_bytes_total", "counter", "Bytes of payload judged.");
	for (uint32_t s = 0; s < ew_stats_slot_count(); s++) {
		for (int t = 0; t < EW_TRANSPORT_COUNT; t++) {
			if (!is_configured(p, s, t) && route_total(p, s, t) == 0)
				continue;
			put(o, "eventwall_message_bytes_total{transport=\"%s\",route=\"%s\"} %llu\n",
			    ew_transport_name((enum ew_transport)t), ew_stats_slot_name(s),
			    (unsigned long long)sum(p, route_at(s, t) + ROUTE_BYTES));
		}
	}
}

static void put_inspection(const struct ew_process *p, struct page *o)
{
	static const char *const up_to[EW_INSPECT_BUCKETS] = { "1e-05", "2e-05", "5e-05", "0.0001", "0.0002",
		                                               "0.0005", "0.001", "0.002", "0.005",
		                                               "0.01", "0.05", "+Inf" };
	uint64_t n = 0;

	put_family(o, "inspect_duration_seconds", "histogram", "Time to decode and match one message.");
	for (size_t i = 0; i < EW_INSPECT_BUCKETS; i++) {
		n += sum_nth(p, offsetof(struct ew_stats, inspect), i);
		put(o, "eventwall_inspect_duration_seconds_bucket{le=\"%s\"} %llu\n", up_to[i],
		    (unsigned long long)n);
	}
	put(o, "eventwall_inspect_duration_seconds_sum %.9f\n", (double)SUM(p, inspect_sum_ns) / 1e9);
	put(o, "eventwall_inspect_duration_seconds_count %llu\n", (unsigned long long)n);
}

static void put_counters(const struct ew_process *p, struct page *o)
{
#define EW_COUNTER(id, name, text)                                                                 \
	put_family(o, name "_total", "counter", text ".");                                         \
	put(o, "eventwall_" name "_total %llu\n", (unsigned long long)SUM(p, counter[EW_COUNT_##id]));
#include "daemon/stats.def"
#undef EW_COUNTER
	put_family(o, "exceptions_total", "counter", "Messages that could not be read whole, by cause.");
	for (int s = 0; s < EW_STATUS_COUNT; s++) {
		if (ew_status_is_cause((enum ew_status)s))
			put(o, "eventwall_exceptions_total{cause=\"%s\"} %llu\n",
			    ew_status_name((enum ew_status)s),
			    (unsigned long long)sum_nth(p, offsetof(struct ew_stats, cause), (size_t)s));
	}
	put_family(o, "anomalies_total", "counter", "Places where parsers disagree, by kind.");
	for (int a = 0; a < EW_ANOMALY_COUNT; a++)
		put(o, "eventwall_anomalies_total{kind=\"%s\"} %llu\n", ew_anomaly_name((enum ew_anomaly)a),
		    (unsigned long long)sum_nth(p, offsetof(struct ew_stats, anomaly), (size_t)a));
	put_family(o, "log_dropped_total", "counter", "Event-log lines left out because the ring was full.");
	put(o, "eventwall_log_dropped_total %llu\n", (unsigned long long)ew_eventlog_dropped(p->log));
	put_family(o, "log_failed_total", "counter", "Event-log lines that could not be written.");
	put(o, "eventwall_log_failed_total %llu\n", (unsigned long long)ew_eventlog_failed(p->log));
}

static uint64_t resident_bytes(void)
{
	unsigned long long size = 0, pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f) {
		if (fscanf(f, "%llu %llu", &size, &pages) != 2)
			pages = 0;
		fclose(f);
	}
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static double cpu_seconds(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		return 0;
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static double seconds_since(uint64_t ns)
{
	uint64_t now = ew_now_ns();

	return now > ns ? (double)(now - ns) / 1e9 : 0;
}

static void put_process(const struct ew_process *p, struct page *o)
{
	const struct ew_generation *g = p->generation;

	put_family(o, "build_info", "gauge", "Always 1; what is running.");
	put(o, "eventwall_build_info{version=\"%s\"} 1\n", PACKAGE_VERSION);
	put_family(o, "rules_generation", "gauge", "Number of the generation that judges.");
	put(o, "eventwall_rules_generation %llu\n", (unsigned long long)g->number);
	put_family(o, "rules_loaded", "gauge", "Distinct signatures in it.");
	put(o, "eventwall_rules_loaded %zu\n", g->signature_count);
	put_family(o, "reload_total", "counter", "Reloads, by result.");
	put(o, "eventwall_reload_total{result=\"ok\"} %llu\neventwall_reload_total{result=\"failed\"} %llu\n",
	    (unsigned long long)p->reloads_ok, (unsigned long long)p->reloads_failed);
	put_family(o, "reload_last_success_timestamp_seconds", "gauge", "When the generation was taken up.");
	put(o, "eventwall_reload_last_success_timestamp_seconds %lld\n", (long long)p->last_reload_s);
	put_family(o, "inflight_messages", "gauge", "Messages judged and not yet settled.");
	put(o, "eventwall_inflight_messages %llu\n", (unsigned long long)SUM(p, in_flight));
	put_family(o, "workers", "gauge", "Threads that judge.");
	put(o, "eventwall_workers %u\n", p->worker_count);
	put_family(o, "worker_last_beat_seconds", "gauge", "Time since the worker's loop last turned.");
	for (unsigned i = 0; i < p->worker_count; i++) {
		uint64_t beat = atomic_load_explicit(&p->workers[i].beat_ns, memory_order_relaxed);
		put(o, "eventwall_worker_last_beat_seconds{worker=\"%u\"} %.3f\n", i, seconds_since(beat));
	}
	put(o, "# HELP process_resident_memory_bytes Resident memory.\n"
	       "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes %llu\n",
	    (unsigned long long)resident_bytes());
	put(o, "# HELP process_cpu_seconds_total Processor time, user and system.\n"
	       "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total %.2f\n", cpu_seconds());
	put(o, "# HELP process_start_time_seconds When the process started.\n"
	       "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds %.0f\n",
	    (double)time(NULL) - seconds_since(p->started_ns));
}

size_t ew_metrics_write(const struct ew_process *p, char *out, size_t cap)
{
	struct page o = { out, cap, 0 };

	put_process(p, &o);
	put_routes(p, &o);
	put_inspection(p, &o);
	put_counters(p, &o);
	return o.n;
}

/* So that whoever looks after the route sees which exclusions are not needed any more. */
static json_t *exclusions_as_json(const struct ew_route *r)
{
	const struct ew_exclusion *x = r->config->exclusions.v;
	json_t *list = json_array();

	for (size_t i = 0; r->policy && i < r->config->exclusions.n; i++) {
		json_t *o = json_object(), *signatures = json_array(), *paths = json_array();
		for (size_t k = 0; k < x[i].signatures.n; k++)
			json_array_append_new(signatures, json_string(x[i].signatures.v[k]));
		for (size_t k = 0; k < x[i].paths.n; k++)
			json_array_append_new(paths, json_string(x[i].paths.v[k]));
		json_object_set_new(o, "signatures", signatures);
		json_object_set_new(o, "paths", paths);
		json_object_set_new(o, "reason", json_string(x[i].reason));
		if (*x[i].expires)
			json_object_set_new(o, "expires", json_string(x[i].expires));
		json_object_set_new(o, "used", json_integer((json_int_t)ew_policy_used(r->policy, i)));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *routes_as_json(const struct ew_process *p)
{
	json_t *all = json_array();
	const struct ew_generation *g = p->generation;

	for (size_t i = 0; i < g->config->route_count; i++) {
		const struct ew_route_config *c = &g->config->routes[i];
		size_t at = route_at(g->routes[i].slot, (int)c->type);
		json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:I}", "name", c->name, "source",
		                      ew_transport_name(c->type), "mode", ew_mode_name(c->mode), "function",
		                      c->function, "signatures",
		                      (json_int_t)(g->routes[i].rules ? ew_ruleset_count(g->routes[i].rules)
		                                                      : 0));
		for (size_t v = 0; v < EW_VERDICT_COUNT; v++)
			json_object_set_new(o, verdicts[v], json_integer((json_int_t)sum_nth(p, at, v)));
		json_object_set_new(o, "bytes", json_integer((json_int_t)sum(p, at + ROUTE_BYTES)));
		json_object_set_new(o, "exclusions", exclusions_as_json(&g->routes[i]));
		json_array_append_new(all, o);
	}
	return all;
}

size_t ew_metrics_status(const struct ew_process *p, char *out, size_t cap)
{
	const struct ew_generation *g = p->generation;
	json_t *o = json_pack("{s:s,s:s,s:I,s:I,s:f,s:I,s:I}", "version", PACKAGE_VERSION, "state",
	                      p->stopping ? "draining" : "running", "generation", (json_int_t)g->number,
	                      "signatures", (json_int_t)g->signature_count, "uptime_s",
	                      seconds_since(p->started_ns), "workers", (json_int_t)p->worker_count,
	                      "memory_bytes", (json_int_t)resident_bytes());
	json_object_set_new(o, "config", json_string(p->file));
	json_t *reloads = json_pack("{s:I,s:I,s:I}", "ok", (json_int_t)p->reloads_ok, "failed",
	                            (json_int_t)p->reloads_failed, "last_success", (json_int_t)p->last_reload_s);
	if (p->last_error.text[0]) {
		char text[1200];
		ew_error_print(&p->last_error, text, sizeof(text));
		json_t *s = json_string(text);
		json_object_set_new(reloads, "last_error", s ? s : json_string("(not UTF-8)"));
	}
	json_object_set_new(o, "reloads", reloads);
	json_object_set_new(o, "routes", routes_as_json(p));
	json_t *counters = json_object();
#define EW_COUNTER(id, name, text)                                                                 \
	json_object_set_new(counters, name, json_integer((json_int_t)SUM(p, counter[EW_COUNT_##id])));
#include "daemon/stats.def"
#undef EW_COUNTER
	json_object_set_new(o, "counters", counters);
	json_object_set_new(o, "log", json_pack("{s:I,s:I}", "dropped", (json_int_t)ew_eventlog_dropped(p->log),
	                                        "failed", (json_int_t)ew_eventlog_failed(p->log)));
	char *text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	size_t n = text ? strlen(text) : 0;
	if (text && cap > 0)
		snprintf(out, cap, "%s", text);
	free(text);
	return n;
}
