/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Expressions of template engines and expression languages that compute, reflect or run.
 *
 * Marks alone say nothing: mail merges, workflows, charts and shells are full of {{ name }} and ${NAME}.  What
 * stands within them decides: arithmetic of literals alone is how holes are probed for, and a short list of
 * words is how one gets out of an engine.  The text is read once, forward; the marks that were opened last
 * count. */

#include "signatures/analyser.h"
#include "signatures/signs.h"
#include "template_expression.h"
#include "template_lookup.h"

/* {{printf "%s" .Password}}, {{printf "%v" .}} of Go: a secret, or all that the engine was given.
 */
static bool prints_all(struct ew_bytes t, const struct ew_expression *x)
{
	static const char *const secrets[] = { "apikey", "passwd",    "password",
					       "secret", "secretkey", "token" };
	size_t i = ew_template_skip(t, x->word_to);
	uint8_t quote = ew_template_at(t, i);

	if (!x->alone || !x->word_to || !ew_template_starts(t, x->word, "printf") ||
	    (quote != '"' && quote != '`'))
		return false;
	size_t n = t.n - i - 1 > 16 ? 16 : t.n - i - 1;
	const uint8_t *end = n ? memchr(t.p + i + 1, quote, n) : NULL;
	i = end ? ew_template_skip(t, (size_t)(end - t.p) + 1) : t.n;
	if (ew_template_at(t, i) != '.')
		return false;
	size_t to = ++i;
	while (to < t.n && ew_word_byte(t.p[to]))
		to++;
	return ew_template_starts(t, ew_template_skip(t, to), "}}") &&
	       (to == i ||
		ew_word_in(secrets, sizeof(secrets) / sizeof(*secrets), ew_bytes(t.p + i, to - i)));
}

/* 7*7, 7*'7', "a"+"b": literals alone.  A date or a range is not. */
static bool is_probe(struct ew_bytes t, const struct ew_expression *x)
{
	static const char *const prints[] = { "html", "js", "print", "printf", "println", "urlquery" };

	if (x->marks == SINGLE || x->marks == VREF)
		return false;
	if (x->times || x->block)
		return x->times;
	if (x->marks == DOUBLE && x->literals == 1 && prints_all(t, x))
		return true;
	/* {{printf "%s" "x"}} of Go */
	if (x->others == 1 && !x->operators && x->literals && x->marks == DOUBLE && x->word_to)
		return ew_word_in(prints, sizeof(prints) / sizeof(*prints),
				  ew_bytes(t.p + x->word, x->word_to - x->word)) &&
		       (ew_template_at(t, ew_template_skip(t, x->word_to)) == '"' ||
			ew_template_at(t, ew_template_skip(t, x->word_to)) == '`');
	if (!x->operators || x->literals < 2 || x->others || x->adjacent)
		return false;
	return (x->operator != '-' && x->operator != '/') || (x->operators == 1 && x->zero);
}

static const char *literal_method(struct ew_bytes t, size_t to)
{
	static const char *const methods[] = { ".class",       ".constructor", ".execute(",
					       ".getbytes",    ".getclass",    ".lower(",
					       ".tolowercase", ".touppercase", ".upper(",
					       "?eval",        "?interpret",   "|upper}}" };

	if (EW_TEMPLATE_ONE_OF(t, to, methods))
		return "a method of a literal";
	/* 'a'.join('b'): of literals alone */
	if (ew_template_at(t, to) != '.')
		return NULL;
	for (to++; to < t.n && ew_word_byte(t.p[to]); to++)
		;
	if (ew_template_at(t, to) != '(')
		return NULL;
	uint8_t c = ew_template_at(t, ew_template_skip(t, to + 1));
	return c == ')' || c == '\'' || c == '"' ? "a method of a literal" : NULL;
}

/* The string [from, to), quotes and all: how it gives away an attribute that is spelt in pieces,
 * what is behind a literal, a secret of the environment. */
static const char *string_tells(struct ew_bytes t, size_t from, size_t to,
				const struct ew_expression *x)
{
	static const char *const of_environment[] = { "constant", "env", "environ", "expandenv",
						      "getenv" };
	static const char *const secrets[] = { "access_key",   "api_key", "apikey",
					       "database_url", "db_pass", "passw",
					       "private",      "secret",  "token" };
	struct ew_bytes in = ew_bytes(t.p + from + 1, to - from - 2);
	size_t next = ew_template_skip(t, to);
	uint8_t c = ew_template_at(t, next), b = ew_template_before(t, from, x->inside);

	if (x->marks == DOUBLE && in.n > 2 && in.p[0] == '_' && in.p[1] == '_' &&
	    in.p[in.n - 1] != '_' && (c == '+' || c == '~') && ew_word_byte(in.p[2]))
		return "an attribute spelt in pieces";
	if (x->marks == DOUBLE && in.n > 2 && in.p[0] != '_' && in.p[in.n - 1] == '_' &&
	    in.p[in.n - 2] == '_' && (b == '+' || b == '~'))
		return "an attribute spelt in pieces";
	if (x->marks == DOUBLE && x->tokens == 0 && ew_template_at(t, to) == '[')
		return "a member of a literal";
	if (x->tokens == 0 || ew_template_starts(t, to, ".execute(") ||
	    ew_template_starts(t, to, ".getclass("))
		return literal_method(t, to);
	/* {{ env "AWS_SECRET_ACCESS_KEY" }}, <%= ENV['...'] %>: what nobody mails */
	if ((x->marks != DOUBLE && !x->erb) || !x->alone || !x->last_to || in.n > 40 ||
	    !ew_word_in(of_environment, sizeof(of_environment) / sizeof(*of_environment),
			ew_bytes(t.p + x->last, x->last_to - x->last)))
		return NULL;
	for (size_t k = 0; k < sizeof(secrets) / sizeof(*secrets); k++)
		if (ew_bytes_find_nocase(in, 0, ew_bytes_str(secrets[k])) != SIZE_MAX)
			return "a secret of the environment";
	return NULL;
}

/* {{ 7|add:7 }}: a filter that computes, of literals. */
static bool computes(struct ew_bytes t, size_t from, size_t to, const struct ew_expression *x)
{
	static const char *const filters[] = { "add",      "divided_by", "minus",
					       "multiply", "plus",       "times" };

	if (x->marks != DOUBLE || x->tokens != 2 || x->literals != 1 ||
	    ew_template_before(t, from, x->inside) != '|')
		return false;
	struct ew_bytes name = ew_bytes(t.p + from, to - from);
	to = ew_template_skip(t, to);
	if (ew_template_at(t, to) != ':' && ew_template_at(t, to) != '(')
		return false;
	to = ew_template_skip(t, to + 1);
	to += ew_template_at(t, to) == '"' || ew_template_at(t, to) == '\'';
	return ew_template_digit(ew_template_at(t, to)) &&
	       ew_word_in(filters, sizeof(filters) / sizeof(*filters), name);
}

/* Behind the comment that begins at `i`, of some length; `i` if there is none. */
static size_t comment_end(struct ew_bytes t, size_t i)
{
	if (ew_template_at(t, i + 1) != '*')
		return i;
	for (size_t k = i + 2; k + 1 < t.n && k - i < EW_TEMPLATE_REACH; k++)
		if (t.p[k] == '*' && t.p[k + 1] == '/')
			return k + 2;
	return i;
}

/* Count the literal, operator or other token that ends at `to`. */
static void count(struct ew_expression *x, bool literal, uint8_t operator)
{
	if (literal && !operator) {
		x->adjacent += x->literal_last;
		x->times |= x->tokens == 2 && x->literals == 1 && x->operators == 1 && x->operator == '*';
		x->literals++;
	} else if (operator) {
		if (x->literal_last) {
			x->operators++;
			x->operator = operator;
		} else if (operator != '-' && operator != '+' && !(operator == '*' && x->operator == '*')) {
			x->others++;
		}
	} else {
		x->others++;
	}
	x->literal_last = literal;
	x->tokens++;
}

/* Behind <% and {%: not the "<%s %d>" of printf(), not the {%$x} of Perl. */
static bool code_follows(struct ew_bytes t, size_t i)
{
	size_t k = i;

	if (i >= t.n)
		return false;
	while (k < t.n && k - i < 3 && ew_word_byte(t.p[k]) && !ew_template_digit(t.p[k]))
		k++;
	return k - i == 3 || ew_template_blank(t.p[i]) || strchr("=-+#@!`", t.p[i]);
}

/* Marks that open at `i`: their length, 0: none.  `*x` becomes the expression. */
static size_t opens(struct ew_bytes t, size_t i, struct ew_expression *x)
{
	uint8_t c = t.p[i], d = ew_template_at(t, i + 1);
	struct ew_expression new = { .from = i };
	size_t n = 2;

	if (c == '{' && ((d == '!' && ew_template_at(t, i + 2) == '!') || d == '{' ||
			 (d == '%' && code_follows(t, i + 2)))) {
		new.marks = DOUBLE;
		new.block = d == '%';
	} else if (d == '{' && c && strchr("$#%@*~", c)) {
		new.marks = EL;
		if (ew_template_at(t, i + 2) == '{' && c == '$')
			return 0; /* ${{: the next byte opens */
	} else if (c == '@' && d == '(') {
		new.marks = EL;
	} else if (c == '[' && (d == '=' || d == '%')) {
		new.marks = EL;
	} else if (c == '<' && ((d == '%' && code_follows(t, i + 2)) ||
				(d == '?' && ew_template_at(t, i + 2) == '='))) {
		new.marks = RUBY;
		new.erb = true;
	} else if (c == '{' && (x->marks == 0 || x->marks == SINGLE)) {
		new.marks = SINGLE;
		n = 1;
	} else if (c == '$' && (x->marks == 0 || x->marks == VREF || x->marks == SINGLE) &&
		   (ew_word_byte(d) || d == '!') && !ew_template_digit(d)) {
		new.marks = VREF;
		n = 1;
	} else {
		return 0;
	}
	/* {{{, {{=, {%-, <%=, <%- */
	for (i += n; i < t.n && i - new.from < 8 && t.p[i] && strchr("{=-~&!?", t.p[i]) && new.marks != SINGLE;
	     i++)
		;
	new.inside = i;
	new.alone = new.from == 0;
	*x = new;
	return i - new.from;
}

static bool closes(struct ew_bytes t, size_t i, const struct ew_expression *x)
{
	uint8_t c = t.p[i];

	if (x->marks == VREF)
		return x->depth == 0 && (ew_template_blank(c) || strchr("<>;,\"'}", c));
	if (x->erb)
		return (c == '%' || c == '?') && ew_template_at(t, i + 1) == '>';
	if (x->block)
		return c == '%' && ew_template_at(t, i + 1) == '}';
	if (t.p[x->from] == '@' && ew_template_at(t, x->from + 1) == '(')
		return c == ')' && x->depth == 0;
	if (t.p[x->from] == '[')
		return c == ']' && x->depth == 0;
	return c == '}' && x->depth == 0;
}

/* Behind the string whose quote stands at `i`; `i + 1` if it does not end. */
static size_t string_end(struct ew_bytes t, size_t i)
{
	size_t n = t.n - i - 1 > 4 * EW_TEMPLATE_REACH ? 4 * EW_TEMPLATE_REACH : t.n - i - 1;
	const uint8_t *end = n ? memchr(t.p + i + 1, t.p[i], n) : NULL;

	return end ? (size_t)(end - t.p) + 1 : i + 1;
}

static bool found(struct ew_finding *f_r, size_t from, size_t to, const char *why)
{
	*f_r = (struct ew_finding){ from, to, why };
	return true;
}

/* {% if 7*7 %}: what stands behind the command is the expression. */
static bool is_command(struct ew_bytes t, size_t from, size_t to)
{
	static const char *const commands[] = {
		"elif", "elsif", "if", "print", "return", "unless"
	};

	return ew_word_in(commands, sizeof(commands) / sizeof(*commands),
			  ew_bytes(t.p + from, to - from));
}

/* One token of the expression; `*i` moves behind it. */
static const char *token(struct ew_bytes t, size_t *i, struct ew_expression *x)
{
	size_t from = *i, to = from + 1;
	uint8_t c = t.p[from];
	const char *why = NULL;

	if (ew_word_byte(c) && !ew_template_digit(c)) {
		while (to < t.n && ew_word_byte(t.p[to]))
			to++;
		why = ew_template_word(t, x, from, to);
		if (!why && computes(t, from, to, x))
			why = "arithmetic of literals";
		bool command = x->block && !x->word_to && is_command(t, from, to);
		if (!x->word_to) {
			x->word = from;
			x->word_to = to;
		}
		x->last = from;
		x->last_to = to;
		if (!command)
			count(x, false, 0);
	} else if (ew_template_digit(c)) {
		while (to < t.n && (ew_word_byte(t.p[to]) ||
				    (t.p[to] == '.' && ew_template_digit(ew_template_at(t, to + 1)))))
			to++;
		count(x, true, 0);
		x->zero = x->operator == '/' && to - from == 1 && c == '0';
	} else if ((c == '"' || c == '\'') && x->marks != SINGLE && x->marks != VREF) {
		to = string_end(t, from);
		bool string = to > from + 1;
		for (size_t a = from + 1, b; string && a < to - 1 && !why; a = b + 1) {
			for (b = a; b < to - 1 && ew_word_byte(t.p[b]); b++)
				;
			if (b > a)
				why = ew_template_word(t, x, a, b);
		}
		if (string && !why)
			why = string_tells(t, from, to, x);
		count(x, string, 0);
	} else if (c == '(' || c == '[' || c == '{') {
		x->depth++;
		x->others += c != '(';
	} else if (c == ')' || c == ']' || c == '}') {
		x->depth -= x->depth > 0;
	} else if (c == '/' && comment_end(t, from) > from) {
		to = comment_end(t, from);
	} else if (!ew_template_blank(c)) {
		count(x, false, strchr("*+-/%~", c) ? c : 0);
	}
	*i = to;
	return why;
}

static bool find(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct ew_bytes t = o->text;
	struct ew_expression x = { .marks = 0 };
	size_t looked = 0, to, n;
	const char *why;

	for (size_t i = 0; i < t.n;) {
		uint8_t c = t.p[i];
		if ((why = ew_template_alone(t, i)) != NULL)
			return found(f_r, i, i + 2 < t.n ? i + 2 : t.n, why);
		if ((c | 0x20) == 'j' && ew_template_starts(t, i, "jndi:") &&
		    (why = ew_template_jndi(t, i, &to)) != NULL)
			return found(f_r, i, to, why);
		if (c == '$' && ew_template_at(t, i + 1) == '{' && i >= looked) {
			if ((why = ew_template_lookup(t, i, &looked)) != NULL)
				return found(f_r, i, looked, why);
		}
		if (x.marks && closes(t, i, &x)) {
			if (is_probe(t, &x))
				return found(f_r, x.from, i + 1, "arithmetic of literals");
			x.marks = 0;
			i++;
			continue;
		}
		n = x.marks == 0 || x.depth == 0 || c == '$' || c == '#' || c == '{' ? opens(t, i, &x) : 0;
		if (n) {
			if ((why = ew_template_begins(t, &x)) != NULL)
				return found(f_r, x.from, x.inside + 1 < t.n ? x.inside + 1 : t.n, why);
			i += n;
			continue;
		}
		if (!x.marks) {
			i++;
			continue;
		}
		if ((why = token(t, &i, &x)) != NULL)
			return found(f_r, x.from, i, why);
	}
	return false;
}

/* The brace at `i`: one that an engine reads, and no brace of JSON, of styles or of a format string. */
static bool may_brace(struct ew_bytes t, size_t i)
{
	uint8_t before = i ? t.p[i - 1] : 0, c = ew_template_at(t, i + 1);

	if (c == '{' || c == '%' || (c == '!' && ew_template_at(t, i + 2) == '!') ||
	    (before && strchr("$#%@*~", before)))
		return true;
	if (c == '}' || ew_template_blank(c))
		return false;
	struct ew_expression x = { .marks = SINGLE, .from = i, .inside = i + 1 };
	return ew_template_begins(t, &x) != NULL;
}

/* Marks, or what needs none, that could be more than text. */
static bool may(struct ew_bytes t, const struct ew_seen *seen)
{
	struct ew_marks marks = { .text = t };
	bool braced = false;
	size_t i;

	(void)seen;
	while ((i = ew_marks_next(&marks)) < t.n) {
		uint8_t c = t.p[i], d = ew_template_at(t, i + 1);
		switch (c) {
		case '{':
			if (may_brace(t, i))
				return true;
			braced = true;
			break;
		case '_': /* {x.__class__} */
			if (braced && d == '_' && ew_word_byte(ew_template_at(t, i + 2)))
				return true;
			break;
		case '$': /* a brace is seen when it comes */
			if ((ew_word_byte(d) && !ew_template_digit(d)) || d == '!')
				return true;
			break;
		case '<':
			if (d == '%' || (d == '?' && ew_template_at(t, i + 2) == '='))
				return true;
			if (ew_template_alone(t, i))
				return true;
			break;
		case '@':
			if (d == '(' || ew_template_alone(t, i))
				return true;
			break;
		case '[':
			if (d == '=' || d == '%' || (d == '#' && ew_template_alone(t, i)) ||
			    (i >= 5 && (t.p[i - 1] | 0x20) == 's' && ew_template_alone(t, i - 5)))
				return true;
			break;
		case '.':
			if (i >= 5 && (t.p[i - 1] | 0x20) == 's' && ew_template_alone(t, i - 5))
				return true;
			break;
		case ':':
			if (i >= 4 && ew_template_starts(t, i - 4, "jndi"))
				return true;
			break;
		case '(':
			if (ew_template_alone(t, i) || (i && t.p[i - 1] == 'T' && ew_template_alone(t, i - 1)))
				return true;
			break;
		case '#':
		case '"':
		case '\'':
			if (ew_template_alone(t, i))
				return true;
			break;
		default: break;
		}
	}
	return false;
}

/* Plain text has no marks. */
static const char *const gate[] = {
	"@java[\\w.]*@", "@system\\.(?:diag|env|io\\.|refl)",
	"@using system", "class\\.(?:module\\.)?classloader",
	"jndi:",         NULL,
};

const struct ew_analyser ew_analyser_template = {
	.name = "template",
	.about = "an expression of a template engine or a logger that computes, reflects or runs",
	.gate = gate,
	.bytes = "\"#$'(.:<@[{",
	.may = may,
	.wants_folded = true,
	.find = find,
};
