/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Plays text scenarios through the real pipeline: real decoders, scanner, policy, retries and quarantine,
 * with a source and sinks of our own and no socket.  One TAP line a case file; a failed expectation is a
 * diagnostic with its line.  README in this folder tells the words of a case. */

#include "daemon/delivery.h"
#include "daemon/pipeline.h"
#include "daemon/sink.h"
#include "daemon/source.h"
#include "daemon/worker.h"
#include "eventwall/aliases.h"
#include "eventwall/avro.h"
#include "eventwall/protocol.h"

#include "../unit/tap.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>

#define BODY_MOST (4u << 20)
#define ALIASES 65536

struct play {
	const char *file;
	int line, wrong;

	/* the stage */
	struct ew_worker worker;
	struct ew_generation generation;
	struct ew_config config;
	struct ew_route route;
	struct ew_ruleset *own; /* that the case names in place of the common one */
	struct ew_route_config rc;
	struct ew_function_config function, quarantine;
	struct ew_source_ops source_ops;
	struct ew_source source;
	struct ew_sink sink, dead;

	/* the event to send */
	enum ew_transport transport;
	char subject[256];
	struct ew_pair headers[16];
	size_t header_count;
	struct ew_bytes key;

	/* what the function answers, in turn; the last one for ever */
	enum ew_delivery script[16];
	size_t script_length, attempts;

	/* what came of it, kept before the event dies */
	bool finished;
	enum ew_outcome outcome;
	enum ew_verdict verdict;
	enum ew_status status;
	char reason[64], dump[65536], anomalies[512];
	size_t dump_length;
	struct {
		uint32_t id;
		char path[512];
	} hits[64];
	size_t hit_count;
	uint32_t deciding;
	char deciding_path[512];
	uint32_t score;
	int function_saw, quarantine_saw;
	bool same_bytes;
	struct ew_bytes sent;
};

static struct play *now_playing; /* the pipeline's callbacks carry no pointer of ours */
static struct ew_ruleset *rules;
static char folder[512];
static char texts[BODY_MOST];
static size_t texts_used;

static void wrong(struct play *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void wrong(struct play *p, const char *fmt, ...)
{
	va_list ap;

	p->wrong++;
	printf("# %s:%d: ", p->file, p->line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* ---- what the pipeline meets instead of the daemon's own ------------------------------------- */

static void dump_tree(struct play *p, const struct ew_message *m)
{
	char path[1024];

	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		if (!ew_field_is_leaf(f))
			continue;
		ew_field_path(f, path, sizeof(path));
		int n = snprintf(p->dump + p->dump_length, sizeof(p->dump) - p->dump_length, "%s = %.*s\n", path,
		                 (int)(f->value.n > 2000 ? 2000 : f->value.n), (const char *)f->value.p);
		if (n > 0 && (size_t)n < sizeof(p->dump) - p->dump_length)
			p->dump_length += (size_t)n;
	}
}

static void on_finish(struct ew_source *s, struct ew_event *ev, enum ew_outcome outcome)
{
	struct play *p = now_playing;
	const struct ew_message *m = ev->m;

	(void)s;
	p->finished = true;
	p->outcome = outcome;
	p->verdict = ev->verdict;
	p->status = m->status;
	p->score = m->score;
	snprintf(p->reason, sizeof(p->reason), "%s", m->reason ? m->reason : "");
	dump_tree(p, m);
	for (const struct ew_hit *h = m->hits; h && p->hit_count < 64; h = h->next) {
		p->hits[p->hit_count].id = h->signature->id;
		if (h->field)
			ew_field_path(h->field, p->hits[p->hit_count].path, 512);
		p->hit_count++;
	}
	if (ev->deciding) {
		p->deciding = ev->deciding->signature->id;
		if (ev->deciding->field)
			ew_field_path(ev->deciding->field, p->deciding_path, sizeof(p->deciding_path));
	}
	for (int i = 0; i < EW_ANOMALY_COUNT; i++) {
		if (ew_message_has(m, (enum ew_anomaly)i)) {
			size_t n = strlen(p->anomalies);
			snprintf(p->anomalies + n, sizeof(p->anomalies) - n, " %s",
			         ew_anomaly_name((enum ew_anomaly)i));
		}
	}
	event_base_loopbreak(p->worker.base);
}

static void on_pause(struct ew_source *s, bool on)
{
	(void)s;
	(void)on;
}

static void on_send(struct ew_sink *s, struct ew_event *ev, ew_done_fn answer)
{
	struct play *p = now_playing;

	if (s == &p->dead) {
		p->quarantine_saw++;
		answer(ev, EW_DELIVERED, NULL);
		return;
	}
	size_t turn = p->attempts < p->script_length ? p->attempts : p->script_length - 1;
	enum ew_delivery result = p->script_length ? p->script[turn] : EW_DELIVERED;
	p->attempts++;
	if (result == EW_DELIVERED) {
		p->function_saw++;
		p->same_bytes = ew_bytes_eq(ev->envelope.body, p->sent);
	}
	answer(ev, result, result == EW_DELIVERED ? NULL : "as the case says");
}

static const struct ew_sink_ops sink_ops = { .name = "case", .send = on_send };

struct ew_sink *ew_worker_sink(struct ew_worker *w, struct ew_generation *g,
                               const struct ew_function_config *f)
{
	(void)w;
	(void)g;
	return f == &now_playing->quarantine ? &now_playing->dead : &now_playing->sink;
}

void ew_eventlog_event(struct ew_eventlog_ring *r, const struct ew_event *ev, enum ew_outcome outcome)
{
	(void)r;
	(void)ev;
	(void)outcome;
}

void ew_eventlog_note(struct ew_eventlog_ring *r, const char *type, const char *members)
{
	(void)r;
	(void)type;
	(void)members;
}

static void set_stage(struct play *p, const char *file)
{
	*p = (struct play){
		.file = file,
		.transport = EW_TRANSPORT_MQTT,
		.subject = "t",
		.rc = { .name = "case", .mode = EW_MODE_BLOCK, .threshold = 5, .limits = EW_LIMITS_DEFAULT },
		.function = { .name = "f", .max_in_flight = 8, .retries = 2, .backoff_ms = 1, .backoff_max_ms = 2 },
		.quarantine = { .name = "q", .max_in_flight = 8, .backoff_ms = 1, .backoff_max_ms = 2 },
		.source_ops = { .name = "case", .holds = true, .finish = on_finish, .pause = on_pause },
	};
	p->rc.to = &p->function;
	p->generation = (struct ew_generation){ .refs = 1, .number = 1, .config = &p->config };
	p->route = (struct ew_route){ .config = &p->rc, .rules = rules };
	p->worker.generation = &p->generation;
	p->source.generation = &p->generation;
	p->worker.base = event_base_new();
	p->worker.scanner = ew_scanner_new();
	p->source.ops = &p->source_ops;
	p->source.worker = &p->worker;
	p->source.aliases = ew_aliases_new(ALIASES);
	p->worker.sources = &p->source;
	p->sink = (struct ew_sink){ .ops = &sink_ops, .worker = &p->worker, .config = &p->function };
	p->dead = (struct ew_sink){ .ops = &sink_ops, .worker = &p->worker, .config = &p->quarantine };
	ew_assert(p->worker.base && p->worker.scanner && ew_scanner_adopt(p->worker.scanner, rules));
	now_playing = p;
}

static void strike_stage(struct play *p)
{
	while (p->worker.free_events) {
		struct ew_event *ev = p->worker.free_events;
		p->worker.free_events = ev->next_free;
		ew_message_free(&ev->m);
		free(ev);
	}
	ew_scanner_free(&p->worker.scanner);
	ew_ruleset_unref(&p->own);
	ew_unpackers_fini(&p->worker.unpackers);
	ew_aliases_free(&p->source.aliases);
	ew_avro_known_free(&p->rc.avro);
	event_base_free(p->worker.base);
}

/* ---- the words of a case --------------------------------------------------------------------- */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \xNN \n \r \t \\ become bytes; everything else is itself. */
static struct ew_bytes unescape(const char *s)
{
	char *out = texts + texts_used, *o = out;

	for (; *s; s++) {
		ew_assert(texts_used + (size_t)(o - out) + 1 < sizeof(texts));
		if (*s != '\\') {
			*o++ = *s;
		} else if (s[1] == 'x' && hex_digit(s[2]) >= 0 && hex_digit(s[3]) >= 0) {
			*o++ = (char)(hex_digit(s[2]) * 16 + hex_digit(s[3]));
			s += 3;
		} else {
			s++;
			*o++ = *s == 'n' ? '\n' : *s == 'r' ? '\r' : *s == 't' ? '\t' : *s;
		}
	}
	texts_used += (size_t)(o - out);
	return ew_bytes(out, (size_t)(o - out));
}

/* A rule file of ModSecurity in the folder of the cases, without any signatures. */
static bool take_rules(struct play *p, const char *name)
{
	char path[600], why[1200];
	const char *files[] = { path };
	struct ew_seclang_source from = { .files = files, .file_count = 1, .work = 1 << 20 };
	struct ew_ruleset_options opt = { .seclang = &from };
	struct ew_error e = { 0 };

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	p->own = p->own ? p->own : ew_ruleset_load(NULL, 0, &opt, &e);
	if (!p->own) {
		ew_error_print(&e, why, sizeof(why));
		wrong(p, "%s", why);
		return false;
	}
	p->route.rules = p->own;
	return ew_scanner_adopt(p->worker.scanner, p->own);
}

static void say_route(struct play *p, const char *name, const char *value)
{
	static const char *const modes[] = { "off", "detect", "shadow", "block" };
	uint64_t n = 0;

	if (!strcmp(name, "mode")) {
		for (int i = 0; i < 4; i++) {
			if (!strcmp(value, modes[i])) {
				p->rc.mode = (enum ew_mode)i;
				return;
			}
		}
	} else if (!strcmp(name, "on_failure")) {
		p->rc.on_failure = strcmp(value, "quarantine") ? EW_FAILURE_HOLD : EW_FAILURE_QUARANTINE;
		return;
	} else if (!strcmp(name, "rules")) {
		if (take_rules(p, value))
			return;
	} else if (!strcmp(name, "quarantine")) {
		p->rc.quarantine_to = &p->quarantine;
		return;
	} else if (!strcmp(name, "holds")) {
		p->source_ops.holds = !strcmp(value, "yes");
		return;
	} else if (!strcmp(name, "refuse")) {
		enum ew_anomaly a;
		if (ew_anomaly_parse(ew_bytes_str(value), &a)) {
			p->rc.refused_anomalies |= UINT64_C(1) << a;
			return;
		}
	} else if (!strcmp(name, "avro_schema")) {
		const char *why;
		p->rc.limits.avro = p->rc.avro = ew_avro_known_new(ew_bytes_str(value), &why);
		if (p->rc.avro)
			return;
	} else if (!strcmp(name, "threshold") && ew_bytes_u64(ew_bytes_str(value), &n)) {
		p->rc.threshold = (uint32_t)n;
		return;
	} else if (!strcmp(name, "retries") && ew_bytes_u64(ew_bytes_str(value), &n)) {
		p->function.retries = (uint32_t)n;
		return;
	} else if (!strcmp(value, "pass")) {
		for (int i = 0; i < EW_STATUS_COUNT; i++) {
			if (!strcmp(name, ew_status_name((enum ew_status)i))) {
				p->rc.on_exception[i] = EW_EXCEPTION_PASS;
				return;
			}
		}
	}
	wrong(p, "route does not know %s=%s", name, value);
}

static void say_limit(struct play *p, const char *name, const char *value)
{
	const struct {
		const char *name;
		size_t *to;
	} all[] = {
		{ "output", &p->rc.limits.output }, { "fields", &p->rc.limits.fields },
		{ "layers", &p->rc.limits.layers }, { "depth", &p->rc.limits.depth },
		{ "ratio", &p->rc.limits.ratio },   { "work", &p->rc.limits.work },
		{ "key", &p->rc.limits.key },       { "arena", &p->rc.limits.arena },
		{ "graphql_aliases", &p->rc.limits.graphql_aliases },
		{ "graphql_depth", &p->rc.limits.graphql_depth },
		{ "graphql_batch", &p->rc.limits.graphql_batch },
	};
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (!strcmp(all[i].name, name) && ew_bytes_u64(ew_bytes_str(value), &n)) {
			*all[i].to = (size_t)n;
			return;
		}
	}
	wrong(p, "no limit %s=%s", name, value);
}

/* Calls `say` for each name=value word. */
static void each_pair(struct play *p, char *words, void (*say)(struct play *, const char *, const char *))
{
	for (char *save, *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		char *eq = strchr(w, '=');
		if (!eq) {
			wrong(p, "\"%s\" is not name=value", w);
			continue;
		}
		*eq = 0;
		say(p, w, eq + 1);
	}
}

static void say_source(struct play *p, char *words)
{
	static const char *const names[] = { "http", "mqtt", "kafka" };
	char *rest = strchr(words, ' ');

	if (rest)
		*rest++ = 0;
	for (int i = 0; i < 3; i++) {
		if (!strcmp(words, names[i])) {
			p->transport = (enum ew_transport)i;
			snprintf(p->subject, sizeof(p->subject), "%s", rest ? rest : i ? "t" : "/");
			return;
		}
	}
	wrong(p, "no source \"%s\"", words);
}

static void say_header(struct play *p, char *words)
{
	char *colon = strstr(words, ": ");

	if (!colon || p->header_count == 16) {
		wrong(p, "a header is  name: value");
		return;
	}
	*colon = 0;
	p->headers[p->header_count++] = (struct ew_pair){ unescape(words), unescape(colon + 2) };
}

static void say_function(struct play *p, char *words)
{
	for (char *save, *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (p->script_length < 16)
			p->script[p->script_length++] = !strcmp(w, "ok")          ? EW_DELIVERED
			                                : !strcmp(w, "permanent") ? EW_PERMANENT
			                                                          : EW_TEMPORARY;
	}
}

/* Of the event before. */
static void forget_result(struct play *p)
{
	p->finished = false;
	p->dump_length = p->hit_count = 0;
	p->deciding = 0;
	p->anomalies[0] = 0;
}

static void send_event(struct play *p, const char *text)
{
	struct ew_event *ev = ew_event_new(&p->worker, &p->source, &p->route, p->transport);
	struct ew_bytes content_type = { 0 };
	struct timeval most = { 2, 0 };

	ew_assert(ev);
	forget_result(p);
	p->sent = unescape(text);
	ev->m->raw = ev->envelope.body = p->sent;
	for (size_t i = 0; i < p->header_count; i++) {
		if (ew_bytes_eq_nocase(p->headers[i].name, EW_LIT("content-type")))
			content_type = p->headers[i].value;
	}
	struct ew_bytes subject = ew_bytes_str(p->subject);
	if (p->transport == EW_TRANSPORT_HTTP) {
		struct ew_http_parts parts = { .method = EW_LIT("POST"), .target = subject, .headers = p->headers,
		                               .header_count = p->header_count, .body = p->sent };
		(void)ew_http_event(ev->m, &parts);
	} else if (p->transport == EW_TRANSPORT_MQTT) {
		struct ew_mqtt_parts parts = { .topic = subject, .user_properties = p->headers,
		                               .user_property_count = p->header_count,
		                               .content_type = content_type, .payload = p->sent };
		(void)ew_mqtt_event(ev->m, &parts);
	} else {
		struct ew_kafka_parts parts = { .topic = subject, .key = p->key, .headers = p->headers,
		                                .header_count = p->header_count, .value = p->sent };
		(void)ew_kafka_event(ev->m, &parts);
	}
	ew_pipeline_submit(ev);
	if (!p->finished) {
		event_base_loopexit(p->worker.base, &most);
		event_base_dispatch(p->worker.base);
	}
	if (!p->finished) {
		p->worker.stopping = true;
		ew_delivery_cut(&p->sink);
		ew_delivery_cut(&p->dead);
		p->finished = false; /* the case may expect that it was held */
	}
}

static void expect_verdict(struct play *p, char *words)
{
	static const char *const names[] = { "forward", "drop", "shadow" };
	char *rest = strchr(words, ' ');
	unsigned id;
	char path[512];

	if (rest)
		*rest++ = 0;
	if (strcmp(names[p->verdict], words)) {
		wrong(p, "verdict is %s (status %s %s, score %u, %zu hits), not %s", names[p->verdict],
		      ew_status_name(p->status), p->reason, p->score, p->hit_count, words);
		return;
	}
	if (!rest) {
		if (p->verdict == EW_VERDICT_FORWARD && p->hit_count)
			wrong(p, "forwarded, but signature %u matched at %s", p->hits[0].id, p->hits[0].path);
		return;
	}
	int n = sscanf(rest, "rule %u at %511s", &id, path);
	if (n >= 1) {
		if (p->deciding != id || (n == 2 && strcmp(path, p->deciding_path)))
			wrong(p, "decided by %u at %s", p->deciding, p->deciding_path);
	} else if (strcmp(rest, ew_status_name(p->status))) {
		wrong(p, "status is %s (%s), not %s", ew_status_name(p->status), p->reason, rest);
	}
}

static void expect_line(struct play *p, const char *text)
{
	struct ew_bytes want = unescape(text);
	struct ew_bytes all = ew_bytes(p->dump, p->dump_length);

	for (size_t at = 0; (at = ew_bytes_find(all, at, want)) != SIZE_MAX; at++) {
		if ((at == 0 || all.p[at - 1] == '\n') && (at + want.n == all.n || all.p[at + want.n] == '\n'))
			return;
	}
	wrong(p, "no field  %s  in the tree:", text);
	printf("#   %.*s\n", (int)(p->dump_length > 3000 ? 3000 : p->dump_length), p->dump);
}

static void expect_word(struct play *p, char *line)
{
	static const char *const outcomes[] = { "forwarded", "dropped", "quarantined", "failed" };
	char *rest = line + strcspn(line, " ");
	unsigned n = 0;

	while (*rest == ' ')
		*rest++ = 0;
	if (!strcmp(line, "source")) {
		say_source(p, rest);
	} else if (!strcmp(line, "route")) {
		each_pair(p, rest, say_route);
	} else if (!strcmp(line, "limits")) {
		each_pair(p, rest, say_limit);
	} else if (!strcmp(line, "header")) {
		say_header(p, rest);
	} else if (!strcmp(line, "key")) {
		p->key = unescape(rest);
	} else if (!strcmp(line, "function")) {
		say_function(p, rest);
	} else if (!strcmp(line, "send")) {
		send_event(p, rest);
	} else if (!strcmp(line, "tree")) {
		expect_line(p, rest);
	} else if (!strcmp(line, "expect")) {
		expect_verdict(p, rest);
	} else if (!strcmp(line, "score")) {
		if (sscanf(rest, "%u", &n) != 1 || n != p->score)
			wrong(p, "score is %u", p->score);
	} else if (!strcmp(line, "reason")) {
		if (strcmp(rest, p->reason))
			wrong(p, "reason is \"%s\"", p->reason);
	} else if (!strcmp(line, "anomalies")) {
		if (strcmp(rest, p->anomalies[0] ? p->anomalies + 1 : ""))
			wrong(p, "anomalies are:%s", p->anomalies);
	} else if (!strcmp(line, "attempts")) {
		if (sscanf(rest, "%u", &n) != 1 || n != p->attempts)
			wrong(p, "%zu attempts", p->attempts);
	} else if (!strcmp(line, "outcome")) {
		if (!strcmp(rest, "held") ? p->finished : !p->finished || strcmp(rest, outcomes[p->outcome]))
			wrong(p, "outcome is %s", p->finished ? outcomes[p->outcome] : "held");
	} else if (!strcmp(line, "function-saw") || !strcmp(line, "quarantine-saw")) {
		int saw = line[0] == 'f' ? p->function_saw : p->quarantine_saw;
		if (sscanf(rest, "%u", &n) != 1 || (int)n != saw)
			wrong(p, "saw %d", saw);
		if (p->function_saw && !p->same_bytes)
			wrong(p, "what the function saw is not what was sent");
	} else {
		wrong(p, "a case has no word \"%s\"", line);
	}
}

static void play_file(const char *dir, const char *name)
{
	struct play *p = calloc(1, sizeof(*p));
	char path[1024], title[512] = "", line[65536];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "r");
	ew_assert(p && f);
	texts_used = 0;
	set_stage(p, name);
	while (fgets(line, sizeof(line), f)) {
		p->line++;
		line[strcspn(line, "\n")] = 0;
		if (line[0] == '#' && !title[0])
			snprintf(title, sizeof(title), "%.500s", line + 2);
		if (line[0] && line[0] != '#')
			expect_word(p, line);
	}
	fclose(f);
	ok(p->wrong == 0, "%s", title[0] ? title : name);
	strike_stage(p);
	free(p);
}

static int is_case(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && !strcmp(e->d_name + n - 5, ".case");
}

int main(int argc, char **argv)
{
	const char *top = getenv("EW_SRCDIR"), *cases = getenv("EW_CASES");
	char *dir = folder, sets[600];
	struct ew_error e;
	struct dirent **names;

	snprintf(dir, sizeof(folder), "%s/tests/cases", top ? top : ".");
	snprintf(sets, sizeof(sets), "%s/cases.json", dir);
	const char *paths[] = { sets };
	struct ew_ruleset_options opt = { 0 };
	rules = ew_ruleset_load(paths, 1, &opt, &e);
	if (!rules) {
		ew_error_print(&e, sets, sizeof(sets));
		printf("not ok 1 - %s\n1..1\n", sets);
		return 1;
	}
	if (cases)
		snprintf(dir, sizeof(folder), "%s", cases);
	int n = scandir(dir, &names, is_case, alphasort);
	for (int i = 0; i < n; i++) {
		if (argc < 2 || strstr(names[i]->d_name, argv[1]))
			play_file(dir, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	ok(n > 0, "there are cases");
	ew_ruleset_unref(&rules);
	return done();
}
