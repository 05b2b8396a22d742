/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* spell.c: integers at their ends, reals that come back as they were, decimals. */

#include "../../protocols/spell.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

static struct ew_arena *arena;
static struct ew_speller s;

static const char *text(struct ew_bytes b)
{
	static char buf[128];

	snprintf(buf, sizeof(buf), "%.*s", (int)b.n, (const char *)b.p);
	return buf;
}

static void integers(void)
{
	is_str(text(ew_spell_u64(&s, 0)), "0", "zero");
	is_str(text(ew_spell_u64(&s, UINT64_MAX)), "18446744073709551615", "the greatest");
	is_str(text(ew_spell_i64(&s, INT64_MIN)), "-9223372036854775808", "the least");
	is_str(text(ew_spell_i64(&s, -1)), "-1", "minus one");
	is_str(text(ew_spell_below_zero(&s, 0)), "-1", "minus one, from zero");
	is_str(text(ew_spell_below_zero(&s, UINT64_MAX - 1)), "-18446744073709551615", "below what 64 bits hold");
	is_str(text(ew_spell_below_zero(&s, UINT64_MAX)), "-18446744073709551616", "and one less");
}

static void reals(void)
{
	static const struct {
		double v;
		const char *text;
	} rows[] = {
		{ 0, "0" }, { -0.0, "-0" }, { 1, "1" }, { -1.5, "-1.5" }, { 0.1, "0.1" }, { 0.001, "0.001" },
		{ 52.52437, "52.52437" }, { 1234567.891, "1234567.891" }, { 999999999999999, "999999999999999" },
		{ 1e300, "1.0000000000000001e+300" }, { NAN, "NaN" }, { INFINITY, "Infinity" },
		{ -INFINITY, "-Infinity" }, { 0.30000000000000004, "0.30000000000000004" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_str(text(ew_spell_double(&s, rows[i].v)), rows[i].text, "%s", rows[i].text);
	is_str(text(ew_spell_float(&s, 23.4f)), "23.4", "a float is as short as it was");
	is_str(text(ew_spell_float(&s, 16777216.0f)), "16777216", "a great float");
	is_str(text(ew_spell_half(&s, 0x3e00)), "1.5", "half a float");
	is_str(text(ew_spell_half(&s, 0xfbff)), "-65504", "the least of them");
	is_str(text(ew_spell_half(&s, 0x0001)), "5.96046448e-08", "the smallest");
	is_str(text(ew_spell_half(&s, 0x7c00)), "Infinity", "infinite");
	is_str(text(ew_spell_half(&s, 0xfe00)), "NaN", "no number");
}

/* All bits, from a generator: what is spelt is the number again. */
static void round_trips(void)
{
	uint64_t seed = 1;
	int doubles = 0, floats = 0, decimals = 0;

	for (int i = 0; i < 20000; i++) {
		uint64_t bits;
		uint32_t half;
		double d;
		float f;
		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		bits = seed ^ seed >> 29;
		half = (uint32_t)(bits >> 32);
		memcpy(&d, &bits, sizeof(d));
		memcpy(&f, &half, sizeof(f));
		if (isfinite(d))
			doubles += strtod(text(ew_spell_double(&s, d)), NULL) != d;
		if (isfinite(f))
			floats += strtof(text(ew_spell_float(&s, f)), NULL) != f;
		d = (double)(int64_t)(bits >> 20) / (double)(UINT64_C(1) << (bits & 31));
		decimals += strtod(text(ew_spell_double(&s, d)), NULL) != d;
		ew_arena_reset(arena, 1 << 20);
		s = (struct ew_speller){ .arena = arena };
	}
	is_int(doubles + floats + decimals, 0, "what is spelt is the number again");
}

static void decimals(void)
{
	is_str(text(ew_spell_decimal128(&s, UINT64_C(0x3040000000000000), 0)), "0", "zero");
	is_str(text(ew_spell_decimal128(&s, UINT64_C(0xb03e000000000000), 15)), "-1.5", "a fraction");
	is_str(text(ew_spell_decimal128(&s, UINT64_C(0x3044000000000000), 12)), "1.2E+3", "a scale");
	is_str(text(ew_spell_decimal128(&s, UINT64_C(0x3034000000000000), 1)), "0.000001", "a small one");
	is_str(text(ew_spell_decimal128(&s, UINT64_C(0x3032000000000000), 1)), "1E-7", "a smaller one");
	is_str(text(ew_spell_decimal128(&s, UINT64_C(0x7c00000000000000), 0)), "NaN", "none");
	is_str(text(ew_spell_decimal128(&s, UINT64_C(0xf800000000000000), 0)), "-Infinity", "without end");
	is_str(text(ew_spell_decimal128(&s, UINT64_C(0x3041ed09bead87c0), UINT64_C(0x378d8e63ffffffff))),
	       "9999999999999999999999999999999999", "all digits");
	is_str(text(ew_spell_decimal128(&s, UINT64_C(0x3041ed09bead87c0), UINT64_C(0x378d8e6400000000))), "0",
	       "one too many is zero");
	is_str(text(ew_spell_decimal128(&s, UINT64_C(0x6c10000000000000), 1)), "0",
	             "a form that is no number is zero");
}

static void memory(void)
{
	struct ew_arena *small = ew_arena_new(0);
	struct ew_speller none = { .arena = small };

	if (!small)
		abort();
	ok(!ew_spell_u64(&none, 7).p && !ew_spell_double(&none, 0.5).p && !ew_spell_double(&none, 1e300).p &&
	   !ew_spell_hex(&none, EW_LIT("x")).p && ew_arena_spent(small), "no memory is no text");
	ew_arena_free(&small);
	is_str(text(ew_spell_hex(&s, EW_LIT("\x00\xfeZ"))), "00fe5a", "hex");
}

int main(void)
{
	arena = ew_arena_new(1 << 20);
	if (!arena)
		abort();
	s = (struct ew_speller){ .arena = arena };
	integers();
	reals();
	round_trips();
	decimals();
	memory();
	ew_arena_free(&arena);
	return done();
}
