/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The look of `sqli`: a walk like that of sql_shape.c that knows names, numbers and operators and nothing else.
 * Whatever is more than these (a word of SQL, a call, a comment, a string) is worth reading; but most texts end the
 * walk before, since two names follow each other, or end themselves, having been sums of names.
 *
 * The trap: a token is cut short here where the lexer would go on, or the other way round.  Where that could
 * matter the answer is true. */

#include "sql_look.h"

#include "../look.h"
#include "sql_lexer.h"

enum last { NOTHING, NAME, NUMBER, STRING, CLOSED, SIGN, COMMA };

struct look {
	struct ew_bytes t;
	size_t i;
	uint8_t quote;
	enum last last;
	bool want;   /* an operand must come */
	bool plus;   /* the sign before may stand for a blank */
	bool closes; /* a bracket was closed */
};

enum answer { NO, YES, GO_ON };

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Or the letter of a base. */
static bool begins_exponent(uint8_t c)
{
	return (c | 0x20) == 'e' || (c | 0x20) == 'x' || (c | 0x20) == 'b';
}

static size_t past_blanks(struct ew_bytes t, size_t i)
{
	while (i < t.n && (t.p[i] <= ' ' || t.p[i] == 0x7f))
		i++;
	return i;
}

/* Signs of operators. */
static bool is_sign(uint8_t c)
{
	static const uint64_t in[2] = { 0xf400ac6a00000000, 0x5000000040000001 };

	return c < 128 && in[c >> 6] >> (c & 63) & 1;
}

/* The word at `i` with the names behind its dots, as the lexer has it; a dot at its end is none of it. */
static inline struct ew_bytes name_at(struct ew_bytes t, size_t i, enum ew_sql_class *class_r)
{
	size_t end = ew_look_past_word(t, i, '_', '_'), first = end;
	uint8_t c = ew_byte_at(t, end);

	if (c == '.' || c == '$') {
		end = ew_look_past_word(t, end, '.', '$');
		while (end > first && t.p[end - 1] == '.')
			end--;
	}
	/* In select.1 the number is another token. */
	bool whole = end == first || (c == '.' && is_digit(ew_byte_at(t, first + 1)));
	*class_r = whole ? ew_sql_class_of(ew_bytes(t.p + i, first - i)) : EW_SQL_NO_CLASS;
	return ew_bytes(t.p + i, end - i);
}

/* A blank that does not break, which the lexer takes for one, stands where it was taken for a part of a word. */
static inline bool has_blank(struct ew_bytes t, size_t from, size_t to)
{
	struct ew_bytes b = ew_bytes(t.p, to < t.n ? to : t.n);

	for (size_t i = from; (i = ew_look_for(b, i, "\xa0\xa0\xa0\xa0\xa0\xa0\xa0\xa0")) < b.n; i++)
		if (i == 0 || b.p[i - 1] < 0x80 || b.p[i - 1] == 0xc2)
			return true;
	return false;
}

/* Does what follows a semicolon, or is a statement that stands alone, hold what ew_sql_scan() looks for? */
static bool may_scan(struct ew_bytes t, size_t from)
{
	size_t i = from;

	if (memchr(t.p + i, '(', t.n - i))
		return true;
	while (i < t.n) {
		struct ew_bytes w = ew_look_word(t, i);
		if (w.n && is_digit(w.p[0])) {
			while (i < t.n && is_digit(t.p[i]))
				i++;
			if (begins_exponent(ew_byte_at(t, i)))
				return true;
			continue;
		}
		enum ew_sql_class c = ew_sql_class_of(w);
		if (c == EW_SQL_FROM || c == EW_SQL_AS || c == EW_SQL_WAITFOR || c == EW_SQL_EXEC ||
		    c == EW_SQL_CONDITION || c == EW_SQL_DDL)
			return true;
		i += w.n ? w.n : 1;
	}
	return has_blank(t, from, t.n);
}

/* A statement from the start.  Three names in a row are prose, whatever follows. */
static bool may_be_statement(struct ew_bytes t, size_t i)
{
	size_t at = i;

	for (unsigned names = 0; names < 3 && at < t.n;) {
		at = past_blanks(t, at);
		if (ew_byte_at(t, at) == '#' && !memchr("->", ew_byte_at(t, at + 1), 2)) {
			const uint8_t *end = memchr(t.p + at, '\n', t.n - at);
			if (!end)
				return false;
			at = (size_t)(end - t.p) + 1;
			continue;
		}
		enum ew_sql_class c;
		struct ew_bytes w = name_at(t, at, &c);
		if (w.n == 0 || !is_letter(w.p[0]))
			return may_scan(t, i);
		if (c == EW_SQL_PROSE)
			return false;
		if (c && at > i)
			return may_scan(t, i);
		names += !c;
		at += w.n;
		if (names == 3)
			return ew_byte_at(t, at) == '\'' || ew_byte_at(t, at) == '$';
	}
	return false;
}

static enum answer take_number(struct look *l)
{
	bool point = false;
	uint8_t c;

	for (; is_digit(c = ew_byte_at(l->t, l->i)) || (c == '.' && !point); l->i++)
		point |= c == '.';
	l->last = NUMBER;
	l->want = false;
	if (!ew_word_byte(c))
		return GO_ON;
	/* An exponent, a base, or the next word. */
	struct ew_bytes w = ew_look_word(l->t, l->i);
	if (begins_exponent(c) || c >= 0x80 || c == '_' || ew_sql_class_of(w))
		return YES;
	/* 1or1 */
	bool joint = ((c | 0x20) == 'o' || (c | 0x20) == 'a') && w.n > 2;
	l->i += w.n;
	return joint && (is_digit(w.p[2]) || is_digit(ew_byte_at(w, 3))) ? YES : NO;
}

static enum answer take_string(struct look *l, uint8_t quote)
{
	if (l->quote)
		return YES;
	do {
		struct ew_bytes rest = ew_bytes_from(l->t, l->i + 1);
		const uint8_t *end = rest.n ? memchr(rest.p, quote, rest.n) : NULL;
		if (!end)
			return NO;
		l->i = (size_t)(end - l->t.p) + 1;
	} while (ew_byte_at(l->t, l->i) == quote);
	l->last = quote == '`' ? NAME : STRING;
	l->want = false;
	return quote == '`' && ew_byte_at(l->t, past_blanks(l->t, l->i)) == '(' ? YES : GO_ON;
}

/* A name or a word that is read as one, of which `end` is the end. */
static enum answer take_name(struct look *l, size_t end, enum ew_sql_class class)
{
	if (class == EW_SQL_PROSE || ((class == EW_SQL_LOGIC_WORD || class == EW_SQL_BY) && !l->plus))
		return NO;
	if (class || ew_byte_at(l->t, end) == '\'')
		return YES;
	/* a.* */
	if (ew_byte_at(l->t, end) == '.' && !memchr(" \t\r\n", ew_byte_at(l->t, end + 1), 5))
		return end + 1 < l->t.n ? YES : NO;
	l->i = past_blanks(l->t, end);
	l->last = NAME;
	l->want = false;
	return ew_byte_at(l->t, l->i) == '(' ? YES : GO_ON;
}

static enum answer take_operand(struct look *l)
{
	uint8_t c = l->t.p[l->i], next = ew_byte_at(l->t, l->i + 1);

	if (is_digit(c) || (c == '.' && is_digit(next)))
		return take_number(l);
	if (ew_word_byte(c)) {
		enum ew_sql_class class;
		size_t end = l->i + name_at(l->t, l->i, &class).n;
		return take_name(l, end, class);
	}
	switch (c) {
	case '\'':
	case '"':
	case '`':
		return take_string(l, c);
	case '+':
	case '!':
	case '~':
		break;
	case '-':
		if (next == '-')
			return YES;
		break;
	case '*':
		return l->last == SIGN && next != '/' ? NO : YES;
	case '/':
		return next == '*' ? YES : NO;
	case ')':
	case ',':
	case ';':
	case '%':
	case '^':
	case '&':
	case '|':
	case '=':
	case '<':
	case '>':
	case '?':
		return NO;
	default:
		return YES;
	}
	l->plus = c == '+';
	l->last = SIGN;
	l->i++;
	return GO_ON;
}

/* What pads base64 compares with nothing. */
static bool is_padding(const struct look *l, struct ew_bytes run)
{
	return !l->quote && run.n == 2 && run.p[0] == '=' && run.p[1] == '=' && past_blanks(l->t, l->i) == l->t.n;
}

/* A run of signs, which is an operator, or one with the signs of the next operand. */
static enum answer take_signs(struct look *l)
{
	size_t from = l->i;

	l->i++;
	while (l->i < l->t.n && is_sign(l->t.p[l->i]))
		l->i++;
	struct ew_bytes run = ew_bytes(l->t.p + from, l->i - from);
	if (run.p[0] == ':' && run.n > 1 && run.p[1] != ':' && run.p[1] != '=')
		return NO;
	if ((run.p[0] == ':' && run.n == 1) || is_padding(l, run))
		return NO;
	uint8_t c = run.p[0];
	if (run.n > 1 || c == '#' || c == '~' || c == '?' || c == '@' || c == '!')
		return YES;
	l->plus = run.p[0] == '+';
	l->last = SIGN;
	l->want = true;
	return GO_ON;
}

/* A comment to the end of the line cuts off nothing but where it is the last. */
static enum answer take_hash(struct look *l)
{
	uint8_t next = ew_byte_at(l->t, l->i + 1);

	if (l->quote || next == '>' || next == '-')
		return YES;
	const uint8_t *end = memchr(l->t.p + l->i, '\n', l->t.n - l->i);
	if (!end) { /* nothing, or what reads as nothing, behind the sign */
		size_t behind = past_blanks(l->t, l->i + 1);
		return l->closes || behind == l->t.n || strchr("-+#", l->t.p[behind]) ? YES : NO;
	}
	l->i = (size_t)(end - l->t.p) + 1;
	return GO_ON;
}

static enum answer take_semicolon(struct look *l)
{
	size_t i = l->i + 1;

	if (l->quote || (i < l->t.n && l->t.p[i] == 0))
		return YES;
	i = past_blanks(l->t, i);
	uint8_t c = ew_byte_at(l->t, i);
	if (i >= l->t.n)
		return NO;
	enum ew_sql_class class;
	name_at(l->t, i, &class);
	if (!is_letter(c) || (class && class != EW_SQL_PROSE))
		return YES;
	return class ? NO : may_scan(l->t, i) ? YES : NO;
}

/* Nothing but a query in brackets follows an operand. */
static enum answer take_left(struct look *l)
{
	enum ew_sql_class class;

	l->i = past_blanks(l->t, l->i + 1);
	uint8_t c = ew_byte_at(l->t, l->i);
	if (!ew_word_byte(c))
		return c == '/' || c == '-' || c == '#' || c == '*' ? YES : NO;
	l->i += name_at(l->t, l->i, &class).n;
	return class == EW_SQL_SELECT ? YES : NO;
}

static enum answer take_operator(struct look *l)
{
	uint8_t c = l->t.p[l->i];

	if (is_digit(c))
		return l->last == CLOSED || l->last == STRING ? YES : NO;
	if (ew_word_byte(c)) {
		enum ew_sql_class class;
		l->i += name_at(l->t, l->i, &class).n;
		if (class == EW_SQL_PROSE)
			return NO;
		return class || l->last == CLOSED || l->last == STRING ? YES : NO;
	}
	switch (c) {
	case ')':
	case '}':
		l->last = CLOSED;
		l->closes = true;
		l->i++;
		return GO_ON;
	case ',':
		l->last = COMMA;
		l->want = true;
		l->plus = false;
		l->i++;
		return GO_ON;
	case '.':
		l->want = true;
		l->plus = false;
		l->i++;
		return l->last == NOTHING ? NO : GO_ON;
	case ';':
		return take_semicolon(l);
	case '#':
		return take_hash(l);
	case '\'':
	case '"':
	case '`':
		return l->last == STRING || l->last == CLOSED ? YES : NO;
	case '(':
		return take_left(l);
	case '[':
	case '{':
	case '$':
	case '\\':
		return YES;
	default:
		return is_sign(c) ? take_signs(l) : YES;
	}
}

/* At the first word of a text that is read in the open. */
static enum answer take_first(struct look *l)
{
	enum ew_sql_class class;
	size_t end = l->i + name_at(l->t, l->i, &class).n;

	if (class >= EW_SQL_DDL && class <= EW_SQL_OTHER && ew_byte_at(l->t, past_blanks(l->t, end)) != '(')
		return may_be_statement(l->t, l->i) || has_blank(l->t, l->i, l->t.n) ? YES : NO;
	if (class)
		return class == EW_SQL_PROSE ? NO : YES;
	return take_name(l, end, class);
}

bool ew_sql_may(struct ew_bytes text, size_t at, uint8_t quote)
{
	struct look l = { .t = text, .i = past_blanks(text, at), .quote = quote };
	enum answer a = GO_ON;
	uint8_t c = ew_byte_at(text, l.i);

	if (!quote && is_letter(c)) {
		a = take_first(&l);
	} else if (!quote) {
		/* What continues a statement may begin with an operator. */
		if (c == '*')
			return true;
		l.want = c != ')' && c != ',' && c != '}' && c != ';' && c != '%' && c != '|' && c != '&';
	}
	while (a == GO_ON && (l.i = past_blanks(text, l.i)) < text.n)
		a = l.want ? take_operand(&l) : take_operator(&l);
	return a == YES || has_blank(text, at, l.i);
}
