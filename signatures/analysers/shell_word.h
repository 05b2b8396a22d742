/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_SHELL_WORD_H
#define EVENTWALL_SIGNATURES_ANALYSERS_SHELL_WORD_H

/* A word of a command line, between the lexer that reads it and what says which kind of argument it
 * is. */

#include "shell_lexer.h"

enum { SHELL_WORD_ROOM = 96 };

struct shell_word {
	uint8_t s[SHELL_WORD_ROOM]; /* as the shell sees it, lower case, cut where it is longer */
	size_t n, from, to;         /* of `s`; bytes of the text */
	unsigned variables;
	bool quoted, broken, glob, command, escapes, sliced;
};

static inline bool shell_is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline bool shell_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static inline bool shell_word_starts(const struct shell_word *w, const char *part)
{
	return ew_bytes_starts(ew_bytes(w->s, w->n), ew_bytes_str(part));
}

static inline bool shell_word_ends(const struct shell_word *w, const char *part)
{
	size_t n = strlen(part);
	return w->n >= n && memcmp(w->s + w->n - n, part, n) == 0;
}

/* Whether it is a path with wildcards below a folder that every system has, spelt as a riddle:
 * /???/c?t. */
bool ew_shell_word_is_riddle(const struct shell_word *w);

/* Counts `w` among the arguments of `c`, by what it looks like. */
void ew_shell_see(const struct shell_word *w, struct shell_command *c);

/* The same of what only `tool`, which builds use, knows. */
void ew_shell_see_tool(struct ew_bytes tool, const struct shell_word *w, struct shell_command *c);

#endif
