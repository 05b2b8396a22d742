/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_JSON_LOCATE_H
#define EVENTWALL_JSON_LOCATE_H

/* The line of a value in JSON text, for messages to operators: the library that reads the files keeps
 * no positions.
 *
 * A path is steps of `key`, `.key`, `[3]` and `["odd key"]`:  listen[0].tls.cert  .  A member's line is
 * that of its key, an element's that of its first byte, the line of "" is that of the document. */

#include "eventwall/bytes.h"

/* Lines count from 1.  When the path leads nowhere, the line of the deepest step that was found. */
uint32_t ew_json_line(struct ew_bytes text, const char *path);

/* The lines of the first `n` elements of the array at `path`, in one pass; 0 for those not there. */
void ew_json_lines(struct ew_bytes text, const char *path, uint32_t *lines, size_t n);

#endif
