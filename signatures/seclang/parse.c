/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Rule files: lines to directives with their arguments.
 *
 *     SecRule ARGS|!ARGS:x "@rx ^a\"b" \
 *         "id:1,phase:2,\
 *         msg:'it is, or not'"
 *
 * A directive ends with its line, unless a backslash stands there or a quote is open: quoted text
 * runs over lines, and what is in it stays as it is.  The trap: a comment that hides a rule goes on
 * behind a backslash, as the rule would. */

#include "names.h"
#include "syntax.h"

#include <stdarg.h>
#include <stdio.h>

enum { ARGUMENTS_MAX = 64 };

struct reader {
	struct ew_seclang *s;
	const struct ew_seclang_file *file;
	struct ew_bytes text;
	size_t at;
	uint32_t line;
	size_t line_at; /* where `line` begins */
	struct ew_error *e;
};

void ew_seclang_locate(const struct ew_seclang_file *file, const uint8_t *at, uint32_t *line_r,
		       uint32_t *column_r)
{
	const uint8_t *begin = file->text.p;

	*line_r = 1;
	for (const uint8_t *p = file->text.p; p < at; p++)
		if (*p == '\n') {
			++*line_r;
			begin = p + 1;
		}
	*column_r = (uint32_t)(at - begin) + 1;
}

bool ew_seclang_wrong(struct ew_error *e, const struct ew_seclang_file *file, const uint8_t *at,
		      const char *fmt, ...)
{
	char text[512];
	uint32_t line, column;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ew_seclang_locate(file, at, &line, &column);
	ew_error_set(e, file->path, line, "%s", text);
	if (e)
		e->column = column;
	return false;
}

size_t ew_seclang_continuation(struct ew_bytes text)
{
	if (text.n >= 2 && text.p[0] == '\\' && text.p[1] == '\n')
		return 2;
	return text.n >= 3 && text.p[0] == '\\' && text.p[1] == '\r' && text.p[2] == '\n' ? 3 : 0;
}

size_t ew_seclang_closing(struct ew_bytes text, size_t from, uint8_t quote)
{
	bool escaped = false;

	for (size_t i = from; i < text.n; i++) {
		if (text.p[i] == quote && !escaped)
			return i;
		escaped = text.p[i] == '\\' && !escaped;
	}
	return SIZE_MAX;
}

static bool no_memory(struct reader *r)
{
	return ew_error_set(r->e, r->file->path, r->line,
			    "the rules take more memory than is allowed for them");
}

/* Move to `to`; lines are counted on the way. */
static void advance(struct reader *r, size_t to)
{
	for (; r->at < to; r->at++)
		if (r->text.p[r->at] == '\n') {
			r->line++;
			r->line_at = r->at + 1;
		}
}

static bool at_line_end(const struct reader *r)
{
	struct ew_bytes rest = ew_bytes_from(r->text, r->at);

	return rest.n == 0 || rest.p[0] == '\n' || ew_bytes_starts(rest, EW_LIT("\r\n"));
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->text.n) {
		size_t n = ew_seclang_continuation(ew_bytes_from(r->text, r->at));
		if (n == 0 && r->text.p[r->at] != ' ' && r->text.p[r->at] != '\t')
			return;
		advance(r, r->at + (n ? n : 1));
	}
}

static bool hides_a_rule(struct ew_bytes comment)
{
	size_t i = 1;

	while (i < comment.n && (comment.p[i] == ' ' || comment.p[i] == '\t'))
		i++;
	comment = ew_bytes_from(comment, i);
	return ew_bytes_starts_nocase(comment, EW_LIT("SecRule")) ||
	       ew_bytes_starts_nocase(comment, EW_LIT("SecAction"));
}

/* Behind the comment that begins here, and the line that it is on. */
static void skip_comment(struct reader *r)
{
	bool hides = hides_a_rule(ew_bytes_from(r->text, r->at)), more;

	do {
		size_t end = ew_bytes_find(r->text, r->at, EW_LIT("\n"));
		end = end == SIZE_MAX ? r->text.n : end;
		size_t last = end > r->at && r->text.p[end - 1] == '\r' ? end - 1 : end;
		more = hides && last > r->at && r->text.p[last - 1] == '\\';
		advance(r, end < r->text.n ? end + 1 : end);
	} while (more && r->at < r->text.n);
}

/* End of the word without quotes around it that begins at the reader; a selector may be quoted
 * inside. */
static bool find_word_end(struct reader *r, size_t *end_r)
{
	size_t i = r->at;

	while (i < r->text.n) {
		uint8_t c = r->text.p[i];
		if (c == ' ' || c == '\t' || c == '\n' ||
		    ew_seclang_continuation(ew_bytes_from(r->text, i)) ||
		    ew_bytes_starts(ew_bytes_from(r->text, i), EW_LIT("\r\n")))
			break;
		if (c == '\'' && i > r->at && r->text.p[i - 1] == ':') {
			size_t end = ew_seclang_closing(r->text, i + 1, '\'');
			if (end == SIZE_MAX)
				return ew_seclang_wrong(
					r->e, r->file, r->text.p + i,
					"this quote is never closed: expected another '");
			i = end;
		}
		i++;
	}
	*end_r = i;
	return true;
}

/* The argument that begins at the reader. */
static bool take_argument(struct reader *r, struct ew_bytes *a_r)
{
	const uint8_t *p = r->text.p + r->at;
	size_t end = r->at;

	if (*p == '"' || *p == '\'') {
		end = ew_seclang_closing(r->text, r->at + 1, *p);
		if (end == SIZE_MAX)
			return ew_seclang_wrong(r->e, r->file, p,
						"this quote is never closed: expected another %c",
						*p);
		*a_r = ew_bytes(p + 1, end - r->at - 1);
		advance(r, end + 1);
		size_t behind = r->at;
		skip_blanks(r);
		return r->at > behind || at_line_end(r) ||
		       ew_seclang_wrong(
			       r->e, r->file, r->text.p + r->at,
			       "expected a blank or the end of the line behind the closing quote");
	}
	if (!find_word_end(r, &end))
		return false;
	*a_r = ew_bytes(p, end - r->at);
	advance(r, end);
	skip_blanks(r);
	return true;
}

static bool take_arguments(struct reader *r, struct ew_seclang_directive *d)
{
	const struct ew_directive_facts *facts = ew_directive_facts(d->id);
	const char *name = ew_seclang_name(EW_TABLE_DIRECTIVE, d->id);
	struct ew_bytes argument[ARGUMENTS_MAX], *kept;

	while (!at_line_end(r)) {
		if (d->argument_count == facts->most)
			return ew_seclang_wrong(
				r->e, r->file, r->text.p + r->at,
				"%s takes %s%zu argument%s: expected the end of the line", name,
				facts->least < facts->most ? "at most " : "", facts->most,
				facts->most == 1 ? "" : "s");
		if (!take_argument(r, &argument[d->argument_count++]))
			return false;
	}
	if (d->argument_count < facts->least)
		return ew_seclang_wrong(r->e, r->file, r->text.p + r->at,
					"%s needs %zu argument%s, here %s %zu", name, facts->least,
					facts->least == 1 ? "" : "s",
					d->argument_count == 1 ? "is" : "are", d->argument_count);
	kept = ew_arena_alloc(r->s->arena, d->argument_count * sizeof(*kept));
	if (!kept)
		return no_memory(r);
	for (size_t i = 0; i < d->argument_count; i++)
		kept[i] = argument[i];
	d->argument = kept;
	return true;
}

/* What the arguments of a few directives hold. */
static bool take_apart(struct reader *r, struct ew_seclang_directive *d)
{
	struct ew_arena *a = r->s->arena;

	switch (d->id) {
	case EW_DIRECTIVE_RULE:
		return ew_seclang_variables(a, r->file, d->argument[0], &d->variables, r->e) &&
		       ew_seclang_operator(r->file, d->argument[1], &d->operator, r->e) &&
		       (d->argument_count < 3 ||
			ew_seclang_actions(a, r->file, d->argument[2], &d->actions, r->e));
	case EW_DIRECTIVE_ACTION:
	case EW_DIRECTIVE_DEFAULT_ACTION:
		return ew_seclang_actions(a, r->file, d->argument[0], &d->actions, r->e);
	case EW_DIRECTIVE_RULE_UPDATE_ACTION_BY_ID:
		return ew_seclang_actions(a, r->file, d->argument[1], &d->actions, r->e);
	case EW_DIRECTIVE_RULE_UPDATE_TARGET_BY_ID:
	case EW_DIRECTIVE_RULE_UPDATE_TARGET_BY_MSG:
	case EW_DIRECTIVE_RULE_UPDATE_TARGET_BY_TAG:
		return ew_seclang_variables(a, r->file, d->argument[1], &d->variables, r->e);
	default:
		return true;
	}
}

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool take_directive(struct reader *r, struct ew_seclang_directive *d)
{
	const uint8_t *p = r->text.p + r->at;
	const char *near = NULL;
	size_t end = r->at;

	d->file = r->file;
	d->line = r->line;
	d->column = (uint32_t)(r->at - r->line_at) + 1;
	while (end < r->text.n && is_letter(r->text.p[end]))
		end++;
	struct ew_bytes word = ew_bytes(p, end - r->at);
	if (word.n == 0)
		return ew_seclang_wrong(r->e, r->file, p,
					"expected a directive, as SecRule, or a comment with #");
	size_t id = ew_seclang_find(EW_TABLE_DIRECTIVE, word, &near);
	if (id == EW_NAME_NONE)
		return ew_seclang_wrong(r->e, r->file, p, "unknown directive \"%.*s\"%s%s%s",
					(int)(word.n < 64 ? word.n : 64), (const char *)word.p,
					near ? "; did you mean " : "", near ? near : "",
					near ? "?" : "");
	d->id = (enum ew_directive)id;
	advance(r, end);
	size_t behind = r->at;
	skip_blanks(r);
	if (r->at == behind && !at_line_end(r))
		return ew_seclang_wrong(r->e, r->file, r->text.p + r->at,
					"expected a blank behind the directive");
	return take_arguments(r, d) && take_apart(r, d);
}

bool ew_seclang_parse(struct ew_seclang *s, const struct ew_seclang_file *file, struct ew_error *e)
{
	struct reader r = { .s = s, .file = file, .text = file->text, .line = 1, .e = e };
	struct ew_seclang_directive *first = NULL, *last = NULL;
	size_t count = 0;

	if (ew_bytes_starts(r.text, EW_LIT("\xef\xbb\xbf")))
		r.at = r.line_at = 3;
	for (;;) {
		skip_blanks(&r);
		if (r.at == r.text.n)
			break;
		if (at_line_end(&r)) {
			advance(&r, r.at + (r.text.p[r.at] == '\r' ? 2 : 1));
			continue;
		}
		if (r.text.p[r.at] == '#') {
			skip_comment(&r);
			continue;
		}
		struct ew_seclang_directive *d = ew_arena_alloc(s->arena, sizeof(*d));
		if (!d)
			return no_memory(&r);
		if (!take_directive(&r, d))
			return false;
		if (last)
			last->next = d;
		else
			first = d;
		last = d;
		count++;
	}
	if (!first)
		return true;
	if (s->last)
		s->last->next = first;
	else
		s->first = first;
	s->last = last;
	s->count += count;
	return true;
}
