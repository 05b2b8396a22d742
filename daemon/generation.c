/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Building a generation: configuration first, then one ruleset for each distinct list of sets. */

#include "daemon/generation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static bool same_list(const struct ew_strings *a, const struct ew_strings *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->v[i], b->v[i]) != 0)
			return false;
	}
	return true;
}

static bool same_rules(const struct ew_route_config *a, const struct ew_route_config *b)
{
	return same_list(&a->signatures, &b->signatures) && same_list(&a->seclang.files, &b->seclang.files) &&
	       a->seclang.paranoia == b->seclang.paranoia && a->seclang.threshold == b->seclang.threshold &&
	       a->seclang.work_mb == b->seclang.work_mb;
}

const struct ew_seclang_source *ew_route_seclang(const struct ew_route_config *t, struct ew_seclang_source *s_r)
{
	const struct ew_seclang_config *c = &t->seclang;

	*s_r = (struct ew_seclang_source){
		.files = (const char *const *)c->files.v,
		.file_count = c->files.n,
		.paranoia = c->paranoia == UINT32_MAX ? 0 : c->paranoia,
		.threshold = c->threshold == UINT32_MAX ? 0 : c->threshold,
		.work = (size_t)c->work_mb << 20,
	};
	return c->files.n ? s_r : NULL;
}

/* What is not honoured is never passed over in silence. */
static void tell_gaps(const struct ew_route *r)
{
	struct ew_seclang_facts f;

	ew_ruleset_seclang(r->rules, &f);
	if (f.gaps)
		fprintf(stderr, "eventwall: note: route \"%s\": %zu thing%s in its rule files %s not honoured; "
		                "`eventwall check` lists them\n", r->config->name, f.gaps, f.gaps == 1 ? "" : "s",
		        f.gaps == 1 ? "is" : "are");
}

/* The cache is a help, never a need: without a folder that can be written there is none. */
static const char *usable_cache(const char *dir)
{
	if (!dir || !*dir)
		return NULL;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return NULL;
	return access(dir, W_OK | X_OK) == 0 ? dir : NULL;
}

static void tell(void *arg, const char *text)
{
	(void)arg;
	fprintf(stderr, "eventwall: note: %s\n", text);
}

static uint64_t thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool load_rules(struct ew_generation *g, size_t i, const struct ew_ruleset_options *opt,
                       struct ew_error *e)
{
	struct ew_route *r = &g->routes[i];

	r->config = &g->config->routes[i];
	if (r->config->mode == EW_MODE_OFF)
		return true;
	for (size_t k = 0; k < i; k++) {
		if (g->routes[k].rules && same_rules(&g->config->routes[k], r->config)) {
			r->rules = ew_ruleset_ref(g->routes[k].rules);
			return true;
		}
	}
	if (r->config->signatures.n == 0 && r->config->seclang.files.n == 0) {
		if (r->config->allow_empty)
			return true;
		return ew_error_set(e, g->config->file, 0,
		                    "route \"%s\" has no signatures; name sets in \"signatures\", or say "
		                    "\"allow_empty\": true, or \"mode\": \"off\"", r->config->name);
	}
	struct ew_ruleset_options mine = *opt;
	struct ew_seclang_source files;
	mine.seclang = ew_route_seclang(r->config, &files);
	mine.allow_empty = r->config->allow_empty;
	r->rules = ew_ruleset_load((const char *const *)r->config->signatures.v, r->config->signatures.n,
	                           &mine, e);
	if (!r->rules)
		return false;
	tell_gaps(r);
	g->signature_count += ew_ruleset_count(r->rules);
	g->from_cache = g->from_cache && ew_ruleset_from_cache(r->rules);
	return true;
}

struct ew_generation *ew_generation_build(const char *file, uint64_t number,
                                          void (*progress)(void *, const char *, size_t, size_t),
                                          void *arg, struct ew_error *e)
{
	uint64_t began = now_ms();
	struct ew_generation *g = calloc(1, sizeof(*g));

	if (!g) {
		ew_error_set(e, NULL, 0, "out of memory");
		return NULL;
	}
	g->refs = 1;
	g->number = number;
	g->from_cache = true;
	g->config = ew_config_load(file, e);
	if (!g->config)
		goto fail;
	g->routes = calloc(g->config->route_count + 1, sizeof(*g->routes));
	if (!g->routes) {
		ew_error_set(e, NULL, 0, "out of memory");
		goto fail;
	}
	struct ew_ruleset_options opt = {
		.cache_dir = usable_cache(g->config->cache_dir),
		.progress = progress,
		.note = tell,
		.arg = arg,
		.ns_per_kb_most = g->config->signature_ns_per_kb,
		.database_most = (size_t)g->config->signature_database_kb << 10,
		.now_ns = thread_ns,
	};
	for (size_t i = 0; i < g->config->route_count; i++) {
		struct ew_route *r = &g->routes[i];
		if (!load_rules(g, i, &opt, e) ||
		    !ew_policy_new(r->config, r->rules, g->config->file, &r->policy, e))
			goto fail;
	}
	g->built_ms = now_ms() - began;
	return g;
fail:
	ew_generation_unref(&g);
	return NULL;
}

struct ew_generation *ew_generation_ref(struct ew_generation *g)
{
	atomic_fetch_add_explicit(&g->refs, 1, memory_order_relaxed);
	return g;
}

void ew_generation_unref(struct ew_generation **gp)
{
	struct ew_generation *g = *gp;

	*gp = NULL;
	if (!g || atomic_fetch_sub_explicit(&g->refs, 1, memory_order_acq_rel) != 1)
		return;
	if (g->routes) {
		for (size_t i = 0; i < g->config->route_count; i++) {
			ew_policy_free(&g->routes[i].policy);
			ew_ruleset_unref(&g->routes[i].rules);
		}
	}
	free(g->routes);
	ew_config_free(&g->config);
	free(g);
}
