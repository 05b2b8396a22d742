/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_ERROR_H
#define EVENTWALL_ERROR_H

/* What the operator did wrong, as a sentence that says what to write instead; and asserts, which are
 * about us: always on, they abort, and input never reaches one. */

#include <stdbool.h>
#include <stdint.h>

struct ew_error {
	char file[256]; /* empty: no file to blame */
	uint32_t line;  /* 0: unknown */
	uint32_t column; /* 0: unknown; counted in bytes from 1 */
	char text[768];
};

/* Fill `e` (which may be NULL), without a column, and answer false, so that  return ew_error_set(...)  reads
 * well. */
bool ew_error_set(struct ew_error *e, const char *file, uint32_t line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* "file:line: text", or "file:line:column: text", into `out`; cut if longer than `cap`. */
void ew_error_print(const struct ew_error *e, char *out, unsigned cap);

/* Print expression and place on stderr, then abort. */
_Noreturn void ew_assert_failed(const char *expr, const char *file, int line);

#define ew_assert(e) ((e) ? (void)0 : ew_assert_failed(#e, __FILE__, __LINE__))

#endif
