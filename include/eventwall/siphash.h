/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIPHASH_H
#define EVENTWALL_SIPHASH_H

/* SipHash-2-4: a keyed 64 bit checksum that nobody without the key can make. */

#include "eventwall/bytes.h"

enum { EW_SIPHASH_KEY = 16 };

uint64_t ew_siphash(const uint8_t key[EW_SIPHASH_KEY], struct ew_bytes text);

#endif
