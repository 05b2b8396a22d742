/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Every line of the metrics page is read back: families are declared once and before their samples,
 * names and labels are well-formed, counters end in _total, histograms only rise, sums are right. */

#include "daemon/metrics.h"
#include "daemon/process.h"
#include "tap.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>

/* The process's clock, so that worker.c is not linked. */
uint64_t ew_now_ns(void)
{
	return 9000000000;
}

static void quiet(void *arg, bool doubt, const struct ew_error *e)
{
	(void)arg;
	if (!doubt)
		printf("# %s\n", e->text);
}

static char page[1 << 20];
static char families[200][96];
static unsigned family_count;

static size_t name_length(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_' || s[n] == ':')
		n++;
	return isdigit((unsigned char)s[0]) ? 0 : n;
}

static bool is_declared(const char *name, size_t n)
{
	static const char *const ends[] = { "", "_bucket", "_sum", "_count" };

	for (unsigned i = 0; i < family_count; i++) {
		size_t f = strlen(families[i]);
		for (unsigned k = 0; k < 4; k++) {
			if (f + strlen(ends[k]) == n && !strncmp(families[i], name, f) &&
			    !strncmp(name + f, ends[k], n - f))
				return true;
		}
	}
	return false;
}

/* After the name: {label="value",...} or nothing, one blank, a number. */
static bool rest_is_good(const char *s)
{
	char *end;

	if (*s == '{') {
		do {
			s++;
			size_t n = name_length(s);
			if (n == 0 || strncmp(s + n, "=\"", 2) != 0)
				return false;
			s += n + 2;
			while (*s && *s != '"' && *s != '\\')
				s++;
			if (*s++ != '"')
				return false;
		} while (*s == ',');
		if (*s++ != '}')
			return false;
	}
	if (*s++ != ' ' || !*s)
		return false;
	strtod(s, &end);
	return *end == '\0';
}

static bool line_is_good(char *s)
{
	size_t n;

	if (!strncmp(s, "# HELP ", 7))
		return (n = name_length(s + 7)) > 0 && s[7 + n] == ' ' && s[8 + n];
	if (!strncmp(s, "# TYPE ", 7)) {
		n = name_length(s + 7);
		const char *type = s + 8 + n;
		if (n == 0 || n >= sizeof(families[0]) || family_count == 200 || is_declared(s + 7, n))
			return false;
		snprintf(families[family_count++], sizeof(families[0]), "%.*s", (int)n, s + 7);
		if (!strcmp(type, "counter"))
			return n > 6 && !strncmp(s + 7 + n - 6, "_total", 6);
		return !strcmp(type, "gauge") || !strcmp(type, "histogram");
	}
	n = name_length(s);
	return n > 0 && is_declared(s, n) && rest_is_good(s + n);
}

static bool has(const char *sample)
{
	const char *at = strstr(page, sample);

	return at && at[strlen(sample)] == '\n' && (at == page || at[-1] == '\n');
}

static struct ew_process process;

static void set_up(void)
{
	static const char text[] = "{\"functions\": {\"f\": {\"http\": {\"url\": \"http://h/\"}}}, \"routes\": ["
	                           "{\"name\": \"web\", \"mode\": \"off\", \"function\": \"f\", "
	                           "\"source\": {\"http\": {\"listen\": \"h:1\"}}},"
	                           "{\"name\": \"orders\", \"mode\": \"off\", \"function\": \"f\", "
	                           "\"source\": {\"kafka\": {\"brokers\": \"h:1\", \"group\": \"g\", "
	                           "\"topics\": [\"t\"]}}}]}";
	static struct ew_generation g = { .number = 12, .signature_count = 34 };
	static struct ew_route routes[2];

	g.config = ew_config_read("c.json", ew_bytes_str(text), quiet, NULL);
	if (!g.config)
		abort();
	for (unsigned i = 0; i < 2; i++)
		routes[i] = (struct ew_route){ .config = &g.config->routes[i],
			                       .slot = ew_stats_slot(g.config->routes[i].name) };
	g.routes = routes;
	process = (struct ew_process){ .file = "c.json", .generation = &g, .worker_count = 2, .reloads_failed = 3,
		                       .last_reload_s = 1700000000 };
	process.workers = calloc(2, sizeof(*process.workers));
	process.log = ew_eventlog_open("", 3, 64, NULL);
	ew_error_set(&process.last_error, "c.json", 4, "a \"quoted\" reason");
	for (unsigned i = 0; i < 2; i++) {
		struct ew_stats *s = &process.workers[i].stats;
		ew_add(&s->route[routes[1].slot][EW_TRANSPORT_KAFKA].messages[EW_VERDICT_DROP], 20 + i);
		ew_add(&s->route[routes[1].slot][EW_TRANSPORT_KAFKA].bytes, 1000);
		ew_add(&s->cause[EW_MALFORMED], 2);
		ew_add(&s->anomaly[EW_ANOMALY_BOM], 7);
		ew_add(&s->counter[EW_COUNT_RETRIES], 5);
		ew_stats_inspected(s, 9000);
		ew_stats_inspected(s, 60000);
		ew_stats_inspected(s, 99000000);
		process.workers[i].beat_ns = 8000000000;
	}
}

static void test_page(void)
{
	size_t n = ew_metrics_write(&process, page, sizeof(page));

	ok(n > 0 && n < sizeof(page) && page[n] == '\0' && page[n - 1] == '\n', "a page of %zu bytes", n);
	static const char *const samples[] = {
		"eventwall_messages_total{transport=\"kafka\",route=\"orders\",verdict=\"drop\"} 41",
		"eventwall_messages_total{transport=\"http\",route=\"web\",verdict=\"forward\"} 0",
		"eventwall_message_bytes_total{transport=\"kafka\",route=\"orders\"} 2000",
		"eventwall_exceptions_total{cause=\"malformed\"} 4",
		"eventwall_anomalies_total{kind=\"bom\"} 14",
		"eventwall_retries_total 10",
		"eventwall_rules_generation 12",
		"eventwall_rules_loaded 34",
		"eventwall_reload_total{result=\"failed\"} 3",
		"eventwall_inspect_duration_seconds_bucket{le=\"1e-05\"} 2",
		"eventwall_inspect_duration_seconds_bucket{le=\"0.0001\"} 4",
		"eventwall_inspect_duration_seconds_bucket{le=\"0.05\"} 4",
		"eventwall_inspect_duration_seconds_bucket{le=\"+Inf\"} 6",
		"eventwall_inspect_duration_seconds_count 6",
		"eventwall_inspect_duration_seconds_sum 0.198138000",
		"eventwall_worker_last_beat_seconds{worker=\"1\"} 1.000",
		"eventwall_log_dropped_total 0",
	};
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		ok(has(samples[i]), "%s", samples[i]);

	unsigned lines = 0, bad = 0;
	static char copy[sizeof(page)];
	memcpy(copy, page, n + 1);
	for (char *s = copy, *end; *s; s = end + 1) {
		end = strchr(s, '\n');
		*end = '\0';
		lines++;
		if (!line_is_good(s)) {
			bad++;
			printf("# bad line: %s\n", s);
		}
	}
	is_int(bad, 0, "every one of %u lines is good, in %u families", lines, family_count);

	bool good = true;
	static char cut[600];
	for (size_t cap = 0; cap < sizeof(cut) - 1; cap++) {
		memset(cut, '!', sizeof(cut));
		good = good && ew_metrics_write(&process, cut, cap) > cap && cut[cap] == '!';
	}
	ok(good, "a small buffer is not overrun, and the answer says how much there is");
}

static void test_status(void)
{
	size_t n = ew_metrics_status(&process, page, sizeof(page));
	json_t *o = json_loadb(page, n, JSON_REJECT_DUPLICATES, NULL);

	ok(o, "the status is JSON");
	is_int(json_integer_value(json_object_get(o, "generation")), 12, "its generation");
	json_t *route = json_array_get(json_object_get(o, "routes"), 1);
	is_int(json_integer_value(json_object_get(route, "drop")), 41, "its drops");
	is_str(json_string_value(json_object_get(json_object_get(o, "reloads"), "last_error")),
	       "c.json:4: a \"quoted\" reason", "the reason of the last failed reload");
	json_decref(o);
}

static void test_slots(void)
{
	char name[16];

	is_int(ew_stats_slot("web"), 0, "a route keeps its slot");
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "r%d", i);
		ew_stats_slot(name);
	}
	is_int(ew_stats_slot("one more"), EW_ROUTE_SLOTS - 1, "too many routes share the last slot");
	is_str(ew_stats_slot_name(EW_ROUTE_SLOTS - 1), "other", "which says so");
	is_int(ew_stats_slot("orders"), 1, "and the first ones still have theirs");
}

int main(void)
{
	set_up();
	test_page();
	test_status();
	test_slots();
	ew_config_free(&process.generation->config);
	ew_eventlog_close(&process.log);
	free(process.workers);
	return done();
}
