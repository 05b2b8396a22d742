/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A set of descriptors, and a message read with its message "M": two bytes say how long the set is. */

#include "eventwall/protobuf.h"
#include "eventwall/protocol.h"
#include "fuzz.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ew_limits small = {
		.message = 65536, .output = 262144, .fields = 2000, .layers = 16, .depth = 64, .ratio = 100,
		.work = 4194304, .key = 1024, .arena = 16777216,
	};
	struct ew_limits limits = small;
	const char *why = NULL;
	struct ew_proto_schema *s;
	struct ew_message *m;
	struct ew_field *f;
	size_t n;

	if (size < 2 || size > small.message)
		return 0;
	n = (size_t)data[0] << 8 | data[1];
	data += 2;
	size -= 2;
	n = n < size ? n : size;
	s = ew_proto_schema_new(ew_bytes(data, n), &why);
	if (!s && !why)
		abort();
	if (s)
		(void)ew_proto_schema_method(s, EW_LIT("/S/M"));
	if (s && ew_proto_schema_choose(s, EW_LIT("M"))) {
		limits.protobuf = s;
		m = ew_message_new(&limits);
		f = m ? ew_decode_emit(m, m->root, EW_LIT("v"), ew_bytes(data + n, size - n), EW_KIND_BYTES, 0)
		      : NULL;
		if (!f || !ew_declare_over(m, f, ew_decoder_find(EW_LIT("protobuf")), ew_bytes(NULL, 0), true))
			abort();
		(void)ew_decode(m);
		if (m->used_fields > limits.fields || m->used_work > limits.work)
			abort();
		ew_message_free(&m);
	}
	ew_proto_schema_free(&s);
	return 0;
}
