/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_NASTY_H
#define EVENTWALL_TESTS_NASTY_H

/* Texts made of one piece a hundred thousand times: whoever begins anew at each of them, and reads on from
 * there to the end, takes hours, and the test does not come back.  The look before is asked as well. */

#include "analysed.h"

#include <stdlib.h>

__attribute__((unused)) static void nasty_all(struct analysed *t)
{
	static const char *const piece[] = {
		"'",
		"\"",
		"`",
		"'a'",
		"\"a\",",
		"\\'",
		"(",
		")",
		")(",
		"[",
		"{",
		"}",
		"{{",
		"$(",
		"${",
		"/*",
		"*/",
		"//",
		"--",
		"#",
		";",
		"; ",
		"' or ",
		"'or'",
		"||",
		"&&",
		"=",
		"a=",
		"<",
		"<a ",
		"!",
		"!!",
		"!!a.b.C",
		"*)(",
		"a\n",
		"c\n",
		"\r\n",
		"\r\n\n",
		"\n ",
		"\t",
		"a/b;",
		"a.b/c\n",
		"&  ",
		"(  ",
		"a = ",
		"data : ",
		"j a",
		"\n$1",
		"$ne",
		"$ne:",
		"{$",
		"O:1:\"",
		"O:1:\"a\":1:{",
		"cos\n",
		"\x80\x04",
		"ignore ",
		"a ",
		"...a",
		"a:b ",
		"@a ",
		"{a",
		"fragment a on b{...a}",
		"\"\"\"",
		"\\",
		"class=\"",
		"\x04\x08o:",
		" ",
		"_",
	};

	for (size_t i = 0; i < sizeof(piece) / sizeof(*piece); i++) {
		struct ew_bytes p = ew_bytes_str(piece[i]);
		size_t n = p.n * (((size_t)1 << 19) / p.n);
		uint8_t *text = malloc(n);
		if (!text)
			abort();
		for (size_t k = 0; k < n; k += p.n)
			memcpy(text + k, p.p, p.n);
		t->wrong = NULL;
		if (t->a->may)
			(void)ew_analyser_looks(t->a, ew_bytes(text, n));
		ok(analysed_ask(t, ew_bytes(text, n)), "%s: half a MiB of \"%.20s\" is read", t->a->name,
		   piece[i]);
		free(text);
	}
}

#define NASTY_SIZE ((size_t)1 << 20)

/* Whatever is found, it is found in that text, and the same twice. */
__attribute__((unused)) static void nasty_repeat(const struct ew_analyser *a, const char *front,
                                                 const char *piece)
{
	size_t n = 0, k = strlen(piece);
	uint8_t *text = malloc(NASTY_SIZE + 64);
	struct ew_finding f = { 0, 0, NULL };

	if (!text)
		abort();
	for (; front[n]; n++)
		text[n] = (uint8_t)front[n];
	for (; n + k <= NASTY_SIZE; n += k)
		memcpy(text + n, piece, k);
	struct ew_operand o = { .text = ew_bytes(text, n) };
	if (a->may)
		(void)ew_analyser_looks(a, o.text);
	bool got = a->find(&o, &f);
	ok(!got || (f.from < f.to && f.to <= n), "%s: a mebibyte of \"%s\"", a->name, piece);
	free(text);
}

#endif
