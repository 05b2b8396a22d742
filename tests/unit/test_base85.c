/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* base32.c, base85.c: each alphabet and spelling, what is odd about them, what only looks like it. */

#include "opened.h"
#include "tap.h"

struct row {
	const char *in, *path, *out;
};

static const struct row rows[] = {
	/* base32 */
	{ "ONSWYZLDOQQHAYLTON3W64TEEBTHE33NEB2XGZLSOM======", "v|base32", "select password from users" },
	{ "ONSWYZLDOQQHAYLTON3W64TEEBTHE33NEB2XGZLSOM", "v|base32", "select password from users" },
	{ "onswyzldoqqhaylton3w64teebthe33neb2xgzlsom", "v|base32", "select password from users" },
	{ " ONSWYZLDOQQHAYLTON3W\r\n64TEEBTHE33NEB2XGZLSOM======\r\n", "v|base32", "select password from users" },
	{ "EDIMOPB3EGG70OBJEDRMUSJ441J74RRD41QN6PBIEC======", "v|base32", "select password from users" },
	{ "{\"c\":\"ONSWYZLDOQQHAYLTON3W64TEEBTHE33NEB2XGZLSOM\"}", "v|json.c|base32",
	  "select password from users" },
	{ "ONSWYZLDOQQHAYLTON3W64TEEBTHE33NEB2XGZLSOM=A", "v|base32", NULL },
	{ "ONSWYZLDOQQHAYLTON3W64TEEBTHE33NEB2XGZLSO", "v|base32", NULL },
	{ "ONSWYZLDOQQHAYLTON3W6!TEEBTHE33NEB2XGZLSOM", "v|base32", NULL },
	{ "ONSWYZLDOQQHAYLTON3W64TE", "v|base32", NULL },
	{ "01HV8K2M5RXGZ7TQW3ENJD9YBC", "v|base32", NULL },
	{ "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", "v|base32", NULL },
	{ "internationalizationalities", "v|base32", NULL },
	{ "the quick brown fox jumps over the lazy dog", "v|base32", NULL },
	/* base85 */
	{ "<~F(K0!@rri4@<6L6DfTA2Ao_g,+E_a:EcWB~>", "v|base85", "select password from users!" },
	{ "<~F(K0!@rri4@<6L6\nDfTA2Ao_g,+E_a:EcWB", "v|base85", "select password from users!" },
	{ "F(K0!@rri4@<6L6DfTA2Ao_g,+E_a:EcWB", "v|base85", "select password from users!" },
	{ "b7gF0V{{;JVRLhLZ*pWHW^!+BAa!$Pa&r", "v|base85", "select password from users" },
	{ "B7Gf0v@@&jvrlHlz/Pwhw].*baA.:pA=SxE", "v|base85", "select password from users!!" },
	{ "<~aBcDe~>", "v|base85", NULL },
	{ "<~F(K0!@rri4@<6L6DfTA2Ao_g,+E_a:EcWB~x>", "v|base85", NULL },
	{ "<~zzzzzzzzzz~>", "v|base85", NULL },
	{ "user.name+tag@mail.example.com", "v|base85", NULL },
	{ "https://shop.example.com/orders/17?page=2", "v|base85", NULL },
	{ "2024-05-01T12:00:00.000+02:00", "v|base85", NULL },
};

static bool holds(const struct row *r)
{
	struct ew_message *m = opened(ew_bytes_str(r->in));
	bool good = m->status == EW_OK && !m->anomalies &&
	            (r->out ? has(m, r->path, r->out) : !field_at(m, r->path, ew_bytes(NULL, 0)));

	if (!good)
		print_tree(m);
	ew_message_free(&m);
	return good;
}

/* Codes and digests: nearly none of them is opened. */
static void test_noise(void)
{
	static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	size_t layers[2] = { 0, 0 };
	uint32_t seed = 5;
	uint8_t in[40];

	for (int i = 0; i < 20000; i++) {
		for (size_t k = 0; k < sizeof(in); k++) {
			seed = seed * 1664525u + 1013904223u;
			in[k] = i % 2 ? (uint8_t)('!' + (seed >> 16) % 85) : (uint8_t)capitals[seed >> 27];
		}
		struct ew_message *m = opened(ew_bytes(in, sizeof(in)));
		layers[i % 2] += field_at(m, i % 2 ? "v|base85" : "v|base32", ew_bytes(NULL, 0)) != NULL;
		ew_message_free(&m);
	}
	ok(layers[0] <= 20 && layers[1] <= 20, "of 10000 random values %zu are opened as base32, %zu as base85",
	   layers[0], layers[1]);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(holds(&rows[i]), "%s", rows[i].in);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i += 7)
		ok(each_prefix(ew_bytes_str(rows[i].in), opens_safely, NULL) &&
		   each_prefix(ew_bytes_str(rows[i].in), opens_safely, "base85"), "each prefix of row %zu", i);
	test_noise();
	char large[2000];
	memset(large, '\n', sizeof(large));
	for (size_t i = 0; i < 40; i++)
		memcpy(large + i * 50, rows[1].in, 40);
	struct ew_message *m = opened(ew_bytes((const uint8_t *)large, sizeof(large)));
	const struct ew_field *f = field_at(m, "v|base32", ew_bytes(NULL, 0));
	ok(f && f->value.n == 1000 && ew_bytes_starts(f->value, EW_LIT("select password")), "many lines");
	ew_message_free(&m);
	return done();
}
