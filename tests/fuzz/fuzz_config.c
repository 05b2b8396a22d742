/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Any text as a configuration: it is accepted whole or refused with at least one sentence, and all memory
 * comes back.  What is accepted reads the same again. */

#include "fuzz.h"

#include "daemon/config.h"

#include <stdlib.h>
#include <string.h>

static void count(void *arg, bool doubt, const struct ew_error *e)
{
	unsigned *faults = arg;

	if (!doubt && e->text[0])
		++*faults;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned faults = 0, again = 0;
	struct ew_config *c = ew_config_read("fuzz.json", ew_bytes(data, size), count, &faults);

	if (!c != (faults > 0))
		abort();
	if (!c)
		return 0;
	struct ew_config *same = ew_config_read("fuzz.json", ew_bytes(data, size), count, &again);
	if (!same || same->route_count != c->route_count || same->function_count != c->function_count)
		abort();
	for (size_t i = 0; i < c->route_count; i++) {
		const struct ew_route_config *t = &c->routes[i];
		if (!t->to || !t->identity || strcmp(t->identity, same->routes[i].identity) != 0)
			abort();
	}
	ew_config_free(&c);
	ew_config_free(&same);
	return 0;
}
