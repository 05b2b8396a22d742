/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* codec.h: base64, hex, percent, quoted-printable. */

#include "eventwall/codec.h"
#include "guard.h"
#include "tap.h"

/* Decode at a guard page into a heap buffer of exactly the promised size. */
static bool base64_gives(struct ew_bytes in, struct ew_bytes want, struct ew_base64_traits *t)
{
	struct ew_bytes g = guard_put(in);
	uint8_t *out = malloc(EW_BASE64_DECODED(in.n));
	size_t n = ew_base64_decode(g, out, t);
	bool same = n <= EW_BASE64_DECODED(in.n) && ew_bytes_eq(ew_bytes(out, n), want);

	free(out);
	guard_drop(g);
	return same;
}

static void test_base64(void)
{
	struct ew_base64_traits t;

	ok(base64_gives(EW_LIT("Zm9vYmFy"), EW_LIT("foobar"), &t), "whole groups");
	ok(base64_gives(EW_LIT("Zm9vYg=="), EW_LIT("foob"), &t) && !t.inner_pad, "padded");
	ok(base64_gives(EW_LIT("Zm9vYg"), EW_LIT("foob"), &t) && !t.cut, "padding missing");
	ok(base64_gives(EW_LIT("Zm9v\r\nYm Fy\t"), EW_LIT("foobar"), &t) && t.blanks == 4, "blanks");
	ok(base64_gives(EW_LIT("++//"), EW_LIT("\xfb\xef\xff"), &t) &&
	   !ew_base64_mixed(EW_LIT("++//")), "standard");
	ok(base64_gives(EW_LIT("-_-_"), EW_LIT("\xfb\xff\xbf"), &t) && !ew_base64_mixed(EW_LIT("-_-_")), "url");
	ok(base64_gives(EW_LIT("-/+_"), EW_LIT("\xfb\xff\xbf"), &t) && ew_base64_mixed(EW_LIT("-/+_")), "mixed");
	ok(base64_gives(EW_LIT("Zm!9v\x80"), EW_LIT("foo"), &t) && t.foreign == 2, "foreign skipped");
	ok(base64_gives(EW_LIT("Zg==Zm9v"), EW_LIT("ffoo"), &t) && t.inner_pad, "read past padding");
	ok(base64_gives(EW_LIT("Zm9vY"), EW_LIT("foo"), &t) && t.cut, "a lone character is told");
	ok(base64_gives(EW_LIT(""), EW_LIT(""), &t) && base64_gives(EW_LIT("===="), EW_LIT(""), &t),
	   "nothing gives nothing");

	/* All lengths round, all prefixes stay inside. */
	uint8_t raw[256], text[EW_BASE64_ENCODED(256)];
	bool round = true, inside = true;
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (uint8_t)(i * 167 + 13);
	for (size_t n = 0; n <= sizeof(raw); n++) {
		size_t len = ew_base64_encode(ew_bytes(raw, n), text);
		round &= len == EW_BASE64_ENCODED(n);
		round &= base64_gives(ew_bytes(text, len), ew_bytes(raw, n), &t);
		for (size_t cut = len > 8 ? len - 8 : 0; cut < len; cut++) {
			struct ew_bytes g = guard_put(ew_bytes(text, cut));
			uint8_t *out = malloc(EW_BASE64_DECODED(cut));
			size_t got = ew_base64_decode(g, out, &t);
			inside &= got <= EW_BASE64_DECODED(cut) && memcmp(out, raw, got) == 0;
			free(out);
			guard_drop(g);
		}
	}
	ok(round, "encode and decode agree for each length");
	ok(inside, "each prefix gives a prefix");
}

static bool hex_gives(struct ew_bytes in, struct ew_bytes want)
{
	struct ew_bytes g = guard_put(in);
	uint8_t *out = malloc(EW_HEX_DECODED(in.n) + 1);
	size_t n = 0;
	bool same = ew_hex_decode(g, out, &n) && ew_bytes_eq(ew_bytes(out, n), want);

	free(out);
	guard_drop(g);
	return same;
}

static bool hex_survives(void *arg, struct ew_bytes in)
{
	uint8_t out[64];
	size_t n = 0;

	(void)arg;
	return !ew_hex_decode(in, out, &n) || n <= EW_HEX_DECODED(in.n);
}

static void test_hex(void)
{
	ok(hex_gives(EW_LIT("27204f5220"), EW_LIT("' OR ")), "both cases");
	ok(hex_gives(EW_LIT("0x4142"), EW_LIT("AB")), "with 0x");
	ok(hex_gives(EW_LIT("41 42\r\n43"), EW_LIT("ABC")), "blanks between pairs");
	ok(hex_gives(EW_LIT("\\x41\\X42"), EW_LIT("AB")), "as escapes");
	ok(!hex_gives(EW_LIT("4 142"), EW_LIT("AB")), "a blank inside a pair");
	ok(!hex_gives(EW_LIT("414"), EW_LIT("A")), "odd");
	ok(!hex_gives(EW_LIT("\\x41A"), EW_LIT("A")), "half escaped");
	ok(!hex_gives(EW_LIT("41g2"), EW_LIT("A")), "not a digit");
	ok(each_prefix(EW_LIT("\\x41\\x42 \\x43"), hex_survives, NULL) &&
	   each_prefix(EW_LIT("0x4142434445"), hex_survives, NULL), "each prefix");
}

static bool percent_gives(struct ew_bytes in, bool plus, struct ew_bytes want,
                          struct ew_percent_traits *t)
{
	struct ew_bytes g = guard_put(in);
	uint8_t *out = malloc(in.n + 1);
	size_t n = ew_percent_decode(g, plus, out, t);
	bool same = n <= in.n && ew_bytes_eq(ew_bytes(out, n), want);

	free(out);
	guard_drop(g);
	return same;
}

static bool percent_survives(void *arg, struct ew_bytes in)
{
	uint8_t out[64];
	struct ew_percent_traits t;

	(void)arg;
	return ew_percent_decode(in, true, out, &t) <= in.n && (t.good > 0) == ew_percent_found(in);
}

static void test_percent(void)
{
	struct ew_percent_traits t;

	ok(percent_gives(EW_LIT("%27%20or+1"), false, EW_LIT("' or+1"), &t) && t.good == 2, "percent");
	ok(percent_gives(EW_LIT("%27%20or+1"), true, EW_LIT("' or 1"), &t) && t.pluses == 1, "plus");
	ok(percent_gives(EW_LIT("%2527"), false, EW_LIT("%27"), &t), "once only");
	ok(percent_gives(EW_LIT("%%27%2"), false, EW_LIT("%'%2"), &t) && t.broken == 2 && t.good == 1,
	   "broken ones stay");
	ok(percent_gives(EW_LIT("%u0027%U00e9"), false, EW_LIT("'\xc3\xa9"), &t), "%%u form");
	ok(percent_gives(EW_LIT("%uD83D%uDE00"), false, EW_LIT("\xf0\x9f\x98\x80"), &t) && t.good == 1,
	   "a pair is one character");
	ok(percent_gives(EW_LIT("%uD83D%u0041"), false, EW_LIT("\xed\xa0\xbd" "A"), &t), "half a pair");
	ok(percent_gives(EW_LIT("%u12"), false, EW_LIT("%u12"), &t) && t.broken == 1, "short %%u");
	ok(percent_gives(EW_LIT("a%00b"), false, EW_LIT("a\0b"), &t), "NUL is data");
	ok(!ew_percent_found(EW_LIT("100% sure %")) && ew_percent_found(EW_LIT("100%%41")), "found");
	ok(each_prefix(EW_LIT("a%41%u0041%uD83D%uDE00%%zz+"), percent_survives, NULL), "each prefix");
	uint8_t own[] = "%41+%u20ac%42";
	size_t n = ew_percent_decode(ew_bytes(own, sizeof(own) - 1), true, own, &t);
	ok(ew_bytes_eq(ew_bytes(own, n), EW_LIT("A \xe2\x82\xac" "B")), "in place");
}

static bool qp_gives(struct ew_bytes in, struct ew_bytes want, size_t want_broken)
{
	struct ew_bytes g = guard_put(in);
	uint8_t *out = malloc(in.n + 1);
	size_t broken = 0, n = ew_qp_decode(g, out, &broken);
	bool same = ew_bytes_eq(ew_bytes(out, n), want) && broken == want_broken;

	free(out);
	guard_drop(g);
	return same;
}

static bool qp_survives(void *arg, struct ew_bytes in)
{
	uint8_t out[64];
	size_t broken = 0;

	(void)arg;
	return ew_qp_decode(in, out, &broken) <= in.n;
}

static void test_qp(void)
{
	ok(qp_gives(EW_LIT("caf=C3=A9 =3d"), EW_LIT("caf\xc3\xa9 ="), 0), "escapes in both cases");
	ok(qp_gives(EW_LIT("uni=\r\non=\nselect= \t\r\n!"), EW_LIT("unionselect!"), 0), "soft breaks");
	ok(qp_gives(EW_LIT("a\r\nb"), EW_LIT("a\r\nb"), 0), "hard breaks stay");
	ok(qp_gives(EW_LIT("1=1 =4"), EW_LIT("1=1 =4"), 2), "broken ones stay and are counted");
	ok(qp_gives(EW_LIT("end="), EW_LIT("end"), 0), "a soft break at the end");
	ok(each_prefix(EW_LIT("a=41=\r\n= \n=zz="), qp_survives, NULL), "each prefix");
}

int main(void)
{
	test_base64();
	test_hex();
	test_percent();
	test_qp();
	return done();
}
