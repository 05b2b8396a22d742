/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Operator errors as sentences, our own as aborts. */

#include "eventwall/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ew_error_set(struct ew_error *e, const char *file, uint32_t line, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return false;
	snprintf(e->file, sizeof(e->file), "%s", file ? file : "");
	e->line = line;
	e->column = 0;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return false;
}

void ew_error_print(const struct ew_error *e, char *out, unsigned cap)
{
	if (e->file[0] && e->line && e->column)
		snprintf(out, cap, "%s:%u:%u: %s", e->file, e->line, e->column, e->text);
	else if (e->file[0] && e->line)
		snprintf(out, cap, "%s:%u: %s", e->file, e->line, e->text);
	else if (e->file[0])
		snprintf(out, cap, "%s: %s", e->file, e->text);
	else
		snprintf(out, cap, "%s", e->text);
}

void ew_assert_failed(const char *expr, const char *file, int line)
{
	fprintf(stderr, "eventwall: %s:%d: assertion failed: %s\n", file, line, expr);
	abort();
}
