/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_CODE_FORMULA_H
#define EVENTWALL_SIGNATURES_ANALYSERS_CODE_FORMULA_H

#include "signatures/analyser.h"

/* True: the text is a formula of a spreadsheet that starts a program or tells a host what cells hold. */
bool ew_code_formula(struct ew_bytes text, struct ew_finding *f_r);

#endif
