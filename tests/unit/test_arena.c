/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* arena.h: zeroed, aligned, bounded, sticky, reused. */

#include "eventwall/arena.h"
#include "tap.h"

int main(void)
{
	struct ew_arena *a = ew_arena_new(1000);
	uint8_t *p = ew_arena_alloc(a, 100);

	ok(p && ((uintptr_t)p & 15) == 0, "aligned");
	bool zero = true;
	for (int i = 0; i < 100; i++)
		zero &= p[i] == 0;
	ok(zero, "zeroed");
	ok(!ew_arena_alloc(a, 5000), "past the budget: NULL");
	ok(!ew_arena_alloc(a, 1) && ew_arena_spent(a), "and it stays so");
	ok(!ew_arena_dup(a, EW_LIT("x")).p, "dup, too");
	ew_arena_reset(a, 4u << 20);
	ok(!ew_arena_spent(a) && ew_arena_used(a) == 0, "reset forgets");
	bool all = true;
	for (int i = 0; i < 2000; i++)
		all &= ew_arena_alloc(a, 1000) != NULL;
	ok(all, "two megabytes in small pieces");
	ok(ew_arena_used(a) >= 2000000, "counted");
	ok(!ew_arena_alloc(a, SIZE_MAX) && !ew_arena_alloc_raw(a, SIZE_MAX - 8), "absurd sizes do not wrap");
	ew_arena_reset(a, 4096);
	uint8_t *big = ew_arena_alloc_raw(a, 2000);
	ew_arena_shrink(a, big, 2000, 10);
	ok(ew_arena_used(a) < 100, "the tail of the newest is given back");
	ok(ew_arena_alloc_raw(a, 3900) != NULL, "and can be used again");
	struct ew_bytes d;
	ew_arena_reset(a, 4096);
	d = ew_arena_dup(a, EW_LIT("copy"));
	ok(ew_bytes_eq(d, EW_LIT("copy")), "dup copies");
	d = ew_arena_dup(a, ew_bytes(NULL, 0));
	ok(d.n == 0, "an empty view can be copied");
	ew_arena_free(&a);
	ok(a == NULL, "free nulls");
	return done();
}
