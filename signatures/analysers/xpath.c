/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Values that become code of XPath or XQuery (W3C XPath 3.1): a string closed, and a condition, a union or a
 * path behind it; a number and a condition; functions that read the tree bit by bit; functions that fetch
 * documents.
 *
 * A path that is the whole value is left alone, as test logs and configurations hold them.  The trap is
 * the slash, which begins no comment here, and a name that has - and . in it. */

#include "signatures/analyser.h"
#include "signatures/look.h"
#include "signatures/seen.h"
#include "signatures/token.h"
#include "signatures/words.h"
#include "xpath_words.h"

#define IN_TABLE(table, w) ew_word_in(table, sizeof(table) / sizeof(*(table)), w)
#define IN(table, t)       ((t)->kind == EW_TOKEN_WORD && IN_TABLE(table, (t)->text))

static bool is_string(const struct ew_token *t)
{
	return t->kind == EW_TOKEN_STRING || t->kind == EW_TOKEN_OPEN;
}

static bool compares(const struct ew_token *t)
{
	static const char *const words[] = { "eq", "ge", "gt", "is", "le", "lt", "ne" };

	return ew_token_compares(t) || IN(words, t);
}

/* name(   the parenthesis close by, which prose does not have. */
static bool calls(const struct ew_tokens *t, size_t k)
{
	const struct ew_token *name = ew_token(t, k), *open = ew_token(t, k + 1);

	return IN(functions, name) && ew_token_sign(open, '(') && open->at == name->at + name->text.n;
}

/* Past opening parentheses and comments: ( (: x :) */
static size_t skip_opening(const struct ew_tokens *t, size_t k)
{
	while (ew_token_sign(ew_token(t, k), '(') || ew_token_sign(ew_token(t, k), '-')) {
		if (!ew_token_sign(ew_token(t, ++k), ':'))
			continue;
		while (k < t->n &&
		       !(ew_token_sign(ew_token(t, k), ':') && ew_token_sign(ew_token(t, k + 1), ')')))
			k++;
		k += 2;
	}
	return k;
}

/* From the root, from here, an attribute, an axis, a predicate. */
static bool path(const struct ew_tokens *t, size_t k)
{
	const struct ew_token *first = ew_token(t, k), *next = ew_token(t, k + 1);
	bool begins = ew_token_sign(first, '/') || ew_token_is(first, "//") || ew_token_is(first, "..") ||
		      ew_token_sign(first, '.') || ew_token_sign(first, '@');

	if (begins)
		return next->kind == EW_TOKEN_WORD || ew_token_sign(next, '*') || ew_token_sign(next, '/') ||
		       ew_token_sign(next, '@') || ew_token_is(next, "//") || ew_token_sign(next, '.') ||
		       ew_token_is(next, "..") || compares(next);
	if (first->kind != EW_TOKEN_WORD && !ew_token_sign(first, '*'))
		return false;
	const struct ew_token *then = ew_token(t, k + 2);
	if (ew_token_sign(next, '/')) /* his/her is prose */
		return ew_token_sign(then, '*') || ew_token_sign(then, '@') || ew_token_is(then, "..") ||
		       compares(ew_token(t, k + 3));
	return ew_token_is(next, "//") || ew_token_is(next, "::") || ew_token_sign(next, '[');
}

/* A call with something of XPath in it: "the boys' or name(s)" is prose. */
static bool calls_on(const struct ew_tokens *t, size_t k)
{
	const struct ew_token *what = ew_token(t, k + 2), *next = ew_token(t, k + 3);

	if (!calls(t, k))
		return false;
	if (what->kind != EW_TOKEN_WORD)
		return what->kind != EW_TOKEN_END;
	return calls(t, k + 2) || path(t, k + 2) || ew_token_sign(next, ',') || compares(next) ||
	       (ew_token_sign(next, ')') && compares(ew_token(t, k + 4)));
}

static bool joins(const struct ew_token *t)
{
	return ew_token_is(t, "or") || ew_token_is(t, "and");
}

/* for $x, some $x: a clause of XQuery. */
static bool binds(const struct ew_tokens *t, size_t k)
{
	static const char *const words[] = { "every", "for", "let", "some" };

	return IN(words, ew_token(t, k)) && ew_token_sign(ew_token(t, k + 1), '$') &&
	       ew_token(t, k + 2)->kind == EW_TOKEN_WORD;
}

/* saxon:evaluate( without a blank in it. */
static bool calls_module(const struct ew_tokens *t, size_t k)
{
	const struct ew_token *module = ew_token(t, k), *open = ew_token(t, k + 3);

	return module->kind == EW_TOKEN_WORD && ew_token_sign(ew_token(t, k + 1), ':') &&
	       ew_token(t, k + 2)->kind == EW_TOKEN_WORD && ew_token_sign(open, '(') &&
	       open->at == module->at + module->text.n + 1 + ew_token(t, k + 2)->text.n;
}

/* Behind `or` and `and`. */
static bool condition(const struct ew_tokens *t, size_t k)
{
	k = skip_opening(t, k);
	const struct ew_token *first = ew_token(t, k), *next = ew_token(t, k + 1), *then = ew_token(t, k + 2);
	if (calls_on(t, k) || path(t, k) || binds(t, k) || calls_module(t, k))
		return true;
	if (first->kind != EW_TOKEN_NUMBER && first->kind != EW_TOKEN_WORD && !is_string(first) &&
	    !ew_token_sign(first, '*'))
		return false;
	if (compares(next))
		return is_string(then) || then->kind == EW_TOKEN_NUMBER || then->kind == EW_TOKEN_WORD ||
		       ew_token_sign(then, '(') || path(t, k + 2);
	/* ' or "a" or '   A list of quoted words uses one kind of quotes. */
	bool other = !is_string(first) || first->text.p[0] != t->place.quote;
	if (joins(next) && first->kind != EW_TOKEN_WORD && other && is_string(then))
		return true;
	if (first->kind != EW_TOKEN_NUMBER)
		return false;
	return ew_token_sign(next, ']') || ew_token_sign(next, ')') || next->kind == EW_TOKEN_COMMENT;
}

/* doc('http://...')   unparsed-text(concat(...   php:function('system', ... */
static bool fetches(const struct ew_tokens *t, size_t k)
{
	static const char *const schemes[] = { "http:", "https:", "ftp:",    "file:", "//",
					       "\\\\",  "jar:",   "gopher:", "/etc/", "/db" };
	const struct ew_token *name = ew_token(t, k), *open = ew_token(t, k + 1), *what = ew_token(t, k + 2);

	if (ew_token_is(name, "php") && ew_token_sign(open, ':'))
		return ew_token_is(what, "function") || ew_token_is(what, "functionString");
	if (!IN(fetching, name) || !ew_token_sign(open, '(') || open->at != name->at + name->text.n)
		return false;
	if (ew_token_is(what, "concat") || ew_token_is(what, "encode-for-uri"))
		return true;
	for (size_t i = 0; is_string(what) && i < sizeof(schemes) / sizeof(*schemes); i++)
		if (ew_bytes_starts_nocase(ew_bytes_from(what->text, 1), ew_bytes_str(schemes[i])))
			return true;
	return false;
}

/* xdmp:eval(   file:read-text(   of the processors of XQuery, by what they do. */
static bool reaches_out(const struct ew_tokens *t, size_t k)
{
	static const char *const functions_of_modules[] = {
		"delete",  "document-delete", "document-load", "eval",        "evaluate",
		"execute", "invoke",          "query",         "read-binary", "read-text",
		"spawn",   "store",           "write-text",
	};

	return IN(modules, ew_token(t, k)) && calls_module(t, k) &&
	       (IN(functions_of_modules, ew_token(t, k + 2)) ||
		(ew_token_is(ew_token(t, k), "proc") && ew_token_is(ew_token(t, k + 2), "system")));
}

/* What a path asks for that nobody shows: a step, or an argument of a function, of such a name. */
static bool steps_to_secret(const struct ew_tokens *t)
{
	static const char *const secrets[] = { "creditcard", "passphrase", "passwd", "password",
					       "pin",        "pwd",        "secret", "ssn" };
	bool marked = false, secret = false;

	for (size_t k = 1; k < t->n; k++) {
		const struct ew_token *w = ew_token(t, k), *before = ew_token(t, k - 1);
		bool named = before->kind == EW_TOKEN_WORD || ew_token_sign(before, '*');
		/* A predicate, an axis, a function: what no path of a file or of a URL has. */
		marked |= ew_token_is(w, "::") || (named && ew_token_sign(w, '[')) ||
			  (ew_token_sign(w, '(') &&
			   (IN(functions, before) || ew_token_is(before, "node")));
		secret |= IN(secrets, w) &&
			  (ew_token_sign(before, '/') || ew_token_is(before, "//") ||
			   ew_token_is(before, "::") || ew_token_sign(before, '(') ||
			   ew_token_sign(before, '@'));
	}
	return marked && secret;
}

/* //user[name='x' or '1'='1']   or 1=1   or true() */
static bool asks_nothing(const struct ew_tokens *t)
{
	bool within = false;

	for (size_t k = 1; k < t->n; k++) {
		const struct ew_token *left = ew_token(t, k + 1), *right = ew_token(t, k + 3);
		within |= ew_token_sign(ew_token(t, k), '[');
		if (!within || !ew_token_is(ew_token(t, k), "or"))
			continue;
		if (ew_token_is(left, "true") && ew_token_sign(ew_token(t, k + 2), '(') &&
		    ew_token_sign(right, ')'))
			return true;
		/* The last string may lack its quote, which stands behind the value. */
		struct ew_bytes said = left->text;
		said.n -= right->kind == EW_TOKEN_OPEN && said.n > 2;
		if ((left->kind == EW_TOKEN_NUMBER || left->kind == EW_TOKEN_STRING) &&
		    ew_token_sign(ew_token(t, k + 2), '=') && ew_bytes_eq(said, right->text))
			return true;
	}
	return false;
}

/* A path as the whole value is somebody's work, unless it asks for all or for what is secret. */
static const char *whole_path(const struct ew_tokens *t)
{
	if (!ew_token_sign(ew_token(t, 0), '/') && !ew_token_is(ew_token(t, 0), "//"))
		return NULL;
	if (asks_nothing(t))
		return "a path whose condition is always true";
	return steps_to_secret(t) ? "a path to what is secret" : NULL;
}

/* for $x in //user   let $x := doc(..   insert node <a/> */
static bool is_query(const struct ew_tokens *t)
{
	static const char *const verbs[] = { "delete", "insert", "rename", "replace" };
	const struct ew_token *what = ew_token(t, 2);
	size_t k = ew_token_sign(ew_token(t, 3), ':') ? 5 : 4;

	if (binds(t, 0) && !ew_token_is(ew_token(t, 3), "in") &&
	    !ew_token_sign(ew_token(t, 3), ':'))
		return false;
	if (binds(t, 0))
		return path(t, k) || ew_token_sign(ew_token(t, k), '/') ||
		       ew_token_is(ew_token(t, k), "//") ||
		       (IN(fetching, ew_token(t, k)) && ew_token_sign(ew_token(t, k + 1), '('));
	return IN(verbs, ew_token(t, 0)) &&
	       (ew_token_is(ew_token(t, 1), "node") || ew_token_is(ew_token(t, 1), "nodes")) &&
	       (path(t, 2) || ew_token_sign(what, '<'));
}

static bool fetches_within(const struct ew_tokens *t, size_t k)
{
	for (; k < t->n; k++)
		if (fetches(t, k))
			return true;
	return false;
}

/* count(/child::node())   substring(//user[position()=1]/pass, 1, 1) = 'a' */
static bool reads_tree(const struct ew_tokens *t)
{
	static const char *const axes[] = {
		"ancestor",  "ancestor-or-self",  "attribute", "child",  "descendant", "descendant-or-self",
		"following", "following-sibling", "namespace", "parent", "preceding",  "preceding-sibling",
		"self",
	};
	static const char *const bitwise[] = { "name", "string-length", "string-to-codepoints", "substring" };
	size_t k = skip_opening(t, 0);
	bool root = false, bits = IN(bitwise, ew_token(t, k));

	if (!calls(t, k) || ew_token(t, k)->at > 16)
		return false;
	for (size_t i = 0; i < k; i++)
		if (!ew_token_sign(ew_token(t, i), '(') && !ew_token_sign(ew_token(t, i), '-'))
			return false; /* a comment: gates do not follow it */
	for (; k < t->n; k++) {
		const struct ew_token *w = ew_token(t, k), *next = ew_token(t, k + 1);
		root |= ew_token_sign(w, '/') || ew_token_is(w, "//");
		if (root && IN(axes, w) && ew_token_is(next, "::"))
			return true;
		if (root && (ew_token_is(w, "node") || ew_token_is(w, "position")) &&
		    ew_token_sign(next, '(') && ew_token_sign(ew_token(t, k + 2), ')'))
			return true;
		if (root && bits && ew_token_sign(w, ')') && ew_token_compares(next))
			return true;
	}
	return false;
}

/* What may stand before the token that decides, and how much: gates know it, too. */
static bool small_gap(struct ew_bytes text, size_t from, size_t to)
{
	size_t i = from;

	while (i < to && (text.p[i] <= ' ' || text.p[i] == ')' || text.p[i] == ']'))
		i++;
	return i == to && to - from <= 16;
}

static size_t skip_closing(const struct ew_tokens *t, size_t k, bool *bracket_r)
{
	for (; ew_token_sign(ew_token(t, k), ')') || ew_token_sign(ew_token(t, k), ']'); k++)
		*bracket_r |= ew_token_sign(ew_token(t, k), ']');
	return k;
}

/* ] | //user   ]/parent::*   ]//pass */
static const char *behind_bracket(const struct ew_tokens *t, size_t k)
{
	if (ew_token_sign(ew_token(t, k), '|') && path(t, k + 1))
		return "a union with another path behind a closed bracket";
	if (!ew_token_sign(ew_token(t, k), '/') && !ew_token_is(ew_token(t, k), "//"))
		return NULL;
	const struct ew_token *next = ew_token(t, k + 1);
	bool named = next->kind == EW_TOKEN_WORD;
	bool steps =
		ew_token_sign(next, '*') || ew_token_sign(next, '@') || ew_token_is(next, "..") ||
		(named && (ew_token_is(ew_token(t, k + 2), "::") || ew_token_sign(ew_token(t, k + 2), '|')));
	return steps || (named && t->token[t->n - 1].kind == EW_TOKEN_OPEN) ? "a path behind a closed bracket"
									    : NULL;
}

/* Behind a semicolon. */
static bool statement(const struct ew_tokens *t, size_t k)
{
	static const char *const verbs[] = { "delete", "insert", "rename", "replace", "update" };
	static const char *const things[] = { "delete", "insert",  "node", "nodes",
					      "rename", "replace", "value" };

	if (binds(t, k))
		return ew_token_is(ew_token(t, k + 3), "in") ||
		       ew_token_sign(ew_token(t, k + 3), ':');
	return IN(verbs, ew_token(t, k)) && IN(things, ew_token(t, k + 1)) &&
		(path(t, k + 2) || ew_token_sign(ew_token(t, k + 2), '<'));
}

static const char *behind_quote(struct ew_bytes text, const struct ew_tokens *t)
{
	bool bracket = false;
	size_t k = skip_closing(t, 0, &bracket);
	const struct ew_token *first = ew_token(t, k), *next = ew_token(t, k + 1);

	if (!small_gap(text, t->place.code, first->at))
		return NULL;
	if (joins(first))
		return condition(t, k + 1) ? "a condition behind a closed string" : NULL;
	if (ew_token_sign(first, '|') && (ew_token_sign(next, '/') || ew_token_is(next, "//")))
		return path(t, k + 1) ? "a union with another path behind a closed string" : NULL;
	if (ew_token_sign(first, ',') && ew_token_is(next, "//"))
		return path(t, k + 1) ? "a path as the next argument" : NULL;
	if ((ew_token_is(first, "for") || ew_token_is(first, "let")) && ew_token_sign(next, '$'))
		return "a clause of XQuery behind a closed string";
	if (ew_token_sign(first, ';') && statement(t, k + 1))
		return "a statement of XQuery behind a closed string";
	if (ew_token_is(first, "return") &&
	    ((k && path(t, k + 1)) ||
	     (IN(fetching, next) && ew_token_sign(ew_token(t, k + 2), '(') &&
	      is_string(ew_token(t, k + 3)))))
		return "a clause of XQuery behind a closed string";
	if (ew_token_is(first, "return") || ew_token_sign(first, ','))
		return fetches_within(t, k) ? "a document fetched behind a closed string" : NULL;
	if (bracket)
		return behind_bracket(t, k);
	bool up = k && ew_token_sign(first, '/') && ew_token_is(next, "..");
	return up ? "a path behind a closed parenthesis" : NULL;
}

static const char *from_start(struct ew_bytes text, const struct ew_tokens *t)
{
	const struct ew_token *first = ew_token(t, 0);
	size_t prefix = ew_token_is(first, "fn") && ew_token_sign(ew_token(t, 1), ':') ? 2 : 0;
	bool bracket = false;

	if (first->at > 8)
		return NULL;
	if (fetches(t, prefix))
		return "a document fetched";
	if (ew_token_is(first, "system-property") && ew_token_sign(ew_token(t, 1), '(') &&
	    is_string(ew_token(t, 2)) &&
	    ew_bytes_starts_nocase(ew_bytes_from(ew_token(t, 2)->text, 1), EW_LIT("xsl:")))
		return "a property of the processor read";
	if (reads_tree(t))
		return "a function that reads the tree";
	const char *why = whole_path(t);
	if (why)
		return why;
	if (reaches_out(t, 0))
		return "a function of a processor that reaches out";
	if (is_query(t))
		return "a query of XQuery as the value";
	bool negative = ew_token_sign(first, '-') && ew_token(t, 1)->kind == EW_TOKEN_NUMBER;
	first = ew_token(t, negative);
	if (first->kind != EW_TOKEN_NUMBER && first->kind != EW_TOKEN_WORD && !ew_token_sign(first, '*'))
		return NULL;
	size_t end = first->at + first->text.n, k = skip_closing(t, 1 + negative, &bracket);
	const struct ew_token *then = ew_token(t, k), *left = ew_token(t, k + 1), *right = ew_token(t, k + 3);
	if (end > 40 || !small_gap(text, end, then->at))
		return NULL;
	if (bracket)
		return behind_bracket(t, k);
	if (!joins(then) || (first->kind == EW_TOKEN_WORD && !ew_token_sign(left, '/') && !is_string(left) &&
			     left->kind != EW_TOKEN_NUMBER && !calls(t, k + 1)))
		return NULL;
	if (calls_on(t, k + 1) || (first->kind == EW_TOKEN_NUMBER && then->at > end &&
				   ew_token_is(left, "//") && path(t, k + 1)))
		return "a condition behind a value";
	bool values = (left->kind == EW_TOKEN_NUMBER || is_string(left)) &&
		      (right->kind == EW_TOKEN_NUMBER || is_string(right));
	return values && compares(ew_token(t, k + 2)) ? "a condition behind a value" : NULL;
}

static bool find_xpath(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct ew_tokens t;
	struct ew_place place;

	for (unsigned i = 0; i < EW_PLACES; i++) {
		if (!ew_place_find(o->text, i, &place))
			continue;
		/* Most quotes open a string: a word follows that is no operator. */
		size_t next = place.code;
		while (next < o->text.n && next - place.code <= 16 &&
		       (o->text.p[next] <= ' ' || o->text.p[next] == ')' || o->text.p[next] == ']'))
			next++;
		if (place.quote &&
		    (next == o->text.n || !memchr("oOaAfFlLrR|/,;", o->text.p[next], 14)))
			continue;
		ew_tokens_read(o->text, place, EW_TOKEN_DASHES, EW_TOKEN_MAX, &t);
		const char *why = place.quote ? behind_quote(o->text, &t) : from_start(o->text, &t);
		if (!why)
			continue;
		const struct ew_token *last = &t.token[t.n - 1];
		*f_r = (struct ew_finding){ place.at, last->at + last->text.n, why };
		return true;
	}
	return false;
}

static size_t past_closers(struct ew_bytes t, size_t i, bool *bracket_r)
{
	*bracket_r = false;
	for (; i < t.n && (t.p[i] <= ' ' || t.p[i] == ')' || t.p[i] == ']'); i++)
		*bracket_r |= t.p[i] == ']';
	return i;
}

static size_t past_name(struct ew_bytes t, size_t i)
{
	return ew_look_past_word(t, i, '-', '.');
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Does the name between `from` and `to` join conditions? */
static bool is_joint(struct ew_bytes t, size_t from, size_t to)
{
	struct ew_bytes w = ew_bytes(t.p + from, to - from);

	return ew_bytes_eq_nocase(w, EW_LIT("or")) || ew_bytes_eq_nocase(w, EW_LIT("and"));
}

/* Could behind_quote() find something at `i`? */
static bool may_go_on(struct ew_bytes t, size_t i)
{
	bool bracket;

	i = past_closers(t, i, &bracket);
	size_t end = past_name(t, i), next = ew_skip_blanks(t, end);
	struct ew_bytes w = ew_bytes(t.p + i, end - i);
	switch (ew_byte_at(t, i) | 0x20) {
	case 'a':
	case 'o':
		return is_joint(t, i, end);
	case 'f':
	case 'l':
		return ew_byte_at(t, next) == '$' &&
		       (ew_bytes_eq_nocase(w, EW_LIT("for")) || ew_bytes_eq_nocase(w, EW_LIT("let")));
	case 'r':
		return ew_bytes_eq_nocase(w, EW_LIT("return"));
	case '|' | 0x20:
		return bracket || ew_byte_at(t, ew_skip_blanks(t, i + 1)) == '/';
	case '/':
		return bracket || ew_byte_at(t, ew_skip_blanks(t, i + 1)) == '.';
	case ';' | 0x20:
		next = ew_skip_blanks(t, i + 1);
		end = past_name(t, next);
		return IN_TABLE(clauses, ew_bytes(t.p + next, end - next));
	case ',':
		return ew_byte_at(t, ew_skip_blanks(t, i + 1)) == '/' || memchr(t.p + i, '(', t.n - i) ||
		       ew_bytes_find_nocase(t, i, EW_LIT("php")) != SIZE_MAX;
	default:
		return false;
	}
}

/* Could a condition that from_start() finds follow at `i`? */
static bool may_compare(struct ew_bytes t, size_t i)
{
	uint8_t c = ew_byte_at(t, i);

	if (ew_word_byte(c) && !is_digit(c))
		return ew_byte_at(t, past_name(t, i)) == '(';
	return is_digit(c) || c == '\'' || c == '"' || c == '`' || c == '/' || c == '.' ||
	       c == '@' || c == '*';
}

/* Could the path at `i` be one of XPath?  It has a predicate, a call or an axis. */
static bool may_step(struct ew_bytes t, size_t i)
{
	while ((i = ew_look_for(t, i, "[(:[([([")) < t.n && t.p[i] == ':' &&
	       ew_byte_at(t, i + 1) != ':')
		i++;
	return i < t.n;
}

/* Could from_start() find something? */
static bool may_begin(struct ew_bytes t)
{
	size_t i = ew_skip_blanks(t, 0);
	bool bracket;

	while (i < t.n && (t.p[i] == '(' || t.p[i] == '-')) {
		i = ew_skip_blanks(t, i + 1);
		if (ew_byte_at(t, i) == ':')
			return true;
	}
	size_t end = i;
	if (ew_byte_at(t, i) == '/')
		return may_step(t, i);
	if (is_digit(ew_byte_at(t, i)))
		while (is_digit(ew_byte_at(t, end)) ||
		       (ew_byte_at(t, end) == '.' && is_digit(ew_byte_at(t, end + 1))))
			end++;
	else
		end = ew_byte_at(t, i) == '*' ? i + 1 : past_name(t, i);
	struct ew_bytes w = ew_bytes(t.p + i, end - i);
	if (w.n == 0)
		return false;
	size_t next = past_closers(t, end, &bracket), after = past_name(t, next);
	if (ew_byte_at(t, ew_skip_blanks(t, end)) == '(')
		return IN_TABLE(fetching, w) || IN_TABLE(functions, w);
	if (IN_TABLE(clauses, w) && ew_look_for(t, i, "$/<$/<$/") < t.n)
		return true;
	switch (ew_byte_at(t, next)) {
	case ':':
		if (ew_word_byte(ew_byte_at(t, next + 1)) && IN_TABLE(modules, w))
			return true;
		return ew_bytes_eq_nocase(w, EW_LIT("fn")) || ew_bytes_eq_nocase(w, EW_LIT("php"));
	case '|':
	case '/':
		return bracket;
	default:
		return is_joint(t, next, after) && may_compare(t, ew_skip_blanks(t, after));
	}
}

static bool may_be_xpath(struct ew_bytes t, const struct ew_seen *seen)
{
	struct ew_look_quotes met = { 0, 0 };

	if (may_begin(t))
		return true;
	if (!ew_seen_any(seen, "'\"`'\"`'\""))
		return false;
	for (size_t i = 0; (i = ew_look_for(t, i, "'\"`'\"`'\"")) < t.n; i++)
		if (ew_look_is_place(&met, t, i) && may_go_on(t, i + 1))
			return true;
	return false;
}

static const char *const gates[] = {
	"(?:or|and) +[0-9][0-9.]* *(?:eq|ge|gt|is|le|lt|ne) +[0-9]",
	"php *: *function",
	NULL,
};

const struct ew_analyser ew_analyser_xpath = {
	.name = "xpath",
	.about = "values that become code of XPath or XQuery",
	.gate = gates,
	/* A blank for conditions, brackets for calls and paths, a colon for functions of others. */
	.bytes = "'\"`()[]:\x01\x02\x03\x04\x05\x06\x07\x08\t\n\v\f\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18"
		 "\x19\x1a\x1b\x1c\x1d\x1e\x1f ",
	.may = may_be_xpath,
	.wants_folded = true,
	.find = find_xpath,
};
