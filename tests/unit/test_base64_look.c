/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* base64_look.c: what is called dull is what decoding and judging would refuse. */

#include "eventwall/codec.h"
#include "guard.h"
#include "tap.h"

static uint32_t seed = 7;

static uint32_t next(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

/* As a blind opening decides. */
static bool refused(struct ew_bytes v)
{
	static uint8_t out[EW_BASE64_DECODED(512)];
	struct ew_base64_traits t;
	size_t n = ew_base64_decode(v, out, &t);

	return n == 0 || t.foreign || (!ew_plausible(ew_bytes(out, n)) && !ew_deflate_looks(ew_bytes(out, n)));
}

/* What ew_base64_dull() may be asked about. */
static bool is_clean(struct ew_bytes v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (!v.p[i] || !strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_ \t\r\n",
		                       v.p[i]))
			return false;
	}
	return true;
}

static struct {
	size_t values, refused, dull, wrong;
} seen;

static void compare(struct ew_bytes v)
{
	struct ew_bytes g = guard_put(v);
	bool dull = is_clean(g) && ew_base64_dull(g), bad = refused(g);

	seen.values++;
	seen.refused += bad;
	seen.dull += dull;
	if (dull && !bad && seen.wrong++ < 5)
		printf("# opened, but called dull: \"%.*s\"\n", (int)v.n, (const char *)v.p);
	guard_drop(g);
}

static void put_blanks(struct ew_bytes v, uint8_t *out, size_t *n_r)
{
	size_t n = 0;

	for (size_t i = 0; i < v.n; i++) {
		out[n++] = v.p[i];
		if (next(9) == 0)
			out[n++] = (uint8_t)" \n\r\t"[next(4)];
	}
	*n_r = n;
}

static void raw_values(void)
{
	static const char *const alphabets[] = {
		"abcdefghijklmnopqrstuvwxyz ",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
		"0123456789abcdef", "0123456789",
		"AQgIxYZ0JyBvci", "abcAB01= ", "ab+/-_ \t\r\n\v\f!:.", "AAAAAAB",
	};
	uint8_t buf[220];

	for (int round = 0; round < 90000; round++) {
		const char *from = alphabets[round % 9];
		size_t n = next(round % 5 ? 64 : 220);
		for (size_t i = 0; i < n; i++)
			buf[i] = (uint8_t)from[next((uint32_t)strlen(from))];
		compare(ew_bytes(buf, n));
	}
	is_int(seen.wrong, 0, "%zu values: %zu to be refused, %zu called dull", seen.values, seen.refused,
	       seen.dull);
	ok(seen.dull * 4 > seen.refused, "many of these without decoding");
}

/* Bytes that are nearly text, or nearly UTF-16, or begin like a magic: on the edge of what is meant. */
static void encoded_values(void)
{
	static const char *const pieces[] = { "a", "' or 1=1", "\x01", "\x7f", "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80", "\xc3", "\x80", "\xff", "\xed\xa0\x80", "\n", "~", "abcdefghi", "\xc1\xbf" };
	static const char *const heads[] = {
		"\x1f\x8b\x08", "\x78\x9c\x01", "\x28\xb5\x2f\xfd", "PK\x03\x04", "Obj\x01", "\x80\x04\x95",
		"\xd9\xd9\xf7", "\xac\xed\x00\x05", "\x80\x02}\x01\x02", "\xff\x06",
		"\x48\x0d\x01", "\x18\x19\x02",
	};
	uint8_t raw[128], text[256], spaced[512];

	seen.values = seen.refused = seen.dull = seen.wrong = 0;
	for (int round = 0; round < 90000; round++) {
		size_t n = 0, want = next(66), spaced_n;
		if (round % 8 == 0)
			for (const char *h = heads[next(12)]; *h; h++)
				raw[n++] = (uint8_t)*h;
		while (n < want) {
			const char *piece = pieces[round % 3 ? next(15) : next(2) * 4];
			if (round % 5 == 0) {
				raw[n++] = (uint8_t)(' ' + next(90));
				raw[n++] = next(12) ? 0 : 'x';
			}
			for (; round % 5 && *piece; piece++)
				raw[n++] = (uint8_t)*piece;
		}
		size_t len = ew_base64_encode(ew_bytes(raw, n), text);
		while (round % 2 && len && text[len - 1] == '=')
			len--;
		if (round % 7 == 0)
			len -= len > 3 ? next(3) : 0;
		compare(ew_bytes(text, len));
		if (round % 4 == 0) {
			put_blanks(ew_bytes(text, len), spaced, &spaced_n);
			compare(ew_bytes(spaced, spaced_n));
		}
	}
	is_int(seen.wrong, 0, "%zu values made on the edge: %zu to be refused, %zu called dull", seen.values,
	       seen.refused, seen.dull);
}

static void plain_cases(void)
{
	static const char *const names[] = {
		"order kettle Lisbon", "SKU-00017", "was created", "aws_region", "tuesday morning",
	};
	static const char *const meant[] = {
		"JyBvciAxPTEtLQ", "Jy BvciAxPT\nEtLQ", "H4sIAAAAAAAA", "w6nDqcOpw6nDqcOp",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
#ifdef __SSE2__
		ok(ew_base64_dull(ew_bytes_str(names[i])), "dull: %s", names[i]);
#else
		skip(1, "no vectors here to look with: %s", names[i]);
#endif
	for (size_t i = 0; i < sizeof(meant) / sizeof(*meant); i++)
		ok(!ew_base64_dull(ew_bytes_str(meant[i])), "not dull: row %zu", i);
}

int main(void)
{
	plain_cases();
	raw_values();
	encoded_values();
	return done();
}
