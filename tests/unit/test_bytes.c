/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* bytes.h: comparing, finding, numbers, UTF-8, the bounded reader. */

#include "guard.h"
#include "tap.h"

static void test_find(void)
{
	ok(ew_bytes_eq_nocase(EW_LIT("Content-Length"), EW_LIT("content-length")), "case folded");
	ok(!ew_bytes_eq_nocase(EW_LIT("a["), EW_LIT("a{")), "only letters fold");
	is_int(ew_bytes_find(EW_LIT("abcabc"), 1, EW_LIT("abc")), 3, "found after the offset");
	ok(ew_bytes_find(EW_LIT("ab"), 0, EW_LIT("abc")) == SIZE_MAX, "needle longer than the text");
	ok(ew_bytes_find(EW_LIT("ab"), 9, EW_LIT("a")) == SIZE_MAX, "offset past the end");
	is_int(ew_bytes_find_nocase(EW_LIT("xxBoUnDary"), 0, EW_LIT("boundary")), 2, "found, case folded");
	struct ew_bytes t = ew_bytes_trim(EW_LIT(" \t a b \t"), " \t");
	ok(ew_bytes_eq(t, EW_LIT("a b")), "trimmed");
	is_int(ew_bytes_trim(EW_LIT("   "), " ").n, 0, "all blanks trim to nothing");
}

static void test_numbers(void)
{
	uint64_t v = 7;

	ok(ew_bytes_u64(EW_LIT("18446744073709551615"), &v) && v == UINT64_MAX, "largest");
	ok(!ew_bytes_u64(EW_LIT("18446744073709551616"), &v), "one more overflows");
	ok(!ew_bytes_u64(EW_LIT(""), &v) && !ew_bytes_u64(EW_LIT("+1"), &v) &&
	   !ew_bytes_u64(EW_LIT("1 "), &v) && !ew_bytes_u64(EW_LIT("0x1"), &v), "digits only");
}

static void test_utf8(void)
{
	ok(ew_utf8_valid(EW_LIT("plain ascii of more than eight bytes")), "ascii");
	ok(ew_utf8_valid(EW_LIT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")), "two, three, four bytes");
	ok(!ew_utf8_valid(EW_LIT("\xc0\xaf")), "overlong");
	ok(!ew_utf8_valid(EW_LIT("\xe0\x80\xaf")), "overlong of three");
	ok(!ew_utf8_valid(EW_LIT("\xed\xa0\x80")), "surrogate");
	ok(!ew_utf8_valid(EW_LIT("\xf4\x90\x80\x80")), "past the last code point");
	ok(!ew_utf8_valid(EW_LIT("12345678\x80")), "stray continuation after a fast step");
	bool cut_ok = true;
	struct ew_bytes all = EW_LIT("\xf0\x9f\x98\x80");
	for (size_t n = 1; n < all.n; n++) {
		struct ew_bytes g = guard_put(ew_bytes(all.p, n));
		cut_ok &= !ew_utf8_valid(g);
		guard_drop(g);
	}
	ok(cut_ok, "a cut sequence is not valid and not read past");
	uint8_t out[4];
	is_int(ew_utf8_put(out, 0xd800), 3, "a surrogate is written as three bytes");
	ok(out[0] == 0xed && out[1] == 0xa0 && out[2] == 0x80, "its WTF-8 form");
	is_int(ew_utf8_put(out, 0x110000), 3, "out of range becomes U+FFFD");
	is_int(ew_utf8_put(out, 0x10ffff), 4, "the last code point");
}

static void test_reader(void)
{
	struct ew_bytes g = guard_put(EW_LIT("\x01\x02\x03"));
	struct ew_reader r = ew_reader(g);

	is_int(ew_read_be16(&r), 0x0102, "big endian");
	is_int(ew_read_be32(&r), 0, "a short read gives zero");
	ok(r.short_read && r.n == 0, "and stays short");
	is_int(ew_read_u8(&r), 0, "nothing more is read");
	guard_drop(g);
}

int main(void)
{
	test_find();
	test_numbers();
	test_utf8();
	test_reader();
	return done();
}
