/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* base64.c and hex.c: what is opened, what is left alone. */

#define _GNU_SOURCE /* nftw */
#include "eventwall/codec.h"
#include "opened.h"
#include "suites.h"
#include "tap.h"

#include <ftw.h>

static bool opens(const char *value, const char *path, const char *want)
{
	struct ew_bytes g = guard_put(ew_bytes_str(value));
	struct ew_message *m = opened(g);
	bool good = m->status == EW_OK && has(m, path, want);

	if (!good)
		print_tree(m);
	ew_message_free(&m);
	guard_drop(g);
	return good;
}

static void test_found(void)
{
	static const struct {
		const char *value, *path, *want;
	} rows[] = {
		{ "JyBvciAxPTEtLQ==", "v|base64", "' or 1=1--" },
		{ "JyBvciAxPTEtLQ", "v|base64", "' or 1=1--" },
		{ " JyBv\r\nciAx\tPTEt LQ== ", "v|base64", "' or 1=1--" },
		{ "PGltZyBzcmM9eCBvbmVycm9yPWFsZXJ0KDEpPg", "v|base64", "<img src=x onerror=alert(1)>" },
		{ "JCh3aG9hbWkp", "v|base64", "$(whoami)" },
		{ "Oz4/Pj8+Pz4-_z4_Pg==", "v", "Oz4/Pj8+Pz4-_z4_Pg==" },
		{ "SnlCdmNpQXhQVEV0TFE9PQ==", "v|base64|base64", "' or 1=1--" },
		{ "data:text/html;base64,PHNjcmlwdD4=", "v|base64", "<script>" },
		{ "DATA:;charset=x;Base64,PHNjcmlwdD4", "v|base64", "<script>" },
		{ "Basic YWRtaW46JyBvciAxPTE=", "v|base64", "admin:' or 1=1" },
		{ "JTI3IG9yIDElM0Qx", "v|base64|percent", "' or 1=1" },
		{ "5L2g5aW95LiW55WM", "v|base64", "\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xb8\x96\xe7\x95\x8c" },
		{ "//4nIG9yIDE9MSAtLSD/////////////", "v|base64",
		  "\xff\xfe' or 1=1 -- \xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" },
		{ "SQBFAFgAIAAoAGkAdwByACkA", "v|base64|utf16", "IEX (iwr)" },
		{ "27206f7220313d312d2d", "v|hex", "' or 1=1--" },
		{ "0x27204f5220313D31", "v|hex", "' OR 1=1" },
		{ "\\x3c\\x73\\x76\\x67\\x3e", "v|hex", "<svg>" },
		{ "3c 73 63 72 69 70 74 3e", "v|hex", "<script>" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(opens(rows[i].value, rows[i].path, rows[i].want), "%s in %s", rows[i].path, rows[i].value);
	ok(opens("H4sIAAAAAAACA1NXyC9SMLQ1BACH6zGdCAAAAA==", "v|base64|gzip", "' or 1=1"), "gzip in base64");
	struct ew_message *m = opened(EW_LIT("rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA=="));
	ok(field_at(m, "v|base64", ew_bytes(NULL, 0)), "Java serialisation by its magic");
	ew_message_free(&m);
}

static void test_benign(void)
{
	static const char *const shut[] = {
		"path", "datacontenttype", "password", "username", "username1", "application", "Notification",
		"us-east-1", "eu-central-1", "123456789012", "000000000000", "20230101123456", "1672531200000",
		"550e8400-e29b-41d4-a716-446655440000", "550e8400e29b41d4a716446655440000",
		"d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "arn", "sns", "ObjectCreated", "eventSource",
		"my-bucket-name", "my_bucket_name", "CamelCaseIdentifier", "SCREAMING_SNAKE_CASE",
		"kebab-case-identifier", "home/user/documents/file", "/var/log/syslog", "usr/local/bin",
		"deadbeef", "deadbeefcafebabe", "cafebabe", "0xdeadbeef", "0x1234567890abcdef", "#ff00ff00",
		"ff00ff00", "3a7b2c4d", "Content-Length", "Authorization", "text/plain", "image/png",
		"HelloWorldApplication", "hello world this is plain text", "the quick brown fox jumps",
		"lorem ipsum dolor sit amet consectetur", "Mozilla", "GoogleBot", "true", "false", "undefined",
		"Wednesday", "September", "Frankfurt", "SELECT", "temperature", "sensors/kitchen/temperature",
		"4111111111111111", "0123456789", "11111111", "99999999999999999999", "2023-01-01", "10-20-30",
		"qwertyuiop", "asdfghjkl", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz",
		"AAAAAAAA", "zzzzzzzzzzzzzzzz", "correlation-id-0001", "order_2023_000123", "tenant42",
		"n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg", "LS0tLQ", "MQ==", "YQ==",
		"sha256", "x-amz-request-id", "C3D13FE58DE4C810", "FMyUVURIY8_IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S",
	};
	size_t open_count = 0;

	for (size_t i = 0; i < sizeof(shut) / sizeof(*shut); i++) {
		struct ew_message *m = opened(ew_bytes_str(shut[i]));
		bool closed = !field_at(m, "v|base64", ew_bytes(NULL, 0)) &&
		              !field_at(m, "v|hex", ew_bytes(NULL, 0)) && m->status == EW_OK;
		if (!closed) {
			printf("# opened: %s\n", shut[i]);
			print_tree(m);
			open_count++;
		}
		ew_message_free(&m);
	}
	is_int(open_count, 0, "%zu ordinary values stay closed", sizeof(shut) / sizeof(*shut));
}

static void test_declared(void)
{
	struct ew_message *m = opened_as(EW_LIT("/+8="), "base64");

	ok(m->status == EW_OK && has(m, "v|base64", "\xff\xef"), "declared: anything is opened");
	ew_message_free(&m);
	m = opened_as(EW_LIT("JyBv!ciAx\x01PTE="), "base64");
	ok(m->status == EW_MALFORMED && has(m, "v|base64", "' or 1=1") &&
	   ew_message_has(m, EW_ANOMALY_MIXED_ENCODING), "declared: foreign bytes are skipped and told");
	ew_message_free(&m);
	m = opened_as(EW_LIT("{\"a\":1}"), "base64");
	ok(m->status == EW_MALFORMED, "declared, but something else");
	ew_message_free(&m);
	m = ew_message_new(&opened_limits);
	(void)open_with(m, EW_LIT("{\"a\":1}"), "base64", ew_bytes(NULL, 0), false);
	ok(m->status == EW_OK && !field_at(m, "v|base64", ew_bytes(NULL, 0)),
	   "an envelope's word is not a declaration");
	ew_message_free(&m);
	m = opened(EW_LIT("a2V5OicgKyAxPQ==JyBvciAxPTEtLQ=="));
	ok(has(m, "v|base64", "key:' + 1=' or 1=1--") && ew_message_has(m, EW_ANOMALY_MIXED_ENCODING),
	   "padding in the middle");
	ew_message_free(&m);
}

static void test_depth(void)
{
	/* base64 of base64, twenty times. */
	static uint8_t a[65536], b[65536];
	size_t n = 10;

	memcpy(a, "' or 1=1--", n);
	for (int i = 0; i < 20; i++) {
		n = ew_base64_encode(ew_bytes(a, n), b);
		memcpy(a, b, n);
	}
	struct ew_message *m = opened(ew_bytes(a, n));
	ok(m->status == EW_LIMIT && strcmp(m->reason, "layers") == 0, "twenty layers are too many");
	ew_message_free(&m);
	for (n = 0; n < 50000; n++)
		a[n] = (uint8_t)"abcdefgh"[n % 8];
	m = opened(ew_bytes(a, n));
	ok(m->status == EW_OK && ew_arena_used(m->arena) < 5000, "a rejected guess costs no memory");
	ew_message_free(&m);
	char as[] = "base64";
	ok(each_prefix(EW_LIT("JyBvciAxPT!EtLQ==SQBFAFgAIAAoAGkAdwByACkA"), opens_safely, NULL) &&
	   each_prefix(EW_LIT("JyBvciAxPT!EtLQ==SQBFAFgAIAAoAGkAdwByACkA"), opens_safely, as) &&
	   each_prefix(EW_LIT("data:a;base64,PHNjcmlwdD4="), opens_safely, NULL) &&
	   each_prefix(EW_LIT("Basic PHNjcmlwdD4="), opens_safely, NULL) &&
	   each_prefix(EW_LIT("\\x27\\x20\\x6f\\x72"), opens_safely, NULL) &&
	   each_prefix(EW_LIT("0x27206f7220313d31"), opens_safely, NULL), "each prefix");
}

static struct {
	size_t files, leaves, blind, told, implausible;
} suite;

static void count_leaves(const struct ew_message *m)
{
	for (const struct ew_field *f = m->root; f; f = ew_field_next(f, m->root)) {
		suite.leaves += f->kind == EW_KIND_TEXT && !f->via;
		if (!f->via || (strcmp(f->via->name, "base64") != 0 && strcmp(f->via->name, "hex") != 0))
			continue;
		if (f->parent->declared) {
			suite.told++;
			continue;
		}
		suite.blind++;
		if (!ew_plausible(f->value)) {
			printf("# opened without a reason: %.*s\n", (int)f->parent->value.n,
			       (const char *)f->parent->value.p);
			suite.implausible++;
		}
	}
}

static int count_file(const char *path, const struct stat *st, int type, struct FTW *at)
{
	static uint8_t text[1 << 20];
	size_t len = strlen(path);

	(void)st;
	(void)at;
	if (type != FTW_F || len < 5 || strcmp(path + len - 5, ".json") != 0)
		return 0;
	FILE *in = fopen(path, "rb");
	if (!in)
		return 0;
	struct ew_message *m = opened_as(ew_bytes(text, fread(text, 1, sizeof(text), in)), "json");
	fclose(in);
	suite.files++;
	count_leaves(m);
	ew_message_free(&m);
	return 0;
}

/* Real events: few leaves are opened blind, and each of these for a reason. */
static void test_events(void)
{
	char path[1024];

	suites_path(path, sizeof(path), "events");
	(void)nftw(path, count_file, 16, FTW_PHYS);
	if (suite.files == 0) {
		skip(2, "no sample events in %s", path);
		return;
	}
	ok(suite.implausible == 0, "%zu files, %zu text leaves: %zu opened blind, %zu as told", suite.files,
	   suite.leaves, suite.blind, suite.told);
	ok(suite.blind * 20 < suite.leaves, "fewer than one in twenty");
}

int main(void)
{
	test_found();
	test_benign();
	test_declared();
	test_depth();
	test_events();
	return done();
}
