/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_SHELL_WEIGHT_H
#define EVENTWALL_SIGNATURES_ANALYSERS_SHELL_WEIGHT_H

/* How much a command looks like an attack, and how much the text before it looks like data that
 * ended. */

#include "shell_lexer.h"

/* Where a command stands, by what is before it; in the order of what it takes to be found there. */
enum shell_place {
	BEHIND_NOTHING,  /* a separator begins the text, or a closing quote or bracket and a
			    separator */
	BEHIND_DATA,     /* 10.0.0.1; */
	BEHIND_QUOTE,    /* x"; */
	BEHIND_WORD,     /* name; */
	BEHIND_WORDS,    /* John Smith; */
	BEHIND_PROSE,    /* many words */
	BEHIND_COMMAND,  /* make && */
	BEHIND_DOCUMENT, /* many lines */
};

enum shell_weight {
	NO_WEIGHT,
	COMPLETE,  /* a word that is a command, and nothing with it: date */
	TELLING,   /* the same of one that is no noun: id, ls */
	PLAUSIBLE, /* with an argument that prose has not */
	SENSITIVE, /* what it does harms */
	DECISIVE,  /* nobody has reason to send it */
};

static inline bool shell_is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

static inline bool shell_is_one_of(uint8_t c, const char *set)
{
	return c && strchr(set, c);
}

/* Whether it has no arguments. */
bool ew_shell_is_complete(const struct shell_command *c);

enum shell_weight ew_shell_weigh(const struct shell_command *c);

/* Of one whose output takes the place of data: $(x). */
enum shell_weight ew_shell_weigh_inside(const struct shell_command *c);

/* Of a tool that builds use. */
enum shell_weight ew_shell_weigh_tool(const struct shell_command *c);

/* Of what begins at `from` with a word of the shell: trap, case, for; it reads the next 120 bytes
 * or so. */
enum shell_weight ew_shell_weigh_construct(struct ew_bytes t, size_t from);

/* How `t`, the text before the first separator, would be read; its first 4 KiB count. */
enum shell_place ew_shell_place_behind(struct ew_bytes t);

/* Whether its first word (of the first 256 bytes) is one that only a person's shell, a build or a
 * file of one begins with.
 */
bool ew_shell_begins_script(struct ew_bytes t);

/* Whether a command that stands alone has something in its first `to` bytes of which it needs one
 * to be found. */
bool ew_shell_shows_reason(struct ew_bytes t, size_t to);

/* Names of columns and of fields: behind them "; id" goes on with the list. */
bool ew_shell_is_column(struct ew_bytes w);

#endif
