/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Vectors of others for transformations, found by EW_SUITES, played against the views that do the work of these.  A
 * view is no copy of a transformation: it stands for several of them.  The tables say where it differs and why: in
 * all of one file, in something that is then not compared, or in one vector. */

#include "signatures/view.h"
#include "tap.h"
#include "vector_text.h"

#include <fnmatch.h>

/* What is not compared of a view's text and of the vector's. */
enum {
	CASE = 1 << 0,   /* letters' */
	RUNS = 1 << 1,   /* how many blanks stand together, and which */
	BLANKS = 1 << 2, /* blanks at all */
	SLASH = 1 << 3,  /* the last slash, of a directory */
};

static const struct {
	const char *transform;
	enum ew_view view;
	unsigned ignored;
	const char *why;
} played[] = {
	{ "cmdLine", EW_VIEW_COMMAND, CASE | BLANKS, "case and blanks are left to the patterns" },
	{ "normalisePath", EW_VIEW_PATH, SLASH, "a/b/.. is the directory a/" },
	{ "normalisePathWin", EW_VIEW_PATH, SLASH, "a/b/.. is the directory a/" },
	{ "compressWhitespace", EW_VIEW_SQUEEZED, 0, NULL },
	{ "replaceComments", EW_VIEW_SQUEEZED, RUNS, "a comment and blanks beside it are one blank" },
	{ "removeComments", EW_VIEW_SQUEEZED, BLANKS, "a comment is a blank, as it is to SQL and to C" },
	{ "removeNulls", EW_VIEW_FOLDED, 0, NULL },
};

#define UNCLOSED "what opens a comment that nobody closes is no reason to hide what follows"
#define ABOVE "what climbs above the root keeps its dots, which tell an attack from a path"

/* Single vectors: a pattern for the input, and why the view differs. */
static const struct {
	const char *transform, *input, *why;
} differs[] = {
	{ "cmdLine", "cmd,*", "a comma is a blank within braces only, for prose is full of them" },
	{ "normalisePath", "/./.././*passwd", ABOVE },
	{ "normalisePathWin", "\\.\\..\\.\\*passwd", ABOVE },
	{ "replaceComments", "Before/? Test\r\nCase ", UNCLOSED },
	{ "replaceComments", "Before /? Test\nCase ", UNCLOSED },
	{ "removeComments", "/?Before/? Test\r\nCase ", UNCLOSED },
	{ "removeComments", "Before /? Test\nCase ", UNCLOSED },
};
enum { DIFFERS = sizeof(differs) / sizeof(*differs) };

static unsigned met[DIFFERS];

static bool is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* In place. */
static size_t reduce(uint8_t *p, size_t n, unsigned ignored)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		bool blank = is_blank(p[i]);
		if (blank && (ignored & BLANKS || (ignored & RUNS && to > 0 && p[to - 1] == ' ')))
			continue;
		uint8_t c = blank && ignored & RUNS ? ' ' : p[i];
		p[to++] = ignored & CASE && c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	}
	return ignored & SLASH && to > 1 && p[to - 1] == '/' ? to - 1 : to;
}

/* Folded first, as in a message, where NUL goes. */
static size_t view_of(enum ew_view v, const json_t *s, uint8_t *out)
{
	size_t n = json_string_length(s);
	uint8_t *plain = calloc(2, n + 1), *folded = plain + n + 1;

	if (!plain)
		abort();
	struct ew_bytes base = ew_bytes(folded, ew_view_make(EW_VIEW_FOLDED, unescape(s, plain), folded));
	size_t made = ew_view_make(v == EW_VIEW_FOLDED ? EW_VIEW_RAW : v, base, out);
	free(plain);
	return made;
}

static bool agrees(size_t at, const json_t *input, const json_t *output)
{
	size_t room = json_string_length(input) + json_string_length(output) + 1;
	uint8_t *got = calloc(2, room), *want = got + room;

	if (!got)
		abort();
	size_t n = reduce(got, view_of(played[at].view, input, got), played[at].ignored);
	size_t m = reduce(want, view_of(EW_VIEW_FOLDED, output, want), played[at].ignored);
	bool same = ew_bytes_eq(ew_bytes(got, n), ew_bytes(want, m));
	if (!same)
		printf("# got \"%.*s\", the vector \"%.*s\"\n", (int)n, (const char *)got, (int)m,
		       (const char *)want);
	free(got);
	return same;
}

static size_t known_difference(const char *transform, const char *input)
{
	size_t i = 0;

	while (i < DIFFERS && (strcmp(differs[i].transform, transform) != 0 ||
			       fnmatch(differs[i].input, input, FNM_NOESCAPE) != 0))
		i++;
	return i;
}

static void play(size_t at, const json_t *all)
{
	const char *name = played[at].transform;
	const json_t *v;
	size_t i, wrong = 0;

	json_array_foreach(all, i, v)
	{
		const json_t *input = json_object_get(v, "input");
		size_t known = known_difference(name, json_string_value(input));
		bool same = agrees(at, input, json_object_get(v, "output"));
		met[known < DIFFERS ? known : 0] += known < DIFFERS;
		wrong += same != (known == DIFFERS);
		if (same != (known == DIFFERS))
			printf("# %s of \"%s\" %s\n", name, json_string_value(input),
			       same ? "is now what the vector wants" : "differs");
		else if (!same)
			printf("# differs: %s\n", differs[known].why);
	}
	ok(i > 0 && wrong == 0, "%zu vectors of %s are the view \"%s\"%s%s", i, name, ew_view_name(played[at].view),
	   played[at].why ? ", but " : "", played[at].why ? played[at].why : "");
}

int main(void)
{
	char below[256], path[4096];

	for (size_t i = 0; i < sizeof(played) / sizeof(*played); i++) {
		json_error_t e;
		snprintf(below, sizeof(below), "transformations/coraza/internal/transformations/testdata/%s.json",
		         played[i].transform);
		suites_path(path, sizeof(path), below);
		json_t *all = json_load_file(path, JSON_ALLOW_NUL, &e);
		if (!all) {
			skip(1, "no vectors of transformations (EW_SUITES), looked for %s", path);
			return done();
		}
		play(i, all);
		json_decref(all);
	}
	for (size_t i = 0; i < DIFFERS; i++)
		ok(met[i] > 0, "%s has \"%s\"", differs[i].transform, differs[i].input);
	return done();
}
