/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* escape.c, schema.c, base64_stray.c, arrays of bytes, prefixes of hex: small openings, each with what is
 * left alone. */

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

int main(void)
{
	static const struct row rows[] = {
		{ "a\\u0041b", "v|escape", "aAb" },
		{ "a\\u{41}\\x42\\103", "v|escape", "aABC" },
		{ "\\\\u0041", "v|escape", "\\A" },
		{ "C:\\Users\\x", "v|escape", NULL },
		{ "\\u{110000}", "v|escape", NULL },
		{ "\\u{41", "v|escape", NULL },
		{ "\\477", "v|escape", NULL },
		{ "&#65;&#x42;&#0000000067;&#68", "v|entity", "ABCD" },
		{ "&#99999999999;&#65;", "v|entity", "&#99999999999;A" },
		{ "a &lt; b &amp; c", "v|entity", NULL },
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
	};
	static const char prefixed[] = "\0\0\0\0\7 {\"a\":1}";
	struct ew_message *m = opened(ew_bytes((const uint8_t *)prefixed, sizeof(prefixed) - 1));

	ok(field_at(m, "v|schema|json.a", EW_LIT("1")), "JSON behind a schema number");
	ew_message_free(&m);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check(&rows[i]);
	each_prefix_of("\\u0041\\u{41}\\x42\\103", 19);
	each_prefix_of("&#65;&#x42;&#0000000067;&#68", 28);
	each_prefix_of("!a!H!R!0cDov!L2EuYi9jL2Q=", 25);
	each_prefix_of("[104,116,116,112,-58,47,47,97]", 30);
	each_prefix_of(prefixed, sizeof(prefixed) - 1);
	return done();
}
