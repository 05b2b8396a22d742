/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Properties of the MQTT codec: what parses is written back to the same bytes, a cut packet only ever
 * asks for more, lists and properties that were let in can be walked to their end.
 *
 * First byte of the input: version in bits 0-1, side in bit 2, stream open in bit 3.  The rest is a
 * stream of packets. */

#include "eventwall/mqtt.h"
#include "fuzz.h"

#include <stdlib.h>

static void must(bool good)
{
	if (!good)
		abort();
}

static void walk(const struct ew_mqtt_packet *p)
{
	struct ew_mqtt_property prop;
	struct ew_mqtt_filter f;
	struct ew_bytes rest = p->properties;

	while (ew_mqtt_property_next(&rest, &prop)) {
		uint8_t buf[64];
		must(ew_mqtt_property_name(prop.id) != NULL);
		(void)!ew_mqtt_property_put(buf, sizeof(buf), &prop);
	}
	must(rest.n == 0);
	if (p->type != EW_MQTT_SUBSCRIBE && p->type != EW_MQTT_UNSUBSCRIBE)
		return;
	for (rest = p->list; ew_mqtt_filter_next(&rest, p->type, &f);) {
		must(ew_mqtt_filter_check(f.filter) == EW_MQTT_FAULT_NONE);
		(void)ew_mqtt_filter_matches(ew_mqtt_filter_inner(f.filter, NULL), EW_LIT("a/b/c"));
	}
	must(rest.n == 0);
}

static void same_bytes(const struct ew_mqtt_packet *p, struct ew_bytes bytes)
{
	uint8_t *out = malloc(bytes.n);

	must(out != NULL);
	must(ew_mqtt_size(p) == bytes.n);
	must(ew_mqtt_write(out, bytes.n, p) == bytes.n);
	must(memcmp(out, bytes.p, bytes.n) == 0);
	must(ew_mqtt_write(out, bytes.n - 1, p) == 0);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct ew_mqtt_stream s = { .from = data[0] >> 2 & 1, .max = 65536, .open = data[0] >> 3 & 1 };
	struct ew_bytes rest = { data + 1, size - 1 };

	if (s.from == EW_MQTT_SERVER || s.open)
		s.version = (uint8_t)(3 + (data[0] & 3) % 3);
	for (;;) {
		struct ew_mqtt_packet p;
		struct ew_mqtt_stream was = s;
		struct ew_parse r = ew_mqtt_parse(&s, rest, &p);

		if (r.status == EW_MORE)
			must(r.want > rest.n && r.consumed == 0);
		if (r.status != EW_OK) {
			must(r.status == EW_MORE || (r.reason && p.refuse >= 0x80));
			return 0;
		}
		must(r.consumed <= rest.n && r.consumed >= 2);
		walk(&p);
		same_bytes(&p, ew_bytes(rest.p, r.consumed));
		must(ew_mqtt_parse(&was, ew_bytes(rest.p, r.consumed - 1), &p).status == EW_MORE);
		rest = ew_bytes_from(rest, r.consumed);
	}
}
