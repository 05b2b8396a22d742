/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_HTML_CODE_H
#define EVENTWALL_SIGNATURES_ANALYSERS_HTML_CODE_H

/* The words of JavaScript that matter, and what stands around them.  For html_script.c and html_probe.c. */

#include "html_lexer.h"
#include "signatures/words.h"

enum {
	EW_CODE_REACH = 80,   /* bytes that are read around a word */
	EW_CODE_LONGEST = 18, /* bytes of a word */
};

enum ew_code_kind {
	EW_CODE_DIALOG,  /* shows something */
	EW_CODE_RUN,     /* takes text as a program */
	EW_CODE_SEND,    /* speaks to the network, or writes the page */
	EW_CODE_OBJECT,  /* a part of the browser */
	EW_CODE_PLACE,   /* location */
	EW_CODE_CHARS,   /* makes text of numbers */
	EW_CODE_MAKER,   /* constructor */
	EW_CODE_HANDLER, /* onerror */
	EW_CODE_WRITE,   /* innerHTML and its kin */
};

struct ew_code_word {
	struct ew_bytes text; /* all of it */
	size_t from, to;      /* the word */
	size_t next;          /* the first byte behind that is no blank and no comment */
	enum ew_code_kind kind;
	bool print; /* the dialog that is a function of every language */
};

/* The next word of the table at or after `*i` and before `end`; `*i` moves behind it. */
bool ew_code_next(struct ew_bytes text, size_t *i, size_t end, struct ew_code_word *w_r);

/* Is `word`, which is a whole one, in the table? */
bool ew_code_known(struct ew_bytes word, enum ew_code_kind *kind_r);

/* Behind blanks, comments, and the ?. of an optional call; at most the end of the text. */
size_t ew_code_skip(struct ew_bytes text, size_t i);

/* `lower`, without regard to case: at `i`; within [from, to). */
bool ew_code_starts(struct ew_bytes text, size_t i, const char *lower);
bool ew_code_holds(struct ew_bytes text, size_t from, size_t to, const char *lower);

/* Behind the bracket or ` at `i`: text that is a program. */
bool ew_code_runs(struct ew_bytes text, size_t i);

static inline uint8_t ew_code_at(struct ew_bytes t, size_t i)
{
	return i < t.n ? t.p[i] : 0;
}

static inline bool ew_code_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static inline bool ew_code_letter(uint8_t c)
{
	return ew_word_byte(c) || c == '$';
}

#endif
