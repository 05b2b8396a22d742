/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Addresses as inet_aton() and browsers take them (any number of parts, decimal, octal, hex, parts too great),
 * IPv6 with all the forms that carry an IPv4 address, names, and names that resolve to the address in them.
 *
 * The trap is what name preparation makes of letters: full-width and circled digits, ideographic stops and soft
 * hyphens become plain before a resolver sees them, so they are made plain first. */

#include "url_host.h"

#include "signatures/words.h"

enum { LONGEST = 255 };

static const struct ew_host elsewhere = { EW_HOST_ELSEWHERE, false };

/* One code point of `b` at `*i`; `*i` moves behind it.  Malformed bytes stand for themselves. */
static uint32_t code_point(struct ew_bytes b, size_t *i)
{
	const uint8_t *p = b.p + *i;
	size_t rest = b.n - *i, n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 1;
	uint32_t cp = n == 4 ? p[0] & 7 : n == 3 ? p[0] & 15 : n == 2 ? p[0] & 31 : p[0];

	if (n > rest)
		n = 1;
	for (size_t k = 1; k < n; k++)
		cp = cp << 6 | (p[k] & 0x3f);
	*i += n;
	return n == 1 ? p[0] : cp;
}

static int nibble(uint8_t c)
{
	return c >= '0' && c <= '9'                     ? c - '0'
	       : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
							: -1;
}

/* What a name is prepared to: a plain byte, 0 for what is dropped, 0xff for the rest. */
static uint8_t plain(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? (uint8_t)(cp | 0x20) : (uint8_t)cp;
	if (cp >= 0xff01 && cp <= 0xff5e) /* full-width */
		return plain(cp - 0xff01 + 0x21);
	if (cp == 0x3002 || cp == 0xff61)
		return '.';
	if (cp == 0xad || cp == 0x200b || cp == 0x2060 || cp == 0xfeff || cp == 0x200c || cp == 0x200d)
		return 0;
	if (cp >= 0x2460 && cp <= 0x2468) /* circled */
		return (uint8_t)(cp - 0x2460 + '1');
	if (cp == 0x24ea || cp == 0x24ff)
		return '0';
	if (cp >= 0x24b6 && cp <= 0x24e9)
		return (uint8_t)((cp - 0x24b6) % 26 + 'a');
	if ((cp >= 0x2776 && cp <= 0x277e) || (cp >= 0x2780 && cp <= 0x2788))
		return (uint8_t)((cp - 0x2776) % 10 + '1');
	if (cp == 0x2070 || (cp >= 0x2074 && cp <= 0x2079))
		return (uint8_t)(cp - 0x2070 + '0');
	if (cp >= 0x2080 && cp <= 0x2089)
		return (uint8_t)(cp - 0x2080 + '0');
	if (cp == 0xb9 || cp == 0xb2 || cp == 0xb3)
		return cp == 0xb9 ? '1' : (uint8_t)(cp - 0xb0 + '0');
	if (cp >= 0x1d7ce && cp <= 0x1d7ff)
		return (uint8_t)((cp - 0x1d7ce) % 10 + '0');
	if (cp >= 0x1d400 && cp <= 0x1d6a3)
		return (uint8_t)((cp - 0x1d400) % 26 + 'a');
	return 0xff;
}

/* An IPv4 address in the order of the host. */
static struct ew_host look_v4(uint32_t a, bool odd)
{
	static const uint32_t metadata[] = {
		0xa9fea9fe, /* 169.254.169.254 */
		0xa9feaa02, /* 169.254.170.2: ECS */
		0xa9feaa17, /* 169.254.170.23: EKS */
		0xa9fe2a2a, /* 169.254.42.42 */
		0x646464c8, /* 100.100.100.200: Alibaba */
		0xc00000c0, /* 192.0.0.192: Oracle */
		0xa83f8110, /* 168.63.129.16: Azure */
	};

	for (size_t k = 0; k < sizeof(metadata) / sizeof(*metadata); k++)
		if (a == metadata[k])
			return (struct ew_host){ EW_HOST_METADATA, odd };
	if (a >> 16 == 0xa9fe)
		return (struct ew_host){ EW_HOST_LINK_LOCAL, odd };
	if (a >> 24 == 127) /* 127.0.0.x is a habit, 127.9.9.9 is none */
		return (struct ew_host){ EW_HOST_LOOPBACK, odd || a >> 8 != 0x7f0000,
					 a == 0x7f000001 ? EW_HOST_AS_ANY : EW_HOST_AS_OTHER };
	if (a == 0)
		return (struct ew_host){ EW_HOST_LOOPBACK, odd, EW_HOST_AS_ALL };
	if (a >> 24 == 10 || a >> 20 == 0xac1 || a >> 16 == 0xc0a8 || a >> 22 == 0x191)
		return (struct ew_host){ EW_HOST_PRIVATE, odd };
	return (struct ew_host){ EW_HOST_ELSEWHERE, false };
}

/* As inet_aton() and beyond: false: no address. */
static bool parse_v4(struct ew_bytes b, uint32_t *a_r, bool *odd_r)
{
	uint64_t part[4];
	size_t parts = 0, i = 0;

	while (b.n && b.p[b.n - 1] == '.') { /* 127.0.0.1. */
		b.n--;
		*odd_r = true;
	}
	while (i < b.n) {
		uint64_t v = 0;
		unsigned base = 10, digits = 0;
		if (parts == 4)
			return false;
		if (b.p[i] == '0' && i + 1 < b.n && b.p[i + 1] == 'x') {
			base = 16;
			i += 2;
			*odd_r = true;
		} else if (b.p[i] == '0' && i + 1 < b.n && b.p[i + 1] != '.') {
			base = 8;
			*odd_r = true;
		}
		for (; i < b.n && b.p[i] != '.'; i++, digits++) {
			uint8_t c = b.p[i];
			unsigned d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10u : 16;
			if (d >= 8 && d < 10 && base == 8)
				base = 10; /* 08 and 09: some take them for decimal */
			if (d >= base)
				return false;
			v = v * base + d; /* what is too great wraps, here as there */
		}
		if (digits == 0 && base != 16)
			return false;
		part[parts++] = v;
		if (i < b.n && ++i == b.n)
			return false;
	}
	if (parts == 0)
		return false;
	uint64_t a = part[parts - 1];
	*odd_r |= parts < 4 || a > 0xff;
	for (size_t k = 0; k + 1 < parts; k++) {
		*odd_r |= part[k] > 0xff;
		a = (parts == 4 && k == 0 ? a & 0xff : a) | (part[k] & 0xff) << (24 - 8 * k);
	}
	*a_r = (uint32_t)a;
	return true;
}

bool ew_host_is_address(struct ew_bytes host)
{
	uint32_t a;
	bool odd = false;

	return parse_v4(host, &a, &odd);
}

/* 16 bytes of an IPv6 address without brackets and zone; false: it is none. */
static bool parse_v6(struct ew_bytes b, uint8_t out[16], bool *odd_r)
{
	size_t n = 0, gap = SIZE_MAX, i = 0;
	bool odd = false;

	if (b.n < 2)
		return false;
	memset(out, 0, 16);
	while (i < b.n) {
		if (b.p[i] == ':' && i + 1 < b.n && b.p[i + 1] == ':') {
			if (gap != SIZE_MAX)
				return false;
			gap = n;
			i += 2;
			continue;
		}
		if (b.p[i] == ':' && (i == 0 || ++i == b.n))
			return false;
		size_t from = i;
		unsigned v = 0;
		for (; i < b.n && b.p[i] != ':' && b.p[i] != '.'; i++) {
			uint8_t c = b.p[i];
			unsigned d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10u : 16;
			if (d == 16 || i - from == 4)
				return false;
			v = v << 4 | d;
		}
		if (i == from)
			return false;
		if (i < b.n && b.p[i] == '.') {
			uint32_t a = 0;
			bool any = false;
			if (n > 12 || !parse_v4(ew_bytes_from(b, from), &a, &any))
				return false;
			for (int k = 24; k >= 0; k -= 8)
				out[n++] = (uint8_t)(a >> k);
			i = b.n;
			break;
		}
		if (n > 14)
			return false;
		odd |= b.p[from] == '0'; /* 0:0:..., 0001: spelt out */
		out[n++] = (uint8_t)(v >> 8);
		out[n++] = (uint8_t)v;
	}
	if (gap == SIZE_MAX ? n != 16 : n > 14)
		return false;
	if (gap != SIZE_MAX) {
		memmove(out + 16 - (n - gap), out + gap, n - gap);
		memset(out + gap, 0, 16 - n);
	}
	*odd_r |= odd;
	return true;
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static struct ew_host look_v6(const uint8_t a[16], bool odd)
{
	static const uint8_t zero[16] = { 0 };
	static const uint8_t nat64[12] = { 0, 0x64, 0xff, 0x9b };
	static const uint8_t metadata[][16] = {
		{ 0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54 }, /* fd00:ec2::254 */
		{ 0xfd, 0x00, 0x0e, 0xc2, [15] = 0x23 },              /* fd00:ec2::23 */
		{ 0xfd, 0x20, 0x00, 0xce, [14] = 0x02, [15] = 0x54 }, /* fd20:ce::254 */
		{ 0xfd, 0x00, 0x00, 0x42, [15] = 0x42 },              /* fd00:42::42 */
	};

	for (size_t k = 0; k < sizeof(metadata) / sizeof(*metadata); k++)
		if (memcmp(a, metadata[k], 16) == 0)
			return (struct ew_host){ EW_HOST_METADATA, odd };
	if (memcmp(a, zero, 15) == 0 && a[15] <= 1)
		return (struct ew_host){ EW_HOST_LOOPBACK, odd,
					 a[15] ? EW_HOST_AS_V6 : EW_HOST_AS_ALL };
	if (a[0] == 0xfe && (a[1] & 0xc0) == 0x80)
		return (struct ew_host){ EW_HOST_LINK_LOCAL, odd };
	if (a[0] == 0xfc) /* kept for later: nobody has one */
		return (struct ew_host){ EW_HOST_PRIVATE, odd, EW_HOST_AS_OTHER };
	if (a[0] == 0xfd || (a[0] == 0xfe && (a[1] & 0xc0) == 0xc0))
		return (struct ew_host){ EW_HOST_PRIVATE, odd };
	/* ::ffff:a.b.c.d, ::ffff:0:a.b.c.d, ::a.b.c.d; NAT64; 6to4; Teredo */
	if (memcmp(a, zero, 8) == 0 && (be32(a + 8) == 0 || be32(a + 8) == 0xffff || be32(a + 8) == 0xffff0000))
		return look_v4(be32(a + 12), true);
	if (memcmp(a, nat64, 4) == 0 && (memcmp(a, nat64, 12) == 0 || a[5] == 1))
		return look_v4(be32(a + 12), true);
	if (a[0] == 0x20 && a[1] == 0x02)
		return look_v4(be32(a + 2), true);
	if (be32(a) == 0x20010000)
		return look_v4(~be32(a + 12), true);
	return elsewhere;
}

/* What names mean. */
enum known_as {
	WHOLE,     /* a metadata service, and the name has no more */
	EMBEDDING, /* resolves to the address before it */
	LOOPBACK,  /* of the public, resolves to the machine itself */
	OWN,       /* the machine itself */
	SELDOM,    /* the machine itself, by a name that nobody uses */
	INSIDE,    /* of a private network */
	CLUSTER,   /* the interface of the cluster */
	BEYOND,    /* of a private network, by a name that nobody uses */
};

struct known {
	const char *name;
	uint8_t n, as;
};

#define KNOWN(name, as) { name, sizeof(name) - 1, as }

/* By their last letter, a row each, and those that end with none; the first of a row that fits counts. */
static const struct known known[27][12] = {
	['a' - 'a'] = { KNOWN("metadata", WHOLE), KNOWN("instance-data", WHOLE),
			KNOWN("rancher-metadata", WHOLE), KNOWN(".home.arpa", INSIDE) },
	['c' - 'a'] = { KNOWN("kubernetes.default.svc", CLUSTER), KNOWN(".svc", INSIDE) },
	['d' - 'a'] = { KNOWN("local.gd", LOOPBACK) },
	['e' - 'a'] = { KNOWN(".traefik.me", EMBEDDING), KNOWN(".xip.name", EMBEDDING),
			KNOWN("localtest.me", LOOPBACK), KNOWN("lvh.me", LOOPBACK),
			KNOWN("vcap.me", LOOPBACK), KNOWN("fuf.me", LOOPBACK),
			KNOWN("r3dir.me", LOOPBACK), KNOWN("localdev.me", LOOPBACK),
			KNOWN("lndo.site", LOOPBACK), KNOWN(".private", INSIDE) },
	['g' - 'a'] = { KNOWN("metadata.goog", WHOLE) },
	['k' - 'a'] = { KNOWN("127-0-0-1.org.uk", LOOPBACK),
			KNOWN("bugbounty.dod.network", LOOPBACK), KNOWN("ip6-loopback", SELDOM),
			KNOWN("ipv6-loopback", SELDOM) },
	['l' - 'a'] = { KNOWN("instance-data.ec2.internal", WHOLE),
			KNOWN("metadata.azure.internal", WHOLE),
			KNOWN("metadata.google.internal", WHOLE),
			KNOWN("gateway.docker.internal", BEYOND), KNOWN(".internal", INSIDE),
			KNOWN("kubernetes.default.svc.cluster.local", CLUSTER),
			KNOWN(".local", INSIDE), KNOWN(".consul", INSIDE) },
	['m' - 'a'] = { KNOWN("metadata.platformequinix.com", WHOLE),
			KNOWN("metadata.tencentyun.com", WHOLE), KNOWN("lacolhost.com", LOOPBACK),
			KNOWN("yoogle.com", LOOPBACK), KNOWN("42foo.com", LOOPBACK),
			KNOWN("lock.cmpxchg8b.com", LOOPBACK) },
	['n' - 'a'] = { KNOWN("localdomain", OWN), KNOWN(".lan", INSIDE) },
	['o' - 'a'] = { KNOWN(".nip.io", EMBEDDING), KNOWN(".sslip.io", EMBEDDING),
			KNOWN(".xip.io", EMBEDDING), KNOWN(".backname.io", EMBEDDING) },
	['p' - 'a'] = { KNOWN(".corp", INSIDE) },
	['s' - 'a'] = { KNOWN("rbndr.us", LOOPBACK), KNOWN("1u.ms", LOOPBACK) },
	['t' - 'a'] = { KNOWN("metadata.packet.net", WHOLE), KNOWN("metadata.nicob.net", WHOLE),
			KNOWN("localh.st", LOOPBACK), KNOWN("localho.st", LOOPBACK),
			KNOWN("smackaho.st", LOOPBACK),
			KNOWN("spoofed.burpcollaborator.net", LOOPBACK), KNOWN("localhost", OWN),
			KNOWN("ip6-localhost", SELDOM), KNOWN("ipv6-localhost", SELDOM),
			KNOWN(".intranet", INSIDE), KNOWN("kubernetes.default", CLUSTER) },
	['w' - 'a'] = { KNOWN("localdomain.pw", LOOPBACK) },
	[26] = { KNOWN("localhost4", SELDOM), KNOWN("localdomain4", SELDOM),
		 KNOWN("localhost6", SELDOM), KNOWN("localdomain6", SELDOM) },
};

/* NULL: it means nothing here. */
static const struct known *known_name(struct ew_bytes host)
{
	const struct known *k;
	uint8_t last;

	while (host.n && host.p[host.n - 1] == '.')
		host.n--;
	if (host.n == 0)
		return NULL;
	last = (uint8_t)((host.p[host.n - 1] | 0x20) - 'a');
	for (k = known[last < 26 ? last : 26]; k->name; k++) {
		size_t before = host.n - k->n;
		if (host.n < k->n || (before && k->as == WHOLE) ||
		    (before && k->name[0] != '.' && host.p[before - 1] != '.'))
			continue;
		if (ew_bytes_eq_nocase(ew_bytes_from(host, before), ew_bytes(k->name, k->n)))
			return k;
	}
	return NULL;
}

bool ew_host_known(struct ew_bytes name)
{
	return known_name(name) != NULL;
}

/* The address that stands in a name before a suffix of a service that resolves to it: 10.0.0.1, 10-0-0-1,
 * 7f000001, --1. */
static struct ew_host look_within(struct ew_bytes before)
{
	uint8_t copy[16];
	size_t i = before.n, groups = 0;
	uint32_t a;
	bool odd = false;

	if (before.n >= 3 && memcmp(before.p + before.n - 3, "--1", 3) == 0 && (before.n < 5 || before.n > 60))
		return (struct ew_host){ EW_HOST_LOOPBACK, true };
	while (i > 0 && before.n - i < 15) {
		uint8_t c = before.p[i - 1];
		if (c == '.' || c == '-') {
			if (++groups == 4)
				break;
		} else if (c < '0' || c > '9') {
			break;
		}
		i--;
		copy[15 - (before.n - i)] = c == '-' ? '.' : c;
	}
	struct ew_bytes dotted = ew_bytes(copy + 15 - (before.n - i), before.n - i);
	if (dotted.n && groups >= 3 && parse_v4(dotted, &a, &odd))
		return look_v4(a, false);
	if (before.n >= 8 &&
	    (before.n == 8 || before.p[before.n - 9] == '.' || before.p[before.n - 9] == '-')) {
		memcpy(copy, "0x", 2);
		memcpy(copy + 2, before.p + before.n - 8, 8);
		if (parse_v4(ew_bytes(copy, 10), &a, &odd))
			return look_v4(a, true);
	}
	return elsewhere;
}

static struct ew_host look_name(struct ew_bytes host, bool odd)
{
	static const enum ew_host_place places[] = {
		[WHOLE] = EW_HOST_METADATA, [LOOPBACK] = EW_HOST_LOOPBACK,
		[OWN] = EW_HOST_LOOPBACK,   [SELDOM] = EW_HOST_LOOPBACK,
		[INSIDE] = EW_HOST_PRIVATE, [CLUSTER] = EW_HOST_PRIVATE,
		[BEYOND] = EW_HOST_PRIVATE,
	};
	const struct known *k = known_name(host);

	if (!k)
		return elsewhere;
	if (k->as != EMBEDDING)
		return (struct ew_host){ places[k->as], odd || k->as == LOOPBACK,
					 k->as == SELDOM || k->as == BEYOND ? EW_HOST_AS_OTHER
					 : k->as == CLUSTER                 ? EW_HOST_AS_CLUSTER
									    : EW_HOST_AS_ANY };
	while (host.n && host.p[host.n - 1] == '.')
		host.n--;
	struct ew_host h = look_within(ew_bytes(host.p, host.n - k->n));
	h.odd |= odd || h.place > EW_HOST_PRIVATE;
	return h;
}

/* Percents in the host, as readers take them: a delimiter ends it, and an @ begins another. Answers
 * whether there were any but those of a zone. */
static bool open_percents(struct ew_bytes *raw, uint8_t opened[LONGEST])
{
	size_t n = 0, i = 0;

	if (!memchr(raw->p, '%', raw->n))
		return false;
	if (raw->p[0] == '[')
		return raw->n > 2 && memchr(raw->p, '.', raw->n) == NULL && raw->p[1] == ':' &&
		       raw->p[2] == ':'; /* the zone of [::1%1] */
	for (; i < raw->n; i++) {
		int high = i + 2 < raw->n && raw->p[i] == '%' ? nibble(raw->p[i + 1]) : -1;
		int low = high >= 0 ? nibble(raw->p[i + 2]) : -1;
		uint8_t c = low >= 0 ? (uint8_t)(high << 4 | low) : raw->p[i];
		if (low >= 0)
			i += 2;
		if (c == '@')
			n = 0;
		else if (c <= ' ' || c == '/' || c == '#' || c == '?' || c == '\\' || c == ';' ||
			 c == ':')
			break;
		else
			opened[n++] = c;
	}
	*raw = ew_bytes(opened, n);
	return true;
}

struct ew_host ew_host_look(struct ew_bytes raw)
{
	uint8_t host[LONGEST], opened[LONGEST], address[16];
	size_t n = 0, from = 0, capitals = 0;
	uint32_t a;
	bool odd, odd_v4 = false, odd_v6 = false;

	if (raw.n == 0 || raw.n > LONGEST)
		return elsewhere;
	odd = open_percents(&raw, opened);
	for (size_t i = 0; i < raw.n;) {
		uint32_t cp = code_point(raw, &i);
		uint8_t c = plain(cp);
		odd |= cp >= 0x80;
		capitals += cp >= 'A' && cp <= 'Z';
		if (cp >= 0x2469 && cp <= 0x2473) { /* circled 10 to 20: two digits of three bytes */
			host[n++] = (uint8_t)('1' + (cp == 0x2473));
			c = (uint8_t)('0' + (cp - 0x2469) % 10);
		}
		if (c)
			host[n++] = c;
	}
	struct ew_bytes b = ew_bytes(host, n);
	if (parse_v4(b, &a, &odd_v4))
		return look_v4(a, odd || odd_v4);
	if (n && host[0] == '[')
		from = 1;
	for (size_t i = from; i < n; i++)
		if (host[i] == '%' || host[i] == ']') /* the zone */
			n = i;
	b = ew_bytes(host + from, n - from);
	if (memchr(host, ':', n) && parse_v6(b, address, &odd_v6))
		return look_v6(address, odd || odd_v6);
	struct ew_host h = look_name(b, odd);
	if (h.place == EW_HOST_LOOPBACK && capitals > 1) /* nobody shouts LOCALHOST */
		h.as = EW_HOST_AS_OTHER;
	return h;
}
