/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* pieces.c: base64 and hex within larger text, and text that only looks like it. */

#include "eventwall/codec.h"
#include "opened.h"
#include "tap.h"

#define OR "JyBvciAxPTEgLS0="       /* ' or 1=1 -- */
#define JSON "eyJhIjoiJyBvciAxPTEifQ==" /* {"a":"' or 1=1"} */
#define TOUCH "JCh0b3VjaCAvdG1wL3gp" /* $(touch /tmp/x) */

static size_t layers_of(const struct ew_message *m)
{
	size_t n = 0;

	for (const struct ew_field *c = m->root->child->child; c; c = c->next)
		n += c->via != NULL;
	return n;
}

static void test_found(void)
{
	static const struct {
		const char *value, *path, *want;
	} rows[] = {
		{ "order:" OR ":end", "v|base64", "' or 1=1 --" },
		{ "see " TOUCH ", please", "v|base64", "$(touch /tmp/x)" },
		{ "see " TOUCH " please", "v|base64", "$(touch /tmp/x)" },
		{ "a{" OR "}", "v|base64", "' or 1=1 --" },
		{ "/api/v22/" TOUCH, "v|base64", "$(touch /tmp/x)" },
		{ "/api/v1/" JSON, "v|base64|json.a", "' or 1=1" },
		{ "aGVsbG8gd29ybGQgaGVsbG8/" JSON, "v|base64|json.a", "' or 1=1" },
		{ "key_" JSON, "v|base64|json.a", "' or 1=1" },
		{ "/api/" TOUCH "/x", "v|base64", "$(touch /tmp/x)" },
		{ "keys_" TOUCH, "v|base64", "$(touch /tmp/x)" },
		{ "ab-" TOUCH "-d", "v|base64", "$(touch /tmp/x)" },
		{ "token=" OR "; x", "v|base64", "' or 1=1 --" },
		{ "url(data:text/html;base64," TOUCH ")", "v|base64", "$(touch /tmp/x)" },
		{ "one " OR ", two " TOUCH ".", "v|base64", "$(touch /tmp/x)" },
		{ OR TOUCH ";", "v|base64", "' or 1=1 --$(touch /tmp/x)" },
		{ "t: eyJhbGciOiJub25lIn0.eyJhIjoiJyJ9AAAA.x", "v|base64|json.alg", "none" },
		{ "PEM:\nJyBvciAxPTEgLS0nIG9y\nIDE9MSAtLSc=\n", "v|base64", "' or 1=1 --' or 1=1 --'" },
		{ "select 0x27206f7220313d31202d2d;", "v|hex", "' or 1=1 --" },
		{ "h: 27206f7220313d31202d2d", "v|hex", "' or 1=1 --" },
		{ "%61: " OR ", b", "v|base64", "' or 1=1 --" },
		{ "%61: JyBvciAxPTEgL%530=, " TOUCH, "v|percent|base64", "' or 1=1 --" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_bytes g = guard_put(ew_bytes_str(rows[i].value));
		struct ew_message *m = opened(g);
		bool good = m->status == EW_OK && has(m, rows[i].path, rows[i].want);
		if (!good)
			print_tree(m);
		ok(good, "%s", rows[i].value);
		ew_message_free(&m);
		guard_drop(g);
	}
}

/* A stream that is whole is not taken for one that ends at its first slash. */
static void test_cut(void)
{
	struct ew_message *m = opened(EW_LIT("data: H4sIAAAAAAACAysuzfUM8s/LCc4FANWS+X0KAAAA"));

	ok(m->status == EW_OK && field_at(m, "v|base64|gzip", ew_bytes(NULL, 0)), "gzip, a slash in its text");
	ew_message_free(&m);
}

static void test_left(void)
{
	static const char *const rows[] = {
		"The internationalization of otorhinolaryngologists, they say, is incomprehensibly slow.",
		"order 7d9f3c1e-2b4a-4c6d-8e0f-1a2b3c4d5e6f was created",
		"https://shop.example.com/v1/customers/12345/orders/67890?from",
		"arn:aws:lambda:eu-west-1:123456789012:function/my-function-name_with_words",
		"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"2024-03-01T12:30:00.000000Z, 4111111111111111",
		"com.example.application.configuration.AbstractFactoryBean: failed",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_message *m = opened(ew_bytes_str(rows[i]));
		ok(m->status == EW_OK && !field_at(m, "v|base64", ew_bytes(NULL, 0)) &&
		   !field_at(m, "v|hex", ew_bytes(NULL, 0)), "%s", rows[i]);
		ew_message_free(&m);
	}
}

/* What is base64 as a whole is not opened once more for each slash or line. */
static void test_whole(void)
{
	enum { TEXT = 48000 };
	static uint8_t text[TEXT], wrapped[TEXT * 2];
	size_t n = 0, len;

	for (size_t i = 0; i < TEXT; i++)
		text[i] = "what? is it?? yes, it is??? "[i % 28];
	static uint8_t plain[EW_BASE64_ENCODED(TEXT)];
	len = ew_base64_encode(ew_bytes(text, TEXT), plain);
	struct ew_message *m = opened(ew_bytes(plain, len));
	ok(has_value(m, ew_bytes(text, TEXT)) && layers_of(m) < 20, "one blob: %zu layers", layers_of(m));
	ew_message_free(&m);
	for (size_t i = 0; i < len; i += 76) {
		size_t line = len - i < 76 ? len - i : 76;
		memcpy(wrapped + n, plain + i, line);
		memcpy(wrapped + n + line, "\r\n", 2);
		n += line + 2;
	}
	m = opened(ew_bytes(wrapped, n));
	ok(has_value(m, ew_bytes(text, TEXT)) && layers_of(m) < 20, "wrapped: %zu layers", layers_of(m));
	ew_message_free(&m);
	memmove(wrapped + 3, wrapped, n);
	memcpy(wrapped, "x: ", 3);
	m = opened(ew_bytes(wrapped, n + 3));
	ok(has_value(m, ew_bytes(text, TEXT)) && layers_of(m) < 20, "behind a word: %zu layers", layers_of(m));
	ew_message_free(&m);
}

int main(void)
{
	static const char all[] = "a/" OR "_" TOUCH "=/0x27206f7220313d31202d2d:\r\n" TOUCH "\r\n"
	                          TOUCH "\n=" OR "-x";

	test_found();
	test_left();
	test_cut();
	test_whole();
	ok(each_prefix(ew_bytes_str(all), opens_safely, NULL), "each prefix");
	return done();
}
