/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSER_H
#define EVENTWALL_SIGNATURES_ANALYSER_H

/* What a regular expression cannot say: a lexer that decides whether a value, placed where functions place
 * values, would change what is executed.  A signature names one in "operator".
 *
 * An analyser is pure.  It reads each byte a bounded number of times whatever the bytes are, takes no memory,
 * does not recurse, and knows nothing of fields or messages.
 *
 * Most texts never reach it.  One that is plain (plain.h) is shown to it only if one of its `gate` patterns
 * matches, which are scanned together with all other patterns.  Any other text is looked at by `may`, if it
 * holds one of `bytes` or there are none, and shown if one of its `always` patterns matches; an analyser without
 * `may` has gates for all texts.  A gate is free if it has a literal of three bytes or more that is rare, and dear
 * if it has none: that is what `may` is for. */

#include "eventwall/bytes.h"

struct ew_seen;

struct ew_operand {
	struct ew_bytes text;
	bool on_name;   /* the text is the name of a field */
	unsigned which; /* index in `arguments` of the analyser */
	uint32_t limit; /* "limit" of the signature; 0: the analyser's own */
};

/* Why it was found, and by which bytes of the text: [from, to). */
struct ew_finding {
	size_t from, to;
	const char *why; /* static: one phrase, "a tautology behind a closed string" */
};

struct ew_analyser {
	const char *name;
	const char *about; /* one sentence, for lists and the manual */
	/* Patterns of the engine, case ignored, DOTALL; NULL at the end.  Whatever `find` accepts, or with `may`
	 * whatever plain text it accepts, one of them or of `always` matches; they seldom match harmless text. */
	const char *const *gate;
	/* NULL, or what a text has that `find` accepts and that is not plain: a match of one of the patterns of
	 * `always` (NULL: none), which are words that are rare; or one of `bytes` (NULL: any text has), and a look
	 * that is true of it.  None of these is a letter or a digit, and `seen` tells which ones the text
	 * holds (seen.h).  The look takes some nanoseconds for most texts that it is asked about. */
	const char *bytes;
	bool (*may)(struct ew_bytes text, const struct ew_seen *seen);
	const char *const *always;
	/* What "argument" of a signature may be; NULL at the end.  NULL: it takes none. */
	const char *const *arguments;
	bool takes_limit;
	bool wants_folded; /* also asked about the folded view (view.h), where that differs */
	/* True: `*f_r` says what; else it is untouched. */
	bool (*find)(const struct ew_operand *o, struct ew_finding *f_r);
};

extern const struct ew_analyser ew_analyser_code, ew_analyser_graphql, ew_analyser_html, ew_analyser_ldap,
	ew_analyser_nosqli, ew_analyser_path, ew_analyser_prompt, ew_analyser_serialized, ew_analyser_shell,
	ew_analyser_sqli, ew_analyser_template, ew_analyser_url, ew_analyser_xpath, ew_analyser_xxe;

/* NULL: there is none of that name. */
const struct ew_analyser *ew_analyser_named(const char *name);

/* All of them by name; NULL past the last.  There are at most 32. */
const struct ew_analyser *ew_analyser_at(size_t i);

/* Does an analyser with `may` want to see `text`, which is not plain? */
bool ew_analyser_looks(const struct ew_analyser *a, struct ew_bytes text);

/* Gate `i` of those for plain text, or for any other; NULL past the last. */
const char *ew_analyser_gate(const struct ew_analyser *a, size_t i, bool plain);

/* How many gates all of them have together. */
size_t ew_analyser_gates(void);

#endif
