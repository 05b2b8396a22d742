/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Words and commands of shells.  It reads as generously as three shells together would: a quote, a
 * backslash, a caret or an empty variable inside of a word is nothing, a blank may be spelt $IFS or
 * be the comma in braces. It keeps no state of quotes over a text: where a command begins is the
 * caller's guess, and a quote that is not closed ends it, as the one of the place does that the
 * value is put into. */

#include "shell_word.h"
#include "../words.h"

enum { QUOTE_ROOM = 400, LEADERS = 8 };

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

static uint8_t at(struct ew_bytes t, size_t i)
{
	return i < t.n ? t.p[i] : 0;
}

static void put(struct shell_word *w, uint8_t c)
{
	if (w->n < SHELL_WORD_ROOM)
		w->s[w->n++] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* Length of a blank spelt as a variable: $IFS, ${IFS}, ${IFS%??}, $IFS$9, and of \ before the end
 * of a line. */
static size_t hidden_blank(struct ew_bytes t, size_t i)
{
	size_t n = 0;

	if (at(t, i) == '\\')
		return at(t, i + 1) == '\n'                           ? 2
		       : at(t, i + 1) == '\r' && at(t, i + 2) == '\n' ? 3
								      : 0;
	if (at(t, i) != '$')
		return 0;
	size_t brace = at(t, i + 1) == '{';
	size_t k = i + 1 + brace + (brace && at(t, i + 2) == '!');
	if ((at(t, k) | 0x20) != 'i' || (at(t, k + 1) | 0x20) != 'f' ||
	    (at(t, k + 2) | 0x20) != 's')
		return 0;
	k += 3;
	if (brace) {
		for (; n < 16 && at(t, k) && at(t, k) != '}'; n++)
			k++;
		if (at(t, k) != '}')
			return 0;
		k++;
	} else if (ew_word_byte(at(t, k))) {
		return 0;
	}
	if (at(t, k) == '$' &&
	    (shell_is_digit(at(t, k + 1)) || at(t, k + 1) == '@' || at(t, k + 1) == '*'))
		k += 2;
	return k - i;
}

/* Length of a variable that is empty where nobody set it: $@ $* $9 $xy ${x} $() and two backticks.
 */
static size_t empty_variable(struct ew_bytes t, size_t i)
{
	uint8_t c = at(t, i + 1);
	size_t k = i + 2;

	if (at(t, i) == '`')
		return c == '`' ? 2 : 0;
	if (at(t, i) != '$')
		return 0;
	if (c == '@' || c == '*' || c == '!' || shell_is_digit(c))
		return 2;
	if (c == '(')
		return at(t, k) == ')' ? 3 : 0;
	if (c == '{') {
		while (k < i + 40 && k < t.n && t.p[k] != '}' && !is_blank(t.p[k]))
			k++;
		return at(t, k) == '}' ? k + 1 - i : 0;
	}
	if (!shell_is_letter(c) && c != '_')
		return 0;
	while (k < i + 24 && ew_word_byte(at(t, k)))
		k++;
	return k - i;
}

/* ${PATH:0:1} ${PWD%%[!/]*}: a character taken out of a variable that all have, most often a slash.
 * `n` is its length. */
static bool is_slice(struct ew_bytes t, size_t i, size_t n)
{
	static const char *const all[] = { "home", "ifs", "ls_colors", "oldpwd",
					   "path", "pwd", "shell",     "shellopts" };
	size_t k = i + 2;

	if (n < 6 || t.p[i + 1] != '{')
		return false;
	while (k < i + n && ew_word_byte(t.p[k]))
		k++;
	return memchr(":%#/^,", t.p[k], 6) &&
	       ew_word_in(all, sizeof(all) / sizeof(*all), ew_bytes(t.p + i + 2, k - i - 2));
}

/* A quoted piece from the quote at `i`: past its end, or 0 when it is not closed (or, in a name,
 * holds what no name does). */
static size_t read_quoted(struct ew_bytes t, size_t i, size_t most, bool name, struct shell_word *w)
{
	uint8_t quote = t.p[i];
	size_t room = t.n - i - 1 < most ? t.n - i - 1 : most;
	const uint8_t *end = room ? memchr(t.p + i + 1, quote, room) : NULL;
	bool ansi = i && t.p[i - 1] == '$';

	if (!end)
		return 0;
	for (const uint8_t *p = t.p + i + 1; name && p < end; p++)
		if (!ew_word_byte(*p) && !strchr("/.-\\$?*@{}:~", *p))
			return 0;
	if (name && (w->n || (ew_word_byte(at(t, (size_t)(end - t.p) + 1)) && end > t.p + i + 1)))
		w->broken = true;
	for (const uint8_t *p = t.p + i + 1; p < end; p++) {
		if (*p == '\\' && p + 1 < end &&
		    (p[1] == 'x' || shell_is_digit(p[1]) || p[1] == 'u'))
			w->escapes = true;
		put(w, *p);
	}
	if (ansi && w->escapes)
		w->broken = true;
	w->quoted = true;
	return (size_t)(end - t.p) + 1;
}

/* The next word from `i`, which is no blank; past its end.  `name`: a command's, where quotes hold
 * no blanks. A word that ends at once (at an operator, or a quote that is not closed) is empty:
 * w->to == i. */
static size_t read_word(struct ew_bytes t, size_t i, bool name, bool braces, struct shell_word *w)
{
	*w = (struct shell_word){ .from = i };
	while (i < t.n) {
		uint8_t c = t.p[i];
		size_t k;
		if (is_blank(c) || (braces && (c == ',' || c == '}')))
			break;
		if (c == ';' || c == '|' || c == '&' || c == '\n' || c == '\r' || c == '(' ||
		    c == ')' || c == '<' || c == '>' || c == 0)
			break;
		if (c == '\'' || c == '"') {
			k = read_quoted(t, i, name ? 24 : QUOTE_ROOM, name, w);
			if (!k)
				break;
			i = k;
			continue;
		}
		if (hidden_blank(t, i))
			break;
		k = empty_variable(t, i);
		if (c == '`' && !k)
			break;
		if (c == '$' &&
		    (at(t, i + 1) == '(' || at(t, i + 1) == '\'' || at(t, i + 1) == '"') && !k) {
			if (at(t, i + 1) == '(') {
				w->command = true;
				break;
			}
			i++;
			continue;
		}
		if (k) {
			if (is_slice(t, i, k)) {
				w->sliced = true;
				put(w, '/');
			} else if (w->n) {
				w->broken = true;
			}
			w->variables++;
			i += k;
			continue;
		}
		if (c == '\\' && (shell_is_letter(at(t, i + 1)) || at(t, i + 1) == '/') &&
		    !(w->n && w->s[w->n - 1] == ':') && !memchr(w->s, ':', w->n) &&
		    !(w->n && w->s[0] == '\\')) {
			w->broken = true;
			i++;
			put(w, t.p[i++]);
			continue;
		}
		if (c == '^' && at(t, i + 1) != 0 && !is_blank(at(t, i + 1))) {
			w->broken = true;
			i++;
			continue;
		}
		if (c == '?' || c == '*' || c == '[')
			w->glob = true;
		put(w, c);
		i++;
	}
	w->to = i;
	return i;
}

/* Traits of the name in `w`: plain, by its path, or hidden. */
static void name_command(const struct shell_word *w, struct shell_command *c)
{
	struct ew_bytes s = ew_bytes(w->s, w->n), base = s;

	if (w->n == SHELL_WORD_ROOM)
		return;
	for (size_t i = w->n; i-- > 0;) {
		if (s.p[i] != '/' && s.p[i] != '\\')
			continue;
		base = ew_bytes_from(s, i + 1);
		c->by_path = s.p[0] == '/' || s.p[0] == '\\' || (s.n > 2 && s.p[1] == ':') ||
			     shell_word_starts(w, "../") || shell_word_starts(w, "~/");
		break;
	}
	c->traits = base.n == 1 && base.p != s.p ? 0 : ew_shell_traits(base);
	if (base.p != s.p && !c->by_path)
		c->traits = 0;
	if ((w->glob && ew_shell_word_is_riddle(w)) || (w->escapes && w->broken))
		c->hidden = c->known = true;
	if (w->glob && ew_shell_word_is_riddle(w))
		c->hidden = c->by_path = c->known = true;
	if (w->glob && (shell_word_starts(w, "/bin/") || shell_word_starts(w, "/usr/bin/")) &&
	    base.n > 1)
		c->hidden = c->known = true;
	if (c->by_path && !c->traits &&
	    (shell_word_starts(w, "/bin/") || shell_word_starts(w, "/usr/bin/") ||
	     shell_word_starts(w, "/sbin/") || shell_word_starts(w, "/usr/sbin/") ||
	     shell_word_starts(w, "/usr/local/bin/")) &&
	    base.n)
		c->known = true;
	if (c->by_path && !c->traits && shell_word_ends(w, ".exe"))
		c->known = true;
	if (c->traits) {
		c->known = true;
		c->hidden |= w->broken;
	}
}

/* < > >> <<< 2>&1 and the file, which counts as no argument; past it. */
static size_t read_redirection(struct ew_bytes t, size_t i, bool braces, struct shell_command *c)
{
	bool out = t.p[i] == '>';
	unsigned args = c->args, plain = c->plain;
	struct shell_word w;

	while (i < t.n && (t.p[i] == '<' || t.p[i] == '>' || t.p[i] == '&'))
		i++;
	if (i < t.n && t.p[i - 1] == '&' && (shell_is_digit(t.p[i]) || t.p[i] == '-')) {
		while (i < t.n && (shell_is_digit(t.p[i]) || t.p[i] == '-'))
			i++;
		return i;
	}
	c->seen |= out ? SHELL_SEEN_OUTPUT : SHELL_SEEN_INPUT;
	while (i < t.n && (is_blank(t.p[i]) || hidden_blank(t, i)))
		i += is_blank(t.p[i]) ? 1 : hidden_blank(t, i);
	size_t to = read_word(t, i, false, braces, &w);
	if (to > i)
		ew_shell_see(&w, c);
	c->args = args;
	c->plain = plain;
	return to;
}

static bool begins_path(uint8_t c)
{
	return c == '/' || c == '~' || c == '.' || c == '-';
}

/* Arguments from `i`; past the last. */
static size_t read_arguments(struct ew_bytes t, size_t i, bool braces, struct shell_command *c)
{
	struct shell_word w;

	while (i < t.n) {
		size_t k = hidden_blank(t, i);
		if (k) {
			c->blank_hidden |= t.p[i] == '$';
			i += k;
		} else if (is_blank(t.p[i]) || (braces && t.p[i] == ',')) {
			braces = braces && t.p[i] == ',' && !is_blank(at(t, i + 1));
			i++;
		} else if (t.p[i] == '<' || t.p[i] == '>') {
			if (at(t, i + 1) == '(') {
				c->seen |= SHELL_SEEN_COMMAND;
				c->args++;
				break;
			}
			i = read_redirection(t, i, braces, c);
		} else if (shell_is_digit(t.p[i]) && (at(t, i + 1) == '>' || at(t, i + 1) == '<')) {
			i++;
		} else if (braces && t.p[i] == '}') {
			c->braced = c->args > 0;
			braces = false;
			i++;
		} else if (t.p[i] == '#' && i && is_blank(t.p[i - 1])) {
			break;
		} else {
			size_t to = read_word(t, i, false, braces, &w);
			/* "/tmp/x, which the quote of the place closes */
			if (to == i && (t.p[i] == '"' || t.p[i] == '\'') &&
			    begins_path(at(t, i + 1)))
				to = read_word(t, i + 1, false, braces, &w);
			if (to == i && !w.command)
				break;
			unsigned before = c->seen;
			ew_shell_see(&w, c);
			if (c->traits & (SHELL_DEVELOPS | SHELL_ORDINARY))
				ew_shell_see_tool(ew_bytes(t.p + c->name, c->name_to - c->name), &w,
						  c);
			if (~before & c->seen & SHELL_SEEN_CODE_OPTION)
				c->code = to;
			i = to;
			if (w.command)
				break;
		}
	}
	if (at(t, i) == '`')
		c->seen |= SHELL_SEEN_COMMAND & (i && is_blank(t.p[i - 1]) ? ~0u : 0u);
	return i;
}

/* Whether `w`, in front of a command, leaves it where it is: X=1, an option or number of what
 * leads. */
static bool is_assignment(const struct shell_word *w)
{
	size_t i = 0;

	while (i < w->n && ew_word_byte(w->s[i]))
		i++;
	return i && i < w->n && w->s[i] == '=' && !shell_is_digit(w->s[0]);
}

/* Python, Curl: as a sentence spells a word. */
static bool begins_sentence(struct ew_bytes t, const struct shell_word *w)
{
	size_t i = w->from;

	if (w->n < 2 || t.p[i] < 'A' || t.p[i] > 'Z')
		return false;
	bool upper = !shell_is_letter(t.p[i + 1]) || t.p[i + 1] < 'a';
	for (i++; i < w->to; i++)
		if (!shell_is_letter(t.p[i]) || (t.p[i] < 'a') != upper)
			return false;
	return true;
}

/* Where the value begins of a variable that is set not far before; 0: none is. */
static size_t assigned(struct ew_bytes t, size_t i)
{
	size_t from = i > 200 ? i - 200 : 0;
	const uint8_t *p = i > from ? memchr(t.p + from, '=', i - from) : NULL;

	return p ? (size_t)(p - t.p) + 1 : 0;
}

/* h=hostname;$h */
static bool assigns_command(struct ew_bytes t, size_t i)
{
	size_t from = assigned(t, i), to;

	if (!from)
		return false;
	from += at(t, from) == '\'' || at(t, from) == '"';
	for (to = from; to < i && ew_word_byte(t.p[to]);)
		to++;
	unsigned traits = ew_shell_traits(ew_bytes(t.p + from, to - from));
	return traits && !(traits & SHELL_DEVELOPS);
}

/* $0 ${0} $SHELL ${BASH}: the shell itself, as a command. */
static bool is_own_shell(struct ew_bytes t, const struct shell_word *w)
{
	static const char *const shells[] = { "0", "bash", "shell" };
	size_t i = w->from + 1, to;

	if (w->n || w->variables != 1 || at(t, w->from) != '$')
		return false;
	i += at(t, i) == '{';
	for (to = i; to < w->to && ew_word_byte(t.p[to]);)
		to++;
	return ew_word_in(shells, sizeof(shells) / sizeof(*shells), ew_bytes(t.p + i, to - i));
}

static bool follows_leader(const struct shell_word *w, const struct shell_command *c)
{
	return c->led && w->n && (w->s[0] == '-' || shell_is_digit(w->s[0])) &&
	       c->traits & SHELL_LEADS;
}

void ew_shell_command(struct ew_bytes text, size_t from, size_t room, struct shell_command *c_r)
{
	struct ew_bytes t = ew_bytes(text.p, text.n - from < room ? text.n : from + room);
	struct shell_word w;
	bool braces = false, option = false, set = false, own = false;
	size_t i = from;

	*c_r = (struct shell_command){ .from = from };
	for (unsigned steps = 0; i < t.n && steps < LEADERS * 4; steps++) {
		size_t k = hidden_blank(t, i);
		if (k) {
			c_r->blank_hidden |= t.p[i] == '$';
			i += k;
			continue;
		}
		if (is_blank(t.p[i]) || t.p[i] == '!' || (t.p[i] == '@' && !c_r->led) ||
		    (t.p[i] == '(' && !c_r->led)) {
			i++;
			continue;
		}
		if (t.p[i] == '{' && !braces) {
			braces = !is_blank(at(t, i + 1));
			i++;
			continue;
		}
		if (t.p[i] == '<' || t.p[i] == '>') {
			if (at(t, i + 1) == '(')
				break;
			i = read_redirection(t, i, braces, c_r);
			c_r->led = true;
			continue;
		}
		if (!c_r->traits && !c_r->led)
			c_r->from = i;
		size_t to = read_word(t, i, true, braces, &w);
		if (to == i)
			break;
		if (is_assignment(&w) || follows_leader(&w, c_r) ||
		    (option && c_r->traits & SHELL_LEADS && !ew_shell_traits(ew_bytes(w.s, w.n)) &&
		     w.n < 12)) {
			option = !option && follows_leader(&w, c_r) && w.s[0] == '-'; /* -u root */
			c_r->led = true;
			i = to;
			continue;
		}
		unsigned leader = c_r->traits;
		c_r->name = w.from;
		c_r->name_to = w.to;
		name_command(&w, c_r);
		if (begins_sentence(t, &w))
			c_r->traits |= c_r->traits ? SHELL_ORDINARY : 0;
		if (w.sliced ||
		    (!c_r->known && w.variables > 1 && w.n == 0 && assigned(t, w.from)) ||
		    (w.n > 5 && w.s[0] == '%' && w.s[w.n - 1] == '%' &&
		     ew_bytes_find(ew_bytes(w.s, w.n), 0, EW_LIT("%%")) != SIZE_MAX))
			c_r->hidden = c_r->known = true; /* $a$b %a%%b% */
		if (!c_r->known && w.variables == 1 && w.n == 0 && is_own_shell(t, &w))
			c_r->known = own = true;
		else if (!c_r->known && w.variables == 1 && w.n == 0 && assigned(t, w.from))
			c_r->known = set = true; /* $x, which was set before */
		if (at(t, to) == '(' && !(c_r->traits & SHELL_LEADS)) {
			c_r->known = false; /* a call of some language */
			i = to;
			break;
		}
		i = to;
		if (!c_r->traits && leader & SHELL_LEADS) {
			c_r->traits = leader;
			c_r->known = true;
			ew_shell_see(&w, c_r);
			break;
		}
		c_r->led |= c_r->traits & SHELL_LEADS;
		if (!(c_r->traits & SHELL_LEADS))
			break;
	}
	if (c_r->known && !(i < t.n && t.p[i] == '('))
		i = read_arguments(t, i, braces, c_r);
	if (set && assigns_command(t, from)) {
		c_r->hidden = true;
	} else if (set) {
		c_r->known = c_r->seen & SHELL_SEEN_SECRET;
		c_r->traits = SHELL_READS;
	}
	if (own) {
		c_r->known = c_r->seen &
			     (SHELL_SEEN_INPUT | SHELL_SEEN_CODE_OPTION | SHELL_SEEN_INTERACTIVE);
		c_r->traits = SHELL_RUNS | SHELL_IS_SHELL;
	}
	if (!c_r->known && c_r->seen & SHELL_SEEN_SECRET && c_r->seen & SHELL_SEEN_INPUT) {
		c_r->known = true; /* $(</etc/passwd) */
		c_r->traits = SHELL_READS;
	}
	if (!c_r->known && c_r->seen & SHELL_SEEN_INPUT &&
	    c_r->seen & (SHELL_SEEN_POINT | SHELL_SEEN_PATH) && from > 1 &&
	    text.p[from - 1] == '(' && text.p[from - 2] == '$') {
		c_r->known = true; /* $(<flag.txt) */
		c_r->traits = SHELL_READS;
	}
	if (c_r->args == 0 && (at(t, i) == '\'' || at(t, i) == '"') &&
	    ew_word_byte(at(text, i + 1)))
		c_r->known = false; /* id's */
	c_r->to = i;
	c_r->end = at(text, i);
}
