/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* json_locate.h: the line of a key path. */

#include "eventwall/json_locate.h"
#include "guard.h"
#include "tap.h"

static const char text[] = "\n"
                           "{\n"
                           "  \"set\": \"a, } ] \\\" b\",\n"           /* 3 */
                           "  \"signatures\": [\n"                     /* 4 */
                           "    { \"id\": 1, \"hit\": [\"x\", \"y\"] },\n" /* 5 */
                           "    {\n"                                   /* 6 */
                           "      \"id\":\n"                           /* 7 */
                           "        2,\n"
                           "      \"hit\": [\n"                        /* 9 */
                           "        [], {},\n"                         /* 10 */
                           "        \"z\"\n"                           /* 11 */
                           "      ],\n"
                           "      \"a.b\": { \"c\": null }\n"          /* 13 */
                           "    }\n"
                           "  ],\n"
                           "  \"last\": true\n"                        /* 16 */
                           "}\n";

static bool survives(void *arg, struct ew_bytes prefix)
{
	uint32_t lines[3];

	(void)arg;
	ew_json_lines(prefix, "signatures[1].hit", lines, 3);
	return ew_json_line(prefix, "signatures[1].hit[2]") <= 17 &&
	       ew_json_line(prefix, "signatures[1][\"a.b\"].c") <= 17;
}

int main(void)
{
	struct ew_bytes t = ew_bytes_str(text);

	is_int(ew_json_line(t, ""), 2, "the document");
	is_int(ew_json_line(t, "set"), 3, "a member");
	is_int(ew_json_line(t, "signatures"), 4, "a string with brackets in it is stepped over");
	is_int(ew_json_line(t, "signatures[0]"), 5, "an element");
	is_int(ew_json_line(t, "signatures[0].hit[1]"), 5, "a member of an element");
	is_int(ew_json_line(t, "signatures[1]"), 6, "the second element");
	is_int(ew_json_line(t, "signatures[1].id"), 7, "the key's line, not the value's");
	is_int(ew_json_line(t, "signatures[1].hit[2]"), 11, "over empty containers");
	is_int(ew_json_line(t, "signatures[1][\"a.b\"].c"), 13, "a quoted key");
	is_int(ew_json_line(t, "last"), 16, "over a deep value");
	is_int(ew_json_line(t, "signatures[1].none"), 6, "an absent key: its parent's line");
	is_int(ew_json_line(t, "signatures[7]"), 4, "an absent element: its parent's line");
	is_int(ew_json_line(t, "set.deeper"), 3, "no container there");
	is_int(ew_json_line(t, "set[999999999999999999999]"), 3, "not a path");
	is_int(ew_json_line(EW_LIT(""), "a"), 1, "no text");
	uint32_t lines[4];
	ew_json_lines(t, "signatures[1].hit", lines, 4);
	ok(lines[0] == 10 && lines[1] == 10 && lines[2] == 11 && lines[3] == 0, "lines of all elements");
	ew_json_lines(t, "signatures", lines, 2);
	ok(lines[0] == 5 && lines[1] == 6, "lines of containers");
	ew_json_lines(t, "last", lines, 2);
	ok(lines[0] == 0 && lines[1] == 0, "no array there");
	ok(each_prefix(t, survives, NULL), "every prefix, at a guard page");

	static char deep[200001];
	memset(deep, '[', 200000);
	is_int(ew_json_line(ew_bytes(deep, 200000), "[0][0][1].x"), 1, "depth costs no stack");
	return done();
}
