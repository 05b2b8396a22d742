/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* plausible.c: what blind decodes are taken for. */

#include "eventwall/codec.h"
#include "guard.h"
#include "tap.h"

static bool verdict(struct ew_bytes b)
{
	struct ew_bytes g = guard_put(b);
	bool yes = ew_plausible(g);

	guard_drop(g);
	return yes;
}

static bool any_verdict(void *arg, struct ew_bytes b)
{
	bool big;

	(void)arg;
	(void)ew_plausible(b);
	(void)ew_utf16_ascii(b, &big);
	(void)ew_utf8_overlong(b);
	return true;
}

int main(void)
{
	bool big = true;

	ok(verdict(EW_LIT("' or 1=1--")), "an attack is text");
	ok(verdict(EW_LIT("{\"a\":1}\n")), "JSON");
	ok(verdict(EW_LIT("\xe4\xbd\xa0\xe5\xa5\xbd")), "UTF-8 beyond ASCII");
	ok(!verdict(EW_LIT("")), "nothing is not plausible");
	ok(!verdict(EW_LIT("\xa5\xab\x2c\xc2\x8a\xdd")), "the word \"password\" decoded");
	ok(!verdict(EW_LIT("ab\x01" "cdef")), "a control byte in short text");
	ok(verdict(EW_LIT("\xff\xfe\xfd' or 1=1 -- \xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")),
	   "text in a coat of junk");
	ok(verdict(EW_LIT("\x1f\x8b\x08")) && verdict(EW_LIT("\xac\xed\x00\x05" "sr")) &&
	   verdict(EW_LIT("\x78\x9c\x03")) && verdict(EW_LIT("\x80\x03" "cos")) &&
	   verdict(EW_LIT(":)\n\x03\xf8\xc2\xf9")), "magics");
	ok(verdict(EW_LIT("I\0E\0X\0 \0(\0)\0")), "UTF-16 that is ASCII");
	ok(ew_utf16_ascii(EW_LIT("\0I\0E\0X\0(\0)"), &big) && big, "big end first");
	ok(ew_utf16_ascii(EW_LIT("I\0E\0X\0(\0"), &big) && !big, "little end first");
	ok(!ew_utf16_ascii(EW_LIT("plain ascii."), &big), "plain text is not UTF-16");

	/* Random bytes: 32 of them pass about once in a thousand. */
	uint32_t seed = 1;
	unsigned passed = 0;
	for (int i = 0; i < 20000; i++) {
		uint8_t b[32];
		for (size_t k = 0; k < sizeof(b); k++) {
			seed = seed * 1664525u + 1013904223u;
			b[k] = (uint8_t)(seed >> 24);
		}
		passed += ew_plausible(ew_bytes(b, sizeof(b)));
	}
	ok(passed < 60, "%u of 20000 random values of 32 bytes pass", passed);

	ok(ew_utf8_overlong(EW_LIT("..\xc0\xaf")) && ew_utf8_overlong(EW_LIT("\xe0\x80\xaf")) &&
	   ew_utf8_overlong(EW_LIT("\xf0\x80\x80\xaf")), "overlong forms");
	ok(!ew_utf8_overlong(EW_LIT("\xc3\xa9\xe0\xa4\xa8\xf0\x9f\x98\x80\xc0")), "shortest forms");
	ok(each_prefix(EW_LIT("I\0E\0\x1f\x8b\x08\xc0\xaf\x80\x02}text text text"), any_verdict, NULL),
	   "each prefix");
	return done();
}
