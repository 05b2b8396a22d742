/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Views: what each makes of a text, and for any text: never longer, nothing read past its end, and a view that is
 * said not to differ does not. */

#include "signatures/view.h"
#include "guard.h"
#include "tap.h"

struct row {
	enum ew_view view;
	struct ew_bytes in, out;
};

#define ROW(v, in, out) { EW_VIEW_##v, EW_LIT(in), EW_LIT(out) }

static const struct row rows[] = {
	ROW(FOLDED, "plain", "plain"),
	ROW(FOLDED, "\xef\xbc\x9cscript\xef\xbc\x9e", "<script>"),
	ROW(FOLDED, "\xef\xbc\xaf\xef\xbc\xb2 1\xef\xbc\x9d" "1", "OR 1=1"),
	ROW(FOLDED, "\xf0\x9d\x93\xbc\xf0\x9d\x93\xae\xf0\x9d\x93\xb5", "sel"),
	ROW(FOLDED, "\xf0\x9d\x9f\x95*\xf0\x9d\x9f\xa9", "7*7"),
	ROW(FOLDED, "\xe2\x93\x9b\xe2\x92\xb6\xe2\x91\xa0\xe2\x81\xb5", "lA15"),
	ROW(FOLDED, "x\xca\xbc or \xe2\x80\x98" "1\xe2\x80\x99", "x' or '1'"),
	ROW(FOLDED, "a\xc2\xa0" "b\xe3\x80\x80" "c\xe2\x80\x83" "d", "a b c d"),
	ROW(FOLDED, "se\xe2\x80\x8b" "le\xc2\xad" "ct\xef\xbb\xbf", "select"),
	ROW(FOLDED, "s\0e\0l\0", "sel"),
	ROW(FOLDED, "\xc0\xaf\xc0\xae\xe0\x80\xaf\xf0\x80\x80\xbc", "/./<"),
	ROW(FOLDED, "\xc0\x80x", "x"),
	ROW(FOLDED, "un\xd1\x96" "on s\xd0\xb5lect", "union select"),
	ROW(FOLDED, "\xd1\x81\xd0\xbe\xd1\x81\xd0\xb5\xd0\xb4", "\xd1\x81\xd0\xbe\xd1\x81\xd0\xb5\xd0\xb4"),
	ROW(FOLDED, "\xd1\x81\xd0\xbe x", "\xd1\x81\xd0\xbe x"),
	ROW(FOLDED, "caf\xc3\xa9 na\xc3\xafve", "caf\xc3\xa9 na\xc3\xafve"),
	ROW(FOLDED, "\xff\xc3\xe2\x80\xf0\x9d", "\xff\xc3\xe2\x80\xf0\x9d"),
	ROW(FOLDED, "\xe4\xb8\xad\xe6\x96\x87", "\xe4\xb8\xad\xe6\x96\x87"),
	ROW(FOLDED, "\xe2\x84\xaa\xc5\xbf", "Ks"),
	ROW(FOLDED, "se\xf3\xa0\x81\xac" "lect\xf3\xa0\x81\xb3 \xf3\xa0\x80\x81!", "select !\nls"),
	ROW(FOLDED, "\xf3\xa0\x80\xbc\xf3\xa0\x81\xa2", "\n<b"),
	ROW(FOLDED, "a\xf3\xa0\x80\x81\xf3\xa0\x81\xbf\xf3\xa0\x80\xf3", "a\xf3\xa0\x80\xf3"),
	ROW(SQUEEZED, "a b", "a b"),
	ROW(SQUEEZED, "union \t\r\n  select", "union select"),
	ROW(SQUEEZED, "union/**/select", "union select"),
	ROW(SQUEEZED, "un/* x */ /*y*/ion", "un ion"),
	ROW(SQUEEZED, "1 /*!50000union*/ select", "1 union select"),
	ROW(SQUEEZED, "1/*!select*/", "1 select "),
	ROW(SQUEEZED, "a/* open  b", "a  open  b"),
	ROW(SQUEEZED, "2*/3", "2*/3"),
	ROW(SQUEEZED, "/*/**/x", " x"),
	ROW(COMMAND, "cat /etc/passwd", "cat /etc/passwd"),
	ROW(COMMAND, "c'a'\"t\" \\/et^c", "cat /etc"),
	ROW(COMMAND, "cat${IFS}/x$IFS$9y$IFS", "cat /x y "),
	ROW(COMMAND, "who$@am$*i$1", "whoami"),
	ROW(COMMAND, "{cat,/etc/passwd}", "{cat /etc/passwd}"),
	ROW(COMMAND, "a, b {c", "a, b {c"),
	ROW(COMMAND, "wh``oami", "whoami"),
	ROW(COMMAND, "cos\\\nts $100 $HOME", "costs $100 $HOME"),
	ROW(PATH, "/a/b", "/a/b"),
	ROW(PATH, "/a/./b//c", "/a/b/c"),
	ROW(PATH, "a\\b\\..\\c", "a/c"),
	ROW(PATH, "../../etc/passwd", "../../etc/passwd"),
	ROW(PATH, "x/../../etc/./passwd", "../etc/passwd"),
	ROW(PATH, "/a/..;v=1/b", "/b"),
	ROW(PATH, "/../etc", "/../etc"),
	ROW(PATH, "http://h//a/../b", "http://h/b"),
	ROW(PATH, "./x", "x"),
	ROW(PATH, ".//x", "x"),
	ROW(PATH, "a//..//..\\\\x", "../x"),
	ROW(PATH, "/a/b/..", "/a/"),
	ROW(PATH, "a/..b/...", "a/..b/..."),
	ROW(PATH, "..;/..;/x", "../../x"),
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

/* Where it begins is guarded by a sanitizer only, where it ends by a page. */
static struct ew_bytes make(enum ew_view v, struct ew_bytes in, uint8_t out[64])
{
	struct ew_bytes g = guard_put(in);
	struct ew_bytes made = ew_bytes(out, ew_view_make(v, g, out));

	guard_drop(g);
	return made;
}

static uint64_t seed = 88172645463325252u;

static unsigned any(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

/* A text of pieces of the rows and odd bytes. */
static size_t random_text(uint8_t out[64])
{
	size_t n = 0;

	for (unsigned k = any(6); k > 0; k--) {
		struct ew_bytes from = rows[any(ROWS)].in;
		size_t at = any((unsigned)from.n), len = 1 + any(6);
		if (len > from.n - at)
			len = from.n - at;
		memcpy(out + n, from.p + at, len);
		n += len;
		if (any(4) == 0)
			out[n++] = (uint8_t)any(256);
	}
	return n;
}

/* Of any text: not longer, and one that is said to be the same is. */
static bool holds(struct ew_bytes text)
{
	uint8_t folded[64], made[64];
	unsigned may = ew_view_may_differ(text, EW_VIEWS_ALL);
	struct ew_bytes base = make(EW_VIEW_FOLDED, text, folded);

	if (base.n > text.n || (!(may >> EW_VIEW_FOLDED & 1) && !ew_bytes_eq(base, text)))
		return false;
	for (int v = EW_VIEW_FOLDED + 1; v < EW_VIEW_COUNT; v++) {
		struct ew_bytes view = make((enum ew_view)v, base, made);
		if (view.n > base.n || (!(may >> v & 1) && view.n && !ew_bytes_eq(view, base)))
			return false;
		if (ew_view_may_differ(text, EW_VIEW_BIT(v)) >> v != (may >> v & 1))
			return false;
	}
	return true;
}

int main(void)
{
	uint8_t out[64], text[64];
	bool good = true;

	for (size_t i = 0; i < ROWS; i++) {
		struct ew_bytes got = make(rows[i].view, rows[i].in, out);
		if (!ok(ew_bytes_eq(got, rows[i].out), "%s of \"%.*s\"", ew_view_name(rows[i].view),
		        (int)rows[i].in.n, (const char *)rows[i].in.p))
			printf("# got \"%.*s\"\n", (int)got.n, (const char *)got.p);
	}
	for (int i = 0; good && i < 200000; i++) {
		struct ew_bytes b = ew_bytes(text, random_text(text));
		good = holds(b);
		if (!good)
			printf("# of \"%.*s\"\n", (int)b.n, (const char *)b.p);
	}
	ok(good, "random texts: no view is longer, and none differs that was said to be the same");
	is_int(make(EW_VIEW_FOLDED, EW_LIT(""), out).n, 0, "an empty text has empty views");
	ok(ew_view_may_differ(EW_LIT("0123456789abcdefghi"), EW_VIEWS_ALL) == 0, "plain text has none");
	ok(ew_view_may_differ(EW_LIT("0123456789abcdef\xc3"), EW_VIEW_BIT(EW_VIEW_PATH)) ==
	           (EW_VIEW_BIT(EW_VIEW_PATH) | EW_VIEW_BIT(EW_VIEW_FOLDED)),
	   "what must be folded first says so");
	return done();
}
