/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_DECLARED_H
#define EVENTWALL_TESTS_DECLARED_H

#include "eventwall/protocol.h"

#include <stdio.h>

/* What is declared of `f`, as "=gzip=json;utf-8": outermost first, = before what is expected, ? before what is not,
 * an argument after a semicolon, ! for what nobody can undo. */
static const char *declared(const struct ew_field *f)
{
	static char text[256];
	size_t n = 0;

	text[0] = 0;
	for (const struct ew_declared *d = f->declared; d && n < sizeof(text); d = d->below)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s%s%.*s", d->expected ? "=" : "?",
		                      d->decoder ? d->decoder->name : "!", d->arg.n ? ";" : "",
		                      (int)d->arg.n, (const char *)d->arg.p);
	return text;
}

#endif
