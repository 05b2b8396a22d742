/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rule files and what they include, as one list.  The list is walked once; where it names files,
 * these are read and put in the place of the directive that names them, to be walked next.  So
 * nothing recurses, and a file knows the files that it came through: a file that includes itself,
 * by whatever name, is seen before it is opened. */

#include "../file.h"
#include "syntax.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 16, FILES_MAX = 4096, PATH_LONGEST = 4096 };

/* `e` was set for a file; tell who includes that. */
static bool blame(const struct ew_seclang_directive *d, struct ew_error *e)
{
	char text[sizeof(e->text)];

	if (!d || !e || strcmp(e->file, d->file->path) == 0)
		return false;
	snprintf(text, sizeof(text), "%s", e->text);
	snprintf(e->text, sizeof(e->text), "%.600s (included from %.128s:%u)", text, d->file->path,
		 d->line);
	return false;
}

static bool is_open_already(const struct ew_seclang_file *from, const struct stat *st)
{
	for (; from; from = from->from)
		if (from->device == (uint64_t)st->st_dev && from->inode == (uint64_t)st->st_ino)
			return true;
	return false;
}

/* Append the file `path` to `s`, which `d` (NULL: an operator) includes. */
static bool read_one(struct ew_seclang *s, const char *path, const struct ew_seclang_directive *d,
		     struct ew_error *e)
{
	struct ew_bytes name = ew_bytes(path, strlen(path) + 1), text = { NULL, 0 };
	struct ew_seclang_file *file = ew_arena_alloc(s->arena, sizeof(*file));
	struct stat st = { .st_ino = 0 };

	if (s->files == FILES_MAX)
		return ew_error_set(e, path, 0, "more than %d rule files", FILES_MAX);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		ew_error_set(e, path, 0, "this is no file; to include a folder, write %.64s/*.conf",
			     path);
		return blame(d, e);
	}
	if (d && is_open_already(d->file, &st))
		return ew_error_set(e, d->file->path, d->line, "%.256s includes itself", path);
	if (d && d->file->depth == DEPTH_MAX)
		return ew_error_set(e, d->file->path, d->line, "inclusions are more than %d deep",
				    DEPTH_MAX);
	uint8_t *heap = ew_file_read(path, "rule file", &text.n, e);
	if (!heap)
		return blame(d, e);
	text = ew_arena_dup(s->arena, ew_bytes(heap, text.n));
	name = ew_arena_dup(s->arena, name);
	free(heap);
	if (!file || ew_arena_spent(s->arena))
		return ew_error_set(e, path, 0,
				    "the rules take more memory than is allowed for them");
	*file = (struct ew_seclang_file){ (const char *)name.p, text,
					  d ? d->file : NULL,   d ? d->file->depth + 1 : 0,
					  (uint64_t)st.st_dev,  (uint64_t)st.st_ino };
	s->files++;
	return ew_seclang_parse(s, file, e) || blame(d, e);
}

/* The pattern of `d` beside the file that it stands in. */
static bool find_pattern(const struct ew_seclang_directive *d, char out[PATH_LONGEST],
			 struct ew_error *e)
{
	struct ew_bytes what = d->argument[0];
	const char *path = d->file->path, *slash = strrchr(path, '/');
	size_t beside = slash && (what.n == 0 || what.p[0] != '/') ? (size_t)(slash - path) + 1 : 0;

	if (what.n == 0 || memchr(what.p, 0, what.n) || what.n >= PATH_LONGEST - beside)
		return ew_seclang_wrong(e, d->file, d->file->text.p,
					"expected the name of a file, at most %d bytes",
					PATH_LONGEST);
	snprintf(out, PATH_LONGEST, "%.*s%.*s", (int)beside, path, (int)what.n,
		 (const char *)what.p);
	return true;
}

/* The files that `d` names, as a list of their own. */
static bool read_included(struct ew_seclang *s, const struct ew_seclang_directive *d,
			  struct ew_error *e)
{
	char pattern[PATH_LONGEST];
	glob_t found;
	bool good = true;

	if (!find_pattern(d, pattern, e))
		return false;
	int failed = glob(pattern, 0, NULL, &found);
	if (failed == GLOB_NOMATCH)
		return d->id == EW_DIRECTIVE_INCLUDE_OPTIONAL ||
		       ew_error_set(e, d->file->path, d->line,
				    "no file is named %.256s; where there may be none, write "
				    "IncludeOptional",
				    pattern);
	if (failed)
		return ew_error_set(e, d->file->path, d->line, "cannot look for files named %.256s",
				    pattern);
	for (size_t i = 0; good && i < found.gl_pathc; i++)
		good = read_one(s, found.gl_pathv[i], d, e);
	globfree(&found);
	return good;
}

/* A name without a * that is no file is told as such. */
static bool read_named(struct ew_seclang *all, const char *path, struct ew_error *e)
{
	glob_t found;
	bool good = true;
	int failed = glob(path, GLOB_NOCHECK, NULL, &found);

	if (failed)
		return ew_error_set(e, path, 0, "cannot look for files of that name");
	for (size_t i = 0; good && i < found.gl_pathc; i++)
		good = read_one(all, found.gl_pathv[i], NULL, e);
	globfree(&found);
	return good;
}

bool ew_seclang_read(struct ew_seclang *s, const char *path, struct ew_error *e)
{
	struct ew_seclang all = { .arena = s->arena, .files = s->files };

	if (!read_named(&all, path, e))
		return false;
	for (struct ew_seclang_directive **at = &all.first; *at;) {
		struct ew_seclang_directive *d = *at;
		struct ew_seclang part = { .arena = s->arena, .files = all.files };
		if (d->id != EW_DIRECTIVE_INCLUDE && d->id != EW_DIRECTIVE_INCLUDE_OPTIONAL) {
			all.last = d;
			at = &d->next;
			continue;
		}
		if (!read_included(&part, d, e))
			return false;
		if (part.last)
			part.last->next = d->next;
		*at = part.first ? part.first : d->next;
		all.files = part.files;
		all.count += part.count - 1;
	}
	if (all.count == 0)
		all.first = all.last = NULL;
	if (s->last)
		s->last->next = all.first;
	else
		s->first = all.first;
	s->last = all.last ? all.last : s->last;
	s->count += all.count;
	s->files = all.files;
	return true;
}
