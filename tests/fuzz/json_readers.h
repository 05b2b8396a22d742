/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_JSON_READERS_H
#define EVENTWALL_TESTS_JSON_READERS_H

/* JSON readers of others behind one face: each hands out the strings that a program using it would see. */

#include "eventwall/bytes.h"

/* Called for each key and each string. */
typedef void (*json_take_fn)(void *arg, struct ew_bytes text);

struct json_reader {
	const char *name;
	/* As leniently as it can be told to be.  True: it says that it took the whole text as one document. */
	bool (*read)(struct ew_bytes text, json_take_fn take, void *arg);
};

/* What a reader carries through its tree.  Trees are walked by recursion, so they are cut at JSON_DEPTH_MOST;
 * what is deeper is over the limit of the reader under test as well. */
struct json_taker {
	json_take_fn take;
	void *arg;
	unsigned depth;
};
#define JSON_DEPTH_MOST 66

static inline void json_hand_out(const struct json_taker *t, const void *p, size_t n)
{
	t->take(t->arg, ew_bytes(p, n));
}

bool json_read_jsonc(struct ew_bytes text, json_take_fn take, void *arg);

#define JSON_READERS 3
extern const struct json_reader json_readers[JSON_READERS];

#endif
