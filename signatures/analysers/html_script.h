/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_HTML_SCRIPT_H
#define EVENTWALL_SIGNATURES_ANALYSERS_HTML_SCRIPT_H

/* JavaScript of a browser: calls that no harmless text makes, and code that leaves the string it was put in. */

#include "signatures/analyser.h"

/* Behind the scheme of script (javascript: and its kin), which begins at `i` but for blanks, controls and
 * entities in and before it; 0: there is none.  `*sure_r`: it counts whatever follows. */
size_t ew_script_scheme(struct ew_bytes text, size_t i, bool *sure_r);

/* The code point of the reference at `i` (its &), `*next_r` behind it; 0: it is none that hides a scheme. */
uint32_t ew_script_reference(struct ew_bytes text, size_t i, size_t *next_r);

/* What follows the scheme of script does something: void(0), history.back() and words alone do not. */
bool ew_script_does(struct ew_bytes code);

/* A call, an assignment, a jump: text that is more than a word or a number.  At most the first 256 bytes. */
bool ew_script_like(struct ew_bytes code);

/* Somewhere in the text something is called that shows or runs or sends.  At most the first 512 bytes. */
bool ew_script_calls(struct ew_bytes code);

/* Anywhere in the text: a call as only a probe makes it (alert(1), eval(atob(...)), top["al"+"ert"]). */
bool ew_script_probe(struct ew_bytes text, struct ew_finding *f_r);

/* A quote, then an operator, then a call. */
bool ew_script_leaves_string(struct ew_bytes text, struct ew_finding *f_r);

/* Nothing but brackets, !, + and their kin, in such number and with such calls that it is a program. */
bool ew_script_brackets(struct ew_bytes text, struct ew_finding *f_r);

#endif
