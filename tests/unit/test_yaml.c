/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* yaml.c, csv.c: what is spelt otherwise than it reads, what has no end, and how much of it there may be. */

#include "decoded.h"
#include "guard.h"
#include "tap.h"

static const struct ew_limits defaults = EW_LIMITS_DEFAULT;

struct row {
	const char *type, *in, *tree;
};

static const struct row rows[] = {
	/* by its first line */
	{ NULL, "%YAML 1.2\na: \"\\x3c1\\u003e\\U0000003c\\e\\/\\q\\\"\"\n", "b|yaml[0]=<1><\\1b/q\"" },
	{ NULL, "---\na: 'it''s'\nb: it's 'b'\n", "b|yaml[0]=it's" },
	{ NULL, "%YAML 1.2\n---\n- 'or ''''=\n\n   '''\n", "b|yaml[0]=or ''=\\0a'" },
	{ NULL, "--- \"a \\\n   b\"\n", "b|yaml[0]=a b" },
	{ NULL, "---\n- {a: \"x\n   y\", b: \"\\L\\P\\N\\_\\0\"}\n",
	  "b|yaml[0]=x y; b|yaml[1]=\\e2\\80\\a8\\e2\\80\\a9\\c2\\85\\c2\\a0\\00" },
	{ NULL, "%TAG !p! tag:yaml.org,2002:py\n---\n!p!thon/object:os.system [id]",
	  "b|yaml[0]=tag:yaml.org,2002:python/object:os.system" },
	{ NULL, "%TAG ! tag:yaml.org,2002:\n%TAG !! !x\n---\na: [!python/name:a.b , !!c]\n",
	  "b|yaml[0]=tag:yaml.org,2002:python/name:a.b; b|yaml[1]=!xc" },
	{ NULL, "---\na: !!binary |\n  aHR0cDovL2Eu\n  Yi9jL2Q=\nb: !Ref x\n", "b|yaml[0]|base64=http://a.b/c/d" },
	{ NULL, "---\n# \"\\x41\"\na: \"plain\"\nb: 'plain'\nc: \"open \\x41\n", "b|yaml=" },
	/* by its type */
	{ "application/yaml", "a: \"\\x3c\\x3e\"\n", "b|yaml[0]=<>" },
	{ "application/openapi+yaml; charset=utf-8", "a: ''''\n", "b|yaml[0]='" },
	{ "text/csv", "a,\"b \"\"c\"\" d\",e\r\n\"\"\"\"\n", "b|csv[0]=b \"c\" d; b|csv[1]=\"" },
	{ "text/csv", "\"a\nb\";x\"\"y;\"\";\"open \"\"", "b|csv[0]=open \"" },
	{ "text/tab-separated-values", "a\t\"{\"\"b\"\":1}\"", "b|csv[0]|json.b=1" },
	{ "multipart/form-data; boundary=x",
	  "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"List.CSV\"\r\n\r\n1,\"\"\"\"\r\n--x--\r\n",
	  "b|multipart.f.content|csv[0]=\"" },
};

static bool survives(void *type, struct ew_bytes b)
{
	struct ew_message *m = ew_message_new(&defaults);
	bool fine;

	if (!m)
		abort();
	tree_decode(m, b, type);
	fine = !tree_broken(m);
	ew_message_free(&m);
	return fine;
}

/* Does the tree have that leaf, and nothing that is odd? */
static bool holds(const struct row *r)
{
	struct ew_message *m = ew_message_new(&defaults);
	struct ew_bytes g = guard_put(ew_bytes_str(r->in));
	bool good;

	if (!m)
		abort();
	tree_decode(m, g, r->type);
	const char *got = tree_print(m, m->root);
	good = !tree_broken(m) && m->status == EW_OK && !m->anomalies && strstr(got, r->tree);
	if (!good)
		printf("# got %s\n", got);
	guard_drop(g);
	ew_message_free(&m);
	return good;
}

/* More than there may be fields, and none is left out. */
static void test_many(void)
{
	size_t n = 0, most = 1u << 20;
	char *big = malloc(most);
	struct ew_message *m = ew_message_new(&defaults);

	if (!big || !m)
		abort();
	while (n < most - 64)
		n += (size_t)snprintf(big + n, 64, "1,\"a \"\"quote\"\"\"\n");
	n += (size_t)snprintf(big + n, 64, "\"the \"\"last\"\" one\"");
	tree_decode(m, ew_bytes((uint8_t *)big, n), "text/csv");
	const struct ew_field *layer = m->root->child->child;
	ok(m->status == EW_OK && layer->last->index == defaults.fields / 8 &&
	   ew_bytes_find(layer->last->value, 0, EW_LIT("\nthe \"last\" one\n")) != SIZE_MAX,
	   "a large table: the rest is one leaf");
	ew_message_reset(m, &defaults);
	for (n = 4, memcpy(big, "---\n", 4); n < most - 64;)
		n += (size_t)snprintf(big + n, 64, " !!binary |\n  !!binary |\n \" ' \"\n");
	tree_decode(m, ew_bytes((uint8_t *)big, n), NULL);
	ok(m->root->child->child->last->index > 10000 && !tree_broken(m), "each block is read once");
	ew_message_free(&m);
	free(big);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ok(holds(&rows[i]), "row %zu", i);
		ok(each_prefix(ew_bytes_str(rows[i].in), survives, (void *)(uintptr_t)rows[i].type), "each prefix");
	}
	test_many();
	return done();
}
