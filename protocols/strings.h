/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_STRINGS_H
#define EVENTWALL_PROTOCOLS_STRINGS_H

#include "eventwall/protocol.h"

/* Is the value, 32 bytes or more, no text?  More than one byte in eight begins no character of ASCII or UTF-8,
 * or is a control but a blank or a line end.  A large value is judged by 64 pieces of it. */
bool ew_value_is_noise(struct ew_bytes v);

/* Characters that a run of text in it must have to count: 6, and more in noise, where chance makes runs. */
size_t ew_run_least(struct ew_bytes v);

/* Is it a run of text within such a value? */
bool ew_is_run(const struct ew_field *f);

#endif
