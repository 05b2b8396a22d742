/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The look of `nosqli`: is there anything that nosqli.c or nosqli_script.c could begin with?  Whatever these find
 * in text that is not plain must be seen here, so who changes one looks at the other; the fuzz driver tells them
 * apart. */

#include "nosqli_script.h"
#include "signatures/look.h"

enum {
	OPEN_MOST = 60, /* bytes before an operator that is not behind a quote */
	GAP_MOST = 16,  /* behind a quote */
};

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static size_t past_word(struct ew_bytes t, size_t i)
{
	return ew_look_past_word(t, i, '$', '$');
}

/* A blank, a bracket, a part of an empty comment. */
static bool in_gap(uint8_t c)
{
	static const uint64_t low = 0x08008703ffffffff; /* up to the blank, ! ( ) * / ; */

	return c < 64 ? low >> c & 1 : c < 128 && ((c | 0x20) == '{' || (c | 0x20) == '}');
}

/* Past blanks, brackets and empty comments. */
static size_t past_gap(struct ew_bytes t, size_t i)
{
	while (i < t.n && in_gap(t.p[i]))
		i++;
	return i;
}

static bool has(struct ew_bytes t, size_t i, const char *word)
{
	return ew_bytes_find_nocase(t, i, ew_bytes_str(word)) != SIZE_MAX;
}

static bool compares(struct ew_bytes t, size_t i)
{
	return ew_look_for(t, i, "=<>!~=<>") < t.n;
}

/* What may stand behind the first word of a statement; a slash begins a comment. */
static bool is_one_of(struct ew_bytes t, size_t i, const char *set)
{
	uint8_t c = ew_byte_at(t, ew_skip_blanks(t, i));

	return c && strchr(set, c);
}

static inline bool is(struct ew_bytes w, const char *word)
{
	return ew_bytes_eq_nocase(w, ew_bytes_str(word));
}

/* Could the word begin a statement, whatever follows it? */
static bool states(struct ew_bytes w)
{
	switch (ew_byte_at(w, 0) | 0x20) {
	case 'c': return is(w, "const");
	case 'd': return is(w, "do");
	case 'l': return is(w, "let");
	case 'r': return is(w, "return");
	case 't': return is(w, "throw") || is(w, "try");
	case 'v': return is(w, "var");
	default: return false;
	}
}

/* A statement behind a semicolon in the open.  A word of the language, or what is called or read. */
static bool may_state(struct ew_bytes t, size_t i)
{
	i = past_gap(t, i);
	size_t end = past_word(t, i);
	return end > i && (states(ew_bytes(t.p + i, end - i)) || is_one_of(t, end, "([./"));
}

/* An operand behind || or && in the open. */
static bool may_join(struct ew_bytes t, size_t i)
{
	i = ew_skip_blanks(t, i);
	uint8_t c = ew_byte_at(t, i);

	if (is_digit(c) || c == '\'' || c == '"' || c == '`')
		return compares(t, i);
	struct ew_bytes w = ew_bytes(t.p + i, past_word(t, i) - i);
	return c == '/' || is(w, "this") || is(w, "object");
}

/* The value as code. */
static bool may_be_code(struct ew_bytes t, struct ew_bytes w, size_t end)
{
	switch (ew_byte_at(w, 0) | 0x20) {
	case 'e':
		return is(w, "eval") && memchr(t.p, '(', t.n);
	case 'f':
		return (is(w, "function") || is(w, "fcall")) && memchr(t.p, '(', t.n);
	case 'd':
		return is(w, "db") && is_one_of(t, end, "[./");
	case 's':
		return (is(w, "sleep") || is(w, "script")) && memchr(t.p, '(', t.n);
	case 't':
		return is(w, "this") && is_one_of(t, end, "[./");
	case 'g':
	case 'o':
		return ew_nosqli_begins(w) && is_one_of(t, end, "./");
	case 'c':
	case 'l':
	case 'm':
	case 'r':
	case 'w':
		return ew_nosqli_begins(w);
	default:
		return false;
	}
}

/* The value as an operand from `i` to `end`, behind which a word stands: and, or, a clause. */
static bool may_have_clause(struct ew_bytes t, size_t i, size_t end)
{
	if (is_digit(ew_byte_at(t, i)))
		for (end = i; is_digit(ew_byte_at(t, end)) ||
			      (ew_byte_at(t, end) == '.' && is_digit(ew_byte_at(t, end + 1)));)
			end++;
	size_t next = past_gap(t, end), closed = end;
	if (!ew_nosqli_clause(ew_bytes(t.p + next, past_word(t, next) - next)))
		return false;
	while (closed < next && !memchr(")]}", t.p[closed], 3))
		closed++;
	return closed < next || compares(t, next) || has(t, next, "filtering") ||
	       has(t, next, "//") || memchr(t.p + next, 0, t.n - next);
}

/* Could something be found without a closed string? */
static bool may_begin(struct ew_bytes t, const struct ew_seen *seen)
{
	size_t blanks = ew_skip_blanks(t, 0), i = past_gap(t, blanks), end = past_word(t, i);

	if (ew_nosqli_parser(ew_bytes_from(t, blanks)))
		return true;
	if (ew_nosqli_commands(ew_look_word(t, blanks)))
		return true;
	if (end > i && (may_be_code(t, ew_bytes(t.p + i, end - i), end) ||
			(i == blanks && may_have_clause(t, i, end))))
		return true;
	if (!ew_seen_any(seen, "|&;|&;|&"))
		return false;
	struct ew_bytes open = ew_bytes(t.p, t.n < OPEN_MOST ? t.n : OPEN_MOST);
	for (i = 0; (i = ew_look_for(open, i, "|&;|&;|&")) < open.n; i++) {
		if (t.p[i] == ';' ? may_state(t, i + 1) : ew_byte_at(t, i + 1) == t.p[i] && may_join(t, i + 2))
			return true;
	}
	return false;
}

/* Behind a semicolon behind a closed string: a statement, or a comment. */
static bool may_end(struct ew_bytes t, size_t i)
{
	for (; i < t.n && in_gap(t.p[i]); i++)
		if (t.p[i] == '/' || t.p[i] == 0)
			return true;
	return i < t.n && (ew_word_byte(t.p[i]) || t.p[i] == '$');
}

/* Could the value go on at `i` with code, having closed a string? */
static bool may_go_on(struct ew_bytes t, size_t from)
{
	bool comment = false;
	size_t i = from;

	for (; i < t.n && (t.p[i] <= ' ' || memchr(")]}/*", t.p[i], 5)); i++)
		comment |= t.p[i] == '/' || t.p[i] == 0;
	if (i - from > GAP_MOST || comment || i == t.n)
		return comment;
	uint8_t c = t.p[i], next = ew_byte_at(t, i + 1), then = ew_byte_at(t, ew_skip_blanks(t, i + 1));
	switch (c) {
	case '|':
	case '&':
		return next == c || is_digit(then) || then == '/' || next == '>';
	case ';':
		return may_end(t, i + 1);
	case ',':
		return memchr(t.p + i, '$', t.n - i) != NULL;
	case '+':
	case '-':
		return then == '/' || then == '(' ||
		       ((ew_word_byte(then) || then == '$') &&
			is_one_of(t, past_word(t, ew_skip_blanks(t, i + 1)), "(/.["));
	case '.':
		return i > from && memchr(t.p + i, '(', t.n - i) != NULL;
	case '=':
	case '!':
		return next == '=';
	case '?':
		return memchr(t.p + i, ':', t.n - i) != NULL;
	default:
		return ew_nosqli_clause(ew_bytes(t.p + i, past_word(t, i) - i)) ||
		       is(ew_bytes(t.p + i, past_word(t, i) - i), "redis");
	}
}

/* Could the word be a command that counts in any line? */
static bool commands(struct ew_bytes w)
{
	switch (ew_byte_at(w, 0) | 0x20) {
	case 'a': return is(w, "add") || is(w, "append");
	case 'b': return is(w, "bgrewriteaof") || is(w, "bgsave");
	case 'c': return is(w, "cas") || is(w, "config");
	case 'e': return is(w, "eval");
	case 'f': return is(w, "flush_all") || is(w, "flushall") || is(w, "flushdb");
	case 'm': return is(w, "module");
	case 'p': return is(w, "prepend");
	case 'r': return is(w, "replace") || is(w, "replicaof");
	case 's': return is(w, "set") || is(w, "slaveof") || is(w, "stats");
	default: return false;
	}
}

/* A command to a key-value store in the line at `i`.  `key`: the first line was a single word. */
static bool may_command(struct ew_bytes t, size_t i, bool key)
{
	i = ew_skip_blanks(t, i);
	if (ew_byte_at(t, i) == '$')
		return is_digit(ew_byte_at(t, i + 1));
	struct ew_bytes w = ew_look_word(t, i);
	return w.n > 1 && (key || commands(w));
}

/* At the end of a line.  Commands that are common words count behind a line of one word only. */
static bool may_be_lines(struct ew_bytes t, size_t end, bool *key, bool is_first)
{
	bool ended = t.p[end] == '\r' && ew_byte_at(t, end + 1) == '\n';

	if (is_first) {
		size_t word = ew_skip_blanks(t, 0);
		while (word < end && t.p[word] > ' ')
			word++;
		*key = ended && ew_skip_blanks(t, word) >= end;
		if (ended && may_command(t, 0, false))
			return true;
	}
	return may_command(t, end + 1, *key);
}

bool ew_nosqli_may(struct ew_bytes t, const struct ew_seen *seen)
{
	struct ew_look_quotes met = { 0, 0 };
	bool key = false, lines = false;

	if (may_begin(t, seen))
		return true;
	if (!ew_seen_any(seen, "'\"`$\n\r*_"))
		return false;
	for (size_t i = 0; (i = ew_look_for(t, i, "'\"`$\n\r*_")) < t.n; i++) {
		bool may = false;
		switch (t.p[i]) {
		case '$':
			may = ew_nosqli_operator(ew_look_word(t, i + 1));
			break;
		case '*':
			may = ew_bytes_starts(ew_bytes_from(t, i), EW_LIT("*:*"));
			break;
		case '_':
			may = ((i == 0 || t.p[i - 1] == '/') &&
			       ew_nosqli_view(ew_look_word(t, i))) ||
			      ew_bytes_starts(ew_bytes_from(t, i), EW_LIT("_query_:"));
			break;
		case '\n':
		case '\r':
			may = may_be_lines(t, i, &key, !lines);
			lines = true;
			i = ew_skip_blanks(t, i + 1) - 1; /* other ends before that are followed by the same */
			break;
		default:
			may = ew_look_is_place(&met, t, i) && may_go_on(t, i + 1);
			break;
		}
		if (may)
			return true;
	}
	return false;
}
