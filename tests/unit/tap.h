/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_TAP_H
#define EVENTWALL_TESTS_TAP_H

/* Test Anything Protocol in a page.  ok() is one line of output; done() prints the plan and answers the
 * exit code.  Loops over thousands of splits should fold into one ok(). */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3), unused))
static int tap_result(int good, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (!good)
		tap_failed++;
	fflush(stdout);
	return good;
}

/* ok(condition, "name with %s", ...): on failure the place is printed as a diagnostic. */
#define ok(cond, ...)                                                                              \
	(tap_result(!!(cond), __VA_ARGS__) ||                                                      \
	 (printf("# failed at %s:%d: %s\n", __FILE__, __LINE__, #cond), 0))

#define is_int(got, want, ...)                                                                     \
	(tap_result((long long)(got) == (long long)(want), __VA_ARGS__) ||                         \
	 (printf("# failed at %s:%d: got %lld, want %lld\n", __FILE__, __LINE__, (long long)(got), \
	         (long long)(want)), 0))

#define is_str(got, want, ...)                                                                     \
	(tap_result(strcmp((got), (want)) == 0, __VA_ARGS__) ||                                    \
	 (printf("# failed at %s:%d: got \"%s\", want \"%s\"\n", __FILE__, __LINE__, (got), (want)), 0))

#define skip(n, ...)                                                                               \
	do {                                                                                       \
		for (int tap_i = 0; tap_i < (n); tap_i++) {                                        \
			printf("ok %d # SKIP ", ++tap_count);                                      \
			printf(__VA_ARGS__);                                                       \
			putchar('\n');                                                             \
		}                                                                                  \
	} while (0)

__attribute__((unused)) static int done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed ? 1 : 0;
}

#endif
