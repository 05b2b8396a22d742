/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The cache of compiled databases: it is used when it is ours and whole, and otherwise it is as if it
 * were not there, with a note. */

#define _XOPEN_SOURCE 700 /* mkdtemp, symlink */

#include "eventwall/ruleset.h"
#include "tap.h"
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/eventwall-test-cache-XXXXXX";
static char set_path[64], cache[64], said[512];

static void note(void *arg, const char *text)
{
	(void)arg;
	snprintf(said, sizeof(said), "%s", text);
}

static void write_set(const char *pattern)
{
	FILE *f = fopen(set_path, "w");

	if (!f)
		abort();
	fprintf(f,
	        "{\"set\":\"t\",\"version\":\"1\",\"signatures\":[{\"id\":1,\"name\":\"n\",\"class\":\"c\","
	        "\"pattern\":\"%s\",\"on\":\"both\",\"hit\":[\"h\"],\"miss\":[\"m\"]}]}", pattern);
	fclose(f);
}

/* Load once; whatever the cache does, the rules must work. */
static bool from_cache(void)
{
	const char *paths[] = { set_path };
	struct ew_ruleset_options opt = { .cache_dir = cache, .note = note };
	struct ew_ruleset *rs = ew_ruleset_load(paths, 1, &opt, NULL);
	struct ew_scanner *s = ew_scanner_new();
	struct ew_message *m = ew_message_new(&tree_limits);
	bool cached = rs && ew_ruleset_from_cache(rs);

	if (!rs || !s || !m || !ew_scanner_adopt(s, rs))
		abort();
	tree_text(m, m->root, "an evil name", "an evil value");
	tree_text(m, m->root, "good", "good");
	if (ew_scan(s, rs, m) != EW_OK || m->hit_count != 2) {
		printf("# the rules do not work (cached: %d)\n", cached);
		abort();
	}
	ew_message_free(&m);
	ew_scanner_free(&s);
	ew_ruleset_unref(&rs);
	return cached;
}

/* The one database file. */
static const char *database(void)
{
	static char path[512];
	DIR *d = opendir(cache);
	struct dirent *e;

	path[0] = 0;
	while (d && (e = readdir(d)))
		if (strstr(e->d_name, ".db"))
			snprintf(path, sizeof(path), "%s/%s", cache, e->d_name);
	if (d)
		closedir(d);
	return path;
}

static size_t slurp(const char *path, char *out, size_t cap)
{
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(out, 1, cap, f) : 0;

	if (f)
		fclose(f);
	return n;
}

static void spill(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(text, 1, n, f) != n || fclose(f) != 0)
		abort();
}

/* Not used now, told why, made anew and used again. */
static bool recovers(void)
{
	said[0] = 0;
	return !from_cache() && said[0] && from_cache();
}

static void check_damage(void)
{
	static char whole[1 << 20];
	size_t n = slurp(database(), whole, sizeof(whole));
	bool good = true;

	ok(n > 1000, "a file of %zu bytes", n);
	for (size_t cut = 0; good && cut < n; cut += cut < 64 ? 7 : n / 5) {
		spill(database(), whole, cut);
		good = recovers();
	}
	ok(good, "cut anywhere: not used, told, made anew (%s)", said);
	for (size_t at = 0; good && at < n; at += at < 72 ? 1 : n / 40) {
		whole[at] ^= 0x10;
		spill(database(), whole, n);
		whole[at] ^= 0x10;
		good = recovers();
		if (!good)
			printf("# byte %zu\n", at);
	}
	ok(good, "a changed bit anywhere");
	whole[n] = 0;
	spill(database(), whole, n + 1);
	ok(recovers(), "a byte more");
}

static void check_owner(void)
{
	char key[128], other[128];

	snprintf(key, sizeof(key), "%s/key", cache);
	snprintf(other, sizeof(other), "%s/elsewhere", dir);
	ok(chmod(database(), 0620) == 0 && recovers(), "writable by others: %s", said);
	spill(key, "0123456789abcdef", 16);
	ok(recovers(), "made with another key");
	ok(chmod(key, 0640) == 0 && recovers(), "a key that others can read is replaced");
	spill(key, "short", 5);
	ok(recovers(), "a short key is replaced");
	ok(rename(database(), other) == 0 && !from_cache() && from_cache(), "absent: made anew");
	char path[512];
	snprintf(path, sizeof(path), "%s", database());
	ok(unlink(path) == 0 && symlink(other, path) == 0 && recovers(), "a link is not followed: %s", said);
	if (geteuid() == 0) {
		ok(chown(database(), 65534, 65534) == 0 && recovers(), "of another user: %s", said);
		ok(chown(key, 65534, 65534) == 0 && recovers(), "a key of another user");
		ok(chown(cache, 65534, 65534) == 0 && !from_cache() && !from_cache(),
		   "a folder of another user is not used: %s", said);
		ok(chown(cache, 0, 0) == 0 && from_cache(), "until it is ours");
	} else {
		skip(4, "only the superuser can give files away");
	}
	ok(chmod(cache, 0770) == 0 && !from_cache(), "a folder that others write is not used: %s", said);
	ok(chmod(cache, 0700) == 0 && from_cache(), "until they cannot");
}

static void remove_all(const char *path)
{
	char file[800];
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		unlink(file);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

int main(void)
{
	struct stat st;

	if (!mkdtemp(dir))
		abort();
	snprintf(set_path, sizeof(set_path), "%s/set.json", dir);
	snprintf(cache, sizeof(cache), "%s/cache", dir);
	write_set("evil");
	ok(!from_cache(), "nothing there yet: compiled");
	ok(stat(cache, &st) == 0 && (st.st_mode & 0777) == 0700, "a folder is made, for us alone");
	ok(stat(database(), &st) == 0 && (st.st_mode & 0777) == 0600, "and a file");
	ok(from_cache(), "then taken from it");
	check_damage();
	check_owner();
	write_set("ev[i]l");
	ok(!from_cache() && from_cache(), "other patterns have a file of their own");
	write_set("evil");
	ok(from_cache(), "and the first is still there");
	remove_all(cache);
	snprintf(cache, sizeof(cache), "%s/no/such", dir);
	said[0] = 0;
	ok(!from_cache() && strstr(said, "cannot create"), "no folder can be made: %s", said);
	snprintf(cache, sizeof(cache), "%s", set_path);
	ok(!from_cache() && said[0], "a file where a folder should be: %s", said);
	remove_all(dir);
	return done();
}
