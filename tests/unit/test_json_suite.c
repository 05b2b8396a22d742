/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* nst/JSONTestSuite, each file at a guard page, declared and guessed: y_ is read without fault or damage,
 * n_ is named in some way, i_ is read.  The files are no part of the tree: found by EW_SUITES. */

#include "decoded.h"
#include "eventwall/protocol.h"
#include "guard.h"
#include "suites.h"
#include "tap.h"

#include <dirent.h>

#define FILE_MOST (1u << 20)

static const struct ew_limits defaults = EW_LIMITS_DEFAULT;
static struct ew_message *m;
static int files[3], wrong[3];

static struct ew_bytes read_file(const char *dir, const char *name, uint8_t *buf)
{
	char path[1024 + 300];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (!f)
		return ew_bytes(NULL, 0);
	n = fread(buf, 1, FILE_MOST, f);
	fclose(f);
	return ew_bytes(buf, n);
}

static bool good(char sort, struct ew_bytes text)
{
	bool damaged = ew_message_has(m, EW_ANOMALY_JSON_SYNTAX) || m->status != EW_OK;

	if (tree_broken(m))
		return false;
	if (sort == 'y')
		return !damaged;
	/* A value without a byte has nothing to open, whatever its type. */
	return sort == 'i' || text.n == 0 || m->anomalies || m->status != EW_OK;
}

static void one_file(const char *dir, const char *name, uint8_t *buf)
{
	static const char sorts[] = "yni";
	const char *sort = strchr(sorts, name[0]);
	struct ew_bytes text;

	if (!name[0] || !sort || name[1] != '_')
		return;
	text = guard_put(read_file(dir, name, buf));
	ew_message_reset(m, &defaults);
	tree_decode(m, text, "application/json");
	files[sort - sorts]++;
	if (!good(*sort, text)) {
		wrong[sort - sorts]++;
		printf("# %s: %s\n", name, tree_print(m, m->root));
	}
	ew_message_reset(m, &defaults);
	tree_decode(m, text, NULL);
	if (tree_broken(m)) {
		wrong[sort - sorts]++;
		printf("# %s, guessed: %s\n", name, tree_broken(m));
	}
	guard_drop(text);
}

int main(void)
{
	uint8_t *buf = malloc(FILE_MOST);
	char dir[1024];
	DIR *d;

	suites_path(dir, sizeof(dir), "JSONTestSuite/test_parsing");
	m = ew_message_new(&defaults);
	d = opendir(dir);
	if (!m || !buf)
		abort();
	if (!d) {
		skip(3, "no JSONTestSuite: set EW_SUITES to the folder that holds it");
		return done();
	}
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		one_file(dir, e->d_name, buf);
	closedir(d);
	ok(files[0] > 90 && wrong[0] == 0, "%d files that must be read", files[0]);
	ok(files[1] > 180 && wrong[1] == 0, "%d files that must be refused", files[1]);
	ok(files[2] > 30 && wrong[2] == 0, "%d files either way", files[2]);
	free(buf);
	ew_message_free(&m);
	return done();
}
