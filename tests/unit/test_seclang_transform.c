/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Transformations of rule files: what each makes of a text, and for any text: nothing is read past
 * its end, nothing is written past the room that was promised. */

#include "signatures/seclang/transform.h"
#include "guard.h"
#include "tap.h"

struct row {
	enum ew_transform t;
	struct ew_bytes in, out;
};

#define ROW(t, in, out) { EW_TRANSFORM_##t, EW_LIT(in), EW_LIT(out) }

static const struct row rows[] = {
	ROW(NONE, "a\0b", "a\0b"),
	ROW(LOWERCASE, "AbZ[\xc3\x84", "abz[\xc3\x84"),
	ROW(UPPERCASE, "aBz{", "ABZ{"),
	ROW(LENGTH, "", "0"),
	ROW(LENGTH, "0123456789", "10"),
	ROW(TRIM, " \t\n a b \v\f\r", "a b"),
	ROW(TRIM, "  ", ""),
	ROW(TRIM_LEFT, " a ", "a "),
	ROW(TRIM_RIGHT, " a ", " a"),
	ROW(COMPRESS_WHITESPACE, "\ta \n b ", " a b "),
	ROW(REMOVE_WHITESPACE,
	    " a\tb\xc2\xa0"
	    "c\xa0"
	    "d\xc2",
	    "abcd"),
	ROW(REMOVE_NULLS, "\0a\0b", "ab"),
	ROW(REPLACE_NULLS, "\0a\0", " a "),
	ROW(CMD_LINE, "C^M\"D' /c, ;\t\\X (y", "cmd/c x(y"),
	ROW(REMOVE_COMMENTS, "a/*b*/cd<!--e-->f#g", "acdf"),
	ROW(REMOVE_COMMENTS, "a--b", "a"),
	ROW(REMOVE_COMMENTS, "a/*b*/", "a\0"),
	ROW(REMOVE_COMMENTS, "a/*b*//*c*/", "a/*c*/"),
	ROW(REMOVE_COMMENTS, "a/*b-->c", "ac"),
	ROW(REMOVE_COMMENTS, "a/*b", "a "),
	ROW(REMOVE_COMMENTS_CHAR, "a/*b*/<!--c-->d--e#f", "abcdef"),
	ROW(REPLACE_COMMENTS, "a/*b*/c/*/d", "a c "),
	ROW(REPLACE_COMMENTS, "/**/x<!-- -->", " x<!-- -->"),
	ROW(NORMALISE_PATH, "/a/./b//c/../d", "/a/b/d"),
	ROW(NORMALISE_PATH, "../../a", "../../a"),
	ROW(NORMALISE_PATH, "a/../../b", "../b"),
	ROW(NORMALISE_PATH, "/../a/..", ""),
	ROW(NORMALISE_PATH, "./a/", "a/"),
	ROW(NORMALISE_PATH, "a\\..\\b", "a\\..\\b"),
	ROW(NORMALIZE_PATH, "/a/b../c", "/a/c"),
	ROW(NORMALISE_PATH_WIN, "\\a\\.\\b\\..\\c", "/a/c"),
	ROW(NORMALIZE_PATH_WIN, "a\\\\\\b", "a/b"),
	ROW(HTML_ENTITY_DECODE, "&lt;&GT&amp;&quot;&nbsp;&apos;", "<>&\"\xa0&apos;"),
	ROW(HTML_ENTITY_DECODE, "&#60;&#x3c&#X3E;&#0060;&#316;", "<<><<"),
	ROW(HTML_ENTITY_DECODE, "&#;&#x;&&lt;&", "&#;&#x;&<&"),
	ROW(HTML_ENTITY_DECODE, "&#x;&#99999999999999999999;", "&#x;\xff"),
	ROW(JS_DECODE, "\\u003c\\uFF1c\\u20ac\\x3C\\74\\101\\4011", "<<\xac<<A 11"),
	ROW(JS_DECODE, "\\a\\b\\f\\n\\r\\t\\v\\z\\'\\", "\a\b\f\n\r\t\vz'\\"),
	ROW(JS_DECODE, "\\u00\\xg\\u12", "u00xgu12"),
	ROW(CSS_DECODE, "\\3c a\\00003Cb\\ff1c\\z\\\nc\\", "<a<b<zc"),
	ROW(CSS_DECODE, "a\\0 b", "a\0b"),
	ROW(CSS_DECODE, "\\1 \\12345 \\12ff1c", "\1E\x1c"),
	ROW(ESCAPE_SEQ_DECODE, "\\n\\x41\\X42\\101\\777\\q\\?\\",
	    "\nAB"
	    "A\xffq?\\"),
	ROW(ESCAPE_SEQ_DECODE, "\\xg1\\x", "xg1x"),
	ROW(URL_DECODE,
	    "a+%41%4g%\x25"
	    "4",
	    "a A%4g%%4"),
	ROW(URL_DECODE_UNI, "+%u0041%U0042%uff1c%u20ac%u00g1%3c%", " AB<\xac%u00g1<%"),
	ROW(URL_ENCODE, "a b*/\xe4", "a+b*%2f%e4"),
	ROW(UTF8_TO_UNICODE, "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "a%u00e4%u20ac%u1f600"),
	ROW(UTF8_TO_UNICODE, "\xc0\xaf\xed\xa0\x80", "%u002f\xc0%ud800\xed"),
	ROW(UTF8_TO_UNICODE,
	    "\xc3"
	    "a\0b\x80\xff\xe2\x82",
	    "ab\x80\xff\x82"),
	ROW(HEX_ENCODE, "\0a\xff", "0061ff"),
	ROW(HEX_DECODE, "0061fF4", "\0a\xff"),
	ROW(SQL_HEX_DECODE, "1,0x4142 0X43g0x4", "1,AB Cg0x4"),
	ROW(BASE64_DECODE, "YWJj\r\nZA==", "abcd"),
	ROW(BASE64_DECODE, "YWJjZA", "abc"),
	ROW(BASE64_DECODE, "YW!Jj", ""),
	ROW(BASE64_DECODE, "YW-_", ""),
	ROW(BASE64_DECODE, "YQ==YWJj", ""),
	ROW(BASE64_DECODE_EXT, "YW!Jj ZA", "abcd"),
	ROW(BASE64_DECODE_EXT, "-_-_", "\xfb\xff\xbf"),
	ROW(BASE64_DECODE_EXT, "YQ==YWJj", "a\x06\x16&"),
	ROW(BASE64_DECODE_EXT, "Y=", ""),
	ROW(BASE64_ENCODE, "abcd", "YWJjZA=="),
	ROW(PARITY_EVEN, "\x01\x03\x83", "\x81\x03\x83"),
	ROW(PARITY_ODD, "\x01\x03\x81", "\x01\x83\x81"),
	ROW(PARITY_ZERO, "\x81\x7f", "\x01\x7f"),
	ROW(MD5, "abc", "\x90\x01\x50\x98\x3c\xd2\x4f\xb0\xd6\x96\x3f\x7d\x28\xe1\x7f\x72"),
	ROW(SHA1, "abc",
	    "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e\x25\x71\x78\x50\xc2\x6c\x9c\xd0\xd8\x9d"),
};

/* The result of `t` in room that ends at a guard page. */
static bool fits(enum ew_transform t, struct ew_bytes in, struct ew_bytes *want)
{
	size_t room = ew_transform_room(t, in.n);
	uint8_t *blank = calloc(1, room + 1);

	if (!blank)
		abort();
	struct ew_bytes out = guard_put(ew_bytes(blank, room)), g = guard_put(in);
	size_t n = ew_transform(t, g, (uint8_t *)(uintptr_t)out.p);
	bool good = n <= room && (!want || ew_bytes_eq(ew_bytes(out.p, n), *want));
	if (!good)
		printf("# %s gives \"%.*s\"\n", ew_transform_name(t), (int)n, (const char *)out.p);
	guard_drop(g);
	guard_drop(out);
	free(blank);
	return good;
}

static bool fits_all(void *arg, struct ew_bytes in)
{
	(void)arg;
	for (int t = 0; t < EW_TRANSFORM_COUNT; t++)
		if (!fits((enum ew_transform)t, in, NULL))
			return false;
	return true;
}

int main(void)
{
	bool seen[EW_TRANSFORM_COUNT] = { false }, all_fit = true, all_seen = true;
	const char *near;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_bytes want = rows[i].out;
		ok(fits(rows[i].t, rows[i].in, &want), "%s, row %zu", ew_transform_name(rows[i].t),
		   i);
		all_fit &= each_prefix(rows[i].in, fits_all, NULL);
		seen[rows[i].t] = true;
	}
	for (int t = 0; t < EW_TRANSFORM_COUNT; t++)
		all_seen &= seen[t];
	ok(all_fit, "each makes of the beginning of any of these what fits its room");
	ok(all_seen, "each has a row");
	is_int(ew_transform_named(EW_LIT("URLDECODEUNI"), &near), EW_TRANSFORM_URL_DECODE_UNI,
	       "case does not matter");
	ok(ew_transform_named(EW_LIT("lowercse"), &near) == EW_TRANSFORM_COUNT && near &&
		   !strcmp(near, "lowercase"),
	   "what may be meant is told");
	return done();
}
