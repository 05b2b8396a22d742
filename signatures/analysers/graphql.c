/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Documents of GraphQL that ask for the schema or for too much: depth, aliases, fields, directives, fragments
 * (October 2021, section 2).  Read token by token with counters instead of a tree; strings, comments and
 * arguments hide nothing and count for nothing.
 *
 * The trap is everything else that begins with a brace.  So the text is read only as long as it is a document
 * that can be executed: the first token that has no place in one (a semicolon, a string in a selection,
 * `type`) ends it, and what was counted until then decides. */

#include "signatures/analyser.h"
#include "signatures/token.h"
#include "signatures/words.h"

enum { INTROSPECTION, ALIASES, DEPTH, DIRECTIVES, FIELDS, FRAGMENTS, REPEATS, BREAKOUT };
static const char *const arguments[] = { "introspection", "aliases", "depth",    "directives", "fields",
					 "fragments",     "repeats", "breakout", NULL };
static const uint32_t usual_limit[] = { 0, 30, 15, 10, 500, 50, 20, 0 };

enum {
	MAX_FRAGMENTS = 64,
	MAX_SPREADS = 256,
	MAX_SPREAD_OUT = 4096, /* spreads that a document grows to */
	GUESS = 4,             /* what is guessed may repeat so many times less */
	BULK_DIGITS = 6,       /* of a size of a page that nobody reads */
	HUGE_DIGITS = 9,       /* of one that only asks for everything */
	OPERAND_MOST = 40,     /* bytes of a value before it leaves its place */
};

struct spread {
	size_t from; /* index of the definition it stands in */
	struct ew_bytes to;
	uint32_t depth;
};

struct document {
	struct ew_bytes text;
	size_t i;
	unsigned argument;
	uint32_t limit;
	uint32_t depth;
	bool opened; /* the last token was a brace: a name or dots follow */
	uint32_t aliases, directives, fields, spreads, repeats, bulks;
	struct ew_bytes last; /* field, or field with another name, that was selected */
	bool last_aliased;
	bool within; /* read from the middle: the document of another goes on */
	bool left;   /* more braces were closed than opened */
	size_t kept;                         /* of the spreads */
	size_t definitions;                  /* seen so far; the current one is definitions - 1 */
	struct ew_bytes name[MAX_FRAGMENTS]; /* of fragments, empty for operations */
	uint32_t deepest[MAX_FRAGMENTS];
	struct spread spread[MAX_SPREADS];
	struct ew_finding *finding;
};

static size_t skip_ignored(struct ew_bytes t, size_t i)
{
	for (; i < t.n; i++) {
		uint8_t c = t.p[i];
		if (c == '#') {
			const uint8_t *end = memchr(t.p + i, '\n', t.n - i);
			i = end ? (size_t)(end - t.p) : t.n - 1;
		} else if (c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != ',' && c != 0xef &&
			   c != 0xbb && c != 0xbf) {
			break;
		}
	}
	return i;
}

/* Past the string at `i`, of one or of three quotes; the end of the text when it has none. */
static size_t skip_string(struct ew_bytes t, size_t i)
{
	bool block = ew_bytes_starts(ew_bytes_from(t, i), EW_LIT("\"\"\""));

	for (i += block ? 3 : 1; i < t.n; i++) {
		if (t.p[i] == '\\')
			i += block && ew_bytes_starts(ew_bytes_from(t, i + 1), EW_LIT("\"\"\"")) ? 3 : !block;
		else if (!block && (t.p[i] == '"' || t.p[i] == '\n'))
			return i + 1;
		else if (block && t.p[i] == '"' && ew_bytes_starts(ew_bytes_from(t, i), EW_LIT("\"\"\"")))
			return i + 3;
	}
	return t.n;
}

static struct ew_bytes name_at(struct ew_bytes t, size_t i)
{
	size_t end = i;

	if (i < t.n && t.p[i] >= '0' && t.p[i] <= '9')
		return ew_bytes(t.p + i, 0);
	while (end < t.n && t.p[end] < 0x80 && ew_word_byte(t.p[end]))
		end++;
	return ew_bytes(t.p + i, end - i);
}

static bool found(struct document *d, size_t from, size_t to, const char *why)
{
	*d->finding = (struct ew_finding){ from, to, why };
	return true;
}

static bool over(const struct document *d, unsigned argument, uint32_t n)
{
	return d->argument == argument && n > d->limit;
}

static bool is(struct ew_bytes w, const char *text)
{
	return ew_bytes_eq(w, ew_bytes_str(text));
}

/* first: 100000 and its kin, at the name: 1, and 2 if one is too many. */
static unsigned bulk_at(struct ew_bytes t, size_t i, struct ew_bytes name)
{
	static const char *const sizes[] = { "count", "first", "last", "limit", "pagesize",
					     "per_page", "perpage", "size", "take" };
	size_t colon = skip_ignored(t, i + name.n), digits = 0;

	if (ew_byte_at(t, colon) != ':' || !ew_word_in(sizes, sizeof(sizes) / sizeof(*sizes), name))
		return 0;
	for (i = skip_ignored(t, colon + 1); ew_byte_at(t, i + digits) >= '0' && t.p[i + digits] <= '9';)
		digits++;
	return (digits >= BULK_DIGITS) + (digits >= HUGE_DIGITS);
}

/* Arguments and variables: only their end matters, and how deep lists and objects are.  False: they are none, or
 * too deep. */
static bool skip_parens(struct document *d, bool *found_r)
{
	struct ew_bytes t = d->text;
	uint32_t depth = 0;

	while ((d->i = skip_ignored(t, d->i)) < t.n) {
		uint8_t c = t.p[d->i];
		if (c == '"') {
			d->i = skip_string(t, d->i);
			continue;
		}
		struct ew_bytes name = name_at(t, d->i);
		if (name.n) {
			d->bulks += bulk_at(t, d->i, name);
			d->i += name.n;
			continue;
		}
		d->i++;
		if (c == '(')
			return false;
		if (c == ')')
			return true;
		if ((c == '[' || c == '{') && over(d, DEPTH, ++depth)) {
			*found_r = found(d, d->i - 1, d->i, "a value of GraphQL that is very deep");
			return false;
		}
		depth -= depth && (c == ']' || c == '}');
		if (!ew_word_byte(c) && !memchr("[]{}:$!=@.-+|&", c, 14))
			return false;
	}
	return true;
}

/* Does the name hold a word of what one must know to get in? */
static bool is_guessed(struct ew_bytes name)
{
	static const char *const words[] = { "2fa",   "auth",   "code",   "coupon", "gift",   "invite",  "login",
					     "mfa",   "otp",    "passw",  "redeem", "reset",  "sign_in", "signin",
					     "token", "verify", "voucher" };

	name.n = name.n < 64 ? name.n : 64;
	for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
		if (ew_bytes_find_nocase(name, 0, ew_bytes_str(words[k])) != SIZE_MAX)
			return true;
	return false;
}

/* The same field again and again, as it is or under other names; or pages that are far too large in each other. */
static bool repeats(struct document *d, size_t at, struct ew_bytes field, bool aliased)
{
	/* Fields with a selection of their own stand apart; only those under other names are counted across it. */
	if (aliased || !d->last_aliased) {
		bool same = aliased == d->last_aliased && ew_bytes_eq(field, d->last);
		d->repeats = same ? d->repeats + 1 : 1;
		d->last = field;
		d->last_aliased = aliased;
	}
	if (d->argument != REPEATS)
		return false;
	if (d->bulks > 1)
		return found(d, at, d->i, "a document of GraphQL with very large pages");
	if (d->repeats <= d->limit / GUESS)
		return false;
	uint32_t limit = d->last_aliased && is_guessed(d->last) ? d->limit / GUESS : d->limit;
	return d->repeats > limit && found(d, at, d->i, "a field of GraphQL asked for again and again");
}

/* A name in a selection: a field, with or without another name for it. */
static bool selected(struct document *d, struct ew_bytes name)
{
	size_t at = d->i, after = skip_ignored(d->text, at + name.n);

	d->i = at + name.n;
	bool aliased = ew_byte_at(d->text, after) == ':';
	if (aliased) {
		size_t field = skip_ignored(d->text, after + 1);
		name = name_at(d->text, field);
		if (name.n == 0) {
			d->i = d->text.n; /* { a: 1 } is no selection */
			return false;
		}
		d->i = field + name.n;
		if (over(d, ALIASES, ++d->aliases))
			return found(d, at, d->i, "a document of GraphQL with very many aliases");
	}
	d->directives = 0;
	if (repeats(d, at, name, aliased))
		return true;
	/* Both have a selection of their own, which tells them from words of other languages. */
	after = skip_ignored(d->text, d->i);
	if ((d->argument == INTROSPECTION || d->within) &&
	    (((is(name, "__schema") || is(name, "_service")) &&
	      (after == d->text.n || memchr("{@", d->text.p[after], 2))) ||
	     (is(name, "__type") && (after == d->text.n || memchr("(@", d->text.p[after], 2)))))
		return found(d, at, d->i, "a document of GraphQL that asks for the schema");
	return over(d, FIELDS, ++d->fields) &&
	       found(d, at, d->i, "a document of GraphQL with very many fields");
}

/* Behind three dots: ...Name, ... on Type, ... @include, ... { */
static bool spread(struct document *d)
{
	size_t at = d->i - 3;
	struct ew_bytes name;

	d->directives = 0;
	d->i = skip_ignored(d->text, d->i);
	name = name_at(d->text, d->i);
	if (name.n == 0)
		return false;
	d->i += name.n;
	if (is(name, "on")) {
		d->i = skip_ignored(d->text, d->i);
		d->i += name_at(d->text, d->i).n;
		return false;
	}
	if (d->kept < MAX_SPREADS && d->definitions <= MAX_FRAGMENTS)
		d->spread[d->kept++] = (struct spread){ d->definitions - 1, name, d->depth };
	d->spreads++;
	return d->argument == FRAGMENTS && (d->spreads > d->limit || d->spreads > MAX_SPREADS) &&
	       found(d, at, d->i, "a document of GraphQL that spreads very many fragments");
}

static bool is_operation(struct ew_bytes word)
{
	return is(word, "query") || is(word, "mutation") || is(word, "subscription");
}

/* What was begun before the value goes on behind its own selection: with a field, or with another operation. */
static bool leaves(const struct document *d, struct ew_bytes name)
{
	size_t i = skip_ignored(d->text, d->i + name.n);

	if (!d->within || !d->definitions || i >= d->text.n)
		return false;
	return is_operation(name) ? d->left : memchr("({:", d->text.p[i], 3) != NULL;
}

/* The head of a definition, up to its brace. */
static bool define(struct document *d, struct ew_bytes word)
{
	struct ew_bytes name = { NULL, 0 };

	d->i += word.n;
	if (is(word, "fragment")) {
		d->i = skip_ignored(d->text, d->i);
		name = name_at(d->text, d->i);
		d->i += name.n;
		d->i = skip_ignored(d->text, d->i);
		if (!is(name_at(d->text, d->i), "on"))
			return false;
		d->i += 2;
	} else if (word.n && !is_operation(word)) {
		return false;
	}
	if (word.n) {
		d->i = skip_ignored(d->text, d->i);
		d->i += name_at(d->text, d->i).n;
	}
	if (d->definitions < MAX_FRAGMENTS) {
		d->name[d->definitions] = name;
		d->deepest[d->definitions] = 0;
	}
	d->definitions++;
	d->directives = 0;
	return true;
}

static size_t fragment_named(const struct document *d, struct ew_bytes name)
{
	size_t n = d->definitions < MAX_FRAGMENTS ? d->definitions : MAX_FRAGMENTS, k = 0;

	while (k < n && !(d->name[k].n && ew_bytes_eq(d->name[k], name)))
		k++;
	return k < n ? k : SIZE_MAX;
}

/* How many spreads a document has when all are followed: each round is one level more. */
static bool spreads_out(const size_t *to, const struct document *d, size_t n)
{
	uint32_t many[2][MAX_FRAGMENTS] = { { 0 } };

	for (size_t round = 0; round < n; round++) {
		uint32_t *before = many[round & 1], *now = many[~round & 1];
		memset(now, 0, sizeof(many[0]));
		for (size_t e = 0; e < d->kept; e++) {
			if (to[e] == SIZE_MAX || d->spread[e].from >= n)
				continue;
			now[d->spread[e].from] += 1 + before[to[e]];
			if (now[d->spread[e].from] > MAX_SPREAD_OUT)
				return true;
		}
	}
	return false;
}

/* What spreads add: the depth of the fragments below.  A fragment that is reached from itself grows without
 * end. */
static bool follow_spreads(struct document *d)
{
	size_t n = d->definitions < MAX_FRAGMENTS ? d->definitions : MAX_FRAGMENTS;
	size_t edges = d->kept, to[MAX_SPREADS];
	bool grew = true;

	if (edges == 0 || (d->argument != DEPTH && d->argument != FRAGMENTS))
		return false;
	for (size_t e = 0; e < edges; e++)
		to[e] = fragment_named(d, d->spread[e].to);
	if (d->argument == FRAGMENTS && spreads_out(to, d, n))
		return found(d, 0, d->i, "fragments of GraphQL that multiply each other");
	for (size_t round = 0; grew && round <= n; round++) {
		grew = false;
		for (size_t e = 0; e < edges; e++) {
			const struct spread *s = &d->spread[e];
			if (to[e] == SIZE_MAX || s->from >= n ||
			    s->depth + d->deepest[to[e]] <= d->deepest[s->from])
				continue;
			d->deepest[s->from] = s->depth + d->deepest[to[e]];
			grew = true;
			if (over(d, DEPTH, d->deepest[s->from]))
				return found(d, 0, d->i, "a document of GraphQL that is very deep");
		}
	}
	return grew && found(d, 0, d->i, "fragments of GraphQL that spread each other in a circle");
}

/* One token; false: there is no more to read, or the finding is made. */
static bool step(struct document *d, bool *found_r)
{
	struct ew_bytes t = d->text;

	d->i = skip_ignored(t, d->i);
	if (d->i >= t.n)
		return false;
	struct ew_bytes name = name_at(t, d->i);
	uint8_t c = t.p[d->i];
	bool opened = d->opened;
	d->opened = c == '{';
	if (name.n) {
		if (d->depth)
			*found_r = selected(d, name);
		else if (leaves(d, name))
			*found_r = found(d, d->i, d->i + name.n, "a value that leaves an argument of GraphQL");
		return d->depth || *found_r ? !*found_r : define(d, name);
	}
	d->i++;
	if (opened && c != '.')
		return false;
	if (c == '{') {
		if (d->depth == 0 && d->definitions == 0)
			define(d, name);
		d->depth++;
		if (d->definitions <= MAX_FRAGMENTS && d->depth > d->deepest[d->definitions - 1])
			d->deepest[d->definitions - 1] = d->depth;
		if (over(d, DEPTH, d->depth))
			*found_r = found(d, d->i - 1, d->i, "a document of GraphQL that is very deep");
		return !*found_r;
	}
	if (c == '}' && d->depth == 0)
		return d->left = d->within;
	if (c == '}')
		return d->depth--;
	if (c == '(')
		return d->definitions && skip_parens(d, found_r);
	if (c == '@') {
		d->i += name_at(t, d->i).n;
		if (over(d, DIRECTIVES, ++d->directives))
			*found_r = found(d, d->i - 1, d->i, "a field of GraphQL with very many directives");
		return d->definitions && !*found_r;
	}
	if (c != '.' || !d->depth || !ew_bytes_starts(ew_bytes_from(t, d->i), EW_LIT("..")))
		return false;
	d->i += 2;
	*found_r = spread(d);
	return !*found_r;
}

/* Past the name of a parameter of a URL, as documents are sent by GET: ?query= */
static size_t past_parameter(struct ew_bytes t)
{
	size_t i = ew_byte_at(t, 0) == '?';

	return ew_bytes_starts(ew_bytes_from(t, i), EW_LIT("query=")) ? i + 6 : 0;
}

/* "){ or 1){ : the brace behind what closes an argument that the value did not open; 0: there is none. */
static size_t broken_at(struct ew_bytes t)
{
	const uint8_t *quote = t.n ? memchr(t.p, '"', t.n) : NULL;

	for (unsigned place = 0; place < 2; place++) {
		size_t i = place && quote ? (size_t)(quote - t.p) + 1 : 0;
		bool closed = false;
		while (place == 0 && i < t.n && i < OPERAND_MOST && (ew_word_byte(t.p[i]) || t.p[i] == '-'))
			i++;
		for (; i < t.n && (t.p[i] <= ' ' || memchr(")]}", t.p[i], 3)); i++)
			closed |= t.p[i] == ')';
		size_t name = skip_ignored(t, i + 1);
		if (closed && ew_byte_at(t, i) == '{' && name < t.n && name_at(t, name).n)
			return i;
	}
	return 0;
}

static bool find_graphql(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct document d; /* its tables are written before they are read */
	struct ew_finding finding;
	bool hit = false;

	d.text = o->text;
	d.argument = o->which;
	d.limit = o->limit ? o->limit : usual_limit[o->which];
	d.i = past_parameter(o->text);
	d.definitions = d.kept = 0;
	d.depth = d.aliases = d.directives = d.fields = d.spreads = 0;
	d.repeats = d.bulks = 0;
	d.last = ew_bytes(NULL, 0);
	d.opened = d.last_aliased = d.left = false;
	d.within = o->which == BREAKOUT;
	if (d.within && (d.i = broken_at(o->text)) == 0)
		return false;
	d.finding = &finding;
	while (step(&d, &hit))
		;
	if (!hit)
		hit = follow_spreads(&d);
	if (hit)
		*f_r = finding;
	return hit;
}

/* A document begins with a brace and a name or dots, or with a word of its own. */
static bool may(struct ew_bytes t, const struct ew_seen *seen)
{
	static const char *const begin[] = { "fragment", "mutation", "query", "subscription" };
	size_t i = skip_ignored(t, past_parameter(t));
	struct ew_bytes name;

	(void)seen;
	if (ew_byte_at(t, i) == '{') {
		i = skip_ignored(t, i + 1);
		if (i < t.n && (t.p[i] == '.' || name_at(t, i).n))
			return true;
	}
	if (broken_at(t))
		return true;
	if (i == t.n || !memchr("fmqs", t.p[i], 4))
		return false;
	name = name_at(t, i);
	for (size_t k = 0; k < 4; k++)
		if (is(name, begin[k]))
			return true;
	return false;
}

/* Directives are all that a document without a brace can have too many of. */
static const char *const gates[] = {
	"(?:query|mutation|subscription|fragment)[^a-z0-9].*@",
	NULL,
};

const struct ew_analyser ew_analyser_graphql = {
	.name = "graphql",
	.about = "documents of GraphQL that ask for the schema or for too much",
	.gate = gates,
	.bytes = "{@[",
	.may = may,
	.arguments = arguments,
	.takes_limit = true,
	.find = find_graphql,
};
