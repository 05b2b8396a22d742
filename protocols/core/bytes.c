/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Bodies of bytes.h: comparing, finding, numbers, UTF-8.  No locale anywhere: an ASCII letter is
 * folded by hand, since tolower() may change its mind about bytes past 0x7f. */

#define _GNU_SOURCE /* memmem */
#include "eventwall/bytes.h"

/* The cases of an ASCII letter differ in one bit. */
bool ew_bytes_same_folded(const uint8_t *a, const uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned differ = a[i] ^ b[i];
		if (differ && (differ != 0x20 || (uint8_t)((a[i] | 0x20) - 'a') > 25))
			return false;
	}
	return true;
}

bool ew_bytes_starts_nocase(struct ew_bytes a, struct ew_bytes prefix)
{
	return a.n >= prefix.n && ew_bytes_same_folded(a.p, prefix.p, prefix.n);
}

size_t ew_bytes_find(struct ew_bytes a, size_t from, struct ew_bytes needle)
{
	if (from > a.n || needle.n > a.n - from)
		return SIZE_MAX;
	if (needle.n == 0)
		return from;
	/* memmem() goes a long way round to look for one byte. */
	const uint8_t *hit = needle.n == 1 ? memchr(a.p + from, needle.p[0], a.n - from) :
	                                     memmem(a.p + from, a.n - from, needle.p, needle.n);
	return hit ? (size_t)(hit - a.p) : SIZE_MAX;
}

size_t ew_bytes_find_nocase(struct ew_bytes a, size_t from, struct ew_bytes needle)
{
	if (from > a.n || needle.n > a.n - from)
		return SIZE_MAX;
	for (size_t i = from; i <= a.n - needle.n; i++) {
		if (ew_bytes_same_folded(a.p + i, needle.p, needle.n))
			return i;
	}
	return SIZE_MAX;
}

/* Sets have a few members: less than a call costs. */
static inline bool is_in(const char *set, uint8_t c)
{
	while (*set && (uint8_t)*set != c)
		set++;
	return *set;
}

struct ew_bytes ew_bytes_trim(struct ew_bytes a, const char *set)
{
	while (a.n && is_in(set, a.p[0])) {
		a.p++;
		a.n--;
	}
	while (a.n && is_in(set, a.p[a.n - 1]))
		a.n--;
	return a;
}

bool ew_bytes_u64(struct ew_bytes a, uint64_t *value_r)
{
	uint64_t v = 0;

	if (a.n == 0)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		uint8_t digit = (uint8_t)(a.p[i] - '0');
		/* The first 19 digits always fit, and a division costs more than they do. */
		if (digit > 9 || (i >= 19 && v > (UINT64_MAX - digit) / 10))
			return false;
		v = v * 10 + digit;
	}
	*value_r = v;
	return true;
}

/* Length of the well-formed sequence at the start of `p`, 0 if there is none (Unicode, table 3-7). */
static size_t utf8_sequence(const uint8_t *p, size_t n)
{
	uint8_t lead = p[0], low = 0x80, high = 0xbf;
	size_t len;

	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf) {
		len = 2;
	} else if (lead >= 0xe0 && lead <= 0xef) {
		len = 3;
		if (lead == 0xe0)
			low = 0xa0; /* shorter form exists */
		else if (lead == 0xed)
			high = 0x9f; /* surrogates */
	} else if (lead >= 0xf0 && lead <= 0xf4) {
		len = 4;
		if (lead == 0xf0)
			low = 0x90;
		else if (lead == 0xf4)
			high = 0x8f; /* past U+10FFFF */
	} else {
		return 0;
	}
	if (n < len || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++) {
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	}
	return len;
}

bool ew_utf8_valid(struct ew_bytes a)
{
	size_t i = 0;

	while (i < a.n) {
		/* Most text is ASCII: eight bytes a step. */
		uint64_t word;
		if (a.n - i >= 8 && (memcpy(&word, a.p + i, 8), (word & 0x8080808080808080u) == 0)) {
			i += 8;
			continue;
		}
		size_t len = utf8_sequence(a.p + i, a.n - i);
		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

size_t ew_utf8_put(uint8_t *out, uint32_t cp)
{
	if (cp > 0x10ffff)
		cp = 0xfffd;
	if (cp < 0x80) {
		out[0] = (uint8_t)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (uint8_t)(0xc0 | cp >> 6);
		out[1] = (uint8_t)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (uint8_t)(0xe0 | cp >> 12);
		out[1] = (uint8_t)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | cp >> 18);
	out[1] = (uint8_t)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (cp & 0x3f));
	return 4;
}
