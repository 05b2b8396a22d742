/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall version`: what this binary is and what configure decided when it was built. */

#include "build.h"
#include "daemon/commands.h"

#include <stdio.h>
#include <string.h>

int ew_cmd_version(int argc, char **argv)
{
	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		puts("usage: eventwall version\n\nPrints version, libraries and what configure decided.");
		return 0;
	}
	if (argc > 1) {
		fputs("eventwall version: takes no options but --help\n", stderr);
		return EW_EXIT_USAGE;
	}
	printf("eventwall %s\n%s\n", PACKAGE_VERSION, EW_BUILD_SUMMARY);
	return 0;
}
