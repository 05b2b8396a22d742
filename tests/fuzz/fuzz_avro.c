/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Avro and the prefixes of schema registries: guessed, with an odd first byte declared to be Avro, and as a record
 * of which the schema is known; the first line, if there is a second, as such a schema. */

#include "eventwall/avro.h"
#include "eventwall/event.h"
#include "open.h"

static const char usual[] =
	"{\"type\":\"record\",\"name\":\"U\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"},"
	"{\"name\":\"note\",\"type\":[\"null\",\"string\"]},{\"name\":\"next\",\"type\":[\"null\",\"U\"]},"
	"{\"name\":\"more\",\"type\":{\"type\":\"array\",\"items\":\"double\"}}]}";

static void open_known(struct ew_bytes schema, struct ew_bytes value)
{
	struct ew_limits limits = { .message = 65536, .output = 262144, .fields = 2000, .layers = 16, .depth = 64,
		                    .ratio = 100, .work = 4194304, .key = 1024, .arena = 16777216 };
	struct ew_kafka_parts p = { .topic = EW_LIT("t"), .value = value };
	const char *why;
	struct ew_avro_known *k = ew_avro_known_new(schema, &why);
	struct ew_message *m;

	if (!k)
		return;
	limits.avro = k;
	m = ew_message_new(&limits);
	if (!m)
		abort();
	(void)ew_kafka_event(m, &p);
	(void)ew_decode(m);
	if (m->used_fields > limits.fields || m->used_output > limits.output || m->used_work > limits.work)
		abort();
	ew_message_free(&m);
	ew_avro_known_free(&k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	fuzz_open(data + 1, size - 1, data[0] & 1 ? "avro" : NULL, ew_bytes(NULL, 0), data[0] & 1);
	const uint8_t *line = memchr(data, '\n', size);
	open_known(ew_bytes_str(usual), ew_bytes(data + 1, size - 1));
	if (line && line > data)
		open_known(ew_bytes(data + 1, (size_t)(line - data - 1)),
		           ew_bytes(line + 1, (size_t)(data + size - line - 1)));
	return 0;
}
