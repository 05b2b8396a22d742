/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `eventwall rules`: what the signatures of a set or route are, whether their examples hold, what they cost, and
 * what should be looked at. */

#include "daemon/commands.h"
#include "daemon/trial.h"
#include "daemon/wrap.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const severities[] = { "notice", "warning", "error", "critical" };

struct order {
	bool json;
	struct ew_trial trial;
	const struct ew_ruleset *rules;
	unsigned long id; /* of `show`, or the one to look at; 0: all */
};

static void usage(FILE *out)
{
	fputs("usage: eventwall rules list|show|explain|test|cost|lint [-c FILE] [OPTIONS] [ID]\n\n"
	      "  list   the signatures, one a line\n"
	      "  show   one signature, whole\n"
	      "  explain  one rule of a rule file, as it is run\n"
	      "  test   play the examples of each, in other envelopes and over each source as well\n"
	      "  cost   what each takes by itself, dearest first: ns a KB of ordinary text, database, compilation\n"
	      "  lint   what should be looked at: dear, confirmed by a slower engine, found in harmless text,\n"
	      "         made superfluous by another\n\n"
	      "  -c, --config FILE      those of this configuration; without, all installed sets\n"
	      "  -r, --route NAME       of its route (default: the first one)\n"
	      "      --signatures LIST  sets, with commas: names, or paths with a / in them; rule files of\n"
	      "                         ModSecurity end in .conf\n"
	      "      --signature-dir D  folder of the sets that are named\n"
	      "  -j, --json             a JSON object a line\n"
	      "  -h, --help             this text\n\n"
	      "exit codes: 0 done, 1 an example does not hold, 64 usage, 78 configuration, or no such signature\n",
	      out);
}

static uint64_t thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static const char *kind_of(const struct ew_signature *s)
{
	return s->pattern ? "pattern" : s->operator ? s->operator : s->anomaly;
}

/* How its pattern is looked for; an operator or anomaly has nothing to say here. */
static const char *match_of(const struct ew_signature *s)
{
	return s->pattern ? ew_match_name((enum ew_match)s->match) : "-";
}

static bool wanted(const struct order *o, const struct ew_signature *s)
{
	return !o->id || s->id == o->id;
}

static void put_json(json_t *o)
{
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

static json_t *head_as_json(const struct ew_signature *s)
{
	return json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:I}", "id", (json_int_t)s->id, "set", s->set, "class",
	                 s->class_, "severity", severities[s->severity & 3], "action", s->drop ? "drop" : "score",
	                 "name", s->name, "score", (json_int_t)s->score);
}

/* ---- list and show ---------------------------------------------------------------------------- */

static int list(struct order *o)
{
	for (size_t i = 0; i < ew_ruleset_count(o->rules); i++) {
		const struct ew_signature *s = ew_ruleset_at(o->rules, i);
		if (!wanted(o, s))
			continue;
		if (o->json) {
			json_t *e = head_as_json(s);
			json_object_set_new(e, "by", json_string(kind_of(s)));
			if (s->pattern)
				json_object_set_new(e, "match", json_string(match_of(s)));
			put_json(e);
		} else {
			printf("%6u  %-12s %-16s %-8s %-5s %-10s %-9s %s\n", s->id, s->set, s->class_,
			       severities[s->severity & 3], s->drop ? "drop" : "score",
			       kind_of(s), match_of(s), s->name);
		}
	}
	return 0;
}

static json_t *strings(const char *const *list)
{
	json_t *all = json_array();

	for (; list && *list; list++)
		json_array_append_new(all, json_string(*list));
	return all;
}

static json_t *examples(const struct ew_ruleset *rules, size_t i, bool hit)
{
	json_t *all = json_array();
	const char *text;

	for (size_t k = 0; (text = ew_ruleset_example(rules, i, hit, k)); k++)
		json_array_append_new(all, json_string(text));
	return all;
}

static json_t *views_as_json(const struct ew_signature *s)
{
	json_t *all = json_array();

	for (int v = EW_VIEW_RAW + 1; v < EW_VIEW_COUNT; v++)
		if (s->views >> v & 1)
			json_array_append_new(all, json_string(ew_view_name((enum ew_view)v)));
	return all;
}

static json_t *whole_as_json(const struct ew_ruleset *rules, size_t i)
{
	const struct ew_signature *s = ew_ruleset_at(rules, i);
	json_t *o = head_as_json(s);

	json_object_set_new(o, "revision", json_integer(s->revision));
	json_object_set_new(o, s->pattern ? "pattern" : s->operator ? "operator" : "anomaly",
	                    json_string(s->pattern ? s->pattern : kind_of(s)));
	if (s->pattern)
		json_object_set_new(o, "match", json_string(match_of(s)));
	if (s->gate)
		json_object_set_new(o, "gate", strings(s->gate));
	if (s->argument)
		json_object_set_new(o, "argument", json_string(s->argument));
	if (!s->anomaly && !s->rule) {
		const char *on = s->on_value && s->on_name ? "both" : s->on_name ? "name" : "value";
		json_object_set_new(o, "on", json_string(on));
		json_object_set_new(o, "views", views_as_json(s));
	}
	if (s->targets)
		json_object_set_new(o, "target", strings(s->targets));
	if (s->version)
		json_object_set_new(o, "version", json_string(s->version));
	if (s->tags)
		json_object_set_new(o, "tags", strings(s->tags));
	if (s->references)
		json_object_set_new(o, "references", strings(s->references));
	if (s->notes)
		json_object_set_new(o, "notes", json_string(s->notes));
	json_object_set_new(o, "hit", examples(rules, i, true));
	json_object_set_new(o, "miss", examples(rules, i, false));
	json_object_set_new(o, "file", json_string(s->file));
	json_object_set_new(o, "line", json_integer(s->line));
	return o;
}

static int show(struct order *o)
{
	for (size_t i = 0; i < ew_ruleset_count(o->rules); i++) {
		json_t *whole;
		if (!wanted(o, ew_ruleset_at(o->rules, i)))
			continue;
		whole = whole_as_json(o->rules, i);
		json_dumpf(whole, stdout, o->json ? JSON_COMPACT : JSON_INDENT(2));
		putchar('\n');
		json_decref(whole);
	}
	return 0;
}

static void say_line(void *arg, const char *line)
{
	(void)arg;
	puts(line);
}

static int explain(struct order *o)
{
	if (ew_ruleset_explain(o->rules, (uint32_t)o->id, say_line, NULL))
		return 0;
	fprintf(stderr, "eventwall rules: %lu is no rule of a rule file; `eventwall rules show` shows it\n", o->id);
	return EW_EXIT_CONFIG;
}

/* ---- test ------------------------------------------------------------------------------------- */

/* What judging `text` in that envelope over that source finds.  False: it was told why it could not be judged. */
static bool play(struct order *o, const char *text, enum ew_wrap w, enum ew_transport source,
                 struct ew_explained *x)
{
	static struct ew_sample s; /* large */

	memset(&s, 0, sizeof(s));
	s.command = "rules";
	s.source = (int)source;
	s.bytes = ew_wrap(ew_bytes_str(text), w, &s.n);
	int code = s.bytes ? ew_trial_judge(&o->trial, &s, x) : EW_EXIT_OS;
	if (code == EW_EXIT_OS)
		fputs("eventwall rules: out of memory\n", stderr);
	ew_sample_fini(&s); /* what hits say of themselves stays; their text is not looked at */
	return code == 0;
}

static bool is_found(const struct ew_explained *x, uint32_t id)
{
	for (const struct ew_hit *h = x->m->hits; h; h = h->next)
		if (h->signature->id == id)
			return true;
	return false;
}

static void complain(const struct order *o, const struct ew_signature *s, bool hit, enum ew_wrap w,
                     enum ew_transport source, const char *text)
{
	if (o->json)
		put_json(json_pack("{s:I,s:s,s:s,s:s,s:s}", "id", (json_int_t)s->id, "example",
		                   hit ? "hit" : "miss", "wrapped", ew_wrap_name(w), "source",
		                   ew_transport_name(source), "text", text));
	else
		printf("%s:%u: %u is %s %s over %s: %s\n", s->file, s->line, s->id, hit ? "not found" : "found",
		       ew_wrap_name(w), ew_transport_name(source), text);
}

/* How many do not hold; SIZE_MAX: it could not go on. */
static size_t play_examples(struct order *o, size_t i, bool hit)
{
	const struct ew_signature *s = ew_ruleset_at(o->rules, i);
	size_t broken = 0;
	const char *text;

	for (size_t k = 0; (text = ew_ruleset_example(o->rules, i, hit, k)); k++)
		for (int w = 0; w < EW_WRAP_COUNT; w++)
			for (int t = 0; t < EW_TRANSPORT_COUNT; t++) {
				struct ew_explained x;
				if (!play(o, text, (enum ew_wrap)w, (enum ew_transport)t, &x))
					return SIZE_MAX;
				if (is_found(&x, s->id) == hit)
					continue;
				complain(o, s, hit, (enum ew_wrap)w, (enum ew_transport)t, text);
				broken++;
			}
	return broken;
}

static int test(struct order *o)
{
	size_t good = 0, bad = 0;

	for (size_t i = 0; i < ew_ruleset_count(o->rules); i++) {
		const struct ew_signature *s = ew_ruleset_at(o->rules, i);
		if (!wanted(o, s) || s->rule) /* they have no examples */
			continue;
		size_t missed = play_examples(o, i, true), found = play_examples(o, i, false);
		if (missed == SIZE_MAX || found == SIZE_MAX)
			return EW_EXIT_OS;
		good += missed + found == 0;
		bad += missed + found != 0;
	}
	if (o->json)
		put_json(json_pack("{s:I,s:I}", "good", (json_int_t)good, "bad", (json_int_t)bad));
	else
		printf("%zu signatures hold, %zu do not\n", good, bad);
	return bad ? 1 : 0;
}

/* ---- cost and lint ---------------------------------------------------------------------------- */

struct priced {
	const struct ew_signature *signature;
	struct ew_cost cost;
};

static int dearest_first(const void *a, const void *b)
{
	double x = ((const struct priced *)a)->cost.ns_per_kb, y = ((const struct priced *)b)->cost.ns_per_kb;

	return (x < y) - (x > y);
}

/* Heap; NULL: it was told why. */
static struct priced *price_all(struct order *o, size_t *n_r)
{
	size_t count = ew_ruleset_count(o->rules);
	struct priced *all = calloc(count + 1, sizeof(*all));
	bool good = all != NULL;

	*n_r = 0;
	for (size_t i = 0; good && i < count; i++) {
		const struct ew_signature *s = ew_ruleset_at(o->rules, i);
		if (!wanted(o, s) || s->anomaly || s->rule)
			continue;
		all[*n_r].signature = s;
		good = ew_ruleset_measure(o->rules, i, thread_ns, &all[(*n_r)++].cost);
	}
	if (good)
		return all;
	fputs("eventwall rules: out of memory\n", stderr);
	free(all);
	return NULL;
}

static int cost(struct order *o)
{
	size_t n, database = 0;
	struct priced *all = price_all(o, &n);

	if (!all)
		return EW_EXIT_OS;
	qsort(all, n, sizeof(*all), dearest_first);
	for (size_t i = 0; i < n; i++)
		database += all[i].cost.database;
	if (!o->json)
		puts("    id   ns/KB     MB/s  database  share  compile  match      name");
	for (size_t i = 0; i < n; i++) {
		const struct ew_signature *s = all[i].signature;
		const struct ew_cost *c = &all[i].cost;
		double share = database ? 100.0 * (double)c->database / (double)database : 0;
		if (o->json)
			put_json(json_pack("{s:I,s:s,s:s,s:f,s:I,s:f,s:I,s:I}", "id", (json_int_t)s->id,
			                   "name", s->name, "match", match_of(s), "ns_per_kb", c->ns_per_kb,
			                   "database_bytes", (json_int_t)c->database, "database_share", share,
			                   "compile_us", (json_int_t)(c->compile_ns / 1000),
			                   "found_in_ordinary", (json_int_t)c->found));
		else
			printf("%6u %7.1f %8.0f %7zu K %5.1f%% %5.1f ms  %-9s  %s%s\n", s->id, c->ns_per_kb,
			       c->ns_per_kb > 0 ? 1024e3 / c->ns_per_kb : 0, c->database >> 10, share,
			       (double)c->compile_ns / 1e6, match_of(s), s->name,
			       c->found ? " (found in ordinary text)" : "");
	}
	free(all);
	return 0;
}

__attribute__((format(printf, 4, 5)))
static void warn(const struct order *o, const struct ew_signature *s, const char *what, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (o->json)
		put_json(json_pack("{s:I,s:s,s:s,s:s,s:I}", "id", (json_int_t)s->id, "warning", what, "text", text,
		                   "file", s->file, "line", (json_int_t)s->line));
	else
		printf("%s:%u: %u %s\n", s->file, s->line, s->id, text);
}

/* Every value in which the guess or the gate is found costs a walk that an attacker may make long. */
static void check_match(const struct order *o, const struct ew_signature *s, size_t *warnings)
{
	bool whole = s->match == EW_MATCH_CONFIRMED;

	if (!s->pattern || (!whole && s->match != EW_MATCH_SPLIT))
		return;
	++*warnings;
	warn(o, s, "confirmed",
	     "is %s: %s tried by an engine that backtracks, wherever %s is found; say it without back-references "
	     "and without looking ahead or behind, if you can", match_of(s),
	     whole ? "its pattern is" : "some alternatives of its pattern are", s->gate ? "its gate" : "a guess");
}

/* Is there another signature that decides alone, too, and is found in all that this one is an example of? */
static bool check_overlap(struct order *o, size_t i, size_t *warnings)
{
	const struct ew_signature *s = ew_ruleset_at(o->rules, i);
	size_t count = ew_ruleset_count(o->rules);
	bool *also = malloc(count * sizeof(*also));
	const char *text;
	bool good = also != NULL;

	for (size_t k = 0; good && k < count; k++) {
		const struct ew_signature *other = ew_ruleset_at(o->rules, k);
		also[k] = k != i && other->drop >= s->drop && !other->targets && !other->rule;
	}
	for (size_t e = 0; good && (text = ew_ruleset_example(o->rules, i, true, e)); e++) {
		struct ew_explained x;
		good = play(o, text, EW_WRAP_NONE, EW_TRANSPORT_HTTP, &x);
		for (size_t k = 0; good && k < count; k++)
			also[k] = also[k] && is_found(&x, ew_ruleset_at(o->rules, k)->id);
	}
	for (size_t k = 0; good && k < count; k++)
		if (also[k]) {
			++*warnings;
			warn(o, s, "overlap", "is found nowhere in its examples where %u (%s) is not",
			     ew_ruleset_at(o->rules, k)->id, ew_ruleset_at(o->rules, k)->name);
			break;
		}
	free(also);
	return good;
}

/* Harmless text that looks dangerous stands in the examples of all signatures. */
static bool check_harmless(struct order *o, size_t i, size_t *warnings)
{
	const struct ew_signature *s = ew_ruleset_at(o->rules, i);
	const char *text;

	for (size_t e = 0; (text = ew_ruleset_example(o->rules, i, false, e)); e++) {
		struct ew_explained x;
		if (!play(o, text, EW_WRAP_NONE, EW_TRANSPORT_HTTP, &x))
			return false;
		for (const struct ew_hit *h = x.m->hits; h; h = h->next)
			if (h->signature->id != s->id && wanted(o, h->signature) && h->drop) {
				++*warnings;
				warn(o, h->signature, "harmless", "is found in what %u has as harmless: %s", s->id,
				     text);
			}
	}
	return true;
}

static int lint(struct order *o)
{
	size_t n, warnings = 0;
	struct priced *all = price_all(o, &n);
	bool good = all != NULL;
	uint32_t most = o->trial.configuration->signature_ns_per_kb;

	for (size_t i = 0; good && i < n; i++) {
		const struct ew_cost *c = &all[i].cost;
		if (most && c->ns_per_kb > most / 2.0) {
			warnings++;
			warn(o, all[i].signature, "dear", "takes %.0f ns a KB of ordinary text; the budget is %u",
			     c->ns_per_kb, most);
		}
		if (c->found) {
			warnings++;
			warn(o, all[i].signature, "ordinary", "is found in %zu values of ordinary text", c->found);
		}
		check_match(o, all[i].signature, &warnings);
	}
	for (size_t i = 0; good && i < ew_ruleset_count(o->rules); i++) {
		const struct ew_signature *s = ew_ruleset_at(o->rules, i);
		if (s->rule)
			continue;
		good = (!wanted(o, s) || check_overlap(o, i, &warnings)) && check_harmless(o, i, &warnings);
	}
	free(all);
	if (good && !o->json)
		printf("%zu warning%s\n", warnings, warnings == 1 ? "" : "s");
	return good ? 0 : EW_EXIT_OS;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(struct order *o);
} verbs[] = { { "list", list }, { "show", show }, { "explain", explain },
	      { "test", test }, { "cost", cost }, { "lint", lint } };

static int rules(struct order *o, int (*run)(struct order *o))
{
	int code = ew_trial_open(&o->trial, -1);
	bool known = o->id == 0;

	o->rules = o->trial.judge.rules;
	if (code == 0 && !o->rules) {
		fputs("eventwall rules: the route has no signatures\n", stderr);
		code = EW_EXIT_CONFIG;
	}
	for (size_t i = 0; code == 0 && !known && i < ew_ruleset_count(o->rules); i++)
		known = ew_ruleset_at(o->rules, i)->id == o->id;
	if (code == 0 && !known) {
		fprintf(stderr, "eventwall rules: there is no signature %lu; `eventwall rules list` lists them\n",
		        o->id);
		code = EW_EXIT_CONFIG;
	}
	if (code == 0)
		code = run(o);
	ew_trial_close(&o->trial);
	return code;
}

static bool take_id(struct order *o, const char *text)
{
	char *end;

	o->id = strtoul(text, &end, 10);
	if (*text >= '1' && *text <= '9' && !*end)
		return true;
	fprintf(stderr, "eventwall rules: \"%s\" is no id of a signature\n", text);
	return false;
}

int ew_cmd_rules(int argc, char **argv)
{
	static const struct option options[] = {
		EW_TRIAL_ROWS,
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct order o = { .trial = { .command = "rules" } };
	int (*run)(struct order *) = NULL;

	for (int c; (c = getopt_long(argc, argv, EW_TRIAL_LETTERS "jh", options, NULL)) != -1;) {
		if (c == 'h') {
			usage(stdout);
			return 0;
		}
		if (c == 'j')
			o.json = true;
		else if (!ew_trial_option(&o.trial, c, optarg)) {
			usage(stderr);
			return EW_EXIT_USAGE;
		}
	}
	for (size_t i = 0; optind < argc && i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(argv[optind], verbs[i].name))
			run = verbs[i].run;
	bool id = argc - optind == 2;
	if (!run || argc - optind > 2 || ((run == show || run == explain) && !id)) {
		usage(stderr);
		return EW_EXIT_USAGE;
	}
	if (ew_trial_options_clash(&o.trial) || (id && !take_id(&o, argv[optind + 1])))
		return EW_EXIT_USAGE;
	return rules(&o, run);
}
