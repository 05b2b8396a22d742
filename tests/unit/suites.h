/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_SUITES_H
#define EVENTWALL_TESTS_SUITES_H

/* Where public test data is, which is no part of the tree: the folder EW_SUITES names, else beside the source.  Who
 * finds nothing there skips, and says so. */

#include <stdio.h>
#include <stdlib.h>

/* The path of `below` in it. */
__attribute__((unused)) static void suites_path(char *out, size_t cap, const char *below)
{
	const char *suites = getenv("EW_SUITES"), *source = getenv("EW_SRCDIR");

	if (suites)
		snprintf(out, cap, "%s/%s", suites, below);
	else
		snprintf(out, cap, "%s/../shared/suites/%s", source ? source : ".", below);
}

#endif
