/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall check`: would `run` start with this configuration?  Reads it, tells every mistake and
 * doubt, builds the whole generation.  It opens no socket and reaches no broker. */

#include "daemon/commands.h"
#include "daemon/config_keys.h"
#include "daemon/generation.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct findings {
	bool json;
	json_t *errors, *doubts;
};

static void usage(FILE *out)
{
	fputs("usage: eventwall check [-c FILE] [--json]\n"
	      "       eventwall check --print-schema | --print-reference | --print-man\n\n"
	      "Reads the configuration and compiles its signatures, as `run` would, and says what is wrong.\n\n"
	      "  -c, --config FILE   configuration (default " EW_CONFFILE ")\n"
	      "  -j, --json          one JSON object on standard output\n"
	      "  --print-schema      JSON Schema of the configuration\n"
	      "  --print-reference   all keys, as Markdown\n"
	      "  --print-man         all keys, as a manual page\n"
	      "  -h, --help          this text\n\n"
	      "exit codes: 0 good, 64 usage, 78 configuration\n",
	      out);
}

static json_t *error_as_json(const struct ew_error *e)
{
	json_t *o = json_object();

	json_object_set_new(o, "file", json_string(e->file));
	if (e->line)
		json_object_set_new(o, "line", json_integer(e->line));
	json_t *text = json_string(e->text);
	json_object_set_new(o, "text", text ? text : json_string("(not UTF-8)"));
	return o;
}

static void note(void *arg, bool doubt, const struct ew_error *e)
{
	struct findings *f = arg;
	char line[1200];

	json_array_append_new(doubt ? f->doubts : f->errors, error_as_json(e));
	if (f->json)
		return;
	ew_error_print(e, line, sizeof(line));
	fprintf(stderr, "%s%s\n", doubt ? "warning: " : "", line);
}

static struct ew_seclang_facts facts_of(const struct ew_route *r)
{
	struct ew_seclang_facts f = { 0 };

	if (r->rules)
		ew_ruleset_seclang(r->rules, &f);
	return f;
}

/* What of the rule files of a route runs, and each thing that does not. */
static void print_rule_files(const struct ew_route *r)
{
	struct ew_seclang_facts f = facts_of(r);
	struct ew_rule_gap gap;

	if (f.files == 0)
		return;
	printf("  %-16s rule files: %zu file%s, %zu rule%s with %zu condition%s, run one by one; "
	       "%zu not honoured%s\n", "", f.files, f.files == 1 ? "" : "s", f.rules, f.rules == 1 ? "" : "s",
	       f.links, f.links == 1 ? "" : "s", f.gaps, f.gaps ? ":" : "");
	for (size_t i = 0; ew_ruleset_gap(r->rules, i, &gap); i++)
		printf("    %s:%u:%u: %s\n", gap.file, gap.line, gap.column, gap.text);
}

static json_t *rule_files_as_json(const struct ew_route *r)
{
	struct ew_seclang_facts f = facts_of(r);
	struct ew_rule_gap gap;
	json_t *gaps = json_array();

	for (size_t i = 0; f.gaps && ew_ruleset_gap(r->rules, i, &gap); i++) {
		json_t *text = json_string(gap.text);
		json_array_append_new(gaps, json_pack("{s:s,s:I,s:I,s:o}", "file", gap.file, "line",
		                                      (json_int_t)gap.line, "column", (json_int_t)gap.column,
		                                      "text", text ? text : json_string("(not UTF-8)")));
	}
	return json_pack("{s:I,s:I,s:I,s:o}", "files", (json_int_t)f.files, "rules", (json_int_t)f.rules,
	                 "conditions", (json_int_t)f.links, "gaps", gaps);
}

static void print_summary(const struct ew_generation *g)
{
	const struct ew_config *c = g->config;

	printf("%s is good: %zu route%s, %zu function%s, %zu signatures%s\n", c->file, c->route_count,
	       c->route_count == 1 ? "" : "s", c->function_count, c->function_count == 1 ? "" : "s",
	       g->signature_count, g->from_cache && g->signature_count ? " (compiled before)" : "");
	for (size_t i = 0; i < c->route_count; i++) {
		const struct ew_route_config *t = &c->routes[i];
		const struct ew_ruleset *rules = g->routes[i].rules;
		printf("  %-16s %-5s -> %s", t->name, ew_transport_name(t->type), t->function);
		if (*t->quarantine)
			printf(", quarantine %s", t->quarantine);
		printf(", %s, %zu set%s, %zu signatures\n", ew_mode_name(t->mode), t->signatures.n,
		       t->signatures.n == 1 ? "" : "s",
		       rules ? ew_ruleset_count(rules) - facts_of(&g->routes[i]).rules : 0);
		print_rule_files(&g->routes[i]);
	}
}

static void print_json(const struct findings *f, const struct ew_generation *g, const char *file)
{
	json_t *o = json_object(), *routes = json_array();

	json_object_set_new(o, "file", json_string(file));
	json_object_set_new(o, "good", json_boolean(g != NULL));
	json_object_set(o, "errors", f->errors);
	json_object_set(o, "warnings", f->doubts);
	for (size_t i = 0; g && i < g->config->route_count; i++) {
		const struct ew_route_config *t = &g->config->routes[i];
		const struct ew_ruleset *rules = g->routes[i].rules;
		json_array_append_new(routes,
		                      json_pack("{s:s,s:s,s:s,s:s,s:s,s:I}", "name", t->name, "source",
		                                ew_transport_name(t->type), "mode", ew_mode_name(t->mode),
		                                "function", t->function, "quarantine", t->quarantine,
		                                "signatures",
		                                (json_int_t)(rules ? ew_ruleset_count(rules) : 0)));
		if (t->seclang.files.n)
			json_object_set_new(json_array_get(routes, i), "rule_files",
			                    rule_files_as_json(&g->routes[i]));
	}
	json_object_set_new(o, "routes", routes);
	json_object_set_new(o, "signatures", json_integer(g ? (json_int_t)g->signature_count : 0));
	json_dumpf(o, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(o);
}

static int check(const char *file, bool json)
{
	struct findings f = { json, json_array(), json_array() };
	struct ew_config *c = ew_config_examine(file, note, &f);
	struct ew_generation *g = NULL;
	struct ew_error e = { 0 };

	if (c) {
		ew_config_free(&c);
		g = ew_generation_build(file, 1, NULL, NULL, &e);
		if (!g)
			note(&f, false, &e);
	}
	if (json)
		print_json(&f, g, file);
	else if (g)
		print_summary(g);
	json_decref(f.errors);
	json_decref(f.doubts);
	int code = g ? 0 : EW_EXIT_CONFIG;
	ew_generation_unref(&g);
	return code;
}

int ew_cmd_check(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "print-schema", no_argument, NULL, 'S' },
		{ "print-reference", no_argument, NULL, 'R' },
		{ "print-man", no_argument, NULL, 'M' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *file = EW_CONFFILE;
	bool json = false;

	for (int c; (c = getopt_long(argc, argv, "c:jh", options, NULL)) != -1;) {
		switch (c) {
		case 'c':
			file = optarg;
			break;
		case 'j':
			json = true;
			break;
		case 'S':
			ew_config_print_schema(stdout);
			return 0;
		case 'R':
			ew_config_print_reference(stdout);
			return 0;
		case 'M':
			ew_config_print_manual(stdout);
			return 0;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return EW_EXIT_USAGE;
		}
	}
	if (optind != argc) {
		fprintf(stderr, "eventwall check: what is \"%s\"? the file goes after -c\n", argv[optind]);
		return EW_EXIT_USAGE;
	}
	return check(file, json);
}
