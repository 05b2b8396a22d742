/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Compiled databases on disk, so that a restart takes milliseconds instead of seconds.
 *
 *     "EWDB0005" | sum of all that follows, keyed | size of key text | sizes | key text | databases
 *
 * The engine trusts what it deserialises, so bytes that we did not write must never reach it: folder
 * and files must be ours and closed to others, and the sum is keyed with a secret kept beside them,
 * readable by us alone.  The key text is everything the databases depend on and is compared whole.
 * A cache that is wrong in any way is told and is then simply not there: it is never an error. */

#include "rule.h"
#include "eventwall/siphash.h"

#include <errno.h>
#include <fcntl.h>
#include <hs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* Changes whenever anchors are moved in another way or the layout of the file changes. */
#define MAGIC "EWDB0005"

enum { SUM_AT = 8, SIZES_AT = 16, BLOBS = EW_SCAN_COUNT * EW_SUBJECT_COUNT, HEAD = SIZES_AT + 8 * (1 + BLOBS) };

static const size_t file_max = (size_t)1 << 30;

struct cache {
	int dir;
	const struct ew_ruleset_options *opt;
	struct ew_bytes key_text; /* heap */
	uint8_t secret[EW_SIPHASH_KEY];
	char name[32]; /* of the file */
};

__attribute__((format(printf, 2, 3)))
static bool note(const struct ew_ruleset_options *opt, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (opt->note) {
		int n = snprintf(text, sizeof(text), "signature cache %s: ", opt->cache_dir);
		if (n < 0 || (size_t)n >= sizeof(text))
			n = 0;
		va_start(ap, fmt);
		vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
		va_end(ap);
		opt->note(opt->arg, text);
	}
	return false;
}

static void put_u64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static uint64_t get_u64(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

/* Everything that the databases depend on, as text.  False: no memory. */
static bool write_key_text(struct cache *c, const struct ew_rules *rules)
{
	hs_platform_info_t platform = { 0 };
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	if (!f)
		return false;
	if (hs_populate_platform(&platform) != HS_SUCCESS)
		platform = (hs_platform_info_t){ 0 };
	fprintf(f, MAGIC " engine %s tune %u cpu %llx word %zu\n", hs_version(), platform.tune,
	        platform.cpu_features, sizeof(void *));
	for (size_t i = 0; i < rules->count; i++) {
		const struct ew_rule *r = rules->rule[i];
		fprintf(f, "%zu %d%d%d %zu ", i, r->exact_case, r->on[EW_SUBJECT_VALUE],
		        r->on[EW_SUBJECT_NAME], r->pattern ? strlen(r->pattern) : 0);
		fputs(r->pattern ? r->pattern : "", f);
		for (size_t k = 0; k < r->part_count; k++)
			fprintf(f, " %x%d%d %zu %s", r->part[k].flags, r->part[k].asks, r->behind,
			        strlen(r->part[k].pattern), r->part[k].pattern);
		const char *g;
		for (size_t k = 0; r->analyser && (g = ew_analyser_gate(r->analyser, k, true)); k++)
			fprintf(f, " %u%d %zu %s", r->analyser_at, !ew_analyser_gate(r->analyser, k, false),
			        strlen(g), g);
		putc('\n', f);
	}
	bool good = !ferror(f);
	good = fclose(f) == 0 && good;
	c->key_text = ew_bytes(text, n);
	return good;
}

/* Only we may have written it. */
static const char *why_not_ours(int fd, mode_t sort, mode_t forbidden)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return strerror(errno);
	if ((st.st_mode & S_IFMT) != sort)
		return sort == S_IFDIR ? "is no folder" : "is no plain file";
	if (st.st_uid != geteuid())
		return "belongs to another user";
	if (st.st_mode & forbidden)
		return forbidden & S_IRGRP ? "can be read by other users" : "can be written by other users";
	return NULL;
}

static bool read_all(int fd, uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t got = read(fd, p, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static bool write_all(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t put = write(fd, p, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		p += put;
		n -= (size_t)put;
	}
	return true;
}

static bool random_bytes(void *p, size_t n)
{
	return getrandom(p, n, 0) == (ssize_t)n;
}

/* Write `text` under a new name, then give it the right one: readers see all of it or none. */
static bool put_file(struct cache *c, const char *name, struct ew_bytes text)
{
	char temp[64];
	uint64_t salt;

	if (!random_bytes(&salt, sizeof(salt)))
		return note(c->opt, "no random bytes");
	snprintf(temp, sizeof(temp), ".new-%016llx", (unsigned long long)salt);
	int fd = openat(c->dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return note(c->opt, "cannot create a file: %s", strerror(errno));
	bool good = write_all(fd, text.p, text.n) && fsync(fd) == 0;
	good = close(fd) == 0 && good;
	good = good && renameat(c->dir, temp, c->dir, name) == 0;
	if (good)
		return fsync(c->dir) == 0 || note(c->opt, "cannot sync: %s", strerror(errno));
	note(c->opt, "cannot write %s: %s", name, strerror(errno));
	unlinkat(c->dir, temp, 0);
	return false;
}

/* The secret; with `make`, a new one where there is none that can be used. */
static bool get_secret(struct cache *c, bool make)
{
	int fd = openat(c->dir, "key", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	const char *why = fd < 0 ? strerror(errno) : why_not_ours(fd, S_IFREG, 0077);
	bool absent = fd < 0 && errno == ENOENT;

	if (!why && !read_all(fd, c->secret, sizeof(c->secret)))
		why = "is too short";
	if (fd >= 0)
		close(fd);
	if (!why)
		return true;
	if (!absent)
		note(c->opt, "key %s; a new one will be made", why);
	return make && random_bytes(c->secret, sizeof(c->secret)) &&
	       put_file(c, "key", ew_bytes(c->secret, sizeof(c->secret)));
}

static void cache_close(struct cache *c)
{
	if (c->dir >= 0)
		close(c->dir);
	free((void *)(uintptr_t)c->key_text.p);
}

static bool cache_open(struct cache *c, const struct ew_rules *rules,
                       const struct ew_ruleset_options *opt, bool make)
{
	static const uint8_t fixed[EW_SIPHASH_KEY] = "names only, no s";
	const char *why;

	*c = (struct cache){ .dir = -1, .opt = opt };
	if (!opt || !opt->cache_dir)
		return false;
	if (make && mkdir(opt->cache_dir, 0700) != 0 && errno != EEXIST)
		return note(opt, "cannot create it: %s", strerror(errno));
	c->dir = open(opt->cache_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->dir < 0)
		return errno == ENOENT ? false : note(opt, "cannot open it: %s", strerror(errno));
	why = why_not_ours(c->dir, S_IFDIR, 0022);
	if (why)
		return note(opt, "%s; it is not used", why);
	if (!write_key_text(c, rules))
		return note(opt, "no memory");
	snprintf(c->name, sizeof(c->name), "%016llx.db", (unsigned long long)ew_siphash(fixed, c->key_text));
	return get_secret(c, make);
}

/* The file's parts by its head; false unless they fill it exactly. */
static bool split_file(struct ew_bytes file, struct ew_bytes *key_text_r, struct ew_bytes blob[BLOBS])
{
	struct ew_bytes rest = ew_bytes_from(file, HEAD);

	for (int i = -1; i < BLOBS; i++) {
		uint64_t n = get_u64(file.p + SIZES_AT + 8 * (i + 1));
		if (n > rest.n)
			return false;
		*(i < 0 ? key_text_r : &blob[i]) = ew_bytes(rest.p, (size_t)n);
		rest = ew_bytes_from(rest, (size_t)n);
	}
	return rest.n == 0;
}

static struct hs_database **database(struct ew_matcher *m, int i)
{
	return &m[i / EW_SCAN_COUNT].db[i % EW_SCAN_COUNT];
}

static const char *why_not_usable(const struct cache *c, struct ew_bytes file,
                                  struct ew_bytes blob[BLOBS])
{
	struct ew_bytes key_text;

	if (file.n < HEAD || !ew_bytes_starts(file, EW_LIT(MAGIC)))
		return "is of another version";
	if (get_u64(file.p + SUM_AT) != ew_siphash(c->secret, ew_bytes_from(file, SIZES_AT)))
		return "was changed or cut, or made with another key";
	if (!split_file(file, &key_text, blob) || !ew_bytes_eq(key_text, c->key_text))
		return "is for other signatures";
	return NULL;
}

static bool deserialise(struct ew_matcher *m, const struct ew_bytes blob[BLOBS])
{
	for (int i = 0; i < BLOBS; i++)
		if (blob[i].n > 0 && hs_deserialize_database((const char *)blob[i].p, blob[i].n,
		                                             database(m, i)) != HS_SUCCESS)
			return false;
	return true;
}

static bool fetch(struct cache *c, struct ew_matcher *m)
{
	struct ew_bytes blob[BLOBS];
	struct stat st = { 0 };
	uint8_t *text = NULL;
	int fd = openat(c->dir, c->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT ? false : note(c->opt, "%s: %s", c->name, strerror(errno));
	const char *why = why_not_ours(fd, S_IFREG, 0022);
	if (!why && (fstat(fd, &st) != 0 || st.st_size < 0 || (uint64_t)st.st_size > file_max))
		why = "is too large";
	if (!why && !(text = malloc((size_t)st.st_size + 1)))
		why = "does not fit into memory";
	if (!why && !read_all(fd, text, (size_t)st.st_size))
		why = "cannot be read";
	close(fd);
	if (!why)
		why = why_not_usable(c, ew_bytes(text, (size_t)st.st_size), blob);
	if (!why && !deserialise(m, blob)) {
		ew_matchers_fini(m);
		why = "is not accepted by the engine";
	}
	free(text);
	return !why || note(c->opt, "%s %s; compiling anew", c->name, why);
}

bool ew_cache_fetch(struct ew_matcher m[EW_SUBJECT_COUNT], const struct ew_rules *rules,
                    const struct ew_ruleset_options *opt)
{
	struct cache c;
	bool good = cache_open(&c, rules, opt, false) && fetch(&c, m);

	cache_close(&c);
	return good;
}

static bool keep(struct cache *c, const struct ew_matcher *m)
{
	char *blob[BLOBS] = { NULL };
	size_t n[BLOBS] = { 0 }, total = HEAD + c->key_text.n;
	uint8_t *text = NULL;
	bool good = true;

	for (int i = 0; good && i < BLOBS; i++) {
		const struct hs_database *db = m[i / EW_SCAN_COUNT].db[i % EW_SCAN_COUNT];
		good = !db || hs_serialize_database(db, &blob[i], &n[i]) == HS_SUCCESS;
		total += n[i];
	}
	if (!good || total > file_max || !(text = malloc(total))) {
		good = note(c->opt, "no memory to write it");
	} else {
		uint8_t *p = text + HEAD;
		memcpy(text, MAGIC, SUM_AT);
		put_u64(text + SIZES_AT, c->key_text.n);
		memcpy(p, c->key_text.p, c->key_text.n);
		p += c->key_text.n;
		for (int i = 0; i < BLOBS; i++) {
			put_u64(text + SIZES_AT + 8 * (i + 1), n[i]);
			if (n[i])
				memcpy(p, blob[i], n[i]);
			p += n[i];
		}
		put_u64(text + SUM_AT, ew_siphash(c->secret, ew_bytes(text + SIZES_AT, total - SIZES_AT)));
		good = put_file(c, c->name, ew_bytes(text, total));
	}
	for (int i = 0; i < BLOBS; i++)
		free(blob[i]);
	free(text);
	return good;
}

void ew_cache_keep(const struct ew_matcher m[EW_SUBJECT_COUNT], const struct ew_rules *rules,
                   const struct ew_ruleset_options *opt)
{
	struct cache c;

	if (cache_open(&c, rules, opt, true) && !keep(&c, m))
		note(opt, "nothing was kept; the next start compiles again");
	cache_close(&c);
}
