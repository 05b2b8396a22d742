/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_PATH_H
#define EVENTWALL_SIGNATURES_PATH_H

/* A path pattern taken apart once, matched against many fields. */

#include "eventwall/field.h"

enum { EW_PATH_STEPS = 48 };

enum ew_path_sort {
	EW_PATH_NAME,      /* note */
	EW_PATH_QUOTED,    /* ["a.b"]: text is what stands between the quotes, escapes included */
	EW_PATH_ONE,       /* * */
	EW_PATH_MANY,      /* ** */
	EW_PATH_INDEX,     /* [3] */
	EW_PATH_ANY_INDEX, /* [*] */
	EW_PATH_LAYER,     /* |json */
	EW_PATH_ANY_LAYER, /* |* */
	EW_PATH_BODY,      /* body at the front: http.body, kafka.value or mqtt.payload */
};

struct ew_path_step {
	enum ew_path_sort sort;
	uint32_t index;
	struct ew_bytes text; /* view of the pattern */
};

struct ew_path {
	size_t n;
	bool bars; /* layers are spelt out; otherwise they are looked through */
	struct ew_path_step step[EW_PATH_STEPS];
};

/* False: `*why_r` says in one phrase what is wrong.  `p` holds views of `text`. */
EW_MUSTCHECK bool ew_path_parse(struct ew_path *p, struct ew_bytes text, const char **why_r);

bool ew_path_selects(const struct ew_path *p, const struct ew_field *f);

#endif
