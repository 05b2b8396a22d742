/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* address.c: addresses from text, to text, and within networks. */

#include "eventwall/address.h"
#include "guard.h"
#include "tap.h"

static bool read_either(struct ew_bytes text, uint8_t a[16])
{
	struct ew_bytes g = guard_put(text);
	bool good = ew_address_v4(g, a) || ew_address_v6(g, a);

	guard_drop(g);
	return good;
}

static bool reads_prefix(void *arg, struct ew_bytes prefix)
{
	uint8_t a[16];
	char out[EW_ADDRESS_TEXT];
	(void)arg;

	/* Whatever reads is written in a form that reads as the same address. */
	if (!ew_address_v4(prefix, a) && !ew_address_v6(prefix, a))
		return true;
	uint8_t again[16];
	size_t n = ew_address_write(a, out);
	return n < EW_ADDRESS_TEXT && n == strlen(out) && read_either(ew_bytes_str(out), again) &&
	       memcmp(a, again, 16) == 0;
}

static void test_good(void)
{
	static const struct {
		const char *text, *written;
	} rows[] = {
		{ "127.0.0.1", "127.0.0.1" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "2001:db8::1", "2001:db8::1" },
		{ "2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::ffff:10.1.2.3", "10.1.2.3" },
		{ "::ffff:0a01:0203", "10.1.2.3" },
		{ "64:ff9b::1.2.3.4", "64:ff9b::102:304" },
		{ "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t a[16];
		char out[EW_ADDRESS_TEXT];
		if (!ok(read_either(ew_bytes_str(rows[i].text), a), "\"%s\" is an address", rows[i].text))
			continue;
		size_t n = ew_address_write(a, out);
		is_str(out, rows[i].written, "\"%s\" written", rows[i].text);
		ok(n == strlen(out) && each_prefix(ew_bytes_str(rows[i].text), reads_prefix, NULL),
		   "\"%s\", every prefix", rows[i].text);
	}
}

static void test_bad(void)
{
	static const char *const bad[] = {
		"", "1", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5", ".1.2.3.4", "01.2.3.4", "1.2.3.00",
		"256.1.1.1",
		"1.2.3.256", "1.2.3.0004", "0x7f.0.0.1", "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "1.2.3.-4", ":", ":::",
		":1", "1:", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
		"::1:2:3:4:5:6:7:8",
		"12345::", "g::", "fe80::1%eth0", "[::1]", "::1.2.3", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4",
		"::01.2.3.4", "1.2.3.4::", "::ffff:1.2.3.4/96",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint8_t a[16];
		ok(!read_either(ew_bytes_str(bad[i]), a), "\"%s\" is none", bad[i]);
	}
}

static bool within(const char *net, const char *address)
{
	struct ew_network n;
	uint8_t a[16];

	return ew_network_parse(ew_bytes_str(net), &n) && read_either(ew_bytes_str(address), a) &&
	       ew_network_has(&n, a);
}

static void test_networks(void)
{
	static const char *const bad[] = { "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/8 ",
		                           "10.0.0.1/8", "10.0.0.0/-1", "::/129", "2001:db8::1/32", "x/8",
		                           "10.0.0.0/8/8", "10.0.0.0/1000" };
	struct ew_network n;

	ok(within("10.0.0.0/8", "10.255.1.2") && !within("10.0.0.0/8", "11.0.0.1"), "by whole bytes");
	ok(within("10.64.0.0/10", "10.127.1.2") && !within("10.64.0.0/10", "10.128.0.0"), "by bits");
	ok(within("127.0.0.1", "127.0.0.1") && !within("127.0.0.1", "127.0.0.2"), "one address");
	ok(within("0.0.0.0/0", "9.9.9.9") && !within("0.0.0.0/0", "2001:db8::1"), "all of IPv4 is not all");
	ok(within("::/0", "9.9.9.9") && within("::/0", "2001:db8::1"), "all");
	ok(within("2001:db8::/33", "2001:db8:7fff::1") && !within("2001:db8::/33", "2001:db8:8000::"), "of IPv6");
	ok(within("10.0.0.0/8", "::ffff:10.0.0.1"), "an IPv4 address that came as IPv6");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!ew_network_parse(ew_bytes_str(bad[i]), &n), "\"%s\" is no network", bad[i]);
}

int main(void)
{
	test_good();
	test_bad();
	test_networks();
	return done();
}
