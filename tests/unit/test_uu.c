/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* uu.c: blocks, their names, and lines that are not as they should be. */

#include "opened.h"
#include "tap.h"

static bool opens(const char *value, const char *want)
{
	struct ew_message *m = opened(ew_bytes_str(value));
	bool good = m->status == EW_OK && (want ? has(m, "v|uu", want) : !field_at(m, "v|uu", ew_bytes(NULL, 0)));

	if (!good)
		print_tree(m);
	ew_message_free(&m);
	return good;
}

int main(void)
{
	static const char all[] = "1=1\nbegin 0644 x; id\r\n#86)C\r\n%86)C9&4\r\n`\r\nend\nbegin 600 y\n!80\n";

	ok(opens("begin 644 f\n#86)C\n`\nend\n", "abc"), "a block");
	ok(opens("begin 644 x; id\n#86)C\n`\nend\n", "x; id"), "its name");
	ok(opens("1+1=2\nbegin 644 f\r\n%86)C9&4\r\n`\r\nend\r\n", "abcde"), "among text, CRLF");
	ok(opens("begin 644 f\n#86)C\nend\nbegin 644 g\n#9&5F\nend", "def"), "a second one");
	ok(opens("begin 644 f\n$86)C9\nend", "abc"), "padding that is missing");
	ok(opens("begin 644 f\n#86)Cxyz\nend", "abc"), "more than the length says");
	ok(opens("begin 644 f\n#86)C", "abc"), "no end");
	ok(opens("begin 644 f\n)86)C\nend", "abc"), "less than the length says");
	ok(opens("begin the day\nwell", NULL) && opens("begin 9 x\n#86)C\n", NULL) && opens("begin 644 f", NULL) &&
	   opens("let x=1 begin 644 f\n", NULL), "other beginnings");
	struct ew_message *m = opened_as(EW_LIT("no uuencode"), "uu");
	ok(m->status == EW_MALFORMED, "declared and none");
	ew_message_free(&m);
	ok(each_prefix(ew_bytes_str(all), opens_safely, NULL) && each_prefix(ew_bytes_str(all), opens_safely, "uu"),
	   "each prefix");
	return done();
}
