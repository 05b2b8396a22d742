/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What takes more than one key to judge: addresses are split, names are looked up, routes are compared
 * with each other, and settings that are legal but perhaps not meant are told as doubts.
 *
 * It runs only on a configuration whose keys are all good, so every string is there. */

#include "daemon/config_keys.h"
#include "eventwall/mqtt.h"

#include <dirent.h>
#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define OPTIONAL "optional-" /* sets of which the name begins so are no part of "all" */

#define SETS_MOST 1024

/* ---- addresses ------------------------------------------------------------------------------- */

/* host:port, with [] around an IPv6 address.  An empty host is any (to listen on). */
static bool split_address(const char *s, size_t n, char **host_r, uint16_t *port_r)
{
	const char *colon = memrchr(s, ':', n);
	uint64_t port;

	if (!colon || !ew_bytes_u64(ew_bytes(colon + 1, (size_t)(s + n - colon - 1)), &port) ||
	    port > 65535)
		return false;
	size_t len = (size_t)(colon - s);
	bool v6 = len >= 2 && s[0] == '[' && s[len - 1] == ']';
	if (v6) {
		s++;
		len -= 2;
	}
	if (memchr(s, ' ', len) || memchr(s, '/', len) || (!v6 && memchr(s, ':', len)))
		return false;
	if (host_r) {
		*host_r = strndup(s, len);
		if (!*host_r)
			return false;
	}
	*port_r = (uint16_t)port;
	return true;
}

static void check_listen(struct ew_config_reader *r, const char *s)
{
	uint16_t port;

	if (!split_address(s, strlen(s), NULL, &port))
		ew_config_fault(r, "\"%.100s\" is no address to listen on; write host:port, as in "
		                   "\"127.0.0.1:8000\" or \"[::]:8000\"", s);
}

static void split_broker(struct ew_config_reader *r, const char *s, char **host, uint16_t *port)
{
	if (!split_address(s, strlen(s), host, port) || !**host || *port == 0)
		ew_config_fault(r, "\"%.100s\" is no broker; write host:port, as in \"localhost:1883\" "
		                   "(TLS is not supported)", s);
}

static void check_brokers(struct ew_config_reader *r, const char *s)
{
	for (const char *end; *s; s = *end ? end + 1 : end) {
		uint16_t port;
		end = strchrnul(s, ',');
		while (*s == ' ')
			s++;
		if (!split_address(s, (size_t)(end - s), NULL, &port) || port == 0 || *s == ':') {
			ew_config_fault(r, "\"%.*s\" is no broker; write host:port, several with commas",
			                (int)(end - s), s);
			return;
		}
	}
}

static void split_url(struct ew_config_reader *r, struct ew_http_function *h)
{
	const char *s = h->url;

	if (!strncasecmp(s, "https://", 8)) {
		ew_config_fault(r, "\"%.200s\": TLS is not supported; write http://", s);
		return;
	}
	if (strncasecmp(s, "http://", 7) != 0) {
		ew_config_fault(r, "\"%.200s\" is no URL; write http://host:port/path", s);
		return;
	}
	s += 7;
	size_t n = strcspn(s, "/?#");
	const char *path = s + n;
	if (memchr(s, '@', n)) {
		ew_config_fault(r, "a URL with a user name in it is not supported; leave out what stands "
		                   "before the \"@\"");
		return;
	}
	if (strpbrk(path, "?#") || strpbrk(path, " \t\r\n\"\\")) {
		ew_config_fault(r, "\"%.200s\" has a query, a fragment or a blank in it; write "
		                   "http://host:port/path", h->url);
		return;
	}
	char with_port[512];
	bool bare = !memchr(s, ':', n) || s[n - 1] == ']';
	int len = snprintf(with_port, sizeof(with_port), "%.*s%s", (int)n, s, bare ? ":80" : "");
	if (n == 0 || n > 300 || !split_address(with_port, (size_t)len, &h->host, &h->port) || !*h->host ||
	    h->port == 0) {
		ew_config_fault(r, "\"%.200s\" names no host and port; write http://host:port/path", h->url);
		return;
	}
	h->path = strdup(*path ? path : "/");
}

/* ---- topics ---------------------------------------------------------------------------------- */

static void check_topic_filter(struct ew_config_reader *r, const char *s)
{
	size_t n = strlen(s);

	if (!ew_utf8_valid(ew_bytes(s, n)) || n > 65535)
		ew_config_fault(r, "a topic filter has to be UTF-8 of at most 65535 bytes");
	for (size_t i = 0; i < n; i++) {
		bool alone = (i == 0 || s[i - 1] == '/') && (s[i + 1] == '\0' || s[i + 1] == '/');
		if ((s[i] == '+' && !alone) || (s[i] == '#' && (!alone || s[i + 1]))) {
			ew_config_fault(r, "\"%.100s\": \"+\" has to be a whole level of a topic filter and "
			                   "\"#\" the last one", s);
			return;
		}
	}
	if (!strncmp(s, "$share/", 7))
		ew_config_fault(r, "\"%.100s\": name the group in \"share\" instead", s);
}

static void check_kafka_topic(struct ew_config_reader *r, const char *s, bool regex)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	if (regex && s[0] == '^')
		return;
	if (s[n] || n > 249 || !strcmp(s, ".") || !strcmp(s, ".."))
		ew_config_fault(r, "\"%.100s\" is no Kafka topic; write 1 to 249 letters, digits, \".\", "
		                   "\"_\" or \"-\"%s", s, regex ? ", or a regular expression that begins with "
		                                                  "\"^\"" : "");
}

/* Is a property of that name ours to set? */
static const char *reserved_for(const char *name)
{
	static const struct {
		const char *name, *instead;
	} reserved[] = {
		{ "bootstrap.servers", "use \"brokers\"" },
		{ "metadata.broker.list", "use \"brokers\"" },
		{ "group.id", "use \"group\"" },
		{ "enable.auto.commit", "offsets are stored after acceptance, that is the point" },
		{ "enable.auto.offset.store", "offsets are stored after acceptance, that is the point" },
		{ "transactional.id", "use \"transactions\"" },
		{ "isolation.level", "use \"transactions\"" },
		{ "check.crcs", "it is always on" },
		{ "enable.partition.eof", "it is always off" },
		{ "plugin.library.paths", "no plugin is loaded" },
	};

	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++) {
		if (!strcmp(reserved[i].name, name))
			return reserved[i].instead;
	}
	return NULL;
}

static void check_properties(struct ew_config_reader *r, const struct ew_properties *p)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char text[256];

	for (size_t i = 0; i < p->n; i++) {
		size_t was = ew_config_enter(r, "[\"%s\"]", p->v[i].name);
		const char *instead = reserved_for(p->v[i].name);
		if (instead)
			ew_config_fault(r, "the property \"%s\" is set by eventwall; %s", p->v[i].name, instead);
		else if (rd_kafka_conf_set(conf, p->v[i].name, p->v[i].value, text, sizeof(text)) !=
		         RD_KAFKA_CONF_OK)
			ew_config_fault(r, "librdkafka refuses the property \"%s\": %s", p->v[i].name, text);
		ew_config_leave(r, was);
	}
	rd_kafka_conf_destroy(conf);
}

/* ---- functions ------------------------------------------------------------------------------- */

static void resolve_function(struct ew_config_reader *r, struct ew_function_config *f)
{
	size_t was;

	switch (f->type) {
	case EW_TRANSPORT_HTTP:
		was = ew_config_enter(r, ".http.url");
		split_url(r, &f->http);
		break;
	case EW_TRANSPORT_MQTT:
		was = ew_config_enter(r, ".mqtt.broker");
		split_broker(r, f->mqtt.broker, &f->mqtt.host, &f->mqtt.port);
		ew_config_leave(r, was);
		was = ew_config_enter(r, ".mqtt.topic");
		if (strpbrk(f->mqtt.topic, "+#"))
			ew_config_fault(r, "\"%.100s\": a topic to publish to has no \"+\" or \"#\"",
			                f->mqtt.topic);
		break;
	default:
		was = ew_config_enter(r, ".kafka.brokers");
		check_brokers(r, f->kafka.brokers);
		ew_config_leave(r, was);
		was = ew_config_enter(r, ".kafka.topic");
		check_kafka_topic(r, f->kafka.topic, false);
		ew_config_leave(r, was);
		was = ew_config_enter(r, ".kafka.properties");
		check_properties(r, &f->kafka.properties);
		break;
	}
	ew_config_leave(r, was);
	if (f->backoff_max_ms < f->backoff_ms) {
		was = ew_config_enter(r, ".backoff_max_ms");
		ew_config_fault(r, "\"backoff_max_ms\" is %u, less than \"backoff_ms\", which is %u",
		                f->backoff_max_ms, f->backoff_ms);
		ew_config_leave(r, was);
	}
	f->identity = ew_config_identity(EW_SECTION_FUNCTION, f, f->type, f->name);
	if (!f->identity)
		ew_config_fault(r, "a setting of the function \"%s\" is not UTF-8", f->name);
}

static const struct ew_function_config *find_function(struct ew_config_reader *r,
                                                      const struct ew_config *c, const char *key,
                                                      const char *name)
{
	const char *known[256];
	char hint[96];
	size_t n = 0;

	for (size_t i = 0; i < c->function_count; i++) {
		if (!strcmp(c->functions[i].name, name))
			return &c->functions[i];
		if (n < 256)
			known[n++] = c->functions[i].name;
	}
	size_t was = ew_config_enter(r, ".%s", key);
	ew_config_fault(r, "there is no function \"%.64s\" in \"functions\"%s", name,
	                ew_config_hint(hint, sizeof(hint), name, known, n));
	ew_config_leave(r, was);
	return NULL;
}

/* ---- signatures ------------------------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the sets in a folder, without .json, sorted.  Heap, NULL at the end; NULL: no such folder. */
static char **list_sets(const char *dir, size_t *n_r)
{
	DIR *d = opendir(dir);
	char **names = d ? calloc(SETS_MOST + 1, sizeof(*names)) : NULL;
	size_t n = 0;

	for (struct dirent *e; names && n < SETS_MOST && (e = readdir(d));) {
		size_t len = strlen(e->d_name);
		if (e->d_name[0] != '.' && len > 5 && !strcmp(e->d_name + len - 5, ".json"))
			names[n++] = strndup(e->d_name, len - 5);
	}
	if (d)
		closedir(d);
	if (names)
		qsort(names, n, sizeof(*names), by_name);
	*n_r = n;
	return names;
}

/* Takes `path`. */
static void add_path(struct ew_config_reader *r, struct ew_strings *to, char *path)
{
	for (size_t i = 0; path && i < to->n; i++) {
		if (!strcmp(to->v[i], path)) {
			free(path);
			return;
		}
	}
	char **v = path ? realloc(to->v, (to->n + 1) * sizeof(*v)) : NULL;
	if (!v) {
		free(path);
		ew_config_fault(r, "out of memory");
		return;
	}
	to->v = v;
	to->v[to->n++] = path;
}

static char *set_path(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s.json", dir, name) < 0 ? NULL : path;
}

static void resolve_one_set(struct ew_config_reader *r, const char *dir, const char *name,
                            struct ew_strings *to)
{
	size_t n = 0;

	if (strchr(name, '/')) {
		char *path = ew_config_path(r, name);
		if (path && access(path, R_OK) != 0)
			ew_config_fault(r, "cannot read the signature set %s", path);
		add_path(r, to, path);
		return;
	}
	char **sets = list_sets(dir, &n);
	if (!sets) {
		ew_config_fault(r, "cannot read the folder of signature sets %s; name it in \"signature_dir\"",
		                dir);
		return;
	}
	bool found = false;
	bool all = !strcmp(name, "all");
	for (size_t i = 0; i < n; i++) {
		if ((all && strncmp(sets[i], OPTIONAL, strlen(OPTIONAL)) != 0) || !strcmp(sets[i], name)) {
			found = true;
			add_path(r, to, set_path(dir, sets[i]));
		}
	}
	if (!found && all) {
		ew_config_fault(r, "there are no signature sets in %s; name the right folder in "
		                   "\"signature_dir\"", dir);
	} else if (!found) {
		char hint[320];
		ew_config_hint(hint, sizeof(hint), name, (const char *const *)sets, n);
		ew_config_fault(r, "there is no signature set \"%.100s\" in %s%s", name, dir, hint);
	}
	for (size_t i = 0; i < n; i++)
		free(sets[i]);
	free(sets);
}

static void resolve_signatures(struct ew_config_reader *r, const struct ew_config *c,
                               struct ew_route_config *t)
{
	struct ew_strings written = t->signatures;
	size_t was = ew_config_enter(r, ".signatures");

	t->signatures = (struct ew_strings){ 0 };
	if (written.n == 0 && t->seclang.files.n == 0 && !t->allow_empty && t->mode != EW_MODE_OFF)
		ew_config_fault(r, "route \"%s\" has no signatures; name sets, or write \"allow_empty\": true "
		                   "or \"mode\": \"off\"", t->name);
	for (size_t i = 0; i < written.n; i++) {
		size_t above = ew_config_enter(r, "[%zu]", i);
		if (t->mode != EW_MODE_OFF)
			resolve_one_set(r, c->signature_dir, written.v[i], &t->signatures);
		ew_config_leave(r, above);
		free(written.v[i]);
	}
	free(written.v);
	for (size_t i = 0; i < t->seclang.files.n; i++) {
		char *path = ew_config_path(r, t->seclang.files.v[i]);
		if (!path)
			continue;
		free(t->seclang.files.v[i]);
		t->seclang.files.v[i] = path;
	}
	ew_config_leave(r, was);
}

/* ---- routes ---------------------------------------------------------------------------------- */

static void check_http_source(struct ew_config_reader *r, struct ew_http_source *s)
{
	size_t was = ew_config_enter(r, ".listen");

	check_listen(r, s->listen);
	ew_config_leave(r, was);

	was = ew_config_enter(r, ".host");
	for (char *p = s->host; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	const char *rest = !strncmp(s->host, "*.", 2) ? s->host + 2 : s->host;
	if ((*s->host && !*rest) || strpbrk(rest, "*/ @"))
		ew_config_fault(r, "\"%.100s\" is no host; write \"api.example.com\", \"*.example.com\" for "
		                   "all below it, or leave it out for any", s->host);
	ew_config_leave(r, was);

	was = ew_config_enter(r, ".path");
	if (s->path[0] != '/' || strpbrk(s->path, "?# \\") || strstr(s->path, "//") ||
	    strstr(s->path, "/../") || strstr(s->path, "/./"))
		ew_config_fault(r, "\"%.100s\" is no path; it begins with \"/\" and has no query, blank, "
		                   "empty or dot segment", s->path);
	ew_config_leave(r, was);

	for (size_t i = 0; i < s->methods.n; i++) {
		static const char *const known[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE",
			                             "OPTIONS" };
		const char *m = s->methods.v[i];
		char hint[64];
		was = ew_config_enter(r, ".methods[%zu]", i);
		if (m[strspn(m, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-")])
			ew_config_fault(r, "\"%.40s\" is no method%s", m,
			                ew_config_hint(hint, sizeof(hint), m, known, 7));
		ew_config_leave(r, was);
	}
}

static void check_mqtt_source(struct ew_config_reader *r, struct ew_mqtt_source *s)
{
	size_t was = ew_config_enter(r, ".broker");

	split_broker(r, s->broker, &s->host, &s->port);
	ew_config_leave(r, was);
	for (size_t i = 0; i < s->topics.n; i++) {
		was = ew_config_enter(r, ".topics[%zu]", i);
		check_topic_filter(r, s->topics.v[i]);
		ew_config_leave(r, was);
	}
	was = ew_config_enter(r, ".share");
	if (strpbrk(s->share, "/+#"))
		ew_config_fault(r, "\"%.100s\": a share group has no \"/\", \"+\" or \"#\"", s->share);
	ew_config_leave(r, was);
}

static void check_patterns(struct ew_config_reader *r, const char *key, const struct ew_strings *s)
{
	for (size_t i = 0; i < s->n; i++) {
		size_t was = ew_config_enter(r, ".%s[%zu]", key, i);
		if (!strncmp(s->v[i], "$share/", 7))
			ew_config_fault(r, "\"%.100s\": write the topic without $share: shared subscriptions are "
			                   "judged by what stands behind it", s->v[i]);
		else
			check_topic_filter(r, s->v[i]);
		ew_config_leave(r, was);
	}
}

static void check_mqtt_proxy(struct ew_config_reader *r, struct ew_mqtt_proxy *s)
{
	size_t was = ew_config_enter(r, ".listen");

	check_listen(r, s->listen);
	ew_config_leave(r, was);
	was = ew_config_enter(r, ".broker");
	split_broker(r, s->broker, &s->host, &s->port);
	if (!strcmp(s->broker, s->listen))
		ew_config_fault(r, "the broker is the address that is listened on; write another port in "
		                   "\"listen\"");
	ew_config_leave(r, was);
	ew_config_check_reason_code(r, ".signature_code", s->signature_code);
	check_patterns(r, "publish", &s->publish);
	check_patterns(r, "subscribe", &s->subscribe);
	check_patterns(r, "retain", &s->retain);
	check_patterns(r, "retain_delete", &s->retain_delete);
}

static void check_kafka_source(struct ew_config_reader *r, const struct ew_kafka_source *s)
{
	size_t was = ew_config_enter(r, ".brokers");

	check_brokers(r, s->brokers);
	ew_config_leave(r, was);
	for (size_t i = 0; i < s->topics.n; i++) {
		was = ew_config_enter(r, ".topics[%zu]", i);
		check_kafka_topic(r, s->topics.v[i], true);
		ew_config_leave(r, was);
	}
	was = ew_config_enter(r, ".properties");
	check_properties(r, &s->properties);
	ew_config_leave(r, was);
}

static void check_transaction_target(struct ew_config_reader *r, const struct ew_route_config *t,
                                     const char *key, const struct ew_function_config *f)
{
	size_t was = ew_config_enter(r, ".%s", key);

	if (f && f->type != EW_TRANSPORT_KAFKA)
		ew_config_fault(r, "\"transactions\" need a Kafka topic as \"%s\", and \"%s\" is one of %s", key,
		                f->name, ew_transport_name(f->type));
	else if (f && strcmp(f->kafka.brokers, t->kafka.brokers) != 0)
		ew_config_fault(r, "\"transactions\" need \"%s\" on the source's brokers: \"%s\" has "
		                   "\"%.100s\", the source \"%.100s\"", key, f->name, f->kafka.brokers,
		                t->kafka.brokers);
	ew_config_leave(r, was);
}

static void resolve_target(struct ew_config_reader *r, const struct ew_config *c, struct ew_route_config *t)
{
	size_t was = ew_config_enter(r, "%s", *t->function ? ".function" : "");

	if (ew_route_is_proxy(t) && *t->function)
		ew_config_fault(r, "route \"%s\" forwards to the broker of its \"mqtt_proxy\"; leave out "
		                   "\"function\"", t->name);
	else if (!ew_route_is_proxy(t) && !*t->function)
		ew_config_fault(r, "\"function\" is missing in route \"%s\": name of the function that takes "
		                   "what is forwarded", t->name);
	ew_config_leave(r, was);
	if (*t->function && !ew_route_is_proxy(t))
		t->to = find_function(r, c, "function", t->function);
}

static void resolve_route(struct ew_config_reader *r, const struct ew_config *c,
                          struct ew_route_config *t)
{
	size_t was = ew_config_enter(r, ".source.%s", ew_route_is_proxy(t) ? "mqtt_proxy"
	                                                                   : ew_transport_name(t->type));

	if (t->type == EW_TRANSPORT_HTTP)
		check_http_source(r, &t->http);
	else if (ew_route_is_proxy(t))
		check_mqtt_proxy(r, &t->proxy);
	else if (t->type == EW_TRANSPORT_MQTT)
		check_mqtt_source(r, &t->mqtt);
	else
		check_kafka_source(r, &t->kafka);
	ew_config_leave(r, was);

	resolve_target(r, c, t);
	if (*t->quarantine)
		t->quarantine_to = find_function(r, c, "quarantine", t->quarantine);
	was = ew_config_enter(r, ".quarantine");
	if (t->quarantine_to && t->quarantine_to == t->to)
		ew_config_fault(r, "the quarantine of route \"%s\" is its function: it would get what is "
		                   "dropped; name another one", t->name);
	ew_config_leave(r, was);
	if (t->type == EW_TRANSPORT_KAFKA && t->kafka.transactions) {
		check_transaction_target(r, t, "function", t->to);
		check_transaction_target(r, t, "quarantine", t->quarantine_to);
	}
	was = ew_config_enter(r, ".on_failure");
	if (t->on_failure == EW_FAILURE_QUARANTINE && !*t->quarantine)
		ew_config_fault(r, "\"on_failure\" is \"quarantine\", and route \"%s\" has none; name a "
		                   "function in \"quarantine\" or write \"hold\"", t->name);
	ew_config_leave(r, was);
	resolve_signatures(r, c, t);
	ew_config_resolve_anomalies(r, t);
	ew_config_resolve_policy(r, t);
	ew_config_descriptors(r, t);
	ew_config_avro(r, t);
	was = ew_config_enter(r, ".schema_registry");
	t->limits.registry = *t->registry.url;
	if (*t->registry.url)
		split_url(r, &t->registry);
	ew_config_leave(r, was);

	/* HTTP routes share a listener: their source is its address.  So is a proxy's. */
	char *listener;
	if (ew_route_is_proxy(t) && asprintf(&listener, "%s to %s", t->proxy.listen, t->proxy.broker) >= 0)
		t->identity = listener; /* clients stay connected whatever else is changed */
	else if (t->type != EW_TRANSPORT_HTTP)
		t->identity = ew_config_identity(EW_SECTION_SOURCE, t, t->type, t->name);
	else if (asprintf(&listener, "http %s", t->http.listen) >= 0)
		t->identity = listener;
	if (!t->identity)
		ew_config_fault(r, "a setting of the source of route \"%s\" is not UTF-8", t->name);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool is_loopback(const char *listen)
{
	return !strncmp(listen, "127.", 4) || !strncmp(listen, "[::1]", 5) ||
	       !strncmp(listen, "localhost:", 10);
}

static void resolve_admin(struct ew_config_reader *r, struct ew_config *c)
{
	size_t was = ew_config_enter(r, ".admin.listen");

	if (*c->admin.listen) {
		check_listen(r, c->admin.listen);
		if (!is_loopback(c->admin.listen))
			ew_config_doubt(r, "metrics and probes are open to the network at %s", c->admin.listen);
	}
	for (size_t i = 0; i < c->route_count; i++) {
		const char *listen = ew_config_listen(&c->routes[i]);
		if (*c->admin.listen && listen && !strcmp(c->admin.listen, listen) &&
		    !strstr(c->admin.listen, ":0"))
			ew_config_fault(r, "route \"%s\" and \"admin\" both listen on %s; give one another port",
			                c->routes[i].name, c->admin.listen);
	}
	ew_config_leave(r, was);
}

/* A broker drops the one whenever the other of two clients with one identifier connects. */
static void check_client_id(struct ew_config_reader *r, const struct ew_config *c, size_t at)
{
	const struct ew_mqtt_function *f = &c->functions[at].mqtt;
	const char *other = NULL;

	if (c->functions[at].type != EW_TRANSPORT_MQTT || !*f->client_id)
		return;
	for (size_t i = 0; i < at && !other; i++) {
		const struct ew_mqtt_function *g = &c->functions[i].mqtt;
		if (c->functions[i].type == EW_TRANSPORT_MQTT && !strcmp(g->broker, f->broker) &&
		    !strcmp(g->client_id, f->client_id))
			other = c->functions[i].name;
	}
	for (size_t i = 0; i < c->route_count && !other; i++) {
		const struct ew_mqtt_source *s = &c->routes[i].mqtt;
		if (c->routes[i].type == EW_TRANSPORT_MQTT && !ew_route_is_proxy(&c->routes[i]) &&
		    !strcmp(s->broker, f->broker) &&
		    !strcmp(s->client_id, f->client_id))
			other = c->routes[i].name;
	}
	size_t was = ew_config_enter(r, ".mqtt.client_id");
	if (other)
		ew_config_fault(r, "\"%s\" has this \"client_id\" at the same broker, too; give each one of its "
		                   "own", other);
	ew_config_leave(r, was);
}

static void place_folder(struct ew_config_reader *r, char **dir, const char *preset)
{
	char *path = **dir ? ew_config_path(r, *dir) : strdup(preset);

	if (!path) {
		ew_config_fault(r, "out of memory");
		return;
	}
	free(*dir);
	*dir = path;
}

void ew_config_resolve(struct ew_config_reader *r, struct ew_config *c)
{
	place_folder(r, &c->signature_dir, EW_DATADIR "/sets");
	place_folder(r, &c->cache_dir, EW_CACHEDIR);
	resolve_admin(r, c);
	size_t was = ew_config_enter(r, ".log.excerpt");
	if (c->log.excerpt == EW_EXCERPT_FULL)
		ew_config_doubt(r, "the event log shows matched text in full, secrets included");
	ew_config_leave(r, was);
	for (size_t i = 0; i < c->function_count; i++) {
		was = ew_config_enter(r, ".functions[\"%s\"]", c->functions[i].name);
		resolve_function(r, &c->functions[i]);
		ew_config_leave(r, was);
	}
	if (c->route_count == 0) {
		was = ew_config_enter(r, ".routes");
		ew_config_fault(r, "there are no routes; each {\"name\", \"source\", \"function\"} in \"routes\" "
		                   "is one");
		ew_config_leave(r, was);
	}
	for (size_t i = 0; i < c->route_count; i++) {
		was = ew_config_enter(r, ".routes[%zu]", i);
		resolve_route(r, c, &c->routes[i]);
		for (size_t k = 0; k < i; k++)
			ew_config_compare(r, &c->routes[k], &c->routes[i]);
		ew_config_doubts(r, &c->routes[i]);
		ew_config_leave(r, was);
	}
	for (size_t i = 0; i < c->function_count; i++) {
		const struct ew_function_config *f = &c->functions[i];
		bool used = false;
		for (size_t k = 0; k < c->route_count && !used; k++)
			used = c->routes[k].to == f || c->routes[k].quarantine_to == f;
		was = ew_config_enter(r, ".functions[\"%s\"]", f->name);
		check_client_id(r, c, i);
		if (!used)
			ew_config_doubt(r, "no route uses the function \"%s\"", f->name);
		ew_config_leave(r, was);
	}
}
