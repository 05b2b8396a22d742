/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_NOSQLI_SCRIPT_H
#define EVENTWALL_SIGNATURES_NOSQLI_SCRIPT_H

#include "signatures/analyser.h"

/* Operators of MongoDB that change what a condition selects or run code; `w` is without the $. */
bool ew_nosqli_operator(struct ew_bytes w);

/* True: the text, placed in a condition written in JavaScript, Cypher or CQL, becomes part of its code. */
bool ew_nosqli_script(struct ew_bytes text, struct ew_finding *f_r);

#endif
