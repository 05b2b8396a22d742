/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The way of a sample.  It goes the same way as an event of a source does: the same field names, decoders, scanner
 * and policy. */

#include "daemon/trial.h"

#include "daemon/commands.h"
#include "daemon/generation.h"
#include "daemon/pipeline.h"
#include "eventwall/unpackers.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MADE_UP "the options" /* where there is no configuration */

static void complain(void *arg, bool doubt, const struct ew_error *e)
{
	const struct ew_trial *t = arg;
	char line[1200];

	if (doubt)
		return;
	ew_error_print(e, line, sizeof(line));
	/* Nobody wrote the lines of a made-up configuration, nor the names of its keys. */
	if (!strcmp(e->file, MADE_UP))
		fprintf(stderr, "eventwall %s: %s (in options: --signature-dir, --signatures)\n", t->command,
		        e->text);
	else
		fprintf(stderr, "eventwall %s: %s\n", t->command, line);
}

static bool is_rule_file(const char *name, size_t n)
{
	return n > 5 && !strncmp(name + n - 5, ".conf", 5);
}

/* As "signatures" of a route is written. */
static json_t *list_of(const char *names)
{
	json_t *list = json_array(), *files = json_array();

	while (*names) {
		size_t n = strcspn(names, ",");
		if (n > 0)
			json_array_append_new(is_rule_file(names, n) ? files : list, json_stringn(names, n));
		names += n + (names[n] == ',');
	}
	if (json_array_size(files))
		json_array_append_new(list, json_pack("{s:O}", "seclang", files));
	json_decref(files);
	return list;
}

/* A configuration with one route and every default. */
static struct ew_config *make_config(struct ew_trial *t, int of)
{
	static const char *const sources[] = {
		"{\"http\": {\"listen\": \"127.0.0.1:1\"}}",
		"{\"mqtt\": {\"broker\": \"127.0.0.1:1\", \"topics\": [\"t\"]}}",
		"{\"kafka\": {\"brokers\": \"127.0.0.1:1\", \"group\": \"g\", \"topics\": [\"t\"]}}",
	};
	json_t *source = json_loads(sources[of < 0 ? 0 : of], 0, NULL);
	json_t *root = json_pack("{s:s,s:{s:{s:{s:s}}},s:[{s:s,s:o,s:s,s:o}]}", "signature_dir",
	                         t->signature_dir ? t->signature_dir : "", "functions", "nowhere", "http", "url",
	                         "http://127.0.0.1:1/", "routes", "name", "trial", "source", source,
	                         "function", "nowhere", "signatures",
	                         list_of(t->signatures ? t->signatures : "all"));
	char *text = root ? json_dumps(root, 0) : NULL;
	struct ew_config *c = text ? ew_config_read(MADE_UP, ew_bytes_str(text), complain, t) : NULL;

	free(text);
	json_decref(root);
	return c;
}

static const struct ew_route_config *choose_route(const struct ew_trial *t, int source)
{
	const struct ew_config *c = t->configuration;

	for (size_t i = 0; i < c->route_count; i++) {
		const struct ew_route_config *r = &c->routes[i];
		if (t->route ? !strcmp(r->name, t->route) : source < 0 || (int)r->type == source)
			return r;
	}
	if (t->route)
		fprintf(stderr, "eventwall %s: there is no route \"%s\" in %s\n", t->command, t->route, c->file);
	else
		fprintf(stderr, "eventwall %s: no route of %s has a source of %s\n", t->command, c->file,
		        ew_transport_name((enum ew_transport)source));
	return NULL;
}

static bool load_rules(struct ew_trial *trial)
{
	const struct ew_config *c = trial->configuration;
	struct ew_route *route = &trial->judge;
	const struct ew_route_config *t = route->config;
	struct ew_ruleset_options opt = { .allow_empty = t->allow_empty };
	struct ew_error e = { 0 };

	struct ew_seclang_source files;

	opt.seclang = ew_route_seclang(t, &files);
	if (t->mode == EW_MODE_OFF || (t->signatures.n == 0 && !opt.seclang))
		return true;
	if (access(c->cache_dir, W_OK | X_OK) == 0)
		opt.cache_dir = c->cache_dir;
	route->rules = ew_ruleset_load((const char *const *)t->signatures.v, t->signatures.n, &opt, &e);
	bool good = route->rules && ew_policy_new(t, route->rules, c->file, &route->policy, &e);
	if (!good)
		complain(trial, false, &e);
	return good;
}

bool ew_trial_option(struct ew_trial *t, int option, const char *value)
{
	switch (option) {
	case 'c':
		t->config = value;
		return true;
	case 'r':
		t->route = value;
		return true;
	case EW_TRIAL_SIGNATURES:
		t->signatures = value;
		return true;
	case EW_TRIAL_DIR:
		t->signature_dir = value;
		return true;
	default:
		return false;
	}
}

bool ew_trial_options_clash(const struct ew_trial *t)
{
	if (!(t->config && (t->signatures || t->signature_dir)) && (!t->route || t->config))
		return false;
	fprintf(stderr, "eventwall %s: --signatures and --signature-dir stand in place of a configuration,\n"
	                "--route needs one; `eventwall %s --help` tells more\n", t->command, t->command);
	return true;
}

int ew_trial_open(struct ew_trial *t, int source)
{
	t->configuration = t->config ? ew_config_examine(t->config, complain, t) : make_config(t, source);
	t->judge.config = t->configuration ? choose_route(t, source) : NULL;
	if (!t->judge.config || !load_rules(t))
		return EW_EXIT_CONFIG;
	t->scanner = ew_scanner_new();
	t->m = ew_message_new(&t->judge.config->limits);
	t->unpackers = calloc(1, sizeof(*t->unpackers));
	if (t->scanner && t->m && t->unpackers &&
	    (!t->judge.rules || ew_scanner_adopt(t->scanner, t->judge.rules))) {
		t->m->unpackers = t->unpackers; /* as a worker has them */
		return 0;
	}
	fprintf(stderr, "eventwall %s: out of memory\n", t->command);
	return EW_EXIT_OS;
}

int ew_trial_judge(struct ew_trial *t, struct ew_sample *s, struct ew_explained *x_r)
{
	const struct ew_config *c = t->configuration;
	struct ew_http_limits http = { .line = c->http.line_max, .head = c->http.head_max,
		                       .headers = c->http.headers_max,
		                       .body = t->judge.config->limits.message };

	*x_r = (struct ew_explained){ .m = t->m, .route = &t->judge,
		                      .source = s->source < 0 ? t->judge.config->type
		                                              : (enum ew_transport)s->source };
	ew_message_reset(t->m, &t->judge.config->limits);
	if (!ew_sample_build(s, x_r->source, &http, t->m))
		return EW_EXIT_DATA;
	ew_pipeline_judge(t->m, &t->judge, t->scanner, &x_r->verdict, &x_r->deciding, &x_r->passed);
	return 0;
}

void ew_trial_close(struct ew_trial *t)
{
	ew_message_free(&t->m);
	if (t->unpackers)
		ew_unpackers_fini(t->unpackers);
	free(t->unpackers);
	ew_scanner_free(&t->scanner);
	ew_policy_free(&t->judge.policy);
	ew_ruleset_unref(&t->judge.rules);
	ew_config_free(&t->configuration);
}
