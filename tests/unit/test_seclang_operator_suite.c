/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Vectors of others for the operators of rule files, found by EW_SUITES.  Where ModSecurity and the
 * vectors differ, the vector is named. */

#include "signatures/seclang/names.h"
#include "signatures/seclang/operator.h"
#include "tap.h"
#include "vector_text.h"

#include <fnmatch.h>
#include <stdlib.h>

/* Patterns for operator, argument and input, and why our answer is another. */
static const struct {
	const char *operator, *argument, *input, *why;
} differs[] = {
	{ "detectSQLi", "", "ascii(substring(version() from 1 for 1))", "it is our analyser" },
	{ "ipMatch", "10.0.0.0/100", "*", "what is no network is an error" },
	{ "ipMatch", "0:0::/80", "0000:0000:0000:0000:0000:ffff:ffff:ffff",
	  "one of IPv6 stays one" },
};

static size_t differences;

static struct ew_bytes text_of(const json_t *v, const char *key)
{
	const json_t *s = json_object_get(v, key);

	return s ? ew_bytes(json_string_value(s), json_string_length(s)) : ew_bytes("", 0);
}

static bool known_difference(const char *name, struct ew_bytes argument, struct ew_bytes input)
{
	for (size_t i = 0; i < sizeof(differs) / sizeof(*differs); i++)
		if (strcmp(differs[i].operator, name) == 0 &&
		    fnmatch(differs[i].argument, (const char *)argument.p, FNM_NOESCAPE) == 0 &&
		    fnmatch(differs[i].input, (const char *)input.p, FNM_NOESCAPE) == 0)
			return true;
	return false;
}

/* Our answer: 0, 1, or -1 where the argument is refused. */
static int answer(enum ew_operator id, struct ew_bytes argument, struct ew_bytes input,
		  const char *beside)
{
	struct ew_arena *a = ew_arena_new(16 << 20);
	struct ew_seclang_file file = { .path = beside, .text = argument };
	struct ew_seclang_operator o = { .id = id, .argument = argument, .at = argument.p };
	struct ew_error e = { .line = 0 };
	struct ew_test_found found;
	struct ew_test t;
	int said = -1;

	if (a && ew_test_init(&t, a, &file, &o, &e))
		said = ew_test_holds(&t, argument, input, false, &found);
	ew_test_fini(&t);
	ew_arena_free(&a);
	return said;
}

static void play_file(const char *path)
{
	json_error_t e;
	json_t *all = json_load_file(path, JSON_ALLOW_NUL, &e), *v;
	const char *name = strrchr(path, '/') + 1, *near;
	size_t id = ew_seclang_find(EW_TABLE_OPERATOR, ew_bytes(name, strcspn(name, ".")), &near),
	       i, wrong = 0;
	char beside[4096];

	if (id == EW_NAME_NONE || ew_operator_facts((enum ew_operator)id)->fate == EW_FATE_UNABLE) {
		json_decref(all);
		return;
	}
	snprintf(beside, sizeof(beside), "%.*s/op/x.conf", (int)(name - path - 1), path);
	json_array_foreach(all, i, v)
	{
		struct ew_bytes argument = text_of(v, "param"), input = text_of(v, "input");
		int want = (int)json_integer_value(json_object_get(v, "ret"));
		uint8_t *plain = calloc(1, input.n + 1);
		if (!plain)
			abort();
		bool same = answer((enum ew_operator)id, argument,
				   unescape(json_object_get(v, "input"), plain), beside) == want;
		free(plain);
		bool known =
			known_difference(ew_seclang_name(EW_TABLE_OPERATOR, id), argument, input);
		differences += known;
		wrong += same == known;
		if (same == known)
			printf("# @%s \"%.60s\" of \"%.60s\": %s, %d is wanted\n",
			       ew_seclang_name(EW_TABLE_OPERATOR, id), (const char *)argument.p,
			       (const char *)input.p, known ? "agrees now" : "differs", want);
	}
	ok(i > 0 && wrong == 0, "%zu vectors of %s", i, name);
	json_decref(all);
}

int main(void)
{
	if (!vectors_each("operators", play_file)) {
		skip(1, "no vectors of operators (EW_SUITES)");
		return done();
	}
	is_int(differences, sizeof(differs) / sizeof(*differs),
	       "each known difference is there once");
	return done();
}
