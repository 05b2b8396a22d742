/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* escape.c, entity.c, utf7.c, qp.c, data_url.c, schema.c, base64_stray.c, hex with separators, UTF-32 in
 * base64, arrays of bytes: small openings, each with what is left alone. */

#include "opened.h"
#include "tap.h"

struct row {
	const char *value, *path, *opened; /* `opened` NULL: no such layer */
};

static void check(const struct row *r)
{
	struct ew_bytes g = guard_put(ew_bytes_str(r->value));
	struct ew_message *m = opened(g);
	const struct ew_field *f =
		field_at(m, r->path, r->opened ? ew_bytes_str(r->opened) : ew_bytes(NULL, 0));

	ok(!f == !r->opened, "%s", r->value);
	ew_message_free(&m);
	guard_drop(g);
}

/* Every prefix at a guard page. */
static void each_prefix_of(const char *text, size_t n)
{
	for (size_t i = 0; i <= n; i++) {
		struct ew_bytes g = guard_put(ew_bytes((const uint8_t *)text, i));
		struct ew_message *m = opened(g);
		ew_message_free(&m);
		guard_drop(g);
	}
	ok(true, "each prefix is read within its bounds");
}

/* Their text holds line breaks, which would break the names of tests. */
static void joined_lines(void)
{
	static const struct row rows[] = {
		{ "c\\\nat /etc", "v|escape", "cat /etc" },
		{ "c\\\r\nat /etc", "v|escape", "cat /etc" },
		{ "c\\\n at", "v|escape", "c at" },
		{ "a: \"<scr\\\n\t ipt>\\\nx\"", "v|fold", "a: \"<script>x\"" },
		{ "<scr\\\r\n  ipt>", "v|fold", "<script>" },
		{ "\\x3cscr\\\n  ipt\\x3e", "v|fold|escape", "<script>" },
		{ "c\\\nat", "v|fold", NULL },
		{ "C:\\dir\\\n", "v|escape", NULL },
		{ "C:\\dir\\ \n x", "v|fold", NULL },
		{ "x\\\ry", "v|escape", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_bytes g = guard_put(ew_bytes_str(rows[i].value));
		struct ew_message *m = opened(g);
		const char *want = rows[i].opened;
		const struct ew_field *f =
			field_at(m, rows[i].path, want ? ew_bytes_str(want) : ew_bytes(NULL, 0));
		ok(!f == !want, "joined lines %zu: %s", i, want ? want : "none");
		ew_message_free(&m);
		guard_drop(g);
	}
}

int main(void)
{
	static const struct row rows[] = {
		{ "a\\u0041b", "v|escape", "aAb" },
		{ "a\\u{41}\\x42\\103", "v|escape", "aABC" },
		{ "\\\\u0041", "v|escape", "\\A" },
		{ "C:\\Users\\x", "v|escape", NULL },
		{ "\\u{110000}", "v|escape", NULL },
		{ "\\u{41", "v|escape", NULL },
		{ "\\477", "v|escape", "'7" },
		{ "\\47 or 1=1", "v|escape", "' or 1=1" },
		{ "\\U00000041\\x{42}", "v|escape", "AB" },
		{ "union\\nselect\\t1\\x27", "v|escape", "union\nselect\t1'" },
		{ "C:\\new\\table", "v|escape", NULL },
		{ "\\/etc\\/passwd", "v|escape", "/etc/passwd" },
		{ "\\6a avascript\\3a x", "v|css", "javascript:x" },
		{ "\\00006Aava\\73\tcript", "v|css", "javascript" },
		{ "\\0061bc", "v|css", NULL },
		{ "C:\\bad\\dad", "v|css", NULL },
		{ "&#65;&#x42;&#0000000067;&#68", "v|entity", "ABCD" },
		{ "&#99999999999;&#65;", "v|entity", "&#99999999999;A" },
		{ "a &lt; b &amp; c", "v|entity", "a < b & c" },
		{ "javascript&colon;alert&lpar;1&rpar;", "v|entity", "javascript:alert(1)" },
		{ "&#9;x&Tab;&NewLine;&lbrace;&bsol;", "v|entity", "\tx\t\n{\\" },
		{ "&ltscript&gt", "v|entity", "<script>" },
		{ "&lt/script&gt ", "v|entity", "</script> " },
		{ "a&lt=5&colon=3&none;&;&", "v|entity", NULL },
		{ "=27 or=20=\r\n1=3D1", "v|qp", "' or 1=1" },
		{ "a=27&b=x", "v|qp", NULL },
		{ "a=27", "v|qp", NULL },
		{ "+ADw-script+AD4-", "v|utf7", "<script>" },
		{ "x +ADwAcwBj- 1 +- 1 +AD4", "v|utf7", "x <sc 1 + 1 >" },
		{ "+2D3cqQ- +ACc-", "v|utf7", "\xf0\x9f\x92\xa9 '" },
		{ "1+1-2, tel. +49171-555, a+b+c-, +0100", "v|utf7", NULL },
		{ "27:20:6f:72:20:31", "v|hex", "' or 1" },
		{ "27-20-6F-72-20-31", "v|hex", "' or 1" },
		{ "0x27,0x20,0x6f,0x72", "v|hex", "' or" },
		{ "0x27, 0x20, 0x6f, 0x72", "v|hex", "' or" },
		{ "00:1a:2b:3c:4d:5e", "v|hex", NULL },
		{ "2024-03-01", "v|hex", NULL },
		{ "4111-1111-1111-1111", "v|hex", NULL },
		{ "data:text/xml,<a>un<!-- -->ion</a>", "v|data|xml.a", "union" },
		{ "data:,%27%20or", "v|data|percent", "' or" },
		{ "data:application/json;charset=utf-7,{\"a\":\"+ACc-\"}", "v|data|utf7|json.a", "'" },
		{ "JwAAACAAAABvAAAAcgAAACAAAAAxAAAA", "v|base64|utf16", "' or 1" },
		{ "AAD+/wAAACcAAAAgAAAAbwAAAHI=", "v|base64|utf16", "' or" },
		{ "aHR0cDov!L2EuYi9jL2Q=", "v|base64", "http://a.b/c/d" },
		{ "'aHR0cDovL2EuYi9jL2Q'", "v|base64", "http://a.b/c/d" },
		{ "aHR0cDov\fL2EuYi9jL2Q=", "v|base64", "http://a.b/c/d" },
		{ "!!!!!!!!!!!aHR0cDovL2EuYi9jL2Q=", "v|base64", "http://a.b/c/d" },
		{ "\\x687474703a2f2f612f62", "v|hex", "http://a/b" },
		{ "\\x68\\x74\\x74\\x70\\x3a", "v|hex", "http:" },
		{ "The quick, brown fox: jumps!", "v|base64", NULL },
		{ "2024-05-01T12:00:00.000Z", "v|base64", NULL },
		{ "[104,116,116,112,58,47,47,97]", "v|json|bytes", "http://a" },
		{ "[-61,-87,65,66]", "v|json|bytes", "\xc3\xa9" "AB" },
		{ "[104,116,116,112,58,47,47,256]", "v|json|bytes", NULL },
		{ "[104,116,112,[],58,47,47,97]", "v|json|bytes", NULL },
		{ "[1,2,3,4,5,6,7,8]", "v|json|bytes", NULL },
		{ "[104,116,116]", "v|json|bytes", NULL },
		{ "{\"a\":[1],\"b\":[104,116,116,112]}", "v|json.b|bytes", "http" },
		{ "[\"104\",\"116\",\"116\",\"112\"]", "v|json|bytes", "http" },
		{ "[104.0,116.00,116,112.0]", "v|json|bytes", "http" },
		{ "[104.5,116.00,116,112.0]", "v|json|bytes", NULL },
		{ "[0x68,0x74,0X74,0x70]", "v|json|bytes", "http" },
		{ "[\"0x68\",\"0x9\",\"0x20\",\"0x70\"]", "v|json|bytes", "h\t p" },
		{ "[\"0x168\",\"0x74\",\"0x74\",\"0x70\"]", "v|json|bytes", NULL },
		{ "[\"h\",\"\\u0074\",\"\xc3\xa9\",\"p\"]", "v|json|bytes", "ht\xc3\xa9p" },
		{ "[\"1\",\"2\",\"3\",\"4\"]", "v|json|bytes", "1234" },
		{ "[\"h\",\"t\",\"tp\",\"p\"]", "v|json|bytes", NULL },
		{ "[104,\"t\",116,\"p\"]", "v|json|bytes", "http" },
		{ "{\"a\":{\"0\":104,\"1\":116,\"2\":116,\"3\":112}}", "v|json.a|bytes", "http" },
		{ "{\"a\":{\"3\":112,\"1\":116,\"2\":116,\"0\":104}}", "v|json.a|bytes", "http" },
		{ "{\"a\":{\"0\":\"h\",\"1\":\"t\",\"2\":\"\xc3\xa9\",\"3\":\"p\"}}", "v|json.a|bytes",
		  "ht\xc3\xa9p" },
		{ "{\"a\":{\"1\":104,\"2\":116,\"3\":116,\"4\":112}}", "v|json.a|bytes", NULL },
		{ "{\"a\":{\"0\":104,\"1\":116,\"2\":116,\"03\":112}}", "v|json.a|bytes", NULL },
		{ "{\"a\":{\"0\":104,\"1\":116,\"2\":116,\"length\":3}}", "v|json.a|bytes", NULL },
		{ "{\"type\":\"Buffer\",\"data\":[104,116,116,112]}", "v|json.data|bytes", "http" },
	};
	static const char prefixed[] = "\0\0\0\0\7 {\"a\":1}";
	struct ew_message *m = opened(ew_bytes((const uint8_t *)prefixed, sizeof(prefixed) - 1));

	ok(field_at(m, "v|schema|json.a", EW_LIT("1")), "JSON behind a schema number");
	ew_message_free(&m);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(&rows[i]);
	each_prefix_of("\\u0041\\u{41}\\x42\\103", 20);
	each_prefix_of("&#65;&#x42;&#0000000067;&#68", 28);
	each_prefix_of("!a!H!R!0cDov!L2EuYi9jL2Q=", 25);
	each_prefix_of("\\6a \\00006Aa\\U00000041\\x{41}\\47\\/\\n", 35);
	each_prefix_of("&lt;&colon;&ltx&amp=&NonBreakingSpace;&#x", 41);
	each_prefix_of("+ADw-x +- +2D3cqQ +ACcAJw/+", 27);
	each_prefix_of("=27 or=20=\r\n1=3D1=", 18);
	each_prefix_of("0x27,0x20:6f,0x72,0x20,0x31", 27);
	each_prefix_of("data:text/xml;charset=utf-7,+ADw-a+AD4-", 39);
	each_prefix_of("[104,116,116,112,-58,47,47,97]", 30);
	each_prefix_of(prefixed, sizeof(prefixed) - 1);
	joined_lines();
	each_prefix_of("<scr\\\r\n\t ipt>\\\n", 15);
	return done();
}
