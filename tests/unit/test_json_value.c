/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Which texts may stand inside a document as they are. */

#include "daemon/cloudevent.h"

#include "guard.h"
#include "tap.h"

static bool is_value(const char *text)
{
	return ew_json_is_value(guard_put(ew_bytes_str(text)));
}

static bool is_nested(size_t depth, char open, char close)
{
	char text[1100];

	memset(text, open, depth);
	memset(text + depth, close, depth);
	text[2 * depth] = 0;
	return is_value(text);
}

int main(void)
{
	static const char *const good[] = {
		"{}", "[]", "0", "-0", "1.5e+10", "1E5", "true", "false", "null", "\"\"", " [1, 2] \n",
		"{\"a\":{\"b\":[{},[],\"\\u00e9\\n\"]},\"c\":-1}", "[[],[[]],{}]", "\"\xc3\xa9\"",
		"{\"a\":1,\"a\":2}", "[{},1]", "{\"a\":[],\"b\":{}}",
	};
	static const char *const bad[] = {
		"", " ", "1,2", "1,\"id\":\"x\"", "{\"a\":1}}", "[1", "{\"a\":1", "[1,]", "{\"a\":1,}",
		"{,}", "[,1]", "{a:1}", "{\"a\"}", "{\"a\":}", "01", "1.", ".5", "+1", "1e", "--1", "tru",
		"nulls", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\n\"", "'a'", "[1 2]", "{\"a\" 1}", "[}", "{]",
		"\xef\xbb\xbf{}", "\"\xff\"", "// x\n1", "1 // x", "NaN", "\"a\" \"b\"", "[1]]", "{}{}",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		ok(is_value(good[i]), "a value: %s", good[i][0] == ' ' ? "with blanks" : good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!is_value(bad[i]), "not one: case %zu", i);
	ok(is_nested(256, '[', ']'), "256 levels");
	ok(!is_nested(257, '[', ']'), "257 are too many");
	/* Every prefix of a document is incomplete: none may pass. */
	const char *doc = "{\"a\":[1,-2.5e3,\"x\\u0041\"],\"b\":{\"c\":null}}";
	size_t passed = 0;
	for (size_t n = 0; n < strlen(doc); n++)
		passed += ew_json_is_value(guard_put(ew_bytes(doc, n)));
	is_int(passed, 0, "no prefix of a document is one");
	return done();
}
