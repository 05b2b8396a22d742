/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Escapes, references, UTF-7, quoted-printable and data: URLs, guessed and declared. */

#include "open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "escape", "css", "entity", "utf7", "qp", "data", "eword", "fold" };

	fuzz_open(data, size, NULL, ew_bytes(NULL, 0), false);
	if (size)
		fuzz_open(data, size, names[data[0] % (sizeof(names) / sizeof(*names))], ew_bytes(NULL, 0), true);
	return 0;
}
