/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* All of decoding as one transport would use it: the first line of the input is a Content-Type, the
 * second a Content-Encoding, the third a request target, and the rest the body.  The tree must be sound,
 * and decoding the same bytes again must give the same one. */

#include "../unit/decoded.h"
#include "eventwall/event.h"
#include "fuzz.h"

static const struct ew_limits limits = {
	.message = 65536, .output = 262144, .fields = 2000, .layers = 16, .depth = 64, .ratio = 100,
	.work = 4194304, .key = 1024, .arena = 4194304,
};

static struct ew_bytes take_line(struct ew_bytes *rest)
{
	size_t end = ew_bytes_find(*rest, 0, EW_LIT("\n"));
	struct ew_bytes line = ew_bytes(rest->p, end == SIZE_MAX ? rest->n : end);

	*rest = ew_bytes_from(*rest, line.n + (end != SIZE_MAX));
	return line;
}

static void run(struct ew_message *m, struct ew_bytes in)
{
	struct ew_pair headers[3] = {
		{ EW_LIT("Content-Type"), take_line(&in) },
		{ EW_LIT("Content-Encoding"), take_line(&in) },
	};
	struct ew_http_parts p = {
		.method = EW_LIT("POST"), .headers = headers, .header_count = 3,
	};

	p.target = take_line(&in);
	p.body = in;
	headers[2] = (struct ew_pair){ EW_LIT("cookie"), p.target };
	ew_message_reset(m, &limits);
	ew_http_event(m, &p);
	ew_decode(m);
	if (m->root && tree_broken(m)) {
		fprintf(stderr, "%s\n", tree_broken(m));
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ew_message *m = ew_message_new(&limits);

	if (!m || size > limits.message) {
		ew_message_free(&m);
		return 0;
	}
	run(m, ew_bytes(data, size));
	size_t fields = m->used_fields, work = m->used_work;
	uint64_t anomalies = m->anomalies;
	enum ew_status status = m->status;
	run(m, ew_bytes(data, size));
	if (fields != m->used_fields || work != m->used_work || anomalies != m->anomalies ||
	    status != m->status)
		abort();
	ew_message_free(&m);
	return 0;
}
