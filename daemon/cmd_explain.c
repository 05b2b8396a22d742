/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall explain`: judges one message from a file as a route would and shows why.  It goes the same
 * way as an event of a source does (the same field names, decoders, scanner and policy) and delivers
 * nothing. */

#include "daemon/commands.h"
#include "daemon/explain.h"
#include "daemon/pipeline.h"
#include "daemon/sample.h"
#include "eventwall/unpackers.h"

#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct order {
	const char *config, *route, *signatures, *signature_dir;
	bool json;
	struct ew_sample sample;
};

static void usage(FILE *out)
{
	fputs("usage: eventwall explain [-c FILE] [OPTIONS] [FILE]\n\n"
	      "Judges the message in FILE (standard input without one, or -) and shows the decoded tree, every\n"
	      "hit, and the verdict with its reason.  Nothing is delivered.\n\n"
	      "  -c, --config FILE      judge as this configuration does; without, by all installed sets\n"
	      "  -r, --route NAME       its route (default: the first one of that source)\n",
	      out);
	fputs(ew_sample_usage, out);
	fputs("      --signatures LIST  sets, with commas: names, or paths with a / in them\n"
	      "      --signature-dir D  folder of the sets that are named\n"
	      "  -j, --json             one JSON object\n"
	      "  -h, --help             this text\n\n"
	      "exit codes: 0 forward (or shadow), 1 drop, 64 usage, 65 no request, 66 no input,\n"
	      "            78 configuration\n",
	      out);
}

/* ---- the route ------------------------------------------------------------------------------- */

#define MADE_UP "the options" /* where there is no configuration */

static void complain(void *arg, bool doubt, const struct ew_error *e)
{
	char line[1200];

	(void)arg;
	if (doubt)
		return;
	ew_error_print(e, line, sizeof(line));
	/* Nobody wrote the lines of a made-up configuration, nor the names of its keys. */
	if (!strcmp(e->file, MADE_UP))
		fprintf(stderr, "eventwall explain: %s (in options: --signature-dir, --signatures)\n", e->text);
	else
		fprintf(stderr, "eventwall explain: %s\n", line);
}

static json_t *list_of(const char *names)
{
	json_t *list = json_array();

	while (*names) {
		size_t n = strcspn(names, ",");
		if (n > 0)
			json_array_append_new(list, json_stringn(names, n));
		names += n + (names[n] == ',');
	}
	return list;
}

/* A configuration with one route and every default. */
static struct ew_config *make_config(const struct order *o)
{
	static const char *const sources[] = {
		"{\"http\": {\"listen\": \"127.0.0.1:1\"}}",
		"{\"mqtt\": {\"broker\": \"127.0.0.1:1\", \"topics\": [\"t\"]}}",
		"{\"kafka\": {\"brokers\": \"127.0.0.1:1\", \"group\": \"g\", \"topics\": [\"t\"]}}",
	};
	json_t *source = json_loads(sources[o->sample.source < 0 ? 0 : o->sample.source], 0, NULL);
	json_t *root = json_pack("{s:s,s:{s:{s:{s:s}}},s:[{s:s,s:o,s:s,s:o}]}", "signature_dir",
	                         o->signature_dir ? o->signature_dir : "", "functions", "nowhere", "http", "url",
	                         "http://127.0.0.1:1/", "routes", "name", "explain", "source", source,
	                         "function", "nowhere", "signatures",
	                         list_of(o->signatures ? o->signatures : "all"));
	char *text = root ? json_dumps(root, 0) : NULL;
	struct ew_config *c = text ? ew_config_read(MADE_UP, ew_bytes_str(text), complain, NULL) : NULL;

	free(text);
	json_decref(root);
	return c;
}

static const struct ew_route_config *choose_route(const struct ew_config *c, const struct order *o)
{
	for (size_t i = 0; i < c->route_count; i++) {
		const struct ew_route_config *t = &c->routes[i];
		if (o->route ? !strcmp(t->name, o->route)
		             : o->sample.source < 0 || (int)t->type == o->sample.source)
			return t;
	}
	if (o->route)
		fprintf(stderr, "eventwall explain: there is no route \"%s\" in %s\n", o->route, c->file);
	else
		fprintf(stderr, "eventwall explain: no route of %s has a source of %s\n", c->file,
		        ew_transport_name((enum ew_transport)o->sample.source));
	return NULL;
}

static bool load_rules(const struct ew_config *c, struct ew_route *route)
{
	const struct ew_route_config *t = route->config;
	struct ew_ruleset_options opt = { .allow_empty = t->allow_empty };
	struct ew_error e = { 0 };

	if (t->mode == EW_MODE_OFF || t->signatures.n == 0)
		return true;
	if (access(c->cache_dir, W_OK | X_OK) == 0)
		opt.cache_dir = c->cache_dir;
	route->rules = ew_ruleset_load((const char *const *)t->signatures.v, t->signatures.n, &opt, &e);
	bool good = route->rules && ew_policy_new(t, route->rules, c->file, &route->policy, &e);
	if (!good)
		complain(NULL, false, &e);
	return good;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static int judge(struct order *o, const struct ew_config *c, struct ew_route *route)
{
	const struct ew_route_config *t = route->config;
	struct ew_sample *s = &o->sample;
	struct ew_http_limits http = { .line = c->http.line_max, .head = c->http.head_max,
		                       .headers = c->http.headers_max, .body = t->limits.message };
	struct ew_explained x = { .route = route,
		                  .source = s->source < 0 ? t->type : (enum ew_transport)s->source };
	struct ew_scanner *scanner = ew_scanner_new();
	struct ew_message *m = ew_message_new(&t->limits);
	struct ew_unpackers unpackers = { 0 };
	int code = EW_EXIT_OS;

	if (m)
		m->unpackers = &unpackers; /* as a worker has them */
	if (!scanner || !m || (route->rules && !ew_scanner_adopt(scanner, route->rules))) {
		fputs("eventwall explain: out of memory\n", stderr);
	} else if (!ew_sample_build(s, x.source, &http, m)) {
		code = EW_EXIT_DATA;
	} else {
		ew_pipeline_judge(m, route, scanner, &x.verdict, &x.deciding, &x.passed);
		x.m = m;
		if (o->json)
			ew_explain_json(&x, stdout);
		else
			ew_explain_text(&x, stdout, ew_sample_wants_colour());
		code = x.verdict == EW_VERDICT_DROP ? 1 : 0;
	}
	ew_message_free(&m);
	ew_unpackers_fini(&unpackers);
	ew_scanner_free(&scanner);
	return code;
}

static int explain(struct order *o)
{
	struct ew_config *c = o->config ? ew_config_examine(o->config, complain, NULL) : make_config(o);
	struct ew_route route = { 0 };
	int code = EW_EXIT_CONFIG;

	if (!c)
		return code;
	route.config = choose_route(c, o);
	if (route.config && load_rules(c, &route))
		code = ew_sample_read(&o->sample) ? judge(o, c, &route) : EW_EXIT_NOINPUT;
	ew_policy_free(&route.policy);
	ew_ruleset_unref(&route.rules);
	ew_sample_fini(&o->sample);
	ew_config_free(&c);
	return code;
}

enum { OPT_SIGNATURES = EW_SAMPLE_OPTIONS, OPT_DIR };

static bool take_option(struct order *o, int c)
{
	switch (c) {
	case 'c':
		o->config = optarg;
		return true;
	case 'r':
		o->route = optarg;
		return true;
	case 'j':
		o->json = true;
		return true;
	case OPT_SIGNATURES:
		o->signatures = optarg;
		return true;
	case OPT_DIR:
		o->signature_dir = optarg;
		return true;
	default:
		if (ew_sample_option(&o->sample, c, optarg))
			return true;
		if (c == '?')
			usage(stderr);
		return false;
	}
}

int ew_cmd_explain(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "route", required_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		EW_SAMPLE_ROWS,
		{ "signatures", required_argument, NULL, OPT_SIGNATURES },
		{ "signature-dir", required_argument, NULL, OPT_DIR },
		{ NULL, 0, NULL, 0 },
	};
	static struct order o = { .sample = { .command = "explain", .source = -1 } }; /* large */

	for (int c; (c = getopt_long(argc, argv, EW_SAMPLE_LETTERS "c:r:jh", options, NULL)) != -1;) {
		if (c == 'h') {
			usage(stdout);
			return 0;
		}
		if (!take_option(&o, c))
			return EW_EXIT_USAGE;
	}
	if (argc - optind > 1 || (o.config && (o.signatures || o.signature_dir)) || (o.route && !o.config)) {
		fputs("eventwall explain: one FILE at most; --signatures and --signature-dir stand in place of a\n"
		      "configuration, --route needs one; `eventwall explain --help` tells more\n", stderr);
		return EW_EXIT_USAGE;
	}
	o.sample.file = optind < argc ? argv[optind] : NULL;
	return explain(&o);
}
