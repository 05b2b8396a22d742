/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What is printed from the table of keys: the JSON Schema for editors, the reference in Markdown, the
 * manual page.  What they say must not depend on where a build is installed, or the committed ones
 * would go stale on other machines. */

#include "daemon/config_keys.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static bool is_enum(const struct ew_key *k)
{
	return ew_key_words(k->type) != NULL;
}

static bool is_section(const struct ew_key *k)
{
	return k->type >= EW_TYPE_OBJECT;
}

static bool is_needed(const struct ew_key *k)
{
	if (is_section(k))
		return k->type == EW_TYPE_CHOSEN || k->type == EW_TYPE_LIST;
	return !k->preset;
}

/* ---- schema ---------------------------------------------------------------------------------- */

/* A value that is filled in from the environment is a string, whatever the type. */
static json_t *or_filled_in(json_t *schema)
{
	return json_pack("{s:[o,{s:s,s:s}]}", "anyOf", schema, "type", "string", "pattern", "\\$\\{");
}

static json_t *words_schema(const struct ew_key *k)
{
	json_t *words = json_array();

	for (const char *const *w = ew_key_words(k->type); *w; w++)
		json_array_append_new(words, json_string(*w));
	return or_filled_in(json_pack("{s:o}", "enum", words));
}

static json_t *secret_schema(void)
{
	return json_pack("{s:[{s:s},{s:s,s:{s:{s:s}},s:[s],s:b}]}", "anyOf", "type", "string", "type", "object",
	                 "properties", "file", "type", "string", "required", "file",
	                 "additionalProperties", 0);
}

/* A section's name within "$defs": its path without what a JSON pointer would have to escape. */
static void put_definition(enum ew_section s, char *out, size_t cap)
{
	size_t n = 0;

	for (const char *p = ew_section_path(s); *p && n + 1 < cap; p++) {
		if (*p != '[' && *p != ']')
			out[n++] = *p;
	}
	out[n] = '\0';
}

static json_t *value_schema(const struct ew_key *k)
{
	char name[96];
	json_t *o;

	switch (k->type) {
	case EW_TYPE_IGNORED:
	case EW_TYPE_STRING:
	case EW_TYPE_TEMPLATE:
		o = json_pack("{s:s}", "type", "string");
		if (k->least > 0)
			json_object_set_new(o, "minLength", json_integer((json_int_t)k->least));
		return o;
	case EW_TYPE_SECRET:
		return secret_schema();
	case EW_TYPE_UINT:
	case EW_TYPE_SIZE:
		o = json_pack("{s:[s],s:I,s:I}", "type", "integer", "minimum", (json_int_t)k->least, "maximum",
		              (json_int_t)k->most);
		if (k->preset && !strcmp(k->preset, "null"))
			json_array_append_new(json_object_get(o, "type"), json_string("null"));
		else
			json_object_set_new(o, "type", json_string("integer"));
		return or_filled_in(o);
	case EW_TYPE_BOOL:
		return or_filled_in(json_pack("{s:s}", "type", "boolean"));
	case EW_TYPE_STRINGS:
	case EW_TYPE_NETWORKS:
		return json_pack("{s:s,s:{s:s,s:i},s:I,s:I}", "type", "array", "items", "type", "string",
		                 "minLength", 1, "minItems", (json_int_t)k->least, "maxItems",
		                 (json_int_t)k->most);
	case EW_TYPE_FILES:
		return json_pack("{s:[{s:s,s:i},{s:s,s:{s:s,s:i},s:I,s:I}]}", "anyOf", "type", "string",
		                 "minLength", 1, "type", "array", "items", "type", "string", "minLength", 1,
		                 "minItems", (json_int_t)k->least, "maxItems", (json_int_t)k->most);
	case EW_TYPE_SETS:
		put_definition(k->below, name, sizeof(name));
		return json_pack("{s:s,s:{s:[{s:s,s:i},{s:s+}]},s:I,s:I}", "type", "array", "items", "anyOf",
		                 "type", "string", "minLength", 1, "$ref", "#/$defs/", name, "minItems",
		                 (json_int_t)k->least, "maxItems", (json_int_t)k->most);
	case EW_TYPE_PROPERTIES:
		o = json_pack("{s:[s,s]}", "type", "integer", "boolean");
		return json_pack("{s:s,s:{s:[o,o]}}", "type", "object", "additionalProperties", "anyOf", o,
		                 secret_schema());
	default:
		return words_schema(k);
	}
}

static json_t *section_schema(enum ew_section s)
{
	json_t *properties = json_object(), *required = json_array(), *choices = json_array();
	const struct ew_key *k = NULL;

	while ((k = ew_key_next(s, k))) {
		json_t *ref, *one;
		char name[96] = "#/$defs/";
		if (is_section(k)) {
			put_definition(k->below, name + strlen(name), sizeof(name) - strlen(name));
			ref = json_pack("{s:s}", "$ref", name);
			if (k->type == EW_TYPE_MAP)
				one = json_pack("{s:s,s:o,s:{s:s}}", "type", "object", "additionalProperties", ref,
				                "propertyNames", "pattern", "^[A-Za-z0-9._-]{1,64}$");
			else if (k->type == EW_TYPE_LIST)
				one = json_pack("{s:s,s:o,s:i}", "type", "array", "items", ref, "minItems", 1);
			else if (k->type == EW_TYPE_ITEMS)
				one = json_pack("{s:s,s:o}", "type", "array", "items", ref);
			else
				one = json_pack("{s:[o]}", "allOf", ref);
		} else {
			one = value_schema(k);
			if (k->preset && *k->preset && k->type != EW_TYPE_IGNORED)
				json_object_set_new(one, "default", json_loads(k->preset, JSON_DECODE_ANY, NULL));
		}
		json_object_set_new(one, "description", json_string(k->text));
		json_object_set_new(properties, k->name, one);
		if (k->type == EW_TYPE_CHOICE)
			json_array_append_new(choices, json_pack("{s:[s]}", "required", k->name));
		else if (is_needed(k))
			json_array_append_new(required, json_string(k->name));
	}
	json_t *o = json_pack("{s:s,s:b,s:o}", "type", "object", "additionalProperties", 0, "properties",
	                      properties);
	if (json_array_size(required))
		json_object_set(o, "required", required);
	if (json_array_size(choices))
		json_object_set(o, "oneOf", choices);
	json_decref(required);
	json_decref(choices);
	return o;
}

void ew_config_print_schema(FILE *out)
{
	json_t *root = json_object(), *defs = json_object();

	json_object_set_new(root, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(root, "title", json_string("Configuration of eventwall"));
	json_t *top = section_schema(EW_SECTION_TOP);
	json_object_update(root, top);
	json_decref(top);
	for (int s = EW_SECTION_TOP + 1; s < EW_SECTION_COUNT; s++) {
		char name[96];
		put_definition((enum ew_section)s, name, sizeof(name));
		json_object_set_new(defs, name, section_schema((enum ew_section)s));
	}
	json_object_set_new(root, "$defs", defs);
	json_dumpf(root, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(root);
}

/* ---- reference and manual ---------------------------------------------------------------------- */

static void describe_type(const struct ew_key *k, char *out, size_t cap)
{
	switch (k->type) {
	case EW_TYPE_SECRET:
		snprintf(out, cap, "string or {\"file\": path}");
		break;
	case EW_TYPE_UINT:
	case EW_TYPE_SIZE:
		snprintf(out, cap, "%llu to %llu", (unsigned long long)k->least, (unsigned long long)k->most);
		break;
	case EW_TYPE_BOOL:
		snprintf(out, cap, "true or false");
		break;
	case EW_TYPE_STRINGS:
		snprintf(out, cap, "list of strings");
		break;
	case EW_TYPE_FILES:
		snprintf(out, cap, "string or list of strings");
		break;
	case EW_TYPE_SETS:
		snprintf(out, cap, "list of strings and an object");
		break;
	case EW_TYPE_NETWORKS:
		snprintf(out, cap, "list of networks");
		break;
	case EW_TYPE_PROPERTIES:
		snprintf(out, cap, "object of strings");
		break;
	case EW_TYPE_MAP:
		snprintf(out, cap, "object by name");
		break;
	case EW_TYPE_LIST:
	case EW_TYPE_ITEMS:
		snprintf(out, cap, "list of objects");
		break;
	default:
		snprintf(out, cap, "%s", is_section(k) ? "object" : is_enum(k) ? "word" : "string");
	}
}

static void describe_preset(const struct ew_key *k, char *out, size_t cap)
{
	if (k->type == EW_TYPE_CHOICE)
		snprintf(out, cap, "one of them must be written");
	else if (is_needed(k))
		snprintf(out, cap, "must be written");
	else if (is_section(k))
		snprintf(out, cap, "%s", k->type == EW_TYPE_ITEMS || k->type == EW_TYPE_MAP ? "none" : "object");
	else if (k->type == EW_TYPE_IGNORED)
		snprintf(out, cap, "none");
	else
		snprintf(out, cap, "%s", *k->preset ? k->preset : "as default");
}

void ew_config_print_reference(FILE *out)
{
	fputs("# Configuration\n\n"
	      "One JSON file, read strictly: a key that is unknown, missing, of a wrong type or out of bounds is\n"
	      "an error that names the line and what to write instead. `eventwall check` tells all of them at\n"
	      "once. This page and the schema (`conf/eventwall.schema.json`) are printed from one table; the\n"
	      "examples in `conf/` are tested.\n\n"
	      "* `${NAME}` in any string is the value of that environment variable, `${NAME:-default}` falls back\n"
	      "  when it is unset or empty, `$${` is a literal `${`. A number or a truth value may be written as\n"
	      "  such a string.\n"
	      "* `password`, and each value of `properties`, may be `{\"file\": \"/run/secrets/x\"}`: the file's\n"
	      "  text without its last line end.\n"
	      "* Relative paths start at the folder of the configuration file.\n"
	      "* Names of functions and routes are 1 to 64 letters, digits, `.`, `_` and `-`.\n"
	      "* SIGHUP and `eventwall reload` read the file anew. `workers`, `admin` and the place and ring of\n"
	      "  the event log stay as they were at start; all the rest takes effect.\n", out);
	for (int s = 0; s < EW_SECTION_COUNT; s++) {
		const struct ew_key *k = NULL;
		const char *path = ew_section_path((enum ew_section)s);
		fprintf(out, "\n## %s\n\n| key | value | default | meaning |\n|---|---|---|---|\n",
		        *path ? path : "The outermost object");
		while ((k = ew_key_next((enum ew_section)s, k))) {
			char type[96], preset[128];
			describe_type(k, type, sizeof(type));
			describe_preset(k, preset, sizeof(preset));
			bool code = !is_needed(k) && !is_section(k) && k->type != EW_TYPE_IGNORED;
			fprintf(out, "| `%s` | %s | %s%s%s | %s |\n", k->name, type, code ? "`" : "", preset,
			        code ? "`" : "", k->text);
		}
	}
}

/* Text for mdoc: no line may begin with a dot or a quote, a backslash is \e, `x` is set in bold. */
static void put_roff(FILE *out, const char *s)
{
	bool bold = false;

	for (bool first = true; *s; s++, first = false) {
		if (first && (*s == '.' || *s == '\''))
			fputs("\\&", out);
		if (*s == '\\')
			fputs("\\e", out);
		else if (*s == '-')
			fputs("\\-", out);
		else if (*s == '`')
			fputs((bold = !bold) ? "\\fB" : "\\fR", out);
		else
			fputc(*s, out);
	}
	fputs(bold ? "\\fR\n" : "\n", out);
}

/* Inside an argument of a macro. */
static void put_quoted(FILE *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '"')
			fputs("\\(dq", out);
		else
			fputc(*s, out);
	}
}

void ew_config_print_manual(FILE *out)
{
	fputs(".\\\" eventwall - the event firewall\n"
	      ".\\\" Copyright (c) 2026 the eventwall authors\n"
	      ".\\\" SPDX-License-Identifier: Apache-2.0\n"
	      ".\\\" Printed by `eventwall check --print-man` from the table of keys.\n"
	      ".TH EVENTWALL.CONF 5 \"\" \"eventwall\" \"File formats\"\n"
	      ".SH NAME\neventwall.conf \\- configuration of the event firewall\n"
	      ".SH DESCRIPTION\n"
	      "One JSON file, read strictly: a key that is unknown, missing, of a wrong type or out of bounds is\n"
	      "an error that names the line and what to write instead.\n"
	      ".B eventwall check\ntells all of them at once.\n.PP\n"
	      "\\fB${NAME}\\fR in any string is the value of that environment variable,\n"
	      "\\fB${NAME:\\-default}\\fR falls back when it is unset or empty, \\fB$${\\fR is a literal\n"
	      "\\fB${\\fR.  A number or a truth value may be written as such a string.\n.PP\n"
	      "\\fBpassword\\fR, and each value of \\fBproperties\\fR, may be\n"
	      "\\fB{\"file\": \"/run/secrets/x\"}\\fR: the file's text without its last line end.\n"
	      "Relative paths start at the folder of the configuration file.\n.PP\n"
	      "SIGHUP and\n.B eventwall reload\nread the file anew.  \\fBworkers\\fR, \\fBadmin\\fR and the place\n"
	      "and ring of the event log stay as they were at start; all the rest takes effect.\n", out);
	for (int s = 0; s < EW_SECTION_COUNT; s++) {
		const struct ew_key *k = NULL;
		const char *path = ew_section_path((enum ew_section)s);
		fprintf(out, ".SH %s\n", *path ? path : "THE OUTERMOST OBJECT");
		while ((k = ew_key_next((enum ew_section)s, k))) {
			char type[96], preset[128];
			describe_type(k, type, sizeof(type));
			describe_preset(k, preset, sizeof(preset));
			fprintf(out, ".TP\n.BR %s \" (", k->name);
			put_quoted(out, is_section(k) || is_needed(k) ? preset : type);
			if (!is_section(k) && !is_needed(k)) {
				fputs("; default ", out);
				put_quoted(out, preset);
			}
			fputs(")\"\n", out);
			put_roff(out, k->text);
		}
	}
	fputs(".SH SEE ALSO\n.BR eventwall (8)\n", out);
}
