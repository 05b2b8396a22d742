/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* proxy_header.c: both versions, read from every prefix at a guard page, and written. */

#include "eventwall/checksum.h"
#include "eventwall/proxy_header.h"
#include "guard.h"
#include "tap.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

struct whole {
	size_t size; /* of the header in front of what else there is */
};

/* Short of the header it asks for more, and for no more than there is; past it the answer stays. */
static bool prefix_is_right(void *arg, struct ew_bytes prefix)
{
	const struct whole *w = arg;
	struct ew_proxy_header h;
	struct ew_parse r = ew_proxy_header_read(prefix, &h);

	if (prefix.n < w->size)
		return r.status == EW_MORE && r.consumed == 0 && !h.known && r.want <= w->size &&
		       (r.want == 0 || r.want > prefix.n);
	return r.status == EW_OK && r.consumed == w->size;
}

static bool read_all(struct ew_bytes header, struct ew_proxy_header *h)
{
	uint8_t with_tail[EW_PROXY_HEADER_MOST + 8];
	struct whole w = { header.n };

	memcpy(with_tail, header.p, header.n);
	memcpy(with_tail + header.n, "\x10\x0cPROXY \r", 8);
	return each_prefix(ew_bytes(with_tail, header.n + 8), prefix_is_right, &w) &&
	       ew_proxy_header_read(header, h).status == EW_OK;
}

static bool is_from(const struct ew_proxy_header *h, const char *source, unsigned port, const char *destination,
                    unsigned to_port)
{
	char a[EW_ADDRESS_TEXT], b[EW_ADDRESS_TEXT];

	ew_address_write(h->source, a);
	ew_address_write(h->destination, b);
	return h->known && !strcmp(a, source) && !strcmp(b, destination) && h->source_port == port &&
	       h->destination_port == to_port;
}

static void test_lines(void)
{
	struct ew_proxy_header h;

	ok(read_all(EW_LIT("PROXY TCP4 198.51.100.7 203.0.113.9 56324 1883\r\n"), &h) &&
	   is_from(&h, "198.51.100.7", 56324, "203.0.113.9", 1883), "a line of IPv4");
	ok(read_all(EW_LIT("PROXY TCP6 2001:db8::7 2001:DB8::9 0 65535\r\n"), &h) &&
	   is_from(&h, "2001:db8::7", 0, "2001:db8::9", 65535), "a line of IPv6");
	ok(read_all(EW_LIT("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
	                   "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"), &h) &&
	   h.known, "the longest");
	ok(read_all(EW_LIT("PROXY UNKNOWN\r\n"), &h) && !h.known, "a line without addresses");
	ok(read_all(EW_LIT("PROXY UNKNOWN ffff::1 whatever 0 99999\r\n"), &h) && !h.known,
	   "what stands behind UNKNOWN counts for nothing");
}

static void test_bad_lines(void)
{
	static const char *const lines[] = {
		"\n", " PROXY TCP4", "proxy TCP4", "PROXY\tTCP4", "GET / HTTP/1.1\r\n", "\x10\x0c", "PROXY \r\n",
		"PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n", "PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n",
		"PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n",
		"PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\rX",
		"PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 \r\n",
		"PROXY TCP4 1.2.3.4 1.2.3.4\r\n", "PROXY TCP4 1.2.3.4\r\n", "PROXY TCP4\r\n", "PROXY TCP4 \r\n",
		"PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n",
		"PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n", "PROXY TCP4 01.2.3.4 1.2.3.4 1 2\r\n",
		"PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
		"PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n",
		"PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n", "PROXY unknown\r\n", "PROXY UNKNOWN2\r\n", "PROXY UNKNOWN\n",
		"PROXY TCP4 1.2.3.4 1.2.3.4 1 2\x80\r\n", "PROXY UNKNOWN a\tb\r\n",
	};
	struct ew_proxy_header h;
	uint8_t line[200];

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct ew_bytes g = guard_put(ew_bytes_str(lines[i]));
		struct ew_parse r = ew_proxy_header_read(g, &h);
		ok(r.status == EW_MALFORMED && r.reason && r.consumed == 0 && !h.known, "no line: %zu", i);
		guard_drop(g);
	}
	memset(line, 'x', sizeof(line));
	memcpy(line, "PROXY UNKNOWN ", 14);
	memcpy(line + 105, "\r\n", 2);
	is_int(ew_proxy_header_read(ew_bytes(line, 107), &h).status, EW_OK, "a line of 107 bytes");
	memcpy(line + 105, "x\r\n", 3);
	is_int(ew_proxy_header_read(ew_bytes(line, 108), &h).status, EW_OVERSIZE, "is the longest");
	is_int(ew_proxy_header_read(ew_bytes(line, 105), &h).status, EW_MORE, "it is not known before");
	is_int(ew_proxy_header_read(ew_bytes(line, 106), &h).status, EW_OVERSIZE, "and as soon as it can be");
}

/* A header of version 2 in `out`. */
static struct ew_bytes binary(uint8_t *out, unsigned command, unsigned family, const void *rest, size_t n)
{
	memcpy(out, SIGNATURE, 12);
	out[12] = (uint8_t)command;
	out[13] = (uint8_t)family;
	out[14] = (uint8_t)(n >> 8);
	out[15] = (uint8_t)n;
	if (n)
		memcpy(out + 16, rest, n);
	return ew_bytes(out, 16 + n);
}

static void test_binary(void)
{
	static const uint8_t v4[] = "\xc6\x33\x64\x07\xcb\x00\x71\x09\xdc\x04\x07\x5b";
	static const uint8_t tlv[] = "\xc6\x33\x64\x07\xcb\x00\x71\x09\xdc\x04\x07\x5b\x04\x00\x03pad\xea\x00\x00";
	static const uint8_t v6[36] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 7, 0x20, 0x01, 0x0d, 0xb8, [31] = 9,
		                        0xdc, 0x04, 0x07, 0x5b };
	static const uint8_t unix_names[216] = "/run/a";
	uint8_t out[EW_PROXY_HEADER_MOST];
	struct ew_proxy_header h;

	ok(read_all(binary(out, 0x21, 0x11, v4, 12), &h) &&
	   is_from(&h, "198.51.100.7", 56324, "203.0.113.9", 1883), "IPv4");
	ok(read_all(binary(out, 0x21, 0x21, v6, 36), &h) &&
	   is_from(&h, "2001:db8::7", 56324, "2001:db8::9", 1883), "IPv6");
	ok(read_all(binary(out, 0x21, 0x11, tlv, sizeof(tlv) - 1), &h) &&
	   is_from(&h, "198.51.100.7", 56324, "203.0.113.9", 1883), "extensions are skipped");
	ok(read_all(binary(out, 0x21, 0x31, unix_names, 216), &h) && !h.known, "UNIX sockets");
	ok(read_all(binary(out, 0x21, 0x00, NULL, 0), &h) && !h.known, "unspecified");
	ok(read_all(binary(out, 0x21, 0x00, "\xff\xff\xff", 3), &h) && !h.known, "unspecified, with something");
	ok(read_all(binary(out, 0x20, 0x00, NULL, 0), &h) && !h.known, "local");
	ok(read_all(binary(out, 0x20, 0x11, v4, 12), &h) && !h.known,
	   "local, with addresses that count for nothing");
	ok(read_all(binary(out, 0x20, 0xff, v4, 5), &h) && !h.known, "local, with anything");
}

static void test_checksums(void)
{
	uint8_t rest[12 + 7 + 7] = "\xc6\x33\x64\x07\xcb\x00\x71\x09\xdc\x04\x07\x5b"
	                           "\x03\x00\x04\0\0\0\0\x03\x00\x04";
	uint8_t out[EW_PROXY_HEADER_MOST];
	struct ew_proxy_header h;
	struct ew_bytes header = binary(out, 0x21, 0x11, rest, 19);
	uint32_t sum = ew_crc32c(header);

	for (int i = 0; i < 4; i++)
		out[31 + i] = (uint8_t)(sum >> (24 - 8 * i));
	ok(read_all(header, &h) && h.known, "a checksum that fits");
	out[16] ^= 1;
	is_int(ew_proxy_header_read(header, &h).status, EW_MALFORMED, "and one that does not");
	is_int(ew_proxy_header_read(binary(out, 0x21, 0x11, rest, 26), &h).status, EW_MALFORMED, "two of them");
	rest[14] = 3;
	is_int(ew_proxy_header_read(binary(out, 0x21, 0x11, rest, 18), &h).status, EW_MALFORMED,
	       "one of three bytes");
}

static void test_bad_binary(void)
{
	static const struct {
		unsigned command, family;
		size_t n;
		enum ew_status want;
	} rows[] = {
		{ 0x22, 0x11, 12, EW_MALFORMED },   { 0x2f, 0x11, 12, EW_MALFORMED },
		{ 0x11, 0x11, 12, EW_UNSUPPORTED }, { 0x31, 0x11, 12, EW_UNSUPPORTED },
		{ 0x21, 0x12, 12, EW_UNSUPPORTED }, { 0x21, 0x22, 36, EW_UNSUPPORTED },
		{ 0x21, 0x32, 216, EW_UNSUPPORTED }, { 0x21, 0x13, 12, EW_MALFORMED },
		{ 0x21, 0x41, 12, EW_MALFORMED },   { 0x21, 0x01, 12, EW_MALFORMED },
		{ 0x21, 0x10, 12, EW_MALFORMED },   { 0x21, 0x11, 11, EW_MALFORMED },
		{ 0x21, 0x11, 0, EW_MALFORMED },    { 0x21, 0x21, 35, EW_MALFORMED },
		{ 0x21, 0x31, 215, EW_MALFORMED },  { 0x21, 0x11, 13, EW_MALFORMED },
		{ 0x21, 0x11, 14, EW_MALFORMED },   { 0x21, 0x11, 16, EW_MALFORMED },
		{ 0x21, 0x11, 4080, EW_OK },        { 0x21, 0x11, 4081, EW_OVERSIZE },
		{ 0x20, 0x00, 4081, EW_OVERSIZE },  { 0x20, 0x00, 65535, EW_OVERSIZE },
	};
	static uint8_t rest[65535], out[65551];
	struct ew_proxy_header h;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* One extension as long as there is room for, or, in one row, longer. */
		size_t room = rows[i].n > 15 ? rows[i].n - 15 + (rows[i].n == 16) : 0;
		rest[12] = 0xea;
		rest[13] = (uint8_t)(room >> 8);
		rest[14] = (uint8_t)room;
		struct ew_bytes g = guard_put(binary(out, rows[i].command, rows[i].family, rest, rows[i].n));
		struct ew_parse r = ew_proxy_header_read(g, &h);
		ok(r.status == rows[i].want && (r.status == EW_OK) == h.known,
		   "command %02x, family %02x, %zu bytes: %s",
		   rows[i].command, rows[i].family, rows[i].n, ew_status_name(r.status));
		/* What cannot become good is told by its first sixteen bytes: nothing is gathered for it. */
		if (rows[i].want == EW_OVERSIZE || rows[i].want == EW_UNSUPPORTED)
			ok(ew_proxy_header_read(ew_bytes(g.p, 16), &h).status == rows[i].want, "at once");
		guard_drop(g);
	}
	for (size_t n = 0; n < 12; n++) {
		binary(out, 0x20, 0, NULL, 0);
		out[n] ^= 0x20;
		ok(ew_proxy_header_read(ew_bytes(out, 16), &h).status == EW_MALFORMED &&
		   ew_proxy_header_read(ew_bytes(out, n + 1), &h).status == EW_MALFORMED, "byte %zu is another", n);
	}
}

static void test_written(void)
{
	static const char *const pairs[][2] = {
		{ "198.51.100.7", "203.0.113.9" },
		{ "2001:db8::7", "2001:db8::9" },
		{ "198.51.100.7", "2001:db8::9" },
		{ "::", "255.255.255.255" },
		{ "1111:2222:3333:4444:5555:6666:7777:8888", "1111:2222:3333:4444:5555:6666:7777:8888" },
	};
	uint8_t out[EW_PROXY_HEADER_WRITTEN];

	for (unsigned version = 1; version <= 2; version++) {
		for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
			struct ew_proxy_header h = { .known = true, .source_port = 65535,
			                            .destination_port = 1 }, again;
			uint8_t *end[2] = { h.source, h.destination };
			for (int k = 0; k < 2; k++) {
				struct ew_bytes text = ew_bytes_str(pairs[i][k]);
				if (!ew_address_v4(text, end[k]) && !ew_address_v6(text, end[k]))
					ok(false, "\"%s\" is an address", pairs[i][k]);
			}
			size_t n = ew_proxy_header_write(out, &h, version);
			ok(read_all(ew_bytes(out, n), &again) &&
			   is_from(&again, pairs[i][0], 65535, pairs[i][1], 1),
			   "version %u, %s to %s", version, pairs[i][0], pairs[i][1]);
		}
		struct ew_proxy_header none = { 0 }, again;
		size_t n = ew_proxy_header_write(out, &none, version);
		ok(read_all(ew_bytes(out, n), &again) && !again.known, "version %u, nothing to tell", version);
	}
	struct ew_proxy_header h = { .known = true, .source_port = 56324, .destination_port = 1883 };
	if (!ew_address_v4(EW_LIT("198.51.100.7"), h.source) ||
	    !ew_address_v4(EW_LIT("203.0.113.9"), h.destination))
		ok(false, "addresses");
	size_t n = ew_proxy_header_write(out, &h, 1);
	ok(ew_bytes_eq(ew_bytes(out, n), EW_LIT("PROXY TCP4 198.51.100.7 203.0.113.9 56324 1883\r\n")),
	   "the very line");
	n = ew_proxy_header_write(out, &h, 2);
	ok(ew_bytes_eq(ew_bytes(out, n), EW_LIT(SIGNATURE "\x21\x11\x00\x0c\xc6\x33\x64\x07\xcb\x00\x71\x09\xdc\x04"
	                                        "\x07\x5b")), "the very bytes");
}

int main(void)
{
	test_lines();
	test_bad_lines();
	test_binary();
	test_checksums();
	test_bad_binary();
	test_written();
	return done();
}
