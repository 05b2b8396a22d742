/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The native set format (docs/signatures.md): JSON in, rules out.  Strict: what is not understood is
 * an error with file and line, never skipped.  Patterns are not compiled here, so reading is cheap and
 * can be fuzzed alone. */

#include "rule.h"
#include "view.h"

#include "eventwall/json_locate.h"
#include "eventwall/nearest.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATTERN_MAX = 16384, TARGETS_MAX = 64, GATES_MAX = 32, SCORE_MAX = 1000 };

struct loader {
	struct ew_rules *rules;
	const char *path;
	struct ew_bytes text;
	const char *set;
	struct ew_error *e;
};

static const char *const set_keys[] = { "$schema", "set", "version", "description", "signatures" };
static const char *const signature_keys[] = {
	"id",      "revision", "name",  "class", "severity", "target", "on",   "pattern",    "operator", "argument",
	"limit",   "anomaly",  "flags", "views", "binary",   "action", "score", "hit",       "miss",
	"references", "notes",    "gate",
};
static const char *const severities[] = { "notice", "warning", "error", "critical" };
static const uint32_t severity_score[] = { 2, 3, 4, 5 };

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* The mistake is at `at`, a key path in the text. */
__attribute__((format(printf, 3, 4)))
static bool wrong(struct loader *l, const char *at, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return ew_error_set(l->e, l->path, ew_json_line(l->text, at), "%s", text);
}

/* The mistake is in member `key` of signature `i`. */
__attribute__((format(printf, 4, 5)))
static bool wrong_in(struct loader *l, size_t i, const char *key, const char *fmt, ...)
{
	char at[64], text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	snprintf(at, sizeof(at), "signatures[%zu].%s", i, key);
	return wrong(l, at, "%s", text);
}

static bool no_memory(struct loader *l)
{
	return ew_error_set(l->e, l->path, 0, "no memory for the set");
}

static const char *keep(struct loader *l, const json_t *s)
{
	size_t n = json_string_length(s);
	char *copy = ew_arena_alloc_raw(l->rules->arena, n + 1);

	if (copy)
		memcpy(copy, json_string_value(s), n + 1);
	return copy;
}

static bool is_known(const char *word, const char *const *known, size_t n, size_t *which_r)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(word, known[i]) == 0) {
			*which_r = i;
			return true;
		}
	}
	return false;
}

/* `prefix` is the key path of `object`, with its dot; `what` names it in the message. */
static bool check_keys(struct loader *l, json_t *object, const char *prefix, const char *what,
                       const char *const *known, size_t n)
{
	const char *key;
	json_t *value;
	size_t which;

	json_object_foreach(object, key, value) {
		char at[160];
		if (is_known(key, known, n, &which))
			continue;
		const char *near = ew_nearest(key, known, n);
		snprintf(at, sizeof(at), "%s[\"%s\"]", prefix, key);
		return wrong(l, at, "unknown key \"%.64s\" in %s%s%s%s", key, what,
		             near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	}
	return true;
}

/* A member that is text and not empty; NULL into `*s_r` if it is absent and may be. */
static bool take_text(struct loader *l, const json_t *o, size_t i, const char *key, bool needed,
                      const char **s_r)
{
	const json_t *v = json_object_get(o, key);

	*s_r = NULL;
	if (!v && !needed)
		return true;
	if (!v)
		return wrong_in(l, i, "", "a signature needs \"%s\"", key);
	if (!json_is_string(v) || json_string_length(v) == 0)
		return wrong_in(l, i, key, "\"%s\" must be a string that is not empty", key);
	*s_r = keep(l, v);
	return *s_r || no_memory(l);
}

static bool take_number(struct loader *l, const json_t *o, size_t i, const char *key, uint32_t least,
                        uint32_t most, uint32_t *n_r)
{
	const json_t *v = json_object_get(o, key);

	if (!v)
		return true;
	if (!json_is_integer(v) || json_integer_value(v) < least || json_integer_value(v) > most)
		return wrong_in(l, i, key, "\"%s\" must be an integer from %u to %u", key, least, most);
	*n_r = (uint32_t)json_integer_value(v);
	return true;
}

/* A member whose text is one of `words`; `*which_r` stays if it is absent. */
static bool take_choice(struct loader *l, const json_t *o, size_t i, const char *key,
                        const char *const *words, size_t n, size_t *which_r)
{
	const json_t *v = json_object_get(o, key);
	char list[128] = "";
	size_t len = 0;

	if (!v)
		return true;
	if (json_is_string(v) && is_known(json_string_value(v), words, n, which_r))
		return true;
	for (size_t k = 0; k < n; k++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s\"%s\"",
		                        k == 0 ? "" : k + 1 < n ? ", " : " or ", words[k]);
	return wrong_in(l, i, key, "\"%s\" must be %s", key, list);
}

static bool take_on(struct loader *l, const json_t *o, size_t i, struct ew_rule *r)
{
	static const char *const words[] = { "value", "name", "both" };
	size_t which = 0;

	if (!take_choice(l, o, i, "on", words, COUNT(words), &which))
		return false;
	r->on[EW_SUBJECT_VALUE] = which != 1;
	r->on[EW_SUBJECT_NAME] = which != 0;
	return true;
}

static bool take_flags(struct loader *l, const json_t *o, size_t i, struct ew_rule *r)
{
	const json_t *v = json_object_get(o, "flags");

	if (!v)
		return true;
	if (!json_is_array(v))
		return wrong_in(l, i, "flags", "\"flags\" must be a list; the one flag is \"exact_case\"");
	for (size_t k = 0; k < json_array_size(v); k++) {
		const char *flag = json_string_value(json_array_get(v, k));
		if (!flag || strcmp(flag, "exact_case") != 0)
			return wrong_in(l, i, "flags", "\"flags\" knows only \"exact_case\": the case of "
			                "letters matters");
		r->exact_case = true;
	}
	return true;
}

static bool take_decision(struct loader *l, const json_t *o, size_t i, struct ew_rule *r)
{
	static const char *const words[] = { "score", "drop" };
	size_t action = 0, severity;

	if (!take_choice(l, o, i, "action", words, COUNT(words), &action))
		return false;
	r->pub.drop = action == 1;
	severity = r->pub.drop ? EW_SEVERITY_CRITICAL : EW_SEVERITY_WARNING;
	if (!take_choice(l, o, i, "severity", severities, COUNT(severities), &severity))
		return false;
	r->pub.severity = (uint8_t)severity;
	r->pub.score = severity_score[severity];
	return take_number(l, o, i, "score", 0, SCORE_MAX, &r->pub.score);
}

static bool take_targets(struct loader *l, const json_t *o, size_t i, struct ew_rule *r)
{
	const json_t *v = json_object_get(o, "target");
	size_t n = json_is_array(v) ? json_array_size(v) : 1;

	if (!v)
		return true;
	if (n == 0 || n > TARGETS_MAX)
		return wrong_in(l, i, "target", "\"target\" must be a path or a list of 1 to %d paths",
		                TARGETS_MAX);
	struct ew_path *p = ew_arena_alloc(l->rules->arena, n * sizeof(*p));
	const char **texts = ew_arena_alloc(l->rules->arena, (n + 1) * sizeof(*texts));
	if (!p || !texts)
		return no_memory(l);
	for (size_t k = 0; k < n; k++) {
		const json_t *s = json_is_array(v) ? json_array_get(v, k) : v;
		const char *why, *text;
		if (!json_is_string(s))
			return wrong_in(l, i, "target", "\"target\" must be a path or a list of paths, "
			                "such as \"body.**\"");
		text = keep(l, s);
		if (!text)
			return no_memory(l);
		if (!ew_path_parse(&p[k], ew_bytes_str(text), &why))
			return wrong_in(l, i, "target", "\"%.128s\" is no path: %s", text, why);
		texts[k] = text;
	}
	r->pub.targets = texts;
	r->targets = p;
	r->target_count = n;
	return true;
}

/* Views beside the text itself; what the signature does not say is `otherwise`. */
static bool take_views(struct loader *l, const json_t *o, size_t i, unsigned otherwise, struct ew_rule *r)
{
	const json_t *v = json_object_get(o, "views");

	r->views = EW_VIEW_BIT(EW_VIEW_RAW) | (v ? 0 : otherwise);
	if (v && !json_is_array(v))
		return wrong_in(l, i, "views", "\"views\" must be a list of views, such as [\"folded\"]");
	for (size_t k = 0; k < json_array_size(v); k++) {
		const char *name = json_string_value(json_array_get(v, k));
		size_t which;
		if (!name || !is_known(name, ew_view_names, EW_VIEW_COUNT, &which)) {
			const char *near = name ? ew_nearest(name, ew_view_names, EW_VIEW_COUNT) : NULL;
			const char *rest = "; there are folded, squeezed, command and path";
			return wrong_in(l, i, "views", "there is no view \"%.64s\"%s%s%s", name ? name : "",
			                near ? "; did you mean \"" : rest, near ? near : "", near ? "\"?" : "");
		}
		r->views |= EW_VIEW_BIT(which);
	}
	return true;
}

/* Members that say nothing in a signature of this kind, which `kind` is. */
static bool refuse_foreign(struct loader *l, const json_t *o, size_t i, const char *kind,
                           const char *const *foreign, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (json_object_get(o, foreign[k]))
			return wrong_in(l, i, foreign[k], "\"%s\" means nothing beside \"%s\"; leave it out",
			                foreign[k], kind);
	return true;
}

static bool take_argument(struct loader *l, const json_t *o, size_t i, struct ew_rule *r)
{
	const char *const *words = r->analyser->arguments;
	size_t n = 0, which = 0;

	if (!words) {
		static const char *const foreign[] = { "argument" };
		return refuse_foreign(l, o, i, r->analyser->name, foreign, 1);
	}
	while (words[n])
		n++;
	if (!json_object_get(o, "argument"))
		return wrong_in(l, i, "operator", "the operator \"%s\" needs \"argument\", such as \"%s\"",
		                r->analyser->name, words[0]);
	if (!take_choice(l, o, i, "argument", words, n, &which))
		return false;
	r->which = (unsigned)which;
	return true;
}

static bool take_operator(struct loader *l, const json_t *o, size_t i, const char *name, struct ew_rule *r)
{
	static const char *const foreign[] = { "flags", "gate", "limit" };

	while (ew_analyser_at(r->analyser_at) && strcmp(ew_analyser_at(r->analyser_at)->name, name) != 0)
		r->analyser_at++;
	r->analyser = ew_analyser_at(r->analyser_at);
	if (!r->analyser) {
		const char *names[32];
		size_t n = 0;
		for (; n < COUNT(names) && ew_analyser_at(n); n++)
			names[n] = ew_analyser_at(n)->name;
		const char *near = ew_nearest(name, names, n);
		return wrong_in(l, i, "operator", "there is no operator \"%.64s\"%s%s%s", name,
		                near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	}
	return refuse_foreign(l, o, i, "operator", foreign, r->analyser->takes_limit ? 2 : 3) &&
	       take_number(l, o, i, "limit", 1, 1000000, &r->limit) && take_argument(l, o, i, r) &&
	       take_views(l, o, i, r->analyser->wants_folded ? EW_VIEW_BIT(EW_VIEW_FOLDED) : 0, r);
}

static bool take_binary(struct loader *l, const json_t *o, size_t i, struct ew_rule *r)
{
	const json_t *v = json_object_get(o, "binary");

	r->binary = json_is_true(v);
	if (v && !json_is_boolean(v))
		return wrong_in(l, i, "binary", "\"binary\" must be true or false");
	return !r->binary || r->on[EW_SUBJECT_VALUE] ||
	       wrong_in(l, i, "binary", "\"binary\" is about values, and this signature is on names");
}

/* A list of strings; `*list_r` ends in NULL. */
static bool take_list(struct loader *l, const json_t *o, size_t i, const char *key, const char *const **list_r)
{
	const json_t *v = json_object_get(o, key);
	size_t n = json_array_size(v);

	if (!v)
		return true;
	const char **list = ew_arena_alloc(l->rules->arena, (n + 1) * sizeof(*list));
	if (!list)
		return no_memory(l);
	for (size_t k = 0; k < n; k++) {
		if (!json_is_string(json_array_get(v, k)))
			return wrong_in(l, i, key, "\"%s\" must be a list of strings", key);
		list[k] = keep(l, json_array_get(v, k));
		if (!list[k])
			return no_memory(l);
	}
	*list_r = list;
	return json_is_array(v) || wrong_in(l, i, key, "\"%s\" must be a list of strings", key);
}

static bool take_gate(struct loader *l, const json_t *o, size_t i, struct ew_rule *r)
{
	const json_t *v = json_object_get(o, "gate");
	size_t n = json_array_size(v);

	if (!v)
		return true;
	if (n == 0 || n > GATES_MAX)
		return wrong_in(l, i, "gate", "\"gate\" must be a list of 1 to %d patterns, of which a value that "
		                "\"pattern\" matches holds one", GATES_MAX);
	for (size_t k = 0; k < n; k++)
		if (json_string_length(json_array_get(v, k)) > PATTERN_MAX)
			return wrong_in(l, i, "gate", "a gate is longer than %d bytes", PATTERN_MAX);
	return take_list(l, o, i, "gate", &r->pub.gate);
}

static bool take_subject(struct loader *l, const json_t *o, size_t i, struct ew_rule *r)
{
	const char *anomaly, *operator;

	if (!take_text(l, o, i, "pattern", false, &r->pattern) ||
	    !take_text(l, o, i, "operator", false, &operator) ||
	    !take_text(l, o, i, "anomaly", false, &anomaly))
		return false;
	if (!r->pattern + !operator + !anomaly != 2)
		return wrong_in(l, i, "", "a signature has one of \"pattern\", \"operator\" and \"anomaly\"");
	if (anomaly) {
		static const char *const foreign[] = { "target", "on",       "flags", "views",
			                               "binary", "argument", "limit", "gate" };
		if (!refuse_foreign(l, o, i, "anomaly", foreign, COUNT(foreign)))
			return false;
		if (ew_anomaly_parse(ew_bytes_str(anomaly), &r->anomaly))
			return true;
		const char *names[EW_ANOMALY_COUNT];
		for (size_t k = 0; k < EW_ANOMALY_COUNT; k++)
			names[k] = ew_anomaly_name((enum ew_anomaly)k);
		const char *near = ew_nearest(anomaly, names, EW_ANOMALY_COUNT);
		return wrong_in(l, i, "anomaly", "there is no anomaly \"%.64s\"%s%s%s", anomaly,
		                near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	}
	if (operator)
		return take_on(l, o, i, r) && take_operator(l, o, i, operator, r) &&
		       take_targets(l, o, i, r) && take_binary(l, o, i, r);
	static const char *const foreign[] = { "argument", "limit" };
	if (strlen(r->pattern) > PATTERN_MAX)
		return wrong_in(l, i, "pattern", "the pattern is longer than %d bytes; split it into "
		                "several signatures", PATTERN_MAX);
	return refuse_foreign(l, o, i, "pattern", foreign, COUNT(foreign)) && take_on(l, o, i, r) &&
	       take_flags(l, o, i, r) && take_gate(l, o, i, r) &&
	       take_views(l, o, i, EW_VIEW_BIT(EW_VIEW_FOLDED), r) &&
	       take_targets(l, o, i, r) && take_binary(l, o, i, r);
}

static bool take_examples(struct loader *l, const json_t *o, size_t i, const char *key,
                          const char *const **list_r)
{
	const json_t *v = json_object_get(o, key);
	size_t n = json_array_size(v);

	if (!v || !json_is_array(v) || n == 0)
		return wrong_in(l, i, v ? key : "", "a signature needs \"%s\": a list of at least one body "
		                "that it must %s", key, *key == 'h' ? "find" : "leave alone");
	const char **list = ew_arena_alloc(l->rules->arena, (n + 1) * sizeof(*list));
	if (!list)
		return no_memory(l);
	for (size_t k = 0; k < n; k++) {
		const json_t *s = json_array_get(v, k);
		if (!json_is_string(s))
			return wrong_in(l, i, key, "examples in \"%s\" are strings: the text of a body, with "
			                "its quotes escaped", key);
		list[k] = keep(l, s);
		if (!list[k])
			return no_memory(l);
	}
	*list_r = list;
	return true;
}

/* Read by people only; still they must be what they should be. */
static bool take_remarks(struct loader *l, const json_t *o, size_t i, struct ew_rule *r)
{
	const json_t *v = json_object_get(o, "notes");

	if (v && !json_is_string(v))
		return wrong_in(l, i, "notes", "\"notes\" must be a string");
	r->pub.notes = v ? keep(l, v) : NULL;
	if (v && !r->pub.notes)
		return no_memory(l);
	return take_list(l, o, i, "references", &r->pub.references);
}

/* What lists show of a rule. */
static void show_in_public(struct ew_rule *r)
{
	r->pub.pattern = r->pattern;
	r->pub.operator = r->analyser ? r->analyser->name : NULL;
	r->pub.argument = r->analyser && r->analyser->arguments ? r->analyser->arguments[r->which] : NULL;
	r->pub.anomaly = !r->pattern && !r->analyser ? ew_anomaly_name(r->anomaly) : NULL;
	r->pub.views = (uint8_t)r->views;
	r->pub.on_value = r->on[EW_SUBJECT_VALUE];
	r->pub.on_name = r->on[EW_SUBJECT_NAME];
}

static bool read_signature(struct loader *l, json_t *o, size_t i, uint32_t line)
{
	char prefix[48];
	struct ew_rule *r;

	snprintf(prefix, sizeof(prefix), "signatures[%zu]", i);
	if (!json_is_object(o))
		return wrong(l, prefix, "a signature must be an object");
	if (!check_keys(l, o, prefix, "a signature", signature_keys, COUNT(signature_keys)))
		return false;
	r = ew_arena_alloc(l->rules->arena, sizeof(*r));
	if (!r)
		return no_memory(l);
	r->pub.set = l->set;
	r->pub.file = l->path;
	r->pub.line = line;
	r->pub.revision = 1;
	if (!json_object_get(o, "id"))
		return wrong(l, prefix, "a signature needs \"id\": a number that no other signature has");
	if (!take_number(l, o, i, "id", 1, 999999999, &r->pub.id) ||
	    !take_number(l, o, i, "revision", 1, 999999, &r->pub.revision) ||
	    !take_text(l, o, i, "name", true, &r->pub.name) ||
	    !take_text(l, o, i, "class", true, &r->pub.class_) || !take_subject(l, o, i, r) ||
	    !take_decision(l, o, i, r) || !take_examples(l, o, i, "hit", &r->hit) ||
	    !take_examples(l, o, i, "miss", &r->miss) || !take_remarks(l, o, i, r))
		return false;
	show_in_public(r);
	return ew_rules_add(l->rules, r) || no_memory(l);
}

static bool check_head(struct loader *l, const json_t *root)
{
	static const char *const texts[] = { "set", "version", "description", "$schema" };

	for (size_t k = 0; k < COUNT(texts); k++) {
		const json_t *v = json_object_get(root, texts[k]);
		if (!v && k < 2)
			return wrong(l, "", "a set needs \"%s\", a string", texts[k]);
		if (v && (!json_is_string(v) || json_string_length(v) == 0))
			return wrong(l, texts[k], "\"%s\" must be a string that is not empty", texts[k]);
	}
	if (!json_is_array(json_object_get(root, "signatures")))
		return wrong(l, "signatures", "a set needs \"signatures\", a list");
	return true;
}

static bool read_set(struct loader *l, json_t *root)
{
	if (!json_is_object(root))
		return wrong(l, "", "a signature set must be a JSON object");
	if (!check_keys(l, root, "", "a signature set", set_keys, COUNT(set_keys)) ||
	    !check_head(l, root))
		return false;
	l->set = keep(l, json_object_get(root, "set"));
	if (!l->set)
		return no_memory(l);
	json_t *list = json_object_get(root, "signatures");
	size_t n = json_array_size(list);
	uint32_t *lines = calloc(n + 1, sizeof(*lines));
	if (!lines)
		return no_memory(l);
	ew_json_lines(l->text, "signatures", lines, n);
	bool good = true;
	for (size_t i = 0; good && i < n; i++)
		good = read_signature(l, json_array_get(list, i), i, lines[i]);
	free(lines);
	return good;
}

bool ew_rules_read_native(struct ew_rules *rules, const char *path, struct ew_bytes text,
                          struct ew_error *e)
{
	struct loader l = { .rules = rules, .text = text, .e = e };
	struct ew_bytes kept = ew_arena_dup(rules->arena, ew_bytes(path, strlen(path) + 1));
	json_error_t je;

	l.path = path;
	if (!kept.p)
		return no_memory(&l);
	l.path = (const char *)kept.p;
	json_t *root = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &je);
	if (!root)
		return ew_error_set(e, path, je.line > 0 ? (uint32_t)je.line : 1, "not JSON: %s", je.text);
	bool good = read_set(&l, root);
	json_decref(root);
	return good;
}
