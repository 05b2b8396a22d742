/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_PATTERN_H
#define EVENTWALL_SIGNATURES_PATTERN_H

/* A pattern taken apart as far as those need it who rewrite it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ew_token_sort {
	EW_TOKEN_ATOM,       /* matches one byte, or is \Q...\E, or has no width, as \b */
	EW_TOKEN_OPEN,
	EW_TOKEN_CLOSE,
	EW_TOKEN_BAR,
	EW_TOKEN_REPEAT,     /* also the mark behind one that makes it lazy */
	EW_TOKEN_NOTHING,    /* a comment, or options */
	EW_TOKEN_START,      /* ^ */
	EW_TOKEN_START_HARD, /* \A */
	EW_TOKEN_END,        /* $ and \Z */
	EW_TOKEN_END_HARD,   /* \z */
};

struct ew_token {
	enum ew_token_sort sort;
	size_t at, len; /* in the pattern */
	size_t group;   /* index of the OPEN around it, EW_TOKEN_NONE at the top */
	size_t mate;    /* OPEN: its CLOSE */
};

#define EW_TOKEN_NONE SIZE_MAX

/* Take `pattern`, which the engine accepts, apart into `t`, which has room for as many as it has bytes.  How
 * many there are; EW_TOKEN_NONE: it holds something that cannot be rewritten, which `*why_r` tells. */
size_t ew_pattern_split(const char *pattern, struct ew_token *t, bool *multiline, const char **why_r);

#endif
