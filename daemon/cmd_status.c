/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall status`: what the running daemon says of itself. */

#include "daemon/commands.h"
#include "daemon/control.h"

#include <jansson.h>
#include <stdlib.h>

static void usage(FILE *out)
{
	fputs("usage: eventwall status [-c FILE | --socket PATH] [--json]\n\n"
	      "Shows generation, routes and counters of the running daemon.\n\n"
	      "  -c, --config FILE   where to read the path of the control socket (default " EW_CONFFILE ")\n"
	      "  -s, --socket PATH   the control socket itself\n"
	      "  -j, --json          the daemon's answer as it is\n"
	      "  -h, --help          this text\n\n"
	      "exit codes: 0 it runs, 64 usage, 69 no daemon there, 78 the configuration names no socket\n",
	      out);
}

static const char *text_in(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "?";
}

static long long number_in(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void print_routes(const json_t *routes)
{
	size_t i;
	json_t *r;

	printf("\n%-20s %-6s %-7s %12s %12s %12s  %s\n", "route", "source", "mode", "forwarded", "dropped",
	       "shadowed", "function");
	json_array_foreach(routes, i, r)
		printf("%-20s %-6s %-7s %12lld %12lld %12lld  %s\n", text_in(r, "name"), text_in(r, "source"),
		       text_in(r, "mode"), number_in(r, "forward"), number_in(r, "drop"), number_in(r, "shadow"),
		       text_in(r, "function"));
}

static void print_exclusions(const json_t *routes)
{
	size_t i, k;
	json_t *r, *x;

	json_array_foreach(routes, i, r) {
		json_array_foreach(json_object_get(r, "exclusions"), k, x) {
			char *what = json_dumps(json_object_get(x, "signatures"), JSON_COMPACT);
			char *where = json_dumps(json_object_get(x, "paths"), JSON_COMPACT);
			printf("%sexclusion %zu of %s: %s at %s, used %lld times%s%s\n", i + k == 0 ? "\n" : "", k,
			       text_in(r, "name"), what ? what : "", where ? where : "", number_in(x, "used"),
			       json_object_get(x, "expires") ? ", until " : "",
			       json_object_get(x, "expires") ? text_in(x, "expires") : "");
			free(what);
			free(where);
		}
	}
}

static void print_status(const json_t *o)
{
	const json_t *reloads = json_object_get(o, "reloads"), *log = json_object_get(o, "log");
	json_t *counters = json_object_get(o, "counters"), *value;
	long long up = (long long)json_number_value(json_object_get(o, "uptime_s"));
	const char *name;

	printf("eventwall %s, %s for %lld:%02lld:%02lld, %lld worker%s, %lld MiB\n", text_in(o, "version"),
	       text_in(o, "state"), up / 3600, up / 60 % 60, up % 60, number_in(o, "workers"),
	       number_in(o, "workers") == 1 ? "" : "s", number_in(o, "memory_bytes") >> 20);
	printf("generation %lld of %s: %lld signatures; %lld reloads, %lld failed\n",
	       number_in(o, "generation"), text_in(o, "config"), number_in(o, "signatures"),
	       number_in(reloads, "ok"), number_in(reloads, "failed"));
	if (json_object_get(reloads, "last_error"))
		printf("the last reload failed: %s\n", text_in(reloads, "last_error"));
	if (number_in(log, "dropped") || number_in(log, "failed"))
		printf("event log: %lld lines left out, %lld could not be written\n", number_in(log, "dropped"),
		       number_in(log, "failed"));
	print_routes(json_object_get(o, "routes"));
	print_exclusions(json_object_get(o, "routes"));
	putchar('\n');
	json_object_foreach(counters, name, value) {
		if (json_integer_value(value))
			printf("%-20s %12lld\n", name, (long long)json_integer_value(value));
	}
}

int ew_cmd_status(int argc, char **argv)
{
	struct ew_control_options o;
	unsigned code = 0;
	int exit_code = ew_control_options(argc, argv, usage, &o);

	if (exit_code >= 0)
		return exit_code;
	char *text = ew_control_run(&o, "GET", "/status", &code, &exit_code);
	if (!text)
		return exit_code;
	json_t *answer = code == 200 ? json_loads(text, 0, NULL) : NULL;
	if (!answer) {
		fprintf(stderr, "eventwall: the answer is no status (%u)\n", code);
		exit_code = EW_EXIT_UNAVAILABLE;
	} else if (o.json) {
		puts(text);
		exit_code = 0;
	} else {
		print_status(answer);
		exit_code = 0;
	}
	json_decref(answer);
	free(text);
	return exit_code;
}
