/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* field.h: walking and paths. */

#include "eventwall/protocol.h"
#include "tap.h"

static const struct ew_decoder json = { .name = "json" };
static const struct ew_decoder base64 = { .name = "base64" };

static struct ew_field *add(struct ew_field *to, struct ew_field *f)
{
	f->parent = to;
	if (to->last)
		to->last->next = f;
	else
		to->child = f;
	to->last = f;
	return f;
}

int main(void)
{
	struct ew_field root = { .kind = EW_KIND_OBJECT };
	struct ew_field body = { .name = EW_LIT("body") };
	struct ew_field doc = { .via = &json, .kind = EW_KIND_OBJECT };
	struct ew_field list = { .name = EW_LIT("Records"), .kind = EW_KIND_ARRAY };
	struct ew_field item = { .index = 3 };
	struct ew_field b64 = { .via = &base64 };
	struct ew_field odd = { .name = EW_LIT("a.b|json\"\n\x01") };
	struct ew_field nameless = { .name = EW_LIT("") };
	char path[256];

	add(&root, &body);
	add(&body, &doc);
	add(&doc, &list);
	add(&list, &item);
	add(&item, &b64);
	add(&doc, &odd);
	add(&doc, &nameless);
	ew_field_path(&b64, path, sizeof(path));
	is_str(path, "body|json.Records[3]|base64", "layers, indexes and names");
	ew_field_path(&odd, path, sizeof(path));
	is_str(path, "body|json[\"a.b|json\\\"\\u000a\\u0001\"]", "a key cannot look like a layer");
	ew_field_path(&nameless, path, sizeof(path));
	is_str(path, "body|json[\"\"]", "an empty key");
	is_int(ew_field_path(&b64, path, 8), 27, "the full length is told");
	is_str(path, "body|js", "a short buffer is cut and ended");
	int n = 0;
	for (struct ew_field *f = &root; f; f = ew_field_next(f, &root))
		n++;
	is_int(n, 8, "every node once");
	n = 0;
	for (struct ew_field *f = &list; f; f = ew_field_next(f, &list))
		n++;
	is_int(n, 3, "below a top only");
	return done();
}
