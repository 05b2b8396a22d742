/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_CHECKSUM_H
#define EVENTWALL_CHECKSUM_H

/* Checksums that formats carry.  They tell damage, not intent: whoever writes a message can make them right. */

#include "eventwall/bytes.h"

/* CRC-32C (Castagnoli; RFC 3720, appendix B.4): Kafka batches, framed snappy. */
uint32_t ew_crc32c(struct ew_bytes b);

/* xxHash with 32 bits and seed 0: lz4 frames. */
uint32_t ew_xxh32(struct ew_bytes b);

#endif
