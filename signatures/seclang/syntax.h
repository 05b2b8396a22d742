/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_SYNTAX_H
#define EVENTWALL_SECLANG_SYNTAX_H

/* ModSecurity rule files as they are written: a list of directives, taken apart but not yet
 * understood.
 *
 * Text is kept as it stands between its quotes, as ModSecurity 3 keeps it: a backslash stays,
 * before a quote as well. All of it lives in the arena, files included. */

#include "eventwall/arena.h"
#include "eventwall/error.h"

enum ew_directive {
#define EW_SECLANG_DIRECTIVE(id, name, least, most, fate, why) EW_DIRECTIVE_##id,
#include "directive.def"
#undef EW_SECLANG_DIRECTIVE
	EW_DIRECTIVE_COUNT
};

enum ew_variable {
#define EW_SECLANG_VARIABLE(name, shape, from) EW_VARIABLE_##name,
#include "variable.def"
#undef EW_SECLANG_VARIABLE
	EW_VARIABLE_COUNT
};

enum ew_operator {
#define EW_SECLANG_OPERATOR(id, name, argument, fate) EW_OPERATOR_##id,
#include "operator.def"
#undef EW_SECLANG_OPERATOR
	EW_OPERATOR_COUNT
};

enum ew_action {
#define EW_SECLANG_ACTION(id, name, value, fate) EW_ACTION_##id,
#include "action.def"
#undef EW_SECLANG_ACTION
	EW_ACTION_COUNT
};

/* What becomes of a directive, an operator, an action. */
enum ew_seclang_fate { EW_FATE_OBEYED, EW_FATE_ELSEWHERE, EW_FATE_UNABLE };

struct ew_seclang_file {
	const char *path;
	struct ew_bytes text;
	const struct ew_seclang_file *from; /* that includes it; NULL: an operator named it */
	unsigned depth;                     /* how many include each other above it */
	uint64_t device, inode;             /* zero: a text that is no file */
};

enum ew_seclang_select { EW_SELECT_ALL, EW_SELECT_KEY, EW_SELECT_REGEX };

/* One of the targets of a rule: [&|!] NAME [: selector]. */
struct ew_seclang_variable {
	struct ew_seclang_variable *next;
	enum ew_variable id;
	bool count, except;
	enum ew_seclang_select select;
	struct ew_bytes key; /* or the pattern, without its slashes */
	const uint8_t *at;
};

struct ew_seclang_operator {
	enum ew_operator id;
	bool negated;
	struct ew_bytes argument;
	const uint8_t *at; /* NULL: there is none */
};

struct ew_seclang_action {
	struct ew_seclang_action *next;
	enum ew_action id;
	struct ew_bytes value; /* without the quotes around all of it */
	const uint8_t *at;
};

struct ew_seclang_directive {
	struct ew_seclang_directive *next;
	enum ew_directive id;
	const struct ew_seclang_file *file;
	uint32_t line, column;
	const struct ew_bytes *argument; /* without quotes */
	size_t argument_count;
	/* Of those that have them, taken from the arguments. */
	struct ew_seclang_variable *variables;
	struct ew_seclang_operator operator;
	struct ew_seclang_action *actions;
};

struct ew_seclang {
	struct ew_arena *arena;
	struct ew_seclang_directive *first, *last;
	size_t count, files;
};

/* Append the directives of `text`.  Inclusions stay as they are.  False: `e` has file, line and
 * column, and nothing was appended. */
EW_MUSTCHECK bool ew_seclang_parse(struct ew_seclang *s, const struct ew_seclang_file *file,
				   struct ew_error *e);

/* Append the directives of the file `path`, or of those that it names as a glob, and of all that
 * they include, in place of the directive that includes them: sorted names of a glob, looked for
 * beside the file that names them.  The arena is what bounds them all. */
EW_MUSTCHECK bool ew_seclang_read(struct ew_seclang *s, const char *path, struct ew_error *e);

/* "!REQUEST_COOKIES:/__utm/|ARGS": an error has the place in `file`.  `text` is a view of its text.
 */
EW_MUSTCHECK bool ew_seclang_variables(struct ew_arena *a, const struct ew_seclang_file *file,
				       struct ew_bytes text, struct ew_seclang_variable **first_r,
				       struct ew_error *e);
EW_MUSTCHECK bool ew_seclang_operator(const struct ew_seclang_file *file, struct ew_bytes text,
				      struct ew_seclang_operator *o_r, struct ew_error *e);
EW_MUSTCHECK bool ew_seclang_actions(struct ew_arena *a, const struct ew_seclang_file *file,
				     struct ew_bytes text, struct ew_seclang_action **first_r,
				     struct ew_error *e);

/* Where `at`, in the text of `file`, is. */
void ew_seclang_locate(const struct ew_seclang_file *file, const uint8_t *at, uint32_t *line_r,
		       uint32_t *column_r);

/* The mistake is at `at`.  Answers false. */
bool ew_seclang_wrong(struct ew_error *e, const struct ew_seclang_file *file, const uint8_t *at,
		      const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Length of the continuation at the head of `text`, a backslash at the end of a line; 0: there is
 * none. */
size_t ew_seclang_continuation(struct ew_bytes text);

/* Offset of the quote that ends what begins at `from`: the first with an even number of backslashes
 * before it. SIZE_MAX: none does. */
size_t ew_seclang_closing(struct ew_bytes text, size_t from, uint8_t quote);

#endif
