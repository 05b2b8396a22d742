/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall version`: what this binary is and what configure decided when it was built. */

#include "build.h"
#include "daemon/commands.h"

#include <stdio.h>

int ew_cmd_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("eventwall %s\n%s\n", PACKAGE_VERSION, EW_BUILD_SUMMARY);
	return 0;
}
