/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rule files that include others, and whole rule sets of others: those in $EW_SUITES and those that
 * Debian's package modsecurity-crs installs. */

#include "seclang_shown.h"
#include "signatures/seclang/model.h"
#include "suites.h"
#include "tap.h"

#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MEMORY = 64 << 20 };

static char dir[64];

static void write_file(const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

/* All that is read from a file of the folder, or the error, without the folder's name. */
static const char *read_file(const char *name)
{
	static char clean[4096];
	struct shown s = { .n = 0 };
	struct ew_seclang all = { .arena = ew_arena_new(MEMORY) };
	struct ew_error e = { .line = 0 };
	char path[256];
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (ew_seclang_read(&all, path, &e))
		for (const struct ew_seclang_directive *d = all.first; d; d = d->next, n++)
			show(&s, " %.*s", SHOWN_BYTES(d->argument[0]));
	else
		ew_error_print(&e, s.text, sizeof(s.text));
	if (n != all.count)
		show(&s, " but %zu were counted", all.count);
	ew_arena_free(&all.arena);
	size_t out = 0;
	for (const char *p = s.text; *p;) {
		bool here = strncmp(p, dir, strlen(dir)) == 0;
		if (here)
			p += strlen(dir);
		else
			clean[out++] = *p++;
	}
	clean[out] = 0;
	return clean;
}

static void check_inclusion(void)
{
	write_file("a.conf", "SecMarker 1\nInclude b/*.conf\nSecMarker 5\n");
	write_file("b/y.conf", "SecMarker 4\nIncludeOptional none*\n");
	write_file("b/x.conf", "SecMarker 2\nInclude c.inc\n");
	write_file("b/c.inc", "SecMarker 3\n");
	is_str(read_file("a.conf"), " 1 2 3 4 5",
	       "files come in place of the directive, by name, found beside it");
	write_file("empty.conf", "IncludeOptional none/*\nInclude nothing.inc\n");
	write_file("nothing.inc", "# nothing\n");
	is_str(read_file("empty.conf"), "", "files may hold nothing");
	write_file("last.conf", "SecMarker 1\nIncludeOptional none/*\n");
	is_str(read_file("last.conf"), " 1", "the last may include nothing");
	write_file("miss.conf", "\nInclude none/*\n");
	is_str(read_file("miss.conf"),
	       "/miss.conf:2: no file is named /none/*; where there may be none, write "
	       "IncludeOptional",
	       "what is not there is missed");
	write_file("loop.conf", "Include b/../loop2.inc\n");
	write_file("loop2.inc", "SecMarker 1\n Include ./loop.conf\n");
	is_str(read_file("loop.conf"), "/b/../loop2.inc:2: /b/.././loop.conf includes itself",
	       "no file includes itself");
	write_file("bad.conf", "\n\nInclude bad.inc\n");
	write_file("bad.inc", "SecMarker\n");
	is_str(read_file("bad.conf"),
	       "/bad.inc:1:10: SecMarker needs 1 argument, here are 0 (included from /bad.conf:3)",
	       "an error tells who includes the file");
	write_file("folder.conf", "Include b\n");
	is_str(read_file("folder.conf"),
	       "/b: this is no file; to include a folder, write /b/*.conf (included from "
	       "/folder.conf:1)",
	       "a folder is no file");
	is_str(read_file("nowhere.conf"),
	       "/nowhere.conf: cannot open the rule file: No such file or directory",
	       "a file that is not there is missed");
	for (int i = 0; i < 20; i++) {
		char name[32], text[64];
		snprintf(name, sizeof(name), "deep%d.conf", i);
		snprintf(text, sizeof(text), "Include deep%d.conf\n", i + 1);
		write_file(name, text);
	}
	is_str(read_file("deep0.conf"), "/deep16.conf:1: inclusions are more than 16 deep",
	       "depth is bounded");
}

/* Lines that begin with the word, as a reader of text sees them. */
static size_t count_lines(const char *pattern, const char *word)
{
	glob_t found;
	char line[65536];
	size_t n = 0;

	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		FILE *f = fopen(found.gl_pathv[i], "r");
		while (f && fgets(line, sizeof(line), f)) {
			const char *p = line + strspn(line, " \t");
			n += strncmp(p, word, strlen(word)) == 0 && p[strlen(word)] == ' ';
		}
		if (f)
			fclose(f);
	}
	globfree(&found);
	return n;
}

/* Read all files of the pattern; each rule, action and marker that stands there is there. */
static void check_set(const char *about, const char *pattern)
{
	static const struct {
		enum ew_directive id;
		const char *word;
	} counted[] = { { EW_DIRECTIVE_RULE, "SecRule" },
			{ EW_DIRECTIVE_ACTION, "SecAction" },
			{ EW_DIRECTIVE_MARKER, "SecMarker" },
			{ EW_DIRECTIVE_RULE_UPDATE_TARGET_BY_ID, "SecRuleUpdateTargetById" } };
	struct ew_seclang all = { .arena = ew_arena_new(MEMORY) };
	struct ew_error e = { .line = 0 };
	char text[2048], path[256];

	if (count_lines(pattern, "SecRule") + count_lines(pattern, "SecAction") == 0) {
		skip(6, "no %s at %s", about, pattern);
		ew_arena_free(&all.arena);
		return;
	}
	snprintf(text, sizeof(text), "Include %s\n", pattern);
	write_file("set.conf", text);
	snprintf(path, sizeof(path), "%s/set.conf", dir);
	bool good = ew_seclang_read(&all, path, &e);
	ew_error_print(&e, text, sizeof(text));
	if (!ok(good, "%s is read whole: %zu directives of %zu files", about, all.count, all.files))
		printf("# %s\n", text);
	for (size_t i = 0; i < sizeof(counted) / sizeof(*counted); i++) {
		size_t n = 0;
		for (const struct ew_seclang_directive *d = all.first; d; d = d->next)
			n += d->id == counted[i].id;
		is_int(n, count_lines(pattern, counted[i].word), "each %s of %s", counted[i].word,
		       about);
	}
	const char *paths[] = { path };
	struct ew_seclang_set *set = ew_seclang_load(paths, 1, MEMORY, &e);
	ew_error_print(&e, text, sizeof(text));
	if (!ok(set != NULL,
		"%s is understood: %zu rules of %zu links, %zu things cannot be honoured", about,
		set ? set->rules : 0, set ? set->links : 0, set ? set->gap_count : 0))
		printf("# %s\n", text);
	if (set)
		printf("# %zu KiB read, %zu KiB understood\n", ew_arena_used(all.arena) >> 10,
		       ew_arena_used(set->source.arena) >> 10);
	ew_seclang_free(&set);
	ew_arena_free(&all.arena);
}

int main(void)
{
	char path[4096], sub[80];

	snprintf(dir, sizeof(dir), "seclang-XXXXXX");
	if (!mkdtemp(dir))
		abort();
	snprintf(sub, sizeof(sub), "%s/b", dir);
	if (mkdir(sub, 0700) != 0)
		abort();
	check_inclusion();

	suites_path(path, sizeof(path), "crs");
	char *crs = realpath(path, NULL);
	snprintf(path, sizeof(path), "%s/rules/*.conf*", crs ? crs : "no folder");
	check_set("CRS 4", path);
	snprintf(path, sizeof(path), "%s/crs-setup.conf.example", crs ? crs : "no folder");
	check_set("the setup of CRS 4", path);
	check_set("CRS 3", "/usr/share/modsecurity-crs/rules/*.conf");
	free(crs);
	snprintf(path, sizeof(path), "rm -r %s", dir);
	return system(path) == 0 ? done() : 1;
}
