/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SECLANG_TRANSFORM_H
#define EVENTWALL_SECLANG_TRANSFORM_H

/* The transformations of ModSecurity 3: pure functions from bytes to bytes, each in one pass, byte
 * for byte what ModSecurity makes of them.  docs/seclang.md lists where they differ: where
 * ModSecurity loses what stands behind a NUL or at the end of a text, we do not. */

#include "eventwall/bytes.h"

enum ew_transform {
#define EW_SECLANG_TRANSFORM(id, name, function, room) EW_TRANSFORM_##id,
#include "transform.def"
#undef EW_SECLANG_TRANSFORM
	EW_TRANSFORM_COUNT
};

/* Whatever the case of its letters; EW_TRANSFORM_COUNT: there is none, and `*near_r` is what may be
 * meant, or NULL. */
enum ew_transform ew_transform_named(struct ew_bytes name, const char **near_r);
const char *ew_transform_name(enum ew_transform t);

/* The most bytes that `t` makes of `n`, which is at most SIZE_MAX / 4. */
size_t ew_transform_room(enum ew_transform t, size_t n);

/* `out` has that room and is not `in`.  Returns bytes written. */
size_t ew_transform(enum ew_transform t, struct ew_bytes in, uint8_t *out);

/* For the table; they live in files of their own. */
size_t ew_transform_css(struct ew_bytes in, uint8_t *out);
size_t ew_transform_escape_seq(struct ew_bytes in, uint8_t *out);
size_t ew_transform_html_entity(struct ew_bytes in, uint8_t *out);
size_t ew_transform_js(struct ew_bytes in, uint8_t *out);
size_t ew_transform_path(struct ew_bytes in, uint8_t *out);
size_t ew_transform_path_win(struct ew_bytes in, uint8_t *out);
size_t ew_transform_remove_comments(struct ew_bytes in, uint8_t *out);
size_t ew_transform_remove_comments_char(struct ew_bytes in, uint8_t *out);
size_t ew_transform_replace_comments(struct ew_bytes in, uint8_t *out);
size_t ew_transform_url_uni(struct ew_bytes in, uint8_t *out);
size_t ew_transform_utf8(struct ew_bytes in, uint8_t *out);

#endif
