/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Clauses and steps of languages of graphs and documents: Cypher, AQL, SPARQL, Gremlin, ReQL.
 *
 * The trap is prose, which has all their words: a clause counts with what follows it, and how many
 * must follow each other is for nosqli_script.c. */

#include "nosqli_script.h"
#include "signatures/words.h"

#define IN(table, t)                                                                               \
	((t)->kind == EW_TOKEN_WORD &&                                                             \
	 ew_word_in(table, sizeof(table) / sizeof(*(table)), (t)->text))

static inline bool is(struct ew_bytes w, const char *word)
{
	return ew_bytes_eq_nocase(w, ew_bytes_str(word));
}

bool ew_nosqli_clause(struct ew_bytes w)
{
	switch (w.n ? w.p[0] | 0x20 : 0) {
	case 'a':
		return is(w, "and") || is(w, "allow");
	case 'c':
		return is(w, "call") || is(w, "create");
	case 'd':
		return is(w, "delete") || is(w, "detach");
	case 'f':
		return is(w, "foreach") || is(w, "filter") || is(w, "for");
	case 'i':
		return is(w, "insert");
	case 'l':
		return is(w, "load") || is(w, "let");
	case 'm':
		return is(w, "match") || is(w, "merge");
	case 'o':
		return is(w, "or") || is(w, "optional");
	case 'r':
		return is(w, "return") || is(w, "remove") || is(w, "replace");
	case 's':
		return is(w, "set") || is(w, "sort");
	case 'u':
		return is(w, "union") || is(w, "unwind") || is(w, "update") || is(w, "upsert");
	case 'w':
		return is(w, "with") || is(w, "where");
	case 'x':
		return is(w, "xor");
	default:
		return false;
	}
}

static bool is_value(const struct ew_token *t)
{
	return t->kind == EW_TOKEN_WORD || t->kind == EW_TOKEN_NUMBER;
}

/* for u in users   remove u in users   insert {..} into users   let x = .. */
static bool aql_clause(const struct ew_tokens *t, size_t k)
{
	const struct ew_token *w = ew_token(t, k), *next = ew_token(t, k + 1),
			      *then = ew_token(t, k + 2);
	bool named = next->kind == EW_TOKEN_WORD && ew_token(t, k + 3)->kind == EW_TOKEN_WORD;

	if (ew_token_is(w, "for"))
		return next->kind == EW_TOKEN_WORD && ew_token_is(then, "in") &&
		       ew_token(t, k + 3)->kind != EW_TOKEN_END;
	if (ew_token_is(w, "remove"))
		return (named && ew_token_is(then, "in")) || ew_token_sign(next, '{') ||
		       (next->kind == EW_TOKEN_WORD && ew_token_sign(then, '.'));
	if (ew_token_is(w, "update") || ew_token_is(w, "replace"))
		return next->kind == EW_TOKEN_WORD &&
		       (ew_token_is(then, "with") || (named && ew_token_is(then, "in")));
	if (ew_token_is(w, "insert") || ew_token_is(w, "upsert"))
		return ew_token_sign(next, '{') || (named && ew_token_is(then, "into"));
	if (ew_token_is(w, "let"))
		return next->kind == EW_TOKEN_WORD && ew_token_sign(then, '=');
	return ew_token_is(w, "filter") && is_value(next) &&
	       (ew_token_compares(then) || ew_token_sign(then, '.') || ew_token_is(next, "true") ||
		next->kind == EW_TOKEN_NUMBER);
}

unsigned ew_nosqli_clauses(const struct ew_tokens *t, size_t k)
{
	static const char *const modules[] = { "apoc", "db", "dbms", "gds", "tx" };
	static const char *const follows_union[] = { "all",   "call",   "create",
						     "match", "return", "with" };
	static const char *const with_value[] = { "delete", "return", "set",
						  "unwind", "where",  "with" };
	static const char *const with_pattern[] = { "create", "match", "merge" };
	unsigned found = 0;

	for (; k < t->n; k++) {
		const struct ew_token *w = ew_token(t, k), *next = ew_token(t, k + 1);
		if (w->kind != EW_TOKEN_WORD)
			continue;
		if (ew_token_is(w, "load") && ew_token_is(next, "csv") &&
		    (ew_token_is(ew_token(t, k + 2), "from") ||
		     ew_token_is(ew_token(t, k + 2), "with")))
			return EW_NOSQLI_SURE;
		if (ew_token_is(w, "call") && IN(modules, next) &&
		    ew_token_sign(ew_token(t, k + 2), '.'))
			return EW_NOSQLI_SURE;
		if (ew_token_is(w, "detach") && ew_token_is(next, "delete"))
			return EW_NOSQLI_SURE;
		found += ew_token_is(w, "union") &&
			 (IN(follows_union, next) || ew_token_sign(next, '{'));
		found += IN(with_pattern, w) && ew_token_sign(next, '(');
		found += IN(with_value, w) && is_value(next);
		found += aql_clause(t, k);
	}
	return found;
}

bool ew_nosqli_step(const struct ew_tokens *t, size_t k)
{
	static const char *const steps[] = {
		"adde",    "addv",       "and",      "as",          "both",     "bothe",
		"by",      "cap",        "choose",   "coalesce",    "constant", "count",
		"dedup",   "drop",       "e",        "elementmap",  "fold",     "group",
		"has",     "haslabel",   "hasnot",   "id",          "in",       "ine",
		"inject",  "inv",        "iterate",  "label",       "limit",    "local",
		"not",     "optional",   "or",       "out",         "oute",     "outv",
		"project", "properties", "property", "propertymap", "range",    "repeat",
		"select",  "sideeffect", "store",    "tolist",      "unfold",   "union",
		"until",   "v",          "valuemap", "values",      "where",
	};

	return ew_token_sign(ew_token(t, k), '.') && IN(steps, ew_token(t, k + 1)) &&
	       ew_token_sign(ew_token(t, k + 2), '(');
}

/* A call of `name` anywhere behind a dot. */
static bool calls(const struct ew_tokens *t, size_t k, const char *name)
{
	for (; k < t->n; k++)
		if (ew_token_sign(ew_token(t, k), '.') && ew_token_is(ew_token(t, k + 1), name) &&
		    ew_token_sign(ew_token(t, k + 2), '('))
			return true;
	return false;
}

/* Which vertices or documents a traversal selects is the work of who wrote it; all of them, or to
 * delete what it selects, is not. */
bool ew_nosqli_traversal(const struct ew_tokens *t, size_t k)
{
	static const char *const all[] = { "elementmap",  "iterate", "properties",
					   "propertymap", "tolist",  "valuemap" };
	static const char *const dangerous[] = { "dbdrop", "http", "js", "tabledrop" };
	const struct ew_token *source = ew_token(t, k), *name = ew_token(t, k + 2);
	bool graph = ew_token_is(source, "g");

	if ((!graph && !ew_token_is(source, "r")) || !ew_token_sign(ew_token(t, k + 1), '.') ||
	    !ew_token_sign(ew_token(t, k + 3), '('))
		return false;
	if (!graph)
		return (IN(dangerous, name) && ew_token(t, k + 4)->kind == EW_TOKEN_STRING) ||
		       ((ew_token_is(name, "db") || ew_token_is(name, "table")) &&
			calls(t, k + 4, "delete"));
	if (!ew_token_is(name, "V") && !ew_token_is(name, "E"))
		return false;
	bool whole = ew_token_sign(ew_token(t, k + 4), ')') &&
		     (ew_token(t, k + 5)->kind == EW_TOKEN_END ||
		      (ew_token_sign(ew_token(t, k + 5), '.') && IN(all, ew_token(t, k + 6))));
	return whole || calls(t, k + 4, "drop");
}
