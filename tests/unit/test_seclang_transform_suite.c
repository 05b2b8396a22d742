/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Vectors of others for the transformations of rule files, found by EW_SUITES.  They were made for
 * another reader of such rules, which differs from ModSecurity in places; each vector that it
 * answers otherwise is named here with what ModSecurity makes of it. */

#include "signatures/seclang/transform.h"
#include "tap.h"
#include "vector_text.h"

#include <fnmatch.h>
#include <jansson.h>
#include <stdlib.h>

/* Where ModSecurity and the vectors differ: a pattern for the input, and what ModSecurity does. */
static const struct {
	const char *transform, *input, *does;
} differs[] = {
	{ "cssDecode", "test\\a\\b*", "characters past Latin-1 are one byte" },
	{ "cssDecode", "\\1A\\1 A*", "characters past Latin-1 are one byte" },
	{ "escapeSeqDecode", "\\8\\9\\666*", "a backslash before what is no escape goes" },
	{ "hexDecode", "01234567890z", "what is no digit counts as one" },
	{ "hexDecode", "54657374004", "half a byte at the end is left out" },
	{ "urlDecodeUni", "+%u0000%u0001%u0002*", "past Latin-1 the low byte is taken" },
	{ "urlDecodeUni", "%u201cAnd*", "past Latin-1 the low byte is taken" },
	{ "urlDecodeUni", "%u201dQuoted*", "past Latin-1 the low byte is taken" },
	{ "urlDecodeUni", "%u0041%u00e9*", "letters keep their accents" },
};

static bool gives(enum ew_transform t, struct ew_bytes in, const json_t *output)
{
	size_t len = json_string_length(output);
	uint8_t *out = calloc(1, ew_transform_room(t, in.n) + 1), *plain = calloc(1, len + 1);

	if (!out || !plain)
		abort();
	struct ew_bytes made = ew_bytes(out, ew_transform(t, in, out));
	bool good = ew_bytes_eq(made, ew_bytes(json_string_value(output), len)) ||
		    ew_bytes_eq(made, unescape(output, plain));
	free(out);
	free(plain);
	return good;
}

/* The vectors do not say which of their texts have escapes in them. */
static bool agrees(enum ew_transform t, const json_t *input, const json_t *output)
{
	size_t len = json_string_length(input);
	uint8_t *plain = calloc(1, len + 1);

	if (!plain)
		abort();
	bool good = gives(t, ew_bytes(json_string_value(input), len), output) ||
		    gives(t, unescape(input, plain), output);
	free(plain);
	return good;
}

static bool known_difference(enum ew_transform t, const char *input)
{
	for (size_t i = 0; i < sizeof(differs) / sizeof(*differs); i++)
		if (strcmp(differs[i].transform, ew_transform_name(t)) == 0 &&
		    fnmatch(differs[i].input, input, FNM_NOESCAPE) == 0)
			return true;
	return false;
}

static size_t differences;

static void play_file(const char *path)
{
	json_error_t e;
	json_t *all = json_load_file(path, JSON_ALLOW_NUL, &e), *v;
	const char *name = strrchr(path, '/') + 1, *near;
	enum ew_transform t = ew_transform_named(ew_bytes(name, strcspn(name, ".")), &near);
	size_t i, wrong = 0;

	if (t == EW_TRANSFORM_COUNT)
		abort();
	json_array_foreach(all, i, v)
	{
		const json_t *input = json_object_get(v, "input");
		bool same = agrees(t, input, json_object_get(v, "output"));
		bool known = known_difference(t, json_string_value(input));
		differences += known;
		wrong += same == known;
		if (same == known)
			printf("# %s %s \"%.60s\"\n", name,
			       known ? "gives now what the vector wants:" : "differs:",
			       json_string_value(input));
	}
	ok(i > 0 && wrong == 0, "%zu vectors of %s", i, name);
	json_decref(all);
}

int main(void)
{
	if (!vectors_each("transformations", play_file)) {
		skip(1, "no vectors of transformations (EW_SUITES)");
		return done();
	}
	is_int(differences, sizeof(differs) / sizeof(*differs),
	       "each known difference is there once");
	return done();
}
