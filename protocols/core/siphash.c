/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* SipHash-2-4 as its authors publish it (Aumasson and Bernstein, 2012), little-endian words read byte
 * by byte so that any machine gives the same sum. */

#include "eventwall/siphash.h"

struct state {
	uint64_t a, b, c, d;
};

static uint64_t turn(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static void mix(struct state *v, unsigned rounds)
{
	while (rounds--) {
		v->a += v->b;
		v->c += v->d;
		v->b = turn(v->b, 13) ^ v->a;
		v->d = turn(v->d, 16) ^ v->c;
		v->a = turn(v->a, 32);
		v->c += v->b;
		v->a += v->d;
		v->b = turn(v->b, 17) ^ v->c;
		v->d = turn(v->d, 21) ^ v->a;
		v->c = turn(v->c, 32);
	}
}

static uint64_t word(const uint8_t *p, size_t n)
{
	uint64_t w = 0;

	for (size_t i = 0; i < n; i++)
		w |= (uint64_t)p[i] << 8 * i;
	return w;
}

static void absorb(struct state *v, uint64_t w)
{
	v->d ^= w;
	mix(v, 2);
	v->a ^= w;
}

uint64_t ew_siphash(const uint8_t key[EW_SIPHASH_KEY], struct ew_bytes text)
{
	uint64_t k0 = word(key, 8), k1 = word(key + 8, 8);
	struct state v = { k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
		           k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573) };
	size_t at = 0;

	for (; text.n - at >= 8; at += 8)
		absorb(&v, word(text.p + at, 8));
	absorb(&v, word(text.p + at, text.n - at) | (uint64_t)(text.n & 0xff) << 56);
	v.c ^= 0xff;
	mix(&v, 4);
	return v.a ^ v.b ^ v.c ^ v.d;
}
