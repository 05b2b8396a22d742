/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* SipHash-2-4 against the vectors of its authors: key 00 01 .. 0f, text 00 01 .. of that length. */

#include "eventwall/siphash.h"
#include "guard.h"
#include "tap.h"

static const struct {
	size_t n;
	uint64_t sum;
} vectors[] = {
	{ 0, UINT64_C(0x726fdb47dd0e0e31) },
	{ 1, UINT64_C(0x74f839c593dc67fd) },
	{ 7, UINT64_C(0xab0200f58b01d137) },
	{ 8, UINT64_C(0x93f5f5799a932462) },
	{ 15, UINT64_C(0xa129ca6149be45e5) },
};

int main(void)
{
	uint8_t bytes[16];

	for (uint8_t i = 0; i < 16; i++)
		bytes[i] = i;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		struct ew_bytes text = guard_put(ew_bytes(bytes, vectors[i].n));
		ok(ew_siphash(bytes, text) == vectors[i].sum, "%zu bytes", vectors[i].n);
		guard_drop(text);
	}
	return done();
}
