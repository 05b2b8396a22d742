/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_NOSQLI_SCRIPT_H
#define EVENTWALL_SIGNATURES_NOSQLI_SCRIPT_H

#include "signatures/analyser.h"
#include "signatures/seen.h"

/* Operators of MongoDB that change what a condition selects or run code; `w` is without the $. */
bool ew_nosqli_operator(struct ew_bytes w);

/* A view of CouchDB that lists all documents. */
bool ew_nosqli_view(struct ew_bytes w);

/* A word that code begins with where the value is the code, or that follows an operand or a closed string. */
bool ew_nosqli_begins(struct ew_bytes w);
bool ew_nosqli_clause(struct ew_bytes w);

/* The look of the analyser. */
bool ew_nosqli_may(struct ew_bytes text, const struct ew_seen *seen);

/* True: the text, placed in a condition written in JavaScript, Cypher or CQL, becomes part of its code. */
bool ew_nosqli_script(struct ew_bytes text, struct ew_finding *f_r);

#endif
