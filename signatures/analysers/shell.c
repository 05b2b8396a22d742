/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Commands of a shell where data is expected.
 *
 * A script is no attack: events of builds, documents and chats carry them, and they are full of
 * separators and commands.  What an attack has is data that ends and a command behind it.  So the
 * text before a separator is sorted first (nothing, a quote that closes, one word of data, prose, a
 * command, a document), each command behind one is given a weight, and the less the place looks
 * like the end of data, the more weight it takes. Only what no script has reason to do is found
 * everywhere.  The trap: "name; id" is a list, "10.0.0.1; id" is not. */

#include "../analyser.h"
#include "../words.h"
#include "shell_known.h"
#include "shell_lexer.h"
#include "shell_look.h"
#include "shell_weight.h"

static const uint8_t needed[] = {
	[BEHIND_NOTHING] = COMPLETE, [BEHIND_DATA] = TELLING,      [BEHIND_QUOTE] = TELLING,
	[BEHIND_WORD] = TELLING,     [BEHIND_WORDS] = PLAUSIBLE,   [BEHIND_PROSE] = SENSITIVE,
	[BEHIND_COMMAND] = DECISIVE, [BEHIND_DOCUMENT] = DECISIVE,
};

struct look {
	struct ew_bytes text;
	struct ew_finding *found;
	enum shell_place place;  /* of the next command */
	enum shell_place inside; /* of the next substitution, by the first 512 bytes */
	bool inside_known;
	size_t lexed, twice; /* how far commands were read, and what was read more than once */
	unsigned piped;      /* traits of the command whose output is taken */
	unsigned piped_seen;
	unsigned ticks;   /* backticks so far */
	unsigned strange; /* pieces between separators that are no commands */
	bool table;       /* | a | b | */
	bool span;        /* the open backtick has prose and a blank before */
	bool markdown;    /* many backticks */
	bool bare;        /* the first command had no arguments */
};

static bool tell(struct look *l, const struct shell_command *c, size_t from, const char *why)
{
	size_t to = c->to > l->text.n ? l->text.n : c->to;

	for (size_t i = from > 16 ? from - 16 : 0; i < to; i++)
		if (l->text.p[i] < ' ' && l->text.p[i] && !shell_is_blank(l->text.p[i]))
			return false; /* no text */

	*l->found = (struct ew_finding){ from, to > from ? to : from + 1, why };
	return true;
}

static const char *reason(const struct shell_command *c)
{
	if (c->hidden || c->blank_hidden)
		return "a command spelt to be overlooked";
	if (c->seen & SHELL_SEEN_SOCKET)
		return "a shell connected with a host";
	if (c->seen & SHELL_SEEN_SECRET)
		return "a command that reads a file of the system, behind the end of data";
	return "a command behind the end of data";
}

/* Reads the command at `from`, at most so much that all commands together stay linear. */
static void read_command(struct look *l, size_t from, struct shell_command *c)
{
	size_t room = l->twice < 4 * l->text.n + 4096 ? 512 : 32;

	ew_shell_command(l->text, from, room, c);
	if (c->end && c->end < ' ' && !shell_is_blank(c->end))
		c->known = false; /* not text */
	if (l->lexed > from)
		l->twice += (c->to < l->lexed ? c->to : l->lexed) - from;
	if (c->to > l->lexed)
		l->lexed = c->to;
}

/* (curl|wget): ways of a pattern. */
static bool is_alternative(const struct look *l, const struct shell_command *c, size_t op)
{
	const uint8_t *p = l->text.p;
	size_t open = 0, from = op > 256 ? op - 256 : 0;

	if (p[op] != '|' || !ew_shell_is_complete(c) || op == 0 || shell_is_blank(p[op - 1]) ||
	    shell_is_blank(p[op + 1]))
		return false;
	if (l->place == BEHIND_WORD)
		return p[op + 1] != '|' && c->end == '|';
	for (size_t i = from; i < op; i++)
		open += p[i] == '(' ? 1 : p[i] == ')' && open ? SIZE_MAX : 0;
	return open > 0;
}

/* | id | whoami |: a row whose cells are names of commands */
static bool is_cell(const struct look *l, const struct shell_command *c, size_t op)
{
	const uint8_t *p = l->text.p;

	return l->table && p[op] == '|' && c->end == '|' && ew_shell_is_complete(c) &&
	       shell_is_blank(p[op + 1]) && shell_is_blank(p[c->to - 1]);
}

/* A line of a stack trace: "at run (a.js:1:2)", where `at` takes a time or an option. */
static bool is_frame(const struct look *l, size_t op, size_t from)
{
	struct ew_bytes line = ew_bytes_from(l->text, from);

	for (size_t i = 0; i < 16 && line.n && (line.p[0] == ' ' || line.p[0] == '\t'); i++)
		line = ew_bytes_from(line, 1);
	return l->text.p[op] == '\n' && line.n > 3 && ew_bytes_starts(line, EW_LIT("at ")) &&
	       ew_word_byte(line.p[3]) && (line.p[3] < '0' || line.p[3] > '9') &&
	       !ew_bytes_starts_nocase(ew_bytes_from(line, 3), EW_LIT("now"));
}

/* "; do" and "; then" are errors, unless the text began as a loop or a condition. */
static bool is_body(struct ew_bytes t, size_t from)
{
	struct ew_bytes rest;

	while (from < t.n && shell_is_blank(t.p[from]))
		from++;
	rest = ew_bytes_from(t, from);
	return (ew_bytes_starts(t, EW_LIT("while ")) || ew_bytes_starts(t, EW_LIT("until ")) ||
		ew_bytes_starts(t, EW_LIT("if ")) || ew_bytes_starts(t, EW_LIT("for "))) &&
	       (ew_bytes_starts(rest, EW_LIT("do ")) || ew_bytes_starts(rest, EW_LIT("then ")));
}

/* x?a=1&id */
static bool is_query(const struct look *l, size_t op)
{
	struct ew_bytes t = l->text;

	return op && op + 1 < t.n && !shell_is_blank(t.p[op - 1]) && !shell_is_blank(t.p[op + 1]) &&
	       (memchr(t.p, '?', op < 1024 ? op : 1024) || memchr(t.p, '=', op < 1024 ? op : 1024));
}

/* 10.0.0.1 */
static bool is_address(struct ew_bytes t)
{
	size_t dots = 0;

	t = ew_bytes_trim(t, " \t'\"");
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] != '.' && (t.p[i] < '0' || t.p[i] > '9'))
			return false;
		dots += t.p[i] == '.';
	}
	return dots == 3 && t.n < 16;
}

/* How much weight it takes for a command behind the separator at `op`. */
static unsigned needed_behind(const struct look *l, const struct shell_command *c, size_t op,
			      unsigned weight, bool pair)
{
	uint8_t sign = l->text.p[op];
	unsigned need = needed[l->place];
	bool lone = weight == TELLING && c->traits & (SHELL_ORDINARY | SHELL_HARMS) &&
		    ew_shell_is_complete(c);

	if ((sign == '&' && !pair) || sign == '\n' || sign == '\r' ||
	    (sign == '|' && c->end == '|'))
		need = need < TELLING ? TELLING : need;
	if (sign == '&' && !pair && is_query(l, op))
		need = need < PLAUSIBLE ? PLAUSIBLE : need;
	if (l->place == BEHIND_WORDS && weight == PLAUSIBLE && c->to + 3 < l->text.n)
		need = SENSITIVE;
	if (c->traits & SHELL_DEVELOPS && !c->by_path && l->place >= BEHIND_WORD &&
	    (pair || sign != ';'))
		need = need < SENSITIVE ? SENSITIVE : need; /* lint && docker run .. */
	if (sign == '|' && l->table)
		need = need < SENSITIVE ? SENSITIVE : need;
	if (sign == '|' && !pair && l->strange)
		need = need < SENSITIVE ? SENSITIVE : need; /* a=b | stats by c | sort -c */
	if (is_alternative(l, c, op) || is_cell(l, c, op) || (l->span && c->end == '`'))
		need = DECISIVE;
	if (lone && l->strange)
		need = need < PLAUSIBLE ? PLAUSIBLE : need; /* a;b;id */
	/* 1&ver& */
	if (sign == '&' && !pair && c->end == '&' && c->to + 1 == l->text.n &&
	    c->traits & SHELL_WINDOWS && ew_shell_is_complete(c) && l->place <= BEHIND_DATA &&
	    !is_query(l, op))
		need = COMPLETE;
	if (l->place != BEHIND_NOTHING && ew_shell_is_complete(c) &&
	    shell_is_one_of(l->text.p[c->from], "'\""))
		need = need < SENSITIVE ? SENSITIVE : need; /* "a";"id" */
	/* 10.0.0.1; date */
	if (l->place == BEHIND_DATA && weight == COMPLETE && c->to == l->text.n &&
	    !(c->traits & SHELL_DEVELOPS) && is_address(ew_bytes(l->text.p, op)))
		need = COMPLETE;
	if (l->place == BEHIND_WORD && lone) {
		struct ew_bytes w = ew_bytes_trim(ew_bytes(l->text.p, op), " \t\r\n'\"");
		if ((sign == '&' && !pair) || sign == '\n' || ew_shell_is_column(w))
			need = PLAUSIBLE; /* name;id */
	}
	if (l->place == BEHIND_WORD && c->traits & SHELL_HARMS && ew_shell_is_complete(c) &&
	    (shell_is_blank(l->text.p[op + 1]) || c->end == ';'))
		need = PLAUSIBLE; /* update; reboot */
	if (l->place == BEHIND_COMMAND && l->bare && c->traits & SHELL_RECONS &&
	    ew_shell_is_complete(c) && (sign != '|' || pair))
		need = TELLING;
	return need;
}

/* The command behind the separator [op, from). */
static bool look_behind(struct look *l, size_t op, size_t from)
{
	struct shell_command c;
	uint8_t sign = l->text.p[op];
	bool pipe = sign == '|' && from == op + 1;

	read_command(l, from, &c);
	if (is_frame(l, op, from))
		c.known = false;
	if (sign == ';' && is_body(l->text, from))
		l->place = BEHIND_COMMAND;
	if (pipe && l->piped & SHELL_DECODES &&
	    l->piped_seen & (SHELL_SEEN_DECODE | SHELL_SEEN_INPUT | SHELL_SEEN_OPTION) &&
	    c.traits & SHELL_RUNS)
		return tell(l, &c, op, "text decoded and run");
	if (pipe && l->piped & SHELL_PRINTS && l->piped_seen & SHELL_SEEN_ESCAPES &&
	    c.traits & SHELL_RUNS)
		return tell(l, &c, op, "text decoded and run");
	if (pipe && l->piped & SHELL_FETCHES && c.traits & SHELL_RUNS &&
	    (l->piped_seen & SHELL_SEEN_PLAIN_HTTP || l->place < BEHIND_COMMAND))
		return tell(l, &c, op, "a download that is run");
	if (pipe && c.traits & SHELL_IS_SHELL && c.seen & SHELL_SEEN_INTERACTIVE)
		return tell(l, &c, op, "a shell that reads what another program writes");
	unsigned weight = ew_shell_weigh(&c);
	if (pipe && c.traits & SHELL_IS_SHELL && ew_shell_is_complete(&c))
		weight = l->place == BEHIND_WORD ? COMPLETE : SENSITIVE;
	enum shell_weight construct = ew_shell_weigh_construct(l->text, from);
	weight = construct > weight ? construct : weight;
	/* ";ip a": nothing before, nothing behind, no blank */
	if (!weight && c.known && c.args == 1 && sign == ';' && c.from == from && c.to == l->text.n)
		weight = COMPLETE;
	l->piped = c.traits;
	l->piped_seen = c.seen;
	if (weight && weight >= needed_behind(l, &c, op, weight, from == op + 2))
		return tell(l, &c, op, reason(&c));
	/* What follows is no longer the end of data when this was part of a script or of a
	 * sentence. */
	if (c.traits & SHELL_DEVELOPS && c.args && l->place < BEHIND_COMMAND &&
	    l->place != BEHIND_NOTHING) {
		l->place = BEHIND_COMMAND;
	} else if (!c.known && c.to > from && l->place < BEHIND_PROSE) {
		l->strange++;
		if (sign == '\n')
			l->place = BEHIND_DOCUMENT;
		else if (c.to < l->text.n && shell_is_blank(c.end))
			l->place = BEHIND_WORDS;
	}
	return false;
}

/* $(RM): a variable of make, or of a pipeline of builds. */
static bool is_upper(struct ew_bytes t, size_t from, size_t to)
{
	bool upper = false;

	for (size_t i = from; i < to && i < t.n && ew_word_byte(t.p[i]); i++) {
		if (t.p[i] >= 'a' && t.p[i] <= 'z')
			return false;
		upper |= t.p[i] >= 'A' && t.p[i] <= 'Z';
	}
	return upper;
}

/* uname -s and -m, which stand in addresses of downloads. */
static bool is_platform(struct ew_bytes t, size_t from)
{
	struct ew_bytes rest = ew_bytes_from(t, from);

	return ew_bytes_starts(rest, EW_LIT("uname -")) && rest.n > 8 &&
	       shell_is_one_of(rest.p[7], "smpr") && rest.p[8] == ')';
}

/* Whether no letter is before `op`: a number, an address. */
static bool is_number(const uint8_t *p, size_t op)
{
	for (size_t i = 0; i < op; i++)
		if ((p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'z')
			return false;
	return true;
}

/* .tar.gz */
static bool is_archive(struct ew_bytes name)
{
	static const char *const end[] = { "bak", "bz2",  "csv", "enc", "gpg", "gz",  "html",
					   "js",  "json", "log", "md",  "sql", "txt", "xml",
					   "xz",  "yaml", "yml", "zip", "zst" };
	size_t dot = name.n;

	while (dot && name.p[dot - 1] != '.')
		dot--;
	return ew_word_in(end, sizeof(end) / sizeof(*end), ew_bytes_from(name, dot));
}

/* .x.y: what is before is asked for in a name of a host. */
static bool is_host_behind(struct ew_bytes t, size_t i)
{
	size_t dots = 0, k = i;

	if (i >= t.n || t.p[i] != '.')
		return false;
	for (; k < t.n && k < i + 64 && (ew_word_byte(t.p[k]) || t.p[k] == '.' || t.p[k] == '-');
	     k++)
		dots += t.p[k] == '.' && k + 1 < t.n && ew_word_byte(t.p[k + 1]);
	return dots > 1 && !is_archive(ew_bytes(t.p + i, k - i));
}

/* $(..) <(..) and backticks; the command begins at `from`. */
static bool look_inside(struct look *l, size_t op, size_t from)
{
	const uint8_t *p = l->text.p;
	struct shell_command c;
	uint8_t close = p[op] == '`' ? '`' : ')', before = op ? p[op - 1] : 0;
	bool loose = op && shell_is_blank(before);
	unsigned need;

	read_command(l, from, &c);
	unsigned weight = close == ')' && !loose ? ew_shell_weigh_inside(&c) : ew_shell_weigh(&c);
	if (op <= 512 || !l->inside_known)
		l->inside = ew_shell_place_behind(ew_bytes(p, op < 512 ? op : 512));
	l->inside_known = op >= 512;
	enum shell_place place = l->place >= BEHIND_COMMAND ? l->place : l->inside;
	if (c.traits & SHELL_RECONS && c.traits & SHELL_ORDINARY && c.args)
		weight = weight == PLAUSIBLE ? COMPLETE : weight; /* $(id -u) */
	if (close == ')' && c.known && is_host_behind(l->text, c.to + 1))
		weight = weight < TELLING ? TELLING : weight; /* $(hostname).evil.example */
	if (c.end != close && weight < SENSITIVE && !shell_is_one_of(c.end, ";|&"))
		return false;
	if (place >= BEHIND_COMMAND)
		need = DECISIVE;
	else if (close == '`')
		need = !op || !loose                                 ? (op ? TELLING : SENSITIVE)
		       : place == BEHIND_NOTHING || is_number(p, op) ? TELLING
								     : DECISIVE;
	else
		need = !loose || place <= BEHIND_QUOTE ||
				       (place <= BEHIND_WORDS && c.to + 2 >= l->text.n)
			       ? TELLING
			       : SENSITIVE;
	if (close == '`' && !op && c.traits == (SHELL_ORDINARY | SHELL_RECONS) && weight == TELLING)
		need = TELLING;
	if (close == '`' && (l->ticks > 1 || l->table || l->markdown))
		need = DECISIVE; /* the second pair: markdown */
	if (weight < need || is_upper(l->text, from, c.to) || is_platform(l->text, from))
		return false;
	return tell(l, &c, op, "a command whose output takes the place of data");
}

/* How far behind & the ; of an entity of HTML is: &nbsp; &#39; */
static size_t entity(struct ew_bytes t, size_t i)
{
	size_t k = i + 1;

	if (t.p[i] != '&')
		return 0;
	while (k < t.n && k < i + 10 && (ew_word_byte(t.p[k]) || (t.p[k] == '#' && k == i + 1)))
		k++;
	if (k - i < 3 || k >= t.n || t.p[k] != ';' ||
	    ew_shell_traits(ew_bytes(t.p + i + 1, k - i - 1)))
		return 0;
	return k - i;
}

/* Whether a line goes with the next as a heading, a fence or a rule does. */
static bool is_heading(struct ew_bytes t)
{
	struct ew_bytes line =
		ew_bytes_trim(t.n > 256 ? ew_bytes_from(t, t.n - 256) : t, " \t\r\n");

	if (line.n == 0)
		return false;
	if (line.p[line.n - 1] == ':' || line.p[line.n - 1] == ',' || line.p[0] == '#' ||
	    line.p[0] == '<')
		return true;
	return line.n >= 3 && line.p[0] == line.p[1] && line.p[1] == line.p[2] &&
	       !ew_word_byte(line.p[0]);
}

/* Length of the separator at `i`, 0 if there is none. */
static size_t separator(struct ew_bytes t, size_t i)
{
	uint8_t c = t.p[i], next = i + 1 < t.n ? t.p[i + 1] : 0;

	if (c == '&' && entity(t, i))
		return 0;
	switch (c) {
	case ';':
	case '\n':
	case '\r':
		return 1;
	case '|':
		return next == '|' || next == '&' ? 2 : 1;
	case '&':
		return next == '&'                                               ? 2
		       : next == '>' || (i && shell_is_one_of(t.p[i - 1], "<>")) ? 0
										 : 1;
	default:
		return 0;
	}
}

/* What a shell is given with -c. */
static bool look_at_code(struct look *l, size_t from)
{
	struct shell_command c;

	while (from < l->text.n && shell_is_one_of(l->text.p[from], " \t'\""))
		from++;
	read_command(l, from, &c);
	unsigned weight = ew_shell_weigh(&c);
	if (weight < DECISIVE && !(c.traits & SHELL_RECONS && weight >= TELLING) &&
	    !(c.traits & SHELL_RUNS && !(c.traits & (SHELL_IS_SHELL | SHELL_ORDINARY)) &&
	      ew_shell_is_complete(&c)))
		return false;
	return tell(l, &c, 0, "a shell started with a command");
}

/* A text that is a command from its first byte. */
static bool look_first(struct look *l)
{
	struct shell_command c;

	read_command(l, 0, &c);
	l->piped = c.traits;
	l->piped_seen = c.seen;
	l->bare = c.known && ew_shell_is_complete(&c) && !(c.traits & SHELL_DEVELOPS);
	if (ew_shell_weigh(&c) == DECISIVE && ew_shell_shows_reason(l->text, c.to))
		return tell(l, &c, c.from < l->text.n ? c.from : 0, reason(&c));
	/* open(FILE, "id|") */
	if (c.end == '|' && c.to + 1 == l->text.n && ew_shell_weigh(&c) >= TELLING && c.from == 0)
		return tell(l, &c, 0, "a command whose output is read as a file");
	if (c.traits & SHELL_IS_SHELL && c.code && c.code < l->text.n &&
	    ew_shell_shows_reason(l->text, c.to))
		return look_at_code(l, c.code);
	return false;
}

static inline bool is_sign(uint8_t c)
{
	return c == ';' || c == '|' || c == '&' || c == '\n' || c == '\r' || c == '`' || c == '$' ||
	       c == '<' || c == '>';
}

/* Whether a backtick opens a code span of markdown: two words and a blank stand before. */
static bool is_after_prose(struct ew_bytes t, size_t tick)
{
	unsigned words = 0;

	if (!tick || !shell_is_blank(t.p[tick - 1]))
		return false;
	for (size_t i = tick > 64 ? tick - 64 : 0; i + 1 < tick; i++)
		words += !shell_is_blank(t.p[i]) && shell_is_blank(t.p[i + 1]);
	return words >= 2;
}

static bool look_everywhere(struct look *l)
{
	struct ew_bytes t = l->text;
	bool placed = false;

	if (look_first(l))
		return true;
	if (ew_shell_known(t, l->found))
		return true;
	for (size_t i = 0; i < t.n; i++) {
		uint8_t c = t.p[i];
		if (!is_sign(c))
			continue;
		if (c == '$' || c == '<' || c == '>' || c == '`') {
			size_t from = i + 1 + (c != '`');
			if (c == '`') {
				l->ticks++;
				l->span = l->ticks % 2 && is_after_prose(t, i);
			} else if (i + 1 >= t.n || t.p[i + 1] != '(')
				continue;
			if (c == '`' && l->ticks % 2 == 0)
				continue; /* the one that closes */
			if (look_inside(l, i, from))
				return true;
			continue;
		}
		size_t n = separator(t, i);
		if (!n) {
			i += entity(t, i);
			continue;
		}
		if (!placed) {
			l->place = ew_shell_place_behind(ew_bytes(t.p, i));
			placed = true;
		}
		if ((c == '\n' || c == '\r') &&
		    (l->place >= BEHIND_WORDS || is_heading(ew_bytes(t.p, i))))
			l->place = BEHIND_DOCUMENT;
		if (look_behind(l, i, i + n))
			return true;
		i += n - 1;
	}
	return false;
}

/* Tables and code spans of documents, which change what a bar and a backtick mean. */
static void see_document(struct look *l)
{
	struct ew_bytes t = ew_bytes_trim(l->text, " \t\r\n");
	size_t bars = 0, ticks = 0;

	for (size_t i = 0; i < t.n; i++) {
		bars += t.p[i] == '|' && (i + 1 == t.n || t.p[i + 1] != '|') &&
			(i == 0 || t.p[i - 1] != '|');
		ticks += t.p[i] == '`';
	}
	l->table = bars >= 3 && t.p[0] == '|' && (t.p[t.n - 1] == '|' || memchr(t.p, '\n', t.n));
	l->markdown = ticks > 3;
}

static bool find(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct look l = { .text = o->text, .found = f_r };

	if (!o->text.n)
		return false;
	see_document(&l);
	return look_everywhere(&l);
}

/* Plain text has no separators: a shell that is given code or that a program is told to start,
 * words that are code, and options. */
#define SHELL  "(?:(?:(?:a|ba|c|da|fi|k|pw|z)?sh|cmd)[\\d.]*(?:exe|com)?)"
#define OPTION "-{1,2}[^ \\xff]{0,3}[cer]"

static const char *const gate[] = {
	"(?:^|[ @])" SHELL "(?: [^\\xff]*)? " OPTION,
	" " OPTION "(?:[^\\xff]* )?" SHELL "(?: |$)",
	"cmd\\.exe",
	"socket\\.socket|pty\\.spawn|os\\.system|tcpsocket|io::socket|downloadstring|downloadfile|"
	"frombase64string|net\\.sockets|net\\.webclient|child_process|shell_exec|subprocess",
	"^ *-(?:c ?(?:alias|core)\\.|exec|-exec sh|d ?(?:allow_url_|auto_prepend)|cmd \\.shell|"
	"ok|o ?proxycommand|olocalcommand|opermitlocal|"
	"iproxycommand|tmtt|t -tt|[ei] sh|i id)",
	"^ *--(?:open-files-in-pager|receive-pack|upload-pack|use-askpass|checkpoint-action|"
	"use-compress-program|extcap-interface|force-command|init-command|pre-command|proxy-"
	"command)",
	"^ *-(?:-output|o|-log-file)[^\\xff]*(?:\\.php|\\.jsp|cron)",
	NULL,
};

static const char *const always[] = {
	"\\$(?:\\{!?)?ifs",
	"etc.{1,3}(?:passwd|shadow)",
	"/dev/(?:tcp|udp)/",
	/* ew_shell_known() */
	"(?:bitsadmin|certutil|iex|invoke-expression|mshta|powershell|pwsh|regsvr32|rundll32|socat|"
	"vssadmin|wmic)[^a-z]",
	"net (?:localgroup|user).{0,160}/add|net\\.sockets",
	"%comspec%|<!--#(?:exec|include)|/inet/tcp/|ext::|\\[char\\]",
	"\\[(?:system\\.)?(?:convert|diagnostics\\.process|io\\.file|reflection\\.assembly)\\]::|"
	"\\[(?:system\\.)?net\\.webclient\\]|\\[ref\\]\\.assembly|\\[scriptblock\\]::",
	"(?:bash_env|dyld_insert_libraries|git_ssh_command|ld_audit|ld_library_path|ld_preload|"
	"node_options|perl5opt|prompt_command|pythonstartup|pythonwarnings|-oqueuedirectory)=",
	"busybox (?:wget http|tftp -|ftpget|telnetd|nc )",
	"--checkpoint-action=exec|-oproxycommand=",
	NULL,
};

const struct ew_analyser ew_analyser_shell = {
	.name = "shell",
	.about = "commands of sh, cmd.exe and PowerShell where data is expected",
	.gate = gate,
	.bytes = ";|&\n\r`(~-/${'\"\\^",
	.may = ew_shell_may,
	.always = always,
	.wants_folded = true,
	.find = find,
};
