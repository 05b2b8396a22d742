/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_ADDRESS_H
#define EVENTWALL_ADDRESS_H

/* Addresses of peers: 16 bytes each, an IPv4 one as ::ffff:a.b.c.d, so that it is the same one however it came.
 *
 * Text is read strictly: what one reader takes for octal, another for decimal and a third for the name of a
 * host has no place where trust is decided. */

#include "eventwall/bytes.h"

#define EW_ADDRESS_TEXT 46 /* with the NUL */

/* Four decimal numbers without leading zeros. */
EW_MUSTCHECK bool ew_address_v4(struct ew_bytes text, uint8_t out[16]);

/* RFC 4291, 2.2, without brackets and without a zone. */
EW_MUSTCHECK bool ew_address_v6(struct ew_bytes text, uint8_t out[16]);

bool ew_address_is_v4(const uint8_t a[16]);

/* As RFC 5952 says, an IPv4 address as its four numbers; with a NUL.  Answers the length. */
size_t ew_address_write(const uint8_t a[16], char out[EW_ADDRESS_TEXT]);

struct ew_network {
	uint8_t address[16];
	uint8_t bits; /* of the 16 bytes that decide; behind them all are 0 */
};

/* An address, or one with `/` and a number of bits.  False: it is none, or bits behind those that decide are
 * set: whoever wrote 10.1.2.3/8 meant something else. */
EW_MUSTCHECK bool ew_network_parse(struct ew_bytes text, struct ew_network *out);

bool ew_network_has(const struct ew_network *net, const uint8_t a[16]);

#endif
