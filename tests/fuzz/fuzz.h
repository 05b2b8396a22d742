/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_FUZZ_H
#define EVENTWALL_TESTS_FUZZ_H

/* A driver defines this.  It must not keep state between calls, and calls abort() when a property
 * breaks. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
