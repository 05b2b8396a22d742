/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_FILE_H
#define EVENTWALL_SIGNATURES_FILE_H

/* A file that an operator named, read whole. */

#include "eventwall/error.h"

#include <stddef.h>
#include <stdint.h>

/* On the heap, at most 16 MiB; NULL with the error set.  `what` names it in messages: "signature set". */
uint8_t *ew_file_read(const char *path, const char *what, size_t *n_r, struct ew_error *e);

#endif
