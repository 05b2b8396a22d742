/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Lines are JSON whatever an event holds, secrets stay out of them, and neither a full disk nor a
 * stalled reader costs more than lines, which are counted.  With EW_LINES set, the lines made here are
 * written to that file, where a script holds them against the schema. */

#include "daemon/eventlog.h"
#include "daemon/eventlog_line.h"
#include "daemon/generation.h"
#include "daemon/worker.h"
#include "eventwall/protocol.h"
#include "eventwall/ruleset.h"
#include "tap.h"

#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The process's clock, so that worker.c is not linked. */
uint64_t ew_now_ns(void)
{
	return 5000000;
}

static char folder[] = "/tmp/eventwall-test-XXXXXX";
static FILE *lines_out;

static struct ew_config config;
static struct ew_route_config route_config;
static struct ew_route route = { .config = &route_config };
static struct ew_generation generation = { .number = 7, .config = &config };
static struct ew_limits limits = EW_LIMITS_DEFAULT;
static struct ew_signature signature = { .id = 2101, .revision = 3, .score = 5, .drop = true,
	                                 .severity = EW_SEVERITY_CRITICAL, .name = "a \"name\"",
	                                 .class_ = "sqli", .set = "sqli" };

static void new_event(struct ew_event *ev, enum ew_transport t)
{
	static char name[] = "orders";

	route_config.name = name;
	route_config.threshold = 5;
	*ev = (struct ew_event){
		.m = ew_message_new(&limits),
		.generation = &generation,
		.route = &route,
		.transport = t,
		.id = "01JD0000000000000000000000",
		.born_ns = 1000000,
		.judged_ns = 1250000,
	};
	ev->envelope.subject = EW_LIT("/a");
	ev->envelope.body = EW_LIT("{}");
	ev->envelope.partition = -1;
	ev->envelope.offset = -1;
}

static struct ew_field *new_field(struct ew_event *ev, const char *name, struct ew_bytes value)
{
	struct ew_field *f = ew_decode_emit(ev->m, ev->m->root, ew_bytes_str(name), value, EW_KIND_TEXT,
	                                    EW_FIELD_QUIET);
	ew_assert(f);
	return f;
}

static void add_hit(struct ew_event *ev, struct ew_hit *h, const struct ew_signature *s,
                    const struct ew_field *f, size_t end)
{
	*h = (struct ew_hit){ .signature = s, .field = f, .text = f->value, .from = SIZE_MAX, .end = end,
	                      .drop = s->drop, .score = s->score };
	if (ev->m->hits_tail)
		ev->m->hits_tail->next = h;
	else
		ev->m->hits = h;
	ev->m->hits_tail = h;
	ev->m->hit_count++;
	ev->deciding = ev->m->hits;
	ev->verdict = EW_VERDICT_DROP;
}

/* The line of `ev` as text (static) and as JSON; NULL if it is none. */
static char line[EW_LINE_MOST + 1];

static json_t *line_of(const struct ew_event *ev, enum ew_outcome outcome)
{
	struct ew_text t = { .p = line, .cap = EW_LINE_MOST };
	struct ew_line_clock clock = { 0 };

	ew_line_event(&t, &clock, ev, outcome);
	line[t.n] = '\0';
	if (lines_out)
		fprintf(lines_out, "%s\n", line);
	return json_loadb(line, t.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
}

static const char *text_at(const json_t *o, const char *a, const char *b)
{
	const char *s = json_string_value(b ? json_object_get(json_object_get(o, a), b) : json_object_get(o, a));

	return s ? s : "(none)";
}

static void test_drop(void)
{
	static const struct ew_pair headers[] = {
		{ EW_LIT("Traceparent"), EW_LIT("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") },
	};
	struct ew_event ev;
	struct ew_hit h, other, standing[3];
	struct ew_signature second = signature;

	new_event(&ev, EW_TRANSPORT_HTTP);
	ev.envelope.method = EW_LIT("POST");
	ev.envelope.host = EW_LIT("h");
	ev.envelope.peer = EW_LIT("127.0.0.1");
	ev.envelope.headers = headers;
	ev.envelope.header_count = 1;
	ev.m->score = 5;
	second.id = 2102;
	struct ew_signature apart[] = { signature, signature, signature };
	for (uint32_t i = 0; i < 3; i++)
		apart[i].id = 2201 + i;
	struct ew_field *f = new_field(&ev, "q", EW_LIT("x' OR 1=1 --"));
	add_hit(&ev, &h, &signature, f, 9);
	add_hit(&ev, &other, &second, f, 9);
	for (uint8_t i = 0; i < 3; i++) {
		add_hit(&ev, &standing[i], &apart[i], f, 9);
		standing[i].standing = EW_STANDING_SHADOW + i;
	}
	ew_message_flag(ev.m, EW_ANOMALY_DUP_KEY);
	ev.m->envelopes[ev.m->envelope_count++] = "aws.sqs";
	ev.m->envelopes[ev.m->envelope_count++] = "aws.sns";
	json_t *o = line_of(&ev, EW_DROPPED);
	ok(o, "a dropped event is JSON: %s", line);
	is_str(text_at(o, "event_type", NULL), "drop", "its type");
	is_str(text_at(o, "event_id", NULL), "01JD0000000000000000000000", "its id");
	is_str(text_at(o, "source", NULL), "http", "its source");
	is_str(text_at(o, "reason", NULL), "signature", "its reason");
	is_str(text_at(o, "trace_id", NULL), "0af7651916cd43dd8448eb211c80319c", "its trace");
	is_str(text_at(o, "alert", "signature"), "a \"name\"", "the signature");
	is_str(text_at(o, "alert", "action"), "blocked", "what it did");
	is_str(text_at(o, "match", "path"), "q", "where");
	is_str(text_at(o, "match", "excerpt"), "x' OR 1=1 --", "what");
	is_int(json_integer_value(json_object_get(o, "inspect_us")), 250, "how long it took to judge");
	is_int(json_integer_value(json_object_get(o, "total_us")), 4000, "and in all");
	is_int(json_integer_value(json_array_get(json_object_get(o, "hits"), 0)), 2102, "the other hit");
	is_int(json_array_size(json_object_get(o, "hits")), 1, "and no more");
	is_int(json_integer_value(json_array_get(json_object_get(o, "hits_shadow"), 0)), 2201, "in shadow");
	is_int(json_integer_value(json_array_get(json_object_get(o, "hits_noted"), 0)), 2202, "only noted");
	is_int(json_integer_value(json_array_get(json_object_get(o, "hits_excluded"), 0)), 2203, "excluded");
	is_str(json_string_value(json_array_get(json_object_get(o, "anomalies"), 0)), "dup_key", "the anomaly");
	is_str(json_string_value(json_array_get(json_object_get(o, "envelopes"), 1)), "aws.sns", "the envelopes");
	json_decref(o);
	ev.verdict = EW_VERDICT_SHADOW;
	o = line_of(&ev, EW_FORWARDED);
	is_str(text_at(o, "event_type", NULL), "shadow", "shadow is a type of its own");
	json_decref(o);
	ev.verdict = EW_VERDICT_FORWARD;
	o = line_of(&ev, EW_FORWARDED);
	is_str(text_at(o, "event_type", NULL), "message", "a hit that decides nothing is a message");
	is_str(text_at(o, "alert", "action"), "allowed", "that was allowed");
	json_decref(o);
	ew_message_free(&ev.m);
}

/* What rules of rule files say. */
static void test_rules(void)
{
	static const char *const tags[] = { "attack-sqli", "t\"2", NULL };
	struct ew_signature rule = { .id = 942100, .severity = EW_SEVERITY_CRITICAL,
		                     .name = "sql in %{MATCHED_VAR_NAME}", .class_ = "sqli", .set = "s",
		                     .rule = true, .version = "v/1", .tags = tags };
	struct ew_signature last = { .id = 949110, .drop = true, .name = "score", .class_ = "c", .set = "s",
		                     .rule = true };
	struct ew_told said = { EW_LIT("sql in ARGS:password"), EW_LIT("' OR 1=1"), EW_LIT("ARGS:q") };
	struct ew_told little = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	struct ew_event ev;
	struct ew_hit h, other;

	new_event(&ev, EW_TRANSPORT_HTTP);
	struct ew_field *f = new_field(&ev, "q", EW_LIT("' OR 1=1"));
	add_hit(&ev, &h, &rule, f, 8);
	add_hit(&ev, &other, &last, f, 8);
	h.told = &said;
	other.told = &little;
	other.field = NULL;
	ev.deciding = &other;
	json_t *o = line_of(&ev, EW_DROPPED), *rules = json_object_get(o, "rules");
	is_int(json_array_size(rules), 2, "rules: %s", line);
	json_t *first = json_array_get(rules, 0);
	is_int(json_integer_value(json_object_get(first, "id")), 942100, "as they ran");
	is_str(text_at(first, "msg", NULL), "sql in ARGS:password", "the message");
	is_str(text_at(first, "data", NULL), "' OR 1=1", "the data");
	is_str(text_at(first, "version", NULL), "v/1", "the version");
	is_str(text_at(first, "severity", NULL), "critical", "the severity");
	is_str(text_at(first, "variable", NULL), "ARGS:q", "what matched");
	is_str(text_at(first, "path", NULL), "q", "and where");
	is_str(json_string_value(json_array_get(json_object_get(first, "tags"), 1)), "t\"2", "tags");
	is_int(json_object_size(json_array_get(rules, 1)), 3, "of one that says nothing: id, severity, no tags");
	json_decref(o);
	config.log.excerpt = EW_EXCERPT_HASH;
	o = line_of(&ev, EW_DROPPED);
	first = json_array_get(json_object_get(o, "rules"), 0);
	ok(!strstr(line, "OR 1=1") && strlen(text_at(first, "data", NULL)) == 16, "a hash of what they say");
	json_decref(o);
	config.log.excerpt = EW_EXCERPT_OFF;
	o = line_of(&ev, EW_DROPPED);
	ok(!strstr(line, "ARGS:password") && !strstr(line, "OR 1=1"), "or nothing of it");
	json_decref(o);
	config.log.excerpt = EW_EXCERPT_REDACTED;
	ew_message_free(&ev.m);
	new_event(&ev, EW_TRANSPORT_HTTP);
	add_hit(&ev, &h, &rule, new_field(&ev, "password", EW_LIT("' OR 1=1")), 8);
	h.told = &said;
	o = line_of(&ev, EW_DROPPED);
	ok(!strstr(line, "OR 1=1"), "nor of a secret: %s", line);
	json_decref(o);
	ew_message_free(&ev.m);
}

static void test_exception(void)
{
	struct ew_event ev;

	new_event(&ev, EW_TRANSPORT_KAFKA);
	ev.envelope.partition = 3;
	ev.envelope.offset = 1234567890123;
	ev.verdict = EW_VERDICT_DROP;
	ev.failure = "connection refused";
	ev.attempts_all = 4;
	ew_message_fault(ev.m, EW_LIMIT, "depth", new_field(&ev, "kafka", EW_LIT("x")));
	json_t *o = line_of(&ev, EW_QUARANTINED);
	is_str(text_at(o, "event_type", NULL), "exception", "an exception: %s", line);
	is_str(text_at(o, "reason", NULL), "over_budget", "its cause");
	is_str(text_at(o, "exception", "reason"), "depth", "its limit");
	is_str(text_at(o, "exception", "path"), "kafka", "its place");
	is_str(text_at(o, "exception", "action"), "drop", "what was done");
	is_str(text_at(o, "outcome", NULL), "quarantined", "how it ended");
	json_t *kafka = json_object_get(o, "kafka");
	is_int(json_integer_value(json_object_get(kafka, "offset")), 1234567890123, "its offset");
	json_decref(o);
	ew_message_free(&ev.m);
}

/* Every byte, well-formed and broken UTF-8, control characters: still one line of JSON. */
static void test_escaping(void)
{
	uint8_t all[256];
	struct ew_event ev;
	struct ew_hit h;

	for (int i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	new_event(&ev, EW_TRANSPORT_MQTT);
	ev.envelope.subject = ew_bytes(all, sizeof(all));
	json_t *o = line_of(&ev, EW_FORWARDED);
	ok(o && !strchr(line, '\n'), "any byte in a topic");
	ok(strstr(line, "\\u0000\\u0001") && strstr(line, "\\u00fe\\u00ff") && strstr(line, "\\u007f\\u0080"),
	   "bytes that are no UTF-8 keep their value");
	json_decref(o);
	ev.envelope.subject = EW_LIT("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80 \xc2\x9b \xed\xa0\x80");
	o = line_of(&ev, EW_FORWARDED);
	ok(strstr(line, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80 \\u009b \\u00ed\\u00a0\\u0080"),
	   "good UTF-8 stays, C1 controls and surrogates are escaped: %s", line);
	json_decref(o);
	ew_message_free(&ev.m);

	/* Everything as long as it can be. */
	static uint8_t big[70000];
	memset(big, 0x01, sizeof(big));
	static struct ew_signature many[300];
	static struct ew_hit hits[300];
	struct ew_told told = { ew_bytes(big, 300), ew_bytes(big, sizeof(big)), ew_bytes(big, 3000) };
	new_event(&ev, EW_TRANSPORT_HTTP);
	struct ew_bytes b = ew_bytes(big, sizeof(big));
	ev.envelope.subject = ev.envelope.method = ev.envelope.host = ev.envelope.peer = b;
	ev.envelope.content_type = b;
	struct ew_field *f = ew_decode_emit(ev.m, ev.m->root, ew_bytes(big, 4000), b, EW_KIND_TEXT,
	                                    EW_FIELD_QUIET);
	for (unsigned i = 0; i < 300; i++) {
		many[i] = signature;
		many[i].id = 4294966000u + i;
		add_hit(&ev, &hits[i], &many[i], f, 60000);
		hits[i].told = i % 2 ? &told : NULL;
	}
	config.log.excerpt = EW_EXCERPT_FULL;
	o = line_of(&ev, EW_DROPPED);
	ok(o && strlen(line) < EW_LINE_MOST, "a huge event is a line of %zu bytes", strlen(line));
	ok(json_is_true(json_object_get(o, "cut")), "that says that it is cut");
	json_decref(o);
	ew_message_free(&ev.m);
	/* Each size of buffer gives JSON. */
	new_event(&ev, EW_TRANSPORT_HTTP);
	add_hit(&ev, &h, &signature, new_field(&ev, "q", EW_LIT("abc")), 3);
	bool good = true;
	for (size_t n = 0; n < 1200; n++) {
		struct ew_text t = { .p = line, .cap = n };
		ew_text_raw(&t, "{\"a\":");
		size_t mark = t.n;
		ew_text_string(&t, EW_LIT("x\x01y"), 2);
		ew_text_settle(&t, mark);
		good = good && t.n <= n;
	}
	ok(good, "nothing is written past the buffer");
	config.log.excerpt = EW_EXCERPT_REDACTED;
	ew_message_free(&ev.m);
}

/* The excerpt of a match that ends at `end` of `value`, in the field `name`. */
static const char *excerpt(enum ew_excerpt mode, const char *name, const char *value, size_t end)
{
	static char out[4096];
	struct ew_text t = { .p = out, .cap = sizeof(out) - 1 };
	struct ew_event ev;

	new_event(&ev, EW_TRANSPORT_HTTP);
	struct ew_field *f = new_field(&ev, name, ew_bytes_str(value));
	ew_text_excerpt(&t, mode, f, ew_bytes_str(value), end);
	out[t.n] = '\0';
	ew_message_free(&ev.m);
	return out;
}

static void test_redaction(void)
{
	is_str(excerpt(EW_EXCERPT_REDACTED, "userPassword", "' OR 1=1", 8), "\"[redacted]\"", "a secret name");
	is_str(excerpt(EW_EXCERPT_REDACTED, "pin", "1;ls", 4), "\"[redacted]\"", "a short secret name");
	is_str(excerpt(EW_EXCERPT_REDACTED, "shipping", "1;ls", 4), "\"1;ls\"", "that is no part of a word");
	is_str(excerpt(EW_EXCERPT_REDACTED, "q", "key=AKIAIOSFODNN7EXAMPLE99; ls", 30), "\"[token]; ls\"", "a key");
	is_str(excerpt(EW_EXCERPT_REDACTED, "q", "pay 4111 1111 1111 1111 now;ls", 30), "\"pay [card] now;ls\"",
	       "a card number");
	is_str(excerpt(EW_EXCERPT_REDACTED, "q", "id 4111 1111 1111 1112 now;ls", 29),
	       "\"id 4111 1111 1111 1112 now;ls\"", "a number that is none");
	is_str(excerpt(EW_EXCERPT_REDACTED, "q", "../../../../etc/passwd", 22), "\"../../../../etc/passwd\"",
	       "an attack stays readable");
	char value[300];
	memset(value, 'x', sizeof(value));
	memcpy(value + 100, "eyJhbGciOiJIUzI1NiJ9eyJzdWIiOiIxMjM0NTY3ODkwIn0eyJzdWIiOiIxMjM0NTY3", 67);
	memcpy(value + 167, "; cat /etc/passwd", 17);
	value[99] = ' ';
	value[299] = '\0';
	is_str(excerpt(EW_EXCERPT_REDACTED, "q", value, 184),
	       "\"...[token]; cat /etc/passwdxxxxxxxxxxxxxxxxxxxxxxxx...\"",
	       "a token that begins before what is shown");
	ok(strstr(excerpt(EW_EXCERPT_FULL, "password", "hunter2", 7), "hunter2"), "full shows all");
	is_str(excerpt(EW_EXCERPT_OFF, "q", "x", 1), "", "off shows nothing");
	char first[32];
	snprintf(first, sizeof(first), "%s", excerpt(EW_EXCERPT_HASH, "q", "x' OR 1", 7));
	ok(strlen(first) == 18 && !strcmp(first, excerpt(EW_EXCERPT_HASH, "p", "x' OR 1", 3)) &&
	   strcmp(first, excerpt(EW_EXCERPT_HASH, "q", "x' OR 2", 7)) != 0, "a hash tells same from other");
	bool good = true;
	for (size_t end = 0; end <= 310; end++)
		good = good && strlen(excerpt(EW_EXCERPT_REDACTED, "q", value, end)) > 1;
	ok(good, "any end of a match");
}

/* ---- rings and the writer ------------------------------------------------------------------- */

static size_t lines_in(const char *text, size_t n)
{
	size_t lines = 0, from = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] != '\n')
			continue;
		json_t *o = json_loadb(text + from, i - from, 0, NULL);
		if (!json_is_object(o)) {
			printf("# no JSON: %.*s\n", (int)(i - from), text + from);
			return SIZE_MAX;
		}
		json_decref(o);
		lines++;
		from = i + 1;
	}
	return from == n ? lines : SIZE_MAX;
}

static char *whole_file(const char *path, size_t *n_r)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 8 << 20);

	*n_r = f ? fread(text, 1, 8 << 20, f) : 0;
	if (f)
		fclose(f);
	return text;
}

/* The writer has a thread of its own: wait until it has come so far, however busy the machine is. */
static void await_lines(const char *path, size_t lines)
{
	for (int i = 0; i < 3000; i++) {
		size_t n, seen = 0;
		char *text = whole_file(path, &n);
		for (size_t k = 0; k < n; k++)
			seen += text[k] == '\n';
		free(text);
		if (seen >= lines)
			return;
		poll(NULL, 0, 10);
	}
}

static void test_file(void)
{
	char path[256];
	struct ew_error e = { 0 };
	size_t n;

	snprintf(path, sizeof(path), "%s/events.json", folder);
	struct ew_eventlog *l = ew_eventlog_open(path, 2, 64, &e);
	ok(l, "a log opens %s", e.text);
	struct ew_event ev;
	new_event(&ev, EW_TRANSPORT_MQTT);
	for (int i = 0; i < 1000; i++) {
		ew_eventlog_event(ew_eventlog_ring(l, i & 1), &ev, EW_FORWARDED);
		if (i % 100 == 99)
			await_lines(path, (size_t)i + 1);
	}
	ew_eventlog_note(ew_eventlog_ring(l, 0), "reload", "\"result\":\"ok\"");
	uint64_t dropped = ew_eventlog_dropped(l), failed = ew_eventlog_failed(l);
	ew_eventlog_close(&l);
	ok(!l && failed == 0, "it closes, nothing failed");
	char *text = whole_file(path, &n);
	is_int(lines_in(text, n), 1001 - dropped, "every line that was not left out is there, whole");
	is_int(dropped, 0, "and none was left out");
	free(text);

	/* logrotate: the file moves away, the log is opened anew. */
	char moved[280];
	snprintf(moved, sizeof(moved), "%s.1", path);
	l = ew_eventlog_open(path, 1, 64, &e);
	rename(path, moved);
	ew_eventlog_reopen(l);
	poll(NULL, 0, 50);
	ew_eventlog_event(ew_eventlog_ring(l, 0), &ev, EW_FORWARDED);
	ew_eventlog_close(&l);
	text = whole_file(path, &n);
	is_int(lines_in(text, n), 1, "after a rotation lines go to the new file");
	free(text);
	remove(path);
	remove(moved);

	l = ew_eventlog_open("", 1, 64, &e);
	ew_eventlog_event(ew_eventlog_ring(l, 0), &ev, EW_FORWARDED);
	ok(l && ew_eventlog_dropped(l) == 0, "no file: lines go nowhere and are not counted");
	ew_eventlog_reopen(l);
	ew_eventlog_close(&l);
	l = ew_eventlog_open("/nowhere/x", 1, 64, &e);
	ok(!l && strstr(e.text, "/nowhere/x: No such file") && strstr(e.text, "\"-\""),
	   "a folder that is not there");
	ew_message_free(&ev.m);
}

static void test_full_disk(void)
{
	char path[256], real[256];
	struct ew_error e = { 0 };
	struct ew_event ev;
	size_t n;

	snprintf(path, sizeof(path), "%s/link", folder);
	snprintf(real, sizeof(real), "%s/real", folder);
	if (symlink("/dev/full", path) != 0 || access(path, W_OK) != 0) {
		skip(3, "no /dev/full here");
		return;
	}
	struct ew_eventlog *l = ew_eventlog_open(path, 1, 64, &e);
	new_event(&ev, EW_TRANSPORT_MQTT);
	for (int i = 0; i < 20; i++)
		ew_eventlog_event(ew_eventlog_ring(l, 0), &ev, EW_FORWARDED);
	for (int i = 0; i < 200 && ew_eventlog_failed(l) < 20; i++)
		poll(NULL, 0, 10);
	is_int(ew_eventlog_failed(l), 20, "a full disk: every line is counted");
	remove(path);
	ok(symlink(real, path) == 0, "(room again)");
	ew_eventlog_reopen(l);
	poll(NULL, 0, 50);
	ew_eventlog_event(ew_eventlog_ring(l, 0), &ev, EW_FORWARDED);
	ew_eventlog_close(&l);
	char *text = whole_file(real, &n);
	is_int(lines_in(text, n), 1, "and the log goes on");
	free(text);
	remove(path);
	remove(real);
	ew_message_free(&ev.m);
}

static void test_stalled_reader(void)
{
	char path[256];
	struct ew_error e = { 0 };
	struct ew_event ev;

	snprintf(path, sizeof(path), "%s/pipe", folder);
	if (mkfifo(path, 0600) != 0)
		return;
	int fd = open(path, O_RDONLY | O_NONBLOCK);
	struct ew_eventlog *l = ew_eventlog_open(path, 1, 64, &e);
	ok(l && fd >= 0, "a pipe opens %s", e.text);
	new_event(&ev, EW_TRANSPORT_MQTT);
	for (int i = 0; i < 3000; i++)
		ew_eventlog_event(ew_eventlog_ring(l, 0), &ev, EW_FORWARDED);
	uint64_t dropped = ew_eventlog_dropped(l);
	ok(dropped > 0 && dropped < 3000, "nobody reads: the ring fills, %llu lines are left out",
	   (unsigned long long)dropped);
	char *text = calloc(1, 8 << 20);
	size_t n = 0;
	ssize_t got;
	for (int quiet = 0; quiet < 20;) {
		got = read(fd, text + n, 65536);
		if (got > 0) {
			n += (size_t)got;
			quiet = 0;
		} else {
			quiet++;
			poll(NULL, 0, 10);
		}
	}
	is_int(lines_in(text, n), 3000 - dropped, "the others arrive whole once somebody does");
	free(text);
	for (int i = 0; i < 3000; i++)
		ew_eventlog_event(ew_eventlog_ring(l, 0), &ev, EW_FORWARDED);
	ew_eventlog_close(&l);
	ok(!l, "closing does not wait for ever");
	close(fd);
	remove(path);
	ew_message_free(&ev.m);
}

int main(void)
{
	const char *out = getenv("EW_LINES");

	if (!mkdtemp(folder))
		return 99;
	lines_out = out ? fopen(out, "w") : NULL;
	config.log.excerpt = EW_EXCERPT_REDACTED;
	test_drop();
	test_rules();
	test_exception();
	test_escaping();
	if (lines_out)
		fclose(lines_out);
	lines_out = NULL;
	test_redaction();
	test_file();
	test_full_disk();
	test_stalled_reader();
	remove(folder);
	return done();
}
