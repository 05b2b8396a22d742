/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* From JSON values to the fields of struct ew_config, strictly: an unknown key, a wrong type, a value out
 * of bounds is a sentence with file and line.  One walk over the table of keys does it for all sections;
 * what takes more than one key to judge is config_resolve.c's. */

#include "daemon/config_keys.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MOST 32 /* of one section */

static const char *type_name(const json_t *v)
{
	static const char *const names[] = { "an object", "a list", "a string", "a whole number",
		                             "a number with a fraction", "true", "false", "null" };

	return names[json_typeof(v)];
}

/* ---- one value ------------------------------------------------------------------------------- */

/* A number or truth value may be written as a string for the sake of ${NAME}.  Takes and gives a
 * reference; NULL after a fault. */
static json_t *filled_in(struct ew_config_reader *r, json_t *v)
{
	if (!json_is_string(v) || !strchr(json_string_value(v), '$'))
		return json_incref(v);
	char *text = ew_config_expand(r, json_string_value(v), false);
	json_t *filled = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
	if (text && !filled)
		filled = json_string(text);
	free(text);
	return filled;
}

static void take_number(struct ew_config_reader *r, const struct ew_key *k, json_t *given, void *to)
{
	json_t *v = filled_in(r, given);

	if (!v)
		return;
	if (json_is_null(v) && k->preset && !strcmp(k->preset, "null")) {
		*(uint32_t *)to = UINT32_MAX;
	} else if (!json_is_integer(v)) {
		ew_config_fault(r, "\"%s\" takes a whole number, not %s", k->name, type_name(v));
	} else if (json_integer_value(v) < 0 || (uint64_t)json_integer_value(v) < k->least ||
	           (uint64_t)json_integer_value(v) > k->most) {
		ew_config_fault(r, "\"%s\" takes %llu to %llu, not %lld", k->name,
		                (unsigned long long)k->least, (unsigned long long)k->most,
		                (long long)json_integer_value(v));
	} else if (k->type == EW_TYPE_UINT) {
		*(uint32_t *)to = (uint32_t)json_integer_value(v);
	} else {
		*(size_t *)to = (size_t)json_integer_value(v);
	}
	json_decref(v);
}

static void take_bool(struct ew_config_reader *r, const struct ew_key *k, json_t *given, bool *to)
{
	json_t *v = filled_in(r, given);

	if (v && !json_is_boolean(v))
		ew_config_fault(r, "\"%s\" takes true or false, not %s", k->name, type_name(v));
	else if (v)
		*to = json_is_true(v);
	json_decref(v);
}

static void take_word(struct ew_config_reader *r, const struct ew_key *k, json_t *v, void *to)
{
	const char *const *words = ew_key_words(k->type);
	char all[160] = "", hint[96];
	unsigned n = 0;

	for (; words[n]; n++)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s\"%s\"", n ? ", " : "", words[n]);
	if (!json_is_string(v)) {
		ew_config_fault(r, "\"%s\" takes one of %s, not %s", k->name, all, type_name(v));
		return;
	}
	char *text = ew_config_expand(r, json_string_value(v), false);
	if (!text)
		return;
	for (unsigned i = 0; i < n; i++) {
		if (!strcmp(words[i], text)) {
			memcpy(to, &i, sizeof(i));
			free(text);
			return;
		}
	}
	ew_config_fault(r, "\"%s\" takes one of %s, not \"%.60s\"%s", k->name, all, text,
	                ew_config_hint(hint, sizeof(hint), text, words, n));
	free(text);
}

/* The text of a string value or, where `secret` allows it, of the file it names. */
static char *text_of(struct ew_config_reader *r, const char *name, json_t *v, bool secret, bool topic)
{
	if (json_is_string(v))
		return ew_config_expand(r, json_string_value(v), topic);
	if (secret && json_is_object(v)) {
		json_t *file = json_object_get(v, "file");
		if (json_object_size(v) != 1 || !json_is_string(file)) {
			ew_config_fault(r, "\"%s\" takes a string or {\"file\": \"/path/of/the/secret\"}", name);
			return NULL;
		}
		char *path = ew_config_expand(r, json_string_value(file), false);
		char *text = path ? ew_config_secret(r, path) : NULL;
		free(path);
		return text;
	}
	ew_config_fault(r, "\"%s\" takes a string%s, not %s", name,
	                secret ? " or {\"file\": \"/path/of/the/secret\"}" : "", type_name(v));
	return NULL;
}

static void take_string(struct ew_config_reader *r, const struct ew_key *k, json_t *v, char **to)
{
	char *text = text_of(r, k->name, v, k->type == EW_TYPE_SECRET, k->type == EW_TYPE_TEMPLATE);

	if (!text)
		return;
	size_t n = strlen(text);
	if (n < k->least)
		ew_config_fault(r, "\"%s\" is empty; it is %s", k->name, k->text);
	else if (n > k->most)
		ew_config_fault(r, "\"%s\" takes at most %llu bytes, not %zu", k->name,
		                (unsigned long long)k->most, n);
	*to = text;
}

static void take_strings(struct ew_config_reader *r, const struct ew_key *k, json_t *v,
                         struct ew_strings *to)
{
	size_t n = json_array_size(v);

	if (!json_is_array(v)) {
		ew_config_fault(r, "\"%s\" takes a list of strings such as [\"%s\"], not %s", k->name,
		                json_is_string(v) ? json_string_value(v) : "a", type_name(v));
		return;
	}
	if (n < k->least || n > k->most) {
		ew_config_fault(r, "\"%s\" takes %llu to %llu strings, not %zu", k->name,
		                (unsigned long long)k->least, (unsigned long long)k->most, n);
		return;
	}
	to->v = calloc(n + 1, sizeof(*to->v));
	if (!to->v) {
		ew_config_fault(r, "out of memory");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t was = ew_config_enter(r, "[%zu]", i);
		char *text = text_of(r, k->name, json_array_get(v, i), false, false);
		if (text && !*text)
			ew_config_fault(r, "\"%s\" has an empty string in it", k->name);
		if (text)
			to->v[to->n++] = text;
		ew_config_leave(r, was);
	}
}

/* What may be written as one string is read as a list of it. */
static void take_files(struct ew_config_reader *r, const struct ew_key *k, json_t *v, struct ew_strings *to)
{
	json_t *list = json_is_string(v) ? json_pack("[O]", v) : json_incref(v);

	take_strings(r, k, list, to);
	json_decref(list);
}

static void take_networks(struct ew_config_reader *r, const struct ew_key *k, json_t *v,
                          struct ew_networks *to)
{
	struct ew_strings text = { 0 };

	take_strings(r, k, v, &text);
	to->v = calloc(text.n + 1, sizeof(*to->v));
	if (!to->v)
		ew_config_fault(r, "out of memory");
	for (size_t i = 0; to->v && i < text.n; i++) {
		size_t was = ew_config_enter(r, "[%zu]", i);
		if (ew_network_parse(ew_bytes_str(text.v[i]), &to->v[to->n]))
			to->n++;
		else
			ew_config_fault(r, "\"%.100s\" is no network; write an address such as \"192.0.2.7\" or a "
			                   "range such as \"10.0.0.0/8\", in which all bits behind the 8 are 0",
			                text.v[i]);
		ew_config_leave(r, was);
	}
	ew_strings_fini(&text);
}

static void take_properties(struct ew_config_reader *r, const struct ew_key *k, json_t *v,
                            struct ew_properties *to)
{
	const char *name;
	json_t *value;

	if (!json_is_object(v)) {
		ew_config_fault(r, "\"%s\" takes an object such as {\"client.id\": \"x\"}, not %s", k->name,
		                type_name(v));
		return;
	}
	to->v = calloc(json_object_size(v) + 1, sizeof(*to->v));
	if (!to->v) {
		ew_config_fault(r, "out of memory");
		return;
	}
	json_object_foreach(v, name, value) {
		size_t was = ew_config_enter(r, "[\"%s\"]", name);
		char *text = NULL, *copy = strdup(name);
		if (json_is_integer(value)) {
			if (asprintf(&text, "%lld", (long long)json_integer_value(value)) < 0)
				text = NULL;
		} else if (json_is_boolean(value)) {
			text = strdup(json_is_true(value) ? "true" : "false");
		} else {
			text = text_of(r, name, value, true, false);
		}
		if (text && copy) {
			to->v[to->n].name = copy;
			to->v[to->n++].value = text;
		} else {
			free(text);
			free(copy);
		}
		ew_config_leave(r, was);
	}
}

/* ---- sections -------------------------------------------------------------------------------- */

static bool name_is_good(struct ew_config_reader *r, const char *what, const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	if (n > 0 && n <= 64 && !name[n])
		return true;
	ew_config_fault(r, "the %s name \"%.80s\" has to be 1 to 64 letters, digits, \".\", \"_\" or \"-\"",
	                what, name);
	return false;
}

static void take_functions(struct ew_config_reader *r, const struct ew_key *k, json_t *v,
                           struct ew_config *c)
{
	const char *name;
	json_t *one;

	c->functions = calloc(json_object_size(v) + 1, sizeof(*c->functions));
	if (!c->functions) {
		ew_config_fault(r, "out of memory");
		return;
	}
	json_object_foreach(v, name, one) {
		size_t was = ew_config_enter(r, "[\"%s\"]", name);
		struct ew_function_config *f = &c->functions[c->function_count];
		if (name_is_good(r, "function", name)) {
			f->name = strdup(name);
			c->function_count++;
			ew_config_take(r, k->below, one, f);
			if (f->max_in_flight == 0) /* a topic takes them by the batch */
				f->max_in_flight = f->type == EW_TRANSPORT_KAFKA ? 4096 : 1024;
		}
		ew_config_leave(r, was);
	}
}

static void take_routes(struct ew_config_reader *r, const struct ew_key *k, json_t *v,
                        struct ew_config *c)
{
	size_t n = json_array_size(v);

	c->routes = calloc(n + 1, sizeof(*c->routes));
	if (!c->routes) {
		ew_config_fault(r, "out of memory");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t was = ew_config_enter(r, "[%zu]", i);
		struct ew_route_config *route = &c->routes[c->route_count++];
		ew_config_take(r, k->below, json_array_get(v, i), route);
		if (route->name) {
			size_t above = ew_config_enter(r, ".name");
			name_is_good(r, "route", route->name);
			ew_config_leave(r, above);
		}
		ew_config_leave(r, was);
	}
}

static void take_items(struct ew_config_reader *r, const struct ew_key *k, json_t *v, struct ew_items *to)
{
	size_t n = json_array_size(v), size = ew_section_size(k->below);

	to->v = calloc(n + 1, size);
	if (!to->v) {
		ew_config_fault(r, "out of memory");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t was = ew_config_enter(r, "[%zu]", i);
		ew_config_take(r, k->below, json_array_get(v, i), (char *)to->v + size * to->n++);
		ew_config_leave(r, was);
	}
}

/* Names, and one object at most. */
static void take_sets(struct ew_config_reader *r, const struct ew_key *k, json_t *v, struct ew_route_config *t)
{
	json_t *names = json_array(), *one;
	bool seen = false;
	size_t i;

	json_array_foreach(v, i, one) {
		size_t was = ew_config_enter(r, "[%zu]", i);
		if (!json_is_object(one))
			json_array_append(names, one);
		else if (seen)
			ew_config_fault(r, "\"%s\" has a second object: rules of all files know of each other, so "
			                   "name them in one", k->name);
		else
			ew_config_take(r, k->below, one, &t->seclang);
		seen |= json_is_object(one);
		ew_config_leave(r, was);
	}
	take_strings(r, k, json_is_array(v) ? names : v, &t->signatures);
	json_decref(names);
}

static void take_value(struct ew_config_reader *r, const struct ew_key *k, json_t *v, void *base)
{
	void *to = (char *)base + k->at;

	switch (k->type) {
	case EW_TYPE_IGNORED:
		if (!json_is_string(v))
			ew_config_fault(r, "\"%s\" takes a string, not %s", k->name, type_name(v));
		break;
	case EW_TYPE_STRING:
	case EW_TYPE_TEMPLATE:
	case EW_TYPE_SECRET:
		take_string(r, k, v, to);
		break;
	case EW_TYPE_UINT:
	case EW_TYPE_SIZE:
		take_number(r, k, v, to);
		break;
	case EW_TYPE_BOOL:
		take_bool(r, k, v, to);
		break;
	case EW_TYPE_STRINGS:
		take_strings(r, k, v, to);
		break;
	case EW_TYPE_FILES:
		take_files(r, k, v, to);
		break;
	case EW_TYPE_SETS:
		take_sets(r, k, v, base);
		break;
	case EW_TYPE_NETWORKS:
		take_networks(r, k, v, to);
		break;
	case EW_TYPE_PROPERTIES:
		take_properties(r, k, v, to);
		break;
	case EW_TYPE_MODE:
	case EW_TYPE_FORMAT:
	case EW_TYPE_ON_FAILURE:
	case EW_TYPE_EXCERPT:
	case EW_TYPE_ACTION:
	case EW_TYPE_INSPECT:
	case EW_TYPE_ON_DROP:
	case EW_TYPE_ON_WILL:
	case EW_TYPE_ON_RATE:
	case EW_TYPE_DECISION:
		take_word(r, k, v, to);
		break;
	case EW_TYPE_OBJECT:
	case EW_TYPE_CHOSEN:
	case EW_TYPE_CHOICE:
	case EW_TYPE_CAUSES:
		ew_config_take(r, k->below, v, base);
		break;
	case EW_TYPE_MAP:
		if (json_is_object(v))
			take_functions(r, k, v, base);
		else
			ew_config_fault(r, "\"%s\" takes an object {\"name\": {...}}, not %s", k->name,
			                type_name(v));
		break;
	case EW_TYPE_LIST:
	case EW_TYPE_ITEMS:
		if (json_is_array(v) && k->type == EW_TYPE_ITEMS)
			take_items(r, k, v, to);
		else if (json_is_array(v))
			take_routes(r, k, v, base);
		else
			ew_config_fault(r, "\"%s\" takes a list [{...}], not %s", k->name, type_name(v));
		break;
	}
}

/* A key that is not written. */
static void take_preset(struct ew_config_reader *r, const struct ew_key *k, void *base)
{
	switch (k->type) {
	case EW_TYPE_OBJECT:
	case EW_TYPE_CAUSES: {
		json_t *empty = json_object();
		if (empty)
			ew_config_take(r, k->below, empty, base);
		json_decref(empty);
		return;
	}
	case EW_TYPE_CHOICE:
	case EW_TYPE_ITEMS:
	case EW_TYPE_MAP:
		return;
	case EW_TYPE_CHOSEN:
	case EW_TYPE_LIST:
		break;
	default:
		if (k->preset && !*k->preset) {
			/* A cause that is not named is treated as `default` says, which stands first. */
			memcpy((char *)base + k->at,
			       (char *)base + offsetof(struct ew_route_config, on_exception[EW_OK]),
			       sizeof(enum ew_on_exception));
			return;
		}
		if (k->preset) {
			json_t *v = json_loads(k->preset, JSON_DECODE_ANY, NULL);
			ew_assert(v);
			take_value(r, k, v, base);
			json_decref(v);
			return;
		}
	}
	ew_config_fault(r, "\"%s\" is missing in \"%s\": %s", k->name,
	                ew_section_name(k->section), k->text);
}

static void refuse_unknown(struct ew_config_reader *r, enum ew_section s, json_t *from)
{
	const char *known[KEYS_MOST], *name;
	size_t n = 0;
	json_t *v;

	for (const struct ew_key *k = NULL; (k = ew_key_next(s, k)) && n < KEYS_MOST;)
		known[n++] = k->name;
	json_object_foreach(from, name, v) {
		const char *near = NULL;
		bool found = false;
		for (size_t i = 0; i < n && !found; i++)
			found = !strcmp(known[i], name);
		if (found)
			continue;
		char hint[192];
		size_t was = ew_config_enter(r, "[\"%s\"]", name);
		ew_config_hint(hint, sizeof(hint), name, known, n);
		for (size_t i = 0; i < ew_key_count && !hint[0] && !near; i++) {
			if (!strcmp(ew_keys[i].name, name))
				near = ew_section_path(ew_keys[i].section);
		}
		if (near)
			snprintf(hint, sizeof(hint), "; it belongs in %s", *near ? near : "the outermost object");
		ew_config_fault(r, "unknown key \"%.80s\" in \"%s\"%s", name, ew_section_name(s), hint);
		ew_config_leave(r, was);
	}
}

static void tell_choices(struct ew_config_reader *r, enum ew_section s)
{
	const struct ew_key *k = NULL;
	char names[128] = "";

	while ((k = ew_key_next(s, k))) {
		size_t n = strlen(names);
		if (k->type == EW_TYPE_CHOICE)
			snprintf(names + n, sizeof(names) - n, "%s\"%s\"", n ? ", " : "", k->name);
	}
	ew_config_fault(r, "one of %s is missing in \"%s\"", names, ew_section_name(s));
}

/* Of a section with choices exactly one has to be written. */
static void take_choice(struct ew_config_reader *r, enum ew_section s, json_t *from, void *base)
{
	const struct ew_key *chosen = NULL, *first = NULL, *k = NULL;

	while ((k = ew_key_next(s, k))) {
		if (k->type != EW_TYPE_CHOICE)
			continue;
		first = first ? first : k;
		if (!json_object_get(from, k->name))
			continue;
		if (chosen) {
			size_t was = ew_config_enter(r, ".%s", k->name);
			ew_config_fault(r, "\"%s\" stands beside \"%s\"; keep one of the two", k->name,
			                chosen->name);
			ew_config_leave(r, was);
			continue;
		}
		chosen = k;
		memcpy((char *)base + k->at, &k->transport, sizeof(k->transport));
	}
	if (first && !chosen)
		tell_choices(r, s);
}

void ew_config_take(struct ew_config_reader *r, enum ew_section s, json_t *from, void *base)
{
	const struct ew_key *k = NULL;
	bool two = false;

	if (!json_is_object(from)) {
		ew_config_fault(r, "\"%s\" takes an object {...}, not %s", ew_section_name(s),
		                type_name(from));
		return;
	}
	refuse_unknown(r, s, from);
	take_choice(r, s, from, base);
	while ((k = ew_key_next(s, k))) {
		json_t *v = json_object_get(from, k->name);
		if (!v) {
			take_preset(r, k, base);
			continue;
		}
		/* A second choice is a mistake already told; reading it would store twice. */
		if (k->type == EW_TYPE_CHOICE && two)
			continue;
		two = two || k->type == EW_TYPE_CHOICE;
		size_t was = ew_config_enter(r, ".%s", k->name);
		take_value(r, k, v, base);
		ew_config_leave(r, was);
	}
	if (s == EW_SECTION_EXCEPTION) /* held `default` while its section was read */
		((struct ew_route_config *)base)->on_exception[EW_OK] = EW_EXCEPTION_DROP;
}
