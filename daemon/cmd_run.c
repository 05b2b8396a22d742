/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall run`: the daemon, in the foreground. */

#include "daemon/commands.h"
#include "daemon/process.h"

#include <getopt.h>
#include <stdio.h>

static void usage(FILE *out)
{
	fputs("usage: eventwall run [-c FILE]\n\n"
	      "Runs the daemon in the foreground until SIGTERM or SIGINT, which drain it.\n"
	      "SIGHUP reloads configuration and signatures, SIGUSR1 opens the event log anew.\n\n"
	      "  -c, --config FILE   configuration (default " EW_CONFFILE ")\n"
	      "  -h, --help          this text\n\n"
	      "exit codes: 0 drained, 64 usage, 71 system, 75 drained with a cut, 78 configuration\n",
	      out);
}

int ew_cmd_run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *file = EW_CONFFILE;

	for (int c; (c = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
		switch (c) {
		case 'c':
			file = optarg;
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return EW_EXIT_USAGE;
		}
	}
	if (optind != argc) {
		fprintf(stderr, "eventwall run: what is \"%s\"? options come with a dash\n", argv[optind]);
		return EW_EXIT_USAGE;
	}
	return ew_process_run(file);
}
