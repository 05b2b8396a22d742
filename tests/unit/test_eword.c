/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* eword.c: encoded words of mail. */

#include "opened.h"
#include "tap.h"

static bool opens(const char *value, const char *want)
{
	struct ew_bytes g = guard_put(ew_bytes_str(value));
	struct ew_message *m = opened(g);
	bool good = m->status == EW_OK && (want ? has(m, "v|eword", want)
	                                        : !field_at(m, "v|eword", ew_bytes(NULL, 0)));

	if (!good)
		print_tree(m);
	ew_message_free(&m);
	guard_drop(g);
	return good;
}

int main(void)
{
	ok(opens("=?UTF-8?B?JyBvciAxPTE=?=", "' or 1=1"), "base64");
	ok(opens("=?iso-8859-1?q?x=3B_touch_y?=", "x; touch y"), "quoted-printable");
	ok(opens("a =?utf-8?Q?b?= c =?utf-8?b?ZA==?=.pdf", "a b c d.pdf"), "among text");
	ok(opens("=?utf-8?Q?uni?= \r\n =?utf-8?Q?on?=", "union"), "split over two");
	ok(opens("=?utf-8?Q?a?= =?utf-8?X?b?=", "a =?utf-8?X?b?="), "an unknown coding stays");
	ok(opens("=?utf-8?Q?no end", NULL) && opens("a=?b?c=d?", NULL) && opens("=?=?=?=?", NULL),
	   "what is no word stays closed");
	ok(opens("=?utf-8?B?" "?=", ""), "an empty word");
	ok(each_prefix(EW_LIT("a =?utf-8?Q?b=41_?= =?utf-8?b?ZGRk?=.pdf =?x?q?=?="), opens_safely, NULL),
	   "each prefix");
	return done();
}
