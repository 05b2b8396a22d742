/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROXY_HEADER_H
#define EVENTWALL_PROXY_HEADER_H

/* The PROXY protocol, versions 1 and 2 (HAProxy, doc/proxy-protocol.txt): what a balancer says of a client before
 * the first byte of the stream.
 *
 * It is an assertion of whoever opened the connection, so it is read from peers that are trusted only, and from
 * these it is asked for: a listener that takes both forms, with and without, lets every client say who it is. */

#include "eventwall/address.h"
#include "eventwall/protocol.h"

#define EW_PROXY_HEADER_MOST 4096 /* bytes of a header that is read: certificates travel in it */
#define EW_PROXY_HEADER_WRITTEN 107 /* at most, of one that we write */

struct ew_proxy_header {
	/* False: it tells no address of TCP (a health check of the balancer itself, UNKNOWN, a UNIX socket); the
	 * client is whoever opened the connection. */
	bool known;
	uint8_t source[16], destination[16];
	uint16_t source_port, destination_port;
};

/* Read a header at the start of `in`, of either version.  EW_OK, EW_MORE, or bad: EW_MALFORMED, EW_OVERSIZE, or
 * EW_UNSUPPORTED for what a stream cannot be (datagrams, later versions). */
struct ew_parse ew_proxy_header_read(struct ew_bytes in, struct ew_proxy_header *h);

/* Write one of version 1 or 2; without known addresses it says UNKNOWN or LOCAL.  Answers the length. */
size_t ew_proxy_header_write(uint8_t out[EW_PROXY_HEADER_WRITTEN], const struct ew_proxy_header *h,
                             unsigned version);

#endif
