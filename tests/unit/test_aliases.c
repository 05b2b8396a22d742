/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* aliases.c: what is found again, what is forgotten, and that memory stays bounded. */

#include "eventwall/aliases.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>

#define MOST 65536

static bool means(struct ew_aliases *a, const char *place, uint64_t number, const char *name)
{
	const struct ew_alias_place *p = ew_aliases_at(a, ew_bytes_str(place));
	struct ew_bytes found = p ? ew_alias_name(p, number) : ew_bytes(NULL, 0);

	return name ? found.p && ew_bytes_eq(found, ew_bytes_str(name)) : !found.p;
}

static void set(struct ew_aliases *a, const char *place, uint64_t number, const char *name)
{
	struct ew_alias one = { number, ew_bytes_str(name) };

	ew_aliases_set(a, ew_bytes_str(place), 0, &one, 1);
}

static void test_sets(struct ew_aliases *a)
{
	struct ew_alias three[] = { { 0, EW_LIT("zero") }, { UINT64_MAX, EW_LIT("") }, { 0, EW_LIT("last") } };

	ew_aliases_set(a, EW_LIT("g/n"), 7, three, 3);
	ok(means(a, "g/n", 0, "last") && means(a, "g/n", UINT64_MAX, "") && means(a, "g/n", 1, NULL),
	   "found again");
	is_int(ew_alias_birth(ew_aliases_at(a, EW_LIT("g/n"))), 7, "with its birth");
	set(a, "g/n", 1, "one");
	ok(means(a, "g/n", 1, "one") && means(a, "g/n", 0, NULL), "a new set replaces the old one");
	set(a, "g/n/d", 2, "two");
	set(a, "g/nn", 3, "three");
	set(a, "g", 4, "four");
	ew_aliases_forget(a, EW_LIT("g/n"));
	ok(means(a, "g/n", 1, NULL) && means(a, "g/n/d", 2, NULL), "forgotten, and what is below");
	ok(means(a, "g/nn", 3, "three") && means(a, "g", 4, "four"), "but nothing beside or above");
	ew_aliases_set(a, EW_LIT("empty"), 1, NULL, 0);
	ok(means(a, "empty", 0, NULL) && ew_aliases_at(a, EW_LIT("empty")), "a place without names");
	ew_aliases_forget(a, EW_LIT("empty"));
	ew_aliases_forget(a, EW_LIT("g"));
	is_int(ew_aliases_used(a), 0, "nothing is left");
}

static void test_old_ones_go(struct ew_aliases *a)
{
	char place[64];
	size_t most = 0;

	set(a, "keep/asked", 1, "asked");
	set(a, "keep/silent", 1, "silent");
	for (int i = 0; i < 5000; i++) {
		snprintf(place, sizeof(place), "group/node-%d", i);
		set(a, place, 1, "some name of a metric");
		if (i % 100 == 0 && !means(a, "keep/asked", 1, "asked"))
			break;
		most = ew_aliases_used(a) > most ? ew_aliases_used(a) : most;
	}
	ok(most <= MOST && most > MOST / 2, "5000 nodes: %zu bytes", most);
	ok(means(a, "keep/asked", 1, "asked") && means(a, "keep/silent", 1, NULL), "who is asked for stays");
	ok(means(a, "group/node-4999", 1, "some name of a metric") && means(a, "group/node-1", 1, NULL),
	   "the oldest went first");
	ew_aliases_forget(a, EW_LIT("group"));
	ew_aliases_forget(a, EW_LIT("keep"));
	is_int(ew_aliases_used(a), 0, "nothing is left");
}

static void test_much(struct ew_aliases *a)
{
	size_t n = 100000;
	struct ew_alias *all = calloc(n, sizeof(*all));
	static char text[EW_ALIAS_NAME + 1];
	struct ew_alias two[] = { { 1, EW_LIT("short") }, { 2, ew_bytes(text, sizeof(text)) } };

	if (!all)
		abort();
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < n; i++)
		all[i] = (struct ew_alias){ i, EW_LIT("n") };
	ew_aliases_set(a, EW_LIT("g/n"), 0, all, n);
	ok(ew_aliases_used(a) <= MOST / 4 && means(a, "g/n", 0, "n") && means(a, "g/n", n - 1, NULL),
	   "of 100000 names the first are kept: %zu bytes", ew_aliases_used(a));
	/* All in one chain: multiples of 2^56 change no bit that is looked at. */
	for (size_t i = 0; i < n; i++)
		all[i].number = (uint64_t)i << 56;
	ew_aliases_set(a, EW_LIT("g/n"), 0, all, 200);
	ok(means(a, "g/n", 0, "n"), "numbers that collide");
	ew_aliases_set(a, EW_LIT("g/n"), 0, two, 2);
	ok(means(a, "g/n", 1, "short") && means(a, "g/n", 2, NULL), "a long name is left out");
	ew_aliases_set(a, ew_bytes(text, sizeof(text)), 0, two, 1);
	ok(!ew_aliases_at(a, ew_bytes(text, sizeof(text))), "and so is a long place");
	ew_aliases_forget(a, EW_LIT("g"));
	is_int(ew_aliases_used(a), 0, "nothing is left");
	free(all);
}

int main(void)
{
	struct ew_aliases *a = ew_aliases_new(MOST), *tiny = ew_aliases_new(64);

	if (!a || !tiny)
		abort();
	test_sets(a);
	test_old_ones_go(a);
	test_much(a);
	set(tiny, "g/n", 1, "one");
	ok(means(tiny, "g/n", 1, NULL) && ew_aliases_used(tiny) == 0, "too little memory for anything");
	set(a, "left/over", 1, "one");
	ew_aliases_free(&a);
	ew_aliases_free(&tiny);
	ok(!a, "freed");
	return done();
}
