/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The grammar behind `sqli`: a walk over tokens that knows at each whether an operand or an operator must come.
 * What cannot follow ends the walk, and prose ends it at once, since few words of a sentence can follow each
 * other in a statement.  Parts that no data has (a second statement, UNION SELECT, a call that delays or reads
 * files) decide where they stand; conditions are weighed at the end, and only if the walk came that far.
 *
 * The trap: outside of quotes a filter such as  region = 'eu' and price > 5  is as good SQL as an attack is.
 * There only conditions count that no filter has a use for: those that compare constants, or a thing with
 * itself. */

#include "sql_walk.h"

static void begin_condition(struct ew_sql_walk *w, enum ew_sql_joint joint, bool is_or)
{
	ew_sql_end_condition(w, false);
	w->c.joint = joint;
	w->c.is_or = is_or;
	w->want = true;
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* A string that would be text between two quoted words of prose or of a program. */
static bool stands_outside(const struct ew_sql_walk *w, const struct ew_sql_token *t)
{
	size_t close = t->kind == EW_SQL_STRING;
	if (!t->quote || t->to - t->from < 2 + 1 + close)
		return false;
	struct ew_bytes b = ew_bytes(w->run.text.p + t->from + 1, t->to - t->from - 1 - close);
	bool letters = false;
	for (size_t i = 0; i < b.n && i < 64 && !letters; i++)
		letters = is_letter(b.p[i]);
	if (b.n > 2 && b.p[0] <= 0x20 && b.p[b.n - 1] <= 0x20)
		return true;
	if (letters && (b.p[0] <= 0x20 || (close && b.p[b.n - 1] <= 0x20)))
		return true;
	if (t->quote != w->place.quote)
		return false;
	if (b.p[0] == ',' && b.p[b.n - 1] <= 0x20)
		return true;
	struct ew_bytes inner = ew_bytes_trim(b, " \t\r\n");
	return inner.n > 2 && letters && strchr(",.;)]}+|&=:", inner.p[0]) && inner.p[0];
}

static void take_name(struct ew_sql_walk *w, const struct ew_sql_token *t)
{
	struct ew_bytes b = ew_sql_walk_text(w, t);

	if (w->c.names++ == 0)
		w->c.name = b;
	else
		w->c.same = ew_bytes_eq_nocase(b, w->c.name);
	w->want = false;
}

static bool take_constant(struct ew_sql_walk *w, const struct ew_sql_token *t)
{
	bool string = t->kind == EW_SQL_STRING || t->kind == EW_SQL_OPEN;

	if (string && w->place.quote && stands_outside(w, t) &&
	    !(t->kind == EW_SQL_OPEN && w->c.compares && w->c.consts))
		return false;
	struct ew_bytes b = ew_sql_walk_text(w, t);
	if (t->kind == EW_SQL_VARIABLE && b.n > 2 && b.p[0] == '@' && b.p[1] == '@' && is_letter(b.p[2]) &&
	    w->injected)
		return ew_sql_walk_found(w, "a variable of the server is read");
	if (t->kind == EW_SQL_VARIABLE) {
		take_name(w, t);
		return true;
	}
	if (t->kind == EW_SQL_NUMBER && b.n > 2 && b.p[b.n - 2] == '.' && (b.p[b.n - 1] | 0x20) == 'e' &&
	    ew_sql_walk_token(w, w->i + 1)->glued && ew_sql_walk_token(w, w->i + 1)->kind == EW_SQL_LEFT)
		return ew_sql_walk_found(w, "a number that swallows what follows");
	w->c.consts++;
	w->c.numbers += t->kind == EW_SQL_NUMBER;
	w->want = false;
	return true;
}

/* At a name before a bracket. */
static bool take_call(struct ew_sql_walk *w, const struct ew_sql_token *t)
{
	enum ew_sql_call call = ew_sql_call_of(ew_sql_walk_text(w, t));
	const struct ew_sql_token *argument = ew_sql_walk_token(w, w->i + 2);

	w->c.calls++;
	w->c.soft += call >= EW_SQL_CALL_SOFT;
	w->c.common += call == EW_SQL_CALL_COMMON;
	if (call >= EW_SQL_CALL_SLEEP && argument->kind != EW_SQL_RIGHT) {
		if (w->injected)
			return ew_sql_walk_found(w, "a call that delays, reads or connects");
		uint8_t a = argument->kind == EW_SQL_STRING ? w->run.text.p[argument->from + 1] : 0;
		bool is_package = memchr(w->run.text.p + t->from, '.', t->to - t->from) != NULL;
		bool data = argument->kind == EW_SQL_NUMBER || argument->kind == EW_SQL_LEFT ||
			    call == EW_SQL_CALL_HARD;
		if (w->c.names == 0 && w->c.compares == 0)
			w->hard_alone |= argument->kind == EW_SQL_STRING && !is_package ? !is_letter(a) : data;
	}
	w->asks += argument->kind == EW_SQL_RIGHT && ew_sql_asks_server(ew_sql_walk_text(w, t));
	w->spelt += ew_sql_spelt(&w->run, w->i);
	/* elt(1=1,1): another way to spell IF */
	if (w->i == 0 && (ew_sql_is(&w->run, t, "elt") || ew_sql_is(&w->run, t, "iif") ||
			  ew_sql_is(&w->run, t, "make_set"))) {
		w->c.joint = EW_SQL_BRANCHED;
		w->c.calls = 0;
	}
	w->i++;
	w->depth++;
	return true;
}

/* At SELECT. */
static bool take_select(struct ew_sql_walk *w)
{
	unsigned level = ew_sql_list_level(&w->run, w->i + 1);

	/* f((select, f(select, but not (select */
	bool nested = w->i > 1 && w->depth > 0 && ew_sql_walk_token(w, w->i - 1)->kind == EW_SQL_LEFT &&
		      ew_sql_walk_token(w, w->i - 1)->glued;
	if (w->i == 0 && !w->place.quote) {
		w->alone = w->injected = true;
	} else if (!w->alone && (level >= 2 || (level && nested))) {
		return ew_sql_walk_found(w, "a query inside of a value");
	} else if (!w->alone && level == 1 && (w->injected || w->i == 1)) {
		w->plain_query = true;
	}
	w->i += ew_sql_modifier(&w->run, w->i + 1);
	w->query = true;
	w->want = true;
	return true;
}

/* At UNION: with what follows it. */
static bool take_union(struct ew_sql_walk *w)
{
	size_t i = w->i + 1;
	bool odd = false;

	for (;
	     ew_sql_walk_token(w, i)->class == EW_SQL_BEFORE || ew_sql_walk_token(w, i)->kind == EW_SQL_LEFT ||
	     (ew_sql_walk_token(w, i)->kind == EW_SQL_SIGN && i < w->i + 4);
	     i++)
		odd = true;
	unsigned level = 0;
	if (ew_sql_walk_token(w, i)->class == EW_SQL_SELECT)
		level = ew_sql_list_level(&w->run, i + 1);
	else if (ew_sql_is(&w->run, ew_sql_walk_token(w, i), "with"))
		level = ew_sql_walk_token(w, i + 1)->kind == EW_SQL_NAME &&
			ew_sql_walk_token(w, i + 2)->class == EW_SQL_AS &&
			ew_sql_walk_token(w, i + 3)->kind == EW_SQL_LEFT;
	else if (ew_sql_walk_token(w, i)->class == EW_SQL_VALUES ||
		 ew_sql_is(&w->run, ew_sql_walk_token(w, i), "table"))
		level = ew_sql_walk_token(w, i + 1)->kind == EW_SQL_NAME ||
			(ew_sql_walk_token(w, i + 1)->kind == EW_SQL_LEFT &&
			 ew_sql_list_level(&w->run, i + 2) == 3);
	unsigned need = w->alone ? 3 : w->place.quote || !w->first_name || w->fragment ? 1 : 2;
	if (!w->alone && w->i == 0 && !w->place.quote && !odd)
		need = 2;
	/* A lone name: that of a thing of a program, for prose has words. */
	if (level == 0 && (odd || w->fragment) && ew_sql_walk_token(w, i)->class == EW_SQL_SELECT &&
	    (w->fragment || ew_sql_is_identifier(&w->run, i + 1)) &&
	    ew_sql_walk_token(w, i + 2)->kind == EW_SQL_END)
		level = 1;
	if (level < need && !(level && odd && !w->alone))
		return w->alone;
	w->i = i;
	return ew_sql_walk_found(w, "UNION joins another query");
}

static bool is_plus(const struct ew_sql_walk *w, size_t i)
{
	const struct ew_sql_token *t = ew_sql_walk_token(w, i);
	return t->kind == EW_SQL_SIGN && w->run.text.p[t->from] == '+';
}

static bool take_operand(struct ew_sql_walk *w)
{
	const struct ew_sql_token *t = ew_sql_walk_token(w, w->i),
				  *before = w->i ? ew_sql_walk_token(w, w->i - 1) : NULL;
	const struct ew_sql_token *next = ew_sql_walk_token(w, w->i + 1);
	uint8_t c = w->run.text.p[t->from < w->run.text.n ? t->from : 0];

	switch (t->kind) {
	case EW_SQL_NUMBER:
	case EW_SQL_STRING:
	case EW_SQL_OPEN:
	case EW_SQL_VARIABLE:
		return take_constant(w, t);
	case EW_SQL_LEFT:
		w->depth++;
		return true;
	case EW_SQL_RIGHT:
		w->depth--;
		w->want = false;
		return before && before->kind == EW_SQL_LEFT;
	case EW_SQL_COMPARE:
		return c == '~' && t->to - t->from == 1;
	case EW_SQL_SIGN:
		if (c == '*' && !before) {
			w->want = false;
			return next->kind == EW_SQL_COMMA || next->class == EW_SQL_FROM;
		}
		if (c == '*' && before &&
		    (before->kind == EW_SQL_LEFT || before->kind == EW_SQL_COMMA ||
		     before->kind == EW_SQL_DOT || before->class == EW_SQL_SELECT ||
		     before->class == EW_SQL_BEFORE)) {
			w->want = false;
			return true;
		}
		w->c.signs++;
		return c == '+' || c == '-' || c == '!';
	case EW_SQL_NAME:
		if (next->kind == EW_SQL_LEFT)
			return take_call(w, t);
		take_name(w, t);
		return true;
	case EW_SQL_WORD:
		break;
	default:
		return false;
	}
	switch (t->class) {
	case EW_SQL_CONST:
		if (next->kind == EW_SQL_LEFT)
			return take_call(w, t);
		w->c.consts++;
		w->want = false;
		return true;
	case EW_SQL_BEFORE:
		w->c.negated |= c == 'n' || c == 'N';
		if ((c | 0x20) == 'u' && next->kind != EW_SQL_LEFT)
			return false;
		return true;
	case EW_SQL_IF:
		if (next->kind != EW_SQL_LEFT)
			return false;
		w->i++;
		w->depth++;
		w->branched = true;
		w->c.calls = 0;
		if (w->c.joint != EW_SQL_ASKED)
			w->c.joint = w->place.quote ? EW_SQL_FILTERED : EW_SQL_BRANCHED;
		return true;
	case EW_SQL_CASE:
		w->injected |= next->class == EW_SQL_CONDITION;
		return true;
	case EW_SQL_CONDITION:
		if (before && before->class == EW_SQL_CASE) {
			w->c.joint = w->c.joint == EW_SQL_ASKED ? EW_SQL_ASKED : EW_SQL_FILTERED;
			return true;
		}
		return false;
	case EW_SQL_SELECT:
		/* Not find|select|sort, nor "<select>". */
		return (!before || before->kind == EW_SQL_LOGIC || before->class == EW_SQL_LOGIC_WORD ||
			(before->kind == EW_SQL_LEFT && w->run.text.p[before->from] == '(')) &&
		       take_select(w);
	case EW_SQL_SETOP:
		return before && before->kind == EW_SQL_LEFT && take_union(w) && w->why;
	case EW_SQL_PROSE:
	case EW_SQL_LOGIC_WORD:
	case EW_SQL_BY:
	case EW_SQL_FROM:
		return false;
	default:
		if (next->kind == EW_SQL_LEFT)
			return take_call(w, t);
		if (t->class < EW_SQL_THING && t->class != EW_SQL_LIMIT && t->class != EW_SQL_SET)
			return false;
		take_name(w, t);
		return true;
	}
}

/* At a semicolon, or at a word that begins a statement where an operator should be. */
static bool take_statement(struct ew_sql_walk *w, size_t at, bool behind_semicolon)
{
	bool bold = w->place.quote || (behind_semicolon && !w->first_name);
	const struct ew_sql_token *last = ew_sql_walk_token(w, w->run.n - 1), *t = ew_sql_walk_token(w, at);
	bool is_verb = (t->class >= EW_SQL_DDL && t->class <= EW_SQL_OTHER) || t->class == EW_SQL_SET ||
		       t->class == EW_SQL_FINISH || ew_sql_is(&w->run, t, "desc");

	if (at == 0 && ew_sql_walk_opens_quote(w))
		return false;
	ew_sql_end_condition(w, false);
	if (!behind_semicolon && !w->place.quote && t->class != EW_SQL_WAITFOR &&
	    (w->first_name || (t->class != EW_SQL_EXEC && t->class != EW_SQL_DECLARE)))
		return false;
	if (!behind_semicolon && (t->class == EW_SQL_OTHER || t->class == EW_SQL_CALL ||
				  t->class == EW_SQL_COPY || (t->class == EW_SQL_HALT && !w->place.quote)))
		return false;
	/* "Truncate file to size": without a semicolon it takes a statement that is run, or the rest cut off.
	 */
	if (!behind_semicolon && t->class != EW_SQL_WAITFOR && t->class != EW_SQL_EXEC &&
	    t->class != EW_SQL_DECLARE && last->kind != EW_SQL_TAIL)
		return false;
	if (!(w->alone && t->class == EW_SQL_SELECT) &&
	    ew_sql_begins_statement(&w->run, at, bold && behind_semicolon)) {
		w->i = at;
		return ew_sql_walk_found(w, "a second statement");
	}
	if (bold && behind_semicolon && is_verb && last->kind == EW_SQL_TAIL &&
	    ew_sql_tail(&w->run, last) != EW_SQL_TAIL_TEXT) {
		w->i = at;
		return ew_sql_walk_found(w, "a second statement, and the rest commented out");
	}
	/* x'; checkpoint-- : whatever the verb is, unless prose stands before it. */
	if (behind_semicolon && w->place.quote && !w->place.prose && !w->place.first && at == 1 &&
	    t->class != EW_SQL_PROSE && (t->kind == EW_SQL_NAME || t->kind == EW_SQL_WORD) &&
	    last->kind == EW_SQL_TAIL && last->glued &&
	    ew_sql_tail(&w->run, last) == EW_SQL_TAIL_EMPTY)
		return ew_sql_walk_found(w, "a second statement, and the rest commented out");
	if (bold && behind_semicolon && ew_sql_walk_token(w, at + 1)->kind == EW_SQL_LEFT &&
	    ew_sql_call_of(ew_sql_walk_text(w, t)) >= EW_SQL_CALL_SLEEP)
		return ew_sql_walk_found(w, "a call that delays, reads or connects");
	const char *why = w->place.quote || w->injected || behind_semicolon ? ew_sql_scan(&w->run, at) : NULL;
	return why && ew_sql_walk_found(w, why);
}

/* What was read from the start is a list of columns: *, calls, names and commas between them. */
static bool is_list(const struct ew_sql_walk *w)
{
	return !w->place.quote && w->depth == 0 && w->c.joint == EW_SQL_NOT_JOINED && w->c.compares == 0 &&
	       w->c.consts == 0 && w->c.signs == 0 && !w->alone;
}

static bool take_word_operator(struct ew_sql_walk *w, const struct ew_sql_token *t)
{
	const struct ew_sql_token *next = ew_sql_walk_token(w, w->i + 1),
				  *before = w->i ? ew_sql_walk_token(w, w->i - 1) : NULL;
	uint8_t c = w->run.text.p[t->from] | 0x20;

	w->c.worded |= t->class == EW_SQL_MATCH || t->class == EW_SQL_BEFORE || t->class == EW_SQL_JOINT ||
	               t->class == EW_SQL_AFTER || t->class == EW_SQL_FROM || t->class == EW_SQL_AS ||
	               t->class == EW_SQL_THING;
	switch (t->class) {
	case EW_SQL_LOGIC_WORD:
		begin_condition(w, EW_SQL_ASKED, c != 'a');
		w->injected = true;
		return true;
	case EW_SQL_MATCH:
		w->c.compares++;
		w->c.matches++;
		w->want = true;
		if (ew_sql_is(&w->run, t, "in") && next->kind != EW_SQL_LEFT)
			return false;
		bool is = ew_sql_is(&w->run, t, "is");
		while (next->class == EW_SQL_BEFORE || next->class == EW_SQL_AS ||
		       (c == 's' && next->class == EW_SQL_MATCH))
			next = ew_sql_walk_token(w, ++w->i + 1);
		return !is || next->kind != EW_SQL_NAME;
	case EW_SQL_BEFORE: /* not like, not null */
		w->c.compares += next->class == EW_SQL_CONST;
		w->i += next->class == EW_SQL_CONST;
		return c == 'n' && (next->class == EW_SQL_MATCH || next->class == EW_SQL_CONST);
	case EW_SQL_JOINT:
		w->c.signs++;
		w->clause |= c == 'c';
		w->want = true;
		return true;
	case EW_SQL_AFTER:
		w->c.compares += c == 'i' || c == 'n';
		w->clause = true;
		return true;
	case EW_SQL_SETOP:
		ew_sql_end_condition(w, false);
		if (!take_union(w))
			return false;
		w->query = w->want = true;
		return true;
	case EW_SQL_CONDITION:
		if (c == 'o' && w->injected && ew_sql_turns_insert(&w->run, w->i + 1))
			return ew_sql_walk_found(w, "an INSERT that updates what is there");
		if (c == 'o' && !w->query)
			return false;
		w->narrowed |= c == 'w';
		begin_condition(w, w->place.quote || c == 'h' ? EW_SQL_FILTERED : EW_SQL_OPENED, false);
		w->clause |= w->c.joint == EW_SQL_FILTERED;
		w->injected |= w->place.quote || w->first_plain;
		return true;
	case EW_SQL_ORDER:
		if (next->class != EW_SQL_BY)
			return false;
		ew_sql_end_condition(w, false);
		w->i++;
		w->clause = w->want = true;
		w->ordered |= c == 'o';
		w->injected |= w->place.quote || w->first_plain;
		return true;
	case EW_SQL_LIMIT:
		ew_sql_end_condition(w, false);
		if (c == 'p')
			return ew_sql_is(&w->run, next, "analyse") &&
			       ew_sql_walk_token(w, w->i + 2)->kind == EW_SQL_LEFT &&
			       ew_sql_walk_found(w, "PROCEDURE ANALYSE asks for columns");
		w->clause = w->want = true;
		return c != 'f' || w->query || w->place.quote ||
		       (w->i == 1 && before->kind == EW_SQL_NUMBER && next->class == EW_SQL_UPDATE);
	case EW_SQL_FROM:
		if (c == 'i') {
			ew_sql_end_condition(w, false);
			w->injected |= w->first_plain && !w->first_name;
			const char *why = w->place.quote || w->injected ? ew_sql_scan(&w->run, w->i) : NULL;
			if (why)
				return ew_sql_walk_found(w, why);
			w->want = true;
			return w->query || w->place.quote;
		}
		if (ew_sql_reads_catalogue(&w->run, w->i + 1) && (w->query || w->place.quote))
			return ew_sql_walk_found(w, "the catalogue of the database is read");
		w->want = true;
		w->clause |= w->place.quote;
		if (is_list(w) && ew_sql_walk_token(w, w->i + 1)->kind == EW_SQL_NAME) {
			w->fragment = w->query = true;
			return true;
		}
		return w->query || w->place.quote || w->depth > 0;
	case EW_SQL_AS:
		/* 1 as x union: the name says nothing of the condition */
		if (w->i == 1 && before->kind == EW_SQL_NUMBER && !w->place.quote &&
		    next->kind == EW_SQL_NAME && ew_sql_walk_token(w, 2 + 1)->class == EW_SQL_SETOP) {
			w->i++;
			return true;
		}
		w->want = w->clause = true;
		return w->query || w->depth > 0 || w->i == 0 || w->place.quote;
	case EW_SQL_BRANCH:
		ew_sql_end_condition(w, false);
		w->want = true;
		return true;
	case EW_SQL_FINISH:
		return true;
	case EW_SQL_VALUES:
		return before && before->kind == EW_SQL_RIGHT && w->closes &&
		       next->kind == EW_SQL_LEFT &&
		       ew_sql_walk_token(w, w->run.n - 1)->kind == EW_SQL_TAIL &&
		       ew_sql_tail(&w->run, ew_sql_walk_token(w, w->run.n - 1)) ==
			       EW_SQL_TAIL_EMPTY &&
		       ew_sql_walk_found(
			       w, "columns closed, other values, and the rest commented out");
	case EW_SQL_IF: { /* 1 if (select user)='sa' waitfor delay '0:0:9' */
		const char *why =
			w->place.quote || w->c.numbers ? ew_sql_scan(&w->run, w->i) : NULL;
		return why && ew_sql_walk_found(w, why);
	}
	case EW_SQL_THING:
		return w->query || (before && before->kind == EW_SQL_RIGHT);
	case EW_SQL_SELECT: /* if (1=1) select */
		return before && before->kind == EW_SQL_RIGHT && w->run.t[0].class == EW_SQL_IF &&
		       take_select(w);
	default:
		return t->class >= EW_SQL_DDL && t->class <= EW_SQL_OTHER && take_statement(w, w->i, false);
	}
}

static bool take_operator(struct ew_sql_walk *w)
{
	const struct ew_sql_token *t = ew_sql_walk_token(w, w->i),
				  *before = w->i ? ew_sql_walk_token(w, w->i - 1) : NULL;
	bool aliased = before && (w->query || (before->kind == EW_SQL_RIGHT && w->injected && w->depth >= 0));

	switch (t->kind) {
	case EW_SQL_LOGIC:
		begin_condition(w, EW_SQL_ASKED, w->run.text.p[t->from] == '|');
		w->injected = true;
		return true;
	case EW_SQL_COMPARE:
		w->c.compares++;
		w->want = true;
		return true;
	case EW_SQL_SIGN:
		if (w->run.text.p[t->from] == ':') { /* a cast */
			w->i++;
			return ew_sql_walk_token(w, w->i)->kind == EW_SQL_NAME ||
			       ew_sql_walk_token(w, w->i)->kind == EW_SQL_WORD;
		}
		w->c.signs++;
		w->want = true;
		w->injected |= w->c.compares == 0 && (w->c.names == 0 || w->c.joint != EW_SQL_NOT_JOINED);
		return w->run.text.p[t->from] != '!' || ew_sql_walk_token(w, w->i + 1)->class == EW_SQL_BEFORE;
	case EW_SQL_RIGHT:
		w->closes |= --w->depth < 0;
		return true;
	case EW_SQL_COMMA:
		if (w->depth <= 0) {
			w->injected |= w->c.compares == 0;
			ew_sql_end_condition(w, false);
			w->listed = true;
		} else if (w->c.joint == EW_SQL_FILTERED || w->c.joint == EW_SQL_BRANCHED) {
			w->c.joint = EW_SQL_FILTERED;
			ew_sql_end_condition(w, false);
			w->injected = true;
		}
		w->want = true;
		return true;
	case EW_SQL_SEMICOLON:
		ew_sql_end_condition(w, false);
		w->clause |= w->place.quote;
		w->hard_alone &= w->place.quote;
		if (ew_sql_walk_token(w, w->i + 1)->kind == EW_SQL_END ||
		    ew_sql_walk_token(w, w->i + 1)->kind == EW_SQL_TAIL)
			return true;
		if (ew_sql_walk_token(w, w->i + 1)->class == EW_SQL_LOGIC_WORD)
			return w->place.quote;
		/* The quote that the function adds is there already. */
		if (ew_sql_walk_token(w, w->i + 1)->kind == EW_SQL_OPEN &&
		    ew_sql_walk_token(w, w->i + 1)->to - ew_sql_walk_token(w, w->i + 1)->from <= 2) {
			w->i++;
			return true;
		}
		return take_statement(w, w->i + 1, true);
	case EW_SQL_LEFT:
		w->depth++;
		w->want = true;
		if (w->run.text.p[t->from] != '(')
			return w->query;
		return w->query || ew_sql_walk_token(w, w->i + 1)->class == EW_SQL_SELECT;
	case EW_SQL_DOT:
		w->want = true;
		return before != NULL;
	case EW_SQL_NAME:
		if (before && before->kind == EW_SQL_NAME && t->glued && w->run.text.p[t->from] == '[') {
			if (ew_sql_is(&w->run, before, "array"))
				w->c.names--, w->c.consts++;
			return true;
		}
		return aliased && ew_sql_walk_token(w, w->i + 1)->kind != EW_SQL_COMPARE;
	case EW_SQL_STRING:
	case EW_SQL_OPEN:
		if (!before || (t->glued && before->kind != EW_SQL_WORD))
			return false;
		if (before->kind != EW_SQL_STRING && !w->query)
			return false;
		return take_constant(w, t);
	case EW_SQL_WORD:
		return take_word_operator(w, t);
	default:
		return false;
	}
}

bool ew_sql_shape(struct ew_bytes text, const struct ew_sql_token *t, size_t n, struct ew_sql_place place,
		  struct ew_finding *f_r)
{
	struct ew_sql_walk w = { .run = { text, t, n }, .place = place };
	bool alive = true;

	w.want = !place.quote && !ew_sql_begins_operator(&w.run);
	w.injected = place.quote;
	if (!place.quote && t[0].kind == EW_SQL_WORD && t[0].class >= EW_SQL_DDL &&
	    t[0].class <= EW_SQL_OTHER && ew_sql_token_at(&w.run, 1)->kind != EW_SQL_LEFT) {
		const char *why = t[0].class == EW_SQL_CALL ? NULL : ew_sql_scan(&w.run, 0);
		if (!why)
			return false;
		ew_sql_walk_found(&w, why);
	}
	while (!w.why && alive) {
		const struct ew_sql_token *now = ew_sql_walk_token(&w, w.i);
		if (now->kind == EW_SQL_END || now->kind == EW_SQL_TAIL || now->kind == EW_SQL_CUT) {
			ew_sql_decide(&w);
			break;
		}
		/* A plus that stands for a blank. */
		if (w.want && w.i && is_plus(&w, w.i - 1) && now->kind == EW_SQL_WORD &&
		    now->class != EW_SQL_BEFORE && now->class != EW_SQL_CONST && now->class != EW_SQL_SELECT &&
		    now->class != EW_SQL_THING)
			w.want = false;
		alive = w.want ? take_operand(&w) : take_operator(&w);
		w.i++;
	}
	/* ' or '1'='1'({ */
	if (!w.why && !alive && place.quote && w.i && ew_sql_walk_token(&w, w.i - 1)->kind == EW_SQL_LEFT) {
		ew_sql_end_condition(&w, true);
		w.fixed_early |= w.fixed;
	}
	if (!w.why && !alive && w.fixed_early && t[0].class != EW_SQL_IF)
		ew_sql_walk_found(&w, "a condition that compares constants");
	if (!w.why)
		return false;
	*f_r = (struct ew_finding){ t[0].from, w.to > t[0].from ? w.to : t[0].to, w.why };
	return true;
}
