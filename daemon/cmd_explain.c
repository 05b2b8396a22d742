/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall explain`: judges one message from a file as a route would and shows why.  It goes the same
 * way as an event of a source does (the same field names, decoders, scanner and policy) and delivers
 * nothing. */

#include "daemon/commands.h"
#include "daemon/explain.h"
#include "daemon/pipeline.h"
#include "eventwall/event.h"
#include "eventwall/http1.h"
#include "eventwall/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_MOST (64u << 20)
#define HEADERS_MOST EW_HTTP_MAX_HEADERS

struct order {
	const char *config, *route, *signatures, *signature_dir, *file;
	const char *topic, *path, *method;
	struct ew_bytes key;
	int source; /* enum ew_transport, -1: as the route's */
	bool json, raw;
	struct ew_pair headers[HEADERS_MOST];
	size_t header_count;
};

/* What has to live as long as the message. */
struct input {
	uint8_t *bytes;
	size_t n;
	struct ew_http_head head;
	struct ew_pair trailers[EW_HTTP_TRAILER_FIELDS];
	uint8_t trailer_text[EW_HTTP_TRAILER_MOST];
};

static void usage(FILE *out)
{
	fputs("usage: eventwall explain [-c FILE] [OPTIONS] [FILE]\n\n"
	      "Judges the message in FILE (standard input without one, or -) and shows the decoded tree, every\n"
	      "hit, and the verdict with its reason.  Nothing is delivered.\n\n"
	      "  -c, --config FILE      judge as this configuration does; without, by all installed sets\n"
	      "  -r, --route NAME       its route (default: the first one of that source)\n"
	      "  -s, --source SOURCE    http, mqtt or kafka (default: the route's, else http)\n"
	      "  -H, --header 'N: V'    HTTP header, MQTT user property or Kafka header; may be repeated\n"
	      "      --method METHOD    HTTP (default POST, GET for an empty message)\n"
	      "      --path TARGET      HTTP, with query (default /)\n"
	      "      --topic TOPIC      MQTT or Kafka (default: topic)\n"
	      "      --key KEY          Kafka\n"
	      "      --raw              HTTP: FILE is a whole request, from its first line on\n"
	      "      --signatures LIST  sets, with commas: names, or paths with a / in them\n"
	      "      --signature-dir D  folder of the sets that are named\n"
	      "  -j, --json             one JSON object\n"
	      "  -h, --help             this text\n\n"
	      "exit codes: 0 forward (or shadow), 1 drop, 64 usage, 65 no request, 66 no input,\n"
	      "            78 configuration\n",
	      out);
}

/* ---- the route ------------------------------------------------------------------------------- */

#define MADE_UP "the options" /* where there is no configuration */

static void complain(void *arg, bool doubt, const struct ew_error *e)
{
	char line[1200];

	(void)arg;
	if (doubt)
		return;
	ew_error_print(e, line, sizeof(line));
	/* Nobody wrote the lines of a made-up configuration, nor the names of its keys. */
	if (!strcmp(e->file, MADE_UP))
		fprintf(stderr, "eventwall explain: %s (in options: --signature-dir, --signatures)\n", e->text);
	else
		fprintf(stderr, "eventwall explain: %s\n", line);
}

static json_t *list_of(const char *names)
{
	json_t *list = json_array();

	while (*names) {
		size_t n = strcspn(names, ",");
		if (n > 0)
			json_array_append_new(list, json_stringn(names, n));
		names += n + (names[n] == ',');
	}
	return list;
}

/* A configuration with one route and every default. */
static struct ew_config *make_config(const struct order *o)
{
	static const char *const sources[] = {
		"{\"http\": {\"listen\": \"127.0.0.1:1\"}}",
		"{\"mqtt\": {\"broker\": \"127.0.0.1:1\", \"topics\": [\"t\"]}}",
		"{\"kafka\": {\"brokers\": \"127.0.0.1:1\", \"group\": \"g\", \"topics\": [\"t\"]}}",
	};
	json_t *source = json_loads(sources[o->source < 0 ? 0 : o->source], 0, NULL);
	json_t *root = json_pack("{s:s,s:{s:{s:{s:s}}},s:[{s:s,s:o,s:s,s:o}]}", "signature_dir",
	                         o->signature_dir ? o->signature_dir : "", "functions", "nowhere", "http", "url",
	                         "http://127.0.0.1:1/", "routes", "name", "explain", "source", source,
	                         "function", "nowhere", "signatures",
	                         list_of(o->signatures ? o->signatures : "all"));
	char *text = root ? json_dumps(root, 0) : NULL;
	struct ew_config *c = text ? ew_config_read(MADE_UP, ew_bytes_str(text), complain, NULL) : NULL;

	free(text);
	json_decref(root);
	return c;
}

static const struct ew_route_config *choose_route(const struct ew_config *c, const struct order *o)
{
	for (size_t i = 0; i < c->route_count; i++) {
		const struct ew_route_config *t = &c->routes[i];
		if (o->route ? !strcmp(t->name, o->route) : o->source < 0 || (int)t->type == o->source)
			return t;
	}
	if (o->route)
		fprintf(stderr, "eventwall explain: there is no route \"%s\" in %s\n", o->route, c->file);
	else
		fprintf(stderr, "eventwall explain: no route of %s has a source of %s\n", c->file,
		        ew_transport_name((enum ew_transport)o->source));
	return NULL;
}

static bool load_rules(const struct ew_config *c, struct ew_route *route)
{
	const struct ew_route_config *t = route->config;
	struct ew_ruleset_options opt = { .allow_empty = t->allow_empty };
	struct ew_error e = { 0 };

	if (t->mode == EW_MODE_OFF || t->signatures.n == 0)
		return true;
	if (access(c->cache_dir, W_OK | X_OK) == 0)
		opt.cache_dir = c->cache_dir;
	route->rules = ew_ruleset_load((const char *const *)t->signatures.v, t->signatures.n, &opt, &e);
	if (!route->rules)
		complain(NULL, false, &e);
	return route->rules != NULL;
}

/* ---- the message ----------------------------------------------------------------------------- */

static bool read_input(const char *file, struct input *in)
{
	bool standard = !file || !strcmp(file, "-");
	int fd = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	size_t cap = 0;
	ssize_t got = fd < 0 ? -1 : 1;

	while (fd >= 0 && in->n <= INPUT_MOST) {
		if (in->n == cap) {
			uint8_t *bigger = realloc(in->bytes, cap = cap ? cap * 2 : 65536);
			if (!bigger)
				break;
			in->bytes = bigger;
		}
		got = read(fd, in->bytes + in->n, cap - in->n);
		if (got <= 0)
			break;
		in->n += (size_t)got;
	}
	int why = errno;
	if (fd >= 0 && !standard)
		close(fd);
	if (got == 0)
		return true;
	fprintf(stderr, "eventwall explain: cannot read %s: %s\n", standard ? "standard input" : file,
	        got < 0 ? strerror(why) : "larger than 64 MiB");
	return false;
}

static bool refuse(const char *what, const struct ew_parse *p, unsigned code)
{
	fprintf(stderr, "eventwall explain: the %s is refused%s%s", what, p->reason ? ": " : "",
	        p->reason ? p->reason : "");
	if (p->status == EW_MORE)
		fputs(": it is not complete", stderr);
	else if (code)
		fprintf(stderr, " (answered with %u)", code);
	fputc('\n', stderr);
	return false;
}

/* Head, content, trailers of a request as it stands on the wire. */
static bool take_raw(const struct ew_config *c, const struct ew_route_config *t, struct input *in,
                     struct ew_http_parts *parts)
{
	struct ew_http_limits lim = { .line = c->http.line_max, .head = c->http.head_max,
		                      .headers = c->http.headers_max, .body = t->limits.message };
	struct ew_http_chunked chunked = { 0 };
	size_t scanned = 0, trailer_len = 0;
	struct ew_parse p = ew_http_request(&in->head, ew_bytes(in->bytes, in->n), &lim, &scanned);

	if (p.status != EW_OK)
		return refuse("request", &p, in->head.refuse);
	*parts = (struct ew_http_parts){ .method = in->head.method, .target = in->head.target,
		                         .headers = in->head.header, .header_count = in->head.header_count };
	uint8_t *body = in->bytes + p.consumed;
	size_t n = in->n - p.consumed;
	if (in->head.body == EW_HTTP_BODY_CHUNKED) {
		p = ew_http_unchunk(&chunked, body, &n, &lim, in->trailer_text, &trailer_len);
		if (p.status != EW_OK)
			return refuse("chunked content", &p, p.status == EW_OVERSIZE ? 413 : 400);
		p = ew_http_trailers(ew_bytes(in->trailer_text, trailer_len), in->trailers,
		                     EW_HTTP_TRAILER_FIELDS, &parts->trailer_count);
		if (p.status != EW_OK)
			return refuse("trailer section", &p, 400);
		parts->trailers = in->trailers;
	} else if (in->head.body == EW_HTTP_BODY_LENGTH) {
		if (n < in->head.length) {
			p = (struct ew_parse){ .status = EW_MORE };
			return refuse("content", &p, 400);
		}
		n = (size_t)in->head.length;
	} else {
		n = 0;
	}
	parts->body = ew_bytes(body, n);
	return true;
}

static void plain_parts(const struct order *o, const struct input *in, struct ew_http_parts *parts)
{
	*parts = (struct ew_http_parts){
		.method = ew_bytes_str(o->method ? o->method : in->n ? "POST" : "GET"),
		.target = ew_bytes_str(o->path ? o->path : "/"),
		.headers = o->headers,
		.header_count = o->header_count,
		.body = ew_bytes(in->bytes, in->n),
	};
}

/* Name the parts of the message as its source would. */
static bool build(const struct order *o, const struct ew_config *c, const struct ew_route_config *t,
                  enum ew_transport source, struct input *in, struct ew_message *m)
{
	struct ew_bytes topic = ew_bytes_str(o->topic ? o->topic : "topic");
	struct ew_http_parts http;

	m->raw = ew_bytes(in->bytes, in->n);
	if (source == EW_TRANSPORT_HTTP) {
		if (!o->raw)
			plain_parts(o, in, &http);
		else if (!take_raw(c, t, in, &http))
			return false;
		m->raw = http.body;
		if (o->raw)
			m->anomalies |= in->head.anomalies;
	}
	if (m->raw.n > t->limits.message)
		ew_message_fault(m, EW_OVERSIZE, "limits.message", NULL);
	if (source == EW_TRANSPORT_HTTP)
		(void)ew_http_event(m, &http);
	else if (source == EW_TRANSPORT_MQTT)
		(void)ew_mqtt_event(m, &(struct ew_mqtt_parts){
			.topic = topic,
			.user_properties = o->headers,
			.user_property_count = o->header_count,
			.payload = m->raw,
		});
	else
		(void)ew_kafka_event(m, &(struct ew_kafka_parts){
			.topic = topic,
			.key = o->key,
			.headers = o->headers,
			.header_count = o->header_count,
			.value = m->raw,
		});
	return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && !(term && !strcmp(term, "dumb"));
}

static int judge(const struct order *o, const struct ew_config *c, struct ew_route *route, struct input *in)
{
	const struct ew_route_config *t = route->config;
	struct ew_explained x = { .route = route, .source = o->source < 0 ? t->type
	                                                                  : (enum ew_transport)o->source };
	struct ew_scanner *scanner = ew_scanner_new();
	struct ew_message *m = ew_message_new(&t->limits);
	int code = EW_EXIT_OS;

	if (!scanner || !m || (route->rules && !ew_scanner_adopt(scanner, route->rules))) {
		fputs("eventwall explain: out of memory\n", stderr);
	} else if (!build(o, c, t, x.source, in, m)) {
		code = EW_EXIT_DATA;
	} else {
		ew_pipeline_judge(m, route, scanner, &x.verdict, &x.deciding, &x.passed);
		x.m = m;
		if (o->json)
			ew_explain_json(&x, stdout);
		else
			ew_explain_text(&x, stdout, wants_colour());
		code = x.verdict == EW_VERDICT_DROP ? 1 : 0;
	}
	ew_message_free(&m);
	ew_scanner_free(&scanner);
	return code;
}

static int explain(const struct order *o)
{
	struct ew_config *c = o->config ? ew_config_examine(o->config, complain, NULL) : make_config(o);
	struct ew_route route = { 0 };
	struct input *in = calloc(1, sizeof(*in));
	int code = EW_EXIT_CONFIG;

	if (!c || !in)
		goto out;
	route.config = choose_route(c, o);
	if (!route.config || !load_rules(c, &route))
		goto out;
	code = read_input(o->file, in) ? judge(o, c, &route, in) : EW_EXIT_NOINPUT;
out:
	ew_ruleset_unref(&route.rules);
	if (in)
		free(in->bytes);
	free(in);
	ew_config_free(&c);
	return code;
}

static bool take_header(struct order *o, const char *s)
{
	const char *colon = strchr(s, ':');

	if (!colon || colon == s || o->header_count == HEADERS_MOST) {
		fprintf(stderr, "eventwall explain: \"%s\" is no header; write 'Name: value'%s\n", s,
		        o->header_count == HEADERS_MOST ? ", at most 128 of them" : "");
		return false;
	}
	o->headers[o->header_count++] = (struct ew_pair){
		ew_bytes(s, (size_t)(colon - s)), ew_bytes_trim(ew_bytes_str(colon + 1), " \t"),
	};
	return true;
}

static bool take_source(struct order *o, const char *s)
{
	for (int t = 0; t < EW_TRANSPORT_COUNT; t++) {
		if (!strcmp(s, ew_transport_name((enum ew_transport)t))) {
			o->source = t;
			return true;
		}
	}
	fprintf(stderr, "eventwall explain: \"%s\" is no source; there are http, mqtt and kafka\n", s);
	return false;
}

enum { OPT_METHOD = 256, OPT_PATH, OPT_TOPIC, OPT_KEY, OPT_RAW, OPT_SIGNATURES, OPT_DIR };

static bool take_option(struct order *o, int c)
{
	switch (c) {
	case 'c':
		o->config = optarg;
		return true;
	case 'r':
		o->route = optarg;
		return true;
	case 's':
		return take_source(o, optarg);
	case 'H':
		return take_header(o, optarg);
	case 'j':
		o->json = true;
		return true;
	case OPT_METHOD:
		o->method = optarg;
		return true;
	case OPT_PATH:
		o->path = optarg;
		return true;
	case OPT_TOPIC:
		o->topic = optarg;
		return true;
	case OPT_KEY:
		o->key = ew_bytes_str(optarg);
		return true;
	case OPT_RAW:
		o->raw = true;
		return true;
	case OPT_SIGNATURES:
		o->signatures = optarg;
		return true;
	case OPT_DIR:
		o->signature_dir = optarg;
		return true;
	default:
		usage(stderr);
		return false;
	}
}

int ew_cmd_explain(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "route", required_argument, NULL, 'r' },
		{ "source", required_argument, NULL, 's' },
		{ "header", required_argument, NULL, 'H' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ "method", required_argument, NULL, OPT_METHOD },
		{ "path", required_argument, NULL, OPT_PATH },
		{ "topic", required_argument, NULL, OPT_TOPIC },
		{ "key", required_argument, NULL, OPT_KEY },
		{ "raw", no_argument, NULL, OPT_RAW },
		{ "signatures", required_argument, NULL, OPT_SIGNATURES },
		{ "signature-dir", required_argument, NULL, OPT_DIR },
		{ NULL, 0, NULL, 0 },
	};
	struct order o = { .source = -1 };

	for (int c; (c = getopt_long(argc, argv, "c:r:s:H:jh", options, NULL)) != -1;) {
		if (c == 'h') {
			usage(stdout);
			return 0;
		}
		if (!take_option(&o, c))
			return EW_EXIT_USAGE;
	}
	if (argc - optind > 1 || (o.config && (o.signatures || o.signature_dir)) || (o.route && !o.config)) {
		fputs("eventwall explain: one FILE at most; --signatures and --signature-dir stand in place of a\n"
		      "configuration, --route needs one; `eventwall explain --help` tells more\n", stderr);
		return EW_EXIT_USAGE;
	}
	o.file = optind < argc ? argv[optind] : NULL;
	return explain(&o);
}
