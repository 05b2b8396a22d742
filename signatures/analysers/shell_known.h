/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_SHELL_KNOWN_H
#define EVENTWALL_SIGNATURES_ANALYSERS_SHELL_KNOWN_H

/* Texts that only an attack on a shell has, wherever they stand in a value, and options that make a
 * program run another one. */

#include "../analyser.h"

/* In a value that is a script, its options are its own. */
bool ew_shell_known(struct ew_bytes text, struct ew_finding *f_r);

#endif
