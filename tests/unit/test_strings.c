/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* strings.c: which values are no text, the runs of text in them, and that nothing a reader could join is split. */

#include "opened.h"
#include "protocols/strings.h"
#include "tap.h"

enum { LARGE = 1 << 20 };
static uint8_t buf[LARGE + 256];

/* The same bytes in each run of the tests. */
static void noise(uint8_t *p, size_t n, uint64_t seed)
{
	uint64_t x = seed * UINT64_C(2862933555777941757) + 3037000493;

	for (size_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		p[i] = (uint8_t)(x >> 32);
	}
}

/* Bytes that are in no character at all. */
static void fill(uint8_t *p, size_t n)
{
	memset(p, 0xfe, n);
}

static size_t runs_of(const struct ew_message *m)
{
	const struct ew_field *f = field_at(m, "v|strings", ew_bytes(NULL, 0));
	size_t n = 0;

	for (const struct ew_field *c = f ? f->child : NULL; c; c = c->next)
		n++;
	return n;
}

static bool is_taken_for_noise(struct ew_bytes v)
{
	struct ew_bytes g = guard_put(v);
	bool is = ew_value_is_noise(g);

	guard_drop(g);
	return is;
}

static void test_which(void)
{
	static const char latin1[] = "d\xe9j\xe0 vu, na\xefve, cr\xe8me br\xfbl\xe9"
	                             "e, et une tr\xe8s longue phrase encore";
	static const char greek[] = "\xce\x9a\xce\xb1\xce\xbb\xce\xb7\xce\xbc\xce\xad\xcf\x81\xce\xb1, "
	                            "\xce\xba\xcf\x8c\xcf\x83\xce\xbc\xce\xb5!";
	static const char controls[] = "a\x01' or\x02 1=1 --\x03 and some more words here";

	ok(!is_taken_for_noise(EW_LIT("SELECT a, b FROM t WHERE c = 'it''s' -- and more")), "text");
	ok(!is_taken_for_noise(ew_bytes_str(greek)), "UTF-8");
	ok(!is_taken_for_noise(ew_bytes_str(controls)), "text with a control here and there");
	memcpy(buf, "\r\n\t\v\f\r\n\t\v\f\r\n\t\v\f\r\n\t\v\f\r\n\t\v\f\r\n\t\v\f\r\n", 32);
	ok(!is_taken_for_noise(ew_bytes(buf, 32)), "blank lines");
	for (size_t i = 0; i < 40; i += 4)
		memcpy(buf + i, "..\xc0\xaf", 4);
	ok(!is_taken_for_noise(ew_bytes(buf, 40)), "overlong slashes are characters to somebody");
	ok(!is_taken_for_noise(ew_bytes_str(latin1)), "French in ISO 8859-1");
	noise(buf, LARGE, 1);
	ok(!is_taken_for_noise(ew_bytes(buf, 31)), "31 bytes of whatever are looked at whole");
	ok(is_taken_for_noise(ew_bytes(buf, 32)), "32 bytes");
	ok(is_taken_for_noise(ew_bytes(buf, 4096)) && is_taken_for_noise(ew_bytes(buf, 4097)), "4 KB");
	ok(is_taken_for_noise(ew_bytes(buf, 8191)) && is_taken_for_noise(ew_bytes(buf, LARGE)), "and more");
	memset(buf, 'a', LARGE);
	memset(buf + LARGE / 2, 0, 4096);
	ok(!is_taken_for_noise(ew_bytes(buf, LARGE)), "text with a hole in it");
}

static void test_runs(void)
{
	static const struct {
		const char *text, *path;
		bool found;
	} rows[] = {
		{ "';--'\xfe", "v|strings[0]", false }, /* five */
		{ "' or 1", "v|strings[0]", true }, /* six, and so on */
		{ "' or\t1=\r\n1", "v|strings[0]", true },
		{ "\xef\xbc\x9cscript\xef\xbc\x9e", "v|strings[0]", true },
		{ "..\xc0\xaf..\xc0\xaf" "etc", "v|strings[0]", true },
		{ "%27%20or%201=1", "v|strings[0]", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t n = strlen(rows[i].text);
		fill(buf, 100);
		memcpy(buf + 50, rows[i].text, n);
		struct ew_bytes g = guard_put(ew_bytes(buf, 100));
		struct ew_message *m = opened(g);
		bool is = has(m, rows[i].path, rows[i].text);
		if (is != rows[i].found)
			print_tree(m);
		ok(is == rows[i].found && m->status == EW_OK && m->anomalies == 0, "run %zu", i);
		ew_message_free(&m);
		guard_drop(g);
	}
}

/* What is in a run is opened further, and at both ends of the value as well. */
static void test_opened(void)
{
	static const char json[] = "{\"a\": \"' or 1=1\"}", escaped[] = "%27%20or%201=1";

	fill(buf, 200);
	memcpy(buf, json, strlen(json));
	memcpy(buf + 200 - strlen(escaped), escaped, strlen(escaped));
	struct ew_bytes g = guard_put(ew_bytes(buf, 200));
	struct ew_message *m = opened(g);
	const struct ew_field *v = field_at(m, "v", g);
	ok(has(m, "v|strings[0]|json.a", "' or 1=1"), "a document at the front");
	ok(has(m, "v|strings[1]|percent", "' or 1=1"), "escapes at the end");
	ok(v && !(v->flags & EW_FIELD_COVERED) && ew_field_is_noise(v), "the value is there, known as noise");
	ok(!field_at(m, "v|percent", ew_bytes(NULL, 0)), "but not read as text");
	ew_message_free(&m);
	guard_drop(g);
}

static void test_wide(void)
{
	static const char text[] = "' or 1=1 -- x";

	for (size_t odd = 0; odd < 2; odd++) {
		fill(buf, 200);
		for (size_t i = 0; text[i]; i++) {
			buf[60 + odd + 2 * i] = (uint8_t)text[i];
			buf[61 + odd + 2 * i] = 0;
		}
		struct ew_message *m = opened(ew_bytes(buf, 200));
		ok(has(m, "v|strings[0]", text), "UTF-16 at an %s place", odd ? "odd" : "even");
		ew_message_free(&m);
	}
}

static size_t shortest_found(size_t size)
{
	static const char text[] = "' or 1=1 -- and more";

	for (size_t n = 1; n < sizeof(text); n++) {
		fill(buf, size);
		memcpy(buf + size / 2, text, n);
		struct ew_message *m = opened(ew_bytes(buf, size));
		size_t found = runs_of(m);
		ew_message_free(&m);
		if (found)
			return n;
	}
	return 0;
}

static void test_least(void)
{
	ok(shortest_found(128) == 6 && shortest_found(129) == 7 && shortest_found(257) == 8,
	   "longer runs in larger ones");
	ok(shortest_found(100000) == 16 && shortest_found(LARGE) == 18, "and 18 characters count anywhere");
}

/* Neighbours share a field, and every run is in one. */
static void test_crowd(void)
{
	struct ew_limits few = opened_limits;
	size_t n = 0;

	few.fields = 100;
	while (n < 64000) {
		fill(buf + n, 6);
		n += 6;
		n += (size_t)snprintf((char *)buf + n, 32, "' or %05zu=1 -- union", n);
	}
	struct ew_message *m = ew_message_new(&few);
	enum ew_status s = m ? open_with(m, ew_bytes(buf, n), NULL, ew_bytes(NULL, 0), false) : EW_ENGINE;
	const struct ew_field *list = m ? field_at(m, "v|strings", ew_bytes(NULL, 0)) : NULL;
	const uint8_t *at = buf;
	size_t fields = 0;
	for (const struct ew_field *c = list ? list->child : NULL; c; c = c->next, fields++) {
		if (c->value.p - at > 6)
			break;
		at = c->value.p + c->value.n;
	}
	ok(s == EW_OK && fields > 1 && fields <= 25 && at == buf + n,
	   "%zu fields for %zu runs, none left out", fields,
	   n / 26);
	ew_message_free(&m);
}

/* Noise of all sizes is no exception, raises nothing, and has hardly a run. */
static void test_chance(void)
{
	size_t bad = 0, runs = 0;

	for (size_t i = 0; i < 400; i++) {
		size_t n = 64 + i * i;
		noise(buf, n, i + 7);
		struct ew_message *m = opened(ew_bytes(buf, n));
		bad += m->status != EW_OK;
		runs += runs_of(m);
		ew_message_free(&m);
	}
	ok(bad == 0, "%zu of 400 values of noise were an exception", bad);
	ok(runs < 1600, "%zu runs by chance", runs);
}

int main(void)
{
	test_which();
	test_runs();
	test_opened();
	test_wide();
	test_least();
	test_crowd();
	test_chance();
	fill(buf, 120);
	memcpy(buf + 40, "%27%20or%201=1 <script>", 23);
	memcpy(buf + 80, "i\0d\0;\0r\0m\0 \0-\0r\0f\0", 18);
	ok(each_prefix(ew_bytes(buf, 120), opens_safely, NULL), "each prefix");
	return done();
}
