/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall replay`: judges the events of a file, and shows what another configuration would change.  What was
 * found is told by event, the rest in sums. */

#include "daemon/commands.h"
#include "daemon/record.h"
#include "daemon/trial.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MOST = 64 << 20, TOP = 20 };

static const char *const verdicts[EW_VERDICT_COUNT] = { "forward", "drop", "shadow" };

/* What one judge said of one event. */
struct said {
	enum ew_verdict verdict;
	uint32_t id;        /* of the deciding signature, 0: none */
	const char *name;   /* its name, or the cause of the exception */
	char path[256];
	json_t *hits;       /* ids of all that was found, for JSON */
};

struct tally {
	uint32_t id;
	const char *name;
	uint64_t n;
};

struct order {
	const char *file;
	bool json, quiet, compare;
	struct ew_trial judge, other;

	uint64_t line, events, bytes, unread, unmet, changed;
	uint64_t by_verdict[EW_VERDICT_COUNT], by_cause[EW_STATUS_COUNT];
	struct tally *hits; /* of `judge`, by id */
	size_t hit_count, hit_cap;
};

static void usage(FILE *out)
{
	fputs("usage: eventwall replay [-c FILE] [OPTIONS] [FILE]\n\n"
	      "Judges the events in FILE (standard input without one, or -), a JSON object a line as `kcat -J`\n"
	      "and `mosquitto_sub -F %j` write them, tells what is not forwarded, and sums up.  Nothing is\n"
	      "delivered.\n\n"
	      "  -c, --config FILE      judge as this configuration does; without, by all installed sets\n"
	      "  -r, --route NAME       its route (default: the first one)\n"
	      "      --signatures LIST  sets, with commas: names, or paths with a / in them; rule files of\n"
	      "                         ModSecurity end in .conf\n"
	      "      --signature-dir D  folder of the sets that are named\n"
	      "  -a, --against FILE     judge by this configuration as well, and tell only what it changes\n"
	      "      --against-signatures LIST  the same with these sets\n"
	      "  -q, --quiet            the sums only\n"
	      "  -j, --json             a JSON object an event, the sums last\n"
	      "  -h, --help             this text\n\n"
	      "members of an event: source, body (or payload, value; with _base64 behind it for bytes), headers,\n"
	      "path, method, topic, key, content_type; name, and expect (\"drop\" or \"forward\")\n\n"
	      "exit codes: 0 done, 1 an event was not judged as it expects, 64 usage, 65 a line is no event,\n"
	      "            66 no input, 78 configuration\n",
	      out);
}

/* ---- one event ------------------------------------------------------------------------------- */

static bool count_hit(struct order *o, const struct ew_signature *s)
{
	size_t low = 0, high = o->hit_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (o->hits[mid].id < s->id)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == o->hit_count || o->hits[low].id != s->id) {
		if (o->hit_count == o->hit_cap) {
			size_t cap = o->hit_cap ? 2 * o->hit_cap : 64;
			struct tally *hits = realloc(o->hits, cap * sizeof(*hits));
			if (!hits)
				return false;
			o->hits = hits;
			o->hit_cap = cap;
		}
		memmove(&o->hits[low + 1], &o->hits[low], (o->hit_count - low) * sizeof(*o->hits));
		o->hits[low] = (struct tally){ s->id, s->name, 0 };
		o->hit_count++;
	}
	o->hits[low].n++;
	return true;
}

static void note_down(const struct ew_explained *x, struct said *to)
{
	const struct ew_hit *h = x->deciding;
	const struct ew_field *where = h ? h->field : x->m->culprit;

	*to = (struct said){ .verdict = x->verdict, .hits = json_array() };
	uint32_t last = 0;
	for (const struct ew_hit *all = x->m->hits; all; all = all->next) {
		if (all->signature->id != last)
			json_array_append_new(to->hits, json_integer(all->signature->id));
		last = all->signature->id;
	}
	if (h) {
		to->id = h->signature->id;
		to->name = h->signature->name;
	} else if (x->m->status != EW_OK) {
		to->name = ew_status_name(x->m->status);
	}
	if (where)
		ew_field_path(where, to->path, sizeof(to->path));
}

/* A text of the event: no control character of it may reach a terminal. */
static void put_safe(const char *s)
{
	for (; *s; s++)
		putchar((uint8_t)*s < 0x20 || *s == 0x7f ? '?' : *s);
}

static void print_said(const struct said *s)
{
	fputs(verdicts[s->verdict], stdout);
	if (s->id)
		printf(" %u", s->id);
	if (s->name)
		printf(" %s", s->name);
	if (*s->path) {
		fputs(" at ", stdout);
		put_safe(s->path);
	}
}

static json_t *said_as_json(const struct said *s)
{
	json_t *o = json_pack("{s:s}", "verdict", verdicts[s->verdict]);

	if (s->id)
		json_object_set_new(o, "signature_id", json_integer(s->id));
	if (s->name)
		json_object_set_new(o, s->id ? "signature" : "cause", json_string(s->name));
	if (*s->path)
		json_object_set_new(o, "path", json_string(s->path));
	if (json_array_size(s->hits))
		json_object_set(o, "hits", s->hits);
	return o;
}

static void put_json(json_t *o)
{
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

static void tell(const struct order *o, const struct ew_record *r, const struct said *a, const struct said *b,
                 bool unmet)
{
	bool changed = o->compare && (a->verdict != b->verdict || a->id != b->id);

	if (o->json) {
		json_t *e = said_as_json(a);
		json_object_set_new(e, "line", json_integer((json_int_t)o->line));
		if (r->name)
			json_object_set_new(e, "name", json_string(r->name));
		if (r->expect)
			json_object_set_new(e, "expect", json_string(r->expect));
		if (changed)
			json_object_set_new(e, "against", said_as_json(b));
		put_json(e);
		return;
	}
	if (o->quiet || (o->compare ? !changed : !unmet && a->verdict == EW_VERDICT_FORWARD && !a->name))
		return;
	printf("%s:%llu: ", o->file ? o->file : "-", (unsigned long long)o->line);
	if (r->name) {
		put_safe(r->name);
		fputs(": ", stdout);
	}
	print_said(a);
	if (changed) {
		fputs(" -> ", stdout);
		print_said(b);
	}
	puts(unmet ? "  (it expects another verdict)" : "");
}

/* An exit code; 0: go on. */
static int judge(struct order *o, struct ew_record *r)
{
	struct ew_explained x;
	struct said a, b = { .verdict = EW_VERDICT_FORWARD };
	size_t headers = r->sample.header_count; /* building adds one */
	uint32_t last = 0;
	int code = ew_trial_judge(&o->judge, &r->sample, &x);

	if (code)
		return code;
	note_down(&x, &a);
	o->events++;
	o->bytes += x.m->raw.n;
	o->by_verdict[x.verdict]++;
	o->by_cause[x.m->status]++;
	for (const struct ew_hit *h = x.m->hits; h; h = h->next) {
		if (h->signature->id != last && !count_hit(o, h->signature))
			return EW_EXIT_OS;
		last = h->signature->id;
	}
	if (o->compare) {
		r->sample.header_count = headers;
		code = ew_trial_judge(&o->other, &r->sample, &x);
		if (code)
			return code;
		note_down(&x, &b);
		o->changed += a.verdict != b.verdict;
	}
	bool unmet = r->expect && !strcmp(r->expect, "drop") != (a.verdict == EW_VERDICT_DROP);
	o->unmet += unmet;
	tell(o, r, &a, &b, unmet);
	json_decref(a.hits);
	json_decref(b.hits);
	return 0;
}

/* ---- all of them ------------------------------------------------------------------------------ */

static int most_first(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void sum_up_json(struct order *o)
{
	json_t *sum = json_pack("{s:I,s:I,s:I,s:I}", "events", (json_int_t)o->events, "bytes", (json_int_t)o->bytes,
	                        "unread", (json_int_t)o->unread, "unmet", (json_int_t)o->unmet);
	json_t *hits = json_array(), *causes = json_object();

	for (int v = 0; v < EW_VERDICT_COUNT; v++)
		json_object_set_new(sum, verdicts[v], json_integer((json_int_t)o->by_verdict[v]));
	if (o->compare)
		json_object_set_new(sum, "changed", json_integer((json_int_t)o->changed));
	for (size_t i = 0; i < o->hit_count; i++)
		json_array_append_new(hits, json_pack("{s:I,s:s,s:I}", "signature_id", (json_int_t)o->hits[i].id,
		                                      "signature", o->hits[i].name, "events",
		                                      (json_int_t)o->hits[i].n));
	for (int s = EW_OK + 1; s < EW_STATUS_COUNT; s++)
		if (o->by_cause[s])
			json_object_set_new(causes, ew_status_name((enum ew_status)s),
			                    json_integer((json_int_t)o->by_cause[s]));
	json_object_set_new(sum, "hits", hits);
	json_object_set_new(sum, "exceptions", causes);
	put_json(json_pack("{s:o}", "sum", sum));
}

static void sum_up(struct order *o, double seconds)
{
	qsort(o->hits, o->hit_count, sizeof(*o->hits), most_first);
	if (o->json) {
		sum_up_json(o);
		return;
	}
	printf("%llu events, %llu bytes: %llu forwarded, %llu dropped, %llu shadowed; %.0f events a second\n",
	       (unsigned long long)o->events, (unsigned long long)o->bytes,
	       (unsigned long long)o->by_verdict[EW_VERDICT_FORWARD],
	       (unsigned long long)o->by_verdict[EW_VERDICT_DROP],
	       (unsigned long long)o->by_verdict[EW_VERDICT_SHADOW], seconds > 0 ? (double)o->events / seconds : 0);
	for (int s = EW_OK + 1; s < EW_STATUS_COUNT; s++)
		if (o->by_cause[s])
			printf("%10llu  %s\n", (unsigned long long)o->by_cause[s],
			       ew_status_name((enum ew_status)s));
	for (size_t i = 0; i < o->hit_count && i < TOP; i++)
		printf("%10llu  %u %s\n", (unsigned long long)o->hits[i].n, o->hits[i].id, o->hits[i].name);
	if (o->hit_count > TOP)
		printf("            and %zu more signatures\n", o->hit_count - TOP);
	if (o->compare)
		printf("%llu verdicts would change\n", (unsigned long long)o->changed);
	if (o->unread)
		printf("%llu lines are no events\n", (unsigned long long)o->unread);
	if (o->unmet)
		printf("%llu events were not judged as they expect\n", (unsigned long long)o->unmet);
}

static void show_progress(const struct order *o, time_t *last)
{
	time_t now = time(NULL);

	if (now == *last || !isatty(STDERR_FILENO))
		return;
	*last = now;
	fprintf(stderr, "\r%llu events", (unsigned long long)o->events);
}

static int replay_lines(struct order *o, FILE *in)
{
	char *line = NULL, why[256];
	size_t cap = 0;
	time_t shown = time(NULL);
	ssize_t n;
	int code = 0;

	while (code == 0 && (n = getline(&line, &cap, in)) >= 0) {
		static struct ew_record r; /* large */
		o->line++;
		while (n > 0 && strchr(" \t\r\n", line[n - 1]))
			n--;
		if (n == 0)
			continue;
		if (n <= LINE_MOST && ew_record_read(&r, "replay", ew_bytes(line, (size_t)n), why, sizeof(why))) {
			code = judge(o, &r);
		} else {
			o->unread++;
			fprintf(stderr, "eventwall replay: %s:%llu: %s\n", o->file ? o->file : "-",
			        (unsigned long long)o->line, n > LINE_MOST ? "longer than 64 MiB" : why);
		}
		ew_record_fini(&r);
		show_progress(o, &shown);
	}
	free(line);
	return code;
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int replay(struct order *o)
{
	bool standard = !o->file || !strcmp(o->file, "-");
	FILE *in = standard ? stdin : fopen(o->file, "rbe");
	int code = in ? 0 : EW_EXIT_NOINPUT;

	if (!in)
		fprintf(stderr, "eventwall replay: cannot read %s: %s\n", o->file, strerror(errno));
	if (code == 0)
		code = ew_trial_open(&o->judge, -1);
	if (code == 0 && o->compare)
		code = ew_trial_open(&o->other, -1);
	double begun = now_s();
	if (code == 0)
		code = replay_lines(o, in);
	if (code == 0) {
		sum_up(o, now_s() - begun);
		code = o->unread ? EW_EXIT_DATA : o->unmet ? 1 : 0;
	}
	ew_trial_close(&o->judge);
	ew_trial_close(&o->other);
	free(o->hits);
	if (in && !standard)
		fclose(in);
	return code;
}

enum { OPT_AGAINST_SIGNATURES = EW_TRIAL_OPTIONS };

static bool take_option(struct order *o, int c)
{
	switch (c) {
	case 'a':
		o->other.config = optarg;
		o->compare = true;
		return true;
	case OPT_AGAINST_SIGNATURES:
		o->other.signatures = optarg;
		o->compare = true;
		return true;
	case 'q':
		o->quiet = true;
		return true;
	case 'j':
		o->json = true;
		return true;
	default:
		return ew_trial_option(&o->judge, c, optarg);
	}
}

int ew_cmd_replay(int argc, char **argv)
{
	static const struct option options[] = {
		EW_TRIAL_ROWS,
		{ "against", required_argument, NULL, 'a' },
		{ "against-signatures", required_argument, NULL, OPT_AGAINST_SIGNATURES },
		{ "quiet", no_argument, NULL, 'q' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct order o = { .judge = { .command = "replay" }, .other = { .command = "replay" } };

	for (int c; (c = getopt_long(argc, argv, EW_TRIAL_LETTERS "a:qjh", options, NULL)) != -1;) {
		if (c == 'h') {
			usage(stdout);
			return 0;
		}
		if (!take_option(&o, c)) {
			usage(stderr);
			return EW_EXIT_USAGE;
		}
	}
	if (argc - optind > 1) {
		fputs("eventwall replay: one FILE at most; `eventwall replay --help` tells more\n", stderr);
		return EW_EXIT_USAGE;
	}
	/* The other judge is of the same route, and of the same folder of sets. */
	o.other.route = o.other.config ? o.judge.route : NULL;
	o.other.signature_dir = o.other.config ? NULL : o.judge.signature_dir;
	if (ew_trial_options_clash(&o.judge) || ew_trial_options_clash(&o.other))
		return EW_EXIT_USAGE;
	o.file = optind < argc ? argv[optind] : NULL;
	return replay(&o);
}
