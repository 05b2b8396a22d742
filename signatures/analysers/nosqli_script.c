/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Values that become code of a document or graph store: JavaScript of $where, Cypher, CQL.
 *
 * Behind a quote that closes the value's string little is needed to be sure.  Without one the value would be
 * read from its start, where ordinary scripts start as well; there only what no script of its own begins
 * with is found (1;while(true){}, this.password.match(...)).  The trap is shell: a && b is a value of
 * every build event. */

#include "nosqli_script.h"
#include "signatures/token.h"
#include "signatures/words.h"

#define IN(table, t)                                                                                         \
	((t)->kind == EW_TOKEN_WORD && ew_word_in(table, sizeof(table) / sizeof(*(table)), (t)->text))

static bool is_string(const struct ew_token *t)
{
	return t->kind == EW_TOKEN_STRING || t->kind == EW_TOKEN_OPEN;
}

static bool is_number_or_string(const struct ew_token *t)
{
	return t->kind == EW_TOKEN_NUMBER || is_string(t);
}

/* ' || 'a   1; return '   : the string that stood behind the value is opened again. */
static bool reopened(const struct ew_tokens *t)
{
	const struct ew_token *last = t->n ? &t->token[t->n - 1] : &t->token[0];

	return last->kind == EW_TOKEN_COMMENT ||
	       (t->place.quote && last->kind == EW_TOKEN_OPEN && last->text.p[0] == t->place.quote);
}

static bool joins(const struct ew_token *t)
{
	return ew_token_is(t, "||") || ew_token_is(t, "&&");
}

static bool ends(const struct ew_token *t)
{
	return t->kind == EW_TOKEN_END || t->kind == EW_TOKEN_COMMENT || ew_token_sign(t, ';') ||
	       ew_token_sign(t, ')') || ew_token_sign(t, '}') || joins(t);
}

static bool calls_member(const struct ew_tokens *t, size_t k)
{
	return ew_token(t, k)->kind == EW_TOKEN_WORD &&
	       (ew_token_sign(ew_token(t, k + 1), '.') || ew_token_sign(ew_token(t, k + 1), '[') ||
		ew_token_sign(ew_token(t, k + 1), '('));
}

/* /^a/.test(this.x) */
static bool tests_pattern(const struct ew_tokens *t, size_t k)
{
	if (!ew_token_sign(ew_token(t, k), '/'))
		return false;
	for (size_t i = k + 1; i < k + 12; i++)
		if (ew_token_sign(ew_token(t, i), '/') && ew_token_sign(ew_token(t, i + 1), '.'))
			return ew_token_is(ew_token(t, i + 2), "test") ||
			       ew_token_is(ew_token(t, i + 2), "exec");
	return false;
}

/* An operand behind || or && that is no prose. */
static bool condition(const struct ew_tokens *t, size_t k)
{
	static const char *const truths[] = { "false", "null", "this", "true", "undefined" };

	bool not = ew_token_sign(ew_token(t, k), '!');
	while (ew_token_sign(ew_token(t, k), '(') || ew_token_sign(ew_token(t, k), '!') ||
	       ew_token_sign(ew_token(t, k), '-') || ew_token_sign(ew_token(t, k), '{'))
		k++;
	const struct ew_token *first = ew_token(t, k), *next = ew_token(t, k + 1);
	if (ew_token_sign(first, '@') && ew_token_sign(next, '.'))
		return true; /* of JSONPath: this */
	if (tests_pattern(t, k))
		return true;
	if (first->kind == EW_TOKEN_OPEN)
		return first->text.n <= 32 && (not || first->text.n > 1) &&
		       first->text.p[0] == t->place.quote;
	if (first->kind == EW_TOKEN_NUMBER || first->kind == EW_TOKEN_STRING || IN(truths, first))
		return ew_token_compares(next) || ends(next) || ew_token_sign(next, '.') ||
		       (reopened(t) && ew_nosqli_clauses(t, k + 1));
	return first->kind == EW_TOKEN_WORD &&
	       (ew_token_compares(next) || calls_member(t, k) || ew_token_is(first, "function"));
}

/* As condition(), with words for operators as Cypher, N1QL and CQL have them: both sides must be there. */
static bool comparison(const struct ew_tokens *t, size_t k)
{
	while (ew_token_is(ew_token(t, k), "not") || ew_token_sign(ew_token(t, k), '('))
		k++;
	static const char *const words[] = { "contains", "ends", "in", "is", "starts" };
	bool member =
		ew_token(t, k)->kind == EW_TOKEN_WORD && ew_token_sign(ew_token(t, k + 1), '.');
	if (member)
		k += 2;
	if (member && t->place.quote && reopened(t) && IN(words, ew_token(t, k + 1)))
		return true;
	const struct ew_token *left = ew_token(t, k), *right = ew_token(t, k + 2);
	if (!is_number_or_string(left) && left->kind != EW_TOKEN_WORD)
		return false;
	if (t->place.quote && (left->kind == EW_TOKEN_NUMBER || ew_token_is(left, "true")) &&
	    ew_token(t, k + 1)->kind == EW_TOKEN_WORD && ew_nosqli_clauses(t, k + 1))
		return true;
	/* field:value of Lucene */
	if (t->place.quote && left->kind == EW_TOKEN_WORD &&
	    ew_token_sign(ew_token(t, k + 1), ':') && reopened(t))
		return ew_token(t, k + 1)->at == left->at + left->text.n;
	if (left->kind == EW_TOKEN_WORD && ew_token_sign(ew_token(t, k + 1), '(') && t->place.quote &&
	    reopened(t))
		return ew_token(t, k + 1)->at == left->at + left->text.n;
	return ew_token_compares(ew_token(t, k + 1)) &&
	       (is_number_or_string(right) || right->kind == EW_TOKEN_WORD);
}

/* for (;;)   while (true)   do {   if (x) return */
static bool control(const struct ew_tokens *t, size_t k)
{
	static const char *const heads[] = { "catch", "for", "if", "switch", "while" };
	static const char *const always[] = { "const", "let", "this", "true", "var" };
	const struct ew_token *inside = ew_token(t, k + 2);

	if (ew_token_is(ew_token(t, k), "do") || ew_token_is(ew_token(t, k), "try"))
		return ew_token_sign(ew_token(t, k + 1), '{');
	if (!IN(heads, ew_token(t, k)) || !ew_token_sign(ew_token(t, k + 1), '('))
		return false;
	if (t->place.quote || IN(always, inside) || is_number_or_string(inside) ||
	    ew_token_sign(inside, '!') || ew_token_sign(inside, ';'))
		return true;
	return ew_token_is(inside, "Date") || ew_token_sign(ew_token(t, k + 3), '.');
}

/* db.users.find(   db.dropDatabase(   db.getCollection(  */
static bool calls_database(const struct ew_tokens *t, size_t k)
{
	if (!ew_token_is(ew_token(t, k), "db"))
		return false;
	if (ew_token_sign(ew_token(t, k + 1), '[') && ew_token(t, k + 2)->kind == EW_TOKEN_STRING)
		return ew_token_sign(ew_token(t, k + 3), ']') &&
		       ew_token_sign(ew_token(t, k + 4), '.') &&
		       ew_token_sign(ew_token(t, k + 6), '(');
	if (!ew_token_sign(ew_token(t, k + 1), '.'))
		return false;
	for (k += 2; ew_token(t, k)->kind == EW_TOKEN_WORD; k += 2) {
		if (ew_token_sign(ew_token(t, k + 1), '('))
			return true;
		if (!ew_token_sign(ew_token(t, k + 1), '.'))
			return false;
	}
	return false;
}

/* var x = ...   return true   db.users.drop()   sleep(1) */
static bool statement(const struct ew_tokens *t, size_t k)
{
	static const char *const declares[] = { "const", "let", "var" };
	static const char *const objects[] = { "console", "db",      "global", "json", "obj",
					       "object",  "process", "rs",     "sh",   "this" };
	static const char *const calls[] = { "emit",      "eval", "function", "getclass", "load",
					     "printjson", "quit", "require",  "sleep",    "tojson" };
	static const char *const returned[] = { "false", "function", "new", "null", "this", "true" };
	const struct ew_token *first = ew_token(t, k), *next = ew_token(t, k + 1);

	if (control(t, k))
		return true;
	if (ew_token_is(first, "return") || ew_token_is(first, "throw")) {
		if (t->place.quote)
			return next->kind != EW_TOKEN_END;
		bool whole = IN(returned, next) || (k && calls_database(t, k + 1)) ||
			     is_number_or_string(next) || ew_token_sign(next, '!');
		const struct ew_token *then = ew_token(t, k + 2);
		return whole && (ends(then) || ew_token_compares(then) || ew_token_sign(then, '.'));
	}
	if (IN(declares, first) && next->kind == EW_TOKEN_WORD)
		return ew_token_sign(ew_token(t, k + 2), '=');
	if (first->kind == EW_TOKEN_WORD && ew_token_sign(next, '='))
		return t->place.quote && (reopened(t) || ew_token_is(ew_token(t, k + 2), "new"));
	if (t->place.quote && first->kind == EW_TOKEN_WORD && ew_token_sign(next, '.') &&
	    ew_token_sign(ew_token(t, k + 3), '('))
		return ew_token(t, k + 2)->kind == EW_TOKEN_WORD;
	if (first->kind == EW_TOKEN_WORD && ew_token_sign(next, '('))
		return IN(calls, first) || (t->place.quote && reopened(t));
	return IN(objects, first) && (ew_token_sign(next, '.') || ew_token_sign(next, '[')) &&
	       ew_token(t, k + 2)->kind != EW_TOKEN_END;
}

static bool allows_filtering(const struct ew_tokens *t, size_t k)
{
	for (; k + 1 < t->n; k++)
		if (ew_token_is(ew_token(t, k), "allow") && ew_token_is(ew_token(t, k + 1), "filtering"))
			return true;
	return false;
}

static const char *behind_word(const struct ew_tokens *t, size_t k, bool closed)
{
	static const char *const joins_conditions[] = { "and", "or", "xor" };
	static const char *const clauses[] = {
		"call", "create", "delete", "detach", "filter",   "for",    "foreach", "insert",
		"let",  "load",   "match",  "merge",  "optional", "remove", "replace", "return",
		"set",  "sort",   "union",  "unwind", "update",   "upsert", "where",   "with",
	};
	const struct ew_token *first = ew_token(t, k);
	bool compares = IN(joins_conditions, first) && comparison(t, k + 1);

	if (!compares && !IN(joins_conditions, first) && !IN(clauses, first) && !ew_token_is(first, "allow"))
		return NULL;
	if (allows_filtering(t, k))
		return "a condition of CQL behind a closed string";
	if (compares && t->place.quote)
		return "a condition behind a closed string";
	const struct ew_token *end = &t->token[t->n - 1];
	bool cut = end->kind == EW_TOKEN_COMMENT && end->text.n <= 4; /* the rest of the query, not a URL's */
	unsigned enough = compares || closed || cut ? 1 : 2;
	/* "return value" opens a quotation. */
	if (!compares && !closed && t->place.at && first->at == t->place.code)
		return NULL;
	if ((t->place.quote || closed) &&
	    ew_nosqli_clauses(t, k) >= (IN(clauses, first) || compares ? enough : EW_NOSQLI_SURE))
		return "a clause of Cypher behind a closed string";
	return compares && ew_nosqli_clauses(t, k) ? "a condition and a clause of Cypher" : NULL;
}

/* Nothing but blanks and braces stands between two tokens: no comment, which gates do not follow. */
static bool close_by(const struct ew_token *a, const struct ew_token *b)
{
	const uint8_t *p = a->text.p + a->text.n;

	while (p < b->text.p && (*p <= ' ' || *p == '{'))
		p++;
	return p == b->text.p;
}

/* function() { return ...   function(x) { sleep(1) } */
static bool defines_function(const struct ew_tokens *t, size_t k)
{
	if (!ew_token_is(ew_token(t, k), "function") || !ew_token_sign(ew_token(t, k + 1), '('))
		return false;
	for (k += 2; ew_token(t, k)->kind == EW_TOKEN_WORD || ew_token_sign(ew_token(t, k), ',');
	     k++)
		;
	return ew_token_sign(ew_token(t, k), ')') && ew_token_sign(ew_token(t, k + 1), '{') &&
	       (ew_token_is(ew_token(t, k + 2), "return") || statement(t, k + 2));
}

/* Behind a plus or minus: a call, a function that is called, a part of the document. */
static bool joined(const struct ew_tokens *t, size_t k)
{
	if (ew_token(t, k)->kind == EW_TOKEN_WORD && statement(t, k))
		return ew_token_sign(ew_token(t, k + 1), '(') ||
		       (reopened(t) && ew_token_sign(ew_token(t, k + 1), '.'));
	while (ew_token_sign(ew_token(t, k), '('))
		k++;
	return defines_function(t, k);
}

/* Of Flux:  |> range(  */
static bool pipes(const struct ew_tokens *t, size_t k)
{
	return ew_token_sign(ew_token(t, k), '|') && ew_token_sign(ew_token(t, k + 1), '>') &&
	       ew_token(t, k + 1)->at == ew_token(t, k)->at + 1 &&
	       ew_token(t, k + 2)->kind == EW_TOKEN_WORD && ew_token_sign(ew_token(t, k + 3), '(');
}

/* A name with a dollar before a colon, in a text that closed a string of JSON. */
static bool names_operator(const struct ew_tokens *t, size_t k)
{
	for (; k < t->n; k++) {
		struct ew_bytes w = ew_token(t, k)->text;
		if (ew_token(t, k)->kind == EW_TOKEN_STRING && w.n > 3 && w.p[1] == '$' &&
		    ew_token_sign(ew_token(t, k + 1), ':'))
			return true;
	}
	return false;
}

/* The value closed its string, perhaps also brackets: what does it go on with? */
static const char *behind_quote(const struct ew_tokens *t)
{
	size_t k = 0;

	while (ew_token_sign(ew_token(t, k), ')') || ew_token_sign(ew_token(t, k), ']') ||
	       ew_token_sign(ew_token(t, k), '}'))
		k++;
	const struct ew_token *first = ew_token(t, k);
	if (ew_token_is(first, "redis") && ew_token_sign(ew_token(t, k + 1), '.') &&
	    ew_token_sign(ew_token(t, k + 3), '('))
		return "a call of a script for Redis behind a closed string";
	if (first->kind == EW_TOKEN_WORD)
		return behind_word(t, k, k > 0);
	if (joins(first))
		return condition(t, k + 1) ? "a condition behind a closed string" : NULL;
	bool brackets = k > 0;
	if (brackets && ew_token_sign(first, ';') && ew_token(t, k + 1)->kind == EW_TOKEN_COMMENT)
		first = ew_token(t, k + 1);
	if (first->kind == EW_TOKEN_COMMENT)
		return brackets && first->text.n <= 4 ? "a comment behind closed brackets" : NULL;
	if (ew_token_sign(first, ';')) {
		while (ew_token_sign(ew_token(t, k), ';') || ew_token_sign(ew_token(t, k), '}') ||
		       ew_token_sign(ew_token(t, k), ')'))
			k++;
		return statement(t, k) || (reopened(t) && ew_nosqli_clause(ew_token(t, k)->text) &&
					   ew_nosqli_clauses(t, k))
			       ? "a statement behind a closed string"
			       : NULL;
	}
	if (brackets && ew_nosqli_step(t, k))
		return "a step of a traversal behind a closed string";
	if (brackets && pipes(t, k))
		return "a step of Flux behind a closed string";
	if (ew_token_sign(first, ',')) {
		if (ew_token(t, k + 1)->kind == EW_TOKEN_STRING &&
		    ew_token_sign(ew_token(t, k + 2), ':') && names_operator(t, k + 1))
			return "an operator behind a closed string";
		const struct ew_token *key = ew_token(t, k + 1);
		if (ew_token_sign(key, '{'))
			key = ew_token(t, ++k + 1);
		struct ew_bytes w = key->text;
		if (key->kind == EW_TOKEN_STRING)
			w = ew_bytes(w.p + 1, w.n - 2);
		return w.n > 1 && w.p[0] == '$' && close_by(first, key) &&
				       ew_token_sign(ew_token(t, k + 2), ':')
			       ? "an operator behind a closed string"
			       : NULL;
	}
	bool number = ew_token(t, k + 1)->kind == EW_TOKEN_NUMBER;
	if ((ew_token_sign(first, '|') || ew_token_sign(first, '&')) && number)
		return reopened(t) ? "a condition behind a closed string" : NULL;
	if (ew_token_sign(first, '?'))
		return ew_token_sign(ew_token(t, k + 2), ':') && reopened(t)
			       ? "a choice behind a closed string"
			       : NULL;
	if (ew_token_sign(first, '+') || ew_token_sign(first, '-'))
		return joined(t, k + 1) ? "a call behind a closed string" : NULL;
	if (ew_token_is(first, "==") || ew_token_is(first, "===") || ew_token_is(first, "!=") ||
	    ew_token_is(first, "!=="))
		return is_number_or_string(ew_token(t, k + 1)) && reopened(t)
			       ? "a comparison behind a closed string"
			       : NULL;
	return NULL;
}

/* What may stand between two tokens that belong together, and how much: gates know it, too. */
static bool small_gap(struct ew_bytes text, size_t from, size_t to)
{
	size_t i = from;

	while (i < to && (text.p[i] <= ' ' || memchr("()[]{};!/*", text.p[i], 10)))
		i++;
	return i == to && to - from <= 16;
}

/* The value is the code. */
static const char *from_start(struct ew_bytes text, const struct ew_tokens *t)
{
	size_t k = 0;

	while (ew_token_sign(ew_token(t, k), '(') || ew_token_sign(ew_token(t, k), '!') ||
	       ew_token_sign(ew_token(t, k), ';'))
		k++;
	const struct ew_token *first = ew_token(t, k), *next = ew_token(t, k + 1);
	if (first->kind != EW_TOKEN_WORD || !small_gap(text, 0, first->at))
		return NULL;
	if (ew_token_is(first, "this") && ew_token_sign(next, '.')) {
		const struct ew_token *then = ew_token(t, k + 3);
		if (ew_token(t, k + 2)->kind == EW_TOKEN_WORD &&
		    (ew_token_compares(then) || ew_token_sign(then, '.') || ew_token_sign(then, '[')))
			return "a condition on the document";
	}
	if (ew_token_is(first, "this") && ew_token_sign(next, '[') && is_number_or_string(ew_token(t, k + 2)))
		return "a condition on the document";
	if (defines_function(t, k))
		return "a function as the value";
	if (calls_database(t, k))
		return "a call on a collection";
	if (ew_nosqli_traversal(t, k))
		return "a traversal of a graph as the value";
	if (ew_token_is(first, "Object") && ew_token_sign(next, '.') &&
	    ew_token_sign(ew_token(t, k + 3), '(') && ew_token_is(ew_token(t, k + 4), "this") &&
	    ew_token_sign(ew_token(t, k + 5), ')'))
		return "a condition on the document";
	if (ew_token_is(first, "sleep") && ew_token_sign(next, '(') &&
	    ew_token(t, k + 2)->kind == EW_TOKEN_NUMBER && ew_token_sign(ew_token(t, k + 3), ')') &&
	    ends(ew_token(t, k + 4)))
		return "a call that sleeps";
	if ((ew_token_is(first, "return") || ew_token_is(first, "while")) && statement(t, k))
		return "a statement as the value";
	if ((ew_token_is(first, "load") || ew_token_is(first, "call") ||
	     ew_token_is(first, "match")) &&
	    ew_nosqli_clauses(t, k) == EW_NOSQLI_SURE)
		return "a clause of Cypher as the value";
	return NULL;
}

/* Placed without quotes: a number or word, then an operator. */
static const char *behind_operand(struct ew_bytes text, const struct ew_tokens *t)
{
	const struct ew_token *operand = ew_token(t, 0);
	size_t k = 0, end = 0;

	if (is_number_or_string(operand) || operand->kind == EW_TOKEN_WORD)
		end = operand->at + operand->text.n, k = 1;
	while (ew_token_sign(ew_token(t, k), ')') || ew_token_sign(ew_token(t, k), ']') ||
	       ew_token_sign(ew_token(t, k), '}'))
		k++;
	const struct ew_token *first = ew_token(t, k);
	if (end > 40 || !small_gap(text, end, first->at))
		return NULL;
	if (joins(first)) {
		const struct ew_token *left = ew_token(t, k + 1), *right = ew_token(t, k + 3);
		if (ew_token_is(left, "this") || ew_token_is(left, "Object"))
			return condition(t, k + 1) ? "a condition behind a value" : NULL;
		return is_number_or_string(left) && ew_token_compares(ew_token(t, k + 2)) &&
				       is_number_or_string(right)
			       ? "a condition behind a value"
			       : NULL;
	}
	if (ew_token_sign(first, ';')) {
		while (ew_token_sign(ew_token(t, k), ';') || ew_token_sign(ew_token(t, k), '}'))
			k++;
		return small_gap(text, first->at, ew_token(t, k)->at) && statement(t, k)
			       ? "a statement behind a value"
			       : NULL;
	}
	if (first->kind != EW_TOKEN_WORD || !end || operand->at > 8 ||
	    ew_skip_blanks(text, 0) != operand->at || is_string(operand))
		return NULL;
	const struct ew_token *last = &t->token[t->n - 1];
	if (operand->kind == EW_TOKEN_NUMBER && last->kind == EW_TOKEN_COMMENT &&
	    last->text.n <= 4 && ew_nosqli_clause(first->text) && ew_nosqli_clauses(t, k))
		return "a clause of Cypher behind a value, and the rest cut off";
	return behind_word(t, k, k > 1);
}

/* A place whose next bytes cannot be a break-out is not worth reading. */
static bool worth_reading(struct ew_bytes text, const struct ew_place *place)
{
	size_t i = place->code;
	bool nul = false;

	for (; i < text.n && i - place->code <= 16; i++) {
		nul |= text.p[i] == 0;
		if (text.p[i] > ' ' && !memchr(")]}/*", text.p[i], 5))
			break;
	}
	if (i - place->code > 16)
		return false;
	return nul ||
	       (i < text.n ? memchr("|&;,+-=!?.aAoOxXcCdDfFiIlLmMrRsSuUwW", text.p[i], 36) != NULL
			   : i > place->code);
}

static inline bool is(struct ew_bytes w, const char *word)
{
	return ew_bytes_eq_nocase(w, ew_bytes_str(word));
}

bool ew_nosqli_begins(struct ew_bytes w)
{
	switch (w.n ? w.p[0] | 0x20 : 0) {
	case 'c': return is(w, "call");
	case 'd': return is(w, "db");
	case 'f': return is(w, "function");
	case 'g':
		return is(w, "g");
	case 'l': return is(w, "load");
	case 'm': return is(w, "match");
	case 'o':
		return is(w, "object");
	case 'r':
		return is(w, "return") || is(w, "r");
	case 's': return is(w, "sleep");
	case 't': return is(w, "this");
	case 'w': return is(w, "while");
	default: return false;
	}
}

/* A few tokens tell whether more are worth reading. */
static bool promising(const struct ew_tokens *t)
{
	size_t k = 0;

	while (ew_token_sign(ew_token(t, k), '(') || ew_token_sign(ew_token(t, k), '!') ||
	       ew_token_sign(ew_token(t, k), ';'))
		k++;
	if (k > 3 || (!t->place.quote && ew_nosqli_begins(ew_token(t, k)->text)))
		return true;
	k = !t->place.quote && (is_number_or_string(ew_token(t, 0)) || ew_token(t, 0)->kind == EW_TOKEN_WORD);
	while (ew_token_sign(ew_token(t, k), ')') || ew_token_sign(ew_token(t, k), ']') ||
	       ew_token_sign(ew_token(t, k), '}'))
		k++;
	const struct ew_token *next = ew_token(t, k);
	if (k > 3 || (t->place.quote && next->kind != EW_TOKEN_WORD))
		return true;
	return joins(next) || ew_token_sign(next, ';') || ew_token_is(next, "redis") ||
	       ew_nosqli_clause(next->text);
}

bool ew_nosqli_script(struct ew_bytes text, struct ew_finding *f_r)
{
	struct ew_tokens t;
	struct ew_place place;

	for (unsigned i = 0; i < EW_PLACES; i++) {
		const char *why = NULL;
		if (!ew_place_find(text, i, &place) || (place.quote && !worth_reading(text, &place)))
			continue;
		ew_tokens_read(text, place, EW_TOKEN_SLASHES | EW_TOKEN_DOLLAR, 6, &t);
		if (!promising(&t))
			continue;
		ew_tokens_read(text, place, EW_TOKEN_SLASHES | EW_TOKEN_DOLLAR, EW_TOKEN_MAX, &t);
		why = place.quote ? behind_quote(&t) : from_start(text, &t);
		if (!why && !place.quote)
			why = behind_operand(text, &t);
		if (!why)
			continue;
		const struct ew_token *last = &t.token[t.n - 1];
		*f_r = (struct ew_finding){ place.at, last->at + last->text.n, why };
		return true;
	}
	return false;
}
