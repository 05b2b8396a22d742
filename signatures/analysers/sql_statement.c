/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Statements of SQL as far as one must know them to tell them from prose that uses the same words. */

#include "sql_statement.h"

#include "../words.h"
#include "sql_shape.h"

enum {
	LIST_MOST = 24,     /* tokens of a list of columns that are looked at */
	SCAN_MOST = 96,     /* tokens of a statement that are */
	PACKAGED_MOST = 64, /* bytes of the name of a function in a package */
	DASHES_MOST = 3,    /* in a comment that says nothing */
};

#define EW_SQL_CALL(name, sort) name,
static const char *const call_names[] = {
#include "sql_calls.def"
};
#undef EW_SQL_CALL
#define EW_SQL_CALL(name, sort) sort,
static const uint8_t call_sorts[] = {
#include "sql_calls.def"
};
#undef EW_SQL_CALL

#define EW_SQL_CATALOGUE(name) name,
static const char *const catalogues[] = {
#include "sql_catalogues.def"
};
#undef EW_SQL_CATALOGUE

enum ew_sql_call ew_sql_call_of(struct ew_bytes name)
{
	static const struct ew_bytes packages[] = { EW_LIT("dbms_"), EW_LIT("utl_"), EW_LIT("ctxsys."),
						    EW_LIT("user_lock.") };
	static const struct ew_bytes schemas[] = { EW_LIT("sys."), EW_LIT("pg_catalog."), EW_LIT("dbo.") };

	for (size_t i = 0; i < sizeof(schemas) / sizeof(*schemas); i++)
		if (ew_bytes_starts_nocase(name, schemas[i]))
			name = ew_bytes_from(name, schemas[i].n);
	for (size_t i = 0; i < sizeof(packages) / sizeof(*packages); i++)
		if (name.n > packages[i].n && name.n <= PACKAGED_MOST &&
		    ew_bytes_starts_nocase(name, packages[i]))
			return EW_SQL_CALL_HARD;
	size_t i = ew_word_find(call_names, sizeof(call_names) / sizeof(*call_names), name);
	return i == EW_WORD_NONE ? EW_SQL_CALL_NONE : (enum ew_sql_call)call_sorts[i];
}

bool ew_sql_asks_server(struct ew_bytes name)
{
	static const char *const names[] = {
		"connection_id",    "current_database", "current_schema", "current_user",
		"database",         "db_name",          "host_name",      "inet_server_addr",
		"schema",           "session_user",     "sqlite_version", "suser_name",
		"suser_sname",      "system_user",      "user",           "user_name",
		"version",
	};

	return ew_word_in(names, sizeof(names) / sizeof(*names), name);
}

bool ew_sql_is_catalogue(struct ew_bytes name)
{
	const uint8_t *dot = name.n ? memchr(name.p, '.', name.n) : NULL;
	struct ew_bytes first = { name.p, dot ? (size_t)(dot - name.p) : name.n };

	/* These are names of things of others, too, when they stand alone. */
	if (!dot && (ew_bytes_eq_nocase(name, EW_LIT("master")) || ew_bytes_eq_nocase(name, EW_LIT("sys")) ||
		     ew_bytes_eq_nocase(name, EW_LIT("mysql")) || ew_bytes_eq_nocase(name, EW_LIT("msdb"))))
		return false;
	return ew_word_in(catalogues, sizeof(catalogues) / sizeof(*catalogues), first);
}

const struct ew_sql_token *ew_sql_token_at(const struct ew_sql_run *run, size_t i)
{
	static const struct ew_sql_token nothing = { .kind = EW_SQL_END };

	return i < run->n ? &run->t[i] : &nothing;
}

static struct ew_bytes text_of(const struct ew_sql_run *run, const struct ew_sql_token *t)
{
	return ew_bytes(run->text.p + t->from, t->to - t->from);
}

bool ew_sql_is(const struct ew_sql_run *run, const struct ew_sql_token *t, const char *word)
{
	return ew_bytes_eq_nocase(text_of(run, t), ew_bytes_str(word));
}

/* Names that are words of SQL elsewhere: user, table, load. */
static bool is_name(const struct ew_sql_token *t)
{
	return t->kind == EW_SQL_NAME ||
	       (t->kind == EW_SQL_WORD && t->class >= EW_SQL_THING && t->class <= EW_SQL_OTHER);
}

static bool is_source(const struct ew_sql_token *t)
{
	return is_name(t) || t->kind == EW_SQL_LEFT || t->kind == EW_SQL_STRING || t->kind == EW_SQL_OPEN ||
	       t->kind == EW_SQL_VARIABLE;
}

bool ew_sql_reads_catalogue(const struct ew_sql_run *run, size_t i)
{
	while (ew_sql_token_at(run, i)->kind == EW_SQL_LEFT)
		i++;
	const struct ew_sql_token *t = ew_sql_token_at(run, i), *next = ew_sql_token_at(run, i + 1);
	struct ew_bytes b = ew_bytes_trim(text_of(run, t), "`\"[]");

	if (!is_name(t) && t->kind != EW_SQL_STRING)
		return false;
	return ew_sql_is_catalogue(b) ||
	       (next->kind == EW_SQL_DOT &&
		(ew_bytes_eq_nocase(b, EW_LIT("mysql")) || ew_bytes_eq_nocase(b, EW_LIT("sys")) ||
		 ew_bytes_eq_nocase(b, EW_LIT("master"))));
}

bool ew_sql_is_identifier(const struct ew_sql_run *run, size_t i)
{
	const struct ew_sql_token *t = ew_sql_token_at(run, i);
	struct ew_bytes b = text_of(run, t);

	if (t->kind != EW_SQL_NAME)
		return false;
	for (size_t k = 0; k < b.n; k++)
		if (b.p[k] == '_' || (b.p[k] >= '0' && b.p[k] <= '9'))
			return true;
	return b.n == 1;
}

size_t ew_sql_modifier(const struct ew_sql_run *run, size_t i)
{
	static const char *const counted[] = { "first", "skip", "top" };
	static const char *const shaped[] = { "element", "raw", "value" };
	const struct ew_sql_token *t = ew_sql_token_at(run, i), *next = ew_sql_token_at(run, i + 1);

	if (t->kind != EW_SQL_NAME)
		return 0;
	if (next->kind == EW_SQL_NUMBER)
		return ew_word_in(counted, 3, text_of(run, t)) ? 2 : 0;
	return next->kind == EW_SQL_NAME && ew_word_in(shaped, 3, text_of(run, t));
}

unsigned ew_sql_list_level(const struct ew_sql_run *run, size_t i)
{
	size_t end = i + LIST_MOST;
	bool commas = false;

	for (;; i++) {
		const struct ew_sql_token *t = ew_sql_token_at(run, i);
		if (t->kind == EW_SQL_SIGN && run->text.p[t->from] == '*')
			return 3;
		size_t skipped = ew_sql_modifier(run, i);
		if (skipped)
			i += skipped - 1;
		else if (t->class != EW_SQL_BEFORE && t->kind != EW_SQL_LEFT && t->kind != EW_SQL_SIGN &&
			 !(t->kind == EW_SQL_COMPARE && run->text.p[t->from] == '~'))
			break;
	}
	for (; i < end; i++) {
		const struct ew_sql_token *t = ew_sql_token_at(run, i), *next = ew_sql_token_at(run, i + 1);
		if (t->kind == EW_SQL_NUMBER || t->kind == EW_SQL_STRING || t->kind == EW_SQL_OPEN ||
		    t->kind == EW_SQL_VARIABLE || t->class == EW_SQL_CONST || t->class == EW_SQL_CASE ||
		    t->class == EW_SQL_IF || t->class == EW_SQL_SELECT)
			return 3;
		if (t->kind == EW_SQL_FROM || t->class == EW_SQL_PROSE)
			return 0;
		if (t->kind != EW_SQL_NAME && t->kind != EW_SQL_WORD)
			return 0;
		if (next->kind == EW_SQL_LEFT && (next->glued || ew_sql_call_of(text_of(run, t))))
			return 3;
		if (!is_name(t))
			return 0;
		while (next->kind == EW_SQL_DOT || next->class == EW_SQL_AS ||
		       (next->kind == EW_SQL_RIGHT && i + 1 < end)) {
			i += next->kind == EW_SQL_RIGHT ? 1 : 2;
			next = ew_sql_token_at(run, i + 1);
		}
		if (next->kind == EW_SQL_COMMA) {
			commas = true;
			i++;
			continue;
		}
		if (next->class == EW_SQL_FROM)
			return is_source(ew_sql_token_at(run, i + 2))
				       ? 1 + commas + ew_sql_reads_catalogue(run, i + 2)
				       : 0;
		if (next->kind == EW_SQL_SIGN || next->kind == EW_SQL_LOGIC || next->kind == EW_SQL_COMPARE)
			return 2;
		if (next->kind == EW_SQL_TAIL || next->kind == EW_SQL_SEMICOLON || next->class == EW_SQL_SETOP)
			return 1;
		return commas && next->kind == EW_SQL_END;
	}
	return commas ? 2 : 0;
}

/* What may come behind the name of what is made, dropped or changed. */
static bool ends_name(const struct ew_sql_token *t)
{
	switch (t->kind) {
	case EW_SQL_END:
	case EW_SQL_CUT:
	case EW_SQL_TAIL:
	case EW_SQL_SEMICOLON:
	case EW_SQL_LEFT:
	case EW_SQL_COMMA:
		return true;
	case EW_SQL_WORD:
		return t->class == EW_SQL_AS || t->class == EW_SQL_SET || t->class == EW_SQL_VALUES ||
		       t->class == EW_SQL_SELECT || t->class == EW_SQL_CONDITION ||
		       (t->class >= EW_SQL_DDL && t->class <= EW_SQL_OTHER);
	default:
		return false;
	}
}

static bool changes_things(const struct ew_sql_run *run, size_t i)
{
	const struct ew_sql_token *verb = ew_sql_token_at(run, i++), *t = ew_sql_token_at(run, i);

	if (ew_sql_is(run, verb, "truncate") && t->kind == EW_SQL_NAME)
		return ends_name(ew_sql_token_at(run, i + 1));
	/* or replace, unique, if not exists */
	for (size_t most = i + 5; i < most && t->kind == EW_SQL_WORD && t->class != EW_SQL_PROSE;)
		t = ew_sql_token_at(run, ++i);
	bool thing = i > 0 && ew_sql_token_at(run, i - 1)->class != EW_SQL_DDL;
	if (!thing || (t->kind != EW_SQL_NAME && t->kind != EW_SQL_STRING && t->kind != EW_SQL_VARIABLE))
		return false;
	t = ew_sql_token_at(run, i + 1);
	return ends_name(t) || ew_sql_is(run, t, "add") || ew_sql_is(run, t, "identified") ||
	       ew_sql_is(run, t, "cascade") || ew_sql_is(run, t, "modify") || ew_sql_is(run, t, "language") ||
	       ew_sql_is(run, t, "returns");
}

static bool runs_procedure(const struct ew_sql_run *run, size_t i, bool bold)
{
	const struct ew_sql_token *t = ew_sql_token_at(run, i);
	struct ew_bytes b = text_of(run, t);

	if (t->kind == EW_SQL_LEFT)
		return ew_sql_token_at(run, i + 1)->kind != EW_SQL_RIGHT &&
		       ew_sql_token_at(run, i + 1)->kind != EW_SQL_NAME;
	if (t->kind == EW_SQL_VARIABLE || ew_sql_is(run, t, "immediate"))
		return true;
	if (t->kind != EW_SQL_NAME)
		return bold && t->kind == EW_SQL_STRING;
	return bold || ew_bytes_starts_nocase(b, EW_LIT("xp_")) || ew_bytes_starts_nocase(b, EW_LIT("sp_")) ||
	       ew_bytes_starts_nocase(b, EW_LIT("master.")) || ew_bytes_starts_nocase(b, EW_LIT("sys."));
}

static bool grants(const struct ew_sql_run *run, size_t i)
{
	for (size_t most = i + 12; i < most; i++) {
		const struct ew_sql_token *t = ew_sql_token_at(run, i);
		if (t->class == EW_SQL_AS || t->class == EW_SQL_FROM)
			return is_source(ew_sql_token_at(run, i + 1));
		if (t->kind == EW_SQL_END || t->class == EW_SQL_PROSE)
			return false;
	}
	return false;
}

static bool begins_other(const struct ew_sql_run *run, size_t i)
{
	const struct ew_sql_token *t = ew_sql_token_at(run, i), *next = ew_sql_token_at(run, i + 1);
	static const char *const pairs[][2] = {
		{ "attach", "database" },  { "backup", "database" },   { "backup", "log" },
		{ "bulk", "insert" },      { "load", "data" },         { "load", "xml" },
		{ "restore", "database" }, { "show", "tables" },       { "show", "databases" },
		{ "show", "columns" },     { "show", "variables" },    { "show", "grants" },
		{ "show", "create" },      { "flush", "privileges" },  { "lock", "tables" },
		{ "lock", "table" },       { "begin", "transaction" }, { "begin", "declare" },
		{ "set", "password" },     { "export", "data" },
	};

	for (size_t p = 0; p < sizeof(pairs) / sizeof(*pairs); p++)
		if (ew_sql_is(run, t, pairs[p][0]) && ew_sql_is(run, next, pairs[p][1]))
			return true;
	if (ew_sql_is(run, t, "do") || ew_sql_is(run, t, "begin"))
		return next->kind == EW_SQL_STRING;
	if (ew_sql_is(run, t, "unload"))
		return next->kind == EW_SQL_LEFT;
	if (ew_sql_is(run, t, "kill"))
		return next->kind == EW_SQL_NUMBER;
	if (ew_sql_is(run, t, "prepare"))
		return next->kind == EW_SQL_NAME && ew_sql_token_at(run, i + 2)->class == EW_SQL_FROM;
	if (ew_sql_is(run, t, "handler"))
		return next->kind == EW_SQL_NAME && ew_sql_is(run, ew_sql_token_at(run, i + 2), "open");
	if (ew_sql_is(run, t, "dbcc") || ew_sql_is(run, t, "pragma"))
		return next->kind == EW_SQL_NAME;
	return false;
}

bool ew_sql_begins_operator(const struct ew_sql_run *run)
{
	const struct ew_sql_token *t = ew_sql_token_at(run, 0);

	switch (t->kind) {
	case EW_SQL_LOGIC:
	case EW_SQL_RIGHT:
	case EW_SQL_COMMA:
	case EW_SQL_SEMICOLON:
		return true;
	case EW_SQL_SIGN:
		return run->text.p[t->from] == '%' ||
		       (run->text.p[t->from] == '*' && ew_sql_token_at(run, 1)->kind != EW_SQL_COMMA &&
			ew_sql_token_at(run, 1)->class != EW_SQL_FROM);
	case EW_SQL_WORD:
		return t->class == EW_SQL_LOGIC_WORD || t->class == EW_SQL_MATCH ||
		       t->class == EW_SQL_CONDITION || t->class == EW_SQL_ORDER || t->class == EW_SQL_SETOP ||
		       t->class == EW_SQL_AS || t->class == EW_SQL_AFTER ||
		       (t->class == EW_SQL_LIMIT && (run->text.p[t->from] | 0x20) != 'u');
	default:
		return false;
	}
}

bool ew_sql_begins_statement(const struct ew_sql_run *run, size_t i, bool bold)
{
	const struct ew_sql_token *t = ew_sql_token_at(run, i), *next = ew_sql_token_at(run, i + 1);
	const struct ew_sql_token *third = ew_sql_token_at(run, i + 2);

	switch (t->class) {
	case EW_SQL_SELECT:
		return ew_sql_list_level(run, i + 1) >= (bold ? 1 : 2);
	case EW_SQL_DDL:
		return changes_things(run, i);
	case EW_SQL_INSERT:
		return (next->class == EW_SQL_FROM && is_source(third)) || third->class == EW_SQL_VALUES;
	case EW_SQL_UPDATE:
		return (is_name(next) || next->kind == EW_SQL_STRING) && third->class == EW_SQL_SET;
	case EW_SQL_DELETE:
		if (next->class == EW_SQL_FROM)
			return is_source(third) && ends_name(ew_sql_token_at(run, i + 3));
		return bold && next->kind == EW_SQL_NAME && ends_name(third);
	case EW_SQL_EXEC:
		return runs_procedure(run, i + 1, bold);
	case EW_SQL_CALL:
		return next->kind == EW_SQL_NAME && third->kind == EW_SQL_LEFT;
	case EW_SQL_DECLARE:
		return next->kind == EW_SQL_VARIABLE || (bold && next->kind == EW_SQL_NAME);
	case EW_SQL_WAITFOR:
		return third->kind == EW_SQL_STRING || third->kind == EW_SQL_OPEN ||
		       third->kind == EW_SQL_VARIABLE || third->kind == EW_SQL_LEFT;
	case EW_SQL_HALT:
		return next->kind == EW_SQL_TAIL || next->kind == EW_SQL_SEMICOLON ||
		       (bold && next->kind == EW_SQL_END);
	case EW_SQL_GRANT:
		return grants(run, i + 1);
	case EW_SQL_COPY:
		if (next->kind == EW_SQL_LEFT)
			return third->class == EW_SQL_SELECT;
		if (next->class == EW_SQL_FROM)
			return is_source(third) && (ew_sql_token_at(run, i + 3)->class == EW_SQL_FROM ||
						    ew_sql_token_at(run, i + 3)->kind == EW_SQL_LEFT);
		return next->kind == EW_SQL_NAME &&
		       (third->class == EW_SQL_FROM || third->class == EW_SQL_AS || third->kind == EW_SQL_LEFT);
	case EW_SQL_SET:
		return bold && next->kind == EW_SQL_VARIABLE;
	default:
		return begins_other(run, i);
	}
}

bool ew_sql_turns_insert(const struct ew_sql_run *run, size_t i)
{
	const struct ew_sql_token *t = ew_sql_token_at(run, i), *next = ew_sql_token_at(run, i + 1);

	if (ew_sql_is(run, t, "duplicate"))
		return ew_sql_is(run, next, "key");
	return ew_sql_is(run, t, "conflict") && (next->kind == EW_SQL_LEFT || ew_sql_is(run, next, "do"));
}

/* 1=1, and nothing else. */
static bool compares_same(const struct ew_sql_run *run, size_t i)
{
	const struct ew_sql_token *left = ew_sql_token_at(run, i), *right = ew_sql_token_at(run, i + 2);
	const struct ew_sql_token *end = ew_sql_token_at(run, i + 3);

	return ew_sql_is(run, ew_sql_token_at(run, i + 1), "=") &&
	       ew_bytes_eq(text_of(run, left), text_of(run, right)) &&
	       (end->kind == EW_SQL_END || end->kind == EW_SQL_TAIL || end->kind == EW_SQL_SEMICOLON);
}

unsigned ew_sql_spelt(const struct ew_sql_run *run, size_t i)
{
	const struct ew_sql_token *name = ew_sql_token_at(run, i),
				  *argument = ew_sql_token_at(run, i + 2);
	bool many = ew_sql_token_at(run, i + 3)->kind == EW_SQL_COMMA;

	if (argument->kind != EW_SQL_NUMBER)
		return 0;
	if (ew_sql_is(run, name, "concat"))
		return ew_bytes_starts_nocase(text_of(run, argument), EW_LIT("0x")) ? 2 : 0;
	return ew_sql_is(run, name, "char") || ew_sql_is(run, name, "chr") ? 1 + many : 0;
}

static const char *scan_one(const struct ew_sql_run *run, size_t i)
{
	const struct ew_sql_token *t = ew_sql_token_at(run, i), *next = ew_sql_token_at(run, i + 1);

	if (t->kind == EW_SQL_NAME && next->kind == EW_SQL_LEFT &&
	    ew_sql_call_of(text_of(run, t)) == EW_SQL_CALL_HARD)
		return "a call that delays, reads or connects";
	switch (t->class) {
	case EW_SQL_FROM:
		if (ew_sql_reads_catalogue(run, i + 1))
			return "the catalogue of the database is read or changed";
		if ((ew_sql_is(run, next, "outfile") || ew_sql_is(run, next, "dumpfile")) &&
		    is_source(ew_sql_token_at(run, i + 2)))
			return "a file is written";
		return ew_sql_is(run, next, "program") && ew_sql_token_at(run, i + 2)->kind == EW_SQL_STRING
			       ? "a program is run"
			       : NULL;
	case EW_SQL_AS:
		return ew_sql_is(run, t, "to") && ew_sql_is(run, next, "program") &&
				       ew_sql_token_at(run, i + 2)->kind == EW_SQL_STRING
			       ? "a program is run"
			       : NULL;
	case EW_SQL_DDL:
		return i == 0 && ew_sql_is(run, t, "drop") && ew_sql_is(run, next, "database") &&
				       ew_sql_token_at(run, 2)->kind == EW_SQL_NAME &&
				       ew_sql_token_at(run, 3)->kind != EW_SQL_NAME &&
				       ends_name(ew_sql_token_at(run, 3))
			       ? "a database is dropped"
			       : NULL;
	case EW_SQL_CONDITION:
		return (run->t[0].class == EW_SQL_DELETE || run->t[0].class == EW_SQL_UPDATE) &&
				       next->kind == EW_SQL_NUMBER && compares_same(run, i + 1)
			       ? "all rows are changed"
			       : NULL;
	case EW_SQL_WAITFOR:
		return ew_sql_begins_statement(run, i, false) ? "a delay" : NULL;
	case EW_SQL_EXEC:
		return runs_procedure(run, i + 1, false) ? "a procedure is run" : NULL;
	default:
		return NULL;
	}
}

const char *ew_sql_scan(const struct ew_sql_run *run, size_t i)
{
	for (size_t most = i + SCAN_MOST; i < run->n && i < most; i++) {
		const char *why = scan_one(run, i);
		if (why)
			return why;
	}
	return NULL;
}

enum ew_sql_tail ew_sql_tail(const struct ew_sql_run *run, const struct ew_sql_token *t)
{
	struct ew_bytes b = ew_bytes_from(text_of(run, t), run->text.p[t->from] == '#' ? 1 : 2);
	size_t from = 0;

	if (run->text.p[t->from] == ';')
		return EW_SQL_TAIL_EMPTY;
	while (b.n && (b.p[b.n - 1] <= 0x20 || b.p[b.n - 1] == '/' || b.p[b.n - 1] == '*'))
		b.n--;
	size_t dashes = 0;
	while (from < b.n && (b.p[from] <= 0x20 || strchr("-+#", b.p[from])))
		dashes += b.p[from++] == '-';
	if (dashes > DASHES_MOST)
		return EW_SQL_TAIL_TEXT; /* a line drawn below a heading */
	if (from == b.n)
		return EW_SQL_TAIL_EMPTY;
	if (run->text.p[t->from] == '#' || b.n - from > 16 || (from && !t->glued && b.n - from > 4))
		return EW_SQL_TAIL_TEXT;
	for (; from < b.n; from++)
		if (!ew_word_byte(b.p[from]))
			return EW_SQL_TAIL_TEXT;
	return EW_SQL_TAIL_WORD;
}
