/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Addresses from text and to text.  Stricter than inet_aton() and, where it takes leading zeros or a zone,
 * than getaddrinfo(). */

#include "eventwall/address.h"
#include "eventwall/codec.h"

#include <stdio.h>

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

/* One decimal number up to `most` without leading zeros, at most three digits, at the start of `b`; 0: none. */
static size_t read_number(struct ew_bytes b, unsigned most, unsigned *v_r)
{
	size_t n = 0;
	unsigned v = 0;

	for (; n < b.n && n < 3 && b.p[n] >= '0' && b.p[n] <= '9'; n++)
		v = v * 10 + (b.p[n] - '0');
	if (n == 0 || v > most || (n > 1 && b.p[0] == '0'))
		return 0;
	*v_r = v;
	return n;
}

bool ew_address_v4(struct ew_bytes text, uint8_t out[16])
{
	uint8_t a[4];

	for (int i = 0; i < 4; i++) {
		unsigned v = 0;
		size_t n = read_number(text, 255, &v);
		if (n == 0)
			return false;
		text = ew_bytes_from(text, n);
		a[i] = (uint8_t)v;
		if (i < 3) {
			if (text.n == 0 || text.p[0] != '.')
				return false;
			text = ew_bytes_from(text, 1);
		}
	}
	if (text.n)
		return false;
	memcpy(out, mapped, 12);
	memcpy(out + 12, a, 4);
	return true;
}

/* One to four digits; 0: none. */
static size_t read_group(struct ew_bytes b, unsigned *v_r)
{
	size_t n = 0;
	unsigned v = 0;

	for (; n < b.n && n < 4 && ew_hex_digit(b.p[n]) >= 0; n++)
		v = v << 4 | (unsigned)ew_hex_digit(b.p[n]);
	*v_r = v;
	return n;
}

bool ew_address_v6(struct ew_bytes text, uint8_t out[16])
{
	uint8_t a[16] = { 0 }, v4[16];
	size_t n = 0, gap = SIZE_MAX;

	if (ew_bytes_starts(text, EW_LIT("::"))) {
		gap = 0;
		text = ew_bytes_from(text, 2);
	} else if (text.n == 0) {
		return false;
	}
	while (text.n) {
		unsigned v;
		size_t digits = read_group(text, &v);
		if (n <= 12 && ew_address_v4(text, v4)) {
			memcpy(a + n, v4 + 12, 4);
			n += 4;
			break;
		}
		if (digits == 0 || n > 14)
			return false;
		a[n++] = (uint8_t)(v >> 8);
		a[n++] = (uint8_t)v;
		text = ew_bytes_from(text, digits);
		if (text.n == 0)
			break;
		if (ew_bytes_starts(text, EW_LIT("::"))) {
			if (gap != SIZE_MAX)
				return false;
			gap = n;
			text = ew_bytes_from(text, 2);
		} else if (text.p[0] == ':' && text.n > 1) {
			text = ew_bytes_from(text, 1);
		} else {
			return false;
		}
	}
	if (gap == SIZE_MAX ? n != 16 : n > 14) /* a gap stands for one group at least */
		return false;
	memset(out, 0, 16);
	if (gap == SIZE_MAX)
		gap = n;
	memcpy(out, a, gap);
	memcpy(out + 16 - (n - gap), a + gap, n - gap);
	return true;
}

bool ew_address_is_v4(const uint8_t a[16])
{
	return memcmp(a, mapped, 12) == 0;
}

static unsigned group_of(const uint8_t a[16], int i)
{
	return (unsigned)a[2 * i] << 8 | a[2 * i + 1];
}

/* The first of the longest runs of two or more zero groups; 8: there is none. */
static int longest_gap(const uint8_t a[16], int *len_r)
{
	int best = 8, most = 1;

	for (int i = 0; i < 8; i++) {
		int n = 0;
		while (i + n < 8 && group_of(a, i + n) == 0)
			n++;
		if (n > most) {
			best = i;
			most = n;
		}
	}
	*len_r = most;
	return best;
}

size_t ew_address_write(const uint8_t a[16], char out[EW_ADDRESS_TEXT])
{
	int gap_len, gap = longest_gap(a, &gap_len);
	size_t n = 0;

	if (ew_address_is_v4(a))
		return (size_t)snprintf(out, EW_ADDRESS_TEXT, "%u.%u.%u.%u", a[12], a[13], a[14], a[15]);
	for (int i = 0; i < 8; i++) {
		if (i == gap) {
			out[n++] = ':';
			i += gap_len - 1;
			if (i == 7)
				out[n++] = ':';
			continue;
		}
		if (i)
			out[n++] = ':';
		n += (size_t)snprintf(out + n, EW_ADDRESS_TEXT - n, "%x", group_of(a, i));
	}
	out[n] = 0;
	return n;
}

/* Bits of the address behind the first `bits`: all 0? */
static bool ends_in_zeros(const uint8_t a[16], unsigned bits)
{
	for (unsigned i = bits; i < 128; i++)
		if (a[i / 8] >> (7 - i % 8) & 1)
			return false;
	return true;
}

bool ew_network_parse(struct ew_bytes text, struct ew_network *out)
{
	const uint8_t *slash = text.n ? memchr(text.p, '/', text.n) : NULL;
	struct ew_bytes address = ew_bytes(text.p, slash ? (size_t)(slash - text.p) : text.n);
	uint8_t a[16];
	bool v4 = ew_address_v4(address, a);
	unsigned most = v4 ? 32 : 128, bits = most;

	if (!v4 && !ew_address_v6(address, a))
		return false;
	if (slash) {
		struct ew_bytes number = ew_bytes_from(text, address.n + 1);
		size_t n = read_number(number, most, &bits);
		if (n == 0 || n != number.n)
			return false;
	}
	bits += 128 - most;
	if (!ends_in_zeros(a, bits))
		return false;
	memcpy(out->address, a, 16);
	out->bits = (uint8_t)bits;
	return true;
}

bool ew_network_has(const struct ew_network *net, const uint8_t a[16])
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;

	return memcmp(net->address, a, whole) == 0 &&
	       (rest == 0 || (net->address[whole] ^ a[whole]) >> (8 - rest) == 0);
}
