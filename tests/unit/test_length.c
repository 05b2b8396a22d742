/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* length.c: each compression behind four bytes and eight, alone and in a text encoding; what only begins so. */

#include "eventwall/codec.h"
#include "opened.h"
#include "packed.h"
#include "tap.h"

static const char text[] = "select password from users; select password from users";

typedef size_t (*pack_fn)(struct ew_bytes in, uint8_t *out, size_t cap);

static struct ew_bytes behind(struct ew_bytes length, pack_fn pack, uint8_t *out)
{
	memcpy(out, length.p, length.n);
	return ew_bytes(out, length.n + pack(ew_bytes_str(text), out + length.n, 4000));
}

static bool opens(struct ew_bytes v, const char *path)
{
	struct ew_message *m = opened(v);
	bool good = m->status == EW_OK && !m->anomalies && has(m, path, text);

	if (!good)
		print_tree(m);
	ew_message_free(&m);
	return good;
}

static void test_each(void)
{
	static const struct {
		const char *name;
		pack_fn pack;
		const char *path, *in_base64, *in_hex;
	} rows[] = {
		{ "zlib", pack_zlib, "v|length|zlib", "v|base64|length|zlib", "v|hex|length|zlib" },
		{ "gzip", pack_gzip, "v|length|gzip", "v|base64|length|gzip", "v|hex|length|gzip" },
	};
	static const uint8_t lengths[][8] = { { 54, 0, 0, 0, 0, 0, 0, 0 }, { 0, 0, 0, 54, 0, 1, 0, 0 },
		                              { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
	uint8_t out[4096], armed[8192];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (size_t k = 0; k < sizeof(lengths) / sizeof(*lengths); k++) {
			struct ew_bytes v = behind(ew_bytes(lengths[k], 4), rows[i].pack, out);
			ok(opens(v, rows[i].path), "%s behind length %zu", rows[i].name, k);
			ok(opens(ew_bytes(armed, ew_base64_encode(v, armed)), rows[i].in_base64), "in base64");
			for (size_t n = 0; n < v.n; n++)
				snprintf((char *)armed + 2 * n, 3, "%02x", v.p[n]);
			ok(opens(ew_bytes(armed, 2 * v.n), rows[i].in_hex), "in hex");
			ok(opens(behind(ew_bytes(lengths[k], 8), rows[i].pack, out), rows[i].path), "eight bytes");
			ok(each_prefix(ew_bytes(out, 40), opens_safely, NULL), "each prefix");
		}
	}
	ok(opens(behind(ew_bytes(lengths[0], 4), pack_zstd, out), "v|length|zstd"), "zstd");
}

static bool stays_shut(struct ew_bytes v)
{
	struct ew_message *m = opened(v);
	bool good = m->status == EW_OK && !m->anomalies && !field_at(m, "v|length", ew_bytes(NULL, 0)) &&
	            !field_at(m, "v|base64", ew_bytes(NULL, 0));

	if (!good)
		print_tree(m);
	ew_message_free(&m);
	return good;
}

int main(void)
{
	uint8_t out[4096], armed[8192];
	struct ew_bytes v;

	test_each();
	ok(stays_shut(EW_LIT("\0\0\0\7\x78\x9c\xff\xff\xff\xff\xff\xff\xff\xff")), "what only begins like zlib");
	ok(stays_shut(EW_LIT("\0\0\0\7x\x9c")) && stays_shut(EW_LIT("\0\0\0\7\x1f\x8b\x08")), "or ends at once");
	ok(stays_shut(EW_LIT("customHicsAndNixes12345")) &&
	   stays_shut(EW_LIT("AliceXhello/and_friends")), "names that look like it in base64");
	v = behind(EW_LIT("\1\0\0\0"), pack_gzip, out);
	out[v.n - 6] ^= 1;
	struct ew_message *m = opened(v);
	ok(m->status == EW_OK && has(m, "v|length|gzip", text), "a wrong check sum is no exception");
	ew_message_free(&m);
	m = opened(ew_bytes(armed, ew_base64_encode(ew_bytes(out, v.n - 12), armed)));
	ok(m->status == EW_OK && field_at(m, "v|base64|length|gzip", ew_bytes(NULL, 0)), "nor is a missing end");
	ew_message_free(&m);
	return done();
}
