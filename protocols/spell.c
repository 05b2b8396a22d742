/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Numbers of binary formats as text.
 *
 * Most fractions in messages are short decimals that somebody typed or a sensor rounded.  Those are found by
 * trying: with few enough digits, the digits over a power of ten is rounded once, so if it gives the number back,
 * so does the text.  All others go through printf, which is a hundred times slower and right as well. */

#include "spell.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define PIECE 512
#define TEXT_MOST 64

/* Room for one text of up to TEXT_MOST bytes; NULL: no memory. */
static uint8_t *take_room(struct ew_speller *s)
{
	if (s->left < TEXT_MOST) {
		s->room = ew_arena_alloc_raw(s->arena, PIECE);
		s->left = s->room ? PIECE : 0;
	}
	return s->room;
}

static struct ew_bytes keep(struct ew_speller *s, size_t n)
{
	struct ew_bytes text = ew_bytes(s->room, n);

	s->room += n;
	s->left -= n;
	return text;
}

static struct ew_bytes spell_constant(const char *text)
{
	return ew_bytes_str(text);
}

/* Digits of `v` before `end`; answers where they begin. */
static uint8_t *put_digits(uint8_t *end, uint64_t v)
{
	do
		*--end = (uint8_t)('0' + v % 10);
	while (v /= 10);
	return end;
}

static struct ew_bytes spell_integer(struct ew_speller *s, bool negative, uint64_t v)
{
	uint8_t digits[24], *end = digits + sizeof(digits), *p = put_digits(end, v);

	if (negative)
		*--p = '-';
	if (!take_room(s))
		return ew_bytes(NULL, 0);
	memcpy(s->room, p, (size_t)(end - p));
	return keep(s, (size_t)(end - p));
}

struct ew_bytes ew_spell_u64(struct ew_speller *s, uint64_t v)
{
	return spell_integer(s, false, v);
}

struct ew_bytes ew_spell_i64(struct ew_speller *s, int64_t v)
{
	return spell_integer(s, v < 0, v < 0 ? UINT64_C(0) - (uint64_t)v : (uint64_t)v);
}

struct ew_bytes ew_spell_below_zero(struct ew_speller *s, uint64_t v)
{
	if (v == UINT64_MAX)
		return spell_constant("-18446744073709551616");
	return spell_integer(s, true, v + 1);
}

/* `digits` with a point before the last `places`. */
static struct ew_bytes spell_fraction(struct ew_speller *s, bool negative, uint64_t digits, int places)
{
	uint8_t buf[48], *end = buf + sizeof(buf), *p = put_digits(end, digits);

	if (places > 0) {
		while (end - p <= places)
			*--p = '0';
		memmove(p - 1, p, (size_t)(end - p) - (size_t)places);
		p--;
		end[-places - 1] = '.';
	}
	if (negative)
		*--p = '-';
	if (!take_room(s))
		return ew_bytes(NULL, 0);
	memcpy(s->room, p, (size_t)(end - p));
	return keep(s, (size_t)(end - p));
}

static const double tens[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14,
	1e15 };

/* A short decimal that gives `v` back, as a double or, if `single`, as a float.  {NULL, 0}: there is none. */
static struct ew_bytes spell_short(struct ew_speller *s, double v, bool single)
{
	double size = fabs(v), most = single ? 1e7 : 1e15;
	int places_most = single ? 9 : 15;

	for (int places = 0; places <= places_most; places++) {
		double scaled = size * tens[places];
		if (scaled >= most)
			break;
		uint64_t digits = (uint64_t)(scaled + 0.5);
		double back = (double)digits / tens[places];
		if (single ? (float)back == (float)size : back == size)
			return spell_fraction(s, signbit(v) != 0, digits, places);
	}
	return ew_bytes(NULL, 0);
}

static struct ew_bytes spell_real(struct ew_speller *s, double v, bool single)
{
	struct ew_bytes text;

	if (isnan(v))
		return spell_constant("NaN");
	if (isinf(v))
		return spell_constant(v < 0 ? "-Infinity" : "Infinity");
	text = spell_short(s, v, single);
	if (text.n)
		return text;
	return single ? ew_spell_format(s, "%.9g", v) : ew_spell_format(s, "%.17g", v);
}

struct ew_bytes ew_spell_double(struct ew_speller *s, double v)
{
	return spell_real(s, v, false);
}

struct ew_bytes ew_spell_float(struct ew_speller *s, float v)
{
	return spell_real(s, (double)v, true);
}

struct ew_bytes ew_spell_half(struct ew_speller *s, uint16_t half)
{
	uint32_t exponent = half >> 10 & 31, mantissa = half & 0x3ff, bits;
	float v;

	if (exponent == 0) {
		v = (float)mantissa / 16777216;
	} else {
		bits = (exponent == 31 ? 255 : exponent + 112) << 23 | mantissa << 13;
		memcpy(&v, &bits, sizeof(v));
	}
	return spell_real(s, (double)(half & 0x8000 ? -v : v), true);
}

/* The coefficient, at most 34 digits, before `end`. */
static uint8_t *put_wide_digits(uint8_t *end, uint64_t high, uint64_t low)
{
	uint32_t limbs[4] = { (uint32_t)(high >> 32), (uint32_t)high, (uint32_t)(low >> 32), (uint32_t)low };

	do {
		uint64_t rest = 0;
		for (int i = 0; i < 4; i++) {
			rest = rest << 32 | limbs[i];
			limbs[i] = (uint32_t)(rest / 10);
			rest %= 10;
		}
		*--end = (uint8_t)('0' + rest);
	} while (limbs[0] | limbs[1] | limbs[2] | limbs[3]);
	return end;
}

struct ew_bytes ew_spell_decimal128(struct ew_speller *s, uint64_t high, uint64_t low)
{
	const uint64_t saved = high;
	const char *sign = high >> 63 ? "-" : "";
	unsigned combination = high >> 58 & 31;
	int exponent = (int)(high >> 49 & 0x3fff) - 6176;
	uint8_t buf[40], *end = buf + sizeof(buf), *p;

	if (combination == 31)
		return spell_constant("NaN");
	if (combination == 30)
		return spell_constant(*sign ? "-Infinity" : "Infinity");
	high &= UINT64_C(0x1ffffffffffff);
	if (combination >= 24) { /* a coefficient too large to be one, which counts as zero */
		exponent = (int)(saved >> 47 & 0x3fff) - 6176;
		high = low = 0;
	}
	/* More than 34 digits, likewise. */
	if (high > UINT64_C(0x1ed09bead87c0) ||
	    (high == UINT64_C(0x1ed09bead87c0) && low > UINT64_C(0x378d8e63ffffffff)))
		high = low = 0;
	p = put_wide_digits(end, high, low);
	int n = (int)(end - p), adjusted = exponent + n - 1;
	if (exponent == 0)
		return ew_spell_format(s, "%s%.*s", sign, n, p);
	if (exponent > 0 || adjusted < -6)
		return ew_spell_format(s, "%s%c%s%.*sE%+d", sign, *p, n > 1 ? "." : "", n - 1, p + 1, adjusted);
	if (n + exponent > 0)
		return ew_spell_format(s, "%s%.*s.%.*s", sign, n + exponent, p, -exponent, end + exponent);
	return ew_spell_format(s, "%s0.%.*s%.*s", sign, -exponent - n, "000000", n, p);
}

struct ew_bytes ew_spell_hex(struct ew_speller *s, struct ew_bytes b)
{
	size_t n = b.n * 2 < TEXT_MOST ? b.n * 2 : TEXT_MOST;

	if (!take_room(s))
		return ew_bytes(NULL, 0);
	for (size_t i = 0; i < n; i++)
		s->room[i] = (uint8_t)"0123456789abcdef"[i % 2 ? b.p[i / 2] & 15 : b.p[i / 2] >> 4];
	return keep(s, n);
}

struct ew_bytes ew_spell_format(struct ew_speller *s, const char *format, ...)
{
	char buf[TEXT_MOST + 1];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(buf, sizeof(buf), format, ap);
	va_end(ap);
	if (n < 0 || !take_room(s))
		return ew_bytes(NULL, 0);
	if (n > TEXT_MOST)
		n = TEXT_MOST;
	memcpy(s->room, buf, (size_t)n);
	return keep(s, (size_t)n);
}
