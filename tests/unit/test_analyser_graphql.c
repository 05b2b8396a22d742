/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What documents of GraphQL ask for, and what is none. */

#include "analysed.h"
#include "nasty.h"

enum { INTROSPECTION, ALIASES, DEPTH, DIRECTIVES, FIELDS, FRAGMENTS, REPEATS, BREAKOUT };

static const char *const asks_for_schema[] = {
	"{__schema{types{name}}}",
	"query{__schema{queryType{name}}}",
	"query Q { __schema { types { name fields { name } } } }",
	"{ __type(name: \"User\") { fields { name } } }",
	"{\n  __schema\n  {\n types { name } } }",
	"{__schema,{types{name}}}",
	"# hello\n{ __schema { types { name } } }",
	"query IntrospectionQuery { __schema { ...F } } fragment F on __Schema { types { name } }",
	"{ a: __schema { types { name } } }",
	"{ x { id } __type(name:\"Q\") { name } }",
	"query($a: Int = 5) { __schema { types { name } } }",
	"mutation { m(a: {b: [1, 2]}) { id } } query { __schema { types { name } } }",
	"{ ... on Query { __schema { types { name } } } }",
	"{ ... { __schema { types { name } } } }",
	"{ ...F } fragment F on Query { __schema { types { name } } }",
	"subscription{__schema{types{name}}}",
	"query @a(b: 1) { __schema { types { name } } }",
	"{ a(s: \"}\") { id } __schema { types { name } } }",
	"  ,, { __schema { types } }",
	"{ a(s: \"\"\" } \"\"\") { b } __schema { types } }",
	"\xef\xbb\xbf{__schema{types{name}}}",
	"{ a(x: \"\\\"}\") { b } __type(name: $n) { name } }",
	"{__schema",
	"{ a # }\n __schema { types } }",
	"query Q($a: [Int!]! = [1]) { __schema { types } }",
	"{ user(id: 1) { name }, __schema { types { name } } }",
	"{ __schema { directives { name args { name } } } }",
	"{__type (name:\"Root\"){name}}",
	"query={__schema{types{name}}}",
	"query { _service { sdl } }",
	"?query=query{__schema{types{name}}}",
	NULL,
};
static const char *const ordinary[] = {
	"{ user { name } }",
	"query { user(id: 5) { name email } }",
	"query Q($id: ID!) { user(id: $id) { ...F } } fragment F on User { name }",
	"{ __typename }",
	"{ user { __typename id } }",
	"mutation M { add(input: {name: \"__schema\", tags: [\"a\"]}) { id } }",
	"{ a(s: \"__schema\") { b } }",
	"{ a(s: \"\"\"{ __schema }\"\"\") { b } }",
	"{ a # __schema\n }",
	"{ __schemas { a } }",
	"{ schema { __types } }",
	"type Query { __schema: Int }",
	"type User { id: ID! name: String }",
	"schema { query: Query }",
	"extend type A { b: C }",
	"directive @a on FIELD",
	"input I { a: Int = 5 }",
	"enum E { A B }",
	"union U = A | B",
	"scalar Date",
	"interface N { id: ID! }",
	"\"\"\"doc\"\"\" type A { b: C }",
	"Use __typename and __schema in your queries",
	"The query { __schema } asks for the schema; see the manual",
	"To introspect, send {__schema{types{name}}}",
	"query the database for __schema",
	"subscription ended: __type",
	"fragment of __schema",
	"mutation of the gene { __x }",
	"__schema",
	"__type(name: \"a\")",
	"{\"query\": \"x\"}",
	"{\"__schema\": 1}",
	"{ color: red; }",
	"{ a: 1, __schema: 2 }",
	"{ \"a\": { __schema } }",
	"{}",
	"{",
	"{ }",
	"{{ user.name }}",
	"{% if a %}",
	"{a}",
	"{ _service }",
	"{ _entities(representations: [{__typename: \"U\", id: 1}]) { ... on U { name } } }",
	"{ a b c }",
	"{0}",
	"{name}, hello",
	"{ return __schema; }",
	"{ x = __schema }",
	"# Title\n\n__schema { a }",
	"# a comment",
	"#!/bin/sh\n{ __schema; }",
	"query",
	"query: { a }",
	"query=1",
	"fragment",
	"{ user(id: 1 { __schema } }",
	"{ user[0] { __schema } }",
	"{ a; __schema }",
	"{ 'a' __schema }",
	"${{ secrets.X }}",
	"body { margin: 0; }",
	"function f() { return 1 }",
	"a { __schema { b } }",
	"} __schema {",
	"{ a } } __schema { b }",
	"{ a: }",
	"{ a: __x }",
	NULL,
};
static const char *const circles[] = {
	"{ ...A } fragment A on T { ...A }",
	"{ ...A } fragment A on T { ...B } fragment B on T { ...A }",
	"query { a { ...A } } fragment A on T { b { ...B } } fragment B on T { c { ...C } } fragment C on T "
	"{ d { ...A } }",
	NULL,
};
static const char *const no_circles[] = {
	"{ ...A ...A } fragment A on T { b }",
	"{ ...A } fragment A on T { ...B } fragment B on T { c }",
	"{ ...Missing }",
	"{ ... on A { b } ... on A { c } }",
	"{ ...A } fragment A on T { a ...B ...C } fragment B on T { ...C } fragment C on T { d }",
	NULL,
};

static const char *const breaks_out[] = {
	"1\"){id} all: users(of: \"1",
	"1\") { id } other { name",
	"x\"){a{b}} c:d{e",
	"\"}}) { __schema { types { name } } } #",
	"\") { id __type(name: \"User\") { name } } #",
	"7){id} x: user(id: 8",
	"7){id}} mutation { wipe(id: 8",
	"q\"]){id}}query{secrets{value}}#",
	NULL,
};
static const char *const stays_in[] = {
	"f(\"x\") { return 1 }",
	"x\") { return 1; } else { y(2) }",
	"if (a) { b } else { c }",
	"foo) { bar }",
	"see \"x\" (y) { z }",
	"7) { id }",
	"1\") { id }",
	"a) b { c",
	"x\") { \"a\": 1 }",
	NULL,
};
static const char *const multiplies[] = {
	"{ ...A } fragment A on T { ...B ...B ...B ...B } fragment B on T { ...C ...C ...C ...C } "
	"fragment C on T { ...D ...D ...D ...D } fragment D on T { ...E ...E ...E ...E } "
	"fragment E on T { ...F ...F ...F ...F } fragment F on T { ...G ...G ...G ...G } fragment G on T { a }",
	NULL,
};
static const char *const asks_for_much[] = {
	"{ users(first: 1000000) { orders(last: 1000000) { id } } }",
	"{ users(limit:999999){ items(size :999999){ id } } }",
	"query { posts(first: 2147483647) { id } }",
	NULL,
};
static const char *const asks_for_little[] = {
	"{ users(first: 100) { orders(last: 1000) { id } } }",
	"{ user(id: 1000000) { order(id: 1000000) { id } } }",
	"{ users(first: 1000000) { id } }",
	"mutation { a: login(u: \"x\", p: \"y\") { token } }",
	"{ jan: sales(m: 1) feb: sales(m: 2) mar: sales(m: 3) apr: sales(m: 4) may: sales(m: 5) "
	"jun: sales(m: 6)"
	" jul: sales(m: 7) aug: sales(m: 8) sep: sales(m: 9) oct: sales(m: 10) nov: sales(m: 11)"
	" dec: sales(m: 12) }",
	NULL,
};

/* `head`, `piece` n times, `tail` n times, `end`: found by argument `which` from n = `from` on. */
static void grows(struct analysed *t, unsigned which, const char *head, const char *piece, const char *tail,
		  const char *end, unsigned from)
{
	static char text[1 << 16];

	for (unsigned n = from - 1; n <= from; n++) {
		size_t len = (size_t)snprintf(text, sizeof(text), "%s", head);
		for (unsigned k = 0; k < n; k++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", piece);
		for (unsigned k = 0; k < n; k++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", tail);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", end);
		t->wrong = NULL;
		t->o.which = which;
		bool good = analysed_ask(t, ew_bytes(text, len));
		ok(good && t->found == (n == from), "graphql: %s, %u times \"%s\", limit %u",
		   t->a->arguments[which], n, piece, t->o.limit);
	}
}

int main(void)
{
	struct analysed t = analysed_begin(&ew_analyser_graphql);

	t.o.which = INTROSPECTION;
	analysed_all(&t, asks_for_schema, true);
	for (unsigned which = INTROSPECTION; which <= BREAKOUT; which++) {
		t.o.which = which;
		analysed_all(&t, ordinary, false);
		if (which != INTROSPECTION)
			analysed_all(&t, asks_for_schema, false);
	}
	t.o.which = FRAGMENTS;
	analysed_all(&t, circles, true);
	analysed_all(&t, no_circles, false);
	t.o.which = DEPTH;
	analysed_all(&t, circles, true);
	analysed_all(&t, no_circles, false);
	analysed_all(&t, multiplies, false);
	t.o.which = FRAGMENTS;
	analysed_all(&t, multiplies, true);
	t.o.which = BREAKOUT;
	analysed_all(&t, breaks_out, true);
	analysed_all(&t, stays_in, false);
	t.o.which = REPEATS;
	analysed_all(&t, asks_for_much, true);
	analysed_all(&t, asks_for_little, false);
	grows(&t, REPEATS, "{", "a: b ", "", "}", 21);
	grows(&t, REPEATS, "{", "a: b(x: 1) { c d } ", "", "}", 21);
	grows(&t, REPEATS, "mutation {", "a: verifyOtp(c: 1) { ok } ", "", "}", 6);
	grows(&t, REPEATS, "{ me {", "__typename ", "", "}}", 21);
	grows(&t, DEPTH, "{ a(b: ", "[", "]", ") }", 16);
	grows(&t, ALIASES, "{", "a: b ", "", "}", 31);
	grows(&t, ALIASES, "{ a {", "x : y(z: {q: 1}) ", "", "}}", 31);
	grows(&t, DEPTH, "query", "{a", "}", "", 16);
	grows(&t, DEPTH, "{ x ", "{a(b: {c: {d: 1}}) ", "}", "}", 15);
	grows(&t, DEPTH, "{ ...F } fragment F on T ", "{a", "}", "", 15);
	grows(&t, DIRECTIVES, "{ a ", "@b ", "", "}", 11);
	grows(&t, DIRECTIVES, "{ a ", "@skip(if: true) ", "", "}", 11);
	grows(&t, FIELDS, "{", "a ", "", "}", 501);
	grows(&t, FRAGMENTS, "{", "...A ", "", "}", 51);
	t.o.limit = 3;
	grows(&t, ALIASES, "{", "a: b ", "", "}", 4);
	grows(&t, DEPTH, "", "{a", "}", "", 4);
	grows(&t, FIELDS, "{", "a ", "", "}", 4);
	t.o.limit = 1000; /* more spreads than are kept are too many, whatever the limit */
	grows(&t, FRAGMENTS, "{", "...A ", "", "}", 257);
	t.o.limit = 0;
	for (t.o.which = INTROSPECTION; t.o.which <= BREAKOUT; t.o.which++)
		nasty_all(&t);
	analysed_end(&t);
	return done();
}
