/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A row of publishes of Sparkplug: births, data, deaths, with one memory of names.  Each is a byte for the topic, a
 * byte for the length, and the payload. */

#include "eventwall/aliases.h"
#include "eventwall/event.h"
#include "eventwall/protocol.h"
#include "fuzz.h"

#include <stdlib.h>

#define MOST 4096

static const char *const topics[] = {
	"spBv1.0/g/NBIRTH/n",   "spBv1.0/g/NDATA/n",   "spBv1.0/g/NDEATH/n",   "spBv1.0/g/NCMD/n",
	"spBv1.0/g/DBIRTH/n/d", "spBv1.0/g/DDATA/n/d", "spBv1.0/g/DDEATH/n/d", "spBv1.0/g/NBIRTH/o",
	"spBv1.0/g/NDATA/o",    "spBv1.0/STATE/h",     "spBv1.0/g/DBIRTH/n/e", "spBv1.0/h/NBIRTH/n",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ew_limits limits = {
		.message = 65536, .output = 262144, .fields = 2000, .layers = 16, .depth = 64, .ratio = 100,
		.work = 4194304, .key = 1024, .arena = 16777216,
	};
	struct ew_aliases *known = ew_aliases_new(MOST);
	struct ew_message *m = ew_message_new(&limits);

	if (!m || !known)
		abort();
	while (size > 2) {
		size_t n = data[1] <= size - 2 ? data[1] : size - 2;
		struct ew_mqtt_parts p = {
			.topic = ew_bytes_str(topics[data[0] % (sizeof(topics) / sizeof(*topics))]),
			.payload = ew_bytes(data + 2, n),
		};
		ew_message_reset(m, &limits);
		m->aliases = known;
		(void)ew_mqtt_event(m, &p);
		(void)ew_decode(m);
		if (!(data[0] & 0x80))
			ew_aliases_learn(known, m);
		if (ew_aliases_used(known) > MOST || m->used_fields > limits.fields)
			abort();
		data += 2 + n;
		size -= 2 + n;
	}
	ew_message_free(&m);
	ew_aliases_free(&known);
	return 0;
}
