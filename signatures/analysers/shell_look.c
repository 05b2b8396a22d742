/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The look at texts before they are read as commands.
 *
 * What is found needs a command at its start, behind a separator, or in a substitution.  Most texts
 * have separators and no commands, which the first word behind them tells; a few have a word that
 * is one, and then that command alone is read.  The trap: it must never say no where shell.c says
 * yes, so what it does not understand at once is a yes. */

#include "shell_look.h"
#include "shell_lexer.h"
#include "shell_weight.h"
#include "signatures/marks.h"
#include "signatures/token.h"
#include "signatures/words.h"

enum { ROOM = 512, LEADING = 4 };

/* What a byte is to the first word of a command. */
enum {
	ENDS = 1,   /* it ends it */
	GAP = 2,    /* and is a blank */
	STOP = 4,   /* before it, it leaves no command */
	SPELLS = 8, /* it may spell one so that it has to be read */
	FIRST = 16, /* so it may where it is the first */
};

static const uint8_t kind[256] = {
	[0] = ENDS | STOP | SPELLS,
	[' '] = ENDS | GAP,
	['\t'] = ENDS | GAP,
	['\v'] = ENDS | GAP,
	['\f'] = ENDS | GAP,
	['\n'] = ENDS | STOP,
	['\r'] = ENDS | STOP,
	[';'] = ENDS | STOP,
	['|'] = ENDS | STOP,
	['&'] = ENDS | STOP,
	[')'] = ENDS | STOP,
	['('] = ENDS | FIRST,
	['<'] = ENDS | FIRST,
	['>'] = ENDS | FIRST,
	['='] = ENDS | FIRST,
	['\''] = ENDS | SPELLS | FIRST,
	['"'] = ENDS | SPELLS | FIRST,
	['`'] = ENDS | SPELLS | FIRST,
	['$'] = ENDS | SPELLS | FIRST,
	['\\'] = ENDS | SPELLS | FIRST,
	['^'] = ENDS | SPELLS | FIRST,
	['/'] = ENDS | FIRST,
	['.'] = FIRST,
	['~'] = FIRST,
	['!'] = FIRST,
	['@'] = FIRST,
	['{'] = FIRST,
};

struct look {
	struct ew_bytes text;
	size_t lexed, twice; /* how far commands were read, and what was read more than once */
	size_t spelt_from, spelt; /* the next byte at or after the one that spells words is the other */
};

/* To what ends the word at `i`, or to a slash. */
static inline size_t skip_word(struct ew_bytes t, size_t i)
{
	while (i < t.n && !(kind[t.p[i]] & ENDS))
		i++;
	return i;
}

/* To what ends it, past slashes and signs of equality. */
static size_t skip_value(struct ew_bytes t, size_t i)
{
	while ((i = skip_word(t, i)) < t.n && (t.p[i] == '=' || t.p[i] == '/'))
		i++;
	return i;
}

/* Is there a byte that spells words at `i` or after?  Asked of every path in a text: what was seen is kept, or
 * each would read on to the end. */
static bool is_spelt_after(struct look *l, size_t i)
{
	if (i < l->spelt_from || i > l->spelt) {
		l->spelt_from = i;
		l->spelt = ew_mark_next(l->text, i, "'\"`$\\^");
	}
	return l->spelt < l->text.n;
}

/* Whether a command may begin at `i`, by its first word.  Words that set variables are passed. */
static bool may_begin(struct look *l, size_t i)
{
	struct ew_bytes t = l->text;

	for (unsigned led = 0; led < LEADING; led++) {
		while (i < t.n && kind[t.p[i]] & GAP)
			i++;
		if (i == t.n || kind[t.p[i]] & STOP)
			return false;
		if (kind[t.p[i]] & FIRST)
			return true;
		size_t end = skip_word(t, i), name = i;
		if (end < t.n && kind[t.p[end]] & SPELLS)
			return true;
		if (end == t.n || (t.p[end] != '=' && t.p[end] != '/'))
			return ew_shell_traits(ew_bytes(t.p + i, end - i)) != 0;
		while (name < end && ew_word_byte(t.p[name]))
			name++;
		if (t.p[end] == '/' || name < end) {
			/* A path that does not begin as one, most often an address. */
			if (t.p[i + 1] == ':' || !is_spelt_after(l, end))
				return t.p[i + 1] == ':';
			end = skip_value(t, end);
			return end < t.n && kind[t.p[end]] & SPELLS;
		}
		/* X=value */
		i = skip_value(t, end);
		if (i < t.n && !(kind[t.p[i]] & GAP))
			return !(kind[t.p[i]] & STOP);
	}
	return true;
}

/* Reads the command at `from` as shell.c does, if it would read as much; that it reads at least as
 * far as this one follows from what a word that no command begins with is: it ends before the next
 * separator, so all of those together are the text once. */
static bool read_command(struct look *l, size_t from, struct shell_command *c_r)
{
	if (l->twice >= 3 * l->text.n + 4096)
		return false;
	ew_shell_command(l->text, from, ROOM, c_r);
	if (l->lexed > from)
		l->twice += (c_r->to < l->lexed ? c_r->to : l->lexed) - from;
	if (c_r->to > l->lexed)
		l->lexed = c_r->to;
	return true;
}

/* Whether the text is found for the command that it begins with, whatever else it holds. */
static bool may_be_first(struct look *l)
{
	struct shell_command c;

	if (!may_begin(l, 0) || !read_command(l, 0, &c))
		return false;
	unsigned weight = ew_shell_weigh(&c);
	return weight == DECISIVE || (c.traits & SHELL_IS_SHELL && c.code) ||
	       (c.end == '|' && weight >= TELLING);
}

/* Whether a command at `from`, behind `sign`, is worth a look at what is before it. */
static bool may_follow(struct look *l, size_t from, uint8_t sign, unsigned need)
{
	struct shell_command c;

	if (!may_begin(l, from))
		return false;
	return !read_command(l, from, &c) || ew_shell_weigh(&c) >= need ||
	       ew_shell_weigh_construct(l->text, from) >= need ||
	       (sign == '|' && c.traits & (SHELL_RUNS | SHELL_IS_SHELL)) ||
	       (sign == '(' && c.known &&
		(ew_shell_weigh_inside(&c) >= need || ew_byte_at(l->text, c.to + 1) == '.')) ||
	       (sign == '&' && c.traits & SHELL_WINDOWS && c.end == '&') ||
	       (sign == ';' && c.known && c.args == 1);
}

/* `() {` and the like, behind the bracket at `i`. */
static bool may_define(struct ew_bytes t, size_t i)
{
	do
		i++;
	while (i < t.n && shell_is_blank(t.p[i]));
	if (i == t.n || t.p[i] != ')')
		return false;
	do
		i++;
	while (i < t.n && shell_is_blank(t.p[i]));
	return i < t.n && t.p[i] == '{';
}

/* &('x'+'y') */
static bool may_join(struct ew_bytes t, size_t i)
{
	do
		i++;
	while (i < t.n && shell_is_blank(t.p[i]));
	return t.n - i > 1 && t.p[i] == '(' && shell_is_one_of(t.p[i + 1], "'\"");
}

/* What may be an option of a program that the text is given to. */
static bool may_be_option(struct ew_bytes t)
{
	size_t i = 0;

	while (i < t.n && shell_is_blank(t.p[i]))
		i++;
	return t.n - i > 1 && t.p[i] == '-' && (t.p[i + 1] == '-' || ew_word_byte(t.p[i + 1]));
}

static inline bool is_sign(uint8_t c)
{
	return c == ';' || c == '|' || c == '&' || c == '\n' || c == '\r';
}

bool ew_shell_may(struct ew_bytes t, const struct ew_seen *seen)
{
	struct look l = { .text = t, .spelt_from = SIZE_MAX };

	if (may_be_option(t) || may_be_first(&l))
		return true;
	if (!ew_seen_any(seen, ";|&\n\r`(~"))
		return false;
	for (size_t i = 0; (i = ew_mark_next(t, i, ";|&\n\r`(~")) < t.n; i++) {
		uint8_t c = t.p[i], before = i ? t.p[i - 1] : 0;
		unsigned need = TELLING;
		if (c == '~' && (before == ':' || ew_byte_at(t, i + 1) == '!'))
			return true; /* %x:~0,1%, ~!x */
		if ((c == '(' && may_define(t, i)) || (c == '&' && may_join(t, i)))
			return true;
		if (c == '~' || (c == '(' && before != '$' && before != '<' && before != '>'))
			continue;
		if (c == ';' || c == '|' || is_sign(before) || (c == '&' && before != '&'))
			need = COMPLETE;
		if (may_follow(&l, i + 1, c, need))
			return true;
	}
	return false;
}
