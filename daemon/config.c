/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A configuration from its file to its end: reading the text, parsing it, giving back the memory.
 *
 * The trap: the strings of a half-read configuration are freed like those of a whole one, by walking
 * the same table that filled them, so nothing but the table may own memory (names, hosts and paths that
 * are derived stand in free_derived()). */

#include "daemon/config_keys.h"
#include "eventwall/avro.h"
#include "eventwall/protobuf.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST (4u << 20)

static void say_syntax(struct ew_config_reader *r, const json_error_t *je)
{
	struct ew_error e;
	const char *tip = "";

	if (r->text.n == 0) {
		ew_error_set(&e, r->file, 0, "the file is empty; a configuration has \"functions\" and \"routes\"");
	} else {
		if (strstr(je->text, "duplicate"))
			tip = "; a key may stand once only";
		else if (strstr(je->text, "near '/'") || strstr(je->text, "near '#'"))
			tip = "; JSON has no comments";
		ew_error_set(&e, r->file, je->line > 0 ? (uint32_t)je->line : 0, "not valid JSON: %s%s",
		             je->text, tip);
	}
	r->errors++;
	r->report(r->arg, false, &e);
}

struct ew_config *ew_config_read(const char *name, struct ew_bytes text, ew_config_report_fn report,
                                 void *arg)
{
	struct ew_config_reader *r = calloc(1, sizeof(*r));
	struct ew_config *c = calloc(1, sizeof(*c));
	json_error_t je;
	json_t *root = NULL;
	bool good = false;

	if (!r || !c)
		goto out;
	*r = (struct ew_config_reader){ .file = name, .text = text, .report = report, .arg = arg };
	const char *slash = strrchr(name, '/');
	if (slash)
		snprintf(r->folder, sizeof(r->folder), "%.*s", slash == name ? 1 : (int)(slash - name), name);
	c->file = strdup(name);
	root = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &je);
	if (!root) {
		say_syntax(r, &je);
		goto out;
	}
	ew_config_take(r, EW_SECTION_TOP, root, c);
	if (r->errors == 0)
		ew_config_resolve(r, c);
	good = c->file && r->errors == 0;
out:
	json_decref(root);
	free(r);
	if (!good)
		ew_config_free(&c);
	return c;
}

struct ew_config *ew_config_examine(const char *file, ew_config_report_fn report, void *arg)
{
	struct ew_config *c = NULL;
	struct ew_error e;
	struct stat st;
	uint8_t *text = NULL;
	size_t n = 0;
	ssize_t got = 1;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) != 0) {
		ew_error_set(&e, file, 0, "cannot read the configuration: %s", strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		ew_error_set(&e, file, 0, "this is a folder; name the configuration file in it");
	} else if (!(text = malloc(FILE_MOST + 1))) {
		ew_error_set(&e, file, 0, "out of memory");
	} else {
		while (n <= FILE_MOST && (got = read(fd, text + n, FILE_MOST + 1 - n)) > 0)
			n += (size_t)got;
		if (got < 0)
			ew_error_set(&e, file, 0, "cannot read the configuration: %s", strerror(errno));
		else if (n > FILE_MOST)
			ew_error_set(&e, file, 0, "larger than 4 MiB: this is no configuration");
		else
			c = ew_config_read(file, ew_bytes(text, n), report, arg);
		if (got == 0 && n <= FILE_MOST)
			goto out;
	}
	report(arg, false, &e);
out:
	free(text);
	if (fd >= 0)
		close(fd);
	return c;
}

static void keep_first(void *arg, bool doubt, const struct ew_error *e)
{
	struct ew_error *first = arg;

	if (!doubt && first && !first->text[0])
		*first = *e;
}

struct ew_config *ew_config_load(const char *file, struct ew_error *e)
{
	struct ew_error first = { 0 };
	struct ew_config *c = ew_config_examine(file, keep_first, &first);

	if (!c && !first.text[0])
		ew_error_set(&first, file, 0, "out of memory");
	if (!c && e)
		*e = first;
	return c;
}

/* ---- the end --------------------------------------------------------------------------------- */

void ew_strings_fini(struct ew_strings *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i]);
	free(s->v);
}

static void free_properties(struct ew_properties *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].name);
		free(p->v[i].value);
	}
	free(p->v);
}

/* All keys that live in the struct of section `first`, up to section `last`. */
static void free_sections(enum ew_section first, enum ew_section last, void *base)
{
	for (size_t i = 0; i < ew_key_count; i++) {
		const struct ew_key *k = &ew_keys[i];
		void *at = (char *)base + k->at;
		if (k->section < first || k->section > last)
			continue;
		if (k->type == EW_TYPE_STRING || k->type == EW_TYPE_TEMPLATE || k->type == EW_TYPE_SECRET)
			free(*(char **)at);
		else if (k->type == EW_TYPE_STRINGS || k->type == EW_TYPE_FILES || k->type == EW_TYPE_SETS)
			ew_strings_fini(at);
		else if (k->type == EW_TYPE_NETWORKS)
			free(((struct ew_networks *)at)->v);
		else if (k->type == EW_TYPE_PROPERTIES)
			free_properties(at);
	}
}

static void free_items(enum ew_section s, struct ew_items *items)
{
	for (size_t i = 0; i < items->n; i++)
		free_sections(s, s, (char *)items->v + i * ew_section_size(s));
	free(items->v);
}

static void free_derived(struct ew_config *c)
{
	for (size_t i = 0; i < c->function_count; i++) {
		struct ew_function_config *f = &c->functions[i];
		free(f->name);
		free(f->http.host);
		free(f->http.path);
		free(f->mqtt.host);
		free(f->identity);
	}
	for (size_t i = 0; i < c->route_count; i++) {
		free(c->routes[i].mqtt.host);
		free(c->routes[i].proxy.host);
		free(c->routes[i].registry.host);
		free(c->routes[i].registry.path);
		ew_proto_schema_free(&c->routes[i].protobuf);
		ew_avro_known_free(&c->routes[i].avro);
		free(c->routes[i].identity);
	}
	free(c->file);
}

void ew_config_free(struct ew_config **cp)
{
	struct ew_config *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	for (size_t i = 0; i < c->function_count; i++)
		free_sections(EW_SECTION_FUNCTION, EW_SECTION_FUNCTION_KAFKA, &c->functions[i]);
	for (size_t i = 0; i < c->route_count; i++) {
		free_items(EW_SECTION_OVERRIDE, &c->routes[i].overrides);
		free_items(EW_SECTION_EXCLUSION, &c->routes[i].exclusions);
		free_sections(EW_SECTION_SECLANG, EW_SECTION_SECLANG, &c->routes[i].seclang);
		free_sections(EW_SECTION_ROUTE, EW_SECTION_EXCEPTION, &c->routes[i]);
	}
	free_sections(EW_SECTION_TOP, EW_SECTION_DRAIN, c);
	free_derived(c);
	free(c->functions);
	free(c->routes);
	free(c);
}
