/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Reads one message from a file and names its parts.  It judges nothing.  The trap: the same three functions must
 * name the parts that the sources call, or a path that is shown here would select nothing there. */

#include "daemon/sample.h"

#include "daemon/commands.h"
#include "daemon/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INPUT_MOST (64u << 20)

const char ew_sample_usage[] =
	"  -s, --source SOURCE    http, mqtt or kafka (default: http, or as the route has it)\n"
	"  -H, --header 'N: V'    HTTP header, MQTT user property or Kafka header; may be repeated\n"
	"      --content-type T   header of that name, or MQTT's property\n"
	"      --method METHOD    HTTP (default POST, GET for an empty message)\n"
	"      --path TARGET      HTTP, with query (default /)\n"
	"      --topic TOPIC      MQTT or Kafka (default: topic)\n"
	"      --key KEY          Kafka\n"
	"      --raw              HTTP: FILE is a whole request, from its first line on\n";

bool ew_sample_read(struct ew_sample *s)
{
	bool standard = !s->file || !strcmp(s->file, "-");
	int fd = standard ? STDIN_FILENO : open(s->file, O_RDONLY | O_CLOEXEC);
	size_t cap = 0;
	ssize_t got = fd < 0 ? -1 : 1;

	while (fd >= 0 && s->n <= INPUT_MOST) {
		if (s->n == cap) {
			uint8_t *bigger = realloc(s->bytes, cap = cap ? cap * 2 : 65536);
			if (!bigger)
				break;
			s->bytes = bigger;
		}
		got = read(fd, s->bytes + s->n, cap - s->n);
		if (got <= 0)
			break;
		s->n += (size_t)got;
	}
	int why = errno;
	if (fd >= 0 && !standard)
		close(fd);
	if (got == 0)
		return true;
	fprintf(stderr, "eventwall %s: cannot read %s: %s\n", s->command,
	        standard ? "standard input" : s->file, got < 0 ? strerror(why) : "larger than 64 MiB");
	return false;
}

static bool refuse(const struct ew_sample *s, const char *what, const struct ew_parse *p, unsigned code)
{
	fprintf(stderr, "eventwall %s: the %s is refused%s%s", s->command, what, p->reason ? ": " : "",
	        p->reason ? p->reason : "");
	if (p->status == EW_MORE)
		fputs(": it is not complete", stderr);
	else if (code)
		fprintf(stderr, " (answered with %u)", code);
	fputc('\n', stderr);
	return false;
}

/* Head, content, trailers of a request as it stands on the wire. */
static bool take_raw(struct ew_sample *s, const struct ew_http_limits *lim, struct ew_http_parts *parts)
{
	struct ew_http_chunked chunked = { 0 };
	size_t scanned = 0, trailer_len = 0;
	struct ew_parse p = ew_http_request(&s->head, ew_bytes(s->bytes, s->n), lim, &scanned);

	if (p.status != EW_OK)
		return refuse(s, "request", &p, s->head.refuse);
	*parts = (struct ew_http_parts){ .method = s->head.method, .target = s->head.target,
		                         .headers = s->head.header, .header_count = s->head.header_count };
	uint8_t *body = s->bytes + p.consumed;
	size_t n = s->n - p.consumed;
	if (s->head.body == EW_HTTP_BODY_CHUNKED) {
		p = ew_http_unchunk(&chunked, body, &n, lim, s->trailer_text, &trailer_len);
		if (p.status != EW_OK)
			return refuse(s, "chunked content", &p, p.status == EW_OVERSIZE ? 413 : 400);
		p = ew_http_trailers(ew_bytes(s->trailer_text, trailer_len), s->trailers,
		                     EW_HTTP_TRAILER_FIELDS, &parts->trailer_count);
		if (p.status != EW_OK)
			return refuse(s, "trailer section", &p, 400);
		parts->trailers = s->trailers;
	} else if (s->head.body == EW_HTTP_BODY_LENGTH) {
		if (n < s->head.length) {
			p = (struct ew_parse){ .status = EW_MORE };
			return refuse(s, "content", &p, 400);
		}
		n = (size_t)s->head.length;
	} else {
		n = 0;
	}
	parts->body = ew_bytes(body, n);
	return true;
}

static void plain_parts(const struct ew_sample *s, struct ew_http_parts *parts)
{
	*parts = (struct ew_http_parts){
		.method = ew_bytes_str(s->method ? s->method : s->n ? "POST" : "GET"),
		.target = ew_bytes_str(s->path ? s->path : "/"),
		.headers = s->headers,
		.header_count = s->header_count,
		.body = ew_bytes(s->bytes, s->n),
	};
}

static bool add_header(struct ew_sample *s, struct ew_bytes name, struct ew_bytes value)
{
	if (s->header_count == EW_HTTP_MAX_HEADERS) {
		fprintf(stderr, "eventwall %s: more than %d headers\n", s->command, EW_HTTP_MAX_HEADERS);
		return false;
	}
	s->headers[s->header_count++] = (struct ew_pair){ name, value };
	return true;
}

static bool take_header(struct ew_sample *s, const char *text)
{
	const char *colon = strchr(text, ':');

	if (!colon || colon == text) {
		fprintf(stderr, "eventwall %s: \"%s\" is no header; write 'Name: value'\n", s->command, text);
		return false;
	}
	return add_header(s, ew_bytes(text, (size_t)(colon - text)),
	                  ew_bytes_trim(ew_bytes_str(colon + 1), " \t"));
}

static bool take_source(struct ew_sample *s, const char *name)
{
	for (int t = 0; t < EW_TRANSPORT_COUNT; t++) {
		if (!strcmp(name, ew_transport_name((enum ew_transport)t))) {
			s->source = t;
			return true;
		}
	}
	fprintf(stderr, "eventwall %s: \"%s\" is no source; there are http, mqtt and kafka\n", s->command, name);
	return false;
}

bool ew_sample_option(struct ew_sample *s, int option, const char *value)
{
	switch (option) {
	case 's':
		return take_source(s, value);
	case 'H':
		return take_header(s, value);
	case EW_SAMPLE_METHOD:
		s->method = value;
		return true;
	case EW_SAMPLE_PATH:
		s->path = value;
		return true;
	case EW_SAMPLE_TOPIC:
		s->topic = value;
		return true;
	case EW_SAMPLE_KEY:
		s->key = ew_bytes_str(value);
		return true;
	case EW_SAMPLE_CONTENT_TYPE:
		s->content_type = value;
		return true;
	case EW_SAMPLE_RAW:
		s->raw = true;
		return true;
	default:
		return false;
	}
}

bool ew_sample_build(struct ew_sample *s, enum ew_transport source, const struct ew_http_limits *lim,
                     struct ew_message *m)
{
	struct ew_bytes topic = ew_bytes_str(s->topic ? s->topic : "topic");
	struct ew_http_parts http;

	if (s->content_type && source != EW_TRANSPORT_MQTT && !add_header(s, EW_LIT("content-type"),
	                                                                  ew_bytes_str(s->content_type)))
		return false;
	m->raw = ew_bytes(s->bytes, s->n);
	if (source == EW_TRANSPORT_HTTP) {
		if (!s->raw)
			plain_parts(s, &http);
		else if (!take_raw(s, lim, &http))
			return false;
		m->raw = http.body;
		if (s->raw)
			m->anomalies |= s->head.anomalies;
	}
	if (m->raw.n > m->limits->message)
		ew_message_fault(m, EW_OVERSIZE, "limits.message", NULL);
	if (source == EW_TRANSPORT_HTTP)
		(void)ew_http_event(m, &http);
	else if (source == EW_TRANSPORT_MQTT)
		(void)ew_mqtt_event(m, &(struct ew_mqtt_parts){
			.topic = topic,
			.user_properties = s->headers,
			.user_property_count = s->header_count,
			.content_type = ew_bytes_str(s->content_type ? s->content_type : ""),
			.payload = m->raw,
		});
	else
		(void)ew_kafka_event(m, &(struct ew_kafka_parts){
			.topic = topic,
			.key = s->key,
			.headers = s->headers,
			.header_count = s->header_count,
			.value = m->raw,
		});
	return true;
}

void ew_sample_fini(struct ew_sample *s)
{
	free(s->bytes);
	s->bytes = NULL;
}

bool ew_sample_wants_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && !(term && !strcmp(term, "dumb"));
}
