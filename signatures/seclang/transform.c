/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The table of transformations, and those that are a few lines. */

#include "transform.h"

#include "eventwall/codec.h"
#include "eventwall/nearest.h"

#include <openssl/evp.h>
#include <stdio.h>

enum { NBSP = 0xa0 };

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
}

static size_t copy(struct ew_bytes in, uint8_t *out)
{
	if (in.n)
		memcpy(out, in.p, in.n);
	return in.n;
}

static size_t lowercase(struct ew_bytes in, uint8_t *out)
{
	for (size_t i = 0; i < in.n; i++)
		out[i] = lower(in.p[i]);
	return in.n;
}

static size_t uppercase(struct ew_bytes in, uint8_t *out)
{
	for (size_t i = 0; i < in.n; i++)
		out[i] = in.p[i] >= 'a' && in.p[i] <= 'z' ? in.p[i] - 0x20 : in.p[i];
	return in.n;
}

static size_t trim_left(struct ew_bytes in, uint8_t *out)
{
	size_t i = 0;

	while (i < in.n && is_space(in.p[i]))
		i++;
	return copy(ew_bytes_from(in, i), out);
}

static size_t trim_right(struct ew_bytes in, uint8_t *out)
{
	while (in.n > 0 && is_space(in.p[in.n - 1]))
		in.n--;
	return copy(in, out);
}

static size_t trim(struct ew_bytes in, uint8_t *out)
{
	while (in.n > 0 && is_space(in.p[in.n - 1]))
		in.n--;
	return trim_left(in, out);
}

static size_t compress_whitespace(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++)
		if (!is_space(in.p[i]))
			out[n++] = in.p[i];
		else if (i == 0 || !is_space(in.p[i - 1]))
			out[n++] = ' ';
	return n;
}

/* In Latin-1 and in UTF-8: of the latter the first byte goes wherever it stands. */
static size_t remove_whitespace(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++)
		if (!is_space(in.p[i]) && in.p[i] != NBSP && in.p[i] != 0xc2)
			out[n++] = in.p[i];
	return n;
}

static size_t remove_nulls(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++)
		if (in.p[i])
			out[n++] = in.p[i];
	return n;
}

static size_t replace_nulls(struct ew_bytes in, uint8_t *out)
{
	for (size_t i = 0; i < in.n; i++)
		out[i] = in.p[i] ? in.p[i] : ' ';
	return in.n;
}

/* What shells and the prompt of Windows do not see: quotes, escapes; what separates is one blank.
 */
static size_t cmd_line(struct ew_bytes in, uint8_t *out)
{
	bool space = false;
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		uint8_t c = in.p[i];
		if (c == '"' || c == '\'' || c == '\\' || c == '^')
			continue;
		bool separates =
			c == ' ' || c == ',' || c == ';' || c == '\t' || c == '\r' || c == '\n';
		if (separates) {
			if (!space)
				out[n++] = ' ';
		} else {
			n -= space && (c == '/' || c == '(');
			out[n++] = lower(c);
		}
		space = separates;
	}
	return n;
}

static bool odd(uint8_t c)
{
	c ^= c >> 4;
	c ^= c >> 2;
	c ^= c >> 1;
	return c & 1;
}

static size_t parity_even(struct ew_bytes in, uint8_t *out)
{
	for (size_t i = 0; i < in.n; i++)
		out[i] = odd(in.p[i]) ? in.p[i] | 0x80 : in.p[i] & 0x7f;
	return in.n;
}

static size_t parity_odd(struct ew_bytes in, uint8_t *out)
{
	for (size_t i = 0; i < in.n; i++)
		out[i] = odd(in.p[i]) ? in.p[i] & 0x7f : in.p[i] | 0x80;
	return in.n;
}

static size_t parity_zero(struct ew_bytes in, uint8_t *out)
{
	for (size_t i = 0; i < in.n; i++)
		out[i] = in.p[i] & 0x7f;
	return in.n;
}

static size_t length(struct ew_bytes in, uint8_t *out)
{
	char text[21];

	snprintf(text, sizeof(text), "%zu", in.n);
	return copy(ew_bytes_str(text), out);
}

static size_t digest(const EVP_MD *sort, size_t room, struct ew_bytes in, uint8_t *out)
{
	uint8_t made[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!EVP_Digest(in.p, in.n, made, &n, sort, NULL) || n > room)
		return 0;
	return copy(ew_bytes(made, n), out);
}

static size_t md5(struct ew_bytes in, uint8_t *out)
{
	return digest(EVP_md5(), 16, in, out);
}

static size_t sha1(struct ew_bytes in, uint8_t *out)
{
	return digest(EVP_sha1(), 20, in, out);
}

static size_t hex_encode(struct ew_bytes in, uint8_t *out)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < in.n; i++) {
		out[2 * i] = (uint8_t)digit[in.p[i] >> 4];
		out[2 * i + 1] = (uint8_t)digit[in.p[i] & 0xf];
	}
	return 2 * in.n;
}

/* What ModSecurity takes for the value of a digit, whatever the byte is. */
static unsigned digit_of(uint8_t c)
{
	return c >= 'A' ? (c & 0xdfu) - 'A' + 10 : c - (unsigned)'0';
}

static size_t hex_decode(struct ew_bytes in, uint8_t *out)
{
	for (size_t i = 0; i < in.n / 2; i++)
		out[i] = (uint8_t)(digit_of(in.p[2 * i]) * 16 + digit_of(in.p[2 * i + 1]));
	return in.n / 2;
}

/* Behind 0x, as many pairs of digits as there are. */
static size_t sql_hex_decode(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, i = 0;

	while (i < in.n) {
		bool number = in.n - i >= 4 && in.p[i] == '0' && lower(in.p[i + 1]) == 'x' &&
			      ew_hex_digit(in.p[i + 2]) >= 0 && ew_hex_digit(in.p[i + 3]) >= 0;
		if (!number) {
			out[n++] = in.p[i++];
			continue;
		}
		for (i += 2; in.n - i >= 2; i += 2) {
			int high = ew_hex_digit(in.p[i]), low = ew_hex_digit(in.p[i + 1]);
			if (high < 0 || low < 0)
				break;
			out[n++] = (uint8_t)(high << 4 | low);
		}
	}
	return n;
}

static size_t url_decode(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		bool pair = in.p[i] == '%' && in.n - i >= 3 && ew_hex_digit(in.p[i + 1]) >= 0 &&
			    ew_hex_digit(in.p[i + 2]) >= 0;
		out[n++] =
			pair ? (uint8_t)(ew_hex_digit(in.p[i + 1]) << 4 | ew_hex_digit(in.p[i + 2]))
			: in.p[i] == '+' ? ' '
					 : in.p[i];
		i += pair ? 2 : 0;
	}
	return n;
}

static size_t url_encode(struct ew_bytes in, uint8_t *out)
{
	static const char digit[] = "0123456789abcdef";
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		uint8_t c = in.p[i];
		if (c == ' ') {
			out[n++] = '+';
		} else if (c == '*' || (c >= '0' && c <= '9') ||
			   (lower(c) >= 'a' && lower(c) <= 'z')) {
			out[n++] = c;
		} else {
			out[n++] = '%';
			out[n++] = (uint8_t)digit[c >> 4];
			out[n++] = (uint8_t)digit[c & 0xf];
		}
	}
	return n;
}

static size_t base64_make(struct ew_bytes in, uint8_t *out)
{
	return ew_base64_encode(in, out);
}

/* 0..63, 64 for padding, 65 for any other byte: the standard alphabet alone. */
static unsigned base64_value(uint8_t c)
{
	if (c == '=')
		return 64;
	return c == '-' || c == '_' || ew_base64_values[c] > 63 ? 65 : ew_base64_values[c];
}

/* Whole groups of four, line breaks between, padding at the end; a NUL ends it; nothing at all of
 * what is anything else. */
static size_t base64_strict(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, pad = 0;
	uint32_t group = 0, have = 0;

	for (size_t i = 0; i < in.n && in.p[i]; i++) {
		size_t blanks = 0;
		while (i < in.n && in.p[i] == ' ')
			i++, blanks++;
		if (i == in.n || in.p[i] == 0)
			break;
		if (in.p[i] == '\n' || (in.p[i] == '\r' && i + 1 < in.n && in.p[i + 1] == '\n'))
			continue;
		unsigned v = base64_value(in.p[i]);
		if (blanks > 0 || v > 64 || (v < 64 && pad > 0) || (v == 64 && ++pad > 2))
			return 0;
		group = group << 6 | (v & 0x3f);
		if (++have < 4)
			continue;
		out[n++] = (uint8_t)(group >> 16);
		if (pad < 2)
			out[n++] = (uint8_t)(group >> 8);
		if (pad < 1)
			out[n++] = (uint8_t)group;
		group = have = 0;
	}
	return n;
}

/* Of both alphabets; other bytes are passed over, padding as well.  What is left of a group gives
 * the bytes that are whole; nothing at all, if padding stands behind the first of a group. */
static size_t base64_forgiving(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0;
	uint32_t group = 0, have = 0;

	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] == '=' && have == 1 && (i + 1 == in.n || in.p[i + 1] != '='))
			return 0;
		if (ew_base64_values[in.p[i]] > 63)
			continue;
		group = group << 6 | ew_base64_values[in.p[i]];
		if (++have < 4)
			continue;
		out[n++] = (uint8_t)(group >> 16);
		out[n++] = (uint8_t)(group >> 8);
		out[n++] = (uint8_t)group;
		group = have = 0;
	}
	if (have >= 2)
		out[n++] = (uint8_t)(group >> (6 * have - 8));
	if (have == 3)
		out[n++] = (uint8_t)(group >> 2);
	return n;
}

static const struct {
	const char *name;
	size_t (*make)(struct ew_bytes in, uint8_t *out);
} all[] = {
#define EW_SECLANG_TRANSFORM(id, name, function, room) { name, function },
#include "transform.def"
#undef EW_SECLANG_TRANSFORM
};

static const char *const names[] = {
#define EW_SECLANG_TRANSFORM(id, name, function, room) name,
#include "transform.def"
#undef EW_SECLANG_TRANSFORM
};

size_t ew_transform_room(enum ew_transform t, size_t n)
{
	switch (t) {
#define EW_SECLANG_TRANSFORM(id, name, function, room)                                             \
	case EW_TRANSFORM_##id:                                                                    \
		return room;
#include "transform.def"
#undef EW_SECLANG_TRANSFORM
	default:
		return 0;
	}
}

size_t ew_transform(enum ew_transform t, struct ew_bytes in, uint8_t *out)
{
	return all[t].make(in, out);
}

enum ew_transform ew_transform_named(struct ew_bytes name, const char **near_r)
{
	char text[64];

	for (size_t i = 0; i < EW_TRANSFORM_COUNT; i++)
		if (ew_bytes_eq_nocase(name, ew_bytes_str(all[i].name)))
			return (enum ew_transform)i;
	*near_r = NULL;
	if (name.n < sizeof(text)) {
		snprintf(text, sizeof(text), "%.*s", (int)name.n, (const char *)name.p);
		*near_r = ew_nearest(text, names, EW_TRANSFORM_COUNT);
	}
	return EW_TRANSFORM_COUNT;
}

const char *ew_transform_name(enum ew_transform t)
{
	return t < EW_TRANSFORM_COUNT ? all[t].name : "?";
}
