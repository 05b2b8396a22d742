/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* base64, hex, percent and quoted-printable: bytes in, bytes out.
 *
 * Every decoder takes the most lenient reading that consumers are known to have (skipped foreign
 * bytes, mixed alphabets, missing padding), because what a function reads must be read here as well;
 * the traits tell how far the input was from the standard.  What this file does not do is judge:
 * whether a result counts is the business of its callers.  The trap is the output size: each decoder
 * writes at most what codec.h promises, also for input made of escapes only. */

#include "eventwall/codec.h"

enum { FOREIGN = 0x80, BLANK = 0x81, PAD = 0x82 };

const uint8_t ew_base64_values[256] = {
#define F4 FOREIGN, FOREIGN, FOREIGN, FOREIGN
#define F16 F4, F4, F4, F4
	/* 00 */ F4, F4, FOREIGN, BLANK, BLANK, FOREIGN, FOREIGN, BLANK, FOREIGN, FOREIGN,
	/* 10 */ F16,
	/* 20 */ BLANK, FOREIGN, FOREIGN, FOREIGN, F4, FOREIGN, FOREIGN, FOREIGN, 62, FOREIGN, 62,
	         FOREIGN, 63,
	/* 30 */ 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, FOREIGN, FOREIGN, FOREIGN, PAD, FOREIGN,
	         FOREIGN,
	/* 40 */ FOREIGN, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	/* 50 */ 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, FOREIGN, FOREIGN, FOREIGN, FOREIGN, 63,
	/* 60 */ FOREIGN, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	/* 70 */ 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, FOREIGN, FOREIGN, FOREIGN, FOREIGN, FOREIGN,
	/* 80 */ F16, F16, F16, F16, F16, F16, F16, F16,
#undef F16
#undef F4
};

/* Write what the group in `bits` holds, `have` characters of it. */
static size_t put_group(uint8_t *out, uint32_t bits, unsigned have, struct ew_base64_traits *t)
{
	switch (have) {
	case 1:
		t->cut = true;
		return 0;
	case 2:
		out[0] = (uint8_t)(bits >> 4);
		return 1;
	case 3:
		out[0] = (uint8_t)(bits >> 10);
		out[1] = (uint8_t)(bits >> 2);
		return 2;
	case 4:
		out[0] = (uint8_t)(bits >> 16);
		out[1] = (uint8_t)(bits >> 8);
		out[2] = (uint8_t)bits;
		return 3;
	default:
		return 0;
	}
}

static bool holds(struct ew_bytes in, int c)
{
	return in.n && memchr(in.p, c, in.n);
}

bool ew_base64_mixed(struct ew_bytes in)
{
	return (holds(in, '+') || holds(in, '/')) && (holds(in, '-') || holds(in, '_'));
}

size_t ew_base64_decode(struct ew_bytes in, uint8_t *out, struct ew_base64_traits *traits_r)
{
	struct ew_base64_traits t = { 0 };
	size_t n = 0;
	uint32_t bits = 0;
	unsigned have = 0;
	bool padded = false;

	for (size_t i = 0; i < in.n; i++) {
		/* Nearly all input is whole groups. */
		while (have == 0 && !padded && in.n - i >= 4) {
			const uint8_t *p = in.p + i;
			uint32_t a = ew_base64_values[p[0]], b = ew_base64_values[p[1]];
			uint32_t c = ew_base64_values[p[2]], d = ew_base64_values[p[3]];
			if ((a | b | c | d) >= FOREIGN)
				break;
			n += put_group(out + n, a << 18 | b << 12 | c << 6 | d, 4, &t);
			i += 4;
		}
		if (i == in.n)
			break;
		uint8_t v = ew_base64_values[in.p[i]];
		if (v < 64) {
			t.inner_pad |= padded;
			bits = bits << 6 | v;
			if (++have == 4) {
				n += put_group(out + n, bits, 4, &t);
				bits = have = 0;
			}
		} else if (v == PAD) {
			padded = true;
			n += put_group(out + n, bits, have, &t);
			bits = have = 0;
		} else if (v == BLANK) {
			t.blanks++;
		} else {
			t.foreign++;
		}
	}
	n += put_group(out + n, bits, have, &t);
	*traits_r = t;
	return n;
}

size_t ew_base64_peek(struct ew_bytes in, uint8_t *out, size_t most)
{
	struct ew_base64_traits t;
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	for (size_t i = 0; i < in.n && n < most; i++) {
		uint8_t v = ew_base64_values[in.p[i]];
		if (have == 0 && v < 64 && in.n - i >= 4) {
			/* Mostly nothing stands within a group. */
			unsigned b = ew_base64_values[in.p[i + 1]], c = ew_base64_values[in.p[i + 2]];
			unsigned d = ew_base64_values[in.p[i + 3]];
			if ((b | c | d) < 64) {
				n += put_group(out + n, (uint32_t)v << 18 | b << 12 | c << 6 | d, 4, &t);
				i += 3;
				continue;
			}
		}
		if (v < 64) {
			bits = bits << 6 | v;
			have++;
		}
		if (have == 4 || v == PAD) {
			n += put_group(out + n, bits, have, &t);
			bits = have = 0;
		}
	}
	return n < most ? n + put_group(out + n, bits, have, &t) : n;
}

size_t ew_base64_encode(struct ew_bytes in, uint8_t *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = 0;

	for (size_t i = 0; i < in.n; i += 3) {
		size_t rest = in.n - i;
		uint32_t bits = (uint32_t)in.p[i] << 16;
		if (rest > 1)
			bits |= (uint32_t)in.p[i + 1] << 8;
		if (rest > 2)
			bits |= in.p[i + 2];
		out[n++] = (uint8_t)alphabet[bits >> 18];
		out[n++] = (uint8_t)alphabet[bits >> 12 & 63];
		out[n++] = rest > 1 ? (uint8_t)alphabet[bits >> 6 & 63] : '=';
		out[n++] = rest > 2 ? (uint8_t)alphabet[bits & 63] : '=';
	}
	return n;
}

int ew_hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_blank(uint8_t c)
{
	return ew_base64_values[c] == BLANK;
}

bool ew_hex_decode(struct ew_bytes in, uint8_t *out, size_t *n_r)
{
	size_t i = 0, n = 0;

	while (i < in.n) {
		if (is_blank(in.p[i]) || (n > 0 && memchr(":-,;._", in.p[i], 6))) {
			i++;
			continue;
		}
		/* Databases write one before all of it, languages one before each pair. */
		if (in.n - i >= 4 && (in.p[i] == '\\' || in.p[i] == '0') && (in.p[i + 1] | 0x20) == 'x')
			i += 2;
		if (in.n - i < 2)
			return false;
		int high = ew_hex_digit(in.p[i]), low = ew_hex_digit(in.p[i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[n++] = (uint8_t)(high << 4 | low);
		i += 2;
	}
	*n_r = n;
	return true;
}

/* Value of the `digits` hex digits at `p`, -1 if they are not all there. */
static int32_t hex_number(const uint8_t *p, size_t n, unsigned digits)
{
	int32_t v = 0;

	if (n < digits)
		return -1;
	for (unsigned i = 0; i < digits; i++) {
		int d = ew_hex_digit(p[i]);
		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/* The UTF-16 unit of a %uXXXX at `p`, -1 if there is none. */
static int32_t wide_escape(const uint8_t *p, size_t n)
{
	if (n < 6 || p[0] != '%' || (p[1] | 0x20) != 'u')
		return -1;
	return hex_number(p + 2, n - 2, 4);
}

size_t ew_percent_decode(struct ew_bytes in, bool plus, uint8_t *out,
                         struct ew_percent_traits *traits_r)
{
	struct ew_percent_traits t = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < in.n;) {
		const uint8_t *p = in.p + i;
		size_t rest = in.n - i;
		int32_t v;
		if (*p == '+' && plus) {
			out[n++] = ' ';
			t.pluses++;
			i++;
		} else if (*p != '%') {
			out[n++] = *p;
			i++;
		} else if ((v = hex_number(p + 1, rest - 1, 2)) >= 0) {
			out[n++] = (uint8_t)v;
			t.good++;
			i += 3;
		} else if ((v = wide_escape(p, rest)) >= 0) {
			int32_t low = v >> 10 == 0x36 ? wide_escape(p + 6, rest - 6) : -1;
			t.good++;
			i += 6;
			if (low >> 10 == 0x37) { /* a pair: never true for -1 */
				v = 0x10000 + ((v & 0x3ff) << 10) + (low & 0x3ff);
				i += 6;
			}
			n += ew_utf8_put(out + n, (uint32_t)v);
		} else {
			out[n++] = '%';
			t.broken++;
			i++;
		}
	}
	*traits_r = t;
	return n;
}

bool ew_percent_found(struct ew_bytes in)
{
	const uint8_t *p = in.p, *end = in.p + in.n;

	while (p < end && (p = memchr(p, '%', (size_t)(end - p)))) {
		size_t rest = (size_t)(end - p);
		if (hex_number(p + 1, rest - 1, 2) >= 0 || wide_escape(p, rest) >= 0)
			return true;
		p++;
	}
	return false;
}

size_t ew_qp_decode(struct ew_bytes in, uint8_t *out, size_t *broken_r)
{
	size_t n = 0, broken = 0;

	for (size_t i = 0; i < in.n;) {
		const uint8_t *p = in.p + i;
		size_t rest = in.n - i, gap = 1;
		int32_t v;
		if (*p != '=') {
			out[n++] = *p;
			i++;
			continue;
		}
		/* Blanks that a transport added before a soft line break belong to the break. */
		while (gap < rest && (p[gap] == ' ' || p[gap] == '\t'))
			gap++;
		if (gap == rest || p[gap] == '\n') {
			i += gap == rest ? gap : gap + 1;
		} else if (p[gap] == '\r' && rest - gap > 1 && p[gap + 1] == '\n') {
			i += gap + 2;
		} else if ((v = hex_number(p + 1, rest - 1, 2)) >= 0) {
			out[n++] = (uint8_t)v;
			i += 3;
		} else {
			out[n++] = '=';
			broken++;
			i++;
		}
	}
	*broken_r = broken;
	return n;
}
