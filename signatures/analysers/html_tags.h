/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

#ifndef EVENTWALL_SIGNATURES_ANALYSERS_HTML_TAGS_H
#define EVENTWALL_SIGNATURES_ANALYSERS_HTML_TAGS_H

/* What elements and attributes do. */

#include "html_lexer.h"
#include "signatures/analyser.h"

/* A tag of the text runs, loads or redirects something. */
bool ew_html_tags_run(struct ew_bytes text, bool loose, struct ew_finding *f_r);

/* Name of an attribute: 0: no handler; 1: on and letters; 2: a handler that browsers know. */
int ew_html_handler(struct ew_bytes name);

/* The attribute at hand is onClick={save} of JSX and its kin; {alert(1)} would be a block. */
bool ew_html_braces(const struct ew_html_lexer *l);

/* A style sheet, or the value of style=, that runs script. */
bool ew_html_style_runs(struct ew_bytes css);

#endif
