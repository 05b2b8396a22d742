/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Transformations that undo escapes: of CSS, C, HTML, JavaScript and URLs, and one that makes some.
 * All of them end in one byte a character, whatever the character was; full-width ASCII becomes
 * ASCII, of others the low byte is left. The trap: how many digits are taken, and what a broken
 * escape leaves, differs from one to the next. */

#include "transform.h"

#include "eventwall/codec.h"

static bool is_hex(struct ew_bytes in, size_t i)
{
	return i < in.n && ew_hex_digit(in.p[i]) >= 0;
}

static bool are_hex(struct ew_bytes in, size_t from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_hex(in, from + i))
			return false;
	return true;
}

static bool is_octal(struct ew_bytes in, size_t i)
{
	return i < in.n && in.p[i] >= '0' && in.p[i] <= '7';
}

static uint8_t hex_pair(const uint8_t *p)
{
	return (uint8_t)(ew_hex_digit(p[0]) << 4 | ew_hex_digit(p[1]));
}

/* Four digits: the low byte, or the ASCII character of which this is the full-width form. */
static uint8_t hex_wide(const uint8_t *p)
{
	uint8_t low = hex_pair(p + 2);

	return low > 0 && low < 0x5f && hex_pair(p) == 0xff ? low + 0x20 : low;
}

/* The letter behind a backslash that C has for a control byte; 0: it is none. */
static uint8_t control_of(uint8_t letter)
{
	switch (letter) {
	case 'a':
		return '\a';
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case 'v':
		return '\v';
	default:
		return 0;
	}
}

/* Digits at `i`, at most three; `*digits_r` how many. */
static unsigned octal(struct ew_bytes in, size_t i, size_t *digits_r)
{
	unsigned value = 0;

	for (*digits_r = 0; *digits_r < 3 && is_octal(in, i + *digits_r); ++*digits_r)
		value = value << 3 | (in.p[i + *digits_r] - '0');
	return value;
}

/* One to six digits; a blank behind them belongs to them. */
size_t ew_transform_css(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, i = 0;

	while (i < in.n) {
		if (in.p[i] != '\\') {
			out[n++] = in.p[i++];
			continue;
		}
		size_t digits = 0;
		const uint8_t *d = in.p + ++i;
		while (digits < 6 && is_hex(in, i + digits))
			digits++;
		if (digits > 0) {
			bool small = digits == 4 || (digits == 5 && d[0] == '0') ||
				     (digits == 6 && d[0] == '0' && d[1] == '0');
			out[n++] = digits == 1 ? (uint8_t)ew_hex_digit(d[0])
				   : small     ? hex_wide(d + digits - 4)
					       : hex_pair(d + digits - 2);
			i += digits;
			i += i < in.n && (in.p[i] == ' ' || (in.p[i] >= '\t' && in.p[i] <= '\r'));
		} else if (i < in.n && in.p[i] != '\n') {
			out[n++] = in.p[i++];
		} else {
			i++;
		}
	}
	return n;
}

size_t ew_transform_escape_seq(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, i = 0, digits;

	while (i < in.n) {
		if (in.p[i] != '\\' || in.n - i == 1) {
			out[n++] = in.p[i++];
			continue;
		}
		uint8_t c = in.p[i + 1];
		if ((c == 'x' || c == 'X') && are_hex(in, i + 2, 2)) {
			out[n++] = hex_pair(in.p + i + 2);
			i += 4;
		} else if (is_octal(in, i + 1)) {
			out[n++] = (uint8_t)octal(in, i + 1, &digits);
			i += 1 + digits;
		} else {
			out[n++] = control_of(c) ? control_of(c) : c;
			i += 2;
		}
	}
	return n;
}

size_t ew_transform_js(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, i = 0, digits;

	while (i < in.n) {
		if (in.p[i] != '\\' || in.n - i == 1) {
			out[n++] = in.p[i++];
			continue;
		}
		uint8_t c = in.p[i + 1];
		if (c == 'u' && are_hex(in, i + 2, 4)) {
			out[n++] = hex_wide(in.p + i + 2);
			i += 6;
		} else if (c == 'x' && are_hex(in, i + 2, 2)) {
			out[n++] = hex_pair(in.p + i + 2);
			i += 4;
		} else if (is_octal(in, i + 1)) {
			unsigned value = octal(in, i + 1, &digits);
			bool two = value > 0xff; /* the third digit is a character of its own */
			out[n++] = (uint8_t)(two ? value >> 3 : value);
			i += 1 + digits - two;
		} else {
			out[n++] = control_of(c) ? control_of(c) : c;
			i += 2;
		}
	}
	return n;
}

/* The low byte of the number whose digits begin at `*i`, which moves behind them.  A number that no
 * long can hold counts as the largest one. */
static uint8_t entity_number(struct ew_bytes in, size_t *i, unsigned base)
{
	const uint64_t most = INT64_MAX;
	uint64_t value = 0;

	for (; is_hex(in, *i) && (unsigned)ew_hex_digit(in.p[*i]) < base; ++*i) {
		unsigned digit = (unsigned)ew_hex_digit(in.p[*i]);
		value = value > (most - digit) / base ? most : value * base + digit;
	}
	return (uint8_t)value;
}

static bool entity_named(struct ew_bytes name, uint8_t *c_r)
{
	static const struct {
		struct ew_bytes name;
		uint8_t c;
	} known[] = { { EW_LIT("quot"), '"' },
		      { EW_LIT("amp"), '&' },
		      { EW_LIT("lt"), '<' },
		      { EW_LIT("gt"), '>' },
		      { EW_LIT("nbsp"), 0xa0 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (ew_bytes_eq_nocase(name, known[i].name)) {
			*c_r = known[i].c;
			return true;
		}
	return false;
}

static bool is_alphanumeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* The entity behind the ampersand at `*i`, which moves behind it.  False: it moves behind what is
 * to be copied. */
static bool take_entity(struct ew_bytes in, size_t *i, uint8_t *c_r)
{
	size_t j = *i + 1, from;

	if (j < in.n && in.p[j] == '#') {
		bool hex = j + 1 < in.n && (in.p[j + 1] == 'x' || in.p[j + 1] == 'X');
		j += hex ? 2 : 1;
		from = j;
		*c_r = entity_number(in, &j, hex ? 16 : 10);
		*i = j > from ? j : j < in.n || !hex ? from : from - 1;
		return j > from;
	}
	for (from = j; j < in.n && is_alphanumeric(in.p[j]); j++)
		;
	*i = j;
	return entity_named(ew_bytes(in.p + from, j - from), c_r);
}

size_t ew_transform_html_entity(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, i = 0;

	while (i < in.n) {
		size_t from = i;
		uint8_t c;
		if (in.p[i] != '&') {
			out[n++] = in.p[i++];
		} else if (take_entity(in, &i, &c)) {
			out[n++] = c;
			i += i < in.n && in.p[i] == ';';
		} else {
			memcpy(out + n, in.p + from, i - from);
			n += i - from;
		}
	}
	return n;
}

/* Both forms of percent signs, and the plus. */
size_t ew_transform_url_uni(struct ew_bytes in, uint8_t *out)
{
	size_t n = 0, i = 0;

	while (i < in.n) {
		uint8_t c = in.p[i];
		if (c != '%') {
			out[n++] = c == '+' ? ' ' : c;
			i++;
		} else if (i + 1 < in.n && (in.p[i + 1] | 0x20) == 'u') {
			if (are_hex(in, i + 2, 4)) {
				out[n++] = hex_wide(in.p + i + 2);
				i += 6;
			} else {
				out[n++] = in.p[i++];
				out[n++] = in.p[i++];
			}
		} else if (are_hex(in, i + 1, 2)) {
			out[n++] = hex_pair(in.p + i + 1);
			i += 3;
		} else {
			out[n++] = in.p[i++];
		}
	}
	return n;
}

/* %u and at least four digits. */
static size_t put_unicode(uint8_t *out, uint32_t c)
{
	static const char digit[] = "0123456789abcdef";
	size_t n = 2, digits = 4;

	while (digits < 6 && c >> (4 * digits))
		digits++;
	out[0] = '%';
	out[1] = 'u';
	while (digits-- > 0)
		out[n++] = (uint8_t)digit[c >> (4 * digits) & 0xf];
	return n;
}

/* Characters past ASCII as %uHHHH.  The first byte of a form that is too long, or of a surrogate,
 * stands behind it; a sequence that breaks off loses its first byte; NUL is left out. */
size_t ew_transform_utf8(struct ew_bytes in, uint8_t *out)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = 0, i = 0;

	while (i < in.n) {
		uint8_t c = in.p[i];
		size_t len = (c & 0xe0) == 0xc0   ? 2
			     : (c & 0xf0) == 0xe0 ? 3
			     : (c & 0xf8) == 0xf0 ? 4
						  : 1,
		       more = 1;
		uint32_t value = c & (0xffu >> (len + 1));
		if (c >= 0xf5 && len == 4)
			out[n++] = c;
		while (more < len && i + more < in.n && (in.p[i + more] & 0xc0) == 0x80)
			value = value << 6 | (in.p[i + more++] & 0x3f);
		if (len == 1) {
			if (c)
				out[n++] = c;
		} else if (more == len) {
			n += put_unicode(out + n, value);
			if ((value >= 0xd800 && value <= 0xdfff) || value < least[len])
				out[n++] = c;
		}
		i += more == len ? len : 1;
	}
	return n;
}
