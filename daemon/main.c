/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The one program: finds the subcommand and gives it its arguments. */

#include "daemon/commands.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *text;
} commands[] = {
	{ "check", ew_cmd_check, "tell what is wrong with a configuration and its signatures" },
	{ "run", ew_cmd_run, "run the daemon in the foreground" },
	{ "decode", ew_cmd_decode, "show what is in one message from a file" },
	{ "explain", ew_cmd_explain, "judge one message from a file and show why" },
	{ "replay", ew_cmd_replay, "judge the events of a file, and show what another configuration changes" },
	{ "rules", ew_cmd_rules, "list, show, test, price and lint signatures" },
	{ "reload", ew_cmd_reload, "have the running daemon read configuration and signatures anew" },
	{ "status", ew_cmd_status, "show generation, routes and counters of the running daemon" },
	{ "version", ew_cmd_version, "print version, libraries and build options" },
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

static void usage(FILE *out)
{
	fputs("usage: eventwall COMMAND [OPTIONS]\n\n"
	      "The event firewall: opens every envelope, matches every field, forwards or drops.\n\n",
	      out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].text);
	fputs("\n`eventwall COMMAND --help` tells the options of one.\n", out);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return EW_EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return 0;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		argv[1] = "version";
	for (size_t i = 0; i < COMMANDS; i++) {
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	}
	fprintf(stderr, "eventwall: unknown command \"%s\"; `eventwall --help` lists them\n", argv[1]);
	return EW_EXIT_USAGE;
}
