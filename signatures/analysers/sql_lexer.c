/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tokens of SQL.  Blanks and comments vanish, but what stands in a comment that MySQL executes is read.  Each
 * byte is read once, but for looks ahead of constant length.
 *
 * The trap: a comment that ends with its line is a blank and the statement goes on; the same comment on the
 * last line cuts off what the function adds, and is a token. */

#include "sql_lexer.h"

#include "../words.h"

enum {
	BRACKETED_MOST = 128, /* bytes of a name in [ ] */
	NAMES_MOST = 3,       /* so many names in a row are prose */
	WORD_MOST = 20,       /* no word of the table is longer */
};

#define EW_SQL_WORD(name, class) name,
static const char *const word_names[] = {
#include "sql_words.def"
};
#undef EW_SQL_WORD
#define EW_SQL_WORD(name, class) class,
static const uint8_t word_classes[] = {
#include "sql_words.def"
};
#undef EW_SQL_WORD

/* By the first letter of a word: where the words that begin with it stand, and their lengths, their second and
 * their last letters, one bit each.  Most names end here.  The test of the table fails where a bit is missing. */
static const struct {
	uint32_t from; /* index of the first of them */
	uint32_t lengths, seconds, lasts;
} word_shapes[27] = {
	{   0, 0x001fc, 0x001c7000, 0x021cf138 }, /* a */
	{  14, 0x000f4, 0x02200222, 0x02014820 }, /* b */
	{  22, 0x211f8, 0x00248002, 0x021d5030 }, /* c */
	{  36, 0x00ddc, 0x00048226, 0x02d18028 }, /* d */
	{  49, 0x003d8, 0x01085000, 0x00185038 }, /* e */
	{  59, 0x00138, 0x00249022, 0x00046120 }, /* f */
	{  65, 0x00030, 0x00041000, 0x00110004 }, /* g */
	{  68, 0x020dc, 0x00000222, 0x020c20b0 }, /* h */
	{  79, 0x0037c, 0x00187040, 0x011cd060 }, /* i */
	{  93, 0x00010, 0x00208000, 0x00104000 }, /* j */
	{  95, 0x00010, 0x00000200, 0x00001000 }, /* k */
	{  96, 0x04270, 0x00008220, 0x00114830 }, /* l */
	{ 105, 0x0003c, 0x02208222, 0x02180130 }, /* m */
	{ 114, 0x000f8, 0x00208002, 0x02181000 }, /* n */
	{ 120, 0x0016c, 0x00654040, 0x001c4060 }, /* o */
	{ 129, 0x002f0, 0x00041000, 0x0014002a }, /* p */
	{ 136, 0x00080, 0x00200000, 0x02000000 }, /* q */
	{ 137, 0x00bf0, 0x00009222, 0x001508a0 }, /* r */
	{ 150, 0x83bf8, 0x02128328, 0x009c5032 }, /* s */
	{ 170, 0x007bc, 0x02048122, 0x021de020 }, /* t */
	{ 190, 0x000fc, 0x00094000, 0x000c40a0 }, /* u */
	{ 198, 0x00050, 0x00000222, 0x02882000 }, /* v */
	{ 202, 0x000fc, 0x00008322, 0x009cd130 }, /* w */
	{ 216, 0x00008, 0x00008000, 0x00040000 }, /* x */
	{ 217, 0x00018, 0x00008000, 0x00240000 }, /* y */
	{ 219, 0x00000, 0x00000000, 0x00000000 }, /* z */
	{ 219, 0, 0, 0 },
};

enum ew_sql_class ew_sql_class_of(struct ew_bytes word)
{
	unsigned letter = word.n ? (word.p[0] | 0x20u) - 'a' : 26;

	if (word.n > WORD_MOST || letter >= 26 || !(word_shapes[letter].lengths >> word.n & 1) ||
	    !(word_shapes[letter].seconds >> (word.p[1] & 31) & 1) ||
	    !(word_shapes[letter].lasts >> (word.p[word.n - 1] & 31) & 1))
		return EW_SQL_NO_CLASS;
	size_t from = word_shapes[letter].from;
	size_t i = ew_word_find(word_names + from, word_shapes[letter + 1].from - from, word);

	return i == EW_WORD_NONE ? EW_SQL_NO_CLASS : (enum ew_sql_class)word_classes[from + i];
}

struct lexer {
	struct ew_bytes text;
	size_t at;
};

static uint8_t byte_at(const struct lexer *l, size_t i)
{
	return i < l->text.n ? l->text.p[i] : 0;
}

static uint8_t ahead(const struct lexer *l, size_t by)
{
	return by < l->text.n - l->at ? l->text.p[l->at + by] : 0;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* How many bytes of blank are at `i`: MySQL takes the blank that does not break for one, in either alphabet. */
static size_t blank_at(const struct lexer *l, size_t i)
{
	uint8_t c = byte_at(l, i);

	if (i >= l->text.n)
		return 0;
	if (c <= 0x20 || c == 0x7f)
		return 1;
	if (c == 0xc2 && byte_at(l, i + 1) == 0xa0)
		return 2;
	return c == 0xa0 && (i == 0 || l->text.p[i - 1] < 0x80);
}

/* Offset past the next `c` at or after `from`; past the text if there is none. */
static size_t past_byte(const struct lexer *l, size_t from, uint8_t c, bool *found_r)
{
	const uint8_t *p = from < l->text.n ? l->text.p + from : NULL;

	/* A run of quotes is not worth a call for each. */
	if (p && *p != c)
		p = memchr(p, c, l->text.n - from);
	*found_r = p != NULL;
	return p ? (size_t)(p - l->text.p) + 1 : l->text.n;
}

/* At a comment: past it.  False: it reaches the end. */
static bool skip_comment(struct lexer *l)
{
	bool found;

	if (ahead(l, 0) != '/') {
		l->at = past_byte(l, l->at, '\n', &found);
		return found && l->at < l->text.n;
	}
	if (ahead(l, 2) == '!') {
		l->at += 3;
		for (size_t most = l->at + 6; l->at < most && is_digit(ahead(l, 0));)
			l->at++;
		return true;
	}
	l->at = ew_bytes_find(l->text, l->at + 2, EW_LIT("*/"));
	if (l->at == SIZE_MAX) {
		l->at = l->text.n;
		return false;
	}
	l->at += 2;
	return true;
}

static bool at_comment(const struct lexer *l)
{
	uint8_t a = ahead(l, 0), b = ahead(l, 1);

	return (a == '-' && b == '-') || (a == '#' && b != '>' && b != '-') || (a == '/' && b == '*');
}

/* Past blanks and comments.  False: a comment at *tail_r reaches the end. */
static bool skip_blanks(struct lexer *l, size_t *tail_r)
{
	for (size_t n = 1; n;) {
		n = blank_at(l, l->at);
		l->at += n;
		if (n == 0 && ahead(l, 0) == '*' && ahead(l, 1) == '/')
			n = 2, l->at += 2;
		if (n == 0 && l->at < l->text.n && at_comment(l)) {
			*tail_r = l->at;
			if (!skip_comment(l))
				return false;
			n = 1;
		}
	}
	return true;
}

/* Past the string whose content begins at `at`.  A doubled quote is a part of it. */
static enum ew_sql_kind take_string(struct lexer *l, uint8_t quote)
{
	bool found;

	do {
		l->at = past_byte(l, l->at, quote, &found);
		if (!found)
			return EW_SQL_OPEN;
		found = ahead(l, 0) == quote;
		l->at += found;
	} while (found);
	return EW_SQL_STRING;
}

/* Oracle's q'[..]', at the quote. */
static enum ew_sql_kind take_chosen_quote(struct lexer *l)
{
	static const char pairs[] = "()[]{}<>";
	uint8_t close = ahead(l, 1);
	const char *pair = close ? strchr(pairs, close) : NULL;
	bool found = true;

	if (pair && (pair - pairs) % 2 == 0)
		close = (uint8_t)pair[1];
	l->at += l->text.n - l->at < 2 ? l->text.n - l->at : 2;
	while (found) {
		l->at = past_byte(l, l->at, close, &found);
		if (found && ahead(l, 0) == '\'') {
			l->at++;
			return EW_SQL_STRING;
		}
	}
	return EW_SQL_OPEN;
}

/* $$..$$ or $tag$..$tag$ */
static enum ew_sql_kind take_dollars(struct lexer *l)
{
	size_t n = 1;

	while (n < 32 && ew_word_byte(ahead(l, n)))
		n++;
	if (is_digit(ahead(l, 1))) {
		l->at += n;
		return EW_SQL_VARIABLE;
	}
	if (ahead(l, n) != '$') {
		l->at++;
		return EW_SQL_JUNK;
	}
	struct ew_bytes tag = { l->text.p + l->at, n + 1 };
	size_t end = ew_bytes_find(l->text, l->at + tag.n, tag);
	l->at = end == SIZE_MAX ? l->text.n : end + tag.n;
	return end == SIZE_MAX ? EW_SQL_OPEN : EW_SQL_STRING;
}

static void take_digits(struct lexer *l)
{
	while (is_digit(ahead(l, 0)))
		l->at++;
}

static bool is_hex(uint8_t c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* A letter behind a number begins the next word, 1e0union, but for those of exponents and of 0x. */
static enum ew_sql_kind take_number(struct lexer *l)
{
	uint8_t base = ahead(l, 1) | 0x20;

	if (ahead(l, 0) == '0' && (base == 'x' || base == 'b') && is_hex(ahead(l, 2))) {
		l->at += 2;
		while (is_hex(ahead(l, 0)))
			l->at++;
		enum ew_sql_kind kind = ew_word_byte(ahead(l, 0)) ? EW_SQL_NAME : EW_SQL_NUMBER;
		while (ew_word_byte(ahead(l, 0)))
			l->at++;
		return kind;
	}
	take_digits(l);
	bool point = ahead(l, 0) == '.';
	l->at += point;
	take_digits(l);
	if ((ahead(l, 0) | 0x20) == 'e') {
		size_t sign = ahead(l, 1) == '+' || ahead(l, 1) == '-';
		if (is_digit(ahead(l, 1 + sign))) {
			l->at += 1 + sign;
			take_digits(l);
		} else if (point && !ew_word_byte(ahead(l, 1))) {
			l->at++;
		}
	}
	return EW_SQL_NUMBER;
}

/* Characters of a name, with those behind dots. */
static void take_name(struct lexer *l)
{
	for (size_t from = l->at;; l->at++) {
		uint8_t c = ahead(l, 0);
		if (c >= 0x80 && blank_at(l, l->at))
			return;
		/* select.1: a word, then a number */
		if (c == '.' && is_digit(ahead(l, 1)) &&
		    ew_sql_class_of(ew_bytes(l->text.p + from, l->at - from)))
			return;
		if (c == '.' && (ew_word_byte(ahead(l, 1)) || ahead(l, 1) == '.' || ahead(l, 1) == '*'))
			continue;
		if (c == '*' && byte_at(l, l->at - 1) == '.' && ahead(l, 1) != '/') {
			l->at++;
			return;
		}
		if (!ew_word_byte(c) && c != '$')
			return;
	}
}

static bool is_string_prefix(struct ew_bytes w)
{
	static const char *const prefixes[] = { "b", "e", "n", "nq", "q", "x" };

	return ew_word_in(prefixes, sizeof(prefixes) / sizeof(*prefixes), w) ||
	       ew_bytes_eq_nocase(ew_bytes(w.p, w.n < 5 ? w.n : 5), EW_LIT("_utf8")) ||
	       ew_bytes_eq_nocase(w, EW_LIT("_latin1")) || ew_bytes_eq_nocase(w, EW_LIT("_binary"));
}

static enum ew_sql_kind take_word(struct lexer *l, struct ew_sql_token *t)
{
	size_t from = l->at;

	/* Some dialects read 1or1=1 as it is meant. */
	if (t->glued && from && is_digit(l->text.p[from - 1])) {
		size_t n = (ahead(l, 0) | 0x20) == 'o' ? 2 : 3;
		struct ew_bytes w = { l->text.p + from, n < l->text.n - from ? n : l->text.n - from };
		if (is_digit(ahead(l, n)) && ew_sql_class_of(w) == EW_SQL_LOGIC_WORD) {
			l->at += n;
			t->class = EW_SQL_LOGIC_WORD;
			return EW_SQL_WORD;
		}
	}
	take_name(l);
	struct ew_bytes w = { l->text.p + from, l->at - from };
	if (ahead(l, 0) == '\'' && is_string_prefix(w)) {
		t->quote = '\'';
		if ((w.p[w.n - 1] | 0x20) == 'q')
			return take_chosen_quote(l);
		l->at++;
		return take_string(l, '\'');
	}
	t->class = (uint8_t)ew_sql_class_of(w);
	return t->class ? EW_SQL_WORD : EW_SQL_NAME;
}

/* A name in brackets.  Without a near end it is none. */
static enum ew_sql_kind take_bracketed(struct lexer *l)
{
	size_t rest = l->text.n - l->at, near = rest < BRACKETED_MOST ? rest : BRACKETED_MOST;
	const uint8_t *end = memchr(l->text.p + l->at, ']', near);

	l->at = end ? (size_t)(end - l->text.p) + 1 : l->at + 1;
	return end ? EW_SQL_NAME : EW_SQL_JUNK;
}

static enum ew_sql_kind take_variable(struct lexer *l)
{
	while (ahead(l, 0) == '@' || ahead(l, 0) == ':')
		l->at++;
	if (ahead(l, 0) == '`') {
		l->at++;
		return take_string(l, '`') == EW_SQL_STRING ? EW_SQL_VARIABLE : EW_SQL_OPEN;
	}
	take_name(l);
	return EW_SQL_VARIABLE;
}

/* Longer ones first. */
static enum ew_sql_kind take_operator(struct lexer *l)
{
	static const struct {
		const char *text;
		enum ew_sql_kind kind;
	} operators[] = {
		{ "<=>", EW_SQL_COMPARE }, { "->>", EW_SQL_COMPARE }, { "#>>", EW_SQL_COMPARE },
		{ "!~*", EW_SQL_COMPARE }, { "~~*", EW_SQL_COMPARE }, { "||", EW_SQL_LOGIC },
		{ "&&", EW_SQL_LOGIC },    { "<=", EW_SQL_COMPARE },  { ">=", EW_SQL_COMPARE },
		{ "<>", EW_SQL_COMPARE },  { "!=", EW_SQL_COMPARE },  { "==", EW_SQL_COMPARE },
		{ "!<", EW_SQL_COMPARE },  { "!>", EW_SQL_COMPARE },  { "^=", EW_SQL_COMPARE },
		{ ":=", EW_SQL_COMPARE },  { "->", EW_SQL_COMPARE },  { "#>", EW_SQL_COMPARE },
		{ "#-", EW_SQL_COMPARE },  { "@>", EW_SQL_COMPARE },  { "<@", EW_SQL_COMPARE },
		{ "@?", EW_SQL_COMPARE },  { "@@ ", EW_SQL_COMPARE }, { "?|", EW_SQL_COMPARE },
		{ "?&", EW_SQL_COMPARE },  { "~*", EW_SQL_COMPARE },  { "!~", EW_SQL_COMPARE },
		{ "~~", EW_SQL_COMPARE },  { "^@", EW_SQL_COMPARE },  { "<<", EW_SQL_SIGN },
		{ ">>", EW_SQL_SIGN },     { "::", EW_SQL_SIGN },     { "=", EW_SQL_COMPARE },
		{ "<", EW_SQL_COMPARE },   { ">", EW_SQL_COMPARE },   { "?", EW_SQL_COMPARE },
		{ "~", EW_SQL_COMPARE },   { "+", EW_SQL_SIGN },      { "-", EW_SQL_SIGN },
		{ "*", EW_SQL_SIGN },      { "/", EW_SQL_SIGN },      { "%", EW_SQL_SIGN },
		{ "^", EW_SQL_SIGN },      { "&", EW_SQL_SIGN },      { "|", EW_SQL_SIGN },
		{ "!", EW_SQL_SIGN },
	};
	struct ew_bytes rest = ew_bytes_from(l->text, l->at);

	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++)
		if ((uint8_t)operators[i].text[0] == rest.p[0] &&
		    ew_bytes_starts(rest, ew_bytes_str(operators[i].text))) {
			l->at += strlen(operators[i].text);
			return operators[i].kind;
		}
	l->at++;
	return EW_SQL_JUNK;
}

static enum ew_sql_kind take_one(struct lexer *l, struct ew_sql_token *t)
{
	uint8_t c = ahead(l, 0), d = ahead(l, 1);

	if (is_digit(c) || (c == '.' && is_digit(d)))
		return take_number(l);
	if (c == '$')
		return take_dollars(l);
	if (ew_word_byte(c))
		return take_word(l, t);
	if ((c == '@' && d != '>' && d != '?' && !(d == '@' && ahead(l, 2) == ' ')) ||
	    (c == ':' && (is_letter(d) || is_digit(d))))
		return take_variable(l);
	if (c == '\\' && (d | 0x20) == 'n') {
		l->at += 2;
		return EW_SQL_NUMBER;
	}
	if (c == '[')
		return take_bracketed(l);
	if (!strchr("'\"`(){},.;", c))
		return take_operator(l);
	l->at++;
	switch (c) {
	case '(':
		return EW_SQL_LEFT;
	case ')':
	case '}':
		return EW_SQL_RIGHT;
	case ',':
		return EW_SQL_COMMA;
	case '.':
		return EW_SQL_DOT;
	case ';':
		return l->at < l->text.n && l->text.p[l->at] == '\0' ? EW_SQL_TAIL : EW_SQL_SEMICOLON;
	case '{': /* {x name}: a bracket and a word without a meaning */
		if (!is_letter(ahead(l, 0)))
			return EW_SQL_JUNK;
		while (ew_word_byte(ahead(l, 0)))
			l->at++;
		return EW_SQL_LEFT;
	default:
		t->quote = c;
		enum ew_sql_kind kind = take_string(l, c);
		return c == '`' && kind == EW_SQL_STRING ? EW_SQL_NAME : kind;
	}
}

static bool ends_reading(const struct ew_sql_token *t)
{
	return t->kind == EW_SQL_END || t->kind == EW_SQL_TAIL || t->kind == EW_SQL_JUNK ||
	       t->kind == EW_SQL_OPEN || t->class == EW_SQL_PROSE;
}

size_t ew_sql_lex(struct ew_bytes text, size_t at, struct ew_sql_token *t_r, size_t room)
{
	struct lexer l = { text, at };
	size_t n = 0, names = 0;

	for (; n < room; n++) {
		struct ew_sql_token *t = &t_r[n];
		size_t tail = 0, before = l.at;
		*t = (struct ew_sql_token){ .kind = EW_SQL_END };
		if (!skip_blanks(&l, &tail)) {
			t->kind = EW_SQL_TAIL;
			t->glued = tail == before;
			l.at = tail;
		}
		t->from = l.at;
		if (t->kind == EW_SQL_TAIL) {
			t->to = text.n;
		} else if (l.at < text.n) {
			t->glued = l.at == before;
			t->kind = (uint8_t)take_one(&l, t);
			t->to = t->kind == EW_SQL_TAIL ? text.n : l.at;
		} else {
			t->to = l.at;
		}
		names = t->kind == EW_SQL_NAME ? names + 1 : 0;
		/* FOR UPDATE OF t: the tables follow, and no prose. */
		if (t->class == EW_SQL_PROSE && n && t[-1].class == EW_SQL_UPDATE && t->to - t->from == 2 &&
		    (text.p[t->from] | 0x20) == 'o')
			*t = (struct ew_sql_token){ EW_SQL_COMMA, .from = t->from, .to = t->to };
		if (names == NAMES_MOST)
			t->kind = EW_SQL_JUNK;
		if (ends_reading(t))
			return n + 1;
	}
	t_r[room - 1].kind = EW_SQL_CUT;
	return room;
}
