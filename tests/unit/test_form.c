/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* form.c: declared and guessed forms, queries in URLs, and what is no form. */

#include "opened.h"
#include "tap.h"

static bool opens_as(const char *value, const char *as, const char *path, const char *want)
{
	struct ew_bytes g = guard_put(ew_bytes_str(value));
	struct ew_message *m = opened_as(g, as);
	bool good = m->status == EW_OK && has(m, path, want);

	if (!good)
		print_tree(m);
	ew_message_free(&m);
	guard_drop(g);
	return good;
}

static bool opens(const char *value, const char *path, const char *want)
{
	return opens_as(value, NULL, path, want);
}

static bool covered(const char *value, const char *as)
{
	struct ew_message *m = opened_as(ew_bytes_str(value), as);
	const struct ew_field *v = field_at(m, "v", ew_bytes_str(value));
	bool yes = v && v->flags & EW_FIELD_COVERED;

	ew_message_free(&m);
	return yes;
}

static void test_guessed(void)
{
	static const char *const shut[] = {
		"abcd=", "YWJjZA==", "1=1", "' or 1=1", "a", "=", "==", "&", "&&=", "x = y",
		"SELECT * FROM t WHERE a=b", "if (a==b) c=d;", "<a href=\"x\">", "{\"a\":\"b=c\"}",
		"[1,2]=3", "a b=c&d=e", "R&D=fun", "AT&T", "https://host/path", "/a/b?", "2*3=6", "-=-",
	};
	size_t open_count = 0;

	ok(opens("cmd=%27+or+1&x=2", "v|form.cmd", "%27+or+1"), "values stay as they are");
	ok(opens("cmd=%27+or+1&x=2", "v|form.cmd|plus", "' or 1"), "and are opened");
	ok(opens("data=eyJhIjoiYiJ9", "v|form.data|base64", "{\"a\":\"b\"}"), "one pair");
	ok(opens("a=1&debug&b=2", "v|form.debug", ""), "a name alone");
	ok(opens("a[0][x]=1&a[1]=2", "v|form[\"a[0][x]\"]", "1"), "brackets");
	ok(opens("%24where=1&b=2", "v|form.$where", "1"), "a name is undone");
	ok(opens("a=1;b=2", "v|form.a", "1;b=2") && opens("a=1;b=2", "v|form.b", "2"),
	   "both readings of a semicolon");
	ok(opens("https://h/p?u=http%3A%2F%2F169.254.169.254&x=1#f", "v|form.u|percent",
	         "http://169.254.169.254"), "the query of a URL");
	ok(opens("/p?q=1&r=2", "v|form.r", "2"), "the query of a path");
	ok(opens("https://h/?q=a b\nhttps://i/?r=2\nhttps://j/?s=3", "v|form.q", "a b"), "a list of URLs");
	for (size_t i = 0; i < sizeof(shut) / sizeof(*shut); i++) {
		struct ew_message *m = opened(ew_bytes_str(shut[i]));
		if (field_at(m, "v|form", ew_bytes(NULL, 0))) {
			printf("# opened: %s\n", shut[i]);
			open_count++;
		}
		ew_message_free(&m);
	}
	is_int(open_count, 0, "%zu other texts are no form", sizeof(shut) / sizeof(*shut));
	ok(!covered("a=1&b=2", NULL), "a guess never covers the raw text");
}

static void test_declared(void)
{
	ok(opens_as("a=1&b=%27", "form", "v|form.b|percent", "'"), "declared");
	ok(covered("a=1&b=%27", "form"), "a clean one covers the raw text");
	ok(!covered("a=1&b='", "form"), "one with a raw quote does not");
	ok(opens_as("' or 1", "form", "v|form[\"' or 1\"]", ""), "one name and no value");
	ok(opens_as("a=1&a=2", "form", "v|form.a", "2"), "a name twice");
	ok(opens_as("=v&&x", "form", "v|form[\"\"]", "v"), "no name");

	/* Each pair in a pair is some bytes shorter; what was unescaped is another text. */
	ok(opens_as("a=b=c=d=e=f=g=h", "form", "v|form.a|form.b", "c=d=e=f=g=h"), "a pair in a pair");
	ok(!opens_as("a=b=c=d=e=f=g=h", "form", "v|form.a|form.b|form.c", "d=e=f=g=h"), "and no further");
	ok(opens_as("a=b=c%3Dd%3De=f", "form", "v|form.a|form.b|percent|form.c", "d=e=f"), "but when unescaped");

	/* What curl -d sends by default: a document with the type of a form. */
	static char big[8192];
	memset(big, 'a', sizeof(big) - 1);
	memcpy(big, "{\"k\":\"", 6);
	memcpy(big + sizeof(big) - 3, "\"}", 2);
	struct ew_message *m = opened_as(ew_bytes_str(big), "form");
	ok(m->status == EW_OK && has(m, "v|form[\"\"]", big), "a name longer than a key is a value");
	ew_message_free(&m);

	char as[] = "form";
	ok(each_prefix(EW_LIT("a%2=%27&b+c=1;d=2&%24x&=&&;;="), opens_safely, as) &&
	   each_prefix(EW_LIT("https://h/p?a%41=%27&b+c=1;d=2#x"), opens_safely, NULL), "each prefix");

	static char many[300000];
	size_t n = 0;
	while (n < sizeof(many) - 4)
		n += (size_t)snprintf(many + n, sizeof(many) - n, "a=&");
	m = opened_as(ew_bytes(many, n), as);
	ok(m->status == EW_LIMIT && strcmp(m->reason, "fields") == 0, "100000 pairs are too many");
	ew_message_free(&m);
}

int main(void)
{
	test_guessed();
	test_declared();
	return done();
}
