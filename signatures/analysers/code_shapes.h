/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_CODE_SHAPES_H
#define EVENTWALL_SIGNATURES_ANALYSERS_CODE_SHAPES_H

/* The shapes of calls that code.c looks for; it alone includes this. */

#include <stddef.h>

enum kind {
	ALWAYS, /* wherever it stands */
	PLACED, /* where the value is it, or something is closed before */
};

enum argument {
	ANY,     /* nothing has to follow but one of `near` */
	LITERAL, /* ( and a string, or a number, or a value of the request */
	EMPTY,   /* () */
	AT_ONCE, /* one of `near`, and nothing between */
	STRING,  /* a string, with or without ( */
	CALL,    /* ( */
};

struct shape {
	const char *word; /* lower case */
	enum kind kind;
	enum argument argument;
	const char *near[8]; /* one of these follows; none: nothing has to */
	const char *why;
};

static const char php[] = "code of PHP";
static const char js[] = "code of JavaScript that reaches the process";
static const char py[] = "code of Python that reaches the system";
static const char rb[] = "code that starts a process";
static const char java[] = "code of Java that starts a process";
static const char net[] = "code of Windows that starts a process or fetches one";
static const char eval[] = "code made from text and run";
static const char wrapper[] = "a wrapper of PHP that reads or runs";

#define OS_MODULES                                                                                 \
	"'os'", "\"os\"", "'subprocess'", "\"subprocess\"", "'pty'", "'socket'", "'builtins'",     \
		"\"pty\""

/* In the order of strcmp(); words are matched where they begin. */
static const struct shape shapes[] = {
#include "code_shapes.def"
};

#endif
