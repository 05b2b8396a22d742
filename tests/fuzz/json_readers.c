/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* jansson (a strict tree) and yajl (events, so that duplicates and what stands before damage are seen as well);
 * json-c is in a file of its own, since its header and jansson's declare the same names.
 *
 * The trap: of those names the program is linked to the first library's, which must be jansson's. */

#include "json_readers.h"

#include <jansson.h>
#include <yajl/yajl_parse.h>

static void walk_jansson(struct json_taker *t, json_t *v)
{
	if (++t->depth <= JSON_DEPTH_MOST) {
		if (json_is_string(v))
			json_hand_out(t, json_string_value(v), json_string_length(v));
		for (void *i = json_object_iter(v); i; i = json_object_iter_next(v, i)) {
			json_hand_out(t, json_object_iter_key(i), strlen(json_object_iter_key(i)));
			walk_jansson(t, json_object_iter_value(i));
		}
		for (size_t i = 0; i < json_array_size(v); i++)
			walk_jansson(t, json_array_get(v, i));
	}
	t->depth--;
}

static bool read_jansson(struct ew_bytes text, json_take_fn take, void *arg)
{
	struct json_taker t = { take, arg, 0 };
	json_error_t error;
	json_t *v = json_loadb((const char *)text.p, text.n,
	                       JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &error);
	bool whole = v && (size_t)error.position == text.n;

	if (v)
		walk_jansson(&t, v);
	json_decref(v);
	return whole;
}

static int take_event(void *arg, const unsigned char *p, size_t n)
{
	json_hand_out(arg, p, n);
	return 1;
}

static bool read_yajl(struct ew_bytes text, json_take_fn take, void *arg)
{
	static const yajl_callbacks callbacks = { .yajl_string = take_event, .yajl_map_key = take_event };
	struct json_taker t = { take, arg, 0 };
	yajl_handle h = yajl_alloc(&callbacks, NULL, &t);

	if (!h)
		abort();
	yajl_config(h, yajl_allow_comments, 1);
	yajl_config(h, yajl_dont_validate_strings, 1);
	if (yajl_parse(h, text.p, text.n) == yajl_status_ok)
		(void)yajl_complete_parse(h);
	yajl_free(h);
	return false; /* half a string behind the document is nothing to it */
}

const struct json_reader json_readers[JSON_READERS] = {
	{ "jansson", read_jansson },
	{ "yajl", read_yajl },
	{ "json-c", json_read_jsonc },
};
