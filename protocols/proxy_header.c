/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The PROXY protocol, sections 2.1 (a line of text) and 2.2 (binary) of doc/proxy-protocol.txt.
 *
 * Stricter than it asks for: one space between words, addresses and ports without leading zeros, extensions (TLV)
 * that fill their room exactly, a checksum that fits where there is one.  What is skipped is skipped by the
 * length that was told, so nothing in it is ever taken for the first bytes of the stream. */

#include "eventwall/checksum.h"
#include "eventwall/proxy_header.h"

#include <stdio.h>

#define V1_LINE_MOST 107 /* with its CRLF */
#define V2_FIXED 16
#define TLV_CRC32C 0x03

static const uint8_t v2_signature[12] = { '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n' };

static struct ew_parse bad(enum ew_status status, const char *reason)
{
	return (struct ew_parse){ .status = status, .reason = reason };
}

static struct ew_parse more(size_t want)
{
	return (struct ew_parse){ .status = EW_MORE, .want = want };
}

/* Is `in` as far as it goes the beginning of `whole`? */
static bool begins(struct ew_bytes in, struct ew_bytes whole)
{
	return memcmp(in.p, whole.p, in.n < whole.n ? in.n : whole.n) == 0;
}

/* The next word of a line, up to a space or the end; the space is taken. */
static struct ew_bytes take_word(struct ew_bytes *line)
{
	const uint8_t *space = line->n ? memchr(line->p, ' ', line->n) : NULL;
	struct ew_bytes word = ew_bytes(line->p, space ? (size_t)(space - line->p) : line->n);

	*line = ew_bytes_from(*line, space ? word.n + 1 : word.n);
	return word;
}

static bool read_port(struct ew_bytes word, uint16_t *port_r)
{
	uint64_t v;

	if (word.n > 5 || !ew_bytes_u64(word, &v) || v > 65535 || (word.n > 1 && word.p[0] == '0'))
		return false;
	*port_r = (uint16_t)v;
	return true;
}

/* What stands between "PROXY " and CRLF. */
static bool read_line(struct ew_bytes line, struct ew_proxy_header *h)
{
	struct ew_bytes all = line, family = take_word(&line);
	bool v4 = ew_bytes_eq(family, EW_LIT("TCP4"));

	if (ew_bytes_eq(family, EW_LIT("UNKNOWN")))
		return true; /* whatever follows is to be ignored */
	if (!v4 && !ew_bytes_eq(family, EW_LIT("TCP6")))
		return false;
	bool (*read)(struct ew_bytes, uint8_t *) = v4 ? ew_address_v4 : ew_address_v6;
	if (!read(take_word(&line), h->source) || !read(take_word(&line), h->destination) ||
	    !read_port(take_word(&line), &h->source_port) || !read_port(line, &h->destination_port))
		return false;
	h->known = true;
	return all.p[all.n - 1] != ' ';
}

static struct ew_parse read_v1(struct ew_bytes in, struct ew_proxy_header *h)
{
	size_t i;

	if (!begins(in, EW_LIT("PROXY ")))
		return bad(EW_MALFORMED, "proxy.none");
	for (i = 0; i < in.n && in.p[i] >= ' ' && in.p[i] <= '~'; i++)
		if (i >= V1_LINE_MOST - 2)
			return bad(EW_OVERSIZE, "proxy.line");
	if (i == in.n)
		return more(0);
	if (in.p[i] != '\r')
		return bad(EW_MALFORMED, "proxy.line");
	if (i + 1 == in.n)
		return more(i + 2);
	if (in.p[i + 1] != '\n' || !read_line(ew_bytes_from(ew_bytes(in.p, i), 6), h))
		return bad(EW_MALFORMED, "proxy.line");
	return (struct ew_parse){ .status = EW_OK, .consumed = i + 2 };
}

/* The checksum of all of the header with its own four bytes, at `at`, as zeros. */
static bool sum_fits(struct ew_bytes header, size_t at)
{
	uint8_t copy[EW_PROXY_HEADER_MOST];
	struct ew_reader r = ew_reader(ew_bytes_from(header, at));

	memcpy(copy, header.p, header.n);
	memset(copy + at, 0, 4);
	return ew_crc32c(ew_bytes(copy, header.n)) == ew_read_be32(&r);
}

/* Extensions, from offset `at` of the header to its end. */
static bool read_tlvs(struct ew_bytes header, size_t at)
{
	struct ew_reader r = ew_reader(ew_bytes_from(header, at));
	size_t sum = 0;

	while (r.n) {
		uint8_t type = ew_read_u8(&r);
		struct ew_bytes value = ew_read_bytes(&r, ew_read_be16(&r));
		if (r.short_read)
			return false;
		if (type == TLV_CRC32C) {
			if (value.n != 4 || sum)
				return false;
			sum = (size_t)(value.p - header.p);
		}
	}
	return sum == 0 || sum_fits(header, sum);
}

static void read_endpoints(struct ew_bytes header, bool v4, struct ew_proxy_header *h)
{
	struct ew_reader r = ew_reader(ew_bytes_from(header, V2_FIXED));
	size_t from = v4 ? 12 : 0;

	if (v4) {
		h->source[10] = h->source[11] = 0xff;
		h->destination[10] = h->destination[11] = 0xff;
	}
	memcpy(h->source + from, ew_read_bytes(&r, 16 - from).p, 16 - from);
	memcpy(h->destination + from, ew_read_bytes(&r, 16 - from).p, 16 - from);
	h->source_port = ew_read_be16(&r);
	h->destination_port = ew_read_be16(&r);
	h->known = true;
}

static struct ew_parse read_v2(struct ew_bytes in, struct ew_proxy_header *h)
{
	if (!begins(in, ew_bytes(v2_signature, sizeof(v2_signature))))
		return bad(EW_MALFORMED, "proxy.none");
	if (in.n > 12 && in.p[12] >> 4 != 2)
		return bad(EW_UNSUPPORTED, "proxy.version");
	if (in.n > 12 && (in.p[12] & 15) > 1)
		return bad(EW_MALFORMED, "proxy.command");
	if (in.n < V2_FIXED)
		return more(V2_FIXED);
	bool local = in.p[12] == 0x20;
	uint8_t family = in.p[13];
	size_t size = V2_FIXED + ((size_t)in.p[14] << 8 | in.p[15]);
	size_t addresses = family == 0x11 ? 12 : family == 0x21 ? 36 : family == 0x31 ? 216 : 0;

	if (!local && (family >> 4 > 3 || (family & 15) > 2 || ((family & 15) == 0) != (family >> 4 == 0)))
		return bad(EW_MALFORMED, "proxy.family");
	if (!local && (family & 15) == 2)
		return bad(EW_UNSUPPORTED, "proxy.family");
	if (!local && size - V2_FIXED < addresses)
		return bad(EW_MALFORMED, "proxy.length");
	if (size > EW_PROXY_HEADER_MOST)
		return bad(EW_OVERSIZE, "proxy.length");
	if (in.n < size)
		return more(size);
	struct ew_bytes header = ew_bytes(in.p, size);
	/* Of its own connections a balancer says nothing: the rest is skipped, whatever it is. */
	if (!local && family && !read_tlvs(header, V2_FIXED + addresses))
		return bad(EW_MALFORMED, "proxy.tlv");
	if (!local && (family == 0x11 || family == 0x21))
		read_endpoints(header, family == 0x11, h);
	return (struct ew_parse){ .status = EW_OK, .consumed = size };
}

struct ew_parse ew_proxy_header_read(struct ew_bytes in, struct ew_proxy_header *h)
{
	*h = (struct ew_proxy_header){ 0 };
	if (in.n == 0)
		return more(0);
	struct ew_parse r = in.p[0] == v2_signature[0] ? read_v2(in, h) : read_v1(in, h);
	if (r.status != EW_OK)
		*h = (struct ew_proxy_header){ 0 };
	return r;
}

static size_t write_v1(uint8_t *out, const struct ew_proxy_header *h, bool v4)
{
	char source[EW_ADDRESS_TEXT], destination[EW_ADDRESS_TEXT], line[EW_PROXY_HEADER_WRITTEN + 1];
	int n;

	if (!h->known) {
		n = snprintf(line, sizeof(line), "PROXY UNKNOWN\r\n");
	} else {
		ew_address_write(h->source, source);
		ew_address_write(h->destination, destination);
		/* Both have one family: an IPv4 address beside an IPv6 one is written as the latter. */
		n = snprintf(line, sizeof(line), "PROXY %s %s%s %s%s %u %u\r\n", v4 ? "TCP4" : "TCP6",
		             !v4 && ew_address_is_v4(h->source) ? "::ffff:" : "", source,
		             !v4 && ew_address_is_v4(h->destination) ? "::ffff:" : "", destination,
		             h->source_port, h->destination_port);
	}
	memcpy(out, line, (size_t)n);
	return (size_t)n;
}

static size_t put(uint8_t *out, size_t at, const void *p, size_t n)
{
	memcpy(out + at, p, n);
	return at + n;
}

static size_t write_v2(uint8_t *out, const struct ew_proxy_header *h, bool v4)
{
	size_t from = v4 ? 12 : 0, n = put(out, 0, v2_signature, sizeof(v2_signature));
	uint8_t ports[4] = { (uint8_t)(h->source_port >> 8), (uint8_t)h->source_port,
		             (uint8_t)(h->destination_port >> 8), (uint8_t)h->destination_port };
	uint8_t fixed[4] = { h->known ? 0x21 : 0x20, !h->known ? 0 : v4 ? 0x11 : 0x21, 0,
		             !h->known ? 0 : v4 ? 12 : 36 };

	n = put(out, n, fixed, 4);
	if (!h->known)
		return n;
	n = put(out, n, h->source + from, 16 - from);
	n = put(out, n, h->destination + from, 16 - from);
	return put(out, n, ports, 4);
}

size_t ew_proxy_header_write(uint8_t out[EW_PROXY_HEADER_WRITTEN], const struct ew_proxy_header *h,
                             unsigned version)
{
	bool v4 = ew_address_is_v4(h->source) && ew_address_is_v4(h->destination);

	return version == 1 ? write_v1(out, h, v4) : write_v2(out, h, v4);
}
