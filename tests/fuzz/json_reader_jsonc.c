/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* json-c: a lenient tree, with single quotes, trailing commas, comments and words in any case.  A comment that
 * ends in two stars does not end for it, nor for us where it thinks so: such texts are left out.  (A text with
 * comments is scanned as it stands, too.)
 *
 * The trap: json_object_get() and json_object_iter_next() are jansson's in this program. */

#include "json_readers.h"

#include <json-c/json.h>

static void walk_jsonc(struct json_taker *t, json_object *v)
{
	if (++t->depth <= JSON_DEPTH_MOST && v) {
		if (json_object_is_type(v, json_type_string))
			json_hand_out(t, json_object_get_string(v), (size_t)json_object_get_string_len(v));
		if (json_object_is_type(v, json_type_object)) {
			json_object_object_foreach(v, key, member)
			{
				json_hand_out(t, key, strlen(key));
				walk_jsonc(t, member);
			}
		}
		if (json_object_is_type(v, json_type_array)) {
			for (size_t i = 0; i < json_object_array_length(v); i++)
				walk_jsonc(t, json_object_array_get_idx(v, i));
		}
	}
	t->depth--;
}

bool json_read_jsonc(struct ew_bytes text, json_take_fn take, void *arg)
{
	struct json_taker t = { take, arg, 0 };
	struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH_MOST);
	json_object *v;
	bool whole;

	if (!tok)
		abort();
	if (ew_bytes_find(text, 0, EW_LIT("**/")) != SIZE_MAX)
		text.n = 0;
	v = json_tokener_parse_ex(tok, (const char *)text.p, (int)text.n);
	whole = v && json_tokener_get_parse_end(tok) == text.n;
	walk_jsonc(&t, v);
	json_object_put(v);
	json_tokener_free(tok);
	return whole;
}
