/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* arena.h: zeroed, aligned, bounded, sticky, reused. */

#include "eventwall/arena.h"
#include "tap.h"

static void rewinding(void)
{
	struct ew_arena_spare *s = ew_arena_spare_new(1 << 20);
	struct ew_arena *a = ew_arena_new(8u << 20), *b = ew_arena_new(8u << 20);

	ew_arena_share(a, s);
	ew_arena_share(b, s);
	struct ew_bytes kept = ew_arena_dup(a, EW_LIT("kept"));
	struct ew_arena_mark mark = ew_arena_mark(a);
	size_t used = ew_arena_used(a);
	for (int i = 0; i < 3000; i++)
		(void)ew_arena_alloc(a, 1000);
	ew_arena_rewind(a, &mark);
	ok(ew_arena_used(a) == used && ew_bytes_eq(kept, EW_LIT("kept")), "what stood before the mark stays");
	uint8_t *p = NULL;
	bool zero = true;
	for (int i = 0; i < 3000; i++) {
		p = ew_arena_alloc(b, 1000);
		for (int k = 0; zero && k < 1000; k++)
			zero = p[k] == 0;
		memset(p, 0xee, 1000);
	}
	ok(zero, "blocks that another arena used come zeroed");
	ew_arena_rewind(a, &mark);
	ok(ew_bytes_eq(kept, EW_LIT("kept")), "rewinding twice is once");
	ew_arena_reset(a, 100);
	mark = ew_arena_mark(a);
	ok(!ew_arena_alloc(a, 101), "spent");
	ew_arena_rewind(a, &mark);
	ok(ew_arena_spent(a), "and still so after rewinding");
	ew_arena_free(&a);
	ew_arena_free(&b);
	a = ew_arena_new(100);
	mark = ew_arena_mark(a);
	(void)ew_arena_alloc(a, 50);
	ew_arena_rewind(a, &mark);
	ok(ew_arena_used(a) == 0 && ew_arena_alloc(a, 100), "to the very beginning");
	ew_arena_free(&a);
	ew_arena_spare_free(&s);
	ok(s == NULL, "spare blocks are freed");
}

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
	rewinding();
	return done();
}
