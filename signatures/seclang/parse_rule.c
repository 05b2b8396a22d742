/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What stands in the arguments of a rule: targets, an operator, actions.
 *
 *     &ARGS:/^x|y/|!REQUEST_COOKIES:'a b'     "!@rx ^a"     "id:1,msg:'a, b',setvar:tx.n=+1"
 *
 * A pattern ends at the slash that no backslash precedes and may hold bars; any other selector ends
 * at a bar or comma. Operators take one blank behind their name; a second one belongs to the
 * argument. */

#include "names.h"
#include "syntax.h"

struct cut {
	struct ew_arena *a;
	const struct ew_seclang_file *file;
	struct ew_bytes text;
	size_t at;
	struct ew_error *e;
};

#define AT(c) ((c)->text.p + (c)->at)

/* For messages: what stands there, cut to fit. */
#define SHOWN(b) (int)((b).n < 64 ? (b).n : 64), (const char *)(b).p

static bool no_memory(struct cut *c)
{
	return ew_seclang_wrong(c->e, c->file, AT(c),
				"the rules take more memory than is allowed for them");
}

static void skip_blanks(struct cut *c)
{
	while (c->at < c->text.n) {
		size_t n = ew_seclang_continuation(ew_bytes_from(c->text, c->at));
		if (n == 0 && !memchr(" \t\r\n", c->text.p[c->at], 4))
			return;
		c->at += n ? n : 1;
	}
}

static bool is_name(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static struct ew_bytes take_name(struct cut *c)
{
	size_t from = c->at;

	while (c->at < c->text.n && is_name(c->text.p[c->at]))
		c->at++;
	return ew_bytes(c->text.p + from, c->at - from);
}

/* A word of a table, just taken. */
static bool look_up(struct cut *c, enum ew_seclang_table t, const char *sort, struct ew_bytes word,
		    size_t *id_r)
{
	const char *near = NULL;

	if (word.n == 0)
		return ew_seclang_wrong(c->e, c->file, word.p, "expected %s", sort);
	*id_r = ew_seclang_find(t, word, &near);
	return *id_r != EW_NAME_NONE ||
	       ew_seclang_wrong(c->e, c->file, word.p, "\"%.*s\" is not %s%s%s%s", SHOWN(word),
				sort, near ? "; did you mean " : "", near ? near : "",
				near ? "?" : "");
}

/* "/pattern/" */
static void take_pattern(struct ew_bytes text, struct ew_seclang_variable *v)
{
	bool slashes = text.n >= 2 && text.p[0] == '/' && text.p[text.n - 1] == '/' &&
		       v->id != EW_VARIABLE_XML;

	v->select = slashes ? EW_SELECT_REGEX : EW_SELECT_KEY;
	v->key = slashes ? ew_bytes(text.p + 1, text.n - 2) : text;
}

static bool take_selector(struct cut *c, struct ew_seclang_variable *v)
{
	size_t from = c->at, end = from;
	uint8_t first = from < c->text.n ? c->text.p[from] : 0;

	if (first == '\'' || (first == '/' && v->id != EW_VARIABLE_XML)) {
		end = ew_seclang_closing(c->text, from + 1, first);
		if (end == SIZE_MAX)
			return ew_seclang_wrong(
				c->e, c->file, AT(c),
				"this selector is never closed: expected another %c", first);
		c->at = end + 1;
		take_pattern(first == '/' ? ew_bytes(c->text.p + from, end + 1 - from)
					  : ew_bytes(c->text.p + from + 1, end - from - 1),
			     v);
	} else {
		while (end < c->text.n && c->text.p[end] != '|' && c->text.p[end] != ',' &&
		       c->text.p[end] != ' ' && c->text.p[end] != '\t')
			end++;
		c->at = end;
		v->select = EW_SELECT_KEY;
		v->key = ew_bytes(c->text.p + from, end - from);
	}
	return v->key.n > 0 || ew_seclang_wrong(c->e, c->file, c->text.p + from,
						"expected a selector behind the colon");
}

static bool take_variable(struct cut *c, struct ew_seclang_variable *v)
{
	size_t id;

	v->at = AT(c);
	if (c->at < c->text.n && (c->text.p[c->at] == '&' || c->text.p[c->at] == '!')) {
		v->count = c->text.p[c->at] == '&';
		v->except = !v->count;
		c->at++;
	}
	if (!look_up(c, EW_TABLE_VARIABLE, "a variable", take_name(c), &id))
		return false;
	v->id = (enum ew_variable)id;
	if (c->at < c->text.n && c->text.p[c->at] == ':') {
		if (!ew_variable_facts(v->id)->collection)
			return ew_seclang_wrong(c->e, c->file, AT(c),
						"%s is a single value and takes no selector",
						ew_seclang_name(EW_TABLE_VARIABLE, id));
		c->at++;
		if (!take_selector(c, v))
			return false;
	}
	skip_blanks(c);
	if (c->at == c->text.n)
		return true;
	if (c->text.p[c->at] != '|' && c->text.p[c->at] != ',')
		return ew_seclang_wrong(c->e, c->file, AT(c),
					"expected | or the end of the variables");
	c->at++;
	skip_blanks(c);
	return c->at < c->text.n ||
	       ew_seclang_wrong(c->e, c->file, AT(c), "expected a variable behind the last |");
}

bool ew_seclang_variables(struct ew_arena *a, const struct ew_seclang_file *file,
			  struct ew_bytes text, struct ew_seclang_variable **first_r,
			  struct ew_error *e)
{
	struct cut c = { a, file, text, 0, e };
	struct ew_seclang_variable **link = first_r;

	skip_blanks(&c);
	do {
		struct ew_seclang_variable *v = ew_arena_alloc(a, sizeof(*v));
		if (!v)
			return no_memory(&c);
		if (!take_variable(&c, v))
			return false;
		*link = v;
		link = &v->next;
	} while (c.at < text.n);
	return true;
}

bool ew_seclang_operator(const struct ew_seclang_file *file, struct ew_bytes text,
			 struct ew_seclang_operator *o_r, struct ew_error *e)
{
	struct cut c = { NULL, file, text, 0, e };
	size_t id;

	while (c.at < text.n && text.p[c.at] == ' ')
		c.at++;
	size_t first = c.at;
	o_r->at = AT(&c);
	o_r->negated = c.at < text.n && text.p[c.at] == '!';
	c.at += o_r->negated;
	if (c.at == text.n)
		return ew_seclang_wrong(e, file, AT(&c),
					"expected an operator, as @rx, or a pattern");
	if (text.p[c.at] != '@') {
		o_r->id = EW_OPERATOR_RX;
		o_r->argument = ew_bytes_from(text, o_r->negated ? first + 1 : 0);
		return true;
	}
	c.at++;
	if (!look_up(&c, EW_TABLE_OPERATOR, "an operator", take_name(&c), &id))
		return false;
	o_r->id = (enum ew_operator)id;
	const char *name = ew_seclang_name(EW_TABLE_OPERATOR, id);
	enum ew_seclang_value wants = ew_operator_facts(o_r->id)->value;
	if (c.at < text.n && text.p[c.at] != ' ' && text.p[c.at] != '\t')
		return ew_seclang_wrong(e, file, AT(&c), "expected a blank behind @%s", name);
	o_r->argument = ew_bytes_from(text, c.at + 1);
	if (wants == EW_VALUE_YES && o_r->argument.n == 0)
		return ew_seclang_wrong(e, file, AT(&c), "@%s needs an argument", name);
	if (wants == EW_VALUE_NO && ew_bytes_trim(o_r->argument, " \t").n > 0)
		return ew_seclang_wrong(e, file, AT(&c) + 1, "@%s takes no argument", name);
	return true;
}

/* 'a value', or all up to the next comma. */
static bool take_value(struct cut *c, struct ew_bytes *value_r)
{
	size_t from = c->at, end = from;

	if (from < c->text.n && c->text.p[from] == '\'') {
		end = ew_seclang_closing(c->text, from + 1, '\'');
		if (end == SIZE_MAX)
			return ew_seclang_wrong(c->e, c->file, AT(c),
						"this quote is never closed: expected another '");
		*value_r = ew_bytes(c->text.p + from + 1, end - from - 1);
		c->at = end + 1;
		return true;
	}
	while (end < c->text.n && c->text.p[end] != ',' && c->text.p[end] != '\n' &&
	       !ew_seclang_continuation(ew_bytes_from(c->text, end)))
		end++;
	*value_r = ew_bytes(c->text.p + from, end - from);
	while (value_r->n > 0 && memchr(" \t\r", value_r->p[value_r->n - 1], 3))
		value_r->n--;
	c->at = end;
	return true;
}

static bool take_action(struct cut *c, struct ew_seclang_action *x)
{
	size_t id;

	x->at = AT(c);
	if (!look_up(c, EW_TABLE_ACTION, "an action", take_name(c), &id))
		return false;
	x->id = (enum ew_action)id;
	const char *name = ew_seclang_name(EW_TABLE_ACTION, id);
	enum ew_seclang_value wants = ew_action_facts(x->id)->value;
	bool colon = c->at < c->text.n && c->text.p[c->at] == ':';
	if (colon && wants == EW_VALUE_NO)
		return ew_seclang_wrong(c->e, c->file, AT(c), "%s takes no value: expected a comma",
					name);
	if (!colon && wants == EW_VALUE_YES)
		return ew_seclang_wrong(c->e, c->file, AT(c), "%s needs a value: expected a colon",
					name);
	c->at += colon;
	if (colon && !take_value(c, &x->value))
		return false;
	skip_blanks(c);
	if (c->at == c->text.n)
		return true;
	if (c->text.p[c->at] != ',')
		return ew_seclang_wrong(c->e, c->file, AT(c),
					"expected a comma or the end of the actions");
	c->at++;
	skip_blanks(c);
	return c->at < c->text.n ||
	       ew_seclang_wrong(c->e, c->file, AT(c), "expected an action behind the last comma");
}

bool ew_seclang_actions(struct ew_arena *a, const struct ew_seclang_file *file,
			struct ew_bytes text, struct ew_seclang_action **first_r,
			struct ew_error *e)
{
	struct cut c = { a, file, text, 0, e };
	struct ew_seclang_action **link = first_r;

	skip_blanks(&c);
	do {
		struct ew_seclang_action *x = ew_arena_alloc(a, sizeof(*x));
		if (!x)
			return no_memory(&c);
		if (!take_action(&c, x))
			return false;
		*link = x;
		link = &x->next;
	} while (c.at < text.n);
	return true;
}
