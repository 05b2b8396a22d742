/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Which route a request belongs to. */

#include "daemon/http_route.h"

#include "tap.h"

#include <stdlib.h>

#define PLACE(on, h, p) .http = { .listen = (char *)on, .host = (char *)h, .path = (char *)p }
#define PLACE_FOR(h, p, m)                                                                         \
	.http = { .listen = (char *)"a:1", .host = (char *)h, .path = (char *)p, .methods = { m, 1 } }

static char *method_get[] = { (char *)"GET" }, *method_put[] = { (char *)"PUT" };

static struct ew_route_config configs[] = {
	{ .name = (char *)"any", PLACE("a:1", "", "/") },
	{ .name = (char *)"api", PLACE("a:1", "", "/api") },
	{ .name = (char *)"api/v1", PLACE("a:1", "", "/api/v1/") },
	{ .name = (char *)"host", PLACE("a:1", "x.test", "/h") },
	{ .name = (char *)"wide", PLACE("a:1", "*.test", "/") },
	{ .name = (char *)"wider", PLACE("a:1", "*.b.test", "/") },
	{ .name = (char *)"get", PLACE_FOR("", "/m", method_get) },
	{ .name = (char *)"put", PLACE_FOR("", "/m", method_put) },
	{ .name = (char *)"other", PLACE("b:1", "", "/zzz") },
};

#define COUNT (sizeof(configs) / sizeof(*configs))

static struct ew_http_routes table;

static const char *choose(const char *host, const char *method, const char *target)
{
	static char text[16];
	struct ew_http_choice c;
	struct ew_buffer scratch = { 0 };

	ew_http_routes_choose(&table, ew_bytes_str(host), ew_bytes_str(method), ew_bytes_str(target), &scratch,
	                      &c);
	ew_buffer_release(&scratch);
	if (c.route)
		return c.route->config->name;
	snprintf(text, sizeof(text), "%u", c.refuse);
	return text;
}

int main(void)
{
	struct ew_route routes[COUNT] = { 0 };
	struct ew_config config = { .routes = configs, .route_count = COUNT };
	struct ew_generation g = { .config = &config, .routes = routes };
	char allow[64];

	for (size_t i = 0; i < COUNT; i++)
		routes[i].config = &configs[i];
	ok(ew_http_routes_build(&table, &g, "a:1"), "a table");
	is_int(table.count, COUNT - 1, "of the routes on one address");

	is_str(choose("h", "GET", "/"), "any", "the root");
	is_str(choose("h", "GET", "/api"), "api", "a prefix, whole");
	is_str(choose("h", "GET", "/api?x=/m"), "api", "without the query");
	is_str(choose("h", "GET", "/api/x"), "api", "and below");
	is_str(choose("h", "GET", "/apis"), "any", "on segment borders");
	is_str(choose("h", "GET", "/api/v1"), "api/v1", "the longest wins, its end slash does not count");
	is_str(choose("h", "GET", "/api/v1/x"), "api/v1", "nor here");
	is_str(choose("X.TEST:8080", "GET", "/h/1"), "host", "an exact host, without case and port");
	is_str(choose("x.test", "GET", "/api"), "wide", "else a suffix, though a path would be longer");
	is_str(choose("a.b.test", "GET", "/"), "wider", "the longest suffix");
	is_str(choose("b.test", "GET", "/"), "wide", "a suffix is not its own bare name");
	is_str(choose("xtest", "GET", "/"), "any", "and begins at a dot");
	is_str(choose("[::1]:80", "GET", "/api"), "api", "an IPv6 host");
	is_str(choose("", "GET", "/api"), "api", "no host");
	is_str(choose("h", "PUT", "/m"), "put", "methods choose among equals");
	is_str(choose("h", "POST", "/m"), "405", "none takes it, and no shorter path does");
	is_str(choose("h", "OPTIONS", "*"), "any", "the asterisk is the root");
	is_str(choose("h", "GET", "//api"), "400", "a path that two readers route apart");
	is_str(choose("h", "GET", "/%61pi"), "400", "an escape that does");
	is_str(choose("h", "GET", "/x/../api"), "400", "dots that do");
	is_str(choose("h", "GET", "/api/./x"), "api", "dots that do not");
	is_str(choose("h", "GET", "/a%2fb"), "400", "an encoded slash");

	struct ew_http_choice c;
	struct ew_buffer scratch = { 0 };
	ew_http_routes_choose(&table, EW_LIT("h"), EW_LIT("POST"), EW_LIT("/m"), &scratch, &c);
	ok(!scratch.p, "a plain path needs no memory");
	ew_http_routes_allow(&table, c.best, allow, sizeof(allow));
	is_str(allow, "GET, PUT", "what Allow says");
	ew_http_routes_allow(&table, c.best, allow, 6);
	is_str(allow, "GET", "cut at a whole name");
	ew_http_routes_fini(&table);
	return done();
}
