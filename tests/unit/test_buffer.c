/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Buffers: what is held stays whole while they grow, move and are given back. */

#include "daemon/buffer.h"

#include "tap.h"

int main(void)
{
	struct ew_buffer b = { 0 };
	uint8_t byte;

	ew_buffers_ref();
	ok(ew_buffer_reserve(&b, 1), "room in an empty one");
	is_int(b.cap, EW_BLOCK_SIZE, "is a first block");
	uint8_t *first = b.p;
	ew_buffer_release(&b);
	ok(b.p == NULL && b.cap == 0, "given back");
	ok(ew_buffer_reserve(&b, EW_BLOCK_SIZE) && b.p == first, "the block is used again");

	bool whole = true;
	b.to = 0;
	for (size_t i = 0; i < 300000; i++) {
		byte = (uint8_t)(i * 7);
		ew_buffer_put(&b, &byte, 1);
	}
	for (size_t i = 0; i < 300000; i++)
		whole &= b.p[b.from + i] == (uint8_t)(i * 7);
	ok(whole && ew_buffer_held(&b) == 300000 && !b.failed, "300,000 bytes, one at a time");

	size_t cap = b.cap;
	b.from = 299000;
	ok(ew_buffer_reserve(&b, cap - 1000), "used up bytes make room");
	ok(b.cap == cap && b.from == 0 && b.p[0] == (uint8_t)(299000 * 7), "by moving the rest to the front");
	ok(!ew_buffer_reserve(&b, SIZE_MAX - 5), "an absurd wish is refused");
	is_int(ew_buffer_held(&b), 1000, "and changes nothing");
	ew_buffer_release(&b);

	ok(ew_buffer_reserve(&b, 9 << 20), "more than is ever kept");
	ew_buffer_release(&b);
	ew_buffer_put_lit(&b, "n=");
	ew_buffer_put_u64(&b, 0);
	ew_buffer_put_lit(&b, ",");
	ew_buffer_put_u64(&b, UINT64_MAX);
	ok(ew_bytes_eq(ew_buffer_view(&b), EW_LIT("n=0,18446744073709551615")), "numbers as text");
	ew_buffer_release(&b);
	ew_buffers_unref();
	return done();
}
