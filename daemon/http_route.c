/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The route table of one HTTP listener: a short array, walked per request.
 *
 * A request whose path as written and whose path as normalised select different routes is refused: the
 * function behind would read it in one of the two ways and nobody can say in which. */

#include "daemon/http_route.h"

#include "eventwall/http1.h"

#include <stdio.h>
#include <stdlib.h>

static struct ew_bytes without_end_slash(struct ew_bytes path)
{
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

bool ew_http_routes_build(struct ew_http_routes *t, const struct ew_generation *g, const char *listen)
{
	size_t n = g->config->route_count;
	struct ew_http_route_entry *entry = calloc(n ? n : 1, sizeof(*entry));
	size_t count = 0;

	if (!entry)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct ew_route *r = &g->routes[i];
		if (r->config->type != EW_TRANSPORT_HTTP || strcmp(r->config->http.listen, listen))
			continue;
		struct ew_bytes host = ew_bytes_str(r->config->http.host ? r->config->http.host : "");
		struct ew_bytes path = ew_bytes_str(r->config->http.path ? r->config->http.path : "/");
		bool suffix = ew_bytes_starts(host, EW_LIT("*."));
		entry[count++] = (struct ew_http_route_entry){
			.route = r,
			.host = suffix ? ew_bytes_from(host, 1) : host,
			.path = without_end_slash(path),
			.suffix = suffix,
		};
	}
	free(t->entry);
	t->entry = entry;
	t->count = count;
	return true;
}

void ew_http_routes_fini(struct ew_http_routes *t)
{
	free(t->entry);
	*t = (struct ew_http_routes){ 0 };
}

static struct ew_bytes without_port(struct ew_bytes host)
{
	for (size_t i = host.n; i-- > 0;) {
		if (host.p[i] == ':')
			return ew_bytes(host.p, i);
		if (host.p[i] == ']')
			break;
	}
	return host;
}

/* 0: not this host; else the larger the more exact. */
static size_t host_rank(const struct ew_http_route_entry *e, struct ew_bytes host)
{
	if (e->host.n == 0)
		return 1;
	if (!e->suffix)
		return ew_bytes_eq_nocase(e->host, host) ? SIZE_MAX : 0;
	if (host.n <= e->host.n)
		return 0;
	return ew_bytes_eq_nocase(ew_bytes_from(host, host.n - e->host.n), e->host) ? 1 + e->host.n : 0;
}

static bool path_matches(const struct ew_http_route_entry *e, struct ew_bytes path)
{
	return ew_bytes_starts(path, e->path) &&
	       (path.n == e->path.n || e->path.n == 0 || path.p[e->path.n] == '/');
}

static const struct ew_http_route_entry *best_entry(const struct ew_http_routes *t,
                                                    struct ew_bytes host, struct ew_bytes path)
{
	const struct ew_http_route_entry *best = NULL;
	size_t best_rank = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct ew_http_route_entry *e = &t->entry[i];
		size_t rank = host_rank(e, host);
		if (rank == 0 || !path_matches(e, path))
			continue;
		if (!best || rank > best_rank || (rank == best_rank && e->path.n > best->path.n)) {
			best = e;
			best_rank = rank;
		}
	}
	return best;
}

static bool same_place(const struct ew_http_route_entry *a, const struct ew_http_route_entry *b)
{
	return a->suffix == b->suffix && ew_bytes_eq_nocase(a->host, b->host) &&
	       ew_bytes_eq(a->path, b->path);
}

static bool takes_method(const struct ew_http_route_entry *e, struct ew_bytes method)
{
	const struct ew_strings *m = &e->route->config->http.methods;

	for (size_t i = 0; i < m->n; i++) {
		if (ew_bytes_eq(ew_bytes_str(m->v[i]), method))
			return true;
	}
	return m->n == 0;
}

void ew_http_routes_choose(const struct ew_http_routes *t, struct ew_bytes host, struct ew_bytes method,
                           struct ew_bytes target, struct ew_buffer *scratch,
                           struct ew_http_choice *choice_r)
{
	struct ew_http_choice *c = choice_r;
	struct ew_bytes raw;
	size_t n = 0;

	*c = (struct ew_http_choice){ 0 };
	host = without_port(host);
	bool plain = ew_http_plain_path(target, &raw);
	c->path = raw;
	if (!plain && !ew_bytes_eq(target, EW_LIT("*"))) {
		if (!ew_buffer_reserve(scratch, target.n)) {
			c->refuse = 503;
			c->reason = "http.overload";
			return;
		}
		if (ew_http_route_path(target, scratch->p, &n, &c->reason) != EW_OK) {
			c->refuse = 400;
			return;
		}
		if (!ew_bytes_eq(raw, ew_bytes(scratch->p, n)))
			c->path = ew_bytes(scratch->p, n);
	}
	c->best = best_entry(t, host, c->path);
	if (c->path.p != raw.p && best_entry(t, host, raw) != c->best) {
		c->refuse = 400;
		c->reason = "http.rl-path";
		return;
	}
	if (!c->best) {
		c->refuse = 404;
		c->reason = "http.no-route";
		return;
	}
	for (const struct ew_http_route_entry *e = c->best; e < t->entry + t->count; e++) {
		if (same_place(e, c->best) && takes_method(e, method)) {
			c->route = e->route;
			return;
		}
	}
	c->refuse = 405;
	c->reason = "http.method";
}

size_t ew_http_routes_allow(const struct ew_http_routes *t, const struct ew_http_route_entry *best,
                            char *out, size_t cap)
{
	size_t len = 0;

	out[0] = 0;
	for (size_t i = 0; i < t->count; i++) {
		if (!same_place(&t->entry[i], best))
			continue;
		const struct ew_strings *m = &t->entry[i].route->config->http.methods;
		for (size_t k = 0; k < m->n; k++) {
			int put = snprintf(out + len, cap - len, "%s%s", len ? ", " : "", m->v[k]);
			if (put < 0 || (size_t)put >= cap - len) {
				out[len] = 0;
				return len;
			}
			len += (size_t)put;
		}
	}
	return len;
}
