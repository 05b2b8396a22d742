/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_GUARD_H
#define EVENTWALL_TESTS_GUARD_H

/* Input that ends at an unreadable page: one byte of over-read is a crash, sanitizer or not. */

#include "eventwall/bytes.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* A copy of `b` whose last byte is the last readable one.  guard_drop() gives it back.  At most
 * 16 MiB. */
__attribute__((unused)) static struct ew_bytes guard_put(struct ew_bytes b)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (b.n + page - 1) / page * page + page;
	uint8_t *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED || mprotect(map + room, page, PROT_NONE) != 0)
		abort();
	if (b.n)
		memcpy(map + room - b.n, b.p, b.n);
	return ew_bytes(map + room - b.n, b.n);
}

__attribute__((unused)) static void guard_drop(struct ew_bytes b)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (b.n + page - 1) / page * page + page;

	munmap((uint8_t *)(uintptr_t)b.p + b.n - room, room + page);
}

/* Call `fn(arg, prefix)` with each prefix of `b`, the empty and the whole one included, each at a
 * guard page.  Stops and answers false at the first call that answers false. */
__attribute__((unused)) static bool each_prefix(struct ew_bytes b,
                                                bool (*fn)(void *arg, struct ew_bytes prefix), void *arg)
{
	for (size_t n = 0; n <= b.n; n++) {
		struct ew_bytes g = guard_put(ew_bytes(b.p, n));
		bool good = fn(arg, g);
		guard_drop(g);
		if (!good)
			return false;
	}
	return true;
}

#endif
